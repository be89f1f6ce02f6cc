"""The engine dask: sums do not hang on who makes them, and what goes wrong with a cluster is told in a sentence."""

from __future__ import annotations

import concurrent.futures
import importlib
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import distributed
import pytest

from sujuva import engines
from sujuva.engines import dask as engine_dask
from sujuva.engines import engine_of_run
from sujuva.engines.dask import Dask, check_versions, started
from sujuva.engines.local import Local
from sujuva.errors import ContractError, ParameterError, SujuvaError


def square(number: int) -> bytes:
    return str(number * number).encode()


def total(parts: Sequence[bytes]) -> bytes:
    return str(sum(map(int, parts))).encode()


def refused(number: int) -> bytes:
    msg = f"Piece {number} has no rows."
    raise ContractError(msg, "Give it some.")


def slowly_refused(number: int) -> bytes:
    time.sleep(number / 20)
    return refused(number)


def unseen(number: int) -> bytes:
    return Path(f"/nowhere/{number}").read_bytes()


class Unreadable:
    """Something that another process cannot read."""

    def __reduce__(self) -> tuple[object, ...]:
        return broken, ()

    def __call__(self, _: int) -> bytes:
        return b""


def broken() -> None:
    raise ModuleNotFoundError("no", name="igraph")


@pytest.fixture(scope="module")
def engine() -> Iterator[Dask]:
    """An engine whose workers are threads of this process."""
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0")
    with cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield Dask(client)


@pytest.mark.parametrize("count", [1, 2, 4, 5, 21])
def test_a_tree_of_sums_is_the_sum(engine: Dask, count: int):
    wanted = sum(number * number for number in range(count))
    assert int(engine.reduce(square, range(count), total)) == wanted
    assert int(Local().reduce(square, range(count), total)) == wanted


def test_a_map_gives_results_in_the_order_of_the_pieces(engine: Dask):
    for one in (engine, Local()):
        assert list(one.map(square, [3, 1, 2])) == [b"9", b"1", b"4"]
        assert not list(one.map(square, []))


def test_a_map_raises_what_the_first_of_the_pieces_raises(engine: Dask):
    for one in (engine, Local()):
        with pytest.raises(ContractError, match="Piece 5 "):
            list(one.map(slowly_refused, [5, 0]))


def test_every_thread_gets_some_pieces(engine: Dask):
    assert engine.least == 4


def test_what_a_piece_raises_is_raised_here_with_its_hint(engine: Dask):
    with pytest.raises(ContractError, match=r"^Piece 3 has no rows\. Give it some\.$"):
        engine.reduce(refused, [3], total)


def test_a_worker_that_sees_no_files_is_told_about(engine: Dask):
    with pytest.raises(SujuvaError, match=r"does not find.*disk that workers see"):
        engine.reduce(unseen, [3], total)


def test_work_that_a_worker_cannot_read_is_told_and_does_not_hang(engine: Dask):
    with pytest.raises(SujuvaError, match="lacks the package 'igraph'"):
        engine.reduce(Unreadable(), [3], total)


def test_workers_with_other_code_refuse_to_work(engine: Dask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "_code", "of another commit")
    with pytest.raises(SujuvaError, match=r"other code.*same commit"):
        engine.reduce(square, [3], total)


@pytest.mark.parametrize(
    ("theirs", "told"),
    [("2.0.0", r"polars 2\.0\.0; this process has 2\.1\.0"), (None, r"polars \(not installed\)")],
)
def test_versions_that_differ_are_named(theirs: str | None, told: str):
    here = dict.fromkeys(engine_dask._ALIKE, "1") | {"polars": "2.1.0"}
    workers = {"tcp://a": {"packages": here}, "tcp://b": {"packages": here | {"polars": theirs}}}
    with pytest.raises(SujuvaError, match=told):
        check_versions({"client": {"packages": here}, "workers": workers})
    check_versions({"client": {"packages": here}, "workers": {"tcp://a": {"packages": here}}})


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (distributed.KilledWorker("piece", None, 3), "memory"),
        (ModuleNotFoundError("no", name="igraph"), "'igraph'"),
        (concurrent.futures.CancelledError(), "connection"),
        (distributed.comm.core.CommClosedError(), "connection"),
    ],
)
def test_what_happens_to_a_cluster_is_told(
    engine: Dask, monkeypatch: pytest.MonkeyPatch, error: BaseException, told: str
):
    def submit(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(engine.client, "submit", submit)
    with pytest.raises(SujuvaError, match=told) as caught:
        engine.reduce(square, [3], total)
    assert caught.value.hint


def test_a_scheduler_that_is_not_there_is_told_about():
    patience = engine_dask.dask.config.set({"distributed.comm.timeouts.connect": "0.2s"})
    with patience, pytest.raises(SujuvaError, match=r"run\.address"), started("tcp://127.0.0.1:9", 2):
        pass


def test_the_engine_is_the_one_of_the_run(monkeypatch: pytest.MonkeyPatch):
    chosen = SimpleNamespace(run=SimpleNamespace(engine="local", address=None, workers=2))
    monkeypatch.setattr(engines, "load_params", lambda: chosen)
    with engine_of_run() as engine:
        assert isinstance(engine, Local)
    chosen.run.engine = "dask"
    monkeypatch.setattr(engine_dask, "started", lambda address, workers: nullcontext((address, workers)))
    with engine_of_run() as engine:
        assert engine == (None, 2)


def test_without_the_extra_the_choice_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "sujuva.engines.dask")
    with pytest.raises(ParameterError, match=r"dask and distributed are not installed\. .*sujuva\[cluster\]"):
        importlib.import_module("sujuva.engines.dask")
