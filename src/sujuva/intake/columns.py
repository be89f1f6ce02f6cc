"""What can be told of a raw column without keeping its values: counts, ranges, formats and known words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from sujuva.cleaning.lookups import Lookups
from sujuva.codebooks.labels import label_of
from sujuva.intake.words import as_words, folded, missing_words
from sujuva.normal import normal_texts
from sujuva.sources import RawTable, textual

FEW = 20
"""Most different values that a column of categories may have for its words to be written into a draft …"""
EACH = 3
"""… and how often each of them must be seen: a rare word may be a person's."""
MISSING_CODES = (
    "7", "8", "9", "77", "88", "98", "99", "998", "999", "9999", "-1", "-7", "-8", "-9", "-77", "-88", "-99",
)  # fmt: skip
"""Codes that stand for no answer where they lie outside the range of answers."""
FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.fZ", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%d.%m.%Y klo %H:%M", "%d.%m.%Y %H.%M", "%d.%m.%Y klo %H.%M", "%d.%m.%Y",
    "%Y-%m-%d", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y%m%d",
)  # fmt: skip
_WORDINGS = 60  # more different values are no answers to choose from
_MOST, _NEARLY = 0.9, 0.95
_SAMPLE = 2000
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
        numeric: Nearly all values are numbers (`decimals` of the file).
        numbers: Every number (Float64) with its count.
        formats: Formats of dates that read nearly all values; the file's own when it has dates.
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
    prose: bool = False
    lookups: Mapping[str, float] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)

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
    numbers = counts.filter(pl.col("value").str.contains(rf"^[+-]?[0-9]+([{mark}][0-9]+)?([eE][+-]?[0-9]+)?$"))
    numeric = filled.len() > 0 and int(numbers["count"].sum()) >= _NEARLY * filled.len()
    often = counts.filter(pl.col("count") >= EACH)
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
        missing=tuple(values.filter(values.str.to_lowercase().is_in(missing_words()))),
        numeric=numeric,
        numbers=numbers.select(
            number=pl.col("value").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False), count="count"
        ),
        formats=() if numeric and not values.str.contains("^(19|20)[0-9]{6}$").all() else formats_of(values),
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
    shares = {
        lookup: int(known.filter(lookups.keys(lookup, known["value"]).is_not_null())["count"].sum()) / total
        for lookup in lookups.tables
    }
    return {key: share for key, share in shares.items() if share > 0}


def formats_of(values: pl.Series) -> tuple[str, ...]:
    """Return the fewest formats that together read nearly all of the different values; none: they are no dates.

    Two formats that read the same value in two ways (day and month in either order) are both left out where they
    would disagree on what the column says.
    """
    sample = values.gather_every(values.len() // _SAMPLE + 1)  # sorted: its head would be of one kind
    dated = sample.str.contains(r"^[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{2,4}|^(19|20)[0-9]{6}$")
    if not sample.len() or dated.sum() < _MOST * sample.len():
        return ()
    left = sample
    chosen = []
    for one in FORMATS:
        parsed = _times(left, one)
        if parsed.any():
            chosen.append(one)
            left = left.filter(~parsed)
        if not left.len():
            break
    orders = {"%d/%m": any("%d/%m" in one for one in chosen), "%m/%d": any("%m/%d" in one for one in chosen)}
    if all(orders.values()):  # the day cannot be above 12 in the one and is in the other: the American order reads all
        chosen = [one for one in chosen if "%d/%m" not in one]
    return tuple(chosen) if left.len() <= (1 - _MOST) * sample.len() else ()


def _times(values: pl.Series, one: str) -> pl.Series:
    zone = "UTC" if "%:z" in one else None
    return values.str.to_datetime(one, time_zone=zone, strict=False).is_not_null()


def _is_prose(values: pl.Series) -> bool:
    """Tell whether the values are texts: many different ones of several words, or long ones."""
    if values.len() <= _WORDY:
        return False
    sentences = int((values.str.count_matches(r"\s+") + 1 >= _WORDY).sum())
    length = int(values.str.len_chars().sum()) / values.len()
    return sentences >= _TEXTS * values.len() and length >= _LONG and values.len() > FEW


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
