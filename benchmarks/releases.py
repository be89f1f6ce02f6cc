"""Guesses of who joined or left between two releases, beside the register and without it, and what the register costs.

Made-up studies of four regions with 60 to 140 persons each are published twice. Between the two, one to four persons of
one region left or joined; in every other pair 80 to 120 joined or left elsewhere, too. An intruder knows them, and of
each cell exactly how many are in it, and guesses whether they are in the band.

    python -m benchmarks.releases [--pairs 40]
"""

from __future__ import annotations

import argparse
import sys
import time

import polars as pl

from sujuva.published import Published
from tests.releases import worlds

_KEY = ["indicator", "category", "region", "group"]


def shown(release: Published) -> pl.DataFrame:
    """Return the shown rows of scores."""
    return release["parjaavyys"].filter(pl.col("suppressed") == "").select(*_KEY, "estimate", "n")


def same(one: Published, two: Published) -> int:
    """Return how many rows both show alike."""
    return shown(one).join(shown(two), on=[*_KEY, "estimate", "n"], nulls_equal=True).height


def main() -> None:
    """Publish the pairs, guess, and print what came of it; end with 1 where the register did not prevent a guess."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=40, help="how many pairs of releases [40]")
    pairs = parser.parse_args().pairs
    beside, without, few = [0, 0], [0, 0], [0, 0]
    rows = {"first": 0, "second": 0, "today": 0, "alone": 0}
    spent = {"alone": 0.0, "beside": 0.0}
    for seed in range(pairs):
        pair = worlds.pair(seed)
        first = worlds.published(pair.old)
        start = time.process_time()
        alone = worlds.published(pair.new)
        middle = time.process_time()
        second = worlds.published(pair.new, worlds.before_of(first, pair.old, pair.new))
        spent["alone"] += middle - start
        spent["beside"] += time.process_time() - middle
        for counts, release in ((beside, second), (without, alone)):
            guesses, right = worlds.guessed(pair, first, release)
            counts[0] += guesses
            counts[1] += right
        some = pl.concat(one for one in worlds.moved(pair, "oulu", "all") if one.height)
        few[0] += some.height
        few[1] += some.filter(worlds.in_band()).height
        rows["first"] += shown(first).height
        rows["second"] += shown(second).height
        rows["alone"] += shown(alone).height
        rows["today"] += same(second, alone)
    print(f"{pairs} pairs of releases")
    print(f"{few[0]} persons moved, {few[1]} of them in the band")
    print(f"without the register: {without[0]} guesses, {without[1]} right")
    print(f"beside the register:  {beside[0]} guesses, {beside[1]} right")
    print(f"rows shown: {rows['first']} at first; {rows['second']} beside the register, {rows['alone']} without it")
    print(f"told anew or unchanged: {rows['today'] / rows['alone']:.0%} of what the second would tell alone")
    each = {name: f"{total / pairs:.1f}" for name, total in spent.items()}
    print(f"seconds of CPU a publication: {each['beside']} beside the register, {each['alone']} alone")
    sys.exit(int(beside[0] > 0))


if __name__ == "__main__":
    main()
