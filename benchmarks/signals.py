"""How often the signals of area statistics alarm without a reason, how soon they find a rise, and what they cost.

*False alarms.* 2,000 made-up networks of 40 areas, six statistics (three shares, three rates) and twelve years, in
which no area differs from the country and nothing changes but the country's own rate, which wanders. Measured: the
share of networks with a signal (declared: the share of false discoveries, as all are false), of series whose p-value is
below a level, and of series at which each run rule alarms (declared: its rate in the table of rules). The same with
areas that truly differ and years that vary more than by chance, for which the limits allow: there the network's share
is told without a target, since the normal distribution of true rates is an assumption.

*A rise.* The rate of one area in each statistic rises by 20 % for good; in how many of the series a signal is told
after one year, two, three … by the events that are expected there in a year.

*Cost.* `area_value` of 500 statistics × 308 municipalities and the country × 20 years in the shape of all indicators
(`sujuva.tidy.TIDY`, Parquet). All signals: from that file to p-values, q-values and scores of every series. Yardstick:
a bare scan of the same file in the same process that reads every column and aggregates each (`pl.all().max()`).

    .venv/bin/python -m benchmarks.signals
    .venv/bin/python -m benchmarks.signals --networks 200 --statistics 100
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.common import report
from sujuva.codebooks.area_statistics import CountedStatistic
from sujuva.situation.counted import counted, kinds, steps
from sujuva.situation.funnel import Kind
from sujuva.situation.panel import SERIES, Panel
from sujuva.situation.runs import RULES
from sujuva.situation.signals import FALSE_DISCOVERIES, METHODS, Judged, judge
from sujuva.tidy import KEY, tidy

COUNTRY, PEOPLE = "358", 1_000_000
AREAS, STATISTICS, YEARS = 40, 6, 12
LEVELS = (0.05, 0.01, 0.0027)
POINTS = 0.5
"""How many percentage points a measured rate may lie from the declared one."""
TARGET_RATIO = 5.0


@dataclass(frozen=True)
class World:
    """A kind of network: how much true rates differ between areas, and over the years of an area; and a rise."""

    between: float = 0.0
    within: float = 0.0
    rise: float = 0.0
    risen_years: int = 0


def network(random: np.random.Generator, world: World) -> tuple[Panel, dict[str, Kind]]:
    """Make the counts of one network; where there is a rise, it is of the first area of each statistic."""
    sizes = np.round(np.exp(random.normal(7.4, 1.0, AREAS)) + 200)
    rest = PEOPLE - sizes.sum()
    events, base, series, known = [], [], [], dict[str, Kind]()
    for number in range(STATISTICS):
        share = number % 2 == 0
        wander = np.exp(np.cumsum(random.normal(0, 0.03, YEARS)))
        rate = np.minimum(math.exp(random.uniform(math.log(0.01), math.log(0.2))) * wander, 0.5)
        own = 1 + world.between * random.standard_normal((AREAS, 1))
        true = rate * own * (1 + world.within * random.standard_normal((AREAS, YEARS)))
        true[0, YEARS - world.risen_years :] *= 1 + world.rise
        true = np.clip(true, 0.0005, 0.95)
        if share:
            here, there = random.binomial(sizes.astype(int)[:, None], true), random.binomial(int(rest), rate)
        else:
            here, there = random.poisson(sizes[:, None] * true), random.poisson(rest * rate)
        events += [here, (there + here.sum(axis=0))[None]]
        base += [np.repeat(sizes[:, None], YEARS, axis=1), np.full((1, YEARS), float(PEOPLE))]
        key = f"s{number}"
        known[key] = "share" if share else "rate"
        series += [(key, "total", f"{area:03d}") for area in range(1, AREAS + 1)] + [(key, "total", COUNTRY)]
    frame = pl.DataFrame(series, schema=list(SERIES), orient="row")
    counts = np.asfortranarray(np.vstack(events).astype(np.float64))
    return Panel(frame, tuple(range(2011, 2011 + YEARS)), counts, np.asfortranarray(np.vstack(base))), known


def judged(seed: int, world: World) -> Judged:
    """Make and judge one network."""
    counts, known = network(np.random.default_rng([20050417, seed]), world)
    return judge(counts, known, country=COUNTRY)


@dataclass(frozen=True)
class Alarms:
    """What was told where nothing had changed: shares, with the declared ones."""

    networks: float
    declared: dict[str, float]
    measured: dict[str, float]


def false_alarms(networks: int, world: World, first: int = 0) -> Alarms:
    """Count the false alarms of so many networks."""
    told, level, change, methods = 0, [], [], []
    for seed in range(first, first + networks):
        one = judged(seed, world)
        tested = ~np.isnan(one.p)
        told += bool((one.q[tested] <= FALSE_DISCOVERIES).any())
        level.append(one.level[tested])
        change.append(one.change[tested])
        methods.append(one.methods[tested][:, : len(RULES)])
    every, p = np.vstack(methods), {"level": np.concatenate(level), "change": np.concatenate(change)}
    declared = {f"{name}, p ≤ {at:g}": at for name in p for at in LEVELS}
    measured = {f"{name}, p ≤ {at:g}": float((p[name] <= at).mean()) for name in p for at in LEVELS}
    for place, rule in enumerate(RULES.values()):
        limit = float(rule.middle(np.asarray([rule.limit]))[0])
        declared[f"rule {rule.key}"] = rule.rate
        measured[f"rule {rule.key}"] = float((every[:, place] <= limit * (1 + 1e-12)).mean())
    return Alarms(told / networks, declared, measured)


def print_alarms(networks: int) -> bool:
    """Print declared and measured false alarms; return whether all that have a target reach it."""
    good = True
    found = false_alarms(networks, World())
    pairs = [("networks with a signal", FALSE_DISCOVERIES, found.networks)]
    pairs += [(name, found.declared[name], found.measured[name]) for name in found.declared]
    print(f"False alarms, {networks} networks without change, {AREAS * STATISTICS * networks} series judged:")
    for name, declared, measured in pairs:
        off = 100 * (measured - declared)
        near = abs(off) <= POINTS
        good &= near
        print(f"  {name}: declared {100 * declared:.2f} %, measured {100 * measured:.2f} %, {off:+.2f} points"
              f"  (target: within {POINTS:g}: {'reached' if near else 'MISSED'})")  # fmt: skip
    error = 100 * math.sqrt(FALSE_DISCOVERIES * (1 - FALSE_DISCOVERIES) / networks)
    print(f"  (the share of networks has a standard error of {error:.2f} points)")
    for world in (World(between=0.2), World(within=0.1), World(between=0.2, within=0.1)):
        other = false_alarms(networks // 4, world)
        told = ", ".join(
            f"{name} {100 * other.measured[name]:.2f} %" for name in ("level, p ≤ 0.01", "change, p ≤ 0.01")
        )
        print(f"  rates differ by {world.between:.0%} between areas, {world.within:.0%} over years: networks with a "
              f"signal {100 * other.networks:.1f} %, {told}")  # fmt: skip
    return good


def print_rise(networks: int, rise: float = 0.2) -> None:
    """Print after how many years a rise is found, by how many events are expected."""
    cuts = (0, 30, 100, 300, math.inf)
    print(f"A rise of {rise:.0%} found in the series of one area, by events expected a year ({networks} networks):")
    for years in range(1, 6):
        found: list[tuple[float, bool]] = []
        for seed in range(networks):
            one = judged(seed, World(rise=rise, risen_years=years))
            for number in range(STATISTICS):
                row = number * (AREAS + 1)
                expected = float(one.panel.base[row, -1] * one.target[row, -1])
                found.append((expected, bool(one.q[row] <= FALSE_DISCOVERIES)))
        told = []
        for low, high in pairwise(cuts):
            some = [hit for expected, hit in found if low <= expected < high]
            told.append(f"{low}–{high:g}: {100 * sum(some) / max(len(some), 1):.0f} %")
        print(f"  after {years} year{'s' if years > 1 else ''}: {', '.join(told)}")


def records(number: int) -> dict[str, CountedStatistic]:
    """Return records of so many statistics, whose denominators are reckoned back."""
    return {
        f"{10_000 + one}": CountedStatistic(kind="share", per=100, denominator=None, decimals=6)
        for one in range(number)
    }


def generate(path: Path, number: int, areas: int, years: int) -> None:
    """Write the table of tidy rows, sorted as every table of the project is."""
    random = np.random.default_rng(20050418)
    people = np.round(np.exp(random.normal(8, 1.2, areas)) + 200).astype(np.int64)
    rate = random.uniform(0.01, 0.1, (number, 1, 1)) * np.exp(0.03 * random.standard_normal((number, 1, years)))
    # As in life, areas differ and years vary more than by chance: nothing of the computation can be left out.
    true = rate * (1 + 0.2 * random.standard_normal((number, areas, 1)))
    true = true * (1 + 0.1 * random.standard_normal((number, areas, years)))
    here = random.binomial(people[None, :, None], np.clip(true, 0.0005, 0.9))
    events = np.concatenate([here, here.sum(axis=1, keepdims=True)], axis=1)
    base = np.append(people, people.sum())[None, :, None]
    codes = [f"{code:03d}" for code in range(1, areas + 1)] + [COUNTRY + "x"]
    frame = pl.DataFrame(
        {
            "scale": np.repeat(list(records(number)), (areas + 1) * years),
            "region": np.tile(np.repeat(codes, years), number),
            "wave": np.tile(np.arange(2004, 2004 + years, dtype=np.int32), number * (areas + 1)),
            "estimate": (100 * events / base).ravel(),
            "n": events.ravel(),
        }
    )
    rows = tidy(frame, indicator="area_value", category="total", region=pl.col("region").str.strip_suffix("x"))
    rows.sort(KEY).write_parquet(path, compression="zstd", row_group_size=500_000)


def yardstick(path: Path) -> pl.DataFrame:
    """Read every column and aggregate it, nothing else."""
    return pl.scan_parquet(path).select(pl.all().max()).collect(engine="streaming")


def signals(path: Path, known: dict[str, CountedStatistic]) -> Judged:
    """Compute what is measured: from the file to the q-value of every series."""
    columns = ["scale", "category", "region", "wave", "estimate", "n"]
    values = pl.scan_parquet(path).filter(pl.col("indicator") == "area_value").select(columns).collect()
    return judge(counted(values, known), kinds(known), country=COUNTRY, steps=steps(known))


def print_cost(number: int, areas: int, years: int, repeats: int) -> bool:
    """Time both in alternation and print the ratio; return whether the target is reached."""
    known = records(number)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "situation.parquet"
        generate(path, number, areas, years)
        one = signals(path, known)  # also warms up both
        yardstick(path)
        assert one.methods.shape == (number * (areas + 1), len(METHODS))
        # No events tell no denominator, and the country is not judged; all else is.
        assert number * areas * 0.95 <= int((~np.isnan(one.p)).sum()) <= number * areas
        pairs = []
        for _ in range(repeats):
            begun = time.perf_counter()
            signals(path, known)
            middle = time.perf_counter()
            yardstick(path)
            pairs.append((middle - begun, time.perf_counter() - middle))
    ratio = statistics.median(made / bare for made, bare in pairs)
    bare = statistics.median(one for _, one in pairs)
    print(f"{number} statistics × {areas} municipalities and the country × {years} years: median of {repeats} ratios")
    return report("all signals / bare scan of all columns", ratio * bare, bare, at_most=TARGET_RATIO) <= TARGET_RATIO


def main() -> None:
    """Parse the command line, measure and print; the exit code says whether every target is reached."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--networks", type=int, default=2000)
    parser.add_argument("--statistics", type=int, default=500)
    parser.add_argument("--municipalities", type=int, default=308)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=7)
    chosen = parser.parse_args()
    cost = print_cost(chosen.statistics, chosen.municipalities, chosen.years, chosen.repeats)
    alarms = print_alarms(chosen.networks)
    print_rise(chosen.networks // 10)
    raise SystemExit(0 if cost and alarms else 1)


if __name__ == "__main__":
    main()
