from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sujuva import __version__, cli
from sujuva.errors import SourceError
from sujuva.params import schema_text


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command line in this process and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["sujuva", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("typed", "passed"),
    [
        (["run", "x", "-p", "region", "oulu"], ["run", "x", "-p", "region=oulu"]),
        (["-p", "a", "-1", "-p", "b", "c=d", "-o", "y"], ["-p", "a=-1", "-p", "b=c=d", "-o", "y"]),
        (["-p", "region=oulu", "x"], ["-p", "region=oulu", "x"]),
        (["-p", "region"], ["-p", "region"]),
        (["-p"], ["-p"]),
    ],
)
def test_a_parameter_is_two_words(typed: list[str], passed: list[str]):
    assert cli.paired(typed) == passed


def test_the_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"sujuva {__version__}\n"


def test_help_names_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert run(monkeypatch, "--help") == 0
    said = capsys.readouterr().out
    assert all(command in said for command in ("run", "params", "example", "draft", "site"))


def test_wrong_usage_is_exit_code_2(monkeypatch: pytest.MonkeyPatch):
    assert run(monkeypatch, "rnu") == 2


def test_params_are_shown(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert run(monkeypatch, "params") == 0
    lines = capsys.readouterr().out.splitlines()
    shown = {name: value.strip() for name, _, value in (line.partition(" ") for line in lines)}
    assert shown["study.waves"] == "2022, 2023, 2024"
    assert shown["casework.reserved_same_day"] == "false"
    assert shown["coping.index_parts.home"] == "single_home: 1.0"
    assert shown["privacy.rules.threshold"] == "owner: project, date: 2022-12-07, reason: example data"
    assert shown["privacy.accepted_risks.hidden_range"] == shown["privacy.rules.threshold"]
    assert {value for value in shown.values() if "{" in value} == {"{}"}
    assert len({len(line) - len(line.split(maxsplit=1)[1]) for line in lines}) == 1, "the values are aligned"


def test_the_schema_is_printed(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert run(monkeypatch, "params", "--schema") == 0
    assert capsys.readouterr().out == schema_text()


def test_an_error_of_ours_is_a_message_and_a_hint(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("SUJUVA_DEBUG", raising=False)
    (project / "params.yaml").write_text("stduy: {}", encoding="utf-8")

    assert run(monkeypatch, "params") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "params.yaml: unknown name 'stduy'.\nHint: Did you mean 'study'?\n"


def test_debug_shows_where_an_error_came_from(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SUJUVA_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["sujuva", "params"])
    monkeypatch.setattr("sujuva.params.load_params", lambda: (_ for _ in ()).throw(SourceError("no")))

    with pytest.raises(SourceError):
        cli.main()


def test_a_missing_notebook_is_exit_code_1(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run(monkeypatch, "run", "notebooks/none.ipynb") == 1
    assert capsys.readouterr().err.startswith("There is no notebook notebooks/none.ipynb.\n")


ROWS = "vastaaja;vuosi;Kunta;Sukupuoli\n" + "".join(f"V{at};2024;Oulu;Tyttö\n" for at in range(20))


@pytest.fixture
def exports(project: Path) -> Path:
    (project / "raw").mkdir()
    (project / "raw" / "kysely.csv").write_text(ROWS, encoding="utf-8")
    return project / "raw"


def test_a_draft_is_written_once(exports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("COLUMNS", "80")
    assert run(monkeypatch, "draft", "raw") == 0
    said = capsys.readouterr().out
    assert "kysely.csv" in said
    assert "respondents" in said
    assert max(len(line) for line in said.splitlines()) <= 80
    written = (exports / "sources.yaml").read_text(encoding="utf-8")
    assert "table: respondents" in written

    assert run(monkeypatch, "draft", "raw") == 1
    assert capsys.readouterr().err.startswith("raw/sources.yaml is there already.\nHint: Overwrite it with --force")
    assert run(monkeypatch, "draft", "raw", "--force") == 0
    assert (exports / "sources.yaml").read_text(encoding="utf-8") == written


def test_a_draft_is_printed_alone(exports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert run(monkeypatch, "draft", "raw", "-o", "-") == 0
    said = capsys.readouterr()
    assert yaml.safe_load(said.out)["sources"][0]["reader"] == "csv"
    assert "Next:" in said.err
    assert not (exports / "sources.yaml").exists()


def test_a_draft_elsewhere_and_as_json(
    exports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run(monkeypatch, "draft", "raw", "-o", "first.yaml", "--json") == 0
    assert json.loads(capsys.readouterr().out)["sources"][0]["feeds"][0]["table"] == "respondents"
    assert Path("first.yaml").is_file()
    assert run(monkeypatch, "draft", "raw", "-o", "-", "--json") == 2


def test_the_command_line_starts_without_heavy_libraries():
    """Half a second more would be paid by every stage of `dvc repro`."""
    heavy = "{'polars', 'pandas', 'papermill', 'jupyter_client', 'pydantic', 'rich', 'matplotlib'}"
    code = f"import sys, sujuva.cli, sujuva.pipeline.runner; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
