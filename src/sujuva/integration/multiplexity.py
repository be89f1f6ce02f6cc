"""Multiplexity: links that rest on more than one relation outlast the loss of one of them.

Source: Provan & Milward (2001), Do networks really work?, Public Administration Review 61, 414–423: a link is as strong
as the number of relations in which it holds.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np
import polars as pl

from sujuva.integration.matrices import Sociomatrix, sociomatrices
from sujuva.integration.measures import FEW_ACTORS, NO_RATINGS, NO_TIES, SOME_MISSING, Measure
from sujuva.integration.ratings import Row, indicator_frame
from sujuva.integration.ties import TieRule, standing

ONE_RELATION = "one_relation"
"""Note: only one relation was asked about, so that no link could rest on two."""
MEASURES = ("multiplexity_share", "multiplexity_relations")


def multiplexity_indicators(actors: pl.DataFrame, ties: pl.DataFrame, rule: TieRule) -> pl.DataFrame:
    """Compute on how many relations the links of every region and wave rest.

    Args:
        actors: As for `sujuva.integration.sociomatrices`, which also says what is refused.
        ties: Ratings of relations of the kind tie.
        rule: When a rating is a tie.

    Returns:
        Tidy indicators: multiplexity_share (links that hold in at least two relations, of all links) and
        multiplexity_relations (mean number of relations of a link). A link is a pair of organisations that is tied,
        in either direction, in at least one relation. Pairs of which some relation is not known are left out, with
        the note missing_ratings. n is the number of organisations.
    """
    rows: list[Row] = []
    networks = sociomatrices(actors, ties, unlisted=rule.unlisted)  # by region, wave and relation
    for (region, wave), some in groupby(networks, key=lambda one: (one.region, one.wave)):
        layers = list(some)
        for indicator, (value, note) in zip(MEASURES, _multiplexity(layers, rule), strict=True):
            rows.append((indicator, "", "", region, wave, value, layers[0].size, note))
    return indicator_frame(rows)


def _multiplexity(layers: list[Sociomatrix], rule: TieRule) -> tuple[Measure, Measure]:
    """Return the share of links in two or more relations, and the mean number of relations of a link."""
    size = layers[0].size
    note = ONE_RELATION if len(layers) < 2 else FEW_ACTORS if size < 2 else ""  # noqa: PLR2004
    if note:
        return Measure(None, note), Measure(None, note)
    found = [standing(layer, rule).undirected() for layer in layers]
    upper = np.triu_indices(size, 1)
    known = np.all([one.known[upper] for one in found], axis=0)
    times = np.sum([one.adjacency[upper] for one in found], axis=0)[known]
    links = times[times > 0]
    if not links.size:
        reason = NO_TIES if known.any() else NO_RATINGS
        return Measure(None, reason), Measure(None, reason)
    beside = "" if known.all() else SOME_MISSING
    several = int((links >= 2).sum())  # noqa: PLR2004
    return Measure(several / links.size, beside), Measure(int(links.sum()) / links.size, beside)
