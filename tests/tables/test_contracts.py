"""The contracts say what the clean tables look like; their checks name rules, never values."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import Instrument
from sujuva.errors import ContractError
from sujuva.tables import SCHEMAS, Respondents, Tables, answers_schema, check_tables, empty_table, schema_of, table_key

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
    "organisations": ["region", "organisation"],
    "ties": ["region", "wave", "relation", "source", "target"],
    "case_events": ["case", "sequence"],
    "area_indicators": ["indicator", "area", "gender", "year"],
    "feedback": ["event", "wave", "region", "participant", "item"],
    "lp_topics": ["talk", "environment", "topic"],
    "attendance": ["event", "wave", "region", "organisation"],
    "partner_ratings": ["respondent", "wave", "item"],
    "rubric": ["region", "wave", "condition", "assessor"],
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
