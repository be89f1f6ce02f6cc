"""Counts of the event log and handovers between sectors."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sujuva.integration import event_indicators, handover_indicators
from sujuva.moments import casework as moments
from sujuva.tidy import KEY, TIDY
from tests.integration.logs import sepsis

SCHEMA = {
    "region": pl.String,
    "wave": pl.Int32,
    "source": pl.String,
    "target": pl.String,
    **dict.fromkeys(("n", "families"), pl.Int64),
}
SIDES = {"region": pl.String, "wave": pl.Int32, **dict.fromkeys(("families", "between", "within"), pl.Int64)}


def test_counts_of_the_event_log() -> None:
    events = pl.DataFrame(
        {"region": ["network"], "wave": [0], "cases": [1050], "events": [15214], "activities": [16], "variants": [846]}
    )
    found = event_indicators(events)
    assert found.schema == TIDY
    assert dict(found.select("indicator", "estimate").iter_rows()) == {
        "events_cases": 1050.0,
        "events_events": 15214.0,
        "events_activities": 16.0,
        "events_variants": 846.0,
    }
    assert found["n"].to_list() == [1050] * 4


def test_handovers_are_steps_between_known_sectors() -> None:
    rows = [
        ("oulu", 2022, "health", "health", 3, 2),
        ("oulu", 2022, "health", "social", 2, 1),
        ("oulu", 2023, "social", "health", 1, 1),
        ("oulu", 2023, "social", None, 9, 4),
    ]
    sides = pl.DataFrame([("oulu", 2022, 2, 1, 2), ("oulu", 2023, 1, 1, 0)], schema=SIDES, orient="row")
    found = handover_indicators(pl.DataFrame(rows, schema=SCHEMA, orient="row"), sides)
    assert found.schema == TIDY
    assert found.select(KEY).is_unique().all()
    wide = {
        (indicator, scale, category, wave): (estimate, n)
        for indicator, scale, category, wave, estimate, n in found.select(
            "indicator", "scale", "category", "wave", "estimate", "n"
        ).iter_rows()
    }
    assert wide["transitions", "", "", 0] == (6.0, 6)
    assert wide["handovers_between", "", "", 0] == (3.0, 3)
    assert wide["handover_share", "", "", 2022] == (0.4, 5)
    assert wide["handovers_between", "", "", 2023] == (1.0, 1)
    assert wide["handovers", "health", "social", 0] == (2.0, 2)
    assert ("handovers", "health", "health", 0) not in wide
    heads = {row[:3]: row[3:] for row in found.select("indicator", "category", "wave", "heads", "other_heads").rows()}
    assert heads["transitions", "", 0] == (3, None)
    assert heads["handover_share", "", 0] == (2, 2)  # one family did both
    assert heads["handover_share", "", 2022] == (1, 2)
    assert heads["handovers", "social", 0] == (1, None)


def test_region_without_handovers_counts_none() -> None:
    table = pl.DataFrame([("oulu", 2022, "health", "health", 3, 2)], schema=SCHEMA, orient="row")
    found = handover_indicators(table).filter(indicator="handovers_between", wave=2022)
    assert found["estimate"].to_list() == [0.0]
    assert handover_indicators(table.clear()).height == 0


def test_sepsis_counts_and_handovers(shared_data: Path) -> None:
    log = sepsis(shared_data)
    counts = event_indicators(moments.event_counts(log, regions=["sepsis"]))
    steps = handover_indicators(moments.handovers(log, regions=["sepsis"]))
    found = pl.concat([counts, steps]).filter(wave=0, region="sepsis", scale="")
    assert dict(found.select("indicator", "estimate").iter_rows()) == {
        "events_cases": 1050,
        "events_events": 15_214,
        "events_activities": 16,
        "events_variants": 846,
        "transitions": 14_164,
        "handovers_between": 7048,
        "handover_share": 7048 / 14_164,
    }
