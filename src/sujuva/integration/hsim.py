"""Human Service Integration Measure: extent, scope and depth of integration, as it is and as it is expected to be.

Sources: Browne et al. (2004), International Journal of Integrated Care 4:e03; Browne et al. (2007), ibid. 7:e51. The
scale is theirs (0 non-awareness, 1 awareness, 2 communication, 3 coordination, 4 collaboration), and so are extent,
scope, depth, congruence within an agency and reciprocity between agencies. Their exact arithmetic is not verified:
the formulas here are this project's own. Ratings that are missing are left out of numerator and denominator alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from sujuva.integration.matrices import Matrix, Sociomatrix, Unlisted, sociomatrices
from sujuva.integration.measures import SOME_MISSING, UNDIRECTED, Measure
from sujuva.integration.ratings import (
    actors_of,
    check_depth_max,
    indicators_of,
    mean_of,
    off_scale,
)

NO_SECTORS = "no_sectors"
"""Note: the sector of no service is known, so that nothing within or between sectors can be told."""


def hsim_indicators(
    actors: pl.DataFrame, ties: pl.DataFrame, *, depth_max: int = 4, unlisted: Unlisted = "auto"
) -> pl.DataFrame:
    """Compute the HSIM of every region, wave and relation.

    Args:
        actors: As for `sujuva.integration.sociomatrices`, which also says what is refused; as `ties` and `unlisted`.
        ties: Ratings of relations of the kind tie.
        depth_max: Highest rating of the scale, at least 1.
        unlisted: What a pair without a row means.

    Returns:
        Tidy indicators `hsim_*`: `scale` is the relation, n the number of services. In a network of which a rating
        is above `depth_max` what rests on the scale is null with the note ratings_above_range; nothing is clipped.
        Where no service has a sector ("") what rests on sectors is null with the note no_sectors.
    """
    check_depth_max(depth_max)
    found = sociomatrices(actors, ties, unlisted=unlisted)
    return indicators_of(found, lambda one: {(name, ""): value for name, value in hsim(one, depth_max).items()})


def hsim_actors(
    actors: pl.DataFrame, ties: pl.DataFrame, *, depth_max: int = 4, unlisted: Unlisted = "auto"
) -> pl.DataFrame:
    """Compute scope, depth, gap and congruence of every service; arguments are those of `hsim_indicators`.

    Returns:
        Columns `ACTORS`. Out is what a service says of others, in what others say of it. The note missing_ratings
        stands beside a value for which some ratings are missing: a scope is a count, and could then be higher.
    """
    check_depth_max(depth_max)
    return actors_of(sociomatrices(actors, ties, unlisted=unlisted), lambda one: _of_actors(one, depth_max))


def hsim(network: Sociomatrix, depth_max: int) -> dict[str, Measure]:
    """Return the measures of one network, by indicator; with o and e the ratings observed and expected of a pair."""
    o, e = network.observed, network.expected
    size = network.size
    few = size < 2  # noqa: PLR2004
    unknown = "" if any(network.sectors) else NO_SECTORS
    same = np.equal.outer(np.array(network.sectors), np.array(network.sectors))
    of_o = off_scale(network, depth_max, o)
    of_e = off_scale(network, depth_max, e)
    of_both = of_o or of_e
    upper = np.triu_indices(size, 1)
    one, other = o[upper], o.T[upper]
    between = UNDIRECTED if not network.directed else ""
    depth = mean_of(o, few=few, note=of_o)
    wished = mean_of(e, few=few, note=of_e)
    apart, apart_pairs = np.abs(o - e), np.abs(one - other)
    return {
        "hsim_extent_services": Measure(float(size)),
        "hsim_extent_sectors": Measure(None, unknown) if unknown else Measure(float(len(set(network.sectors)))),
        "hsim_known": Measure(float((~np.isnan(o)).sum() / (size * (size - 1)))) if not few else depth,
        "hsim_scope": mean_of(_at_least(o, 1), few=few),
        "hsim_scope_expected": mean_of(_at_least(e, 1), few=few),
        "hsim_depth": depth,
        "hsim_depth_percent": _divided(depth, depth_max),
        "hsim_depth_expected": wished,
        "hsim_depth_expected_percent": _divided(wished, depth_max),
        "hsim_gap": mean_of(e - o, few=few, note=of_both),
        "hsim_congruence": mean_of(_at_most(apart, 0), few=few, note=of_both),
        "hsim_congruence_graded": mean_of(1 - apart / depth_max, few=few, note=of_both),
        "hsim_reciprocity": mean_of(_at_most(apart_pairs, 0), few=few, note=between or of_o),
        "hsim_reciprocity_within_one": mean_of(_at_most(apart_pairs, 1), few=few, note=between or of_o),
        "hsim_reciprocity_graded": mean_of(1 - apart_pairs / depth_max, few=few, note=between or of_o),
        "hsim_depth_confirmed": mean_of(np.minimum(one, other), few=few, note=of_o),
        "hsim_depth_pairs": mean_of((one + other) / 2, few=few, note=of_o),
        "hsim_depth_intra": mean_of(o[same], few=few, note=unknown or of_o),
        "hsim_depth_inter": mean_of(o[~same], few=few, note=unknown or of_o),
    }


def _of_actors(network: Sociomatrix, depth_max: int) -> dict[str, list[Measure]]:
    o, e = network.observed, network.expected
    apart = np.abs(o - e)

    def rows(values: Matrix, *ratings: Matrix) -> list[Measure]:
        return _rows(values, [off_scale(network, depth_max, *row) for row in zip(*(ratings or (values,)), strict=True)])

    return {
        "hsim_scope_out": _rows(_at_least(o, 1), count=True),
        "hsim_scope_in": _rows(_at_least(o.T, 1), count=True),
        "hsim_depth_out": rows(o),
        "hsim_depth_in": rows(o.T),
        "hsim_depth_expected_out": rows(e),
        "hsim_depth_expected_in": rows(e.T),
        "hsim_gap": rows(e - o, o, e),
        "hsim_congruence": rows(_at_most(apart, 0), o, e),
        "hsim_congruence_graded": rows(1 - apart / depth_max, o, e),
    }


def _rows(values: Matrix, reasons: Sequence[str] = (), *, count: bool = False) -> list[Measure]:
    """Return the mean, or the sum, of each row; none where there is a reason why it has none."""
    size = len(values)
    found = []
    for row, reason in zip(values, reasons or [""] * size, strict=True):
        known = row[~np.isnan(row)]
        value, note = mean_of(row, few=size < 2, note=reason)  # noqa: PLR2004
        if value is not None:
            value = float(known.sum()) if count else value
            note = SOME_MISSING if known.size < size - 1 else ""
        found.append(Measure(value, note))
    return found


def _at_least(ratings: Matrix, step: int) -> Matrix:
    """1 where a rating is at least `step`, 0 where it is below, NaN where it is not known."""
    return np.where(np.isnan(ratings), np.nan, ratings >= step)


def _at_most(ratings: Matrix, step: int) -> Matrix:
    return np.where(np.isnan(ratings), np.nan, ratings <= step)


def _divided(measure: Measure, by: int) -> Measure:
    return measure if measure.value is None else Measure(measure.value / by)
