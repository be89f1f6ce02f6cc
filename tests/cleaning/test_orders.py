"""Events in an order that cannot be, municipalities that had ended, and times that say nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_ended, load_orders
from tests.cleaning.helpers import Who, counts, quarantined

EVENTS = """
  - name: events
    file: events.csv
    reader: csv
    feeds:
      - table: case_events
        columns: {case: id, activity: what, time: when, region: {value: oulu}}
"""
ORDERS = "- {later: meeting, earlier: contact}\n- {later: closure, earlier: contact}\n"


@pytest.fixture
def orders(small_project: Path) -> Path:
    path = small_project / "data" / "codebooks" / "event_orders.yaml"
    path.write_text(ORDERS)
    return path


def aside(clean: Any, *rows: str) -> dict[int, str]:
    cleaned = clean(EVENTS, {"events.csv": "id,what,when\n" + "".join(f"{row}\n" for row in rows)})
    return {row: rules for (_, row), rules in quarantined(cleaned).items()}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        # A meeting before the contact of its own case.
        (["a,contact,2024-01-05", "a,meeting,2024-01-04"], {2: "impossible_order"}),
        (["a,meeting,2024-01-04 12:00", "a,contact,2024-01-04 12:01"], {1: "impossible_order"}),
        (
            ["a,meeting,2024-01-04", "a,closure,2024-01-03", "a,contact,2024-01-05"],
            dict.fromkeys((1, 2), "impossible_order"),
        ),
        # Not before, or at the same moment.
        (["a,contact,2024-01-05", "a,meeting,2024-01-06"], {}),
        (["a,contact,2024-01-05 10:00", "a,meeting,2024-01-05 10:00"], {}),
        # The same day without a clock: nobody knows.
        (["a,contact,2024-01-05 10:00", "a,meeting,2024-01-05"], {}),
        (["a,contact,2024-01-05", "a,meeting,2024-01-05 08:00"], {}),
        (["a,contact,2024-01-05 10:00", "a,meeting,2024-01-04"], {2: "impossible_order"}),
        # No contact at all: the case may have begun before the data do.
        (["a,meeting,2024-01-04", "b,contact,2024-02-05"], {}),
        # Another family's contact says nothing.
        (["a,meeting,2024-01-04", "b,contact,2024-01-05", "a,contact,2024-01-03"], {}),
        # A contact that breaks a rule of its own does not count.
        (["a,contact,x", "a,meeting,2024-01-04"], {1: "wrong_date"}),
        (["a,contact,x", "a,meeting,2024-01-04", "a,contact,2024-01-05"], {1: "wrong_date", 2: "impossible_order"}),
        # Only the first contact counts.
        (["a,contact,2024-01-03", "a,meeting,2024-01-04", "a,contact,2024-01-05"], {}),
        (["a,contact,2024-01-05", "a,meeting,2024-01-04", "a,contact,2024-01-03"], {}),
        # Activities that the list does not name are free.
        (["a,contact,2024-01-05", "a,invitation,2024-01-04"], {}),
    ],
)
def test_what_must_come_first(clean: Any, orders: Path, rows: list[str], found: dict[int, str]) -> None:
    assert aside(clean, *rows) == found


def test_an_impossible_event_is_found_in_its_own_file(clean: Any, orders: Path, who: Who) -> None:
    more = EVENTS.replace("events", "more", 1).replace("events.csv", "more.csv")
    files = {"events.csv": "id,what,when\na,contact,2024-01-05\n"}
    files |= {"more.csv": "id,what,when\nb,visit,2024-01-04\na,meeting,2024-01-04\n"}
    cleaned = clean(EVENTS + more, files)
    assert quarantined(cleaned) == {("more", 2): "impossible_order"}
    assert cleaned.quarantine["file"].to_list() == ["more.csv"]
    found = cleaned.tables["case_events"].select("case", "sequence").rows()
    assert found == [(who("a", "family"), 1), (who("b", "family"), 1)]


def test_a_contact_elsewhere_that_is_set_aside_does_not_count(clean: Any, orders: Path) -> None:
    sources = EVENTS.replace("{value: oulu}", "{from: place, lookup: municipality}")
    rows = "a,contact,2024-01-05,Helsinki\na,meeting,2024-01-04,Oulu\n"
    cleaned = clean(sources, {"events.csv": "id,what,when,place\n" + rows})
    assert quarantined(cleaned) == {("events", 1): "unknown_region"}


def test_the_folder_s_own_list_takes_the_place_of_the_project_s(clean: Any, orders: Path, small_project: Path) -> None:
    rows = ["a,contact,2024-01-05", "a,meeting,2024-01-04", "a,visit,2024-01-03"]
    assert aside(clean, *rows) == {2: "impossible_order"}
    (small_project / "raw" / "codebooks").mkdir()
    own = small_project / "raw" / "codebooks" / "event_orders.yaml"
    own.write_text("- {later: visit, earlier: contact}\n")
    assert aside(clean, *rows) == {3: "impossible_order"}
    own.write_text("[]\n")
    assert aside(clean, *rows) == {}
    own.unlink()
    orders.unlink()
    assert aside(clean, *rows) == {}


def test_the_project_s_list_names_contact_before_meeting(project: Path) -> None:
    pairs = {(one.later, one.earlier) for one in load_orders()}
    assert {("meeting", "contact"), ("service_end", "service_start")} <= pairs


AREAS = """
- {code: "911", name: Valtimo, until: 2019, into: "541"}
"""
REGIONS = """
- {key: oulu, level: city, code: "564", title: {fi: Oulu}, municipalities: {"564": Oulu}}
- {key: pohjois-karjala, level: county, code: "14", title: {fi: Pohjois-Karjala}, municipalities: {"541": Nurmes}}
"""
PEOPLE = """
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns:
          respondent: id
          wave: year
          region: {from: place, lookup: municipality}
          municipality: {from: place, lookup: municipality_code}
