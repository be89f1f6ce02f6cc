"""Tables of measures of a network: the few that everybody reads, then all of them for those who want them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.figures import Words
from sujuva.figures.categories import category_title
from sujuva.figures.labels import Meta, note_title, relation_title
from sujuva.figures.language import DASH
from sujuva.published import SHOWN, Published
from sujuva.reports.content import Exhibit, folded, only
from sujuva.reports.services_chance import relations_sentence, sector_sentence
from sujuva.reports.services_families import ordered, with_unit
from sujuva.reports.services_findings import change_words, changes
from sujuva.reports.tables import Table, by_wave

_BRIEF = (
    "network_actors", "network_density", "network_reciprocity_dyad", "network_ei_sector",
    "network_centralization_degree", "network_core_size",
)  # fmt: skip
"""Measures of a network that everybody reads."""
_FAMILIES = ("network_", "hsim_", "agreement_", "scale_", "multiplexity_")
"""Beginnings of the names of measures of a network, in the order of their tables."""
Label = Callable[[dict[str, Any]], str]


def brief_measures(published: Published, words: Words, *, region: str) -> list[Exhibit]:
    """Return a short table of each relation with the change where it is published, and what chance would give.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: The region.
    """
    rows = _mine(published, region).filter(pl.col("indicator").is_in(_BRIEF), pl.col("category") == "")
    made = []
    for (relation,), part in rows.sort("scale").group_by("scale", maintain_order=True):
        caption = words.say(
            "The network in brief: {relation}", relation=relation_title(str(relation), words, published.meta).lower()
        )
        table, _ = _measures(published, words, part, str(relation), caption, region, name="network_brief.csv")
        if table is not None:
            said = [
                find(published, words, region=region, relation=str(relation))
                for find in (sector_sentence, relations_sentence)
            ]
            name = relation_title(str(relation), words, published.meta)
            made.append(only(table, intro=" ".join([f"{name}.", *(one for one in said if one)]) if any(said) else ""))
    return made


def all_measures(published: Published, words: Words, *, region: str) -> list[Exhibit]:
    """Return every measure, a family at a time, to be opened on demand: with what it is and whose the formula is.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: The region.
    """
    rows, meta, made = _mine(published, region), published.meta, []
    about = _about(meta, words)
    for family in _FAMILIES:
        title, lead = about[family]
        tables, missing = [], []
        of_family = rows.filter(pl.col("indicator").str.starts_with(family)).sort("scale")
        for (relation,), part in of_family.group_by("scale", maintain_order=True):
            name = relation_title(str(relation), words, meta) if relation else ""
            caption = f"{title}: {name.lower()}" if name else title
            table, reason = _measures(
                published, words, part, str(relation), caption, region, name=f"{family.strip('_')}.csv"
            )
            if table is not None:
                tables.append(table)
            elif reason:
                missing.append(f"{name or title}: {reason}.")
        if tables:
            made.append(folded(title, *tables, intro=" ".join([lead, *missing])))
    return made


def _mine(published: Published, region: str) -> pl.DataFrame:
    return published["integration"].filter(
        pl.col("region") == region, pl.col("group") == "all", pl.col("wave") > 0,
        pl.any_horizontal(pl.col("indicator").str.starts_with(one) for one in _FAMILIES),
    )  # fmt: skip


def _about(meta: Meta, words: Words) -> dict[str, tuple[str, str]]:
    """Return title and lead of each family: what it is, and what of it is not verified or this project's own."""
    from_rating = meta.get("integration", {}).get("tie_from", 2)
    return {
        "network_": (
            words.say("Measures of the network"),
            words.say(
                "A tie is a rating of at least {n}. Measures are as in the standard software for networks; "
                "organisations without ties are counted.",
                n=from_rating,
            ),
        ),
        "hsim_": (
            words.say("How deep organisations work together, in numbers"),
            words.say(
                "Human Service Integration Measure (Browne et al. 2004, 2007): ratings from 0, do not know of each "
                "other, to 4, collaborate. The formulas are this project's own."
            ),
        ),
        "agreement_": (
            words.say("How far organisations agree on each other's part"),
            words.say(
                "Does an organisation take the part that is expected of it, seen by itself and by others (Ye et al. "
                "2012)? Both scores are this project's own: how the article scores agreement is not verified."
            ),
        ),
        "scale_": (
            words.say("The scale of integration (Ahgren & Axelsson)"),
            words.say(
                "From 0, full segregation, to 100, full integration; the optimum is what organisations themselves "
                "think is needed, so 100 is no aim. Of all links together the degree is the same number as the depth "
                "as per cent. The places of the ratings 0–4 on the scale and the kinds of links are this project's own."
            ),
        ),
        "multiplexity_": (
            words.say("Ties of several kinds"),
            words.say(
                "A link that rests on several kinds of ties survives the loss of one of them (Provan & Milward 2001)."
            ),
        ),
    }


