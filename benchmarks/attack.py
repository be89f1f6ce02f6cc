"""What an intruder learns from published tables: the example, made-up worlds, random tables, pairs of releases.

    python -m benchmarks.attack [--folder data/published] [--earlier FOLDER …] [--worlds 20] [--tables 2000]

- the folder (and its earlier releases), with the seconds of CPU that the attack takes;
- worlds: the makers of `tests/publish`, 100 to 400 persons a region and wave; all weigh the same;
- tables: regions × groups with their margins, most counts small, through `sujuva.publish.protect`; beside successes the
  share of cells and of persons in them that is hidden, by the primary rule alone and in all.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from sujuva.attack import Finding, attack
from sujuva.attack.counts import Counts, learned
from sujuva.publish import Privacy, publish
from sujuva.publish.protect import protect
from sujuva.publish.sums import Cells, Relation
from sujuva.published import read_published
from tests.publish import made_up, made_up_coping

THRESHOLD = 5


def told(found: list[Finding]) -> str:
    """Return how many of each kind."""
    return ", ".join(f"{kind} {count}" for kind, count in Counter(one.kind for one in found).items()) or "nothing"


def worlds(count: int) -> None:
    """Publish and attack made-up worlds."""
    total: list[Finding] = []
    shown = rows = 0
    with tempfile.TemporaryDirectory() as folder:
        source = made_up.input_folder(Path(folder), made_up.ALL_REGIONS)
        for seed in range(count):
            made = made_up.indicators(persons=100 + 300 * seed // max(count - 1, 1), seed=seed)
            out = publish(
                made, input_folder=source, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES,
                coping=made_up_coping.COPING,
            )  # fmt: skip
            total += attack(out)
            everyone = out["parjaavyys"].filter(group="all")
            shown, rows = shown + everyone.filter(suppressed="").height, rows + everyone.height
    print(f"{count} worlds: {told(total)}; rows about everyone shown {shown / max(rows, 1):.3f}")


def tables(count: int) -> None:
    """Protect and attack random tables of regions and groups."""
    rng = np.random.default_rng(1)
    successes = small = 0
    hidden, first, weight, first_weight = 0.0, 0.0, 0.0, 0.0
    for _ in range(count):
        height, width = rng.integers(2, 6, 2)
        inner = rng.negative_binomial(1, 0.06, (height, width))
        full = np.block([[inner, inner.sum(1, keepdims=True)], [inner.sum(0, keepdims=True), inner.sum()]])
        at = np.arange(full.size).reshape(full.shape)
        lines = [*at, *at.T]
        relations = [Relation(int(line[-1]), tuple(line[:-1].tolist())) for line in lines]
        values = full.ravel().tolist()
        cells = Cells.of_counts(values, threshold=THRESHOLD)
        gone = protect(cells, relations)
        known = Counts()
        for cell, value in enumerate(values):
            rule = (1, THRESHOLD - 1) if cells.primary[cell] else (0, 10**6)
            known.count(cell, *(rule if gone[cell] else (value, value)))
        for line in lines:
            known.adds_up(int(line[-1]), line[:-1].tolist())
        goals = np.flatnonzero(cells.primary).tolist()
        successes += len(learned(known, goals, THRESHOLD))
        small += len(goals)
        hidden, first = hidden + gone.mean(), first + cells.primary.mean()
        weight += sum(np.asarray(values)[gone]) / max(sum(values), 1)
        first_weight += sum(np.asarray(values)[cells.primary]) / max(sum(values), 1)
    print(
        f"{count} tables: {successes} of {small} small counts learned; cells hidden {hidden / count:.3f} "
        f"(primary alone {first / count:.3f}), of what they count {weight / count:.3f} ({first_weight / count:.3f})"
    )


def main() -> None:
    """Print what is learned of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default="data/published")
    parser.add_argument("--earlier", nargs="*", default=[])
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--tables", type=int, default=2000)
    options = parser.parse_args()
    start = time.process_time()
    found = attack(read_published(options.folder), [read_published(one) for one in options.earlier])
    print(f"{options.folder}: {told(found)}; {time.process_time() - start:.0f} s of CPU")
    tables(options.tables)
    worlds(options.worlds)


if __name__ == "__main__":
    main()
