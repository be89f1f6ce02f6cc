"""The profile of integration: declared dimensions of three sides on 0–100, side by side, never one hidden number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.casework import way
from sujuva.figures.dots import Axis, Line, by_region
from sujuva.figures.framing import framed, interval_note, no_effect_note, no_ranking_note
from sujuva.figures.labels import Meta, region_title
from sujuva.figures.language import Words
from sujuva.figures.nobody import somebody
from sujuva.figures.picture import Picture
from sujuva.figures.theme import style
from sujuva.published import SECONDARY, SHOWN, require_published

COMPOSITE = "integration_composite"
"""Dimension of the composite, where the study declares one."""
SIDES = ("partners", "network", "families")
_TOP = 100.0
_NUMBERS = ("estimate", "ci_low", "ci_high")


def side_title(side: str, words: Words) -> str:
    """Return from which side a dimension looks at integration."""
    return words.title("side", side)


def dimensions(meta: Meta) -> list[dict[str, Any]]:
    """Return the declared dimensions, side by side in the order of `SIDES`; none where the study declares none."""
    declared = meta.get("integration", {}).get("profile", [])
    order = {side: place for place, side in enumerate(SIDES)}
    full = [{"scale": "", "category": "", "higher_is_better": True, **one} for one in declared]
    return sorted(full, key=lambda one: order.get(one["side"], len(order)))


def composite_weights(meta: Meta) -> dict[str, float]:
    """Return the weights of the declared composite by dimension; none where the study declares none."""
    declared = meta.get("integration", {}).get("composite") or []
    if isinstance(declared, Mapping):
        return {str(key): float(weight) for key, weight in declared.items()}
    return {
        one["key"] if isinstance(one, Mapping) else str(one): float(one.get("weight", 1))
        if isinstance(one, Mapping)
        else 1.0
        for one in declared
    }


def profile_rows(integration: pl.DataFrame, meta: Meta, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published rows of the dimensions, with their place on 0–100.

    value = 100 · (estimate − low)/(high − low) of the theoretical range, turned around where lower is better, cut at
    the ends. The composite, where it is declared, stands last: the mean of its parts by weight.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        regions: Regions to keep.

    Returns:
        The columns of `integration`, dimension, side, value, low, high; in the order of the dimensions.
    """
    frame = require_published(integration, "profile").filter(
        pl.col("group") == "all", pl.col("wave") > 0, pl.col("region").is_in(list(regions))
    )
    found = [_placed(frame, one) for one in dimensions(meta)]
    placed = pl.concat(found) if found else _placed(frame.clear(), None)
    weights = composite_weights(meta)
    return pl.concat([placed, _composite(placed, weights)]) if weights else placed


def _composite(placed: pl.DataFrame, weights: Mapping[str, float]) -> pl.DataFrame:
    """Return the weighted mean of the parts by region and year, without an interval; hidden where a part is.

    Where a part is missing, there is none: a mean of what happens to be there would compare different things.
    """
    share = pl.col("dimension").replace_strict(dict(weights), default=0.0, return_dtype=pl.Float64) / sum(
        weights.values()
    )
    parts = placed.filter(pl.col("dimension").is_in(list(weights)))
    whole = parts.group_by("region", "wave", maintain_order=True).agg(
        value=(share * pl.col("value")).sum(),
        parts=pl.len(),
        known=pl.col("value").is_not_null().sum(),
        hidden=(pl.col("suppressed") != SHOWN).any(),
    )
    whole = whole.filter(pl.col("parts") == len(weights), pl.col("hidden") | (pl.col("known") == len(weights)))
    empty = pl.DataFrame(schema=placed.schema)
    rows = whole.select(
        "region", "wave", indicator=pl.lit(COMPOSITE), dimension=pl.lit(COMPOSITE), side=pl.lit(""),
        group=pl.lit("all"),
        value=pl.when(~pl.col("hidden")).then("value"), estimate=pl.when(~pl.col("hidden")).then("value"),
        suppressed=pl.when("hidden").then(pl.lit(SECONDARY)).otherwise(pl.lit(SHOWN)),
        **{name: pl.lit("") for name in ("scale", "category", "informant", "note") if name in placed.columns},
    )  # fmt: skip
    return pl.concat([empty, rows], how="diagonal").select(placed.columns).sort("region", "wave")


def _placed(frame: pl.DataFrame, one: Mapping[str, Any] | None) -> pl.DataFrame:
    one = one or {"key": "", "side": "", "low": 0, "high": 1, "higher_is_better": True}
    wanted = [pl.col(name) == one[name] for name in ("indicator", "scale", "category") if name in one]
    span = float(one["high"]) - float(one["low"])
    value, low, high = (_TOP * (pl.col(name) - float(one["low"])) / span for name in _NUMBERS)
    if not one["higher_is_better"]:
        value, low, high = _TOP - value, _TOP - high, _TOP - low
    value, low, high = (one.clip(0, _TOP) for one in (value, low, high))
    return frame.filter(*wanted).sort("region", "wave").with_columns(
        dimension=pl.lit(one["key"]), side=pl.lit(one["side"]), value=value, low=low, high=high
    )  # fmt: skip


