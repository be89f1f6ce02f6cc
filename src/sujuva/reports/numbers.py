"""The key numbers at the top of a page, made from published numbers only."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sujuva.figures import Words
from sujuva.figures.casework import way
from sujuva.figures.labels import direction, informant_title, manner, note_title, relation_title
from sujuva.figures.specification import View
from sujuva.published import Published
from sujuva.reports.content import page_of
from sujuva.reports.findings import coping_series, doubtful, ends
from sujuva.reports.services_findings import chance_note
from sujuva.reports.tables import Row

_SERVICES = ("delay_median", "delay_share", "network_density", "network_ei_sector")


@dataclass(frozen=True)
class KeyNumber:
    """One number at the top of a page.

    Attributes:
        title: What it is.
        value: The latest value with its unit.
        before: What it was before, and when.
        note: Interval, n, and whether the data is flagged.
    """

    title: str
    value: str
    before: str
    note: str


def key_numbers(published: Published, words: Words, *, region: str) -> list[KeyNumber]:
    """Return the key numbers of a region: mean scores, waiting, network.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    view = page_of(published, words, region)
    found = [_coping_number(view, part) for part in coping_series(view)]
    mine = view.table("integration").filter(pl.col("region") == region, pl.col("group") == "all")
    for indicator in _SERVICES:
        days = [str(day) for day in view.meta["delay_days"]] if indicator == "delay_share" else [""]
        for day in days:
            rows = mine.filter(pl.col("indicator") == indicator, pl.col("category") == day)
            found += [_service_number(view, part) for _, part in rows.group_by("scale", maintain_order=True)]
    return [one for one in found if one is not None]


def _coping_number(view: View, part: pl.DataFrame) -> KeyNumber | None:
    found = ends(part)
    if not found:
        return None
    first, last = found
    words, shown = view.words, manner(view.meta, last)
    span = words.span(*view.meta["scales"][last["scale"]]["range"])
    of = "" if shown.get("percent") else " " + view.say("points on the scale {span}", span=span)
    notes = [informant_title(last["informant"], words), direction(view.meta, last["scale"], words)]
    if last["ci_low"] is not None:
        notes.append(view.say("interval {span}", span=words.interval(last["ci_low"], last["ci_high"], shown)))
    elif last["note"]:
        notes.append(note_title(last["note"], words))
    notes.append(view.size(last["n"]))
    if doubtful(view, part):
        notes.append(view.say("there are remarks on the quality of the data"))
    return KeyNumber(
        title=view.scale(last["scale"]),
        value=words.value(last["estimate"], shown) + of,
        before=_before(view, first, last, words.value(first["estimate"], shown)),
        note=", ".join(notes),
    )


def _service_number(view: View, part: pl.DataFrame) -> KeyNumber | None:
    found = ends(part)
    if not found:
        return None
    first, last = found
    # n is hidden where it would tell how few cases are still open.
    notes = [] if last["n"] is None else [_counted(view, last)]
    if last["indicator"] == "network_ei_sector":
        said = chance_note(view, last["scale"], last["wave"])
        notes += [said] if said else []
    return KeyNumber(
        title=_title(view, last),
        value=_value(view, last),
        before=_before(view, first, last, _value(view, first)),
        note=", ".join(notes),
    )


def _title(view: View, row: Row) -> str:
    ends_of = way(view.meta, view.words)
    if row["indicator"] == "delay_median":
        return ends_of.half
    if row["indicator"] == "delay_share":
        return ends_of.within.format(n=row["category"])
    relation = view.words.inside(relation_title(row["scale"], view.words, view.meta))
    if row["indicator"] == "network_density":
        return view.say("Ties that exist of all possible ({relation})", relation=relation)
    return view.say("Ties across sectors, index −1…+1 ({relation})", relation=relation)


def _value(view: View, row: Row) -> str:
    if row["indicator"] == "delay_median":
        return view.say("{n} days", n=view.words.number(row["estimate"], 1))
    if row["indicator"] == "network_density":
        return view.share(row["estimate"])
    if row["indicator"] == "network_ei_sector":
        return view.words.number(row["estimate"], 2)
    return view.words.value(row["estimate"], view.meta["indicators"][row["indicator"]])


def _counted(view: View, row: Row) -> str:
    """Return how many stand behind a number, in the case that follows a number."""
    n, counts = view.words.number(row["n"]), view.meta["indicators"][row["indicator"]]["counts"]
    if counts == "organisation":
        return view.say("{n} organisations", n=n)
    return f"{n} {way(view.meta, view.words).unit}" if counts == "family" else n


def _before(view: View, first: Row, last: Row, value: str) -> str:
    if first["wave"] == last["wave"]:
        return view.say("in {year}", year=last["wave"])
    return view.say("in {year}; in {before} it was {value}", year=last["wave"], before=first["wave"], value=value)
