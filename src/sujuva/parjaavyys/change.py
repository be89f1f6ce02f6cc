"""Change between repeated cross-sections: everybody of a wave against everybody of an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import polars as pl

from sujuva.codebooks import Instrument, headline_scales
from sujuva.codebooks.regions import NETWORK
from sujuva.estimation.contrasts import Term, contrast, ratio
from sujuva.estimation.design import LonelyCluster
from sujuva.estimation.domains import Domain, MomentIndex
from sujuva.parjaavyys.common import (
    comparison_row,
    discovered,
    headline_bands,
    pooled_spread,
    scales_of,
    standardised,
    true_zero,
)
from sujuva.tidy import COMPARISONS

CHANGE = "change"
"""The comparison of two waves whoever answered at them."""


def score_changes(
    moments: MomentIndex,
    instruments: Mapping[str, Instrument],
    *,
    confidence: float = 0.95,
    lonely_cluster: LonelyCluster = "adjust",
) -> pl.DataFrame:
    """Compare waves, the later minus the earlier: each with the one before, and the last with the first.

    Schools and services that took part at both waves make the two means alike; where units are linked, that covariance
    is taken off the variance (`sujuva.estimation.contrast`; R's `svyby(covmat = TRUE)` with `svycontrast` on the waves
    in one design). The same persons are compared in `paired_changes`.

    Args:
        moments: The moments `scores` and `pairs`, see `sujuva.estimation.index_moments`.
        instruments: Codebooks, with the index where there is one.
        confidence: Coverage of the intervals.
        lonely_cluster: adjust or certainty, for strata with one cluster.

    Returns:
        Columns `COMPARISONS`, sorted by `COMPARISONS_KEY`: comparison "change" of every region and the network and
        every group with a row at both waves; category "" for means, a band's key for the share in it (bands that the
        codebook calls indicators; estimate is a difference of proportions). `relative` only of shares and of scales
        that start at 0. The effect (`d_pooled`, not of shares) is the change over the pooled standard deviation of the
        two waves. q is p adjusted for the false-discovery rate (Benjamini & Hochberg 1995) over one region and pair of
        waves, in the means of headline scales; their subscales and bands are a family of their own.

    Raises:
        ParameterError: `confidence` or `lonely_cluster` is not allowed.
        ContractError: `pairs` lacks a row.
    """
    scales, bands = scales_of(instruments), headline_bands(instruments)
    waves: dict[tuple[str, str, str, str], set[int]] = {}
    answered: dict[tuple[str, str], set[int]] = {}
    for (region, informant, scale, wave, group), parts in moments.parts.items():
        if scale in scales or scale in bands:
            waves.setdefault((region, informant, scale, group), set()).add(wave)
            if region == NETWORK and group == "all" and any(part.n for part in parts):
                answered.setdefault((informant, scale), set()).add(wave)
    rows: list[dict[str, Any]] = []
    for (region, informant, scale, group), mine in sorted(waves.items()):
        for earlier, later in wave_pairs(answered.get((informant, scale), set())):
            if {earlier, later} <= mine:
                after, before = (Domain(informant, scale, wave, (region,), group) for wave in (later, earlier))
                share = scale not in scales or scales[scale].is_share
                relative = share or true_zero(scales[scale])
                rows.append(_row(after, before, moments, confidence, lonely_cluster, share=share, relative=relative))
    return discovered(pl.DataFrame(rows, schema=COMPARISONS), headline_scales(instruments))


def wave_pairs(waves: Iterable[int]) -> list[tuple[int, int]]:
    """Return each wave with the next, and the first with the last, every pair once: earlier, later."""
    ordered = sorted(waves)
    pairs = list(pairwise(ordered))
    return pairs + ([(ordered[0], ordered[-1])] if len(ordered) > 2 else [])  # noqa: PLR2004


def _row(
    later: Domain,
    earlier: Domain,
    moments: MomentIndex,
    confidence: float,
    lonely_cluster: LonelyCluster,
    *,
    share: bool,
    relative: bool,
) -> dict[str, Any]:
    terms = [Term(1, later), Term(-1, earlier)]
    found = contrast(terms, moments, confidence=confidence, lonely_cluster=lonely_cluster)
    scale, _, band = later.scale.partition(".")
    row = comparison_row(
        found,
        comparison=CHANGE,
        scale=scale,
        category=band,
        informant=later.informant,
        region=later.regions[0],
        wave=later.wave,
        group=later.group,
        other_wave=earlier.wave,
        other_group=earlier.group,
        n=found.n[0],
        other_n=found.n[1],
    )
    if relative:
        times = ratio(later, earlier, moments, confidence=confidence, lonely_cluster=lonely_cluster)
        row |= dict(zip(("relative", "relative_low", "relative_high"), times or (None, None, None), strict=True))
    if not share:
        spread = pooled_spread([later, earlier], moments)
        row |= standardised(found, spread, confidence, "d_pooled", n=sum(found.n))
    return row
