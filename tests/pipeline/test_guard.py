"""Nothing that may tell of a person leaves by git or by DVC."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from sujuva.errors import DisclosureError, SujuvaError
from sujuva.pipeline.git import git as run_git
from sujuva.pipeline.guard import (
    Leaving,
    check_file,
    files_of_dvc_in,
    guard,
    pushed_files,
    shared_files,
    staged_files,
    tracked_files,
)
from sujuva.pipeline.hooks import install_hooks
from sujuva.pipeline.traces import Traces, traces_of

PERSON = "00112233445566778899aabbccddeeff"
ITEMS = [f"sdq_{number}" for number in range(1, 26)]
ROW = [2, 0, 1, 1, 0, 2, 2, 0, 0, 1, 2, 1, 0, 1, 2, 2, 0, 1, 0, 2, 1, 1, 0, 2, 1]
NOBODY = Traces(frozenset(), {})
NOTEBOOK = '{{"cells": [{{"cell_type": "code", "execution_count": null, "outputs": [{}]}}], "nbformat": 4}}'


@pytest.fixture
def clean(project: Path) -> Path:
    """A project with the answers of 300 made-up persons."""
    folder = project / "data" / "clean"
    folder.mkdir(mode=0o700)
    persons = {"respondent": [PERSON, *(f"{number:032x}" for number in range(299))], "wave": [2024] * 300}
    others = [[(number * (at + 3) // 7) % 3 for number in range(299)] for at in range(len(ITEMS))]
    answers = {item: [mine, *rest] for item, mine, rest in zip(ITEMS, ROW, others, strict=True)}
    pl.DataFrame(persons | answers).write_parquet(folder / "answers_sdq.parquet")
    shutil.copy(Path(__file__).resolve().parents[2] / "dvc.yaml", project)
    return project


def parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def packed(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("reports/regions/oulu.html", lambda _: f"<td>{PERSON}</td>".encode()),
        ("notes.md", lambda _: f"see {PERSON[:20]}…".encode()),  # as a display cuts it
        ("reports/tables/x.csv", lambda frame: frame.select("respondent").write_csv().encode()),
        ("data/published/x.parquet", lambda frame: parquet(frame.select("respondent"))),
        ("reports/tables/x.xlsx", lambda _: packed(PERSON.encode())),
        ("reports/tables/x.csv", lambda frame: frame.drop("respondent").write_csv().encode()),
        ("reports/tables/x.csv", lambda frame: frame.select(ITEMS).cast(pl.Float64).write_csv(separator=";").encode()),
        ("data/published/x.parquet", lambda frame: parquet(frame.drop("respondent"))),
        ("reports/notebooks/x.json", lambda frame: frame.select(ITEMS).write_json().encode()),
        ("reports/notebooks/x.html", lambda frame: frame.select(ITEMS).to_pandas().to_html().encode()),
    ],
)  # fmt: skip
def test_a_pseudonym_or_row_is_found_in_whatever_holds_it(
    clean: Path, name: str, make: Callable[[pl.DataFrame], bytes]
):
    frame = pl.read_parquet(clean / "data/clean/answers_sdq.parquet").head(1)
    with pytest.raises(DisclosureError, match=f"{name} holds a (pseudonym|row) of the clean tables") as told:
        check_file(Leaving(name, make(frame)), traces_of(clean))
    assert PERSON[:8] not in str(told.value)


def test_numbers_that_chance_brings_about_are_no_row(clean: Path):
    traces = traces_of(clean)
    short = ",".join(map(str, ROW[:8]))
    zeros = ",".join(["0"] * 40)
    check_file(Leaving("reports/tables/x.csv", f"{short}\n{zeros}\n".encode()), traces)
    check_file(Leaving("dvc.lock", b"md5: 0123456789abcdef0123456789abcdee\n"), traces)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("data/raw/answers.xlsx", b"", r"is a table \(\.xlsx\)"),
        ("export.SAV", b"", "is a table"),
        ("docs/events.xes.gz", b"", "is a table"),
        ("data/published/../clean/x.parquet", b"", "is a table"),
        ("notebooks/one.ipynb", NOTEBOOK.format('{"output_type": "stream"}').encode(), "holds outputs"),
        ("notebooks/one.ipynb", b"[", "holds outputs"),
        ("long.txt", b"x" * 2_000_001, "people write less"),
    ],
)
def test_files_that_nobody_shares_are_refused(name: str, content: bytes, said: str):
    with pytest.raises(DisclosureError, match=said):
        check_file(Leaving(name, content), NOBODY)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data/published/parjaavyys.parquet", b""),
        ("data/raw/codebooks/conversions/own.csv", b""),
        ("notebooks/one.ipynb", NOTEBOOK.format("").encode()),
        ("reports/notebooks/one.ipynb", NOTEBOOK.format('{"output_type": "stream"}').encode()),
    ],
)
def test_what_is_shared_may_leave(name: str, content: bytes):
    check_file(Leaving(name, content), NOBODY)


def test_the_project_itself_may_leave(root: Path):
    """As it is under git here, against the example's clean tables where they are."""
    traces = traces_of(root)
    count = 0
    for one in tracked_files(root):
        check_file(one, traces)
        count += 1
    assert count > 100


