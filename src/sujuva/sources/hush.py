"""Standard error without the text of panics: a library written in Rust prints one before it is caught.

What it prints may quote values, and it stands above the one clear error that the panic becomes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STDERR = 2


@contextmanager
def without_panics() -> Iterator[None]:
    """Hold back what the process writes to standard error; what is no panic is written at the end."""
    with suppress(OSError, ValueError, AttributeError):  # a notebook or a window without a console may have none
        sys.stderr.flush()
    try:
        whole = os.dup(_STDERR)
    except OSError:  # closed
        yield
        return
    try:
        with tempfile.TemporaryFile() as held:
            os.dup2(held.fileno(), _STDERR)
            try:
                yield
            finally:
                with suppress(OSError, ValueError, AttributeError):
                    sys.stderr.flush()
                os.dup2(whole, _STDERR)
                held.seek(0)
                said = held.read()
                if said and b"panicked at" not in said:
                    os.write(_STDERR, said)
    finally:
        os.close(whole)
