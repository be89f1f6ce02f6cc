"""Drawings divided where they are taller than their paper: first by panels or rows alone, then by both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from matplotlib.figure import Figure

from sujuva.figures.language import Words
from sujuva.figures.theme import Paper

_SLACK = 1e-6
_MOST = 60
"""Sheets of a drawing at most."""


def sheets(layout: Any, words: Words, paper: Paper) -> list[Figure]:
    """Draw on as few sheets as the paper's height allows.

    Args:
        layout: A layout. Its panels (of networks its years) and its rows can stand on several sheets.
        words: The reader's language.
        paper: What is drawn on.

    Returns:
        Drawings in their order. Where one row of one panel is taller than the paper, so is its sheet.
    """
    whole = layout.draw(words, paper)
    if _fits(whole, paper):
        return [whole]
    if hasattr(layout, "low") and not paper.narrow:
        low: list[Figure] = layout.low(paper)
        return low
    panels, rows = _panels(layout), _rows(layout)
    for count in range(2, min(_MOST, len(panels) * len(rows)) + 1):
        for across in (one for one in range(min(count, len(panels)), 0, -1) if count % one == 0):
            if count // across > len(rows):
                continue
            drawn = []
            for piece in _pieces(layout, panels, rows, across, count // across):
                drawn.append(piece.draw(words, paper))
                if not _fits(drawn[-1], paper):
                    break
            else:
                return drawn
    every = _pieces(layout, panels, rows, len(panels), len(rows))
    return [one.draw(words, paper) for one in every]


def _fits(figure: Figure, paper: Paper) -> bool:
    return float(figure.get_size_inches()[1]) <= paper.height + _SLACK


def _panels(layout: Any) -> list[Any]:
    return list(_years(layout).items() if _years(layout) else getattr(layout, "panels", ()) or [None])


def _years(layout: Any) -> Mapping[int, str]:
    """Return the titles of a network's years; none of other layouts."""
    titles = getattr(layout, "titles", None)
    return titles if isinstance(titles, Mapping) and hasattr(layout, "ties") else {}


def _rows(layout: Any) -> list[Any]:
    """Return the rows in groups that stay together: a heading stands above a row."""
    groups: list[list[Any]] = [[]]
    for row in getattr(layout, "rows", ()):
        groups[-1].append(row)
        if row.key:
            groups.append([])
    return [one for one in groups if one] or [None]


def _pieces(layout: Any, panels: Sequence[Any], rows: Sequence[Any], across: int, down: int) -> Iterator[Any]:
    """Return the layout in so many parts of its panels, and each of these in so many parts of its rows."""
    for some in _parts(panels, across):
        part = layout
        if across > 1:
            part = replace(part, **({"titles": dict(some)} if _years(layout) else {"panels": some}))
        for group in _parts(rows, down):
            yield replace(part, rows=[row for one in group for row in one]) if down > 1 else part


def _parts(things: Sequence[Any], count: int) -> Iterator[Sequence[Any]]:
    """Return things in so many parts, each as long as the others or one shorter."""
    size = math.ceil(len(things) / count)
    longer = len(things) - count * (size - 1)
    start = 0
    for place in range(count):
        end = start + size - (place >= longer)
        yield things[start:end]
        start = end
