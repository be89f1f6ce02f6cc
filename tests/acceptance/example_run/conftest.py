"""The example run that the tests of this folder share: one process runs them all, however many there are."""

from __future__ import annotations

import pytest

from tests.acceptance.copies import Copy, copy_project

# Unlike where dvc.lock was made: another folder, one thread, another order of sets and another clock.
ELSEWHERE = {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8", "TZ": "America/New_York"}


@pytest.fixture(scope="session")
def example_run(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The example, run from nothing in a fresh clone; tests must leave it as it is."""
    copy = copy_project(tmp_path_factory.mktemp("first") / "toinen kansio ä")
    copy.repro(**ELSEWHERE)
    return copy
