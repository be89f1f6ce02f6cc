"""How much the moments of items cost beside merely reading and adding up the same columns.

Computed: from one Parquet file of 10 million respondents with 28 items (Int8 codes 1–5, some missing, rows in random
order), by region, wave and unit (22 × 3 × 2,500 = 165,000 groups), for each item the number of answers, the number
missing, the sum and the sum of squares: `sujuva.moments.item_moments`, 4.6 million rows of exact whole numbers.

Yardstick: `pl.scan_parquet(file).select(<28 sums>).collect(engine="streaming")` on the same file in the same process,
in alternation; the ratio is the median over the pairs. The results are compared with a plain numpy computation of a few
items, and with the yardstick's own sums. Peak memory is that of a fresh process that computes the moments once.

Run: python benchmarks/moments.py [--rows N] [--missing SHARE] [--repeats N] [--texts] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from sujuva.moments import item_moments

ITEMS = [f"q_{number}" for number in range(1, 29)]
BY = ["region", "wave", "unit"]
REGIONS, WAVES, UNITS = 22, 3, 2500
RESPONSE = (1, 5)
TARGET_RATIO, TARGET_GIGABYTES = 3.0, 1.5


def generate(path: Path, rows: int, missing: float, *, texts: bool) -> None:
    """Write the file: seed fixed, every row in a random group, `missing` of the answers null."""
    random = np.random.default_rng(20221207)
    group = random.integers(0, REGIONS * WAVES * UNITS, rows, dtype=np.int32)
    columns = {
        "region": pl.Series(group // (WAVES * UNITS), dtype=pl.Int16),
        "wave": pl.Series(2022 + group // UNITS % WAVES, dtype=pl.Int32),
        "unit": pl.Series(group % UNITS, dtype=pl.Int32),
    }
    if texts:
        columns |= {
            name: pl.select(pl.format(f"{name}-{{}}", columns[name])).to_series() for name in ("region", "unit")
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


def moments(path: Path) -> pl.DataFrame:
    """Compute what is measured."""
    return item_moments(pl.scan_parquet(path), ITEMS, by=BY, response=RESPONSE)


def check(path: Path, made: pl.DataFrame) -> None:
    """Compare with numpy for three items, group by group, and with the yardstick's totals for all."""
    totals = made.group_by("item").agg(pl.col("sum").sum())
    assert dict(totals.with_columns(pl.col("item").cast(pl.String)).iter_rows()) == yardstick_totals(path)
    for name in (ITEMS[0], ITEMS[12], ITEMS[-1]):
        raw = pl.read_parquet(path, columns=[*BY, name])
        mine = made.filter(pl.col("item") == name)
        place = mine.select(BY).with_row_index("place")
        index = raw.join(place, on=BY, how="left", maintain_order="left")["place"].to_numpy()
        answered = raw[name].is_not_null().to_numpy()
        values = raw[name].fill_null(0).cast(pl.Int64).to_numpy()
        # Whole numbers far below 2^53, so these float sums are exact.
        for column, weights in (("n", answered), ("n_missing", ~answered), ("sum", values), ("sumsq", values * values)):
            assert np.array_equal(np.bincount(index, weights, mine.height), mine[column].to_numpy()), (name, column)


def yardstick_totals(path: Path) -> dict[str, int]:
    """Return each item's total in 64 bits."""
    sums = pl.scan_parquet(path).select(pl.col(ITEMS).cast(pl.Int64).sum()).collect(engine="streaming")
    return sums.row(0, named=True)


def timed(function: object, path: Path) -> float:
    """Return the seconds that one call takes, its result thrown away."""
    begun = time.perf_counter()
    function(path)  # type: ignore[operator]
    return time.perf_counter() - begun


def measure(path: Path, repeats: int) -> bool:
    """Check, time and print; return whether both targets are met."""
    # The child first: Linux lets a child begin with the peak of its parent.
    child = subprocess.run([sys.executable, __file__, "--once", str(path)], check=True, capture_output=True, text=True)
    gigabytes = int(child.stdout) * 1024 / 1e9
    check(path, moments(path))  # also warms up both
    yardstick(path)
    pairs = [(timed(yardstick, path), timed(moments, path)) for _ in range(repeats)]
    ratio = statistics.median(made / bare for bare, made in pairs)
    bare, made = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"bare sums     {bare:7.3f} s (median of {repeats})")
    print(f"item moments  {made:7.3f} s (median of {repeats})")
    print(f"ratio         {ratio:7.2f}   (median of the pairs; at most {TARGET_RATIO:g})")
    print(f"peak memory   {gigabytes:7.2f} GB (one run in a process of its own; under {TARGET_GIGABYTES:g})")
    print("exact         yes       (numpy, three items by group; totals of all items)")
    return ratio <= TARGET_RATIO and gigabytes < TARGET_GIGABYTES


def main() -> int:
    """Run the benchmark; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--missing", type=float, default=0.03, help="share of answers that are missing")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--texts", action="store_true", help="region and unit are texts, as in data/clean")
    parser.add_argument("--folder", type=Path, help="keep the generated file here (default: a temporary folder)")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--generate", type=Path, help=argparse.SUPPRESS)
    choice = parser.parse_args()
    if choice.generate:
        generate(choice.generate, choice.rows, choice.missing, texts=choice.texts)
        return 0
    if choice.once:
        moments(choice.once)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = choice.folder or Path(temporary)
        path = folder / f"items-{choice.rows}-{choice.missing:g}-{'texts' if choice.texts else 'codes'}.parquet"
        if not path.exists():
            arguments = ["--rows", str(choice.rows), "--missing", str(choice.missing), *["--texts"] * choice.texts]
            subprocess.run([sys.executable, __file__, *arguments, "--generate", str(path)], check=True)
        print(f"{choice.rows:,} rows × {len(ITEMS)} items, {choice.missing:.0%} missing, polars {pl.__version__}")
        return 0 if measure(path, choice.repeats) else 1


if __name__ == "__main__":
    sys.exit(main())
