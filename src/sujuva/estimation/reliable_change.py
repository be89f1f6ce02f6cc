"""How large a person's change must be to be more than the error of measurement."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

from sujuva.errors import ParameterError
from sujuva.estimation.interval import check_confidence


@dataclass(frozen=True)
class ReliableChange:
    """What a scale's error of measurement means for a change between two waves, in units of the scale.

    Attributes:
        error: SE = SD₁·√(1 − r), the standard error of measurement.
        error_of_difference: S_diff = √(2·SE²).
        threshold: z·S_diff; a change that is larger is reliable.
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
    """Work out the reliable change of a scale.

    Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59, 12–19, with the standard error of the difference after
    Christensen & Mendoza (1986), Behav. Ther. 17, 305–308. The threshold assumes normal errors that are the same at
    every score and independent at the two waves; others have proposed other errors (Maassen 2004). With |RCI| > 1.96
    (95 per cent) one unchanged person in twenty is still called changed.

    Args:
        sd: Standard deviation of the scores at the earlier wave, 0 or more.
        reliability: Reliability of the scale at that wave, above 0 and at most 1, such as Cronbach's α.
        confidence: Two-sided, between 0 and 1.

    Raises:
        ParameterError: A number lies outside its range.
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
