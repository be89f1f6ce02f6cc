"""Ratios over families: each family is a cluster of its meetings, actions or referrals, or of itself alone."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sujuva.estimation import share_interval, t_interval, variance_of_mean
from sujuva.estimation.design import StratumMoments
from sujuva.estimation.interval import NO_VARIATION, rate_interval, warning
from sujuva.tidy import HEADS

NO_UNITS = "no_units"
"""Note: no family has a unit that the measure is about."""
ONE_FAMILY = "one_family"
"""Note: one family shows no spread between families, so there is neither standard error nor interval."""


@dataclass(frozen=True)
class Tally:
    """A share or mean over the units of families: Σ total / Σ size, with families as clusters.

    `n` are units and `families` those with one; df is families − 1, and without two families there is no error. `note`
    says why something is missing, or warns of few families. Of a share, `heads` are the families with something in the
    numerator, `other_heads` those with something that is not.
    """

    estimate: float | None
    se: float | None
    df: float | None
    ci_low: float | None
    ci_high: float | None
    n: int
    families: int
    note: str
    heads: int | None = None
    other_heads: int | None = None

    def columns(self) -> dict[str, Any]:
        """Return what goes into a row of the table of indicators.

        Where every family counts once, df is left out: it is n − 1, which would tell the number of families exactly
        beside an n that is rounded for publication.
        """
        names = ("estimate", "se", "df", "ci_low", "ci_high", "n", *HEADS, "note")
        found = {name: getattr(self, name) for name in names}
        return found if self.n != self.families else found | {"df": None}


def estimate_tally(
    rows: Iterable[tuple[int, int, int]], *, share: bool, confidence: float = 0.95, unit: int = 1, doubled: int = 1
) -> Tally:
    """Estimate the ratio Σ total / Σ size with families as clusters.

    The variance is that of `sujuva.estimation.variance_of_mean` in one stratum, over the H families that have a unit:
    H/(H − 1)·Σ(total − r·size)² / (Σ size)², R's `svyratio(~total, ~size, svydesign(~family))`. Intervals are t on
    H − 1 degrees of freedom, of shares on the logit scale. A share of exactly 0 or 1 has Clopper & Pearson's interval,
    as everywhere in this project, with families for its n: what happened to one family again and again counts once. So
    has a mean of no events Garwood's. Families that are alike in any other way show no spread and have no interval.

    Args:
        rows: (total, size, families): how many families have this total and size. Rows without families or size are
            left out.
        share: Whether the ratio is a share of 0–1.
        confidence: Coverage of the interval.
        unit: By what the totals are multiplied (fixed point); totals of whole units count events.
        doubled: By what the sizes are multiplied; n counts each unit once.
    """
    known = [row for row in rows if row[2] and row[1]]
    families = sum(count for _, _, count in known)
    w = sum(size * count for _, size, count in known)
    wy = sum(total * count for total, _, count in known)
    cww = sum(size * size * count for _, size, count in known)
    cwy = sum(size * total * count for total, size, count in known)
    cyy = sum(total * total * count for total, _, count in known)
    if not families:
        return Tally(None, None, None, None, None, 0, 0, NO_UNITS)
    estimate, n = wy / (w * unit), w // doubled
    heads = (
        sum(count for total, _, count in known if total),
        sum(count for total, size, count in known if total < size * unit),
    )
    sides = dict(zip(HEADS, heads, strict=True)) if share else {}
    if families == 1:
        return Tally(estimate, None, None, None, None, n, 1, ONE_FAMILY, **sides)
    one = StratumMoments(families, w, wy, cww, cwy, cyy)
    se, df = math.sqrt(variance_of_mean([one], "adjust")) / unit, float(families - 1)
    if share:
        limits = share_interval(estimate, se, df, confidence, n=families)
    elif se > 0:
        limits = t_interval(estimate, se, df, confidence)
    else:
        limits = rate_interval(0, families, confidence) if estimate == 0 and unit == 1 else None
    if limits is None:
        return Tally(estimate, se, df, None, None, n, families, NO_VARIATION, **sides)
    return Tally(estimate, se, df, *limits, n, families, warning(families, df), **sides)
