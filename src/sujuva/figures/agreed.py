"""Agreed against done: what became of the actions that meetings agreed on, by region and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from matplotlib.patches import Patch

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import forest
from sujuva.figures.framing import absent, framed, in_words, no_effect_note
from sujuva.figures.labels import Meta, region_title
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.stacks import Part, stacked
from sujuva.figures.theme import QUIET, grid, style
from sujuva.published import require_published

DONE, HALF, UNKNOWN = "case_action_done", "case_action_done_half", "case_action_unknown"
_ROW = 0.26


def action_rows(integration: pl.DataFrame, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published shares of actions by region and year, of everyone.

    Args:
        integration: Published indicators of integration.
        regions: Regions to keep, in their order.
    """
    frame = require_published(integration, "actions").filter(
        pl.col("indicator").is_in([DONE, HALF, UNKNOWN]), pl.col("group") == "all", pl.col("wave") > 0,
        pl.col("region").is_in(list(regions)),
    )  # fmt: skip
    return frame.sort(pl.col("region").cast(pl.Enum(list(regions))), "wave", "indicator")


def parts_of(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, float] | None:
    """Return the parts of all actions: done, partly, not done, unknown; None where the published shares do not tell.

    With d the share done among known outcomes, h the same with partly as one half, and u the share unknown of all:
    done d(1 − u), partly 2(h − d)(1 − u), not done (1 + d − 2h)(1 − u). Published shares are rounded, so what would
    fall a little below zero is zero.

    Args:
        rows: Published rows of a region and year by indicator.
    """
    values = {key: rows[key]["estimate"] if key in rows else None for key in (DONE, HALF, UNKNOWN)}
    if UNKNOWN not in rows:
        values[UNKNOWN] = 0.0
    done, half, unknown = (values[key] for key in (DONE, HALF, UNKNOWN))
    if done is None or half is None or unknown is None:
        return None
    known = 1 - unknown
    parts = {"done": done * known, "partly": 2 * (half - done) * known, "not_done": (1 + done - 2 * half) * known}
    return {key: max(0.0, one) for key, one in parts.items()} | {"unknown": unknown}


def agreed(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw a bar of actions for each region and year; None where the regions (other than the network) have none.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; "network" stands for all together.
    """
    data = action_rows(integration, regions=regions)
    found: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
    for row in data.iter_rows(named=True):
        found.setdefault((row["region"], row["wave"]), {})[row["indicator"]] = row
    found = {key: rows for key, rows in found.items() if DONE in rows}
    drawn = {key: parts_of(rows) for key, rows in found.items()}
    own = {region for (region, _), one in drawn.items() if one is not None}
    if not own or (own == {NETWORK} and list(regions) != [NETWORK]):
        return None
    parts = [
        Part("done", words.say("done"), "#0072b2"),
        Part("partly", words.say("partly done"), "#9cc9e3"),
        Part("not_done", words.say("not done"), "#f0c9a8"),
        Part("unknown", words.say("not known"), "#d5dbe1"),
    ]
    rows = [{key: {"estimate": one} for key, one in (parts or {}).items()} for parts in drawn.values()]
    labels = []
    last = ""
    for region, wave in drawn:
        labels.append(f"{region_title(meta, region, words) if region != last else ''}  {wave}".strip())
        last = region
    with style():
        figure, axes = grid(1, 1, height=_ROW * len(rows) + 0.1, top=0.6, bottom=0.35, left=2.2, right=2.3)
        ax = axes[0]
        stacked(ax, rows, parts, words)
        ax.set_yticks(range(len(labels)), labels, fontsize=8.5)
        for place, (key, mine) in enumerate(found.items()):
            if drawn[key] is None:
                forest.told(ax, place, absent(mine[DONE], words) if DONE in mine else words.say("no data"))
            forest.beside(ax, place, in_words(mine[DONE], meta, words))
        ax.annotate(
            words.say("done, of those whose outcome is known"), (1, 1), (4, 3), xycoords="axes fraction",
            textcoords="offset points", fontsize=7.5, color=QUIET, va="bottom", annotation_clip=False,
        )  # fmt: skip
        handles = [Patch(facecolor=part.colour, label=part.title) for part in parts]
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.005, 1.0), ncols=4, handlelength=1.0)
    year = max(wave for _, wave in drawn)
    spoken = [
        f"{region_title(meta, region, words)} {in_words(rows[DONE], meta, words)}"
        for (region, wave), rows in found.items()
        if wave == year
    ]
    return framed(
        figure, data, meta, words,
        key="agreed",
        title=words.say("Agreed at meetings, and done"),
        caption=[
            words.say(
                "What became of the actions agreed at meetings, per cent of all of them. The number on the right is "
                "the share done among actions whose outcome is known, with its {level} confidence interval, which "
                "allows for actions of one family being alike.",
                level=words.percent(meta["confidence"], 0),
            ),
            words.say("An outcome that is not known is not counted as not done. Where many are unknown, say little."),
            words.say("Small tasks are done more often than large ones: the share does not tell how much was agreed."),
            no_effect_note(words),
        ],
        alt=words.say("Stacked bars of actions. Done in {year}: {values}.", year=year, values="; ".join(spoken)),
    )  # fmt: skip
