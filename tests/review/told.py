"""How far a published number may lie from the exact one: what the door's rounding and steps leave open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import reduce
from typing import Any

from sujuva.published import ABOVE, BELOW, COARSE_MEAN, COARSER, FROM_5, OVER_15, UNDER_5, UNDER_15
from sujuva.tidy import ALL_YEARS

_PEOPLE = {"person", "child", "family", "rating", "meeting", "contact", "action", "referral", "handover", "service",
           "observation"}  # fmt: skip
_COUNTS = {"n", "other_n", "persons", "families"}
_STEPPED = ("parjaavyys", "integration")
_TINY = 1e-9
CLASSES = {
    BELOW: lambda end: (0.0, end), ABOVE: lambda end: (end, 1.0), UNDER_5: lambda _: (0.0, 0.05),
    FROM_5: lambda _: (0.05, 0.15), OVER_15: lambda _: (0.15, 1.0), UNDER_15: lambda _: (0.0, 0.15),
}  # fmt: skip
"""The ends of a class, by its mark."""


def step(n: float, unit: float, privacy: Mapping[str, Any], *, share: bool) -> float:
    """Return the smallest 1, 2 or 5 × 10^k that is not less than unit / the least n that is rounded to `n`."""
    least = max(n - privacy["rounding"] // 2, privacy["threshold"] * (2 if share else 1), 1)
    width = unit / least
    power = 10.0 ** math.floor(math.log10(width))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= width * (1 - 1e-12))


def of_curve(cell: Mapping[str, Any], table: str) -> bool:
    """Whether a row is a point of a published curve, or the share in time that would tell one."""
    return table == "survival" or (cell.get("indicator") == "delay_km_within" and cell["wave"] == ALL_YEARS)


def slack(cell: Mapping[str, Any], table: str, column: str, exact: Mapping[str, Any], meta: Mapping[str, Any]) -> float:
    """Return how far the number of a column may lie from the exact one."""
    record = next((cell[name] for name in ("indicator", "comparison", "measure") if name in cell), "")
    known = meta["indicators"].get(record, {})
    people = known.get("counts", "person") in _PEOPLE
    counted = column in _COUNTS or table.startswith("quality_") or (known.get("kind") == "count" and people)
    if counted and people and table != "situation":
        down = cell.get("note") == "lower_bound"  # rounded down, not to the nearest
        return meta["privacy"]["rounding"] * (1.0 if down else 0.5) + _TINY
    if counted or table in ("edges", "presence"):
        return _TINY
    if table == "actors":
        return 0.5e-3 + _TINY
    if of_curve(cell, table) and not counted:  # in whole per cents, or in steps of 2 or 5: no finer than all its points
        return cell["_step"] / 2 + _TINY
    if table == "beside":
        return _beside(cell, column, meta)
    scale = meta["scales"].get(cell.get("scale") or "", {})
    of_scale = bool(scale) and (known.get("decimals_of") == "scale" or table == "comparisons")
    share = known.get("kind") == "share" or (table == "comparisons" and (bool(cell["category"]) or not scale))
    decimals = known.get("decimals", 3) + 2 * known.get("percent", False)
    decimals = scale["shown"]["decimals"] + 2 * scale["shown"]["percent"] if of_scale else decimals
    unit = scale["grid"] if of_scale and not share and column != "effect" else 1.0
    if table == "comparisons":
        decimals = 2 if column == "effect" else 3 if share else decimals
    if record == "score_pomp":
        unit = 100 * scale["grid"] / (scale["range"][1] - scale["range"][0])
    n = (
        min((one for one in (cell.get(name) or exact.get(name) for name in ("n", "other_n")) if one), default=0)
        if people
        else 0
    )
    stepped = table == "comparisons" or (known.get("kind") in ("share", "mean", "index") and table in _STEPPED)
    width = step(n, unit, meta["privacy"], share=share) if n and stepped else 0.0
    if cell.get("note") == COARSE_MEAN:
        width *= 1 + COARSER  # it was told in ten times the steps, and then once more in these
    own = max(width, 10.0**-decimals) / 2
    if record == "score_pomp":  # computed from the told mean
        mean = {**cell, "indicator": "score_mean"}
        own += slack(mean, table, column, exact, meta) * 100 / (scale["range"][1] - scale["range"][0])
    # Families' shares without their n were told in steps of up to 5 per cent, and then once more in these.
    twice = (
        0.025 if known.get("kind") == "share" and people and cell.get("n") is None and table == "integration" else 0.0
    )
    return own + twice + _TINY


def _beside(cell: Mapping[str, Any], column: str, meta: Mapping[str, Any]) -> float:
    scale = meta["scales"][meta["integration"]["beside_scale"]]
    of_scale = column == "coping"
    n, unit = (cell["persons"], scale["grid"]) if of_scale else (cell["families"], 1.0)
    decimals = scale["shown"]["decimals"] + 2 * scale["shown"]["percent"] if of_scale else 3
    width = step(n, unit, meta["privacy"], share=not of_scale or scale["binary"])
    return max(width, 10.0**-decimals) / 2 + _TINY


def fits(cell: Mapping[str, Any], table: str, column: str, exact: Mapping[str, Any], meta: Mapping[str, Any]) -> bool:
    """Whether a published number can be what the door tells of an exact one: a number, or the end of a class."""
    told, value = cell[column], exact[column]
    if value is None:
        return False
    if (bound := cell.get("bound")) and column == "estimate":
        low, high = CLASSES[bound](told)
        return bool(low - _TINY <= value <= high + _TINY)
    if table == "quality_response":
        return abs(told - value) <= 0.025 + _TINY  # steps of five per cent
    if table == "quality_items" or (table == "quality_flags" and cell["kind"] == "share"):
        return abs(told - value) <= 0.005 + _TINY  # whole per cents
    if table == "quality_flags":
        return abs(told - value) <= 0.05 + _TINY
    return abs(told - value) <= slack(cell, table, column, exact, meta)


def common_step(values: list[float]) -> float:
    """Return the largest step of thousandths that all values are multiples of."""
    return reduce(math.gcd, (round(value * 1000) for value in values)) / 1000
