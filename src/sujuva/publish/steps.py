"""What lies between two published shares of the same families: who met between two days, which actions half succeeded.

Shares within 7 and within 14 days are each large enough, and yet their difference may be three families. Each such
difference is a cell of its own, a step: it is never published, and where it is small the shares around it give way.
"""

from __future__ import annotations

import polars as pl

from sujuva.publish.sums import Relation

STEP = "step"
_PLACE = ["region", "wave", "group"]


def halves(rows: pl.DataFrame) -> pl.Series:
    """Return the share that each row counts; of what counts halves, the share of what was done wholly or partly.

    With the share done (of the same chain), 2·half − done is that share; what was done partly is the step between them.
    """
    place = ["table", "chain", "scale", "informant", *_PLACE]
    half = pl.col("tells") == "halves"
    done = rows.filter(pl.col("chain").is_not_null(), pl.col("tells") == "numerator").select(*place, _done="estimate")
    known = rows.join(done.unique(place, keep="first"), on=place, how="left", maintain_order="left")
    both = (2 * pl.col("estimate") - pl.col("_done")).clip(0.0, 1.0)
    return known.select(counted=pl.when(half & pl.col("_done").is_not_null()).then(both).otherwise("estimate"))[
        "counted"
    ]


def steps(rows: pl.DataFrame, cells: pl.DataFrame, threshold: int) -> tuple[pl.DataFrame, list[Relation]]:
    """Make the steps between shares of the same families, and say between which cells each lies.

    Of one region, wave and group, the shares of a chain are ordered by their numerators; above them stands n, where an
    indicator of the chain is no share (all who met).

    Returns:
        Cells in the columns of `cells`, and the relations.
    """
    by = ["chain", *_PLACE]
    chained = rows.filter(pl.col("chain").is_not_null())
    shares = chained.filter(pl.col("kind") == "share", pl.col("own_cell").is_not_null()).select(*by, cell="own_cell")
    tops = chained.filter(pl.col("kind") != "share", pl.col("n_cell").is_not_null()).select(*by, cell="n_cell")
    links = (
        pl.concat([shares, tops.join(shares.select(by).unique(), on=by, how="semi")])
        .unique()
        .join(cells.select(cell="id", value="value"), on="cell")
        .sort(*by, "value", "cell")
        .with_columns(below=pl.col("cell").shift(1).over(by), step=pl.col("value") - pl.col("value").shift(1).over(by))
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
