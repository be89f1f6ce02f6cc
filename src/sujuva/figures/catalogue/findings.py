"""What the figures say: the finding that stands as the title of each, "" where nothing can be told.

A finding is either a difference that the rule of verdicts tells, or a level, which is as it is. A difference that
cannot be told is no title: the figure then says a level or keeps its neutral title, but for the question whether the
work shows, where it is the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures.bound import plain
from sujuva.figures.findings import (
    days_of,
    ends_told,
    fact_rows,
    gap_headline,
    largest,
    spoken,
    sure_word,
    to_meeting,
    work,
)
from sujuva.figures.labels import band_title, range_of, relation_title
from sujuva.figures.specification import View, latest, latest_told, say
from sujuva.figures.verdicts import TOLD, Row, changed, compared
from sujuva.published import LEAST, SHOWN, chosen, ends_of, row_of, rows_of, stated

_HEARD, DEEPEST = "feedback.heard", 4
_DEEPER = {
    "better": say("Organisations {where} work together {sure}more deeply than in {before}."),
    "worse": say("Organisations {where} work together {sure}less deeply than in {before}."),
}
_CLOSER = {
    "better": say("Organisations {where} have {sure}more ties than in {before} ({relation})."),
    "worse": say("Organisations {where} have {sure}fewer ties than in {before} ({relation})."),
}


def _mine(view: View, **about: Any) -> pl.DataFrame:
    """Return the rows of the page's region in its latest year that have a number."""
    rows = view.data.filter(pl.col("region") == view.region, **about).filter(pl.col("wave") > 0)
    return latest_told(rows)


def of_scales(view: View) -> str:
    """Say what has changed most, and most surely, of what a figure shows."""
    return largest(view, table="parjaavyys", scale=set(view.data["scale"]))


def of_movers(view: View) -> str:
    """Say how many of the same children improved and got worse, on the most important scale that tells both."""
    found = {(row["scale"], row["category"].split(":")[0]): row for row in
             rows_of(_mine(view, indicator="change_share"))}  # fmt: skip
    scales = [one["scale"] for one in sorted(view.meta["facts"], key=lambda one: -one["importance"])]
    for scale in dict.fromkeys([*scales, *(key for key, _ in found)]):
        if {(scale, "improved"), (scale, "worse")} <= found.keys():
            return view.say(
                "Of a hundred of the same children {better} improved and {worse} got worse – {scale}",
                better=view.hundred(found[scale, "improved"]["estimate"]),
                worse=view.hundred(found[scale, "worse"]["estimate"]),
                scale=view.scale(scale),
            )  # fmt: skip
    return ""


def of_bands(view: View) -> str:
    """Say how many stand in the band that most of those who need attention stand in."""
    scales = view.meta["scales"].items()
    watched = {(key, band["key"]) for key, one in scales for band in one["bands"] if band["indicator"]}
    rows = [row for row in rows_of(_mine(view)) if (row["scale"], row["category"]) in watched]
    if not rows:
        return ""
    row = max(rows, key=lambda one: one["estimate"])
    return view.say(
        "Of a hundred respondents {n} are in the band “{band}” – {scale}",
        n=view.hundred(row["estimate"]), band=band_title(view.meta, row["scale"], row["category"], view.words),
        scale=view.scale(row["scale"]),
    )  # fmt: skip


def of_gaps(view: View) -> str:
    """Say the largest difference between groups that are large enough, or that none is sure."""
    judged = view.data.filter(pl.col("suppressed") == SHOWN, pl.col("ci_low").is_not_null())
    for row in rows_of(judged.filter("sure", pl.min_horizontal("n", "other_n") >= LEAST).head(1)):
        return gap_headline(view, row)
    if judged.is_empty() or judged["sure"].any():
        return ""
    return view.say(
        "We compared groups in {n} ways in {year}; no difference is so large that it could not be chance.",
        n=view.count(judged), year=judged["wave"][0],
    )  # fmt: skip


def of_work(view: View) -> str:
    """Say whether those who began the work have changed more than the others."""
    found = work(view)
    return found[0] if found else ""


