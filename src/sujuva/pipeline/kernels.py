"""Kernels that start in a fraction of a second, and the waits that jupyter_client and nbclient can do without.

`ForkProvisioner` is registered with jupyter_client under the name `sujuva-fork`. It is asked for by our runs only:
plain papermill and JupyterLab start their kernels as they always did. Without a nursery it is the ordinary local
provisioner.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Any as AnyTrait
from traitlets import Type

from sujuva.pipeline.notebook import OWN
from sujuva.pipeline.nursery import KernelProcess, Nursery

_FIRST_WORD = 5.0  # seconds for the first messages of a kernel whose sockets are open


class ForkProvisioner(LocalProvisioner):
    """Takes kernels from a nursery; falls back on starting them the ordinary way."""

    process: Any = None

    @property
    def from_nursery(self) -> bool:
        """Whether the kernel was made by a nursery, so that its sockets are known to be open."""
        return isinstance(self.process, KernelProcess)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel whose connection file is written; arguments of `cmd` after `-m MODULE` go to the kernel."""
        nursery: Nursery | None = getattr(self.parent, "nursery", None)
        ordinary = cmd[1:3] == ["-m", "ipykernel_launcher"]
        if nursery is not None and ordinary:
            loop = asyncio.get_running_loop()
            arguments, cwd, env = cmd[3:], str(kwargs.get("cwd") or Path.cwd()), kwargs["env"]
            kernel = await loop.run_in_executor(None, lambda: nursery.launch(arguments, cwd, env, patience=60))
            if kernel is not None:
                self.process, self.pid, self.pgid = kernel, kernel.pid, None
                self.cwd = kwargs.get("cwd")
                return self.connection_info
        return await super().launch_kernel(nursery.ordinary(cmd) if nursery is not None else cmd, **kwargs)

    async def wait(self) -> int | None:
        """Wait until the kernel has ended, without asking every tenth of a second."""
        if isinstance(self.process, KernelProcess):
            code = await asyncio.get_running_loop().run_in_executor(None, self.process.wait)
            self.process = None
            return code
        return await super().wait()


class LeanClient(AsyncKernelClient):
    """A client without a heartbeat (the process itself is watched) that is ready at the kernel's first word."""

    def start_channels(self, *_: Any, **__: Any) -> None:
        """Open the channels, but for the heartbeat's thread."""
        super().start_channels(hb=False)

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Wait until the kernel answers and its output reaches us.

        A kernel of the nursery has its sockets open, and greets each subscriber; jupyter_client would wait for a
        pause of a fifth of a second instead.
        """
        provisioner = getattr(self.parent, "provisioner", None)
        if getattr(provisioner, "from_nursery", False):
            deadline = time.monotonic() + _FIRST_WORD
            self.kernel_info()
            try:
                await self.iopub_channel.get_msg(timeout=_FIRST_WORD)
                reply = await self.shell_channel.get_msg(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                pass
            else:
                self._handle_kernel_info_reply(reply)
                return
        await self._async_wait_for_ready(timeout)


class LeanManager(AsyncKernelManager):
    """A manager of one kernel that talks over Unix sockets in the run's private folder."""

    nursery = AnyTrait(None, allow_none=True)
    client_factory = Type(klass=AsyncKernelClient, default_value=LeanClient)

    def __init__(self, nursery: Nursery, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # This interpreter, and nothing to search for on disk.
        if self.kernel_name == OWN:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            self._kernel_spec = KernelSpec(argv=argv, language="python", display_name="Python 3")
        self.nursery = nursery
        place = str(nursery.private / f"k{id(self):x}")
        self.connection_file = f"{place}.json"
        if nursery.at_work:
            self.transport = "ipc"
            self.ip = place
        # Ours, whatever the kernel specification or the environment name.
        self.provisioner = ForkProvisioner(kernel_id="sujuva", kernel_spec=self.kernel_spec, parent=self)

    async def _async_wait(self, pollinterval: float = 0.01) -> None:  # noqa: ARG002
        """Wait for the kernel's end: what is asked here is a flag of this process, so it may be asked often."""
        while await self._async_is_alive():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
