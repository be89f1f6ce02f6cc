"""Who may enter: folders with data of persons are the owner's alone (0700), whatever the machine's habits are."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sujuva.pipeline.dag import Stage, input_folder, stages

RELEASES = "data/releases"
"""Published tables of earlier releases, under git."""
PRIVATE_RELEASES = f"{RELEASES}/private"
"""Who was in a release: never under git."""
_MACHINE = (PRIVATE_RELEASES, ".dvc/cache", ".dvc/tmp", ".sujuva")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PRIVATE_MASK = 0o077


@contextmanager
def private_files(root: Path, *, masked: bool) -> Iterator[None]:
    """Keep the private places of a project closed; `masked`, nothing is made that others than the owner may read."""
    close_private(root)
    before = os.umask(_PRIVATE_MASK) if masked else None
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)
        close_private(root)


def private_places(root: Path) -> list[Path]:
    """Return the places of a project that hold data of persons, or cells too small to publish, and are there.

    They are what `dvc.yaml` never shares, the folders around it that hold nothing else, the input folder where it lies
    in the project, DVC's cache, and what failed or was tried.
    """
    known = stages(root).values()
    private = [Path(out) for stage in known for out in stage.private]
    shared = [Path(out) for stage in known for out in stage.pushed]
    around = {out.parent for out in private if len(out.parts) > 2}  # noqa: PLR2004  data/executed, and not data
    around = {one for one in around if not any(one in (other, *other.parents) for other in shared)}
    given = input_folder(root)
    inside = [given] if given is not None and root.resolve() in given.resolve().parents else []
    names = [*private, *around, *inside, *map(Path, _MACHINE)]
    return [root / name for name in dict.fromkeys(names) if (root / name).exists()]


def open_places(root: Path) -> list[Path]:
    """Return the private places that others than their owner may enter."""
    if os.name != "posix":
        return []
    return [place for place in private_places(root) if place.stat().st_mode & _OTHERS]


def close_private(root: Path) -> None:
    """Leave the private places of a project to their owner: DVC makes folders anew by the habits of the machine."""
    for place in open_places(root):
        with suppress(PermissionError):  # another owner's: `sujuva guard` tells of it
            place.chmod(place.stat().st_mode & ~_OTHERS)


def open_shared(stage: Stage, root: Path) -> None:
    """Give what the door makes, in a process that keeps everything for itself, the modes that files have here."""
    mask = os.umask(_PRIVATE_MASK)
    os.umask(mask)
    for out in stage.pushed:
        for one in (root / out, *(root / out).rglob("*")):
            one.chmod((0o777 if one.is_dir() else 0o666) & ~mask)
