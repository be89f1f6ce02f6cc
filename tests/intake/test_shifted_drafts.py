"""Drafts of files whose codes are not the codebook's, and of families of columns longer than an instrument."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sujuva.intake import Draft
from sujuva.intake.guess import GUESS, LIKELY, SURE, DraftFeed

Drafted = Callable[..., Draft]


def table(names: list[str], values: list[int | str], rows: int = 12) -> str:
    """Return a file in which every column goes through the values, each at another row."""
    lines = [
        ",".join([f"p{row}", "2024", *(str(values[(row * 5 + at) % len(values)]) for at in range(len(names)))])
        for row in range(rows)
    ]
    return "\n".join([",".join(["id", "year", *names]), *lines]) + "\n"


def numbered(stem: str, count: int, first: int = 1) -> list[str]:
    return [f"{stem}{number}" for number in range(first, first + count)]


def feeds(draft: Draft) -> list[DraftFeed]:
    return [feed for source in draft.sources for feed in source.feeds]


@pytest.mark.parametrize(
    ("key", "items", "values", "item_map"),
    [
        ("gad7", 7, [1, 2, 3, 4], {"1": "0", "2": "1", "3": "2", "4": "3"}),
        ("sdq", 25, [1, 2, 3], {"1": "0", "2": "1", "3": "2"}),
        ("who5", 5, [1, 2, 3, 4, 5, 6], {"1": "0", "2": "1", "3": "2", "4": "3", "5": "4", "6": "5"}),
        ("brs", 6, [0, 1, 2, 3, 4], {"0": "1", "1": "2", "2": "3", "3": "4", "4": "5"}),
        ("cyrm_r3", 17, [0, 1, 2], {"0": "1", "1": "2", "2": "3"}),
    ],
)
def test_the_map_is_written_and_never_sure(
    drafted: Drafted, key: str, items: int, values: list[int | str], item_map: dict[str, str]
) -> None:
    (feed,) = feeds(drafted({"answers.csv": table(numbered(f"{key}_", items), values)}))
    assert feed.instrument is not None
    assert feed.item_map is not None
    assert feed.instrument.value == key
    assert feed.instrument.sureness < SURE
    assert feed.item_map.value == item_map
    assert feed.item_map.sureness == LIKELY
    assert "one above" in feed.item_map.why or "one below" in feed.item_map.why


def test_a_map_of_which_one_end_is_not_seen_is_a_guess(drafted: Drafted) -> None:
    (feed,) = feeds(drafted({"answers.csv": table(numbered("gad7_", 7), [2, 3, 4])}))
    assert feed.item_map is not None
    assert feed.item_map.sureness == GUESS


def test_codes_for_no_answer_beside_shifted_ones(drafted: Drafted) -> None:
    (feed,) = feeds(drafted({"answers.csv": table(numbered("gad7_", 7), [1, 2, 3, 4, 1, 2, 9], rows=21)}))
    assert feed.item_map is not None
    assert feed.item_map.value == {"1": "0", "2": "1", "3": "2", "4": "3"}
    assert [guess.value for guess in feed.missing] == ["9"]


def test_codes_as_they_should_be_have_no_map(drafted: Drafted) -> None:
    (feed,) = feeds(drafted({"answers.csv": table(numbered("gad7_", 7), [0, 1, 2, 3])}))
    assert feed.instrument is not None
    assert (feed.item_map, feed.instrument.sureness) == (None, SURE)


@pytest.mark.parametrize(
    "names", [numbered("sdq_", 25), numbered("SDQ ", 25), numbered("sdq_", 6), numbered("Q_sdq_", 20)]
)
def test_a_longer_family_is_not_a_shorter_instruments(drafted: Drafted, names: list[str]) -> None:
    found = feeds(drafted({"answers.csv": table(names, [1, 2, 3])}))
    assert {feed.instrument.value for feed in found if feed.instrument} <= {"sdq"}


def test_the_supplement_is_found_beside_the_questionnaire(drafted: Drafted) -> None:
    names = numbered("sdq_", 25) + numbered("sdq_impact_", 6)
    found = feeds(drafted({"answers.csv": table(names, [0, 1, 2])}))
    assert {feed.instrument.value for feed in found if feed.instrument} == {"sdq", "sdq_impact"}


def test_a_longer_version_under_the_same_names_is_no_more_than_a_guess(drafted: Drafted) -> None:
    found = feeds(drafted({"answers.csv": table(numbered("cyrm_r_", 28), [1, 2, 3, 4, 5])}))
    said = [feed.instrument for feed in found if feed.instrument]
    assert all(one.sureness <= GUESS for one in said)
    assert all("their numbers go on (11 more)" in one.why for one in said)
