"""The topics of services: what partners say, how organisations work together, what happens to families."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.partners import feedback_rows
from sujuva.figures.catalogue.quality import GUIDES
from sujuva.figures.specification import View
from sujuva.published import SHOWN, ends_of, rows_of, stated
from sujuva.reports.content import MOST_FIGURES, Exhibit, Section, figures, lacking, only
from sujuva.reports.services_families import family_exhibits, further_exhibits
from sujuva.reports.services_findings import feedback_sentence, partners_sentence, profile_sentence
from sujuva.reports.services_measures import all_measures, brief_measures
from sujuva.reports.services_network import compared_networks, drawn_networks, network_exhibits
from sujuva.reports.tables import row_table


def partners_section(view: View) -> Section:
    """Return what partners and participants say; what it says is missing where nobody answered."""
    profile = figures(view, "profile", intro=profile_sentence(view))
    partners = figures(view, "partners", intro=partners_sentence(view))
    feedback = feedback_exhibits(view)
    names = {view.say("answers of partners"): partners, view.say("feedback of participants"): feedback}
    exhibits = [*profile, *partners, *feedback]
    return Section(
        "partners",
        exhibits[:MOST_FIGURES],
        missing=lacking(view, [name for name, some in names.items() if not some]),
        experts=[*exhibits[MOST_FIGURES:], *_reliability(view, partners)],
    )


def networks_section(view: View) -> Section:
    """Return how organisations work together; what it says is missing where there is no network.

    Networks are measured region by region: the page of the whole network compares, those of regions draw.
    """
    drawn, rest = drawn_networks(view), network_exhibits(view)
    measures = compared_networks(view) if view.region == NETWORK else [*brief_measures(view), *all_measures(view)]
    exhibits = [*drawn[: MOST_FIGURES - len(rest)], *rest]
    return Section(
        "networks",
        exhibits,
        missing="" if exhibits else lacking(view, [view.say("networks of organisations")]),
        experts=[*drawn[MOST_FIGURES - len(rest) :], *measures],
    )


def families_section(view: View) -> Section:
    """Return what happens to families; what it says is missing where no case is known."""
    exhibits, experts = family_exhibits(view), further_exhibits(view)
    missing = "" if exhibits or experts else lacking(view, [view.say("times from start to end of cases")])
    times = view.say(
        "Days are counted in two ways: medians, means and quartiles from the exact time (hours count), shares within "
        "so many days and the curve in whole calendar days."
    )
    return Section(
        "families",
        exhibits,
        missing=missing,
        experts=experts,
        expert_notes=(times, *_hidden_delays(view, experts)) if experts else (),
    )


def _hidden_delays(view: View, exhibits: Sequence[Exhibit]) -> tuple[str, ...]:
    """Say so where the distribution of delays is there, but may not be drawn."""
    waits = view.table("integration").filter(pl.col("region") == view.region, pl.col("indicator") == "delay_median")
    if waits.is_empty() or any(one.picture is not None and one.picture.key == "delays" for one in exhibits):
        return ()  # bins that may not be shown have no rows at all
    return (
        view.say(
            "How the times spread over days is hidden to protect privacy: some bars would stand for too few cases."
        ),
    )


def _reliability(view: View, partners: Sequence[Exhibit]) -> list[Exhibit]:
    """Return how reliable the answers of partners are, a table for each instrument that has a picture."""
    caption = view.say("How reliable the answers are: Cronbach's α")
    columns = ["scale", "wave", "alpha", "interval", "n"]
    found = []
    for one in partners:
        alphas = _alphas(view, one.picture.data["scale"].unique().to_list()) if one.picture else pl.DataFrame()
        if alphas.height:
            table = row_table(view, alphas, columns, caption=caption, name="partner_reliability")
            found.append(only(table, intro=_alpha_sentence(view, alphas)))
    return found


def _alphas(view: View, scales: Sequence[str]) -> pl.DataFrame:
    known = [key for key in scales if key in view.meta["scales"]]  # levels of the rubric are of no scale
    order = sorted(known, key=lambda key: (view.meta["scales"][key]["order"], key))
    rows = view.table("reliability").rename({"measure": "indicator"}).filter(
        pl.col("indicator") == "alpha", pl.col("item") == "", pl.col("region") == view.region,
        pl.col("scale").is_in(order),
    )  # fmt: skip
    return rows.filter(pl.col("wave") == pl.col("wave").max().over("scale")).sort(pl.col("scale").cast(pl.Enum(order)))


def _alpha_sentence(view: View, alphas: pl.DataFrame) -> str:
    """Say between what the alphas lie; nothing where none is shown."""
    shown = alphas.filter(pl.col("suppressed") == SHOWN).drop_nulls("estimate")
    if shown.is_empty():
        return ""
    ends = ends_of(rows_of(shown.rename({"indicator": "measure"})))
    return view.say(
        "Reliability of these measures (Cronbach's α): {span}; at least {least} is often asked for.",
        least=view.words.number(stated("GUIDE", GUIDES[0]), 1), span=view.words.span(*ends, 2),
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
