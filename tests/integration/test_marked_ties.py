"""Ties that were told with yes and no: a list of ties, and no ratings of which all are too low."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.integration import TieRule, hsim_indicators, network_indicators, reported_ties
from sujuva.integration.matrices import marked_relations

ACTORS = pl.DataFrame({"region": ["a"] * 4 + ["b"] * 4, "organisation": list("wxyz") * 2, "sector": ["s"] * 8})
RULE = TieRule(tie_from=2)


def ties(ratings: dict[tuple[str, str, str], int | None], expected: int | None = None) -> pl.DataFrame:
    rows = [
        (region, 2024, "work", one, other, rating, expected, True) for (region, one, other), rating in ratings.items()
    ]
    names = ["region", "wave", "relation", "source", "target", "observed", "expected", "directed"]
    kinds = dict.fromkeys(names, pl.String) | {
        "wave": pl.Int32,
        "observed": pl.Int16,
        "expected": pl.Int16,
        "directed": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=kinds, orient="row")


def density(frame: pl.DataFrame, region: str) -> tuple[float | None, str]:
    made = network_indicators(ACTORS, frame, RULE).filter(region=region, indicator="network_density")
    return made.select("estimate", "note").row(0)


def test_a_list_of_ones_is_a_list_of_ties() -> None:
    frame = ties({("a", "w", "x"): 1, ("a", "x", "y"): 1, ("a", "y", "z"): 1})
    assert density(frame, "a") == (pytest.approx(3 / 12), "yes_no_ties")
    assert reported_ties(frame, RULE).height == 3


def test_a_nought_says_that_there_is_none() -> None:
    frame = ties({("a", "w", "x"): 1, ("a", "x", "y"): 0, ("a", "y", "z"): 1})
    assert density(frame, "a") == (
        pytest.approx(2 / 3),
        "missing_ratings",
    )  # with a nought, pairs without a row are unknown
    assert reported_ties(frame, RULE).height == 2


def test_ratings_that_are_all_too_low_say_so() -> None:
    frame = ties({("a", "w", "x"): 1, ("b", "w", "x"): 1, ("b", "x", "y"): 3, ("a", "x", "y"): 1}, expected=4)
    assert marked_relations(frame).is_empty()
    assert density(frame, "a") == (0.0, "ratings_below_tie")
    assert density(frame, "b") == (pytest.approx(1 / 12), "")
    assert reported_ties(frame, RULE).height == 1


def test_a_region_is_judged_by_itself() -> None:
    alone = ties({("a", "w", "x"): 1, ("a", "x", "y"): 1})
    both = pl.concat([alone, ties({("b", "w", "x"): 3, ("b", "x", "y"): 1})])
    assert density(alone, "a") == density(both, "a") == (pytest.approx(2 / 12), "yes_no_ties")
    assert density(both, "b") == (pytest.approx(1 / 12), "")


def test_nothing_is_said_on_a_scale_that_was_not_asked() -> None:
    frame = ties({("a", "w", "x"): 1, ("a", "x", "y"): 1})
    made = {row["indicator"]: row for row in hsim_indicators(ACTORS, frame, depth_max=4).to_dicts()}
    assert made["hsim_depth"]["estimate"] is None
    assert made["hsim_depth"]["note"] == "yes_no_ties"
    assert made["hsim_scope"]["estimate"] == pytest.approx(2 / 12)
    of_one = {row["indicator"]: row for row in hsim_indicators(ACTORS, frame, depth_max=1).to_dicts()}
    assert of_one["hsim_depth"]["estimate"] == pytest.approx(2 / 12)
