"""What organisations are worth to each other, and how far they trust each other: the two scores of PARTNER."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.dots import Axis, Line, by_region, rows_of
from sujuva.figures.framing import framed, in_words, no_effect_note, no_ranking_note
from sujuva.figures.labels import Meta, indicator_title, region_title, relation_title
from sujuva.figures.language import Words
from sujuva.figures.nobody import somebody
from sujuva.figures.picture import Picture
from sujuva.figures.rows import MOST_LINES
from sujuva.figures.theme import style
from sujuva.published import SHOWN, require_published

KINDS = ("partner_value", "partner_trust")
_OF_RANGE = "_percent_of_range"
_ROW = pl.concat_str("indicator", "category", separator="|")


def trust_rows(integration: pl.DataFrame, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return value and trust with their parts by region and wave, each as mean and in per cent.

    Args:
        integration: Published indicators of integration.
        regions: Regions to keep, in their order.
    """
    kinds = [kind + end for kind in KINDS for end in ("", "_percent", _OF_RANGE)]
    frame = require_published(integration, "trust").filter(
        pl.col("indicator").is_in(kinds), pl.col("group") == "all", pl.col("wave") > 0,
        pl.col("region").is_in(list(regions)),
    ).filter(somebody())  # fmt: skip
    return frame.sort(
        pl.col("indicator").cast(pl.Enum(kinds)), "category", pl.col("region").cast(pl.Enum(list(regions))), "wave"
    )


def trust(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw value and trust with their parts by region, the years as marks; None where nobody was asked of them.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; single organisations are never shown.
    """
    data = trust_rows(integration, regions=regions)
    drawn = data.filter(pl.col("indicator").is_in(KINDS))
    shown = drawn.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    places = [one for one in regions if one != NETWORK and one in shown["region"].unique().to_list()]
    if not places:
        return None
    keys = drawn.select(row=_ROW, indicator="indicator", category="category").unique(maintain_order=True)
    lines = [
        Line(row, relation_title(part, words, meta) if part else indicator_title(meta, kind, words), bold=not part)
        for row, kind, part in keys.iter_rows()
    ]
    low, high = _range(meta)
    beside = _percents(data, words) if len(places) <= MOST_LINES else None
    with style():
        figure = by_region(
            rows_of(drawn, panel="region", row=_ROW), meta, words, regions=places, rows=lines,
            axis=Axis(low, high, tuple(float(one) for one in range(int(low), int(high) + 1)), words.number),
            beside=beside or None, beside_title=words.say("of highest") if beside else "",
        )  # fmt: skip
    last = shown["wave"].max()
    said = [
        f"{region_title(meta, row['region'], words)}, {indicator_title(meta, row['indicator'], words)} "
        f"{in_words(row, meta, words)}"
        for row in shown.filter(pl.col("wave") == last, pl.col("category") == "").iter_rows(named=True)
    ]
    return framed(
        figure, data, meta, words,
        key="trust",
        title=words.say("What organisations are worth to each other, and how far they trust each other"),
        caption=[
            words.say(
                "How others rate an organisation, on {span} (PARTNER tool); the mean over the organisations of a "
                "region. Higher is better.",
                span=words.span(low, high),
            ),
            words.say(
                "To the right: the latest mean as a share of the highest possible. Even the lowest answers give "
                "{least} of it. How the tool makes its per cents is not verified.",
                least=words.percent(low / high, 0),
            )
            if beside
            else "",
            words.say("Single organisations are not shown: few have rated each of them."),
            no_effect_note(words),
            no_ranking_note(words) if len(places) > 1 else "",
        ],
        alt=words.say("Dots for value and trust by region in {year}. {values}.", year=last, values="; ".join(said)),
    )  # fmt: skip


def _range(meta: Meta) -> tuple[float, float]:
    ranges = [
        one["range"]
        for one in meta.get("relations", {}).values()
        if isinstance(one, dict) and one.get("kind") in ("value", "trust") and one.get("range")
    ]
    low, high = ranges[0] if ranges else (1, 4)
    return float(low), float(high)


def _percents(data: pl.DataFrame, words: Words) -> Mapping[tuple[str, str], str]:
    ends = [f"{kind}_percent" for kind in KINDS]
    latest = data.filter(pl.col("indicator").is_in(ends)).filter(
        pl.col("wave") == pl.col("wave").max().over("region", "indicator", "category")
    )
    return {
        (row["region"], f"{row['indicator'].removesuffix('_percent')}|{row['category']}"): words.percent(
            row["estimate"], 0
        )
        for row in latest.iter_rows(named=True)
        if row["suppressed"] == SHOWN and row["estimate"] is not None
    }
