"""The rules: every reason for which a raw row is set aside, and every named change of a value.

To add a rule that looks at one row of one table, add its name to `RULES`, its title and reason to the codebook
`terms.yaml` and a `Check` to `CHECKS`. A rule that looks at raw values (a number, a date) is noted where they are
parsed (`values`), one that compares rows or tables in `compare`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Literal

import numpy as np
import polars as pl

from sujuva.codebooks import load_terms
from sujuva.codebooks.area_statistics import STATISTICS
from sujuva.tables import (
    CONDITIONS,
    CRITERIA,
    ENDED,
    FEEDBACK_RANGE,
    LEVELS,
    RATING_RANGE,
    About,
    bound_to_waves,
)

Kind = Literal["quarantine", "recode"]
CONTRACT = "contract_"
"""Start of the name of a rule that comes from a contract itself."""


@dataclass(frozen=True)
class Rule:
    """A rule: what it does to a row, and why, as a sentence."""

    kind: Kind
    reason: str


_QUARANTINE = (
    "missing_key", "missing_value", "bad_number", "wrong_date", "nonexistent_local_time", "value_not_in_map",
    "item_out_of_range", "rating_out_of_range", "impossible_beside", "unknown_item",
    "level_out_of_range", "unknown_condition",
    "missing_evidence", "weight_not_positive", "unknown_region", "unknown_sector", "unknown_wave", "self_tie",
    "duplicate", "unknown_respondent", "unknown_organisation", "unknown_initiative",
    "impossible_order", "outcome_without_plan",
    "initiative_without_phenomenon", "initiative_told_twice", "ended_while_open",
    "talk_disagrees", "interview_disagrees", "area_not_in_year", "nothing_given", "cell_error", "other_transition",
    "negative_count", "total_below_parts", "not_in_codebook", "part_above_whole",
)  # fmt: skip
CELLS = "cells_left_out"
"""The rule under which cells of a matrix are counted that make no rows: blank, mirrored, on the diagonal, of totals."""
RECODES = (
    "trimmed", "normal_form", "declared_missing", "missing_code", "blank_filled", "value_map", "item_map", "lookup",
    "lower_bound", "local_time", "excel_date", "pseudonym", "identifier_replaced", "duration_unusable", CELLS,
)  # fmt: skip
"""Rules that change a value and set nothing aside."""
AS_DESCRIBED = frozenset({"other_transition"})
"""Rules that set rows aside because sources.yaml, or a standard, says so: no sign that something is wrong."""
RULES: dict[str, Kind] = {name: "recode" if name in RECODES else "quarantine" for name in (*_QUARANTINE, *RECODES)}
"""What each rule does to a row; why stands in the codebook of terms."""


def rule_of(name: str) -> Rule:
    """Return the rule called `name`, with its reason in English; rules of contracts describe themselves."""
    terms = load_terms()
    if name.startswith(CONTRACT):
        return Rule("quarantine", terms.sentence("rule", "contract", "en").format(rule=name.removeprefix(CONTRACT)))
    return Rule(RULES[name], terms.sentence("rule", name, "en"))


def rule_of_blank(column: About, *, key: bool) -> str:
    """Return the rule that a row breaks where a column that every row needs is blank: free text is evidence."""
    if column.kind == "free":
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
        counted: Statistics whose values are counts, shares or rates of something, which is never less than nothing.
        adding: Statistics whose numbers add up over areas that do not overlap.
        offered: Codes that a codebook has, by the column that holds them: parts of services, and methods.
        named: Of kinds of codes that the study declares (themes, trainings): the codes that have a title.
    """

    regions: tuple[str, ...]
    waves: tuple[int, ...]
    duplicates: Literal["first", "last", "none"] = "first"
    timezone: str | None = None
    ended: Mapping[str, int] = field(default_factory=dict)
    rated: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    relations: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    counted: Collection[str] = ()
    adding: Collection[str] = ()
    offered: Mapping[str, Collection[str]] = field(default_factory=dict)
    named: Mapping[str, Collection[str]] = field(default_factory=dict)

    def gone(self, area: str, year: str | pl.Expr) -> pl.Expr:
        """Return where the municipality in the column `area` had ended before the year (a column or expression)."""
        last = pl.col(area).replace_strict(
            list(self.ended), list(self.ended.values()), default=None, return_dtype=pl.Int32
        )
        return (pl.col(year) if isinstance(year, str) else year) > last

    def outside(self, item: str, rating: str) -> pl.Expr:
        """Return where the rating of a known item lies outside the response range of its instrument."""
        return _outside(item, rating, self.rated)

    def unlisted(self, column: str) -> pl.Expr:
        """Return where the code in a column is in no codebook."""
        return ~pl.col(column).is_in(list(self.offered[column]))

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
    """A rule on one row of a table: `broken` makes an expression that is true where the row breaks it.

    It is for the `tables` (none named: for all that have its columns); `measured`: of them for those whose rows are
    measurements at the waves of the study.
    """

    rule: str
    columns: tuple[str, ...]
    broken: Callable[[Study], pl.Expr]
    tables: Collection[str] = ()
    measured: bool = False

    def concerns(self, table: str, columns: Iterable[str]) -> bool:
        """Tell whether the check is for `table` with these columns."""
        named = not self.tables or table in self.tables
        return named and set(self.columns) <= set(columns) and (not self.measured or bound_to_waves(table))


def _outcome_without_plan() -> pl.Expr:
    """Return where a topic without a plan has come to something all the same."""
    return (pl.col("plan") == 0) & pl.col("outcome").is_in(["done", "partly", "not_done"])


def _for_nothing(begun: str) -> pl.Expr:
    """Return where something was started for no phenomenon."""
    return pl.col(begun).is_not_null() & pl.col("phenomenon").is_null()


