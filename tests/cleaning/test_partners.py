"""What partners say, who was at which table, and assessments: each row is clean or set aside under its rule."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.cleaning import Cleaned, rule_of
from sujuva.errors import SourceError
from tests.cleaning.helpers import Who, counts, quarantined

COMMON = """
key: common
answered_by: partners
title: {fi: Yhteinen työ}
items: 2
response: [1, 5]
scales: [{key: common, title: {fi: Yhteinen}, items: [1, 2], score: mean, range: [1, 5], higher_is_better: true}]
licence: CC0
citation: "-"
"""
WIDE = """
  - name: partners
    file: partners.csv
    reader: csv
    feeds:
      - table: partner_ratings
        columns: {respondent: id, wave: year, region: place, organisation: org, sector: {from: sector, lookup: sector}}
        items: {common_1: a, common_2: b}
        missing: [9]
"""
LONG = """
  - name: partners
    file: partners.csv
    reader: csv
    feeds:
      - table: partner_ratings
        columns: {respondent: id, wave: year, region: place, item: what, rating: value}
"""
RUBRIC = """
  - name: rubric
    file: rubric.csv
    reader: csv
    PEOPLE
    feeds:
      - table: rubric
        columns: {region: {value: oulu}, wave: year, condition: what, assessor: who, level: level, evidence: seen}
"""
TABLE = """
  - name: actors
    file: actors.csv
    reader: csv
    feeds:
      - table: organisations
        columns:
          region: {value: oulu}
          organisation: id
          name: id
          sector: {value: health}
          level: {from: level, map: {perus: basic, erityis: specialised}}
  - name: table
    file: table.csv
    reader: csv
    feeds:
      - table: attendance
        columns: {event: event, wave: {value: 2024}, region: {value: oulu}, organisation: org, phenomenon: topic}
"""


@pytest.fixture(autouse=True)
def common(small_project):
    path = small_project / "data" / "codebooks" / "instruments" / "common.yaml"
    path.write_text(COMMON, encoding="utf-8")


def ratings(cleaned: Cleaned) -> list[tuple[str, int]]:
    return sorted(cleaned.tables["partner_ratings"].select("item", "rating").iter_rows())


def test_a_column_an_item_becomes_a_row_an_item(clean, who: Who):
    rows = "id,year,place,org,sector,a,b\np1,2024,oulu,T1,health,4,5\np2,2024,oulu,,,9,2\n"
    cleaned = clean(WIDE, {"partners.csv": rows})
    table = cleaned.tables["partner_ratings"]
    assert ratings(cleaned) == [("common_1", 4), ("common_2", 2), ("common_2", 5)]
    assert set(table["respondent"]) == {who("p1"), who("p2")}
    assert table.filter(respondent=who("p2")).select("organisation", "sector").row(0) == (None, None)
    assert counts(cleaned, "quarantine") == {}
    assert cleaned.ledger["rows_clean"].to_list() == [2]


def test_a_row_a_rating_is_read_as_well(clean):
    rows = "id,year,place,what,value\np1,2024,oulu,common_1,4\np1,2024,oulu,common_2,1\n"
    assert ratings(clean(LONG, {"partners.csv": rows})) == [("common_1", 4), ("common_2", 1)]


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("p1,2024,oulu,common_1,6", "rating_out_of_range"),
        ("p1,2024,oulu,common_1,0", "rating_out_of_range"),
        ("p1,2024,oulu,common_3,4", "unknown_item"),
        ("p1,2024,oulu,mood_1,3", "unknown_item"),
        ("p1,2024,oulu,common_1,four", "bad_number"),
        ("p1,2024,oulu,common_1,", "missing_value"),
        (",2024,oulu,common_1,4", "missing_key"),
        ("p1,2020,oulu,common_1,4", "unknown_wave"),
        ("p1,2024,turku,common_1,4", "unknown_region"),
        ("p2,2024,oulu,common_1,3", "duplicate"),
    ],
)
def test_a_rating_is_set_aside_under_its_rule(clean, row, rules):
    cleaned = clean(LONG, {"partners.csv": f"id,year,place,what,value\np2,2024,oulu,common_1,2\n{row}\n"})
    assert quarantined(cleaned) == {("partners", 2): rules}
    assert ratings(cleaned) == [("common_1", 2)]


def test_one_impossible_answer_sets_the_whole_form_aside_and_an_empty_form_says_so(clean):
    rows = "id,year,place,org,sector,a,b\np1,2024,oulu,T1,health,4,7\np2,2024,oulu,T1,health,9,\n"
    cleaned = clean(WIDE, {"partners.csv": rows})
    assert quarantined(cleaned) == {("partners", 1): "rating_out_of_range", ("partners", 2): "nothing_given"}
    assert ratings(cleaned) == []


def test_answers_of_partners_do_not_feed_a_table_of_answers(clean):
    wrong = """
  - name: partners
    file: partners.csv
    reader: csv
    feeds:
      - {table: answers, instrument: common, columns: {respondent: id, wave: year, informant: {value: self}}}
