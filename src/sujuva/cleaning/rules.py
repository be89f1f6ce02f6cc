"""The rules: every reason for which a raw row is set aside, and every named change of a value.

To add a rule that looks at one row of one table, add its name and reason to `RULES` and a `Check` to `CHECKS`. A
rule that looks at raw values (a number, a date) is noted where they are parsed (`values`), one that compares rows
or tables in `across`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal

import numpy as np
import polars as pl

from sujuva.tables import CONDITIONS, FEEDBACK_RANGE, LEVELS, RATING_RANGE

Kind = Literal["quarantine", "recode"]
CONTRACT = "contract_"
"""Start of the name of a rule that comes from a contract itself."""


@dataclass(frozen=True)
class Rule:
    """A rule: what it does to a row, and why, as a sentence."""

    kind: Kind
    reason: str


RULES: dict[str, Rule] = {
    "missing_key": Rule("quarantine", "A part of the key is blank, so the row cannot be told from others."),
    "missing_value": Rule("quarantine", "A value that every row needs is blank."),
    "bad_number": Rule("quarantine", "A value that should be a number is not one."),
    "wrong_date": Rule("quarantine", "A date or time has none of the expected formats, or cannot be."),
    "nonexistent_local_time": Rule("quarantine", "The clock never showed this time: daylight saving skipped it."),
    "value_not_in_map": Rule("quarantine", "A value is not among those that the source's description knows."),
    "item_out_of_range": Rule("quarantine", "An answer is outside the response range of the instrument."),
    "rating_out_of_range": Rule("quarantine", "A rating is outside the range of its scale."),
    "unknown_item": Rule("quarantine", "The item is not one of an instrument that partners answer."),
    "level_out_of_range": Rule("quarantine", "The level of an assessment is not one from 0 to 3."),
    "unknown_condition": Rule("quarantine", "What was assessed is not one of the five conditions of common work."),
    "missing_evidence": Rule("quarantine", "An assessment without evidence: none counts without it."),
    "weight_not_positive": Rule("quarantine", "A survey weight is zero or negative."),
    "unknown_region": Rule("quarantine", "The area is not one of the regions of the study or their municipalities."),
    "unknown_sector": Rule("quarantine", "The sector is not in the codebook of sectors."),
    "unknown_wave": Rule("quarantine", "The year is not one of the waves of the study."),
    "self_tie": Rule("quarantine", "An organisation is tied to itself."),
    "duplicate": Rule("quarantine", "Another row has the same key and was kept, or no row of the key is kept."),
    "unknown_respondent": Rule("quarantine", "No clean row of this person at this wave is among the respondents."),
    "unknown_organisation": Rule(
        "quarantine", "An end of the tie, or who came, is not among the clean organisations of its region."
    ),
    "impossible_order": Rule(
        "quarantine",
        "An event comes before another that must have come first in its case (event_orders.yaml), or what an LP "
        "discussion agreed on before the discussion.",
    ),
    "outcome_without_plan": Rule("quarantine", "An outcome is told of a topic about which nothing was planned."),
    "talk_disagrees": Rule("quarantine", "What the row says of its LP discussion is not what most of its rows say."),
    "area_not_in_year": Rule("quarantine", "The municipality did not exist in that year (municipality_changes.yaml)."),
    "nothing_given": Rule("quarantine", "The row gives no rating at all, so no table can hold it."),
    "cell_error": Rule("quarantine", "A cell of the workbook holds an error such as #DIV/0! instead of a value."),
    "trimmed": Rule("recode", "Blanks around a value were taken away."),
    "declared_missing": Rule("recode", "A value that the file itself declares missing became blank."),
    "missing_code": Rule("recode", "A code that means missing became blank."),
    "blank_filled": Rule("recode", "A blank became the value that it stands for in this source."),
    "value_map": Rule("recode", "A value was renamed as the source's description says."),
    "item_map": Rule("recode", "An answer was recoded as the source's description says."),
    "lookup": Rule("recode", "A name or code was replaced by its key in the codebooks."),
    "local_time": Rule("recode", "A time with an offset became local time."),
    "pseudonym": Rule("recode", "The key of a person, family, discussion or item became a keyed pseudonym."),
    "identifier_replaced": Rule("recode", "What identifies somebody became a keyed pseudonym, as the source asks."),
    "duration_unusable": Rule("recode", "The time that answering took is no length of time, and became blank."),
}


def rule_of(name: str) -> Rule:
    """Return the rule called `name`; rules of contracts describe themselves."""
    if name.startswith(CONTRACT):
        return Rule("quarantine", f"The contract of the table rejects the row ({name.removeprefix(CONTRACT)}).")
    return RULES[name]


def rule_of_blank(table: str, column: str, *, key: bool) -> str:
    """Return the rule that a row breaks where a column that every row needs is blank."""
    if (table, column) == ("rubric", "evidence"):
        return "missing_evidence"
    return "missing_key" if key else "missing_value"


@dataclass(frozen=True)
class Study:
    """What cleaning needs to know of the study.

    Attributes:
        regions: Keys of the regions that take part.
        waves: Years of the waves.
        duplicates: Which of several rows with the same key stays.
        timezone: Where the clocks of the events stand; None: times are not checked against daylight saving.
        ended: Municipalities that ended: code to last year.
        rated: Lowest and highest answer of each item that partners answer, by its name.
        relations: Lowest and highest rating of each relation that the codebook knows, by its key.
    """

    regions: tuple[str, ...]
    waves: tuple[int, ...]
    duplicates: Literal["first", "last", "none"] = "first"
    timezone: str | None = None
    ended: Mapping[str, int] = field(default_factory=dict)
    rated: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    relations: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def gone(self, area: str, year: str | pl.Expr) -> pl.Expr:
        """Return where the municipality in the column `area` had ended before the year (a column or expression)."""
        last = pl.col(area).replace_strict(
            list(self.ended), list(self.ended.values()), default=None, return_dtype=pl.Int32
        )
        return (pl.col(year) if isinstance(year, str) else year) > last

    def outside(self, item: str, rating: str) -> pl.Expr:
        """Return where the rating of a known item lies outside the response range of its instrument."""
        return _outside(item, rating, self.rated)

    def beyond(self, rating: str) -> pl.Expr:
        """Return where the rating of a tie lies outside the range of its relation, or of any where it is not known."""
        return _outside("relation", rating, self.relations, otherwise=RATING_RANGE)


def _outside(
    column: str, rating: str, ranges: Mapping[str, tuple[int, int]], otherwise: tuple[int, int] | None = None
) -> pl.Expr:
    low, high = (
        pl.col(column).replace_strict(
            list(ranges),
            [ends[end] for ends in ranges.values()],
            default=None if otherwise is None else otherwise[end],
            return_dtype=pl.Int64,
        )
        for end in (0, 1)
    )
    return ~pl.col(rating).is_between(low, high)


@dataclass(frozen=True)
class Check:
    """A rule on one row of a table: `broken` makes an expression that is true where the row breaks it."""

    rule: str
    columns: tuple[str, ...]
    broken: Callable[[Study], pl.Expr]
    tables: Collection[str] = ()

    def concerns(self, table: str, columns: Iterable[str]) -> bool:
        """Tell whether the check is for `table` with these columns (no tables named: for all that have them)."""
        return (not self.tables or table in self.tables) and set(self.columns) <= set(columns)


def _outcome_without_plan() -> pl.Expr:
    """Return where a topic without a plan has come to something all the same."""
    return (pl.col("plan") == 0) & pl.col("outcome").is_in(["done", "partly", "not_done"])


_PARTNERS = ("partner_ratings",)
CHECKS: tuple[Check, ...] = (
    Check("unknown_region", ("region",), lambda study: ~pl.col("region").is_in(study.regions)),
    Check("unknown_wave", ("wave",), lambda study: ~pl.col("wave").is_in(study.waves)),
    Check("area_not_in_year", ("municipality", "wave"), lambda study: study.gone("municipality", "wave")),
    Check(
        "area_not_in_year",
        ("municipality", "time"),
        lambda study: study.gone("municipality", pl.col("time").dt.year()),
        ("case_events",),
    ),
    Check("area_not_in_year", ("area", "year"), lambda study: study.gone("area", "year")),
    Check("weight_not_positive", ("weight",), lambda _: pl.col("weight") <= 0, ("respondents",)),
    Check("self_tie", ("source", "target"), lambda _: pl.col("source") == pl.col("target"), ("ties",)),
    Check("rating_out_of_range", ("relation", "observed"), lambda study: study.beyond("observed"), ("ties",)),
    Check("rating_out_of_range", ("relation", "expected"), lambda study: study.beyond("expected"), ("ties",)),
    Check("rating_out_of_range", ("rating",), lambda _: ~pl.col("rating").is_between(*FEEDBACK_RANGE), ("feedback",)),
    Check("rating_out_of_range", ("item", "rating"), lambda study: study.outside("item", "rating"), _PARTNERS),
    Check("unknown_item", ("item",), lambda study: ~pl.col("item").is_in(list(study.rated)), _PARTNERS),
    Check("unknown_condition", ("condition",), lambda _: ~pl.col("condition").is_in(CONDITIONS), ("rubric",)),
    Check("level_out_of_range", ("level",), lambda _: ~pl.col("level").is_between(*LEVELS), ("rubric",)),
    Check("impossible_order", ("due", "date"), lambda _: pl.col("due") < pl.col("date"), ("lp_topics",)),
    Check("impossible_order", ("follow_up", "date"), lambda _: pl.col("follow_up") < pl.col("date"), ("lp_topics",)),
    Check("outcome_without_plan", ("plan", "outcome"), lambda _: _outcome_without_plan(), ("lp_topics",)),
)


@dataclass(frozen=True)
class About:
    """Passes rules on together with the raw column that they are about."""

    notes: Notes
    column: str

    def note(self, rule: str, mask: pl.Series) -> None:
        """Note `rule` of the raw rows where `mask` is true (null counts as false)."""
        self.notes.note(rule, mask, self.column)


@dataclass
class Notes:
    """What was noted about the raw rows of one source: of each rule, a mask of the rows it concerns.

    Attributes:
        height: Number of raw rows.
        columns: Of each rule, how many rows of each raw column broke it, where it is about a column.
    """

    height: int
    masks: dict[str, pl.Series] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)

    def note(self, rule: str, mask: pl.Series, column: str = "") -> None:
        """Note `rule` of the raw rows where `mask` is true (null counts as false), because of a raw column."""
        if mask.any():
            filled = mask.fill_null(value=False)
            known = self.masks.get(rule)
            self.masks[rule] = filled if known is None else known | filled
            if column and rule not in RECODES:
                counts = self.columns.setdefault(rule, {})
                counts[column] = counts.get(column, 0) + int(filled.sum())

    def about(self, column: str) -> About:
        """Return a taker of rules that are all about one raw column."""
        return About(self, column)

    def note_at(self, rule: str, places: pl.Series, column: str = "") -> None:
        """Note `rule` of the raw rows at these places, from 0."""
        if places.len():
            mask = np.zeros(self.height, dtype=np.bool_)
            mask[places.to_numpy()] = True
            self.note(rule, pl.Series(mask), column)

    def broken(self) -> pl.Series:
        """Return a mask of the rows that break a rule of quarantine."""
        masks = [mask for rule, mask in self.masks.items() if rule not in RECODES]
        return reduce(operator.or_, masks, pl.repeat(value=False, n=self.height, dtype=pl.Boolean, eager=True))


RECODES = frozenset(name for name, rule in RULES.items() if rule.kind == "recode")
