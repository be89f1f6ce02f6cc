"""From raw text to values: numbers, times, codes. What does not parse becomes null and is noted, never guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

import polars as pl

from sujuva.cleaning.distinct import Note, encode, stripped
from sujuva.errors import SourceError
from sujuva.normal import normal_texts
from sujuva.sources import Duration, RawTable
from sujuva.sources.raw import ungrouped
from sujuva.sources.times import EXCEL_DAYS, never_was, read_times

CELL_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
"""What Excel writes into a cell whose formula has no value."""


def integers(text: pl.Series, decimals: str, note: Note) -> pl.Series:
    """Parse whole numbers (a fraction of zeros is allowed) to Int64; anything else is a bad_number."""
    shape = text.str.contains(rf"^[+-]?[0-9]+([{re.escape(decimals)}]0+)?$")
    digits = text.str.replace(rf"[{re.escape(decimals)}]0+$", "")
    found = digits.zip_with(shape.fill_null(value=False), _nulls(text)).cast(pl.Int64, strict=False)
    note("bad_number", text.is_not_null() & found.is_null())
    return found


_LEAST = r"(?i)^(?:yli|vähintään|ainakin|över|minst|mer än|over|at least|more than|>=|>|≥)\s*([0-9].*)$"


def without_bounds(text: pl.Series, note: Note) -> tuple[pl.Series, pl.Series]:
    """Take away the words of lower bounds before a number ("over 1000", "1000+"), noted as lower_bound.

    Returns:
        The text that is left, and where the number is a lower bound (Boolean). Words of upper bounds stay, and are no
        number.
    """
    bare = text.str.replace(_LEAST, "${1}").str.replace(r"^([0-9][0-9\s\u00a0]*)\+$", "${1}").str.strip_chars()
    least = (bare != text).fill_null(value=False)
    note("lower_bound", least)
    return bare, least


def bound_of(found: pl.Series, least: pl.Series) -> pl.Series:
    """Return the bound of each number, exact or at_least; null where there is no number."""
    frame = pl.DataFrame({"found": found, "least": least})
    bound = pl.when("least").then(pl.lit("at_least")).otherwise(pl.lit("exact"))
    return frame.select(pl.when(pl.col("found").is_not_null()).then(bound)).to_series()


def numbers(text: pl.Series, decimals: str, note: Note) -> pl.Series:
    """Parse numbers to Float64; `decimals` are the characters that may stand before the fraction."""
    mark = re.escape(decimals)
    shape = text.str.contains(rf"^[+-]?([0-9]+([{mark}][0-9]*)?|[{mark}][0-9]+)([eE][+-]?[0-9]+)?$")
    plain = text.str.replace(",", ".", literal=True) if "," in decimals else text
    found = plain.zip_with(shape.fill_null(value=False), _nulls(text)).cast(pl.Float64, strict=False)
    found = found.to_frame("x").select(pl.when(pl.col("x").is_finite()).then("x")).to_series()
    note("bad_number", text.is_not_null() & found.is_null())
    return found


def times(text: pl.Series, formats: Iterable[str], timezone: str | None, note: Note, *, column: str) -> pl.Series:
    """Parse local times to Datetime("us") without a zone, as `sujuva.sources.times` recognises them.

    Args:
        text: The raw text.
        formats: strptime formats, tried in order; none: the column is judged as a whole. A time that tells its offset
            becomes local time of `timezone`.
        timezone: Where the clocks stand; None: no check against daylight saving.
        note: Takes wrong_date, nonexistent_local_time, local_time and excel_date.
        column: What the source calls it, for messages.

    Raises:
        SourceError: A format reads an offset where no timezone is given; or no format is given, and the column does not
            tell whether day or month comes first.
    """
    read = read_times(text, formats, timezone)
    if read.doubt:
        msg = f"The column '{column}' does not tell in which order its dates are written: {read.doubt}."
        ways = " or ".join(f"format: {json.dumps(list(way))}" for way in read.ways)
        raise SourceError(msg, f"Only whoever exported it knows: write {{from: '{column}', {ways}}}.")
    found = read.moments
    note("wrong_date", text.is_not_null() & found.is_null())
    note("local_time", read.instants.is_not_null())
    if not tuple(formats) and EXCEL_DAYS in read.formats:
        note("excel_date", found.is_not_null())
    if timezone is not None:
        note("nonexistent_local_time", never_was(found, timezone))
    return found


def _same_code(plain: pl.Series) -> pl.Series:
    """Return codes, in their normal form, as people write them in a description: 9.0 and 9 are the same code."""
    return plain.str.replace(r"^([+-]?[0-9]+)[.,]0+$", "${1}")


def without(text: pl.Series, codes: Iterable[str], note: Note) -> pl.Series:
    """Turn the codes that mean missing into nulls; noted as missing_code."""
    wanted = list(codes)
    if not wanted:
        return text
    plain = normal_texts(text)
    missing = (plain.is_in(wanted) | _same_code(plain).is_in(wanted)).fill_null(value=False)
    note("missing_code", missing)
    return text.zip_with(~missing, _nulls(text))


def without_errors(text: pl.Series, note: Note) -> pl.Series:
    """Turn the errors that a workbook shows instead of a value into nulls; noted as cell_error."""
    errors = text.is_in(CELL_ERRORS).fill_null(value=False)
    note("cell_error", errors)
    return text.zip_with(~errors, _nulls(text))


def mapped(
    text: pl.Series, pairs: Mapping[str, str], note: Note, *, otherwise: str = "quarantine", rule: str = "value_map"
) -> pl.Series:
    """Rename values; one that is not in `pairs` is noted as value_not_in_map, kept, or made missing.

    Args:
        text: The raw text, nulls stay null.
        pairs: Raw value, in its normal form, to clean value.
        note: Takes `rule` for changed values, value_not_in_map and missing_code.
        otherwise: quarantine, keep or missing.
        rule: Name of the recode.
    """
    if not pairs:
        return text
    plain = normal_texts(text)
    codes = _same_code(plain)
    exact = plain.is_in(list(pairs)).fill_null(value=False)
    known = exact | codes.is_in(list(pairs)).fill_null(value=False)
    raw = plain.zip_with(exact, codes)
    renamed = raw.replace_strict(list(pairs), list(pairs.values()), default=None, return_dtype=pl.String)
    note(rule, known & (renamed != text))
    other = text.is_not_null() & ~known
    if otherwise == "quarantine":
        note("value_not_in_map", other)
    elif otherwise == "missing":
        note("missing_code", other)
    elif otherwise == "keep":
        return renamed.zip_with(known, text)
    return renamed


def looked_up(text: pl.Series, found: pl.Series, rule: str, note: Note) -> pl.Series:
    """Replace names and codes by the keys that were found for them; one without a key is noted as `rule`."""
    note(rule, text.is_not_null() & found.is_null())
    note("lookup", found.is_not_null() & (found != text))
    return found


def _nulls(like: pl.Series) -> pl.Series:
    return pl.Series([None], dtype=like.dtype)


_SECONDS = {"seconds": 1.0, "minutes": 60.0}


def seconds(raw: RawTable, duration: Duration, timezone: str | None, note: Note) -> pl.Series:
    """Return the seconds that each row took (Float64), between local times as the clock ran.

    What is no length of time (a word, a negative number, an end before its start) becomes null, noted as
    duration_unusable: it says nothing about the answers themselves, so it sets no row aside.
    """

    def silent(rule: str, mask: pl.Series) -> None:
        """Take no notice: duration_unusable says it all."""

    if duration.from_ is not None:
        column = stripped(encode(raw.frame[duration.from_], raw.declared_missing.get(duration.from_)), silent)
        found = numbers(ungrouped(column.values, raw), raw.decimals, silent) * _SECONDS[duration.unit]
        given, length = column.spread(column.values.is_not_null()), column.spread(found)
    else:
        columns = [
            stripped(encode(raw.frame[name], raw.declared_missing.get(name)), silent) for name in duration.raw_columns
        ]
        start, end = (
            one.spread(times(one.values, duration.format, timezone, silent, column=name))
            for name, one in zip(duration.raw_columns, columns, strict=True)
        )
        given = columns[0].spread(columns[0].values.is_not_null()) & columns[1].spread(columns[1].values.is_not_null())
        length = (end - start).dt.total_microseconds() / 1_000_000
    usable = ((length >= 0) & length.is_finite()).fill_null(value=False)
    note("duration_unusable", given & ~usable)
    return length.zip_with(usable, _nulls(length)).cast(pl.Float64)
