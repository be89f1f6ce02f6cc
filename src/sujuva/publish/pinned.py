"""What the mean, its interval and n of whole scores tell of how few are in a band, or at an end of the scale.

Scores are whole multiples of a unit between two ends, so n, their mean and their standard deviation leave only some
numbers of persons for a band: the more exactly they are told, the fewer. Among few persons that can be one number
alone. Where n persons are equally weighted (their mean is a whole number of units over n; weighted means tell nothing
by whole numbers), each small count of a band or of a bin at an end is held against what readers see, and the first of
these is told that pins none:

1. the mean and its interval, which tells the standard deviation where no clusters stand behind it; the deviation itself
   only of more than `_FEW` persons, since with the interval it would tell n;
2. the interval with ends further out, in steps of `_TIMES` that of the mean;
3. the mean alone;
4. the mean alone in steps `COARSER` times as wide, with a note that says so;
5. nothing.

A small count is safe where worlds are possible that look the same and have 1, and threshold − 1, persons in the band.
That such a world exists is proven, not searched. With their number and sum fixed, the scores of the others are turned
into one another by steps in which one gains a unit and another loses one. A step changes the sum of squares by at most
twice their range (in units), more where it leaps over the band; so between the least and the greatest sum of squares
no gap is wider. Two persons that lie together and have room on both sides close it further: k units apart from each
other they add 2k². Any interval of sums of squares that long holds a world. Where the proof fails a world may exist
all the same; then more is hidden than need be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.publish.pinned_together import PLACE, Together, bands_of, histograms
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import further_ruled, is_one, is_shown, rounded_count
from sujuva.published import COARSE_MEAN, COARSER, MOMENTS, step_beside
from sujuva.tidy import ALL

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Sizes = npt.NDArray[np.int64]
MEAN, POMP, SD = "score_mean", "score_pomp", "score_sd"
_FEW = 100
_TIMES = (1, 2, 5, 10, 20)
_ALONE, _COARSE, _NOTHING = range(len(_TIMES), len(_TIMES) + 3)
_WHOLE = 1e-6
_SIMPLE = 0.02
"""An error within this of SD/√n is taken for that of a simple random sample, from which readers compute the SD."""


def without_pinned(
    marked: pl.DataFrame,
    counts: pl.DataFrame,
    bars: pl.DataFrame,
    bins: pl.DataFrame,
    *,
    scales: Mapping[str, Any],
    privacy: Privacy,
    confidence: float,
) -> pl.DataFrame:
    """Hide deviations, intervals and means that pin a small count, as the module says.

    Args:
        marked: Tidy rows of coping with `rule` and `suppressed`, numbers still exact.
        counts: All rows of shares of bands, also those that are not published.
        bars: Exact distributions: `PLACE`, bin_low, bin_high, n.
        bins: Those of them that are published, with `suppressed`.
        scales: Scales of the metadata.
        privacy: Thresholds and rounding.
        confidence: Level of the intervals.
    """
    means = marked.filter(is_shown(), pl.col("estimate").is_not_null(), indicator=MEAN)
    means = means.select(*PLACE, "n", "se", "ci_low", "ci_high", mean="estimate")
    deviations = marked.filter(indicator=SD).select(*PLACE, sd="estimate")
    means = _whole_means(means.join(deviations, on=PLACE, how="left"), scales)
    known = _Known(small_counts(means, counts, bars, scales, privacy.threshold), privacy, confidence)
    small = known.small.with_columns(
        _level=known.levels(), _step=pl.Series(known.step, dtype=pl.Float64), _simple=pl.Series(known.simple)
    )
    of_bands = is_one(counts["indicator"].unique().to_list())
    levels = [
        (*place, *_level_together(rows, Together(histogram, privacy), privacy, confidence))
        for place, rows, histogram in histograms(small, marked.filter(of_bands), bins, scales, privacy.threshold)
    ]
    schema = {name: marked.schema[name] for name in PLACE} | {"_level": pl.Int64(), "_shares": pl.Boolean()}
    worst = pl.DataFrame(levels, schema=schema, orient="row")
    # Clusters or not: beside a mean in steps the deviation of few whole scores fits one n alone.
    few = means.filter(pl.col("n") <= _FEW).select(*PLACE, _few=pl.lit(value=True))
    rows = marked.join(worst, on=PLACE, how="left", maintain_order="left")
    rows = rows.join(few, on=PLACE, how="left", maintain_order="left")
    rows = rows.join(known.steps(), on=PLACE, how="left", maintain_order="left")
    level, told = pl.col("_level").fill_null(0), is_one([MEAN])
    times = level.replace_strict(dict(enumerate(_TIMES)), default=None, return_dtype=pl.Float64)
    step = pl.when(times > 1).then(times * pl.col("_step"))
    ends = {
        "ci_low": ((pl.col("ci_low") / step).floor() * step).round(6),
        "ci_high": ((pl.col("ci_high") / step).ceil() * step).round(6),
    }
    rows = rows.with_columns(
        pl.when(told & level.is_in([_ALONE, _COARSE]))
        .then(None)
        .when(told & step.is_not_null())
        .then(further)
        .otherwise(name)
        .alias(name)
        for name, further in ends.items()
    )  # fmt: skip
    coarse, wide = told & (level == _COARSE), COARSER * pl.col("_step")
    rows = rows.with_columns(
        estimate=pl.when(coarse).then(((pl.col("estimate") / wide).round() * wide).round(6)).otherwise("estimate"),
        note=pl.when(coarse).then(pl.lit(COARSE_MEAN)).otherwise("note"),
    )
    # Of a scale of 0 and 1 the deviation is the mean again, told more finely than the mean may be.
    binary = is_one([key for key, scale in scales.items() if scale["binary"]], "scale")
    spread = is_one([SD]) & ((level > 0) | pl.col("_few").fill_null(value=False) | binary)
    share = of_bands & pl.col("_shares").fill_null(value=False)
    hidden = (spread | share | (is_one([MEAN, POMP]) & (level == _NOTHING))) & is_shown()
    return further_ruled(rows, (hidden, MOMENTS)).select(marked.columns)


def _level_together(small: pl.DataFrame, together: Together, privacy: Privacy, confidence: float) -> tuple[int, bool]:
    """Return the first level of one place that pins none of its small counts, each by itself and all together.

    And whether the shares of its bands must be hidden, too.
    """
    first, level, is_told = small.row(0, named=True), int(max(small["_level"])), False
    known = _Known(small, privacy, confidence) if first["_simple"] else None
    while level < _NOTHING:
        squares = known.squares(level) if known is not None and level < _ALONE else None
        step = first["_step"] * (COARSER if level == _COARSE else 1)
        middle = round(first["mean"] / step) * step
        if together.open((middle - step / 2, middle + step / 2), squares) and not together.is_told_by_shares:
            break
        if not is_told and together.is_told_by_shares:
            is_told, together = True, together.without_shares()
        else:
            level = level + 1 if squares is not None else max(level + 1, _COARSE)
    return level, is_told


def _is_simple() -> pl.Expr:
    """Tell of which means the error is that of a simple random sample."""
    return ((pl.col("se") * pl.col("n").sqrt() / pl.col("sd") - 1).abs() < _SIMPLE).fill_null(value=False)


def _whole_means(means: pl.DataFrame, scales: Mapping[str, Any]) -> pl.DataFrame:
    """Return the means of equally weighted persons, with unit, low and high (ends) of their scale."""
    of = [(key, float(one["grid"]), *map(float, one["range"])) for key, one in scales.items() if not one["binary"]]
    schema = {"scale": pl.String, **dict.fromkeys(("unit", "low", "high"), pl.Float64)}
    rows = means.join(pl.DataFrame(of, schema=schema, orient="row"), on="scale")
    total = (pl.col("mean") - pl.col("low")) * pl.col("n") / pl.col("unit")
    return rows.filter((total - total.round()).abs() <= _WHOLE * pl.max_horizontal(total, pl.lit(1.0)))


def told_alike(rounded: pl.DataFrame, scales: Mapping[str, Any]) -> pl.DataFrame:
    """Return rounded rows with the mean on 0–100 computed from the mean that is told, so that it tells no more.

    `rounded`: tidy rows of coping as readers see them; `scales`: scales of the metadata.
    """
    names = ("estimate", "ci_low", "ci_high")
    means = rounded.filter(indicator=MEAN).select(*PLACE, *(pl.col(name).alias(f"_{name}") for name in names))
    rows = rounded.join(means, on=PLACE, how="left", maintain_order="left")
    ends = {key: (float(one["range"][0]), float(one["range"][1])) for key, one in scales.items()}
    low, high = (
        pl.col("scale").replace_strict(
            {key: one[place] for key, one in ends.items()}, default=None, return_dtype=pl.Float64
        )
        for place in (0, 1)
    )
    mine = is_one([POMP]) & is_shown() & pl.col("_estimate").is_not_null()
    turned = ((100 * (pl.col(f"_{name}") - low) / (high - low)).round(1).alias(name) for name in names)
    return rows.with_columns(
        pl.when(mine).then(new).otherwise(name).alias(name) for name, new in zip(names, turned, strict=True)
    ).select(rounded.columns)


def small_counts(
    means: pl.DataFrame, counts: pl.DataFrame, bars: pl.DataFrame, scales: Mapping[str, Any], threshold: int
) -> pl.DataFrame:
    """Return the small counts beside `means` of equally weighted persons: of bands and of bins.

    Of bins those that are published, and those at both ends.

    Returns:
        The columns of `means`, a_low and a_high (the few scores), b_low and b_high (the scores of all others).
    """
    few = pl.DataFrame(list(bands_of(scales)), schema=_BANDS, orient="row")
    numbers = counts.select(*PLACE, "category", size=(pl.col("estimate") * pl.col("n")).round(), whole="n")
    some = numbers.join(few, on=["scale", "category"]).filter(
        (pl.col("whose") == "") | (pl.col("whose") == pl.col("informant"))
    )
    some = some.select(*PLACE, "size", "whole", a_low="bin_low", a_high="bin_high")
    bins = bars.with_columns(whole=pl.col("n").sum().over(PLACE)).filter(
        (pl.col("group") == ALL)  # of everybody all bins are published, of groups none
        | (pl.col("bin_low") == pl.col("bin_low").min().over(PLACE))
        | (pl.col("bin_high") == pl.col("bin_high").max().over(PLACE))
    )
    bins = bins.select(*PLACE, size="n", whole="whole", a_low="bin_low", a_high="bin_high")
    parts = pl.concat([some.cast({"size": pl.Float64}), bins.select(some.columns).cast({"size": pl.Float64})])
    found = means.join(parts.unique(), on=PLACE).filter(pl.col("whole") == pl.col("n"))
    inside = found.filter(pl.col("size").is_between(1, threshold - 1)).with_columns(b_low="low", b_high="high")
    # The others of a band at an end of the scale lie beside it; of one in the middle, on both sides of it.
    inside = inside.with_columns(
        b_low=pl.when(pl.col("a_low") <= pl.col("low")).then(pl.col("a_high") + pl.col("unit")).otherwise("low"),
        b_high=pl.when(pl.col("a_high") >= pl.col("high")).then(pl.col("a_low") - pl.col("unit")).otherwise("high"),
    )
    beside = pl.col("n") - pl.col("size")
    above = (pl.col("high") - pl.col("a_high")) >= (pl.col("a_low") - pl.col("low"))
    outside = found.filter(beside.is_between(1, threshold - 1)).with_columns(
        b_low="a_low",
        b_high="a_high",
        a_low=pl.when(above).then(pl.col("a_high") + pl.col("unit")).otherwise("low"),
        a_high=pl.when(above).then("high").otherwise(pl.col("a_low") - pl.col("unit")),
    )
    return pl.concat([inside, outside.select(inside.columns)])


_BANDS = {
    **dict.fromkeys(("scale", "category", "whose"), pl.String), "bin_low": pl.Float64, "bin_high": pl.Float64,
}  # fmt: skip


class _Known:
    """What readers see beside small counts, and whether other numbers would look the same."""

    def __init__(self, small: pl.DataFrame, privacy: Privacy, confidence: float) -> None:
        from scipy.special import stdtrit  # noqa: PLC0415 - scipy is only needed here

        self.small, self.threshold = small, privacy.threshold
        names = ("mean", "ci_low", "ci_high", "unit", "low", "a_low", "a_high", "b_low", "b_high")
        self.of = {name: small[name].cast(pl.Float64).to_numpy() for name in names}
        seen = small.select(n=rounded_count(pl.col("n"), privacy.rounding))["n"].to_numpy()
        least = np.maximum(seen - privacy.rounding // 2, privacy.threshold)
        self.sizes = [small["n"].to_numpy(), least, seen + (privacy.rounding - 1) // 2]
        told = small.select(seen=pl.Series(seen), unit="unit").rows()
        known = {one: step_beside(one[0], one[1], privacy.rounding, privacy.threshold) for one in {*told}}
        # Two decimals are the most that a mean is told with.
        self.step = np.maximum(np.array([known[one] or 0.0 for one in told], dtype=np.float64), 0.01)
        self.simple = small.select(_is_simple()).to_series().to_numpy()
        self.reach = [stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2) / np.sqrt(n) for n in self.sizes]

    def steps(self) -> pl.DataFrame:
        """Return the step of the mean of each place."""
        return self.small.select(PLACE).with_columns(_step=pl.Series(self.step, dtype=pl.Float64)).unique(PLACE)

    def levels(self) -> pl.Series:
        """Return for each small count the first level that does not pin it: a place in `_TIMES`, or one beyond."""
        level = np.full(self.small.height, _NOTHING)
        level[self._open(None, COARSER)] = _COARSE
        level[self._open(None)] = _ALONE
        for place, times in reversed([*enumerate(_TIMES)]):
            level[self._open(times)] = place
        return pl.Series(level, dtype=pl.Int64)

    def _open(self, times: int | None, coarser: int = 1) -> Flags:
        """Tell where both 1 and threshold − 1 are possible.

        `times`: how coarse the interval is, None: without one; `coarser`: how much coarser the mean.
        """
        found = np.ones(self.small.height, dtype=np.bool_)
        for few in {1, self.threshold - 1}:
            found &= np.any(
                [
                    self._world(n, reach, few, place, times, coarser)
                    for n, reach in zip(self.sizes, self.reach, strict=True)
                    for place in (0.0, 0.5, 1.0)
                ],
                axis=0,
            )
        return found

    def _world(self, n: Sizes, reach: Floats, few: int, place: float, times: int | None, coarser: int) -> Flags:
        """Tell where `few` of `n` may have a score of A, at `place` of the way through it, and the others one of B."""
        of, unit, others = self.of, self.of["unit"], np.maximum(n - few, 1)
        a_low, a_high, b_low, b_high = (
            (of[name] - of["low"]) / unit for name in ("a_low", "a_high", "b_low", "b_high")
        )
        a = a_low + np.floor(place * (a_high - a_low))
        step = self.step * coarser
        seen, half = np.round(of["mean"] / step) * step - of["low"], step / 2
        # The sums of the others that look like the published mean.
        low = np.ceil(np.maximum(n * (seen - half) / unit - few * a, others * b_low) - _WHOLE)
        high = np.floor(np.minimum(n * (seen + half) / unit - few * a, others * b_high) + _WHOLE)
        fits = (n > few) & (low <= high)
        if times is None:
            return np.asarray(fits, dtype=np.bool_)
        rest = np.clip(np.round(n * (of["mean"] - of["low"]) / unit - few * a), low, high)
        middle, mean, span = rest / others, (rest + few * a) / n, b_high - b_low
        apart = others * (middle - mean) ** 2 + few * (a - mean) ** 2
        leap = (a_low > b_low) & (a_high < b_high)
        width = np.where(leap, a_high - a_low + 1, 0.0)
        inside = leap & (middle > a_low - 1) & (middle < a_high + 1)
        least = np.where(inside, (middle - a_low + 1) * (a_high + 1 - middle), 0.25)
        greatest = (middle - b_low) * (b_high - middle)
        # Two persons are kept together for the last step where there is room for them.
        jump = 2 * span * (1 + width)
        room = np.ceil(np.sqrt(jump / 2))
        pair = ~leap & (middle - b_low >= room) & (b_high - middle >= room) & (others > 2)  # noqa: PLR2004
        jump = np.where(pair, 2 * (2 * room + 1), jump)
        kept = np.where(pair, others - 2, others)
        bottom, top = self._squares(n, reach, times, of["low"] + mean * unit)
        wide = np.minimum(top, apart + kept * greatest - span**2) - np.maximum(
            bottom, apart + others * least + 2 * pair
        )
        # Where the interval tells no deviation, any will do that the scores can have at all.
        return np.asarray(fits & (~self.simple | (wide >= jump)), dtype=np.bool_)

    def squares(self, level: int) -> dict[int, tuple[int, tuple[float, float]]]:
        """Return by n a sum (in units above the lowest) that looks like the mean, and what its squares can add up to.

        Of the first small count; `level`: a place in `_TIMES`.
        """
        found = {}
        for n, reach in zip(self.sizes, self.reach, strict=True):
            low, unit = self.of["low"], self.of["unit"]
            total = np.round(n * (self.of["mean"] - low) / unit)
            bottom, top = self._squares(n, reach, _TIMES[level], low + total / n * unit)
            around = float(total[0] ** 2 / n[0])
            found[int(n[0])] = (int(total[0]), (float(bottom[0]) + around, float(top[0]) + around))
        return found

    def _squares(self, n: Sizes, reach: Floats, times: int, mean: Floats) -> tuple[Floats, Floats]:
        """Return between which sums of squared deviations (in units²) the interval leaves `n` scores with that mean."""
        step = times * self.step
        low, high = np.floor(self.of["ci_low"] / step) * step, np.ceil(self.of["ci_high"] / step) * step
        # The end below lies in the step that begins at `low`, the end above in the one that ends at `high`.
        ends = (
            np.maximum(np.maximum(mean - low, high - mean) - step, 0.0),
            np.maximum(np.minimum(mean - low, high - mean), 0.0),
        )
        bottom, top = ((n - 1) * (half / reach / self.of["unit"]) ** 2 for half in ends)
        return bottom, top
