"""What professionals noticed: numbers that were counted by hand, and what the table cannot say."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from sujuva.errors import ContractError
from sujuva.integration import FATES, OPEN_FOR, noticed_indicators
from sujuva.moments import OBSERVATIONS, merge, observation_moments, with_initiatives
from sujuva.tables import empty_table

SECTORS = ("health", "education", "social", "parish")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# Oulu: five in 2023 and one in 2024, its last day; Tampere: two in 2024, its last day 31 December.
ROWS = [
    ("oulu", "2023-01-10", "need", "health", "Yksinäisyys", "2023-01-20", "local"),  # 10 days
    ("oulu", "2023-02-01", "need", "health", "Yksinäisyys", "2023-03-03", "local"),  # 30 days
    ("oulu", "2023-03-01", "feedback", "education", "Yksinäisyys", "2023-03-15", "regional"),  # 14 days
    ("oulu", "2023-04-01", "feedback", "education", "Poissaolot", None, None),  # open for 275 days
    ("oulu", "2023-12-31", "need", None, None, None, None),  # open for one day
    ("oulu", "2024-01-01", "need", "social", None, None, None),  # open for no day
    ("tampere", "2024-10-01", "need", "health", "Poissaolot", None, "national"),  # open for 91 days
    ("tampere", "2024-09-30", "feedback", "social", "Poissaolot", "2024-12-31", "local"),  # 92 days
]


def clean(rows: list[tuple[str | None, ...]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"observation": str(number), "region": region, "date": day(str(date)), "observation_class": about,
             "sector": sector, "phenomenon": topic, "initiative": day(begun) if begun else None, "level": level}
            for number, (region, date, about, sector, topic, begun, level) in enumerate(rows)
        ],
        schema=dict(empty_table("observations").schema),
    )  # fmt: skip


@pytest.fixture(scope="module")
def made() -> pl.DataFrame:
    return noticed_indicators(observation_moments(clean(ROWS), regions=["oulu", "tampere"]), SECTORS)


def told(made: pl.DataFrame, indicator: str, region: str, wave: int, group: str = "all") -> dict[str, float]:
    rows = made.filter(indicator=indicator, region=region, wave=wave, group=group)
    return dict(rows.select("category", "estimate").iter_rows())


def test_observations_are_counted_by_area_year_and_class(made: pl.DataFrame) -> None:
    assert told(made, "observation_count", "oulu", 2023) == {"": 5}
    assert told(made, "observation_count", "oulu", 0) == {"": 6}
    assert told(made, "observation_count", "network", 0) == {"": 8}
    assert told(made, "observation_count", "network", 0, "observation_class:need") == {"": 5}
    assert told(made, "observation_count", "network", 2024, "observation_class:feedback") == {"": 1}


def test_what_became_of_observations_makes_up_one(made: pl.DataFrame) -> None:
    assert told(made, "observation_fate", "oulu", 2023) == {"initiative": 3 / 5, "phenomenon": 1 / 5, "observed": 1 / 5}
    assert told(made, "observation_fate", "tampere", 0) == {"initiative": 1 / 2, "phenomenon": 1 / 2, "observed": 0}
    sums = made.filter(indicator="observation_fate").group_by("region", "wave", "group").agg(pl.col("heads", "n").sum())
    assert (sums["heads"] * len(FATES) == sums["n"]).all()
    sides = made.filter(indicator="observation_fate").select(pl.col("heads") + pl.col("other_heads") == pl.col("n"))
    assert sides.to_series().all()


def test_days_are_those_from_the_observation_to_its_initiative(made: pl.DataFrame) -> None:
    assert told(made, "observation_days_median", "oulu", 2023) == {"": 14}
    row = made.row(by_predicate=(pl.col("indicator") == "observation_days_median") & (pl.col("region") == "network")
                   & (pl.col("wave") == 0), named=True)  # fmt: skip
    assert (row["estimate"], row["n"], row["heads"], row["other_heads"]) == (22, 4, 2, 2)  # 10, 14, 30, 92
    assert told(made, "observation_days_median", "oulu", 2024) == {}


def test_open_observations_have_the_age_of_the_last_day_that_is_known(made: pl.DataFrame) -> None:
    """Of a region's own: what another one sends later makes nothing of it older."""
    assert told(made, "observation_open", "oulu", 0) == dict(zip(OPEN_FOR, (2 / 3, 1 / 3, 0), strict=True))
    assert told(made, "observation_open", "network", 0) == dict(zip(OPEN_FOR, (3 / 4, 1 / 4, 0), strict=True))
    assert told(made, "observation_open", "network", 2023) == {}
    later = [*ROWS, ("oulu", "2024-12-31", "need", None, None, None, None)]
    both = noticed_indicators(observation_moments(clean(later), regions=["oulu", "tampere"]), SECTORS)
    assert told(both, "observation_open", "oulu", 0) == dict(zip(OPEN_FOR, (1 / 4, 1 / 4, 2 / 4), strict=True))
    assert told(both, "observation_open", "tampere", 0) == told(made, "observation_open", "tampere", 0)


