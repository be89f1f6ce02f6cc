"""The part of the clean tables that a study is about, and the groups it looks at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import polars as pl

from sujuva.codebooks.regions import NETWORK, Region
from sujuva.errors import CodebookError, ParameterError, nearest
from sujuva.tables import GROUPS

ALL = "all"
"""The group that holds everybody."""
GROUPABLE = (*GROUPS, "municipality")
"""Columns of respondents that may make groups; of municipalities, only `municipality_scores` makes any."""
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


def in_study(frame: Frame, *, regions: Collection[str], waves: Collection[int] | None = None) -> Frame:
    """Keep the rows of the study's regions and, where `waves` is given, of its waves."""
    kept = frame.filter(pl.col("region").is_in(list(regions)))
    return kept if waves is None else kept.filter(pl.col("wave").is_in(list(waves)))


def check_groups(groups: Sequence[str], allowed: Sequence[str] = GROUPABLE) -> None:
    """Refuse columns that cannot make groups.

    Raises:
        ParameterError: Names the first such column and the nearest allowed one.
    """
    for name in groups:
        if name not in allowed:
            msg = f"groups: '{name}' is not a column that makes groups."
            raise ParameterError(msg, nearest(name, allowed))


def with_municipality_types(respondents: Frame, regions: Mapping[str, Region]) -> Frame:
    """Add `municipality_type` (urban, semi_urban, rural): that of the person's own municipality.

    Args:
        respondents: Any table with `municipality`, a code as text.
        regions: The codebook of regions; a municipality has its type whichever region names it.

    Returns:
        The same rows; null where the municipality is missing or no region knows its type.

    Raises:
        CodebookError: Two regions give one municipality different types.
    """
    types: dict[str, str] = {}
    for region in regions.values():
        for kind, codes in region.municipality_types.items():
            for code in codes:
                if types.setdefault(code, kind) != kind:
                    msg = f"regions.yaml: the municipality {code} has two types, {types[code]} and {kind}."
                    raise CodebookError(msg, "Keep one of them.")
    found = pl.col("municipality").replace_strict(types, default=None, return_dtype=pl.String)
    return respondents.with_columns(municipality_type=found)


def with_design(scored: pl.LazyFrame, respondents: pl.LazyFrame, *, groups: Sequence[str] = ()) -> pl.LazyFrame:
    """Join scores to the persons' place in the design; answers of persons outside the study fall away.

    Args:
        scored: respondent, wave, informant and any other columns.
        respondents: respondent, wave, region, stratum, unit, weight and the columns of `groups`.
        groups: Columns whose values make groups.

    Raises:
        ParameterError: A column of `groups` cannot make groups.
    """
    check_groups(groups)
    place = respondents.select("respondent", "wave", "region", "stratum", "unit", "weight", *groups)
    return scored.join(place, on=["respondent", "wave"], how="inner").drop("respondent")


def by_group(totals: pl.DataFrame, keys: Sequence[str], groups: Sequence[str]) -> pl.DataFrame:
    """Add up `totals` for everybody and for each value of each grouping column, exactly.

    Args:
        totals: `keys`, `groups` and whole numbers that may be added.
        keys: Columns kept.
        groups: Grouping columns; a null value makes no group.

    Returns:
        `keys`, group ("all" or "<column>:<value>") and the sums; rows in no particular order.
    """
    numbers = pl.exclude(*keys, *groups).sum()
    parts = [totals.group_by(keys).agg(numbers).with_columns(group=pl.lit(ALL))]
    for name in groups:
        label = pl.format(f"{name}:{{}}", pl.col(name)).alias("group")
        known = totals.filter(pl.col(name).is_not_null())
        parts.append(known.group_by([*keys, name]).agg(numbers).with_columns(label).drop(name))
    return pl.concat(parts)


def with_network(counts: pl.DataFrame) -> pl.DataFrame:
    """Append the network: the sum over regions of numbers that may be added (`n` and weights, not squares).

    Args:
        counts: region, other key columns, and columns n and perhaps w.
    """
    numbers = [name for name in ("n", "w") if name in counts.columns]
    keys = [name for name in counts.columns if name not in {"region", *numbers}]
    whole = counts.group_by(keys).agg(pl.col(numbers).sum()).with_columns(region=pl.lit(NETWORK))
    return pl.concat([counts, whole.select(counts.columns)])
