"""Statistics of areas that cannot be: each row is set aside with its reason, or the file stops with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sujuva.codebooks.area_statistics import load_counted
from sujuva.errors import ContractError, SujuvaError
from sujuva.situation import area_indicators, signal_rows
from sujuva.tidy import TIDY
from tests.cleaning.helpers import counts, quarantined

AREAS = """
  - name: areas
    file: areas.csv
    reader: sotkanet
    options: {encoding: utf-8}
    feeds: [{table: area_indicators}]
"""
TABLE = """
  - name: areas
    file: areas.csv
    reader: csv
    options: {separator: ";"}
    feeds:
      - table: area_indicators
        columns:
          indicator: {value: "1245"}
          title: {value: Tuki}
          area: koodi
          area_name: nimi
          gender: {value: total}
          year: vuosi
          value: {from: arvo, missing: ["-"]}
"""


@pytest.fixture(autouse=True)
def finland(small_project: Path, root: Path) -> None:
    for name in ("municipalities.csv", "areas.csv", "municipality_changes.yaml", "area_statistics.yaml"):
        (small_project / "data" / "codebooks" / name).symlink_to(root / "data" / "codebooks" / name)


def line(
    value: str = "5,1", absolute: str = "195", *, indicator: str = "1245", code: str = "020", name: str = "Akaa",
    gender: str = "yhteensä", year: str = "2011",
) -> str:  # fmt: skip
    return f'"T, %";"{indicator}";"{name}";"{code}";"{gender}";{year};{value};{absolute}\n'


def test_a_code_without_its_zeros_is_the_same_municipality(clean: Any) -> None:
    """And so it cannot be there twice in two ways of writing."""
    text = line(code="20") + line("6,0", code="020") + line(code="KU177", name="Juupajoki")
    cleaned = clean(AREAS, {"areas.csv": text})
    assert cleaned.tables["area_indicators"]["area"].to_list() == ["020", "177"]
    assert quarantined(cleaned) == {("areas", 2): "duplicate"}


@pytest.mark.parametrize("year", ["vuosi 2011", "2011–2012", "11.5", "12011", ""])
def test_a_year_that_is_none_is_set_aside(clean: Any, year: str) -> None:
    cleaned = clean(AREAS, {"areas.csv": line() + line(year=year)})
    assert set(quarantined(cleaned)) == {("areas", 2)}


def test_a_year_as_text_is_a_year(clean: Any) -> None:
    assert clean(AREAS, {"areas.csv": line(year='"2011"')}).tables["area_indicators"]["year"].to_list() == [2011]


@pytest.mark.parametrize(
    ("value", "absolute", "indicator"),
    [("5,1", "-3", "1245"), ("-0,1", "", "1245"), ("-7", "", "127"), ("5,1", "-3", "99999")],
)
def test_a_negative_count_is_set_aside(clean: Any, value: str, absolute: str, indicator: str) -> None:
    cleaned = clean(
        AREAS, {"areas.csv": line() + line(value, absolute, indicator=indicator, code="177", name="Juupajoki")}
    )
    assert quarantined(cleaned) == {("areas", 2): "negative_count"}
    assert counts(cleaned, "quarantine") == {"negative_count": 1}


@pytest.mark.parametrize("indicator", ["1071", "99999"])
def test_costs_and_what_nobody_knows_may_be_below_zero(clean: Any, indicator: str) -> None:
    """Net costs are negative where fees are higher; a change in per cent is in no catalogue."""
    assert not quarantined(clean(AREAS, {"areas.csv": line("-2,5", "", indicator=indicator)}))


def test_a_total_less_than_its_parts_is_set_aside_with_them(clean: Any) -> None:
    parts = line("5", "120", gender="miehet") + line("5", "100", gender="naiset")
    other = line("6", "50", code="177", name="Juupajoki") + line(
        "6", "50", code="177", name="Juupajoki", gender="naiset"
    )
    cleaned = clean(AREAS, {"areas.csv": line("5", "195") + parts + other})
    assert quarantined(cleaned) == dict.fromkeys([("areas", 1), ("areas", 2), ("areas", 3)], "total_below_parts")
    assert cleaned.tables["area_indicators"].height == 2


@pytest.mark.parametrize(("total", "set_aside"), [("220", 0), ("219", 0), ("218", 3), ("", 0)])
def test_rounding_by_one_is_no_contradiction(clean: Any, total: str, set_aside: int) -> None:
    parts = line("5", "120", gender="miehet") + line("5", "100", gender="naiset")
    assert len(quarantined(clean(AREAS, {"areas.csv": line("5", total) + parts}))) == set_aside


def people(number: int, code: str, name: str, **facts: str) -> str:
    return line(str(number), str(number), indicator="127", code=code, name=name, **facts)


@pytest.mark.parametrize(
    ("whole", "code", "name", "set_aside"),
    [
        (300, "358", "Koko maa", 0),
        (299, "358", "Koko maa", 0),  # rounding
        (250, "358", "Koko maa", 3),
        (250, "8", "Pirkanmaan hyvinvointialue", 3),
        (250, "9", "Päijät-Hämeen hyvinvointialue", 0),  # another county's municipalities
        (250, "06", "Pirkanmaan sairaanhoitopiiri", 0),  # districts overlap
    ],
)
def test_an_area_has_no_less_than_its_municipalities(
    clean: Any, whole: int, code: str, name: str, set_aside: int
) -> None:
    """Numbers of inhabitants add up; nobody can tell which one is wrong."""
    text = people(whole, code, name) + people(100, "020", "Akaa") + people(200, "177", "Juupajoki")
    aside = quarantined(clean(AREAS, {"areas.csv": text}))
    assert aside == dict.fromkeys([("areas", row) for row in range(1, set_aside + 1)], "total_below_parts")


def test_what_does_not_add_up_is_not_summed_over_areas(clean: Any) -> None:
    """A child in care may live in one municipality and be placed in another; a duplicate is no second part."""
    care = (
        line("5", "100", code="358", name="Koko maa") + line("5", "80") + line("5", "80", code="177", name="Juupajoki")
    )
    assert not quarantined(clean(AREAS, {"areas.csv": care}))
    twice = people(150, "358", "Koko maa") + people(100, "020", "Akaa") + people(100, "020", "Akaa")
    assert quarantined(clean(AREAS, {"areas.csv": twice})) == {("areas", 3): "duplicate"}


def test_municipalities_that_ended_are_in_the_one_they_went_into(clean: Any) -> None:
    """Numbers computed backwards hold them already."""
    text = people(100, "358", "Koko maa", year="2010") + people(100, "507", "Mäntyharju", year="2010")
    text += people(40, "588", "Pertunmaa", year="2010")
    assert not quarantined(clean(AREAS, {"areas.csv": text}))


@pytest.mark.parametrize(
    ("value", "rule"), [("#DIV/0!", "cell_error"), ("inf", "bad_number"), ("NaN", "bad_number"), ("5/0", "bad_number")]
)
def test_a_share_of_nobody_is_no_share(clean: Any, value: str, rule: str) -> None:
    text = f"koodi;nimi;vuosi;arvo\n020;Akaa;2011;5.1\n177;Juupajoki;2011;{value}\n250;Kihniö;2011;-\n"
    cleaned = clean(TABLE, {"areas.csv": text})
    assert quarantined(cleaned) == {("areas", 2): rule}
    assert cleaned.tables["area_indicators"].select("area", "value").rows() == [("020", 5.1), ("250", None)]


def test_a_feed_that_names_no_year_stops(clean: Any) -> None:
    with pytest.raises(SujuvaError, match="year"):
        clean(TABLE.replace("          year: vuosi\n", ""), {"areas.csv": "koodi;nimi;arvo\n020;Akaa;5\n"})


@pytest.mark.parametrize(("people", "stops"), [("0", True), ("", False), ("100", False)])
def test_something_counted_among_nobody_stops_the_situation(clean: Any, people: str, stops: bool) -> None:
    """A denominator that is not known is no fault; one of 0 beside five children is."""
    text = line("5,0", "5", indicator="90004") + line(people, people, indicator="90005")
    values = area_indicators(clean(AREAS, {"areas.csv": text}).tables["area_indicators"], {})
    if not stops:
        assert signal_rows(values, load_counted()).schema == TIDY
        return
    with pytest.raises(ContractError, match="its denominator, statistic '90005', is 0; that must be above 0"):
        signal_rows(values, load_counted())


MONTHS = """
  - name: months
    file: months.csv
    reader: csv
    options: {separator: ";"}
    feeds:
      - table: area_months
        columns:
          indicator: {value: "1245"}
          title: {value: Tuki}
          area: koodi
          area_name: nimi
          gender: sukupuoli
          month: kuukausi
          value: arvo
          absolute: luku
