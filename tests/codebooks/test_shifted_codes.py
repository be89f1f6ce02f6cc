"""When codes are said to be shifted against a codebook, and when a code outside its range is a slip or no answer."""

from __future__ import annotations

import pytest

from sujuva.codebooks.coding import Counts, Shift, shift_of

ZERO, ONE = (0, 3), (1, 5)
MANY = {0: 4000, 1: 2500, 2: 1500, 3: 800}


def judged(*items: Counts, response: tuple[int, int] = ZERO) -> Shift | None:
    counts = {f"item_{number}": one for number, one in enumerate(items, start=1)}
    return shift_of(counts, dict.fromkeys(counts, response))


@pytest.mark.parametrize(
    ("items", "response", "by"),
    [
        ([{1: 5, 2: 3, 4: 2}, {1: 3}], ZERO, 1),  # lowest never, one above the highest used
        ([{1: 5, 2: 3}, {1: 3, 4: 1}], ZERO, 1),  # in one column alone
        ([{0: 5, 2: 3}, {4: 3, 1: 1}], ONE, -1),  # the reverse
        ([{1: 400, 2: 300, 3: 200, 4: 90, 0: 4}], ZERO, 1),  # four slips, or noughts for no answer
        ([{1: 4, 2: 3, 3: 2}], (0, 2), 1),
        ([{11: 4, 12: 1, 14: 2}], ZERO, 11),  # a tool that numbers from 11
        ([{1: 5, 2: 9}], (0, 1), 1),  # yes and no
        ([{-1: 40, 0: 30, 1: 20, 2: 10}], ZERO, -1),  # as frequent as an option, and nobody chose 3
    ],
)
def test_shifted(items: list[Counts], response: tuple[int, int], by: int) -> None:
    shift = judged(*items, response=response)
    assert shift is not None
    assert shift.by == by
    low, high = response
    assert shift.item_map == {str(code + by): str(code) for code in range(low, high + 1)}


@pytest.mark.parametrize(
    ("items", "response"),
    [
        ([{1: 5, 2: 3}, {3: 4}], ZERO),  # nobody chose 0: no sign by itself
        ([MANY | {4: 1}], ZERO),  # one slip among thousands
        ([{1: 50, 2: 30, 3: 20}, {0: 1, 4: 1}], ZERO),  # both ends used
        ([MANY | {9: 30}], ZERO),  # a usual code for no answer
        ([{0: 9, 1: 4, -1: 3}], ZERO),  # nobody chose 3, and -1 is no option
        ([{0: 90, 1: 40, 2: 20, -1: 10}], ZERO),  # a usual code for no answer
        ([{0: 9, 1: 4, 2: 5, 3: 1, -1: 9}], ZERO),  # many gave no answer, and 3 is used
        ([{0: 3, 55: 1}], ZERO),
        ([{2: 3, 4: 1}], ZERO),  # one of four answers: too few to tell
        ([{}], ZERO),
        ([{9: 4}], ZERO),  # no answer at all
    ],
)
def test_not_shifted(items: list[Counts], response: tuple[int, int]) -> None:
    assert judged(*items, response=response) is None


def test_items_of_different_ranges_are_judged_together_and_then_by_range() -> None:
    ranges = {"ladder": (0, 10), "often": (0, 3), "hobby": (0, 1)}
    all_moved = {"ladder": {1: 3, 9: 2}, "often": {1: 3, 4: 1}, "hobby": {1: 3, 2: 2}}
    shift = shift_of(all_moved, ranges)
    assert shift is not None
    assert (shift.by, shift.items) == (1, ())
    assert shift.item_map == {str(code + 1): str(code) for code in range(11)}
    one_moved = {"ladder": {0: 3, 9: 2}, "often": {0: 3, 3: 1}, "hobby": {1: 3, 2: 2}}
    shift = shift_of(one_moved, ranges)
    assert shift is not None
    assert (shift.by, shift.items) == (1, ("hobby",))
    assert "recode these columns in the file" in shift.advice(option=False)
    assert "'Q7' 2 is used 2 times and 0 never" in shift.named({"hobby": "Q7"}).told


def test_the_advice_can_be_pasted() -> None:
    shift = judged({1: 5, 4: 2})
    assert shift is not None
    assert 'item_map: {"1": "0", "2": "1", "3": "2", "4": "3"}' in shift.advice(option=False)
    assert 'codes: as_given in the feed; if that one means no answer, missing: ["4"]' in shift.advice(option=False)
    assert "--map 1=0,2=1,3=2,4=3." in shift.advice(option=True)
    assert "--as-given" in shift.advice(option=True)
    assert "map: {" in shift.advice(option=False, column="rating").removeprefix("item_")
    assert "correct the item_map" in shift.advice(option=False, mapped=True)