def test_shared_folders_hold_no_links_and_private_ones_are_closed(clean: Path, monkeypatch: pytest.MonkeyPatch):
    (clean / "reports/figures").mkdir(parents=True)
    (clean / "reports/figures/x.svg").write_text("x")
    assert [one.name for one in shared_files(clean)] == ["reports/figures/x.svg"]
    (clean / "data/clean").chmod(0o755)
    with monkeypatch.context() as another:
        another.setattr("sujuva.pipeline.guard.close_private", lambda _: None)  # as it is with another's folder
        with pytest.raises(DisclosureError, match="Others than you can enter data/clean"):
            guard(clean, [])
    guard(clean, [])
    assert (clean / "data/clean").stat().st_mode & 0o077 == 0
    (clean / "reports/figures/y.parquet").symlink_to(clean / "data/clean/answers_sdq.parquet")
    with pytest.raises(DisclosureError, match=r"figures/y\.parquet is a link that leads elsewhere"):
        list(shared_files(clean))
    (clean / "data/sub").mkdir()
    (clean / "data/sub/dvc.yaml").write_text("")
    with pytest.raises(DisclosureError, match="second pipeline"):
        guard(clean, [])


@pytest.fixture
def repository(clean: Path) -> Path:
    """A repository with the hooks; its `sujuva` is this one."""
    git(clean, "init", "--quiet", "--initial-branch=main")
    assert install_hooks(clean) == ["pre-commit", "pre-push"]
    command = clean / ".venv/bin/sujuva"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from sujuva.cli import main; main()" "$@"\n')
    command.chmod(0o755)
    return clean


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    return subprocess.run(["git", *who, *arguments], cwd=folder, check=False, capture_output=True, text=True)


def test_git_refuses_to_commit_and_to_push_a_pseudonym(repository: Path, tmp_path_factory: pytest.TempPathFactory):
    (repository / "notes.md").write_text("good")
    git(repository, "add", "notes.md")
    assert git(repository, "commit", "-m", "good").returncode == 0
    (repository / "notes.md").write_text(f"bad: {PERSON}")
    git(repository, "add", "notes.md")
    refused = git(repository, "commit", "-m", "bad")
    assert refused.returncode == 1
    assert "notes.md holds a pseudonym of the clean tables." in refused.stderr
    assert PERSON not in refused.stderr

    remote = tmp_path_factory.mktemp("remote")
    git(remote, "init", "--quiet", "--bare")
    git(repository, "remote", "add", "origin", str(remote))
    git(repository, "commit", "--no-verify", "-m", "bad")  # somebody was in a hurry, and then took it out again
    (repository / "notes.md").write_text("good again")
    git(repository, "commit", "-am", "good again", "--no-verify")
    refused = git(repository, "push", "origin", "main")
    assert refused.returncode == 1
    assert "notes.md holds a pseudonym" in refused.stderr
    assert git(remote, "rev-parse", "--verify", "main").returncode != 0


