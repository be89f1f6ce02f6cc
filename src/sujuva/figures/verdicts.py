"""The one rule that says how sure a difference is and which way it goes, in six words.

| what the interval says | word |
|---|---|
| all of it at or beyond the smallest difference that matters, q small | clear |
| beyond zero, q small, but perhaps smaller than what matters | slight |
| beyond zero alone: not among so many comparisons, or with an interval that leaves out too much | perhaps |
| all of it within what matters | same |
| wide, missing, or nobody has said what matters | unknown |
| protected | hidden |

*unknown* (cannot be told) is never *same* (no change that matters): the one is a lack of data, the other a result.

The smallest difference that matters is declared by the scale or the indicator (`matters` in the codebooks). Where it is
not, it is `OF_SD` of a standard deviation: of a published comparison by its standardised effect, of two published means
by the published deviation of the earlier one. Where that is not told either, nobody knows what matters, and nothing is
guessed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any, Literal, cast

from scipy.stats import false_discovery_control

from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.published import SHOWN

OF_SD = 0.2
"""Part of a standard deviation that matters where nothing is declared: this project's own choice (Cohen's "small")."""
FEW_AREAS = "few_areas"
"""Note of a difference in differences between so few regions that their own ups and downs are not in its interval."""
Word = Literal["clear", "slight", "perhaps", "same", "unknown", "hidden"]
Way = Literal["better", "worse", "more", "less"]
Better = Literal["higher", "lower", "neither"]
Row = Mapping[str, Any]
Pair = tuple[Row, Row]
TOLD: tuple[Word, ...] = ("clear", "slight", "perhaps")
"""Words that come with a way: something differs."""
SURE: tuple[Word, ...] = ("clear", "slight")
"""Those of them that hold among all the comparisons that were made."""
_WAYS: Mapping[Better, tuple[Way, Way]] = {
    "higher": ("better", "worse"), "lower": ("worse", "better"), "neither": ("more", "less"),
}  # fmt: skip
"""What more of something is, and less of it."""


@dataclass(frozen=True)
class Verdict:
    """How sure a difference is.

    Attributes:
        word: One of the six words.
        way: Which way it goes; more or less where neither is better; none where the word has none.
        times: How many times the smallest difference that matters it is; none where that is not known.
    """

    word: Word
    way: Way | None = None
    times: float | None = field(default=None, compare=False)

    @property
    def code(self) -> str:
        """Return its code among the titles of codes, such as clear_better."""
        return self.word if self.way is None else f"{self.word}_{self.way}"

    @property
    def sure(self) -> bool:
        """Tell whether there is a difference, among all the comparisons that were made."""
        return self.word in SURE

    def title(self, words: Words) -> str:
        """Return it in the reader's language, such as clearly better or cannot be told."""
        return words.title("verdict", self.code)


HIDDEN, UNKNOWN, SAME = Verdict("hidden"), Verdict("unknown"), Verdict("same")


@dataclass(frozen=True)
class Difference:
    """A difference with its interval.

    Attributes:
        estimate: The later minus the earlier, the first minus the other.
        low: Lower end of its interval.
        high: Upper end.
    """

    estimate: float | None
    low: float | None
    high: float | None


def judge(
    difference: Difference,
    *,
    matters: float | None,
    better: Better,
    q: float | None,
    fdr: float,
    measured: Difference | None = None,
) -> Verdict:
    """Say how sure a difference is.

    An interval that touches zero is not beyond it. A difference as large as the smallest one that matters does matter.

    Args:
        difference: The difference with its interval; without both ends nothing can be told.
        matters: The smallest difference that matters; None: nobody knows.
        better: Whether more is better, less is, or neither.
        q: Share of false discoveries among all that are as clear in its family, or the upper end of its class; None:
            it was not one of many.
        fdr: The share that readers accept.
        measured: The same difference in the unit of `matters`, where that is another one.
    """
    sized = measured or difference
    if None in (difference.estimate, difference.low, difference.high, sized.estimate, sized.low, sized.high):
        return UNKNOWN
    if matters is None or matters <= 0:
        return UNKNOWN
    value, low, high = cast("tuple[float, float, float]", (sized.estimate, sized.low, sized.high))
    if -matters < low and high < matters:
        return SAME
    up, down = _WAYS[better]
    beyond = cast("tuple[float, float]", (difference.low, difference.high))
    if beyond[0] <= 0 <= beyond[1]:
        return UNKNOWN
    way, times = (up if beyond[0] > 0 else down), abs(value) / matters
    if q is not None and q > fdr:
        return Verdict("perhaps", way, times)
    nearest = low if beyond[0] > 0 else -high
    return Verdict("clear" if nearest >= matters else "slight", way, times)


def apart(earlier: Row, later: Row) -> Difference:
    """Return the difference of two published estimates that have no published comparison, as if independent.

    Each end of the interval is as far from the difference as the square root of the sum of the squares of the ends
    behind it (Zou & Donner, 2008, Statistics in Medicine 27, 1693–1702), which for equal arms is t · √(se² + se²).
    People who answered in both make the true error smaller, so it errs on the side of caution.

    Args:
        earlier: A published row: estimate, ci_low, ci_high.
        later: Another.
    """
    a, b = earlier["estimate"], later["estimate"]
    ends = [row[name] for row in (earlier, later) for name in ("ci_low", "ci_high")]
    if a is None or b is None:
        return Difference(None, None, None)
    if None in ends:
        return Difference(b - a, None, None)
    a_low, a_high, b_low, b_high = ends
    return Difference(b - a, b - a - math.hypot(b - b_low, a_high - a), b - a + math.hypot(b_high - b, a - a_low))


