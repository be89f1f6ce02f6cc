"""The topics of differences between groups and of change between years."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.specification import View
from sujuva.reports.attrition import with_attrition
from sujuva.reports.content import Exhibit, Section, figures, lacking, only
from sujuva.reports.lacks import means_of, one_year
from sujuva.reports.tables import COMPARED, row_table


def gaps_section(view: View) -> Section:
    """Return the differences between groups; what it says is missing where there are none."""
    exhibits = figures(view, "gaps")
    if not exhibits:
        return Section("differences", missing=lacking(view, [view.say("comparisons of groups")]))
    note = view.say(
        "q is the expected share of false alarms if this difference and all clearer ones of the same region and "
        "year are called clear (Benjamini & Hochberg 1995). It is told in classes, since q itself would tell how "
        "few stand behind a difference."
    )
    return Section("differences", exhibits, expert_notes=(note,))


def change_section(view: View) -> Section:
    """Return change: beside regions that had not started, of everyone, and of the same children.

    Where nothing was measured twice, it says so.
    """
    exhibits = with_attrition(view, [
        *(figures(view, "did") if view.region == NETWORK else []),
        *figures(view, "change"),
        *figures(view, "movers"),
    ])  # fmt: skip
    means = means_of(view)
    missing = one_year(view, means)
    if not exhibits and not missing:
        lacks = view.say("answers to questionnaires") if means.is_empty() else view.say("comparisons of years")
        missing = lacking(view, [lacks])
    return Section("change", exhibits, missing=missing, experts=_steps(view))


def _steps(view: View) -> list[Exhibit]:
    """Return the change of shares in bands."""
    steps = view.table("comparisons").filter(
        pl.col("comparison") == "change", pl.col("region") == view.region, pl.col("group") == "all",
        pl.col("category") != "",
    ).sort("scale", "category", "informant", "other_wave", "wave")  # fmt: skip
    if steps.is_empty():
        return []
    columns = ["scale", "band", "informant", "years", "difference", "interval", "q", "n"]
    caption = view.say("Change of shares in bands")
    return [only(row_table(view, steps, columns, caption=caption, name="shares", known=COMPARED))]
