"""The topic of what is there to meet a need: what areas tell of their services, and what others have counted."""

from __future__ import annotations

from dataclasses import replace

from sujuva.codebooks.offers import UNVERIFIED
from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.background import background
from sujuva.figures.catalogue.offers import doubt
from sujuva.figures.labels import of_others
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.reports.content import Section, alone, figures, lacking
from sujuva.reports.tables import Table, row_table


def offers_section(view: View) -> Section:
    """Return what is there to meet a need; what it says is missing where the area has told nothing."""
    methods = figures(view, "methods")
    parts, budget = figures(view, "service_parts"), figures(view, "child_budget")
    others = figures(view, "background", tables=lambda _: [background_table(view)])
    lacks = {
        view.say("reach of methods"): methods,
        view.say("parts of services"): parts,
        view.say("child budgets"): budget,
    }
    absent = [name for name, exhibits in lacks.items() if not exhibits]
    return Section(
        "there", [*methods, *parts, *budget, *alone(projects_table(view)), *others], missing=lacking(view, absent)
    )


def projects_table(view: View) -> Table | None:
    """Make a table of the projects of collaborative areas: of the region's own, or of all; None where there is none."""
    every = view.meta["offers"]["projects"]
    own = [one for one in every if view.region == NETWORK or view.region in one["regions"]]
    if not own:
        return None
    cells = [
        [
            f"{view.words.of(one['title'])} {UNVERIFIED}" if one["unverified"] else view.words.of(one["title"]),
            view.words.of(one["area"]),
            f"{one['first']}{DASH}{one['last']}",
            view.words.listed([view.place(key) for key in one["regions"]]) or DASH,
        ]
        for one in own
    ]
    doubts = dict.fromkeys(doubt(view, one) for one in own if one["unverified"])
    sources = "; ".join(dict.fromkeys(one["source"] for one in own))
    return Table(
        caption=view.say("Projects of the collaborative areas in child protection"),
        headers=[view.say("Project"), view.say("Area"), view.say("Years"), view.say("Regions of this study in it")],
        rows=cells, numeric=[False] * 4, note=" ".join([*doubts, view.say("Sources:"), sources]),
    )  # fmt: skip


def background_table(view: View) -> Table:
    """Make a table of the numbers of others, each as its source tells it, with the sources below."""
    rows = background(replace(view, data=view.table("situation")))
    table = row_table(
        view, rows, ("subject", "counted", "wave", "bounded"),
        caption=view.say("What there is to meet the need: numbers that others have counted"), name="background",
    )  # fmt: skip
    return replace(table, note=" ".join([view.say("Sources:"), "; ".join(of_others(view.meta, rows))]))