def _declared(kind: str, table: str) -> Check:
    """Return the check that a code is one that the study has declared, by giving it a title."""
    return Check("not_in_codebook", (kind,), lambda study: ~pl.col(kind).is_in(list(study.named[kind])), (table,))


def year_of(month: str) -> pl.Expr:
    """Return the year of a column of months (2024M03); null where it is none."""
    return pl.col(month).str.head(4).cast(pl.Int32, strict=False)


_PARTNERS = ("partner_ratings",)
_NOTICED = ("observations",)
_ASSESSED = (*CONDITIONS, *CRITERIA)
CHECKS: tuple[Check, ...] = (
    Check("unknown_region", ("region",), lambda study: ~pl.col("region").is_in(study.regions)),
    Check("unknown_wave", ("wave",), lambda study: ~pl.col("wave").is_in(study.waves), measured=True),
    Check("area_not_in_year", ("municipality", "wave"), lambda study: study.gone("municipality", "wave")),
    Check(
        "area_not_in_year",
        ("municipality", "time"),
        lambda study: study.gone("municipality", pl.col("time").dt.year()),
        ("case_events",),
    ),
    Check("area_not_in_year", ("area", "year"), lambda study: study.gone("area", "year")),
    Check("area_not_in_year", ("area", "month"), lambda study: study.gone("area", year_of("month"))),
    Check("negative_count", ("absolute",), lambda _: pl.col("absolute") < 0, STATISTICS),
    Check(
        "negative_count",
        ("indicator", "value"),
        lambda study: (pl.col("value") < 0) & pl.col("indicator").is_in(list(study.counted)),
        STATISTICS,
    ),
    Check("weight_not_positive", ("weight",), lambda _: pl.col("weight") <= 0, ("respondents",)),
    Check("self_tie", ("source", "target"), lambda _: pl.col("source") == pl.col("target"), ("ties",)),
    Check("rating_out_of_range", ("relation", "observed"), lambda study: study.beyond("observed"), ("ties",)),
    Check("rating_out_of_range", ("relation", "expected"), lambda study: study.beyond("expected"), ("ties",)),
    Check("rating_out_of_range", ("rating",), lambda _: ~pl.col("rating").is_between(*FEEDBACK_RANGE), ("feedback",)),
    Check("rating_out_of_range", ("item", "rating"), lambda study: study.outside("item", "rating"), _PARTNERS),
    Check("unknown_item", ("item",), lambda study: ~pl.col("item").is_in(list(study.rated)), _PARTNERS),
    Check("unknown_condition", ("condition",), lambda _: ~pl.col("condition").is_in(_ASSESSED), ("rubric",)),
    _declared("theme", "coded_passages"),
    _declared("training", "trainings"),
    Check("level_out_of_range", ("level",), lambda _: ~pl.col("level").is_between(*LEVELS), ("rubric",)),
    Check("not_in_codebook", ("part",), lambda study: study.unlisted("part"), ("service_parts",)),
    Check("not_in_codebook", ("method",), lambda study: study.unlisted("method"), ("method_reach",)),
    Check(
        "part_above_whole", ("children", "budget"), lambda _: pl.col("children") > pl.col("budget"), ("child_budgets",)
    ),
    Check("impossible_order", ("due", "date"), lambda _: pl.col("due") < pl.col("date"), ("lp_topics",)),
    Check("impossible_order", ("follow_up", "date"), lambda _: pl.col("follow_up") < pl.col("date"), ("lp_topics",)),
    Check("impossible_order", ("initiative", "date"), lambda _: pl.col("initiative") < pl.col("date"), _NOTICED),
    Check("impossible_order", ("closed", "date"), lambda _: pl.col("closed") < pl.col("date"), ("initiatives",)),
    Check(
        "initiative_without_phenomenon", ("initiative", "phenomenon"), lambda _: _for_nothing("initiative"), _NOTICED
    ),
    Check(
        "initiative_told_twice",
        ("initiative", "answered_by"),
        lambda _: pl.col("initiative").is_not_null() & pl.col("answered_by").is_not_null(),
        _NOTICED,
    ),
    Check(
        "ended_while_open",
        ("closed", "status"),
        lambda _: pl.col("closed").is_not_null() & ~pl.col("status").is_in(ENDED).fill_null(value=False),
        ("initiatives",),
    ),
    Check(
        "initiative_without_phenomenon", ("answered_by", "phenomenon"), lambda _: _for_nothing("answered_by"), _NOTICED
    ),
    Check("outcome_without_plan", ("plan", "outcome"), lambda _: _outcome_without_plan(), ("lp_topics",)),
)


@dataclass
class Notes:
    """What was noted about the raw rows of one source: of each rule, a mask of the rows it concerns.

    Attributes:
        height: Number of raw rows.
        columns: Of each rule, how many rows of each raw column broke it, where it is about a column.
        shapes: Of a raw column of times, how values are written that cannot be read (`sujuva.sources.times.shapes`).
        grouped: Raw columns of numbers whose mark of fractions may as well stand between thousands.
    """

    height: int
    masks: dict[str, pl.Series] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    grouped: set[str] = field(default_factory=set)

    def note(self, rule: str, mask: pl.Series, column: str = "") -> None:
        """Note `rule` of the raw rows where `mask` is true (null counts as false), because of a raw column."""
        if mask.any():
            filled = mask.fill_null(value=False)
            known = self.masks.get(rule)
            self.masks[rule] = filled if known is None else known | filled
            if column and rule not in RECODES:
                counts = self.columns.setdefault(rule, {})
                counts[column] = counts.get(column, 0) + int(filled.sum())

    def about(self, column: str) -> Callable[[str, pl.Series], None]:
        """Return a taker of rules that are all about one raw column."""
        return partial(self.note, column=column)

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
