"""What people of partner organisations say: enough organisations behind every mean, not only enough people."""

from __future__ import annotations

import polars as pl

from sujuva.publish.people import suppressed_of
from sujuva.publish.privacy import Privacy
from sujuva.published import SHOWN

PARTNER = "partner_mean"
_SERIES = ["indicator", "scale", "category", "informant", "region", "wave"]


def suppress_partners(marked: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Hide means of people from fewer than `organisation_threshold` organisations: they tell what one of them thinks.

    All sectors make up everyone, so one sector hidden alone would follow from the others by subtraction; then the one
    with the fewest people is hidden with it.

    Args:
        marked: Tidy rows of integration with `rule` and `suppressed`; df is the number of organisations less 1, and
            null where there is one.
        privacy: The thresholds.
    """
    mine = pl.col("indicator") == PARTNER
    few = mine & (pl.col("n") > 0) & (pl.col("df").fill_null(0.0) + 1 < privacy.organisation_threshold)
    shown = pl.col("suppressed") == SHOWN
    rule = pl.when(few.fill_null(value=False) & shown).then(pl.lit("few_organisations")).otherwise("rule")
    rows = marked.with_columns(rule=rule).with_columns(suppressed=suppressed_of("rule")).with_row_index("_row")
    parts = rows.filter(mine, pl.col("group") != "all", pl.col("n") > 0)
    alone = (
        parts.sort("n", "group")
        .group_by(_SERIES, maintain_order=True)
        .agg(
            hidden=(~shown).sum(),
            few=(pl.col("rule") == "few_organisations").any(),
            next=pl.col("_row").filter(shown).first(),
        )
        .filter("few", pl.col("hidden") == 1)
    )
    beside = pl.col("_row").is_in(alone["next"].drop_nulls().implode())
    rows = rows.with_columns(rule=pl.when(beside).then(pl.lit("additive")).otherwise("rule"))
    return rows.with_columns(suppressed=suppressed_of("rule")).select(marked.columns)
