"""What a stage is made of must not change while it runs.

DVC looks at the dependencies of a stage when the stage has ended. A notebook or a module that somebody saved in the
meantime would be noted beside outputs that the one before it made, and never run. So a run compares what it began with
and what it ends with. What is saved between its end and DVC's look, some tenths of a second, is not seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from sujuva.errors import PipelineError
from sujuva.fingerprint import CODE
from sujuva.paths import MARKER, shown
from sujuva.pipeline.dag import Stage, input_folder

_LISTED = 3


def made_of(stage: Stage | None, root: Path) -> dict[str, Any]:
    """Return what tells each file and choice of a stage from another version of it; nothing where there is no stage.

    Code is read: an editor may save what it has read. Data may be large, and whoever writes them sets the time.
    """
    state: dict[str, Any] = {}
    if stage is None:
        return state
    state |= {f"{MARKER}: {name}": value for name, value in _choices(stage, root).items()}
    given = input_folder(root)
    for dep in stage.deps:
        place = given if dep == "${data.input}" else root / dep
        for path in _files(place) if place else ():
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else shown(path)
            with suppress(OSError):  # it went while it was looked at: that is a change, too
                about = path.stat()
                told = hashlib.sha256(path.read_bytes()).digest() if dep.startswith(CODE) else about.st_mtime_ns
                state[name] = (told, about.st_size)
    return state


def check_unchanged(stage: Stage | None, before: Mapping[str, Any], root: Path) -> None:
    """Refuse the end of a run in which what the stage is made of, `before` as it began, has changed.

    Raises:
        PipelineError: Names what changed.
    """
    after = made_of(stage, root)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if stage is not None and changed:
        some = ", ".join(changed[:_LISTED]) + (f" and {len(changed) - _LISTED} more" if len(changed) > _LISTED else "")
        msg = f"{some} changed while it ran: what the stage '{stage.name}' made may be of the old or of the new."
        raise PipelineError(msg, "Run `make repro` again, and save when it has ended.")


def _files(place: Path) -> Iterator[Path]:
    """Yield the files at a place, but for what begins with a dot and what Python compiled: nothing is made of them."""
    if place.is_file():
        yield place
    for path in sorted(place.rglob("*")) if place.is_dir() else ():
        within = path.relative_to(place).parts
        if path.is_file() and "__pycache__" not in within and not any(part.startswith(".") for part in within):
            yield path


def _choices(stage: Stage, root: Path) -> dict[str, Any]:
    """Return the values of the choices that a stage takes; those that are not there are told by whoever checks them."""
    try:
        given = yaml.safe_load((root / MARKER).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return {"(the whole file)": "not readable"}
    values = {}
    for name in stage.content.get("params") or []:
        value: Any = given
        for key in str(name).split("."):
            value = value.get(key) if isinstance(value, dict) else None
        values[str(name)] = value
    return values
