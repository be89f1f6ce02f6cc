"""The runner's side of `preload`: start the clean parent, ask it for kernels, and see them off."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from sujuva.paths import OWN, RUN
from sujuva.pipeline.confinement import View, save

_LONGEST_PATH = 70  # of the private folder: names of Unix sockets in it must stay below 108 bytes
KEY_VARIABLE = "SUJUVA_KEY"  # of pseudonyms
_UNSAID = ("POLARS_FMT_", "POLARS_TABLE_", "PYTHONSTARTUP", "COLUMNS", "LINES", "JUPYTER_", "JPY_", RUN)


class KernelProcess:
    """A kernel made by the nursery, with the part of `subprocess.Popen` that jupyter_client asks for."""

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        self.pid = 0  # also of its process group
        self.returncode: int | None = None
        self.started = threading.Event()
        self.ready = threading.Event()
        self.ended = threading.Event()

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended and return the exit code."""
        self.ended.wait(timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and what it started, unless it has ended."""
        if self.pid and self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def end(self, code: int) -> None:
        """Note that it has ended."""
        if self.returncode is None:
            self.returncode = code
        for event in (self.started, self.ready, self.ended):
            event.set()


class Nursery:
    """A clean parent process and the kernels it makes; use as a context manager."""

    def __init__(self, modules: Sequence[str], root: Path, *, many: bool, view: View | None = None) -> None:
        """Start the process in the folder `root` and return while it still imports `modules`.

        Unless `many` kernels will be wanted it is not forked: the process becomes the kernel. With a `view` the kernels
        see nothing else, and neither does the process.
        """
        self.many = many
        self.private = private_folder()
        self.spill = spill_folder(self.private)
        self.view_file = self.private / "view.json" if view else None
        if view and self.view_file:
            save(view.with_writable(self.private, self.spill), self.view_file)
        self._kernels: dict[int, KernelProcess] = {}
        self._lock = threading.Lock()
        self._channel: socket.socket | None = None
        if available():
            self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._start(theirs, modules, root)

    def _start(self, theirs: socket.socket, modules: Sequence[str], root: Path) -> None:
        # -P: modules of the working folder must not be mistaken for the libraries'. It runs in its own session, so
        # that Ctrl-C in a terminal reaches the runner only.
        view = str(self.view_file or "")
        many = "many" if self.many else ""
        command = [sys.executable, "-P", "-m", "sujuva.pipeline.preload", str(theirs.fileno()), view, many, *modules]
        self._process = subprocess.Popen(  # noqa: S603
            command,
            cwd=root,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._reader = threading.Thread(target=self._listen, name="nursery", daemon=True)
        self._reader.start()

    @property
    def at_work(self) -> bool:
        """Whether kernels come from here; where this system cannot, `launch` leaves them to the ordinary way."""
        return self._channel is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def environment(self) -> dict[str, str]:
        """Return the environment of the kernels; a confined one has neither the key nor a place of its own to fill."""
        environment = kernel_environment(self.private, self.spill)
        if self.view_file:
            environment |= {"TMPDIR": str(self.private)}
            environment.pop(KEY_VARIABLE, None)
        return environment

    def ordinary(self, command: list[str]) -> list[str]:
        """Return the command that starts an ordinary kernel of this interpreter: where there is a view, confined."""
        if self.view_file is None:
            return command
        return [sys.executable, "-P", "-m", "sujuva.pipeline.launcher", str(self.view_file), *command[3:]]

    def make_stage(self, root: Path) -> None:
        """Let the kernels write where the pipeline keeps its data: see `sujuva.paths.output`."""
        (self.private / OWN).write_text(str(root), encoding="utf-8")

    def launch(self, argv: Sequence[str], cwd: str, env: Mapping[str, str], *, patience: float) -> KernelProcess | None:
        """Make a kernel whose application gets `argv`, and wait at most `patience` seconds until its sockets are open.

        Returns:
            The kernel, or None when the nursery could not make one.
        """
        channel = self._channel
        if channel is None:
            return None
        with self._lock:
            kernel = KernelProcess()
            number = len(self._kernels)
            self._kernels[number] = kernel
        do = "fork" if self.many else "become"
        request = {"do": do, "number": number, "argv": list(argv), "cwd": cwd, "env": dict(env)}
        try:
            channel.send(json.dumps(request).encode())
        except OSError:
            return None
        if not kernel.ready.wait(patience) or kernel.returncode is not None:
            kernel.kill()
            return None
        return kernel

    def _listen(self) -> None:
        """Take note of what the process says; its last word is the end of the channel."""
        while packet := self._receive():
            message: dict[str, Any] = json.loads(packet)
            if "started" in message:
                kernel = self._kernels[message["started"]]
                kernel.pid = message["pid"]
                kernel.started.set()
            elif "ready" in message:
                self._kernels[message["ready"]].ready.set()
            elif "ended" in message:
                self._kernels[message["ended"]].end(message["code"])
            elif "refused" in message:
                self._kernels[message["refused"]].end(1)
        code = self._process.wait()
        for kernel in list(self._kernels.values()):
            kernel.end(code)

    def _receive(self) -> bytes:
        try:
            return self._channel.recv(1 << 20) if self._channel else b""
        except OSError:
            return b""

    def kill(self) -> None:
        """End all kernels at once: after Ctrl-C."""
        for kernel in list(self._kernels.values()):
            kernel.kill()

    def close(self) -> None:
        """End the process, its kernels, and the private folder."""
        self.kill()
        if self._channel is not None:
            with contextlib.suppress(OSError):
                self._channel.shutdown(socket.SHUT_RDWR)
            try:
                self._process.wait(timeout=0.2 if self._kernels else 0)
            except subprocess.TimeoutExpired:  # still importing: nothing in it is worth waiting for
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._reader.join()
            self._channel.close()
        for folder in (self.spill, self.private):
            shutil.rmtree(folder, ignore_errors=True)


def available() -> bool:
    """Whether kernels can be made this way: elsewhere the ordinary way serves, only slower."""
    return sys.platform == "linux" and hasattr(os, "fork") and hasattr(socket, "SOCK_SEQPACKET")


def private_folder() -> Path:
    """Make a folder that only this user can enter, for sockets and settings of this run."""
    folder = _own_folder(Path(tempfile.gettempdir()))
    if len(str(folder)) > _LONGEST_PATH and Path("/tmp").is_dir():  # noqa: S108
        folder.rmdir()
        folder = _own_folder(Path("/tmp"))  # noqa: S108
    (folder / "matplotlibrc").touch()
    return folder


def spill_folder(private: Path) -> Path:
    """Make the folder for what Polars cannot hold in memory: a disk that the user has named keeps its place."""
    named = os.environ.get("POLARS_OOC_SPILL_DIR")
    if named and Path(named).is_dir():
        return _own_folder(Path(named))
    folder = private / "spill"
    folder.mkdir()
    return folder


def _own_folder(parent: Path) -> Path:
    """Make a folder that bears this process's number, and remove those of processes that were killed."""
    for old in parent.glob("sujuva-*-*") if available() else ():
        number = old.name.split("-")[1]
        with contextlib.suppress(OSError):
            if number.isdigit() and old.stat().st_uid == os.getuid() and not Path(f"/proc/{number}").exists():
                shutil.rmtree(old)
    return Path(tempfile.mkdtemp(prefix=f"sujuva-{os.getpid()}-", dir=parent))


def kernel_environment(private: Path, spill: Path) -> dict[str, str]:
    """Return the environment of kernels: that of the runner, without what would make results differ by person.

    The order of sets is fixed, start-up files and settings of IPython and matplotlib are those of a fresh account,
    tables are not cut to this terminal's width, and BLAS runs on one thread (whose sums do not depend on the machine's
    cores, and which can be forked).

    Settings lie in the run's folder `private`. Polars puts into `spill` what does not fit in memory; it may be data of
    persons, and goes when the run ends.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNSAID)}
    return kept | {
        RUN: str(private),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "IPYTHONDIR": str(private / "ipython"),
        "MATPLOTLIBRC": str(private / "matplotlibrc"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "POLARS_OOC_SPILL_DIR": str(spill),
    }