"""
STATISTICS = """
  - name: areas
    file: areas.csv
    reader: csv
    feeds:
      - table: area_indicators
        columns: {indicator: i, title: i, area: code, area_name: code, gender: {value: total}, year: year, value: v}
"""
CHOICES = {"regions": ["oulu", "pohjois-karjala"], "waves": [2019, 2020, 2022]}


@pytest.fixture
def areas(small_project: Path) -> None:
    folder = small_project / "data" / "codebooks"
    (folder / "municipality_changes.yaml").write_text(AREAS, encoding="utf-8")
    (folder / "regions.yaml").write_text(REGIONS, encoding="utf-8")


@pytest.mark.usefixtures("areas")
def test_a_municipality_that_ended_belongs_to_the_one_it_went_into(clean: Any) -> None:
    rows = ["a,2019,Valtimo", "b,2019,911", "c,2020,911 Valtimo", "d,2022,valtimo", "e,2022,Nurmes"]
    cleaned = clean(PEOPLE, {"people.csv": "id,year,place\n" + "\n".join(rows) + "\n"}, **CHOICES)
    found = cleaned.tables["respondents"].select("wave", "region", "municipality").rows()
    assert found == [
        (2019, "pohjois-karjala", "911"),
        (2019, "pohjois-karjala", "911"),
        (2022, "pohjois-karjala", "541"),
    ]
    assert quarantined(cleaned) == {("people", 3): "area_not_in_year", ("people", 4): "area_not_in_year"}


@pytest.mark.usefixtures("areas")
def test_statistics_of_a_municipality_that_had_ended_are_set_aside(clean: Any) -> None:
    rows = ["1,911,2019,5", "1,911,2020,5", "1,541,2020,5", "1,911,2021,", "1,0911,2021,1"]
    cleaned = clean(STATISTICS, {"areas.csv": "i,code,year,v\n" + "\n".join(rows) + "\n"}, **CHOICES)
    assert quarantined(cleaned) == {("areas", 2): "area_not_in_year", ("areas", 4): "area_not_in_year"}


def test_the_project_s_list_of_changes(project: Path) -> None:
    ended = load_ended()
    assert (ended["911"].until, ended["911"].into) == (2019, "541")
    assert not [code for code, one in ended.items() if one.into in ended and ended[one.into].until <= one.until]


MOOD = """
  - name: people
    file: people.csv
    reader: csv
    feeds: [{table: respondents, columns: {respondent: id, wave: {value: 2024}, region: {value: oulu}}}]
  - name: mood
    file: mood.csv
    reader: csv
    options: {decimal: ","}
    feeds:
      - table: answers
        instrument: mood
        columns: {respondent: id, wave: {value: 2024}, informant: {value: self}}
        items: {1: ilo, 2: uni}
        duration: DURATION
    ignore: ["*"]
