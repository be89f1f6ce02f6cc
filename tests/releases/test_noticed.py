"""Two releases of observations: where one joined, left or led to something, every number stays what it was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sujuva.published import SHOWN, Published
from sujuva.tidy import ALL_YEARS
from tests.releases import noticed

YEAR = 2023


def one_more(rows: pl.DataFrame, **told: object) -> pl.DataFrame:
    drawn = noticed.row("late", "oulu", dt.date(YEAR, 6, 1), "Yksinäisyys", None, np.random.default_rng(9))
    return pl.concat([rows, noticed.frame([drawn | told])])


def one_less(rows: pl.DataFrame) -> pl.DataFrame:
    gone = rows.filter(pl.col("region") == "oulu", pl.col("date").dt.year() == YEAR)["observation"][0]
    return rows.filter(pl.col("observation") != gone)


def one_led_on(rows: pl.DataFrame) -> pl.DataFrame:
    """An initiative came, on a day after all that was known: open ones of its region would be older, too."""
    still = rows.filter(
        pl.col("initiative").is_null(), pl.col("phenomenon") == "Poissaolot", pl.col("region") == "oulu"
    )
    key = still.filter(pl.col("date").dt.year() == YEAR)["observation"][0]
    begun = pl.when(pl.col("observation") == key).then(dt.date(2025, 12, 1)).otherwise("initiative")
    return rows.with_columns(initiative=begun)


CHANGES = {
    "one joined": one_more,
    "one left": one_less,
    "one led on": one_led_on,
    "one of a phenomenon that now has enough": lambda rows: one_more(rows, phenomenon=noticed.RARE),
    "one of a phenomenon that had too few left": lambda rows: one_less(one_more(rows, phenomenon=noticed.RARE)),
}


@pytest.fixture(scope="module")
def first() -> tuple[pl.DataFrame, Published]:
    rows = noticed.drawn(1)
    return rows, noticed.published(rows)


@pytest.mark.parametrize("what", CHANGES)
def test_every_number_and_mark_stays_where_one_observation_changed(
    what: str, first: tuple[pl.DataFrame, Published], tmp_path: Path
) -> None:
    rows, one = first
    new = CHANGES[what](rows)
    two = noticed.published(new, noticed.before_of(one, rows, new, tmp_path))
    bare = noticed.published(new)

    held = pl.col("wave").is_in([YEAR, ALL_YEARS]) & pl.col("region").is_in(["oulu", "network"])
    assert one["integration"].equals(two["integration"])
    assert one["integration"].filter(held, suppressed=SHOWN).height > 40
    assert not one["integration"].equals(bare["integration"]), "without the register it would be seen"


def test_a_new_year_is_told_and_older_years_stay(first: tuple[pl.DataFrame, Published], tmp_path: Path) -> None:
    rows, one = first
    later = noticed.drawn(2).filter(pl.col("date").dt.year() == 2024).with_columns(pl.col("date").dt.offset_by("1y"))
    new = pl.concat([rows, later.with_columns(initiative=None)])
    two = noticed.published(new, noticed.before_of(one, rows, new, tmp_path))["integration"]

    assert two.filter(wave=2025, indicator="observation_count", suppressed=SHOWN).height > 4
    assert two.filter(pl.col("wave") != 2025).equals(one["integration"])


def test_a_year_is_that_of_the_day_of_the_observation(tmp_path: Path) -> None:
    drawn = noticed.row("a", "oulu", dt.date(2023, 12, 31), None, None, np.random.default_rng(1))
    kept = noticed.contributions_of(noticed.frame([drawn]), tmp_path)

    assert kept.select("family", "region", "wave", "person").rows() == [("observations", "oulu", 2023, "a")]


def test_a_correction_of_the_day_of_an_initiative_is_one_of_its_observation(tmp_path: Path) -> None:
    drawn = noticed.row("a", "oulu", dt.date(2023, 5, 1), "Yksinäisyys", None, np.random.default_rng(1))
    rows = noticed.frame([drawn]).with_columns(answered_by=pl.lit("i"))
    kept = []
    for place, day in (("one", dt.date(2023, 6, 1)), ("other", dt.date(2023, 7, 1))):
        made = [{"initiative": "i", "date": day, "region": "oulu"}]
        kept.append(noticed.contributions_of(rows, tmp_path / place, initiatives=made))

    assert kept[0]["value"][0] != kept[1]["value"][0]


def test_who_took_part_in_two_regions_belongs_to_the_first_of_the_year(tmp_path: Path) -> None:
    """As the counts have it: a row that comes before the others moves the person, and both regions change."""
    row = {
        "participant": "p",
        "region": "oulu",
        "date": dt.date(2024, 5, 1),
        "way": "online",
        "participant_group": "parents",
    }
    later = row | {"region": "tampere", "date": dt.date(2024, 9, 1)}
    kept = noticed.contributions_of(noticed.frame([]), tmp_path, participation=[row, later])

    assert kept.select("family", "region", "wave", "person").rows() == [("participation", "oulu", 2024, "p")]
