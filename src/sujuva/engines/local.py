"""One piece after the other in this process, where Polars uses all processors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Piece = TypeVar("Piece")
_TOGETHER = 8  # results held before they are added up


class Local:
    """The engine `local`; see `sujuva.engines.Engine`."""

    least = 1

    def reduce(
        self, work: Callable[[Piece], bytes], pieces: Sequence[Piece], add: Callable[[Sequence[bytes]], bytes]
    ) -> bytes:
        """Work on the pieces in their order."""
        made: list[bytes] = []
        for piece in pieces:
            made.append(work(piece))
            if len(made) == _TOGETHER:
                made = [add(made)]
        return add(made)
