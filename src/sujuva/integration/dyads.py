"""Measures of a network as functions of its dyads: what each dyad adds, and values in many resamples at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from sujuva.integration.matrices import Matrix, Sociomatrix
from sujuva.integration.measures import NO_RATINGS, NO_TIES, NO_TWO_PATHS, SOME_MISSING, UNDIRECTED, Counts, Network
from sujuva.integration.ratings import off_scale
from sujuva.integration.ties import TieRule, reported, standing


class Statistic(Protocol):
    """A measure of one network; `reason` says why it has no value, and is "" where it has one."""

    @property
    def reason(self) -> str: ...  # noqa: D102

    @property
    def value(self) -> float:
        """Its value; NaN where it has none."""

    def influence(self) -> Matrix:
        """What each dyad adds to it, to first order: n×n, symmetric, a dyad's whole part in both its cells."""

    def change(self, later: Self) -> tuple[Matrix, ...]:
        """What each dyad adds to the change until `later`, likewise; where it bends, told in two ways.

        First the difference of both influences; then the mean slope of both times how much the dyad itself changed.
        """


@dataclass(frozen=True)
class Ratio:
    """A ratio of two sums over dyads, Σ top / Σ bottom; what is not known adds 0 to both.

    In a `contrast`, dyads count for and against, and its slope by a dyad changes with all others.
    """

    top: Matrix
    bottom: Matrix
    reason: str = ""
    contrast: bool = False

    @property
    def _sums(self) -> tuple[float, float]:
        upper = np.triu_indices(len(self.top), 1)
        return float(self.top[upper].sum()), float(self.bottom[upper].sum())

    @property
    def value(self) -> float:
        """Its value; NaN where it has none."""
        top, bottom = self._sums
        return top / bottom if bottom else float("nan")

    def influence(self) -> Matrix:
        """What each dyad adds: (top − ratio·bottom)/Σ bottom."""
        return np.asarray((self.top - self.value * self.bottom) / self._sums[1])

    def change(self, later: Self) -> tuple[Matrix, ...]:
        """What each dyad adds to the change; of a contrast also (Δtop − mean ratio·Δbottom)/mean Σ bottom."""
        plain: Matrix = later.influence() - self.influence()
        if not self.contrast:
            return (plain,)
        total = (self._sums[1] + later._sums[1]) / 2
        ratio = (self.value + later.value) / 2
        return plain, np.asarray((later.top - self.top - ratio * (later.bottom - self.bottom)) / total)

    def resampled(self, counts: Matrix) -> Matrix:
        """Its value in each resample; NaN where there is none.

        Args:
            counts: draws × dyads (of the upper triangle, row by row): how often a resample has each dyad.
        """
        upper = np.triu_indices(len(self.top), 1)
        top, bottom = counts @ self.top[upper], counts @ self.bottom[upper]
        made: Matrix = np.divide(top, bottom, out=np.full(len(counts), np.nan), where=bottom > 0)
        return made


@dataclass(frozen=True)
class Transitivity:
    """Share of two-paths i→j→k that the tie i→k closes, of those of which that is known."""

    tied: Matrix
    known: Matrix
    reason: str = ""

    @property
    def value(self) -> float:
        """Its value; NaN where it has none."""
        paths = self.tied @ self.tied
        total = (paths * self.known).sum()
        return float((paths * self.tied).sum() / total) if total else float("nan")

    def influence(self) -> Matrix:
        """Half the derivative by the weight of each dyad: two-paths that have it as a leg or as what would close them.

        Half, because a triad has two dyads with each of its actors: so the parts of an actor's dyads add up to what
        the actor adds, as they do where a measure is a sum over dyads.
        """
        a, k = self.tied, self.known
        paths = a @ a
        total = (paths * k).sum()
        closing = paths * (a - self.value * k)
        # As first leg i→j: two-paths on to any third actor; as second leg j→k: from any third actor.
        first = a * ((a @ a.T) - self.value * (k @ a.T))
        second = a * ((a.T @ a) - self.value * (a.T @ k))
        both = closing + first + second
        made: Matrix = (both + both.T) / (2 * total)
        np.fill_diagonal(made, 0)
        return made

    def change(self, later: Self) -> tuple[Matrix, ...]:
        """What each dyad adds to the change; also the mean slope by its ties and what is known, times their changes."""
        tied, known = later.tied - self.tied, later.known - self.known
        own: Matrix = (self._by_change(tied, known) + later._by_change(tied, known)) / 2
        return later.influence() - self.influence(), own + own.T

    def _by_change(self, tied: Matrix, known: Matrix) -> Matrix:
        """Slope of the measure by each arc, as closing and as a leg, times the change of the arc."""
        a, k = self.tied, self.known
        paths = a @ a
        legs = a @ a.T + a.T @ a - self.value * (k @ a.T + a.T @ k)
        made: Matrix = (paths * (tied - self.value * known) + legs * tied) / (paths * k).sum()
        return made


