"""Where the project lies: notebooks find the same files from JupyterLab, Papermill and the command line."""

from __future__ import annotations

from pathlib import Path

from sujuva.errors import SujuvaError

MARKER = "params.yaml"


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
