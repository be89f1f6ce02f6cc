"""Who works with whom: drawings, measures with their change, depth as it is and as expected, who is at which table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words, actor_list, networks
from sujuva.figures.depth import depth
from sujuva.figures.framing import table as optional
from sujuva.figures.labels import Meta, relation_title, sector_title
from sujuva.figures.language import DASH
from sujuva.figures.presence import presence, topic_title
from sujuva.publish import Published
from sujuva.reports.content import Exhibit, only, shown
from sujuva.reports.services_families import ordered, with_unit
from sujuva.reports.services_findings import change_words, changes, depth_sentence
from sujuva.reports.tables import Table, by_wave, indicator_rows, plain

_FIRST = (
    "network_actors", "network_ties", "network_density", "network_reciprocity_dyad", "network_reciprocity_arc",
    "network_ei_sector", "network_centralization_degree", "network_centralization_in", "network_centralization_out",
    "network_centralization_betweenness", "network_transitivity",
)  # fmt: skip
_FAMILIES = ("network_", "hsim_", "agreement_", "scale_", "multiplexity_", "partner_value", "partner_trust")
"""Beginnings of the names of measures of a network, in the order of their tables."""


def network_exhibits(published: Published, words: Words, *, region: str, regions: list[str]) -> list[Exhibit]:
    """Return how organisations work together: of a region its drawings and measures, of the network a comparison.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    exhibits = _compared(published, words, regions) if region == NETWORK else _drawn(published, words, region)
    meta = published.meta
    deep = depth(published["integration"], meta, words, regions=regions)
    if deep is not None:
        columns = ["relation", "indicator", "region", "wave", "estimate", "n"]
        table = indicator_rows(deep.data, meta, words, caption=deep.title, columns=columns, name="depth.csv")
        exhibits.append(shown(deep, table, intro=depth_sentence(published, words, region=region)))
    if region != NETWORK:
        exhibits += _present(published, words, region)
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
    return [only(table)]


def _drawn(published: Published, words: Words, region: str) -> list[Exhibit]:
    meta = published.meta
    exhibits = []
    marked = optional(published, "actors")
    for drawing in networks(published["nodes"], published["edges"], meta, words, region=region, actors=marked):
        headers = {
            "wave": words.say("Year"),
            "source_name": words.say("From"),
            "target_name": words.say("To"),
            "observed": words.say("Strength"),
        }
        who = plain(
            actor_list(published["nodes"], meta, words, region=region),
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
    return exhibits + _measured(published, words, region)


def _measured(published: Published, words: Words, region: str) -> list[Exhibit]:
    """Return a table of measures for each relation and family of measures, with the change where it is published."""
    mine = published["integration"].filter(
        pl.col("region") == region, pl.col("group") == "all", pl.col("wave") > 0,
        pl.any_horizontal(pl.col("indicator").str.starts_with(one) for one in _FAMILIES),
    )  # fmt: skip
    exhibits = []
    for family in _FAMILIES:
        of_family = mine.filter(pl.col("indicator").str.starts_with(family))
        for (relation,), part in of_family.sort("scale").group_by("scale", maintain_order=True):
            exhibits.append(only(_measures(published, words, part, str(relation), family, region)))
    return exhibits


def _measures(published: Published, words: Words, part: pl.DataFrame, relation: str, family: str, region: str) -> Table:
    meta = published.meta
    known = [*_FIRST, *(key for key in meta["indicators"] if key not in _FIRST)]
    known += sorted(set(part["indicator"]) - set(known))
    rows = ordered(part, known)
    titles = {
        "network_": words.say("Measures of the network"),
        "hsim_": words.say("How deep organisations work together, in numbers"),
        "agreement_": words.say("How far organisations agree on each other's part"),
        "scale_": words.say("The scale of integration (Ahgren & Axelsson)"),
        "multiplexity_": words.say("Ties of several kinds"),
        "partner_value": words.say("Value of organisations to each other"),
        "partner_trust": words.say("Trust between organisations"),
    }
    caption = titles[family]
    if relation:
        caption = f"{caption}: {relation_title(relation, words, meta).lower()}"

    def label(row: dict[str, Any]) -> str:
        of = sector_title(meta, row["category"], words) if row["category"] else ""
        return with_unit(row, meta, words) + (f": {of}" if of else "")

    table = by_wave(
        rows, meta, words, caption=caption, first=words.say("Measure"), label=label,
        name=f"{family.strip('_')}.csv", waves=sorted(part["wave"].unique().to_list()),
    )  # fmt: skip
    return _with_changes(table, rows, label, changes(published, region=region, relation=relation), meta, words)


def _with_changes(
    table: Table, rows: pl.DataFrame, label: Any, moved: dict[str, dict[str, Any]], meta: Meta, words: Words
) -> Table:
    """Add a column with the change of each measure; as it is where no change is published."""
    keys = {label(row): row["indicator"] for row in rows.iter_rows(named=True) if not row["category"]}
    found = {title: moved[key] for title, key in keys.items() if key in moved}
    if not found:
        return table
    one = next(iter(found.values()))
    head = words.say("Change {before}–{year} (interval)", before=one["other_wave"], year=one["wave"])
    cells = [change_words(found[row[0]], meta, words) if row[0] in found else DASH for row in table.rows]
    return replace(
        table,
        headers=[*table.headers, head],
        rows=[[*row, cell] for row, cell in zip(table.rows, cells, strict=True)],
        numeric=[*table.numeric, True],
        note=" ".join(
            part
            for part in (
                table.note,
                words.say(
                    "Change: the same organisations in both years. Its interval is by vertex bootstrap: how far the "
                    "change could move if other organisations of the same kind had been asked."
                ),
            )
            if part
        ),
    )


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
    return [shown(picture, table)]


__all__ = ["network_exhibits"]
