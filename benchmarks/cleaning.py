"""How much cleaning costs beside merely reading the same files.

Parquet: a delivery of two files, 10 million answers to SDQ (25 items; keys as text; every wave's rows in random order)
and the register of the 1.1 million persons in 3 waves that they refer to. Cleaned: `clean_folder`, from the files to
clean tables, quarantine and ledger, with everything it always does: pseudonyms (HMAC-SHA-256), identifiers searched,
ranges, missing codes, duplicates, references, contracts. Dirt: 2 % coded missing, 1 % blank, 0.1 % out of range, 0.1 %
of the rows twice, 0.05 % of unknown persons. Yardstick: a bare scan, which adds up every number and the length of
every text of both files (`scan_parquet(…).select(…).collect(engine="streaming")`).

CSV: 2 million of the same answers with semicolons (UTF-8), and their register; yardstick: `polars.read_csv` of both.

Both in one process, in alternation; the ratio that counts is the median of the pairs'. What comes out is checked
against what went in. Peak memory is that of a fresh process that cleans once. Writing data/clean is timed apart.

    .venv/bin/python -m benchmarks.cleaning
    .venv/bin/python -m benchmarks.cleaning --only csv --repeats 3
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.common import report
from sujuva.cleaning import Cleaned, clean_folder
from sujuva.io import write_table

WAVES = (2022, 2023, 2024)
INFORMANTS = ("self", "parent", "teacher")
ITEMS = [f"sdq_{number}" for number in range(1, 26)]
ROWS = {"parquet": 10_000_000, "csv": 2_000_000}
TARGETS = {"parquet": 6.0, "csv": 3.0}
TARGET_GIGABYTES = 4.0
THIS = [sys.executable, "-m", "benchmarks.cleaning"]
SOURCES = """synthetic: true
key: demo
title: {{fi: Mittausaineisto}}
sources:
  - name: respondents
    file: {register}
    reader: {reader}
    feeds:
      - table: respondents
        columns:
          respondent: Tunnus
          wave: Vuosi
          region: {{from: Kunta, lookup: municipality}}
          municipality: {{from: Kunta, lookup: municipality_code}}
          unit: Koulu
          gender: {{from: Sukupuoli, map: {{Tyttö: girl, Poika: boy}}}}
  - name: sdq
    file: {answers}
    reader: {reader}
    feeds:
      - table: answers
        instrument: sdq
        columns: {{respondent: Tunnus, wave: Vuosi, informant: Vastaaja}}
        missing: [9]
