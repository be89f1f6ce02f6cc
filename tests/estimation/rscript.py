"""Running the R scripts that stand beside the tests, and reading what they print."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest

HERE = Path(__file__).parent


def read(text: Any, **options: Any) -> pl.DataFrame:
    """Read a table that R wrote."""
    return pl.read_csv(text, **{"null_values": ["NA", "NaN"], "infer_schema_length": None, **options})


def from_r(script: str, *arguments: Any, **options: Any) -> pl.DataFrame | None:
    """Return what a script of this folder prints, or nothing where R or a package of it is not on this machine."""
    if not shutil.which("Rscript"):
        return None
    command = ["Rscript", str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return read(io.StringIO(done.stdout), **options)
    if "no package called" not in done.stderr:
        pytest.fail(done.stderr[-500:])
    return None
