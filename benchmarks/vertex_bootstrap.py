"""Size of the tests of change between waves of a network: how often they reject at 5 % where nothing changed.

Two worlds without an effect, of rated networks whose pairs keep their closeness from wave to wave:
independent: what changes is each rating's (and each pair's) own;
actors: besides, every actor is more or less active and popular in each wave, for all its pairs alike.

    python benchmarks/vertex_bootstrap.py [--draws 1000] [--bootstrap 500] [--actors 10 15 25]
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from sujuva.integration.bootstrap import _changes
from sujuva.integration.matrices import Sociomatrix
from sujuva.integration.ties import TieRule

WORLDS = {"independent": 0.0, "actors": 0.6, "strong actors": 1.2}
_STEPS = np.array([-0.8, 0.2, 0.9, 1.6])
_SECTORS = ("education", "health", "social", "third")


def two_waves(n: int, actors: float, rng: np.random.Generator) -> tuple[Sociomatrix, Sociomatrix]:
    """Draw a network at two waves that have the same distribution.

    Args:
        n: Number of actors.
        actors: Standard deviation of what an actor sends and receives in a wave, beside a noise of 0.7.
        rng: Random numbers.
    """
    sectors = tuple(_SECTORS[number % len(_SECTORS)] for number in range(n))
    same = np.equal.outer(np.array(sectors), np.array(sectors))
    base = _pairs(n, rng) * 0.6 + np.where(same, 0.4, -0.1)
    made = []
    for wave in (2022, 2024):
        sends, gets = rng.normal(0, actors, n), rng.normal(0, actors, n)
        latent = base + 0.4 * _pairs(n, rng) + 0.6 * rng.standard_normal((n, n)) + sends[:, None] + gets[None, :]
        latent /= np.sqrt(1 + 2 * actors**2)  # the same spread in every world
        ratings = (latent[:, :, None] > _STEPS).sum(axis=2).astype(float)
        np.fill_diagonal(ratings, np.nan)
        expected = np.minimum(ratings + rng.integers(0, 3, (n, n)), 4)
        names = tuple(f"O{number:02d}" for number in range(n))
        made.append(Sociomatrix("oulu", wave, "work", names, sectors, (None,) * n, ratings, expected, directed=True))
    return made[0], made[1]


def _pairs(n: int, rng: np.random.Generator) -> np.ndarray:
    half = np.triu(rng.standard_normal((n, n)), 1)
    return half + half.T


def rejections(n: int, actors: float, draws: int, bootstrap: int, seed: int) -> dict[str, tuple[int, int]]:
    """Return, by measure, the number of draws that reject at 5 % and of those that have a test."""
    rng = np.random.default_rng(seed)
    found: dict[str, list[int]] = {}
    for _ in range(draws):
        first, last = two_waves(n, actors, rng)
        for row in _changes(first, last, TieRule(), 4, bootstrap, rng, 0.95):
            counts = found.setdefault(row["category"], [0, 0])
            if row["p"] is not None:
                counts[0] += row["p"] < 0.05
                counts[1] += 1
    return {name: (rejected, tested) for name, (rejected, tested) in found.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--bootstrap", type=int, default=500)
    parser.add_argument("--actors", type=int, nargs="+", default=[10, 15, 25])
    asked = parser.parse_args()
    for n in asked.actors:
        for world, actors in WORLDS.items():
            start = time.perf_counter()
            found = rejections(n, actors, asked.draws, asked.bootstrap, seed=20221207)
            print(f"{n} actors, {world} ({time.perf_counter() - start:.0f} s)")
            for name, (rejected, tested) in found.items():
                print(f"  {name:30} {rejected / max(tested, 1):6.3f} of {tested}")


if __name__ == "__main__":
    main()
