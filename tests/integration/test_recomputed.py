"""Every measure of one network once more, by plain loops over the definitions: random ratings, some of them missing.

Nothing of what computes the indicators is used here. A report that is missing is None; a mean leaves it out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from itertools import combinations, permutations

import polars as pl
import pytest

from sujuva.integration import TieRule, agreement_actors, hsim_indicators, network_indicators, scale_indicators
from sujuva.integration.ties import Confirmation
from tests.integration.rated import organisations, ties_of

NAMES = tuple("abcdefgh")
SECTORS = ("siv", "siv", "siv", "sote", "sote", "3s", "3s", "srk")
LEVELS = ("basic", "special", "basic", "basic", "special", "basic", "basic", "basic")
ALL = range(len(NAMES))
Ratings = list[list[int | None]]


def rated(seed: int, *, weights: tuple[int, ...] = (1, 2, 2, 2, 1, 1)) -> Ratings:
    draw = random.Random(seed)
    made: Ratings = [draw.choices((0, 1, 2, 3, 4, None), weights, k=len(NAMES)) for _ in NAMES]
    made[0][1] = 0  # with a 0 somewhere, a pair without a row was not answered
    return made


def mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def both(one: float | None, other: float | None, of: Callable[[float, float], float]) -> float | None:
    return None if one is None or other is None else of(one, other)


def structure(o: Ratings, tie_from: int, confirmation: Confirmation) -> dict[tuple[str, str], float | None]:
    """Return measures of ties, by indicator and category; the arcs of `both` are those that both ends report."""
    report = {
        (i, j): None if o[i][j] is None else o[i][j] >= tie_from  # type: ignore[operator]
        for i, j in permutations(ALL, 2)
    }
    tie = dict(report)
    if confirmation == "both":
        for (i, j), here in report.items():
            ends = (here, report[j, i])
            tie[i, j] = False if False in ends else None if None in ends else True
    arcs = [pair for pair in tie if tie[pair]]
    external = sum(SECTORS[i] != SECTORS[j] for i, j in arcs)
    dyads = [(report[i, j], report[j, i]) for i, j in combinations(ALL, 2)]
    told = [ends for ends in dyads if None not in ends]
    paths = [(i, j, k) for i, j, k in permutations(ALL, 3) if tie[i, j] and tie[j, k] and tie[i, k] is not None]
    found: dict[tuple[str, str], float | None] = {
        ("network_density", ""): mean(tie.values()),
        ("network_ties", ""): len(arcs) / (1 if confirmation == "either" else 2),
        ("network_ei_sector", ""): (2 * external - len(arcs)) / len(arcs),
        ("network_transitivity", ""): mean(tie[i, k] for i, _, k in paths),
        ("network_reciprocity_dyad", ""): mean(all(ends) for ends in told if any(ends)),
    }
    roles = dict.fromkeys(("coordinator", "itinerant", "gatekeeper", "representative", "liaison"), 0)
    for i, j, k in paths:
        if not tie[i, k]:
            a, b, c = SECTORS[i], SECTORS[j], SECTORS[k]
            broker = "coordinator" if a == b == c else "itinerant" if a == c else ""
            roles[broker or ("gatekeeper" if b == c else "representative" if a == b else "liaison")] += 1
    return found | {("network_brokerage", role): count for role, count in roles.items()}


@pytest.mark.parametrize("confirmation", ["either", "both"])
@pytest.mark.parametrize("tie_from", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_structure(seed: int, tie_from: int, confirmation: Confirmation) -> None:
    o = rated(seed)
    rows = network_indicators(
        organisations(NAMES, SECTORS), ties_of(o, None, NAMES), TieRule(tie_from, confirmation, "auto")
    )
    values = {(key, category): value for key, category, value in rows["indicator", "category", "estimate"].rows()}
    expected = structure(o, tie_from, confirmation)
    assert {key: values[key] for key in expected} == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_ratings(seed: int) -> None:
    o, e = rated(seed), rated(seed + 100, weights=(1, 1, 2, 3, 3, 0))
    # A pair without an observed rating has no row, and so no expected rating either.
    for i, j in permutations(ALL, 2):
        e[i][j] = None if o[i][j] is None else e[i][j]
    pairs, dyads = list(permutations(ALL, 2)), list(combinations(ALL, 2))
    apart = [both(o[i][j], e[i][j], lambda x, y: abs(x - y)) for i, j in pairs]
    expected = {
        "hsim_known": sum(o[i][j] is not None for i, j in pairs) / len(pairs),
        "hsim_scope": mean(both(o[i][j], 1, lambda x, y: x >= y) for i, j in pairs),
        "hsim_depth": mean(o[i][j] for i, j in pairs),
        "hsim_depth_expected": mean(e[i][j] for i, j in pairs),
        "hsim_gap": mean(both(o[i][j], e[i][j], lambda x, y: y - x) for i, j in pairs),
        "hsim_congruence": mean(both(one, 0, lambda x, y: x == y) for one in apart),
        "hsim_reciprocity": mean(both(o[i][j], o[j][i], lambda x, y: x == y) for i, j in dyads),
        "hsim_reciprocity_graded": mean(both(o[i][j], o[j][i], lambda x, y: 1 - abs(x - y) / 4) for i, j in dyads),
        "hsim_depth_confirmed": mean(both(o[i][j], o[j][i], min) for i, j in dyads),
        "hsim_depth_intra": mean(o[i][j] for i, j in pairs if SECTORS[i] == SECTORS[j]),
        "hsim_depth_inter": mean(o[i][j] for i, j in pairs if SECTORS[i] != SECTORS[j]),
    }
    actors, ties = organisations(NAMES, SECTORS, LEVELS), ties_of(o, e, NAMES)
    rows = hsim_indicators(actors, ties)
    values = dict(rows["indicator", "estimate"].rows())
    assert {key: values[key] for key in expected} == pytest.approx(expected, abs=1e-12)

    kinds: dict[str, Callable[[int, int], bool]] = {
        "": lambda _i, _j: True,
        "vertical": lambda i, j: LEVELS[i] != LEVELS[j],
        "horizontal": lambda i, j: LEVELS[i] == LEVELS[j],
        "intra": lambda i, j: SECTORS[i] == SECTORS[j],
        "inter": lambda i, j: SECTORS[i] != SECTORS[j],
    }
    scale = scale_indicators(actors, ties).filter(indicator="scale_optimum")
    wanted = {kind: 25 * (mean(e[i][j] for i, j in pairs if of(i, j)) or 0) for kind, of in kinds.items()}
    found = dict(scale["category", "estimate"].rows())
    assert {kind: found[kind] for kind in wanted} == pytest.approx(wanted, abs=1e-10)

    views = agreement_actors(actors, ties).filter(pl.col("measure").str.starts_with("agreement_exact_"))
    for i in ALL:
        others = [j for j in ALL if j != i]
        # Said of the involvement of i: perceived by others or itself, expected by others or itself.
        perceived = {"others": [o[j][i] for j in others], "self": [o[i][j] for j in others]}
        hoped = {"others": [e[j][i] for j in others], "self": [e[i][j] for j in others]}
        assert dict(views.filter(organisation=NAMES[i])["measure", "value"].rows()) == pytest.approx(
            {
                f"agreement_exact_{one}_{other}": mean(
                    both(x, y, lambda x, y: x == y) for x, y in zip(perceived[one], hoped[other], strict=True)
                )
                for one in perceived
                for other in hoped
            }
        )
