"""Signals beside those of the last release: which are new since, which were there, which are there no more."""

from __future__ import annotations

import polars as pl

from sujuva.publish.rules import clear
from sujuva.published import SHOWN
from sujuva.releases.held import KEPT
from sujuva.situation.told import ABOVE, ASPECTS, BELOW, CHANCE_ONLY
from sujuva.tidy import KEY

NEW, STILL, GONE = "new_since_release", "still_since_release", "gone_since_release"
_SERIES = ["scale", "informant", "region", "group", "gender"]
_SIGNAL = [*_SERIES, "aspect", "side"]


def signals_since(frame: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """Note at each signal what the last release told of it.

    A signal is the same where statistic, gender, area, aspect and side are, whatever its year and size. Only where both
    told the limits of a series can anybody say what is new: what one of them hid or did not judge may have been there;
    and of a level only where limits are of the same kind, and it is gone only where the area is nearer to the country
    than then, for limits may also have become wider. A row that stays what the last release told (`KEPT`) says
    nothing new.

    Args:
        frame: Rows of the table of the situation, with `rule`, as `publish` has them before it clears hidden rows.
        last: The same table of the last release.

    Returns:
        The rows with `new_since_release` or `still_since_release` in the note of signals, and a row without numbers,
        note `gone_since_release`, for each that is there no more, in the last year in which its series is judged.
    """
    today = clear(frame, "situation")
    now, before = _signals(today), _signals(last)
    judged = _judged(today).join(_judged(last), on=_SERIES, suffix="_last")
    like = (pl.col("aspect") != ASPECTS[0]) | (pl.col("alone") == pl.col("alone_last"))
    told = now.filter(pl.col("rule") != KEPT).join(judged, on=_SERIES, suffix="_judged").filter(like)
    seen = told.join(before.select(_SIGNAL, mark=pl.lit(STILL)).unique(), on=_SIGNAL, how="left")
    gone = before.join(now, on=_SIGNAL, how="anti").drop("wave").join(judged, on=_SERIES).filter(like)
    side = pl.when(pl.col("side") == ABOVE).then(1).otherwise(-1)
    gone = gone.filter((pl.col("aspect") != ASPECTS[0]) | (side * pl.col("off") < side * pl.col("estimate").round(0)))
    # Where one has turned to the other side since the same year, that it is new says it.
    gone = gone.with_columns(mark=pl.lit(GONE)).join(now, on=KEY, how="anti").unique(KEY).sort(KEY)
    marks = pl.concat([one.select(*KEY, pl.col("mark").fill_null(NEW)) for one in (seen, gone)])
    # A signal of the year before that has ended has a row already.
    rows = frame.join(marks, on=KEY, how="left", maintain_order="left")
    rows = rows.with_columns(note=pl.concat_str("note", "mark", separator="; ", ignore_nulls=True)).drop("mark")
    bare = gone.join(frame, on=KEY, how="anti").select(
        *KEY, note=pl.concat_str("side", "mark", separator="; "), rule=pl.lit(""), suppressed=pl.lit(SHOWN)
    )
    return pl.concat([rows, bare], how="diagonal_relaxed").select(frame.columns).cast(frame.schema)


def _signals(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the signals that are told, by gender, aspect and side; not those that have ended."""
    parts, above = pl.col("category").str.split(":"), pl.col("note").str.split("; ").list.contains(ABOVE)
    told = rows.filter(
        pl.col("indicator") == "area_signal", pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()
    )
    return told.with_columns(
        gender=parts.list.get(0),
        aspect=parts.list.get(1),
        side=pl.when(above).then(pl.lit(ABOVE)).otherwise(pl.lit(BELOW)),
    )


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the series whose limits are told: the last year of each, and whether chance alone makes its limits.

    `off` is by how many per cent the area is off the country then.
    """
    limits = rows.filter(
        pl.col("indicator") == "area_funnel", pl.col("suppressed") == SHOWN, pl.col("ci_low").is_not_null()
    )
    by_gender = limits.with_columns(gender=pl.col("category").str.split(":").list.first()).sort("wave")
    last = by_gender.group_by(_SERIES).agg(
        pl.col("wave").last(), alone=(pl.col("note") == CHANCE_ONLY).any(), country=pl.col("estimate").last()
    )
    values = rows.filter(pl.col("indicator") == "area_value").select(
        "scale", "informant", "region", "group", "wave", gender="category", value="estimate"
    )
    off = 100 * (pl.col("value") / pl.col("country") - 1)
    return last.join(values, on=[*_SERIES, "wave"], how="left").select(*_SERIES, "wave", "alone", off=off.round(0))
