"""What an intruder learns from the bundles of regions, and what it costs the network that it learns nothing.

    python -m benchmarks.attack_bundles [--worlds 6] [--first 0] [--left 3]

It takes the moments of the example in this folder, and of made-up worlds (300 to 1,200 persons; in every other one
all weigh the same), apart by region, protects each as `sujuva bundle` does, and attacks it: as it is, and beside the
bundle of the same region after some persons of the first wave left. Printed are what is learned (nothing should be),
what the same attack learns of the exact moments, and the share of rows that stays in the region: of all tables, and of
the scores of everybody. It ends with 1 where anything is learned.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from benchmarks.attacks.worlds import FEWEST, MOST, ROOT, WORLDS
from sujuva.attack.bundles import attack_bundle, attack_successive
from sujuva.bundles import LEDGER, Contents, protected
from sujuva.codebooks import load_instruments
from sujuva.codebooks.regions import NETWORK
from sujuva.moments import RECORDS
from sujuva.params import load_params
from sujuva.publish import Privacy
from sujuva.tidy import ALL


def contents(data: Path) -> Iterator[tuple[str, Contents]]:
    """Yield the exact moments and ledger of each region of a run; what has no region goes with the first."""
    moments = {
        name: pl.read_parquet(data / f"moments/{name}.parquet").select(list(record.schema))
        for name, record in RECORDS.items()
        if (data / f"moments/{name}.parquet").is_file()
    }
    ledger = {name: pl.read_parquet(data / f"ledger/{name}.parquet") for name in LEDGER}
    regions = sorted({*moments["scores"]["region"]} - {NETWORK})
    for number, region in enumerate(regions):

        def own(table: pl.DataFrame, region: str = region, *, first: bool = number == 0) -> pl.DataFrame:
            if "region" in table.columns:
                return table.filter(pl.col("region") == region)
            return table if first else table.clear()

        both = [{name: own(one) for name, one in tables.items()} for tables in (moments, ledger)]
        yield region, Contents(both[0], both[1])


def lines(what: str, data: Path, later: Path | None, privacy: Privacy) -> Iterator[tuple[str, int, int, int, str, str]]:
    """Yield of each region what is learned: of its bundle, of two, and of its exact moments; and what stays."""
    instruments, least = load_instruments(data / "study"), privacy.threshold
    after = dict(contents(later)) if later else {}
    for region, exact in contents(data):
        sent = protected(exact, privacy, instruments=instruments)
        found = attack_bundle(sent.moments, sent.ledger, instruments, least)
        two = []
        if region in after:
            again = protected(after[region], privacy, instruments=instruments, earlier=[sent])
            found += attack_bundle(again.moments, again.ledger, instruments, least)
            two = attack_successive(sent.moments, again.moments, least)
        for one in (*found, *two):
            print(f"  {region}: {one.table} {one.place}: {one.learned} ({one.path})", file=sys.stderr)
        bare = attack_bundle(exact.moments, exact.ledger, instruments, least)
        rows, everybody = (stays(exact, sent, only_all=only) for only in (False, True))
        yield f"{what}, {region}", len(found), len(two), len(bare), rows, everybody


def stays(exact: Contents, sent: Contents, *, only_all: bool) -> str:
    """Return the share of rows that stay: of all tables, or of the scores of everybody (bands not among them)."""
    counts = Counter[str]()
    for which, tables in (("exact", exact.moments), ("sent", sent.moments)):
        if only_all:
            one = tables["scores"].filter(pl.col("group") == ALL, ~pl.col("scale").str.contains(".", literal=True))
            # Joined strata are fewer rows of the same.
            counts[which] = one.select("wave", "informant", "scale").unique().height
        else:
            counts[which] = sum(one.height for one in tables.values())
    return f"{1 - counts['sent'] / counts['exact']:.3f}" if counts["exact"] else ""


def world(folder: Path, seed: int, left: int) -> tuple[Path, Path]:
    """Make a world up to its moments, and once more after some persons left; return both folders of data."""
    persons, equal = FEWEST + (MOST - FEWEST) * seed // (WORLDS - 1), bool(seed % 2)
    options = ["--persons", str(persons), "--seed", str(seed), "--until", "moments", *["--equal"] * equal]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", ROOT)))}

    def run(*command: str, at: Path = ROOT) -> None:
        subprocess.run([sys.executable, *command], check=True, env=environment, cwd=at, stdout=subprocess.DEVNULL)

    run("-m", "benchmarks.attacks.world", str(folder / "first"), "--project", str(ROOT), *options)
    subprocess.run(["cp", "-r", str(folder / "first"), str(folder / "second")], check=True)
    clean = folder / "second/data/clean"
    everybody = pl.read_parquet(clean / "respondents.parquet")
    gone = everybody.filter(pl.col("wave") == pl.col("wave").min())["respondent"].unique().sort().head(left)
    for path in clean.glob("*.parquet"):
        table = pl.read_parquet(path)
        if "respondent" in table.columns:
            table.filter(~pl.col("respondent").is_in(gone.implode())).write_parquet(path)
    code = "from benchmarks.attacks.world import run; from pathlib import Path; run(Path.cwd(), ['moments'])"
    run("-c", code, at=folder / "second")
    return folder / "first/data", folder / "second/data"


def main() -> None:
    """Print a table, a line a region."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=6)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--left", type=int, default=3, help="persons who leave before the second bundle")
    options = parser.parse_args()
    privacy = Privacy(**load_params(ROOT / "params.yaml").privacy.model_dump())
    learned = 0
    print("| what | learned | of two bundles | of exact moments | rows that stay | scores of everybody that stay |")
    print("|---|---|---|---|---|---|")

    def told(what: str, data: Path, later: Path | None) -> int:
        total = 0
        for one in lines(what, data, later, privacy):
            print("| " + " | ".join(map(str, one)) + " |", flush=True)
            total += one[1] + one[2]
        return total

    learned += told("the example", ROOT / "data", None)
    for seed in range(options.first, options.first + options.worlds):
        with tempfile.TemporaryDirectory() as folder:
            learned += told(f"world {seed}", *world(Path(folder), seed, options.left))
    sys.exit(1 if learned else 0)


if __name__ == "__main__":
    main()
