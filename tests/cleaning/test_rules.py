"""Each rule sets aside what it names, and only that; each named change is counted."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.cleaning import RULES, Cleaned, rule_of
from sujuva.errors import ContractError, ParameterError, SourceError
from tests.cleaning.helpers import Who, counts, quarantined

PEOPLE = """
  - name: people
    file: people.csv
    reader: csv
    options: {separator: ";", decimal: ","}
    feeds:
      - table: respondents
        columns:
          respondent: id
          wave: year
          region: {from: place, lookup: municipality}
          municipality: {from: place, lookup: municipality_code}
          weight: w
          gender: {from: sex, map: {1: girl, 2: boy}, missing: [9, ei tietoa]}
"""
HEADER = "id;year;place;w;sex\n"
GOOD = "a;2024;Oulu;1,5;1\n"
ANSWERS = """
  - name: mood
    file: mood.csv
    reader: csv
    feeds:
      - table: answers
        instrument: mood
        columns: {respondent: id, wave: year, informant: {value: self}}
        missing: [9]
        texts: {more: note}
"""
TIES = """
  - name: actors
    file: actors.csv
    reader: csv
    feeds:
      - table: organisations
        columns: {region: {value: oulu}, organisation: id, name: id, sector: {from: sector, lookup: sector}}
  - name: ties
    file: ties.csv
    reader: csv
    undirected: UNDIRECTED
    feeds:
      - table: ties
        columns:
          region: {value: oulu}
          wave: {value: 2024}
          relation: {value: contact}
          source: a
          target: b
          observed: r
"""
EVENTS = """
  - name: events
    file: events.csv
    reader: csv
    unique: [case, activity, time]
    feeds:
      - table: case_events
        columns:
          case: id
          activity: {from: what, map: {alku: start}, else: ELSE}
          time: {from: when FORMAT}
          region: {value: oulu}
