"""Where actors stand in a picture of their network: the same place in every wave, relation and run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import igraph as ig

Point = tuple[float, float]

DECIMALS = 3
"""Rounded so far that the last bits of another machine's arithmetic do not show."""
LETTER_WIDTH = 0.013
LABEL_HEIGHT = 0.06
WIDEST_LABEL = 0.4
"""Room for a label, as a share of the picture (fits eight-point text in a picture of about 5 × 4 inches)."""
_ROUNDS = 400


def stable_layout(labels: Sequence[str], lengths: Mapping[tuple[int, int], float]) -> list[Point]:
    """Place actors, told by their labels, in the unit square so that tied ones are near and no label covers another.

    The stress of the drawing is lowered by the method of Kamada & Kawai (1989, Information Processing Letters 31,
    7–15) from a circle in the order given, so nothing is left to chance; neighbours in it start side by side. Both axes
    are then stretched to fill the square, and labels that overlap are pushed apart.

    Args:
        labels: In an order that does not depend on the data's rows.
        lengths: Wished length of the tie between two positions (low, high) of `labels`; shorter is closer.
    """
    count = len(labels)
    points = [(math.cos(2 * math.pi * i / count), math.sin(2 * math.pi * i / count)) for i in range(count)]
    if lengths:
        pairs = sorted(lengths)
        graph = ig.Graph(count, pairs)
        points = graph.layout_kamada_kawai(seed=points, weights=[lengths[pair] for pair in pairs], maxiter=100 * count)
    widths = [min(WIDEST_LABEL, LETTER_WIDTH * (len(label) + 1)) for label in labels]
    xs, ys = _fill([point[0] for point in points]), _fill([point[1] for point in points])
    _separate(xs, ys, widths)
    return [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in zip(xs, ys, strict=True)]


def _fill(values: list[float]) -> list[float]:
    """Stretch to 0–1; values that are all alike stand in the middle."""
    if not values:
        return []
    low, span = min(values), max(values) - min(values)
    return [(value - low) / span if span > 1e-9 else 0.5 for value in values]  # noqa: PLR2004


def _separate(xs: list[float], ys: list[float], widths: Sequence[float]) -> None:
    """Push overlapping labels apart along the axis where less is needed, inside the square."""
    count = len(xs)
    for _ in range(_ROUNDS):
        calm = True
        for i in range(count):
            for j in range(i + 1, count):
                over_x = (widths[i] + widths[j]) / 2 - abs(xs[i] - xs[j])
                over_y = LABEL_HEIGHT - abs(ys[i] - ys[j])
                if min(over_x, over_y) <= 1e-6:  # noqa: PLR2004
                    continue
                calm = False
                axis, over = (xs, over_x) if over_x < over_y else (ys, over_y)
                step = over / 2 if axis[i] >= axis[j] else -over / 2
                axis[i] = min(1.0, max(0.0, axis[i] + step))
                axis[j] = min(1.0, max(0.0, axis[j] - step))
        if calm:
            return
