"""The rules: every reason for which a raw row is set aside, and every named change of a value.

To add a rule that looks at one row of one table, add its name and reason to `RULES` and a `Check` to `CHECKS`. A
rule that looks at raw values (a number, a date) is noted where they are parsed (`values`), one that compares rows
or tables in `across`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from sujuva.tables import FEEDBACK_RANGE, RATING_RANGE

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
    "weight_not_positive": Rule("quarantine", "A survey weight is zero or negative."),
    "unknown_region": Rule("quarantine", "The area is not one of the regions of the study or their municipalities."),
    "unknown_sector": Rule("quarantine", "The sector is not in the codebook of sectors."),
    "unknown_wave": Rule("quarantine", "The year is not one of the waves of the study."),
    "self_tie": Rule("quarantine", "An organisation is tied to itself."),
    "duplicate": Rule("quarantine", "Another row has the same key and was kept, or no row of the key is kept."),
    "unknown_respondent": Rule("quarantine", "No clean row of this person at this wave is among the respondents."),
    "unknown_organisation": Rule("quarantine", "An end of the tie is not among the clean organisations of its region."),
    "trimmed": Rule("recode", "Blanks around a value were taken away."),
    "declared_missing": Rule("recode", "A value that the file itself declares missing became blank."),
    "missing_code": Rule("recode", "A code that means missing became blank."),
    "blank_filled": Rule("recode", "A blank became the value that it stands for in this source."),
    "value_map": Rule("recode", "A value was renamed as the source's description says."),
    "item_map": Rule("recode", "An answer was recoded as the source's description says."),
    "lookup": Rule("recode", "A name or code was replaced by its key in the codebooks."),
    "local_time": Rule("recode", "A time with an offset became local time."),
}


def rule_of(name: str) -> Rule:
    """Return the rule called `name`; rules of contracts describe themselves."""
    if name.startswith(CONTRACT):
        return Rule("quarantine", f"The contract of the table rejects the row ({name.removeprefix(CONTRACT)}).")
    return RULES[name]


@dataclass(frozen=True)
class Study:
    """What cleaning needs to know of the study.

    Attributes:
        regions: Keys of the regions that take part.
        waves: Years of the waves.
        duplicates: Which of several rows with the same key stays.
        timezone: Where the clocks of the events stand; None: times are not checked against daylight saving.
    """

    regions: tuple[str, ...]
    waves: tuple[int, ...]
    duplicates: Literal["first", "last", "none"] = "first"
    timezone: str | None = None


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


CHECKS: tuple[Check, ...] = (
    Check("unknown_region", ("region",), lambda study: ~pl.col("region").is_in(study.regions)),
    Check("unknown_wave", ("wave",), lambda study: ~pl.col("wave").is_in(study.waves)),
    Check("weight_not_positive", ("weight",), lambda _: pl.col("weight") <= 0, ("respondents",)),
    Check("self_tie", ("source", "target"), lambda _: pl.col("source") == pl.col("target"), ("ties",)),
    Check("rating_out_of_range", ("observed",), lambda _: ~pl.col("observed").is_between(*RATING_RANGE), ("ties",)),
    Check("rating_out_of_range", ("expected",), lambda _: ~pl.col("expected").is_between(*RATING_RANGE), ("ties",)),
    Check("rating_out_of_range", ("rating",), lambda _: ~pl.col("rating").is_between(*FEEDBACK_RANGE), ("feedback",)),
)


@dataclass
class Notes:
    """What was noted about the raw rows of one source: (row number, rule), in the order in which it was seen.

    Attributes:
        source: Position of the source in the delivery.
        rows: Numbers of its raw rows.
    """

    source: int
    rows: pl.Series
    _seen: list[pl.DataFrame] = field(default_factory=list)

    def note(self, rule: str, mask: pl.Series) -> None:
        """Note `rule` of the raw rows where `mask` is true (null counts as false)."""
        if mask.any():
            self.note_rows(rule, self.rows.filter(mask.fill_null(value=False)))

    def note_rows(self, rule: str, rows: pl.Series) -> None:
        """Note `rule` of the raw rows with these numbers."""
        if rows.len():
            self._seen.append(noted(pl.DataFrame({"_source": self.source, "_row": rows}), rule))

    def all(self) -> pl.DataFrame:
        """Return what was noted, each (row, rule) once: columns _source, _row, rule."""
        return pl.concat([pl.DataFrame(schema=NOTED), *self._seen]).unique(maintain_order=True)

    def broken(self) -> pl.Series:
        """Return the numbers of the rows that broke a rule of quarantine so far."""
        return self.all().filter(~pl.col("rule").is_in(RECODES))["_row"].unique()


NOTED = {"_source": pl.Int32, "_row": pl.Int64, "rule": pl.String}
RECODES = tuple(name for name, rule in RULES.items() if rule.kind == "recode")


def noted(rows: pl.DataFrame, rule: str) -> pl.DataFrame:
    """Return the distinct raw rows of `rows` (columns _source, _row) with `rule` beside them."""
    return rows.select(pl.col("_source").cast(pl.Int32), "_row", rule=pl.lit(rule)).unique(maintain_order=True)
