"""Longer runs: `python -m tests.fuzz --variants 20000 --seed 7`; one variant: `--only "xlsx:ties:bytes:7000123"`."""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz.judging import Outcome
from tests.fuzz.pool import Pool
from tests.fuzz.tally import Tally
from tests.fuzz.variants import Variant, variants


def say(*lines: str, between: str = "\n") -> None:
    """Print lines at once."""
    print(between.join(lines), flush=True)  # noqa: T201


def main() -> int:
    """Run variants, print every failure and the counts; the exit code tells whether there were failures."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--variants", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", help="form:table:kind:seed, as a failure is named")
    chosen = parser.parse_args()
    tally, begun = Tally(), time.monotonic()
    if chosen.only:
        form, table, kind, seed = chosen.only.split(":")
        wanted = iter([Variant(form, table, kind, int(seed))])
    else:
        wanted = variants(chosen.variants, chosen.seed)
    with Pool(1 if chosen.only else chosen.processes) as pool:

        def take(variant: Variant, outcome: Outcome) -> None:
            tally.take(variant, outcome)
            if outcome.faults or chosen.only:
                say(str(variant), outcome.end, outcome.error, *outcome.faults, between="\n    ")

        pool.run(wanted, take)
    say(*tally.lines())
    say(f"{time.monotonic() - begun:.0f} seconds.")
    return bool(tally.failures)


if __name__ == "__main__":
    sys.exit(main())
