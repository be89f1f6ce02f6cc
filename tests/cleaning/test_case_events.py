"""What only some events of a family's process have: items, triggers, services, roles, outcomes; and what is blank."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sujuva.codebooks import load_orders
from sujuva.errors import SourceError
from sujuva.sources.xes import XesOptions, read_xes
from tests.cleaning.helpers import Clean, Who, counts, quarantined, write

COLUMNS = "case,activity,time,sector,town,item,trigger,service,need,target,role,outcome,support"
OPTIONAL = COLUMNS.split(",")[3:]
EVENTS = """
  - name: events
    file: events.csv
    reader: csv
    unique: UNIQUE
    feeds:
      - table: case_events
        columns:
          case: case
          activity: activity
          time: time
          region: {value: oulu}
          sector: {from: sector, lookup: sector}
          municipality: {from: town, lookup: municipality_code}
          item: item
          trigger: {from: trigger, map: {ero: divorce}}
          service: service
          need: need
          target: {from: target, lookup: sector}
          role: {from: role, map: {vanhempi: parent, työntekijä: professional}}
          outcome: {from: outcome, map: {toteutui: done}}
          support: {from: support, map: {varhainen: early}}
"""
TELLING = "[case, activity, time, sector, item, service, need, target, role]"
EVENTS = EVENTS.replace("UNIQUE", TELLING)


def row(case: str, activity: str, time: str = "2024-01-09 13:00", **more: str) -> str:
    return ",".join([case, activity, time, *(more.get(name, "") for name in OPTIONAL)])


def table(*rows: str) -> dict[str, str]:
    return {"events.csv": "\n".join([COLUMNS, *rows]) + "\n"}


def aside(cleaned: Any) -> dict[int, str]:
    return {number: rules for (_, number), rules in quarantined(cleaned).items()}


def test_every_column_is_read(clean: Clean, who: Who) -> None:
    rows = [
        row("a", "contact", sector="Terveyspalvelut", town="Oulu", trigger="ero", service="line"),
        row("a", "service_start", item="P1", service="help", need="school", support="varhainen"),
        row("a", "referral", target="järjestöt", item="O1"),
        row("a", "attendance", role="vanhempi", item="N1"),
        row("a", "action_outcome", outcome="toteutui", item="S1"),
    ]
    cleaned = clean(EVENTS, table(*rows))
    assert aside(cleaned) == {}
    events = cleaned.tables["case_events"]
    assert events["municipality"].to_list() == ["564", None, None, None, None]
    assert events["trigger"].to_list() == ["divorce", None, None, None, None]
    assert events["service"].to_list() == ["line", "help", None, None, None]
    assert events["target"].to_list() == [None, None, "third", None, None]
    assert events["item"].to_list() == [None, *(who(one, "item") for one in ("P1", "O1", "N1", "S1"))]
    told = events.select("need", "support", "role", "outcome").rows()
    assert told == [
        (None,) * 4,
        ("school", "early", None, None),
        (None,) * 4,
        (None, None, "parent", None),
        (None, None, None, "done"),
    ]
    write(cleaned)


def test_a_description_without_them_still_works(clean: Clean) -> None:
    start = EVENTS.index("          sector:")
    short = EVENTS[:start].replace(TELLING, "[case, activity, time]").replace("feeds", "ignore: ['*']\n    feeds", 1)
    cleaned = clean(short, table(row("a", "contact"), row("a", "contact"), row("a", "contact", "2024-01-10 13:00")))
    assert aside(cleaned) == {2: "duplicate"}
    empty = cleaned.tables["case_events"].select("municipality", "item", "trigger", "role", "support")
    assert empty.null_count().row(0) == (2,) * 5
    write(cleaned)


def test_a_file_with_items_and_one_without(clean: Clean, who: Who) -> None:
    bare = EVENTS.replace("          item: item\n", "").replace("events", "bare", 1).replace("events.csv", "bare.csv")
    bare = bare.replace("need, ", "").replace("item, ", "").replace("feeds", "ignore: [item]\n    feeds", 1)
    files = table(row("a", "meeting", item="N1")) | {"bare.csv": "\n".join([COLUMNS, row("b", "meeting")]) + "\n"}
    for sources in (EVENTS + bare, bare + EVENTS):
        items = dict(clean(sources, files).tables["case_events"].select("case", "item").iter_rows())
        assert items == {who("a", "family"): who("N1", "item"), who("b", "family"): None}


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"role": "kummi"}, "value_not_in_map"),
        ({"outcome": "kesken"}, "value_not_in_map"),
        ({"support": "?"}, "value_not_in_map"),
        ({"trigger": "muu syy"}, "value_not_in_map"),
        ({"target": "Muu taho"}, "unknown_sector"),
        ({"sector": "Muu taho"}, "unknown_sector"),
        ({"town": "Takamaa"}, "unknown_region"),
    ],
)
def test_a_value_that_is_not_known_sets_the_event_aside(clean: Clean, wrong: dict[str, str], rule: str) -> None:
    assert aside(clean(EVENTS, table(row("a", "contact"), row("a", "visit", **wrong)))) == {2: rule}


@pytest.mark.parametrize(("column", "raw"), [("role", "vanhempi"), ("outcome", "toteutui"), ("support", "varhainen")])
def test_without_a_map_the_contract_says_which_words_there_are(clean: Clean, column: str, raw: str) -> None:
    start = EVENTS.index(f"          {column}: {{")
    sources = EVENTS[:start] + f"          {column}: {column}" + EVENTS[EVENTS.index("\n", start) :]
    rules = aside(clean(sources, table(row("a", "visit", **{column: raw}))))
    assert rules == {1: f"contract_case_events_{column}_allowed"}


def test_a_municipality_that_had_ended_is_found_by_the_year_of_the_event(clean: Clean, small_project: Path) -> None:
    changes = small_project / "data" / "codebooks" / "municipality_changes.yaml"
    changes.write_text('- {code: "911", name: Vanha, until: 2023, into: "564"}\n', encoding="utf-8")
    rows = [
        row("a", "contact", "2023-12-29 09:00", town="Vanha"),
        row("b", "contact", "2024-01-02 09:00", town="Vanha"),
    ]
    cleaned = clean(EVENTS, table(*rows))
    assert aside(cleaned) == {2: "area_not_in_year"}
    assert cleaned.tables["case_events"]["municipality"].to_list() == ["911"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        # Several people come to one meeting at the same time.
        ([{"role": "vanhempi"}, {"role": "työntekijä", "sector": "järjestöt"}], {}),
        ([{"role": "työntekijä", "sector": "järjestöt"}, {"role": "työntekijä", "sector": "terveyspalvelut"}], {}),
        ([{"role": "vanhempi", "item": "N1"}, {"role": "vanhempi", "item": "N2"}], {}),
        ([{"role": "vanhempi"}, {"role": ""}], {}),
        # The same event twice: blanks are the same where the column is not about it.
        ([{"role": "vanhempi"}, {"role": "vanhempi"}], {2: "duplicate"}),
        ([{}, {}], {2: "duplicate"}),
        ([{"item": "N1", "service": "x"}] * 3, {2: "duplicate", 3: "duplicate"}),
        # What could not be read is no blank.
        ([{"sector": "?", "role": "vanhempi"}, {"role": "vanhempi"}], {1: "unknown_sector"}),
        ([{"role": "vanhempi"}, {"sector": "?", "role": "vanhempi"}], {2: "unknown_sector"}),
        ([{"sector": "?"}, {"sector": "?"}], {1: "unknown_sector", 2: "unknown_sector"}),
        # What came of an event does not tell it apart.
        ([{"item": "S1", "outcome": "toteutui"}, {"item": "S1"}], {2: "duplicate"}),
    ],
)
def test_blanks_in_what_tells_events_apart(clean: Clean, rows: list[dict[str, str]], found: dict[int, str]) -> None:
    assert aside(clean(EVENTS, table(*(row("a", "attendance", **one) for one in rows)))) == found


def test_none_of_the_same_events_stays_where_none_should(clean: Clean) -> None:
    rows = table(row("a", "visit"), row("a", "visit"), row("a", "visit", item="N1"))
    assert aside(clean(EVENTS, rows, duplicates="none")) == {1: "duplicate", 2: "duplicate"}
    assert aside(clean(EVENTS, rows, duplicates="last")) == {1: "duplicate"}


def test_an_event_without_a_time_or_a_case_has_no_key_to_share(clean: Clean) -> None:
    rows = [row("a", "visit", ""), row("a", "visit", ""), row("", "visit"), row("", "visit")]
    assert set(aside(clean(EVENTS, table(*rows))).values()) == {"missing_value", "missing_key"}


cell = st.sampled_from(["", "x", "y"])
event = st.tuples(
    st.sampled_from("ab"), st.sampled_from(["visit", "call"]), cell, cell, st.sampled_from(["", "vanhempi"])
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(event, min_size=1, max_size=12))
def test_of_equal_events_the_first_stays_whatever_is_blank(clean: Clean, events: list[tuple[str, ...]]) -> None:
    rows = [row(one[0], one[1], item=one[2], service=one[3], role=one[4]) for one in events]
    later = [number for number, one in enumerate(events) if one in events[:number]]
    assert aside(clean(EVENTS, table(*rows))) == {number + 1: "duplicate" for number in later}


def test_items_leave_as_pseudonyms_and_still_tie_events_together(clean: Clean, who: Who) -> None:
    """Systems build the identifier of a meeting from the family's: it must not carry that on."""
    rows = [
        row("F77", "meeting", item="F77/1"),
        row("F77", "attendance", item="F77/1", role="vanhempi"),
        row("F77", "visit", item="F77/2", outcome="kesken"),
    ]
    cleaned = clean(EVENTS, table(*rows))
    events = cleaned.tables["case_events"]
    assert events["item"].to_list() == [who("F77/1", "item")] * 2
    assert counts(cleaned, "recode")["pseudonym"] == 3
    written = events.write_csv() + cleaned.quarantine.write_csv()
    assert "F77" not in written


