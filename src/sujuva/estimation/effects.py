"""Changes of the same persons: standardised effects, each under its own name, and when one person's is reliable."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri, stdtrit

from sujuva.errors import ParameterError
from sujuva.estimation.interval import check_confidence


@dataclass(frozen=True)
class PairedSpread:
    """The standard deviations of the same persons' scores at either wave, and of their differences."""

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
    """Return what a mean difference M in the same `n` (2 or more) persons is multiplied by to be standardised, by name.

    - `srm`: 1 / SD_d, the standardised response mean, also called d_z;
    - `srm_hedges`: the same times J = 1 − 3 / (4·df − 1), df = n − 1 (Hedges 1981);
    - `ses`: 1 / SD_before, the standardised effect size (Becker 1988; Glass's Δ of a change);
    - `d_av`: 2 / (SD_before + SD_after) (Cumming 2012);
    - `d_rm`: √(2(1 − r)) / SD_d, r the correlation of the two scores (Morris & DeShon 2002).

    They differ, and none may stand without its name. One whose denominator is 0 is left out.
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
    """Return J = 1 − 3 / (4·df − 1), which takes most of the bias out of a standardised mean (Hedges 1981)."""
    return 1 - 3 / (4 * df - 1)


def effect_interval(
    effect: float, relative_error: float, n_effective: float, df: float, confidence: float
) -> tuple[float, float, float]:
    """Return the standard error and the interval of a standardised effect M / SD.

    The error is √(v + effect²/(2·n_eff)), v = (se of M / SD)²: the large-sample variance of Becker (1988) with the
    design's own standard error of M, and for the SD the persons that a simple random sample would need for that error
    (normal scores assumed). The limits are effect ± t(df) times it.
    """
    se = math.sqrt(relative_error**2 + effect**2 / (2 * n_effective))
    reach = float(stdtrit(df, 0.5 + confidence / 2)) * se
    return se, effect - reach, effect + reach


@dataclass(frozen=True)
class ReliableChange:
    """What a scale's error of measurement means for a change between two waves, in units of the scale.

    `error` is SE = SD₁·√(1 − r), the error of a difference √(2·SE²), and a change above `threshold`, z times that, is
    reliable.
    """

    error: float
    error_of_difference: float
    threshold: float

    def index(self, before: float, after: float) -> float:
        """Return the reliable change index (after − before) / S_diff.

        Raises:
            ParameterError: The reliability was 1, which leaves no error to compare with.
        """
        if not self.error_of_difference:
            raise ParameterError("The reliable change index divides by 0: the reliability is 1.", "Use the difference.")
        return (after - before) / self.error_of_difference


def reliable_change(sd: float, reliability: float, *, confidence: float = 0.95) -> ReliableChange:
    """Work out the reliable change of a scale from its standard deviation and reliability at the earlier wave.

    Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59, 12–19, with the standard error of the difference after
    Christensen & Mendoza (1986), Behav. Ther. 17, 305–308. The threshold assumes normal errors that are the same at
    every score and independent at the two waves; others have proposed other errors (Maassen 2004). With |RCI| > 1.96
    (95 per cent) one unchanged person in twenty is still called changed.

    Raises:
        ParameterError: The reliability (such as Cronbach's α) is not above 0 and at most 1, or a number out of range.
    """
    check_confidence(confidence)
    if not 0 < reliability <= 1:
        msg = f"The reliability is {reliability}; above 0 and at most 1 is allowed."
        raise ParameterError(msg, "A scale whose items do not hang together has no reliable change.")
    if not 0 <= sd < math.inf:
        msg = f"The standard deviation is {sd}; 0 or more is allowed."
        raise ParameterError(msg)
    error = sd * math.sqrt(1 - reliability)
    difference = math.sqrt(2) * error
    return ReliableChange(error, difference, float(ndtri(0.5 + confidence / 2)) * difference)
