"""In how many steps the ends of a share's interval are told: held against every share of every n of the class."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from sujuva.estimation import share_interval
from sujuva.publish import Privacy
from sujuva.publish.ends import times_of_ends
from sujuva.published import step_beside


def row(x: int, n: int, lost: int = 1, *, rounding: int = 5, least: int = 10, **changed: Any) -> dict[str, Any]:
    """The share of `x` of `n` persons who were drawn one by one, `lost` degrees of freedom fewer than they are."""
    share, seen = x / n, (n + rounding // 2) // rounding * rounding
    spread = {"se": math.sqrt(share * (1 - share) / (n - 1)), "df": float(n - lost), "ci_low": 0.1}
    told = {"n": n, "seen": seen, "step": step_beside(seen, 1.0, rounding, least), "share": True}
    return {"estimate": share} | spread | told | changed


def times(given: dict[str, Any], privacy: Privacy | None = None) -> float | None:
    found: float | None = times_of_ends(pl.DataFrame([given]), privacy or Privacy(), 0.95)[0]
    return found


def looks(x: int, n: int, lost: int, step: float, wide: float) -> tuple[int, int, int]:
    """What a reader sees of `x` of `n`: the share in steps, and its ends in steps of their own, outwards."""
    share = x / n
    ends = share_interval(share, math.sqrt(share * (1 - share) / (n - 1)), max(n - lost, 1), 0.95)
    assert ends is not None
    low, high = (round(end / wide, 9) for end in ends)
    return round(round(share / step, 9)), math.floor(low), math.ceil(high)


def fewest(given: dict[str, Any], lost: int, rounding: int, threshold: int) -> int | None:
    """The fewest steps in which each n that is rounded alike, and may be shown, has a share that looks the same."""
    n, step = given["n"], given["step"]
    alike = [
        size for size in range(1, 2 * n + 9)
        if (size + rounding // 2) // rounding * rounding == given["seen"] and size >= 2 * threshold
    ]  # fmt: skip
    for many in (1, 2, 5, 10, 20):
        seen = looks(round(given["estimate"] * n), n, lost, step, many * step)
        if all(any(looks(y, size, lost, step, many * step) == seen for y in range(1, size)) for size in alike):
            return many
    return None


@pytest.mark.parametrize("n", [10, 11, 12, 13, 17, 25, 33])
@pytest.mark.parametrize("lost", [0, 1, 4, 11])
def test_ends_are_told_in_the_fewest_steps_that_leave_every_n_of_the_class_possible(n: int, lost: int) -> None:
    for x in range(5, n - 4):
        given = row(x, n, min(lost, n - 1))
        assert times(given) == fewest(given, min(lost, n - 1), 5, 5), (x, n)


@pytest.mark.parametrize(("rounding", "threshold"), [(4, 5), (10, 5), (5, 1)])
def test_they_are_where_n_is_rounded_otherwise_or_fewer_are_enough(rounding: int, threshold: int) -> None:
    privacy = Privacy(rounding=rounding, threshold=threshold)
    for n in (12, 22, 28):
        for x in range(threshold, n - threshold + 1):
            given = row(x, n, rounding=rounding, least=2 * threshold)
            assert times(given, privacy) == fewest(given, 1, rounding, threshold), (x, n)


@pytest.mark.parametrize(
    ("x", "n", "many"), [(5, 12, 1), (5, 13, 1), (6, 17, 1), (15, 20, 2), (6, 11, 5), (14, 33, 10), (7, 25, 20)]
)
def test_some_shares_ask_for_wider_steps_than_others(x: int, n: int, many: int) -> None:
    assert times(row(x, n)) == many


def test_where_no_step_is_wide_enough_the_ends_are_not_told() -> None:
    assert fewest(row(14, 53), 1, 5, 5) is None
    assert times(row(14, 53)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"share": False},
        {"estimate": None},
        {"se": None},
        {"df": None},
        {"ci_low": None},
        {"step": None},
        {"estimate": 0.0},
        {"estimate": 1.0},
        {"estimate": 7.001 / 25},  # weights: no whole number of persons
        {"se": row(7, 25)["se"] * 1.001},  # clusters
        {"se": row(7, 25)["se"] * 0.999},
    ],
)
def test_an_interval_from_which_no_n_follows_is_told_in_the_steps_of_its_share(changed: dict[str, Any]) -> None:
    assert times(row(7, 25)) == 20
    assert times(row(7, 25) | changed) == 1


def test_beside_an_exact_n_the_ends_hide_nothing() -> None:
    assert times(row(7, 25), Privacy(rounding=1)) == 1


def test_rounding_errors_of_a_share_and_of_its_standard_error_make_no_cluster_of_it() -> None:
    given = row(7, 25)
    assert times(given | {"estimate": given["estimate"] + 1e-9, "se": given["se"] * (1 + 1e-9)}) == 20


def test_each_row_has_its_own_steps() -> None:
    rows = pl.DataFrame([row(7, 25), row(5, 12), row(14, 53), row(7, 25, share=False)])
    assert times_of_ends(rows, Privacy(), 0.95).to_list() == [20, 1, None, 1]
