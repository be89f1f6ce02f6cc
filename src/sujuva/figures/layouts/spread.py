"""Moving marks apart that would stand on one another, as little as it takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_TURNS = 400
_DIGITS = 6
"""Decimals that are kept, so that the same drawing comes from every processor."""
_ANGLE = 2.399963229728653  # of the golden section: points in one place go in directions that none shares
_TINY, _DONE = 1e-9, 1e-3


def spread(x: Floats, y: Floats, *, inches: float, least: float) -> tuple[Floats, Floats]:
    """Return points of which no two are closer than `least` inches, where a square of so many inches has room for that.

    Pairs that are too close move away from each other by equal parts, again and again, and the whole is kept in the
    square. Where none is too close all stay where they are.

    Args:
        x: Where the points are, in any unit.
        y: The same upwards.
        inches: How wide and high the square is into which what the points span is drawn.
        least: Distance of the middles of two marks.

    Returns:
        The points in their own unit; they span as much as they did.
    """
    points = np.column_stack([x, y]).astype(np.float64)
    if not _overlap(points, inches, least):
        return x, y
    corner = points.min(axis=0)
    span = float((points - corner).max()) or 1.0
    away = _ANGLE * np.arange(len(points))
    start = np.column_stack([np.cos(away), np.sin(away)])
    points = _within(points, inches)
    for _ in range(_TURNS):
        apart = points[:, None, :] - points[None, :, :]
        far = np.sqrt((apart**2).sum(axis=2))
        lacking = np.where(_close(points, least), least - far, 0.0)
        if lacking.max() < least * _DONE:
            break
        direction = np.where((far < _TINY)[:, :, None], start[:, None, :] - start[None, :, :], apart)
        length = np.sqrt((direction**2).sum(axis=2))
        direction = direction / np.where(length < _TINY, 1.0, length)[:, :, None]
        points = _within(points + 0.5 * (lacking[:, :, None] * direction).sum(axis=1), inches)
    points = np.round(corner + points * (span / inches), _DIGITS)
    return points[:, 0], points[:, 1]


def _overlap(points: Floats, inches: float, least: float) -> bool:
    return len(points) > 1 and bool(_close(_within(points, inches), least).any())


def _close(points: Floats, least: float) -> NDArray[np.bool_]:
    far = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    close: NDArray[np.bool_] = far < least
    np.fill_diagonal(close, val=False)
    return close


def _within(points: Floats, inches: float) -> Floats:
    """Return points in inches from the lower left of what they span, as large as the square allows."""
    if not len(points):
        return points
    moved: Floats = points - points.min(axis=0)
    span = float(moved.max())
    scaled: Floats = moved * (inches / span) if span > 0 else moved
    return scaled
