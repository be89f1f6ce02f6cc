"""When events of a log happened: which column tells it, how it is read, and the hour that comes twice in autumn."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sujuva.errors import ContractError, ParameterError, nearest
from sujuva.sources.time_forms import ORDERS, Order
from sujuva.sources.times import EXCEL_DAYS, joined, never_was, read_times, shapes, tells_an_offset

UTC = "_utc"
"""The instant of a time that tells its offset; null for others."""


@dataclass(frozen=True)
class LogTimes:
    """The times of a log.

    Attributes:
        moments: Local times.
        instants: Instants of those that tell their offset.
        given: Rows that tell a time, read or not.
        unread: What cannot be read, in a sentence; empty where everything can.
        notes: What a reader must know of the rest.
    """

    moments: pl.Series
    instants: pl.Series
    given: pl.Series
    unread: str
    notes: tuple[str, ...]


def date_order(said: str | None) -> Order | None:
    """Return the order of dates that a person names.

    Raises:
        ParameterError: It is none.
    """
    if said is None:
        return None
    for order in ORDERS:
        if said.lower().removesuffix("-first") == order:
            return order
    msg = f"--dates: '{said}' is no order of the parts of a date."
    raise ParameterError(msg, nearest(said, ORDERS))


def log_times(
    time: pl.Series, clock: pl.Series | None, *, column: str, file: str, timezone: str | None, order: Order | None
) -> LogTimes:
    """Read the times of a log, with a column of clocks where it has one.

    Raises:
        ParameterError: Times tell an offset and no zone is named.
        ContractError: Nobody can tell the order of day and month, and `order` does not say it.
    """
    text = time if clock is None else joined(time, clock)
    read = read_times(text, (), timezone, order=order)
    if read.doubt:
        msg = f"{file}: the column '{column}' does not tell in which order its dates are written: {read.doubt}."
        ways = " or ".join(f"--dates {one}" for one, _ in read.fits)
        raise ContractError(msg, f"A wrong guess would give wrong numbers. Say what comes first: {ways}.")
    if timezone is None and (tells_an_offset(text) & read.moments.is_null()).any():
        msg = f"The times of {file} have an offset from UTC, and no time zone is named."
        raise ParameterError(msg, "Name the zone of the clocks, such as --timezone Europe/Helsinki.")
    bad = text.is_not_null() & read.moments.is_null()
    notes = []
    if read.order is not None:
        ambiguous = "" if order is None else " as asked"
        notes.append(f"Dates with slashes or hyphens in '{column}' are read {read.order} first{ambiguous}.")
    if EXCEL_DAYS in read.formats:
        notes.append(f"The numbers in '{column}' are read as days as Excel counts them since 1900.")
    if timezone is not None:
        skipped = int(never_was(read.moments, timezone).sum())
        many = f"{skipped} times fall" if skipped > 1 else "1 time falls"
        if skipped:
            notes.append(f"{many} into an hour that the clocks leave out in spring; read as the hour after.")
    return LogTimes(
        read.moments, read.instants.alias(UTC), text.is_not_null(), _unread(text, bad, column), tuple(notes)
    )


def _unread(text: pl.Series, bad: pl.Series, column: str) -> str:
    count = int(bad.sum())
    if not count:
        return ""
    some = ", ".join(shapes(text.filter(bad)))
    values = (
        "values that are no times that can be read are" if count > 1 else "value that is no time that can be read is"
    )
    return f"In '{column}' {count} {values} written like: {some} (9 is any digit, a any letter)."


def in_order(frame: pl.DataFrame, timezone: str | None) -> tuple[pl.DataFrame, list[str]]:
    """Put events of the hour that the clocks repeat in autumn into the order in which they happened.

    A time with an offset tells it itself. One without is of the second time round where its case has a later time of
    the same hour before it in the file, if the file has the case's other events in order. A local time cannot tell
    the second time round, so an event that the clock shows before one that came earlier gets the time of that one.
    Returns the events, in the order of the file unless there are such times, and what a reader must know of them.
    """
    if timezone is None:
        return frame, []

    def placed(time: str) -> pl.Expr:
        local = pl.col("time").dt.replace_time_zone(timezone, ambiguous=time, non_existent="null")  # type: ignore[arg-type]
        return local.dt.convert_time_zone("UTC")

    marked = frame.with_row_index("_row").with_columns(_first=placed("earliest"), _second=placed("latest"))
    marked = marked.with_columns(_twice=(pl.col("_first") != pl.col("_second")).fill_null(value=False))
    count = int(marked["_twice"].sum())
    if not count:
        return frame, []
    hour = ["case", pl.col("time").dt.date()]
    hours = pl.col("time").dt.truncate("1h")
    in_file = (hours >= hours.shift(1)).all().over("case")
    before = pl.when("_twice").then(pl.coalesce(UTC, "_first")).cum_max().shift(1).over(hour)
    back = pl.col("_twice") & pl.col(UTC).is_null() & in_file & (pl.col("_first") < before)
    marked = marked.with_columns(_back=back.fill_null(value=False))
    again = pl.col("_back").cum_max().over(hour) & pl.col("_twice")
    marked = marked.with_columns(_at=pl.coalesce(UTC, pl.when(again).then("_second").otherwise("_first")))
    marked = marked.sort("case", "_at", "_row", nulls_last=False)
    held = pl.when("_twice").then(pl.col("time")).cum_max().over(hour)
    marked = marked.with_columns(_held=pl.when("_twice").then(held).otherwise("time"))
    moved = int((marked["_held"] != marked["time"]).sum())
    ordered = marked.with_columns(time="_held").sort("case", "time", "_at", "_row")
    fall = "times fall" if count > 1 else "time falls"
    apart = "what is reckoned from there may be up to an hour too long or too short"
    notes = [f"{count} {fall} into the hour that the clocks repeat in autumn: {apart}."]
    if moved:
        notes.append(
            f"{moved} of them, which the clock shows before an earlier event of the case, "
            f"{'count' if moved > 1 else 'counts'} as at the time of that event."
        )
    return ordered.select(frame.columns), notes
