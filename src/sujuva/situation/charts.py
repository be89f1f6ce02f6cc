"""Control charts of rates against the country: p-charts of shares, u-charts of events, self-starting.

An area is judged against itself: its rate relative to the country's, in the years before. What that ratio is need not
be known. If it did not change, the events of a year are a binomial share of those of this year and the earlier ones
together, so each year gives a standard normal score, independent of the others, from the second year on. These are
Quesenberry's Q charts for short series (1991, Journal of Quality Technology 23, 296–303) with the country as exposure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincc, ndtri

from sujuva.situation.intervals import Floats

_SMALL, _NEAR = 1e-12, 1e-3
_DOUBTFUL, _FEW = 2.5, 12.0  # a score and a variance beyond and below which the approximation is not trusted


@dataclass(frozen=True)
class Chart:
    """A chart of many series, series × years; NaN where a year has no point or is the first of its stretch.

    `z` are the scores; `centre` is the expected number of events, given the earlier years of the stretch; `spread`
    its prediction standard deviation; `more` is 1 + e/E, how much larger the variance of a prediction is than that of a
    year.
    """

    z: Floats
    centre: Floats
    spread: Floats
    more: Floats


def self_starting(
    events: Floats, expected: Floats, *, starts: np.ndarray | None = None, damp: Floats | float = 1.0
) -> Chart:
    """Score each year against the earlier ones of its stretch.

    With S and E the events and expected events of the earlier years of the stretch, O given S + O is binomial with the
    share e/(E + e); z is its mid-p as a normal score (Peizer & Pratt 1968, Journal of the American Statistical
    Association 63, 1416–1456), exact where that is not good enough.

    Args:
        events: Events, series × years; NaN where the source has none.
        expected: Events that the country's rate of the year would make of the area's denominator; NaN likewise.
        starts: Whether a new stretch starts in the year (one a year, or series × years): nothing is carried over.
        damp: Factor of the variance, as `events`: 1 − p of shares, and 1 − the area's own part of the country.
    """
    z, centre, spread, more = (np.full_like(events, np.nan) for _ in range(4))
    new = np.zeros(events.shape[1], dtype=bool) if starts is None else np.asarray(starts)
    scale = np.broadcast_to(np.asarray(damp, dtype=np.float64), events.shape)
    before, base = np.zeros(len(events)), np.zeros(len(events))
    for year in range(events.shape[1]):
        kept = ~new[..., year]
        before, base = before * kept, base * kept
        known = ~np.isnan(events[:, year]) & (expected[:, year] > 0)
        here, mean = np.where(known, events[:, year], 0.0), np.where(known, expected[:, year], 0.0)
        judged = known & (base > 0)
        behind = np.where(base > 0, base, 1.0)
        root = np.sqrt(scale[:, year])
        share = np.where(judged, mean / (behind + mean), 0.5)
        z[:, year] = np.where(judged, binomial_score(here, before + here, share) / root, np.nan)
        middle = before / behind * mean
        centre[:, year] = np.where(judged, middle, np.nan)
        more[:, year] = 1.0 + mean / behind
        spread[:, year] = np.sqrt(np.maximum(middle, _SMALL) * more[:, year]) * root
        before, base = before + here, base + mean
    return Chart(z, centre, spread, more)


def binomial_score(x: Floats, n: Floats, p: Floats) -> Floats:
    """Return the normal score of the mid-p of a binomial number; 0 where n is 0.

    Peizer & Pratt's approximation, and the exact score beyond two and a half where few events are expected.
    """
    q = 1.0 - p
    size = np.maximum(n, 1.0)
    spread = size * p
    bend = _g(x / spread)
    bend *= q
    bend += p * _g((n - x) / (size * q))
    bend += 1.0
    spread *= q
    z = (x - size * p + (q - p) / 6.0) * np.sqrt(bend / (spread + p * q / 6.0))
    # The mid-p is the mean of the probabilities up to x and up to x - 1: z less z/8 squared steps, to the second order.
    z *= 1.0 - 0.125 / np.maximum(spread, 1.0)
    z[n <= 0] = 0.0
    doubtful = (np.abs(z) > _DOUBTFUL) & (spread < _FEW)
    if doubtful.any():
        z[doubtful] = exact_score(x[doubtful], n[doubtful], np.broadcast_to(p, z.shape)[doubtful])
    return z


def exact_score(x: Floats, n: Floats, p: Floats) -> Floats:
    """Return the same exactly, which takes a hundred times as long."""
    # P(X ≤ x) = 1 − I_p(x + 1, n − x); the smaller of the two tails is added up, so that none is lost to rounding.
    under, over = np.maximum(x, 1.0), np.maximum(n - x, 1.0)
    at_most = np.where(x < n, betaincc(x + 1.0, over, p), 1.0)
    below = np.where(x > 0, betaincc(under, n - x + 1.0, p), 0.0)
    at_least = np.where(x > 0, betainc(under, n - x + 1.0, p), 1.0)
    above = np.where(x < n, betainc(x + 1.0, over, p), 0.0)
    low, high = (at_most + below) / 2.0, (at_least + above) / 2.0
    return np.where(low < high, ndtri(low), -ndtri(high))


def _g(x: Floats) -> Floats:
    """Return (1 − x² + 2x ln x)/(1 − x)², by its series near 1, and 1 at 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        d = x - 1.0
        found = np.log(x)
        found *= x
        found += found
        found -= d * (x + 1.0)
        found /= d * d
    doubtful = np.abs(d) < _NEAR
    if doubtful.any():
        close = d[doubtful]
        found[doubtful] = close * (close / 6.0 - 1.0 / 3.0)
    found[x <= 0] = 1.0
    return found
