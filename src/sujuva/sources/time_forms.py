"""The forms of dates and times: the pieces of a value, the moment they tell, and the strptime format they have."""

from __future__ import annotations

from typing import Literal, get_args

import polars as pl

Order = Literal["day", "month", "year"]
"""What comes first in a date with slashes or hyphens that does not begin with a year of four digits."""
ORDERS: tuple[Order, ...] = get_args(Order)
LETTERS: dict[Order, str] = {"day": "dmy", "month": "mdy", "year": "ymd"}
YEARS = (1900, 2199)
"""Years that are no slip of the pen: what a format of four digits makes of two is a year of the first century."""
_CENTURY = 70

CLOCK = (
    r"(?P<hour>\d{1,2})(?P<colon>[:.])(?P<minute>\d{2})"
    r"(?:(?P<colon2>[:.])(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?:\s*(?P<half>[AaPp]\.?[Mm]\.?))?"
)
_OFFSET = r"(?:\s*(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?))?"
_PATTERN = (
    r"^(?P<a>\d{1,4})(?P<mark>[./-])(?P<b>\d{1,2})(?P<mark2>[./-])(?P<c>\d{1,4})"
    rf"(?:(?P<joint>[Tt]|,?\s+|,?\s*(?i:kello|klo|kl)\.?\s*|,){CLOCK}{_OFFSET})?$"
)
_PACKED = (
    r"^(?P<a>(?:19|20)\d{2})(?P<mark>)(?P<b>\d{2})(?P<mark2>)(?P<c>\d{2})(?:(?P<joint>[Tt ]?)(?P<hour>\d{2})"
    r"(?P<colon>:?)(?P<minute>\d{2})(?:(?P<colon2>:?)(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?P<half>)"
    rf"{_OFFSET})?$"
)


def parts_of(text: pl.Series) -> pl.DataFrame:
    """Return the pieces of each value as text (null where it has another form), and whether its order is open."""
    frame = text.str.extract_groups(_PATTERN).struct.unnest()
    if text.str.contains(r"^(?:19|20)\d{6}").any():
        packed = text.str.extract_groups(_PACKED).struct.unnest()
        frame = pl.DataFrame([frame[name].zip_with(frame["a"].is_not_null(), packed[name]) for name in frame.columns])
    lengths = {name: pl.col(name).str.len_chars() for name in "abc"}
    first = (lengths["a"] == 4) & (lengths["c"] <= 2)  # noqa: PLR2004
    last = (lengths["a"] <= 2) & ((lengths["c"] == 4) | (lengths["c"] == 2))  # noqa: PLR2004
    alike = (pl.col("mark") == pl.col("mark2")) & pl.col("colon2").fill_null(pl.col("colon")).eq_missing(
        pl.col("colon")
    )
    zone = (
        pl.when(pl.col("offset").str.contains(r"^[Zz]$"))
        .then(pl.lit("+00:00"))
        .when(pl.col("offset").str.len_chars() == 3)  # noqa: PLR2004
        .then(pl.col("offset") + ":00")
        .otherwise(pl.col("offset").str.replace(r"^([+-]\d\d)(\d\d)$", "${1}:${2}"))
    )
    frame = frame.with_columns(zone.alias("offset"), valid=alike & (first | last), first=first)
    half = pl.when(pl.col("half") != "").then(pl.col("half"))
    return frame.with_columns(
        half.str.to_lowercase().str.slice(0, 1).alias("half"),
        open=pl.col("valid") & ~pl.col("first") & (pl.col("mark") != "."),
        short=lengths["c"] == 2,  # noqa: PLR2004
    )


def _dates_of(order: Order) -> dict[str, pl.Expr]:
    """Return year, month and day as text, by the form of the value and the order of open ones."""
    open_, first = pl.col("open"), pl.col("first")
    places = dict(zip(LETTERS[order], "abc", strict=True))
    return {
        part: pl.when(first).then(ymd).when(open_).then(places[part]).otherwise(dmy)
        for part, ymd, dmy in (("y", "a", "c"), ("m", "b", "b"), ("d", "c", "a"))
    }


def moment(order: Order) -> pl.Expr:
    """Return the moment that a value tells, as its clock showed; null where there is no such day or time."""
    parts = _dates_of(order)
    digits = parts["y"].str.len_chars()
    number = parts["y"].cast(pl.Int32, strict=False)
    century = pl.when(number >= _CENTURY).then(1900).otherwise(2000)
    year = pl.when(digits == 4).then(number).when(digits == 2).then(number + century)  # noqa: PLR2004
    hour = pl.col("hour").cast(pl.Int32, strict=False)
    noon = pl.when(pl.col("half") == "p").then(12).otherwise(0)
    of_twelve = pl.when(hour.is_between(1, 12)).then(hour % 12 + noon)
    of_day = pl.when(pl.col("half").is_null()).then(hour).otherwise(of_twelve)
    second = pl.col("second").fill_null("0")
    shown = pl.concat_str(_padded(of_day), pl.lit(":"), "minute", pl.lit(":"), second.str.zfill(2), _fraction())
    clock = pl.when(pl.col("hour").is_null()).then(pl.lit("00:00:00")).otherwise(shown)
    date = pl.concat_str(_padded(year, 4), pl.lit("-"), parts["m"].str.zfill(2), pl.lit("-"), parts["d"].str.zfill(2))
    # A leap second has no place on the axis of times: such a value is not read.
    usable = pl.col("valid") & year.is_between(*YEARS) & (second.cast(pl.Int32, strict=False) < 60)  # noqa: PLR2004
    iso = pl.when(usable).then(pl.concat_str(date, pl.lit("T"), clock))
    return iso.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False).alias("moment")


def _padded(number: pl.Expr, width: int = 2) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)


def _fraction() -> pl.Expr:
    return pl.when(pl.col("fraction").is_not_null()).then("." + pl.col("fraction")).otherwise(pl.lit(""))


def format_of(order: Order) -> pl.Expr:
    """Return the strptime format that reads a value as `_moment` does."""
    year = pl.when(pl.col("first") | ~pl.col("short")).then(pl.lit("%Y")).otherwise(pl.lit("%y"))
    mark = pl.col("mark")
    letters = {"y": year, "m": pl.lit("%m"), "d": pl.lit("%d")}

    def written(of: str) -> pl.Expr:
        one, two, three = (letters[letter] for letter in of)
        return pl.concat_str(one, mark, two, mark, three)

    date = pl.when("first").then(written("ymd")).when("open").then(written(LETTERS[order])).otherwise(written("dmy"))
    colon = pl.col("colon")
    half = pl.col("half").is_not_null()
    clock = pl.concat_str(
        pl.col("joint").str.replace(r"\s+", " "),
        pl.when(half).then(pl.lit("%I")).otherwise(pl.lit("%H")),
        colon,
        pl.lit("%M"),
        pl.when(pl.col("second").is_not_null()).then(pl.concat_str(colon, pl.lit("%S"))).otherwise(pl.lit("")),
        pl.when(pl.col("fraction").is_not_null()).then(pl.lit("%.f")).otherwise(pl.lit("")),
        pl.when(half).then(pl.lit(" %p")).otherwise(pl.lit("")),
        pl.when(pl.col("offset").is_not_null()).then(pl.lit("%:z")).otherwise(pl.lit("")),
    )
    return pl.concat_str(date, pl.when(pl.col("hour").is_not_null()).then(clock).otherwise(pl.lit("")))
