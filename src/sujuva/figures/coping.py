"""Means of coping, for callers that do not yet read the catalogue."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue import FIGURES
from sujuva.figures.catalogue.common import HOBBIES, INDEX, headlined
from sujuva.figures.labels import Meta
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.specification import draw
from sujuva.published import Published, require_published

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


def coping(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: list[str]) -> Picture | None:
    """Draw the figure of the catalogue."""
    return draw(FIGURES["coping"], Published({"parjaavyys": parjaavyys}, meta), words, regions=regions)