"""
    with pytest.raises(SourceError, match="common is answered by partners") as caught:
        clean(wrong, {"partners.csv": "id,year,common_1,common_2\n"})
    assert "partner_ratings" in caught.value.hint


def test_an_item_that_no_codebook_has_is_told_before_a_file_is_opened(clean):
    with pytest.raises(SourceError, match="'comon_1' is no item") as caught:
        clean(WIDE.replace("common_1", "comon_1"), {})
    assert "common_1" in caught.value.hint


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("2024,common_agenda,A,4,Muistio", "level_out_of_range"),
        ("2024,common_agenda,A,-1,Muistio", "level_out_of_range"),
        ("2024,common_agenda,A,2,", "missing_evidence"),
        ("2024,common_agenda,A,2,  ", "missing_evidence"),
        ("2024,coffee,A,2,Muistio", "unknown_condition"),
        ("2024,common_agenda,,2,Muistio", "missing_key"),
        ("2024,common_agenda,B,2,Toinen", "duplicate"),
        ("2024,common_agenda,A,5,", "level_out_of_range;missing_evidence"),
    ],
)
def test_an_assessment_is_set_aside_under_its_rule(clean, row, rules):
    text = f"year,what,who,level,seen\n2024,common_agenda,B,3,Muistio\n{row}\n"
    cleaned = clean(RUBRIC.replace("PEOPLE", ""), {"rubric.csv": text})
    assert quarantined(cleaned) == {("rubric", 2): rules}
    assert cleaned.tables["rubric"].select("condition", "level", "evidence").rows() == [("common_agenda", 3, "Muistio")]


def test_assessors_leave_as_pseudonyms_also_in_the_quarantine(clean, who: Who):
    text = (
        "year,what,who,level,seen\n2024,common_agenda,arvioija-x,3,Muistio\n2024,common_agenda,arvioija-y,7,Muistio\n"
    )
    cleaned = clean(RUBRIC.replace("PEOPLE", ""), {"rubric.csv": text})
    assert cleaned.tables["rubric"]["assessor"].to_list() == [who("arvioija-x")]
    assert "arvioija-y" not in cleaned.quarantine["raw"][0]
    assert who("arvioija-y") in cleaned.quarantine["raw"][0]


def test_identifiers_in_the_evidence_are_found_and_replaced_where_asked(clean):
    code = "131052-950H"  # of the range for temporary codes, which nobody has
    text = f"year,what,who,level,seen\n2024,common_agenda,A,3,Muistio: {code}\n2024,backbone_support,A,9,Sama {code}\n"
    with pytest.raises(SourceError, match="identity codes") as caught:
        clean(RUBRIC.replace("PEOPLE", ""), {"rubric.csv": text})
    assert code not in str(caught.value)
    cleaned = clean(RUBRIC.replace("PEOPLE", "people: {pseudonymise: [seen]}"), {"rubric.csv": text})
    evidence = cleaned.tables["rubric"]["evidence"][0]
    assert evidence.startswith("Muistio: [")
    assert code not in evidence
    assert "Sama [" in cleaned.quarantine["raw"][0]
    assert code not in cleaned.quarantine["raw"][0]


def test_who_came_must_be_a_known_organisation(clean):
    actors = "id,level\nT1,perus\nT2,erityis\nT3,\nT4,yli\n"
    came = "event,org,topic\nE1,T1,poissaolot\nE1,T9,poissaolot\nE1,T4,poissaolot\nE1,T1,toinen\nE2,T2,\n,T2,x\n"
    cleaned = clean(TABLE, {"actors.csv": actors, "table.csv": came})
    levels = dict(cleaned.tables["organisations"].select("organisation", "level").iter_rows())
    assert levels == {"T1": "basic", "T2": "specialised", "T3": None}
    assert quarantined(cleaned) == {
        ("actors", 4): "value_not_in_map",
        ("table", 2): "unknown_organisation",
        ("table", 3): "unknown_organisation",
        ("table", 4): "duplicate",
        ("table", 6): "missing_key",
    }
    rows = cleaned.tables["attendance"].sort("event").select("event", "organisation", "phenomenon").rows()
    assert rows == [("E1", "T1", "poissaolot"), ("E2", "T2", None)]


def test_tables_that_nothing_feeds_are_there_and_empty(clean):
    cleaned = clean(LONG, {"partners.csv": "id,year,place,what,value\np1,2024,oulu,common_1,4\n"})
    for name in ("rubric", "attendance"):
        assert cleaned.tables[name].height == 0
        assert cleaned.tables[name].width > 0


def test_every_new_rule_has_a_reason():
    for rule in ("unknown_item", "level_out_of_range", "unknown_condition", "missing_evidence"):
        assert rule_of(rule).kind == "quarantine"
        assert rule_of(rule).reason.endswith(".")


def test_ranges_are_those_of_each_instrument(clean, small_project):
    other = (
        COMMON.replace("common", "other")
        .replace("[1, 5]\nscales", "[0, 10]\nscales")
        .replace("range: [1, 5]", "range: [0, 10]")
    )
    (small_project / "data" / "codebooks" / "instruments" / "other.yaml").write_text(other, encoding="utf-8")
    rows = "id,year,place,what,value\np1,2024,oulu,common_1,0\np1,2024,oulu,other_1,0\np1,2024,oulu,other_2,10\n"
    cleaned = clean(LONG, {"partners.csv": rows})
    assert quarantined(cleaned) == {("partners", 1): "rating_out_of_range"}
    assert cleaned.tables["partner_ratings"].filter(pl.col("item").str.starts_with("other")).height == 2
