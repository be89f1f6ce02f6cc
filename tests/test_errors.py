"""What the machine lacks is told in words, whatever library ran into it."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from sujuva.errors import SujuvaError, lacking
from sujuva.io import replacing, replacing_folder

FULL = Path("/dev/full")


def in_block(block: AbstractContextManager[Path], what: Callable[[], object]) -> None:
    with block:
        what()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "The folder can only be read"),
        (PermissionError(errno.EACCES, "Permission denied"), "There is no permission"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many files are open"),
        (MemoryError(), "Memory ran out"),
        (RuntimeError(f"parquet: underlying IO error: No space left (os error {errno.ENOSPC})"), "The disk is full"),
    ],
)
def test_what_is_lacking_is_named(error: Exception, said: str):
    wrapped = ValueError("of a library")
    wrapped.__cause__ = error
    for one in (error, wrapped):
        lack = lacking(one)
        assert lack is not None
        assert lack[0].startswith(said)
        assert lack[1]


def test_other_errors_lack_nothing():
    ring = ValueError("os error 2")
    ring.__cause__ = KeyError("Errno")
    ring.__cause__.__cause__ = ring
    assert lacking(ring) is None
    assert lacking(FileNotFoundError(errno.ENOENT, "No such file or directory")) is None


def test_a_file_or_folder_that_could_not_be_written_says_why(tmp_path: Path):
    if not FULL.exists():
        pytest.skip("this system has no device that is full")
    full = partial(FULL.write_text, "x", encoding="utf-8")
    with pytest.raises(SujuvaError, match=r"^Could not write a\.txt in .*/: the disk is full\. Free some space"):
        in_block(replacing(tmp_path / "a.txt"), full)
    with pytest.raises(SujuvaError, match=r"^Could not write the folder out/: the disk is full\."):
        in_block(replacing_folder(tmp_path / "out"), full)
    with pytest.raises(SujuvaError, match=r"^Could not write a\.txt"):  # which is named, not the folder around it
        in_block(replacing_folder(tmp_path / "out"), partial(in_block, replacing(tmp_path / "a.txt"), full))
    with pytest.raises(MemoryError):  # that is no matter of writing
        in_block(replacing(tmp_path / "a.txt"), partial(bytearray, 1 << 60))
    assert list(tmp_path.iterdir()) == []


def test_polars_on_a_full_disk_is_told_as_such(tmp_path: Path):
    """Its own words are "parquet: File out of specification"; a limit of this process stands for the disk's."""
    resource = pytest.importorskip("resource")
    code = (
        "import sys; from pathlib import Path; import polars as pl; from sujuva.io import write_table\n"
        "frame = pl.select(a=pl.int_range(100_000), b=pl.int_range(100_000).hash())\n"
        "write_table(frame, Path(sys.argv[1]), key=['a'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "t.parquet")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    said = f"SujuvaError: Could not write t.parquet in {tmp_path.name}/: a file may not grow that large here."
    assert said in done.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []
