"""The table of measurement quality: how well the scales measure, from moments alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.estimation.icc import UnitsOfSize, intraclass
from sujuva.estimation.interval import NO_SCORES, check_confidence
from sujuva.parjaavyys.consistency import consistency_rows
from sujuva.tidy import ALL, RELIABILITY, RELIABILITY_KEY

_DOMAIN = ("wave", "region", "informant")


def reliability(
    instruments: Mapping[str, Instrument],
    *,
    products: pl.DataFrame,
    items: pl.DataFrame,
    scores: pl.DataFrame,
    distributions: pl.DataFrame,
    unit_sizes: pl.DataFrame,
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Describe how well each scale measures, by informant, region (and the network) and wave; without weights.

    - alpha, with Feldt's interval; alpha_standardised and average_r: of the correlations; omega_total, with the delta
      interval: see `sujuva.estimation.alpha` and `sujuva.estimation.omega`. Reverse items are turned. A scale of scales
      is measured by all items of its parts. n: persons who answered all items of the scale.
    - item_rest, alpha_without, item_mean, item_sd: of the same persons, in points that count in the scale.
    - item_missing: share of persons without an answer to an item; n: persons who answered the instrument at all, and
      were asked the item.
    - floor, ceiling: share of scores at the end of the theoretical range; n: scores. missing: share of persons without
      a score; n: persons who were asked.
    - icc, with its interval; unit_size and design_effect: see `sujuva.estimation.intraclass`. n: scores.

    Args:
        instruments: Codebooks.
        products: The moments `products`.
        items: The moments `items`.
        scores: The moments `scores`.
        distributions: The moments `distributions`.
        unit_sizes: The moments `unit_sizes`.
        confidence: Coverage of the intervals.

    Returns:
        Columns `RELIABILITY`, sorted by `RELIABILITY_KEY`. Where there is no estimate, `note` says why; where it is
        there, `note` may hold a warning: few_answers (below 30), item_without_variance, negative_alpha.

    Raises:
        ParameterError: `confidence` is not allowed.
        ContractError: Products are incomplete, or too large for exact covariances.
    """
    check_confidence(confidence)
    scales = [scale.key for one in instruments.values() for scale in one.scales]
    parts = [
        pl.DataFrame(list(consistency_rows(products, instruments, confidence)), schema=RELIABILITY),
        _item_missing(items, instruments),
        _ends(distributions, instruments),
        _missing(scores.filter(pl.col("scale").is_in(scales))),
        pl.DataFrame(list(_alike(unit_sizes.filter(pl.col("scale").is_in(scales)), confidence)), schema=RELIABILITY),
    ]
    return pl.concat(parts).sort(RELIABILITY_KEY)


def _alike(unit_sizes: pl.DataFrame, confidence: float) -> Iterator[dict[str, Any]]:
    ordered = unit_sizes.with_columns(pl.col("yy", "tt").cast(pl.Int128)).sort(*_DOMAIN, "scale", "size")
    for domain, rows in ordered.group_by([*_DOMAIN, "scale", "decimals"], maintain_order=True):
        sizes = [UnitsOfSize(*row) for row in rows.select("size", "units", "y", "yy", "tt").iter_rows()]
        found = intraclass(sizes, confidence)
        base = dict(zip((*_DOMAIN, "scale"), domain, strict=False)) | {"item": "", "n": found.n, "note": found.note}
        yield {**base, "measure": "icc", "estimate": found.icc, "ci_low": found.low, "ci_high": found.high}
        if found.unit_size is None:
            continue
        yield {**base, "measure": "unit_size", "estimate": found.unit_size, "note": ""}
        # The size is what it is in the sample: the limits are those of the correlation.
        effect = [None if one is None else 1 + (found.unit_size - 1) * one for one in (found.low, found.high)]
        estimate = found.design_effect
        yield {**base, "measure": "design_effect", "estimate": estimate, "ci_low": effect[0], "ci_high": effect[1]}


def _item_missing(items: pl.DataFrame, instruments: Mapping[str, Instrument]) -> pl.DataFrame:
    """Return the share of missing answers, under the scales that an item belongs to directly."""
    placed = pl.DataFrame(
        [
            (one.key, scale.key, f"{one.key}_{number}")
            for one in instruments.values()
            for scale in one.scales
            for number in scale.items
        ],
        schema={"instrument": pl.String, "scale": pl.String, "item": pl.String},
        orient="row",
    )
    asked = items.join(placed, on=["instrument", "item"]).with_columns(persons=pl.col("n") + pl.col("n_missing"))
    return _shares(asked, "item_missing", pl.col("n_missing"), pl.col("persons"))


def _ends(distributions: pl.DataFrame, instruments: Mapping[str, Instrument]) -> pl.DataFrame:
    ends = pl.DataFrame(
        [
            (scale.key, scale.range[0] * 10**scale.decimals, scale.range[1] * 10**scale.decimals)
            for one in instruments.values()
            for scale in one.scales
        ],
        schema={"scale": pl.String, "lowest": pl.Int64, "highest": pl.Int64},
        orient="row",
    )
    counted = (
        distributions.filter(pl.col("group") == ALL)
        .join(ends, on="scale")
        .group_by(*_DOMAIN, "scale")
        .agg(
            pl.col("n").sum().alias("persons"),
            pl.col("n").filter(pl.col("score") == pl.col("lowest")).sum().alias("floor"),
            pl.col("n").filter(pl.col("score") == pl.col("highest")).sum().alias("ceiling"),
        )
    )
    return pl.concat([_shares(counted, name, pl.col(name), pl.col("persons")) for name in ("floor", "ceiling")])


def _missing(scores: pl.DataFrame) -> pl.DataFrame:
    counted = (
        scores.filter(pl.col("group") == ALL)
        .group_by(*_DOMAIN, "scale")
        .agg(pl.col("n_missing").sum(), (pl.col("n").sum() + pl.col("n_missing").sum()).alias("persons"))
    )
    return _shares(counted, "missing", pl.col("n_missing"), pl.col("persons"))


def _shares(counted: pl.DataFrame, measure: str, part: pl.Expr, persons: pl.Expr) -> pl.DataFrame:
    item = pl.col("item") if "item" in counted.columns else pl.lit("")
    known = counted.with_columns(
        measure=pl.lit(measure),
        item=item,
        estimate=pl.when(persons > 0).then(part / persons),
        ci_low=None,
        ci_high=None,
        n=persons,
        note=pl.when(persons > 0).then(pl.lit("")).otherwise(pl.lit(NO_SCORES)),
    )
    return known.select(pl.col(name).cast(kind) for name, kind in RELIABILITY.items())
