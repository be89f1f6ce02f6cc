"""Signals: which areas are unusual beside the country, and which have changed, with false discoveries controlled.

Two questions are asked of every series. *Level*: does the area lie outside of the funnel of this year? *Change*: has
its rate relative to the country's changed within its stretch of years? The rules of `runs`, EWMA, CUSUM and the method
of Farrington each give a p-value of the last year. These become one, and then one with that of the level, by the Cauchy
combination (Liu & Xie 2020, Journal of the American Statistical Association 115, 393–402): it holds in the tail,
whatever the rules have to do with each other. Benjamini & Hochberg's q over all series decides what is told.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sujuva.estimation.discovery import adjusted
from sujuva.situation import funnel
from sujuva.situation.charts import Chart, self_starting
from sujuva.situation.counts import cusum, cusum_chance, ewma
from sujuva.situation.farrington import farrington
from sujuva.situation.funnel import Kind
from sujuva.situation.intervals import FEWEST_EVENTS, Floats
from sujuva.situation.panel import Panel
from sujuva.situation.runs import RULES

FALSE_DISCOVERIES = 0.05
"""Share of the told signals that may be false."""
MEMORY = ("ewma", "cusum", "farrington")
"""Methods beside the run rules."""
METHODS = (*RULES, *MEMORY)
"""Everything that looks for a change, in the order in which it is told."""
# Rules that count points cannot be very sure in a short series: with full weight the others would be held back by them.
_WEIGHTS = (*(0.5 if rule.whole else 1.0 for rule in RULES.values()), *[1.0] * len(MEMORY))
FEWEST_AREAS = 10
"""Areas that it takes to estimate how much areas differ; with fewer, chance alone makes the limits of a funnel."""
FEWEST_EXPECTED = 20
"""Events that an area lets one expect, to count in how much areas or years differ: fewer are no normal numbers. With
fewer than ten events none does, so that nothing told of others is made of a number too small to publish."""
_SURE = 0.95  # what a method sees nothing in is not held against the others
_FEWEST_SCORES = 20  # of years before the last, to estimate how much more than by chance they vary
_DOUBTFUL, _MANY = 0.1, 1000
_RECENT = 6  # years before the last that tell how much years vary
_FARRINGTON = 5  # years before the last that its model looks at
_ALMOST = 0.999  # of the country's people: an area with more of them is the country
_BLOCK = 20_000  # series at once: enough for one call of NumPy, few enough for the processor's cache


@dataclass(frozen=True)
class Judged:
    """What was found about every series of a panel in its last year, in the panel's order; NaN: not judged.

    `level` and `change` are p-values, `p` is of both together and `q` adjusted over all series; `level_z` tells how
    many standard deviations the area is from the country's rate; `methods` are p-values of change, series × `METHODS`.
    `z` are yearly scores of the own stretch, corrected for over-dispersion, `centre` and `spread` the expected events
    and their standard deviation; `target` is the country's rate, series × years; `tau2` and `omega2` are the variance
    between areas, and over years, beyond chance; `between` tells where there were areas enough to estimate `tau2`.
    """

    panel: Panel
    p: Floats
    q: Floats
    level: Floats
    level_z: Floats
    change: Floats
    methods: Floats
    z: Floats
    centre: Floats
    spread: Floats
    target: Floats
    tau2: Floats
    omega2: Floats
    between: NDArray[np.bool_]


@dataclass(frozen=True)
class _Block:
    """Series of whole statistics: their counts, kinds, places in a table of statistics, and the country's rows."""

    rows: slice
    events: Floats
    base: Floats
    share: NDArray[np.bool_]
    statistic: NDArray[np.int64]
    place: NDArray[np.int64]
    country: NDArray[np.int64]  # the row of the country; -1: there is none
    step: Floats  # in which rates are published, where denominators are reckoned back from them; else 0
    counted: NDArray[np.bool_]  # whether it counts in how much areas differ
    starts: NDArray[np.bool_]


def judge(
    counts: Panel,
    kinds: Mapping[str, Kind],
    *,
    country: str,
    breaks: Mapping[str, Collection[int]] | None = None,
    overlapping: Collection[str] = (),
    steps: Mapping[str, float] | None = None,
) -> Judged:
    """Judge every series in the last year of the panel.

    Args:
        counts: The counts, with the country's rows.
        kinds: Statistic to share or rate.
        country: The region whose rate is the target.
        breaks: Statistic to the years in which a new stretch of years starts; they are declared by people, never
            guessed. Nothing is compared across them.
        overlapping: Regions that are made of others, and so do not count in how much areas differ.
        steps: Statistic to the step in which its rates are known, where denominators are reckoned back from rates: an
            area is not outside of a funnel by rounding.
    """
    blocks = list(
        _blocks(counts, kinds, country=country, breaks=breaks or {}, overlapping=overlapping, steps=steps or {})
    )
    number, size = counts.events.shape
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(("level", "level_z", "change", "tau2", "omega2"), (number,))
    shapes |= {"methods": (number, len(METHODS))} | dict.fromkeys(("z", "centre", "spread", "target"), (number, size))
    found = {name: np.empty(shape) for name, shape in shapes.items()}
    between = np.zeros(number, dtype=np.bool_)

    def put(block: _Block) -> None:
        made, between[block.rows] = _judged(block)
        for name, part in made.items():
            found[name][block.rows] = part

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(put, blocks))
    p = combined(np.stack([found["level"], found["change"]], axis=1))
    return Judged(counts, **found, p=p, q=adjusted(p), between=between)


