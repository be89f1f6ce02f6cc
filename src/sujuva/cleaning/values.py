"""From raw text to values: numbers, times, codes. What does not parse becomes null and is noted, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import polars as pl

from sujuva.cleaning.distinct import Note, encode, stripped
from sujuva.errors import SourceError
from sujuva.normal import normal_texts
from sujuva.sources import Duration, RawTable
from sujuva.sources.spec import has_offset

TIME_FORMATS = (
    "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
)  # fmt: skip
"""Formats that are tried where the source names none: ISO 8601 and the Finnish order, which cannot be confused."""
OFFSET_FORMATS = ("%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.f%:z")
"""Formats with an offset, as event logs write them, that are tried where the zone of the clocks is known."""
CELL_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
"""What Excel writes into a cell whose formula has no value."""
_YEARS = (1900, 2199)  # two-digit years parse as the first century: they are wrong dates


def integers(text: pl.Series, decimals: str, note: Note) -> pl.Series:
    """Parse whole numbers (a fraction of zeros is allowed) to Int64; anything else is a bad_number."""
    shape = text.str.contains(rf"^[+-]?[0-9]+([{re.escape(decimals)}]0+)?$")
    digits = text.str.replace(rf"[{re.escape(decimals)}]0+$", "")
    found = digits.zip_with(shape.fill_null(value=False), _nulls(text)).cast(pl.Int64, strict=False)
    note("bad_number", text.is_not_null() & found.is_null())
    return found


def numbers(text: pl.Series, decimals: str, note: Note) -> pl.Series:
    """Parse numbers to Float64; `decimals` are the characters that may stand before the fraction."""
    mark = re.escape(decimals)
    shape = text.str.contains(rf"^[+-]?([0-9]+([{mark}][0-9]*)?|[{mark}][0-9]+)([eE][+-]?[0-9]+)?$")
    plain = text.str.replace(",", ".", literal=True) if "," in decimals else text
    found = plain.zip_with(shape.fill_null(value=False), _nulls(text)).cast(pl.Float64, strict=False)
    found = found.to_frame("x").select(pl.when(pl.col("x").is_finite()).then("x")).to_series()
    note("bad_number", text.is_not_null() & found.is_null())
    return found


def times(text: pl.Series, formats: Iterable[str], timezone: str | None, note: Note) -> pl.Series:
    """Parse local times to Datetime("us") without a zone.

    Args:
        text: The raw text.
        formats: strptime formats, tried in order; none: `TIME_FORMATS`, and `OFFSET_FORMATS` with a zone. One with %z
            reads an offset, and the time becomes local time of `timezone`.
        timezone: Where the clocks stand; None: no check against daylight saving.
        note: Takes wrong_date, nonexistent_local_time and local_time.

    Raises:
        SourceError: A format reads an offset where no timezone is given.
    """
    found = pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, text.len())
    for one in tuple(formats) or (TIME_FORMATS if timezone is None else TIME_FORMATS + OFFSET_FORMATS):
        parsed = _parsed(text, one, timezone)
        if has_offset(one):
            note("local_time", found.is_null() & parsed.is_not_null())
        found = found.zip_with(found.is_not_null(), parsed)
    possible = found.dt.year().is_between(*_YEARS)
    found = found.zip_with(possible.fill_null(value=False), pl.Series([None], dtype=found.dtype))
    note("wrong_date", text.is_not_null() & found.is_null())
    if timezone is not None:
        real = found.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null").is_not_null()
        note("nonexistent_local_time", found.is_not_null() & ~real)
    return found


def _parsed(text: pl.Series, one: str, timezone: str | None) -> pl.Series:
    if not has_offset(one):
        return text.str.to_datetime(one, time_unit="us", strict=False)
    if timezone is None:
        msg = f"sources.yaml: the format '{one}' reads an offset, but no timezone is given."
        raise SourceError(msg, "Set timezone in params.yaml.")
    numeric = text.str.replace("Z$", "+00:00")  # Polars reads no Z as an offset
    utc = numeric.str.to_datetime(one, time_unit="us", time_zone="UTC", strict=False)
    return utc.dt.convert_time_zone(timezone).dt.replace_time_zone(None)


def same_code(text: pl.Series) -> pl.Series:
    """Return codes in their normal form as people write them in a description: 9.0 and 9 are the same code."""
    return normal_texts(text).str.replace(r"^([+-]?[0-9]+)[.,]0+$", "${1}")


def without(text: pl.Series, codes: Iterable[str], note: Note) -> pl.Series:
    """Turn the codes that mean missing into nulls; noted as missing_code."""
    wanted = list(codes)
    if not wanted:
        return text
    missing = (normal_texts(text).is_in(wanted) | same_code(text).is_in(wanted)).fill_null(value=False)
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
    codes = same_code(text)
    plain = normal_texts(text)
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
        found = numbers(column.values, raw.decimals, silent) * _SECONDS[duration.unit]
        given, length = column.spread(column.values.is_not_null()), column.spread(found)
    else:
        columns = [
            stripped(encode(raw.frame[name], raw.declared_missing.get(name)), silent) for name in duration.raw_columns
        ]
        start, end = (one.spread(times(one.values, duration.format, timezone, silent)) for one in columns)
        given = columns[0].spread(columns[0].values.is_not_null()) & columns[1].spread(columns[1].values.is_not_null())
        length = (end - start).dt.total_milliseconds() / 1000
    usable = ((length >= 0) & length.is_finite()).fill_null(value=False)
    note("duration_unusable", given & ~usable)
    return length.zip_with(usable, _nulls(length)).cast(pl.Float64)
