"""One piece after the other in this process, where Polars uses all processors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Piece = TypeVar("Piece")
Made = TypeVar("Made")
_TOGETHER = 8  # results held before they are added up


class Local:
    """The engine `local`; see `sujuva.engines.Engine`."""

    least = 1
    apart = False

    def map(self, work: Callable[[Piece], Made], pieces: Sequence[Piece]) -> Iterator[Made]:
        """Work on a piece when its result is asked for."""
        return map(work, pieces)

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
