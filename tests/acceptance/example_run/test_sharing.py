"""What a remote gets, and what a clone without raw exports makes of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from sujuva.pipeline.dag import stages
from tests.acceptance.copies import Copy

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200)]

# A run that gives the committed lock leaves nothing to commit.
COMMIT = (
    "git", "-c", "user.name=Test", "-c", "user.email=test@example.org",
    "commit", "--quiet", "--all", "--allow-empty", "-m", "run",
)  # fmt: skip


def test_a_clone_without_data_remakes_reports_from_published_tables_alone(example_run: Copy, tmp_path: Path) -> None:
    owner, reader = Copy(tmp_path / "owner"), Copy(tmp_path / "reader")
    shutil.copytree(example_run.path, owner.path, symlinks=True)
    for command in (
        ("dvc", "remote", "add", "--local", "share", str(tmp_path / "remote")),
        COMMIT,
        ("sujuva", "push", "share"),
        ("git", "clone", "--quiet", str(owner.path), str(reader.path)),
    ):
        done = owner.run(*command)
        assert done.returncode == 0, done.stderr
    there = ("dvc", "remote", "add", "--local", "share", str(tmp_path / "remote"))
    assert reader.run(*there).returncode == 0

    private = {
        path
        for stage in stages(owner.path).values()
        for out in stage.content.get("outs", [])
        for path, options in (out.items() if isinstance(out, dict) else [(out, {})])
        if options.get("push") is False
    }
    shared = {out for stage in stages(owner.path).values() for out in stage.outs} - private
    alone = reader.run("dvc", "pull", "-r", "share")
    assert alone.returncode != 0
    assert private == {line for line in alone.stderr.splitlines() if line in private | shared}
    assert reader.run("dvc", "pull", "-r", "share", "--allow-missing").returncode == 0
    assert all((reader.path / out).exists() for out in shared)
    assert not any((reader.path / out).exists() for out in private)

    shutil.rmtree(reader.path / "reports" / "regions")
    chosen = reader.path / "params.yaml"
    told = chosen.read_text(encoding="utf-8").replace("language: fi", "language: sv")
    told = told.replace("languages: [fi]", "languages: [sv]")
    chosen.write_text(told, encoding="utf-8")
    assert yaml.safe_load(told)["report"] == {"language": "sv", "languages": ["sv"]}
    reader.repro("--single-item", "region", "site")
    assert {path.name for path in (reader.path / "reports" / "site").iterdir()} == {"index.html", "sv"}
    for page in ("reports/regions/sv/network/index.html", "reports/site/index.html"):
        assert '<html lang="sv"' in (reader.path / page).read_text(encoding="utf-8")