def test_levels_that_nobody_told_are_a_part_of_their_own(made: pl.DataFrame) -> None:
    found = told(made, "observation_level", "network", 0)
    assert found == {"local": 3 / 8, "regional": 1 / 8, "national": 1 / 8, "not_told": 3 / 8}


def test_a_sector_that_noticed_something_else_is_missing_at_a_phenomenon(made: pl.DataFrame) -> None:
    by = {group: told(made, "observation_phenomenon", "network", 0, group) for group in ("all", "sector:health",
          "sector:education", "sector:social", "sector:parish")}  # fmt: skip
    assert by == {
        "all": {"Yksinäisyys": 3, "Poissaolot": 3},
        "sector:health": {"Yksinäisyys": 2, "Poissaolot": 1},
        "sector:education": {"Yksinäisyys": 1, "Poissaolot": 1},
        "sector:social": {"Yksinäisyys": 0, "Poissaolot": 1},
        "sector:parish": {"Yksinäisyys": 0, "Poissaolot": 0},  # who never noticed anything is missing, too
    }
    assert told(made, "observation_phenomenon", "tampere", 0) == {"Poissaolot": 2}  # of the place alone
    assert told(made, "observation_phenomenon", "tampere", 0, "sector:education") == {"Poissaolot": 0}


def test_every_month_of_a_year_is_counted(made: pl.DataFrame) -> None:
    found = told(made, "observation_month", "oulu", 2023)
    assert list(found) == [f"{month:02}" for month in range(1, 13)]
    assert {month: n for month, n in found.items() if n} == {"01": 1, "02": 1, "03": 1, "04": 1, "12": 1}
    assert sum(told(made, "observation_month", "network", 2024).values()) == 3
    assert told(made, "observation_month", "network", 0) == {}


def test_a_phenomenon_is_acted_on_where_one_of_its_observations_led_to_something(made: pl.DataFrame) -> None:
    """In Oulu of one of two phenomena, with three observations that led to it; one is of the other phenomenon."""
    rows = made.filter(indicator="phenomenon_acted", wave=0).select("region", "estimate", "n", "heads", "other_heads")
    assert set(rows.rows()) == {("oulu", 1 / 2, 2, 3, 1), ("tampere", 1, 1, 1, 0), ("network", 1, 2, 4, 0)}


def test_what_had_been_made_before_answers_an_observation_but_was_not_started_for_it() -> None:
    rows = clean([("oulu", "2023-03-01", "need", "health", "Yksinäisyys", None, None)] * 2)
    rows = rows.with_columns(answered_by=pl.Series(["old", "new"]))
    made = pl.DataFrame({"initiative": ["old", "new"], "date": [day("2022-01-01"), day("2023-03-11")]})
    found = noticed_indicators(observation_moments(with_initiatives(rows, made), regions=["oulu"]), SECTORS)
    assert told(found, "observation_fate", "oulu", 2023)["initiative"] == 1
    days = found.filter(indicator="observation_days_median", region="oulu", wave=2023)
    assert days.select("estimate", "n").row(0) == (10, 1)


def test_an_initiative_that_is_not_there_is_an_error_and_never_an_open_observation() -> None:
    rows = clean(ROWS[:1]).with_columns(answered_by=pl.lit("lost"), initiative=pl.lit(None, pl.Date))
    with pytest.raises(ContractError, match="not in the clean table initiatives"):
        with_initiatives(rows, empty_table("initiatives"))


def test_parts_of_the_table_add_up_to_the_whole() -> None:
    whole = clean(ROWS)
    parts = [observation_moments.part(some, regions=["oulu", "tampere"]) for some in (whole[:3], whole[3:])]
    made = observation_moments.finish(merge(parts))
    assert made.schema == OBSERVATIONS
    assert made.equals(observation_moments(whole, regions=["oulu", "tampere"]))
    assert observation_moments(whole, regions=["tampere"])["n"].sum() == 2


def test_without_observations_there_is_nothing_to_tell() -> None:
    assert noticed_indicators(observation_moments(clean([]), regions=["oulu"]), SECTORS).is_empty()
