"""Tables of measures of a network: the few that everybody reads, then all of them for those who want them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from sujuva.figures.catalogue.places import topic_title
from sujuva.figures.categories import category_title
from sujuva.figures.labels import note_title, relation_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import Text, View, say
from sujuva.published import SHOWN, chosen
from sujuva.reports.content import Exhibit, only
from sujuva.reports.services_families import ordered
from sujuva.reports.services_findings import change_told, changes, relations_sentence, sector_sentence
from sujuva.reports.tables import Row, Table, by_wave, with_unit

_BRIEF = (
    "network_actors", "network_density", "network_reciprocity_dyad", "network_ei_sector",
    "network_centralization_degree", "network_core_size",
)  # fmt: skip
"""Measures of a network that everybody reads."""
_PRESENCE = (
    "presence_events", "presence_organisations", "presence_sectors", "presence_density", "presence_share",
    "presence_sectors_missing",
)  # fmt: skip
_FAMILIES: dict[str, tuple[Text, Text]] = {
    "network_": (
        say("Measures of the network"),
        say(
            "A tie is a rating of at least {n}. Measures are as in the standard software for networks; "
            "organisations without ties are counted.",
            n=lambda view: chosen(view.meta, "integration", "tie_from"),
        ),
    ),
    "hsim_": (
        say("How deep organisations work together, in numbers"),
        say(
            "Human Service Integration Measure (Browne et al. 2004, 2007): ratings from 0, do not know of each "
            "other, to 4, collaborate. The formulas are this project's own."
        ),
    ),
    "agreement_": (
        say("How far organisations agree on each other's part"),
        say(
            "Does an organisation take the part that is expected of it, seen by itself and by others (Ye et al. "
            "2012)? Both scores are this project's own: how the article scores agreement is not verified."
        ),
    ),
    "scale_": (
        say("The scale of integration (Ahgren & Axelsson)"),
        say(
            "From 0, full segregation, to 100, full integration; the optimum is what organisations themselves "
            "think is needed, so 100 is no aim. Of all links together the degree is the same number as the depth "
            "as per cent. The places of the ratings 0–4 on the scale and the kinds of links are this project's own."
        ),
    ),
    "multiplexity_": (
        say("Ties of several kinds"),
        say("A link that rests on several kinds of ties survives the loss of one of them (Provan & Milward 2001)."),
    ),
}
"""Beginnings of the names of measures of a network in the order of their tables: title, and what must be known."""


def brief_measures(view: View) -> list[Exhibit]:
    """Return a short table of each relation with the change where it is published, and what chance would give."""
    rows = _mine(view).filter(pl.col("indicator").is_in(_BRIEF), pl.col("category") == "")
    made = []
    for (relation,), part in rows.sort("scale").group_by("scale", maintain_order=True):
        name = relation_title(str(relation), view.words, view.meta)
        caption = view.say("The network in brief: {relation}", relation=view.words.inside(name))
        table, _ = _measures(view, part, caption, "network_brief")
        if table is not None:
            said = [one(view, str(relation)) for one in (sector_sentence, relations_sentence)]
            intro = " ".join([f"{name}.", *(one for one in said if one)]) if any(said) else ""
            made.append(only(table, intro=intro))
    return made


def all_measures(view: View) -> list[Exhibit]:
    """Return every measure, a family at a time, to be opened on demand: with what it is and whose the formula is."""
    rows, made = _mine(view), []
    for family, (title, lead) in _FAMILIES.items():
        heading, tables, missing = title(view), [], []
        of_family = rows.filter(pl.col("indicator").str.starts_with(family)).sort("scale")
        for (relation,), part in of_family.group_by("scale", maintain_order=True):
            name = relation_title(str(relation), view.words, view.meta) if relation else ""
            caption = f"{heading}: {view.words.inside(name)}" if name else heading
            table, reason = _measures(view, part, caption, family.strip("_"))
            if table is not None:
                tables.append(table)
            else:
                missing.append(f"{name or heading}: {reason}.")
        if tables:
            made.append(only(*tables, intro=" ".join([lead(view), *missing]), folded=heading))
    return made


def _mine(view: View) -> pl.DataFrame:
    return view.table("integration").filter(
        pl.col("region") == view.region, pl.col("group") == "all", pl.col("wave") > 0,
        pl.any_horizontal(pl.col("indicator").str.starts_with(one) for one in _FAMILIES),
    )  # fmt: skip


def _measures(view: View, part: pl.DataFrame, caption: str, name: str) -> tuple[Table | None, str]:
    """Return a table of the measures of a relation that have a value, or why none has one."""
    rows = ordered(part, list(dict.fromkeys((*_BRIEF, *view.meta["indicators"]))))

    def label(row: Row) -> str:
        of = category_title(view.meta, row, view.words)
        return with_unit(row, view) + (f": {of}" if of else "")

    empty = ((pl.col("suppressed") == SHOWN) & pl.col("estimate").is_null()).all().over("indicator", "category")
    valued, without = rows.filter(~empty), rows.filter(empty)
    if valued.is_empty():
        notes = [note_title(one, view.words) for one in without["note"].unique().sort() if one]
        return None, view.words.listed(notes) or view.say("no data")
    table = by_wave(
        view,
        valued,
        label,
        caption=caption,
        heads=[view.say("Measure")],
        name=name,
        waves=part["wave"].unique().to_list(),
    )
    table = replace(table, note=f"{table.note} {_reasons(view, without, label)}".strip())
    return _with_changes(view, table, valued, label), ""


def _reasons(view: View, without: pl.DataFrame, label: Callable[[Row], str]) -> str:
    """Name the measures that have no value in any year, by the reason."""
    named: dict[str, dict[str, None]] = {}
    for row in without.iter_rows(named=True):
        named.setdefault(note_title(row["note"], view.words) or view.say("no data"), {})[label(row)] = None
    return " ".join(
        view.say("No number ({reason}): {measures}.", reason=reason, measures="; ".join(titles))
        for reason, titles in named.items()
    )


def _with_changes(view: View, table: Table, rows: pl.DataFrame, label: Callable[[Row], str]) -> Table:
    """Add a column with the change of each measure; as it is where no change is published."""
    moved: Mapping[str, Row] = changes(view, rows["scale"][0])
    keys = {label(row): row["indicator"] for row in rows.iter_rows(named=True) if not row["category"]}
    found = {title: moved[key] for title, key in keys.items() if key in moved}
    if not found:
        return table
    one = next(iter(found.values()))
    head = view.say("Change {before}–{year} (interval)", before=one["other_wave"], year=one["wave"])
    cells = [change_told(view, found[row[0]]) if row[0] in found else DASH for row in table.rows]
    about = view.say(
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
        note=f"{table.note} {about}".strip(),
    )


def topic_measures(view: View) -> Table | None:
    """Return who is at which table by year, of all topics together and the last two of each; None without any."""
    whole = pl.col("indicator").is_in(_PRESENCE) & (pl.col("category") == "")
    rows = view.table("integration").filter(
        pl.col("region") == view.region, pl.col("group") == "all", pl.col("wave") > 0,
        whole | pl.col("indicator").is_in(_PRESENCE[-2:]),
    )  # fmt: skip
    if rows.is_empty():
        return None

    def label(row: Row) -> str:
        title = with_unit(row, view)
        return f"{title}: {topic_title(row['category'], view.words)}" if row["category"] else title

    caption = view.say("Who was at the tables, in numbers")
    return by_wave(
        view, ordered(rows, _PRESENCE), label, caption=caption, heads=[view.say("Measure")], name="presence_numbers"
    )
