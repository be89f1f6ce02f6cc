"""Verifying a commit: it is cloned, made again without any cache, and every output compared."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from sujuva.errors import SujuvaError
from sujuva.fingerprint import hash_of
from sujuva.pipeline.dag import DOOR, Stage, input_folder, stages
from sujuva.pipeline.git import commit_of, text_at
from sujuva.pipeline.lock import FILE, Locked, cache_of, cached, read_lock
from sujuva.review.inputs import faults_of, given_data
from sujuva.review.judge import Verification, data_faults, judge
from sujuva.review.remake import Environment, clone, workplace

_REPRO = ("repro", "--force", "--no-run-cache", "--no-commit")


def verify(
    root: Path,
    revision: str = "HEAD",
    *,
    this: bool = False,
    data: Path | None = None,
    tell: Callable[[str], None] = lambda _line: None,
) -> Verification:
    """Make a commit again from nothing and compare every output with its `dvc.lock`, and copies here cell by cell.

    Args:
        root: The project, in its repository.
        revision: A commit, branch or tag.
        this: Whether to use the running environment, where it is that of the commit's lock, in place of a new one.
        data: Raw exports of a commit whose data are not in the repository; None: they are closed.
        tell: Is told what happens now.

    Returns:
        What came of it. Where the data are closed, stages behind the door run alone, from the published tables here.

    Raises:
        SujuvaError: There is no such commit, it is no whole project, or its pipeline fails.
    """
    commit = commit_of(root, revision)
    locked = read_lock(text_at(root, commit, FILE))
    mine = root / FILE
    copied = read_lock(mine.read_text(encoding="utf-8")) if mine.is_file() else {}
    with workplace(root) as folder:
        remade = folder / "sujuva"
        tell(f"Cloning {commit[:10]}")
        clone(root, commit, remade)
        faults = faults_of(remade, locked)
        given = _bring(remade, data)
        closed = _closed(remade, locked, given)
        known = stages(remade)
        running = [name for name, one in known.items() if one.behind_door] if closed else list(known)
        kept = cache_of(root)
        if closed and not _published(remade, locked, known, root, copied, kept):
            running = []
        tell("Building the environment")
        environment = Environment(remade, this=this)
        if running:
            environment.dvc(
                *_REPRO, *(["--single-item", *running] if closed else []), tell=lambda name: tell(f"Running {name}")
            )
        tell("Comparing")
        faults += data_faults(given_data(remade, locked), closed)
        judged, more = judge(
            known, locked, remade=remade, ran=running, copies=root, copied=copied, known=faults, cache=kept
        )
    return Verification(commit, revision, environment.told, tuple(running), tuple(faults + more), tuple(judged))


def _bring(remade: Path, data: Path | None) -> str:
    """Put raw exports where the commit looks for them; return the place, as `dvc.lock` calls it."""
    folder = input_folder(remade)
    if folder is None:
        msg = "params.yaml of that commit names no input folder (data.input)."
        raise SujuvaError(msg, "Name a commit whose params.yaml is whole.")
    if data is not None:
        if not data.is_dir():
            msg = f"There is no folder {data}."
            raise SujuvaError(msg, "Name the folder of the raw exports.")
        shutil.copytree(data, folder, dirs_exist_ok=True)
    return folder.relative_to(remade).as_posix() if folder.is_relative_to(remade) else str(folder)


def _closed(remade: Path, locked: Mapping[str, Locked], given: str) -> list[str]:
    """Return the raw exports that are not here: of fewer files than `dvc.lock` knows."""
    made = {out for one in locked.values() for out in one.outs}
    if given in made:
        return []
    for one in locked.values():
        if given in one.deps and hash_of(remade / given) != one.deps[given]:
            here = sum(1 for path in (remade / given).rglob("*") if path.is_file())
            return [given] if here < one.files.get(given, 0) else []
    return []


def _published(
    remade: Path,
    locked: Mapping[str, Locked],
    known: Mapping[str, Stage],
    root: Path,
    copied: Mapping[str, Locked],
    kept: Path,
) -> bool:
    """Put the published tables of a commit with closed data into its clone; return whether they are anywhere here."""
    maker = next((name for name, one in known.items() if DOOR in one.outs), None)
    if maker is None or maker not in locked:
        return False
    digest = locked[maker].outs[DOOR]
    if maker in copied and copied[maker].outs.get(DOOR) == digest and (root / DOOR).is_dir():
        shutil.copytree(root / DOOR, remade / DOOR)
        return True
    for name, path in (cached(kept, digest) or {}).items():
        (remade / DOOR / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, remade / DOOR / name)
    return (remade / DOOR).is_dir()
