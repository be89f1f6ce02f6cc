"""Rows are compared over all files: duplicates, and rows that refer to rows which are not there."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.cleaning import parents as across
from sujuva.cleaning.feeds import AT, Converter
from sujuva.errors import ContractError
from tests.cleaning.helpers import Who, quarantined

HERE, THERE = ["who", "when"], ["respondent", "wave"]
MANY = settings(max_examples=80)


def joined(children: pl.DataFrame, parents: pl.DataFrame) -> list[int | None]:
    """The row of each child's parent, found one by one."""
    places = {key: at for at, key in enumerate(parents.select(THERE).rows())}
    return [places.get(key) for key in children.select(HERE).rows()]


@st.composite
def keys(draw: st.DrawFn, person: st.SearchStrategy[Any], kind: pl.DataType) -> tuple[pl.DataFrame, pl.DataFrame]:
    wave = st.integers(2020, 2024)
    parents = draw(st.lists(st.tuples(person, wave), unique=True, max_size=12))
    known = [st.sampled_from(parents)] if parents else []
    child = st.one_of(*known, st.tuples(st.none() | person, st.none() | st.integers(1900, 2199)))
    children = draw(st.lists(child, max_size=12))
    return (
        pl.DataFrame(children, schema={"who": kind, "when": pl.Int64}, orient="row"),
        pl.DataFrame(parents, schema={"respondent": kind, "wave": pl.Int64}, orient="row"),
    )


DENSE = keys(st.integers(0, 20), pl.UInt32())
SPARSE = keys(st.integers(0, 20) | st.integers(0, 2**32 - 1), pl.UInt32())
WORDS = keys(st.sampled_from("abcdefg"), pl.String())


