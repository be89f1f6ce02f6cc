"""Moments of a national register: on one machine beside Dask, with the same bytes, and a worker killed in the middle.

Made up in parts, as registers come: 30 million respondents (10 million persons at three waves) with 28 items, and 100
million events of nine million families, in folders of Parquet files through which everybody's rows are scattered. The
whole reduction of the notebook `moments` (`sujuva.moments.reduction`) is run

- `local`: in one process, piece by piece;
- `dask`: on two worker processes of this machine;
- `killed`: the same, with a SIGKILL of a worker in the middle;

each in a fresh process, and the finished tables are written and compared by MD5. Printed: seconds, peak memory of the
process and of its largest worker (VmHWM), and the bytes that travel: what workers sent (to each other, the scheduler
and the client) beside the bytes of the tables. Times in the log are days, as registers keep them (--clock): waits are
counted to the second, so the finer the clock, the more rows the table of durations has, on every engine.

    .venv/bin/python -m benchmarks.cluster --folder /somewhere/large
    .venv/bin/python -m benchmarks.cluster --persons 300000 --events 1000000
    .venv/bin/python -m benchmarks.cluster --folder /somewhere/large --growth

With --folder the data stay there, and what was measured already is not measured again. --growth measures on 1, 10 and
100 per cent of the parts, too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psutil

from benchmarks import casework
from benchmarks.common import one_scale, report
from sujuva import moments
from sujuva.codebooks import load_regions
from sujuva.codebooks.lp import load_lp
from sujuva.engines import Engine, Local
from sujuva.io import replacing, write_json, write_table
from sujuva.moments.pieces import clean_files
from sujuva.moments.recipe import Recipe
from sujuva.moments.records import RECORDS
from sujuva.moments.reduction import reduced
from sujuva.tables import empty_table
from sujuva.tables.collection import SCHEMAS

PERSONS, EVENTS, WORKERS = 30_000_000, 100_000_000, 2
ITEMS = [f"q_{number}" for number in range(1, 29)]
WAVES = (2022, 2023, 2024)
PART = 1_000_000  # about so many rows
SEED = 20221207
UNITS = 40  # of a region
TARGET_GIGABYTES = 3.0
SMALL = 0.05  # what travels is at most this share of the bytes of the tables
GROWTH = (0.01, 0.1, 1.0)
THIS = [sys.executable, "-m", "benchmarks.cluster"]
RUNS = ("local", "dask", "killed")


def keys(numbers: np.ndarray) -> pl.Series:
    """Return pseudonyms as long as real ones: two rounds of splitmix64 in hexadecimal."""
    halves = []
    with np.errstate(over="ignore"):
        for turn in (1, 2):
            mixed = numbers.astype(np.uint64) * np.uint64(2) + np.uint64(turn)
            for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
                mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
            halves.append(mixed ^ (mixed >> np.uint64(31)))
    whole = np.stack(halves, axis=1).tobytes()
    import pyarrow as pa  # noqa: PLC0415  start-up time

    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(numbers), [None, pa.py_buffer(whole)])
    made = pl.from_arrow(fixed.cast(pa.large_binary()))
    assert isinstance(made, pl.Series)
    return made.bin.encode("hex")


def write_people(chunk: int, *, folder: Path, persons: int) -> None:
    """Write the respondents and answers of some persons, each wave in files of its own."""
    random = np.random.default_rng([SEED, 1, chunk])
    first = chunk * PART // len(WAVES)
    count = min(PART // len(WAVES), persons // len(WAVES) - first)
    number = first + np.arange(count)
    who = keys(number)
    region = pl.Series(casework.REGIONS).gather(number % len(casework.REGIONS))
    unit = pl.Series([f"u{one}" for one in range(UNITS)]).gather(random.integers(0, UNITS, count))
    gender = pl.Series(["girl", "boy", None]).gather(random.choice(3, count, p=[0.49, 0.49, 0.02]))
    wellbeing = random.normal(0, 1, count)
    for wave in WAVES:
        place = {"respondent": who, "wave": pl.lit(wave, pl.Int32)}
        rows = pl.select(
            **place, region=region, municipality=pl.lit(None, pl.String), unit=unit,
            stratum=pl.Series(["1", "2"]).gather(number % 2), weight=pl.Series(random.integers(50, 200, count) / 100),
            age_group=pl.Series(["10-12", "13-15", "16-17"]).gather(random.integers(0, 3, count)), gender=gender,
            language=pl.Series(["fi", "sv"]).gather((random.random(count) < 0.05).astype(int)),
        )  # fmt: skip
        items = {}
        for name in ITEMS:
            answer = np.clip(np.rint(3 + wellbeing + random.normal(0, 1, count)), 1, 5).astype(np.int8)
            missing = pl.Series(random.random(count, dtype=np.float32) < 0.03)
            items[name] = pl.select(pl.when(~missing).then(pl.Series(answer))).to_series()
        answers = pl.select(**place, informant=pl.lit("self"), **items)
        for name, table in (("respondents", rows), ("answers_q", answers)):
            put(table, folder / name / f"{chunk:04}-{wave}.parquet")


def write_events(chunk: int, *, folder: Path, events: int, clock: str) -> None:
    """Write the events of some families, the earlier half and the later in files of their own."""
    count = int(min(PART, events - chunk * PART) / casework.EVENTS_OF_A_FAMILY)
    first = chunk * int(PART / casework.EVENTS_OF_A_FAMILY)
    random = np.random.default_rng([SEED, 2, chunk])
    whole = casework.made_up(random, count, lambda numbers: keys(numbers + first))
    log = whole.with_columns(pl.col("time").dt.truncate(clock))
    early = log["time"] < log["time"].median()
    for name, half in (("a", log.filter(early)), ("b", log.filter(~early))):
        put(half, folder / "case_events" / f"{chunk:04}-{name}.parquet")


def put(table: pl.DataFrame, path: Path) -> None:
    """Write a part, whole or not at all."""
    with replacing(path) as temporary:
        table.write_parquet(temporary, compression="zstd", compression_level=1)


def generate(folder: Path, persons: int, events: int, clock: str, workers: int) -> None:
    """Write the clean tables, as far as they are not there."""
    for name in SCHEMAS:
        if name not in {"respondents", "case_events"} and not (folder / f"{name}.parquet").exists():
            put(empty_table(name), folder / f"{name}.parquet")
    people = [one for one in range(-(-persons // PART)) if not _there(folder / "answers_q", f"{one:04}-{WAVES[-1]}")]
    logs = [one for one in range(-(-events // PART)) if not _there(folder / "case_events", f"{one:04}-b")]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:  # a fork would lose threads
        list(pool.map(partial(write_people, folder=folder, persons=persons), people))
        list(pool.map(partial(write_events, folder=folder, events=events, clock=clock), logs))


def _there(folder: Path, name: str) -> bool:
    return (folder / f"{name}.parquet").exists()


def recipe() -> Recipe:
    """Return what the moments are made by: one instrument of 28 items, all families of moments."""
    return Recipe(
        regions=casework.REGIONS, waves=WAVES, groups=["gender", "age_group", "language"], weight_decimals=2,
        shared_strata=[], linked_units=True, norms={}, index_parts={}, index_min_parts=1, beside_scale=None,
        casework=moments.CaseSettings(), instruments={"q": one_scale(len(ITEMS), (1, 5))}, places=load_regions(),
        practice=load_lp(),
    )  # fmt: skip


# One run


class Watch(threading.Thread):
    """Looks at this process's children: the peak memory of each, and, where asked, one of them is killed."""

    def __init__(self, kill_after: float | None) -> None:
        super().__init__(daemon=True)
        self.peaks: dict[int, float] = {}
        self.kill_after, self.killed, self.begun = kill_after, 0, time.perf_counter()
        self.over = threading.Event()

    def run(self) -> None:
        """Look every tenth of a second."""
        while not self.over.wait(0.1):
            for child in psutil.Process().children(recursive=True):
                self.peaks[child.pid] = max(self.peaks.get(child.pid, 0), peak_of(child.pid))
            if self.kill_after and not self.killed and time.perf_counter() - self.begun > self.kill_after:
                self.killed = max(self.peaks, key=rss_of)  # the busiest worker
                os.kill(self.killed, signal.SIGKILL)


