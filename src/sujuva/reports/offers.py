"""The topic of what is there to meet a need: what areas tell of their services, and what others have counted."""

from __future__ import annotations

from dataclasses import replace

from sujuva.figures.catalogue.background import background
from sujuva.figures.labels import of_others
from sujuva.figures.specification import View
from sujuva.reports.content import Section, figures, lacking
from sujuva.reports.tables import Table, row_table


def offers_section(view: View) -> Section:
    """Return what is there to meet a need; what it says is missing where the area has told nothing."""
    parts, budget = figures(view, "service_parts"), figures(view, "child_budget")
    others = figures(view, "background", tables=lambda _: [background_table(view)])
    lacks = {view.say("parts of services"): parts, view.say("child budgets"): budget}
    absent = [name for name, exhibits in lacks.items() if not exhibits]
    return Section("there", [*parts, *budget, *others], missing=lacking(view, absent))


def background_table(view: View) -> Table:
    """Make a table of the numbers of others, each as its source tells it, with the sources below."""
    rows = background(replace(view, data=view.table("situation")))
    table = row_table(
        view, rows, ("subject", "counted", "wave", "bounded"),
        caption=view.say("What there is to meet the need: numbers that others have counted"), name="background",
    )  # fmt: skip
    return replace(table, note=" ".join([view.say("Sources:"), "; ".join(of_others(view.meta, rows))]))