"""
EVENTS = EVENTS.replace("ELSE", "keep")


def events(formats: str = "") -> str:
    return EVENTS.replace(" FORMAT", f", format: [{formats}]" if formats else "")


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        (";2024;Oulu;1;1", "missing_key"),
        ("b;;Oulu;1;1", "missing_key"),
        ("b;2O24;Oulu;1;1", "bad_number"),
        ("b;2024,5;Oulu;1;1", "bad_number"),
        ("b;2022;Oulu;1;1", "unknown_wave"),
        ("b;2024;Helsinki;1;1", "unknown_region"),
        ("b;2024;90;1;1", "unknown_region"),
        ("b;2024;;1;1", "missing_value"),
        ("b;2024;Oulu;1.5;1", "bad_number"),
        ("b;2024;Oulu;1e999;1", "bad_number"),
        ("b;2024;Oulu;;1", "missing_value"),
        ("b;2024;Oulu;0;1", "weight_not_positive"),
        ("b;2024;Oulu;1;7", "value_not_in_map"),
        ("a;2024;Oulu;2;2", "duplicate"),
        ("b;2022;Helsinki;x;7", "bad_number;unknown_region;unknown_wave;value_not_in_map"),
        ("", "missing_key;missing_value"),
    ],
)
def test_a_wrong_row_carries_every_rule_it_breaks(clean: Any, who: Who, line: str, rules: str) -> None:
    cleaned = clean(PEOPLE, {"people.csv": HEADER + GOOD + line + "\nc;2024;Oulu;1;1\n"})
    assert quarantined(cleaned) == {("people", 2): rules}
    assert cleaned.tables["respondents"]["respondent"].to_list() == [who("a"), who("c")]
    assert cleaned.ledger.row(0) == ("people", "people.csv", "respondents", 3, 2, 1)
    assert counts(cleaned, "quarantine") == dict.fromkeys(rules.split(";"), 1)


def test_what_stays_is_parsed_and_what_changed_is_counted(clean: Any, who: Who) -> None:
    text = HEADER + GOOD + " b ;2024,0;837;2;9\nc;2023;564 Oulu;1;\nd;2023;oulu;1;ei tietoa\n"
    cleaned = clean(PEOPLE, {"people.csv": text})
    table = cleaned.tables["respondents"]
    assert table.select(
        "respondent", "wave", "region", "municipality", "unit", "stratum", "weight", "gender"
    ).rows() == [
        (who("a"), 2024, "oulu", "564", who("a"), "oulu", 1.5, "girl"),
        (who("b"), 2024, "tampere", "837", who("b"), "tampere", 2.0, None),
        (who("c"), 2023, "oulu", "564", who("c"), "oulu", 1.0, None),
        (who("d"), 2023, "oulu", "564", who("d"), "oulu", 1.0, None),
    ]
    assert counts(cleaned, "recode") == {
        "lookup": 4,
        "missing_code": 2,
        "pseudonym": 4,
        "trimmed": 1,
        "value_map": 1,
    }
    assert counts(cleaned, "quarantine") == {}


def test_the_quarantine_keeps_the_raw_row_but_for_its_key(clean: Any, who: Who) -> None:
    cleaned = clean(PEOPLE, {"people.csv": HEADER + GOOD + '"b ";2024;"Hel;sinki";1;\n'})
    row = cleaned.quarantine.row(0, named=True)
    assert json.loads(row["raw"]) == {"id": who("b"), "year": "2024", "place": "Hel;sinki", "w": "1", "sex": None}
    assert (row["file"], row["row"]) == ("people.csv", 2)


@pytest.mark.parametrize(
    ("choice", "weights", "aside"),
    [("first", [1.5], [2, 3]), ("last", [3.0], [1, 2]), ("none", [], [1, 2, 3])],
)
def test_which_duplicate_stays_is_a_choice(clean: Any, choice: str, weights: list[float], aside: list[int]) -> None:
    text = HEADER + GOOD + "a;2024;Oulu;2;1\na;2024;Oulu;3;1\n"
    cleaned = clean(PEOPLE, {"people.csv": text}, duplicates=choice)
    assert cleaned.tables["respondents"]["weight"].to_list() == weights
    assert [row for _, row in quarantined(cleaned)] == aside


def test_a_wrong_row_does_not_push_out_its_good_duplicate(clean: Any) -> None:
    cleaned = clean(PEOPLE, {"people.csv": HEADER + "a;2024;Oulu;x;1\n" + GOOD})
    assert quarantined(cleaned) == {("people", 1): "bad_number;duplicate"}


def test_answers_keep_to_the_response_range_and_to_known_respondents(clean: Any, who: Who) -> None:
    mood = (
        "id,year,ilo,uni,note\n"
        "a,2024,3,0,text of a\n"
        "b,2024,9,,\n"
        "c,2024,4,1,secret\n"
        "d,2024,1.5,1,\n"
        "x,2024,1,1,secret\n"
        "e,2024,9,x,lost\n"
        "e,2023,0,0,\n"
    )
    people = HEADER + GOOD + "b;2024;Oulu;1;1\nc;2024;Oulu;1;1\nd;2024;Oulu;1;1\ne;2024;Helsinki;1;1\n"
    cleaned = clean(PEOPLE + ANSWERS, {"people.csv": people, "mood.csv": mood})
    assert cleaned.tables["answers_mood"].rows() == [
        (who("a"), 2024, "self", 3, 0, None),
        (who("b"), 2024, "self", None, None, None),
    ]
    assert cleaned.tables["open_answers"].rows() == [(who("a"), 2024, "more", "text of a")]
    assert quarantined(cleaned) == {
        ("people", 5): "unknown_region",
        ("mood", 3): "item_out_of_range",
        ("mood", 4): "bad_number",
        ("mood", 5): "unknown_respondent",
        ("mood", 6): "bad_number;unknown_respondent",
        ("mood", 7): "unknown_respondent",
    }
    assert cleaned.items.rows() == [("mood", 2024, "oulu", 1, 2, 1, 0), ("mood", 2024, "oulu", 2, 2, 1, 0)]


BOTH = """
  - name: both
    file: both.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: {value: 2024}, region: {from: place, lookup: municipality}}
      - table: answers
        instrument: mood
        items: {1: K1}
        columns: {respondent: id, wave: {value: 2024}, informant: {value: self}}
