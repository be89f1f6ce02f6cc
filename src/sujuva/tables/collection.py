"""All contracts together: their names, their keys, empty tables, and what must hold between them."""

# Without `from __future__ import annotations`: dataframely reads the annotations of a collection as types.
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import dataframely as dy
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.errors import ContractError, nearest
from sujuva.tables.answers import PREFIX, AnswerKeys, answers_schema
from sujuva.tables.areas import AreaIndicators, AreaMonths
from sujuva.tables.casework import CaseEvents
from sujuva.tables.columns import About, all_about, key_columns
from sujuva.tables.feedback import Feedback
from sujuva.tables.lp import LpTopics
from sujuva.tables.network import Attendance, Organisations, Ties
from sujuva.tables.observations import Initiatives, Observations, Participation
from sujuva.tables.offers import ChildBudgets, MethodReach, ServiceParts
from sujuva.tables.partners import PartnerRatings, Rubric
from sujuva.tables.respondents import OpenAnswers, Respondents
from sujuva.tables.said import CodedPassages, OpenThemes, Trainings


class Tables(dy.Collection):
    """The fixed tables of `data/clean`; answers stand beside them, one table an instrument."""

    respondents: dy.LazyFrame[Respondents]
    open_answers: dy.LazyFrame[OpenAnswers]
    organisations: dy.LazyFrame[Organisations]
    ties: dy.LazyFrame[Ties]
    case_events: dy.LazyFrame[CaseEvents]
    area_indicators: dy.LazyFrame[AreaIndicators]
    feedback: dy.LazyFrame[Feedback]
    lp_topics: dy.LazyFrame[LpTopics]
    attendance: dy.LazyFrame[Attendance]
    partner_ratings: dy.LazyFrame[PartnerRatings]
    rubric: dy.LazyFrame[Rubric]
    observations: dy.LazyFrame[Observations]
    service_parts: dy.LazyFrame[ServiceParts]
    method_reach: dy.LazyFrame[MethodReach]
    child_budgets: dy.LazyFrame[ChildBudgets]
    initiatives: dy.LazyFrame[Initiatives]
    participation: dy.LazyFrame[Participation]
    coded_passages: dy.LazyFrame[CodedPassages]
    open_themes: dy.LazyFrame[OpenThemes]
    trainings: dy.LazyFrame[Trainings]
    area_months: dy.LazyFrame[AreaMonths]


SCHEMAS: dict[str, type[dy.Schema]] = Tables.member_schemas()
"""Contract of each fixed table, by table name."""
BESIDE = ("open_answers", "open_themes")
"""Tables that no feed names: they come along with another, made of its texts."""


def contract_of(table: str) -> type[dy.Schema]:
    """Return the contract of `table` as far as it needs no codebook: of answers, all columns but the items.

    Raises:
        ContractError: There is no such table.
    """
    if table not in SCHEMAS and not f"{table}_".startswith(PREFIX):
        msg = f"There is no table '{table}'."
        raise ContractError(msg, nearest(table, SCHEMAS))
    return SCHEMAS.get(table, AnswerKeys)


class Reference(NamedTuple):
    """Rows of a table that belong to rows of another.

    Attributes:
        parent: Name of the other table.
        what: Its column that is referred to.
        columns: Of every key column of the parent, the column here to the column there.
    """

    parent: str
    what: str
    columns: Mapping[str, str]


def references(table: str) -> list[Reference]:
    """Return what the rows of `table` refer to, as its columns say (`About.refers`).

    Raises:
        ContractError: There is no such table.
    """
    found = []
    for name, one in all_about(contract_of(table)).items():
        if one.refers:
            parent, what = one.refers.split(".")
            key = SCHEMAS[parent].primary_key()
            found.append(Reference(parent, what, {(name if there == what else there): there for there in key}))
    return found


def about_place(place: str) -> About:
    """Return what is known of the place that a raw column goes to, such as `respondents.gender`.

    Items of questionnaires and fields of open answers are named instead of the column that they stand in.

    Raises:
        ContractError: There is no such place, or its contract does not say what it holds.
    """
    table, name = place.split(".", 1)
    known = all_about(contract_of(table))
    if name in known:
        return known[name]
    if table == "open_answers":
        return known["text"]
    if table.startswith(PREFIX) or any(one.wide for one in known.values()):
        return About(kind="value")
    msg = f"The table {table} has no column '{name}'."
    raise ContractError(msg, nearest(name, known))


