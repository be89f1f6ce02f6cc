"""What made a publication: fingerprints of its data, of the choices and of the code, the same in every run.

All three can be told from a commit alone, without running or checking out anything (`sujuva which`): code from the
names that git gives to contents, choices from `params.yaml`, data from the hash of the raw exports in `dvc.lock`. That
hash is of a folder with a salt in it, which nobody can guess without the key of the pseudonyms: it tells nothing of a
person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from sujuva.errors import SujuvaError
from sujuva.paths import makes_stage, project_root

CODE = ("src/", "notebooks/", "data/codebooks")
"""Deps of a stage that are code or the project's own records: what tables are made by, not what they are made of."""
DRAWING = ("figures", "reports")
"""Rooms that make pages and pictures of published tables; all else that these run has a part in the tables, too."""
SALT = ".salt"
"""File beside raw exports without which nobody can tell the hash of their folder."""
KEPT = ".gitkeep"
"""Name of the empty file that keeps data/bundles under git."""
_NO_PART = {"__pycache__", ".ipynb_checkpoints", ".git", ".dvc"}
_NO_ENDS = (".pyc", ".part")
_LENGTH = 16  # hexadecimal digits: enough to tell versions apart
_SHORT = 8  # of each part, on pages


def code_fingerprint(stage: str, root: Path | None = None) -> str:
    """Return a hash of the code that a stage of `dvc.yaml` depends on.

    A stage whose notebook asks for it depends on the code of every stage before it, too (`sujuva dag` sees to that), so
    that it runs anew whenever the fingerprint changes. Documents, tests and the code of later stages are no part of it.

    Args:
        stage: Name of the stage.
        root: Root of the project.

    Returns:
        The first digits of a SHA-256 over names and contents, line ends as on Unix.

    Raises:
        SujuvaError: `dvc.yaml` has no such stage, or a part of its code is not there.
    """
    root = root or project_root()
    parts = code_parts(_stages(root), stage)
    return digest_of_code((path.relative_to(root).as_posix(), path) for part in parts for path in _files(root / part))


def drawing_fingerprint(code: str) -> str:
    """Return the fingerprint of code that made pages: of the tables' code, and of what draws.

    Args:
        code: The tables' own, as `code_fingerprint` gives it; empty where it is not known.
    """
    return with_drawing(code, _drawing())


@cache
def _drawing() -> str:
    here = Path(__file__).parent
    files = [
        (f"src/sujuva/{path.relative_to(here).as_posix()}", path) for room in DRAWING for path in _files(here / room)
    ]
    return digest_of_code(files)


def with_drawing(code: str, drawing: str) -> str:
    """Return one fingerprint of two: of the code of the tables and of what draws; empty where the first is."""
    return _shortened(f"{code}\n{drawing}") if code else ""


def choices_fingerprint(stage: str, root: Path | None = None) -> str:
    """Return a hash of the choices in `params.yaml` that a stage of `dvc.yaml` takes.

    As with code, a stage that asks for it takes those of every stage before it, too. Empty in a kernel that explores,
    whose choices may be others.

    Raises:
        SujuvaError: `dvc.yaml` has no such stage.
    """
    if root is None and not makes_stage(project_root()):
        return ""
    root = root or project_root()
    params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    return digest_of_choices(params, _stages(root)[stage].get("params") or ())


def data_fingerprint(folder: Path) -> str:
    """Return a hash of a folder of raw exports, the one that `dvc.lock` leads to.

    Empty where it has no salt and does not say that its data are made up (`key: demo`): then it would tell of them.
    """
    described = folder / "sources.yaml"
    about = yaml.safe_load(described.read_text(encoding="utf-8")) if described.is_file() else None
    if not (folder / SALT).is_file() and (about or {}).get("key") != "demo":
        return ""
    return digest_of_data(hash_of(folder) or "")


def digest_of_data(locked: str) -> str:
    """Return the fingerprint of data whose folder has this hash in `dvc.lock`."""
    return _shortened(f"data\n{locked}") if locked else ""


def with_bundles(data: str, shelf: str) -> str:
    """Return the fingerprint of data and of the bundles of other regions beside them; empty where the first is.

    Args:
        data: That of the raw exports.
        shelf: The hash of data/bundles in `dvc.lock`; "" or that of the folder without any bundle changes nothing.
    """
    none = _folder({KEPT: hashlib.md5(usedforsecurity=False).hexdigest()})
    return _shortened(f"{data}\nbundles\n{shelf}") if data and shelf not in {"", none} else data


