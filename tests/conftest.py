"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE_RUN = "tests/acceptance/example_run/"  # whose files share one run of the pipeline
# Frames of a few rows are done sooner by one, and a second worker has the other
# processor. That the number makes no difference is asked by tests that set it themselves.
os.environ |= {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# nbformat would have jsonschema build a grammar of internationalised addresses, as in `sujuva.pipeline.engine`.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
# A busy machine makes no test wrong.
settings.register_profile("sujuva", deadline=None)
settings.load_profile("sujuva")
_LINES: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data for tests, kept beside the project; skips where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data beside the project (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """Small inputs that go wrong, kept beside the project; skips where they are absent."""
    folder = ROOT.parent / "shared" / "cases"
    if not folder.is_dir():
        pytest.skip("the small inputs beside the project (../shared/cases) are not on this machine")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _key() -> Iterator[None]:
    """A key for the pseudonyms of made-up persons, and never the one of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUJUVA_KEY", "a key for tests alone, no secret")
        yield


@pytest.fixture(autouse=True)
def _no_choices_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a process of its own to `choice`: what another one has taken is not asked of it."""
    monkeypatch.setattr("sujuva.params._taken", {})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project (params.yaml and the codebooks) that is also the working folder."""
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "codebooks").symlink_to(ROOT / "data" / "codebooks")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class ByFile(LoadFileScheduling):
    """With several processes, keep in one what shares something slow to make: a file, or the run of the example."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return EXAMPLE_RUN if file.startswith(EXAMPLE_RUN) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Schedule so, whatever `--dist` says."""
    return ByFile(config, log)


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among the tests and modules that stay: that takes a tenth of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _fuzz_lines(config: pytest.Config) -> list[str]:
    fuzz = sys.modules.get("tests.fuzz.tally")  # imported by the tests that count
    tally = config.stash.get(fuzz.Tally.KEY, None) if fuzz else None
    return tally.lines() if tally is not None else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what was counted to the process that prints the summary."""
    if (lines := _fuzz_lines(session.config)) and hasattr(session.config, "workeroutput"):
        session.config.workeroutput["fuzz"] = lines


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what another process counted."""
    if lines := getattr(node, "workeroutput", {}).get("fuzz"):
        node.config.stash[_LINES] = lines


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many corrupted deliveries were tried and how they ended, where they were."""
    if lines := _fuzz_lines(config) or config.stash.get(_LINES, []):
        terminalreporter.section("fuzz")
        for line in lines:
            terminalreporter.write_line(line)
