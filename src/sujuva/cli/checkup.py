"""`sujuva doctor`: what usually stands in the way of a run, looked at one by one, each with what to do about it.

What a check needs is imported when it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from sujuva.errors import MEMORY, SujuvaError
from sujuva.paths import project_root

_GB = 1e9
_KERNEL = 0.6  # GB that a kernel of a report takes at most on the example (its resident set)
_LEAST_FREE = 0.5  # GB beside what a run writes
_WIDTH = 10
_REBUILD = "`make repro` (or `python tools/make.py repro`) builds .venv anew."
_MEND = "`sujuva doctor --mend` removes it."


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        state: "ok"; "note": worth knowing, and a run may still end well; "FAULT": it will not, or nothing guards
            what leaves.
        said: What is there, in a sentence.
        to_do: What to do about it; "" where nothing.
    """

    state: Literal["ok", "note", "FAULT"]
    said: str
    to_do: str = ""


def doctor(
    mend: Annotated[
        bool,
        typer.Option("--mend", help="First remove what killed runs left and what is damaged; a run makes it anew."),
    ] = False,
) -> None:
    """Look at what usually stands in the way of a run, a line each, with what to do about it.

    The exit code is 1 where something stops a run or leaves the way out unguarded. Without --mend nothing is changed.
    """
    root = project_root()
    if mend:
        _mend(root)
    findings = {name: _looked_at(check, root) for name, check in CHECKS.items()}
    for name, one in findings.items():
        typer.echo(f"{one.state:<6}{name:<{_WIDTH}}{one.said}{' ' if one.to_do else ''}{one.to_do}")
    if any(one.state == "FAULT" for one in findings.values()):
        raise typer.Exit(1)


def _mend(root: Path) -> None:
    from sujuva.pipeline.intact import mend as mend_damage  # noqa: PLC0415
    from sujuva.pipeline.leftovers import mend_half_lock, mend_lock  # noqa: PLC0415

    locks = [line for line in (mend_lock(root), mend_half_lock(root)) if line]
    for line in [*locks, *(f"{name} was damaged, or not what dvc.lock says" for name in mend_damage(root))]:
        typer.echo(f"mended: {line}")


def _looked_at(check: Callable[[Path], Finding], root: Path) -> Finding:
    """Return what a check finds; an error of ours is a finding, and so is one that nobody foresaw."""
    try:
        return check(root)
    except SujuvaError as error:
        return Finding("FAULT", " ".join(error.message.split()), error.hint)
    except Exception as error:  # noqa: BLE001  one check that fails keeps nobody from the others
        return Finding("FAULT", f"This could not be looked at: {type(error).__name__}.")


def _python(root: Path) -> Finding:
    version, place = sys.version.split()[0], Path(sys.prefix)
    if place.resolve() != (root / ".venv").resolve():
        return Finding("note", f"{version} of {place}, which is not this project's.", "Run .venv/bin/sujuva doctor.")
    return Finding("ok", f"{version} of .venv.")


def _lock(root: Path) -> Finding:
    from importlib.metadata import distributions  # noqa: PLC0415

    from packaging.requirements import Requirement  # noqa: PLC0415
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]
    here = {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}
    needed = [one for one in wanted if one.marker is None or one.marker.evaluate()]
    wrong = sorted(one.name for one in needed if here.get(canonicalize_name(one.name), "") not in one.specifier)
    if wrong:
        some = ", ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")  # noqa: PLR2004
        return Finding("FAULT", f"Missing, or another version than in requirements.lock: {some}.", _REBUILD)
    return Finding("ok", f"{len(needed)} packages as in requirements.lock.")


def _choices(root: Path) -> Finding:
    from sujuva.params import load_params  # noqa: PLC0415
    from sujuva.pipeline.choices import check_choices  # noqa: PLC0415

    del root
    check_choices(load_params())
    return Finding("ok", "params.yaml is understood.")