def test_staged_and_pushed_files_are_those_of_git(repository: Path):
    (repository / "notes.md").write_text("staged")
    git(repository, "add", "notes.md")
    (repository / "notes.md").write_text("later")
    assert list(staged_files(repository)) == [Leaving("notes.md", b"staged")]
    git(repository, "commit", "--no-verify", "-m", "one")
    head = git(repository, "rev-parse", "HEAD").stdout.strip()
    refs = f"refs/heads/main {head} refs/heads/main {'0' * 40}\n"
    assert list(pushed_files(repository, refs)) == [Leaving("notes.md", b"staged")]
    assert list(pushed_files(repository, f"(delete) {'0' * 40} refs/heads/x {head}\n")) == []


def test_where_git_cannot_tell_nothing_leaves(repository: Path, clean: Path, monkeypatch: pytest.MonkeyPatch):
    (repository / "notes.md").write_text("one")
    git(repository, "add", "notes.md")
    git(repository, "commit", "--no-verify", "-m", "one")
    head = git(repository, "rev-parse", "HEAD").stdout.strip()
    refs = f"refs/heads/main {head} refs/heads/main {'0' * 40}\n"
    blob = git(repository, "rev-parse", "HEAD:notes.md").stdout.strip()
    monkeypatch.setattr("sujuva.pipeline.guard.git", _git_that_lacks(blob))
    with pytest.raises(DisclosureError, match=r"git cannot show notes\.md, so nobody can tell"):
        list(pushed_files(repository, refs))
    monkeypatch.undo()
    with pytest.raises(DisclosureError, match="so nobody can tell what would leave"):
        list(pushed_files(repository, f"refs/heads/main {'1' * 40} refs/heads/main {'0' * 40}\n"))
    monkeypatch.setenv("PATH", "/nowhere")
    for files in (staged_files(clean), tracked_files(clean), files_of_dvc_in(clean, "")):
        with pytest.raises(DisclosureError, match="so nobody can tell what would leave"):
            list(files)


def _git_that_lacks(blob: str) -> Callable[..., bytes]:
    def ask(root: Path, *arguments: str, told: bytes = b"") -> bytes:
        lacking = b"".join(
            f"{'2' * 40}\n".encode() if blob.encode() in line else line for line in told.splitlines(True)
        )
        return run_git(root, *arguments, told=lacking)

    return ask


