"""The description of a delivery: what `sources.yaml` says about each raw file, as checked models."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

import polars as pl
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator, model_validator

from sujuva.codebooks import Text
from sujuva.codebooks.area_statistics import STATISTICS
from sujuva.errors import nearest
from sujuva.normal import normal, normal_keys
from sujuva.sources.times import EXCEL, has_offset
from sujuva.tables import BESIDE, SCHEMAS, wide_columns


class _Spec(BaseModel, frozen=True, extra="forbid"):
    """A part of `sources.yaml`: unknown keys are errors."""


def _must(fits: object, otherwise: str) -> None:
    """Refuse what is described, where it does not fit, in the words of who edits the file."""
    if not fits:
        raise ValueError(otherwise)


Lookup = Literal["municipality", "municipality_code", "region", "sector", "service_part", "method"]


def _as_tuple(value: Any) -> Any:
    """One word stands for a list of one."""
    return (value,) if isinstance(value, str) else value


def _fed(table: str) -> str:
    """Let the names of tables pass that a source may feed; open answers come along with another, as its texts."""
    known = ["answers", *(name for name in SCHEMAS if name not in BESIDE)]
    _must(table in known, f"there is no table '{table}' to feed. {nearest(table, known)}")
    return table


# What a person types is compared with files in one normal form, so it is brought into that form here.
Name = Annotated[str, AfterValidator(normal)]
Words = Annotated[tuple[Name, ...], BeforeValidator(_as_tuple)]
Pairs = Annotated[dict[str, Name], AfterValidator(normal_keys)]
_PROBE = dt.datetime(2024, 11, 23, tzinfo=dt.UTC)


def tells_a_date(time_format: str) -> bool:
    """Tell whether a strptime format gives back the date that it has written; days as Excel counts them do."""
    if time_format in EXCEL:
        return True
    try:
        text = pl.Series([_PROBE]).dt.to_string(time_format)
        zone = "UTC" if has_offset(time_format) else None
        found = text.str.to_datetime(time_format, time_zone=zone, strict=False)[0]
    except pl.exceptions.PolarsError:
        return False
    return found is not None and found.date() == _PROBE.date()


class _FromRaw(_Spec):
    """What comes from raw columns; a plain name means `from`."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"from": value} if isinstance(value, str) else value


