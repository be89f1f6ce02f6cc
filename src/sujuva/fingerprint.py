"""Which code made the tables: one hash of all that the stages up to one of them run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import yaml

from sujuva.errors import SujuvaError
from sujuva.paths import project_root

CODE = ("src/", "notebooks/", "data/codebooks")
"""Deps of a stage that are code or the project's own records: what tables are made by, not what they are made of."""
_KINDS = {".py", ".ipynb", ".yaml", ".csv"}
_LENGTH = 16  # hexadecimal digits: enough to tell versions apart


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
    try:
        deps = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"][stage]["deps"]
    except (OSError, KeyError) as error:
        msg = f"dvc.yaml has no stage '{stage}' with deps, so nobody can tell which code made the tables."
        raise SujuvaError(msg, "Run this in the project's folder; `sujuva dag --write` writes the deps.") from error
    found = hashlib.sha256()
    for part in sorted(dep for dep in deps if dep.startswith(CODE)):
        for path in _files(root / part):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            name = path.relative_to(root).as_posix()
            found.update(f"{name}\n{len(content)}\n".encode())
            found.update(content)
    return found.hexdigest()[:_LENGTH]


def _files(part: Path) -> list[Path]:
    if part.is_file():
        return [part]
    files = [path for path in part.rglob("*") if path.suffix in _KINDS and path.is_file()]
    found = sorted(path for path in files if not any(name.startswith(".") for name in path.relative_to(part).parts))
    if not found:
        msg = f"{part.name}, which a stage of dvc.yaml depends on, is not there or holds no code."
        raise SujuvaError(msg, "Restore it with git, or run `sujuva dag --write`.")
    return found
