"""What the record of a release lists, held against what lies here: of the signed record, every file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from sujuva.errors import SujuvaError
from sujuva.paths import legible
from sujuva.pipeline.allowed import within
from sujuva.pipeline.dag import stages

RECORD = "reports/record/results.json"
"""The record of all that leaves, which the stage `record` makes."""


def differing_files(record: Path, root: Path) -> tuple[int, dict[str, str]]:
    """Hold every file that a record lists against its SHA-256, and look for files that it does not list.

    Args:
        record: The record, in the shape of ACRO's `results.json`.
        root: The project whose files it lists.

    Returns:
        How many files it lists, and what is wrong with some of them, by name.

    Raises:
        SujuvaError: It is no such record.
    """
    try:
        results = json.loads(record.read_bytes())["results"]
        sums = {str(file["name"]): str(file["checksum"]) for one in results.values() for file in one["files"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        msg = f"{record.name} is no record of what leaves."
        raise SujuvaError(msg, "`sujuva record` (or `dvc repro record`) makes one.") from None
    differing = {name: why for name, told in sorted(sums.items()) if (why := _difference(root, name, told))}
    places = [out for stage in stages(root).values() for out in stage.pushed if not within(RECORD, out)]
    differing |= {name: "not listed" for name in _lying(root, places) if name not in sums}
    return len(sums), differing


def _difference(root: Path, name: str, told: str) -> str:
    path = root / name
    if ".." in Path(name).parts or not path.resolve().is_relative_to(root.resolve()):
        return "outside of the project"
    if not path.is_file():
        return "not there"
    with path.open("rb") as file:
        return "" if hashlib.file_digest(file, "sha256").hexdigest() == told else "changed"


def _lying(root: Path, places: list[str]) -> list[str]:
    files = [path for place in places for path in [root / place, *(root / place).rglob("*")] if path.is_file()]
    return sorted(legible(path.relative_to(root).as_posix()) for path in files)