def staged(folder: Path, name: str, text: str, later: str | None = None) -> subprocess.CompletedProcess[str]:
    """Stage a text, write another over it, and try to commit."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    git(folder, "add", "--force", name)
    path.write_text(text if later is None else later)
    return git(folder, "commit", "-m", "x")


SHARES = ("data/clean: {push: false}", "data/clean")


def test_what_is_staged_is_looked_at_and_not_what_lies_in_the_folder(repository: Path):
    good = (repository / "dvc.yaml").read_text(encoding="utf-8")
    bad = good.replace(*SHARES)

    refused = staged(repository, "dvc.yaml", bad, later=good)
    assert (refused.returncode, "'clean' would share data/clean" in refused.stderr) == (1, True)
    assert staged(repository, "dvc.yaml", good, later=bad).returncode == 0
    (repository / "dvc.yaml").write_text(good)
    refused = staged(repository, "a.ipynb", NOTEBOOK.format('{"text": "x"}'), later=NOTEBOOK.format(""))
    assert (refused.returncode, "a.ipynb holds outputs" in refused.stderr) == (1, True)
    git(repository, "rm", "--cached", "--force", "a.ipynb")
    row = ";".join(map(str, ROW))
    refused = staged(repository, "notes.txt", row, later="nothing")
    assert (refused.returncode, "notes.txt holds a row of the clean tables" in refused.stderr) == (1, True)
    assert row not in refused.stderr


def test_a_commit_whose_pipeline_would_share_more_is_not_pushed(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
):
    good = (repository / "dvc.yaml").read_text(encoding="utf-8")
    (repository / "dvc.yaml").write_text(good.replace(*SHARES))
    git(repository, "add", "dvc.yaml")
    git(repository, "commit", "--no-verify", "-m", "bad")
    (repository / "dvc.yaml").write_text(good)  # as it was, but not committed
    remote = tmp_path_factory.mktemp("remote")
    git(remote, "init", "--quiet", "--bare")
    refused = git(repository, "push", str(remote), "main")
    assert (refused.returncode, "'clean' would share data/clean" in refused.stderr) == (1, True)
    git(repository, "commit", "-am", "good")
    assert git(repository, "push", str(remote), "main").returncode == 0


REMOTE = "['remote \"share\"']\n    url = /mnt/share\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (".dvc/config", REMOTE, "names a remote, and is under git"),
        (".dvc/config", "[core]\n    remote = share\n", "has a default remote"),
        (".dvc/config.local", f"[core]\n    remote = share\n{REMOTE}", "has a default remote"),
        (".dvc/config", "remote", "cannot be read"),
        ("data/sub/dvc.yaml", "", "is a second pipeline"),
        ("data/raw.dvc", "outs:\n- path: raw\n", "DVC would share raw"),
        ("dvc.yaml", "stages: [", "cannot be read"),
    ],
)
def test_dvc_has_nowhere_to_send_what_nobody_looked_at(repository: Path, name: str, text: str, said: str):
    refused = staged(repository, name, text)
    assert (refused.returncode, said in refused.stderr) == (1, True)
    with pytest.raises(DisclosureError, match=said):
        guard(repository, [])


def test_an_output_has_no_remote_of_its_own(repository: Path):
    text = (repository / "dvc.yaml").read_text(encoding="utf-8")
    refused = staged(
        repository, "dvc.yaml", text.replace("      - reports/site\n", "      - reports/site: {remote: x}\n")
    )
    assert (refused.returncode, "to a remote of its own" in refused.stderr) == (1, True)


def test_a_bare_dvc_push_ends_before_anything_is_sent(repository: Path, tmp_path_factory: pytest.TempPathFactory):
    """A remote of this machine alone is no default one; `sujuva push` names it."""
    remote = tmp_path_factory.mktemp("remote")
    dvc = [sys.executable, "-m", "dvc"]
    subprocess.run([*dvc, "init", "--quiet"], cwd=repository, check=True)
    subprocess.run([*dvc, "remote", "add", "--local", "share", str(remote)], cwd=repository, check=True)
    bare = subprocess.run([*dvc, "push"], cwd=repository, check=False, capture_output=True, text=True)
    assert (bare.returncode != 0, "no remote specified" in bare.stderr) == (True, True)
    assert guard(repository, []) == 0


def test_a_hook_of_somebody_else_stays(repository: Path):
    hook = repository / ".git/hooks/pre-push"
    install_hooks(repository)
    hook.write_text("#!/bin/sh\nexec dvc git-hook pre-push $@\n")
    with pytest.raises(SujuvaError, match="There is a hook pre-push already") as told:
        install_hooks(repository)
    assert "sujuva guard --pushed || exit 1" in told.value.hint
    assert "dvc git-hook" in hook.read_text()
    assert install_hooks(Path(os.sep)) == []


def test_the_hook_of_pre_commit_stays_where_its_configuration_guards(repository: Path, root: Path):
    hook = repository / ".git/hooks/pre-commit"
    of_framework = "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n"
    hook.write_text(of_framework)
    with pytest.raises(SujuvaError, match="There is a hook pre-commit already"):
        install_hooks(repository)
    config = repository / ".pre-commit-config.yaml"
    shutil.copy(root / config.name, config)
    assert install_hooks(repository) == ["pre-commit", "pre-push"]
    assert hook.read_text() == of_framework
    config.write_text(config.read_text().replace("guard --staged", "dag"))
    with pytest.raises(SujuvaError, match="There is a hook pre-commit already"):
        install_hooks(repository)
