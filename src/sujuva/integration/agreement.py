"""Agreement on integration from four perspectives: how far involvement as perceived is involvement as expected.

Source: Ye et al. (2012), International Journal of Integrated Care 12 (PMC3601536): perceived by others against expected
by others, perceived by itself against expected by others, perceived by others against expected by itself, and
perceived by itself against expected by itself; the global score of an agency is the mean of the four, and intervals
are by bootstrap. How the paper scores the agreement of two ratings is not verified. The first measure here is exact
agreement (the share of partners for whom the two ratings are equal); the second is graded, 1 − |difference|/maximum.
Both are this project's own.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sujuva.errors import ParameterError
from sujuva.estimation.interval import check_confidence
from sujuva.integration.matrices import Matrix, Sociomatrix, Unlisted, sociomatrices
from sujuva.integration.measures import NO_RATINGS, UNDIRECTED, Measure
from sujuva.integration.ratings import actors_of, check_depth_max, mean_of, off_scale, stream
from sujuva.tidy import tidy_rows

PERSPECTIVES = ("others_others", "self_others", "others_self", "self_self")
"""Who perceives and who expects the involvement of an agency, in the order of the paper."""
FEW_AGENCIES = "few_agencies"
"""Note beside a value: with fewer than two agencies there is no interval."""


def agreement_indicators(
    actors: pl.DataFrame,
    ties: pl.DataFrame,
    *,
    depth_max: int = 4,
    unlisted: Unlisted = "auto",
    bootstrap: int = 2000,
    seed: int = 20221207,
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Compute the agreement scores of every region, wave and relation, with intervals by bootstrap over agencies.

    Args:
        actors: As for `sujuva.integration.sociomatrices`, which also says what is refused; as `ties` and `unlisted`.
        ties: Likewise.
        depth_max: Highest rating of the scale.
        unlisted: What a pair without a row means.
        bootstrap: Number of draws of agencies with replacement.
        seed: Start of the random numbers.
        confidence: Coverage of the percentile intervals.

    Returns:
        Tidy indicators agreement_exact and agreement_graded: `scale` is the relation, `category` one of
        `PERSPECTIVES` or "" for the global score, the estimate the mean over the agencies that have a score, and n
        their number.

    Raises:
        ParameterError: A parameter is out of range.
    """
    check_depth_max(depth_max)
    check_confidence(confidence)
    if bootstrap < 1:
        msg = f"bootstrap is {bootstrap}: it is a number of draws, of at least 1."
        raise ParameterError(msg)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    rows = []
    for one in sociomatrices(actors, ties, unlisted=unlisted):
        for (indicator, category), scores in _scores(one, depth_max).items():
            known = np.array([score.value for score in scores if score.value is not None])
            value, note = mean_of(known, note=_reason(scores) if not known.size else "")
            low = high = None
            if known.size > 1:
                # The same draws of agencies for every measure of a network.
                drawn = stream(seed, one.region, one.wave, one.relation).integers(
                    known.size, size=(bootstrap, known.size)
                )
                low, high = np.quantile(known[drawn].mean(axis=1), tails).tolist()
            elif known.size:
                note = FEW_AGENCIES
            where = {"scale": one.relation, "category": category, "region": one.region, "wave": one.wave}
            found = {"estimate": value, "ci_low": low, "ci_high": high, "n": known.size, "note": note}
            rows.append({"indicator": indicator, **where, **found})
    return tidy_rows(rows)


def agreement_actors(
    actors: pl.DataFrame, ties: pl.DataFrame, *, depth_max: int = 4, unlisted: Unlisted = "auto"
) -> pl.DataFrame:
    """Compute the agreement scores of every agency; arguments are those of `agreement_indicators`.

    Returns:
        Columns `ACTORS`: agreement_exact and agreement_graded, and each with a perspective behind it, such as
        agreement_exact_self_self.
    """
    check_depth_max(depth_max)
    return actors_of(
        sociomatrices(actors, ties, unlisted=unlisted),
        lambda one: {"_".join(filter(None, key)): scores for key, scores in _scores(one, depth_max).items()},
    )


def _scores(network: Sociomatrix, depth_max: int) -> dict[tuple[str, str], list[Measure]]:
    """Return the scores of each agency by measure and perspective ("" for the mean of the four)."""
    o, e = network.observed, network.expected
    few = len(network.organisations) < 2  # noqa: PLR2004
    over = off_scale(network, depth_max, o, e)
    reason = over or ("" if network.directed else UNDIRECTED)
    # Row i, column j: what is said of the involvement of agency i with partner j.
    pairs = dict(zip(PERSPECTIVES, ((o.T, e.T), (o, e.T), (o.T, e), (o, e)), strict=True))
    found: dict[tuple[str, str], list[Measure]] = {}
    for indicator in ("agreement_exact", "agreement_graded"):
        for name, (perceived, expected) in pairs.items():
            apart = np.abs(perceived - expected)
            agreed = _exact(apart) if indicator == "agreement_exact" else 1 - apart / depth_max
            found[indicator, name] = [mean_of(row, few=few, note=reason) for row in agreed]
        four = zip(*(found[indicator, name] for name in PERSPECTIVES), strict=True)
        found[indicator, ""] = [_mean(list(views)) for views in four]
    return found


def _exact(apart: Matrix) -> Matrix:
    return np.where(np.isnan(apart), np.nan, apart == 0)


def _mean(views: list[Measure]) -> Measure:
    """Return the mean of the four perspectives; none where one is missing, for it would stand for another thing."""
    values = [view.value for view in views if view.value is not None]
    return Measure(sum(values) / len(values)) if len(values) == len(views) else Measure(None, _reason(views))


def _reason(scores: list[Measure]) -> str:
    return next((note for value, note in scores if value is None), NO_RATINGS)
