"""A first reading in a process of its own, for libraries that a damaged or hostile file can crash, stall or bloat."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from math import ceil
from typing import Literal

from sujuva.sources.limits import MEGABYTE, Limits

PATIENCE = 20.0  # seconds of a processor for a file of any size, and one for each million bytes more
_WAITING = 10  # times so long by the clock: others may be at work
_OWN = 1000 * MEGABYTE  # what the process takes for itself
_LARGE = 7
_BOUND = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[-3]),) * 2)
    resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[-1]),) * 2)
except (ImportError, ValueError, OSError):
    pass  # a system without such limits
try:
    exec(sys.argv[-2])
except MemoryError:
    sys.exit({_LARGE})
except Exception as error:
    sys.exit({_LARGE} if "allocate" in str(error) else 0)
"""
_SAYS = b"memory allocation of"  # Rust, before it aborts

Verdict = Literal["survives", "damaged", "large"]


def survives(code: str, arguments: Sequence[str], limits: Limits, size: int) -> Verdict:
    """Tell how a library comes through a file, in a process of its own with no more memory than allowed.

    Args:
        code: Python that reads the file; `sys` is there, and `sys.argv[1:]` are the arguments. What it raises is no
            matter: the reading that follows says so.
        arguments: What the code is told.
        limits: How much memory it may take; not held to where the system has no such limits (Windows).
        size: Bytes of the file, by which it gets its time.
    """
    patience = PATIENCE + size / MEGABYTE
    command = [sys.executable, "-c", _BOUND, *arguments, str(ceil(patience)), code, str(limits.bytes + _OWN)]
    try:
        child = subprocess.run(  # noqa: S603  this Python, and no shell
            command, capture_output=True, timeout=_WAITING * patience, check=False
        )
    except subprocess.TimeoutExpired:
        return "damaged"
    if child.returncode == _LARGE or _SAYS in child.stderr:
        return "large"
    return "damaged" if child.returncode else "survives"