def _kernel(root: Path) -> Finding:
    from sujuva.pipeline import landlock, nursery  # noqa: PLC0415
    from sujuva.pipeline.engine import Execution, execute  # noqa: PLC0415

    cell = (
        '{"cell_type": "code", "execution_count": null, "id": "one", "metadata": {}, "outputs": [], "source": "6 * 7"}'
    )
    text = f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    with nursery.Nursery([], root, many=False) as kernels:
        notebook = kernels.private / "doctor.ipynb"
        notebook.write_text(text, encoding="utf-8")
        try:
            made = execute(notebook, {}, Execution(kernels, root, lambda *_: None))
        except Exception as error:  # noqa: BLE001  whatever it is, it is what stops a notebook
            return Finding("FAULT", f"No kernel answers ({type(error).__name__}).", _REBUILD)
    if "42" not in str(made["cells"][-1]["outputs"]):
        return Finding("FAULT", "A kernel answered, and computes nothing.", _REBUILD)
    how = "made beforehand" if nursery.available() else "started one by one, which takes longer"
    if not landlock.version():
        said = f"A kernel answered ({how}); this system has no Landlock, so only Python's hooks confine stages."
        return Finding("note", said, "docs/dvc.md tells what that does not stop.")
    return Finding("ok", f"A kernel answered ({how}, confined by Landlock).")


def _fonts(root: Path) -> Finding:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    from sujuva.figures.letters import FAMILY, font_of  # noqa: PLC0415
    from sujuva.reports.pdf import pango_missing  # noqa: PLC0415

    del root
    try:
        font_of(FontProperties())
    except OSError:
        return Finding("FAULT", f"matplotlib does not find {FAMILY}, which it brings along.", _REBUILD)
    if lack := pango_missing():
        return Finding("note", f"Figures have {FAMILY}. {lack.message}", lack.hint)
    return Finding("ok", f"Figures have {FAMILY}; Pango sets PDFs.")


def _disk(root: Path) -> Finding:
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    from sujuva.errors import lacking  # noqa: PLC0415
    from sujuva.pipeline.intact import recorded_size  # noqa: PLC0415

    needed = 2 * recorded_size(root) / _GB + _LEAST_FREE  # outputs, and their copies in DVC's cache
    for name, folder in {
        "the project's folder": root,
        "the folder for temporary files": Path(tempfile.gettempdir()),
    }.items():
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(1 << 16))
                file.flush()
        except OSError as error:
            said, to_do = lacking(error) or (str(error.strerror), "")
            return Finding("FAULT", f"Nothing can be written to {name}: {said[0].lower()}{said[1:]}.", to_do)
        free = shutil.disk_usage(folder).free / _GB
        if free < needed:
            said = f"{free:.1f} GB are free in {name}, and a run from nothing takes about {needed:.1f}."
            return Finding(
                "note" if free > _LEAST_FREE else "FAULT", said, "Free some; `dvc gc -w` drops older results."
            )
    return Finding("ok", f"{free:.0f} GB are free, and a run from nothing takes about {needed:.1f}.")


def _memory(root: Path) -> Finding:
    from sujuva.params import choice  # noqa: PLC0415

    del root
    free, workers = _free_memory() / _GB, int(choice("run.workers"))
    if free < _KERNEL * workers:
        state: Literal["note", "FAULT"] = "note" if free > _KERNEL else "FAULT"
        return Finding(state, f"{free:.1f} GB are free for {workers} workers of about {_KERNEL} GB each.", MEMORY)
    return Finding("ok", f"{free:.1f} GB are free for {workers} workers.")


def _free_memory() -> float:
    """Return the bytes that new processes may take: of the machine, or of the container where that has a limit."""
    import psutil  # noqa: PLC0415

    free = float(psutil.virtual_memory().available)
    group = Path("/sys/fs/cgroup")
    try:
        limit, used = (float((group / name).read_text(encoding="utf-8")) for name in ("memory.max", "memory.current"))
    except (OSError, ValueError):  # no container, or "max"
        return free
    return min(free, limit - used)


