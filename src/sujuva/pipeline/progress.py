"""How far a run has come, told from any thread: a bar on a terminal, elsewhere lines that are alike for every run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from typing import Any, Self


class Lines:
    """Plain lines on standard output: one a cell for a single notebook, one a notebook for many.

    Many notebooks end in no fixed order; their lines are held back until all before them are out.
    """

    def __init__(self, jobs: Sequence[str]) -> None:
        self.jobs = list(jobs)
        self._ended: set[str] = set()
        self._shown = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def cell(self, job: str, number: int, total: int) -> None:
        """Print the cell, when there is one notebook only."""
        if len(self.jobs) == 1:
            self._print(f"{job}: cell {number}/{total}")

    def done(self, job: str) -> None:
        """Print the notebooks that have ended, in their order."""
        if len(self.jobs) == 1:
            return
        with self._lock:
            self._ended.add(job)
            while self._shown < len(self.jobs) and self.jobs[self._shown] in self._ended:
                self._print(f"{self.jobs[self._shown]}: {self._shown + 1}/{len(self.jobs)}")
                self._shown += 1

    def _print(self, line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


class Bar:
    """A bar that moves with each cell, or with each notebook of many, and leaves nothing behind."""

    def __init__(self, jobs: Sequence[str]) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
        from rich.progress import Progress as RichProgress  # noqa: PLC0415

        columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = RichProgress(*columns, TimeElapsedColumn(), transient=True)
        self._many = len(jobs) > 1
        label = jobs[0] if jobs and not self._many else f"{len(jobs)} notebooks"
        self._task = self._bar.add_task(label, total=len(jobs) if self._many else None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def cell(self, _: str, number: int, total: int) -> None:
        """Move to the cell, when there is one notebook only."""
        if not self._many:
            self._bar.update(self._task, completed=number - 1, total=total)

    def done(self, _: str) -> None:
        """Move to the next notebook."""
        if self._many:
            self._bar.advance(self._task)


Progress = Lines | Bar


def progress_for(jobs: Sequence[str]) -> Progress:
    """Return a bar where a person watches, lines where a log is kept."""
    return Bar(jobs) if sys.stdout.isatty() else Lines(jobs)
