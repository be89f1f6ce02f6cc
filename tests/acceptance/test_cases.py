"""Small inputs rebuilt from public bug reports, each as its commands are typed, with the right value of each.

They stand beside the project (`../shared/cases`); where they are not, each test is skipped. A folder without a test
here makes a test fail.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from sujuva import cli
from sujuva.cleaning import clean_folder
from sujuva.scores import scored

AS_OPTION = "1=0,2=1,3=2,4=3"

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """A command as typed in a project: its exit code, what it prints, and all it says in one line."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sujuva", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, said = capsys.readouterr()
        plain = re.sub(r"\s+", " ", out + said)
        assert "Traceback" not in plain
        assert "SUJUVA_DEBUG" not in plain  # what an error that nobody foresaw says
        return code, out, plain

    return run


@pytest.fixture
def case(request: pytest.FixtureRequest, shared_cases: Path, tmp_path: Path) -> Path:
    """A copy of the folder that the test is named after."""
    name = _folder(request.function.__name__)
    if not (shared_cases / name).is_dir():
        pytest.skip(f"no folder {name} among the small inputs beside the project")
    return Path(shutil.copytree(shared_cases / name, tmp_path / "cases" / name))


def _folder(test: str) -> str:
    return test.removeprefix("test_").replace("_", "-")


def _drafted(typed: Typed, folder: Path) -> tuple[dict[str, Any], str]:
    """Return what a draft says of a folder of one file, and its text."""
    code, _, said = typed("draft", folder, "--force")
    assert code == 0, said
    text = (folder / "sources.yaml").read_text(encoding="utf-8")
    (source,) = yaml.safe_load(text)["sources"]
    return source, text


def _log(typed: Typed, file: Path, *more: str) -> tuple[dict[str, Any], dict[str, float]]:
    """Return what is said of a log, and its indicators of all years that have no category."""
    code, out, said = typed("casework", file, "--json", *more)
    assert code == 0, said
    log = json.loads(out)
    return log, {
        row["indicator"]: row["estimate"]
        for row in log["indicators"]
        if row["wave"] == 0 and not row.get("category") and row["group"] == "all"
    }


def _network(typed: Typed, *arguments: str | Path) -> dict[str, float]:
    code, out, said = typed("network", *arguments, "--json")
    assert code == 0, said
    (network,) = json.loads(out)["networks"]
    return {row["indicator"]: row["estimate"] for row in network["indicators"] if not row["category"]}


def test_every_case_has_a_test(shared_cases: Path):
    folders = {path.name for path in shared_cases.iterdir() if path.is_dir()}
    assert folders <= {_folder(name) for name in globals() if name.startswith("test_")}


def test_gad7_one_to_four(case: Path, typed: Typed):
    code, out, said = typed("score", "gad7", case / "gad7.csv")
    assert code == 1
    assert not out  # no score
    assert "4 is used 2 times and 0 never: they look coded 1–4, one above 0–3" in said
    assert f"--map {AS_OPTION}" in said
    assert "--as-given" in said
    code, out, said = typed("score", "gad7", case / "gad7.csv", "--map", AS_OPTION)
    assert code == 0, said
    assert [(row["id"], row["gad7"]) for row in csv.DictReader(io.StringIO(out))] == [
        ("a", "0"),
        ("b", "4"),
        ("c", "12"),
        ("d", "7"),
    ]
    assert typed("check", case)[0] == 1


def test_gad7_shifted_pipeline(case: Path, typed: Typed):
    code, _, said = typed("check", case)
    assert code == 1
    assert "4 is used 15 times and 0 never" in said
    pasted = re.search(r"item_map: \{[^}]*\}", said)
    assert pasted is not None
    described = (case / "sources.yaml").read_text(encoding="utf-8")
    mapped = described.replace("instrument: gad7,", f"instrument: gad7, {pasted[0]},")
    (case / "sources.yaml").write_text(mapped, encoding="utf-8")
    made = clean_folder(case, regions=["oulu"], waves=[2023])
    scores = scored(made.tables["answers_gad7"].lazy(), made.instruments["gad7"]).collect()["gad7"]
    assert made.quarantine.is_empty()
    assert scores.len() - scores.null_count() == 60
    assert scores.mean() == pytest.approx(3.58, abs=0.005)
    assert (scores >= 10).mean() == pytest.approx(0.117, abs=0.0005)


