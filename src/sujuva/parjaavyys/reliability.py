"""The table of measurement quality: how well the scales measure, from moments alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.errors import ContractError
from sujuva.estimation import alpha, omega
from sujuva.estimation.alpha import Floats, Whole
from sujuva.estimation.icc import UnitsOfSize, intraclass
from sujuva.estimation.interval import NO_SCORES, NO_VARIATION, check_confidence
from sujuva.tables import never_asked
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
    - icc and icc2, of a member and of a unit's mean, with their intervals; unit_size and design_effect: see
      `sujuva.estimation.intraclass`. n: scores.

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
        pl.DataFrame(list(_consistency(products, instruments, confidence)), schema=RELIABILITY),
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
        none = found.note or (NO_VARIATION if found.of_mean is None else "")
        ends = {"ci_low": found.of_mean_low, "ci_high": found.of_mean_high}
        yield {**base, "measure": "icc2", "estimate": found.of_mean, **ends, "note": none}
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
    asked = (
        items.filter(pl.col("n_missing").is_not_null())
        .join(placed, on=["instrument", "item"])
        .with_columns(persons=pl.col("n") + pl.col("n_missing"))
    )
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
        .filter(pl.col("n_missing").is_not_null().all().over(*_DOMAIN, "scale"))  # a region may have kept the number
        .group_by(*_DOMAIN, "scale")
        .agg(pl.col("n_missing").sum(), (pl.col("n").sum() + pl.col("n_missing").sum()).alias("persons"))
    )
    # Of a scale whose items were not asked nobody could give enough answers.
    counted = counted.filter(~never_asked(pl.col("persons") - pl.col("n_missing"), pl.col("persons")))
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


@dataclass(frozen=True)
class _Measure:
    """One measure of a scale in all domains: estimates (domains, or domains × items), perhaps limits and reasons."""

    name: str
    estimates: Floats
    low: Floats | None = None
    high: Floats | None = None
    reasons: Sequence[str] = ()


def _consistency(
    products: pl.DataFrame, instruments: Mapping[str, Instrument], confidence: float
) -> Iterator[dict[str, Any]]:
    """Tell alpha, omega and what the items add, as rows of `RELIABILITY`, all domains of a scale at once."""
    for instrument in instruments.values():
        numbers = {name: number for number, name in enumerate(instrument.item_columns, start=1)}
        for scale, items in instrument.scale_items.items():
            of_scale = products.filter(pl.col("instrument") == instrument.key, pl.col("scale") == scale)
            if of_scale.is_empty():
                continue
            domains, sums = _scale_products(of_scale, items)
            pivots = {
                place: sum(instrument.response_of(numbers[name]))
                for place, name in enumerate(items)
                if numbers[name] in instrument.reverse
            }
            yield from _scale_rows(scale, items, domains, sums.turned(pivots), confidence)


def _scale_products(products: pl.DataFrame, items: list[str]) -> tuple[pl.DataFrame, alpha.ItemProducts]:
    """Lay the products of one scale out as arrays: domains (`_DOMAIN`), sorted, and their sums in that order.

    Raises:
        ContractError: A product is missing, or is there twice.
    """
    domains = products.select(_DOMAIN).unique().sort(_DOMAIN)
    places = pl.DataFrame({"item": [*items, ""], "place": range(len(items) + 1)})
    placed = (
        products.join(domains.with_row_index("domain"), on=_DOMAIN)
        .join(places, on="item")
        .join(places.rename({"item": "other_item", "place": "other_place"}), on="other_item")
    )
    if not placed.height == products.height == domains.height * len(items) * (len(items) + 3) // 2:
        msg = f"The products of the items {items[0]} … {items[-1]} are incomplete, or not those of the codebook."
        raise ContractError(msg, "Run the stage moments again.")
    filled = np.zeros((domains.height, len(items) + 1, len(items) + 1), np.int64)
    domain, first, second, value, n = (
        placed[name].to_numpy() for name in ("domain", "place", "other_place", "product", "n")
    )
    filled[domain, first, second] = value
    filled[domain, second, first] = value
    persons: Whole = np.zeros(domains.height, np.int64)
    persons[domain] = n
    return domains, alpha.ItemProducts(persons, filled[:, :-1, -1], filled[:, :-1, :-1])


def _scale_rows(
    scale: str, items: list[str], domains: pl.DataFrame, sums: alpha.ItemProducts, confidence: float
) -> Iterator[dict[str, Any]]:
    spread, covariances = sums.spread(), sums.covariances()
    variances = covariances.diagonal(axis1=1, axis2=2)
    matrix = alpha.correlations(covariances)
    raw = alpha.cronbach(spread)
    few = [omega.FEW_ITEMS if len(items) < omega.LEAST_ITEMS else ""] * domains.height
    flat = [alpha.ITEM_WITHOUT_VARIANCE if (one == 0).any() else "" for one in variances]
    measures = [
        _Measure("alpha", raw, *alpha.feldt_interval(raw, sums.n, len(items), confidence)),
        _Measure("alpha_standardised", alpha.cronbach(matrix), reasons=flat),
        _Measure("average_r", alpha.average_correlation(matrix), reasons=flat),
        _omega(matrix, sums.n, confidence, flat),
        _Measure("item_rest", alpha.item_rest(spread), reasons=flat),
        _Measure("alpha_without", alpha.alpha_without(spread), reasons=few),
        _Measure("item_mean", sums.means()),
        _Measure("item_sd", np.sqrt(variances)),
    ]
    for place, domain in enumerate(domains.iter_rows(named=True)):
        base = {**domain, "scale": scale, "n": int(sums.n[place])}
        for measure in measures:
            if measure.estimates.ndim == 1:
                warning = flat[place] if measure.name == "alpha" else ""
                yield {**base, "item": "", **_told(measure, place, int(sums.n[place]), warning)}
                continue
            for column, item in enumerate(items):
                one = replace(measure, estimates=measure.estimates[:, column])
                yield {**base, "item": item, **_told(one, place, int(sums.n[place]), "")}


def _omega(matrix: Floats, n: Whole, confidence: float, flat: Sequence[str]) -> _Measure:
    if matrix.shape[1] < omega.LEAST_ITEMS:
        return _Measure("omega_total", np.full(len(matrix), np.nan), reasons=[omega.FEW_ITEMS] * len(matrix))
    factor = omega.one_factor(matrix)
    estimates = omega.omega_total(matrix, factor)
    reasons = [
        none or (omega.HEYWOOD if found and not proper else "" if proper else omega.NO_CONVERGENCE)
        for none, found, proper in zip(flat, factor.found, factor.proper, strict=True)
    ]
    limits = omega.omega_interval(estimates, omega.omega_error(matrix, factor, n), confidence)
    return _Measure("omega_total", estimates, *limits, reasons)


def _told(measure: _Measure, place: int, n: int, warning: str) -> dict[str, Any]:
    """Return the measure, its estimate, limits and note in one domain."""
    estimate = _number(measure.estimates[place])
    told: dict[str, Any] = {"measure": measure.name, "estimate": estimate}
    if estimate is None:
        # Too few persons explain everything else.
        reason = measure.reasons[place] if measure.reasons and n > 1 else ""
        return told | {"note": reason or (NO_SCORES if n == 0 else alpha.FEW_ANSWERS if n == 1 else NO_VARIATION)}
    if measure.low is not None and measure.high is not None:
        told |= {"ci_low": _number(measure.low[place]), "ci_high": _number(measure.high[place])}
    if measure.name.startswith("alpha") and estimate < 0:
        warning = alpha.NEGATIVE_ALPHA
    return told | {"note": warning or (alpha.FEW_ANSWERS if n < alpha.ENOUGH_ANSWERS else "")}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
