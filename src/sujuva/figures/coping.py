"""Means of coping, for callers that do not yet read the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.figures.catalogue import draw_tables
from sujuva.figures.catalogue.common import HOBBIES, INDEX, headlined
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.published import require_published

__all__ = ["HOBBIES", "INDEX", "coping", "headline_means", "headlined"]


def headline_means(parjaavyys: pl.DataFrame, meta: Meta) -> pl.DataFrame:
    """Return the mean scores of everyone on scales that are no part of a larger one, in the order of figures."""
    frame = require_published(parjaavyys, "mean scores")
    wanted = headlined(meta) or frame["scale"].unique().to_list()
    means = frame.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all", pl.col("scale").is_in(wanted))
    ranks = {key: rank for rank, key in enumerate(wanted)}
    return (
        means.with_columns(rank=pl.col("scale").replace_strict(ranks, return_dtype=pl.Int32))
        .sort("rank", "informant", "region", "wave")
        .drop("rank")
    )


def coping(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw_tables("coping", meta, words, regions=regions, parjaavyys=parjaavyys)
