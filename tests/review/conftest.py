"""A small project whose pipeline takes no time: one raw file, a private table, published tables and a page."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import yaml

from sujuva.fingerprint import hash_of
from sujuva.review.remake import Environment

CLEAN = """
from pathlib import Path
Path("data/clean").mkdir(parents=True, exist_ok=True)
Path("data/clean/rows.csv").write_text(Path("data/raw/rows.csv").read_text().upper())
"""
PUBLISH = """
from pathlib import Path
import json, polars as pl, yaml
threshold = yaml.safe_load(Path("params.yaml").read_text())["privacy"]["threshold"]
rows = [line.split(";") for line in Path("data/clean/rows.csv").read_text().split()]
schema = {"region": pl.String, "wave": pl.Int32, "days": pl.Int32, "days_to": pl.Int32, "n": pl.Int64,
          "suppressed": pl.String}
told = [(r.lower(), 2024, i, i + 1, int(n) if int(n) >= threshold else None, "" if int(n) >= threshold else "primary")
        for i, (r, n) in enumerate(rows)]
Path("data/published").mkdir(parents=True, exist_ok=True)
pl.DataFrame(told, schema, orient="row").write_parquet("data/published/delays.parquet")
Path("data/published/meta.json").write_text(json.dumps({"privacy": {"threshold": threshold}}))
"""
PAGE = """
from pathlib import Path
import polars as pl
Path("reports/site").mkdir(parents=True, exist_ok=True)
n = pl.read_parquet("data/published/delays.parquet")["n"].sum()
Path("reports/site/index.html").write_text(f"<p>{n} families</p>")
"""
STAGES = {
    "clean": {
        "cmd": "python src/clean.py",
        "deps": ["${data.input}", "src/clean.py"],
        "params": ["data.input"],
        "outs": [{"data/clean": {"push": False}}],
    },
    "publish": {
        "cmd": "python src/publish.py",
        "deps": ["data/clean", "src/publish.py"],
        "params": ["privacy.threshold"],
        "outs": ["data/published"],
    },
    "site": {"cmd": "python src/page.py", "deps": ["data/published", "src/page.py"], "outs": ["reports/site"]},
}
PARAMS = {"data": {"input": "data/raw"}, "privacy": {"threshold": 5}}


@dataclass(frozen=True)
class Project:
    """A repository whose stages have run."""

    root: Path

    def git(self, *arguments: str) -> None:
        known = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "core.excludesFile=")
        subprocess.run(["git", *known, *arguments], cwd=self.root, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "state")

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def write_published(self, frame: pl.DataFrame) -> None:
        frame.write_parquet(self.root / "data/published/delays.parquet")

    @property
    def published(self) -> pl.DataFrame:
        return pl.read_parquet(self.root / "data/published/delays.parquet")

    def lock(self) -> None:
        """Write `dvc.lock` as DVC does for what lies here."""
        chosen = {"data.input": "data/raw", "privacy.threshold": 5}
        entries = {}
        for name, stage in STAGES.items():
            outs = [next(iter(one)) if isinstance(one, dict) else one for one in stage["outs"]]
            deps = [one.replace("${data.input}", "data/raw") for one in stage["deps"]]
            entries[name] = {
                "cmd": stage["cmd"],
                "deps": [self._entry(one) for one in deps],
                "params": {"params.yaml": {one: chosen[one] for one in stage.get("params", [])}},
                "outs": [self._entry(one) for one in outs],
            }
        self.write("dvc.lock", yaml.safe_dump({"schema": "2.0", "stages": entries}, sort_keys=False))

    def _entry(self, path: str) -> dict[str, object]:
        place = self.root / path
        files = {"nfiles": sum(one.is_file() for one in place.rglob("*"))} if place.is_dir() else {}
        return {"path": path, "hash": "md5", "md5": hash_of(place), **files}


def run_stages(root: Path, names: list[str]) -> None:
    """What the commands of the stages do, in this process."""
    for name in names:
        script = root / STAGES[name]["cmd"].removeprefix("python ")
        for one in STAGES[name]["outs"]:
            shutil.rmtree(root / (next(iter(one)) if isinstance(one, dict) else one), ignore_errors=True)
        with pytest.MonkeyPatch.context() as patched:
            patched.chdir(root)
            exec(compile(script.read_text(), script.name, "exec"), {})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The project with its raw data under git, run, locked and committed."""
    made = Project(tmp_path / "hanke ä")
    made.root.mkdir()
    made.git("init", "--quiet")
    made.write("params.yaml", yaml.safe_dump(PARAMS))
    made.write("dvc.yaml", yaml.safe_dump({"stages": STAGES}, sort_keys=False))
    made.write("requirements.lock", "")
    made.write(".gitignore", "/data/clean\n/data/published\n/reports\n/.sujuva\n")
    made.write("data/raw/rows.csv", "oulu;20\ntampere;3\nturku;12\n")
    for name, text in {"clean": CLEAN, "publish": PUBLISH, "page": PAGE}.items():
        made.write(f"src/{name}.py", text)
    run_stages(made.root, list(STAGES))
    made.lock()
    made.commit()
    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Stages run in this process and not by DVC; returns with which arguments DVC was asked."""
    asked: list[tuple[str, ...]] = []

    def dvc(self: Environment, *arguments: str, tell: Callable[[str], None]) -> None:
        asked.append(arguments)
        names = [one for one in arguments if one in STAGES]
        run_stages(self.root, names or list(STAGES))

    monkeypatch.setattr(Environment, "dvc", dvc)
    return asked
