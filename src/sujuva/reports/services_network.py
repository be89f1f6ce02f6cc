"""Who works with whom: drawings, measures with their change, depth as it is and as expected, who is at which table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words, actor_list, networks
from sujuva.figures.categories import role_title
from sujuva.figures.depth import depth
from sujuva.figures.framing import table as optional
from sujuva.figures.language import DASH
from sujuva.figures.presence import presence, topic_title
from sujuva.figures.trust import trust
from sujuva.published import SHOWN, Published, require_published
from sujuva.reports.content import Exhibit, only, shown
from sujuva.reports.services_findings import depth_sentence
from sujuva.reports.services_measures import all_measures, brief_measures, topic_measures
from sujuva.reports.tables import Table, indicator_rows, plain

_BROKER = "broker_"
_PLACES = (
    "core", "degree_in", "degree_out", "broker_total", "broker_coordinator", "broker_itinerant", "broker_gatekeeper",
    "broker_representative", "broker_liaison",
)  # fmt: skip
"""Measures of an organisation that stand beside its name."""
_PRESENCE = (
    "presence_events", "presence_organisations", "presence_sectors", "presence_density", "presence_share",
    "presence_sectors_missing",
)  # fmt: skip


def network_exhibits(published: Published, words: Words, *, region: str, regions: list[str]) -> list[Exhibit]:
    """Return how organisations work together: of a region its drawings and measures, of the network a comparison.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta, frame = published.meta, published["integration"]
    exhibits = (
        _compared(published, words, regions)
        if region == NETWORK
        else [*_drawn(published, words, region), *brief_measures(published, words, region=region)]
    )
    deep = depth(frame, meta, words, regions=regions)
    if deep is not None:
        columns = ["relation", "indicator", "region", "wave", "estimate", "n"]
        table = indicator_rows(deep.data, meta, words, caption=deep.title, columns=columns, name="depth.csv")
        exhibits.append(shown(deep, table, intro=depth_sentence(published, words, region=region)))
    worth = trust(frame, meta, words, regions=regions)
    if worth is not None:
        columns = ["indicator", "part", "region", "wave", "estimate", "n"]
        table = indicator_rows(worth.data, meta, words, caption=worth.title, columns=columns, name="trust.csv")
        exhibits.append(shown(worth, table))
    if region != NETWORK:
        exhibits += _present(published, words, region)
        exhibits += all_measures(published, words, region=region)
    return exhibits


def _compared(published: Published, words: Words, regions: list[str]) -> list[Exhibit]:
    density = published["integration"].filter(
        pl.col("indicator").is_in(["network_density", "network_ei_sector"]), pl.col("region").is_in(regions),
        pl.col("category") == "", pl.col("group") == "all",
    ).sort("indicator", "scale", "region", "wave")  # fmt: skip
    if density.is_empty():
        return []
    caption = words.say("Networks of organisations by region")
    columns = ["indicator", "relation", "region", "wave", "estimate", "n"]
    table = indicator_rows(density, published.meta, words, caption=caption, columns=columns, name="networks.csv")
    intro = words.say(
        "Networks are measured region by region, and none for the whole network: the drawings and all measures stand "
        "on the pages of the regions."
    )
    return [only(table, intro=intro)]


def _drawn(published: Published, words: Words, region: str) -> list[Exhibit]:
    meta = published.meta
    exhibits: list[Exhibit] = []
    marked = optional(published, "actors")
    for drawing in networks(
        published["nodes"], published["edges"], meta, words, region=region, actors=marked,
        integration=published["integration"],
    ):  # fmt: skip
        headers = {
            "wave": words.say("Year"),
            "source_name": words.say("From"),
            "target_name": words.say("To"),
            "observed": words.say("Strength"),
        }
        relation = str(drawing.data["relation"][0])
        who = organisations(published, words, region=region, relation=relation)
        before = exhibits[0].picture.caption.splitlines() if exhibits and exhibits[0].picture is not None else []
        lines = drawing.caption.splitlines()
        own = [one for one in lines if one not in before]
        ties = plain(drawing.data, words, caption=drawing.title, headers=headers, name="ties.csv")
        said = "\n".join([words.say("Read like the figure before it."), *own]) if len(own) < len(lines) else ""
        exhibits.append(replace(shown(drawing, who, ties), caption=said))
    return exhibits


