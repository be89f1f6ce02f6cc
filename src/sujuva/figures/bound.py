"""Marks in a text around a number of published cells: whence it is goes with it, until a page is written.

The marks are characters for private use, so no rule about letters and digits sees them. Whatever is no page gets the
text without them (`plain`).
"""

from __future__ import annotations

import json
import re
from typing import Any

from sujuva.published.numbers import Count, Number, Origin

_OPEN, _TEXT, _CLOSE, _BYTES = "\ue000", "\ue001", "\ue002", 0xE100
MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_TEXT}{_CLOSE}]*){_TEXT}([^{_OPEN}{_TEXT}{_CLOSE}]*){_CLOSE}")
"""A number with its marks: how it was made, and as it is written."""
_MARKS = re.compile(f"{_OPEN}[^{_TEXT}]*{_TEXT}|[\ue000-\ue1ff]")


def mark(text: str, value: object) -> str:
    """Return a number as it is written, with marks where it knows its cells."""
    if not isinstance(value, (Number, Count)):
        return text
    told = json.dumps(value.origin, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{_OPEN}{''.join(chr(_BYTES + byte) for byte in told)}{_TEXT}{text}{_CLOSE}"


def origin_in(marks: str) -> Origin:
    """Return how a number was made, of the first group of `MARKED`."""
    told: Any = json.loads(bytes(ord(letter) - _BYTES for letter in marks))
    return told


def plain(text: str) -> str:
    """Return a text without marks, as readers see it."""
    return _MARKS.sub("", text)


def is_marked(text: str) -> bool:
    """Tell whether any mark is left in a text."""
    return _MARKS.search(text) is not None


def cut(text: str, length: int) -> str:
    """Return the first so many letters of a text, as readers count them; marks stay whole."""
    kept: list[str] = []
    left, at = length, 0
    for found in MARKED.finditer(text):
        before = text[at : found.start()]
        if len(before) + len(found[2]) > left:
            return "".join([*kept, before[:left]])
        kept += [before, found[0]]
        left, at = left - len(before) - len(found[2]), found.end()
    return "".join([*kept, text[at:][:left]])
