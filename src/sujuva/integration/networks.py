"""Networks of all regions, waves and relations: their measures, and what a picture of them needs."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sujuva.integration import measures as m
from sujuva.integration.layout import stable_layout
from sujuva.integration.ties import NETWORK_KEY, TieRule, confirmed_ties, reported_ties
from sujuva.tidy import TIDY, tidy

_OF_TIES: dict[str, Callable[[m.Network], m.Measure]] = {
    "network_density": m.density,
    "network_centralization_degree": m.centralization_degree,
    "network_centralization_betweenness": m.centralization_betweenness,
    "network_transitivity": m.transitivity,
    "network_ei_sector": m.ei_index,
    "network_actors": lambda network: m.Measure(network.size),
    "network_ties": lambda network: m.Measure(len(network.arcs)),
}
# Their subject is who reports whom. Among ties that both ends confirm they would be known beforehand.
_OF_REPORTS: dict[str, Callable[[m.Network], m.Measure]] = {
    "network_reciprocity_dyad": m.reciprocity_dyad,
    "network_reciprocity_arc": m.reciprocity_arc,
    "network_centralization_in": m.centralization_in,
    "network_centralization_out": m.centralization_out,
}


def network_indicators(actors: pl.DataFrame, ties: pl.DataFrame, rule: TieRule) -> pl.DataFrame:
    """Compute every network measure of every region, wave and relation that was asked about.

    Density, centralization by degree and betweenness, transitivity, E-I and the counts are of the confirmed ties;
    reciprocity and the in and out centralizations are of the ties as each end reports them.

    Args:
        actors: region, organisation, name, sector; one row an actor.
        ties: region, wave, relation, source, target, observed, directed; one row a rating, also of 0.
        rule: When a rating is a tie.

    Returns:
        Tidy indicators: `scale` is the relation, `n` the number of actors. A measure without a value is null and
        has a note.

    Raises:
        ContractError: A tie leads to an unknown actor, or a relation is both directed and undirected.
    """
    sectors = _sectors(actors)
    one_word = rule.confirmation == "either"  # ties that both ends confirm have no direction left
    sets = ((_OF_TIES, confirmed_ties(ties, rule), one_word), (_OF_REPORTS, reported_ties(ties, rule), True))
    rows = []
    asked = ties.select(*NETWORK_KEY, "directed").unique().sort(NETWORK_KEY)
    for region, wave, relation, directed in asked.iter_rows():
        for wanted, edges, arrows in sets:
            pairs = edges.filter(region=region, wave=wave, relation=relation).select("source", "target").iter_rows()
            network = m.Network.of(sectors.get(region, {}), pairs, directed=directed and arrows)
            for indicator, measure in wanted.items():
                value, note = measure(network)
                rows.append((indicator, relation, region, wave, value, network.size, note))
    columns = ("indicator", "scale", "region", "wave", "estimate", "n", "note")
    return tidy(pl.DataFrame(rows, schema={name: TIDY[name] for name in columns}, orient="row"))


def node_positions(actors: pl.DataFrame, ties: pl.DataFrame, rule: TieRule) -> pl.DataFrame:
    """Place each actor once a region, for the pictures of all its waves and relations.

    Actors start on a circle, sector by sector; the more often two are tied (over waves and relations), the closer
    they end up.

    Args:
        actors: region, organisation, name, sector.
        ties: As for `network_indicators`.
        rule: When a rating is a tie; either end's word is enough here.

    Returns:
        region, organisation, name, sector, x, y: the columns of `actors` with a place in the unit square.

    Raises:
        ContractError: As for `network_indicators`.
    """
    pair = {"low": pl.min_horizontal("source", "target"), "high": pl.max_horizontal("source", "target")}
    tied = reported_ties(ties, rule).select(*NETWORK_KEY, **pair).unique()
    strength = tied.group_by("region", "low", "high").agg(times=pl.len())
    sectors = _sectors(actors)
    ordered = actors.sort("region", "sector", "organisation")
    points: list[tuple[float, float]] = []
    for (region,), part in ordered.group_by("region", maintain_order=True):
        rows = strength.filter(region=region).select("low", "high", "times").rows()
        times = {(low, high): count for low, high, count in rows}
        union = m.Network.of(sectors[str(region)], times, directed=False)
        most = max(times.values(), default=1)
        place = {actor: number for number, actor in enumerate(part["organisation"])}
        lengths = {}
        for low, high in union.arcs:
            ends = sorted((place[low], place[high]))
            lengths[ends[0], ends[1]] = 2 - times[low, high] / most
        points += stable_layout(part["name"].to_list(), lengths)
    return ordered.select("region", "organisation", "name", "sector").with_columns(
        x=pl.Series([x for x, _ in points], dtype=pl.Float64), y=pl.Series([y for _, y in points], dtype=pl.Float64)
    )


def _sectors(actors: pl.DataFrame) -> dict[str, dict[str, str]]:
    """Sector of each actor, by region."""
    return {
        str(region): dict(part.select("organisation", "sector").iter_rows())
        for (region,), part in actors.group_by("region")
    }
