"""Tables of differences, changes and measurement quality in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from sujuva.figures.did import turn_title
from sujuva.figures.labels import (
    Meta,
    environment_title,
    group_title,
    informant_title,
    manner,
    note_title,
    region_title,
)
from sujuva.figures.language import DASH, NO_BREAK, Words
from sujuva.published import SHOWN, require_published
from sujuva.reports.marks import band, measure, star_note
from sujuva.reports.tables import Table, csv_text

_Row = dict[str, Any]
_LEAST_P = 0.001


def chance(value: float | None, words: Words) -> str:
    """Write a p or q value; what rounds to nothing is "under 0.001"."""
    if value is None:
        return DASH
    return f"<{NO_BREAK}{words.number(_LEAST_P, 3)}" if value < _LEAST_P else words.number(value, 3)


def _effect(row: _Row, words: Words) -> str:
    if row["effect"] is None:
        return DASH
    ends = words.span(row["effect_low"], row["effect_high"], 2)
    return f"{words.number(row['effect'], 2)} ({ends})"


def _sizes(row: _Row, words: Words) -> str:
    if row["n"] is None:
        return DASH
    same = row["comparison"] in ("change_paired", "lp_transition")
    return words.number(row["n"]) if same else f"{words.number(row['n'])} / {words.number(row['other_n'])}"


def _kind(row: _Row, words: Words) -> str:
    kinds = {
        "change": words.say("everyone who answered"),
        "change_paired": words.say("the same children at both times"),
        "did": turn_title("did", words),
        "placebo": turn_title("placebo", words),
    }
    return kinds.get(row["comparison"], "")


def comparison_rows(
    frame: pl.DataFrame, meta: Meta, words: Words, *, caption: str, columns: list[str], name: str
) -> Table:
    """Make a table of comparisons with the columns asked for.

    Args:
        frame: Published comparisons, in the order to print.
        meta: Metadata of the publication.
        words: The reader's language.
        caption: What the table shows.
        columns: Of scale, informant, environment, region, kind, groups, years, difference, interval, effect, q, n.
        name: File name of its CSV.
    """
    require_published(frame, caption)

    def shown(row: _Row) -> dict[str, Any]:
        about = manner(meta, {"indicator": "score_mean", "scale": row["scale"]})
        if row["category"] or row["scale"] not in meta["scales"]:
            return {"decimals": 1, "percent": True}
        return dict(about)

    def difference(row: _Row) -> str:
        if row["suppressed"] != SHOWN:
            return words.say("hidden")
        if row["estimate"] is None:
            return f"{DASH} ({note_title(row['note'], words)})" if row["note"] else DASH
        return words.signed(row["estimate"], shown(row), brief=True)

    def interval(row: _Row) -> str:
        return words.between(row["ci_low"], row["ci_high"], shown(row))

    cells: dict[str, tuple[str, Callable[[_Row], str], bool]] = {
        "scale": (
            words.say("Measure"),
            lambda row: measure(meta, row["scale"], words),
            False,
        ),
        "informant": (words.say("Answered by"), lambda row: informant_title(row["informant"], words), False),
        "band": (words.say("Band"), lambda row: band(meta, row["scale"], row["category"], words), False),
        "environment": (words.say("Environment"), lambda row: environment_title(row["category"], words), False),
        "region": (words.say("Region"), lambda row: region_title(meta, row["region"], words), False),
        "kind": (words.say("Who"), lambda row: _kind(row, words), False),
        "groups": (
            words.say("Groups"),
            lambda row: f"{group_title(row['group'], words)} – {group_title(row['other_group'], words).lower()}",
            False,
        ),
        "years": (words.say("Years"), lambda row: f"{row['other_wave']}–{row['wave']}", False),
        "difference": (words.say("Difference"), difference, True),
        "interval": (words.say("{level} interval", level=words.percent(meta["confidence"], 0)), interval, True),
        "effect": (words.say("In standard deviations"), lambda row: _effect(row, words), True),
        "p": ("p", lambda row: chance(row["p"], words), True),
        "q": ("q", lambda row: chance(row["q"], words), True),
        "n": ("n", lambda row: _sizes(row, words), True),
    }
    chosen = [cells[column] for column in columns]
    rows = [[cell(row) for _, cell, _ in chosen] for row in frame.iter_rows(named=True)]
    return Table(
        caption=caption,
        headers=[header for header, _, _ in chosen],
        rows=rows,
        numeric=[numeric for _, _, numeric in chosen],
        csv=csv_text(frame.drop("note", strict=False)),
        name=name,
        note=star_note(rows, words),
    )
