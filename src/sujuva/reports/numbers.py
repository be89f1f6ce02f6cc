"""The key numbers at the top of a page, made from published numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.figures import Words
from sujuva.figures.casework import way
from sujuva.figures.labels import Meta, direction, informant_title, manner, note_title, relation_title, scale_title
from sujuva.figures.language import NO_BREAK
from sujuva.published import Published
from sujuva.reports.services_chance import chance_note
from sujuva.reports.story import coping_series, doubtful, ends


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
    meta = published.meta
    found = [
        _coping_number(part, meta, words, remarked=doubtful(part, published))
        for part in coping_series(published, region)
    ]
    integration = published["integration"].filter(pl.col("region") == region, pl.col("group") == "all")
    wanted = [
        ("delay_median", ""),
        *(("delay_share", str(day)) for day in meta["delay_days"]),
        ("network_density", ""),
        ("network_ei_sector", ""),
    ]
    for indicator, category in wanted:
        mine = integration.filter(pl.col("indicator") == indicator, pl.col("category") == category)
        for _, part in mine.group_by("scale", maintain_order=True):
            found.append(_service_number(part, published, words))
    return [one for one in found if one is not None]


def _coping_number(part: pl.DataFrame, meta: Meta, words: Words, *, remarked: bool) -> KeyNumber | None:
    found = ends(part)
    if not found:
        return None
    first, last = found
    shown = manner(meta, last)
    span = meta["scales"].get(last["scale"], {}).get("range")
    of = (
        ""
        if not span or shown.get("percent")
        else " " + words.say("points on the scale {span}", span=words.span(*span))
    )
    notes = [informant_title(last["informant"], words), direction(meta, last["scale"], words)]
    if last["ci_low"] is not None:
        notes.append(words.say("interval {span}", span=words.interval(last["ci_low"], last["ci_high"], shown)))
    elif last["note"]:
        notes.append(note_title(last["note"], words))
    notes.append(f"n{NO_BREAK}={NO_BREAK}{words.number(last['n'])}")
    if remarked:
        notes.append(words.say("there are remarks on the quality of the data"))
    return KeyNumber(
        title=scale_title(meta, last["scale"], words),
        value=words.value(last["estimate"], shown) + of,
        before=_before(first, last, words.value(first["estimate"], shown), words),
        note=", ".join(notes),
    )


def _service_number(part: pl.DataFrame, published: Published, words: Words) -> KeyNumber | None:
    found, meta = ends(part), published.meta
    if not found:
        return None
    first, last = found
    info = meta["indicators"].get(last["indicator"], {})
    ends_of = way(meta, words)
    titles = {
        "delay_median": ends_of.half,
        "delay_share": ends_of.within.format(n=last["category"]),
        "network_density": words.say(
            "Ties that exist of all possible ({relation})", relation=relation_title(last["scale"], words, meta).lower()
        ),
        "network_ei_sector": words.say(
            "Ties across sectors, index −1…+1 ({relation})", relation=relation_title(last["scale"], words, meta).lower()
        ),
    }

    def shown(row: dict[str, Any]) -> str:
        if row["indicator"] == "delay_median":
            return words.say("{n} days", n=words.number(row["estimate"], 1))
        if row["indicator"] == "network_density":
            return words.percent(row["estimate"], 0)
        return (
            words.number(row["estimate"], 2)
            if row["indicator"] == "network_ei_sector"
            else words.value(row["estimate"], info)
        )

    # n is hidden where it would tell how few cases are still open.
    notes = [] if last["n"] is None else [_counted(last["n"], str(info.get("counts", "")), ends_of.unit, words)]
    if last["indicator"] == "network_ei_sector":
        said = chance_note(published, words, region=last["region"], relation=last["scale"], wave=last["wave"])
        notes += [said] if said else []
    return KeyNumber(
        title=titles[last["indicator"]],
        value=shown(last),
        before=_before(first, last, shown(first), words),
        note=", ".join(notes),
    )


def _counted(n: int, counts: str, unit: str, words: Words) -> str:
    """Return how many stand behind a number, in the case that follows a number."""
    if counts == "organisation":
        return words.say("{n} organisations", n=words.number(n))
    return f"{words.number(n)} {unit if counts == 'family' else ''}".strip()


def _before(first: dict[str, Any], last: dict[str, Any], value: str, words: Words) -> str:
    if first["wave"] == last["wave"]:
        return words.say("in {year}", year=last["wave"])
    return words.say("in {year}; in {before} it was {value}", year=last["wave"], before=first["wave"], value=value)
