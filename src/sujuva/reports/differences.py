"""The sections on differences between groups and on change between years."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.change import SAME
from sujuva.figures.nobody import somebody
from sujuva.figures.specification import View
from sujuva.reports.content import Section, figures, only
from sujuva.reports.lacks import means_of, one_year
from sujuva.reports.tables import COMPARED, row_table


def gaps_section(view: View) -> Section | None:
    """Return the section on differences between groups; None where there are none."""
    exhibits = figures(view, "gaps")
    if not exhibits:
        return None
    note = view.say(
        "q is the expected share of false alarms if this difference and all clearer ones of the same region and "
        "year are called clear (Benjamini & Hochberg 1995). It is told in classes, since q itself would tell how "
        "few stand behind a difference."
    )
    title = view.say("Whose everyday life differs?")
    lead = view.say("Gaps between girls and boys, ages, languages and kinds of municipalities.")
    return Section("differences", title, lead, exhibits, notes=(note,))


def change_section(view: View) -> Section | None:
    """Return the section on change: of everyone, of the same children, and beside regions that had not started.

    Where nothing was measured twice, the section says so; None where there are no answers at all.
    """
    moved = figures(view, "movers")
    exhibits = [*figures(view, "change"), *moved, *(figures(view, "did") if view.region == NETWORK else [])]
    compared = view.table("comparisons")
    steps = compared.filter(
        pl.col("comparison") == "change", pl.col("region") == view.region, pl.col("group") == "all",
        pl.col("category") != "",
    ).sort("scale", "category", "informant", "other_wave", "wave")  # fmt: skip
    if steps.height:
        columns = ["scale", "band", "informant", "years", "difference", "interval", "q", "n"]
        caption = view.say("Change of shares in bands")
        exhibits.append(only(row_table(view, steps, columns, caption=caption, name="shares", known=COMPARED)))
    missing = one_year(view, means_of(view))
    if not exhibits and not missing:
        return None
    same = compared.filter(pl.col("comparison") == SAME, pl.col("region").is_in(list(view.regions)), somebody())
    lead = (
        view.say("Between years, in the same children, and beside regions that had not started yet.")
        if same.height or moved
        else view.say("Between years, and beside regions that had not started yet.")
    )
    return Section("change", view.say("What has changed?"), lead, exhibits, missing=missing, listed=True)
