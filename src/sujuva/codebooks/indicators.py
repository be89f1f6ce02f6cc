"""Records of indicators: all that is known of each, once; estimates, tables, figures, reports and `publish` ask here.

A record stands in an `indicators_*.yaml` of `data/codebooks` (or of the input folder's `codebooks/`) and lacks nothing:
what is not known is an error when the codebooks are checked. Comparisons and measures of reliability are records too.

Ask the set of records instead of writing lists of names:

    known = load_indicators("data/example")
    known["delay_share"].title
    known.where(topic="lp")                             # every record of Let's Talk discussions
    known.where(family="integration", counts=UNITS_OF_PEOPLE)
    known.where(within="cases_started")                 # whose families are all among those that started
    known.where(quantile=0.5).keys()
    pl.col("indicator").is_in(list(known.where(topic=("case", "delay"))))

`where` takes any field of a record, of its `release` or of its `behind`; of a field that is a list it asks whether the
list holds the value. A field that does not exist, or a value that the field cannot have, is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.text import Text
from sujuva.errors import CodebookError, nearest

Unit = Literal[
    "person", "child", "family", "rating", "observation", "phenomenon", "meeting", "contact", "action", "referral",
    "handover", "service", "initiative", "organisation", "none",
]  # fmt: skip
UNITS_OF_PERSONS = ("person", "child", "family", "rating", "observation")
"""Units that are persons or families, or what one person said or noticed."""
UNITS_OF_PEOPLE = (*UNITS_OF_PERSONS, "phenomenon", "meeting", "contact", "action", "referral", "handover", "service")
"""These, and what happened to families: a few of them tell of a few people."""
Topic = Literal[
    "score", "change", "attrition", "lp", "comparison", "reliability", "delay", "case", "events", "handovers",
    "overlap", "composite", "network", "relation", "value", "presence", "partners", "rubric", "feedback", "rows",
    "noticed", "area", "methods", "said",
]  # fmt: skip
Column = Literal[
    "estimate", "se", "df", "ci_low", "ci_high", "n", "relative", "relative_low", "relative_high",
    "effect", "effect_low", "effect_high", "p", "q", "clusters", "other_n", "rows",
]  # fmt: skip
Need = Literal[
    "answers", "two_waves", "units", "lp_topics", "case_events", "ties", "organisations", "attendance", "feedback",
    "partner_ratings", "rubric", "observations", "initiatives", "participation", "area_indicators", "profile", "ledger",
    "service_parts", "child_budgets", "method_reach", "coded_passages", "open_themes", "trainings", "area_months",
]  # fmt: skip
Coarsening = Literal["steps", "class", "moments"]
COARSENED: Mapping[str, Coarsening] = {
    "q": "class", "effect": "steps", "effect_low": "steps", "effect_high": "steps",
}  # fmt: skip
"""Columns that tell how many persons stand behind a row, and the coarsening in which they may leave all the same.

`class`: the upper end of a class of q. `steps`: in steps that fit the rounded n. `moments` (of a standard deviation):
where mean, deviation and n together pin no small count.
"""
UNTOLD = ("se", "df", "p", "clusters")
"""Columns that tell it however they are rounded: of persons they never leave; clusters only where organisations are."""
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Cut(BaseModel):
    """By what rows are told: years (wave 0 is all years together) and places."""

    model_config = _STRICT

    years: Literal["each_year", "all_years", "both"]
    places: Literal["everywhere", "network"]


class GroupCut(Cut):
    """The same of groups."""

    by: tuple[str, ...] = Field(description="What the groups are groups of, such as caller; any: whatever the run says")


class Release(BaseModel):
    """What of an indicator may leave: `publish` drops every other column and row."""

    model_config = _STRICT

    columns: tuple[Column, ...] = Field(description="Columns of numbers that may leave; none: it is not told at all")
    coarsened: Mapping[Column, Coarsening] = Field(
        default={}, description="How columns leave that would tell how many persons stand behind the row"
    )
    everyone: Cut = Field(description="How it is told of everyone")
    groups: GroupCut | None = Field(description="How it is told of groups; null: not at all")


class Same(BaseModel):
    """A cell that counts the same as another indicator's."""

    model_config = _STRICT

    cell: str = Field(description="The other indicator")
    group: str | None = Field(description="What its groups are groups of, where each category is the group so named")


