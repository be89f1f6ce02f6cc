"""What can be told of a raw column without keeping its values: counts, ranges, formats and known words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from sujuva.cleaning.lookups import Lookups
from sujuva.codebooks.areas import canonical
from sujuva.codebooks.labels import label_of
from sujuva.intake.words import as_words, folded, missing_words
from sujuva.normal import normal_texts
from sujuva.sources import RawTable, textual
from sujuva.sources.raw import ungrouped
from sujuva.sources.times import EXCEL_DAYS, Times, clocks, read_times

FEW = 20
"""Most different values that a column of categories may have for its words to be written into a draft …"""
EACH = 3
"""… and how often each of them must be seen: a rare word may be a person's."""
MISSING_CODES = (
    "7", "8", "9", "77", "88", "98", "99", "998", "999", "9999", "-1", "-7", "-8", "-9", "-77", "-88", "-99",
)  # fmt: skip
"""Codes that stand for no answer where they lie outside the range of answers."""
_WORDINGS = 60  # more different values are no answers to choose from
_EXCEL_DAYS = (20_000, 73_050)
_MOST, _NEARLY = 0.9, 0.95
_SAMPLE = 2000
_DATED = r"^[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{2,4}|^(19|20)[0-9]{6}"
_DIGITS = r"^(19|20)[0-9]{6}([0-9]{4}|[0-9]{6})?$"
_WORDY = 3
_TEXTS = 0.3
_LONG = 15


@dataclass(frozen=True)
class Facts:
    """What is known of a raw column.

    Attributes:
        name: As the file has it.
        place: Its place in the file, from 0.
        title: What the file says it is, beside its name.
        labels: Of a code, its label; from the file's own dictionary.
        rows: Rows of the file.
        filled: Rows that have a value.
        distinct: Different values.
        codes: Whole numbers with their counts, where nearly all values are such and the different ones are few.
        words: Values with their counts, where few are seen often and nearly all rows have one of those.
        strict: Few different values, each seen often enough: its words may be written into a draft.
        missing: Its values that are known words for no answer, as the file writes them.
        numeric: Nearly all values but those of `missing` are numbers (`decimals` of the file).
        numbers: Every number (Float64) with its count.
        formats: Formats of dates that together read nearly all values, those of most values first.
        doubt: Why the order of day and month in its dates is open, in words; empty where it is not.
        ways: Where it is open, the formats of each order that is possible.
        unread: Rows whose value none of the formats reads.
        clock: Its values are times of the day, such as klo 8.05, which belong to a column of dates.
        prose: It holds texts that people wrote.
        lookups: Of a lookup, the share of filled rows whose value it finds.
        answers: Values with their counts that are known words for answers to questionnaires, or for none.
    """

    name: str
    place: int
    rows: int
    filled: int
    distinct: int
    title: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[int, int] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    strict: bool = False
    missing: tuple[str, ...] = ()
    numeric: bool = False
    numbers: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False, compare=False)
    formats: tuple[str, ...] = ()
    doubt: str = ""
    ways: tuple[list[str], ...] = ()
    unread: int = 0
    clock: bool = False
    prose: bool = False
    lookups: Mapping[str, float] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)

    @property
    def days(self) -> bool:
        """Whether its numbers may be days as Excel counts them (1954 to 2099): only a name tells that they are."""
        return self.numeric and self.filled > 0 and self.share(*_EXCEL_DAYS) == 1

    @property
    def folded(self) -> str:
        """Its name, folded."""
        return folded(self.name)

    def share(self, low: float, high: float) -> float:
        """Return the share of its numbers that lie between two, both included."""
        if not self.numbers.height:
            return 0.0
        total, within = self.numbers["count"].sum(), self.numbers.filter(pl.col("number").is_between(low, high))
        return int(within["count"].sum()) / int(total)

    @property
    def all_words(self) -> list[str]:
        """The words of its name and its title."""
        return as_words(f"{self.name} {self.title}")


def facts_of(raw: RawTable, lookups: Lookups, answers: Collection[str] = ()) -> tuple[list[Facts], pl.DataFrame]:
    """Return what is known of each column, and the columns as text as cleaning sees it (a blank is null).

    Args:
        raw: The raw table.
        lookups: Codebooks of areas and sectors.
        answers: Known words for answers, folded.
    """
    text = textual(raw.frame)
    columns = []
    for name in text.columns:
        column = normal_texts(text[name])
        blank = column == ""
        if name in raw.declared_missing:
            blank = blank | raw.declared_missing[name]
        columns.append(column.zip_with(~blank.fill_null(value=False), pl.Series([None], dtype=pl.String)).alias(name))
    trimmed = pl.DataFrame(columns)
    return [_facts(trimmed[name], place, raw, lookups, answers) for place, name in enumerate(trimmed.columns)], trimmed


