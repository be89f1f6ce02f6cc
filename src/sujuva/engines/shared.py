"""The folder in which processes hand each other rows: these go through the file system alone."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from sujuva.paths import inside


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Yield a folder of its owner alone, gone afterwards; those that killed runs on this machine left are removed."""
    place = inside(".sujuva")
    place.mkdir(mode=0o700, exist_ok=True)
    prefix = f"pieces-{platform.node()}-"
    for old in place.glob(f"{prefix}*"):
        if not psutil.pid_exists(int(old.name.removeprefix(prefix).partition("-")[0])):
            shutil.rmtree(old, ignore_errors=True)
    with TemporaryDirectory(prefix=f"{prefix}{os.getpid()}-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
