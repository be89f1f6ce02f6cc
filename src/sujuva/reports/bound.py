"""Numbers of a page that know their cells, in HTML: `<data id="n3" value="61">61</data>`, and a list at its end.

The list is JSON. `cells`: each a published table, a column of it, and the values of its key columns in their order.
`choices`: each the way to a value of `meta.json`. `wholes`: each a table, and what columns hold in the rows that are
counted. `numbers`: how each number was made of them, as `c0`, `(100*c4)`, `(c1-c2)`, `count(c5,c6)`, `m0`, `rows(w0)`,
or the name of a constant. The first element of a number has its place there as id, others of the same number have it
as `data-n`. Numbers of a text alternative stand in the list too; the picture says which (`data-n`), each with the
letter of the text that it begins at.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sujuva.figures.bound import MARKED, is_marked, origin_in, plain
from sujuva.figures.labels import Meta
from sujuva.figures.language import MINUS

LIST = "cells"
"""The id of the list."""
_TAG = re.compile(r"(<[^>]*>)")
_ELEMENT = re.compile(r"</?data\b[^>]*>")
_UNMARKED = ("title", "script", "style", "option")
"""Elements that hold nothing but text."""
_CALLED = ("abs", "count", "cut", "len")
_FAMILY = 0
"""Place of the indicator in the key of a row of indicators, whose record says in which table it stands."""


def bind(page: str, meta: Meta, language: str) -> str:
    """Return a page whose marks have become elements, with the list of cells at its end.

    Args:
        page: HTML with marks (`figures.bound`).
        meta: Metadata of the publication.
        language: That its numbers are written in.
    """
    if not is_marked(page):
        return page
    numbers, written, inside = _Numbers(meta), [], ""
    for piece in _TAG.split(page):
        if piece.startswith("<"):
            name = re.match(r"</?([a-z0-9]*)", piece)
            inside = name[1] if name and name[1] in _UNMARKED and not piece.startswith("</") else ""
            written.append(_tag(piece, numbers) if is_marked(piece) else piece)
        elif inside:
            written.append(plain(piece))
        else:
            written.append(MARKED.sub(lambda found: numbers.element(found, language), piece))
    told = json.dumps(numbers.told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    listed = f'<script type="application/json" id="{LIST}">{told}</script>\n</body>'
    return "".join(written).replace("</body>", listed, 1)


def _tag(tag: str, numbers: _Numbers) -> str:
    """Return a tag without marks in its attributes; a text alternative says which numbers of the list are in it."""
    alternative = re.search(r' alt="([^"]*)"', tag)
    if alternative is None:
        return plain(tag)
    text = html.unescape(alternative[1])
    places = [f"{numbers.place(origin_in(one[1]))}:{len(plain(text[: one.start()]))}" for one in MARKED.finditer(text)]
    return plain(tag.replace(alternative[0], f'{alternative[0]} data-n="{" ".join(places)}"', 1))


def without_cells(page: str) -> str:
    """Return a page whose numbers are plain text, for paper."""
    return _ELEMENT.sub("", page)


def machine_number(text: str, language: str) -> str:
    """Return a number as machines read it, of one that is written as a language does."""
    grouping, sign = (",", ".") if language == "en" else (".", ",")
    bare = re.sub(r"\s", "", text).replace(grouping, "").replace(sign, ".")
    return bare.replace(MINUS, "-").removeprefix("+")


@dataclass
class _Numbers:
    """The numbers of a page, by how they were made."""

    meta: Meta
    cells: dict[str, int] = field(default_factory=dict)
    choices: dict[str, int] = field(default_factory=dict)
    wholes: dict[str, int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)

    @property
    def told(self) -> Mapping[str, Any]:
        """What the list tells."""
        parts = {"cells": self.cells, "choices": self.choices, "wholes": self.wholes}
        told = {name: [json.loads(one) for one in some] for name, some in parts.items() if some}
        return told | {"numbers": list(self.made)}

    def place(self, origin: Any) -> int:
        """Return the place in the list of a number."""
        return self.made.setdefault(self._reckoned(origin), len(self.made))

    def element(self, found: re.Match[str], language: str) -> str:
        """Return a number in the text."""
        place = self.place(origin_in(found[1]))
        named = f'data-n="{place}"' if place in self.named else f'id="n{place}"'
        self.named.add(place)
        return f'<data {named} value="{machine_number(found[2], language)}">{found[2]}</data>'

    def _reckoned(self, origin: Any) -> str:
        if not isinstance(origin, list):
            return f"{origin:g}"
        operation, *of = origin
        match operation:
            case "cell":
                return self._cell(*of)
            case "constant":
                return str(of[0])
            case "choice":
                return _at(self.choices, "m", of)
            case "rows" | "pairs":
                return f"{operation}({_at(self.wholes, 'w', of)})"
        parts = [self._reckoned(one) for one in of]
        if operation == "+" and isinstance(of[0], list) and of[0][0] == "+":  # a sum of many is no nest
            parts[0] = parts[0].removeprefix("(").removesuffix(")")
        signed = f"-{parts[0]}" if operation == "neg" else f"({operation.join(parts)})"
        return f"{operation}({','.join(parts)})" if operation in _CALLED else signed

    def _cell(self, column: str, tables: list[str], key: list[Any]) -> str:
        table = tables[0] if len(tables) == 1 else self.meta["indicators"][key[_FAMILY]]["family"]
        return _at(self.cells, "c", [table, column, *key])


def _at(known: dict[str, int], letter: str, value: list[Any]) -> str:
    """Return the name of an entry of a list, which is there once."""
    return f"{letter}{known.setdefault(json.dumps(value, ensure_ascii=False), len(known))}"
