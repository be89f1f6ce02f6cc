"""Where the project lies: notebooks find the same files from JupyterLab, Papermill and the command line."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from sujuva.errors import SujuvaError

ILLEGIBLE = "\ufffd"
"""What a file's name has in the place of bytes that are not UTF-8."""
MARKER = "params.yaml"
SCRATCH = ".sujuva/scratch"
RUN = "SUJUVA_RUN"  # in the environment of kernels: the private folder of the run that they belong to
OWN = "writes"  # file in that folder, with the root of the project in which the run makes a stage


def project_root(start: Path | None = None) -> Path:
    """Return the folder that holds `params.yaml`, searching upwards from `start` (default: the working folder).

    Raises:
        SujuvaError: No folder on the way up holds `params.yaml`.
    """
    here = Path.cwd() if start is None else start.resolve()  # the working folder has no links
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return folder
    msg = f"No {MARKER} in the working folder or any folder above it."
    raise SujuvaError(msg, "Run this inside a Sujuva project.")


def inside(path: str | Path) -> Path:
    """Resolve `path` against the project root; an absolute path stays as it is."""
    path = Path(path)
    return path if path.is_absolute() else project_root() / path


def legible(name: str) -> str:
    """Return the name of a file as text that can be written: � stands for bytes that are not UTF-8.

    Systems that keep names as bytes hand these on as lone surrogates, which neither a terminal nor a file takes.
    """
    return "".join(ILLEGIBLE if "\ud800" <= letter <= "\udfff" else letter for letter in name)


NOT_THERE = "not there"
_KINDS = {
    stat.S_IFREG: "",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def no_file(path: Path, folder: Path | None = None) -> str:
    """Return why what lies at `path` cannot be read as a file of `folder`, in words; empty where it can.

    A link may stand for a file of the same folder. One that leads out of it could bring in what nobody delivered (a
    key, another delivery) and carry it on under a name that nobody suspects. A pipe or a device has no end.

    Args:
        path: What is to be read.
        folder: The folder out of which no link may lead, itself perhaps a link; None: any file may be read.
    """
    try:
        kind = _KINDS.get(stat.S_IFMT(path.stat().st_mode), "no file")
    except FileNotFoundError:
        return "a link that leads nowhere" if path.is_symlink() else NOT_THERE
    except OSError as error:
        return f"not readable ({error.strerror})"
    if folder is not None and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
        return f"a link that leads out of {folder.name or folder}/"
    return kind


def shown(path: Path) -> str:
    """Return a path as it is typed here: from the working folder, where it lies below; else the whole of it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def output(path: str) -> Path:
    """Return where a notebook writes what the pipeline keeps at `path`, such as `data/moments`.

    That is `path` itself in a run of the pipeline alone. Whoever explores (in JupyterLab, with Papermill, or by
    `sujuva run` with other parameters or another output) gets the same place in a scratch folder, and is told.
    """
    root = project_root()
    if makes_stage(root):
        return root / path
    sys.stdout.write(f"Not a run of the pipeline: {path} stays as it is, this goes to {SCRATCH}/{path}\n")
    return root / SCRATCH / path


def makes_stage(root: Path) -> bool:
    """Whether this kernel belongs to a run, still going on, that makes a stage of this project."""
    try:
        return Path(os.environ[RUN], OWN).read_text(encoding="utf-8") == str(root)
    except (KeyError, OSError, UnicodeDecodeError):
        return False
