"""The example run that the acceptance tests share."""

from __future__ import annotations

import pytest

from tests.acceptance.copies import Copy, copy_project


@pytest.fixture(scope="session")
def example_run(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The example, run from nothing; tests must leave it as it is."""
    copy = copy_project(tmp_path_factory.mktemp("first") / "sujuva")
    copy.repro()
    return copy
