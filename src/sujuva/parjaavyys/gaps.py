"""Gaps: how far the groups of one region and wave stand apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks import Instrument, headline_scales
from sujuva.codebooks.regions import NETWORK
from sujuva.estimation import (
    Domain,
    LonelyCluster,
    MomentIndex,
    Term,
    contrast,
    index_moments,
    ratio,
    with_false_discovery,
)
from sujuva.parjaavyys.common import (
    comparison_row,
    headline_bands,
    pooled_spread,
    scales_of,
    standardised,
    true_zero,
)
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY

REFERENCES = {"gender": "boy"}
"""Levels that others are compared with; of other grouping columns it is the largest in the network."""
GAP = "gap"


def gaps(
    scores: pl.DataFrame,
    pairs: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    references: Mapping[str, str] | None = None,
    confidence: float = 0.95,
    lonely_cluster: LonelyCluster = "adjust",
) -> pl.DataFrame:
    """Compare every level of every grouping column with the reference level of that column.

    - estimate: mean minus mean of the reference, for a band share minus share, with the covariance of clusters that
      have members of both (`sujuva.estimation.contrast`).
    - relative: mean / mean of the reference − 1, with the interval of its logarithm; only for shares and for scales
      whose theoretical range starts at 0, and only where both means are above 0. A range from 0 is a rule of this
      project's own: whether nothing of it means nothing is for the reader to judge.
    - effect: the difference over the pooled standard deviation √(((n₁ − 1)·s₁² + (n₂ − 1)·s₂²) / (n₁ + n₂ − 2))
      (`d_pooled`; Cohen, 1988), for scores and not for shares; its interval has the design's error of the difference
      and d² / (2(n₁ + n₂)) for the standard deviation (Hedges & Olkin, 1985, ch. 5).
    - q: p adjusted for the false-discovery rate (Benjamini & Hochberg, 1995). One family are all gaps of a region and
      wave in the means of headline scales (those that are no part of a larger one), over all informants and grouping
      columns; the subscales and bands of that region and wave are another.

    Args:
        scores: The moments `scores`; bands are scales "<scale>.<band>".
        pairs: The moments `pairs`.
        instruments: Codebooks; bands that are marked as indicators are compared, and all scales.
        references: Grouping column to the level that the others are compared with; default: `REFERENCES`. Of a column
            without one, or whose named level nobody belongs to, it is the level with the most persons in the network
            over all waves and scales (the first in the alphabet of equals), so that it is the same everywhere.
        confidence: Coverage of the intervals.
        lonely_cluster: adjust or certainty, for strata with one cluster.

    Returns:
        Columns `COMPARISONS` with comparison "gap" and other_wave = wave, sorted by `COMPARISONS_KEY`. Where an
        estimate or an interval is missing, `note` says why.

    Raises:
        ParameterError: A setting is not allowed.
        ContractError: A column is missing.
    """
    scales = scales_of(instruments)
    bands = frozenset(headline_bands(instruments))
    wanted = scores.filter(pl.col("scale").is_in([*scales, *bands]))
    grouped = wanted.filter(pl.col("group").str.contains(":", literal=True))
    levels = _reference_levels(grouped, REFERENCES if references is None else references)
    domains = grouped.select("informant", "scale", "wave", "region", "group").unique().sort(pl.all())
    moments = index_moments(wanted, pairs.filter(pl.col("scale").is_in([*scales, *bands])))
    there = frozenset(domains.rows())
    rows = []
    for informant, scale, wave, region, group in domains.iter_rows():
        reference = levels[group.split(":", 1)[0]]
        if group == reference or (informant, scale, wave, region, reference) not in there:
            continue
        one, other = (Domain(informant, scale, wave, (region,), level) for level in (group, reference))
        share = scale in bands or scales[scale].is_share
        zero = share or true_zero(scales[scale])
        rows.append(_gap(one, other, moments, confidence, lonely_cluster, share=share, zero=zero))
    made = pl.DataFrame(rows, schema=COMPARISONS)
    headline = pl.col("scale").is_in(list(headline_scales(instruments))) & (pl.col("category") == "")
    judged = with_false_discovery(made.with_columns(headline=headline), ["region", "wave", "headline"])
    return judged.select(COMPARISONS.names()).sort(COMPARISONS_KEY)


def _reference_levels(grouped: pl.DataFrame, named: Mapping[str, str]) -> dict[str, str]:
    """Return the group that the others of each grouping column are compared with."""
    counted = (
        grouped.filter(pl.col("region") == NETWORK)
        .group_by("group")
        .agg((pl.col("n") + pl.col("n_missing")).sum().alias("persons"))
        .sort("persons", "group", descending=[True, False])
    )
    found: dict[str, str] = {}
    for group, _ in counted.iter_rows():
        column = group.split(":", 1)[0]
        if group == f"{column}:{named.get(column)}":
            found[column] = group
        found.setdefault(column, group)
    return found


def _gap(
    one: Domain,
    other: Domain,
    moments: MomentIndex,
    confidence: float,
    lonely_cluster: LonelyCluster,
    *,
    share: bool,
    zero: bool,
) -> dict[str, Any]:
    found = contrast([Term(1, one), Term(-1, other)], moments, confidence=confidence, lonely_cluster=lonely_cluster)
    scale, _, band = one.scale.partition(".")
    row = comparison_row(
        found,
        comparison=GAP,
        scale=scale,
        category=band,
        informant=one.informant,
        region=one.regions[0],
        wave=one.wave,
        group=one.group,
        other_wave=other.wave,
        other_group=other.group,
        n=found.n[0],
        other_n=found.n[1],
    )
    if zero and found.estimate is not None:
        times = ratio(one, other, moments, confidence=confidence, lonely_cluster=lonely_cluster)
        row |= dict(zip(("relative", "relative_low", "relative_high"), times or (None, None, None), strict=True))
    if not share:
        row |= standardised(found, pooled_spread([one, other], moments), confidence, "d_pooled", n=sum(found.n))
    return row
