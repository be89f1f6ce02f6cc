"""What may be told of an error in a notebook: enough to find it, and no data.

`last` runs inside the kernel, where the error is, and hands out only what may be shown. Messages of our own errors
never quote data, so they are shown in full. Those of other libraries may quote a cell of a table ("could not convert
string to float: 'Etunimi'"), so what could be a value is blanked out; the executed notebook, which stays on this
machine, has the whole message.
"""

from __future__ import annotations

import json
import re
import sys
from types import TracebackType

from sujuva.errors import SujuvaError, lacking
from sujuva.pipeline.confinement import explained

# Errors whose messages name things of the code, never values of the data.
_OF_CODE = (NameError, UnboundLocalError, ImportError, ModuleNotFoundError, SyntaxError, IndentationError)
_CELL = re.compile(r"ipykernel_\d+|^<ipython-input-")
_BLANKS = (
    (re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`|“[^”\n]*”|«[^»\n]*»"), "…"),
    (re.compile(r"['\"`“«][^\n]*$"), "…"),  # a quotation that does not end
    (re.compile(r"\[[^\n]*\]|\[[^\n]*$"), "[…]"),
    (re.compile(r"\{[^\n]*\}|\{[^\n]*$"), "{…}"),
    (re.compile(r"\S*\d{4,}\S*|\S+@\S+"), "…"),  # identity codes, dates, telephone numbers, addresses
)
_LONGEST = 300


def last() -> str:
    """Return, as JSON, what may be told of the last error of this interpreter."""
    error = getattr(sys, "last_value", None)
    if error is None:
        return "{}"
    line = _cell_line(error)
    error = explained(error)
    lack = None if isinstance(error, SujuvaError) else lacking(error)
    if lack is not None:
        told = {"type": type(error).__name__, "message": f"{lack[0]}.", "hint": lack[1], "ours": True, "line": line}
        return json.dumps(told)
    ours = isinstance(error, SujuvaError)
    message = str(error)
    if isinstance(error, SujuvaError):
        message = error.message
    elif isinstance(error, SyntaxError):
        message = error.msg or ""  # without the name of the cell's temporary file
    if not ours and type(error) not in _OF_CODE:
        message = blanked(message)
    account = {
        "type": type(error).__name__,
        "message": " ".join(message.split()) if ours else _first_line(message),
        "hint": error.hint if isinstance(error, SujuvaError) else "",
        "ours": ours,
        "line": line,
    }
    return json.dumps(account)


def _cell_line(error: BaseException) -> int | None:
    """Return the line of the cell where the error arose or passed through."""
    if isinstance(error, SyntaxError):
        return error.lineno
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if _CELL.search(trace.tb_frame.f_code.co_filename):
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def _first_line(message: str) -> str:
    lines = message.strip().splitlines()
    return lines[0][:_LONGEST] if lines else ""


def blanked(message: str) -> str:
    """Return the first line of `message` with whatever could be a value blanked out.

    Quoted texts, lists and mappings, numbers of four digits and more, and addresses with an @ are taken for values.
    """
    message = _first_line(message)
    for pattern, blank in _BLANKS:
        message = pattern.sub(blank, message)
    return message