"""


def test_a_month_is_written_as_its_producer_does_and_is_never_a_year(clean: Any) -> None:
    text = "koodi;nimi;sukupuoli;kuukausi;arvo;luku\n"
    text += "20;Akaa;total;2024M03;5;10\n20;Akaa;total;2024M13;5;10\n20;Akaa;total;2024;5;10\n"
    text += "020;Akaa;total;2024M03;6;10\n020;Akaa;total;2024M04;...;-1\n020;Akaa;total;2024M05;...;\n"
    cleaned = clean(MONTHS, {"months.csv": text})
    assert cleaned.tables["area_months"].select("area", "month", "value").rows() == [
        ("020", "2024M03", 5.0), ("020", "2024M05", None),
    ]  # fmt: skip
    assert cleaned.tables["area_indicators"].is_empty()
    assert set(quarantined(cleaned).values()) == {
        "contract_area_months_month_regex", "duplicate", "negative_count",
    }  # fmt: skip


def test_parts_of_a_month_are_held_against_the_total_of_that_month(clean: Any) -> None:
    text = "koodi;nimi;sukupuoli;kuukausi;arvo;luku\n"
    for month, total in (("2024M03", 10), ("2024M04", 30)):
        text += f"020;Akaa;total;{month};5;{total}\n020;Akaa;male;{month};5;9\n020;Akaa;female;{month};5;9\n"
    cleaned = clean(MONTHS, {"months.csv": text})
    assert set(quarantined(cleaned).values()) == {"total_below_parts"}
    assert cleaned.tables["area_months"]["month"].unique().to_list() == ["2024M04"]


def test_a_municipality_that_had_ended_has_no_month(clean: Any) -> None:
    text = "koodi;nimi;sukupuoli;kuukausi;arvo;luku\n588;Pertunmaa;total;2030M01;5;10\n020;Akaa;total;2030M01;5;10\n"
    cleaned = clean(MONTHS, {"months.csv": text})
    assert set(quarantined(cleaned).values()) == {"area_not_in_year"}
