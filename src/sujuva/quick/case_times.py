"""When the events of a log happened, and in which order, also where the clocks went back in between."""

from __future__ import annotations

import polars as pl

from sujuva.cleaning.values import OFFSET_FORMATS

UTC = "_utc"
"""The instant of a time that tells its offset from UTC; null for others."""


def instants(text: pl.Series) -> pl.Series:
    """Return the instants in UTC of times that tell their offset; null for others."""
    numeric = text.str.replace("Z$", "+00:00")  # Polars reads no Z as an offset
    found = [
        numeric.str.to_datetime(one, time_unit="us", time_zone="UTC", strict=False).alias(str(number))
        for number, one in enumerate(OFFSET_FORMATS)
    ]
    return pl.DataFrame(found).select(pl.coalesce(pl.all())).to_series().alias(UTC)


def in_order(frame: pl.DataFrame, timezone: str | None) -> tuple[pl.DataFrame, list[str]]:
    """Put events of the hour that the clocks repeat in autumn into the order in which they happened.

    A time with an offset tells it itself. One without is of the second time round where its case has a later time of
    the same hour before it in the file, if the file has the case's other events in order. A local time cannot tell
    the second time round, so an event that the clock shows before one that came earlier gets the time of that one.

    Args:
        frame: case, time (local), `UTC` and any other columns, in the order of the file.
        timezone: Where the clocks stand; None: nothing is known of them.

    Returns:
        The events, in the order of the file unless there are such times, and what a reader must know of them.
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
