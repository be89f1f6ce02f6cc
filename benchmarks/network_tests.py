"""How often the permutation tests reject at 5 % where there is no effect: E-I by sector, and QAP.

python -m benchmarks.network_tests [--draws 10000]
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from sujuva.integration.measures import Network
from sujuva.integration.permutation import ei_test
from sujuva.integration.qap import qap_test

LEVEL = 0.05
PERMUTATIONS = 399
_ACTORS, _SECTORS, _DENSITY = 40, 3, 0.3


def ei_rejections(draws: int, seed: int) -> float:
    """Return the share of networks, of ties drawn whatever the sectors, of which the test says they do matter."""
    random = np.random.default_rng(seed)
    sectors = {f"a{number:02}": str(number % _SECTORS) for number in range(_ACTORS)}
    known = np.ones((_ACTORS, _ACTORS), bool)
    rejected = 0
    for _ in range(draws):
        tied = random.random((_ACTORS, _ACTORS)) < _DENSITY
        found = ei_test(Network.from_matrix(sectors, tied, known, True), permutations=PERMUTATIONS, random=random)
        assert found.p is not None
        rejected += found.p <= LEVEL
    return rejected / draws


def qap_rejections(draws: int, seed: int, *, actors: int = 20, missing: float = 0.0) -> float:
    """Return the share of pairs of unrelated relations, of actors who differ, that the test calls related."""
    random = np.random.default_rng(seed)
    rejected = 0
    for _ in range(draws):
        pair = []
        for _ in range(2):
            active, sought = random.normal(size=(2, actors, 1))
            cells = np.clip(np.rint(2 + active + sought.T + random.normal(size=(actors, actors))), 0, 4)
            pair.append(np.where(random.random(cells.shape) < missing, np.nan, cells))
        found = qap_test(pair[0], pair[1], permutations=PERMUTATIONS, random=random)
        assert found.p is not None
        rejected += found.p <= LEVEL
    return rejected / draws


def main() -> int:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=10_000)
    draws = parser.parse_args().draws
    error = (LEVEL * (1 - LEVEL) / draws) ** 0.5
    print(f"{draws:,} draws, {PERMUTATIONS} permutations each; Monte Carlo error {error:.2%}")
    shares = {
        "E-I, sectors dealt out by chance": ei_rejections(draws, 1),
        "QAP": qap_rejections(draws, 2),
        "QAP, a tenth missing": qap_rejections(draws, 3, missing=0.1),
    }
    for name, share in shares.items():
        print(f"  {name}: rejects {share:.2%} (target 4–6 %: {'reached' if 0.04 <= share <= 0.06 else 'MISSED'})")
    return 0 if all(0.04 <= share <= 0.06 for share in shares.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
