"""The section on services: waiting, networks of organisations, feedback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Picture, Words, actor_list, delays, networks, promise
from sujuva.figures.casework import way
from sujuva.figures.labels import Meta, indicator_title, relation_title
from sujuva.publish import Published
from sujuva.reports.content import Exhibit, Section, lacking, only, shown
from sujuva.reports.tables import Table, by_wave, indicator_rows, plain

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
    mine = frame.filter(pl.col("region") == region, pl.col("group") == "all", pl.col("wave") > 0)
    parts = {
        "cases": _case_exhibits(published, words, region=region, regions=regions, mine=mine),
        "networks": _density_exhibits(frame, meta, words, regions=regions)
        if region == NETWORK
        else _network_exhibits(published, words, region=region, mine=mine),
        "feedback": _feedback_exhibits(mine, meta, words),
    }
    leads = {
        "cases": way(meta, words).lead,
        "networks": words.say("how organisations work together"),
        "feedback": words.say("what participants say"),
    }
    names = {
        "cases": words.say("times from start to end of cases"),
        "networks": words.say("networks of organisations"),
        "feedback": words.say("feedback of participants"),
    }
    here = [leads[key] for key, exhibits in parts.items() if exhibits]
    return Section(
        "services",
        words.say("Do services work as one?"),
        words.sentence(words.listed(here or list(leads.values()))),
        [one for exhibits in parts.values() for one in exhibits],
        missing=lacking([names[key] for key, exhibits in parts.items() if not exhibits], words, region),
        notes=_hidden_delays(published, parts["cases"], words, region=region),
    )


def _hidden_delays(published: Published, exhibits: list[Exhibit], words: Words, *, region: str) -> tuple[str, ...]:
    """Say so where the distribution of delays is there, but may not be drawn."""
    drawn = any(one.picture is not None and one.picture.key == "delays" for one in exhibits)
    if drawn or published["delays"].filter(pl.col("region") == region).is_empty():
        return ()
    return (words.say("How the times spread over days is hidden to protect privacy: too few cases in some years."),)


def _case_exhibits(
    published: Published, words: Words, *, region: str, regions: list[str], mine: pl.DataFrame
) -> list[Exhibit]:
    meta, frame = published.meta, published["integration"]
    waiting = mine.filter(pl.col("indicator").is_in(_WAITING))
    if waiting.is_empty():
        return []
    facts = by_wave(
        _ordered(waiting, _WAITING),
        meta,
        words,
        caption=way(meta, words).waiting,
        first=words.say("Indicator"),
        label=lambda row: _waiting_label(row, meta, words),
        name="waiting.csv",
        waves=sorted(waiting["wave"].unique().to_list()),
    )
    weeks = delays(published["delays"], frame, meta, words, region=region)
    exhibits = [only(facts)] if weeks is None else [shown(weeks, facts, _week_table(weeks, meta, words))]
    kept = promise(frame, meta, words, regions=regions)
    if kept is not None:
        columns = ["days", "region", "wave", "estimate", "n"]
        table = indicator_rows(kept.data, meta, words, caption=kept.title, columns=columns, name="promise.csv")
        exhibits.append(shown(kept, table))
    return exhibits


def _week_table(weeks: Picture, meta: Meta, words: Words) -> Table:
    days = [
        words.span(low, high) if high is not None else f"{low}+"
        for low, high in weeks.data.select("days", "days_to").iter_rows()
    ]
    counted = way(meta, words).unit
    return plain(
        weeks.data.with_columns(span=pl.Series(days, dtype=pl.String)),
        words,
        caption=weeks.title,
        headers={"wave": words.say("Year"), "span": words.say("Days"), "n": f"n ({counted})"},
        name="delays.csv",
    )


def _density_exhibits(frame: pl.DataFrame, meta: Meta, words: Words, *, regions: list[str]) -> list[Exhibit]:
    density = frame.filter(
        pl.col("indicator").is_in(["network_density", "network_ei_sector"]), pl.col("region").is_in(regions)
    ).sort("indicator", "scale", "region", "wave")
    if density.is_empty():
        return []
    caption = words.say("Networks of organisations by region")
    columns = ["indicator", "relation", "region", "wave", "estimate", "n"]
    return [only(indicator_rows(density, meta, words, caption=caption, columns=columns, name="networks.csv"))]


def _feedback_exhibits(mine: pl.DataFrame, meta: Meta, words: Words) -> list[Exhibit]:
    feedback = mine.filter(pl.col("indicator") == "feedback_mean").sort("scale", "wave")
    if feedback.is_empty():
        return []
    caption = words.say("Feedback of participants, mean of ratings 1–5")
    columns = ["scale", "wave", "estimate", "interval", "n"]
    return [only(indicator_rows(feedback, meta, words, caption=caption, columns=columns, name="feedback.csv"))]


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
                        waves=sorted(part["wave"].unique().to_list()),
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
    return ", ".join(one for one in (indicator_title(meta, row["indicator"], words), unit) if one)


def _waiting_label(row: dict[str, Any], meta: Meta, words: Words) -> str:
    if row["indicator"] == "delay_share":
        return way(meta, words).within.format(n=row["category"])
    if row["indicator"].startswith("cases_"):
        return f"{indicator_title(meta, row['indicator'], words)}, {way(meta, words).unit}"
    return _with_unit(row, meta, words)
