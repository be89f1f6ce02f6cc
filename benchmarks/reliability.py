"""What measurement quality and design-based estimates cost beside merely reading the answers, and beside others.

Computed, from one Parquet file of respondents with 28 items (Int8 codes 1–5, rows in random order), a weight and their
place in the design (texts, as in the clean tables, joined already), by 22 regions × 3 waves (66 domains, 2,508 units a
wave), with the functions that the notebooks call: the moments of items and of their products; the score of the scale of
28 and its moments; the measures of quality (alpha, omega …) but those of distributions, and the design-based mean with
its standard error and interval (`answer_tables`, `score_expressions`, `score_moments`, `unit_sizes`, `reliability`,
`estimate_scores`).

- 10 million rows, 3 % of the answers missing and none: beside `pl.scan_parquet(file).select(<28 sums>)` of the same
  file, in alternation; the median of the pairs' ratios counts. Peak memory is that of a fresh process.
- 1 million rows, the same work from memory: R (`psych::alpha` by domain and `survey::svyby` means; the seconds inside R
  without start-up and reading) and pingouin's alpha by domain with svy's means by domain. Results are compared.
- 1, 3, 10 and 30 million rows: seconds per million.

    .venv/bin/python -m benchmarks.reliability
    .venv/bin/python -m benchmarks.reliability --only scan --rows 1000000 --repeats 3
"""

from __future__ import annotations

import argparse
import math
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.common import one_scale, report
from sujuva.estimation import estimate_scores
from sujuva.moments import DISTRIBUTIONS, answer_tables, score_moments, unit_sizes
from sujuva.parjaavyys import reliability
from sujuva.scores import score_expressions

ITEMS = [f"q_{number}" for number in range(1, 29)]
REGIONS, WAVES, UNITS = 22, 3, 114  # units of a region
MISSING = (0.03, 0.0)
RESPONSE = (1, 5)
INSTRUMENT = one_scale(len(ITEMS), RESPONSE)
DOMAIN = ["wave", "region"]
# Ratios at a share of missing answers; without any the bare scan has nothing to skip, and no target.
TARGET_RATIO, TARGET_GIGABYTES = 5.0, 2.0
TARGET_R, TARGET_PYTHON = 25.0, 1.5
THIS = [sys.executable, "-m", "benchmarks.reliability"]
HERE = Path(__file__).parent


def generate(path: Path, rows: int, missing: float) -> None:
    """Write the file, a million rows at a time: seed fixed, every row in a random unit, items of one factor."""
    random = np.random.default_rng(20221207)
    with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
        for part, begin in enumerate(range(0, rows, 1_000_000)):
            _some(random, min(1_000_000, rows - begin), missing).write_parquet(Path(temporary) / f"{part:03}.parquet")
        whole = pl.scan_parquet(Path(temporary) / "*.parquet")
        whole.sink_parquet(path, compression="zstd", compression_level=3, row_group_size=1_000_000)


