"""Made-up persons through the pipeline and the attack, and what is learned held against the truth."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.attacks.report import Hidden, Line, of_tables, told
from sujuva.attack import Finding, attack
from sujuva.params import load_params
from sujuva.publish.heads import parted
from sujuva.published import Published, read_published
from sujuva.tidy import ALL
from tests.attack.made_up import frozen

ROOT = Path(__file__).resolve().parents[2]
FEWEST, MOST, WORLDS = 300, 1200, 20


def lines(first: int, count: int, before: Path | None) -> Iterator[Line]:
    """Make, publish and attack worlds, from the `first` of 20; every other one weighs all persons alike."""
    for seed in range(first, first + count):
        persons, equal = FEWEST + (MOST - FEWEST) * seed // (WORLDS - 1), bool(seed % 2)
        what = f"world {seed}: {persons} persons, {'equal' if equal else 'weighted'}"
        yield from both(what, persons, seed, equal=equal, before=before)


def example(before: Path | None) -> Iterator[Line]:
    """Make, publish and attack the example, as `params.yaml` has it."""
    one = load_params(ROOT / "params.yaml").example
    yield from both("the example", one.persons, one.seed, equal=False, before=before)


def both(what: str, persons: int, seed: int, *, equal: bool, before: Path | None) -> Iterator[Line]:
    """Attack a world as it is published now, and with a checkout of an earlier version as it was published `before`."""
    with tempfile.TemporaryDirectory() as place:
        mine, old = Path(place, "now"), Path(place, "before")
        made(mine, ROOT, persons, seed, equal=equal)
        was = None
        if before is not None:
            made(old, before, persons, seed, equal=equal)
            was = frozen(old / "data/published")
        published = read_published(mine / "data/published")
        hidden = of_tables(published, mine / "data/indicators", was)
        yield attacked(what, published, mine / "data/indicators", hidden)
        if was is not None:
            yield replace(attacked(f"{what}, before", was, old / "data/indicators", {}), is_today=False)


def made(folder: Path, project: Path, persons: int, seed: int, *, equal: bool) -> None:
    """Make a world with the code of a project, in a process of its own."""
    folder.mkdir()
    options = ["--project", str(project), "--persons", str(persons), "--seed", str(seed), *["--equal"] * equal]
    paths = os.pathsep.join(map(str, (project / "src", ROOT)))
    command = [sys.executable, "-m", "benchmarks.attacks.world", str(folder), *options]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": paths}, cwd=ROOT)


def attacked(what: str, published: Published, made_of: Path, hidden: dict[str, Hidden]) -> Line:
    """Attack a publication, and count what is true of what is learned; say what is not, or cannot be held against."""
    start = time.process_time()
    found = attack(published)
    cpu = time.process_time() - start
    threshold = published.meta["privacy"]["threshold"]
    leaks = [one for one in found if (exact := truth(one, made_of)) is None or one.low <= exact <= one.high]
    false = [one for one in found if one not in leaks]
    text = told(leaks) + (f"; false alarms: {told(false)}" if false else "")
    for one in found:
        exact = truth(one, made_of)
        print(f"  {one.kind}: {one.table} {one.place}: {one.learned}; in truth {exact}", file=sys.stderr)
    small = sum(small_counts(made_of / "parjaavyys/parjaavyys.parquet", threshold))
    return Line(what, len(leaks), text, small, hidden, cpu)


def small_counts(table: Path, threshold: int) -> Iterator[int]:
    """Yield how many small numbers of persons and of sides of shares there are."""
    rows = pl.read_parquet(table)
    for name in ("n", "heads", "other_heads"):
        if name in rows.columns:
            yield rows.filter(pl.col(name).is_between(1, threshold - 1)).height


def truth(one: Finding, made_of: Path) -> int | None:
    """Return the number that a finding is about; None where the tables before disclosure control do not tell it."""
    if one.kind == "organisations":
        return None
    folder = made_of / ("integration" if one.table == "integration" else "parjaavyys")
    frame = pl.read_parquet(folder / f"{one.table}.parquet")
    key = [pl.col(name).eq_missing(pl.lit(value)) for name, value in one.key.items() if name in frame.columns]
    row = frame.filter(*key).row(0, named=True)
    sides = [row[side] for side in ("heads", "other_heads") if row.get(side) is not None]
    if one.kind == "children":
        return _children(one, row, frame)
    if one.kind == "newcomers":
        return _newcomers(row, made_of) if one.what == "persons who came" else None
    if one.kind == "weighted_shares" or (one.table == "integration" and sides):
        return min(sides, default=None)
    if one.kind == "sums" and one.table == "integration":
        return round(row["estimate"])
    return int(row["n"]) if one.kind in ("sums", "rounded_n") else None


def _children(one: Finding, row: dict[str, Any], frame: pl.DataFrame) -> int:
    if "topics" in one.what:
        return int(row["heads"])
    rows = parted(frame.filter(region=row["region"], wave=row["wave"], group=ALL))
    whole, _, inside = one.what.removeprefix("children ").partition(", and not ")

    def children(name: str) -> int:
        indicator, _, part = name.partition(" ")
        return int(rows.filter(indicator=indicator, part=part)["n"].first() or 0)

    return children(whole) - (children(inside) if inside else 0)


def _newcomers(row: dict[str, Any], made_of: Path) -> int:
    at = {name: row[name] for name in ("scale", "informant", "region", "group", "wave")}
    means = pl.read_parquet(made_of / "parjaavyys/parjaavyys.parquet").filter(indicator="score_mean", **at)
    return int(means["n"].item() - row["n"])