class Behind(BaseModel):
    """Which counts stand behind the numbers, so that `publish` protects them."""

    model_config = _STRICT

    estimate: Literal["numerator", "halves", "count", "part", "ratio", "level"] = Field(
        description="What the estimate is: numerator / n; the same with halves; a count; a count of some of n, both "
        "sides of which are guarded like those of a share; a ratio of other things than n counts; anything else (a "
        "mean, say)"
    )
    clusters: Literal["family", "organisation"] | None = Field(description="What df + 1 counts in a region, if told")
    same_units: Literal["casework", "scores", "changes"] | None = Field(
        description="Rows of one place with the same n are taken to be about the same units within such a set"
    )
    part_of: str | None = Field(description="The indicator whose cell this one's is a part of: the parts add up to it")
    equals: Same | None = Field(description="The cell that counts the same")
    within: tuple[str, ...] = Field(description="Indicators among whose units all of this one's are")
    chain: Literal["met", "done"] | None = Field(
        description="Numerators of one chain count the same units, each all of the one below it and more"
    )
    quantile: float | Literal["category"] | None = Field(
        description="Share of the units beyond it, on the narrower side; category: it says q and per cent"
    )
    bins: Literal["distributions", "delays"] | None = Field(
        description="Table of bins that n and its parts are sums of"
    )
    one_value: tuple[float, ...] = Field(description="Estimates that tell the same of every unit")
    zero_is_small: bool = Field(description="Whether 0 is hidden as a small count is")
    names: tuple[Literal["scale", "category"], ...] = Field(description="Columns whose names come from the data")
    goes_with: str | None = Field(description="The indicator in the same place with which it is hidden")
    also_of: str | None = Field(description="A count that it is a share of, too, beside n")
    compares: Literal["sides", "same_persons", "regions", "networks", "goes_with"] | None = Field(
        description="Of a comparison: what must be shown for it to be shown"
    )
    binary: Literal["told", "untold"] = Field(description="Whether it is told of a scale of 0 and 1")
    few: Literal["hidden", "n_untold"] = Field(
        description="What happens where fewer than the threshold stand behind it"
    )

    def references(self) -> Iterator[tuple[str, str]]:
        """Yield each other indicator that is named, after the field that names it."""
        for field in ("part_of", "goes_with", "also_of"):
            if (named := getattr(self, field)) is not None:
                yield field, named
        yield from (("within", named) for named in self.within)
        if self.equals is not None:
            yield "equals", self.equals.cell


class IndicatorInfo(BaseModel):
    """The record of one indicator."""

    model_config = _STRICT

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    family: Literal["parjaavyys", "integration", "situation", "quality"]
    topic: Topic = Field(description="What it is about, within its family")
    title: Text
    unit: Text
    description: Text
    method: str = Field(description="Name of the estimator, in English, with its source")
    formula: Literal["published", "own", "arithmetic"] = Field(
        description="Whether the rule is published, this project's own, or needs no source (a count, a plain mean)"
    )
    kind: Literal["mean", "sd", "share", "count", "days", "index", "statistic"]
    counts: Unit = Field(description="What one of its n is, which decides the threshold that `publish` applies")
    decimals: int = Field(ge=0, le=4, description="Decimals of published values")
    percent: bool = Field(description="The estimate is a proportion 0–1 that is shown as per cent")
    decimals_of: Literal["own", "scale"] = Field(description="scale: it is in units of its scale, with its decimals")
    better: Literal["higher", "lower", "neither", "scale"] = Field(
        description="Which way is better; scale: as its scale"
    )
    matters: float | None = Field(
        None, gt=0, description="Smallest difference that matters, in its unit (of a share 0–1); None: nobody has said"
    )
    needs: tuple[Need, ...] = Field(description="What must be there to show it")
    release: Release
    behind: Behind

    def fact(self, name: str) -> Any:
        """Return a field of the record, of its `release` or of its `behind`."""
        owner = next(one for one in (self, self.release, self.behind) if name in type(one).model_fields)
        return getattr(owner, name)