def rss_of(pid: int) -> int:
    """Return the bytes that a process has in memory; 0 where it has ended."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def peak_of(pid: int | str) -> float:
    """Return the gigabytes that a process has had in memory at most; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e9 for line in lines if line.startswith("VmHWM")), 0.0)


@contextmanager
def engine_of(kind: str, workers: int) -> Iterator[Engine]:
    """Yield the engine of a run."""
    if kind == "local":
        with nullcontext(Local()) as engine:
            yield engine
        return
    from sujuva.engines.dask import started  # noqa: PLC0415  an extra

    with started(None, workers) as engine:
        yield engine


def sent(dask_worker: Any) -> int:
    """Return the bytes that a worker has sent to others."""
    return int(dask_worker.transfer_outgoing_bytes_total)


def once(kind: str, folder: Path, out: Path, workers: int, kill_after: float | None, share: float) -> dict[str, Any]:
    """Run the reduction and write what it makes; return what was measured."""
    files = {
        name: own[: max(1, round(share * len(own)))] if len(own) > 1 else own
        for name, own in clean_files(folder).items()
    }
    with engine_of(kind, workers) as engine:
        lo = psutil.net_io_counters(pernic=True)["lo"].bytes_sent
        watch = Watch(kill_after)
        watch.start()
        begun = time.perf_counter()
        merged = reduced(files, recipe(), engine)
        seconds = time.perf_counter() - begun
        travelled = psutil.net_io_counters(pernic=True)["lo"].bytes_sent - lo
        between = 0 if kind == "local" else sum(engine.client.run(sent).values())
        watch.over.set()
        watch.join()
    begun = time.perf_counter()
    tables = {
        **moments.coping_moments.finish(merged["coping"]),
        **moments.casework_moments.finish(merged["casework"]),
    }
    tables["rows"] = moments.row_moments.finish(
        moments.merge([{"rows": merged[family]["rows"]} for family in ("casework", "rows")])
    )
    heights = {name: pl.scan_parquet(list(own)).select(pl.len()).collect().item() for name, own in files.items()}
    moments.check_rows(tables["rows"], heights)
    for name, table in tables.items():
        write_table(table, out / f"{name}.parquet", key=RECORDS[name].key)
    return {
        "seconds": seconds,
        "finish": time.perf_counter() - begun,
        "peak": peak_of("self"),
        "worker_peak": max(watch.peaks.values(), default=0.0),
        "killed": bool(watch.killed),
        "travelled": travelled,
        "between": between,
        "read": sum(path.stat().st_size for own in files.values() for path in own),
        "respondents": heights["respondents"],
        "events": heights["case_events"],
        "rows_made": sum(table.height for table in tables.values()),
        "md5": {name: hashlib.md5((out / f"{name}.parquet").read_bytes()).hexdigest() for name in tables},  # noqa: S324
    }


