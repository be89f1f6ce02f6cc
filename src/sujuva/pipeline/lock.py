"""What `dvc.lock` says of each stage, and the same hashes made here, without DVC.

A file's hash is the MD5 of its bytes; a folder's is that of the JSON list of its files, sorted by their paths, with
`.dir` behind it: DVC's own form (dvc_data.hashfile.tree). What `.dvcignore` names is no part of a folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sujuva.errors import SujuvaError

FILE = "dvc.lock"
_PARAMS = "params.yaml"
_NO_PART = {"__pycache__", ".ipynb_checkpoints", ".git", ".dvc"}
_NO_ENDS = (".pyc", ".part")


@dataclass(frozen=True)
class Locked:
    """A stage of `dvc.lock`.

    Attributes:
        command: Its command.
        deps: Hash by path of what it was made of.
        outs: Hash by path of what it made.
        params: Value by dotted name of the choices that it took.
        files: Number of files by path, of folders.
        size: Bytes of all that it made.
    """

    command: str
    deps: Mapping[str, str]
    outs: Mapping[str, str]
    params: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    size: int = 0


def read_lock(text: str) -> dict[str, Locked]:
    """Return the stages that the text of a `dvc.lock` describes, by name.

    Raises:
        SujuvaError: It is none.
    """
    try:
        stages = yaml.load(text, Loader=_LOADER)["stages"]  # noqa: S506  a safe loader, the quick one where it is built
        return {name: _locked(one) for name, one in stages.items()}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        msg = f"{FILE} is not what DVC writes."
        raise SujuvaError(msg, f"Take it from git as it was: git checkout -- {FILE}") from error


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _locked(stage: Mapping[str, Any]) -> Locked:
    listed = {kind: stage.get(kind) or [] for kind in ("deps", "outs")}
    deps, outs = ({one["path"]: str(one["md5"]) for one in listed[kind]} for kind in ("deps", "outs"))
    files = {one["path"]: one["nfiles"] for kind in listed.values() for one in kind if "nfiles" in one}
    size = sum(int(one.get("size") or 0) for one in listed["outs"])
    return Locked(stage["cmd"], deps, outs, (stage.get("params") or {}).get(_PARAMS) or {}, files, size)


def files_in(place: Path) -> dict[str, Path]:
    """Return the files of a folder by their path in it; of a file itself, under the path ""."""
    if place.is_file():
        return {"": place}
    files = {path.relative_to(place): path for path in sorted(place.rglob("*")) if path.is_file()}
    return {
        name.as_posix(): path
        for name, path in files.items()
        if not _NO_PART.intersection(name.parts) and not name.name.endswith(_NO_ENDS)
    }


def hash_of(place: Path) -> str | None:
    """Return the hash that `dvc.lock` would have of a file or a folder; None where nothing is there."""
    if not place.exists():
        return None
    sums = {name: md5(path) for name, path in files_in(place).items()}
    if place.is_file():
        return sums[""]
    listed = [{"md5": sums[name], "relpath": name} for name in sorted(sums)]
    return _digest(json.dumps(listed, sort_keys=True).encode()) + ".dir"


def md5(path: Path) -> str:
    """Return the MD5 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def cached(cache: Path, digest: str) -> dict[str, Path] | None:
    """Return the files that DVC's cache has under a hash, by their path in the folder; None where it lacks one."""
    place = cache / "files" / "md5" / digest[:2] / digest[2:]
    if not place.is_file():
        return None
    if not digest.endswith(".dir"):
        return {"": place}
    listed = json.loads(place.read_text(encoding="utf-8"))
    files = {one["relpath"]: cache / "files" / "md5" / one["md5"][:2] / one["md5"][2:] for one in listed}
    return files if all(path.is_file() for path in files.values()) else None
