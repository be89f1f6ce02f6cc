"""Two means of different people: gaps between groups of a region and wave, change between repeated cross-sections.

The change of the same persons is another thing: see `sujuva.parjaavyys.followed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Unpack

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.regions import NETWORK
from sujuva.estimation.design import Precision
from sujuva.estimation.domains import Domain, MomentIndex, index_moments
from sujuva.parjaavyys.common import difference, discovered, headline_bands, scales_of
from sujuva.tidy import ALL, COMPARISONS

REFERENCES = {"gender": "boy"}
"""Levels that others are compared with; of other grouping columns it is the largest in the network."""
GAP = "gap"
CHANGE = "change"
"""The comparison of two waves whoever answered at them."""


def gaps(
    scores: pl.DataFrame,
    pairs: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    references: Mapping[str, str] | None = None,
    **settings: Unpack[Precision],
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
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Columns `COMPARISONS` with comparison "gap" and other_wave = wave, sorted by `COMPARISONS_KEY`. Where an
        estimate or an interval is missing, `note` says why.
    """
    scales = scales_of(instruments)
    told = pl.col("scale").is_in([*scales, *headline_bands(instruments)])
    wanted = scores.filter(told)
    grouped = wanted.filter(pl.col("group").str.contains(":", literal=True))
    levels = _reference_levels(grouped, REFERENCES if references is None else references)
    domains = grouped.select("informant", "scale", "wave", "region", "group").unique().sort(pl.all())
    moments = index_moments(wanted, pairs.filter(told))
    there = frozenset(domains.rows())
    rows = []
    for informant, scale, wave, region, group in domains.iter_rows():
        reference = levels[group.split(":", 1)[0]]
        if group != reference and (informant, scale, wave, region, reference) in there:
            one, other = (Domain(informant, scale, wave, (region,), level) for level in (group, reference))
            rows.append(difference(GAP, one, other, moments, scales, **settings))
    return discovered(pl.DataFrame(rows, schema=COMPARISONS), instruments)


def _reference_levels(grouped: pl.DataFrame, named: Mapping[str, str]) -> dict[str, str]:
    """Return the group that the others of each grouping column are compared with.

    The largest of all regions, if none is named; of a group that a region withheld, the network has no rows.
    """
    regions = grouped.filter(pl.col("region") != NETWORK)
    counted = (
        (regions if regions.height else grouped)
        .group_by("group")
        .agg(pl.sum_horizontal("n", "n_missing").sum().alias("persons"))
        .sort("persons", "group", descending=[True, False])
    )
    found: dict[str, str] = {}
    for group, _ in counted.iter_rows():
        column = group.split(":", 1)[0]
        if group == f"{column}:{named.get(column)}":
            found[column] = group
        found.setdefault(column, group)
    return found


def score_changes(
    moments: MomentIndex, instruments: Mapping[str, Instrument], **settings: Unpack[Precision]
) -> pl.DataFrame:
    """Compare waves, the later minus the earlier: each with the one before, and the last with the first.

    Schools and services that took part at both waves make the two means alike; where units are linked, that covariance
    is taken off the variance (`sujuva.estimation.contrast`; R's `svyby(covmat = TRUE)` with `svycontrast` on the waves
    in one design). The same persons are compared in `paired_changes`.

    Args:
        moments: The moments `scores` and `pairs`, see `sujuva.estimation.index_moments`.
        instruments: Codebooks, with the index where there is one.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Columns `COMPARISONS`, sorted by `COMPARISONS_KEY`: comparison "change" of every region and the network and
        every group with a row at both waves; category "" for means, a band's key for the share in it (bands that the
        codebook calls indicators; estimate is a difference of proportions). `relative` only of shares and of scales
        that start at 0. The effect (`d_pooled`, not of shares) is the change over the pooled standard deviation of the
        two waves. q is p adjusted for the false-discovery rate (Benjamini & Hochberg 1995) over one region and pair of
        waves, in the means of headline scales; their subscales and bands are a family of their own.
        ContractError: `pairs` lacks a row.
    """
    scales, bands = scales_of(instruments), headline_bands(instruments)
    waves: dict[tuple[str, str, str, str], set[int]] = {}
    answered: dict[tuple[str, str], set[int]] = {}
    for (region, informant, scale, wave, group), parts in moments.parts.items():
        if scale in scales or scale in bands:
            waves.setdefault((region, informant, scale, group), set()).add(wave)
            if region == NETWORK and group == ALL and any(part.n for part in parts):
                answered.setdefault((informant, scale), set()).add(wave)
    rows = []
    for (region, informant, scale, group), there in sorted(waves.items()):
        for earlier, later in wave_pairs(answered.get((informant, scale), set())):
            if {earlier, later} <= there:
                after, before = (Domain(informant, scale, wave, (region,), group) for wave in (later, earlier))
                rows.append(difference(CHANGE, after, before, moments, scales, **settings))
    return discovered(pl.DataFrame(rows, schema=COMPARISONS), instruments)


def wave_pairs(waves: Iterable[int]) -> list[tuple[int, int]]:
    """Return each wave with the next, and the first with the last, every pair once: earlier, later."""
    ordered = sorted(waves)
    pairs = list(pairwise(ordered))
    return pairs + ([(ordered[0], ordered[-1])] if len(ordered) > 2 else [])  # noqa: PLR2004
