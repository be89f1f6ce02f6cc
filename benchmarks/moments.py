"""How much the moments of answers cost beside merely reading and adding up the same columns.

Computed, as in the notebook `moments`: from one Parquet file of 10 million respondents with 28 items (Int8 codes 1–5,
rows in random order), by wave, region and informant (texts but the wave: 66 domains), for each item the number of
answers, the number missing, the sum and the sum of squares, and for the scale of all items the sums of products of
every two, exactly: `sujuva.moments.answer_tables`. Once with 3 % of the answers missing and once with none.

Yardstick: `pl.scan_parquet(file).select(<28 sums>).collect(engine="streaming")` on the same file in the same process,
in alternation; each time is the median over the pairs, and so is the ratio that counts. The results are compared with a
plain numpy computation of a few items, and with the yardstick's own sums. Peak memory is that of a fresh process that
computes the moments once.

    .venv/bin/python -m benchmarks.moments
    .venv/bin/python -m benchmarks.moments --missing 0 --rows 1000000
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.common import one_scale, report
from sujuva.moments import answer_tables

ITEMS = [f"q_{number}" for number in range(1, 29)]
BY = ["wave", "region", "informant"]
REGIONS, WAVES = 22, 3
MISSING = (0.03, 0.0)
RESPONSE = (1, 5)
INSTRUMENT = one_scale(len(ITEMS), RESPONSE)
# Ratios at a share of missing answers; without any the bare scan has nothing to skip, and no target.
TARGET_RATIO, TARGET_GIGABYTES = 3.0, 1.5
THIS = [sys.executable, "-m", "benchmarks.moments"]


def generate(path: Path, rows: int, missing: float) -> None:
    """Write the file: seed fixed, every row in a random domain, `missing` of the answers null."""
    random = np.random.default_rng(20221207)
    group = random.integers(0, REGIONS * WAVES, rows, dtype=np.int32)
    columns = {
        "wave": pl.Series(2022 + group % WAVES, dtype=pl.Int32),
        "region": pl.select(pl.format("region-{}", pl.lit(pl.Series(group // WAVES)))).to_series(),
        "informant": pl.Series(["self"], dtype=pl.String).new_from_index(0, rows),
    }
    for name in ITEMS:
        answers = pl.Series(random.integers(*RESPONSE, rows, dtype=np.int8, endpoint=True))
        if missing:
            gone = pl.Series(random.random(rows, dtype=np.float32) < missing)
            answers = pl.select(pl.when(~pl.lit(gone)).then(pl.lit(answers))).to_series()
        columns[name] = answers
    pl.DataFrame(columns).write_parquet(path, compression="zstd", compression_level=3, row_group_size=1_000_000)


def yardstick(path: Path) -> pl.DataFrame:
    """Read all items and add them up, nothing else."""
    return pl.scan_parquet(path).select(pl.col(ITEMS).sum()).collect(engine="streaming")


def moments(path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Compute what is measured."""
    return answer_tables(pl.scan_parquet(path), INSTRUMENT)


def check(path: Path, made: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    """Compare with numpy for three items, domain by domain, and with the yardstick's totals for all."""
    items, products = (one.filter(pl.col("region") != "network") for one in made)
    assert dict(items.group_by("item").agg(pl.col("sum").sum()).iter_rows()) == yardstick_totals(path)
    complete = pl.scan_parquet(path).drop_nulls(ITEMS)
    for name, other in ((ITEMS[0], ITEMS[1]), (ITEMS[12], ITEMS[20]), (ITEMS[-1], ITEMS[-1])):
        raw = pl.read_parquet(path, columns=[*BY, name])
        mine = items.filter(pl.col("item") == name)
        place = mine.select(BY).with_row_index("place")
        index = raw.join(place, on=BY, how="left", maintain_order="left")["place"].to_numpy()
        answered = raw[name].is_not_null().to_numpy()
        values = raw[name].fill_null(0).cast(pl.Int64).to_numpy()
        # Whole numbers far below 2^53, so these float sums are exact.
        for column, weights in (("n", answered), ("n_missing", ~answered), ("sum", values), ("sumsq", values * values)):
            assert np.array_equal(np.bincount(index, weights, mine.height), mine[column].to_numpy()), (name, column)
        both = complete.select((pl.col(name).cast(pl.Int64) * pl.col(other)).sum()).collect(engine="streaming").item()
        assert products.filter(item=name, other_item=other)["product"].sum() == both, (name, other)


def yardstick_totals(path: Path) -> dict[str, int]:
    """Return each item's total in 64 bits."""
    sums = pl.scan_parquet(path).select(pl.col(ITEMS).cast(pl.Int64).sum()).collect(engine="streaming")
    return sums.row(0, named=True)


def timed(function: object, path: Path) -> float:
    """Return the seconds that one call takes, its result thrown away."""
    begun = time.perf_counter()
    function(path)  # type: ignore[operator]
    return time.perf_counter() - begun


def peak(path: Path) -> float:
    """Return the gigabytes that a process of its own needs at most.

    Call this before the parent computes anything: Linux lets a child begin with the peak of its parent.
    """
    child = subprocess.run([*THIS, "--once", str(path)], check=True, capture_output=True, text=True)
    return int(child.stdout) * 1024 / 1e9


def measure(path: Path, repeats: int, gigabytes: float, missing: float) -> bool:
    """Check, time and print; return whether both targets are met."""
    check(path, moments(path))  # also warms up both
    yardstick(path)
    pairs = [(timed(moments, path), timed(yardstick, path)) for _ in range(repeats)]
    ratio = statistics.median(made / bare for made, bare in pairs)
    report("moments of answers / bare sums", *(statistics.median(times) for times in zip(*pairs, strict=True)))
    most = TARGET_RATIO if missing else math.inf
    print(f"  median of the {repeats} pairs' ratios: {ratio:.2f}{verdict(ratio, most) if missing else ''}")
    print(f"  peak memory: {gigabytes:.2f} GB{verdict(gigabytes, TARGET_GIGABYTES)}")
    print("  exact: three items by domain against numpy, three products and the totals of all items against Int64 sums")
    return ratio <= most and gigabytes <= TARGET_GIGABYTES


def verdict(value: float, at_most: float) -> str:
    """Say whether a target is met, as `report` does."""
    return f"  (target: at most {at_most:g}: {'reached' if value <= at_most else 'MISSED'})"


def main() -> int:
    """Run the benchmark; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--missing", type=float, action="append", help="share of answers that are missing")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="keep the generated files here (default: a temporary folder)")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--generate", type=Path, help=argparse.SUPPRESS)
    choice = parser.parse_args()
    if choice.generate:
        generate(choice.generate, choice.rows, choice.missing[0])
        return 0
    if choice.once:
        moments(choice.once)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return 0
    reached = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = choice.folder or Path(temporary)
        files = {}
        for missing in choice.missing or MISSING:
            path = folder / f"items-{choice.rows}-{missing:g}.parquet"
            if not path.exists():
                arguments = ["--rows", str(choice.rows), "--missing", str(missing)]
                subprocess.run([*THIS, *arguments, "--generate", str(path)], check=True)
            files[missing] = path, peak(path)
        for missing, (path, gigabytes) in files.items():
            domains = REGIONS * WAVES
            print(f"{choice.rows:,} rows × {len(ITEMS)} items, {domains} domains, {missing:.0%} of the answers missing")
            reached.append(measure(path, choice.repeats, gigabytes, missing))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
