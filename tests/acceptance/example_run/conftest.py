"""The example run that the tests of this folder share: one process runs them all, however many there are."""

from __future__ import annotations

import os

import pytest

from tests.acceptance.copies import Copy, copy_project
from tests.acceptance.hermetic import commands

# Unlike where dvc.lock was made: another folder, one thread, another order of sets and another clock.
ELSEWHERE = {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8", "TZ": "America/New_York"}


@pytest.fixture(scope="session")
def example_run(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The example, run from nothing in a fresh clone, each stage on what it declares alone; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("first")
    copy = copy_project(folder / "toinen kansio ä")
    path = f"{commands(folder / 'commands')}{os.pathsep}{copy.environment()['PATH']}"
    copy.repro(**ELSEWHERE, PATH=path)
    return copy