def test_sdq_minimal(case: Path, typed: Typed):
    source, text = _drafted(typed, case)
    (feed,) = source["feeds"]
    assert feed["instrument"] == "sdq"
    assert feed["item_map"] == {1: 0, 2: 1, 3: 2}
    assert "coded 1–3, one above 0–2" in text
    assert "sdq_impact" not in text


def test_lifecycle(case: Path, typed: Typed):
    log, found = _log(typed, case / "events.csv")
    assert log["used"] == 3
    assert found["delay_mean"] == pytest.approx(18.1875)
    assert (found["cases_started"], found["cases_open"]) == (2, 1)
    assert any("Not counted: schedule 2, withdraw 1" in note for note in log["notes"])
    source, _ = _drafted(typed, case)
    assert source["feeds"][0]["lifecycle"] == {"from": "lifecycle:transition", "keep": ["complete"]}


def test_interval_log(case: Path, typed: Typed):
    code, out, said = typed("casework", case / "log.csv")
    assert code == 1
    assert not out
    assert "--time start_timestamp or --time time:timestamp" in said
    log, found = _log(typed, case / "log.csv", "--time", "start_timestamp")
    assert (log["used"], found["cases_started"], found["cases_open"]) == (4, 2, 0)
    assert found["delay_mean"] == pytest.approx((8 + 2) / 2)


def test_draft_us_dates(case: Path, typed: Typed):
    source, text = _drafted(typed, case)
    assert "format" not in source["feeds"][0]["columns"]["time"]
    (line,) = (line for line in text.splitlines() if line.strip().startswith("time:"))
    assert "FILL IN" in line
    assert "day first and month first both fit every date" in line


def test_dotted_clock(case: Path, typed: Typed):
    log, found = _log(typed, case / "events.csv")
    assert log["used"] == 2
    assert found["delay_mean"] == pytest.approx(29 + (6 * 60 + 25) / 1440)


def test_slash_dates(case: Path, typed: Typed):
    log, found = _log(typed, case / "events.csv")
    assert log["used"] == 2
    assert found["delay_mean"] == 20


@pytest.mark.parametrize("nodes", [False, True])
def test_composed_letters(case: Path, typed: Typed, nodes: bool):
    found = _network(typed, case / "ties.csv", *(["--nodes", case / "nodes.csv"] if nodes else []))
    assert (found["network_actors"], found["network_density"]) == (3, 0.5)


def test_adjacency_matrix(case: Path, typed: Typed):
    found = _network(typed, case / "matrix.csv")
    assert (found["network_actors"], found["network_ties"], found["network_density"]) == (4, 6, 0.5)
    source, _ = _drafted(typed, case)
    assert source["options"]["matrix"] == "rows"
    assert source["feeds"][0]["table"] == "ties"


def test_formula_without_value(case: Path, typed: Typed):
    code, out, said = typed("score", "who5", case / "who5.xlsx")
    assert code == 1
    assert not out
    assert "2 cells hold formulas never calculated" in said
    assert "too few answers" not in said


def test_area_code_digits(case: Path, typed: Typed):
    said = typed("check", case)[2]
    assert "duplicate: 1 row (2)" in said
    made = clean_folder(case, regions=["oulu", "pirkanmaa", "etela-pohjanmaa"], waves=[2023], timezone=None)
    areas = made.tables["area_indicators"].sort("area")
    assert areas.select("area", pl.col("value")).rows() == [("005", 1200.0), ("564", 41000.0), ("837", 30000.0)]
    assert made.quarantine.height == 1


def test_unknown_kernel(case: Path, typed: Typed, project: Path):
    code, _, said = typed("run", case / "nokernel.ipynb", "-o", project / "out.ipynb")
    assert code == 0, said
    assert "asks for the kernel 'conda-env-minun-py', which is not here: it runs in this environment's own" in said
    assert (project / "out.ipynb").is_file()