def organisations(published: Published, words: Words, *, region: str, relation: str) -> Table:
    """Return the organisations of the picture, with their place in the latest network as far as it is published.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: The region.
        relation: The relation.
    """
    meta = published.meta
    listed = actor_list(published["nodes"], meta, words, region=region)
    headers = {
        "number": words.say("No."),
        "name": words.say("Organisation"),
        "sector_title": words.say("Sector"),
    }
    mine = require_published(optional(published, "actors"), "actors").filter(
        pl.col("region") == region, pl.col("relation") == relation, pl.col("measure").is_in(list(_PLACES)),
    )  # fmt: skip
    mine = mine.filter(pl.col("wave") == pl.col("wave").max())
    caption = words.say("Organisations in the picture")
    if mine.is_empty():
        return plain(listed, words, caption=caption, headers=headers, name="organisations.csv")
    found = {(row["organisation"], row["measure"]): row for row in mine.iter_rows(named=True)}
    held = [key for key in _PLACES if key in set(mine["measure"])]
    counts = {
        "core": words.say("In the core"),
        "degree_in": words.say("Named by"),
        "degree_out": words.say("Names"),
        "broker_total": words.say("Stands between others (paths)"),
    }
    columns = {key: [_place(found.get((one, key)), key, words) for one in listed["organisation"]] for key in held}
    headers |= {key: counts[key] for key in held if key in counts}
    columns = {key: cells for key, cells in columns.items() if key in counts}
    roles = [_role(found, one, words) for one in listed["organisation"]]
    if len(set(roles)) > 1:  # where all have the same role it tells nobody apart
        columns["role"], headers["role"] = roles, words.say("Most often")
    table = plain(
        pl.concat([listed, pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))], how="horizontal"), words,
        caption=words.say("Organisations in the picture, and their place in {year}", year=mine["wave"][0]),
        headers=headers, name="organisations.csv",
    )  # fmt: skip
    note = words.say(
        "Stands between others: on how many paths an organisation links two that have no tie of their own (Gould & "
        "Fernandez 1989). A place in a network says nothing of how good the work is."
    )
    numeric = [flag or key in ("degree_in", "degree_out", "broker_total") for key, flag in zip(headers, table.numeric,
                                                                                              strict=True)]  # fmt: skip
    return replace(table, note=note if "broker_total" in columns else "", numeric=numeric)


def _place(row: dict[str, Any] | None, key: str, words: Words) -> str:
    if row is None or (row["value"] is None and row["suppressed"] == SHOWN):
        return DASH
    if row["suppressed"] != SHOWN:
        return words.say("hidden")
    if key == "core":
        return words.say("yes") if row["value"] == 1 else words.say("no")
    return words.number(row["value"], 0)


def _role(found: dict[tuple[str, str], dict[str, Any]], organisation: str, words: Words) -> str:
    """Return the role in which an organisation stands between others most often; "" where it never does."""
    counts = {
        key.removeprefix(_BROKER): row["value"]
        for key in _PLACES
        if key.startswith(_BROKER) and key != "broker_total"
        for row in [found.get((organisation, key))]
        if row is not None and row["suppressed"] == SHOWN and row["value"]
    }
    return role_title(max(counts, key=lambda one: (counts[one], one)), words) if counts else ""


def _present(published: Published, words: Words, region: str) -> list[Exhibit]:
    meta = published.meta
    picture = presence(optional(published, "presence"), published["nodes"], meta, words, region=region)
    if picture is None:
        return []
    topics = pl.Series([topic_title(one, words) for one in picture.data["phenomenon"]], dtype=pl.String)
    table = plain(
        picture.data.with_columns(topic=topics),
        words,
        caption=picture.title,
        headers={
            "sector_title": words.say("Sector"),
            "name": words.say("Organisation"),
            "topic": words.say("Topic"),
            "attended": words.say("Attended"),
            "events": words.say("Meetings"),
        },
        name="presence.csv",
    )
    measures = topic_measures(
        published, words, region=region, topic=lambda one: topic_title(one, words), indicators=_PRESENCE
    )
    return [shown(picture, *(one for one in (measures, table) if one is not None))]
