"""The only pass over the answers that correlations and means need: whole-number sums by the smallest groups.

Everything later adds up these small frames: a wave, a region or a language is a sum of cells, and the variances and
correlations in it follow from n, Σx and Σxy exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import polars.selectors as cs

from sujuva.codebooks import Instrument
from sujuva.codebooks.regions import NETWORK

DOMAIN = ("informant", "wave", "region", "group")
"""Columns that tell domains apart: the rows of answers among which a correlation or a mean is looked at."""
ROWS = "|rows"
_CELL = ("informant", "wave", "region")
Whole = npt.NDArray[Any]
"""Python's whole numbers, which have no largest: n · Σxy may outgrow 64 bits."""


@dataclass(frozen=True)
class Products:
    """Sums over the complete answers to a scale, one a domain.

    Attributes:
        items: Item columns of the scale, k of them.
        n: Rows with an answer to every item, shape (domains,).
        scatter: n · Σxy − Σx · Σy of each pair, that is n² times the covariance, shape (domains, k, k).
    """

    items: tuple[str, ...]
    n: npt.NDArray[np.int64]
    scatter: Whole


def scales_of(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """Return the scales that are made of two items or more, and their item columns."""
    named = {scale.key: tuple(dict.fromkeys(scale.items)) for scale in instrument.scales}
    return {
        key: tuple(f"{instrument.key}_{number}" for number in items) for key, items in named.items() if len(items) > 1
    }


def in_codebook_direction(instrument: Instrument) -> dict[str, pl.Expr]:
    """Return each item as a whole number (Int64); reverse items are turned to low + high − answer."""
    turned = {f"{instrument.key}_{number}" for number in instrument.reverse}
    both = {name: low + high for name, (low, high) in instrument.item_responses.items()}
    whole = {name: pl.col(name).cast(pl.Int64) for name in instrument.item_columns}
    return {name: (both[name] - code if name in turned else code).alias(name) for name, code in whole.items()}


def cell_sums(placed: pl.DataFrame, instrument: Instrument, groups: Sequence[str]) -> pl.DataFrame:
    """Count and add up the answers by informant, wave, region and groups, exactly.

    Args:
        placed: informant, wave, region, `groups` and the items of `instrument`.
        instrument: The codebook; its reverse items are turned in products, not in the sums of single items.
        groups: Further columns that make the cells, null: in none.

    Returns:
        One row a cell (Int64 sums): `|rows`; of each item `<item>|n`, `|sum`, `|sumsq` over those who answered it; of
        each scale `<scale>||n`, and `<scale>|<item>` and `<scale>|<item>|<item>`, sums and sums of products over those
        who answered all its items.
    """
    by = [*_CELL, *groups]
    codes = {name: pl.col(name).cast(pl.Int64) for name in instrument.item_columns}
    single = [
        expression
        for name, code in codes.items()
        for expression in (
            code.count().cast(pl.Int64).alias(f"{name}|n"),
            code.sum().alias(f"{name}|sum"),
            (code * code).sum().alias(f"{name}|sumsq"),
        )
    ]
    rows = pl.len().cast(pl.Int64).alias(ROWS)
    passes = [placed.lazy().group_by(by).agg(rows, *single)]
    turned = in_codebook_direction(instrument)
    for key, items in scales_of(instrument).items():
        complete = placed.lazy().filter(pl.all_horizontal(pl.col(items).is_not_null()))
        passes.append(
            complete.select(*by, *(turned[name] for name in items))
            .group_by(by)
            .agg(
                pl.len().cast(pl.Int64).alias(f"{key}||n"),
                *(pl.col(name).sum().alias(f"{key}|{name}") for name in items),
                *((pl.col(one) * pl.col(other)).sum().alias(f"{key}|{one}|{other}") for one, other in _pairs(items)),
            )
        )
    cells, *others = [one.collect(engine="streaming") for one in passes]
    for one in others:
        cells = cells.join(one, on=by, how="left", nulls_equal=True)
    return cells.with_columns(pl.exclude(by).fill_null(0))


def places(cells: pl.DataFrame) -> pl.DataFrame:
    """Add up the cells of each informant, wave and region, sorted."""
    return cells.group_by(_CELL).agg(cs.contains("|").sum()).sort(_CELL)


def domains(cells: pl.DataFrame, groups: Sequence[str]) -> pl.DataFrame:
    """Add up cells to the domains in which items are judged, sorted by `DOMAIN`.

    These are every wave × region of an informant; every informant as a whole (wave 0, region network); and every
    value of each of `groups` among the answers of an informant (group "<column>:<value>"). An informant who answers in
    one wave and region only, and a column with one value only, would tell the same thing twice and make no domain.
    """
    sums = cs.contains("|").sum()
    narrow = cells.group_by(_CELL).agg(sums).with_columns(group=pl.lit(""))
    wide = {"wave": pl.lit(0, pl.Int32), "region": pl.lit(NETWORK)}
    several = pl.len().over("informant") > 1
    wholes = narrow.filter(several).group_by("informant").agg(sums).with_columns(group=pl.lit(""), **wide)
    parts = [narrow, wholes]
    for name in groups:
        label = pl.format(f"{name}:{{}}", pl.col(name)).alias("group")
        known = cells.filter(pl.col(name).is_not_null(), pl.col(name).n_unique().over("informant") > 1)
        parts.append(known.group_by("informant", label).agg(sums).with_columns(**wide))
    return pl.concat(one.select(*DOMAIN, cs.contains("|")) for one in parts).sort(DOMAIN)


def products(sums: pl.DataFrame, scales: Mapping[str, tuple[str, ...]]) -> list[Products]:
    """Turn the sums of scales, one row a domain, into arrays."""
    return [_products(sums, key, items) for key, items in scales.items()]


def scale_sums(key: str, items: Sequence[str]) -> list[pl.Expr]:
    """Return n, sum and sum of squares of the total over the items of a scale, from what `cell_sums` returns."""
    total = pl.sum_horizontal(f"{key}|{name}" for name in items)
    # Each pair stands once in the sums and twice in the square.
    square = pl.sum_horizontal(
        pl.col(f"{key}|{one}|{other}") * (1 if one == other else 2) for one, other in _pairs(items)
    )
    return [pl.col(f"{key}||n").alias(f"{key}|n"), total.alias(f"{key}|sum"), square.alias(f"{key}|sumsq")]


def _products(sums: pl.DataFrame, key: str, items: tuple[str, ...]) -> Products:
    n = sums[f"{key}||n"].to_numpy()
    total = np.stack([_whole(sums[f"{key}|{name}"]) for name in items], axis=1)
    scatter = np.empty((sums.height, len(items), len(items)), object)
    for one, other in _pairs(range(len(items))):
        product = _whole(sums[f"{key}|{items[one]}|{items[other]}"])
        scatter[:, one, other] = n.astype(object) * product - total[:, one] * total[:, other]
        scatter[:, other, one] = scatter[:, one, other]
    return Products(items, n, scatter)


def _whole(column: pl.Series) -> Whole:
    return column.to_numpy().astype(object)


def _pairs(items: Sequence[Any]) -> list[tuple[Any, Any]]:
    return list(combinations_with_replacement(items, 2))