class Indicators(dict[str, IndicatorInfo]):
    """Records by key, in the order of the codebooks."""

    def where(self, **facts: Any) -> Indicators:
        """Return the records of which all `facts` are true: a value, or a collection of values of which one is true.

        Raises:
            CodebookError: No record has such a field, or the field cannot have such a value.
        """
        for name, value in facts.items():
            _check_fact(name, value)
        return Indicators(
            {key: one for key, one in self.items() if all(_is(one.fact(name), value) for name, value in facts.items())}
        )


def _check_fact(name: str, value: Any) -> None:
    fields = {**IndicatorInfo.model_fields, **Release.model_fields, **Behind.model_fields}
    if name not in fields:
        msg = f"Records of indicators have no field '{name}'."
        raise CodebookError(msg, nearest(name, fields))
    known = list(_literals(fields[name].annotation))
    for one in _several(value) if known else ():
        if isinstance(one, str) and one not in known:
            msg = f"The field '{name}' of an indicator cannot be '{one}'."
            raise CodebookError(msg, nearest(one, known))


def _literals(annotation: Any) -> Iterator[str]:
    """Yield the texts that a field can have where it has a closed list of them."""
    for one in get_args(annotation):
        if isinstance(one, str):
            yield one
        else:
            yield from _literals(one)


def _several(value: Any) -> Collection[Any]:
    return value if isinstance(value, (list, tuple, set, frozenset)) else (value,)


def _is(fact: Any, value: Any) -> bool:
    wanted = _several(value)
    return any(one in wanted for one in fact) if isinstance(fact, tuple) else fact in wanted


def load_indicators(extra: str | Path | None = None) -> Indicators:
    """Load every `indicators*.yaml` of the project and of the input folder `extra`, keyed by indicator key.

    Raises:
        CodebookError: A file is not valid, a record lacks a fact, or it names an indicator that no record describes.
    """
    found = Indicators(load_keyed(IndicatorInfo, "indicators*.yaml", extra))
    for message, hint in (fault for one in found.values() for fault in record_faults(one, found)):
        msg = f"indicators*.yaml: {message}"
        raise CodebookError(msg, hint)
    return found


def reference_faults(record: IndicatorInfo, known: Mapping[str, Any] | Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the other indicators that a record names, and the nearest that is known.

    Args:
        record: The record.
        known: Keys of all records.
    """
    for field, named in record.behind.references():
        if named not in known:
            yield f"the record of '{record.key}' has {field}: {named}, which is no indicator.", nearest(named, known)


def release_faults(record: IndicatorInfo) -> Iterator[tuple[str, str]]:
    """Yield what of a record about persons or families would leave and tell how many they are, and what to do."""
    if record.counts not in UNITS_OF_PEOPLE:
        return
    release, wanted = record.release, dict(COARSENED)
    if record.kind == "sd":
        wanted["estimate"] = "moments"
    for column in release.columns:
        if column in UNTOLD and not (column == "clusters" and record.behind.clusters == "organisation"):
            what = f"lets {column} leave, which tells how many persons stand behind a row"
            yield f"the record of '{record.key}' {what}.", f"Leave {column} out of release.columns."
        told = release.coarsened.get(column)
        if told != wanted.get(column):
            need = f"{{{column}: {wanted[column]}}}" if column in wanted else f"nothing for {column}"
            what = f"lets {column} leave {'as it is' if told is None else f'as {told}'}"
            yield f"the record of '{record.key}' {what}.", f"release.coarsened must say {need}."


def record_faults(record: IndicatorInfo, known: Mapping[str, Any] | Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a record that is valid by itself: other indicators that it names, and what may leave.

    Args:
        record: The record.
        known: Keys of all records.
    """
    yield from reference_faults(record, known)
    yield from release_faults(record)
