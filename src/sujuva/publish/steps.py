"""What lies between two published shares of the same families: who met between two days, which actions half succeeded.

Shares within 7 and within 14 days are each large enough, and yet their difference may be three families. Each such
difference is a cell of its own, a step: it is never published, and where it is small the shares around it give way.
"""

from __future__ import annotations

import polars as pl

from sujuva.publish.sums import Relation

STEP = "step"
DELAYS = "delays"
"""Name of the table of bins of delays."""
MET = ("delay_share", "delay_workday_share")
"""Shares of the started families that had met by a day. Working days are fewer than calendar days, so whoever met
within so many calendar days met within as many working days."""
DONE, HALF = "case_action_done", "case_action_done_half"
_PLACE = ["region", "wave", "group"]


def few_families(threshold: int) -> pl.Expr:
    """Tell which rows count meetings, actions or referrals of fewer families than the threshold.

    df is the number of families less 1; it stands only where n does not count families themselves.
    """
    return (pl.col("indicator").str.starts_with("case_") & (pl.col("df") + 1 < threshold)).fill_null(value=False)


def of_few_families(cells: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Make cells of n with `few` primary: the exact number of meetings must stay open by the threshold either way.

    Args:
        cells: n cells with few, value, primary, low, high, eligible.
        threshold: The least number of families.
    """
    few = pl.col("few") & ~pl.col("primary")
    reach = threshold - 1.0
    return cells.with_columns(
        primary=pl.col("primary") | few,
        low=pl.when(few).then(pl.max_horizontal(pl.col("value") - reach, 0.0)).otherwise("low"),
        high=pl.when(few).then(pl.col("value") + reach).otherwise("high"),
        eligible=pl.col("eligible") & ~few,
    )


def halves(rows: pl.DataFrame) -> pl.Series:
    """Return the share that each row counts, `HALF` as the share of what was done wholly or partly.

    With the share that was done, 2·half − done is that share; what was done partly is the step between them.

    Args:
        rows: Tidy rows with `table`.
    """
    place = ["table", "scale", "informant", *_PLACE]
    done = rows.filter(pl.col("indicator") == DONE).select(*place, _done="estimate").unique(place, keep="first")
    known = rows.join(done, on=place, how="left", maintain_order="left")
    both = (2 * pl.col("estimate") - pl.col("_done")).clip(0.0, 1.0)
    half = (pl.col("indicator") == HALF) & pl.col("_done").is_not_null()
    return known.select(counted=pl.when(half).then(both).otherwise("estimate"))["counted"]


def steps(rows: pl.DataFrame, cells: pl.DataFrame, threshold: int) -> tuple[pl.DataFrame, list[Relation]]:
    """Make the steps between shares of the same families, and say between which cells each lies.

    Of one region, wave and group, the shares met by a day make one chain by their numerators, up to all who met.

    Args:
        rows: Tidy rows with own_cell and n_cell.
        cells: All cells so far, with ids from 0.
        threshold: Counts from 1 to `threshold` − 1 are primary.

    Returns:
        Cells in the columns of `cells`, and the relations.
    """
    values = cells.select(cell="id", value="value")
    met = rows.filter(pl.col("indicator").is_in(MET), pl.col("own_cell").is_not_null()).select(
        *_PLACE, cell="own_cell", chain=pl.lit("met")
    )
    everyone = rows.filter(pl.col("indicator") == "delay_median", pl.col("n_cell").is_not_null()).select(
        *_PLACE, cell="n_cell", chain=pl.lit("met")
    )
    done = rows.filter(pl.col("indicator").is_in([DONE, HALF]), pl.col("own_cell").is_not_null()).select(
        *_PLACE, cell="own_cell", chain=pl.lit("done")
    )
    by = ["chain", *_PLACE]
    links = (
        pl.concat([met, everyone.join(met.select(_PLACE).unique(), on=_PLACE, how="semi"), done])
        .unique()
        .join(values, on="cell")
        .sort(*by, "value", "cell")
        .with_columns(
            below=pl.col("cell").shift(1).over(by),
            step=pl.col("value") - pl.col("value").shift(1).over(by),
        )
        .filter(pl.col("below").is_not_null())
        .with_row_index("id", offset=cells.height)
    )
    small = pl.col("step").is_between(1, threshold - 1)
    made = links.select(
        "id",
        *_PLACE,
        kind=pl.lit(STEP),
        series=pl.lit(STEP),
        value="step",
        primary=small,
        low=pl.when(small).then(1.0).otherwise(0.0),
        high=pl.when(small).then(threshold - 1.0).otherwise(float("inf")),
        eligible=pl.lit(value=False),
        owner=pl.lit(None, dtype=pl.UInt32),
    )
    return made, [Relation(top, (low, step)) for top, low, step in links.select("cell", "below", "id").iter_rows()]
