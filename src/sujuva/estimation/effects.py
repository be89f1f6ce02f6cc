"""Standardised effects of a change in the same persons, each under its own name."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import stdtrit


@dataclass(frozen=True)
class PairedSpread:
    """The standard deviations of the same persons' scores.

    Attributes:
        before: Of the scores at the earlier wave.
        after: Of the scores at the later wave.
        difference: Of the differences.
    """

    before: float
    after: float
    difference: float

    @property
    def correlation(self) -> float | None:
        """The correlation of the two scores, from the three standard deviations; none where one does not vary."""
        if not self.before or not self.after:
            return None
        return (self.before**2 + self.after**2 - self.difference**2) / (2 * self.before * self.after)


def paired_factors(spread: PairedSpread, n: int) -> dict[str, float]:
    """Return what a mean difference M in the same persons is multiplied by to be standardised, by name.

    - `srm`: 1 / SD_d, the standardised response mean, also called d_z;
    - `srm_hedges`: the same times J = 1 − 3 / (4·df − 1), df = n − 1 (Hedges 1981);
    - `ses`: 1 / SD_before, the standardised effect size (Becker 1988; Glass's Δ of a change);
    - `d_av`: 2 / (SD_before + SD_after) (Cumming 2012);
    - `d_rm`: √(2(1 − r)) / SD_d, r the correlation of the two scores (Morris & DeShon 2002).

    They differ, and none may stand without its name. One whose denominator is 0 is left out.

    Args:
        spread: The standard deviations.
        n: Persons, at least 2.
    """
    made: dict[str, float] = {}
    if spread.difference:
        made["srm"] = 1 / spread.difference
        made["srm_hedges"] = hedges(n - 1) / spread.difference
    if spread.before:
        made["ses"] = 1 / spread.before
    if spread.before + spread.after:
        made["d_av"] = 2 / (spread.before + spread.after)
    if spread.difference and (r := spread.correlation) is not None:
        made["d_rm"] = math.sqrt(max(2 * (1 - r), 0.0)) / spread.difference
    return made


def hedges(df: int) -> float:
    """Return J = 1 − 3 / (4·df − 1), which takes most of the bias out of a standardised mean (Hedges 1981).

    Args:
        df: Degrees of freedom of the standard deviation, at least 1.
    """
    return 1 - 3 / (4 * df - 1)


def effect_interval(
    effect: float, relative_error: float, n_effective: float, df: float, confidence: float
) -> tuple[float, float, float]:
    """Return the standard error and the interval of a standardised effect M / SD.

    The error is √(v + effect²/(2·n_eff)), v = (se of M / SD)²: the large-sample variance of Becker (1988) with the
    design's own standard error of M, and for the SD the persons that a simple random sample would need for that error
    (normal scores assumed). The limits are effect ± t(df) times it.

    Args:
        effect: M / SD.
        relative_error: Standard error of M, divided by the same SD.
        n_effective: Effective number of persons, SD_d² / se².
        df: Degrees of freedom, at least 1.
        confidence: Coverage, between 0 and 1.
    """
    se = math.sqrt(relative_error**2 + effect**2 / (2 * n_effective))
    reach = float(stdtrit(df, 0.5 + confidence / 2)) * se
    return se, effect - reach, effect + reach
