"""What a release says of itself: one version everywhere, a citation that tools read, hooks of this machine alone."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sujuva import __version__

FACTS = Path(__file__).parent / "facts"


@pytest.fixture(scope="module")
def citation(root: Path) -> dict[str, Any]:
    # BaseLoader: a date stays the text that the format asks for
    return yaml.load((root / "CITATION.cff").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json.loads((FACTS / "cff-1.2.0.json").read_text(encoding="utf-8"))


def test_the_citation_is_valid(citation: dict[str, Any], schema: dict[str, Any]):
    jsonschema.validate(citation, schema)


@pytest.mark.parametrize(
    "fault", [{"cff-version": "1.1.0"}, {"authors": []}, {"date-released": "30.11.2026"}, {"licence": "EUPL-1.2"}]
)
def test_a_wrong_citation_is_refused(citation: dict[str, Any], schema: dict[str, Any], fault: dict[str, Any]):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(citation | fault, schema)


def test_one_version_is_told_everywhere(root: Path, citation: dict[str, Any]):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", changes, flags=re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1] == f"{__version__} - {citation['date-released']}"
    assert project["version"] == citation["version"] == __version__
    assert project["license"] == citation["license"]


@pytest.fixture
def make(root: Path) -> dict[str, Any]:
    """What tools/make.py defines."""
    return runpy.run_path(str(root / "tools/make.py"))


def test_hooks_of_pre_commit_are_local_and_run_what_make_check_runs(
    root: Path, make: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    config = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [one["repo"] for one in config["repos"]] == ["local"]
    hooks = {one["id"]: one for one in config["repos"][0]["hooks"]}
    assert {one["language"] for one in hooks.values()} == {"system"}
    commands: list[str] = []
    targets = make["TARGETS"]
    monkeypatch.setitem(targets["check"].__globals__, "environment", lambda: None)
    monkeypatch.setitem(targets["check"].__globals__, "run", lambda *command: commands.append(" ".join(command)))
    targets["check"]()
    for one in hooks.values():
        program, command = shlex.split(one["entry"])[:2]
        assert any(f"{program} {command}" in run for run in commands)
    ruffs = [hooks["ruff-format"], hooks["ruff-check"]]
    assert all(set(re.findall(r"\w+", one["files"])) == set(make["CODE"]) for one in ruffs)
    assert hooks["sujuva-guard"]["always_run"]
    assert not hooks["sujuva-guard"]["pass_filenames"]


def test_make_installs_the_installer_from_a_lock_that_is_there(root: Path, make: dict[str, Any]):
    assert [name for name in make["LOCKS"] if name.startswith("tools/")] == ["tools/installer.lock"]
    lines = (root / "tools/installer.lock").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("uv==")
    assert all(line.startswith("    --hash=sha256:") for line in lines[1:])
    assert lines[0] in (root / "requirements.lock").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_commands_that_documents_name_are_there(root: Path, make: dict[str, Any], page: str):
    from sujuva.cli import app

    known = {one.name or one.callback.__name__.replace("_", "-") for one in app.registered_commands}
    text = (root / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`sujuva ([a-z-]+)", text.replace("`sujuva\n   ", "`sujuva ")))
    assert named <= known, named - known
    assert set(re.findall(r"\bmake (repro|test|check|fast-test|lab|lock)\b", text)) <= set(make["TARGETS"])


def test_contributing_leads_to_headings_that_are_there(root: Path):
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    architecture = (root / "docs/architecture.md").read_text(encoding="utf-8")
    for heading in re.findall(r"(?<!\*)\*([A-Z][\w, ]+)\*(?!\*)", re.sub(r"\s+", " ", text)):
        assert heading == "Unreleased" or re.search(rf"^#+ {heading}$", architecture, flags=re.MULTILINE), heading