@MANY
@given(st.one_of(DENSE, SPARSE, WORDS))
def test_parents_are_found_as_by_a_join(frames: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    children, parents = frames
    found = across.parent_rows(children, parents, HERE, THERE)
    assert found.to_list() == joined(children, parents)
    assert found.dtype == pl.UInt32


@MANY
@given(DENSE)
def test_both_ways_of_finding_parents_agree(frames: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    children, parents = frames
    dense = across._positions(children, parents, HERE, THERE)
    assert (dense is None) == parents.is_empty()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(across, "_DENSE", 0)
        slow = across.parent_rows(children, parents, HERE, THERE)
    assert dense is None or dense.to_list() == slow.to_list()


PEOPLE = """
  - name: NAME
    file: NAME.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: {value: 2024}, region: {from: place, lookup: municipality}, age_group: from}
"""
ONE, TWO = PEOPLE.replace("NAME", "one"), PEOPLE.replace("NAME", "two")
FILES = {
    "one.csv": "id,place,from\na,Oulu,1\nb,Oulu,1\nb,Oulu,1b\n,Oulu,1\n",
    "two.csv": "id,place,from\na,Oulu,2\nb,Helsinki,2\nc,Oulu,2\n,Oulu,2\n",
}


@pytest.mark.parametrize(
    ("choice", "kept", "aside"),
    [
        ("first", {"a": "1", "b": "1", "c": "2"}, [("one", 3), ("two", 1)]),
        ("last", {"a": "2", "b": "1b", "c": "2"}, [("one", 1), ("one", 2)]),
        ("none", {"c": "2"}, [("one", 1), ("one", 2), ("one", 3), ("two", 1)]),
    ],
)
def test_duplicates_are_found_over_files(
    clean: Any, who: Who, choice: str, kept: dict[str, str], aside: list[tuple[str, int]]
) -> None:
    cleaned = clean(ONE + TWO, FILES, duplicates=choice)
    people = cleaned.tables["respondents"]
    assert dict(people.select("respondent", "age_group").iter_rows()) == {
        who(key): value for key, value in kept.items()
    }
    wanted = dict.fromkeys(aside, "duplicate") | {("one", 4): "missing_key", ("two", 4): "missing_key"}
    # A row that breaks another rule loses, whatever its place; blanks have no key to share.
    assert quarantined(cleaned) == wanted | {("two", 2): "duplicate;unknown_region"}


MOOD = """
  - name: SOURCE
    file: SOURCE.csv
    reader: csv
    feeds:
      - table: answers
        instrument: mood
        items: {1: K1, 2: K2}
        columns: {respondent: id, wave: {value: 2024}, informant: {value: SAYS}}
"""


def mood(name: str, says: str) -> str:
    return MOOD.replace("SOURCE", name).replace("SAYS", says)


def test_answers_of_several_files_refer_to_clean_people_of_several_files(clean: Any, who: Who) -> None:
    files = FILES | {
        "self.csv": "id,K1,K2\na,1,1\nb,1,1\nc,1,1\nd,1,1\n",
        "parent.csv": "id,K1,K2\nc,2,2\n,2,2\nb,9,1\nx,9,1\n",
    }
    cleaned = clean(ONE + TWO + mood("self", "self") + mood("parent", "parent"), files)
    rules = {key: value for key, value in quarantined(cleaned).items() if key[0] in {"self", "parent"}}
    assert rules == {
        ("self", 4): "unknown_respondent",
        ("parent", 2): "missing_key",
        ("parent", 3): "item_out_of_range",
        ("parent", 4): "item_out_of_range;unknown_respondent",
    }
    answers = cleaned.tables["answers_mood"].select("respondent", "informant").rows()
    assert answers == [(who("a"), "self"), (who("b"), "self"), (who("c"), "self"), (who("c"), "parent")]
    counted = cleaned.items.filter(item=1).select("region", "n", "n_missing").rows()
    assert counted == [("oulu", 4, 0)]


@pytest.mark.parametrize("first", ["people", "answers"])
def test_the_order_of_files_does_not_matter_to_references(clean: Any, first: str) -> None:
    people, answers = ONE, mood("self", "self")
    files = {"one.csv": FILES["one.csv"], "self.csv": "id,K1,K2\na,1,1\nz,1,1\n"}
    cleaned = clean(people + answers if first == "people" else answers + people, files)
    assert cleaned.tables["answers_mood"].height == 1
    assert quarantined(cleaned)["self", 2] == "unknown_respondent"


def test_answers_without_any_respondents_are_all_set_aside(clean: Any) -> None:
    cleaned = clean(mood("self", "self"), {"self.csv": "id,K1,K2\na,1,1\n,1,1\n"})
    assert quarantined(cleaned) == {("self", 1): "unknown_respondent", ("self", 2): "missing_key"}
    assert cleaned.tables["answers_mood"].is_empty()


def test_a_source_may_name_more_that_tells_its_rows_apart(clean: Any) -> None:
    unique = ONE.replace("    feeds", "    unique: [age_group, region]\n    feeds")
    text = "id,place,from\na,Oulu,1\nb,Oulu,1\nc,Tampere,1\nd,Oulu,\ne,Oulu,\n"
    cleaned = clean(unique, {"one.csv": text})
    assert quarantined(cleaned) == {("one", 2): "duplicate"}


def test_two_open_answers_of_one_row_are_no_duplicates(clean: Any) -> None:
    sources = ONE.replace("    feeds", "    unique: [respondent, wave]\n    feeds")
    sources = sources.replace("age_group: from}", "age_group: from}\n        texts: {x: from, y: place}")
    cleaned = clean(sources, {"one.csv": "id,place,from\na,Oulu,1\nb,Oulu,1\n"})
    assert quarantined(cleaned) == {}


def test_two_ratings_of_one_form_are_no_duplicates(clean: Any) -> None:
    sources = """
  - name: feedback
    file: feedback.csv
    reader: csv
    unique: [event, participant]
    feeds:
      - table: feedback
        items: {heard: K1, useful: K2}
        columns: {event: event, wave: {value: 2024}, region: {value: oulu}, participant: id,
          participant_group: {value: parents}}
"""
    assert quarantined(clean(sources, {"feedback.csv": "event,id,K1,K2\ne,1,5,4\ne,2,5,4\n"})) == {}


@pytest.mark.parametrize("what", ["informants", "waves"])
def test_one_row_may_bring_several_rows_to_a_table(clean: Any, what: str) -> None:
    """Wide files: self and parent, or two waves, side by side."""
    answers = mood("wide", "self")
    feed = answers[answers.index("      - table") :]
    other = feed.replace("K1", "P1").replace("K2", "P2")
    other = other.replace("value: self", "value: parent") if what == "informants" else other.replace("2024", "2023")
    people = ONE + (TWO.replace("2024", "2023") if what == "waves" else "")
    rows = "id,place,from\na,Oulu,1\nb,Oulu,1\n"
    files = {"one.csv": rows, "two.csv": rows, "wide.csv": "id,K1,K2,P1,P2\na,1,1,2,2\nb,0,0,0,0\n"}
    cleaned = clean(people + answers + other, files)
    assert cleaned.tables["answers_mood"].height == 4
    assert cleaned.ledger.filter(source="wide").row(0)[3:] == (2, 2, 0)


def test_a_row_that_the_contract_rejects_does_not_push_out_its_good_duplicate(clean: Any, who: Who) -> None:
    sources = ONE.replace("age_group: from", "gender: {from: from, map: {1: girl}, else: keep}")
    cleaned = clean(sources, {"one.csv": "id,place,from\na,Oulu,2\na,Oulu,1\n"})
    assert cleaned.tables["respondents"].select("respondent", "gender").rows() == [(who("a"), "girl")]


EVENTS = """
  - name: ev
    file: ev.csv
    reader: csv
    unique: [case, activity]
    feeds:
      - table: case_events
        columns: {case: c, activity: a, time: t, region: {value: oulu}}
"""
ANSWERS = """
  - name: answers
    file: a.csv
    reader: csv
    feeds:
      - table: answers
        instrument: mood
        columns: {respondent: id, wave: y, informant: {value: self}}
"""
WIDE = """
  - name: wide
    file: w.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: y, region: {value: oulu}}
      - table: answers
        instrument: mood
        columns: {respondent: id, wave: y, informant: {value: self}}
"""
FORMS = """
  - name: forms
    file: f.csv
    reader: csv
    feeds:
      - table: feedback
        items: {heard: q1, useful: q2}
        columns: {event: e, wave: y, region: {value: oulu}, participant: p, participant_group: {value: parents}}
"""


def test_an_event_in_an_impossible_order_does_not_push_out_a_sound_one(clean: Any, small_project: Any) -> None:
    orders = "- {later: meeting, earlier: contact}\n"
    (small_project / "data" / "codebooks" / "event_orders.yaml").write_text(orders)
    rows = "c,a,t\n1,contact,2024-02-01\n1,meeting,2024-01-01\n1,meeting,2024-03-01\n"
    cleaned = clean(EVENTS, {"ev.csv": rows})
    assert quarantined(cleaned) == {("ev", 2): "duplicate;impossible_order"}


@pytest.mark.parametrize("order", [ANSWERS + WIDE, WIDE + ANSWERS])
def test_of_two_answers_the_one_that_brings_its_respondent_stays(clean: Any, order: str) -> None:
    files = {"a.csv": "id,y,ilo,uni\np,2024,1,1\n", "w.csv": "id,y,ilo,uni\np,2024,2,2\n"}
    cleaned = clean(order, files)
    assert quarantined(cleaned) == {("answers", 1): "duplicate"}
    assert cleaned.tables["answers_mood"]["mood_1"].to_list() == [2]


def test_the_ledger_sees_a_form_that_is_lost(clean: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "e,y,p,q1,q2\n" + "".join(f"E,2024,p{number},3,4\n" for number in range(5))
    assert clean(FORMS, {"f.csv": rows}).ledger["rows_clean"].to_list() == [5]
    whole = Converter._ratings

    def lossy(self: Converter, *arguments: Any) -> pl.DataFrame:
        return whole(self, *arguments).filter(pl.col(AT) != 3)

    monkeypatch.setattr(Converter, "_ratings", lossy)
    with pytest.raises(ContractError, match="ledger does not add up"):
        clean(FORMS, {"f.csv": rows})
