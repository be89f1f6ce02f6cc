"""Flags on single rows: a form in one straight line, an empty form, a form filled in too fast."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.quality.flags import Flagging
from sujuva.tables import AnswerKeys

_PLACE = ["informant", "wave", "region"]


def flag_rows(placed: pl.DataFrame, instrument: Instrument, flagging: Flagging) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Flag the rows of one table of answers.

    straight_lining looks at rows with `straight_line_items` answers or more (of any direction: the codes as given);
    too_fast at rows with an answer and a known duration; all_missing at every row.

    Returns:
        The flagged rows (`RowFlags`), and how many of how many rows are flagged by informant, wave and region
        (`FlagCounts` without reason), also where none is; a flag that looked at no row of a place says nothing there.
    """
    items = instrument.item_columns
    answered = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in items)
    known = placed.lazy().select(
        *AnswerKeys.primary_key(),
        "region",
        "seconds",
        answered.alias("answered"),
        (pl.min_horizontal(items) == pl.max_horizontal(items)).fill_null(value=False).alias("same"),
    )
    count, seconds = pl.col("answered"), pl.col("seconds")
    judged = {  # flag: which rows it looks at, and which of these it is raised on
        "straight_lining": (count >= flagging.straight_line_items, pl.col("same")),
        "all_missing": (pl.lit(value=True), count == 0),
        "too_fast": ((count > 0) & seconds.is_not_null(), seconds < flagging.seconds_per_item * count),
    }
    marked = known.with_columns(
        **{f"{flag}|looked": looks for flag, (looks, _) in judged.items()},
        **{flag: (looks & raised).fill_null(value=False) for flag, (looks, raised) in judged.items()},
    )
    flagged = marked.filter(pl.any_horizontal(*judged)).select(*AnswerKeys.primary_key(), *judged)
    sums = pl.col(*judged, *(f"{flag}|looked" for flag in judged)).cast(pl.Int64).sum()
    found, places = pl.collect_all([flagged, marked.group_by(_PLACE).agg(sums)], engine="streaming")

    about = pl.lit(instrument.key)
    rows = pl.concat(
        found.filter(pl.col(flag)).select(flag=pl.lit(flag), instrument=about, **_same(AnswerKeys.primary_key()))
        for flag in judged
    )
    counts = pl.concat(
        places.filter(pl.col(f"{flag}|looked") > 0).select(
            flag=pl.lit(flag),
            about=about,
            part=pl.lit(""),
            group=pl.lit(""),
            n=pl.col(flag),
            looked_at=pl.col(f"{flag}|looked"),
            value=pl.lit(None, pl.Float64),
            **_same(_PLACE),
        )
        for flag in judged
    )
    return rows, counts


def _same(names: list[str]) -> dict[str, pl.Expr]:
    return {name: pl.col(name) for name in names}