@pytest.mark.parametrize("column", ["item", "trigger", "service", "need"])
@pytest.mark.parametrize("text", ["010190-900P", "someone@example.org", "+358 40 1234567"])
def test_what_identifies_somebody_is_refused_in_every_new_column(clean: Clean, column: str, text: str) -> None:
    rows = table(*[row("a", "visit", **{column: f"ks. {text}"})] * 3)
    with pytest.raises(SourceError, match=f"the column '{column}'") as caught:
        clean(EVENTS, rows)
    assert text not in str(caught.value)


def test_names_of_people_are_refused_as_services(clean: Clean) -> None:
    names = ["Aaa Bbb", "Ccc Ddd", "Eee Fff", "Ggg Hhh", "Iii Jjj", "Kkk Lll"]
    with pytest.raises(SourceError, match="the column 'service' seems to hold names"):
        clean(EVENTS, table(*(row("a", "visit", service=name) for name in names)))


ORDERS = "- {later: action_outcome, earlier: action_agreed, item: true}\n- {later: attendance, earlier: contact}\n"
DONE, AGREED = "action_outcome", "action_agreed"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        # Its own action came first, or later, whatever the others did.
        ([(AGREED, 2, "S1"), (DONE, 3, "S1")], {}),
        ([(AGREED, 2, "S1"), (DONE, 1, "S1")], {2: "impossible_order"}),
        ([(AGREED, 1, "S1"), (AGREED, 5, "S2"), (DONE, 3, "S2")], {3: "impossible_order"}),
        ([(AGREED, 5, "S1"), (AGREED, 1, "S2"), (DONE, 3, "S2")], {}),
        # Its own action is not there: nothing is said.
        ([(AGREED, 5, "S1"), (DONE, 3, "S2")], {}),
        ([(DONE, 3, "S2")], {}),
        # Where either has no item, any may be its own.
        ([(AGREED, 5, "S1"), (DONE, 3, "")], {2: "impossible_order"}),
        ([(AGREED, 5, ""), (DONE, 3, "S1")], {2: "impossible_order"}),
        ([(AGREED, 1, ""), (AGREED, 5, "S1"), (DONE, 3, "S1")], {}),
        ([(AGREED, 1, "S2"), (AGREED, 5, "S1"), (DONE, 3, "")], {}),
        # Orders that know no items do not look at them.
        ([("contact", 2, ""), ("attendance", 1, "N1")], {2: "impossible_order"}),
        ([("contact", 2, "N9"), ("attendance", 2, "N1")], {}),
    ],
)
def test_an_event_follows_its_own(
    clean: Clean, small_project: Path, rows: list[tuple[str, int, str]], found: dict[int, str]
) -> None:
    (small_project / "data" / "codebooks" / "event_orders.yaml").write_text(ORDERS)
    lines = [row("a", activity, f"2024-01-{day:02} 12:00", item=item) for activity, day, item in rows]
    assert aside(clean(EVENTS, table(*lines))) == found


