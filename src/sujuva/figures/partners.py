"""What partners say of working together: the conditions of an instrument by year, and the assessed level beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.dots import Axis, Line, by_region, rows_of
from sujuva.figures.framing import framed, in_words, interval_note, no_effect_note, no_ranking_note
from sujuva.figures.labels import Meta, region_title, scale_title
from sujuva.figures.language import Words
from sujuva.figures.nobody import somebody
from sujuva.figures.picture import Picture
from sujuva.figures.rows import MOST_LINES
from sujuva.figures.theme import style
from sujuva.published import SHOWN, require_published

MEAN, LEVEL = "partner_mean", "rubric_level"


def level_title(level: float | None, words: Words) -> str:
    """Return the name of a level of the rubric, 0–3; between two levels, the number alone."""
    return "" if level is None or level % 1 else words.title("practice_level", f"{level:.0f}")


def partner_rows(integration: pl.DataFrame, meta: Meta, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published means of what partners say, by instrument and scale in the order of the codebooks.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        regions: Regions to keep, in their order.
    """
    frame = require_published(integration, "partners").filter(
        pl.col("indicator") == MEAN, pl.col("group") == "all", pl.col("wave") > 0,
        pl.col("region").is_in(list(regions)),
    ).filter(somebody())  # fmt: skip
    scales = meta["scales"]
    found = frame["scale"].unique().to_list()
    order = sorted(
        found, key=lambda key: (scales.get(key, {}).get("instrument", ""), scales.get(key, {}).get("order", 0), key)
    )
    return frame.sort(pl.col("scale").cast(pl.Enum(order)), pl.col("region").cast(pl.Enum(list(regions))), "wave")


def rubric_rows(integration: pl.DataFrame, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published levels of the rubric: category = condition.

    Args:
        integration: Published indicators of integration.
        regions: Regions to keep, in their order.
    """
    frame = require_published(integration, "rubric").filter(
        pl.col("indicator") == LEVEL, pl.col("group") == "all", pl.col("wave") > 0,
        pl.col("region").is_in(list(regions)),
    )  # fmt: skip
    return frame.sort("category", pl.col("region").cast(pl.Enum(list(regions))), "wave")


def partners(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> list[Picture]:
    """Draw a picture for each instrument that partners answered: its scales in rows, the assessed level beside.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; "network" stands for all together.
    """
    data = partner_rows(integration, meta, regions=regions)
    levels = rubric_rows(integration, regions=regions)
    instruments: dict[str, list[str]] = {}
    for scale in data["scale"].unique(maintain_order=True).to_list():
        instruments.setdefault(meta["scales"].get(scale, {}).get("instrument", ""), []).append(scale)
    made = [
        _picture(data.filter(pl.col("scale").is_in(scales)), levels, meta, words, key, scales, regions)
        for key, scales in instruments.items()
    ]
    return [one for one in made if one is not None]


def _picture(
    data: pl.DataFrame, levels: pl.DataFrame, meta: Meta, words: Words, instrument: str, scales: list[str],
    regions: Sequence[str],
) -> Picture | None:  # fmt: skip
    shown = data.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    places = [one for one in regions if one in shown["region"].unique().to_list()]
    if not places or (places == [NETWORK] and list(regions) != [NETWORK]):
        return None
    low, high = meta["scales"].get(scales[0], {}).get("range", (1, 5))
    ticks = tuple(float(one) for one in range(int(low), int(high) + 1))
    levels = levels.filter(pl.col("category").is_in(scales))
    beside = _levels(levels, words) if len(places) <= MOST_LINES else {}
    with style():
        figure = by_region(
            rows_of(data, panel="region", row="scale"), meta, words, regions=places,
            rows=[Line(one, scale_title(meta, one, words)) for one in scales],
            axis=Axis(float(low), float(high), ticks, words.number), beside=beside or None,
            beside_title=words.say("level"),
        )  # fmt: skip
    last = shown["wave"].max()
    said = [
        f"{region_title(meta, row['region'], words)}, {scale_title(meta, row['scale'], words)} "
        f"{in_words(row, meta, words)}"
        for row in shown.filter(pl.col("wave") == last, pl.col("region") == places[0]).iter_rows(named=True)
    ]
    about = words.of(meta["scales"].get(scales[0], {}).get("instrument_title"), instrument)
    return framed(
        figure, pl.concat([data, levels]), meta, words,
        key=f"partners-{instrument}".replace("_", "-").strip("-"),
        title=words.say("What partners say of working together: {instrument}", instrument=about),
        caption=[
            words.say("Means of what people in partner organisations answered, on {span}; higher is better.",
                      span=words.span(low, high)),
            interval_note(meta, words) + " " + words.say("People of one organisation are taken to be alike."),
            words.say(
                "To the right: the level that was assessed for the latest year, 0–3, with evidence: the median of the "
                "assessors, so it may lie between two levels. It is another source than the answers, and may disagree."
            )
            if beside
            else "",
            words.say("Parts of this instrument are not verified or this project's own: see “Instruments”.")
            if any(meta["scales"].get(one, {}).get("unverified") for one in scales)
            else "",
            words.say("Those who answer are those who take part. Who stayed away is not heard here."),
            no_effect_note(words),
            no_ranking_note(words) if len(places) > 1 else "",
        ],
        alt=words.say("Dots with intervals for what partners say in {year}. {values}.", year=last,
                      values="; ".join(said)),
    )  # fmt: skip


def _levels(levels: pl.DataFrame, words: Words) -> Mapping[tuple[str, str], str]:
    latest = levels.filter(pl.col("wave") == pl.col("wave").max().over("region", "category"))
    found = {}
    for row in latest.iter_rows(named=True):
        if row["suppressed"] == SHOWN and row["estimate"] is not None:
            number = words.number(row["estimate"], 0 if float(row["estimate"]).is_integer() else 1)
            name = level_title(row["estimate"], words)
            found[row["region"], row["category"]] = f"{number} {name}".strip()
        else:
            found[row["region"], row["category"]] = words.say("hidden") if row["suppressed"] != SHOWN else ""
    return {key: text for key, text in found.items() if text}
