"""Observations are of people's lives: few of them are hidden, and with them whatever would tell them by subtraction."""

from __future__ import annotations

from datetime import date

import polars as pl

from sujuva.codebooks import load_indicators, load_sectors
from sujuva.integration import noticed_indicators, participation_indicators
from sujuva.moments import OBSERVATIONS, PARTICIPATION
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
    made = noticed_indicators(pl.DataFrame(list(observations), schema=OBSERVATIONS, orient="row"), load_sectors())
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


def test_few_observations_behind_phenomena_that_were_acted_on_hide_their_share() -> None:
    """Four phenomena with one initiative each would tell that four observations, a small number, led to one."""
    topics = ("Yksinäisyys", "Poissaolot", "Muutto", "Harrastukset")
    rest = rows("oulu", "need", "health", "Uni", None, 30)
    few = [rows("oulu", "need", "health", topic, MAY, 1) for topic in topics]
    many = [rows("oulu", "need", "health", topic, MAY, 10) for topic in (*topics, "Raha")]
    assert state(marked(*few, rest), "phenomenon_acted", region="oulu")["", "all"] == PRIMARY
    assert state(marked(*many, rest), "phenomenon_acted", region="oulu")["", "all"] == SHOWN


def test_a_small_month_is_hidden_with_another_one_of_its_year() -> None:
    days = {1: 3, 2: 20, 3: 30}
    found = marked(*((*rows("oulu", "need", "health", None, None, n)[:1], date(2024, month, 1),
                      *rows("oulu", "need", "health", None, None, n)[2:]) for month, n in days.items()))  # fmt: skip
    months = {key: mark for (key, _), mark in state(found, "observation_month", region="oulu").items()}
    assert months["01"] == PRIMARY
    assert [months["02"], months["03"]].count(SECONDARY) >= 1
    assert months["12"] == SHOWN  # that there was none is no small number


def participation(*told: tuple[str, str, int]) -> pl.DataFrame:
    """Everybody of the network took part in Oulu in 2024, in a workshop."""
    rows = [("oulu", 2024, group, way, n) for group, way, n in told]
    known = load_indicators()
    made = participation_indicators(pl.DataFrame(rows, schema=PARTICIPATION, orient="row"))
    found = suppress_people(
        {"integration": told_rows(made, known)}, {"distributions": BINS}, indicators=with_counts(known),
        bands=band_frame({}, []), privacy=Privacy(),
    )  # fmt: skip
    return found["integration"]


def test_few_children_are_hidden_with_another_group_and_few_on_either_side_of_a_way() -> None:
    found = participation(
        ("children", "", 3), ("children", "workshop", 3), ("young_people", "", 20), ("young_people", "workshop", 18),
        ("parents", "", 30), ("parents", "workshop", 30),
    )  # fmt: skip
    groups = {group: mark for (_, group), mark in state(found, "participation_count", region="oulu").items()}
    assert groups["participant_group:children"] == PRIMARY
    assert SECONDARY in (groups["participant_group:young_people"], groups["participant_group:parents"])
    ways = state(found, "participation_way", region="oulu", group="all")
    assert ways["workshop", "all"] == PRIMARY  # two of 53 did not
    assert ways["online", "all"] == PRIMARY  # that nobody did would tell it of everybody
