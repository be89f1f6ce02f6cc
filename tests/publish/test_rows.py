"""Clean rows left out: small counts are hidden, and nothing of their table tells them."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.publish import Privacy
from sujuva.publish.rows import ROWS_SCHEMA, round_table_rows, suppress_rows
from sujuva.publish.rules import clear


def told(*rows, threshold=5):
    privacy = Privacy(threshold=threshold)
    frame = pl.DataFrame(rows, schema=ROWS_SCHEMA, orient="row")
    return clear(round_table_rows(suppress_rows(frame, privacy), privacy), "quality_rows")


@pytest.mark.parametrize(
    ("rows", "families", "mark"),
    [(12, 6, ""), (12, 4, "primary"), (3, 3, "primary"), (40, 1, "primary")],
)
def test_few_rows_or_few_families_hide_the_whole_table(rows, families, mark):
    found = told(("case_events", "used", 1003, 200), ("case_events", "no_start", rows, families))
    marks = dict(found.select("reason", "suppressed").rows())
    assert marks == {"no_start": mark, "used": "secondary" if mark else ""}
    numbers = dict(found.select("reason", "rows").rows())
    assert numbers == ({"no_start": None, "used": None} if mark else {"no_start": 10, "used": 1005})


def test_rows_that_are_nobodys_are_told_exactly():
    found = told(
        ("ties", "used", 1003, 1003),
        ("ties", "other_wave", 2, 2),
        ("feedback", "used", 2861, 17),
        ("rubric", "used", 101, 2),
    )
    assert dict(found.select(pl.concat_str("table", "reason", separator="|"), "rows").rows()) == {
        "feedback|used": 2860, "rubric|used": 101, "ties|used": 1003, "ties|other_wave": 2,
    }  # fmt: skip


def test_the_door_publishes_what_is_left_out_and_hides_the_few(published):
    rows = published["quality_rows"].filter(pl.col("table").is_in(["case_events", "lp_topics"]))
    assert rows.sort("table", "reason").select("reason", "rows", "suppressed").rows() == [
        ("no_start", 45, ""), ("used", 3015, ""), ("other_region", None, "primary"), ("used", None, "secondary"),
    ]  # fmt: skip
    assert rows.columns == ["table", "reason", "rows", "suppressed"]
