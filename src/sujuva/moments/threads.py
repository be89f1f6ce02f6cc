"""Work on a stream in several threads: arrays let go of the interpreter while they are computed with."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl

T = TypeVar("T")
R = TypeVar("R")


def in_threads(function: Callable[[T], R], stream: Iterable[T], *, most: int) -> Iterator[R]:
    """Yield `function` of each, in order; few are in memory at a time.

    Args:
        function: What is computed.
        stream: What is read in this thread meanwhile.
        most: Largest number of threads.
    """
    workers = min(pl.thread_pool_size(), most)
    with ThreadPoolExecutor(workers) as pool:
        running: deque[Future[R]] = deque()
        for one in stream:
            running.append(pool.submit(function, one))
            if len(running) > workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
