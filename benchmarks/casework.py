"""How much the moments of casework cost beside merely reading the same log, and beside pm4py.

Computed: from one Parquet file of 10 million events of about a million families (15 columns, in the order of the clean
table: case, sequence), every table of `sujuva.moments.casework_moments`: durations, tallies of families, pairs of
services, referrals, handovers, counts of events, delays by municipality.

Yardstick: a bare scan, which reads every column of the same file from the disk and touches every value: it adds up the
lengths of the texts and the numbers (`scan_parquet(…).select(…).collect(engine="streaming")`). Both in one process, in
alternation; the ratio that counts is the median of the pairs'. Peak memory is that of a fresh process that computes
everything once.

The other yardstick is pm4py on a log of 1 million events: `get_all_case_durations` and
`discover_handover_of_work_network`, on a pandas frame that is in memory already and has pm4py's column names; against
it `durations` (*first to *last) and `handovers` from the Polars frame in memory. The results are compared: the sorted
durations of all cases, and the number of handovers for each pair of sectors.

    .venv/bin/python -m benchmarks.casework
    .venv/bin/python -m benchmarks.casework --only scan --repeats 3
"""

from __future__ import annotations

import argparse
import hashlib
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
from sujuva.io import write_table
from sujuva.moments import CaseSettings, casework_moments, durations, handovers

REGIONS = [f"alue-{number:02}" for number in range(1, 23)]
SECTORS = ["education", "health", "social", "leisure", "third", "parish", "family"]
TRIGGERS = ["absence", "behaviour", "conflict", "divorce", "mood", "violence", "other"]
SERVICES = ["one_number", "school", "clinic", "family_work", "child_welfare", "psychiatry", "youth_work", "ngo"]
NEEDS = ["mood", "school", "parenting", "livelihood", "safety"]
EVENTS = {"scan": 10_000_000, "pm4py": 1_000_000}
EVENTS_OF_A_FAMILY = 10.9  # at least: rows beyond the number asked for are cut
TARGET_RATIO, TARGET_GIGABYTES, TARGET_FASTER = 8.0, 3.0, 5.0
THIS = [sys.executable, "-m", "benchmarks.casework"]
DAY = 86_400