def bound_to_waves(table: str) -> bool:
    """Tell whether the rows of a table are measurements at the waves of the study, not what happens in any year.

    Raises:
        ContractError: There is no such table.
    """
    wave = all_about(contract_of(table)).get("wave")
    return wave is not None and not wave.any_year


def person_key(table: str) -> str | None:
    """Return the column that tells whose the rows of a table are: the person, child or family; None: nobody's.

    Raises:
        ContractError: There is no such table.
    """
    keys = key_columns(contract_of(table))
    return next((name for name, of in keys.items() if of in {"person", "family"}), None)


def wide_columns(table: str) -> list[str]:
    """Return the columns in whose place a source may give one raw column for each item; none for most tables.

    Raises:
        ContractError: There is no such table.
    """
    return [name for name, one in all_about(contract_of(table)).items() if one.wide]


def schema_of(table: str, instruments: Mapping[str, Instrument] | None = None) -> type[dy.Schema]:
    """Return the contract of `table`, such as respondents or answers_who5.

    Args:
        table: Name of a fixed table, or `answers_<instrument>`.
        instruments: Codebooks, needed for answers only.

    Raises:
        ContractError: There is no such table.
    """
    known = instruments or {}
    if table in SCHEMAS:
        return SCHEMAS[table]
    if table.startswith(PREFIX) and table.removeprefix(PREFIX) in known:
        return answers_schema(known[table.removeprefix(PREFIX)])
    msg = f"There is no table '{table}'."
    raise ContractError(msg, nearest(table, [*SCHEMAS, *(PREFIX + key for key in known)]))


def types_of(schema: type[dy.Schema]) -> pl.Schema:
    """Return the types of a contract's columns."""
    return _types(schema).copy()


@lru_cache(maxsize=256)
def _types(schema: type[dy.Schema]) -> pl.Schema:
    return pl.Schema({name: column.dtype for name, column in schema.columns().items()})


def table_key(table: str, instruments: Mapping[str, Instrument] | None = None) -> list[str]:
    """Return the key columns of `table`, in the order of the contract.

    Raises:
        ContractError: There is no such table.
    """
    return list(schema_of(table, instruments).primary_key())


def empty_table(table: str, instruments: Mapping[str, Instrument] | None = None) -> pl.DataFrame:
    """Return `table` with its contract's columns and no rows.

    Raises:
        ContractError: There is no such table.
    """
    return pl.DataFrame(schema=types_of(schema_of(table, instruments)))


def check_tables(tables: Mapping[str, pl.DataFrame], instruments: Mapping[str, Instrument]) -> None:
    """Hold every table against its contract and against the tables it refers to.

    Args:
        tables: Frames by table name; every fixed table must be there.
        instruments: Codebooks of the tables of answers.

    Raises:
        ContractError: A table is missing or breaks its contract, or a row refers to a row that is not there. Names
            the table, the rule and the number of rows, never a value.
    """
    for table in SCHEMAS:
        if table not in tables:
            msg = f"The table '{table}' is missing."
            raise ContractError(msg, "Every table is written, also when nothing feeds it.")
    for table, frame in tables.items():
        schema = schema_of(table, instruments)
        if frame.is_empty() and types_of(schema).items() <= frame.schema.items():  # no rule can be broken
            continue
        try:
            schema.validate(frame)
        except (dy.exc.SchemaError, dy.exc.ValidationError):
            # The library's own text is left out, in the chain too: it may quote values.
            msg = f"The table {table} breaks its contract: {_broken(schema, frame)}."
            raise ContractError(msg) from None
        for parent, _, columns in references(table):
            orphans = frame.drop_nulls(list(columns)).join(
                tables[parent], left_on=list(columns), right_on=list(columns.values()), how="anti"
            )
            if orphans.height:
                msg = f"{orphans.height} rows of {table} refer to rows that are not in {parent}."
                raise ContractError(msg)


def _broken(schema: type[dy.Schema], frame: pl.DataFrame) -> str:
    """Describe what is wrong by rule names and counts alone."""
    wanted = schema.create_empty().schema
    wrong = [name for name, kind in wanted.items() if frame.schema.get(name) != kind]
    if wrong:
        return f"missing or mistyped columns {wrong}"
    counts = schema.filter(frame).failure.counts()
    return ", ".join(f"{rule} ({rows} rows)" for rule, rows in sorted(counts.items()))