def of_waits(view: View) -> str:
    """Say whether families wait less than before; where that cannot be told, how many met in time."""
    if said := largest(view, indicator="delay_share"):
        return said
    rows = _mine(view, category=plain(days_of(view))) if to_meeting(view.meta) else view.data.clear()
    for row in rows_of(rows):
        return view.say(
            "In {year} {n} of a hundred families got to a joint meeting within {days} days {where}",
            year=row["wave"], n=view.hundred(row["estimate"]), days=days_of(view), where=view.where,
        )  # fmt: skip
    return ""


def of_agreed(view: View) -> str:
    """Say whether what was agreed is done more often than before; where that cannot be told, how much is done."""
    if said := largest(view, indicator="case_action_done"):
        return said
    for row in rows_of(_mine(view, indicator="case_action_done")):
        return view.say(
            "Of a hundred agreed actions whose outcome is known {n} were carried out {where}",
            n=view.hundred(row["estimate"]), where=view.where,
        )  # fmt: skip
    return ""


def of_table(view: View) -> str:
    """Say at how many meetings a child and a parent were."""
    found = {row["indicator"]: row for row in rows_of(_mine(view))}
    if not {"case_child", "case_parent"} <= set(found) or not to_meeting(view.meta):
        return ""
    return view.say(
        "Of a hundred meetings a child was at {child} and a parent at {parent}",
        child=view.hundred(found["case_child"]["estimate"]), parent=view.hundred(found["case_parent"]["estimate"]),
    )  # fmt: skip


def of_partners(view: View) -> str:
    """Say what partners rate highest and lowest, where the two differ for sure; else between which ends they rate."""
    rows = _mine(view, indicator="partner_mean").sort("estimate", "scale")
    if rows.height < 2:  # noqa: PLR2004 - one has no other to differ from
        return ""
    low, high = row_of(rows), row_of(rows, -1)
    if changed(low, high, view.meta).word != "clear":  # the ends of many are far apart by chance already
        span = range_of(view.meta, "scales", low["scale"])
        return view.say(
            "Partners rate their working together at {values} {where} (scale {span})", where=view.where,
            values=ends_told(view.words, low["estimate"], high["estimate"], 1), span=view.words.span(*span),
        )  # fmt: skip
    return view.say(
        "Partners rate “{high}” highest and “{low}” lowest",
        high=view.scale(high["scale"]), low=view.scale(low["scale"]),
    )  # fmt: skip


def of_feedback(view: View) -> str:
    """Say how those who took part rate that they were heard."""
    for row in rows_of(_mine(view, scale=_HEARD, group="all")):
        return view.say(
            "Those who took part rate being heard at {value} (scale 1–5)", value=view.words.number(row["estimate"], 1)
        )
    return ""


def _of_network(view: View, measure: str, relation: str) -> Row | None:
    """Return the longest published change of a measure of a network that ends in its latest year."""
    rows = view.table("comparisons").filter(
        pl.col("comparison") == "network_change", pl.col("region") == view.region, pl.col("scale") == relation,
        pl.col("category") == measure,
    )  # fmt: skip
    return next(rows_of(latest(rows).sort("other_wave")), None)


def _told(view: View, row: Row | None, sentences: dict[str, Any], **values: object) -> str:
    verdict = compared(row, view.meta) if row is not None else None
    if row is None or verdict is None or verdict.word not in TOLD or verdict.way not in sentences:
        return ""
    said = view.say(
        sentences[verdict.way].msgid,
        where=view.where, sure=sure_word(view, verdict), before=row["other_wave"], **values,
    )  # fmt: skip
    return spoken(said)


def depth_span(view: View) -> str:
    """Write the range of depths, from nothing to the deepest."""
    told = "depth_max" in view.meta["integration"]
    most = chosen(view.meta, "integration", "depth_max") if told else stated("DEEPEST", DEEPEST)
    return view.words.span(stated("NONE", 0), most)


def of_depth(view: View) -> str:
    """Say whether organisations work together more deeply than before, in the first relation that tells.

    Where that cannot be told, how deep: of the network, from the region with the least depth to the one with the most.
    """
    relations = view.data["scale"].unique().sort().to_list()
    for relation in relations:
        if said := _told(view, _of_network(view, "hsim_depth", relation), _DEEPER):
            return said
    rows = view.shown.filter(pl.col("indicator") == "hsim_depth", pl.col("scale").is_in(relations[:1]))
    rows = rows.filter(pl.col("region") != NETWORK)
    rows = rows.filter((pl.col("region") == view.region) | pl.lit(view.region == NETWORK))
    if rows.is_empty():
        return ""
    low, high = ends_of(rows_of(rows))
    values = {"where": view.where, "span": depth_span(view)}
    if view.region != NETWORK:
        return view.say(
            "Organisations work together {where} at a depth of {value} (scale {span})",
            value=view.words.number(low, 1), **values,
        )  # fmt: skip
    return view.say(
        "Organisations work together by region at a depth of {values} (scale {span})",
        values=ends_told(view.words, low, high, 1), span=values["span"],
    )  # fmt: skip


