"""Ids whose title is not the same everywhere: the question may have changed under the same name."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.tables import PREFIX


def changed_titles(titles: pl.DataFrame) -> pl.DataFrame:
    """Find the ids with more than one title over sources and periods.

    Titles that differ in blanks, in upper and lower case or in how letters are encoded (Unicode NFKC) are the same. A
    translation is another title: whether it asks the same is for a reader to say.

    Args:
        titles: A frame of the contract `ItemTitles`.

    Returns:
        `FlagCounts` without reason: about is the instrument (or the table, where it holds no answers), part the id,
        n its different titles, looked_at the sources and periods that give it one. The titles themselves stay in
        `titles`.
    """
    said = pl.col("title").str.normalize("NFKC").str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase()
    counted = titles.group_by("table", "id").agg(
        n=said.n_unique().cast(pl.Int64), looked_at=pl.struct("source", "period").n_unique().cast(pl.Int64)
    )
    return counted.filter(pl.col("n") > 1).select(
        pl.lit("title_changed").alias("flag"),
        pl.col("table").str.strip_prefix(PREFIX).alias("about"),
        pl.col("id").alias("part"),
        pl.lit("").alias("informant"),
        pl.lit(0, pl.Int32).alias("wave"),
        pl.lit(NETWORK).alias("region"),
        pl.lit("").alias("group"),
        "n",
        "looked_at",
        pl.lit(None, pl.Float64).alias("value"),
    )
