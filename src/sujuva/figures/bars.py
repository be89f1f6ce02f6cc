"""Bands: how respondents share out from those without to those with most reason for concern."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from sujuva.figures.coping import headlined
from sujuva.figures.labels import (
    Meta,
    clusters_note,
    informant_title,
    manner,
    region_title,
    scale_title,
    source_line,
    stamp,
)
from sujuva.figures.language import Words
from sujuva.figures.nobody import of_somebody
from sujuva.figures.picture import Picture
from sujuva.figures.stacks import Part, bars_of, edges_note, grid_of, legend
from sujuva.figures.theme import QUIET, style
from sujuva.published import SHOWN, require_published

GOOD_TO_BAD = {
    1: ("#0072b2",),
    2: ("#cfe3f0", "#d55e00"),
    3: ("#cfe3f0", "#f0c9a8", "#d55e00"),
    4: ("#cfe3f0", "#f6e3d3", "#ea9a5e", "#b34700"),
    5: ("#9cc9e3", "#d9e8f2", "#f6e3d3", "#ea9a5e", "#b34700"),
}
"""Colours from the best part to the worst, lightness falling towards what calls for attention."""


def bands(parjaavyys: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw how respondents share out into the bands of each headline scale at the latest year; None without bands.

    Args:
        parjaavyys: Published indicators of coping.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, in the order of the study.
    """
    order = [key for key in headlined(meta) if meta["scales"][key]["bands"]]
    data = require_published(parjaavyys, "bands").filter(
        pl.col("indicator") == "band_share", pl.col("group") == "all", pl.col("region").is_in(regions),
        pl.col("scale").is_in(order),
    )  # fmt: skip
    if data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()).is_empty():
        return None
    data = of_somebody(data.filter(pl.col("wave") == pl.col("wave").max()), ["scale", "informant"]).sort(
        pl.col("scale").cast(pl.Enum(order)), "informant", pl.col("region").cast(pl.Enum(list(regions)))
    )
    places = [one for one in regions if one in data["region"].unique().to_list()]
    panels = data.select("scale", "informant").unique(maintain_order=True).rows()
    parts = {panel: band_parts(meta, panel[0], panel[1], words) for panel in panels}
    longest = max(len(one) for one in parts.values())
    with style():
        figure, axes, columns = grid_of(panels, places, math.ceil(longest / 2))
        for number, (panel, ax) in enumerate(zip(panels, axes, strict=False)):
            mine = data.filter(pl.col("scale") == panel[0], pl.col("informant") == panel[1])
            bars_of(ax, mine, places, parts[panel], meta, words, named=number % columns == 0)
            ax.set_title(f"{scale_title(meta, panel[0], words)}\n", fontsize=9.5)
            about = informant_title(panel[1], words)
            ax.annotate(
                about, (0, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", fontsize=8, color=QUIET
            )
            legend(ax, parts[panel], len(places))
    year = data["wave"][0]
    return Picture(
        key="bands",
        title=words.say("Respondents by band in {year}", year=year),
        caption=_bands_caption(data, order, meta, words),
        alt=words.say(
            "Stacked bars of shares by band in {year}. {values}.",
            year=year,
            values=_spoken(data, places[0], meta, words),
        ),
        data=data,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
        warning=clusters_note(data.filter(pl.col("suppressed") == SHOWN), words),
    )


def band_parts(meta: Meta, scale: str, informant: str, words: Words) -> list[Part]:
    """Return the bands of a scale from the best to the worst; what no band covers is told as the rest."""
    about = meta["scales"][scale]
    mine = [one for one in about["bands"] if one["informant"] in ("", informant)]
    lows = {one["key"]: min(other["low"] for other in mine if other["key"] == one["key"]) for one in mine}
    ordered = sorted(lows, key=lambda key: lows[key], reverse=about["higher_is_better"])
    titles = {one["key"]: words.of(one["title"], one["key"]) + (" *" if one["unverified"] else "") for one in mine}
    low, high = about["range"]
    covered = sum(one["high"] - one["low"] + 10 ** -about["decimals"] for one in mine)
    if covered >= high - low:
        keys = ordered
    else:  # what no band covers stands where the bands are not
        best = high if about["higher_is_better"] else low
        covers = any(one["low"] <= best <= one["high"] for one in mine)
        keys = [*ordered, ""] if covers else ["", *ordered]
    colours = GOOD_TO_BAD[min(len(keys), max(GOOD_TO_BAD))]
    return [
        Part(key, titles.get(key, words.say("others")), colours[min(place, len(colours) - 1)])
        for place, key in enumerate(keys)
    ]


def _bands_caption(data: pl.DataFrame, order: Sequence[str], meta: Meta, words: Words) -> str:
    used = data["scale"].unique().to_list()
    doubtful = any(band["unverified"] for key in used for band in meta["scales"][key]["bands"])
    parts = [
        words.say(
            "Share of respondents in each band, per cent; n in brackets. Darker: more reason for concern. Bands "
            "describe groups. They are nobody's diagnosis."
        ),
        norms_note([key for key in order if key in used], meta, words),
        words.say("* Not verified: these limits are this project's own, or their source has not been read.")
        if doubtful
        else "",
        edges_note(meta, words),
        words.say("Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart."),
    ]
    if data.filter(pl.col("suppressed") != SHOWN).height:
        parts.append(words.say("A hatched part holds bands that are hidden to protect privacy."))
    return "\n".join(part for part in parts if part)


def norms_note(scales: Sequence[str], meta: Meta, words: Words) -> str:
    """Name the norm set behind the bands of each instrument; nothing without bands."""
    banded = [meta["scales"][key] for key in scales if meta["scales"][key]["bands"] and meta["scales"][key]["norms"]]
    sets = {words.of(one["instrument_title"]): norms_title(one["norms"], words) for one in banded}
    if not sets:
        return ""
    return words.say(
        "Limits of the bands: {sets}.", sets="; ".join(f"{title}: {norms}" for title, norms in sets.items())
    )


def norms_title(norms: str, words: Words) -> str:
    """Return what a norm set is, with the key by which it is asked for."""
    title = words.title("norms", norms)
    return title if norms == "own" else f"{title} ({norms})"


def _spoken(data: pl.DataFrame, region: str, meta: Meta, words: Words) -> str:
    said = []
    for row in data.filter(pl.col("region") == region, pl.col("estimate").is_not_null()).iter_rows(named=True):
        titles = {one["key"]: words.of(one["title"], one["key"]) for one in meta["scales"][row["scale"]]["bands"]}
        share = words.value(row["estimate"], manner(meta, row))
        said.append(f"{scale_title(meta, row['scale'], words)}, {titles.get(row['category'], '')} {share}")
    return f"{region_title(meta, region, words)}: {'; '.join(said)}"
