"""A commit is made again and compared: what was planted is named, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import polars as pl
import pytest
import yaml
from dvc_data.hashfile.build import build
from dvc_data.hashfile.db import HashFileDB
from dvc_objects.fs.local import LocalFileSystem

from sujuva.errors import PipelineError, SujuvaError
from sujuva.fingerprint import hash_of
from sujuva.review import verify
from sujuva.review.remake import PLACE, Environment, workplace
from sujuva.review.told import print_verification


def faults(came):
    return [(one.kind, one.name) for one in came.faults]


def verdicts(came):
    return {one.path: one.verdict for one in came.outputs}


def test_a_clean_commit_has_no_differences_and_leaves_nothing(project, quick):
    came = verify(project.root, this=True)
    assert (came.code, faults(came)) == (0, [])
    assert set(verdicts(came).values()) == {"identical"}
    assert list((project.root / PLACE).iterdir()) == []
    assert quick == [("repro", "--force", "--no-run-cache", "--no-commit")]


def test_changed_data_are_named_and_what_follows_from_them(project, quick):
    project.write("data/raw/rows.csv", "oulu;25\ntampere;3\nturku;12\n")
    project.commit()
    came = verify(project.root, this=True)
    assert faults(came) == [("data", "data/raw")]
    assert came.code == 1
    (published,) = [one for one in came.outputs if one.path == "data/published"]
    (cell,) = published.differences
    assert (cell.file, dict(cell.key)) == ("delays.parquet", {"region": "oulu", "wave": 2024, "days": 0})
    assert cell.values == {"n": (20, 25)}
    assert cell.size == pytest.approx(0.2)
    assert published.why == ("data/clean",)


def test_of_private_tables_nobody_is_told_more_than_that_they_differ(project, quick):
    project.write("data/raw/rows.csv", "oulu;20\ntampere;4\nturku;12\n")
    project.commit()
    came = verify(project.root, this=True)
    (clean,) = [one for one in came.outputs if one.path == "data/clean"]
    assert (clean.verdict, clean.differences) == ("different", ())
    assert verdicts(came)["data/published"] == "identical"  # both are hidden
    assert "TAMPERE" not in json.dumps(came.record())


def test_a_changed_parameter_is_named_with_both_values(project, quick):
    project.write("params.yaml", yaml.safe_dump({"data": {"input": "data/raw"}, "privacy": {"threshold": 15}}))
    project.commit()
    came = verify(project.root, this=True)
    (fault,) = came.faults
    assert (fault.kind, fault.name, fault.stages) == ("parameter", "privacy.threshold", ("publish",))
    assert "15" in fault.told
    assert "5" in fault.told
    published = next(one for one in came.outputs if one.path == "data/published")
    assert {one.key.get("region", one.key.get("path")) for one in published.differences} == {
        "turku",
        "/privacy/threshold",
    }


def test_changed_code_is_named(project, quick):
    project.write("src/page.py", (project.root / "src/page.py").read_text().replace("families", "children"))
    project.commit()
    came = verify(project.root, this=True)
    assert faults(came) == [("code", "src/page.py")]
    assert [path for path, verdict in verdicts(came).items() if verdict == "different"] == ["reports/site"]


@pytest.mark.parametrize(("out", "stage"), [("data/clean", "clean"), ("reports/site", "site")])
def test_a_hash_changed_in_the_lock_is_named(project, quick, out, stage):
    content = yaml.safe_load((project.root / "dvc.lock").read_text())
    (entry,) = content["stages"][stage]["outs"]
    entry["md5"] = "0" * 32 + ".dir"
    project.write("dvc.lock", yaml.safe_dump(content))
    project.commit()
    came = verify(project.root, this=True)
    assert set(faults(came)) == {("lock", out)}
    assert {path for path, verdict in verdicts(came).items() if verdict == "different"} == {out}


def test_a_changed_cell_of_the_published_copy_is_named_with_its_key(project, quick):
    project.write_published(project.published.with_columns(n=pl.col("n").replace(12, 13)))
    came = verify(project.root, this=True)
    assert faults(came) == [("copy", "data/published")]
    (cell,) = next(one for one in came.outputs if one.path == "data/published").differences
    assert dict(cell.key) == {"region": "turku", "wave": 2024, "days": 2}
    assert cell.values == {"n": (13, 12)}


def closed(project) -> None:
    """Take the raw data out of the repository, as those of persons are."""
    project.write(".gitignore", "/data/clean\n/data/published\n/reports\n/.sujuva\n/data/raw/*.csv\n")
    project.write("data/raw/sources.yaml", "title: Made up\n")
    project.lock()
    project.git("rm", "--cached", "--quiet", "data/raw/rows.csv")
    project.commit()


def test_without_the_data_published_tables_are_where_it_starts(project, quick):
    closed(project)
    came = verify(project.root, this=True)
    assert (came.code, faults(came)) == (3, [])
    assert verdicts(came) == {"data/clean": "unchecked", "data/published": "unchecked", "reports/site": "identical"}
    assert quick == [("repro", "--force", "--no-run-cache", "--no-commit", "--single-item", "site")]


def test_a_missing_dependency_that_changed_is_not_taken_for_unchanged(project, quick):
    """What DVC does: its issue 11100."""
    closed(project)
    content = yaml.safe_load((project.root / "dvc.lock").read_text())
    content["stages"]["publish"]["deps"][0]["md5"] = "1" * 32 + ".dir"  # of data/clean, which is not there
    project.write("dvc.lock", yaml.safe_dump(content))
    project.commit()
    came = verify(project.root, this=True)
    assert faults(came) == [("lock", "data/clean")]
    assert came.code == 1


def test_closed_data_that_somebody_holds_make_it_whole(project, quick, tmp_path):
    shutil.copytree(project.root / "data/raw", tmp_path / "kept")
    (tmp_path / "kept/sources.yaml").write_text("title: Made up\n")
    closed(project)
    assert verify(project.root, this=True, data=tmp_path / "kept").code == 0
    (tmp_path / "kept/rows.csv").write_text("oulu;21\ntampere;3\nturku;12\n")
    assert faults(verify(project.root, this=True, data=tmp_path / "kept")) == [("data", "data/raw")]


def test_a_published_copy_from_elsewhere_is_told_where_it_cannot_be_made_again(project, quick):
    closed(project)
    project.write_published(project.published.with_columns(n=pl.col("n").replace(12, 13)))
    came = verify(project.root, this=True)
    assert ("copy", "data/published") in faults(came)
    assert verdicts(came)["data/published"] == "different"


def test_the_record_is_the_same_bytes_and_json(project, quick):
    first, second = (json.dumps(verify(project.root, this=True).record()) for _ in range(2))
    assert first == second
    assert json.loads(first)["verdict"] == "nothing differs"


def test_the_terminal_tells_what_differs(project, quick, tmp_path):
    project.write_published(project.published.with_columns(n=pl.col("n").replace(12, 13)))
    with (tmp_path / "told").open("w+", encoding="utf-8") as file:
        print_verification(verify(project.root, this=True), file=file)
        file.seek(0)
        told = file.read()
    assert "copy data/published (publish)" in told
    assert "delays.parquet · turku 2024 2 · n 13 → 12" in told
    assert "It differs: 2 identical, 1 different" in told


def test_what_a_killed_run_left_is_taken_away_and_a_running_ones_is_not(project):
    place = project.root / PLACE
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    (place / f"{ended.pid}-left").mkdir(parents=True)
    (place / f"{os.getppid()}-running").mkdir()
    with workplace(project.root) as folder:
        assert [one.name for one in sorted(place.iterdir())] == sorted([f"{os.getppid()}-running", folder.name])
        assert folder.stat().st_mode & 0o077 == 0


def test_a_pipeline_that_fails_says_so_and_leaves_nothing(project):
    project.write("requirements.lock", "")
    project.write("src/clean.py", "raise SystemExit('no rows')\n")
    project.commit()
    with pytest.raises(PipelineError, match="exit code"):
        verify(project.root, this=True)  # by DVC itself, which is no repository of DVC either
    assert list((project.root / PLACE).iterdir()) == []


def test_dvc_itself_runs_a_commit(project):
    project.write(".dvc/config", "[core]\n    analytics = false\n    check_update = false\n")
    project.commit()
    assert verify(project.root, this=True).code == 0


def test_hashes_are_those_of_dvc(project):
    project.write("data/raw/ä/b.csv", "1")
    project.write("data/raw/a.csv", "2")
    project.write("data/raw/__pycache__/x.pyc", "no part of it")
    project.write(".dvcignore", "__pycache__\n")
    for place in ("data/raw", "data/raw/rows.csv"):
        odb = HashFileDB(LocalFileSystem(), str(project.root / "odb"))
        ignore = CleanTree() if place == "data/raw" else None
        _, _, built = build(odb, str(project.root / place), LocalFileSystem(), "md5", ignore=ignore)
        assert hash_of(project.root / place) == built.hash_info.value


class CleanTree:
    """What DVC passes over where `.dvcignore` names it."""

    def find(self, fs, path, **_):
        yield from (one for one in fs.find(path) if "__pycache__" not in one)

    def walk(self, fs, path, **more):
        for folder, folders, files in fs.walk(path, **more):
            if "__pycache__" not in folder:
                yield folder, folders, files


def test_another_environment_than_the_locks_is_refused(project):
    project.write("requirements.lock", "polars==0.0.1 \\\n    --hash=sha256:00\n")
    with pytest.raises(SujuvaError, match=r"polars 0\.0\.1"):
        Environment(project.root, this=True)


def test_an_unknown_revision_is_an_error(project):
    with pytest.raises(SujuvaError, match="no revision 'nowhere'"):
        verify(project.root, "nowhere")


def test_nothing_has_no_hash(tmp_path):
    assert hash_of(tmp_path / "nothing") is None
