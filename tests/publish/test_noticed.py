"""Observations are of people's lives: few of them are hidden, and with them whatever would tell them by subtraction."""

from __future__ import annotations

from datetime import date

import polars as pl

from sujuva.codebooks import load_indicators
from sujuva.integration import noticed_indicators
from sujuva.moments import OBSERVATIONS
from sujuva.publish import Privacy
from sujuva.publish.coping import with_counts
from sujuva.publish.meta import band_frame
from sujuva.publish.people import suppress_people, told_rows
from sujuva.published import PRIMARY, SECONDARY, SHOWN

BINS = pl.DataFrame(
    schema={**dict.fromkeys(("scale", "informant", "region"), pl.String), "wave": pl.Int32, "group": pl.String,
            "bin_low": pl.Float64, "bin_high": pl.Float64, "n": pl.Int64}
)  # fmt: skip


def rows(region: str, about: str, sector: str, topic: str | None, begun: date | None, n: int) -> tuple[object, ...]:
    return region, date(2024, 3, 1), about, sector, topic, begun, None, n


def marked(*observations: tuple[object, ...]) -> pl.DataFrame:
    known = load_indicators()
    made = noticed_indicators(pl.DataFrame(list(observations), schema=OBSERVATIONS, orient="row"))
    told = told_rows(made, known)
    found = suppress_people(
        {"integration": told}, {"distributions": BINS}, indicators=with_counts(known), bands=band_frame({}, []),
        privacy=Privacy(),
    )  # fmt: skip
    return found["integration"]


def state(found: pl.DataFrame, indicator: str, **where: object) -> dict[tuple[str, str], str]:
    some = found.filter(indicator=indicator, **where)
    return {(category, group): mark for category, group, mark in some.select("category", "group", "suppressed").rows()}


MAY = date(2024, 5, 1)


def test_few_that_led_to_an_initiative_are_hidden_with_another_part() -> None:
    found = marked(
        rows("oulu", "need", "health", "Yksinäisyys", MAY, 3),
        rows("oulu", "need", "health", "Yksinäisyys", None, 30),
        rows("oulu", "need", "health", None, None, 40),
        rows("tampere", "need", "health", "Yksinäisyys", MAY, 30),
        rows("tampere", "need", "health", "Yksinäisyys", None, 30),
        rows("tampere", "need", "health", None, None, 40),
    )
    fates = state(found, "observation_fate", region="oulu", wave=2024, group="all")
    assert fates["initiative", "all"] == PRIMARY
    assert sorted(fates.values()).count(SHOWN) < 2  # two shown parts would tell the third
    assert state(found, "observation_days_median", region="oulu", wave=2024)["", "all"] == PRIMARY
    # The network less the other region would be the same three.
    both = [state(found, "observation_fate", region=one, wave=2024, group="all")["initiative", "all"]
            for one in ("network", "tampere")]  # fmt: skip
    assert both.count(SHOWN) <= 1


def test_a_sector_with_few_observations_of_a_phenomenon_is_hidden_with_another_one() -> None:
    found = marked(
        rows("oulu", "need", "health", "Yksinäisyys", None, 4),
        rows("oulu", "need", "social", "Yksinäisyys", None, 20),
        rows("oulu", "need", "third", "Yksinäisyys", None, 30),
        rows("oulu", "need", "parish", "Poissaolot", None, 30),
    )
    by = state(found, "observation_phenomenon", category="Yksinäisyys")
    assert by["Yksinäisyys", "sector:health"] == PRIMARY
    assert [by["Yksinäisyys", f"sector:{one}"] for one in ("social", "third")].count(SECONDARY) >= 1
    assert by["Yksinäisyys", "sector:parish"] == SHOWN  # that a sector is missing is no small number


def test_few_observations_of_a_class_are_hidden_with_the_other_class() -> None:
    found = marked(
        rows("oulu", "feedback", "health", None, None, 2),
        rows("oulu", "need", "health", None, None, 50),
    )
    count = state(found, "observation_count", region="oulu", wave=2024)
    assert count["", "observation_class:feedback"] == PRIMARY
    assert count["", "observation_class:need"] == SECONDARY
