"""Processes that run variants: a crash or an endless loop is an end like any other, and is counted."""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import threading
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from tests.fuzz.judging import Outcome
from tests.fuzz.variants import Variant

PATIENCE = 60.0
"""Seconds that a variant may take …"""
STARTING = 5 * PATIENCE
"""… and a process until it has imported what it needs."""
MEMORY = 3 << 30
"""Bytes that a process may hold."""
_CODEBOOKS = Path(__file__).resolve().parents[2] / "data" / "codebooks"
_OURS = ("terms.yaml", "municipalities.csv", "areas.csv", "export_words.yaml")
_BOOKS = {
    "instruments/mood.yaml": """
key: mood
title: {fi: Mieliala}
items: 2
response: [0, 3]
scales: [{key: mood, title: {fi: Mieliala}, items: [1, 2], range: [0, 6], higher_is_better: true}]
licence: CC0
citation: "-"
""",
    "regions.yaml": """
- {key: oulu, level: city, code: "564", title: {fi: Oulu, sv: Uleåborg}, municipalities: {"564": Oulu}}
- {key: tampere, level: city, code: "837", title: {fi: Tampere, sv: Tammerfors}, municipalities: {"837": Tampere}}
""",
    "sectors.yaml": """
- {key: health, title: {fi: Terveyspalvelut}}
- {key: third, title: {fi: Järjestöt}}
- {key: parish, title: {fi: Seurakunnat}}
""",
}


def make_project(folder: Path) -> None:
    """Make a project with small codebooks of its own."""
    (folder / "params.yaml").write_text("{}\n", encoding="utf-8")
    for name, text in _BOOKS.items():
        path = folder / "data" / "codebooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "looks" / "data").mkdir(parents=True)  # a project as it is, for commands that look at files
    (folder / "looks" / "params.yaml").symlink_to(_CODEBOOKS.parents[1] / "params.yaml")
    (folder / "looks" / "data" / "codebooks").symlink_to(_CODEBOOKS)
    for name in _OURS:
        (folder / "data" / "codebooks" / name).symlink_to(_CODEBOOKS / name)


def _serve(work: Connection, folder: str) -> None:
    """Run variants until there are no more."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.chdir(folder)
    os.environ |= {"SUJUVA_KEY": "a key for tests alone, no secret", "POLARS_MAX_THREADS": "1"}
    said = os.open("stderr.txt", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 2)
    from tests.fuzz import judging

    work.send(None)  # what takes time here is no variant's
    while True:
        variant = work.recv()
        if variant is None:
            return
        outcome = judging.run(variant, Path(folder))
        noise = judging.quiet()
        if noise:
            outcome = Outcome(outcome.end, (*outcome.faults, f"standard error: {noise[:400]}"), outcome.error)
        work.send(outcome)


class _Worker:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.work, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, str(self.folder)), daemon=True)
        self.process.start()
        other.close()
        self.ready = False

    def run(self, variant: Variant) -> Outcome:
        try:
            if not self.ready and self.work.poll(STARTING):
                self.ready = self.work.recv() is None
            self.work.send(variant)
            if self.work.poll(PATIENCE):
                return self.work.recv()
            end = Outcome("hang", (f"no end within {PATIENCE:g} seconds",))
        except (EOFError, OSError):
            self.process.join(5)
            said = (self.folder / "stderr.txt").read_text(errors="replace")[-300:]
            end = Outcome("crash", (f"the process ended with {self.process.exitcode}: {said}",))
        self.stop()
        self.start()
        return end

    def stop(self) -> None:
        self.work.close()
        self.process.kill()
        self.process.join()


class Pool:
    """Some processes, each with a project of its own."""

    def __init__(self, processes: int = 2) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fuzz-")
        self._workers = []
        for at in range(processes):
            folder = Path(self._folder.name).resolve() / str(at)
            folder.mkdir()
            make_project(folder)
            self._workers.append(_Worker(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._folder.cleanup()

    def run(self, variants: Iterable[Variant], take: Callable[[Variant, Outcome], None]) -> None:
        """Run variants on all processes at once, and hand each end on, one at a time."""
        waiting, lock = iter(variants), threading.Lock()

        def serve(worker: _Worker) -> None:
            while True:
                with lock:
                    variant = next(waiting, None)
                if variant is None:
                    return
                outcome = worker.run(variant)
                with lock:
                    take(variant, outcome)

        threads = [threading.Thread(target=serve, args=(worker,)) for worker in self._workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
