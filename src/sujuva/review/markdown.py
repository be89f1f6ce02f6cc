"""Where a Markdown text is prose: what is code, a link's target, a comment or a date is blanked, place by place."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sujuva.errors import SujuvaError

REFERENCE = re.compile(r"\{\{([^{}\n]*)\}\}")
"""A reference to a published cell."""
_CODE = re.compile(
    r"^(?P<fence> {0,3}(?:`{3,}|~{3,})).*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)"  # a block between fences
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",  # a span between back ticks
    re.MULTILINE | re.DOTALL,
)
_HEADER = re.compile(r"\A---\n.*?^---$", re.MULTILINE | re.DOTALL)
_NO_PROSE = (
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"(?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|(?<=\])\[[^\]\n]*\]"),  # the target of a link
    re.compile(r"<[a-zA-Z/][^<>]*>|https?://\S+"),
    re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b"),
)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def without_code(text: str) -> str:
    """Return a text of the same length in which code and the header of the file are blanks."""
    return _CODE.sub(_blank, _HEADER.sub(_blank, text))


def prose(text: str) -> str:
    """Return a text of the same length in which only what readers read as sentences and tables is left."""
    text = REFERENCE.sub(_blank, without_code(text))
    for pattern in _NO_PROSE:
        text = pattern.sub(_blank, text)
    return text


def line_of(text: str, place: int) -> int:
    """Return the number of the line, from 1, in which a place of a text lies."""
    return text.count("\n", 0, place) + 1


def texts_of(path: Path) -> list[tuple[str, str]]:
    """Return the Markdown of a file with the name of each part: a notebook has one in each cell of text.

    Raises:
        SujuvaError: The file cannot be read, or is no notebook.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".ipynb":
            return [(path.name, text)]
        cells = enumerate(json.loads(text)["cells"], 1)
        return [
            (f"{path.name}, cell {place}", "".join(one["source"]))
            for place, one in cells
            if one["cell_type"] == "markdown"
        ]
    except (OSError, ValueError, KeyError) as error:
        msg = f"{path.name} cannot be read as Markdown or a notebook ({type(error).__name__})."
        raise SujuvaError(msg, "Name a file of Markdown (UTF-8) or a notebook.") from error
