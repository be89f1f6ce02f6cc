"""What `dvc.lock` says of each stage, and what DVC's cache has under a hash."""

from __future__ import annotations

import configparser
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sujuva.errors import SujuvaError

FILE = "dvc.lock"
_PARAMS = "params.yaml"
_PROGRAM = ("dvc", "iterative")  # name and maker, by which systems find its configuration


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
        stages = yaml.load(text, Loader=LOADER)["stages"]  # noqa: S506  a safe loader, the quick one where it is built
        return {name: _locked(one) for name, one in stages.items()}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        msg = f"{FILE} is not what DVC writes."
        raise SujuvaError(msg, f"Take it from git as it was: git checkout -- {FILE}") from error


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _locked(stage: Mapping[str, Any]) -> Locked:
    listed = {kind: stage.get(kind) or [] for kind in ("deps", "outs")}
    deps, outs = ({one["path"]: str(one["md5"]) for one in listed[kind]} for kind in ("deps", "outs"))
    files = {one["path"]: one["nfiles"] for kind in listed.values() for one in kind if "nfiles" in one}
    size = sum(int(one.get("size") or 0) for one in listed["outs"])
    return Locked(stage["cmd"], deps, outs, (stage.get("params") or {}).get(_PARAMS) or {}, files, size)


def cache_of(root: Path) -> Path:
    """Return the folder of DVC's cache, which each machine may keep elsewhere.

    DVC's own answer takes half a second, and each stage asks; so its files are read here, in its order: those of the
    system, of the user, of the project, and of the project on this machine. The last one that names a folder counts,
    as seen from where it lies.

    Raises:
        SujuvaError: One of these files cannot be read: nobody could tell whether results are what they were.
    """
    found = root / ".dvc" / "cache"
    for file in _configs(root):
        config = configparser.ConfigParser(interpolation=None)
        try:
            config.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError) as error:
            msg = f"{file} is not what DVC writes, so nobody can tell where its cache lies."
            raise SujuvaError(msg, "Mend it: `dvc config --list --show-origin` tells what is wrong.") from error
        if said := config.get("cache", "dir", fallback="").strip().strip("\"'"):
            found = file.parent / Path(said).expanduser()
    return found


def _configs(root: Path) -> list[Path]:
    """Return the files of DVC's configuration, the one that counts most last."""
    import platformdirs  # noqa: PLC0415  start-up time

    everybody = os.environ.get("DVC_SYSTEM_CONFIG_DIR") or platformdirs.site_config_dir(*_PROGRAM)
    own = os.environ.get("DVC_GLOBAL_CONFIG_DIR") or platformdirs.user_config_dir(*_PROGRAM)
    return [Path(everybody, "config"), Path(own, "config"), root / ".dvc/config", root / ".dvc/config.local"]


def place_of(cache: Path, digest: str) -> Path:
    """Return where DVC's cache keeps what has a hash."""
    return cache / "files" / "md5" / digest[:2] / digest[2:]


def cached(cache: Path, digest: str) -> dict[str, Path] | None:
    """Return the files that DVC's cache has under a hash, by their path in the folder; None where it lacks one."""
    place = place_of(cache, digest)
    if not place.is_file():
        return None
    if not digest.endswith(".dir"):
        return {"": place}
    listed = json.loads(place.read_text(encoding="utf-8"))
    files = {one["relpath"]: place_of(cache, one["md5"]) for one in listed}
    return files if all(path.is_file() for path in files.values()) else None
