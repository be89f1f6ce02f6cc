"""Executing notebooks, several at the same time, each in a kernel of its own; all end before the batch does."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sujuva.errors import DisclosureError, PipelineError, SujuvaError
from sujuva.paths import project_root
from sujuva.pipeline.canonical import canonical_text
from sujuva.pipeline.cards import Card, stopped_by_end, stopped_by_error
from sujuva.pipeline.notebook import OWN, Source
from sujuva.pipeline.nursery import Nursery
from sujuva.pipeline.progress import Progress, progress_for

# Imported when the nursery is at work in another process: papermill by `_execute`, Polars by `sujuva.io`.
if TYPE_CHECKING:
    from sujuva.pipeline.engine import Execution

FAILED = ".sujuva/failed"


class InterruptedRunError(PipelineError):
    """Ctrl-C or SIGTERM; `code` is the exit code that shells expect."""

    def __init__(self, number: int) -> None:
        super().__init__("Interrupted: the kernels were ended, and nothing was written.")
        self.code = 128 + number


@dataclass(frozen=True)
class Job:
    """One notebook to execute."""

    label: str  # what progress calls it
    values: dict[str, Any]  # of its parameters
    file: str  # name of its result
    value: str = ""  # tells it from the others of a batch


@dataclass(frozen=True)
class Outcome:
    """What came of a job: the text of the executed notebook, or the card of its failure."""

    job: Job
    text: str = ""
    card: Card | None = None


class Batch:
    """One notebook, a nursery, and what is running now."""

    def __init__(self, source: Source, nursery: Nursery, kernel: str = OWN) -> None:
        self.source = source
        self.kernel = kernel
        self.nursery = nursery
        self.root = project_root()
        self.running: list[Execution] = []
        self.begun = threading.Event()

    def execute(self, jobs: Sequence[Job], *, workers: int) -> list[Outcome]:
        """Execute the jobs, at most `workers` at the same time, and return their outcomes in order.

        Raises:
            InterruptedRunError: Ctrl-C or SIGTERM; the kernels have ended.
        """
        with progress_for([job.label for job in jobs]) as progress, _raising_on_sigterm():
            with ThreadPoolExecutor(workers, thread_name_prefix="notebook") as pool:
                try:
                    futures = [pool.submit(self._execute, job, progress) for job in jobs]
                    self._wait_for(futures)
                except BaseException as error:
                    pool.shutdown(wait=False, cancel_futures=True)
                    self.kill()
                    if isinstance(error, KeyboardInterrupt):
                        raise InterruptedRunError(signal.SIGINT) from None
                    raise
            return [future.result() for future in futures]

    def kill(self) -> None:
        """End all kernels at once."""
        self.nursery.kill()
        for execution in list(self.running):  # threads take theirs out
            execution.kill()

    def _wait_for(self, futures: Sequence[Future[Any]]) -> None:
        """Wait until all have ended, in steps, so that Ctrl-C is noticed on every system."""
        left = set(futures)
        while left:
            left = wait(left, timeout=0.5 if self.begun.is_set() else 0.02).not_done
            if self.begun.is_set():
                import sujuva.io  # noqa: F401, PLC0415  # it brings Polars along: at no cost while kernels work

    def _execute(self, job: Job, progress: Progress) -> Outcome:
        """Execute one job in the thread that calls."""
        # It brings papermill without what makes its import slow, so nothing else may import papermill before it.
        from sujuva.pipeline.engine import CellFailedError, Execution, KernelEndedError, execute  # noqa: PLC0415

        def on_cell(number: int, total: int) -> None:
            progress.cell(job.label, number, total)
            self.begun.set()

        execution = Execution(self.nursery, self.root, on_cell, self.kernel)
        self.running.append(execution)
        try:
            executed = execute(self.source.path, job.values, execution)
        except CellFailedError:
            told = stopped_by_error(execution.account, execution.notebook, execution.cell_index)
            refused = self.nursery.view_file is not None and execution.account.get("type") == DisclosureError.__name__
            return Outcome(job, card=self._card(job, execution, *told, keep=not refused))
        except KernelEndedError as error:
            return Outcome(job, card=self._card(job, execution, "", *stopped_by_end(error.code)))
        else:
            return Outcome(job, canonical_text(executed, self.source, self.root))
        finally:
            self.running.remove(execution)
            progress.done(job.label)
            self.begun.set()

    def _card(self, job: Job, execution: Execution, line: str, error: str, hint: str, *, keep: bool = True) -> Card:
        """Keep the partially executed notebook and return the card; of one that was refused a file, nothing remains."""
        from sujuva.io import write_text  # noqa: PLC0415

        text = canonical_text(execution.notebook, self.source, self.root)
        kept, unkept = f"{FAILED}/{job.file}" if keep else "", ""
        if kept:
            try:
                write_text(text, self.root / kept)
            except SujuvaError as failed:  # there is no room for it, either: the card says more than that
                kept, unkept = "", failed.message
        name = shown(self.source.path, self.root) + (f" ({job.value})" if job.value else "")
        return Card(name, Card.place(text, execution.cell_index), line, error, hint, kept, unkept=unkept)


def shown(path: Path, root: Path) -> str:
    """Return the path as seen from the project root, where it lies inside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


@contextlib.contextmanager
def _raising_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end the run in order, as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise InterruptedRunError(signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