"""


def test_a_row_that_feeds_two_tables_must_pass_in_both(clean: Any, who: Who) -> None:
    text = "id,place,K1\na,Oulu,1\nb,Oulu,7\nc,Helsinki,1\nd,Oulu,\n"
    cleaned = clean(BOTH, {"both.csv": text})
    assert cleaned.tables["respondents"]["respondent"].to_list() == [who("a"), who("d")]
    assert cleaned.tables["answers_mood"].rows() == [
        (who("a"), 2024, "self", 1, None, None),
        (who("d"), 2024, "self", None, None, None),
    ]
    # The cause alone is told: a row whose own respondent fails with it is no stranger.
    assert quarantined(cleaned) == {("both", 2): "item_out_of_range", ("both", 3): "unknown_region"}
    assert cleaned.ledger.row(0)[2:] == ("respondents;answers_mood", 4, 2, 2)


def test_a_respondent_who_falls_takes_the_answers_of_other_files_along(clean: Any, who: Who) -> None:
    text = "id,place,K1\na,Oulu,7\nb,Oulu,1\n"
    mood = "id,year,ilo,uni,note\na,2024,1,1,\nb,2024,1,1,\n"
    parent = ANSWERS.replace("value: self", "value: parent")
    cleaned = clean(BOTH + parent, {"both.csv": text, "mood.csv": mood})
    assert quarantined(cleaned) == {("both", 1): "item_out_of_range", ("mood", 1): "unknown_respondent"}
    assert cleaned.tables["answers_mood"].select("respondent", "informant").rows() == [
        (who("b"), "self"),
        (who("b"), "parent"),
    ]


def _network(clean: Any, ties: str, *, undirected: bool = False) -> Cleaned:
    actors = "id,sector\nA,Terveyspalvelut\nB,third\nC,Seurakunnat\nZ,pankki\n"
    sources = TIES.replace("UNDIRECTED", str(undirected).lower())
    return clean(sources, {"actors.csv": actors, "ties.csv": "a,b,r\n" + ties})


@pytest.mark.parametrize(
    ("relation", "set_aside"),
    [
        ("trust_openness", {("ties", 1): "rating_out_of_range", ("ties", 3): "rating_out_of_range"}),  # rated 1–4
        ("collaboration", {("ties", 3): "rating_out_of_range"}),  # rated 0–4
        ("neighbours", {}),  # no codebook knows it
    ],
)
def test_ratings_of_a_known_relation_keep_its_range(
    clean: Any, project: Path, relation: str, set_aside: dict[Any, str]
) -> None:
    title = "title: {fi: Suhde, sv: Relation, en: Relation}"
    (project / "data" / "codebooks" / "relations.yaml").write_text(
        f"- {{key: collaboration, {title}, kind: tie, range: [0, 4]}}\n"
        f"- {{key: trust_openness, {title}, kind: trust, range: [1, 4]}}\n",
        encoding="utf-8",
    )
    actors = "id,sector\n" + "".join(f"{one},health\n" for one in "abcd")
    sources = TIES.replace("UNDIRECTED", "false").replace("value: contact", f"value: {relation}")
    found = clean(sources, {"actors.csv": actors, "ties.csv": "a,b,r\na,b,0\na,c,4\na,d,5\n"})
    assert quarantined(found) == set_aside


def test_ties_join_two_known_organisations(clean: Any) -> None:
    cleaned = _network(clean, "A,B,4\nB,A,3\nA,A,1\nA,Q,1\nQ,B,1\nA,Z,1\nA,C,11\nC,A,-1\nC,B,99999\n")
    assert quarantined(cleaned) == {
        ("actors", 4): "unknown_sector",
        ("ties", 3): "self_tie",
        ("ties", 4): "unknown_organisation",
        ("ties", 5): "unknown_organisation",
        ("ties", 6): "unknown_organisation",
        ("ties", 7): "rating_out_of_range",
        ("ties", 8): "rating_out_of_range",
        ("ties", 9): "rating_out_of_range",
    }
    assert cleaned.tables["ties"].select("source", "target", "observed", "directed").rows() == [
        ("A", "B", 4, True),
        ("B", "A", 3, True),
    ]
    assert cleaned.tables["organisations"]["sector"].to_list() == ["health", "third", "parish"]


def test_an_undirected_tie_is_the_same_both_ways(clean: Any) -> None:
    cleaned = _network(clean, "B,A,4\nA,B,4\n", undirected=True)
    assert quarantined(cleaned) == {("actors", 4): "unknown_sector", ("ties", 2): "duplicate"}
    assert cleaned.tables["ties"].row(0)[3:] == ("B", "A", 4, None, False)


def test_events_are_numbered_in_the_order_of_the_file(clean: Any, who: Who) -> None:
    text = (
        "id,what,when\n"
        "b,alku,2024-01-02 10:00\n"
        "a,alku,5.1.2024 9:30\n"
        "a,alku,2024-13-01\n"
        "a,muu,24-01-01\n"
        "a,muu,2024-01-01T08:00:01\n"
        "a,alku,05.01.2024 09:30:00\n"
        "a,,2024-01-01\n"
        "a,loppu,2024-01-09\n"
    )
    cleaned = clean(events(), {"events.csv": text})
    assert quarantined(cleaned) == {
        ("events", 3): "wrong_date",
        ("events", 4): "wrong_date",
        ("events", 6): "duplicate",
        ("events", 7): "missing_value",
    }
    at, a, b = dt.datetime, who("a", "family"), who("b", "family")
    assert cleaned.tables["case_events"].select("case", "sequence", "activity", "time").rows() == [
        (b, 1, "start", at(2024, 1, 2, 10)),
        (a, 1, "start", at(2024, 1, 5, 9, 30)),
        (a, 2, "muu", at(2024, 1, 1, 8, 0, 1)),
        (a, 3, "loppu", at(2024, 1, 9)),
    ]


def test_a_time_that_the_clock_skipped_is_set_aside(clean: Any) -> None:
    text = "id,what,when\na,alku,2024-03-31 03:30\na,alku,2024-10-27 03:30\n"
    assert quarantined(clean(events(), {"events.csv": text}, timezone="Europe/Helsinki")) == {
        ("events", 1): "nonexistent_local_time"
    }
    assert not quarantined(clean(events(), {"events.csv": text}))


def test_an_offset_becomes_local_time(clean: Any) -> None:
    text = "id,what,when\na,alku,2024-01-01T22:30:00Z\na,alku,2024-07-01T10:00:00+00:00\n"
    sources = events('"%Y-%m-%dT%H:%M:%S%z"')
    cleaned = clean(sources, {"events.csv": text}, timezone="Europe/Helsinki")
    assert [time.hour for time in cleaned.tables["case_events"]["time"]] == [0, 13]
    assert counts(cleaned, "recode")["local_time"] == 2
    with pytest.raises(SourceError, match="no timezone is given"):
        clean(sources, {"events.csv": text})


AREAS = """
  - name: areas
    file: areas.csv
    reader: sotkanet
    options: {encoding: utf-8}
    feeds: [{table: area_indicators}]