def _some(random: np.random.Generator, rows: int, missing: float) -> pl.DataFrame:
    group = random.integers(0, REGIONS * WAVES * UNITS, rows, dtype=np.int32)
    trait = random.standard_normal(rows, dtype=np.float32) + np.float32(0.2) * np.sin(group, dtype=np.float32)
    columns = {
        "region": pl.Series(group // (WAVES * UNITS)),
        "wave": pl.Series(2022 + group // UNITS % WAVES, dtype=pl.Int32),
        "unit": pl.Series(group % UNITS + UNITS * (group // (WAVES * UNITS))),
        "weight": pl.Series(random.integers(500_000, 2_000_000, rows, dtype=np.int64)),  # six decimals
    }
    for name in ITEMS:
        noise = random.standard_normal(rows, dtype=np.float32)
        answers = pl.Series(np.clip(np.rint(3 + 0.7 * trait + 0.9 * noise), *RESPONSE).astype(np.int8))
        if missing:
            gone = pl.Series(random.random(rows, dtype=np.float32) < missing)
            answers = pl.select(pl.when(~pl.lit(gone)).then(pl.lit(answers))).to_series()
        columns[name] = answers
    texts = {name: pl.format(name + "-{}", name) for name in ("region", "unit")}
    return pl.DataFrame(columns).with_columns(stratum=pl.lit("stratum-1"), informant=pl.lit("self"), **texts)


def yardstick(answers: pl.LazyFrame) -> pl.DataFrame:
    """Read all items and add them up, nothing else."""
    return answers.select(pl.col(ITEMS).sum()).collect(engine="streaming")


def everything(answers: pl.LazyFrame) -> pl.DataFrame:
    """Compute what is measured; return alpha, omega, mean and standard error by wave and region."""
    items, products = answer_tables(answers, INSTRUMENT)
    persons = answers.with_columns(score_expressions(INSTRUMENT))
    # All units of the design: a small table beside the answers.
    numbers = pl.DataFrame({"region": range(REGIONS)}).join(pl.DataFrame({"unit": range(UNITS)}), how="cross")
    unit = pl.format("unit-{}", pl.col("unit") + UNITS * pl.col("region"))
    units = numbers.select(unit=unit, stratum=pl.lit("stratum-1"))
    waves = pl.DataFrame({"wave": range(2022, 2022 + WAVES)}, schema={"wave": pl.Int32})
    design = units.join(waves, how="cross").lazy()
    clusters = score_moments.part(persons, {"score": 0}, design=design, weight_decimals=6)
    scores = score_moments.finish(clusters)
    quality = reliability(
        {"q": INSTRUMENT},
        products=products,
        items=items,
        scores=scores,
        distributions=pl.DataFrame(schema=DISTRIBUTIONS),
        unit_sizes=unit_sizes.finish(clusters),
    )
    measures = [
        quality.filter(pl.col("region") != "network", measure=name).select(*DOMAIN, "estimate")
        for name in ("alpha", "omega_total")
    ]
    made, omega = (one.rename({"estimate": name}) for one, name in zip(measures, ("alpha", "omega"), strict=True))
    estimates = estimate_scores(scores).select(*DOMAIN, "n", "mean", "se", "ci_low", "ci_high")
    return made.join(omega, on=DOMAIN).join(estimates, on=DOMAIN).sort(DOMAIN)


def timed(function: Callable[[pl.LazyFrame], object], answers: pl.LazyFrame) -> float:
    """Return the seconds that one call takes, its result thrown away."""
    begun = time.perf_counter()
    function(answers)
    return time.perf_counter() - begun


def peak(path: Path) -> float:
    """Return the gigabytes that a process of its own needs at most; call it before the parent computes anything."""
    child = subprocess.run([*THIS, "--once", str(path)], check=True, capture_output=True, text=True)
    return int(child.stdout) * 1024 / 1e9


def against_scan(path: Path, repeats: int, gigabytes: float, missing: float) -> bool:
    """Time everything beside the bare scan."""
    answers = pl.scan_parquet(path)
    everything(answers)
    yardstick(answers)
    pairs = [(timed(everything, answers), timed(yardstick, answers)) for _ in range(repeats)]
    ratio = statistics.median(made / bare for made, bare in pairs)
    report("everything / bare sums", *(statistics.median(times) for times in zip(*pairs, strict=True)))
    most = TARGET_RATIO if missing else math.inf
    print(f"  median of the {repeats} pairs' ratios: {ratio:.2f}{verdict(ratio, most) if missing else ''}")
    print(f"  peak memory: {gigabytes:.2f} GB{verdict(gigabytes, TARGET_GIGABYTES)}")
    return ratio <= most and gigabytes <= TARGET_GIGABYTES


def against_others(path: Path, folder: Path, repeats: int) -> bool:
    """Time the same work from memory, in R and in Python with other libraries, and compare results."""
    frame = pl.read_parquet(path)
    made = everything(frame.lazy())
    ours = statistics.median(timed(everything, frame.lazy()) for _ in range(repeats))
    reached = []
    found, seconds = with_python(frame)
    compare(made, found, "pingouin and svy")
    reached.append(report("pingouin and svy / ours", seconds, ours, at_least=TARGET_PYTHON) >= TARGET_PYTHON)
    if shutil.which("Rscript"):
        found, seconds, whole = with_r(frame, folder)
        compare(made, found, "psych and survey")
        reached.append(report("R, inside / ours", seconds, ours, at_least=TARGET_R) >= TARGET_R)
        report("R, with start-up and reading / ours", whole, ours)
    else:
        print("R is not on this machine: not compared")
    return all(reached)


def with_python(frame: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Return alpha by domain from pingouin and means by domain from svy, and the seconds they took."""
    import pingouin  # noqa: PLC0415 - only where it is compared with
    import svy  # noqa: PLC0415

    numbered = prepared(frame)
    begun = time.perf_counter()
    alphas = [
        (domain, pingouin.cronbach_alpha(part.select(ITEMS).drop_nulls().to_pandas())[0])
        for (domain,), part in numbered.group_by("domain")
    ]
    sample = svy.Sample(
        numbered.select("domain", "cluster", "weight", "score"), svy.Design(psu="cluster", wgt="weight")
    )
    means = sample.estimation.mean("score", by="domain", drop_nulls=True).to_polars()
    seconds = time.perf_counter() - begun
    by_domain = pl.DataFrame(alphas, schema={"domain": pl.Int32, "alpha": pl.Float64}, orient="row")
    named = means.select(pl.col("domain").cast(pl.Int32), mean="est", se="se")
    return by_domain.join(named, on="domain"), seconds


def with_r(frame: pl.DataFrame, folder: Path) -> tuple[pl.DataFrame, float, float]:
    """Return R's alpha and means by domain, the seconds of computing inside R, and those of the whole process."""
    numbered = prepared(frame).with_columns(weight=(pl.col("weight") * 1e6).round())
    for name in (*ITEMS, "domain", "cluster", "weight"):
        numbered[name].fill_null(-1).cast(pl.Int32).to_numpy().tofile(folder / name)
    begun = time.perf_counter()
    command = ["Rscript", str(HERE / "reliability.R"), str(folder), str(frame.height), str(len(ITEMS))]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    whole = time.perf_counter() - begun
    rows = [[float(part) for part in line.split(",")] for line in lines[2:]]
    found = pl.DataFrame(rows, schema=["domain", "alpha", "mean", "se"], orient="row")
    return found.with_columns(pl.col("domain").cast(pl.Int32)), float(lines[1].split(",")[1]), whole


def prepared(frame: pl.DataFrame) -> pl.DataFrame:
    """Number domains and clusters and make scores and weights, as others want them."""
    unit = pl.col("unit").str.strip_prefix("unit-").cast(pl.Int32)
    return frame.with_columns(
        domain=_domain(),
        cluster=unit * WAVES + pl.col("wave") - 2022,
        weight=pl.col("weight") / 1e6,
        score=pl.sum_horizontal(pl.col(ITEMS).cast(pl.Int16), ignore_nulls=False).cast(pl.Float64),
    )


def _domain() -> pl.Expr:
    return (pl.col("region").str.strip_prefix("region-").cast(pl.Int32) * WAVES + pl.col("wave") - 2022).cast(pl.Int32)


def compare(made: pl.DataFrame, found: pl.DataFrame, whose: str) -> None:
    """Hold alpha, mean and standard error of every domain against those of others."""
    both = made.with_columns(domain=_domain()).join(found, on="domain", suffix="_other")
    assert both.height == made.height == REGIONS * WAVES, (both.height, made.height)
    # One design of all waves has the clusters of the other waves, too: H / (H − 1) differs, and nothing else.
    clusters = REGIONS * UNITS
    factor = math.sqrt(clusters / (clusters - 1) * (clusters * WAVES - 1) / (clusters * WAVES))
    for name, of_ours in (("alpha", 1.0), ("mean", 1.0), ("se", 1 / factor)):
        worst = float((both[name] * of_ours / both[f"{name}_other"] - 1).abs().max())  # type: ignore[arg-type]
        print(f"  {name} against {whose}: largest relative difference {worst:.1e}")
        assert worst < 1e-8, name


def growth(folder: Path) -> None:
    """Print the seconds per million rows."""
    for rows in (1_000_000, 3_000_000, 10_000_000, 30_000_000):
        path = folder / f"growth-{rows}.parquet"
        generate(path, rows, MISSING[0])
        answers = pl.scan_parquet(path)
        everything(answers)
        seconds = statistics.median(timed(everything, answers) for _ in range(3))
        print(f"{rows:>12,} rows: {seconds:6.2f} s, {seconds / rows * 1e6:.3f} s per million")
        path.unlink()


def verdict(value: float, at_most: float) -> str:
    """Say whether a target is met, as `report` does."""
    return f"  (target: at most {at_most:g}: {'reached' if value <= at_most else 'MISSED'})"


def main() -> int:
    """Run the benchmark; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", choices=["scan", "others", "growth"], action="append")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    choice = parser.parse_args()
    if choice.once:
        everything(pl.scan_parquet(choice.once))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return 0
    parts = choice.only or ["scan", "others", "growth"]
    reached = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if "scan" in parts:
            files = {}
            for missing in MISSING:
                path = folder / f"answers-{missing:g}.parquet"
                subprocess.run([*THIS, "--generate", str(path), str(choice.rows), str(missing)], check=True)
                files[missing] = path, peak(path)
            for missing, (path, gigabytes) in files.items():
                print(f"{choice.rows:,} rows × {len(ITEMS)} items, 66 domains, {missing:.0%} of the answers missing")
                reached.append(against_scan(path, choice.repeats, gigabytes, missing))
                path.unlink()
        if "others" in parts:
            path = folder / "million.parquet"
            generate(path, 1_000_000, MISSING[0])
            print(f"1,000,000 rows × {len(ITEMS)} items, 66 domains, {MISSING[0]:.0%} of the answers missing")
            reached.append(against_others(path, folder, choice.repeats))
        if "growth" in parts:
            growth(folder)
    return 0 if all(reached) else 1


if __name__ == "__main__":
    if "--generate" in sys.argv:
        generate(Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    else:
        sys.exit(main())