# All runs


def result_of(folder: Path, kind: str, share: float) -> Path:
    """Return where the measurements of a run stand: of other code they are others."""
    from sujuva.engines.dask import code_of_process  # noqa: PLC0415  an extra

    return folder / f"result-{kind}-{share:g}-{code_of_process()}.json"


def measured(folder: Path, kind: str, workers: int, kill_after: float | None, share: float = 1.0) -> dict[str, Any]:
    """Return what a run in a fresh process measured, now or before."""
    kept = result_of(folder, kind, share)
    if not kept.exists():
        arguments = ["--once", kind, "--folder", str(folder), "--workers", str(workers), "--share", str(share)]
        arguments += ["--kill-after", str(kill_after)] if kill_after else []
        subprocess.run([*THIS, *arguments], check=True)
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def told(kind: str, one: dict[str, Any]) -> bool:
    """Print what a run measured; return whether its memory is within the target."""
    largest = max(one["peak"], one["worker_peak"])
    fit = "reached" if largest < TARGET_GIGABYTES else "MISSED"
    print(f"{kind}: {one['seconds']:.0f} s, then {one['finish']:.0f} s to finish and write {one['rows_made']:,} rows")
    print(f"  peak memory: {one['peak']:.2f} GB, a worker {one['worker_peak']:.2f} GB  (target: below 3: {fit})")
    if kind != "local":
        print(
            f"  travelled: {one['travelled'] / 1e6:,.0f} MB over the loopback, {one['between'] / 1e6:,.0f} MB between "
            f"workers; the tables have {one['read'] / 1e6:,.0f} MB"
        )
    return largest < TARGET_GIGABYTES


