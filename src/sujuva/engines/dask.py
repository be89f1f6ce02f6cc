"""Pieces on the workers of a Dask cluster: processes of this machine, or of others that see the same folders.

Dask keeps the graph of what hangs on what. Where a worker ends in the middle, it works again on the pieces whose
results went with it; that changes nothing, as results do not hang on who made them or when.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import hashlib
import os
import pickle
import platform
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar, cast
from uuid import uuid4

import polars as pl

import sujuva
from sujuva.errors import ParameterError, SujuvaError
from sujuva.fingerprint import digest_of_code, files_in

try:
    import dask
    import distributed
    from distributed.comm.core import CommClosedError
except ImportError as error:
    missing = "run.engine is dask, but the packages dask and distributed are not installed."
    raise ParameterError(missing, "Install the extra, sujuva[cluster], or set run.engine to local.") from error

Piece = TypeVar("Piece")
Made = TypeVar("Made")
_TOGETHER = 4  # results that a worker adds up at once
_OF_EACH = 2  # pieces of a large table for each thread, so that a lost one costs little
_PATIENCE = 60  # seconds for the first worker to come
_HERE = "127.0.0.1"  # nobody else can reach processes of this machine
_ALIKE = ("python", "polars", "numpy", "pyarrow", "dask", "distributed", "sujuva")
_LOST = (
    concurrent.futures.CancelledError,
    asyncio.CancelledError,
    CommClosedError,
    ConnectionError,
    TimeoutError,
)
_UNSEEN = (FileNotFoundError, PermissionError)


class Dask:
    """The engine `dask`; see `sujuva.engines.Engine`."""

    apart = True

    def __init__(self, client: distributed.Client) -> None:
        self.client = client
        self._code = code_of_process()
        self.least = _OF_EACH * max(1, sum(client.nthreads().values()))

    def map(self, work: Callable[[Piece], Made], pieces: Sequence[Piece]) -> Iterator[Made]:
        """Work on the pieces, and fetch each result in its turn."""
        with _in_words():
            for one in self._submitted(work, pieces, uuid4().hex):
                yield one.result()

    def reduce(
        self, work: Callable[[Piece], bytes], pieces: Sequence[Piece], add: Callable[[Sequence[bytes]], bytes]
    ) -> bytes:
        """Work on the pieces, add up four at a time in a tree, and fetch the last sum alone."""
        run, height = uuid4().hex, 0
        with _in_words():
            made = self._submitted(work, pieces, run)
            while len(made) > 1 or height == 0:
                made = [
                    self.client.submit(
                        _added,
                        pickle.dumps(add),
                        made[start : start + _TOGETHER],
                        key=f"sum-{run}-{height}-{start}",
                        pure=False,
                    )
                    for start in range(0, len(made), _TOGETHER)
                ]
                height += 1
            return bytes(made[0].result())

    def _submitted(
        self, work: Callable[[Piece], Made], pieces: Sequence[Piece], run: str
    ) -> list[distributed.Future[Made]]:
        how = zlib.compress(pickle.dumps(work), 1)
        return [
            self.client.submit(_worked, how, pickle.dumps(piece), self._code, key=f"piece-{run}-{number}", pure=False)
            for number, piece in enumerate(pieces)
        ]


@contextmanager
def _in_words() -> Iterator[None]:
    """Tell in words what happens to a cluster."""
    try:
        yield
    except (distributed.KilledWorker, ModuleNotFoundError, *_UNSEEN, *_LOST) as error:
        raise _card(error) from error


def _worked(how: bytes, which: bytes, code: str) -> Any:
    """Do what was pickled: in Dask's own messages, what cannot be read would stop a worker without a word."""
    if code_of_process() != code:  # of a worker that came later, too
        msg = f"A worker on {platform.node()} runs other code, or another Python or Polars, than this process."
        raise SujuvaError(msg, "Give the workers the same environment (requirements.lock) and the same commit.")
    work = pickle.loads(zlib.decompress(how))  # noqa: S301  Dask's own messages are pickles, too
    return work(pickle.loads(which))  # noqa: S301


def _added(add: bytes, made: Sequence[bytes]) -> bytes:
    return bytes(pickle.loads(add)(made))  # noqa: S301


