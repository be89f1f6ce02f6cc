"""How a network changed between waves, with intervals by the vertex bootstrap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import polars as pl
from scipy.special import stdtr

from sujuva.errors import ParameterError
from sujuva.estimation import with_false_discovery
from sujuva.estimation.interval import NO_VARIATION, check_confidence, t_interval
from sujuva.integration.dyads import Ratio, Statistic, statistics
from sujuva.integration.matrices import Matrix, Sociomatrix, sociomatrices
from sujuva.integration.measures import FEW_ACTORS
from sujuva.integration.ratings import check_depth_max, stream
from sujuva.integration.ties import TieRule
from sujuva.integration.vertex import FEWEST, Spread, chunks, corrected, resample
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY, NO_COMPARISON

NETWORK_CHANGE = "network_change"
FEW_COMMON = "few_common_actors"
"""Note: too few organisations are in both waves for an interval."""
DIRECTION_CHANGED = "direction_changed"
"""Note: the relation has a direction in one of the waves only."""
FEW_RESAMPLES = "few_resamples"
"""Note: the measure has no value in too many resamples for an interval."""
ENOUGH = 10
"""With fewer actors in both waves, an interval has the note few_actors. This project's own."""
_FEWEST_ACTORS = 3
_FEWEST_SHARE = 0.9
"""Of the resamples, this share must have a value. This project's own."""


def network_changes(
    actors: pl.DataFrame,
    ties: pl.DataFrame,
    rule: TieRule,
    *,
    bootstrap: int = 2000,
    seed: int = 20221207,
    confidence: float = 0.95,
    depth_max: int = 4,
) -> pl.DataFrame:
    """Compare each wave of a network with the one before, and the last with the first.

    Both sides are measured among the actors that were in both waves: those who sent or received a report in each.
    The same resample of actors is taken in both waves. The standard error is that of `sujuva.integration.vertex`: the
    variance of the vertex bootstrap without its dyadic part; interval and p are those of its t distribution. Where
    nothing changed, a test at 5 % rejects in about 4–6 %; in fewer for E-I where actors differ much and for
    centralization, which are too cautious, and in up to 8 % for the gap in such networks of ten actors
    (benchmarks/vertex_bootstrap.py).

    Args:
        actors: As for `sujuva.integration.sociomatrices`, which also says what is refused.
        ties: Ratings of relations of the kind tie.
        rule: When a rating is a tie.
        bootstrap: Number of resamples.
        seed: Start of the random numbers; each network has its own from it.
        confidence: Coverage of the intervals.
        depth_max: Highest rating of the scale of HSIM.

    Returns:
        Columns `COMPARISONS`, comparison "network_change", sorted by `COMPARISONS_KEY`: `scale` is the relation,
        `category` the indicator that changed, wave the later and other_wave the earlier one; estimate is later minus
        earlier; clusters, n and other_n are the actors in both waves; q is over the measures of a region and pair of
        waves. A change without a value is null and has a note.

    Raises:
        ParameterError: A parameter is out of range.
    """
    check_confidence(confidence)
    check_depth_max(depth_max)
    if bootstrap < 2:  # noqa: PLR2004
        msg = f"bootstrap is {bootstrap}: a spread needs at least 2 resamples."
        raise ParameterError(msg, "2000 are plenty.")
    rows: list[dict[str, Any]] = []
    networks = sorted(
        sociomatrices(actors, ties, unlisted=rule.unlisted), key=lambda one: (one.region, one.relation, one.wave)
    )
    for (region, relation), some in groupby(networks, key=lambda one: (one.region, one.relation)):
        waves = list(some)
        for earlier, later in dict.fromkeys([*pairwise(range(len(waves))), (0, len(waves) - 1)]):
            if earlier == later:
                continue
            first, last = waves[earlier], waves[later]
            rng = stream(seed, region, relation, first.wave, last.wave)
            place = {"scale": relation, "region": region, "wave": last.wave, "other_wave": first.wave}
            rows += [one | place for one in _changes(first, last, rule, depth_max, bootstrap, rng, confidence)]
    made = pl.DataFrame(rows, schema={name: kind for name, kind in COMPARISONS.items() if name != "q"})
    whole = with_false_discovery(made, ["region", "wave", "other_wave"])
    return whole.select(pl.col(name).cast(kind) for name, kind in COMPARISONS.items()).sort(COMPARISONS_KEY)


