"""The part of the clean tables that a study is about, its weights as whole numbers, and the groups it looks at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import polars as pl

from sujuva.codebooks.regions import Region
from sujuva.errors import CodebookError, ContractError, ParameterError, nearest
from sujuva.moments.parts import added_up
from sujuva.tables import GROUPS

ALL = "all"
"""The group that holds everybody."""
GROUPABLE = (*GROUPS, "municipality")
"""Columns of respondents that may make groups; of municipalities, only `municipality_scores` makes any."""
MOST_DECIMALS = 9
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


def regional_strata(respondents: Frame, *, shared: Collection[str] = ()) -> Frame:
    """Make each stratum that of its region alone: regions are planned domains, drawn one by one.

    A stratum "1" of one region and a "1" of another are two, and so are units "a" in them; then no number of a region
    depends on which other regions are in the file, and the network's variance is the sum of its regions'.

    Args:
        respondents: Any table with `region` and `stratum`.
        shared: Strata that several regions were sampled in together, by their names in the data; they stay one.

    Returns:
        The same rows; stratum is "<region>|<stratum>", and "|<stratum>" where it is shared.

    Raises:
        ParameterError: A stratum of `shared` is not in the data.
    """
    if shared:
        there = respondents.lazy().select(pl.col("stratum").unique().sort()).collect(engine="streaming")
        for name in shared:
            if name not in there["stratum"]:
                msg = f"estimation.shared_strata: no respondent is in a stratum '{name}'."
                raise ParameterError(msg, nearest(name, there["stratum"].to_list()))
    return own_strata(respondents, shared=shared)


def own_strata(respondents: Frame, *, shared: Collection[str] = ()) -> Frame:
    """Do what `regional_strata` does to some of the respondents, among whom a shared stratum may be missing."""
    own = pl.when(pl.col("stratum").is_in(list(shared))).then(pl.lit("")).otherwise("region")
    return respondents.with_columns(stratum=pl.format("{}|{}", own, "stratum"))


def fixed_weights(respondents: pl.LazyFrame, decimals: int) -> pl.LazyFrame:
    """Replace `weight` by the whole number round(weight × 10^decimals), Int64.

    Args:
        respondents: Any table with `weight` (above 0).
        decimals: Decimals kept of a weight, from 0 to 9.

    Raises:
        ParameterError: `decimals` is outside 0–9, or so small that a weight would become 0.
        ContractError: A weight is too large for exact sums, missing or not a number.
    """
    if not 0 <= decimals <= MOST_DECIMALS:
        msg = f"weight_decimals is {decimals}; 0 to {MOST_DECIMALS} are allowed."
        raise ParameterError(msg)
    scaled = (pl.col("weight") * 10**decimals).round()
    found = respondents.select(
        low=(scaled < 1).sum(),
        high=(~(scaled < 2**53)).sum(),  # above, a float is no longer exact; catches NaN too
        missing=pl.col("weight").is_null().sum(),
    ).collect(engine="streaming")
    low, high, missing = found.row(0)
    if low:
        msg = f"{low} weights would become 0 with weight_decimals {decimals}."
        raise ParameterError(msg, "Keep more decimals.")
    if high or missing:
        msg = f"{high + missing} weights are missing or too large for exact sums with weight_decimals {decimals}."
        raise ContractError(msg, "Keep fewer decimals, or scale the weights to a mean of 1.")
    return respondents.with_columns(weight=scaled.cast(pl.Int64))


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


def by_group(totals: pl.DataFrame, groups: Sequence[str]) -> pl.DataFrame:
    """Add up a part's table for everybody and for each value of each grouping column.

    Args:
        totals: Keys, `groups` and sums (Int128).
        groups: Grouping columns; a null value makes no group.

    Returns:
        The keys, group ("all" or "<column>:<value>") and the sums; rows in no particular order.
    """
    parts = [added_up(totals, *groups).with_columns(group=pl.lit(ALL))]
    for name in groups:
        others = [other for other in groups if other != name]
        known = added_up(totals.filter(pl.col(name).is_not_null()), *others)
        parts.append(known.with_columns(group=pl.format(f"{name}:{{}}", name)).drop(name))
    return pl.concat(parts, how="diagonal")
