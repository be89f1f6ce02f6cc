"""The section on services: the profile of integration, then its three sides, then coping beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from sujuva.figures.casework import way
from sujuva.figures.catalogue.common import HIDDEN_MEANS, INTERVAL, NO_EFFECT, NO_RANKING
from sujuva.figures.catalogue.partners import feedback_rows
from sujuva.figures.specification import View
from sujuva.published import SHOWN
from sujuva.reports.content import Exhibit, Part, Section, figures, lacking, only, said_once
from sujuva.reports.services_families import beside_table, family_exhibits, waiting_exhibits
from sujuva.reports.services_findings import feedback_sentence, partners_sentence, profile_sentence
from sujuva.reports.services_network import network_exhibits
from sujuva.reports.tables import row_table


def services_section(view: View) -> Section:
    """Return the section on whether services work as one."""
    found = {
        "partners": partner_exhibits(view),
        "feedback": feedback_exhibits(view),
        "networks": network_exhibits(view),
        "cases": waiting_exhibits(view),
        "families": family_exhibits(view),
    }
    leads = {
        "partners": view.say("what partners say of working together"),
        "feedback": view.say("what participants say"),
        "networks": view.say("how organisations work together"),
        "cases": way(view.meta, view.words).lead,
        "families": view.say("what is agreed, and what becomes of it"),
    }
    names = {
        "cases": view.say("times from start to end of cases"),
        "networks": view.say("networks of organisations"),
        "partners": view.say("answers of partners"),
        "feedback": view.say("feedback of participants"),
    }

    def led(keys: Sequence[str]) -> str:
        return view.words.sentence(view.words.listed([leads[key] for key in keys])) if keys else ""

    def part(side: str, *keys: str) -> Part:
        exhibits = [one for key in keys for one in found[key]]
        return Part(view.words.title("side", side), led([key for key in keys if found[key]]), exhibits)

    parts = [
        Part("", "", figures(view, "profile", intro=profile_sentence(view))),
        part("partners", "partners", "feedback"),
        part("network", "networks"),
        part("families", "cases", "families"),
        Part(
            view.say("Integration and coping side by side"),
            view.say("Two numbers of the same municipalities. The picture asks questions; it answers none."),
            figures(view, "beside", tables=lambda picture: [beside_table(view, picture)]),
        ),
    ]
    shared = (
        INTERVAL(view), NO_EFFECT(view), NO_RANKING(view), HIDDEN_MEANS(view),
    )  # fmt: skip
    times = view.say(
        "Days are counted in two ways: medians, means and quartiles from the exact time (hours count), shares within "
        "so many days and the curve in whole calendar days."
    )
    every, guide = said_once([one for some in parts for one in some.exhibits], shared)
    turns = iter(every)
    parts = [replace(some, exhibits=[next(turns) for _ in some.exhibits]) for some in parts]
    return Section(
        "services",
        view.say("Do services work as one?"),
        led([key for key, exhibits in found.items() if exhibits] or list(leads)),
        every,
        missing=lacking(view, [name for key, name in names.items() if not found[key]]),
        notes=_hidden_delays(view, found["cases"]),
        parts=tuple(one for one in parts if one.exhibits),
        guide=(*guide, times) if found["cases"] else guide,
    )


def _hidden_delays(view: View, exhibits: Sequence[Exhibit]) -> tuple[str, ...]:
    """Say so where the distribution of delays is there, but may not be drawn."""
    drawn = any(one.picture is not None and one.picture.key == "delays" for one in exhibits)
    waits = view.table("integration").filter(pl.col("region") == view.region, pl.col("indicator") == "delay_median")
    said = view.say(
        "How the times spread over days is hidden to protect privacy: some bars would stand for too few cases."
    )
    return () if drawn or waits.is_empty() else (said,)  # bins that may not be shown have no rows at all


def partner_exhibits(view: View) -> list[Exhibit]:
    """Return what people in partner organisations say, a picture an instrument, with how reliable its scales are."""
    exhibits = []
    for one in figures(view, "partners", intro=partners_sentence(view)):
        alphas = _alphas(view, one.picture.data["scale"].unique().to_list()) if one.picture else pl.DataFrame()
        if alphas.height:
            said = " ".join(text for text in (one.intro, _reliability(view, alphas)) if text)
            caption = view.say("How reliable the answers are: Cronbach's α")
            columns = ["scale", "wave", "alpha", "interval", "n"]
            table = row_table(view, alphas, columns, caption=caption, name="partner_reliability")
            exhibits.append(replace(one, tables=(*one.tables, table), intro=said))
        else:
            exhibits.append(one)
    return exhibits


def _alphas(view: View, scales: Sequence[str]) -> pl.DataFrame:
    known = [key for key in scales if key in view.meta["scales"]]  # levels of the rubric are of no scale
    order = sorted(known, key=lambda key: (view.meta["scales"][key]["order"], key))
    rows = view.table("reliability").rename({"measure": "indicator"}).filter(
        pl.col("indicator") == "alpha", pl.col("item") == "", pl.col("region") == view.region,
        pl.col("scale").is_in(order),
    )  # fmt: skip
    return rows.filter(pl.col("wave") == pl.col("wave").max().over("scale")).sort(pl.col("scale").cast(pl.Enum(order)))


def _reliability(view: View, alphas: pl.DataFrame) -> str:
    """Say between what the alphas lie; nothing where none is shown."""
    values = alphas.filter(pl.col("suppressed") == SHOWN)["estimate"].drop_nulls().to_list()
    if not values:
        return ""
    return view.say(
        "Reliability of these measures (Cronbach's α): {span}; at least {least} is often asked for.",
        least=view.words.number(0.7, 1), span=view.words.span(min(values), max(values), 2),
    )  # fmt: skip


def feedback_exhibits(view: View) -> list[Exhibit]:
    """Return the feedback of participants: a picture where some is shown, else the table that says it is hidden."""
    rows = feedback_rows(view.table("integration"), region=view.region)
    if rows.is_empty():
        return []
    caption = view.say("Feedback of participants, mean of ratings 1–5")
    columns = ["scale", "group", "wave", "estimate", "interval", "n"]
    table = row_table(view, rows, columns, caption=caption, name="feedback")
    return figures(view, "feedback", intro=feedback_sentence(view), tables=lambda _: [table]) or [only(table)]
