"""States of a study that can be compared: a commit, a release, a folder, or what lies here now."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sujuva.errors import SujuvaError
from sujuva.paths import MARKER, inside
from sujuva.pipeline.dag import DOOR
from sujuva.pipeline.git import commit_of, text_at
from sujuva.pipeline.lock import FILE, Locked, cache_of, cached, read_lock
from sujuva.releases.register import REGISTER, read_register

HERE = "."
"""What lies in the project now."""
RELEASE = "release:"
"""Beginning of the name of a release of the register, such as `release:2`."""


@dataclass(frozen=True)
class State:
    """One side of a comparison.

    Attributes:
        name: What it is called, and which commit or of which day it is; `.` is what lies in the project now.
        tables: Folder of its published tables.
        params: Its choices by dotted name; None where nobody knows them.
        stages: What its `dvc.lock` says; empty where there is none.
    """

    name: str
    tables: Path
    params: Mapping[str, Any] | None = None
    stages: Mapping[str, Locked] = field(default_factory=dict)

    @property
    def meta(self) -> dict[str, Any]:
        """What readers were told beside the tables; empty where there is nothing."""
        path = self.tables / "meta.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def open_state(root: Path, name: str, place: Path) -> State:
    """Open what a person has named.

    Args:
        root: The project.
        name: A folder of published tables, a folder of a project (`.` is this one), `release:NUMBER`, or a commit.
        place: An empty folder, for tables that come from DVC's cache.

    Raises:
        SujuvaError: There is nothing of that name, or its published tables are not on this machine.
    """
    if name.startswith(RELEASE):
        return _release(name)
    folder = root if name == HERE else Path(name)
    if folder.is_dir():
        return _folder(folder)
    return _commit(root, name, place)


def _folder(folder: Path) -> State:
    if not (folder / MARKER).is_file() or not (folder / DOOR).is_dir():
        return State(folder.resolve().name, folder)
    lock = folder / FILE
    stages = read_lock(lock.read_text(encoding="utf-8")) if lock.is_file() else {}
    return State(
        HERE if folder.samefile(inside("")) else folder.resolve().name,
        folder / DOOR,
        _flat((folder / MARKER).read_text(encoding="utf-8")),
        stages,
    )


def _release(name: str) -> State:
    register = read_register()
    numbers = {str(one.number): one for one in register.releases}
    release = numbers.get(name.removeprefix(RELEASE))
    if release is None:
        msg = f"The register has no release '{name.removeprefix(RELEASE)}'."
        raise SujuvaError(msg, f"Known: {', '.join(numbers) or 'none yet'}.")
    return State(f"{name} ({release.date})", inside(REGISTER).parent / str(release.number))


def _commit(root: Path, name: str, place: Path) -> State:
    commit = commit_of(root, name)
    stages = read_lock(text_at(root, commit, FILE))
    digest = next((one.outs[DOOR] for one in stages.values() if DOOR in one.outs), "")
    here = read_lock((root / FILE).read_text(encoding="utf-8")) if (root / FILE).is_file() else {}
    tables = place / "published"
    if any(one.outs.get(DOOR) == digest for one in here.values()) and (root / DOOR).is_dir():
        tables = root / DOOR
    elif not _from_cache(cache_of(root), digest, tables):
        msg = f"The published tables of {name} ({commit[:10]}) are not on this machine."
        raise SujuvaError(
            msg, "Fetch them: `dvc fetch -r REMOTE --all-commits data/published`, or `sujuva verify` makes them."
        )
    said = name if commit.startswith(name) else f"{name} ({commit[:10]})"
    return State(said, tables, _flat(text_at(root, commit, MARKER)), stages)


def _from_cache(kept: Path, digest: str, target: Path) -> bool:
    files = cached(kept, digest) if digest else None
    for name, path in (files or {}).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / name)
    return bool(files)


def _flat(text: str) -> dict[str, Any]:
    sections = yaml.safe_load(text) or {}
    return {
        f"{section}.{leaf}": value for section, leaves in sections.items() for leaf, value in (leaves or {}).items()
    }
