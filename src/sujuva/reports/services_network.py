"""Who works with whom: drawings, depth, organisations and their place, who is at which table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Picture
from sujuva.figures.catalogue.networks import actor_list
from sujuva.figures.catalogue.places import topic_title
from sujuva.figures.categories import role_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.published import SHOWN
from sujuva.reports.content import Exhibit, figures, only
from sujuva.reports.services_findings import depth_sentence
from sujuva.reports.services_measures import topic_measures
from sujuva.reports.tables import Row, Table, plain, row_table

_BROKER = "broker_"
_COUNTS = ("degree_in", "degree_out", "broker_total")


def network_exhibits(view: View) -> list[Exhibit]:
    """Return how deep organisations work together and trust each other, and of a region who is at which table."""
    exhibits = [*figures(view, "depth", intro=depth_sentence(view)), *figures(view, "trust")]
    if view.region != NETWORK:
        exhibits += figures(view, "presence", tables=lambda picture: _presence_tables(view, picture))
    return exhibits


def compared_networks(view: View) -> list[Exhibit]:
    """Return the networks of all regions in numbers."""
    rows = view.table("integration").filter(
        pl.col("indicator").is_in(["network_density", "network_ei_sector"]),
        pl.col("region").is_in(list(view.regions)), pl.col("category") == "", pl.col("group") == "all",
    ).sort("indicator", "scale", "region", "wave")  # fmt: skip
    if rows.is_empty():
        return []
    columns = ["indicator", "relation", "region", "wave", "estimate", "n"]
    table = row_table(view, rows, columns, caption=view.say("Networks of organisations by region"), name="networks")
    intro = view.say(
        "Networks are measured region by region, and none for the whole network: the drawings and all measures stand "
        "on the pages of the regions."
    )
    return [only(table, intro=intro)]


def drawn_networks(view: View) -> list[Exhibit]:
    """Return the drawings of the networks of a region, one for each relation; none of the whole network."""
    if view.region == NETWORK:
        return []
    return figures(view, "network", tables=lambda picture: _network_tables(view, picture))


def _network_tables(view: View, picture: Picture) -> list[Table]:
    headers = {
        "wave": view.say("Year"), "source_name": view.say("From"), "target_name": view.say("To"),
        "observed": view.say("Strength"),
    }  # fmt: skip
    ties = plain(view, picture.data, headers, caption=picture.title, name="ties", behind=picture.data)
    return [organisations(view, str(picture.data["relation"][0])), ties]


def organisations(view: View, relation: str) -> Table:
    """Return the organisations of the picture, with their place in the latest network as far as it is published."""
    nodes = view.table("nodes").filter(pl.col("region") == view.region)
    listed = actor_list(nodes, view.meta, view.words, region=view.region)
    headers = {"number": view.say("No."), "name": view.say("Organisation"), "sector_title": view.say("Sector")}
    mine = view.table("actors").filter(pl.col("region") == view.region, pl.col("relation") == relation)
    mine = mine.filter(
        pl.col("measure").is_in(["core", "degree_in", "degree_out"]) | pl.col("measure").str.starts_with(_BROKER)
    )
    mine = mine.filter(pl.col("wave") == pl.col("wave").max())
    if mine.is_empty():
        caption = view.say("Organisations in the picture")
        return plain(view, listed, headers, caption=caption, name="organisations", behind=nodes)
    found = {(row["organisation"], row["measure"]): row for row in mine.iter_rows(named=True)}
    heads = {
        "core": view.say("In the core"), "degree_in": view.say("Named by"), "degree_out": view.say("Names"),
        "broker_total": view.say("Stands between others (paths)"),
    }  # fmt: skip
    held = set(mine["measure"])
    heads = {key: head for key, head in heads.items() if key in held}
    columns = {key: [_place(view, found.get((one, key)), key) for one in listed["organisation"]] for key in heads}
    roles = [_role(view, found, one) for one in listed["organisation"]]
    if len(set(roles)) > 1:  # where all have the same role it tells nobody apart
        columns["role"], heads["role"] = roles, view.say("Most often")
    headers |= heads
    table = plain(
        view, pl.concat([listed, pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))], how="horizontal"),
        headers, name="organisations", behind=mine.join(listed.select("organisation", "name"), on="organisation"),
        caption=view.say("Organisations in the picture, and their place in {year}", year=mine["wave"][0]),
    )  # fmt: skip
    note = view.say(
        "Stands between others: on how many paths an organisation links two that have no tie of their own (Gould & "
        "Fernandez 1989). A place in a network says nothing of how good the work is."
    )
    numeric = [flag or key in _COUNTS for key, flag in zip(headers, table.numeric, strict=True)]
    return replace(table, note=note if "broker_total" in columns else "", numeric=numeric)


def _place(view: View, row: Row | None, key: str) -> str:
    if row is None or (row["value"] is None and row["suppressed"] == SHOWN):
        return DASH
    if row["suppressed"] != SHOWN:
        return view.say("not shown")
    if key == "core":
        return view.say("yes") if row["value"] == 1 else view.say("no")
    return view.words.number(row["value"], 0)


def _role(view: View, found: Mapping[Any, Row], organisation: str) -> str:
    """Return the role in which an organisation stands between others most often; "" where it never does."""
    counts = {
        key.removeprefix(_BROKER): row["value"]
        for (one, key), row in found.items()
        if one == organisation and key.startswith(_BROKER) and key != "broker_total"
        if row["suppressed"] == SHOWN and row["value"]
    }
    return role_title(max(counts, key=lambda one: (counts[one], one)), view.words) if counts else ""


def _presence_tables(view: View, picture: Picture) -> list[Table]:
    topics = pl.Series([topic_title(one, view.words) for one in picture.data["phenomenon"]], dtype=pl.String)
    headers = {
        "sector_title": view.say("Sector"), "name": view.say("Organisation"), "topic": view.say("Topic"),
        "attended": view.say("Attended"), "events": view.say("Meetings"),
    }  # fmt: skip
    rows = picture.data.with_columns(topic=topics)
    table = plain(view, rows, headers, caption=picture.title, name=picture.key, behind=picture.data)
    return [one for one in (topic_measures(view), table) if one is not None]
