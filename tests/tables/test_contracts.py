"""The contracts say what the clean tables look like; their checks name rules, never values."""

from __future__ import annotations

import dataframely as dy
import polars as pl
import pytest

from sujuva.codebooks import Instrument
from sujuva.errors import ContractError
from sujuva.published.contracts import CONTRACTS
from sujuva.tables import (
    GROUPS,
    SCHEMAS,
    Respondents,
    Tables,
    about,
    about_place,
    all_about,
    answers_schema,
    check_tables,
    contract_of,
    empty_table,
    key_columns,
    references,
    schema_of,
    table_key,
)

INSTRUMENT = Instrument.model_validate(
    {
        "key": "mood",
        "title": {"fi": "Mieliala"},
        "items": 2,
        "response": [1, 5],
        "scales": [
            {"key": "mood", "title": {"fi": "Mieliala"}, "items": [1, 2], "range": [2, 10], "higher_is_better": True}
        ],
        "licence": "CC0",
        "citation": "-",
    }
)
KEYS = {
    "respondents": ["respondent", "wave"],
    "open_answers": ["respondent", "wave", "field"],
    "coded_passages": ["interview", "passage", "coder", "theme"],
    "open_themes": ["respondent", "wave", "field", "theme"],
    "trainings": ["participant", "training", "wave"],
    "organisations": ["region", "organisation"],
    "ties": ["region", "wave", "relation", "source", "target"],
    "case_events": ["case", "sequence"],
    "area_indicators": ["indicator", "area", "gender", "year"],
    "feedback": ["event", "wave", "region", "participant", "item"],
    "lp_topics": ["talk", "environment", "topic"],
    "attendance": ["event", "wave", "region", "organisation"],
    "partner_ratings": ["respondent", "wave", "item"],
    "rubric": ["region", "wave", "condition", "assessor"],
    "observations": ["observation"],
    "service_parts": ["region", "wave", "part"],
    "method_reach": ["region", "wave", "method"],
    "child_budgets": ["region", "wave"],
    "initiatives": ["initiative"],
    "participation": ["participant", "date", "region", "way"],
    "area_months": ["indicator", "area", "gender", "month"],
}


def _answers(item: int | None) -> pl.DataFrame:
    keys = {"respondent": ["a"], "wave": [2024], "informant": ["self"]}
    row = keys | {"mood_1": [item], "mood_2": [None], "seconds": [None]}
    return pl.DataFrame(row, schema=empty_table("answers_mood", {"mood": INSTRUMENT}).schema)


def _empty() -> dict[str, pl.DataFrame]:
    return {name: empty_table(name) for name in SCHEMAS}


def _respondent(**changes: object) -> pl.DataFrame:
    row = {
        "respondent": "hidden-id",
        "wave": 2024,
        "region": "oulu",
        "municipality": None,
        "unit": "u",
        "stratum": "1",
        "weight": 1.0,
        "age_group": None,
        "gender": "girl",
        "language": None,
    }
    return pl.DataFrame([row | changes], schema=empty_table("respondents").schema)


def test_each_table_has_its_key() -> None:
    assert {name: table_key(name) for name in SCHEMAS} == KEYS


def test_empty_tables_have_the_types_of_the_contract() -> None:
    events = empty_table("case_events")
    assert events.schema["time"] == pl.Datetime("us")
    assert events.schema["sequence"] == pl.Int32
    assert empty_table("ties").schema["observed"] == pl.Int16
    assert all(empty_table(name).height == 0 for name in SCHEMAS)
    Tables.validate(_empty())


def test_answers_follow_the_codebook() -> None:
    schema = answers_schema(INSTRUMENT)
    assert schema.column_names() == ["respondent", "wave", "informant", "mood_1", "mood_2", "seconds"]
    assert schema.primary_key() == ["respondent", "wave", "informant"]
    assert schema.is_valid(_answers(5))
    assert schema.is_valid(_answers(None))
    assert not schema.is_valid(_answers(6))


def test_unknown_table_names_the_nearest() -> None:
    with pytest.raises(ContractError, match="Did you mean 'respondents'"):
        schema_of("respondent")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"weight": 0.0}, "weight"),
        ({"gender": "hidden"}, "gender"),
        ({"municipality": "74"}, "municipality"),
        ({"respondent": ""}, "respondent"),
    ],
)
def test_a_broken_contract_names_the_rule_but_no_value(changes: dict[str, object], rule: str) -> None:
    tables = _empty() | {"respondents": _respondent(**changes)}
    with pytest.raises(ContractError, match=rule) as caught:
        check_tables(tables, {})
    assert "hidden" not in str(caught.value)
    assert caught.value.__suppress_context__  # the library's message quotes values


