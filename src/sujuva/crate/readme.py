"""The README for data editors, after the template of the Social Science Data Editors (https://doi.org/10.5281/zenodo.7293838).

What a program knows is filled in; what only an author can certify is left to tick.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import polars as pl
from jinja2 import Environment, StrictUndefined

from sujuva.crate.exhibits import Exhibit
from sujuva.crate.project import Project
from sujuva.figures import FIGURES
from sujuva.params import explained
from sujuva.pipeline.dag import DOOR

RUN_TIMES = "benchmarks/run_times.json"
"""What `python -m benchmarks.stages` measured, and on which machine."""
_MAIN = ("dvc", "papermill", "polars", "pandas", "numpy", "scipy", "seaborn", "matplotlib", "jupyterlab")
_SEED = "seed"


def readme(project: Project, exhibits: Sequence[Exhibit], paper: Mapping[str, Any] | None) -> str:
    """Return the README as Markdown.

    Args:
        project: What it is of.
        exhibits: Figures and tables with what makes them.
        paper: What `paper.yaml` holds; None where nobody has written it.
    """
    template = files("sujuva.crate").joinpath("README.md.jinja").read_text(encoding="utf-8")
    environment = Environment(  # noqa: S701  Markdown
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["cell"] = _cell
    meta = project.published.meta
    about = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return environment.from_string(template).render(
        project=project,
        meta=meta,
        paper=paper,
        title=meta["title"]["en"],
        sources=meta["sources"],
        citations=sorted({one["citation"] for one in meta["sources"] if one["citation"]}),
        tables=_tables(project),
        private=[path for run in project.runs.values() for path in run.stage.private],
        public=sum(project.here(path) for path in project.shared),
        python=about["requires-python"],
        licence=about["license"],
        libraries={name: project.version(name) for name in _MAIN},
        seeds={name: (value, explained(name)) for name, value in project.choices.items() if _SEED in name},
        megabytes=round(sum(len(one.content) for one in project.files) / 1e6),
        times=_times(project),
        exhibits=exhibits,
        figures=len(FIGURES),
    )


def _tables(project: Project) -> dict[str, int]:
    """Return the published tables and their rows."""
    frames = {name: project.published[name] for name in sorted(project.published.tables)}
    return {f"{DOOR}/{name}.parquet": frame.select(pl.len()).item() for name, frame in frames.items()}


def _times(project: Project) -> dict[str, Any] | None:
    content = next((one.content for one in project.files if one.name == RUN_TIMES), None)
    return None if content is None else json.loads(content)


def _cell(text: str) -> str:
    """Return a text that stays within a cell of a table."""
    return " ".join(text.replace("|", "\\|").split())