def test_another_family_s_item_of_the_same_name_says_nothing(clean: Clean, small_project: Path) -> None:
    (small_project / "data" / "codebooks" / "event_orders.yaml").write_text(ORDERS)
    lines = [row("a", AGREED, "2024-01-05 12:00", item="S1"), row("b", DONE, "2024-01-03 12:00", item="S1")]
    assert aside(clean(EVENTS, table(*lines))) == {}


def test_the_project_s_list_ties_what_has_items(project: Path) -> None:
    tied = {(one.later, one.earlier) for one in load_orders() if one.item}
    assert tied == {
        ("action_outcome", "action_agreed"),
        ("follow_up", "meeting"),
        ("referral_accepted", "referral"),
        ("service_end", "service_start"),
    }
    assert ("attendance", "contact") in {(one.later, one.earlier) for one in load_orders() if not one.item}


XES = """<log><trace><string key="concept:name" value="a"/>
<event><string key="concept:name" value="attendance"/><date key="time:timestamp" value="2024-01-09T13:00:00"/>
<string key="meeting" value="N1"/><string key="role" value="parent"/></event>
<event><string key="concept:name" value="meeting"/><date key="time:timestamp" value="2024-01-09T13:00:00"/></event>
</trace></log>"""


def test_an_event_log_in_xes_brings_them_too(clean: Clean, who: Who) -> None:
    sources = """
  - name: log
    file: log.xes
    reader: xes
    feeds:
      - table: case_events
        columns: {case: "case:concept:name", activity: "concept:name", time: "time:timestamp", region: {value: oulu},
          item: meeting, role: role}
"""
    cleaned = clean(sources, {"log.xes": XES})
    found = cleaned.tables["case_events"].select("activity", "item", "role").rows()
    assert found == [("attendance", who("N1", "item"), "parent"), ("meeting", None, None)]


def test_the_reader_leaves_blank_what_an_event_has_not(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(XES, encoding="utf-8")
    frame = read_xes(tmp_path / "log.xes", XesOptions()).frame
    assert frame["role"].to_list() == ["parent", None]
    assert frame.schema["meeting"] == pl.String