class Column(_FromRaw):
    """How a contract column comes from raw columns, a constant or the row number; a plain name means `from`.

    The steps run in this order: read (and join), missing, blank, map, lookup, parse to the contract's type.
    """

    from_: Words = Field(
        (), alias="from", description="Raw column, or several that are joined: a key, a date and clock"
    )
    join: str | None = Field(
        None, description="What stands between the parts of several raw columns; default: a hyphen, of times a blank"
    )
    value: Name | None = Field(None, min_length=1, description="A constant for every row")
    row: bool = Field(False, description="An id made of the source's name and the row number")
    missing: Words = Field((), description="Raw values that mean missing")
    blank: Name | None = Field(
        None, min_length=1, description="What a blank stands for, where it is a value of its own"
    )
    map: Pairs = Field(default_factory=dict, description="Raw value to clean value")
    else_: Literal["quarantine", "keep", "missing"] = Field(
        "quarantine", alias="else", description="What happens to a value that is not in the map"
    )
    lookup: Lookup | None = Field(
        None, description="Find the value in the codebooks: of regions, sectors, parts of services or methods"
    )
    format: Words = Field((), description="strptime formats of a time, tried in order; excel: days as Excel counts")

    @field_validator("format")
    @classmethod
    def _dates(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for one in formats:
            _must(tells_a_date(one), f"'{one}' is no format of a date; write it as %d.%m.%Y %H:%M or %Y-%m-%d")
        return formats

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = (bool(self.from_), self.value is not None, self.row)
        _must(sum(origins) == 1, "give exactly one of from, value or row: true")
        return self


class Duration(_FromRaw):
    """How long a person took to answer: one raw column with a length, or two with the start and the end."""

    from_: Name | None = Field(None, alias="from", description="Raw column with the length")
    unit: Literal["seconds", "minutes"] = "seconds"
    start: Name | None = Field(None, description="Raw column with the time of the start")
    end: Name | None = Field(None, description="Raw column with the time of the end")
    format: Words = Field((), description="strptime formats of start and end, tried in order")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        pair = (self.start is not None, self.end is not None)
        one_way = (self.from_ is not None) != any(pair) and any(pair) == all(pair)
        _must(one_way, "give either from, or both start and end")
        return self

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """Raw columns that it is made of."""
        return tuple(name for name in (self.from_, self.start, self.end) if name is not None)


class Lifecycle(_FromRaw):
    """Which steps in the life of an event count: an event that was scheduled or withdrawn has not taken place."""

    from_: str = Field(alias="from", description="Raw column with the transition of each event")
    keep: Words = Field(("complete",), description='Transitions that count; "*": each of them')

    @model_validator(mode="after")
    def _some(self) -> Self:
        _must(self.keep, 'keep names no transition; write complete, or "*" for each of them')
        return self


class People(_Spec):
    """What happens to raw columns that tell who somebody is."""

    drop: Words = Field((), description="Raw columns that are taken out as soon as the file is read")
    pseudonymise: Words = Field(
        (), description="Raw columns whose values become keyed pseudonyms; in open answers only what identifies"
    )
    keep: Pairs = Field(
        default_factory=dict, description="Raw column that only looks like names or phone numbers: why it may stay"
    )
    undecided: Words = Field((), description="Of a draft: raw columns for which one of the three is still to be chosen")

    @model_validator(mode="after")
    def _once(self) -> Self:
        named = [*self.drop, *self.pseudonymise, *self.keep, *self.undecided]
        for name in named:
            _must(named.count(name) == 1, f"the column '{name}' is named twice")
        return self


class Feed(_Spec):
    """One table that a source feeds, and where its columns come from."""

    table: Annotated[str, AfterValidator(_fed)]
    columns: dict[str, Column] = Field(default_factory=dict)
    instrument: str | None = Field(None, description="answers: key of the instrument's codebook")
    items: Pairs = Field(
        default_factory=dict, description="answers: item number to raw column; feedback, partner_ratings: item name"
    )
    item_map: Pairs = Field(default_factory=dict, description="Raw answer to answer code")
    codes: Literal["as_given"] | None = Field(
        None, description="as_given: the codes of the answers are right, though they look shifted against the codebook"
    )
    missing: Words = Field((), description="Raw values that mean missing in every item and text of this feed")
    texts: dict[str, Column] = Field(default_factory=dict, description="Open answers: field name to raw column")
    lexicons: dict[str, str] = Field(
        default_factory=dict,
        description="Open answers: field name to lexicon; the themes of its answers are kept, and their words are not",
    )
    duration: Duration | None = Field(None, description="answers: how long the person took")
    lifecycle: Lifecycle | None = Field(
        None, description="case_events: which transitions count; default: complete, of a column lifecycle:transition"
    )

    @model_validator(mode="after")
    def _fits_table(self) -> Self:
        answers = self.table == "answers"
        _must(
            answers == (self.instrument is not None), "a feed of answers names its instrument, and no other feed does"
        )
        wide = " or ".join(one for one in SCHEMAS if wide_columns(one))
        _must(answers or self.wide or not (self.items or self.item_map), f"items belong to feeds of answers, {wide}")
        _must(answers or self.wide or self.codes is None, f"codes belong to feeds of answers, {wide}")
        _must(answers or self.duration is None, "duration belongs to feeds of answers")
        _must(self.table == "case_events" or self.lifecycle is None, "lifecycle belongs to feeds of case_events")
        keyed = {"respondent", "wave"} <= self.columns.keys()
        _must(keyed or not self.texts, "texts need the columns respondent and wave in the same feed")
        for field in self.lexicons:
            _must(field in self.texts, f"lexicons: there is no text '{field}' in this feed")
        return self

    @property
    def wide(self) -> list[str]:
        """Columns of the table in whose place the source may give one raw column for each item."""
        return [] if self.instrument else wide_columns(self.table)

    @property
    def target(self) -> str:
        """Name of the clean table: answers of an instrument have a table of their own."""
        return f"answers_{self.instrument}" if self.instrument else self.table


class Source(_Spec):
    """One raw file (or sheet) and everything that is known about it."""

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    file: str = Field(min_length=1, description="Path relative to the input folder")
    reader: str
    options: dict[str, Any] = Field(default_factory=dict, description="By reader: see its options model")
    licence: str = ""
    responsible: str = ""
    citation: str = ""
    ignore: Words = Field((), description='Raw columns knowingly not used; "*" stands for all the rest')
    unique: Words = Field((), description="Contract columns that must tell this source's rows apart, besides the key")
    people: People = Field(default_factory=People, description="Columns that tell who somebody is")
    undirected: bool = Field(False, description="ties: one row speaks for both directions")
    feeds: tuple[Feed, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ties_only(self) -> Self:
        tied = any(feed.table == "ties" for feed in self.feeds)
        _must(tied or not self.undirected, "undirected belongs to sources of ties")
        return self

    @property
    def targets(self) -> list[str]:
        """Names of the clean tables that this source feeds, in order, each once."""
        names = [feed.target for feed in self.feeds]
        names += ["open_answers" for feed in self.feeds if feed.texts.keys() - feed.lexicons]
        names += ["open_themes" for feed in self.feeds if feed.lexicons]
        return list(dict.fromkeys(names))


def _day(value: Any) -> str:
    """Return a day as 2024-12-31; YAML reads one without quotation marks as a date."""
    try:
        return "" if value in ("", None) else dt.date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        msg = "not a day such as 2024-12-31"
        raise ValueError(msg) from error


class Sources(_Spec):
    """A whole delivery: the raw files of an input folder."""

    synthetic: bool = Field(False, description="No real person stands behind the data; every page says so")
    title: Text
    responsible: str = ""
    date: Annotated[str, BeforeValidator(_day)] = Field(
        "", description="Day on which the data were taken from their systems, such as 2024-12-31; every page tells it"
    )
    key: Literal["demo"] | None = Field(
        None, description="demo: pseudonyms with the public demo key, for synthetic data alone; else your own key"
    )
    sources: tuple[Source, ...]

    @property
    def of_nobody(self) -> bool:
        """Whether no file of it can tell of anybody: it names none, or public statistics alone."""
        tables = {table for source in self.sources for table in source.targets}
        return tables <= {*STATISTICS} and not any(source.people.pseudonymise for source in self.sources)

    @model_validator(mode="after")
    def _demo(self) -> Self:
        _must(self.synthetic or self.key != "demo", "key: demo is public, so it is for synthetic data alone")
        return self
