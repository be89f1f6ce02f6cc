"""How well the items of a scale hang together: one scale at once for all domains, told domain by domain."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.errors import ContractError
from sujuva.estimation.alpha import (
    ENOUGH_ANSWERS,
    FEW_ANSWERS,
    ITEM_WITHOUT_VARIANCE,
    NEGATIVE_ALPHA,
    Floats,
    ItemProducts,
    Whole,
    alpha_without,
    average_correlation,
    correlations,
    cronbach,
    feldt_interval,
    item_rest,
)
from sujuva.estimation.interval import NO_SCORES, NO_VARIATION
from sujuva.estimation.omega import (
    FEW_ITEMS,
    HEYWOOD,
    LEAST_ITEMS,
    NO_CONVERGENCE,
    omega_error,
    omega_interval,
    omega_total,
    one_factor,
)

_DOMAIN = ("wave", "region", "informant")


@dataclass(frozen=True)
class _Measure:
    """One measure of a scale in all domains: estimates (domains, or domains × items), perhaps limits and reasons."""

    name: str
    estimates: Floats
    low: Floats | None = None
    high: Floats | None = None
    reasons: Sequence[str] = ()


def consistency_rows(
    products: pl.DataFrame, instruments: Mapping[str, Instrument], confidence: float
) -> Iterator[dict[str, Any]]:
    """Tell alpha, omega and what the items add, as rows of `RELIABILITY`; see `sujuva.parjaavyys.reliability`.

    Args:
        products: The moments `products`.
        instruments: Codebooks.
        confidence: Coverage of the intervals.

    Raises:
        ContractError: Products are incomplete, or too large for exact covariances.
    """
    for instrument in instruments.values():
        numbers = {name: number for number, name in enumerate(instrument.item_columns, start=1)}
        for scale, items in instrument.scale_items.items():
            of_scale = products.filter(pl.col("instrument") == instrument.key, pl.col("scale") == scale)
            if of_scale.is_empty():
                continue
            domains, sums = scale_products(of_scale, items)
            pivots = {
                place: sum(instrument.response_of(numbers[name]))
                for place, name in enumerate(items)
                if numbers[name] in instrument.reverse
            }
            yield from _scale_rows(scale, items, domains, sums.turned(pivots), confidence)


def scale_products(products: pl.DataFrame, items: list[str]) -> tuple[pl.DataFrame, ItemProducts]:
    """Lay the products of one scale out as arrays.

    Args:
        products: The rows of the scale in the moments `products`.
        items: Its items, in codebook order.

    Returns:
        The domains (wave, region, informant), sorted, and their sums in that order.

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
    return domains, ItemProducts(persons, filled[:, :-1, -1], filled[:, :-1, :-1])


def _scale_rows(
    scale: str, items: list[str], domains: pl.DataFrame, sums: ItemProducts, confidence: float
) -> Iterator[dict[str, Any]]:
    spread, covariances = sums.spread(), sums.covariances()
    variances = covariances.diagonal(axis1=1, axis2=2)
    matrix = correlations(covariances)
    alpha = cronbach(spread)
    few = [FEW_ITEMS if len(items) < LEAST_ITEMS else ""] * domains.height
    flat = [ITEM_WITHOUT_VARIANCE if (one == 0).any() else "" for one in variances]
    measures = [
        _Measure("alpha", alpha, *feldt_interval(alpha, sums.n, len(items), confidence)),
        _Measure("alpha_standardised", cronbach(matrix), reasons=flat),
        _Measure("average_r", average_correlation(matrix), reasons=flat),
        _omega(matrix, sums.n, confidence, flat),
        _Measure("item_rest", item_rest(spread), reasons=flat),
        _Measure("alpha_without", alpha_without(spread), reasons=few),
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
    if matrix.shape[1] < LEAST_ITEMS:
        return _Measure("omega_total", np.full(len(matrix), np.nan), reasons=[FEW_ITEMS] * len(matrix))
    factor = one_factor(matrix)
    omega = omega_total(matrix, factor)
    reasons = [
        none or (HEYWOOD if found and not proper else "" if proper else NO_CONVERGENCE)
        for none, found, proper in zip(flat, factor.found, factor.proper, strict=True)
    ]
    limits = omega_interval(omega, omega_error(matrix, factor, n), confidence)
    return _Measure("omega_total", omega, *limits, reasons)


def _told(measure: _Measure, place: int, n: int, warning: str) -> dict[str, Any]:
    """Return the measure, its estimate, limits and note in one domain."""
    estimate = _number(measure.estimates[place])
    told: dict[str, Any] = {"measure": measure.name, "estimate": estimate}
    if estimate is None:
        # Too few persons explain everything else.
        reason = measure.reasons[place] if measure.reasons and n > 1 else ""
        return told | {"note": reason or (NO_SCORES if n == 0 else FEW_ANSWERS if n == 1 else NO_VARIATION)}
    if measure.low is not None and measure.high is not None:
        told |= {"ci_low": _number(measure.low[place]), "ci_high": _number(measure.high[place])}
    if measure.name.startswith("alpha") and estimate < 0:
        warning = NEGATIVE_ALPHA
    return told | {"note": warning or (FEW_ANSWERS if n < ENOUGH_ANSWERS else "")}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
