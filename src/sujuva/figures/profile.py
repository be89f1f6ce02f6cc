"""The profile of integration: declared dimensions of three sides on 0–100, side by side, never one hidden number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.figures.casework import way
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.published import SECONDARY, SHOWN, chosen, require_published

COMPOSITE = "integration_composite"
"""Dimension of the composite, where the study declares one."""
SIDES = ("partners", "network", "families")
_TOP = 100.0
_NUMBERS = ("estimate", "ci_low", "ci_high")


def dimensions(meta: Meta) -> list[dict[str, Any]]:
    """Return the declared dimensions, side by side in the order of `SIDES`; none where the study declares none."""
    declared = meta.get("integration", {}).get("profile", [])
    order = {side: place for place, side in enumerate(SIDES)}
    full = [{"scale": "", "category": "", "higher_is_better": True, **one} for one in declared]
    return sorted(full, key=lambda one: order.get(one["side"], len(order)))


def composite_weights(meta: Meta) -> dict[str, float]:
    """Return the weights of the declared composite by dimension; none where the study declares none."""
    declared = meta.get("integration", {}).get("composite") or []
    if isinstance(declared, Mapping):
        return {str(key): float(weight) for key, weight in declared.items()}
    return {
        one["key"] if isinstance(one, Mapping) else str(one): float(one.get("weight", 1))
        if isinstance(one, Mapping)
        else 1.0
        for one in declared
    }


def profile_rows(integration: pl.DataFrame, meta: Meta, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published rows of the dimensions, with their place on 0–100.

    value = 100 · (estimate − low)/(high − low) of the theoretical range, turned around where lower is better, cut at
    the ends. The composite, where it is declared, stands last: the mean of its parts by weight.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        regions: Regions to keep.

    Returns:
        The columns of `integration`, dimension, side, value, low, high; in the order of the dimensions.
    """
    frame = require_published(integration, "profile").filter(
        pl.col("group") == "all", pl.col("wave") > 0, pl.col("region").is_in(list(regions))
    )
    found = [_placed(frame, one) for one in dimensions(meta)]
    placed = pl.concat(found) if found else _placed(frame.clear(), None)
    weights = composite_weights(meta)
    return pl.concat([placed, _composite(placed, weights)]) if weights else placed


def _composite(placed: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    """Return the weighted mean of the parts by region and year, without an interval; hidden where a part is.

    Where a part is missing, there is none: a mean of what happens to be there would compare different things.
    """
    share = pl.col("dimension").replace_strict(dict(weights), default=0.0, return_dtype=pl.Float64) / sum(
        weights.values()
    )
    parts = placed.filter(pl.col("dimension").is_in(list(weights)))
    whole = parts.group_by("region", "wave", maintain_order=True).agg(
        value=(share * pl.col("value")).sum(),
        parts=pl.len(),
        known=pl.col("value").is_not_null().sum(),
        hidden=(pl.col("suppressed") != SHOWN).any(),
    )
    whole = whole.filter(pl.col("parts") == len(weights), pl.col("hidden") | (pl.col("known") == len(weights)))
    empty = pl.DataFrame(schema=placed.schema)
    rows = whole.select(
        "region", "wave", indicator=pl.lit(COMPOSITE), dimension=pl.lit(COMPOSITE), side=pl.lit(""),
        group=pl.lit("all"),
        value=pl.when(~pl.col("hidden")).then("value"), estimate=pl.when(~pl.col("hidden")).then("value"),
        suppressed=pl.when("hidden").then(pl.lit(SECONDARY)).otherwise(pl.lit(SHOWN)),
        **{name: pl.lit("") for name in ("scale", "category", "informant", "note") if name in placed.columns},
    )  # fmt: skip
    return pl.concat([empty, rows], how="diagonal").select(placed.columns).sort("region", "wave")


def _placed(frame: pl.DataFrame, one: Mapping[str, Any] | None) -> pl.DataFrame:
    one = one or {"key": "", "side": "", "low": 0, "high": 1, "higher_is_better": True}
    wanted = [pl.col(name) == one[name] for name in ("indicator", "scale", "category") if name in one]
    span = float(one["high"]) - float(one["low"])
    value, low, high = (_TOP * (pl.col(name) - float(one["low"])) / span for name in _NUMBERS)
    if not one["higher_is_better"]:
        value, low, high = _TOP - value, _TOP - high, _TOP - low
    value, low, high = (one.clip(0, _TOP) for one in (value, low, high))
    return frame.filter(*wanted).sort("region", "wave").with_columns(
        dimension=pl.lit(one["key"]), side=pl.lit(one["side"]), value=value, low=low, high=high
    )  # fmt: skip


def _days(meta: Meta, words: Words, days: str) -> str:
    """Write days of the promise, which know where they are declared; others as they are."""
    declared = [str(one) for one in meta["delay_days"]]
    return words.number(chosen(meta, "delay_days", declared.index(days))) if days in declared else days


def dimension_titles(meta: Meta, words: Words) -> dict[str, str]:
    """Return the titles of the dimensions, and of the composite where there is one, in their order."""
    titles = {one["key"]: words.of(one.get("title"), one["key"]) for one in dimensions(meta)}
    if (meta["case_start"], meta["case_end"]) != ("contact", "meeting"):  # the titles of the codebook speak of meetings
        timed = {one["key"]: one["category"] for one in dimensions(meta) if one["indicator"] == "delay_share"}
        titles |= {key: way(meta, words).within.format(n=_days(meta, words, days)) for key, days in timed.items()}
    return titles | ({COMPOSITE: words.say("Composite (this project's own)")} if composite_weights(meta) else {})
