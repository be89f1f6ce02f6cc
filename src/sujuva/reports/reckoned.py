"""Numbers reckoned again from the published cells that a page names, by a few lines of their own."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import polars as pl

from sujuva.figures.catalogue.change import EXAMPLE
from sujuva.figures.catalogue.findings import DEEPEST
from sujuva.figures.catalogue.quality import BLANKS, GUIDES
from sujuva.published import CONTRACTS, LEAST, SHOWN, Published
from sujuva.reports.prose_read import Listed
from sujuva.reports.tables import LEAST_P

_OPERATIONS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_CONSTANTS = (-1, 1, 100, 1000)
"""Numbers that a number may be reckoned with besides published ones: signs, and what shares are told of."""
CONSTANTS: Mapping[str, float] = {
    "LEAST": LEAST, "LEAST_P": LEAST_P, "EXAMPLE": EXAMPLE, "NEXT": math.ceil(EXAMPLE), "DEEPEST": DEEPEST,
    "GUIDE": GUIDES[0], "GUIDE1": GUIDES[1], "GUIDE2": GUIDES[2], "BLANK": BLANKS.limits[0] / 100, "NONE": 0,
}  # fmt: skip
"""Constants of the code that sentences say: how many a group must have to be remembered, the least p that is told."""
_NEARLY = 1e-6


@dataclass(frozen=True)
class Reckoned:
    """Reckons numbers of published cells.

    Attributes:
        published: What publish let out.
    """

    published: Published

    def value(self, made: str, told: Listed) -> float | None:
        """Return a number, reckoned again of its cells; None where one is not published, or hidden.

        Args:
            made: How it was made, as the list of the page tells.
            told: That list.
        """
        try:
            return float(self._reckon(ast.parse(made, mode="eval").body, told))
        except (LookupError, TypeError, ValueError, SyntaxError, ZeroDivisionError):
            return None

    def _reckon(self, node: ast.expr, told: Listed) -> float:
        match node:
            case ast.Name(id=name):
                return float(CONSTANTS[name] if name in CONSTANTS else self._named(name, told))
            case ast.Constant(value=int(value)) if value in _CONSTANTS:
                return float(value)
            case ast.UnaryOp(op=ast.USub(), operand=one):
                return -self._reckon(one, told)
            case ast.BinOp(left=left, op=sign, right=right):
                return float(_OPERATIONS[type(sign)](self._reckon(left, told), self._reckon(right, told)))
            case ast.Call(func=ast.Name(id=name), args=[*some]):
                return self._called(name, some, told)
        raise ValueError(ast.unparse(node))

    def _called(self, name: str, some: list[ast.expr], told: Listed) -> float:
        match name, some:
            case "abs", [one]:
                return abs(self._reckon(one, told))
            case "cut", [one]:
                return min(100.0, max(0.0, self._reckon(one, told)))
            case "len", [ast.Name(id=listed)]:
                return len(self._named(listed, told))
            case "rows" | "pairs", [ast.Name(id=whole)]:
                return self._whole(name, *told["wholes"][int(whole[1:])])
            case "count", _:
                return len({self._row(ast.unparse(one), told) for one in some})
        raise ValueError(name)

    def _named(self, name: str, told: Listed) -> Any:
        """Return a choice (m0) or what a cell holds (c0)."""
        if name.startswith("m"):
            return reduce(operator.getitem, told["choices"][int(name[1:])], self.published.meta)
        column = told["cells"][int(name[1:])][1]
        table, place = self._row(name, told)
        row = self.published[table].row(place, named=True)
        if row["suppressed"] != SHOWN and column in CONTRACTS[table].numbers:
            raise LookupError(name)
        return row[column]

    def _row(self, name: str, told: Listed) -> tuple[str, int]:
        """Return the table of a cell, and the place of its row there.

        Raises:
            LookupError: There is no such row.
        """
        table, _, *key = told["cells"][int(name[1:])]
        return table, self._rows(table)[tuple(key)]

    def _whole(self, kind: str, table: str, values: Mapping[str, Any]) -> int:
        """Count shown rows, or the pairs that their ties join."""
        rows = self.published[table].filter(pl.col("suppressed") == SHOWN, **values)
        if kind == "rows":
            return rows.height
        ties = rows.filter(pl.col("observed") > 0).select("source", "target").rows()
        return len({frozenset(one) for one in ties})

    def _rows(self, table: str) -> Mapping[tuple[Any, ...], int]:
        if table not in self._places:
            keys = self.published[table].select(CONTRACTS[table].key).rows()
            self._places[table] = {key: place for place, key in enumerate(keys)}
        return self._places[table]

    @cached_property
    def _places(self) -> dict[str, dict[tuple[Any, ...], int]]:
        return {}


def agrees(value: float | None, digits: str, language: str) -> bool:
    """Tell whether digits are what a number is when it is rounded to as many decimals as stand there."""
    if value is None:
        return False
    grouping, sign = (",", ".") if language == "en" else (" ", ",")
    plain = re.sub(r"\s", "", digits).replace(grouping, "").replace(sign, ".").replace("\u2212", "-")
    try:
        decimals = len(plain.partition(".")[2])
        return bool(abs(float(plain) - value) <= 0.5 * 10**-decimals + _NEARLY)
    except ValueError:
        return False
