"""Where the project lies: notebooks find the same files from JupyterLab, Papermill and the command line."""

from __future__ import annotations

import os
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
    here = (start or Path.cwd()).resolve()
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
    if _pipeline_runs(root):
        return root / path
    sys.stdout.write(f"Not a run of the pipeline: {path} stays as it is, this goes to {SCRATCH}/{path}\n")
    return root / SCRATCH / path


def _pipeline_runs(root: Path) -> bool:
    """Whether this kernel belongs to a run, still going on, that makes a stage of this project."""
    try:
        return Path(os.environ[RUN], OWN).read_text(encoding="utf-8") == str(root)
    except (KeyError, OSError, UnicodeDecodeError):
        return False
