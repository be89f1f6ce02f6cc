"""Work that ends its worker: in a file of its own, as workers import it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any


def killed_once(piece: Any, work: Callable[[Any], bytes], mark: Path) -> bytes:
    """End the first worker that takes a piece of the event log, when it has done all of the work."""
    made = work(piece)
    if "case_events" in getattr(piece, "files", ()) and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return made
