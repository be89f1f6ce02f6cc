"""Change between repeated cross-sections: everybody of a wave against everybody of an earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Unpack

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.regions import NETWORK
from sujuva.estimation.design import Precision
from sujuva.estimation.domains import Domain, MomentIndex
from sujuva.parjaavyys.common import difference, discovered, headline_bands, scales_of
from sujuva.tidy import ALL, COMPARISONS

CHANGE = "change"
"""The comparison of two waves whoever answered at them."""


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
