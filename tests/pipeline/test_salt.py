"""Private folders have salt and are their owner's alone: dvc.lock tells nothing of them, and nobody else may enter."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from sujuva.errors import PipelineError, SourceError
from sujuva.pipeline.dag import Stage, needs, stages
from sujuva.pipeline.modes import close_private, private_places
from sujuva.pipeline.runner import NotebookError, run_notebook
from sujuva.pipeline.salt import salt_folders, salt_input, salted

Make = Callable[..., Path]
STAGES = """\
stages:
  clean:
    cmd: sujuva run notebooks/clean.ipynb
    deps: [data/raw]
    outs:
      - data/clean: {push: false}
      - data/study: {push: false}
      - data/executed/clean.ipynb: {push: false}
  publish:
    cmd: sujuva run notebooks/publish.ipynb
    deps: [data/clean, data/study]
    outs:
      - data/published
      - data/executed/publish.ipynb: {push: false}
"""
WRITES = """\
from pathlib import Path
from sujuva.io import replacing_folder, write_text
from sujuva.paths import output

for name in NAMES:
    with replacing_folder(output(name)) as out:
        write_text("one", out / "table")
print("three rows")
"""


@pytest.fixture
def raw(project: Path, notebook: Make) -> Path:
    """A project whose input folder is `data/raw`, and whose stages write a file each."""
    (project / "data/raw").mkdir()
    (project / "data/raw/sources.yaml").write_text("title: made up\n", encoding="utf-8")
    (project / "data/raw/answers.csv").write_text("a\n", encoding="utf-8")
    (project / "dvc.yaml").write_text(STAGES, encoding="utf-8")
    params = project / "params.yaml"
    params.write_text(params.read_text(encoding="utf-8").replace("data/example", "data/raw"), encoding="utf-8")
    notebook("clean", f"NAMES = ['data/clean', 'data/study']\n{WRITES}", parameters="n: int = 1")
    notebook("publish", f"NAMES = ['data/published']\n{WRITES}", parameters="n: int = 1")
    return project


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def listing(folder: Path) -> dict[str, bytes]:
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_what_a_stage_keeps_is_salted_and_closed_and_what_the_door_makes_is_neither(
    raw: Path, monkeypatch: pytest.MonkeyPatch
):
    (raw / "data/raw").chmod(0o755)
    run_notebook("notebooks/clean.ipynb")
    for name in ("data/clean", "data/study", "data/executed", "data/raw"):
        assert mode(raw / name) == 0o700, name
    assert mode(raw / "data/clean/table") == mode(raw / "data/executed/clean.ipynb") == 0o600
    assert sorted(one.name for one in (raw / "data/clean").iterdir()) == ["salt", "table"]
    assert (raw / "data/raw/.salt").is_file()
    first = listing(raw / "data")
    assert first["data/clean/salt".removeprefix("data/")] != first["study/salt"]

    monkeypatch.delenv("SUJUVA_KEY")  # whoever has the clean tables needs no key
    run_notebook("notebooks/publish.ipynb")
    assert [one.name for one in (raw / "data/published").iterdir()] == ["table"]
    assert mode(raw / "data/published") == mode(raw / "data") != 0o700
    assert "salt" in json.loads((raw / "data/executed/publish.ipynb").read_text(encoding="utf-8"))["metadata"]

    monkeypatch.setenv("SUJUVA_KEY", "another key for tests, no secret")
    run_notebook("notebooks/clean.ipynb")
    other = listing(raw / "data")
    for name in ("clean/salt", "study/salt", "raw/.salt", "executed/clean.ipynb"):
        assert other[name] != first[name], name
    assert other["clean/table"] == first["clean/table"]

    monkeypatch.setenv("SUJUVA_KEY", "a key for tests alone, no secret")
    run_notebook("notebooks/clean.ipynb")
    again = listing(raw / "data")
    assert {name: again[name] for name in first} == first  # the same key and content: the same bytes


def test_a_failed_notebook_is_its_owners_alone(raw: Path, notebook: Make):
    notebook("clean", "1 / 0", parameters="n: int = 1")
    with pytest.raises(NotebookError):
        run_notebook("notebooks/clean.ipynb")
    assert mode(raw / ".sujuva") == 0o700
    assert mode(raw / ".sujuva/failed/clean.ipynb") == 0o600


def test_the_length_of_salt_hangs_on_the_content(raw: Path):
    stage = stages(raw)["clean"]
    lengths = set()
    (raw / "data/clean").mkdir()
    for number in range(9):
        (raw / "data/clean/table").write_text(str(number), encoding="utf-8")
        salt_folders(stage, raw)
        lengths.add((raw / "data/clean/salt").stat().st_size)
    assert len(lengths) > 1
    assert max(lengths) - min(lengths) > 1_000


def test_without_a_key_or_the_study_there_is_no_salt_and_no_run(raw: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SUJUVA_KEY")
    monkeypatch.setenv("SUJUVA_KEY_FILE", str(raw.parent / "nothing"))
    with pytest.raises(SourceError, match="There is no key"):
        salt_input(stages(raw)["clean"], raw)
    with pytest.raises(PipelineError, match="data/study has no salt"):
        salted(stages(raw)["publish"], "{}", raw)


def test_made_up_data_have_the_demo_key_and_nothing_beside_them(raw: Path, monkeypatch: pytest.MonkeyPatch):
    (raw / "data/raw/sources.yaml").write_text("key: demo\n", encoding="utf-8")
    monkeypatch.delenv("SUJUVA_KEY")
    stage = stages(raw)["clean"]
    salt_input(stage, raw)
    assert not (raw / "data/raw/.salt").exists()
    assert json.loads(salted(stage, '{"metadata": {}}', raw))["metadata"]["salt"]


def test_a_delivery_of_nobody_needs_no_key(raw: Path, monkeypatch: pytest.MonkeyPatch):
    (raw / "data/raw/sources.yaml").write_text("title: {fi: x}\nsources: []\n", encoding="utf-8")
    monkeypatch.delenv("SUJUVA_KEY")
    monkeypatch.setenv("SUJUVA_KEY_FILE", str(raw.parent / "nothing"))
    stage = stages(raw)["clean"]
    salt_input(stage, raw)
    assert not (raw / "data/raw/.salt").exists()
    assert json.loads(salted(stage, '{"metadata": {}}', raw))["metadata"]["salt"]
    # Somebody's exports come along: from now on there must be a key.
    feed = "{name: a, file: a.csv, reader: csv, feeds: [{table: organisations}]}"
    (raw / "data/raw/sources.yaml").write_text(f"title: {{fi: x}}\nsources: [{feed}]\n", encoding="utf-8")
    with pytest.raises(SourceError, match="There is no key"):
        salt_input(stage, raw)


def test_one_file_of_a_private_folder_is_nobodys_dependency(raw: Path, notebook: Make):
    notebook("publish", "inside('data/clean/table')", parameters="n: int = 1")
    (raw / "src").mkdir()
    assert needs(stages(raw)["publish"], raw)["deps"] == ["data/clean", "notebooks/publish.ipynb"]
    own = Stage("own", {"cmd": "sujuva run notebooks/publish.ipynb", "outs": ["reports/own"]})
    assert own.behind_door


def test_private_places_are_what_is_never_shared(root: Path, project: Path):
    (project / "dvc.yaml").write_bytes((root / "dvc.yaml").read_bytes())
    for name in ("data/indicators/situation", "data/executed", "data/published", "reports/site", ".dvc/cache"):
        (project / name).mkdir(parents=True)
    (project / "data/truth.json").touch()
    private = {one.relative_to(project).as_posix() for one in private_places(project)}
    assert private == {"data/indicators", "data/indicators/situation", "data/executed", "data/truth.json", ".dvc/cache"}
    close_private(project)
    assert {mode(project / one) & 0o077 for one in private} == {0}
    assert mode(project / "data/published") == mode(project / "data")