class _Making:
    """Events in the making: a list of frames."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        self.parts: list[pl.DataFrame] = []

    def add(self, activity: str, case: np.ndarray, second: np.ndarray, **columns: object) -> None:
        """Add one event for each of `case`; a list of words is drawn from, anything else stands as it is."""
        made = {
            name: pl.Series(words).gather(self.random.integers(0, len(words), len(case)))
            if isinstance(words, list)
            else words
            for name, words in columns.items()
        }
        frame = pl.DataFrame({"case": case, "second": second, **made}).with_columns(activity=pl.lit(activity))
        self.parts.append(frame)

    def some(self, case: np.ndarray, share: float) -> np.ndarray:
        """Return the places of a random share of the cases."""
        return np.flatnonzero(self.random.random(len(case)) < share)


def generate(path: Path, events: int) -> None:
    """Write the file: seed fixed."""
    random = np.random.default_rng(20221207)
    whole = made_up(random, int(events / EVENTS_OF_A_FAMILY), _hashed)
    write_table(whole.head(events), path, key=["case", "sequence"])


def _hashed(numbers: np.ndarray) -> pl.Series:
    return pl.Series([hashlib.sha256(b"%d" % one).hexdigest()[:32] for one in numbers.tolist()])


def made_up(random: np.random.Generator, families: int, keys_of: Callable[[np.ndarray], pl.Series]) -> pl.DataFrame:
    """Return a log: events as they come in the work, times to the minute, in the order of families.

    Args:
        random: Draws everything.
        families: How many.
        keys_of: Turns numbers from 0 to `families` into their keys.
    """
    log = _Making(random)
    everyone = np.arange(families)
    numbers = random.permutation(families)
    first = np.datetime64("2022-01-03", "s").astype(int)
    begun = first + random.integers(0, 3 * 364, families) * DAY + random.integers(8 * 60, 16 * 60, families) * 60

    def later(second: np.ndarray, most: int) -> np.ndarray:
        return second + random.integers(1, most * 24 * 60, len(second)) * 60

    municipality = pl.Series([f"{number:03}" for number in range(5, 314)]).gather(random.integers(0, 309, families))
    log.add("contact", everyone, begun, sector=SECTORS, service=SERVICES, trigger=TRIGGERS, municipality=municipality)
    again = log.some(everyone, 0.3)
    log.add("contact", again, later(begun[again], 10), sector=SECTORS, service=SERVICES, trigger=TRIGGERS)
    asked = log.some(everyone, 0.9)
    log.add("consent", asked, begun[asked] + 900, sector=["family"])
    called = log.some(everyone, 0.8)
    log.add("invitation", called, later(begun[called], 4), sector=["social"])
    met, number = log.some(everyone, 0.88), 0
    at = later(begun[met], 30)
    for share in (1.0, 0.2):
        kept = log.some(met, share)
        met, at, number = met[kept], later(at[kept], 40) if number else at[kept], number + 1
        log.add("meeting", met, at, sector=SECTORS, item=[f"m{number}"])
        for role, likely in (("parent", 0.9), ("child", 0.5), *[("professional", 0.6)] * 2):
            there = log.some(met, likely)
            who = ["family"] if role in {"parent", "child"} else SECTORS[:6]
            log.add("attendance", met[there], at[there], sector=who, role=[role], item=[f"m{number}"])
        for action in range(2):
            agreed = log.some(met, 0.5)
            item = [f"a{number}{action}"]
            log.add("action_agreed", met[agreed], at[agreed] + 1200, sector=SECTORS, item=item)
            told = agreed[log.some(agreed, 0.6)]
            known = ["done", "done", "partly", "not_done", "unknown"]
            log.add("action_outcome", met[told], later(at[told] + 1200, 90), sector=SECTORS, item=item, outcome=known)
        again = log.some(met, 0.5)
        log.add("follow_up", met[again], later(at[again], 150), sector=SECTORS, item=[f"m{number}"])
    for turn in range(2):
        sent = log.some(everyone, 0.35)
        when, item = later(begun[sent], 60), [f"r{turn}"]
        log.add("referral", sent, when, sector=SECTORS[:6], target=SECTORS[:6], item=item)
        taken = log.some(sent, 0.7)
        log.add("referral_accepted", sent[taken], later(when[taken], 50), sector=SECTORS, item=item)
        helped = log.some(everyone, 0.3)
        when, item = later(begun[helped], 60), [f"s{turn}"]
        kinds = ["early", "early", "early", "corrective"]
        named = {"sector": SECTORS, "service": SERVICES[1:], "need": NEEDS, "item": item}
        log.add("service_start", helped, when, support=kinds, **named)
        over = log.some(helped, 0.6)
        log.add("service_end", helped[over], later(when[over], 200), item=item)
    closed = log.some(everyone, 0.6)
    log.add("closure", closed, later(begun[closed] + 200 * DAY, 60), sector=["social"])

    keys = keys_of(numbers)
    whole = pl.concat(log.parts, how="diagonal").sort("case", "second", maintain_order=True)
    blank = pl.Series(random.random(whole.height) < 0.02)
    texts = ("municipality", "item", "trigger", "service", "need", "target", "role", "outcome", "support")
    return whole.select(
        case=keys.gather(whole["case"]),
        sequence=pl.int_range(1, pl.len() + 1).over("case").cast(pl.Int32),
        activity="activity",
        time=pl.from_epoch("second", time_unit="s").cast(pl.Datetime("us")),
        sector=pl.when(~blank).then("sector"),
        region=pl.Series(REGIONS).gather(numbers[whole["case"]] % len(REGIONS)),
        **{name: pl.col(name) for name in texts},
    )


def moments(path: Path) -> dict[str, pl.DataFrame]:
    """Compute what is measured."""
    return casework_moments(pl.scan_parquet(path), CaseSettings(), regions=REGIONS)


def scan(path: Path) -> pl.DataFrame:
    """Read every column and touch every value, nothing else."""
    texts, numbers = pl.col(pl.String).str.len_bytes().sum(), pl.col("sequence").cast(pl.Int64).sum()
    time = pl.col("time").to_physical().sum()
    return pl.scan_parquet(path).select(texts, numbers, time).collect(engine="streaming")


def check(path: Path, made: dict[str, pl.DataFrame]) -> None:
    """Count some of it again in another way, from the whole table in Polars."""
    log = pl.read_parquet(path, columns=["case", "activity", "time", "item", "outcome"])
    assert made["events"].filter(region="network", wave=0)["events"].item() == log.height
    waits = made["durations"].filter(region="network", group="all")
    first = log.filter(activity="contact").group_by("case").agg(pl.col("time").min())
    assert waits["n"].sum() == first.height
    met = log.filter(activity="meeting").join(first, on="case", suffix="_first")
    met = (
        met.filter(pl.col("time") >= pl.col("time_first"))
        .group_by("case")
        .agg(days=(pl.col("time").min().dt.date() - pl.col("time_first").first().dt.date()).dt.total_days())
    )
    closed = waits.filter(measure="start_to_end").group_by("days").agg(pl.col("n").sum()).sort("days")
    assert closed.rows() == met.group_by("days").agg(n=pl.len()).sort("days").rows()
    done = made["case_tallies"].filter(region="network", group="all", measure="action_done")
    outcomes = log.filter(pl.col("outcome").is_in(["done", "partly", "not_done"]))
    assert (done["size"] * done["families"]).sum() == outcomes.height
    assert (done["total"] * done["families"]).sum() == outcomes.filter(outcome="done").height


def peak(path: Path) -> float:
    """Return the gigabytes that a process of its own needs at most.

    Call this before the parent computes anything: Linux lets a child begin with the peak of its parent.
    """
    child = subprocess.run([*THIS, "--once", str(path)], check=True, capture_output=True, text=True)
    return int(child.stdout) * 1024 / 1e9


def timed(function: Callable[[], object]) -> float:
    """Return the seconds that one call takes, its result thrown away."""
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def beside_scan(path: Path, repeats: int) -> bool:
    """Measure against the bare scan; return whether the targets are met."""
    gigabytes = peak(path)
    check(path, moments(path))  # also warms up both
    scan(path)
    pairs = [(timed(lambda: moments(path)), timed(lambda: scan(path))) for _ in range(repeats)]
    ratio = statistics.median(made / bare for made, bare in pairs)
    report("casework moments / bare scan", *(statistics.median(times) for times in zip(*pairs, strict=True)))
    print(f"  median of the {repeats} pairs' ratios: {ratio:.2f}{verdict(ratio, TARGET_RATIO)}")
    print(f"  peak memory: {gigabytes:.2f} GB{verdict(gigabytes, TARGET_GIGABYTES)}")
    return ratio <= TARGET_RATIO and gigabytes <= TARGET_GIGABYTES


def beside_pm4py(path: Path, repeats: int) -> bool:
    """Measure against pm4py and compare the results; return whether the target is met."""
    import pm4py  # noqa: PLC0415  a second or two

    events = pl.read_parquet(path).with_columns(pl.col("sector").fill_null("none"))
    names = {"case": "case:concept:name", "activity": "concept:name", "time": "time:timestamp"}
    frame = events.select(*names, "sector").rename(names | {"sector": "org:resource"}).to_pandas()
    frame["time:timestamp"] = frame["time:timestamp"].dt.tz_localize("UTC")

    def theirs() -> tuple[list[float], dict[tuple[str, str], float]]:
        return pm4py.get_all_case_durations(frame), pm4py.discover_handover_of_work_network(frame).connections

    def ours() -> tuple[pl.DataFrame, pl.DataFrame]:
        return durations(events, start="*first", end="*last", regions=REGIONS), handovers(events, regions=REGIONS)

    waits, steps = ours()
    seconds, network = theirs()
    waits = waits.filter(region="network", group="all").sort("seconds")
    assert np.array_equal(np.repeat(waits["seconds"], waits["n"]), np.sort(np.array(seconds)))
    mine = steps.filter(region="network").group_by("source", "target").agg(pl.col("n").sum())
    total = mine["n"].sum()  # pm4py gives shares of all steps
    assert {(one, other): n for one, other, n in mine.rows()} == {
        pair: round(share * total) for pair, share in network.items() if share
    }
    pairs = [(timed(theirs), timed(ours)) for _ in range(repeats)]
    ratio = statistics.median(other / own for other, own in pairs)
    report("pm4py / durations and handovers", *(statistics.median(times) for times in zip(*pairs, strict=True)))
    fit = "reached" if ratio >= TARGET_FASTER else "MISSED"
    print(f"  median of the {repeats} pairs' ratios: {ratio:.1f}  (target: at least {TARGET_FASTER:g}: {fit})")
    return ratio >= TARGET_FASTER


def verdict(value: float, at_most: float) -> str:
    """Say whether a target is met, as `report` does."""
    return f"  (target: at most {at_most:g}: {'reached' if value <= at_most else 'MISSED'})"


BESIDE = {"scan": beside_scan, "pm4py": beside_pm4py}


def main() -> int:
    """Run the benchmark; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=BESIDE)
    parser.add_argument("--events", type=int, help="events of the log (default: 10 million, and 1 million for pm4py)")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="keep the generated files here (default: a temporary folder)")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--generate", type=Path, help=argparse.SUPPRESS)
    choice = parser.parse_args()
    if choice.generate:
        generate(choice.generate, choice.events)
        return 0
    if choice.once:
        moments(choice.once)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return 0
    reached = []
    with tempfile.TemporaryDirectory() as temporary:
        for name in [choice.only] if choice.only else BESIDE:
            events = choice.events or EVENTS[name]
            path = (choice.folder or Path(temporary)) / f"events-{events}.parquet"
            if not path.exists():
                subprocess.run([*THIS, "--events", str(events), "--generate", str(path)], check=True)
            print(f"{events:,} events")
            reached.append(BESIDE[name](path, choice.repeats))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