@dataclass(frozen=True)
class Centralization:
    """Freeman's degree centralization Σ(d_max − d_i)/((n−1)(n−2)) of a network without direction, all of it known."""

    tied: Matrix
    reason: str = ""

    @property
    def value(self) -> float:
        """Its value; NaN where it has none."""
        n, degrees = len(self.tied), self.tied.sum(axis=1)
        return float((n * degrees.max() - degrees.sum()) / ((n - 1) * (n - 2)))

    def influence(self) -> Matrix:
        """Derivative by the weight of each dyad, with d_i and d_max as (n − 1) times a mean over dyads."""
        n = len(self.tied)
        degrees = self.tied.sum(axis=1)
        top = degrees == degrees.max()
        at_top = top / top.sum()  # those who share the highest degree share its weight
        weight = n * (at_top[:, None] + at_top[None, :])
        made: Matrix = weight * (self.tied - degrees.max() / (n - 1)) - 2 * (self.tied - degrees.mean() / (n - 1))
        np.fill_diagonal(made, 0)
        return made / ((n - 1) * (n - 2))

    def change(self, later: Self) -> tuple[Matrix, ...]:
        """What each dyad adds to the change."""
        return (later.influence() - self.influence(),)


def statistics(network: Sociomatrix, rule: TieRule, depth_max: int) -> dict[str, Statistic]:
    """Return the measures of a network for which a change between waves is told, by indicator.

    Args:
        network: At least three actors.
        rule: When a rating is a tie.
        depth_max: Highest rating of the scale of depth.
    """
    ties, reports = standing(network, rule), reported(network, rule)
    either = ties.undirected()
    o, e = network.observed, network.expected
    sectors = np.array(network.sectors)
    same = sectors[:, None] == sectors[None, :]
    tied = _number(ties.adjacency)
    both_known = reports.known & reports.known.T
    sent = reports.adjacency
    any_tie, mutual = _number((sent | sent.T) & both_known), _number(sent & sent.T)
    whole = "" if either.complete else SOME_MISSING
    one_way = "" if network.directed else UNDIRECTED
    over_o, over_e = (off_scale(network, depth_max, one) for one in (o, e))
    return {
        "network_density": _ratio(tied, _number(ties.known)),
        "network_ei_sector": _ratio(tied * np.where(same, -1, 1), tied, NO_TIES, contrast=True),
        "network_reciprocity_dyad": _ratio(mutual, any_tie, NO_TIES, one_way),
        "network_transitivity": _transitivity(ties),
        "network_centralization_degree": Centralization(_number(either.adjacency), whole),
        "hsim_depth": _mean(o, over_o),
        "hsim_depth_expected": _mean(e, over_e),
        "hsim_gap": _mean(e - o, over_o or over_e),
        "hsim_depth_confirmed": _mean(np.minimum(o, o.T), over_o),
        "hsim_depth_intra": _mean(np.where(same, o, np.nan), over_o),
        "hsim_depth_inter": _mean(np.where(same, np.nan, o), over_o),
    }


def _number(flags: npt.NDArray[np.bool_] | Counts) -> Matrix:
    made: Matrix = flags.astype(np.float64)
    return made


def _ratio(top: Matrix, bottom: Matrix, empty: str = NO_RATINGS, reason: str = "", *, contrast: bool = False) -> Ratio:
    """Sum both directions of each dyad."""
    return Ratio(top + top.T, bottom + bottom.T, reason or ("" if bottom.any() else empty), contrast)


def _mean(values: Matrix, reason: str) -> Ratio:
    return _ratio(np.nan_to_num(values), _number(~np.isnan(values)), NO_RATINGS, reason)


def _transitivity(ties: Network) -> Transitivity:
    tied, known = _number(ties.adjacency), _number(ties.known)
    return Transitivity(tied, known, "" if ((tied @ tied) * known).any() else NO_TWO_PATHS)