def _blocks(
    counts: Panel,
    kinds: Mapping[str, Kind],
    *,
    country: str,
    breaks: Mapping[str, Collection[int]],
    overlapping: Collection[str],
    steps: Mapping[str, float],
) -> Iterator[_Block]:
    marks = counts.series.select(
        "scale",
        statistic=pl.struct("scale", "category").rle_id().cast(pl.Int64),
        home=pl.col("region") == country,
        counted=~pl.col("region").is_in([country, *overlapping]),
    ).with_columns(place=pl.int_range(pl.len()).over("statistic"))
    statistic, home = marks["statistic"].to_numpy(), marks["home"].to_numpy()
    place, counted = marks["place"].to_numpy(), marks["counted"].to_numpy()
    firsts = np.flatnonzero(np.diff(statistic, prepend=-1))
    scales = marks["scale"][firsts].to_list()
    rows_of_country = np.full(len(firsts), -1)
    rows_of_country[statistic[home]] = np.flatnonzero(home)
    years = np.asarray(counts.years)
    share = np.asarray([kinds[scale] == "share" for scale in scales])
    new = np.asarray([np.isin(years, list(breaks.get(scale, ()))) for scale in scales])
    step = np.asarray([steps.get(scale, 0.0) for scale in scales])
    ends = np.append(firsts[1:], len(statistic))
    begin = 0
    for turn, end in enumerate(ends):
        if end - begin < _BLOCK and turn < len(ends) - 1:
            continue
        rows = slice(begin, end)
        own = statistic[rows]
        there = rows_of_country[own]
        yield _Block(
            rows, counts.events[rows], counts.base[rows], share[own], own - own[0], place[rows],
            np.where(there < 0, -1, there - begin), step[own], counted[rows], new[own],
        )  # fmt: skip
        begin = int(end)


