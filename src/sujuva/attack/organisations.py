"""Ratings by organisations: a mean at an end of the scale tells every single rating that is behind it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import polars as pl

from sujuva.attack.finding import Finding
from sujuva.attack.shown import Row, Shown
from sujuva.published import KEYS

_RATED = ("value", "trust")


def find(shown: Shown) -> Iterator[Finding]:
    """Yield means that every rater must have given."""
    raters = {
        (*(row[name] for name in ("region", "wave", "relation", "organisation")), row["measure"]): row["value"]
        for row in shown.rows("actors", pl.col("measure").is_in([f"{one}_raters" for one in _RATED]))
        if row["value"] is not None
    }
    for row in shown.rows("actors", pl.col("measure").is_in(_RATED)):
        ends = shown.meta["relations"].get(row["relation"], {}).get("range") or _whole_range(shown, row["measure"])
        at = (*(row[name] for name in ("region", "wave", "relation", "organisation")), f"{row['measure']}_raters")
        most = int(raters.get(at, _most_raters(shown, row)))
        if row["value"] is not None and ends is not None and is_unanimous(row["value"], 3, ends, most):
            key = {name: row[name] for name in KEYS["actors"]}
            yield Finding(
                "organisations", "actors", key, "single ratings", most, most, "a mean at the end of the scale"
            )
    for name in ("parjaavyys", "integration"):
        yield from _of_answers(shown, name)


def _of_answers(shown: Shown, table: str) -> Iterator[Finding]:
    """Yield means of a partners' scale, or of feedback, that everybody must have given."""
    for row in shown.rows(table, pl.col("estimate").is_not_null(), pl.col("n").is_not_null()):
        one = shown.meta["indicators"][row["indicator"]]
        scale = shown.meta["scales"].get(row["scale"])
        if one["kind"] != "mean" or scale is None or scale["answered_by"] != "partners":
            continue
        places, n = shown.places(row["indicator"], row["scale"]), shown.n_of(row["n"])
        if is_unanimous(row["estimate"], places, scale["range"], n[1]):
            key = {name: row[name] for name in KEYS[table]}
            yield Finding("organisations", table, key, "single answers", *n, "a mean at the end of the scale")


def is_unanimous(mean: float, places: int, ends: tuple[float, float], raters: int) -> bool:
    """Tell whether `raters` whole ratings (or means of whole ones by a few items) can only all be the same end.

    One rating a step from the end moves the mean by 1 / raters, a fourth of that where it is a mean of four items.
    """
    off = min(abs(mean - ends[0]), abs(mean - ends[1]))
    return off + 0.5 * 10.0**-places < 1 / (4 * max(raters, 1)) and math.isclose(off, 0.0, abs_tol=1e-9)


def _most_raters(shown: Shown, row: Row) -> int:
    """Return how many could have rated: the other organisations of the region."""
    return max(shown.tables["nodes"].filter(region=row["region"]).height - 1, 1)


def _whole_range(shown: Shown, measure: str) -> Any:
    """Return the range that all relations of a kind have in common."""
    ranges = [one["range"] for one in shown.meta["relations"].values() if one["kind"] == measure]
    return ranges[0] if ranges and all(one == ranges[0] for one in ranges) else None
