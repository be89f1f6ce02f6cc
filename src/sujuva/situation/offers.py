"""What areas tell of the services that are there, as rows of the table of the situation."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks.offers import Structure, part_key
from sujuva.tidy import KEY, tidy

PART, SHARE = "service_part", "child_budget_share"
NOT_TOLD = "not_told"
"""Note of a part of which an area told nothing, which is no answer."""


def service_part_rows(told: pl.DataFrame, structures: Mapping[str, Structure]) -> pl.DataFrame:
    """Return of each part of a structure what each area told.

    Args:
        told: The clean table service_parts of the study's regions: region, wave, part, state (null: not told).
        structures: Structures by key.

    Returns:
        Tidy rows of the indicator `service_part`, sorted by `KEY`: `scale` is the structure, `category` the part,
        `estimate` 1 where it is in use, 0 where it is planned or missing, null where the area does not know or told
        nothing; `note` is the state, or `NOT_TOLD`. An area that told of any part in a year has all parts of that
        structure; one that told nothing has none.
    """
    order = [(part_key(one.key, part.key), one.key, part.key) for one in structures.values() for part in one.parts]
    parts = pl.DataFrame(order, schema=dict.fromkeys(("part", "scale", "category"), pl.String), orient="row")
    told = told.select("region", "wave", "part", "state")
    spoke = told.filter(pl.col("state").is_not_null()).join(parts, on="part")
    every = spoke.select("region", "wave", "scale").unique().join(parts, on="scale")
    rows = every.join(told, on=["region", "wave", "part"], how="left")
    value = pl.col("state").replace_strict(
        {"in_use": 1.0, "planned": 0.0, "missing": 0.0}, default=None, return_dtype=pl.Float64
    )
    return tidy(rows, indicator=PART, estimate=value, note=pl.col("state").fill_null(NOT_TOLD)).sort(KEY)


def child_budget_rows(budgets: pl.DataFrame) -> pl.DataFrame:
    """Return how much of its budget each area spent on children.

    Shares of different budgets are never summed, so there is none of the network.

    Args:
        budgets: The clean table child_budgets of the study's regions: region, wave, children, budget.

    Returns:
        Tidy rows of the indicator `child_budget_share`, sorted by `KEY`: `estimate` is children / budget (0–1), null
        with the note `NOT_TOLD` where either is blank.
    """
    share = pl.col("children") / pl.col("budget")
    note = pl.when(share.is_null()).then(pl.lit(NOT_TOLD)).otherwise(pl.lit(""))
    return tidy(budgets.select("region", "wave", estimate=share, note=note), indicator=SHARE).sort(KEY)