def _judged(block: _Block) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    """Judge a block: the arrays of `Judged` but for p and q, and `between`."""
    # Years beside each other in memory: everything goes through a block year by year.
    block = replace(block, events=np.asfortranarray(block.events), base=np.asfortranarray(block.base))
    there = block.country >= 0
    home = there & (block.country == np.arange(len(block.country)))
    row = np.where(there, block.country, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = block.events / block.base
    rate_of = np.where((there & ~home)[:, None] & (rate > 0)[row], rate[row], np.nan)
    target = np.asfortranarray(rate_of)
    damp = (1 - target * block.share[:, None]) * (1 - np.minimum(block.base / block.base[row], _ALMOST))
    level, level_z, tau2, between = _level(block, rate[:, -1], target[:, -1], damp[:, -1])
    expected = block.base * target
    chart = self_starting(block.events, expected, starts=block.starts, damp=damp)
    z, omega2 = _within(block, chart)
    years = np.arange(z.shape[1])
    begun = np.where(block.starts, years, 0).max(axis=1, initial=0)
    own = years >= begun[:, None]
    if not own.all():
        z = np.where(own, z, np.nan)
    counted = np.where(own, block.events, np.nan)
    methods = _methods(z, counted, expected, omega2 == 0)
    made = {
        "level": level, "level_z": level_z, "change": combined(methods, _WEIGHTS), "methods": methods, "z": z,
        "centre": chart.centre, "spread": chart.spread, "target": target, "tau2": tau2, "omega2": omega2,
    }  # fmt: skip
    return made, between


def _level(
    block: _Block, rate: Floats, target: Floats, damp: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Return the p-value of the funnel, the z-score, the variance between areas and whether it could be estimated."""
    spread = target * damp / block.base[:, -1] + block.step**2 / 6  # a rounding of the rate and one of the target
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (rate - target) / np.sqrt(spread)
    enough = (block.base[:, -1] * target >= FEWEST_EXPECTED) & (block.events[:, -1] >= FEWEST_EVENTS)
    table = _table(block, np.where(block.counted & enough & np.isfinite(z), z, np.nan))
    spreads = _table(block, np.where(np.isfinite(spread) & (spread > 0), spread, 1.0), 1.0)
    found = funnel.balanced(table, spreads)
    estimated = found.areas >= FEWEST_AREAS
    tau2, between = np.where(estimated, found.tau2, 0.0)[block.statistic], estimated[block.statistic]
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (rate - target) / np.sqrt(spread + tau2)
    p = funnel.chance(score)
    # Few events are no normal numbers: where chance alone makes the limits and it matters, it is reckoned exactly.
    exact = np.flatnonzero((tau2 == 0) & (block.step == 0) & (p < _DOUBTFUL) & (block.events[:, -1] < _MANY))
    for kind, of_kind in (("share", block.share), ("rate", ~block.share)):
        some = exact[of_kind[exact]]
        if len(some):
            n, x = block.base[some, -1], block.events[some, -1]
            p[some] = funnel.mid_p(x, n, target[some], cast("Kind", kind))
    told = np.isfinite(score)
    return np.where(told, p, np.nan), np.where(told, score, np.nan), tau2, between


def _within(block: _Block, chart: Chart) -> tuple[Floats, Floats]:
    """Return scores corrected for how much more than by chance the years of an area vary, and that variance ω².

    The spread of the chart becomes that of a prediction with it.

    ω² is the variance of an area's true rate from year to year in squares of its mean, by the same moments as τ², from
    all areas of a statistic in the six years before the last. A prediction from k years has 1 + 1/k times that.
    """
    z = chart.z
    if z.shape[1] < 2:  # noqa: PLR2004
        return z, np.zeros(len(z))
    recent = slice(max(z.shape[1] - 1 - _RECENT, 0), z.shape[1] - 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = (chart.spread[:, recent] / chart.centre[:, recent]) ** 2
    usable = np.isfinite(relative) & (relative > 0) & block.counted[:, None]
    usable &= (chart.centre[:, recent] >= FEWEST_EXPECTED) & (block.events[:, recent] >= FEWEST_EVENTS)
    # The moments take variances of a constant ω²: those of predictions are put on the scale of one year.
    table = _table(block, np.where(usable, z[:, recent], np.nan))
    found = funnel.balanced(table, _table(block, np.where(usable, relative / chart.more[:, recent], 1.0), 1.0))
    omega2 = np.where(found.areas >= _FEWEST_SCORES, found.tau2, 0.0)[block.statistic]
    if not omega2.any():
        return z, omega2
    with np.errstate(invalid="ignore", divide="ignore"):
        wider = np.sqrt(1.0 + omega2[:, None] * chart.more * (chart.centre / chart.spread) ** 2)
    chart.spread[:] *= wider
    return z / wider, omega2


def _table(block: _Block, values: Floats, empty: float = np.nan) -> Floats:
    """Lay values of series out by statistic, in a row each; `empty` where one has fewer series than another."""
    flat = values.reshape(len(values), -1)
    wide = np.full((int(block.statistic[-1]) + 1, int(block.place.max()) + 1, flat.shape[1]), empty)
    wide[block.statistic, block.place] = flat
    return wide.reshape(len(wide), -1)


def _methods(z: Floats, events: Floats, expected: Floats, steady: NDArray[np.bool_]) -> Floats:
    """Return the p-values of `METHODS` of the last year; NaN where the last year has no score.

    Farrington's method has its say where years do not vary more than by chance (`steady`: ω² is 0): five years of one
    area are too few to tell by how much.
    """
    found = [rule.middle(rule.statistic(z)) for rule in RULES.values()]
    found.append(funnel.chance(np.nan_to_num(ewma(z)[:, -1])) if z.shape[1] else np.ones(len(z)))
    upper, lower = cusum(z)
    points = (~np.isnan(z)).sum(axis=1)
    both = np.maximum(upper[:, -1], lower[:, -1])
    found.append(np.minimum(1.0, 2.0 * cusum_chance(both, points)))
    counts = np.full(len(z), np.nan)
    if z.shape[1] > _FARRINGTON and steady.any():
        exposure = np.where(np.isnan(expected), 0.0, expected)
        counts[steady] = farrington(events[steady], exposure=exposure[steady]).p
    found.append(counts)
    return np.where(np.isnan(z[:, -1])[:, None], np.nan, np.stack(found, axis=1))


def combined(p_values: Floats, weights: Sequence[float] | None = None) -> Floats:
    """Combine the p-values of each row: the mean of tan((½ − p)π) is Cauchy where there is no change.

    Args:
        p_values: Rows × tests; NaN: no test.
        weights: How much each test counts; default: alike.
    """
    known = ~np.isnan(p_values)
    bounded = np.clip(np.where(known, p_values, 0.5), 1e-15, _SURE)
    weight = known * np.asarray(weights or [1.0] * p_values.shape[1])
    whole = weight.sum(axis=1)
    total: Floats = (weight * np.tan((0.5 - bounded) * np.pi)).sum(axis=1)
    return np.where(whole > 0, 0.5 - np.arctan(total / np.where(whole > 0, whole, 1.0)) / np.pi, np.nan)
