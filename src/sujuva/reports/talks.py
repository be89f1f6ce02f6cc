"""The section on Lapset puheeksi discussions and hobbies."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue import FIGURES
from sujuva.figures.catalogue.talks import in_order
from sujuva.figures.specification import View, latest, ranked
from sujuva.reports.content import Exhibit, Section, figures, only
from sujuva.reports.tables import COMPARED, row_table


def talks_section(view: View) -> Section | None:
    """Return the section on LP discussions and hobbies; None where the data has neither."""
    exhibits = [one for spec in FIGURES.values() if spec.topic == "talks" for one in figures(view, spec.key)]
    exhibits += _tests(view)
    whole = view.table("parjaavyys").filter(pl.col("category") == "", pl.col("group") == "all")
    counts = latest(ranked(whole, indicator=["lp_talks", "lp_vulnerabilities"], region=view.regions))
    if counts.height:
        columns = ["indicator", "region", "wave", "estimate", "interval", "n"]
        caption = view.say("Number of LP discussions, and vulnerabilities in a discussion")
        exhibits.append(only(row_table(view, counts, columns, caption=caption, name="talks")))
    if not exhibits:
        return None
    title = view.say("Lapset puheeksi discussions and hobbies")
    lead = view.say("What families and professionals found together, what was done about it, and who has a hobby.")
    return Section("talks", title, lead, exhibits)


def _tests(view: View) -> list[Exhibit]:
    rows = view.table("comparisons").filter(pl.col("comparison") == "lp_transition", pl.col("region") == view.region)
    if rows.is_empty():
        return []
    caption = view.say("Change of the share of vulnerabilities from the first discussion to the follow-up")
    columns = ["environment", "difference", "interval", "q", "n"]
    table = row_table(view, in_order(latest(rows)), columns, caption=caption, name="lp_transition", known=COMPARED)
    intro = view.say(
        "Children with a follow-up only, the same at both times. Less vulnerability is to be expected even without "
        "help, because discussions begin when things are hard (regression to the mean); q tells only whether chance "
        "explains the change."
    )
    return [only(table, intro=intro)]