def _changes(
    first: Sociomatrix,
    last: Sociomatrix,
    rule: TieRule,
    depth_max: int,
    draws: int,
    rng: np.random.Generator,
    confidence: float,
) -> Iterator[dict[str, Any]]:
    common = np.flatnonzero(_present(first) & _present(last))
    n = int(common.size)
    first, last = _among(first, common), _among(last, common)
    names = list(statistics(first, rule, depth_max)) if n >= _FEWEST_ACTORS else list(statistics(last, rule, depth_max))
    blank = NO_COMPARISON | {"comparison": NETWORK_CHANGE, **dict.fromkeys(("clusters", "n", "other_n"), n)}
    del blank["q"]
    pairs = {}
    if n >= _FEWEST_ACTORS:
        before, after = statistics(first, rule, depth_max), statistics(last, rule, depth_max)
        pairs = {name: (before[name], after[name]) for name in names}
    boot = _variances(pairs, n, draws, rng) if n >= FEWEST else {}
    for name in names:
        row = blank | {"category": name}
        if n < _FEWEST_ACTORS:
            yield row | {"note": FEW_COMMON}
            continue
        one, other = pairs[name]
        reason = one.reason or other.reason or ("" if first.directed == last.directed else DIRECTION_CHANGED)
        if reason:
            yield row | {"note": reason}
            continue
        estimate = other.value - one.value
        row["estimate"] = estimate
        if n < FEWEST:
            yield row | {"note": FEW_COMMON}
            continue
        if name in boot and boot[name] is None:
            yield row | {"note": FEW_RESAMPLES}
            continue
        plain, *own = one.change(other)
        found = [corrected(boot.get(name), plain), *(corrected(None, parts) for parts in own)]
        if None in found:
            yield row | {"note": NO_VARIATION}
        else:
            spread = min((each for each in found if each is not None), key=lambda each: each.se)
            yield row | _tested(estimate, spread, confidence) | {"note": FEW_ACTORS if n < ENOUGH else ""}


def _tested(estimate: float, spread: Spread, confidence: float) -> dict[str, float]:
    low, high = t_interval(estimate, spread.se, spread.df, confidence)
    p = 2 * float(stdtr(spread.df, -abs(estimate) / spread.se))
    return {"se": spread.se, "df": spread.df, "ci_low": low, "ci_high": high, "p": p}


def _variances(
    pairs: dict[str, tuple[Statistic, Statistic]], n: int, draws: int, rng: np.random.Generator
) -> dict[str, float | None]:
    """Return the variance over resamples of each change in a ratio of sums over dyads.

    None where too few resamples have a value.
    """
    usable = {
        name: (one, other)
        for name, (one, other) in pairs.items()
        if isinstance(one, Ratio) and isinstance(other, Ratio) and not (one.reason or other.reason)
    }
    found: dict[str, list[Matrix]] = {name: [] for name in usable}
    for size in chunks(n, draws):
        counts = resample(n, size, rng)
        for name, (one, other) in usable.items():
            found[name].append(other.resampled(counts) - one.resampled(counts))
    variances: dict[str, float | None] = {}
    for name, parts in found.items():
        values = np.concatenate(parts)
        known = values[~np.isnan(values)]
        enough = known.size >= max(2, _FEWEST_SHARE * draws)
        variances[name] = float(known.var(ddof=1)) if enough else None
    return variances


def _present(network: Sociomatrix) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether each actor was in the network: who rated somebody, or was rated (also with 0)."""
    known = ~np.isnan(network.observed)
    return np.asarray(known.any(axis=0) | known.any(axis=1))


def _among(network: Sociomatrix, actors: np.ndarray[Any, np.dtype[np.intp]]) -> Sociomatrix:
    """The network among some of its actors."""
    places, cells = actors.tolist(), np.ix_(actors, actors)
    return replace(
        network,
        organisations=tuple(network.organisations[place] for place in places),
        sectors=tuple(network.sectors[place] for place in places),
        levels=tuple(network.levels[place] for place in places),
        observed=network.observed[cells],
        expected=network.expected[cells],
    )
