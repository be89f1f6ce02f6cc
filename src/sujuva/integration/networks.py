"""Networks of all regions, waves and relations: their measures, and what a picture of them needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from sujuva.integration import centralization as central
from sujuva.integration import cohesion
from sujuva.integration import measures as m
from sujuva.integration.brokers import brokerage_totals
from sujuva.integration.core import core_fit, core_size
from sujuva.integration.layout import stable_layout
from sujuva.integration.matrices import NETWORK_KEY, Sociomatrix, sociomatrices
from sujuva.integration.ratings import YES_NO, indicator_frame
from sujuva.integration.sectors import ei_index, ei_sectors
from sujuva.integration.ties import TieRule, reported, reported_ties, standing

BELOW = "ratings_below_tie"
"""Note beside a value: there are ratings above 0, and all are below the lowest that counts as a tie."""
NetworkMeasure = Callable[[m.Network], m.Measure]

OF_TIES: Mapping[str, NetworkMeasure] = {
    "network_density": m.density,
    "network_centralization_degree": central.centralization_degree,
    "network_centralization_betweenness": central.centralization_betweenness,
    "network_centralization_closeness": central.centralization_closeness,
    "network_transitivity": m.transitivity,
    "network_clustering": m.clustering,
    "network_ei_sector": ei_index,
    "network_core_fit": core_fit,
    "network_core_size": core_size,
    "network_fragmentation": cohesion.fragmentation,
    "network_components": cohesion.components,
    "network_component_largest": cohesion.largest_component,
    "network_components_strong": cohesion.strong_components,
    "network_component_largest_strong": cohesion.largest_strong_component,
    "network_path_length": cohesion.path_length,
    "network_diameter": cohesion.diameter,
    "network_actors": m.actors,
    "network_ties": m.ties,
}
"""Measures of the ties that stand under the rule, by indicator."""
OF_REPORTS: Mapping[str, NetworkMeasure] = {
    "network_reciprocity_dyad": m.reciprocity_dyad,
    "network_reciprocity_arc": m.reciprocity_arc,
    "network_centralization_in": central.centralization_in,
    "network_centralization_out": central.centralization_out,
    "network_centralization_total": central.centralization_total,
}
"""Measures whose subject is who reports whom. Among ties that both ends confirm they would be known beforehand."""
_BY_CATEGORY: Mapping[str, Callable[[m.Network], dict[str, m.Measure]]] = {
    "network_ei_sector": ei_sectors,
    "network_brokerage": brokerage_totals,
}
_ON_PATHS = {
    "network_centralization_betweenness",
    "network_centralization_closeness",
    "network_fragmentation",
    "network_components",
    "network_component_largest",
    "network_components_strong",
    "network_component_largest_strong",
    "network_path_length",
    "network_diameter",
}


def network_measures(matrix: Sociomatrix, rule: TieRule) -> dict[tuple[str, str], m.Measure]:
    """Compute every measure of one network, by indicator and category ("" where it has none).

    Args:
        matrix: The ratings.
        rule: When a rating is a tie.
    """
    found: dict[tuple[str, str], m.Measure] = {}
    for wanted, network in (
        (OF_TIES, standing(matrix, rule)),
        (OF_REPORTS, reported(matrix, rule)),
    ):
        for indicator, measure in wanted.items():
            found[indicator, ""] = with_gaps(network, measure(network), on_paths=indicator in _ON_PATHS)
        if wanted is OF_TIES:
            for indicator, measures in _BY_CATEGORY.items():
                for category, value in measures(network).items():
                    found[indicator, category] = with_gaps(network, value)
    found["network_actors", ""] = m.Measure(matrix.size)
    caution = _caution(matrix, rule)
    for indicator in ("network_ties", "network_density") if caution else ():
        made = found[indicator, ""]
        found[indicator, ""] = m.Measure(made.value, caution if caution == BELOW or not made.note else made.note)
    return found


def _caution(matrix: Sociomatrix, rule: TieRule) -> str:
    """Return what a reader must know of how ratings became ties; "" where they did as the rule says."""
    if matrix.marked:
        return YES_NO if rule.tie_from > 1 else ""
    highest = np.nanmax(matrix.observed, initial=0.0)
    return BELOW if 0 < highest < rule.tie_from else ""


def with_gaps(network: m.Network, measure: m.Measure, *, on_paths: bool = False) -> m.Measure:
    """Return a measure with a note where reports are missing, and without a value where nobody reported anything.

    Args:
        network: What was measured.
        measure: Its value.
        on_paths: It is about paths, on which a tie of which nothing is known is none.
    """
    if network.complete:
        return measure
    if not network.known.any():
        return m.Measure(None, m.NO_RATINGS)
    if measure.value is None:
        return measure
    return m.Measure(measure.value, m.MISSING_NO_TIE if on_paths else measure.note or m.SOME_MISSING)


def network_indicators(actors: pl.DataFrame, ties: pl.DataFrame, rule: TieRule) -> pl.DataFrame:
    """Compute every network measure of every region, wave and relation that was asked about.

    Reciprocity and the in, out and total centralizations are of the ties as each end reports them; all others are of
    the confirmed ties.

    Args:
        actors: As for `sujuva.integration.sociomatrices`, which also says what is refused.
        ties: Likewise, of relations of the kind tie only: a low rating of a partner's value is no missing tie.
        rule: When a rating is a tie.

    Returns:
        Tidy indicators: `scale` is the relation, `n` the number of actors. `category` is the sector in the rows of
        network_ei_sector that are of one sector (n: its actors), and the role in those of network_brokerage. A
        measure without a value is null and has a note; beside a value, a note is a caution.
    """
    rows = []
    for one in sociomatrices(actors, ties, unlisted=rule.unlisted):
        for (indicator, category), (value, note) in network_measures(one, rule).items():
            n = one.sectors.count(category) if indicator == "network_ei_sector" and category else one.size
            rows.append((indicator, one.relation, category, one.region, one.wave, value, n, note))
    return indicator_frame(rows)


def node_positions(actors: pl.DataFrame, ties: pl.DataFrame, rule: TieRule) -> pl.DataFrame:
    """Place each actor once a region, for the pictures of all its waves and relations.

    Actors start on a circle, sector by sector; the more often two are tied (over waves and relations), the closer
    they end up.

    Args:
        actors: As for `network_indicators`.
        ties: As for `network_indicators`.
        rule: When a rating is a tie; either end's word is enough here.

    Returns:
        region, organisation, name, sector, x, y: the columns of `actors` with a place in the unit square.
    """
    pair = {"low": pl.min_horizontal("source", "target"), "high": pl.max_horizontal("source", "target")}
    tied = reported_ties(ties, rule).select(*NETWORK_KEY, **pair).unique()
    strength = tied.group_by("region", "low", "high").agg(times=pl.len())
    ordered = actors.sort("region", "sector", "organisation")
    points: list[tuple[float, float]] = []
    for (region,), part in ordered.group_by("region", maintain_order=True):
        rows = strength.filter(region=region).select("low", "high", "times").rows()
        times = {(low, high): count for low, high, count in rows}
        m.Network.of(dict.fromkeys(part["organisation"], ""), times, directed=False)  # refuses ties that cannot be
        most = max(times.values(), default=1)
        place = {actor: number for number, actor in enumerate(part["organisation"])}
        lengths = {
            (min(place[low], place[high]), max(place[low], place[high])): 2 - count / most
            for (low, high), count in times.items()
        }
        points += stable_layout(part["name"].to_list(), lengths)
    return ordered.select("region", "organisation", "name", "sector").with_columns(
        x=pl.Series([x for x, _ in points], dtype=pl.Float64), y=pl.Series([y for _, y in points], dtype=pl.Float64)
    )