def of_network(view: View) -> str:
    """Say whether organisations have more ties than before; where that cannot be told, how many they have."""
    relation = view.variant.replace("-", "_")
    title = view.words.inside(relation_title(relation, view.words, view.meta))
    if said := _told(view, _of_network(view, "network_density", relation), _CLOSER, relation=title):
        return said
    rows = view.table("integration").filter(
        pl.col("indicator") == "network_density", pl.col("scale") == relation, pl.col("group") == "all"
    )
    for row in rows_of(_mine(replace(view, data=rows))):
        return view.say(
            "Of a hundred possible ties organisations have {n} {where} ({relation})",
            n=view.hundred(row["estimate"]), where=view.where, relation=title,
        )  # fmt: skip
    return ""


def of_strengths(view: View) -> str:
    """Say how many of the topics of discussions are strengths."""
    for row in rows_of(_mine(view, indicator="lp_strength_share", category="", group="all")):
        return view.say("Of a hundred topics of discussions {n} are strengths", n=view.hundred(row["estimate"]))
    return ""


def of_transitions(view: View) -> str:
    """Say how many topics turned from vulnerability to strength, or that it is hidden."""
    turned = {"indicator": "lp_transition_share", "category": "vulnerability_to_strength"}
    for row in rows_of(_mine(view, **turned)):
        n = view.hundred(row["estimate"])
        return view.say("Of a hundred topics {n} turned from vulnerability to strength", n=n)
    if (
        not latest(view.data.filter(pl.col("region") == view.region, **turned))
        .filter(pl.col("suppressed") != SHOWN)
        .height
    ):
        return ""
    return view.say("How many topics turned into strengths is not shown {where}, to protect privacy", where=view.where)


def of_hobbies(view: View) -> str:
    """Say whether more children have a hobby than before, or how many have one."""
    if said := largest(view, scale="single_hobby"):
        return said
    for row in rows_of(_mine(view, scale="single_hobby", indicator="score_mean", group="all")):
        return view.say("Of a hundred children {n} have a hobby", n=view.hundred(row["estimate"]))
    return ""


def of_areas(view: View) -> str:
    """Say the first declared statistic of the area, or of the regions, beside the whole country."""
    for info in view.meta["facts"]:
        if info["table"] != "situation":
            continue
        rows = fact_rows(view, info).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
        if view.region == NETWORK:
            if said := _of_regions(view, info, latest(rows)):
                return said
            continue
        mine = rows.filter(pl.col("region") == view.region).tail(1)
        beside = rows.filter(pl.col("region") == COUNTRY).join(mine.select("wave"), on="wave", how="semi")
        if mine.height and beside.height:
            return view.say(
                "{title}: {value} {where}, {country} in the whole country ({unit})",
                title=view.words.of(info["title"]), where=view.where, unit=view.words.of(info["unit"]),
                value=view.words.number(row_of(mine)["estimate"], 1),
                country=view.words.number(row_of(beside)["estimate"], 1),
            )  # fmt: skip
    return ""


def _of_regions(view: View, info: Mapping[str, Any], rows: pl.DataFrame) -> str:
    """Say between which ends a statistic is in the regions, beside the whole country."""
    own = rows.filter(pl.col("region").is_in(list(view.meta["regions"])))
    country = next(rows_of(rows.filter(pl.col("region") == COUNTRY)), None)
    if own.is_empty() or country is None:
        return ""
    return view.say(
        "{title}: {values} by region, {country} in the whole country ({unit})", title=view.words.of(info["title"]),
        values=ends_told(view.words, *ends_of(rows_of(own)), 1), country=view.words.number(country["estimate"], 1),
        unit=view.words.of(info["unit"]),
    )  # fmt: skip
