"""The topic of Lapset puheeksi discussions and hobbies."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue import FIGURES
from sujuva.figures.catalogue.talks import in_order
from sujuva.figures.specification import View, latest, ranked
from sujuva.reports.content import MOST_FIGURES, Exhibit, Section, figures, lacking, only
from sujuva.reports.tables import COMPARED, row_table


def talks_section(view: View) -> Section:
    """Return LP discussions and hobbies; what it says is missing where the data has neither."""
    exhibits = [one for spec in FIGURES.values() if spec.topic == "talks" for one in figures(view, spec.key)]
    experts = _tests(view)
    whole = view.table("parjaavyys").filter(pl.col("category") == "", pl.col("group") == "all")
    counts = latest(ranked(whole, indicator=["lp_talks", "lp_vulnerabilities"], region=view.regions))
    if counts.height:
        columns = ["indicator", "region", "wave", "estimate", "interval", "n"]
        caption = view.say("Number of LP discussions, and vulnerabilities in a discussion")
        experts.append(only(row_table(view, counts, columns, caption=caption, name="talks")))
    if not exhibits and not experts:
        absent = [view.say("Let's Talk about Children discussions"), view.say("hobbies")]
        return Section("talks", missing=lacking(view, absent))
    return Section("talks", exhibits[:MOST_FIGURES], experts=[*exhibits[MOST_FIGURES:], *experts])


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
