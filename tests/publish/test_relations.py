"""Which counts are known to be the same, wherever they stand."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.codebooks import load_indicators
from sujuva.publish.cells import build_cells
from sujuva.publish.relations import find_relations
from sujuva.tidy import ALL, TIDY
from tests.publish.test_bands import BANDS, BINS

PLACE = {"scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2024, "group": ALL, "note": ""}


def started(n: int, **place: Any) -> dict[str, Any]:
    return PLACE | {"indicator": "cases_started", "estimate": float(n), "n": n} | place


def triggered(category: str, count: int, n: int, **place: Any) -> dict[str, Any]:
    sides = {"estimate": count / n, "n": n, "heads": count, "other_heads": n - count}
    return PLACE | {"indicator": "case_trigger", "category": category, "df": n - 1.0} | sides | place


def test_families_of_a_trigger_are_the_cases_of_the_group_that_is_called_so():
    """Those of everybody: of a trigger among the callers of a school, nobody but they are told, however many agree."""
    rows = [
        started(40), started(12, group="trigger:sleep"), started(28, group="trigger:school"),
        started(20, group="caller:school"), started(12, group="trigger:sleep", region="turku"),
        triggered("sleep", 12, 40), triggered("school", 28, 40), triggered("sleep", 12, 20, group="caller:school"),
    ]  # fmt: skip
    frame = pl.DataFrame([dict.fromkeys(TIDY) | row for row in rows], schema=TIDY, orient="row")
    table = build_cells({"integration": frame}, {"bins": BINS}, load_indicators(), BANDS, 5)
    place = dict(table.rows.select("row", pl.coalesce("own_cell", "n_cell")).rows())
    counts = {cell: row for row, cell in place.items()}
    equal = {
        frozenset(counts[cell] for cell in relation.members)
        for relation in find_relations(table, load_indicators())
        if len(relation.parts) == 1 and {*relation.members} <= {*counts}
    }
    assert {frozenset({1, 5}), frozenset({2, 6})} <= equal
    assert not equal & {frozenset({1, 7}), frozenset({4, 5}), frozenset({4, 7})}, "of others or elsewhere"


def theme(name: str, heads: int) -> dict[str, Any]:
    sides = {"estimate": float(heads), "n": 1, "heads": heads, "other_heads": 1 - heads}
    return PLACE | {"indicator": "interview_theme", "scale": name} | sides


def test_themes_make_up_nothing_whatever_their_counts_add_up_to():
    """One person may speak of several: that one of two themes is hers tells nothing of the other."""
    rows = [theme("school", 1), theme("sleep", 0) | {"scale": "school", "category": "x"}]
    frame = pl.DataFrame([dict.fromkeys(TIDY) | row for row in rows], schema=TIDY, orient="row")
    table = build_cells({"integration": frame}, {"bins": BINS}, load_indicators(), BANDS, 5)
    own = {*table.rows["own_cell"]}
    assert len(own) == 2
    assert not [one for one in find_relations(table, load_indicators()) if own <= {*one.parts}]
