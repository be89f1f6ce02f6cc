"""Core and periphery: how much a network looks like a core that is tied to all, and a periphery that is not.

Source: Borgatti & Everett (1999), Models of core/periphery structures, Social Networks 21, 375–395: the discrete
model, with the correlation of the ties with the ideal pattern as its fit.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from sujuva.integration.measures import FEW_ACTORS, NO_TIES, Cells, Counts, Measure, Network

ALL_TIED = "all_tied"
"""Note: every pair is tied, so nothing tells a core from a periphery."""
NO_CORE = "no_core"
"""Note: too little is known to tell a core from a periphery."""
NOT_UNIQUE = "core_not_unique"
"""Note: another core fits as well; this is the smallest, and of those the first by the order of the actors."""
EXACT = 15
"""Up to so many actors every possible core is tried."""
STARTS = 30
"""Random places from which a local search begins, in larger networks."""
SEED = 1999
Pattern = Literal["or", "and"]
_DIGITS = 12


class Core(NamedTuple):
    """How well the best core fits (a correlation), who is in it, and a note."""

    fit: float | None
    members: frozenset[str]
    note: str = ""


def core_periphery(network: Network, pattern: Pattern = "or") -> Core:
    """Find the core whose ideal pattern correlates most with the ties, over the ordered pairs known.

    All cores are tried for up to `EXACT` actors. In larger networks every set of the most tied actors and `STARTS`
    random sets (of a fixed seed) are improved, one actor at a time, until nothing helps: good, but not certain.

    Args:
        network: Ties; where they have a direction, cells (i, j) and (j, i) count by themselves.
        pattern: In the ideal, a pair is tied when either end is in the core (`or`), or both ends are (`and`).
    """
    if network.size < 3:  # noqa: PLR2004
        return Core(None, frozenset(), FEW_ACTORS)
    tied, known = network.adjacency, network.known
    if not tied.any():
        return Core(None, frozenset(), NO_TIES)
    if (tied == known).all():
        return Core(None, frozenset(), ALL_TIED)
    # Outside "or" is a pair of which neither end is in the core; inside "and" is one of which both are.
    if network.size <= EXACT:
        chosen: Counts = ((np.arange(1 << network.size)[:, None] >> np.arange(network.size)) & 1)[1:-1]
    else:
        chosen = _search(tied, known, pattern)
    fits = np.round(_fits(chosen, tied, known, pattern), _DIGITS)
    if np.isnan(fits).all():
        return Core(None, frozenset(), NO_CORE)
    best = np.unique(chosen[fits == np.nanmax(fits)], axis=0)
    order = sorted(best.tolist(), key=lambda core: (sum(core), [-member for member in core]))
    names = list(network.sectors)
    fit = float(_fits(np.array(order[:1], np.int64), tied, known, pattern)[0])
    members = frozenset(name for name, member in zip(names, order[0], strict=True) if member)
    return Core(fit, members, NOT_UNIQUE if len(order) > 1 else "")


def core_fit(network: Network) -> Measure:
    """Correlation of the ties with the best pattern of core and periphery: 1 when they are just that."""
    fit, _, note = core_periphery(network)
    return Measure(fit, note if fit is None else "")


def core_size(network: Network) -> Measure:
    """Number of actors in the best core."""
    fit, members, note = core_periphery(network)
    return Measure(None if fit is None else len(members), note)


def _fits(cores: Counts, tied: Counts, known: Counts, pattern: Pattern) -> npt.NDArray[np.float64]:
    """Correlation of ties and pattern for each row of 0/1 in `cores`; NaN where the pattern is all alike."""
    marked = 1 - cores if pattern == "or" else cores
    cells, ties = int(known.sum()), int(tied.sum())
    inside = ((marked @ known) * marked).sum(axis=1)
    both = ((marked @ tied) * marked).sum(axis=1)
    if pattern == "or":
        inside, both = cells - inside, ties - both
    return _correlation(cells, ties, inside, both)


def _correlation(cells: int, ties: int, inside: Counts, both: Counts) -> npt.NDArray[np.float64]:
    spread = inside * (cells - inside)
    top = (cells * both - ties * inside) / np.sqrt(np.where(spread > 0, spread, 1) * float(ties * (cells - ties)))
    return np.where(spread > 0, top, np.nan)


def _search(tied: Counts, known: Counts, pattern: Pattern) -> Counts:
    """Climb from several starts at once: in each round, every start takes its best change of one actor."""
    n = len(tied)
    degrees = tied.sum(axis=0) + tied.sum(axis=1)
    ranks = np.argsort(np.argsort(-degrees, kind="stable"), kind="stable")
    ordered = (ranks[None, :] < np.arange(1, n)[:, None]).astype(np.int64)
    random = np.random.default_rng(SEED).integers(0, 2, (STARTS, n))
    cores: Counts = np.concatenate([ordered, random])
    cells, ties = int(known.sum()), int(tied.sum())
    around = [matrix + matrix.T for matrix in (known, tied)]
    climbing = np.ones(len(cores), bool)
    while climbing.any():
        now = cores[climbing]
        marked = 1 - now if pattern == "or" else now
        step = 1 - 2 * marked  # a change of one actor adds or takes away its cells with the marked
        changed = []
        for matrix, whole in zip(around, (cells, ties), strict=True):
            base = ((marked @ matrix) * marked).sum(axis=1) // 2
            count = base[:, None] + step * (marked @ matrix)
            changed.append(whole - count if pattern == "or" else count)
        fits = np.nan_to_num(_correlation(cells, ties, *changed), nan=-2.0)
        before = np.nan_to_num(_fits(now, tied, known, pattern), nan=-2.0)
        best = fits.argmax(axis=1)
        better: Cells = fits.max(axis=1) > before + 10.0**-_DIGITS
        places = np.flatnonzero(climbing)
        cores[places[better], best[better]] ^= 1
        climbing[places[~better]] = False
    return cores
