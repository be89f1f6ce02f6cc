"""Papermill's engine with our kernels: imported only when a notebook is about to run, as it takes a second."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from ast import literal_eval
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from sujuva.errors import PipelineError
from sujuva.pipeline.notebook import OWN
from sujuva.pipeline.nursery import Nursery


@contextmanager
def _without(*modules: str) -> Iterator[None]:
    """Let optional imports of a library fail: what is left out here takes longer than all the rest together."""
    left_out = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(left_out))  # type: ignore[arg-type]  # None makes `import` fail
    try:
        yield
    finally:
        for name in left_out:
            del sys.modules[name]


# jsonschema would build a grammar of internationalised addresses and load a calendar, to check formats that no notebook
# has; papermill would load pyarrow to reach Hadoop.
with _without("rfc3987_syntax", "isoduration", "pyarrow", "pyarrow.fs"):
    import papermill.execute
    from jupyter_core.utils import ensure_event_loop
    from nbformat import ValidationError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines
    from papermill.exceptions import PapermillExecutionError

    from sujuva.pipeline.kernels import LeanManager

NAME = "sujuva"
CellFailedError = PapermillExecutionError
# What papermill would warn of (parameters it cannot find in the cell) has been checked before, and more strictly.
logging.getLogger("papermill").setLevel(logging.ERROR)
# Asked of a kernel after an error. What it answers quotes no data: see `failure`.
_QUESTION = '__import__("sujuva.pipeline.failure", fromlist=["last"]).last()'
_PULSE = 0.1  # seconds
_ANSWER_TIME = 30  # seconds, on a machine with too much to do


class KernelEndedError(Exception):
    """The kernel's process ended by itself: `code` as `subprocess` has it, None when not known."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Execution:
    """One notebook on its way."""

    nursery: Nursery
    root: Path  # the kernel's working folder
    on_cell: Callable[[int, int], None]  # is told the number (from 1) of each cell that starts, and of how many
    kernel: str = OWN  # name of a kernel that is there
    notebook: Any = None  # as far as it was executed
    cell_index: int = 0  # the cell that ran last, from 0
    account: dict[str, Any] = field(default_factory=dict)  # what the kernel says of the error that stopped it
    manager: Any = None  # the kernel's, while it lives

    def kill(self) -> None:
        """End the kernel at once, whoever made it."""
        process = getattr(getattr(self.manager, "provisioner", None), "process", None)
        if process is not None:
            process.kill()


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Executes one notebook for an `Execution`."""

    def __init__(self, nb_man: Any, execution: Execution, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self.execution = execution
        self.on_cell_start = self._starts
        self.on_cell_error = self._failed

    def create_kernel_manager(self) -> Any:
        """Make the manager of a kernel from our nursery."""
        self.km = self.execution.manager = LeanManager(self.execution.nursery, kernel_name=self.kernel_name)
        return self.km

    def _starts(self, cell: Any, cell_index: int) -> None:
        del cell
        self.execution.cell_index = cell_index
        self.execution.on_cell(cell_index + 1, len(self.nb.cells))

    async def _async_poll_kernel_alive(self) -> None:
        """Notice the kernel's end within a tenth of a second: after Ctrl-C, people wait for it."""
        while await self.km.is_alive():  # noqa: ASYNC110
            await asyncio.sleep(_PULSE)
        self.task_poll_for_reply.cancel()

    async def _failed(self, **_: Any) -> None:
        """Ask the kernel what went wrong, while it still knows."""
        try:
            self.execution.account = await asyncio.wait_for(self._ask(), _ANSWER_TIME)
        except (TimeoutError, Empty, ValueError, KeyError, SyntaxError):
            self.execution.account = {}

    async def _ask(self) -> dict[str, Any]:
        while True:
            request = self.kc.execute("", silent=True, store_history=False, user_expressions={"account": _QUESTION})
            reply = await self.kc.shell_channel.get_msg(timeout=_ANSWER_TIME)
            while reply["parent_header"].get("msg_id") != request:
                reply = await self.kc.shell_channel.get_msg(timeout=_ANSWER_TIME)
            if reply["content"]["status"] != "aborted":  # the kernel turns down what comes right after an error
                text = literal_eval(reply["content"]["user_expressions"]["account"]["data"]["text/plain"])
                account: dict[str, Any] = json.loads(text)
                return account
            await asyncio.sleep(0.02)


class _Engine(NBClientEngine):  # type: ignore[misc]
    """Papermill's own engine, but for the client."""

    @classmethod
    def execute_managed_notebook(  # type: ignore[no-untyped-def]  # noqa: ANN206
        cls, nb_man: Any, kernel_name: str, *, execution: Execution, start_timeout: int = 60, **_: Any
    ):
        """Execute the notebook that `nb_man` holds."""
        execution.notebook = nb_man.nb
        client = _Client(
            nb_man,
            execution,
            kernel_name=kernel_name,
            startup_timeout=start_timeout,
            record_timing=False,
            iopub_timeout=_ANSWER_TIME,
        )
        return client.execute(cwd=str(execution.root), env=execution.nursery.environment())


papermill_engines.register(NAME, _Engine)


@contextmanager
def _own_loop() -> Iterator[None]:
    """Give this thread an event loop, which jupyter_client would make and leave open, and close it."""
    loop = ensure_event_loop()
    try:
        yield
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        asyncio.set_event_loop(None)


def execute(path: Path, values: dict[str, Any], execution: Execution) -> Any:
    """Execute a notebook through Papermill and return it; `execution` holds how far it came when an error is raised.

    Raises:
        PapermillExecutionError: A cell raised an error.
        KernelEndedError: The kernel's process ended.
        PipelineError: The file breaks the format of notebooks.
    """
    name = str(path).replace("{", "{{").replace("}", "}}")  # papermill takes names for templates
    try:
        with _own_loop():
            return papermill.execute.execute_notebook(
                name,
                None,
                parameters=values,
                engine_name=NAME,
                kernel_name=execution.kernel,
                language="python",
                request_save_on_cell_execute=False,
                progress_bar=False,
                execution=execution,
            )
    except PapermillExecutionError:
        raise
    except ValidationError:
        msg = f"{path.name} breaks the format of notebooks."
        raise PipelineError(msg, "Open and save it in JupyterLab, or restore it with git.") from None
    except Exception as error:
        process = getattr(getattr(execution.manager, "provisioner", None), "process", None)
        code = process.poll() if process is not None else None
        if (execution.notebook is not None and code is not None) or type(error).__name__ == "DeadKernelError":
            raise KernelEndedError(code) from error
        raise
