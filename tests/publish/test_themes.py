"""Who speaks of one theme and not of another: the cells that subtraction gives, and what ties them."""

from __future__ import annotations

import math

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.publish.heads import NESTED, PART
from sujuva.publish.said import without_other
from sujuva.publish.sums import Relation

CELLS = pl.DataFrame(
    schema={"id": pl.UInt32, "kind": pl.String, "series": pl.String, "region": pl.String, "wave": pl.Int32,
            "group": pl.String, "value": pl.Int64, "primary": pl.Boolean, "low": pl.Float64, "high": pl.Float64,
            "eligible": pl.Boolean, "owner": pl.UInt32}
)  # fmt: skip


def rows(*themes, n=40, region="oulu"):
    """Rows of indicator, one theme, the other (or ""), heads and the cell of their number; n has the cell 0."""
    place = {"table": "integration", "informant": "", "region": region, "wave": 2024, "group": "all", "tells": PART}
    place |= {"n": n, "n_cell": 0}
    made = [
        place | {"indicator": name, "scale": one, "category": two, "heads": heads, "own_cell": cell}
        for name, one, two, heads, cell in themes
    ]  # fmt: skip
    return pl.DataFrame(made, schema_overrides={"wave": pl.Int32})


def without(frame, height=4):
    known = pl.concat([CELLS, pl.DataFrame({"id": range(height)}, schema={"id": pl.UInt32})], how="diagonal")
    return without_other(frame, known, load_indicators(), 5)


ONE, TWO = ("interview_theme", "a", "", 30, 1), ("interview_theme", "b", "", 25, 2)


def test_the_four_cells_of_two_themes_add_up():
    """Of 40 speak 30 of one, 25 of the other, 18 of both: twelve of one alone, seven of the other, three of neither."""
    made, relations = without(rows(ONE, TWO, ("interview_together", "a", "b", 18, 3)))
    assert made.select("id", "kind", "value", "primary", "low", "high", "eligible").rows() == [
        (4, NESTED, 12, False, 0.0, math.inf, False),
        (5, NESTED, 7, False, 0.0, math.inf, False),
        (6, NESTED, 3, True, 1.0, 4.0, False),
    ]
    assert relations == [Relation(1, (3, 4), True), Relation(2, (3, 5), True), Relation(0, (1, 5, 6), True)]


@pytest.mark.parametrize(("alone", "small"), [(0, False), (1, True), (4, True), (5, False)])
def test_those_with_one_theme_alone_are_few_from_one_to_one_under_the_threshold(alone, small):
    both = 30 - alone
    made, _ = without(
        rows(ONE, ("interview_theme", "b", "", both + 20, 2), ("interview_together", "a", "b", both, 3), n=80)
    )
    assert made["value"].to_list() == [alone, 20, 30]
    assert made["primary"].to_list() == [small, False, False]
    other, _ = without(
        rows(ONE, ("interview_theme", "b", "", 20 + alone, 2), ("interview_together", "a", "b", 20, 3), n=80)
    )
    assert other["value"].to_list() == [10, alone, 50 - alone]
    assert other["primary"].to_list() == [False, small, False]


def test_each_pair_of_themes_has_three_cells_of_its_own_after_those_so_far():
    themes = (ONE, TWO, ("interview_theme", "c", "", 20, 3))
    both = (("interview_together", "a", "b", 18, 4), ("interview_together", "b", "c", 10, 5))
    made, relations = without(rows(*themes, *both), height=6)
    assert made["id"].to_list() == [*range(6, 12)]
    assert made["value"].to_list() == [12, 7, 3, 15, 10, 5]
    assert relations[3:] == [Relation(2, (5, 9), True), Relation(3, (5, 10), True), Relation(0, (2, 10, 11), True)]


def test_themes_of_another_place_or_without_a_number_tie_nothing():
    apart = pl.concat([rows(ONE, TWO), rows(("interview_together", "a", "b", 18, 3), region="kainuu")])
    untold = rows(ONE, ("interview_theme", "b", "", 25, None), ("interview_together", "a", "b", 18, 3))
    for frame in (apart, untold):
        made, relations = without(frame)
        assert (made.height, relations) == (0, [])
