"""Where the pieces of a large computation are worked on: in this process, or on workers of a Dask cluster.

An engine knows nothing of tables. It calls `work` on pieces, and hands back what comes of each in the order of the
pieces (`map`: `sujuva.cleaning.parts`) or adds up the bytes that come of them in whatever order and grouping (`reduce`:
`sujuva.moments.reduction`). Whoever gives it functions that do not mind gets the same from each engine. Another one is
another file with a class that has `least`, `apart`, `map` and `reduce`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TypeVar

from sujuva.engines.local import Local
from sujuva.params import load_params

__all__ = ["Engine", "Local", "engine_of_run"]

Piece = TypeVar("Piece")
Made = TypeVar("Made")


class Engine(Protocol):
    """Works on pieces.

    Attributes:
        least: Pieces that a large table should be divided into at least, so that every process has some.
        apart: Whether other processes work on them, so that large results should be handed on as files
            (`sujuva.engines.shared`).
    """

    least: int
    apart: bool

    def map(self, work: Callable[[Piece], Made], pieces: Sequence[Piece]) -> Iterator[Made]:
        """Yield what `work` makes of each piece, in the order of the pieces.

        Args:
            work: As in `reduce`; what it returns is pickled if processes are apart.
            pieces: As in `reduce`; or none.

        Raises:
            SujuvaError: As in `reduce`; of several pieces on which `work` raises, what it raised on the first.
        """

    def reduce(
        self, work: Callable[[Piece], bytes], pieces: Sequence[Piece], add: Callable[[Sequence[bytes]], bytes]
    ) -> bytes:
        """Return what `add` makes of the works on all pieces.

        Args:
            work: What is done to a piece. It may be called again on a piece whose result was lost, and in several
                processes at once; what it writes, it writes whole.
            pieces: One or more; they are pickled, so they name files instead of holding rows.
            add: Adds up results. It is associative and does not mind the order; it is called at least once.

        Raises:
            SujuvaError: What `work` raised, or workers are lost, cannot be reached or are not like this process.
        """


@contextmanager
def engine_of_run() -> Iterator[Engine]:
    """Yield the engine that `run` in `params.yaml` names; its workers end with the block.

    These choices are read here, and not in a parameter cell: results do not hang on them, so they belong to no stage,
    no fingerprint and no `choices.json`.

    Raises:
        ParameterError: The extra `cluster` is not installed, or no name or value is allowed.
        SujuvaError: As in `Engine.reduce`.
    """
    run = load_params().run
    if run.engine == "local":
        yield Local()
        return
    from sujuva.engines.dask import started  # noqa: PLC0415  an extra

    with started(run.address, run.workers) as engine:
        yield engine