def test_answers_need_a_respondent() -> None:
    tables = _empty() | {"answers_mood": _answers(3)}
    with pytest.raises(ContractError, match="1 rows of answers_mood refer to rows that are not in respondents"):
        check_tables(tables, {"mood": INSTRUMENT})
    check_tables(tables | {"respondents": _respondent(respondent="a")}, {"mood": INSTRUMENT})


def test_a_missing_table_or_column_is_told() -> None:
    tables = _empty()
    del tables["ties"]
    with pytest.raises(ContractError, match="'ties' is missing"):
        check_tables(tables, {})
    with pytest.raises(ContractError, match="mistyped columns \\['weight'\\]"):
        check_tables(_empty() | {"respondents": _respondent().with_columns(pl.col("weight").cast(pl.String))}, {})


def test_weights_may_not_be_infinite() -> None:
    assert not Respondents.is_valid(_respondent(weight=float("inf")))


def test_what_a_column_refers_to_tells_its_parent() -> None:
    assert [one[:2] for one in references("ties")] == [("organisations", "organisation")] * 2
    assert references("ties")[1].columns == {"region": "region", "target": "organisation"}
    assert references("answers_mood") == references("open_answers")
    assert references("answers_mood")[0].columns == {"respondent": "respondent", "wave": "wave"}
    assert references("rubric") == []


def test_every_column_of_every_table_says_what_it_is() -> None:
    for name, schema in (*SCHEMAS.items(), ("answers", answers_schema(INSTRUMENT))):
        assert set(all_about(schema)) == set(schema.column_names()), name


def test_pseudonyms_stand_where_persons_families_talks_and_their_items_do() -> None:
    found = {name: key_columns(schema) for name, schema in SCHEMAS.items()}
    assert {name: keys for name, keys in found.items() if keys} == {
        "respondents": {"respondent": "person"},
        "open_answers": {"respondent": "person"},
        "open_themes": {"respondent": "person"},
        "coded_passages": {"interview": "person", "coder": "person"},
        "trainings": {"participant": "person"},
        "feedback": {"participant": "person"},
        "case_events": {"case": "family", "item": "item"},
        "lp_topics": {"talk": "talk", "child": "person"},
        "partner_ratings": {"respondent": "person"},
        "rubric": {"assessor": "person"},
        "observations": {"observation": "item", "answered_by": "item"},
        "initiatives": {"initiative": "item"},
        "participation": {"participant": "person"},
    }
    assert key_columns(contract_of("answers_mood")) == {"respondent": "person"}
    free = {
        (name, column) for name, one in SCHEMAS.items() for column, it in all_about(one).items() if it.kind == "free"
    }
    assert free == {("open_answers", "text"), ("rubric", "evidence")}


def test_a_place_is_the_column_that_an_item_or_a_field_stands_in() -> None:
    assert about_place("open_answers.what_helped").kind == "free"
    assert about_place("answers_mood.mood_1").kind == about_place("feedback.heard").kind == "value"
    assert about_place("case_events.case").of == "family"
    for place in ("respondents.gendre", "respondent.gender"):
        with pytest.raises(ContractError, match="Did you mean"):
            about_place(place)


def test_a_column_of_text_must_say_what_it_holds() -> None:
    class Diaries(dy.Schema):
        wave = dy.Int32(primary_key=True)
        writer = dy.String(primary_key=True)

    assert about(Diaries, "wave").kind == "value"
    with pytest.raises(ContractError, match="Diaries does not say what its column 'writer' holds"):
        key_columns(Diaries)


def test_groups_are_the_columns_that_say_so() -> None:
    assert GROUPS == ("age_group", "gender", "language", "municipality_type")


QUESTIONS = {("reliability", "item"), ("quality_items", "item")}
"""Columns of published tables that name a question, where in an event log an item is a pseudonym."""


@pytest.mark.parametrize("table", CONTRACTS)
def test_no_published_table_can_hold_a_key_or_free_text(table: str) -> None:
    private = {name for schema in SCHEMAS.values() for name, one in all_about(schema).items() if one.private}
    assert {(table, name) for name in CONTRACTS[table].schema if name in private} <= QUESTIONS