def better_of(meta: Meta, *, scale: str = "", indicator: str = "", category: str = "") -> Better:
    """Return which way is better: as the scale says of its scores, else as the record of the indicator.

    A share of a scale's band is neither: whether many in a band are good news, the band's own place tells.
    """
    record = meta["indicators"].get(indicator)
    if record is not None and record["better"] != "scale":
        found: Better = record["better"]
        return found
    if scale not in meta["scales"] or category:
        return "neither"
    return "higher" if meta["scales"][scale]["higher_is_better"] else "lower"


def matters_of(meta: Meta, *, scale: str = "", indicator: str = "", category: str = "") -> float | None:
    """Return the smallest difference that matters as a codebook declares it; None where none does."""
    own = meta["indicators"].get(indicator, {}).get("matters")
    if own is None and scale in meta["scales"]:
        own = _share(meta) if category else meta["scales"][scale].get("matters")
    return None if own is None else float(own)


def _share(meta: Meta) -> float | None:
    """Return what matters of the share of a band."""
    found: float | None = meta["indicators"].get("band_share", {}).get("matters")
    return found


def compared(row: Row, meta: Meta) -> Verdict:
    """Judge a published comparison.

    An interval that leaves out how regions differ by themselves (few areas) proves no more than "perhaps".

    Args:
        row: A row of the table of comparisons: of changes, gaps, differences in differences or networks.
        meta: Metadata of the publication, with the share of false discoveries that readers accept.
    """
    if row["suppressed"] != SHOWN:
        return HIDDEN
    measured = row["comparison"] == "network_change"  # its measure stands in the category, the relation in the scale
    about = {"indicator": row["category"]} if measured else {"scale": row["scale"], "category": row["category"]}
    points, matters = Difference(row["estimate"], row["ci_low"], row["ci_high"]), matters_of(meta, **about)
    effect = Difference(row["effect"], row["effect_low"], row["effect_high"]) if matters is None else None
    found = judge(
        points, matters=OF_SD if matters is None else matters, measured=effect, better=better_of(meta, **about),
        q=row["q"], fdr=float(meta["coping"]["fdr"]),
    )  # fmt: skip
    few = FEW_AREAS in (row["note"] or "").split("; ")
    return replace(found, word="perhaps") if few and found.sure else found


def changed(earlier: Row, later: Row, meta: Meta, *, sd: float | None = None, q: float | None = None) -> Verdict:
    """Judge the change between two published estimates of which no comparison is published.

    Args:
        earlier: A published row of an indicator.
        later: The same in a later year, or of another place.
        meta: Metadata of the publication.
        sd: Published standard deviation of the earlier one, where the indicator is a mean of scores and tells it.
        q: Share of false discoveries, where it is one of several differences: see `q_together`.
    """
    if any(row["suppressed"] != SHOWN for row in (earlier, later)):
        return HIDDEN
    about = {name: later[name] for name in ("scale", "indicator", "category")}
    matters = matters_of(meta, **about)
    if matters is None and sd is not None:
        matters = OF_SD * sd
    return judge(
        apart(earlier, later), matters=matters, better=better_of(meta, **about), q=q,
        fdr=float(meta["coping"]["fdr"]),
    )  # fmt: skip


def q_together(differences: Sequence[Difference], confidence: float) -> list[float | None]:
    """Return the share of false discoveries of each of several differences of which only intervals are known.

    p is what an interval says that reached exactly to zero at its own level: with h from the difference to the end
    on the side of zero, 2Φ(−z·|d|/h). q is p after Benjamini & Hochberg (1995), as of published comparisons.

    Args:
        differences: What is looked at side by side; one without an interval has no q.
        confidence: Level of the intervals.
    """
    z, normal = NormalDist().inv_cdf((1 + confidence) / 2), NormalDist()
    ps: dict[int, float] = {}
    for place, one in enumerate(differences):
        if one.estimate is None or one.low is None or one.high is None:
            continue
        half = one.estimate - one.low if one.estimate > 0 else one.high - one.estimate
        ps[place] = 2 * normal.cdf(-z * abs(one.estimate) / half) if half > 0 else 1.0
    qs = dict(zip(ps, false_discovery_control(list(ps.values())), strict=True)) if ps else {}
    return [float(qs[place]) if place in qs else None for place in range(len(differences))]


def q_of(pair: Pair, beside: Sequence[Pair], meta: Meta) -> float | None:
    """Return the share of false discoveries of a change among those that stand beside it; none where it stands alone.

    Args:
        pair: An earlier row and a later one.
        beside: All the changes, this one among them.
        meta: Metadata of the publication.
    """
    if pair not in beside:
        return None
    return q_together([apart(*one) for one in beside], float(meta["confidence"]))[beside.index(pair)]


def changed_together(pairs: Sequence[Pair], meta: Meta) -> list[Verdict]:
    """Judge several pairs of published estimates side by side: the more are looked at, the less any of them proves.

    Args:
        pairs: An earlier row and a later one, or those of two groups.
        meta: Metadata of the publication.
    """
    qs = q_together([apart(*pair) for pair in pairs], float(meta["confidence"]))
    return [changed(*pair, meta, q=q) for pair, q in zip(pairs, qs, strict=True)]