def _cache(root: Path) -> Finding:
    from sujuva.pipeline.intact import damaged, damaged_cache, recorded  # noqa: PLC0415
    from sujuva.pipeline.leftovers import half_lock  # noqa: PLC0415

    if fault := half_lock(root):
        return Finding("FAULT", f"{fault}.", "`make repro`, or `sujuva doctor --mend`, takes it as git has it.")
    wrong = [*damaged(root), *(path.relative_to(root).as_posix() for path in damaged_cache(root))]
    if wrong:
        some = ", ".join(wrong[:2]) + (f" and {len(wrong) - 2} more" if len(wrong) > 2 else "")  # noqa: PLR2004
        return Finding("FAULT", f"Damaged, or not what dvc.lock says: {some}.", f"{_MEND} Then: make repro")
    there = sum((root / out).exists() for out in recorded(root))
    return Finding("ok", f"{there} of {len(recorded(root))} outputs are here, each file with the MD5 of dvc.lock.")


def _rwlock(root: Path) -> Finding:
    from sujuva.pipeline.leftovers import RWLOCK, lock_fault  # noqa: PLC0415

    fault = lock_fault(root)
    return (
        Finding("FAULT", f"{fault}.", f"{_MEND} So does `make repro`.")
        if fault
        else Finding("ok", f"{RWLOCK} blocks nobody.")
    )


def _key(root: Path) -> Finding:
    from sujuva.cleaning.pseudonyms import load_key  # noqa: PLC0415
    from sujuva.pipeline.dag import input_folder  # noqa: PLC0415
    from sujuva.pipeline.salt import NAME, hides_nothing, is_demo  # noqa: PLC0415

    folder = input_folder(root)
    if is_demo(folder):
        said = "The input is made up, and has the public key."
    elif hides_nothing(folder):
        said = "The input is of nobody, and needs no key."
    else:
        load_key()
        said = "There is a key, which only you can read."
    study = root / "data/study"
    if study.is_dir() and not (study / NAME).is_file():
        return Finding(
            "FAULT", f"{said} data/study has no salt, without which later stages stop.", "dvc repro --force clean"
        )
    return Finding("ok", said)


def _hooks(root: Path) -> Finding:
    from sujuva.pipeline.hooks import missing_hooks  # noqa: PLC0415

    missing = missing_hooks(root)
    if missing is None:
        said = "There is no git repository here, without which DVC does not run."
        return Finding("FAULT", said, "Clone the project, or run `git init` in its folder.")
    if missing:
        said = f"Nothing looks at what leaves: git has no {' and no '.join(missing)} hook of Sujuva's."
        return Finding("FAULT", said, "sujuva setup-git (`make repro` does it, too)")
    return Finding("ok", "git's hooks look at each commit and push.")


def _bundles(root: Path) -> Finding:
    from sujuva.bundles.shelf import SHELF, accepted, shelved  # noqa: PLC0415
    from sujuva.cli.bundles import rules_here  # noqa: PLC0415

    count = len(shelved(root / SHELF))
    if not count:
        return Finding("ok", "There are none of other regions.")
    if not (root / "data/study").is_dir():
        return Finding("note", f"{count} of other regions: they are judged once clean has run.")
    accepted(root / SHELF, rules_here())
    return Finding("ok", f"{count} of other regions, all accepted.")


CHECKS: dict[str, Callable[[Path], Finding]] = {
    "Python": _python,
    "packages": _lock,
    "choices": _choices,
    "kernel": _kernel,
    "fonts": _fonts,
    "disk": _disk,
    "memory": _memory,
    "results": _cache,
    "rwlock": _rwlock,
    "key": _key,
    "bundles": _bundles,
    "git": _hooks,
}
"""The checks by name, in the order of their lines."""