"""


def generate(folder: Path, rows: int, kind: str) -> None:
    """Write the delivery: seed fixed."""
    random = np.random.default_rng(20221207)
    persons = rows // (len(WAVES) * len(INFORMANTS))
    numbers = pl.Series(random.permutation(10 * persons)[:persons])
    keys = pl.select(pl.format("V{}", numbers.cast(pl.String).str.zfill(9))).to_series()
    person = np.tile(np.arange(persons), len(WAVES))
    wave = np.repeat(np.array(WAVES, dtype=np.int32), persons)
    register = pl.DataFrame(
        {
            "Tunnus": keys.gather(person),
            "Vuosi": wave,
            "Kunta": pl.Series(["564", "837", "272", "167"]).gather(person % 4),
            "Koulu": pl.Series([f"koulu {one}" for one in range(400)]).gather(person % 400),
            "Sukupuoli": pl.Series(["Tyttö", "Poika"]).gather(person % 2),
        }
    )
    parts = []
    for year in WAVES:
        who = np.repeat(np.arange(persons), len(INFORMANTS))
        said = np.tile(np.arange(len(INFORMANTS)), persons)
        order = random.permutation(len(who))
        twice = order[random.random(len(order)) < 0.001]
        order = np.concatenate([order, twice])
        key = keys.gather(who[order])
        stranger = pl.Series(random.random(len(order)) < 0.0005)
        columns = {
            "Tunnus": pl.select(pl.when(stranger).then(pl.lit("X") + key).otherwise(key)).to_series(),
            "Vuosi": pl.Series(np.full(len(order), year, dtype=np.int32)),
            "Vastaaja": pl.Series(INFORMANTS).gather(said[order]),
        }
        for name in ITEMS:
            codes = random.integers(0, 3, len(order), dtype=np.int8)
            draw = random.random(len(order), dtype=np.float32)
            codes[draw < 0.02] = 9
            codes[draw < 0.001 / len(ITEMS)] = 5
            blank = pl.Series(draw > 0.99)
            columns[name] = pl.select(pl.when(~blank).then(pl.Series(codes))).to_series()
        parts.append(pl.DataFrame(columns))
    answers = pl.concat(parts).head(rows)
    files = {name: f"{name}.{kind}" for name in ("register", "answers")}
    for name, frame in (("register", register), ("answers", answers)):
        if kind == "csv":
            frame.write_csv(folder / files[name], separator=";")
        else:
            frame.write_parquet(folder / files[name], compression="zstd", row_group_size=1_000_000)
    options = "csv\n    options: {separator: semicolon}" if kind == "csv" else "parquet"
    (folder / "sources.yaml").write_text(SOURCES.format(reader=options, **files), encoding="utf-8")


def clean(folder: Path) -> Cleaned:
    """Do what is measured."""
    return clean_folder(folder, regions=["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"], waves=WAVES)


def scan(folder: Path) -> object:
    """Read every value of both Parquet files and add up the numbers and the lengths of texts, nothing else."""
    return [
        pl.scan_parquet(path)
        .select(pl.col(pl.String).str.len_bytes().sum(), pl.col(pl.Int8, pl.Int32).cast(pl.Int64).sum())
        .collect(engine="streaming")
        for path in sorted(folder.glob("*.parquet"))
    ]


def read(folder: Path) -> object:
    """Read both CSV files as Polars itself does, types guessed and numbers parsed."""
    return [pl.read_csv(path, separator=";") for path in sorted(folder.glob("*.csv"))]


YARDSTICKS: dict[str, Callable[[Path], object]] = {"parquet": scan, "csv": read}
NAMES = {"parquet": "clean_folder / bare scan", "csv": "clean_folder / read_csv"}


def check(cleaned: Cleaned, folder: Path, kind: str) -> None:
    """Count again, in another way, what came in and what must have come out."""
    raw = (
        pl.read_csv(folder / "answers.csv", separator=";")
        if kind == "csv"
        else pl.read_parquet(folder / "answers.parquet")
    )
    row = cleaned.ledger.filter(source="sdq").row(0, named=True)
    assert row["rows_in"] == raw.height == row["rows_clean"] + row["rows_quarantined"]
    assert row["rows_clean"] == cleaned.tables["answers_sdq"].height
    wrong = pl.any_horizontal(pl.col(ITEMS) == 5).fill_null(value=False)
    known = ~pl.col("Tunnus").str.starts_with("X")
    good = raw.filter(known & ~wrong)
    assert row["rows_clean"] == good.select("Tunnus", "Vuosi", "Vastaaja").n_unique()
    sums = good.unique(["Tunnus", "Vuosi", "Vastaaja"], keep="first", maintain_order=True)
    plain = sums.select(pl.when(pl.col(name) < 9).then(pl.col(name)).cast(pl.Int64).sum() for name in ITEMS).row(0)
    assert cleaned.tables["answers_sdq"].select(pl.col(ITEMS).cast(pl.Int64).sum()).row(0) == plain


def timed(function: Callable[[Path], object], folder: Path) -> float:
    """Return the seconds that one call takes, its result thrown away."""
    begun = time.perf_counter()
    function(folder)
    return time.perf_counter() - begun


def measure(folder: Path, kind: str, repeats: int, gigabytes: float) -> bool:
    """Check, time and print; return whether the targets are met."""
    yardstick = YARDSTICKS[kind]
    cleaned = clean(folder)  # also warms up
    check(cleaned, folder, kind)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        write_table(cleaned.tables["answers_sdq"], Path(out) / "answers.parquet", key=cleaned.keys["answers_sdq"])
    written = time.perf_counter() - begun
    set_aside = cleaned.quarantine.height
    del cleaned
    yardstick(folder)
    pairs = [(timed(clean, folder), timed(yardstick, folder)) for _ in range(repeats)]
    ratio = statistics.median(made / bare for made, bare in pairs)
    report(NAMES[kind], *(statistics.median(times) for times in zip(*pairs, strict=True)))
    print(f"  median of the {repeats} pairs' ratios: {ratio:.2f}{verdict(ratio, TARGETS[kind])}")
    print(f"  peak memory: {gigabytes:.2f} GB{verdict(gigabytes, TARGET_GIGABYTES)}")
    print(f"  {set_aside:,} rows set aside; sorting and writing the clean answers: {written:.1f} s more")
    return ratio <= TARGETS[kind] and gigabytes <= TARGET_GIGABYTES


def verdict(value: float, at_most: float) -> str:
    """Say whether a target is met, as `report` does."""
    return f"  (target: at most {at_most:g}: {'reached' if value <= at_most else 'MISSED'})"


def main() -> int:
    """Run the benchmark; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=list(ROWS))
    parser.add_argument(
        "--rows", type=int, help="rows of answers (default: 10 million from Parquet, 2 million from CSV)"
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="keep the generated files here (default: a temporary folder)")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--generate", type=Path, help=argparse.SUPPRESS)
    choice = parser.parse_args()
    if choice.generate:
        generate(choice.generate, choice.rows, choice.only)
        return 0
    if choice.once:
        clean(choice.once)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return 0
    reached, folders = [], {}
    with tempfile.TemporaryDirectory() as temporary:
        for kind in [choice.only] if choice.only else ROWS:
            rows = choice.rows or ROWS[kind]
            folder = (choice.folder or Path(temporary)) / f"{kind}-{rows}"
            if not (folder / "sources.yaml").exists():
                folder.mkdir(parents=True)
                arguments = ["--rows", str(rows), "--only", kind]
                subprocess.run([*THIS, *arguments, "--generate", str(folder)], check=True, env=os.environ)
            # Linux lets a child begin with the peak of its parent, so this comes before anything is measured here.
            child = subprocess.run([*THIS, "--once", str(folder)], check=True, capture_output=True, text=True)
            folders[kind] = folder, rows, int(child.stdout) * 1024 / 1e9
        for kind, (folder, rows, gigabytes) in folders.items():
            print(f"{rows:,} answers × {len(ITEMS)} items as {kind}, and their register")
            reached.append(measure(folder, kind, choice.repeats, gigabytes))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
