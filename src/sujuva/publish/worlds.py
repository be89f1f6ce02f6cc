"""What a curve of Kaplan and Meier tells of how few were last seen waiting between two of its days.

Worlds that differ a little are drawn and looked at as readers would see them: a small count is safe where another
world with another count looks the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

STEPS = (0.01, 0.02, 0.05)
"""S is told in whole per cents, or in steps of 2 or 5 where one per cent would tell how few were last seen waiting."""
_WORLDS = 6_000
_APART = 3
_MOVED = 0.5
_SEED = 20221207
Told = tuple[float | None, ...]
Floats = npt.NDArray[np.float64]


Point = tuple[int, int, int, float, float | None, float | None]
"""A point of a curve: day, ended by it, gone before it, S, lower and upper limit."""


@dataclass(frozen=True)
class Known:
    """What is known of the families of a curve.

    Attributes:
        started: Families at the start.
        opened: Most open cases that a reader can think of.
        threshold: Counts from 1 to `threshold` − 1 are small.
        confidence: Level of the intervals.
    """

    started: int
    opened: float
    threshold: int
    confidence: float


@dataclass(frozen=True)
class Piece:
    """What happened between two days of a curve, the later of which is `day`.

    Attributes:
        day: The later day.
        ended: Families that met.
        gone: Families last seen waiting.
        early: How many of those, on average, were gone when others met: 0 … gone.
        told: What readers see of the curve on the later day, before it is rounded.
    """

    day: int
    ended: int
    gone: int
    early: float
    told: Told


def pieces_of(rows: Sequence[Point], started: int) -> list[Piece]:
    """Cut a curve at its days, which ascend."""
    pieces: list[Piece] = []
    met = lost = 0
    before = 1.0
    for day, ended, gone, survival, low, high in rows:
        at_risk, now, left = started - met - lost, ended - met, gone - lost
        ratio = survival / before if before else 1.0
        early = at_risk - now / (1 - ratio) if ratio < 1 else 0.0
        pieces.append(Piece(day, now, left, min(max(early, 0.0), float(left)), (survival, low, high)))
        met, lost, before = ended, gone, survival
    return pieces


def _curves(early: Floats, gone: Floats, ended: Floats, known: Known) -> Floats:
    """Return what readers would see of many curves: S = Π(1 − e/(n − early)) and its log–log interval.

    `early` and `gone` are of each world (row) and piece (column), `ended` of each piece.
    """
    z = NormalDist().inv_cdf(0.5 + known.confidence / 2)
    before = np.cumsum(gone + ended, axis=1) - gone - ended
    here = known.started - before - early
    stay = here - ended
    with np.errstate(all="ignore"):
        survival = np.cumprod(stay / here, axis=1)
        spread = np.cumsum(ended / (here * stay), axis=1)
        log = np.log(survival)
        reach = z * np.sqrt(spread) / -log
        told = np.stack([survival, np.exp(log * np.exp(reach)), np.exp(log * np.exp(-reach))], axis=2)
    told[(stay < 0) | (here <= 0)] = np.nan
    return np.asarray(told, dtype=np.float64)


def _possible(pieces: Sequence[Piece], place: int, target: int, known: Known, step: float) -> bool:
    """Tell whether `target` families may be gone in the piece at `place`, all else that readers see being the same.

    Worlds are drawn in which some other counts differ by a few too, and families were gone sooner or later within a
    piece; no more are gone than a reader knows to be open. One world that looks the same is proof; that none is found
    is no proof of the contrary, and hides more than need be.
    """
    rng = np.random.default_rng(_SEED)
    true = np.array([one.gone for one in pieces], dtype=np.float64)
    ended = np.array([one.ended for one in pieces], dtype=np.float64)
    want = np.array([[np.nan if one is None else one for one in piece.told] for piece in pieces], dtype=np.float64)
    apart = rng.integers(-_APART, _APART + 1, (_WORLDS, len(pieces))) * (rng.random((_WORLDS, len(pieces))) < _MOVED)
    gone = np.maximum(true + apart, 0.0)
    gone[:, place] = target
    gone = gone[gone.sum(axis=1) <= known.opened]
    share = rng.random(gone.shape)
    kept = np.where(true > 0, np.array([one.early for one in pieces]) / np.maximum(true, 1.0), 0.5)
    share = np.where(rng.random(gone.shape) < _MOVED, share, kept)
    told = _curves(share * gone, gone, ended, known)
    same = (np.round(told / step) == np.round(want / step)) | np.isnan(want)
    return bool(same.all(axis=(1, 2)).any())


def safe_days(rows: Sequence[Point], known: Known, *, keep: Collection[int] = (), step: float = STEPS[0]) -> list[int]:
    """Return the days of a curve whose points tell no small count of families last seen waiting between two days.

    A day beside such a count is left out until every small count can have been 1 and can have been `threshold` − 1;
    those to `keep`, last. `step` is what S is rounded to.
    """
    left = list(rows)
    while left:
        pieces = pieces_of(left, known.started)
        ends = {1, known.threshold - 1}
        small = (place for place, one in enumerate(pieces) if 1 <= one.gone < known.threshold)
        told = (place for place in small if not all(_possible(pieces, place, gone, known, step) for gone in ends))
        bad = next(told, None)
        if bad is None:
            break
        beside = [place for place in (bad, bad - 1) if place >= 0]
        del left[next((place for place in beside if left[place][0] not in keep), bad)]
    return [row[0] for row in left]
