"""Many reports of one notebook: `sujuva run --each` against a loop of plain `papermill` commands.

Both run in a copy of the project in a temporary folder, on the published tables that are there, made as wide as that
many regions: each further one is one of theirs under another name (`benchmarks.site`). The target is a ratio of at
least 7 for 23 reports on two processors. Without the notebook, a stand-in is used that imports Polars and
seaborn and draws two small figures.

    .venv/bin/python -m benchmarks.many_reports
    .venv/bin/python -m benchmarks.many_reports --values network,oulu,tampere
    .venv/bin/python -m benchmarks.many_reports --notebook stand-in --sample 5
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.common import report, seconds
from benchmarks.publish import areas
from benchmarks.site import widened
from sujuva.codebooks.regions import NETWORK
from sujuva.published import read_published
from sujuva.published.folder import write_published

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
REPORTS = 23
TARGET = 7.0
# What a report reads; microdata and caches stay behind.
COPIED = ("params.yaml", "notebooks", "data/codebooks", "data/published", "reports/figures", "reports/tables")
_COMPUTE = """\
days = pl.DataFrame({'day': range(100)}).with_columns(cases=(pl.col('day') * 7 + len(region)) % 17)
days.lazy().group_by('cases').len().sort('cases').collect()"""
_STAND_IN = (
    'region: str = "oulu"',
    "import matplotlib.pyplot as plt\nimport polars as pl\nimport seaborn as sns",
    _COMPUTE,
    "sns.scatterplot(days.to_pandas(), x='day', y='cases')\nplt.show()",
    "sns.histplot(days.to_pandas(), x='cases')\nplt.show()",
)


def copy_project(target: Path) -> Path:
    """Copy what a report needs to `target` and return it."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        elif source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return target


def write_stand_in(path: Path) -> None:
    """Write the stand-in notebook."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {"tags": ["parameters"]} if number == 1 else {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(_STAND_IN, start=1)
    ]
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def write_regions(project: Path) -> list[str]:
    """Give the copy as many regions as there are reports, the network among them, and return their keys."""
    published = read_published(ROOT / "data/published")
    keys = areas(REPORTS - 1, list(published.meta["regions"]))
    write_published(widened(published, keys), project / "data/published")
    return [NETWORK, *keys]


def run_plain(project: Path, notebook: str, name: str, values: list[str]) -> float:
    """Run `papermill` once for each value, one after another, and return the seconds."""
    out = project / "plain"
    out.mkdir(exist_ok=True)
    return sum(
        seconds([str(BIN / "papermill"), notebook, str(out / f"{value}.ipynb"), "-p", name, value], cwd=project)
        for value in values
    )


def run_each(project: Path, notebook: str, name: str, values: list[str]) -> float:
    """Run `sujuva run --each` and return the seconds."""
    each = f"{name}={','.join(values)}"
    return seconds([str(BIN / "sujuva"), "run", notebook, "--each", each, "-o", "each"], cwd=project)


def main() -> None:
    """Time both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notebook", default="notebooks/region.ipynb", help="or: stand-in")
    parser.add_argument("--parameter", default="region")
    parser.add_argument("--values", help="parted by commas; default: the network and 22 regions")
    parser.add_argument("--sample", type=int, help="run plain papermill for so many values and scale up")
    chosen = parser.parse_args()
    notebook = chosen.notebook if (ROOT / chosen.notebook).is_file() else "notebooks/stand_in.ipynb"
    with tempfile.TemporaryDirectory() as folder:
        project = copy_project(Path(folder) / "project")
        if notebook == "notebooks/stand_in.ipynb":
            print("The stand-in notebook is used.")
            write_stand_in(project / notebook)
        if chosen.values:
            values = chosen.values.split(",")
        elif notebook == "notebooks/stand_in.ipynb":
            values = [f"place_{number}" for number in range(1, REPORTS + 1)]
        else:
            values = write_regions(project)
        name = chosen.parameter
        sample = values[: chosen.sample] if chosen.sample else values
        each = run_each(project, notebook, name, values)
        plain = run_plain(project, notebook, name, sample) * len(values) / len(sample)
    label = f"{len(values)} reports: papermill one by one / sujuva run --each"
    report(label, plain, each, at_least=TARGET)


if __name__ == "__main__":
    main()
