"""What lies between two published shares of the same families: cells and relations by hand."""

from __future__ import annotations

import math

import polars as pl
import pytest

from sujuva.publish.steps import STEP, halves, steps
from sujuva.publish.sums import Relation

PLACE = {"region": "oulu", "wave": 2024, "group": "all"}
CELLS = {"id": pl.UInt32, "value": pl.Int64}


def chained(*rows):
    """Rows of kind, own cell, cell of n and, where it is another, of the place."""
    given = [PLACE | {"chain": "met", "kind": kind, "own_cell": own, "n_cell": n} | more for kind, own, n, more in rows]
    schema = {"region": pl.String, "wave": pl.Int32, "group": pl.String, "chain": pl.String, "kind": pl.String,
              "own_cell": pl.UInt32, "n_cell": pl.UInt32}  # fmt: skip
    return pl.DataFrame(given, schema=schema)


def made(frame, *values, threshold=5):
    cells = pl.DataFrame({"id": range(len(values)), "value": values}, schema=CELLS)
    return steps(frame, cells, threshold)


SHARES = (("share", 0, 3, {}), ("share", 1, 3, {}), ("mean", None, 2, {}))
"""Two shares of the families that started, and all who met."""


def test_each_share_is_the_one_below_it_and_a_step():
    """Twenty met within 7 days, 23 within 14, and 40 at all."""
    cells, relations = made(chained(*SHARES), 20, 23, 40, 60)
    assert cells.select("id", "kind", "series", "value", "primary", "low", "high", "eligible", "owner").rows() == [
        (4, STEP, STEP, 3, True, 1.0, 4.0, False, None),
        (5, STEP, STEP, 17, False, 0.0, math.inf, False, None),
    ]
    assert cells.select("region", "wave", "group").unique().rows() == [("oulu", 2024, "all")]
    assert relations == [Relation(1, (0, 4)), Relation(2, (1, 5))]


@pytest.mark.parametrize(("step", "small"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_step_is_small_from_one_to_one_under_the_threshold(step, small):
    cells, _ = made(chained(*SHARES[:2]), 20, 20 + step, 40, 60)
    assert cells["value"].to_list() == [step]
    assert cells["primary"].to_list() == [small]


def test_places_and_chains_have_steps_of_their_own_and_single_shares_none():
    other = chained(("share", 0, 3, {}), ("share", 1, 3, {"wave": 2023}), ("share", 2, 3, {"chain": "done"}))
    cells, relations = made(other, 20, 23, 40, 60)
    assert (cells.height, relations) == (0, [])


def test_a_number_without_a_share_of_its_chain_and_shares_of_no_chain_make_no_step():
    alone = chained(("mean", None, 2, {}), ("mean", None, 3, {}))
    loose = chained(*((*one[:3], {"chain": None}) for one in SHARES))
    untold = chained(("share", None, 3, {}), ("share", 1, 3, {}))
    assert [made(frame, 20, 23, 40, 60)[1] for frame in (alone, loose, untold)] == [[], [], []]


def test_halves_without_what_was_done_stay_as_they_are_and_never_leave_a_share():
    def row(tells, estimate, **more):
        return PLACE | {"table": "t", "chain": "done", "scale": "", "informant": "", "tells": tells,
                        "estimate": estimate} | more  # fmt: skip

    frame = pl.DataFrame(
        [row("numerator", 0.5), row("halves", 0.6), row("halves", 0.8), row("halves", 0.2),
         row("halves", 0.6, wave=2023), row("numerator", 0.9, region="kainuu"), row("halves", 0.95, region="kainuu")]
    )  # fmt: skip
    assert halves(frame).to_list() == pytest.approx([0.5, 0.7, 1.0, 0.0, 0.6, 0.9, 1.0])
