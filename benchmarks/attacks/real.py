"""Real tables: area statistics of Sotkanet with threshold 10, placed children, and a survey by sex and grade.

    python -m benchmarks.attacks.real FOLDER --data ../shared/data [--every 200] [--equal]

publishes the survey (the US Youth Risk Behavior Survey, three waves) and the area statistics as the acceptance test
does, through the whole pipeline: of all pupils or of every 200th, and with --equal as if all weighed the same.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import yaml

from benchmarks.attacks.report import Line, of_tables
from benchmarks.attacks.tables import Attacked
from benchmarks.attacks.world import STAGES, choose, copied, run
from benchmarks.attacks.worlds import ROOT, attacked
from sujuva.publish.sums import Relation
from sujuva.published import read_published

DROP = ROOT / "tests/acceptance/drop"
AREAS_THRESHOLD, PLACED_THRESHOLD, EVERY = 10, 200, 200
_SOURCES = ("yrbs", "sotkanet")


def lines(data: Path) -> Iterator[Line]:
    """Protect and attack the tables of counts, then publish and attack the survey in four ways."""
    yield areas(data)
    yield placed(data)
    for every in (1, EVERY):
        for equal in (False, True):
            yield survey(data, every, equal=equal)


def areas(data: Path) -> Line:
    """Municipalities within sub-regions within all of Pirkanmaa, whose sums a reader is taken to know, by statistic."""
    names = ("title", "indicator", "name", "code", "gender", "year", "value", "absolute")
    file = data / "drop/sotkanet_pirkanmaa_2011.csv"
    rows = pl.read_csv(
        file, separator=";", has_header=False, encoding="iso-8859-1", new_columns=names, infer_schema=False
    )
    key = pl.read_csv(data / "reference/municipality_key_2021.csv", columns=["kunta", "seutukunta_code"])
    key = key.with_columns(code=pl.col("kunta").cast(pl.String).str.zfill(3))
    counts = rows.with_columns(pl.col("absolute").str.replace(",", ".").cast(pl.Float64, strict=False).round())
    counts = counts.filter(pl.col("absolute") >= 0, pl.col("code").str.len_chars() == 3, pl.col("code") != "358")
    counts = counts.join(key, on="code", how="left").with_columns(pl.col("seutukunta_code").fill_null(0))
    done = Attacked(f"Sotkanet by municipality and sub-region, threshold {AREAS_THRESHOLD}", AREAS_THRESHOLD)
    for _, table in counts.group_by("indicator", maintain_order=True):
        done.add(*nested(table, "seutukunta_code", "absolute"))
    return done.line


def placed(data: Path) -> Line:
    """Placed children by wellbeing services county and collaborative area: large counts, so a large threshold."""
    rows = pl.read_csv(data / "reference/child_welfare_budget_panel_v1.csv")
    done = Attacked(f"placed children by county and area, threshold {PLACED_THRESHOLD}", PLACED_THRESHOLD)
    for year in (2021, 2022, 2023, 2024):
        done.add(*nested(rows, "yta_name", f"placed_children_{year}"))
    return done.line


def nested(rows: pl.DataFrame, within: str, count: str) -> tuple[list[int], list[Relation]]:
    """Return counts, their sums by `within`, and the sum of all, with what adds up to what."""
    some = rows.sort(within).with_row_index("cell")
    middle = some.group_by(within, maintain_order=True).agg("cell", pl.col(count).sum())
    sums = list(range(some.height, some.height + middle.height))
    relations = [Relation(total, tuple(parts)) for total, parts in zip(sums, middle["cell"].to_list(), strict=True)]
    values = [*some[count].to_list(), *middle[count].to_list(), some[count].sum()]
    return [int(value) for value in values], [*relations, Relation(some.height + middle.height, tuple(sums))]


def survey(data: Path, every: int, *, equal: bool) -> Line:
    """Publish and attack the survey, in a process of its own; small numbers of areas that are shown count, too."""
    with tempfile.TemporaryDirectory() as place:
        options = ["--data", str(data), "--every", str(every), *["--equal"] * equal]
        paths = os.pathsep.join(map(str, (ROOT / "src", ROOT)))
        command = [sys.executable, "-m", "benchmarks.attacks.real", place, *options]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": paths}, cwd=ROOT)
        published = read_published(Path(place, "data/published"))
        made = Path(place, "data/indicators")
        what = f"YRBS, {'all' if every == 1 else f'every {every}th'}, {'equal' if equal else 'weighted'}"
        line = attacked(what, published, made, of_tables(published, made))
    threshold = published.meta["privacy"]["threshold"]
    shown = published["situation"].filter(pl.col("n").is_between(1, threshold - 1)).height
    line.learned += shown
    line.told += f", {shown} small numbers of areas" * bool(shown)
    return line


def publish(folder: Path, data: Path, every: int, *, equal: bool) -> None:
    """Publish the survey and the area statistics in `folder`, the working folder."""
    os.environ.setdefault("SUJUVA_KEY", "a key for public data alone, no secret")
    raw = folder / "data/raw"
    shutil.copytree(DROP / "codebooks", raw / "codebooks")
    said = yaml.safe_load((DROP / "sources.yaml").read_text(encoding="utf-8"))
    said["sources"] = [one for one in said["sources"] if one["name"].startswith(_SOURCES)]
    for one in said["sources"]:
        shutil.copy(data / "drop" / one["file"], raw / one["file"])
        (raw / one["file"]).chmod(0o644)
        for feed in one["feeds"]:
            if equal:
                feed["columns"].pop("weight", None)
    (raw / "sources.yaml").write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
    shutil.copy(DROP / "params.yaml", folder / "params.yaml")
    choose(folder, privacy={"threshold": AREAS_THRESHOLD}, study={"regions": ["usa", "pirkanmaa"]})
    run(folder, STAGES[:1])
    clean = folder / "data/clean"
    pupils = pl.read_parquet(clean / "respondents.parquet").sort("respondent", "wave").gather_every(every)
    for path in (clean / "respondents.parquet", *clean.glob("answers_*.parquet")):
        pl.read_parquet(path).join(pupils, on=["respondent", "wave"], how="semi", maintain_order="left").write_parquet(
            path
        )
    run(folder, STAGES[1:])


def main() -> None:
    """Publish the survey in a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--equal", action="store_true")
    options = parser.parse_args()
    folder = options.folder.resolve()
    copied(folder, ROOT)
    os.chdir(folder)
    publish(folder, options.data.resolve(), options.every, equal=options.equal)


if __name__ == "__main__":
    main()
