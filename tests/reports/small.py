"""A small publication for facts and findings: a few published rows, each as a test wants it."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.published import CONTRACTS, Published

REGIONS = {"oulu": 2023, "tampere": 0}
"""Regions, and the year in which the work started (0: not yet)."""
_INDICATOR = {
    "indicator": "score_mean", "scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2024,
    "group": "all", "note": "", "suppressed": "",
}  # fmt: skip
_COMPARISON = {
    "comparison": "change", "scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2024,
    "group": "all", "other_wave": 2022, "other_group": "", "effect_kind": "", "note": "", "suppressed": "",
}  # fmt: skip
INDEX = {"scale": "parjaavyys_index", "informant": "combined"}
WAIT = {"indicator": "delay_share", "category": "14"}
TIES = {"indicator": "network_density", "scale": "collaboration"}


def mean(value: float | None, low: float | None = None, high: float | None = None, **changes: Any) -> dict[str, Any]:
    """Return a published row of an indicator."""
    return _INDICATOR | {"estimate": value, "ci_low": low, "ci_high": high, "n": 100} | changes


def hidden(**changes: Any) -> dict[str, Any]:
    """Return a hidden row of an indicator."""
    return mean(None, **changes) | {"n": None, "suppressed": "primary"}


def change(value: float, low: float, high: float, **changes: Any) -> dict[str, Any]:
    """Return a published comparison, whose standard deviation is 10 points."""
    effect = {"effect": value / 10, "effect_low": low / 10, "effect_high": high / 10}
    return _COMPARISON | {"estimate": value, "ci_low": low, "ci_high": high, "q": 0.01} | effect | changes


def did(value: float, low: float, high: float, **changes: Any) -> dict[str, Any]:
    """Return a difference in differences of the index."""
    sides = {"comparison": "did", "region": "network", "group": "started", "other_group": "not_started", "q": None}
    return change(value, low, high, **(INDEX | sides | changes))


def small(published: Published, *rows: dict[str, Any], waves: tuple[int, ...] = (2022, 2023, 2024)) -> Published:
    """Return a publication of these rows alone, with the codebooks of another one."""
    tables = {name: pl.DataFrame(schema=one.schema) for name, one in CONTRACTS.items()}
    families = {key: one["family"] for key, one in published.meta["indicators"].items()}
    for row in rows:
        name = "comparisons" if "comparison" in row else families[row["indicator"]]
        blank = dict.fromkeys(tables[name].columns) | row
        tables[name] = pl.concat([tables[name], pl.DataFrame([blank], schema=tables[name].schema)])
    meta = published.meta | {
        "regions": {key: published.meta["regions"][key] for key in REGIONS},
        "waves": list(waves),
        "delay_days": [7, 14],
        "coping": published.meta["coping"] | {"started": {key: one for key, one in REGIONS.items() if one}},
    }
    return Published({name: frame for name, frame in tables.items() if name in published.tables or rows}, meta)
