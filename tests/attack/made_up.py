"""Small published tables by hand: what an intruder may read, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.published import CONTRACTS, Published

PRIVACY = {"threshold": 5, "organisation_threshold": 3, "rounding": 5}
REGIONS = ["oulu", "tampere"]


def _indicator(topic: str, counts: str, kind: str, decimals: int, **more: Any) -> dict[str, Any]:
    return {
        "topic": topic, "counts": counts, "kind": kind, "decimals": decimals, "percent": False, "decimals_of": "own",
        **more,
    }  # fmt: skip


INDICATORS = {
    "score_mean": _indicator("score", "person", "mean", 2, decimals_of="scale"),
    "score_sd": _indicator("score", "person", "sd", 2, decimals_of="scale"),
    "band_share": _indicator("score", "person", "share", 1, percent=True),
    "change_share": _indicator("change", "person", "share", 1, percent=True),
    "change_paired": _indicator("comparison", "person", "mean", 2, decimals_of="scale"),
    "lp_talks": _indicator("lp", "meeting", "count", 0),
    "lp_coverage": _indicator("lp", "child", "share", 1, percent=True),
    "lp_strength_share": _indicator("lp", "child", "share", 1, percent=True),
    "lp_plan_share": _indicator("lp", "child", "share", 1, percent=True),
    "lp_transition_share": _indicator("lp", "child", "share", 1, percent=True),
    "lp_mcnemar": _indicator("lp", "child", "index", 3),
    "feedback_mean": _indicator("feedback", "rating", "mean", 2),
    "cases_started": _indicator("case", "family", "count", 0),
    "cases_open": _indicator("case", "family", "count", 0),
    "delay_median": _indicator("delay", "family", "days", 0),
}
SCALE = {
    "answered_by": "respondents", "instrument": "form", "binary": False, "decimals": 0, "range": [0, 10],
    "shown": {"decimals": 2, "percent": False}, "bands": [],
}  # fmt: skip


def row(table: str, **values: Any) -> dict[str, Any]:
    """A row with every column of its table: what is not given is empty."""
    blank: dict[str, Any] = {name: "" if kind == pl.String else None for name, kind in CONTRACTS[table].schema.items()}
    for name in ("group", "other_group"):
        if name in blank:
            blank[name] = "all"
    return {**blank, "region": "oulu", "wave": 2024, **values}


def published(*rows: tuple[str, dict[str, Any]], privacy: dict[str, Any] | None = None) -> Published:
    """Publish rows, each with the name of its table."""
    tables = {}
    for name, contract in CONTRACTS.items():
        mine = [{key: one[key] for key in contract.schema} for table, one in rows if table == name]
        tables[name] = contract.check(pl.DataFrame(mine, schema=contract.schema, orient="row"), name)
    meta = {
        "privacy": {**PRIVACY, **(privacy or {})},
        "region_order": REGIONS,
        "waves": [2023, 2024],
        "indicators": INDICATORS,
        "scales": {"points": SCALE, "yes": {**SCALE, "binary": True, "range": [0, 1]}},
        "relations": {"trust_openness": {"kind": "trust", "range": [1, 4]}},
    }
    return Published(tables, meta)


def frozen(folder: Path) -> Published:
    """Read tables as they were published once, whatever contracts are today; a table that is not there is empty."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    tables = {name: pl.DataFrame(schema=contract.schema) for name, contract in CONTRACTS.items()}
    return Published(tables | {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}, meta)


def score(name: str = "score_mean", **values: Any) -> tuple[str, dict[str, Any]]:
    """A row about a scale of 0 to 10."""
    return "parjaavyys", row("parjaavyys", indicator=name, **{"scale": "points", "informant": "self", **values})


def talk(name: str, category: str, n: int | None, **values: Any) -> tuple[str, dict[str, Any]]:
    """A row about LP discussions."""
    return "parjaavyys", row("parjaavyys", indicator=name, category=category, n=n, **values)


def feedback(estimate: float, n: int) -> tuple[str, dict[str, Any]]:
    """A mean of answers from 1 to 5."""
    return "integration", row("integration", indicator="feedback_mean", scale="feedback.heard", estimate=estimate, n=n)


def pairs(n: int, **values: Any) -> tuple[str, dict[str, Any]]:
    """The mean change of the same persons from 2023 to 2024."""
    told = {"scale": "points", "informant": "self", "other_wave": 2023, "n": n, "other_n": n, **values}
    return "comparisons", row("comparisons", comparison="change_paired", **told)


def trust(value: float, raters: int) -> list[tuple[str, dict[str, Any]]]:
    """A mean rating of an organisation, and by how many it was rated."""
    at = {"relation": "trust_openness", "organisation": "T1"}
    return [
        ("actors", row("actors", measure="trust", value=value, **at)),
        ("actors", row("actors", measure="trust_raters", value=float(raters), **at)),
    ]
