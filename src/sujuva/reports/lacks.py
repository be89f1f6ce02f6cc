"""What the answers lack, in plain words: no index, forms left blank, one year only, nobody to follow."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.common import INDEX
from sujuva.figures.nobody import somebody
from sujuva.figures.quality_words import form_title
from sujuva.figures.specification import View
from sujuva.published import SHOWN
from sujuva.reports.content import Exhibit

_TOLD = {
    "coping": ("parjaavyys", ""), "differences": ("comparisons", ""), "change": ("comparisons", ""),
    "talks": ("parjaavyys", "^lp_"), "partners": ("integration", "^(partner|feedback)_"), "networks": ("edges", ""),
    "families": ("integration", "^(case|delay)_"), "situation": ("situation", "^area_"),
    "there": ("integration", "^method_"),
}  # fmt: skip
"""Of each topic: a published table that tells whether there is something, and which of its indicators."""


def nothing_drawn(exhibits: Sequence[Exhibit]) -> bool:
    """Tell whether a page has no picture with a number in it."""
    drawn = [one.picture.data["suppressed"] for one in exhibits if one.picture and "suppressed" in one.picture.data]
    return len(drawn) == len(exhibits) and not any(SHOWN in marks for marks in drawn)


def all_hidden(view: View, topic: str) -> bool:
    """Tell whether there are numbers of a topic and a region, and none of them is shown."""
    table, indicators = _TOLD[topic]
    rows = view.table(table)
    if indicators:
        rows = rows.filter(pl.col("indicator").str.contains(indicators))
    if view.region != NETWORK:
        rows = rows.filter(pl.col("region") == view.region)
    return not rows.is_empty() and SHOWN not in rows["suppressed"]


def undrawn(view: View, topic: str) -> str:
    """Say why a topic draws nothing though the data has something: all is hidden, or only researchers read it."""
    if all_hidden(view, topic):
        return view.say(
            "No number of this is shown, because too few people, families or organisations stand behind each. That "
            "does not mean that there is nothing."
        )
    return view.say(
        "There is too little here for a figure. What there is stands on the page “{page}”.",
        page=view.words.title("page", "numbers"),
    )


def means_of(view: View) -> pl.DataFrame:
    """Return the mean scores of everyone in a region, in the order of scales, informants and years."""
    return view.table("parjaavyys").filter(
        pl.col("indicator") == "score_mean", pl.col("group") == "all", pl.col("region") == view.region
    ).sort("scale", "informant", "wave")  # fmt: skip


def no_index(view: View, means: pl.DataFrame) -> str:
    """Say why the index of coping is missing; nothing where it is there, or where the study has none."""
    index = view.meta["scales"].get(INDEX)
    found = means.filter(somebody())
    if index is None or INDEX in found["scale"].to_list():
        return ""
    parts = list(dict.fromkeys(key for some in index["parts"].values() for key in some))
    known = set(found["scale"]) | {f"{scale}@{who}" for scale, who in found.select("scale", "informant").iter_rows()}
    if known.isdisjoint(parts):
        titles = dict.fromkeys(view.scale(key.split("@")[0]) for key in parts)
        return view.say(
            "{index}: there is none here, because none of its parts has answers ({parts}).",
            index=view.scale(INDEX), parts="; ".join(titles),
        )  # fmt: skip
    return view.say(
        "{index}: there is none here, because nobody has answered about enough environments of everyday life (at "
        "least {n}).",
        index=view.scale(INDEX), n=index["min_parts"],
    )  # fmt: skip


def blank_forms(view: View, means: pl.DataFrame) -> str:
    """Name the forms that were handed out but gave nobody a score; nothing where there are none."""
    form = ["instrument", "informant"]
    instruments = {key: str(one["instrument"]) for key, one in view.meta["scales"].items()}
    blank = (
        means.filter(pl.col("scale") != INDEX)
        .with_columns(instrument=pl.col("scale").replace(instruments))
        .group_by(form, maintain_order=True)
        .agg(somebody().any().alias("answered"))
        .filter(~pl.col("answered"))
    )
    if blank.is_empty():
        return ""
    titles = [form_title(view.meta, instrument, who, view.words) for instrument, who in blank.select(form).iter_rows()]
    return view.say(
        "Asked, but nobody here has a score, because answers were left blank: {forms}. No figure shows them.",
        forms="; ".join(titles),
    )


def one_year(view: View, means: pl.DataFrame) -> str:
    """Say that nothing was measured twice, so that no change can be told; nothing where something was."""
    found = means.filter(somebody())
    if found.is_empty():
        return ""
    if found["wave"].n_unique() == 1:
        year = found["wave"][0]
        if view.region == NETWORK:
            return view.say("The data has answers of one year only ({year}): no change can be told.", year=year)
        return view.say("This region has answers of one year only ({year}): no change can be told.", year=year)
    years = found.group_by("scale", "informant").agg(pl.col("wave").n_unique())
    if years.filter(pl.col("wave") > 1).height:
        return ""
    return view.say("No measure has answers of more than one year: no change can be told.")
