"""Bundles of many regions merged, beside what reading them takes: it should be under a second more.

    python -m benchmarks.bundles_merge --regions 23

Bundles are made of the moments of the example, its regions over and over under other names; each has all its tables.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import polars as pl

import sujuva
from sujuva.bundles.archive import read_bundle, write_bundle
from sujuva.bundles.combine import combine
from sujuva.bundles.contents import LEDGER, Contents
from sujuva.bundles.manifest import FORM, Manifest
from sujuva.bundles.members import contents_of, members_of
from sujuva.io import read_table
from sujuva.moments import RECORDS
from sujuva.tables import types_of

_MOST = 1.0  # seconds


def of_region(tables: dict[str, pl.DataFrame], region: str, name: str) -> Contents:
    """Return the rows of a region under another name; coders are nobody's to share."""
    made = {}
    for table, rows in tables.items():
        own = rows.clear() if table == "coding_pairs" else rows
        if "region" in rows.columns:
            own = rows.filter(pl.col("region") == region).with_columns(region=pl.lit(name))
        if "stratum" in rows.columns:
            own = own.with_columns(pl.col("stratum").str.replace(region, name, literal=True))
        made[table] = own
    return Contents(made, {table: pl.DataFrame(schema=types_of(one)) for table, one in LEDGER.items()})


def main() -> None:
    """Print the seconds of reading and of merging, and whether merging is under one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=23)
    parser.add_argument("--moments", type=Path, default=Path("data/moments"))
    chosen = parser.parse_args()
    tables = {name: read_table(chosen.moments / f"{name}.parquet") for name in RECORDS}
    known = sorted(one for one in tables["scores"]["region"].unique() if one != "network")
    with tempfile.TemporaryDirectory() as place:
        paths = []
        for number in range(chosen.regions):
            name = f"region-{number + 1:02d}"
            held = of_region(tables, known[number % len(known)], name)
            said = Manifest(
                form=FORM, sujuva=sujuva.__version__, code="", region=name, round=1, waves=(2022, 2023, 2024),
                synthetic=True, about={}, choices={}, codebooks={}, thresholds={}, ledger={}, withheld=(), members={},
            )  # fmt: skip
            paths.append(Path(place, f"{name}.zip"))
            write_bundle(said, members_of(held), paths[-1])
        size = sum(path.stat().st_size for path in paths) / 1e6
        start = time.perf_counter()
        read = [contents_of(read_bundle(path)) for path in paths]
        between, busy = time.perf_counter(), time.process_time()
        together = combine(None, read)
        end, busy = time.perf_counter(), time.process_time() - busy
    rows = sum(one.height for contents in read for one in contents.moments.values())
    made = sum(one.height for one in together.moments.values())
    reading, merging = between - start, end - between
    print(f"{chosen.regions} bundles, {size:.1f} MB, {rows:,} rows: read in {reading:.2f} s")
    told = "reached" if merging < _MOST else "MISSED"
    print(f"merged to {made:,} rows in {merging:.2f} s (target: under {_MOST:g} s: {told})")
    print(f"  {busy:.2f} s of all processors, load {os.getloadavg()[0]:.1f} at the end")
    if merging >= _MOST:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