def _measures(
    published: Published, words: Words, part: pl.DataFrame, relation: str, caption: str, region: str, *, name: str
) -> tuple[Table | None, str]:
    """Return a table of the measures that have a value, and why the others have none."""
    meta = published.meta
    known = [*_BRIEF, *(key for key in meta["indicators"] if key not in _BRIEF)]
    known += sorted(set(part["indicator"]) - set(known))
    rows = ordered(part, known)

    def label(row: dict[str, Any]) -> str:
        of = category_title(meta, row, words)
        return with_unit(row, meta, words) + (f": {of}" if of else "")

    empty = (pl.col("suppressed") == SHOWN) & pl.col("estimate").is_null()
    valued = rows.filter(~empty.all().over("indicator", "category"))
    without = rows.filter(empty.all().over("indicator", "category"))
    reasons = _reasons(without, label, words)
    if valued.is_empty():
        notes = [one for one in without["note"].unique().sort().to_list() if one]
        return None, words.listed([note_title(one, words) for one in notes]) or words.say("no data")
    table = by_wave(
        valued, meta, words, caption=caption, first=words.say("Measure"), label=label, name=name,
        waves=sorted(part["wave"].unique().to_list()),
    )  # fmt: skip
    table = replace(table, note=_joined(table.note, reasons))
    return _with_changes(table, valued, label, changes(published, region=region, relation=relation), meta, words), ""


def _reasons(without: pl.DataFrame, label: Label, words: Words) -> str:
    """Name the measures that have no value in any year, by the reason."""
    named: dict[str, list[str]] = {}
    for row in without.iter_rows(named=True):
        titles = named.setdefault(note_title(row["note"], words) or words.say("no data"), [])
        if label(row) not in titles:
            titles.append(label(row))
    return " ".join(
        words.say("No number ({reason}): {measures}.", reason=reason, measures="; ".join(titles))
        for reason, titles in named.items()
    )


def _with_changes(
    table: Table, rows: pl.DataFrame, label: Label, moved: dict[str, dict[str, Any]], meta: Meta, words: Words
) -> Table:
    """Add a column with the change of each measure; as it is where no change is published."""
    keys = {label(row): row["indicator"] for row in rows.iter_rows(named=True) if not row["category"]}
    found = {title: moved[key] for title, key in keys.items() if key in moved}
    if not found:
        return table
    one = next(iter(found.values()))
    head = words.say("Change {before}–{year} (interval)", before=one["other_wave"], year=one["wave"])
    cells = [change_words(found[row[0]], meta, words) if row[0] in found else DASH for row in table.rows]
    about = words.say(
        "Change: the same organisations in both years. Its interval tells how far the change could move if other "
        "organisations of the same kind had been asked. It is made of a standard error from a vertex bootstrap, "
        "corrected for the noise of single pairs, which the bootstrap counts too often (this project's own), with the "
        "t distribution. For transitivity and centralization, which are no means of pairs, the standard error is "
        "that of their own parts."
    )
    return replace(
        table,
        headers=[*table.headers, head],
        rows=[[*row, cell] for row, cell in zip(table.rows, cells, strict=True)],
        numeric=[*table.numeric, True],
        note=_joined(table.note, about),
    )


def _joined(*notes: str) -> str:
    return " ".join(one for one in notes if one)


def topic_measures(
    published: Published, words: Words, *, region: str, topic: Callable[[str], str], indicators: Sequence[str]
) -> Table | None:
    """Return the measures of who is at which table by year, of all topics together and of each; None without any.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: The region.
        topic: Names a topic.
        indicators: Measures of all topics together; the last two are shown of each topic as well.
    """
    rows = published["integration"].filter(
        pl.col("region") == region, pl.col("group") == "all", pl.col("wave") > 0,
        (pl.col("indicator").is_in(indicators) & (pl.col("category") == ""))
        | pl.col("indicator").is_in(indicators[-2:]),
    )  # fmt: skip
    if rows.is_empty():
        return None

    def label(row: dict[str, Any]) -> str:
        title = with_unit(row, published.meta, words)
        return f"{title}: {topic(row['category'])}" if row["category"] else title

    return by_wave(
        ordered(rows, indicators), published.meta, words, caption=words.say("Who was at the tables, in numbers"),
        first=words.say("Measure"), label=label, name="presence_numbers.csv",
        waves=sorted(rows["wave"].unique().to_list()),
    )  # fmt: skip