def _facts(column: pl.Series, place: int, raw: RawTable, lookups: Lookups, answers: Collection[str]) -> Facts:
    name = column.name
    filled = column.drop_nulls()
    counts = filled.rename("value").value_counts(name="count").sort("value")
    values = counts["value"]
    mark = re.escape(raw.decimals)
    numbers = counts.filter(ungrouped(values, raw).str.contains(rf"^[+-]?[0-9]+([{mark}][0-9]+)?([eE][+-]?[0-9]+)?$"))
    missing = counts.filter(values.str.to_lowercase().is_in(missing_words()))
    told = filled.len() - int(missing["count"].sum())
    numeric = told > 0 and int(numbers["count"].sum()) >= _NEARLY * told
    often = counts.filter(pl.col("count") >= EACH)
    times, unread = _times(counts, numeric=numeric)
    category = 0 < often.height <= FEW and int(often["count"].sum()) >= _NEARLY * filled.len()
    return Facts(
        name=name,
        place=place,
        rows=column.len(),
        filled=filled.len(),
        distinct=values.len(),
        title=_line(raw.titles.get(name, "")),
        labels=raw.labels.get(name, {}),
        codes=_codes(counts, filled.len()),
        words=dict(often.iter_rows()) if category else {},
        strict=category and often.height == values.len(),
        missing=tuple(missing["value"]),
        numeric=numeric,
        numbers=numbers.select(
            number=pl.col("value").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False), count="count"
        ),
        formats=() if times is None else times.formats,
        doubt="" if times is None else times.doubt,
        ways=() if times is None else times.ways,
        unread=unread,
        clock=bool(filled.len()) and int(counts.filter(clocks(values))["count"].sum()) >= _NEARLY * filled.len(),
        prose=not numeric and _is_prose(values),
        lookups=_found(counts, lookups),
        answers={} if numeric or counts.height > _WORDINGS else _answers(counts, answers),
    )


def _answers(counts: pl.DataFrame, known: Collection[str]) -> dict[str, int]:
    """Return the values that are words for answers, or for none; the codebooks have them, so they are nobody's own."""
    none = missing_words()
    return {word: count for word, count in counts.iter_rows() if label_of(word) in known or word.lower() in none}


def _codes(counts: pl.DataFrame, filled: int) -> dict[int, int]:
    whole = counts.filter(pl.col("value").str.contains(r"^[+-]?[0-9]{1,9}([.,]0+)?$"))
    if not filled or whole["count"].sum() < _NEARLY * filled or whole.height > FEW * 2:
        return {}
    codes = whole.select(code=pl.col("value").str.replace(r"[.,]0+$", "").cast(pl.Int64), count="count")
    return dict(codes.group_by("code").agg(pl.col("count").sum()).sort("code").iter_rows())


def _found(counts: pl.DataFrame, lookups: Lookups) -> dict[str, float]:
    """Return, of each lookup, the share of rows whose value it finds."""
    known = counts.filter(~pl.col("value").str.to_lowercase().is_in(missing_words()))
    total = int(known["count"].sum())
    if not total:
        return {}
    words = canonical(known["value"])
    shares = {
        lookup: int(known.filter(lookups.keys_of(lookup, words).is_not_null())["count"].sum()) / total
        for lookup in lookups.tables
    }
    return {key: share for key, share in shares.items() if share > 0}


def _times(counts: pl.DataFrame, *, numeric: bool) -> tuple[Times | None, int]:
    """Return how the values read as times, and the rows of those that do not; none: they are no times.

    Numbers are times where they are days written without points. Excel's numbers of days look like any other number:
    only a name tells them, which is not known here.
    """
    values = counts["value"]
    if numeric and not values.str.contains(_DIGITS).all():
        return None, 0
    sample = values.gather_every(values.len() // _SAMPLE + 1)  # sorted: its head would be of one kind
    if not sample.len() or int(sample.str.contains(_DATED).sum()) < _MOST * sample.len():
        return None, 0
    times = read_times(values, timezone="UTC")
    unread = int(counts.filter(times.moments.is_null())["count"].sum())
    many = unread > (1 - _MOST) * int(counts["count"].sum())
    return (None, 0) if many or times.formats == (EXCEL_DAYS,) else (times, unread)


def _is_prose(values: pl.Series) -> bool:
    """Tell whether the values are texts: many different ones of several words, or long ones."""
    if values.len() <= _WORDY:
        return False
    sentences = int((values.str.count_matches(r"\s+") + 1 >= _WORDY).sum())
    length = int(values.str.len_chars().sum()) / values.len()
    return sentences >= _TEXTS * values.len() and length >= _LONG and values.len() > FEW


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
