"""Tables and numbers for the terminal, as both quick looks print them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sujuva.codebooks import IndicatorInfo
from sujuva.codebooks.terms import load_terms

if TYPE_CHECKING:
    from rich.console import Console

_NO_LIMIT = 1000
_WIDEST = 24  # letters of a word that is never broken
_TEXTS = {"from", "to", "one", "other", "note", "measure", "actor", ""}
"""Heads of columns of text; the others hold numbers."""


def terminal() -> Console:
    """Return standard output, on which words stand as they are."""
    from rich.console import Console  # noqa: PLC0415  start-up time

    return Console(file=sys.stdout, highlight=False, emoji=False, markup=False)


def print_table(out: Console, title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Print a table, if it has lines. No number is cut: what is wider than the window goes over its edge."""
    from rich.measure import Measurement  # noqa: PLC0415  start-up time
    from rich.table import Table  # noqa: PLC0415

    rows = list(lines)
    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for place, head in enumerate(heads):
        text = head in _TEXTS
        words = [word for row in rows for word in row[place].split()] if text else []
        table.add_column(
            head,
            justify="left" if text else "right",
            overflow="fold",
            no_wrap=not text,
            min_width=min(max(map(len, words), default=0), _WIDEST),
        )
    for row in rows:
        table.add_row(*row)
    needed = Measurement.get(out, out.options.update_width(_NO_LIMIT), table).minimum
    table.width = needed if needed > out.width else None
    out.print(f"\n{title}", soft_wrap=True)
    out.print(table, crop=False)


def shown(value: float | None, about: IndicatorInfo) -> str:
    """Write an estimate as its record asks; a dash where there is none."""
    if value is None:
        return "–"
    return percent(value, about.decimals) if about.percent else f"{value:,.{about.decimals}f}".replace(",", " ")


def percent(share: float, decimals: int = 1) -> str:
    """Write a share as per cent."""
    return f"{100 * share:.{decimals}f} %"


def whole(count: int | None) -> str:
    """Write a whole number, its thousands apart; nothing where there is none."""
    return "" if count is None else f"{count:,}".replace(",", " ")


def some_of(rows: Sequence[int], most: int = 5) -> str:
    """Write the first numbers of rows."""
    return ", ".join(str(row) for row in rows[:most]) + (", …" if len(rows) > most else "")


def notes(codes: str) -> str:
    """Say why an estimate or an interval is missing; several notes stand in one, divided by "; "."""
    return "; ".join(load_terms().title("note", code, "en") for code in codes.split("; ") if code)
