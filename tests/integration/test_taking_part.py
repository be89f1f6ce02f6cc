"""Initiatives and participation: numbers that were counted by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from sujuva.integration import initiative_indicators, participation_indicators
from sujuva.moments import initiative_moments, participation_moments
from sujuva.tables import empty_table

REGIONS = ["oulu", "tampere"]


def told(made: pl.DataFrame, indicator: str, region: str, wave: int, group: str = "all") -> dict[str, float]:
    rows = made.filter(indicator=indicator, region=region, wave=wave, group=group)
    return dict(rows.select("category", "estimate").iter_rows())


@pytest.fixture(scope="module")
def initiatives() -> pl.DataFrame:
    rows = [
        ("a", dt.date(2023, 1, 1), "oulu", "health", "local", "done", dt.date(2023, 5, 1)),
        ("b", dt.date(2023, 2, 1), "oulu", "education", "national", "under_way", None),
        ("c", dt.date(2024, 2, 1), "oulu", "health", None, None, None),
        ("d", dt.date(2024, 3, 1), "tampere", None, "local", "dropped", dt.date(2024, 4, 1)),
        ("e", dt.date(2024, 3, 1), "elsewhere", None, "local", "dropped", None),
    ]
    clean = pl.DataFrame(rows, schema=dict(empty_table("initiatives").schema), orient="row")
    return initiative_indicators(initiative_moments(clean, regions=REGIONS))


def test_initiatives_are_counted_by_area_year_and_sector(initiatives: pl.DataFrame) -> None:
    assert told(initiatives, "initiative_count", "oulu", 2023) == {"": 2}
    assert told(initiatives, "initiative_count", "network", 0) == {"": 4}
    assert told(initiatives, "initiative_count", "oulu", 0, "sector:health") == {"": 2}


def test_levels_and_statuses_make_up_one_with_what_nobody_told(initiatives: pl.DataFrame) -> None:
    assert told(initiatives, "initiative_level", "network", 0) == {
        "local": 1 / 2, "regional": 0, "national": 1 / 4, "not_told": 1 / 4,
    }  # fmt: skip
    assert told(initiatives, "initiative_status", "oulu", 2023) == {
        "done": 1 / 2, "under_way": 1 / 2, "proposed": 0, "dropped": 0, "not_told": 0,
    }  # fmt: skip


def participation() -> pl.DataFrame:
    day = dt.date(2024, 5, 2)
    rows = [
        ("p", day, "oulu", "workshop", "children"),
        ("p", day, "oulu", "feedback", "children"),
        ("p", dt.date(2024, 9, 1), "tampere", "online", "young_people"),  # grew, and moved: counts where first
        ("q", day, "oulu", "workshop", "parents"),
        ("r", dt.date(2023, 5, 2), "tampere", "co_developer", "parents"),
        ("r", day, "tampere", "co_developer", "parents"),
    ]
    return pl.DataFrame(rows, schema=dict(empty_table("participation").schema), orient="row")


def test_a_person_counts_once_a_year_in_one_group_and_region() -> None:
    made = participation_indicators(participation_moments(participation(), regions=REGIONS))
    assert told(made, "participation_count", "oulu", 2024) == {"": 2}
    assert told(made, "participation_count", "tampere", 2024) == {"": 1}
    assert told(made, "participation_count", "network", 2024) == {"": 3}
    assert told(made, "participation_count", "network", 2024, "participant_group:children") == {"": 1}
    assert told(made, "participation_count", "network", 2024, "participant_group:young_people") == {}
    assert told(made, "participation_count", "network", 2023) == {"": 1}


def test_one_person_takes_part_in_several_ways() -> None:
    made = participation_indicators(participation_moments(participation(), regions=REGIONS))
    assert told(made, "participation_way", "oulu", 2024) == {
        "workshop": 1, "feedback": 1 / 2, "online": 1 / 2, "co_developer": 0,
    }  # fmt: skip
    sides = made.filter(indicator="participation_way").select(pl.col("heads") + pl.col("other_heads") == pl.col("n"))
    assert sides.to_series().all()


def test_without_rows_there_is_nothing_to_tell() -> None:
    assert initiative_indicators(initiative_moments(empty_table("initiatives"), regions=REGIONS)).is_empty()
    assert participation_indicators(participation_moments(empty_table("participation"), regions=REGIONS)).is_empty()