@cache
def code_of_process() -> str:
    """Return a hash of what results hang on in this process: the package's code, and versions of Python and Polars."""
    place = Path(sujuva.__file__).parent
    code = digest_of_code((name, path) for name, path in files_in(place).items() if name.endswith((".py", ".po")))
    return hashlib.sha256(f"{code} {platform.python_version()} {pl.__version__}".encode()).hexdigest()[:16]


@contextmanager
def started(address: str | None, workers: int) -> Iterator[Dask]:
    """Yield the engine on a cluster.

    Args:
        address: Where its scheduler listens; it goes on afterwards. None: processes of this machine, which end with
            the block. They have a thread for tasks each and share the processors among their Polars; what they hold
            stays in memory and reaches no disk.
        workers: Number of those processes.

    Raises:
        SujuvaError: The scheduler cannot be reached, no worker comes, or workers are not like this process.
    """
    if address is not None:
        with _connected(address) as client:
            yield Dask(client)
        return
    threads = max(1, (os.cpu_count() or 1) // workers)
    environment = dask.config.get("distributed.nanny.pre-spawn-environ") | {"POLARS_MAX_THREADS": str(threads)}
    settings: dict[str, Any] = {"distributed.nanny.pre-spawn-environ": environment}
    # A worker that is nearly full would wait for memory which its allocator keeps; one that is full ends.
    settings |= {f"distributed.worker.memory.{name}": False for name in ("target", "spill", "pause")}
    settings |= {f"distributed.{one}.http.routes": [] for one in ("scheduler", "worker")}  # pages that tell of tasks
    with (
        TemporaryDirectory(prefix="sujuva-") as folder,
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host=_HERE,
            dashboard_address=f"{_HERE}:0",
            worker_dashboard_address=f"{_HERE}:0",
            local_directory=folder,
            silence_logs="CRITICAL",
        ) as cluster,
        _connected(cluster) as client,
    ):
        yield Dask(client)


@contextmanager
def _connected(cluster: str | distributed.LocalCluster) -> Iterator[distributed.Client]:
    """Yield a client whose workers are there and like this process."""
    try:
        client = distributed.Client(cluster, set_as_default=False)
    except (ValueError, OSError, *_LOST) as error:
        msg = "The scheduler that run.address names cannot be reached."
        raise SujuvaError(msg, "See that it runs, and that the address is what it printed: tcp://HOST:PORT.") from error
    try:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
            check_versions(cast("dict[str, Any]", client.get_versions(packages=list(_ALIKE))))
        except _LOST as error:
            msg = f"No worker of the cluster came within {_PATIENCE} seconds."
            raise SujuvaError(msg, "Start workers at that scheduler (docs/cluster.md); look at their logs.") from error
        yield client
    finally:
        with suppress(*_LOST):
            client.close(timeout=5)


def check_versions(told: Mapping[str, Any]) -> None:
    """Refuse workers whose libraries have other versions than this process.

    Args:
        told: What `distributed.Client.get_versions` returns.

    Raises:
        SujuvaError: Names the first library that differs, and both versions.
    """
    here = told["client"]["packages"]
    for worker in told["workers"].values():
        for name in _ALIKE:
            theirs = worker["packages"].get(name)
            if theirs != here[name]:
                msg = f"A worker has {name} {theirs or '(not installed)'}; this process has {here[name]}."
                raise SujuvaError(msg, "Give the workers the environment of requirements.lock, as here.")


def _card(error: BaseException) -> SujuvaError:
    """Return what happened to the cluster, in words."""
    if isinstance(error, distributed.KilledWorker):
        msg = "A piece was given up: each worker that took it ended, most likely because its memory ran out."
        hint = "Give the workers more memory, or use fewer (run.workers in params.yaml) with more memory each."
        return SujuvaError(msg, hint)
    if isinstance(error, ModuleNotFoundError):
        msg = f"A worker lacks the package '{error.name}'."
        return SujuvaError(msg, "Give the workers the environment of requirements.lock, as here.")
    if isinstance(error, _UNSEEN):
        msg = "A worker does not find, or may not read, a file of this project."
        return SujuvaError(msg, "Let the project lie on a disk that workers see by the same path, as the same user.")
    msg = "The connection to the cluster was lost before the work was done."
    return SujuvaError(msg, "See that scheduler and workers still run, then run again: nothing half-written is left.")
