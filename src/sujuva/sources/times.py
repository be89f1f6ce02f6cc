"""Dates and times as people and programs write them: the one recogniser of readers, drafts, checks and quick looks.

A column is judged as a whole. Most forms read in one way alone: ISO 8601 and its kin (year first), the Finnish order
with points, eight digits that begin with 19 or 20. `1/9/2023` and `1-9-2023` do not: where the values of the column
leave one order, that is taken; where they leave two, or some speak for the one and some for the other, nobody guesses.
Excel's numbers of days are times only where the whole column is made of them.

Years of two digits: 70–99 are 1970–1999, 00–69 are 2000–2069, as Polars reads %y.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import polars as pl

from sujuva.errors import SourceError
from sujuva.sources.time_forms import CLOCK, LETTERS, ORDERS, YEARS, Order, format_of, moment, parts_of

EXCEL_DAYS = "excel"
EXCEL = {EXCEL_DAYS: dt.datetime(1899, 12, 30), "excel1904": dt.datetime(1904, 1, 1)}  # noqa: DTZ001  cells have no zone
"""Words beside strptime formats: days as Excel counts them, with the day that is 0 from March 1900 on."""
_MANY = 2000
_SHAPES, _LONGEST = 3, 40
_CUT = 10 * _LONGEST

_ONLY_CLOCK = rf"^(?:(?i:kello|klo|kl)\.?\s*)?{CLOCK}$"
_OPEN = r"^(\d{1,2}[/-]\d{1,2}[/-]\d{2,4})(?:$|\D)"
_SERIAL = r"^[1-7][0-9]{4}(?:[.,][0-9]+)?$"
_EMPTY_DATE = r"^(?:1899-12-3[01]|1900-01-0[01]|1904-01-01)[ T](\d)"  # how Excel's times of the day become text
_MIDNIGHT = r"[ T]00:00(?::00(?:\.0+)?)?$"
_OWN_WORDS = r"(?i)\b(kello|klo|kl|am|pm|[TZ])\b"


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones; to list them takes a look at hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


@dataclass(frozen=True)
class Times:
    """A column of times as it was read.

    Attributes:
        moments: Datetime("us"): as the clock showed, or local time of the zone where an offset is told; null where the
            value cannot be read.
        instants: Datetime("us", "UTC") of values that tell their offset, else null.
        formats: The forms that its values have, as strptime formats or a word of `EXCEL`; those of most values first.
        order: The order in which ambiguous dates were read; None: there are none.
        fits: Where the values do not settle the order: how many fit each order that is possible, and no other.
            Empty where they do.
    """

    moments: pl.Series
    instants: pl.Series
    formats: tuple[str, ...] = ()
    order: Order | None = None
    fits: tuple[tuple[Order, int], ...] = ()

    @property
    def doubt(self) -> str:
        """Why nobody can tell the order of day and month, in words; empty where it is settled or was named."""
        if not self.fits:
            return ""
        names = " and ".join(f"{order} first" for order, _ in self.fits)
        if not any(count for _, count in self.fits):
            return f"{names} both fit every date"
        counts = [f"{order} first alone fits {count}" for order, count in self.fits if count]
        return f"of its different dates {' and '.join(counts)}"

    @property
    def ways(self) -> tuple[list[str], ...]:
        """The formats that say each order that is possible, where the order is in doubt."""
        return tuple([_in_order(one, order) for one in self.formats] for order, _ in self.fits)


def read_times(
    text: pl.Series, formats: Iterable[str] = (), timezone: str | None = None, *, order: Order | None = None
) -> Times:
    """Read a column of dates and times.

    Args:
        text: The values without blanks around them; each is judged once, so they may be the distinct ones alone.
        formats: strptime formats or words of `EXCEL`, tried in order; none: the form is recognised.
        timezone: Where the clocks stand: times with an offset become its local time. None: they are not read.
        order: What comes first in dates whose order of day and month is open; None: the column must tell.

    Returns:
        What was read. Where the order is open and not named (`doubt`), most values hang on it, and are read in the
        order that reads most: whoever uses them must ask first. Where few do, those are not read.

    Raises:
        SourceError: A format reads an offset where no timezone is given.
    """
    named = tuple(formats)
    moments, instants = _nothing(text.len())
    if named:
        for one in named:
            moments, instants = _filled((moments, instants), _by_format(text, one, timezone))
        return Times(moments, instants, named)
    told, fits = (order, ()) if order is not None else _settled(text)
    if fits:
        few = text.str.contains(_OPEN).fill_null(value=False)
        if 2 * int(few.sum()) < text.len() - text.null_count():  # strays among dates that are clear are not read
            told, fits = None, ()
            text = text.zip_with(~few, pl.Series([None], dtype=pl.String))
    known = _usual(text, told) if text.len() > _MANY else ()
    for one in known:
        if timezone is not None or not has_offset(one):
            moments, instants = _filled((moments, instants), _by_format(text, one, timezone))
    left = (moments.is_null() & text.is_not_null()).arg_true()
    if left.len():
        found = _recognised(text.gather(left), timezone, told or "day", serial=left.len() == text.drop_nulls().len())
        moments, instants = moments.scatter(left, found.moments), instants.scatter(left, found.instants)
        known = tuple(dict.fromkeys((*known, *found.formats)))
    return Times(moments, instants, known, told, fits)


def has_offset(time_format: str) -> bool:
    """Tell whether a strptime format reads an offset from UTC."""
    return re.search(r"%:?z", time_format) is not None


def _in_order(time_format: str, order: Order) -> str:
    """Return a format whose date is open with its parts in another order; others as they are."""
    match = re.match(r"(%[dmy])([/-])(%[dm])[/-](%[Yyd])", time_format)
    if match is None or (order == "year" and "%Y" in match[0]):
        return time_format
    year = "%Y" if "%Y" in match[0] else "%y"
    letters = (year if one == "y" else f"%{one}" for one in LETTERS[order])
    return match[2].join(letters) + time_format[match.end() :]


def tells_an_offset(text: pl.Series) -> pl.Series:
    """Return where a text ends with an offset from UTC after a clock."""
    return text.str.contains(r"\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[Zz]|[+-]\d\d(?::?\d\d)?)$").fill_null(value=False)


def clocks(text: pl.Series) -> pl.Series:
    """Return where a text is a time of the day and no more: 8.05, klo 8.05, 08:05:30, or such a cell of Excel."""
    plain = _plain_clock(text)
    return plain.str.contains(_ONLY_CLOCK).fill_null(value=False)


def joined(date: pl.Series, *clock: pl.Series) -> pl.Series:
    """Join a column of dates to a column of times of the day; null where either is blank.

    Cells of Excel hold a time of the day as a fraction of a day or as a time on its day 0, and a date at midnight.
    """
    serial = date.str.contains(_SERIAL)
    if serial.any() and serial.all():
        date = _serial(date, EXCEL[EXCEL_DAYS]).dt.to_string("%Y-%m-%d")
    plain = date.str.replace(_MIDNIGHT, "")
    parts = [plain, *(_plain_clock(one) for one in clock)]
    frame = pl.DataFrame([one.alias(str(number)) for number, one in enumerate(parts)])
    return frame.select(pl.concat_str(pl.all(), separator=" ")).to_series()


def shapes(text: pl.Series) -> list[str]:
    """Return how the values are written, at most three ways and the most frequent first, without telling any value.

    Digits are 9, letters a (but for klo and the like, which are the same for all), and what is long is cut.
    """
    # What is cut off below is not looked at; the marks of own words are the program's alone.
    plain = text.drop_nulls().str.slice(0, _CUT).str.replace_all("[\u0001\u0002]", "").str.replace_all(r"\s+", " ")
    marked = plain.str.replace_all(_OWN_WORDS, "\u0001${1}\u0002")
    # Letters of own words are kept by turning every other letter.
    pieces = marked.str.replace_all(r"\p{Nd}", "9").to_list()
    found: dict[str, int] = {}
    for piece in pieces:
        parts = re.split("(\u0001[^\u0002]*\u0002)", piece)
        shape = "".join(part[1:-1] if part.startswith("\u0001") else re.sub(r"[^\W\d_]", "a", part) for part in parts)
        shape = "".join(one if one.isprintable() else " " for one in shape)
        shape = shape if len(shape) <= _LONGEST else f"{shape[: _LONGEST - 1]}…"
        found[shape] = found.get(shape, 0) + 1
    return sorted(found, key=lambda one: (-found[one], one))[:_SHAPES]


def never_was(moments: pl.Series, timezone: str) -> pl.Series:
    """Return where the clocks of a zone skipped a local time, in spring."""
    real = moments.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null").is_not_null()
    return moments.is_not_null() & ~real


def of_days(text: pl.Series) -> bool:
    """Tell whether a column of dates tells no time of the day: midnights of cells are none."""
    plain = text.str.replace(_MIDNIGHT, "")
    return not plain.str.contains(r"\d[T\s,].*\d[:.]\d\d").any()


def _nothing(height: int) -> tuple[pl.Series, pl.Series]:
    return (
        pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, height),
        pl.Series([None], dtype=pl.Datetime("us", "UTC")).new_from_index(0, height),
    )


def _filled(known: tuple[pl.Series, pl.Series], more: tuple[pl.Series, pl.Series]) -> tuple[pl.Series, pl.Series]:
    """Put what was read into the places that are still empty."""
    have = known[0].is_not_null()
    if have.all():
        return known
    return known[0].zip_with(have, more[0]), known[1].zip_with(have, more[1])


def _by_format(text: pl.Series, one: str, timezone: str | None) -> tuple[pl.Series, pl.Series]:
    """Return what one format reads: moments and instants."""
    moments, instants = _nothing(text.len())
    if one in EXCEL:
        return _serial(text, EXCEL[one]), instants
    if "%.f" in one:
        text = text.str.replace(r"([:.]\d\d),(\d{1,9})", "${1}.${2}")
    if "%y" in one:  # to strptime a blank may be nothing: 1.9.2023.05 is no time of 2020
        long = text.str.contains(r"[./-]\d{1,2}[./-]\d{3}").fill_null(value=False)
        text = text.zip_with(~long, pl.Series([None], dtype=pl.String))
    if has_offset(one):
        if timezone is None:
            msg = f"sources.yaml: the format '{one}' reads an offset, but no timezone is given."
            raise SourceError(msg, "Set timezone in params.yaml.")
        numeric = text.str.replace(r"\s*[Zz]$", "+00:00").str.replace(r"\s*([+-]\d\d)$", "${1}:00")
        instants = numeric.str.to_datetime(one, time_unit="us", time_zone="UTC", strict=False)
        moments = instants.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    else:
        moments = text.str.to_datetime(one, time_unit="us", strict=False)
    possible = moments.dt.year().is_between(*YEARS).fill_null(value=False)
    empty = _nothing(1)
    return moments.zip_with(possible, empty[0]), instants.zip_with(possible, empty[1])


def _usual(text: pl.Series, order: Order | None) -> tuple[str, ...]:
    """Return the formats that some values of a long column have: a format is faster than telling values apart."""
    sample = text.drop_nulls().gather_every(text.len() // _MANY + 1)
    return tuple(one for one in _recognised(sample, "UTC", order or "day").formats if one not in EXCEL)


def _settled(text: pl.Series) -> tuple[Order | None, tuple[tuple[Order, int], ...]]:
    """Choose the order that reads all dates of an open form; None: there are none.

    Returns with it how many different dates fit each order, and no other, where that is in doubt.
    """
    days = text.str.extract(_OPEN).drop_nulls().unique().sort()
    parts = parts_of(days)
    parts = parts.filter(parts["open"].fill_null(value=False))
    if not parts.height:
        return None, ()
    read = parts.select(moment(order).alias(order) for order in ORDERS)
    read = read.filter(pl.any_horizontal(pl.all().is_not_null()))  # what no order reads tells nothing of it
    fitting = read.select(pl.all().is_not_null())
    whole = [order for order in ORDERS if fitting[order].all()]
    if whole:
        alike = all(read[one].equals(read[whole[0]], null_equal=True) for one in whole)
        return whole[0], () if alike else tuple((one, 0) for one in whole)
    alone = fitting.filter(pl.sum_horizontal(pl.all()) == 1).select(pl.all().sum()).row(0, named=True)
    some = [order for order in ORDERS if fitting[order].any()]
    return max(some, key=lambda one: int(fitting[one].sum())), tuple((one, int(alone[one])) for one in some)


def _recognised(text: pl.Series, timezone: str | None, order: Order, *, serial: bool = False) -> Times:
    """Read every value by its own form; `serial`: all of the column is here, and may be days of Excel."""
    if serial and text.str.contains(_SERIAL).all():  # nulls aside
        return Times(_serial(text, EXCEL[EXCEL_DAYS]), _nothing(text.len())[1], (EXCEL_DAYS,))
    return _as_read(parts_of(text), timezone, order)


def _as_read(parts: pl.DataFrame, timezone: str | None, order: Order) -> Times:
    read = parts.select(moment(order), "offset", format_of(order).alias("format"))
    local, offset = read.to_series(0), read["offset"]
    with_offset = (offset.is_not_null() & local.is_not_null()).fill_null(value=False)
    empty = _nothing(1)
    instants = _nothing(parts.height)[1]
    if with_offset.any():
        iso = local.dt.to_string("%Y-%m-%dT%H:%M:%S%.6f") + offset
        instants = iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False)
        if timezone is not None:
            there = instants.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
            local = local.zip_with(~with_offset, there)
        else:
            local = local.zip_with(~with_offset, empty[0])
    had = read.to_series(0).is_not_null()
    counts = read["format"].filter(had).drop_nulls().value_counts(name="count")
    formats = counts.sort(["count", "format"], descending=[True, False])["format"].to_list()
    return Times(local, instants, tuple(formats))


def _serial(text: pl.Series, zero: dt.datetime) -> pl.Series:
    """Return the times of Excel's numbers of days, to the millisecond, which is as fine as its cells show."""
    wanted = text.str.contains(_SERIAL).fill_null(value=False)
    made = pl.lit(zero).cast(pl.Datetime("us")) + pl.duration(milliseconds=pl.lit(_thousandths(text, wanted)))
    return pl.select(made.alias("time")).to_series()


def _thousandths(text: pl.Series, wanted: pl.Series) -> pl.Series:
    """Return numbers of days as thousandths of a second (Int64); null where none is wanted."""
    days = text.zip_with(wanted, pl.Series([None], dtype=pl.String)).str.replace(",", ".", literal=True)
    return (days.cast(pl.Float64, strict=False) * 86_400_000).round().cast(pl.Int64)


def _plain_clock(text: pl.Series) -> pl.Series:
    """Return times of the day as a clock shows them: cells of Excel may hold fractions of a day, or a day 0."""
    plain = text.str.replace(_EMPTY_DATE, "${1}")
    part = plain.str.contains(r"^0?[.,][0-9]{3,}$").fill_null(value=False)
    if not part.any():
        return plain
    shown = _thousandths(plain, part).cast(pl.Duration("ms")) + pl.Series([dt.datetime(1970, 1, 1)])  # noqa: DTZ001
    return plain.zip_with(~part, shown.dt.to_string("%H:%M:%S%.3f"))