def digest_of_choices(params: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> str:
    """Return the fingerprint of some choices, by their dotted names; one that is not there is null."""
    places = {name: name.partition(".") for name in names}
    chosen = {name: (params.get(section) or {}).get(leaf) for name, (section, _, leaf) in places.items()}
    return _shortened(json.dumps(chosen, sort_keys=True, ensure_ascii=False, default=str))


def digest_of_code(files: Iterable[tuple[str, Path | str]]) -> str:
    """Return the fingerprint of files: of their names and of what git calls their contents.

    Args:
        files: Path in the project, and the file, or the name that git has for what stood there.
    """
    lines = sorted(f"{name}\n{blob(path) if isinstance(path, Path) else path}\n" for name, path in files)
    return _shortened("".join(lines))


def blob(path: Path) -> str:
    """Return git's name for the contents of a file, line ends as on Unix (gitformat: SHA-1 of `blob`, size, bytes)."""
    content = path.read_bytes().replace(b"\r\n", b"\n")
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def joined(data: str, choices: str, code: str) -> str:
    """Return the three as they stand on pages, such as `1f00c2ab-77b0e1d2-91ac03ef`; empty where one is not known."""
    return "-".join(one[:_SHORT] for one in (data, choices, code)) if data and choices and code else ""


def code_parts(stages: Mapping[str, Any], stage: str) -> list[str]:
    """Return the dependencies of a stage that are code.

    Raises:
        SujuvaError: There is no such stage.
    """
    try:
        return sorted(dep for dep in stages[stage]["deps"] if dep.startswith(CODE))
    except KeyError as error:
        msg = f"dvc.yaml has no stage '{stage}' with deps, so nobody can tell which code made the tables."
        raise SujuvaError(msg, "Run this in the project's folder; `sujuva dag --write` writes the deps.") from error


def counts(name: PurePosixPath) -> bool:
    """Whether a file, as seen from a folder, is a part of it: caches, and what is half-written, are none."""
    return not _NO_PART.intersection(name.parts) and not name.name.endswith(_NO_ENDS)


def _stages(root: Path) -> dict[str, Any]:
    try:
        stages: dict[str, Any] = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    except (OSError, KeyError, TypeError) as error:
        msg = "There is no dvc.yaml with stages, so nobody can tell what made the tables."
        raise SujuvaError(msg, "Run this in the project's folder.") from error
    return stages


def _files(part: Path) -> list[Path]:
    found = [path for name, path in files_in(part).items() if not PurePosixPath(name).name.startswith(".")]
    if not found:
        msg = f"{part.name}, which a stage of dvc.yaml depends on, is not there or holds no code."
        raise SujuvaError(msg, "Restore it with git, or run `sujuva dag --write`.")
    return found


def files_in(place: Path) -> dict[str, Path]:
    """Return the files of a folder by their path in it; of a file itself, under the path ""."""
    if place.is_file():
        return {"": place}
    return {name.as_posix(): path for name, path in _walked(place) if counts(name)}


def _walked(place: Path) -> Iterator[tuple[PurePosixPath, Path]]:
    for path in sorted(place.rglob("*")):
        if path.is_file():
            yield PurePosixPath(path.relative_to(place).as_posix()), path


def hash_of(place: Path) -> str | None:
    """Return the hash that `dvc.lock` would have of a file or a folder; None where nothing is there.

    A file's is the MD5 of its bytes; a folder's that of the JSON list of its files, sorted by their paths, with `.dir`
    behind it (dvc_data.hashfile.tree). What `.dvcignore` names is no part of a folder.
    """
    if not place.exists():
        return None
    sums = {name: md5(path) for name, path in files_in(place).items()}
    if place.is_file():
        return sums[""]
    return _folder(sums)


def _folder(sums: Mapping[str, str]) -> str:
    listed = [{"md5": sums[name], "relpath": name} for name in sorted(sums)]
    return hashlib.md5(json.dumps(listed, sort_keys=True).encode(), usedforsecurity=False).hexdigest() + ".dir"


def md5(path: Path) -> str:
    """Return the MD5 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _shortened(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