def compare(folder: Path, workers: int) -> bool:
    """Run all three on all parts; return whether every target is met."""
    runs = {kind: measured(folder, kind, workers, None) for kind in RUNS[:2]}
    runs["killed"] = measured(folder, "killed", workers, runs["dask"]["seconds"] / 2)
    reached = [told(kind, one) for kind, one in runs.items()]
    same = all(one["md5"] == runs["local"]["md5"] for one in runs.values())
    print(f"same bytes in all {len(runs['local']['md5'])} tables of moments: {same}")
    print(f"a worker was killed in the middle: {runs['killed']['killed']}")
    report("dask / local", runs["dask"]["seconds"], runs["local"]["seconds"])
    report("with a worker killed / without", runs["killed"]["seconds"], runs["dask"]["seconds"])
    return all(reached) and same and runs["killed"]["killed"]


def growth(folder: Path, workers: int) -> bool:
    """Print how time, memory and what travels grow with the data."""
    print("| events | respondents | local, s | dask, s | largest worker, GB | travelled, MB | rows of moments |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    same = True
    for share in GROWTH:
        one, other = (measured(folder, kind, workers, None, share) for kind in RUNS[:2])
        same &= one["md5"] == other["md5"]
        print(
            f"| {one['events']:,} | {one['respondents']:,} | {one['seconds']:.0f} | {other['seconds']:.0f} "
            f"| {other['worker_peak']:.2f} | {other['travelled'] / 1e6:,.0f} | {one['rows_made']:,} |"
        )
    print(f"same bytes at every size: {same}")
    return same


def main() -> int:
    """Run the benchmark; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=PERSONS, help="respondents: persons times waves")
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--clock", choices=("1d", "1h", "1m"), default="1d", help="to what times are cut")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--folder", type=Path, help="keep data and measurements here (default: a temporary folder)")
    parser.add_argument("--growth", action="store_true", help="also on 1 and 10 per cent of the parts")
    parser.add_argument("--once", choices=RUNS, help=argparse.SUPPRESS)
    parser.add_argument("--share", type=float, default=1.0, help=argparse.SUPPRESS)
    parser.add_argument("--kill-after", type=float, help=argparse.SUPPRESS)
    choice = parser.parse_args()
    if choice.once:
        folder, kind = choice.folder, choice.once
        out = folder / f"moments-{kind}"
        found = once(kind, folder / "clean", out, choice.workers, choice.kill_after, choice.share)
        write_json(found, result_of(folder, kind, choice.share))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = (choice.folder or Path(temporary)) / f"{choice.persons}-{choice.events}-{choice.clock}"
        begun = time.perf_counter()
        generate(folder / "clean", choice.persons, choice.events, choice.clock, choice.workers)
        print(f"{choice.persons:,} respondents × {len(ITEMS)} items and {choice.events:,} events")
        print(f"  made up in {time.perf_counter() - begun:.0f} s")
        reached = compare(folder, choice.workers)
        if choice.growth:
            reached &= growth(folder, choice.workers)
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
