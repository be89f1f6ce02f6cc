"""What the answers lack, in plain words: no index, forms left blank, one year only, nobody to follow."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words
from sujuva.figures.coping import INDEX
from sujuva.figures.labels import Meta, scale_title
from sujuva.figures.nobody import somebody
from sujuva.figures.quality_words import form_title


def means_of(parjaavyys: pl.DataFrame, region: str) -> pl.DataFrame:
    """Return the mean scores of everyone in a region, in the order of scales, informants and years."""
    mine = parjaavyys.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all", pl.col("region") == region)
    return mine.sort("scale", "informant", "wave")


def no_index(means: pl.DataFrame, meta: Meta, words: Words) -> str:
    """Say why the index of coping is missing; nothing where it is there, or where the study has none.

    Args:
        means: What `means_of` returns.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    index = meta["scales"].get(INDEX)
    found = means.filter(somebody())
    if index is None or INDEX in found["scale"].to_list():
        return ""
    parts = list(dict.fromkeys(key for some in index.get("parts", {}).values() for key in some))
    known = set(found["scale"]) | {f"{scale}@{who}" for scale, who in found.select("scale", "informant").iter_rows()}
    title = scale_title(meta, INDEX, words)
    if known.isdisjoint(parts):
        titles = dict.fromkeys(scale_title(meta, key.split("@")[0], words) for key in parts)
        return words.say(
            "{index}: there is none here, because none of its parts has answers ({parts}).",
            index=title,
            parts="; ".join(titles),
        )
    return words.say(
        "{index}: there is none here, because nobody has answered about enough environments of everyday life (at "
        "least {n}).",
        index=title,
        n=index.get("min_parts", 1),
    )


def blank_forms(means: pl.DataFrame, meta: Meta, words: Words) -> str:
    """Name the forms that were handed out but gave nobody a score; nothing where there are none.

    Args:
        means: What `means_of` returns.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    form = ["instrument", "informant"]
    instruments = {key: str(one["instrument"]) for key, one in meta["scales"].items()}
    blank = (
        means.filter(pl.col("scale") != INDEX)
        .with_columns(instrument=pl.col("scale").replace(instruments))
        .group_by(form, maintain_order=True)
        .agg(somebody().any().alias("answered"))
        .filter(~pl.col("answered"))
    )
    if blank.is_empty():
        return ""
    titles = [
        form_title(meta, instrument, informant, words) for instrument, informant in blank.select(form).iter_rows()
    ]
    return words.say(
        "Asked, but nobody here has a score, because answers were left blank: {forms}. No figure shows them.",
        forms="; ".join(titles),
    )


def one_year(means: pl.DataFrame, words: Words, *, region: str) -> str:
    """Say that nothing was measured twice, so that no change can be told; nothing where something was.

    Args:
        means: What `means_of` returns.
        words: The reader's language.
        region: Region of the page, or "network".
    """
    found = means.filter(somebody())
    if found.is_empty():
        return ""
    if found["wave"].n_unique() == 1:
        year = found["wave"][0]
        if region == NETWORK:
            return words.say("The data has answers of one year only ({year}): no change can be told.", year=year)
        return words.say("This region has answers of one year only ({year}): no change can be told.", year=year)
    years = found.group_by("scale", "informant").agg(pl.col("wave").n_unique())
    if years.filter(pl.col("wave") > 1).height:
        return ""
    return words.say("No measure has answers of more than one year: no change can be told.")