"""


def took(clean: Any, duration: str, *rows: str, **choices: Any) -> tuple[list[float | None], int]:
    """Seconds of each row, and how many were unusable; no row may be set aside for them."""
    people = "id\n" + "".join(f"{at}\n" for at in range(len(rows)))
    mood = "id,ilo,uni,d,s,e\n" + "".join(f"{at},1,1,{row}\n" for at, row in enumerate(rows))
    cleaned = clean(MOOD.replace("DURATION", duration), {"people.csv": people, "mood.csv": mood}, **choices)
    assert quarantined(cleaned) == {}
    mood_rules = cleaned.rules.filter(pl.col("source") == "mood").drop("source")
    unusable = mood_rules.filter(pl.col("rule") == "duration_unusable")["rows"].to_list()
    return cleaned.tables["answers_mood"]["seconds"].to_list(), sum(unusable)


def test_lengths_are_seconds_or_minutes(clean: Any) -> None:
    rows = ["90,,", '"1,5",,', "0,,", ",,", "-1,,", "x,,", " 5 ,,", "1.5,,", "inf,,", "#N/A,,"]
    wanted = [90.0, 1.5, 0.0, None, None, None, 5.0, None, None, None]
    assert took(clean, "d", *rows) == (wanted, 5)
    minutes = [None if one is None else one * 60 for one in wanted]
    assert took(clean, "{from: d, unit: minutes}", *rows) == (minutes, 5)


def test_lengths_are_the_end_less_the_start(clean: Any) -> None:
    rows = [
        ",2024-01-01 10:00:00,2024-01-01 10:01:30",
        ",2024-01-01 10:00:00,2024-01-01 10:00:00.250",
        ",2024-01-01 10:00,2024-01-01 09:59",
        ",2024-01-01 10:00,",
        ",,2024-01-01 10:00",
        ",x,2024-01-01 10:00",
        ",1.1.2024 23:59,2.1.2024 00:01",
    ]
    assert took(clean, "{start: s, end: e}", *rows) == ([90.0, 0.25, None, None, None, None, 120.0], 2)
    own = '{start: s, end: e, format: "%m/%d/%Y %H:%M"}'
    assert took(clean, own, ",12/31/2023 23:00,01/01/2024 01:00") == ([7200.0], 0)


def test_a_length_beyond_all_numbers_is_unusable(clean: Any) -> None:
    assert took(clean, "{from: d, unit: minutes}", "1e308,,") == ([None], 1)


def test_start_and_end_may_have_offsets(clean: Any) -> None:
    duration = '{start: s, end: e, format: "%Y-%m-%dT%H:%M:%S%z"}'
    row = ",2024-01-01T10:00:00Z,2024-01-01T10:01:00Z"
    assert took(clean, duration, row, timezone="Europe/Helsinki") == ([60.0], 0)


def test_a_row_set_aside_for_its_answers_still_says_its_length_is_unusable(clean: Any) -> None:
    people = {"people.csv": "id\n1\n"}
    cleaned = clean(MOOD.replace("DURATION", "d"), people | {"mood.csv": "id,ilo,uni,d,s,e\n1,9,1,x,,\n"})
    assert quarantined(cleaned) == {("mood", 1): "item_out_of_range"}
    assert counts(cleaned, "recode")["duration_unusable"] == 1
