"""Bands share out everyone, also where only some of them are told of groups."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks import load_indicators
from sujuva.publish import protect
from sujuva.publish.cells import CountTable, build_cells
from sujuva.publish.relations import find_relations
from sujuva.tidy import TIDY

BINS = pl.DataFrame(
    schema={"scale": pl.String, "informant": pl.String, "region": pl.String, "wave": pl.Int32, "group": pl.String,
            "bin_low": pl.Float64, "bin_high": pl.Float64, "n": pl.Int64}
)  # fmt: skip
LIMITS = {"minimal": (0.0, 4.0), "mild": (5.0, 9.0), "moderate": (10.0, 15.0), "severe": (16.0, 21.0)}
BANDS = pl.DataFrame(
    [("gad7", band, "", *ends) for band, ends in LIMITS.items()],
    schema=["scale", "category", "informant", "low", "high"],
    orient="row",
)


def counted(*groups: tuple[str, int, dict[str, int]]) -> CountTable:
    rows = [
        dict.fromkeys(TIDY)
        | {"indicator": "band_share", "scale": "gad7", "category": band, "informant": "self", "region": "kainuu",
           "wave": 2025, "group": group, "estimate": count / size, "n": size, "heads": count,
           "other_heads": size - count}
        for group, size, bands in groups
        for band, count in bands.items()
    ]  # fmt: skip
    return build_cells({"parjaavyys": pl.DataFrame(rows, schema=TIDY)}, {"bins": BINS}, load_indicators(), BANDS, 5)


def hidden_bands(table: CountTable) -> set[str]:
    relations = find_relations(table, load_indicators())
    hidden = protect(table.arrays({"n", "share", "count"}), relations)
    everyone = table.rows.filter(group="all")
    return {band for band, cell in everyone.select("category", "own_cell").iter_rows() if hidden[cell]}


ALL = ("all", 118, {"minimal": 52, "mild": 43, "moderate": 21, "severe": 2})


def test_one_small_band_takes_another_with_it():
    assert hidden_bands(counted(ALL)) == {"moderate", "severe"}


def test_it_does_where_groups_are_told_of_some_bands_alone():
    """The n of those bands has cells of its own, and the four still add up to everyone."""
    girls = ("gender:girl", 60, {"moderate": 15, "severe": 0})
    hidden = hidden_bands(counted(ALL, girls))
    assert "severe" in hidden
    assert len(hidden) > 1
