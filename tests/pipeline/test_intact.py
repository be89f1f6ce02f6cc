"""Files that were damaged without a trace: found by their MD5, healed by what the hint says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import yaml

from sujuva.errors import PipelineError, SujuvaError
from sujuva.fingerprint import md5
from sujuva.pipeline.dag import Stage, stages
from sujuva.pipeline.intact import check_inputs, damaged, damaged_cache, mend, recorded
from sujuva.pipeline.lock import cache_of
from sujuva.pipeline.runner import run_notebook

Make = Callable[..., Path]
STAGES = """\
stages:
  one: {cmd: "mkdir one one/deep; echo first > one/a; echo second > one/deep/b", deps: [source], outs: [one]}
  two: {cmd: "cat one/a one/deep/b > two", deps: [one], outs: [two]}
"""


@pytest.fixture
def run(project: Path) -> Callable[[], None]:
    """Run two small stages with DVC itself."""
    (project / ".dvc").mkdir()
    (project / ".dvc/config").write_text("[core]\n    no_scm = true\n    analytics = false\n", encoding="utf-8")
    (project / "dvc.yaml").write_text(STAGES, encoding="utf-8")
    (project / "source").write_text("x", encoding="utf-8")

    def repro() -> None:
        done = subprocess.run(
            [sys.executable, "-m", "dvc", "repro"], cwd=project, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    repro()
    return repro


def flip(*paths: Path) -> None:
    """Flip a bit, as a disk does: time, size and mode stay."""
    for path in paths:
        about, content = path.stat(), bytearray(path.read_bytes())
        content[0] ^= 1
        path.chmod(0o600)
        path.write_bytes(content)
        path.chmod(about.st_mode)
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def cached(project: Path, digest: str) -> Path:
    return project / ".dvc/cache/files/md5" / digest[:2] / digest[2:]


def test_what_is_damaged_is_found_and_healed(project: Path, run: Callable[[], None]):
    lock = (project / "dvc.lock").read_bytes()
    assert recorded(project).keys() == {"one", "two"}
    assert (damaged(project), damaged_cache(project), mend(project)) == ([], [], [])
    copy, listing = cached(project, md5(project / "one/deep/b")), cached(project, recorded(project)["one"])

    # In the cache alone, in both, and where the list of a folder's files is lost as well.
    flip(copy)
    assert (damaged(project), damaged_cache(project)) == ([], [copy])
    flip(project / "one/deep/b", project / "two")
    assert damaged(project) == ["one/deep/b", "two"]
    assert damaged(project, ["two"]) == ["two"]
    flip(listing)
    assert damaged(project) == ["one", "two"]
    assert damaged_cache(project) == [listing]
    assert mend(project) == [listing.relative_to(project).as_posix(), "one", "two"]
    assert damaged_cache(project) == []  # nobody knows any more that the copy was one
    run()
    assert (project / "dvc.lock").read_bytes() == lock
    assert (project / "two").read_text(encoding="utf-8") == "first\nsecond\n"
    assert damaged(project) == []
    if damaged_cache(project):  # DVC may have trusted it once more
        mend(project)
        run()
    assert (damaged(project), damaged_cache(project)) == ([], [])
    assert (project / "dvc.lock").read_bytes() == lock


def lock_of(project: Path, outs: Iterable[str]) -> None:
    """Write what DVC would: single files only."""
    made = [{"path": out, "md5": md5(project / out)} for out in outs]
    content = {"stages": {"before": {"cmd": "x", "outs": made}}}
    (project / "dvc.lock").write_text(yaml.safe_dump(content), encoding="utf-8")


def test_a_stage_does_not_run_on_a_damaged_input(notebook: Make, project: Path, monkeypatch: pytest.MonkeyPatch):
    path = notebook("one", "open('ran', 'w').close()")
    stages = "stages: {one: {cmd: sujuva run notebooks/one.ipynb, deps: [data/moments], outs: [data/x: {push: false}]}}"
    (project / "dvc.yaml").write_text(stages, encoding="utf-8")
    (project / "data/moments").write_bytes(b"PAR1 a table")
    lock_of(project, ["data/moments"])
    flip(project / "data/moments")

    monkeypatch.setenv("DVC_STAGE", "one")
    with pytest.raises(
        PipelineError, match=r"data/moments is damaged.*so the stage 'one' does not run.* doctor --mend"
    ):
        run_notebook(path)
    assert not (project / "ran").exists()
    assert not (project / "data/x").exists()
    monkeypatch.setenv("DVC_STAGE", "another")  # of a run inside of which somebody runs this one by hand
    check_inputs(Stage("one", {"cmd": "x", "deps": ["data/moments"]}), project)
    monkeypatch.delenv("DVC_STAGE")
    check_inputs(Stage("one", {"cmd": "x", "deps": ["data/moments"]}), project)


def test_a_command_does_not_run_on_a_damaged_input(project: Path):
    stages = "stages: {example: {cmd: sujuva example, deps: [data/clean], outs: [data/x: {push: false}]}}"
    (project / "dvc.yaml").write_text(stages, encoding="utf-8")
    (project / "data/clean").write_bytes(b"a table")
    lock_of(project, ["data/clean"])
    flip(project / "data/clean")
    code = "import sys\nfrom sujuva import cli\ncli.app = sys.exit\nsys.argv = ['sujuva', 'example']\ncli.main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DVC_STAGE": "example"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert re.match("data/clean is damaged, or not what dvc.lock says.*\nHint: .*doctor --mend", done.stderr)


def test_every_bit_flip_of_a_table_is_found(project: Path):
    """Parquet alone let some through: it says nothing, or something else."""
    import polars as pl

    from sujuva.io import write_table

    table = project / "data/t.parquet"
    write_table(pl.select(a=pl.int_range(300), b=pl.int_range(300).hash() % 97), table, key=["a"])
    sound, truth = table.read_bytes(), pl.read_parquet(table)
    lock_of(project, ["data/t.parquet"])
    silent = 0
    for place in range(0, len(sound), max(1, len(sound) // 60)):
        wrong = bytearray(sound)
        wrong[place] ^= 1 << (place % 8)
        table.write_bytes(wrong)
        assert damaged(project) == ["data/t.parquet"]
        try:
            silent += not pl.read_parquet(table).equals(truth)
        except BaseException as error:  # Polars panics outside of the family of exceptions
            if isinstance(error, KeyboardInterrupt):
                raise
    assert silent > 0, "where Parquet finds every flip, the MD5 is not needed"
    table.write_bytes(sound)
    assert damaged(project) == []


def test_a_lock_that_cannot_be_read_is_named_and_none_is_none(project: Path):
    assert damaged(project) == []
    (project / "dvc.lock").write_text("stages: [", encoding="utf-8")
    with pytest.raises(SujuvaError, match=r"dvc\.lock is not what DVC writes.*git checkout -- dvc\.lock"):
        damaged(project)


def test_the_project_records_every_output(root: Path):
    assert recorded(root).keys() == {out for stage in stages(root).values() for out in stage.outs}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ".dvc/cache"),
        ({".dvc/config": "[core]\n    analytics = false\n"}, ".dvc/cache"),
        ({".dvc/config": "[cache]\n    dir = ../beside\n"}, "beside"),
        ({".dvc/config": "[cache]\ndir = a\n", ".dvc/config.local": "[cache]\n    dir = /far\n"}, "/far"),
        ({"user/config": "[cache]\n    dir = /shared/dvc\n"}, "/shared/dvc"),
        ({"user/config": "[cache]\n    dir = /shared\n", ".dvc/config": '[cache]\n    dir = "own"\n'}, ".dvc/own"),
        ({"system/config": "[cache]\n    dir = one\n"}, "system/one"),
        ({"system/config": "[cache]\n    dir = one\n", "user/config": "[cache]\n    dir = two\n"}, "user/two"),
    ],
)
def test_the_cache_lies_where_dvc_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], expected: str
):
    """The expected places are those that `dvc cache dir` printed for these files."""
    monkeypatch.setenv("DVC_SYSTEM_CONFIG_DIR", f"{tmp_path}/system")
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", f"{tmp_path}/user")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert os.path.normpath(cache_of(tmp_path)) == os.path.normpath(tmp_path / expected)


def test_where_the_cache_lies_is_not_guessed(tmp_path: Path):
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc/config").write_text("cache: /elsewhere\n", encoding="utf-8")

    with pytest.raises(SujuvaError, match="nobody can tell where its cache lies"):
        cache_of(tmp_path)
