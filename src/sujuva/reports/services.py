"""The section on services: waiting, networks of organisations, feedback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words, actor_list, delays, networks, promise
from sujuva.figures.labels import Meta, indicator_title, relation_title
from sujuva.publish import Published
from sujuva.reports.content import Exhibit, Section, shown
from sujuva.reports.tables import by_wave, indicator_rows, plain

_NETWORK_MEASURES = (
    "network_actors",
    "network_ties",
    "network_density",
    "network_reciprocity_dyad",
    "network_reciprocity_arc",
    "network_ei_sector",
    "network_centralization_degree",
    "network_centralization_in",
    "network_centralization_out",
    "network_centralization_betweenness",
    "network_transitivity",
)
_WAITING = ("cases_started", "cases_open", "delay_q1", "delay_median", "delay_q3", "delay_mean", "delay_share")


def services_section(published: Published, words: Words, *, region: str, regions: list[str]) -> Section:
    """Return the section on whether services work as one.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta, frame = published.meta, published["integration"]
    waves = meta["waves"]
    mine = frame.filter(pl.col("region") == region, pl.col("group") == "all", pl.col("wave") > 0)
    exhibits = []
    waiting = mine.filter(pl.col("indicator").is_in(_WAITING))
    if waiting.height:
        weeks = delays(published["delays"], frame, meta, words, region=region)
        days = pl.Series(
            [
                words.span(low, high) if high is not None else f"{low}+"
                for low, high in weeks.data.select("days", "days_to").iter_rows()
            ],
            dtype=pl.String,
        )
        week_table = plain(
            weeks.data.with_columns(span=days),
            words,
            caption=weeks.title,
            headers={"wave": words.say("Year"), "span": words.say("Days"), "n": words.say("Families")},
            name="delays.csv",
        )
        facts = by_wave(
            _ordered(waiting, _WAITING),
            meta,
            words,
            caption=words.say("Waiting in numbers"),
            first=words.say("Indicator"),
            label=lambda row: _waiting_label(row, meta, words),
            name="waiting.csv",
            waves=waves,
        )
        exhibits.append(shown(weeks, facts, week_table))
        kept = promise(frame, meta, words, regions=regions)
        exhibits.append(
            shown(
                kept,
                indicator_rows(
                    kept.data,
                    meta,
                    words,
                    caption=kept.title,
                    columns=["days", "region", "wave", "estimate", "n"],
                    name="promise.csv",
                ),
            )
        )
    if region == NETWORK:
        density = frame.filter(
            pl.col("indicator").is_in(["network_density", "network_ei_sector"]), pl.col("region").is_in(regions)
        ).sort("indicator", "scale", "region", "wave")
        if density.height:
            exhibits.append(
                Exhibit(
                    None,
                    (
                        indicator_rows(
                            density,
                            meta,
                            words,
                            caption=words.say("Networks of organisations by region"),
                            columns=["indicator", "relation", "region", "wave", "estimate", "n"],
                            name="networks.csv",
                        ),
                    ),
                )
            )
    else:
        exhibits += _network_exhibits(published, words, region=region, mine=mine)
    feedback = frame.filter(
        pl.col("region") == region, pl.col("indicator") == "feedback_mean", pl.col("group") == "all"
    ).sort("scale", "wave")
    if feedback.height:
        exhibits.append(
            Exhibit(
                None,
                (
                    indicator_rows(
                        feedback,
                        meta,
                        words,
                        caption=words.say("Feedback of participants, mean of ratings 1–5"),
                        columns=["scale", "wave", "estimate", "interval", "n"],
                        name="feedback.csv",
                    ),
                ),
            )
        )
    return Section(
        "services",
        words.say("Do services work as one?"),
        words.say(
            "How long families wait for a joint meeting, how organisations work together, and what participants say."
        ),
        exhibits,
    )


def _network_exhibits(published: Published, words: Words, *, region: str, mine: pl.DataFrame) -> list[Exhibit]:
    meta = published.meta
    exhibits = []
    drawings = networks(published["nodes"], published["edges"], meta, words, region=region)
    for drawing in drawings:
        headers = {
            "wave": words.say("Year"),
            "source_name": words.say("From"),
            "target_name": words.say("To"),
            "observed": words.say("Strength"),
        }
        actors = actor_list(published["nodes"], meta, words, region=region)
        who = plain(
            actors,
            words,
            caption=words.say("Organisations in the picture"),
            headers={
                "number": words.say("No."),
                "name": words.say("Organisation"),
                "sector_title": words.say("Sector"),
            },
            name="organisations.csv",
        )
        exhibits.append(
            shown(drawing, who, plain(drawing.data, words, caption=drawing.title, headers=headers, name="ties.csv"))
        )
    measures = mine.filter(pl.col("indicator").is_in(_NETWORK_MEASURES))
    for (relation,), part in measures.group_by("scale", maintain_order=True):
        caption = words.say(
            "Measures of the network: {relation}", relation=relation_title(str(relation), words).lower()
        )
        exhibits.append(
            Exhibit(
                None,
                (
                    by_wave(
                        _ordered(part, _NETWORK_MEASURES),
                        meta,
                        words,
                        caption=caption,
                        first=words.say("Measure"),
                        label=lambda row: _with_unit(row, meta, words),
                        name="network.csv",
                        waves=meta["waves"],
                    ),
                ),
            )
        )
    return exhibits


def _ordered(frame: pl.DataFrame, keys: Iterable[str]) -> pl.DataFrame:
    place = {key: number for number, key in enumerate(keys)}
    return (
        frame.with_columns(place=pl.col("indicator").replace_strict(place, return_dtype=pl.Int32))
        .sort("place", pl.col("category").cast(pl.Int32, strict=False), "wave")
        .drop("place")
    )


def _with_unit(row: dict[str, Any], meta: Meta, words: Words) -> str:
    info = meta["indicators"].get(row["indicator"], {})
    unit = "%" if info.get("percent") else words.of(info.get("unit"))
    return (
        f"{indicator_title(meta, row['indicator'], words)} ({unit})"
        if unit
        else indicator_title(meta, row["indicator"], words)
    )


def _waiting_label(row: dict[str, Any], meta: Meta, words: Words) -> str:
    if row["indicator"] == "delay_share":
        return words.say("Met within {n} days", n=row["category"])
    return _with_unit(row, meta, words)
