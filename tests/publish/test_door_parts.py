"""The last steps of the door: what is counted of its decisions, and what a release that came before changes."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.errors import DisclosureError
from sujuva.params import LEAST_THRESHOLD
from sujuva.publish import Indicators, Privacy, door, publish
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


class _PassedError(Exception):
    """The guards at the door let the tables in."""


@pytest.fixture
def enter(made, example_folder, monkeypatch):
    def passed(**_: Any) -> None:
        raise _PassedError

    monkeypatch.setattr(door, "build_meta", passed)

    def at_door(privacy: Privacy, **tables: pl.DataFrame) -> None:
        empty = {name: frame.clear() for name, frame in made.tables.items()}
        given = Indicators(empty | tables)
        publish(given, input_folder=example_folder, privacy=privacy, regions=["oulu"], waves=[2024])

    return at_door


@pytest.mark.parametrize(("synthetic", "is_refused"), [([], True), ([True], False), ([True, False], True)])
def test_a_threshold_that_is_too_low_for_persons_is_for_data_that_are_all_synthetic(enter, synthetic, is_refused):
    sources = pl.DataFrame({"synthetic": synthetic}, schema={"synthetic": pl.Boolean}).with_columns(source=pl.lit("x"))
    told = "not every source says that it is synthetic"
    with pytest.raises(DisclosureError if is_refused else _PassedError, match=told if is_refused else None):
        enter(Privacy(threshold=LEAST_THRESHOLD - 1), sources=sources)
    with pytest.raises(_PassedError):
        enter(Privacy(threshold=LEAST_THRESHOLD), sources=sources)


@pytest.mark.parametrize("table", ["parjaavyys", "integration", "situation"])
def test_of_indicators_that_nobody_described_the_first_five_are_named(enter, made, table):
    names = [f"strange_{letter}" for letter in "gfedcba"]
    strange = made.tables[table].head(7).with_columns(indicator=pl.Series(names))
    with pytest.raises(DisclosureError, match=f"table {table} has .*describes: {', '.join(names[:1:-1])}\\."):
        enter(Privacy(), **{table: strange})
