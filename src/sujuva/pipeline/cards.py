"""Cards of failure: what stopped a notebook, in at most six lines, and where to look closer."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sujuva.errors import MEMORY
from sujuva.pipeline.failure import blanked
from sujuva.pipeline.notebook import tags_of, text_of

MARKER = "papermill-error-cell-tag"  # of cells that papermill adds to a notebook that failed
# Why a system or a library ends a process with no word of its own.
_HINTS = {
    "SIGKILL": f"The system ends a process this way when memory runs out. {MEMORY}",
    "SIGABRT": f"A library ends a process this way when it is refused memory. {MEMORY}",
    "SIGBUS": "The disk is full, or a file was cut short while it was read: free some space, then run again.",
    "SIGXFSZ": "A file may not grow that large here: raise the limit (ulimit -f).",
}
_SHOWN_NOTEBOOK = "The values in the message are hidden, as they may be a person's; the notebook has them."


@dataclass(frozen=True)
class Card:
    """What a person needs to know of a notebook that failed; "" is for what is not known or not there."""

    notebook: str  # its path as people write it
    cell: str  # number and id
    line: str  # the source line where it stopped
    error: str  # type and message
    hint: str
    kept: str = ""  # the partially executed notebook
    more: tuple[str, ...] = ()  # other values for which it failed too
    unkept: str = ""  # why the notebook could not be kept

    @staticmethod
    def place(text: str, index: int) -> str:
        """Return number and id of the cell at `index` (from 0) of a notebook's text."""
        return f"cell {index + 1} ({json.loads(text)['cells'][index]['id']})"

    def __str__(self) -> str:
        """Return at most six lines."""
        lines = [f"✗ {self.notebook} failed in {self.cell}"]
        if self.line:
            lines.append(f"  {self.line}")
        lines.append(f"  {self.error}")
        if self.hint:
            lines.append(f"  Hint: {self.hint}")
        if self.more:
            lines.append(f"  Failed too: {', '.join(self.more)}")
        if self.kept:
            lines.append(f"  Look closer: .venv/bin/jupyter lab {self.kept}")
        if self.unkept:
            lines.append(f"  The notebook, as far as it came, is not kept. {self.unkept}")
        return "\n".join(lines)


def stopped_by_error(account: Mapping[str, Any], notebook: Mapping[str, Any], index: int) -> tuple[str, str, str]:
    """Return source line, error and hint for the cell at `index` that raised.

    `account` is what `failure.last` said in the kernel; empty when it could not be asked.
    """
    cell = [cell for cell in notebook["cells"] if MARKER not in tags_of(cell)][index]
    source = text_of(cell)
    if account:
        number = account.get("line")
        lines = source.splitlines()
        line = f"line {number}: {lines[number - 1].strip()}" if number and number <= len(lines) else ""
        error = f"{account['type']}: {account['message']}".removesuffix(": ")
        return line, error, account["hint"] if account["ours"] else _masked_hint(account["message"])
    output: dict[str, Any] = next((one for one in cell["outputs"] if one["output_type"] == "error"), {})
    message = blanked(str(output.get("evalue", "")))
    return "", f"{output.get('ename', 'Error')}: {message}".removesuffix(": "), _masked_hint(message)


def _masked_hint(message: str) -> str:
    return _SHOWN_NOTEBOOK if "…" in message else ""


def stopped_by_end(code: int | None) -> tuple[str, str]:
    """Return error and hint for a kernel whose process ended with `code`."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        hint = _HINTS.get(name, "")
        return f"The kernel was ended by {name}.", hint
    return (
        f"The kernel ended{'' if code is None else f' with exit code {code}'}.",
        "Something in the cell ended Python.",
    )
