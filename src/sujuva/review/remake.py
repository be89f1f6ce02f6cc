"""A commit made again from nothing: a clone in a private temporary folder, its environment, its pipeline uncached."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from sujuva.errors import PipelineError, SujuvaError
from sujuva.pipeline.git import git
from sujuva.pipeline.leftovers import alive

PLACE = ".sujuva/verify"
"""Folder of the clones: private, and never under git."""
_LOCK = "requirements.lock"
_VENV = ".venv/Scripts" if os.name == "nt" else ".venv/bin"
_READY = ".venv/.ready"
_MAKE = "tools/make.py"
_LAST = 25  # lines of a stage that failed
_RUNNING = "Running stage '"


@contextmanager
def workplace(root: Path) -> Iterator[Path]:
    """Yield an empty private folder that is gone afterwards; what a killed run left is taken away first."""
    place = root / PLACE
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in place.iterdir():
        number = old.name.partition("-")[0]
        if not (number.isdigit() and alive(int(number))):
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=place))
    before = signal.signal(signal.SIGTERM, _ended)  # whoever ends this politely leaves nothing behind
    try:
        yield folder
    finally:
        signal.signal(signal.SIGTERM, before)
        shutil.rmtree(folder, ignore_errors=True)


def _ended(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def clone(root: Path, commit: str, target: Path) -> None:
    """Clone a repository and check out one commit: what is not committed is not there."""
    git(root, "clone", "--quiet", "--no-checkout", str(root), str(target))
    git(target, "checkout", "--quiet", "--detach", commit)


class Environment:
    """The Python in which the pipeline runs: built from the commit's lock, or the one that runs now.

    Attributes:
        root: The clone.
        told: What it is, in words.
    """

    def __init__(self, root: Path, *, this: bool) -> None:
        """Build it, or see that the one that runs now has what the lock names.

        Raises:
            PipelineError: It cannot be built.
            SujuvaError: The running environment is not the lock's.
        """
        self.root = root
        if this:
            self._tools = Path(sys.executable).parent
            count = _same_as_lock((root / _LOCK).read_text(encoding="utf-8"))
            self.told = f"this one: {count} packages in the versions of {_LOCK}; their hashes were not checked"
        else:
            self._tools = root / _VENV
            made = [sys.executable, _MAKE, "environment"]
            older = ["make", "--silent", f"PYTHON={sys.executable}", _READY]  # commits without tools/make.py
            self.run(made if (root / _MAKE).is_file() else older, what="The environment")
            self.told = f"built from {_LOCK}, every package by its hash"

    def run(self, command: Sequence[str], *, what: str, tell: Callable[[str], None] = lambda _line: None) -> None:
        """Run a command in the clone; nothing of it outlives this process.

        Args:
            command: Its words.
            what: What fails where it fails.
            tell: Is told the name of each stage as it starts.

        Raises:
            PipelineError: It failed, with the end of what it said.
        """
        last: deque[str] = deque(maxlen=_LAST)
        try:
            running = subprocess.Popen(  # noqa: S603
                command, cwd=self.root, env=self._variables(), text=True, errors="replace", start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except OSError as error:
            msg = f"{what}: {command[0]} cannot be started ({error.strerror})."
            raise PipelineError(msg, "Install it, or use --environment this.") from error
        with running:
            try:
                for line in running.stdout or ():
                    last.append(line.rstrip())
                    if line.startswith(_RUNNING):
                        tell(line.removeprefix(_RUNNING).partition("'")[0])
                code = running.wait()
            except BaseException:
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)
                raise
        if code:
            told = "\n".join(last)
            msg = f"{what} failed with exit code {code}:\n{told}"
            raise PipelineError(msg)

    def dvc(self, *arguments: str, tell: Callable[[str], None]) -> None:
        """Run `dvc` in the clone."""
        self.run([str(self._tools / "python"), "-m", "dvc", *arguments], what="The pipeline", tell=tell)

    def _variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME"}}
        fixed = {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
        path = f"{self._tools}{os.pathsep}{os.environ.get('PATH', '')}"
        return {**kept, **fixed, "PATH": path, "PYTHONPATH": str(self.root / "src")}


def _same_as_lock(text: str) -> int:
    """See that what is installed is what a lock names for this machine; return how many packages that is.

    Raises:
        SujuvaError: A package is missing or has another version.
    """
    wanted: dict[str, str] = {}
    for line in text.splitlines():
        if not line or line[0] in "# ":
            continue
        try:
            one = Requirement(line.removesuffix("\\").partition(" --hash")[0].strip())
        except InvalidRequirement as error:
            msg = f"{_LOCK} has a line that is no requirement: {line[:40]}"
            raise SujuvaError(msg, "Compile it afresh: make lock.") from error
        if one.marker is None or one.marker.evaluate():
            wanted[one.name] = str(one.specifier).removeprefix("==")
    odd = [
        f"{name} {wanted[name]} ({there or 'missing'} here)"
        for name in wanted
        if (there := _there(name)) != wanted[name]
    ]
    if odd:
        msg = f"The running environment is not that of {_LOCK}: {', '.join(odd[:5])}{', …' if odd[5:] else ''}."
        raise SujuvaError(msg, "Leave out --environment this: the lock's own is built then.")
    return len(wanted)


def _there(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
