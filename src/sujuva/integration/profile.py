"""The profile of integration: declared dimensions side by side on 0–100, each on its own theoretical range."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.profile import Dimension
from sujuva.errors import ParameterError, nearest
from sujuva.tidy import ALL, ALL_YEARS, KEY, tidy

PROFILE = pl.Schema(
    {
        "region": pl.String(),
        "wave": pl.Int32(),
        "dimension": pl.String(),
        **dict.fromkeys(("value", "low", "high", "estimate"), pl.Float64()),
        "n": pl.Int64(),
        "note": pl.String(),
    }
)
"""Columns of the profile and their types."""
COMPOSITE = "composite"
"""Name of the dimension that is a weighted mean of others; there is none unless it is declared."""
NOT_MEASURED = "not_measured"
"""Note: nothing was measured there that the dimension rests on."""
SUPPRESSED = "suppressed"
"""Note: the indicator is not published."""
OUTSIDE_RANGE = "outside_range"
"""Note: the indicator lies outside the range that the dimension declares."""
PART_MISSING = "part_missing"
"""Note: a part of the composite has no value, so the composite has none."""
_WHOLE = 100.0


def profile_table(
    indicators: pl.DataFrame, dimensions: Mapping[str, Dimension], composite: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Put the declared indicators side by side on 0–100: (estimate − low) / (high − low), turned where lower is better.

    No number stands behind the others: without `composite` nothing is added up.

    Args:
        indicators: Columns `TIDY`, or a published table, whose column `suppressed` tells what is not shown.
        dimensions: `sujuva.codebooks.profile.load_profile`.
        composite: Dimensions and their weights; empty: no composite.

    Returns:
        Columns `PROFILE`: a row for each dimension wherever at least one is measured, by region and wave (single years
        only), dimensions in the order given, the composite last. `estimate` and n are the indicator's, `low` and `high`
        its interval on 0–100, cut at the ends; `note` is the indicator's, or why the value is missing. The composite is
        the mean of its parts by weight, without interval, since the parts share families and organisations.

    Raises:
        ParameterError: The composite names an unknown dimension, a weight is not above 0, or a dimension is called
            composite.
    """
    weights = dict(composite or {})
    _check(dimensions, weights)
    alike = (pl.col("group") == ALL) & (pl.col("informant") == "") & (pl.col("wave") != ALL_YEARS)
    known = indicators.filter(alike, pl.col("indicator").is_in([one.indicator for one in dimensions.values()]))
    rows = {
        (row["indicator"], row["scale"], row["category"], row["region"], row["wave"]): row
        for row in known.iter_rows(named=True)
    }
    wanted = {(one.indicator, one.scale, one.category) for one in dimensions.values()}
    places = sorted({key[3:] for key in rows if key[:3] in wanted})
    made: list[dict[str, Any]] = []
    for region, wave in places:
        mine = {
            key: {"region": region, "wave": wave, "dimension": key}
            | _placed(rows.get((one.indicator, one.scale, one.category, region, wave)), one)
            for key, one in dimensions.items()
        }
        made += mine.values()
        if weights:
            made.append({"region": region, "wave": wave, "dimension": COMPOSITE} | _composed(mine, weights))
    return pl.DataFrame(made, schema=PROFILE)


def composite_indicator(profile: pl.DataFrame) -> pl.DataFrame:
    """Return the declared composite as tidy indicators `integration_composite` (0–100); no rows where there is none.

    Args:
        profile: What `profile_table` made.
    """
    rows = profile.filter(dimension=COMPOSITE)
    return tidy(rows, indicator="integration_composite", estimate=pl.col("value")).sort(KEY)


def _placed(row: dict[str, Any] | None, one: Dimension) -> dict[str, Any]:
    if row is None:
        return {"note": NOT_MEASURED}
    found = {"estimate": row["estimate"], "n": row["n"], "note": row["note"] or ""}
    if row["estimate"] is None:
        note = SUPPRESSED if row.get("suppressed") else found["note"] or NOT_MEASURED
        return found | {"note": note}
    value = _scaled(row["estimate"], one)
    if not 0 <= value <= _WHOLE:
        return found | {"note": OUTSIDE_RANGE}
    found["value"] = value
    if row["ci_low"] is not None and row["ci_high"] is not None:
        ends = sorted(_scaled(row[name], one) for name in ("ci_low", "ci_high"))
        found["low"], found["high"] = (min(max(end, 0.0), _WHOLE) for end in ends)
    return found


def _scaled(estimate: float, one: Dimension) -> float:
    from_, to = (one.low, one.high) if one.higher_is_better else (one.high, one.low)
    return _WHOLE * (estimate - from_) / (to - from_)


def _composed(parts: Mapping[str, Mapping[str, Any]], weights: Mapping[str, float]) -> dict[str, Any]:
    values = {key: parts[key].get("value") for key in weights}
    known = {key: value for key, value in values.items() if value is not None}
    if len(known) < len(values):
        return {"note": PART_MISSING}
    value = math.fsum(weights[key] * known[key] for key in weights) / math.fsum(weights.values())
    return {"value": value, "estimate": value, "note": ""}


def _check(dimensions: Mapping[str, Dimension], weights: Mapping[str, float]) -> None:
    if COMPOSITE in dimensions:
        msg = f"A dimension of the profile is called '{COMPOSITE}', which is the name of their mean."
        raise ParameterError(msg, "Give it another key in profile.yaml.")
    for key, weight in weights.items():
        if key not in dimensions:
            msg = f"integration.composite: '{key}' is no dimension of the profile."
            raise ParameterError(msg, nearest(key, dimensions))
        if not (math.isfinite(weight) and weight > 0):
            msg = f"integration.composite: the weight of '{key}' is not a number above 0."
            raise ParameterError(msg, "Leave the dimension out instead.")