def profile(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the profile of each region, dimensions in rows by side; None where no dimension has numbers.

    With many regions, each dimension becomes a panel and the regions its rows.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show, in the order of the study; "network" stands for all together.
    """
    data = profile_rows(integration, meta, regions=regions).filter(somebody())
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("value").is_not_null())
    places = [one for one in regions if one in data["region"].unique().to_list()]
    if set(shown["region"]) <= ({NETWORK} if list(regions) != [NETWORK] else set()):
        return None
    titles = dimension_titles(meta, words)
    titles = {key: title for key, title in titles.items() if key in data["dimension"].unique().to_list()}
    names = {one: region_title(meta, one, words) for one in places}
    ready = data.select("wave", "value", "low", "high", "suppressed", panel="region", row="dimension")
    axis = Axis(0, _TOP, (0, 50, _TOP), words.number)
    with style():
        figure = by_region(ready, meta, words, regions=places, rows=_lines(data, titles, words), axis=axis)
    return framed(
        figure, data.drop("low", "high", "side").rename({"value": "place"}), meta, words,
        key="profile",
        title=words.say("Profile of integration, three sides side by side"),
        caption=[*_caption(meta, words, many=len(places) > 1), _no_composite(data, meta, words, places)],
        alt=_alt(shown, titles, names, words),
    )  # fmt: skip


def _lines(data: pl.DataFrame, titles: Mapping[str, str], words: Words) -> list[Line]:
    sides = dict(data.select("dimension", "side").unique().iter_rows())
    lines: list[Line] = []
    last = None
    for key, title in titles.items():
        side = sides[key]
        if side != last:
            lines.append(Line("", side_title(side, words) if side else words.say("Put together")))
        lines.append(Line(key, title))
        last = side
    return lines


def dimension_titles(meta: Meta, words: Words) -> dict[str, str]:
    """Return the titles of the dimensions, and of the composite where there is one, in their order."""
    titles = {one["key"]: words.of(one.get("title"), one["key"]) for one in dimensions(meta)}
    if (meta["case_start"], meta["case_end"]) != ("contact", "meeting"):  # the titles of the codebook speak of meetings
        timed = {one["key"]: one["category"] for one in dimensions(meta) if one["indicator"] == "delay_share"}
        titles |= {key: way(meta, words).within.format(n=days) for key, days in timed.items()}
    return titles | ({COMPOSITE: words.say("Composite (this project's own)")} if composite_weights(meta) else {})


def _no_composite(data: pl.DataFrame, meta: Meta, words: Words, places: Sequence[str]) -> str:
    """Say of which regions there is no composite in the latest year, and which of its parts are missing."""
    weights = composite_weights(meta)
    if not weights or data.is_empty():
        return ""
    titles, last = dimension_titles(meta, words), data["wave"].max()
    latest = data.filter(pl.col("wave") == last)
    said = []
    for region in places:
        mine = latest.filter(pl.col("region") == region, pl.col("value").is_not_null())["dimension"].to_list()
        away = [titles.get(key, key) for key in weights if key not in mine]
        if away:
            said.append(f"{region_title(meta, region, words)} ({words.listed(away)})")
    if not said:
        return ""
    return words.say(
        "No composite in {year} where a part has no number or is hidden: {regions}. A mean of the other parts would "
        "compare different things.",
        year=last, regions="; ".join(said),
    )  # fmt: skip


def _caption(meta: Meta, words: Words, *, many: bool) -> list[str]:
    weights, titles = composite_weights(meta), dimension_titles(meta, words)
    parts = [f"{titles.get(key, key)} × {words.tick(weight, {})}" for key, weight in weights.items()]
    return [
        words.say(
            "Each dimension is put on 0–100 between the ends of its own range: 100 is as good as the measure goes. "
            "The full dot is the latest year, hollow marks are earlier ones. What n is, and the numbers in their own "
            "units, stand in the table."
        ),
        interval_note(meta, words)
        + " "
        + words.say("A dot without a line: the measure has no interval of its own, which does not make it certain."),
        words.say(
            "Dimensions cannot be compared with one another: 60 on one does not mean the same as 60 on another. The "
            "three sides may disagree, and that is worth a talk."
        ),
        no_effect_note(words),
        no_ranking_note(words) if many else "",
        words.say(
            "The composite is this project's own: the weighted mean of {parts}. It tells less than its parts.",
            parts=words.listed(parts),
        )
        if parts
        else "",
    ]


def _alt(shown: pl.DataFrame, titles: Mapping[str, str], names: Mapping[str, str], words: Words) -> str:
    last = shown["wave"].max()
    said = []
    for region, name in names.items():
        mine = shown.filter(pl.col("wave") == last, pl.col("region") == region)
        numbers = [
            f"{titles[key]} {words.number(value)}" for key, value in mine.select("dimension", "value").iter_rows()
        ]
        if numbers:
            said.append(f"{name}: {', '.join(numbers)}")
    return words.say("Dots on 0–100 by dimension in {year}. {values}.", year=last, values="; ".join(said))
