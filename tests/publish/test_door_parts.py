"""The last steps of the door: what is counted of its decisions, and what a release that came before changes."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.publish import door
from sujuva.published import KEYS, SHOWN


def test_decisions_are_counted_by_table_rule_and_mark_and_name_no_row():
    one = pl.DataFrame(
        {"rule": ["", "b", "", "b", "a"], "suppressed": [SHOWN, "primary", SHOWN, "secondary", "primary"]}
    )
    made = door._decisions({"z": one, "y": one.head(1), "x": one.clear()})
    assert made.rows() == [
        ("y", "", SHOWN, 1), ("z", "", SHOWN, 2), ("z", "a", "primary", 1), ("z", "b", "primary", 1),
        ("z", "b", "secondary", 1),
    ]  # fmt: skip
    assert made.schema == {"table": pl.String, "rule": pl.String, "suppressed": pl.String, "rows": pl.Int64}


def test_the_rule_of_counts_of_rules_is_why_they_are_hidden_and_not_what_they_count():
    key = dict.fromkeys(KEYS["quality_rules"], "k")
    made = door._why(pl.DataFrame([key | {"rule": "range", "why": "small_count"}]), "quality_rules")
    assert made.row(0, named=True) == key | {"rule": "range", "why": "small_count"}
    place = dict.fromkeys(KEYS["distributions"], "k")
    assert door._why(pl.DataFrame([place | {"rule": "additive"}]), "distributions")["why"].to_list() == ["additive"]


class _Before:
    """A release of which nothing must be kept."""

    def keep_all(self, tables: Any, decisions: pl.DataFrame) -> Any:
        return dict(tables), decisions

    def last(self, name: str) -> pl.DataFrame:
        return pl.DataFrame({"table": [name]})


def test_signals_that_are_gone_are_rows_that_are_shown_and_counted_so(monkeypatch):
    now = pl.DataFrame({"region": ["074"]})
    monkeypatch.setattr(door, "signals_since", lambda rows, last: pl.concat([rows, rows, rows]) if last["table"].item()
                        == "situation" else rows)  # fmt: skip
    counts = [("situation", "", SHOWN, 1), ("situation", "few", "primary", 4), ("situation", "", "primary", 7),
              ("situation", "few", SHOWN, 8), ("edges", "", SHOWN, 9)]  # fmt: skip
    decisions = pl.DataFrame(counts, schema=["table", "rule", "suppressed", "rows"], orient="row")
    out, made = door._beside_last({"situation": now, "edges": now}, decisions, _Before())  # type: ignore[arg-type]
    assert [out[name].height for name in ("situation", "edges")] == [3, 1]
    assert made["rows"].to_list() == [3, 4, 7, 8, 9]
