"""One form of an executed notebook: the same cells and results give the same bytes, anywhere and at any time.

Gone are timestamps, durations, versions, absolute paths, addresses in memory, random ids and the order in which
pieces of output happened to arrive.
"""

from __future__ import annotations

import json
import re
import site
import sysconfig
import tempfile
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

from sujuva.pipeline.cards import MARKER
from sujuva.pipeline.notebook import Source, tags_of, text_of

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")
_BARE_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{9,}\b")
_CELL_FILE = re.compile(r"[^\s'\"<>]*ipykernel_\d+[/\\]\d+\.py")
_STYLER = re.compile(r"\bT_[0-9a-f]{5}(?![0-9a-zA-Z])")
_BELOW = r"[/\\]"
_ITSELF = r"(?=[\s'\"<>,;:)\]}]|$)"
_CELL_METADATA = ("tags", "jupyter", "slideshow", "editable", "deletable", "collapsed", "scrolled", "name")
INJECTED = "injected-parameters"


def canonical_text(executed: dict[str, Any], source: Source, root: Path) -> str:
    """Return the canonical form of an executed notebook as the text of its file.

    Metadata and cell ids are those of `source`, the notebook before it ran; paths below `root` become relative.
    """
    clean = _cleaner(root)
    ids = _ids(source)
    cells = [cell for cell in executed["cells"] if MARKER not in tags_of(cell)]
    count = 0
    result = []
    for cell in cells:
        new = {
            "cell_type": cell["cell_type"],
            "id": INJECTED if INJECTED in tags_of(cell) else next(ids),
            "metadata": {name: cell["metadata"][name] for name in _CELL_METADATA if cell["metadata"].get(name)},
            "source": _lines(text_of(cell)),
        }
        if cell.get("attachments"):
            new["attachments"] = cell["attachments"]
        if cell["cell_type"] == "code":
            ran = cell.get("execution_count") is not None
            count += ran
            number = count if ran else None
            new["execution_count"] = number
            new["outputs"] = [_output(one, number, clean) for one in _in_order(cell.get("outputs", []))]
        result.append(new)
    metadata = {**source.content.get("metadata", {}), "language_info": {"name": "python"}}
    notebook = {"cells": result, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _ids(source: Source) -> Any:
    """Yield the ids of the source's cells; a cell without one is called by its number."""
    return iter([cell.get("id") or f"cell-{number}" for number, cell in enumerate(source.cells, start=1)])


def _in_order(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Merge pieces of a stream; between two displays, all of stdout comes before all of stderr."""
    result: list[dict[str, Any]] = []
    for stream, group in groupby(outputs, key=lambda one: one["output_type"] == "stream"):
        pieces = list(group)
        if not stream:
            result.extend(pieces)
            continue
        for name in sorted({piece["name"] for piece in pieces}, reverse=True):
            text = "".join(_joined(piece["text"]) for piece in pieces if piece["name"] == name)
            result.append({"output_type": "stream", "name": name, "text": text})
    return result


def _output(output: dict[str, Any], number: int | None, clean: Callable[[str], str]) -> dict[str, Any]:
    kind = output["output_type"]
    if kind == "stream":
        return {"name": output["name"], "output_type": kind, "text": _lines(clean(output["text"]))}
    if kind == "error":
        trace = [clean(line) for line in output["traceback"]]
        return {"ename": output["ename"], "evalue": clean(output["evalue"]), "output_type": kind, "traceback": trace}
    new = {"data": _data(output["data"], clean), "metadata": output.get("metadata", {}), "output_type": kind}
    return new | {"execution_count": number} if kind == "execute_result" else new


def _data(data: dict[str, Any], clean: Callable[[str], str]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for mime, value in data.items():
        if mime.startswith("text/") or mime in {"image/svg+xml", "application/javascript"}:
            result[mime] = _lines(clean(_joined(value)))
        elif isinstance(value, list) and not mime.endswith("json"):
            result[mime] = _joined(value)
        else:
            result[mime] = value
    return result


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _lines(text: str) -> list[str]:
    """Split as nbformat does: lines keep their ends."""
    return text.splitlines(keepends=True)


def _cleaner(root: Path) -> Callable[[str], str]:
    """Return a function that takes out of a text what differs between machines and runs."""
    libraries = {sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")} | {*site.getsitepackages()}
    # Each with what a text must hold for the pattern to match: drawings are megabytes, and hold none of it.
    swaps: list[tuple[str, re.Pattern[str], str]] = [("ipykernel_", _CELL_FILE, "(cell)")]
    # The innermost folder first: the libraries may lie inside the project, and the project inside the home folder.
    inner = sorted((folder for folder in libraries if folder), key=len, reverse=True)
    for folder in [*inner, str(root)]:
        name = re.escape(folder)
        swaps += [(folder, re.compile(name + _BELOW), ""), (folder, re.compile(name + _ITSELF), ".")]
    temporary, home = tempfile.gettempdir(), str(Path.home())
    swaps += [(temporary, re.compile(re.escape(temporary) + r"[/\\][^\s'\"<>]*"), "(temporary)")]
    swaps += [(home, re.compile(re.escape(home) + _BELOW), "~/")] if home != "/" else []
    swaps += [(" at 0x", _ADDRESS, ""), ("0x", _BARE_ADDRESS, "0x0")]
    styles: dict[str, str] = {}

    def clean(text: str) -> str:
        for needle, pattern, replacement in swaps:
            text = pattern.sub(replacement, text) if needle in text else text
        # pandas gives each styled table a random id
        if "T_" not in text:
            return text
        return _STYLER.sub(lambda match: styles.setdefault(match[0], f"T_{len(styles) + 1:05d}"), text)

    return clean