"""


def test_blank_statistics_stay_blank_and_codes_keep_their_zeros(clean: Any) -> None:
    text = '"T, %";"1";"Akaa";"020";"yhteensä";2011;;\n"T, %";"1";"Akaa";"020";"naiset";2011;14,3;7*\n'
    text += '"T, %";"1";"Akaa";"020";"miehet";2011;0;1234\n'
    cleaned = clean(AREAS, {"areas.csv": text})
    assert quarantined(cleaned) == {("areas", 2): "bad_number"}
    assert cleaned.tables["area_indicators"].rows() == [
        ("1", "T, %", "020", "Akaa", "total", 2011, None, None),
        ("1", "T, %", "020", "Akaa", "male", 2011, 0.0, 1234.0),
    ]


FEEDBACK = """
  - name: feedback
    file: feedback.csv
    reader: csv
    feeds:
      - table: feedback
        items: {heard: K1, useful: K2}
        missing: ["-"]
        columns:
          event: event
          wave: {value: 2024}
          region: {value: oulu}
          participant: {row: true}
          participant_group: {value: parents}
"""


def test_feedback_may_have_one_column_an_item(clean: Any, who: Who) -> None:
    cleaned = clean(FEEDBACK, {"feedback.csv": "event,K1,K2\ne,5,-\ne,6,1\ne,-,\n"})
    ratings = cleaned.tables["feedback"].select("participant", "item", "rating")
    assert ratings.rows() == [(who("feedback-1"), "heard", 5)]
    # No row of feedback could hold the third: it is set aside, not lost.
    assert quarantined(cleaned) == {("feedback", 2): "rating_out_of_range", ("feedback", 3): "nothing_given"}
    assert cleaned.ledger.row(0)[3:] == (3, 1, 2)


def test_the_contract_is_the_last_rule(clean: Any) -> None:
    sources = PEOPLE.replace("map: {1: girl, 2: boy}", "map: {1: girl}, else: keep")
    cleaned = clean(sources, {"people.csv": HEADER + GOOD + "b;2024;Oulu;1;2\n"})
    assert quarantined(cleaned) == {("people", 2): "contract_respondents_gender_allowed"}
    assert "contract" in cleaned.rules.filter(pl.col("rule").str.starts_with("contract"))["reason"][0]


def test_a_value_outside_the_map_may_become_missing(clean: Any) -> None:
    sources = PEOPLE.replace("2: boy}", "2: boy}, else: missing")
    cleaned = clean(sources, {"people.csv": HEADER + GOOD + "b;2024;Oulu;1;7\n"})
    assert cleaned.tables["respondents"]["gender"].to_list() == ["girl", None]
    assert counts(cleaned, "recode")["missing_code"] == 1


def test_a_key_may_be_joined_from_parts(clean: Any, who: Who) -> None:
    sources = PEOPLE.replace("respondent: id", "respondent: {from: [place, id], join: /}")
    cleaned = clean(sources, {"people.csv": HEADER + GOOD + ";2024;Oulu;1;1\n"})
    assert cleaned.tables["respondents"]["respondent"].to_list() == [who("Oulu/a")]
    assert quarantined(cleaned) == {("people", 2): "missing_key"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("respondent: id", "respondent: idd", "people.csv: there is no column 'idd'.*'id'"),
        ("          weight: w\n", "", "nothing is said about the column 'w'.*ignore"),
    ],
)
def test_columns_are_accounted_for(clean: Any, old: str, new: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        clean(PEOPLE.replace(old, new), {"people.csv": HEADER + GOOD})
    ignoring = PEOPLE.replace("    feeds", '    ignore: ["*"]\n    feeds').replace("          weight: w\n", "")
    assert clean(ignoring, {"people.csv": HEADER + GOOD}).tables["respondents"]["weight"].to_list() == [1.0]


def test_a_first_row_that_is_a_persons_is_never_quoted(clean: Any) -> None:
    with pytest.raises(SourceError, match="none of the columns") as caught:
        clean(PEOPLE, {"people.csv": "Salainen1;2024;Oulu;1,5;1\nSalainen2;2024;Oulu;1,5;2\n"})
    assert "Salainen" not in str(caught.value)


def test_a_missing_item_column_is_named(clean: Any) -> None:
    with pytest.raises(SourceError, match="no column for item 2 of mood"):
        clean(ANSWERS, {"mood.csv": "id,year,mood_1,note\na,2024,1,\n"})


def test_too_many_wrong_rows_stop_the_run(clean: Any) -> None:
    text = HEADER + GOOD + "secret;2024;Helsinki;1;1\n"
    with pytest.raises(ContractError, match=r"1 of 2 rows.*max_quarantine = 0.25.*unknown_region \(1 rows") as caught:
        clean(PEOPLE, {"people.csv": text}, max_quarantine=0.25)
    assert "secret" not in str(caught.value)
    assert "Helsinki" not in str(caught.value)
    assert clean(PEOPLE, {"people.csv": text}, max_quarantine=0.5).ledger["rows_quarantined"].to_list() == [1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"regions": ["oul"]}, "'oul' is not in the codebook of regions.*'oulu'"),
        ({"regions": []}, "regions and waves"),
        ({"duplicates": "frist"}, "'frist'.*'first'"),
        ({"max_quarantine": 1.5}, "from 0 to 1"),
        ({"timezone": "Europe/Helsinky"}, "'Europe/Helsinki'"),
    ],
)
def test_a_wrong_parameter_is_named(clean: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        clean(PEOPLE, {"people.csv": HEADER + GOOD}, **changes)


def test_every_rule_is_a_sentence() -> None:
    for name in RULES:
        reason = rule_of(name).reason
        assert reason[0].isupper()
        assert reason.endswith(".")
