"""The clean parent of kernels: a process that imports what notebooks need, and then makes kernels without delay.

It runs as `python -P -m sujuva.pipeline.preload FD VIEW MANY` and speaks JSON over the socket of that number, one
message a packet. With a VIEW (a file; else "") it is confined before anything else, and so is every kernel. For MANY
kernels ("many"; else "") it also does what each would do first, whatever its parameters are. For a request to `fork` it
forks a kernel and stays as it was; for a request to `become` it turns into the kernel itself. When the other
end goes away it ends its kernels and then itself, so that no kernel is left behind.

Only a process with one thread can be forked safely, so nothing here runs a query, opens a ZeroMQ context or starts a
thread; and when an import has started threads of its own, forking is refused. Threads known to stay idle are let
through: the allocators' caretakers, which arrange for a fork themselves, and the one that deletes Polars' spill
files. That one is missing in a forked kernel, which is why `nursery` gives kernels a spill folder that it removes.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sujuva.pipeline.confinement import enter, load, watch

ALWAYS = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "IPython.core.pylabtools")
# What a library imports only when it is first used, and a kernel would wait for.
LATER = {
    "matplotlib": ("matplotlib.backends.backend_agg", "PIL.PngImagePlugin"),
    "polars": ("polars.dataframe._html",),
    "sujuva.params": ("sujuva.tables",),
}
# What a library finds out when it is first used, and every kernel anew unless it was forked after that: modules with a
# function `prepare`, for the languages of the site, which runs no query and starts no thread.
ONCE = {"sujuva.figures": "sujuva.figures.once", "sujuva.reports": "sujuva.reports.once"}
# Half a second to import, and a kernel without an editor has no use for it.
NEEDLESS = ("debugpy",)
_IDLE = {"jemalloc_bg_thd", "polars-ooc-clea"}
_LONGEST = 1 << 20  # bytes of a message
_OBJECTS = 300_000  # new ones before a kernel looks for garbage


def preload(modules: Sequence[str]) -> None:
    """Import `modules`; one that fails is left for the notebook to stumble over, where the reader sees it."""
    blocked = [name for name in NEEDLESS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # type: ignore[arg-type]  # None makes `import` fail
    for name in ALWAYS:
        _try_import(name)
    importlib.import_module("ipykernel.debugger")  # notes once and for all that debugpy is not there
    for name in blocked:
        del sys.modules[name]
    for name in modules:
        _try_import(name)
    for library, names in LATER.items():
        if library in sys.modules:
            for name in names:
                _try_import(name)


def prepare() -> None:
    """Do once what each of many kernels would do; where it fails, a notebook will stumble over it, too."""
    for library, name in ONCE.items():
        if library in sys.modules:
            with contextlib.suppress(Exception):
                from sujuva.params import choice  # noqa: PLC0415  only what has libraries to prepare

                importlib.import_module(name).prepare(choice("report.languages"))


def _try_import(name: str) -> None:
    with contextlib.suppress(Exception):
        importlib.import_module(name)


def busy_threads() -> list[str]:
    """Return the names of threads that make forking unsafe (Linux only: elsewhere there is no forking)."""
    own = str(threading.get_native_id())
    names = [
        (task / "comm").read_text(encoding="utf-8").strip()
        for task in Path("/proc/self/task").iterdir()
        if task.name != own
    ]
    return sorted(name for name in names if name not in _IDLE)


class Nursery:
    """The serving side: one channel, and the kernels it has forked."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.kernels: dict[int, int] = {}  # process id → number of the request

    def tell(self, **message: Any) -> None:
        """Send one message to the runner."""
        self.channel.send(json.dumps(message).encode())

    def serve(self) -> None:
        """Answer requests until the runner closes its end."""
        wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write)  # a kernel that ended wakes the selector
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.channel, selectors.EVENT_READ)
                selector.register(wake_read, selectors.EVENT_READ)
                while True:
                    ready = [key.fileobj for key, _ in selector.select()]
                    if wake_read in ready:
                        os.read(wake_read, 512)
                        self.reap()
                    if self.channel in ready:
                        packet = self.channel.recv(_LONGEST)
                        if not packet:
                            return
                        self.answer(json.loads(packet))
        finally:
            self.kill()

    def answer(self, request: dict[str, Any]) -> None:
        """Fork a kernel, or become one."""
        number = request["number"]
        if request["do"] == "become":
            self.tell(started=number, pid=os.getpid())
            self.live(request)
        threads = busy_threads()
        if threads:
            self.tell(refused=number, threads=threads)
            return
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                self.kernels.clear()
                _reseed()
                self.live(request)
            finally:
                os._exit(1)
        self.kernels[pid] = number
        self.tell(started=number, pid=pid)

    def live(self, request: dict[str, Any]) -> None:
        """Be a kernel until it is told to shut down; never return."""
        signal.set_wakeup_fd(-1)
        for one in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(one, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        watch()
        from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

        # The kernel ends itself within a second should this process's parent be gone.
        argv = [*request["argv"], f"--IPKernelApp.parent_handle={os.getppid()}", "--log-level=50"]
        sys.argv = ["ipykernel_launcher", *argv]
        app: Any = IPKernelApp.instance()
        app.initialize(argv)
        self.tell(ready=request["number"])
        self.channel.close()
        app.start()
        _leave()

    def reap(self) -> None:
        """Report the kernels that have ended, with the code that `subprocess` would give them."""
        for pid in list(self.kernels):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                with contextlib.suppress(OSError):
                    self.tell(ended=self.kernels.pop(pid), code=os.waitstatus_to_exitcode(status))

    def kill(self) -> None:
        """End every kernel and what it started."""
        for pid in self.kernels:
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)


def _reseed() -> None:
    """Forked kernels would otherwise draw the same numbers from NumPy's global generator."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _leave() -> None:
    """Do what the end of a Python process promises, but do not take the loaded libraries apart piece by piece."""
    with contextlib.suppress(Exception):
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    with contextlib.suppress(Exception):
        atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(0)


def main() -> None:
    """Take the channel and the modules from the command line, import, and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the runner's to handle
    channel = socket.socket(fileno=int(sys.argv[1]))
    channel.set_inheritable(False)
    if sys.argv[2]:
        enter(load(Path(sys.argv[2])))
    preload(sys.argv[4:])
    if sys.argv[3]:
        prepare()
    gc.collect()
    gc.freeze()  # forked kernels share these pages instead of copying them at their first collection
    # Drawings are made of hundreds of thousands of small objects: to look among them for garbage at every 700th took a
    # fifth of a report's time. Data frames are not among what waits for this: they go at once when nobody holds them.
    gc.set_threshold(_OBJECTS)
    nursery = Nursery(channel)
    nursery.tell(preloaded=True)
    nursery.serve()
    os._exit(0)  # without taking apart what was imported


if __name__ == "__main__":
    main()
