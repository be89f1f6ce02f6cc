"""Means that jump from one wave to the next: the mark of a changed question, other answer options or other codes."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.quality.chance import holm, welch
from sujuva.quality.flags import Flagging
from sujuva.quality.sums import places, scale_sums, scales_of

_SERIES = ["about", "part", "informant", "region"]
_SUMS = ("n", "sum", "sumsq")


def mean_jumps(
    cells: Mapping[str, pl.DataFrame], instruments: Mapping[str, Instrument], flagging: Flagging
) -> pl.DataFrame:
    """Find items and scales whose mean jumps between consecutive waves within a region and informant.

    Items are taken as given, over those who answered them; scales as the mean of their items in the codebook's
    direction, over those who answered all. A wave is compared with the last one before it that has answers; both need
    `min_group`. A jump is told where it is beyond chance (Welch's t, two-sided, one Holm correction over everything
    compared) and larger than `jump_sd` pooled standard deviations. Persons are taken as independent, which those who
    answer twice and those of one school are not: this is an alarm, not an estimate of change.

    `cells` are the sums of each instrument (see `sujuva.quality.sums.cell_sums`), by its key.

    Returns:
        `FlagCounts` without reason: wave is the later one; n and looked_at count the answers of both waves; value is
        later minus earlier in pooled standard deviations, null where everyone gave one answer and then another.
    """
    means = pl.concat([_EMPTY, *(_means(instruments[key], cells[key]) for key in sorted(cells))])
    ordered = means.filter(pl.col("n") > 0).sort(*_SERIES, "wave")
    before = [pl.col(name).shift(1).over(_SERIES).alias(f"{name}_before") for name in _SUMS]
    pairs = ordered.with_columns(before).filter(pl.min_horizontal("n", "n_before") >= flagging.min_group)
    compared = _compared(pairs).filter((pl.col("difference") != 0) | (pl.col("error") + pl.col("error_before") > 0))
    return _beyond_chance(compared, flagging.alpha).filter(
        pl.col("value").is_null() | (pl.col("value").abs() > flagging.jump_sd)
    )


_EMPTY = pl.DataFrame(schema=dict.fromkeys(_SERIES, pl.String) | {"wave": pl.Int32} | dict.fromkeys(_SUMS, pl.Int64))


def _means(instrument: Instrument, cells: pl.DataFrame) -> pl.DataFrame:
    """Return n, sum and sum of squares of each item and scale by informant, region and wave."""
    sums = places(cells)
    key = pl.lit(instrument.key).alias("about")
    columns = {name: [pl.col(f"{name}|{which}") for which in _SUMS] for name in instrument.item_columns}
    columns |= {scale: scale_sums(scale, items) for scale, items in scales_of(instrument).items()}
    return pl.concat(
        sums.select(
            key,
            pl.lit(part).alias("part"),
            "informant",
            "region",
            "wave",
            *(one.alias(which) for one, which in zip(three, _SUMS, strict=True)),
        )
        for part, three in columns.items()
    )


def _compared(pairs: pl.DataFrame) -> pl.DataFrame:
    """Add the difference of the means, the squared standard errors and the pooled standard deviation."""
    whole = pairs.with_columns(pl.col(f"{name}{end}").cast(pl.Int128) for name in _SUMS for end in ("", "_before"))
    spread = {}
    for end in ("", "_before"):
        n, total, squares = (pl.col(f"{name}{end}") for name in _SUMS)
        # n times the sum of squared deviations, in whole numbers: nothing cancels.
        spread[end] = (n * squares - total * total).cast(pl.Float64) / n.cast(pl.Float64)
    n, before = pl.col("n").cast(pl.Float64), pl.col("n_before").cast(pl.Float64)
    crossed = pl.col("sum") * pl.col("n_before") - pl.col("sum_before") * pl.col("n")
    return whole.with_columns(
        difference=crossed.cast(pl.Float64) / (n * before),
        error=spread[""] / (n - 1) / n,
        error_before=spread["_before"] / (before - 1) / before,
        sd=((spread[""] + spread["_before"]) / (n + before - 2)).sqrt(),
    )


def _beyond_chance(compared: pl.DataFrame, alpha: float) -> pl.DataFrame:
    """Keep what is beyond chance, with the columns of `FlagCounts` but the reason."""
    difference, error, error_before = (compared[name].to_numpy() for name in ("difference", "error", "error_before"))
    n, before = (compared[name].cast(pl.Float64).to_numpy() for name in ("n", "n_before"))
    p = welch(difference, (error, error_before), (n, before))
    both = (pl.col("n") + pl.col("n_before")).cast(pl.Int64)
    kept = compared.filter(pl.Series(holm(p) <= alpha, dtype=pl.Boolean))
    return kept.select(
        pl.lit("mean_jump").alias("flag"),
        *("about", "part", "informant", "wave", "region"),
        pl.lit("").alias("group"),
        both.alias("n"),
        both.alias("looked_at"),
        pl.when(pl.col("sd") > 0).then(pl.col("difference") / pl.col("sd")).alias("value"),
    )
