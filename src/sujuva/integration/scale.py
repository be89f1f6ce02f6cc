"""Scale of functional integration: the actual rank of each link beside its optimum, on a continuum of 0–100.

Source: Ahgren & Axelsson (2005), International Journal of Integrated Care 5 (PMC1395513): a continuum from full
segregation (0) through linkage, coordination in network and cooperation to full integration (100), an optimum beside
the actual rank, vertical, horizontal, intra- and inter-organisational links, counts of links as a percentage of the
possible links of that kind, and the mean of a unit over vertical and horizontal links together. This project's own:
ratings of 0–4 take the five places 0, 25, 50, 75 and 100; links between levels of services are vertical, within a
level horizontal; within a sector intra, between sectors inter; a link is a rating of at least 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.integration.matrices import Matrix, Sociomatrix, Unlisted, sociomatrices
from sujuva.integration.measures import FEW_ACTORS, NO_RATINGS, SOME_MISSING, Measure
from sujuva.integration.ratings import actors_of, check_depth_max, indicators_of, off_scale

LEVELS_UNKNOWN = "levels_unknown"
"""Note: the table of organisations does not tell the levels that the measure needs."""
SOME_LEVELS_UNKNOWN = "some_levels_unknown"
"""Note beside a value: links of organisations of unknown level are left out."""
NO_LINKS_OF_KIND = "no_possible_links"
"""Note: no two organisations could have a link of that kind."""
LINK = 1
"""Lowest rating that is a link: the first step away from full segregation."""
_FULL = 100
_BY_LEVEL = ("vertical", "horizontal", "vertical_horizontal")


@dataclass(frozen=True)
class _Kinds:
    """Which ordered pairs are links of each kind, and why a kind has no value or only part of one."""

    pairs: dict[str, npt.NDArray[np.bool_]]
    unknown: npt.NDArray[np.bool_]


def scale_indicators(
    actors: pl.DataFrame, ties: pl.DataFrame, *, depth_max: int = 4, unlisted: Unlisted = "auto"
) -> pl.DataFrame:
    """Compute the scale of integration of every region, wave and relation.

    Args:
        actors: As for `sujuva.integration.sociomatrices`, which also says what is refused; without `level`, vertical
            and horizontal links have no value.
        ties: Likewise; observed is the actual rank, expected the optimum.
        depth_max: Highest rating, which is full integration, at least 1.
        unlisted: What a pair without a row means.

    Returns:
        Tidy indicators: scale_actual and scale_optimum (means on 0–100), scale_links and scale_links_optimum (links
        as a share of those possible). `scale` is the relation, `category` vertical, horizontal, intra, inter,
        vertical_horizontal (both together) or "" (all links); n is the number of organisations.
    """
    check_depth_max(depth_max)
    return indicators_of(
        sociomatrices(actors, ties, unlisted=unlisted), lambda one: _measures(one, slice(None), depth_max)
    )


def scale_actors(
    actors: pl.DataFrame, ties: pl.DataFrame, *, depth_max: int = 4, unlisted: Unlisted = "auto"
) -> pl.DataFrame:
    """Compute the scale of integration of every unit, from the links as the unit itself ranks them.

    Arguments are those of `scale_indicators`.

    Returns:
        Columns `ACTORS`; measures are named as the indicators of `scale_indicators`, with the kind of links behind
        them, such as scale_actual_vertical. The unit mean of the source is scale_links_vertical_horizontal.
    """
    check_depth_max(depth_max)

    def units(one: Sociomatrix) -> dict[str, list[Measure]]:
        found = [_measures(one, slice(number, number + 1), depth_max) for number in range(one.size)]
        keys = found[0] if found else ()
        return {"_".join(filter(None, key)): [unit[key] for unit in found] for key in keys}

    return actors_of(sociomatrices(actors, ties, unlisted=unlisted), units)


def _measures(network: Sociomatrix, rows: slice, depth_max: int) -> dict[tuple[str, str], Measure]:
    """Return the measures over the links that the units of `rows` rank, by (indicator, kind of links)."""
    kinds = _kinds(network)
    found = {}
    for suffix, ratings in (("", network.observed), ("optimum", network.expected)):
        mine = ratings[rows]
        over = off_scale(network, depth_max, mine)
        for kind, pairs in kinds.pairs.items():
            possible = pairs[rows]
            known = mine[possible & ~np.isnan(mine)]
            # Whether a rating is a link does not rest on how high the scale goes; its place on the continuum does.
            reason = _reason(kind, possible, kinds.unknown[rows], known)
            beside = _beside(kind, possible, kinds.unknown[rows], known)
            mean = reason or over
            found["scale_optimum" if suffix else "scale_actual", kind] = (
                Measure(None, mean) if mean else Measure(_FULL * float(known.sum()) / (depth_max * known.size), beside)
            )
            found["scale_links_optimum" if suffix else "scale_links", kind] = (
                Measure(None, reason) if reason else Measure(float((known >= LINK).sum() / known.size), beside)
            )
    return found


def _kinds(network: Sociomatrix) -> _Kinds:
    size = len(network.organisations)
    pairs = ~np.eye(size, dtype=bool)
    sectors = np.array(network.sectors, dtype=object)
    levels = np.array(network.levels, dtype=object)
    told = np.array([level is not None for level in network.levels], dtype=bool)
    both = pairs & told[:, None] & told[None, :]
    intra = pairs & (sectors[:, None] == sectors[None, :])
    horizontal = both & (levels[:, None] == levels[None, :])
    return _Kinds(
        {
            "": pairs,
            "vertical_horizontal": both,
            "vertical": both & ~horizontal,
            "horizontal": horizontal,
            "intra": intra,
            "inter": pairs & ~intra,
        },
        pairs & ~both,
    )


def _reason(kind: str, possible: npt.NDArray[np.bool_], unknown: npt.NDArray[np.bool_], known: Matrix) -> str:
    """Say why links of this kind have no value; "" where they have one."""
    if known.size:
        return ""
    if possible.shape[1] < 2:  # noqa: PLR2004
        return FEW_ACTORS
    if possible.any():
        return NO_RATINGS
    return LEVELS_UNKNOWN if kind in _BY_LEVEL and unknown.any() else NO_LINKS_OF_KIND


def _beside(kind: str, possible: npt.NDArray[np.bool_], unknown: npt.NDArray[np.bool_], known: Matrix) -> str:
    if kind in _BY_LEVEL and unknown.any():
        return SOME_LEVELS_UNKNOWN
    return SOME_MISSING if known.size < possible.sum() else ""
