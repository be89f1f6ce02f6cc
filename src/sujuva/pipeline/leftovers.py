"""What a killed run leaves behind, and how the next one gets past it.

DVC empties `dvc.lock` and writes it anew after each stage, which takes it some tenths of a second: a run that is killed
then leaves nothing in it or half of it, and every later one stops there. Git has the last one that was committed; what
that does not know, DVC takes from its cache or makes again.

DVC notes in `.dvc/tmp/rwlock` who reads and writes what. It empties the file and writes it anew, so a run that is
killed between the two leaves nothing in it, and every later one stops there ("JSON structure is corrupted"). A number
of a process that was killed stands in it, too; DVC takes it out where no process has that number, and waits for a
stranger where one has.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sujuva.errors import PipelineError, SujuvaError
from sujuva.pipeline.dag import Stage
from sujuva.pipeline.git import git
from sujuva.pipeline.lock import FILE, read_lock

RWLOCK = ".dvc/tmp/rwlock"
_GUARD = ".dvc/tmp/rwlock.lock"  # DVC holds it while it writes the other
_PART = re.compile(r"\..+\.(\d+)\.part")  # see `sujuva.io`
_CONFLICT = "<<<<<<<"
_WAIT = "Wait until it has ended, or end it; then run again."


def lock_fault(root: Path) -> str:
    """Return what is wrong with DVC's note of who works here, in words; empty where nothing is.

    Whoever holds it lives: then nothing is wrong.
    """
    try:
        text = (root / RWLOCK).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{RWLOCK} cannot be read ({error.strerror})"
    numbers = _holders(text)
    if numbers is None:
        return f"{RWLOCK} was left half-written by a run that was killed"
    strangers = [number for number in numbers if number not in _workers(root) and alive(number)]
    return f"{RWLOCK} waits for process {strangers[0]}, which is none of DVC" if strangers else ""


def half_lock(root: Path) -> str:
    """Return that `dvc.lock` is half-written, in words; empty where it is not, or where somebody merges it."""
    file = root / FILE
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None
    if text is None or _CONFLICT in text:
        return ""
    try:
        read_lock(text)
    except SujuvaError:
        return f"{FILE} was left half-written by a run that was killed"
    return ""


def mend_half_lock(root: Path) -> str:
    """Put git's `dvc.lock` in the place of a half-written one, and return what was wrong; empty where nothing is.

    Where git has none, it is removed.

    Raises:
        PipelineError: A living process of DVC works in this project, and may be writing it.
    """
    fault = half_lock(root)
    if fault and (workers := _workers(root)):
        msg = f"{fault}, or is being written by process {workers[0]}."
        raise PipelineError(msg, _WAIT)
    if fault:
        from sujuva.io import write_text  # noqa: PLC0415  start-up time

        try:
            write_text(git(root, "show", f"HEAD:./{FILE}").decode("utf-8"), root / FILE)
        except PipelineError:  # it is under no git, or git has none
            (root / FILE).unlink()
    return fault


def mend_lock(root: Path) -> str:
    """Remove DVC's note of who works here where it has a fault, and return that; empty where it has none.

    Raises:
        PipelineError: A living process of DVC works in this project.
    """
    if not lock_fault(root):
        return ""
    with _guarded(root):
        fault = lock_fault(root)  # as it is when nobody writes it
        workers = _workers(root)
        if fault and workers:
            msg = f"{fault}, and process {workers[0]} still works here."
            raise PipelineError(msg, _WAIT)
        if fault:
            (root / RWLOCK).unlink(missing_ok=True)
    return fault


def clear_parts(stage: Stage, root: Path) -> None:
    """Remove the half-written outputs of a stage that runs which ended too early have left."""
    for out in stage.outs:
        place = root / out
        inside = place.rglob(".*.part") if place.is_dir() else ()
        for part in (*place.parent.glob(f".{place.name}.*.part"), *inside):
            match = _PART.fullmatch(part.name)
            if match and not alive(int(match[1])):
                if part.is_dir():
                    shutil.rmtree(part, ignore_errors=True)
                else:
                    with suppress(OSError):
                        part.unlink()


def _holders(text: str) -> list[int] | None:
    """Return the numbers of the processes that a note names; None where it is none."""
    try:
        note = json.loads(text)
        entries = [*note.get("write", {}).values(), *(one for more in note.get("read", {}).values() for one in more)]
        return [int(entry["pid"]) for entry in entries]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


@contextmanager
def _guarded(root: Path) -> Iterator[None]:
    from zc.lockfile import LockError, LockFile  # noqa: PLC0415  what DVC locks with

    try:
        guard = LockFile(str(root / _GUARD))
    except LockError:
        msg = f"{RWLOCK} is being written by another process."
        raise PipelineError(msg, _WAIT) from None
    try:
        yield
    finally:
        guard.close()


def _workers(root: Path) -> list[int]:
    """Return the numbers of the processes of DVC that work in this project."""
    import psutil  # noqa: PLC0415  start-up time

    working = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        about: dict[str, Any] = process.info
        program, *words = [Path(word).stem for word in (about["cmdline"] or [""])[:4]]
        ours = program == "dvc" or (program.startswith("python") and "dvc" in words)  # python -m dvc, or its script
        if ours and about["cwd"] and Path(about["cwd"]).resolve().is_relative_to(root.resolve()):
            working.append(int(process.pid))
    return working


def alive(number: int) -> bool:
    """Whether there is a process of this number: asked so on every system (a signal 0 is Ctrl-C on Windows)."""
    import psutil  # noqa: PLC0415  start-up time

    return bool(psutil.pid_exists(number))
