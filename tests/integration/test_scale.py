"""Scale of functional integration: actual beside optimal rank, by kind of link."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.integration import hsim_indicators, scale_actors, scale_indicators
from sujuva.tidy import KEY, TIDY
from tests.integration.rated import EXPECTED, OBSERVED, of_actors, organisations, ties_of, values

NAMES = "abc"
ACTORS = organisations(NAMES, "xxy", ("basic", "special", "special"))
# a→b 4, a→c 0, b→a 2, b→c 1, c→a 0, c→b 3: vertical are those between a and the others.
RANKS = ((0, 4, 0), (2, 0, 1), (0, 3, 0))
OPTIMA = ((0, 4, 2), (4, 0, 1), (0, 4, 0))


def by_kind(table: pl.DataFrame, indicator: str) -> dict[str, float | None]:
    return dict(table.filter(indicator=indicator).select("category", "estimate").iter_rows())


def test_network_by_hand() -> None:
    table = scale_indicators(ACTORS, ties_of(RANKS, OPTIMA, NAMES))
    assert table.schema == TIDY
    assert table.select(KEY).is_unique().all()
    assert by_kind(table, "scale_actual") == pytest.approx(
        {
            "": 25 * 10 / 6,
            "vertical_horizontal": 25 * 10 / 6,
            "vertical": 25 * 6 / 4,
            "horizontal": 25 * 4 / 2,
            "intra": 25 * 6 / 2,
            "inter": 25 * 4 / 4,
        }
    )
    assert by_kind(table, "scale_links") == pytest.approx(
        {"": 4 / 6, "vertical_horizontal": 4 / 6, "vertical": 2 / 4, "horizontal": 1, "intra": 1, "inter": 2 / 4}
    )
    assert by_kind(table, "scale_links_optimum")["vertical"] == pytest.approx(3 / 4)
    assert by_kind(table, "scale_optimum")["vertical"] == pytest.approx(25 * 10 / 4)


def test_units_by_hand() -> None:
    table = scale_actors(ACTORS, ties_of(RANKS, OPTIMA, NAMES))
    assert of_actors(table, "scale_actual") == {"a": 50, "b": 37.5, "c": 37.5}
    assert of_actors(table, "scale_links_vertical_horizontal") == {"a": 0.5, "b": 1.0, "c": 0.5}
    assert of_actors(table, "scale_actual_horizontal") == {"a": None, "b": 25, "c": 75}
    told = dict(table.filter(measure="scale_actual_horizontal").select("organisation", "note").iter_rows())
    assert told["a"] == "no_possible_links"
    assert table.select("region", "wave", "relation", "organisation", "measure").is_unique().all()


def test_continuum_is_the_depth_of_hsim_in_percent() -> None:
    table = scale_indicators(organisations(), ties_of())
    assert by_kind(table, "scale_actual")[""] == pytest.approx(
        100 * (values(hsim_indicators(organisations(), ties_of()))["hsim_depth_percent"] or 0)
    )


def test_unknown_levels() -> None:
    whole = scale_indicators(organisations(), ties_of())
    missing = whole.filter(pl.col("category").is_in(["vertical", "horizontal", "vertical_horizontal"]))
    assert missing["estimate"].null_count() == missing.height
    assert missing["note"].unique().to_list() == ["levels_unknown"]
    without = scale_indicators(organisations().drop("level"), ties_of())
    assert without.equals(whole)
    some = scale_indicators(organisations(NAMES, "xxy", ("basic", "special", None)), ties_of(RANKS, OPTIMA, NAMES))
    row = some.filter(indicator="scale_actual", category="vertical").row(0, named=True)
    assert (row["estimate"], row["note"]) == (75, "some_levels_unknown")
    told = dict(some.filter(indicator="scale_actual").select("category", "note").iter_rows())
    assert told["horizontal"] == "levels_unknown"


def test_missing_ratings_are_left_out() -> None:
    ties = ties_of(((0, 4, 0), (2, 0, None), (None, 3, 0)), OPTIMA, NAMES)
    table = scale_indicators(ACTORS, ties)
    assert by_kind(table, "scale_actual")[""] == pytest.approx(25 * 9 / 4)
    assert by_kind(table, "scale_links")["horizontal"] == 1
    assert table.filter(indicator="scale_actual", category="")["note"].item() == "missing_ratings"


def test_rank_above_the_scale_has_no_place_but_is_a_link() -> None:
    observed = [list(row) for row in OBSERVED]
    observed[0][1] = 7
    table = scale_indicators(organisations(), ties_of(observed, EXPECTED))
    row = table.filter(indicator="scale_actual", category="").row(0, named=True)
    assert (row["estimate"], row["note"]) == (None, "ratings_above_range")
    assert by_kind(table, "scale_links")[""] == 0.85


@pytest.mark.parametrize(("names", "cells"), [("ab", ((0, 0), (0, 0))), ("ab", ((0, 4), (4, 0)))])
def test_nothing_and_everything(names: str, cells: tuple[tuple[int, ...], ...]) -> None:
    table = scale_indicators(organisations(names, "xx"), ties_of(cells, None, names))
    full = float(max(max(row) for row in cells)) / 4
    assert by_kind(table, "scale_actual")[""] == 100 * full
    assert by_kind(table, "scale_links")[""] == full
    assert by_kind(table, "scale_optimum")[""] is None
    told = dict(table.filter(indicator="scale_actual").select("category", "note").iter_rows())
    assert told["inter"] == "no_possible_links"
    assert scale_actors(organisations(names, "xx"), ties_of(cells, None, names).clear()).is_empty()
