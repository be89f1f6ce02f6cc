"""Where each organisation stands in its networks: ties, ways through it, gaps around it, and sectors it joins."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from sujuva.integration.brokers import brokerage, constraint
from sujuva.integration.centralization import betweenness, closeness
from sujuva.integration.core import core_periphery
from sujuva.integration.matrices import Sociomatrix, sociomatrices
from sujuva.integration.measures import FEW_ACTORS, NO_RATINGS, SOME_MISSING, UNDIRECTED, Counts, Measure, Network
from sujuva.integration.networks import with_gaps
from sujuva.integration.ratings import actors_of
from sujuva.integration.sectors import ei_actors
from sujuva.integration.ties import TieRule, reported, standing


def network_actors(actors: pl.DataFrame, ties: pl.DataFrame, rule: TieRule) -> pl.DataFrame:
    """Compute the place of every organisation in every network; arguments as for `network_indicators`.

    Returns:
        Columns `ACTORS`, sorted; the measures are those of `actor_measures`. A value that is missing is null and has a
        note.
    """
    return actors_of(sociomatrices(actors, ties, unlisted=rule.unlisted), lambda one: actor_measures(one, rule))


def actor_measures(matrix: Sociomatrix, rule: TieRule) -> dict[str, list[Measure]]:
    """Compute the measures of all actors of one network, in their order.

    `degree_in` and `degree_out` (ties as reported), `degree_total` (their sum; without direction the number of
    partners), `betweenness` (divided by the most it can be), `closeness` (Freeman's; within and by the size of the
    component where not all are connected), `constraint` (Burt), `ei` (E-I index), `core` (1 in the core of the best
    fit, else 0), and `broker_<role>` and `broker_total` (Gould & Fernandez).

    Args:
        matrix: The ratings.
        rule: When a rating is a tie.
    """
    network, reports = standing(matrix, rule), reported(matrix, rule)
    brokers = brokerage(network)
    between = [Measure(value) for value in betweenness(network)] if matrix.size > 2 else [_FEW] * matrix.size  # noqa: PLR2004
    found = {
        "betweenness": _noted(network, between, on_paths=True),
        "closeness": _noted(network, (Measure(value) for value in closeness(network)), on_paths=True),
        "constraint": _noted(network, constraint(network), on_paths=True),
        "ei": _noted(network, ei_actors(network).values()),
        "core": _noted(network, _core(network)),
        **{f"broker_{role}": _noted(network, map(_whole, counts)) for role, counts in brokers.items()},
        "broker_total": _noted(network, map(_whole, np.sum(list(brokers.values()), axis=0))),
    }
    return {**_degrees(reports), **found}


_FEW = Measure(None, FEW_ACTORS)


def _whole(count: int) -> Measure:
    return Measure(float(count))


def _noted(network: Network, values: Iterable[Measure], *, on_paths: bool = False) -> list[Measure]:
    return [with_gaps(network, value, on_paths=on_paths) for value in values]


def _core(network: Network) -> list[Measure]:
    fit, members, note = core_periphery(network)
    return [Measure(None if fit is None else float(actor in members), note) for actor in network.sectors]


def _degrees(reports: Network) -> dict[str, list[Measure]]:
    tied, known = reports.adjacency, reports.known
    if not reports.directed:
        none = [Measure(None, UNDIRECTED)] * reports.size
        return {"degree_in": none, "degree_out": none, "degree_total": _counted(tied, known, 1)}
    return {
        "degree_in": _counted(tied, known, 0),
        "degree_out": _counted(tied, known, 1),
        "degree_total": _counted(tied + tied.T, known + known.T, 1, most=2),
    }


def _counted(tied: Counts, known: Counts, axis: int, *, most: int = 1) -> list[Measure]:
    """Count each actor's ties, of those known."""
    possible = most * (len(tied) - 1)
    return [
        Measure(float(count), "" if chances == possible else SOME_MISSING)
        if chances or not possible
        else Measure(None, NO_RATINGS)
        for count, chances in zip(tied.sum(axis=axis), known.sum(axis=axis), strict=True)
    ]
