"""What the condition of a claim says of one published cell, and of the one that it is compared with.

Over the estimates a condition is about the numbers as they were published. Over the intervals it must be beyond doubt:
a change by the one rule for all pages (`figures.verdicts`), a number against another by the interval of the difference.
What is hidden, has no interval or lies in doubt cannot be told, and then neither the condition nor its opposite holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import View, voice
from sujuva.figures.judged import comparison, judged
from sujuva.figures.verdicts import SAME, Difference, apart
from sujuva.published import Cell, Published, address
from sujuva.reports.cell_numbers import HIGH, LOW, interval_written, value_of, written

Change = Literal["rose", "fell", "did_not_change"]
Order = Literal["above", "below"]
By = Literal["intervals", "estimates"]
Pair = tuple[Cell, Cell | float]
"""A cell, and the cell or number that it is compared with."""
_LAST = 9
"""Decimals beyond which a difference is one of floats alone."""


@dataclass(frozen=True)
class Asked:
    """What a condition says of one cell.

    Attributes:
        cells: What was looked at: addresses, with numbers as readers would write them.
        holds: Whether it is so; None: nobody can tell.
        why: What was found.
    """

    cells: tuple[str, ...]
    holds: bool | None
    why: str


def ask(condition: Change | Order, by: By, pair: Pair, beside: Sequence[Pair], published: Published) -> Asked:
    """Say whether a condition holds of a cell.

    Args:
        condition: The condition.
        by: Over the intervals or over the estimates.
        pair: The cell and what it is compared with: of a change the earlier one.
        beside: All pairs that are looked at together, this one among them.
        published: What publish let out.

    Raises:
        ParameterError: Nothing is published of a cell.
    """
    cells = [one for one in reversed(pair) if isinstance(one, Cell)]
    told = tuple(f"{' '.join(address(one, published))}: {_numbers(one, published)}" for one in cells)
    if not all(one.shown for one in cells):
        return Asked(told, None, "hidden: nobody can tell")
    if by == "estimates":
        return Asked(told, *_of_estimates(condition, pair))
    if condition in ("above", "below"):
        return Asked(told, *_of_interval(condition, pair))
    return Asked(told, *_of_change(condition, pair, beside, published))


def _numbers(cell: Cell, published: Published) -> str:
    """Write a cell: its number, with its interval where it has one."""
    if not cell.shown:
        return "hidden"
    meta, words = published.meta, voice(published.meta, "en")
    interval = None not in (cell.numbers.get(LOW), cell.numbers.get(HIGH))
    return written(cell, meta, words) + (f" ({interval_written(cell, meta, words)})" if interval else "")


def _value(one: Cell | float) -> float:
    return value_of(one) if isinstance(one, Cell) else one


def _of_estimates(condition: Change | Order, pair: Pair) -> tuple[bool, str]:
    away = round(_value(pair[0]) - _value(pair[1]), _LAST)
    so = away > 0 if condition in ("rose", "above") else away < 0 if condition in ("fell", "below") else away == 0
    return so, f"the difference is {away:+.3g}"


def _of_interval(condition: Change | Order, pair: Pair) -> tuple[bool | None, str]:
    away = _away(*pair)
    if away.low is None or away.high is None:
        return None, "one of them has no interval: nobody can tell"
    found = f"the difference is {away.low:+.3g} to {away.high:+.3g}"
    above, below = away.low > 0, away.high < 0
    if not (above or below):
        return None, f"{found}: nobody can tell"
    return above if condition == "above" else below, found


def _away(cell: Cell, other: Cell | float) -> Difference:
    first, second = ({"estimate": _value(one), **_ends(one)} for one in (cell, other))
    return apart(second, first)


def _ends(one: Cell | float) -> dict[str, float | None]:
    return {name: one.numbers.get(name) if isinstance(one, Cell) else one for name in (LOW, HIGH)}


def _of_change(
    condition: Change | Order, pair: Pair, beside: Sequence[Pair], published: Published
) -> tuple[bool | None, str]:
    after, before = (one.row for one in pair if isinstance(one, Cell))
    words = voice(published.meta, "en")
    view = View(published, words, after["region"], [*published.meta["regions"], NETWORK])
    together = [(two.row, one.row) for one, two in beside if isinstance(two, Cell)]
    verdict = judged(view, before, after, beside=lambda: together)
    told = comparison(view, before, after)
    way = apart(before, after).estimate if told is None else told["estimate"]
    title = verdict.title(words)
    found = title if way is None else f"{title} ({way:+.3g})"
    if verdict.word == SAME.word:
        return condition == "did_not_change", found
    if verdict.sure and way is not None:
        return {"rose": way > 0, "fell": way < 0}.get(condition, False), found
    return None, f"{found}: nobody can tell"
