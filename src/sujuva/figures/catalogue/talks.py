"""Figures of Lapset puheeksi discussions and of hobbies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.figures.catalogue import findings, findings_services
from sujuva.figures.catalogue.common import (
    EARLIER,
    EDGES,
    HIDDEN_MARK,
    HIDDEN_WORD,
    HOBBIES,
    NO_RANKING,
    drawn,
    hidden,
    level,
    places,
    sizes,
    year,
)
from sujuva.figures.labels import environment_title, transition_title
from sujuva.figures.layouts import Bars, Dots, Panel, Part, Row, Series, shares_axis, year_series
from sujuva.figures.specification import Sentence, Spec, View, latest, ranked, say
from sujuva.figures.theme import COLOURS
from sujuva.published import rows_of

COVERAGE = "lp_coverage"
PRACTICE = {
    "lp_fidelity": say("Core parts carried out"),
    "lp_fidelity_80": say("Discussions with at least 80% of the core parts"),
    "lp_plan_share": say("Vulnerabilities with a plan"),
    "lp_done_share": say("Plans carried out"),
    "lp_need_share": say("Discussions followed by a network meeting"),
    COVERAGE: say("Children reached"),
}
"""How the work was done: indicators and their short names."""


ENVIRONMENTS = ("home", "daycare", "school", "leisure")
TRANSITIONS = {
    "vulnerability_to_strength": COLOURS[0], "unchanged": "#e3e8ec", "strength_to_vulnerability": COLOURS[1],
}  # fmt: skip
"""How topics changed, and in which colours this is drawn."""
_ALL = "all"
"""Key of the row of all environments together."""
_KIND, _WHERE = (pl.col("category").str.split(":").list.get(place, null_on_oob=True) for place in (0, 1))


def talks(parjaavyys: pl.DataFrame, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return the published rows of LP discussions of some regions at the latest year."""
    return latest(parjaavyys.filter(pl.col("indicator").str.starts_with("lp_"), pl.col("region").is_in(regions)))


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort rows of environments as a day goes, all together last, and within them as topics changed."""
    where = pl.when(_KIND.is_in(list(TRANSITIONS))).then(_WHERE.fill_null("")).otherwise(pl.col("category"))
    ranks = {one: rank for rank, one in enumerate((*ENVIRONMENTS, ""))}
    turns = {one: rank for rank, one in enumerate(TRANSITIONS)}
    return frame.sort(
        where.replace_strict(ranks, default=len(ranks), return_dtype=pl.Int32),
        _KIND.replace_strict(turns, default=0, return_dtype=pl.Int32),
        "category",
    )


def _of_topics(view: View, indicator: str) -> pl.DataFrame:
    return in_order(talks(view.data, regions=[view.region]).filter(pl.col("indicator") == indicator))


def _environments(view: View, where: pl.Expr) -> list[Row]:
    """Return the environments that have a number as rows, with n."""
    told = view.shown.select(where.alias("where"), "n").group_by("where").agg(pl.col("n").max())
    sizes = dict(told.iter_rows())
    return [
        Row(one, f"{environment_title(one.replace(_ALL, ''), view.words)} ({view.size(sizes[one])})", bold=one == _ALL)
        for one in (*ENVIRONMENTS, _ALL)
        if one in sizes
    ]


def _strengths(view: View) -> Bars | None:
    where = pl.col("category").replace({"": _ALL})
    rows = _environments(view, where)
    if not rows:
        return None
    left = drawn(
        view.shown, panel=pl.lit(""), row=where, part=pl.lit("vulnerability"), value=1 - pl.col("estimate"),
        low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64),
    )  # fmt: skip
    right = drawn(view.shown, panel=pl.lit(""), row=where, part=pl.lit("strength"))
    parts = [
        Part("vulnerability", view.say("vulnerabilities"), COLOURS[1]),
        Part("strength", view.say("strengths"), COLOURS[0]),
    ]
    return Bars(pl.concat([left, right]), [Panel("")], rows, parts, shares_axis(view.words))


def _transitions(view: View) -> Bars | None:
    where = _WHERE.fill_null(_ALL)
    rows = _environments(view, where)
    if not rows:
        return None
    parts = [Part(key, transition_title(key, view.words), colour) for key, colour in TRANSITIONS.items()]
    frame = drawn(view.data, panel=pl.lit(""), row=where, part=_KIND)
    return Bars(frame, [Panel("")], rows, parts, shares_axis(view.words))


def _turned(view: View) -> str:
    said: dict[str, list[str]] = {}
    for row in rows_of(view.shown):
        kind, _, place = row["category"].partition(":")
        said.setdefault(place, []).append(f"{transition_title(kind, view.words)} {view.share(row['estimate'])}")
    return "; ".join(f"{environment_title(place, view.words)} {', '.join(some)}" for place, some in said.items())


def _practice_rows(view: View) -> pl.DataFrame:
    whole = (pl.col("category") == "") & (pl.col("group") == "all")
    return latest(ranked(view.data.filter(whole), indicator=list(PRACTICE), region=view.regions))


def _practice(view: View) -> Dots | None:
    keys = view.shown["indicator"].unique(maintain_order=True).to_list()
    if not keys:
        return None
    return Dots(
        drawn(view.data, panel="indicator", row="region", series=pl.lit("latest")),
        panels=[Panel(one, PRACTICE[one](view)) for one in keys],
        rows=places(view),
        series=[Series("latest", "")],
        axis=shares_axis(view.words),
        across=min(3, len(keys)),
        beside=sizes(view.data, view, "indicator", "region"),
    )  # fmt: skip


def _hobbies_rows(view: View) -> pl.DataFrame:
    means = view.data.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all")
    return ranked(means, "wave", scale=HOBBIES, region=view.regions)


def _hobby_titles(view: View) -> dict[str, str]:
    return dict(zip(HOBBIES, (view.say("Has a hobby"), view.say("Of those without: would like one")), strict=True))


def _hobbies(view: View) -> Dots | None:
    if view.shown.is_empty():
        return None
    titles, ends = _hobby_titles(view), list(dict.fromkeys((view.years[0], view.years[-1])))
    last = view.data.filter(pl.col("wave") == ends[-1])
    return Dots(
        drawn(view.data, panel="scale", row="region", series=year()),
        panels=[Panel(one, titles[one]) for one in view.shown["scale"].unique(maintain_order=True)],
        rows=places(view),
        series=[replace(one, told=True, brief=one.title) for one in year_series(ends, view.words)],
        axis=shares_axis(view.words, steps=4),
        dodge=False,
        beside=sizes(last, view, "scale", "region"),
    )  # fmt: skip


def _last(view: View) -> pl.DataFrame:
    """Return the latest numbers of the last region."""
    return view.shown.filter(pl.col("wave") == view.years[-1], pl.col("region") == view.places[-1])


def _dots_told(title: Callable[[View, dict[str, Any]], str]) -> Sentence:
    """Return the text alternative of dots by region: what each is called, and its share."""
    return say(
        "Dots with intervals by region. {region}: {values}.",
        region=lambda view: view.place(view.places[-1]),
        values=lambda view: "; ".join(
            f"{title(view, row)} {view.share(row['estimate'])}" for row in rows_of(_last(view))
        ),
    )


FIGURES = (
    Spec(
        key="strengths",
        finding=findings.of_strengths,
        table="parjaavyys",
        topic="talks",
        about="region",
        rows=lambda view: _of_topics(view, "lp_strength_share"),
        layout=_strengths,
        title=say("Strengths and vulnerabilities by environment in {year}", year=lambda view: view.years[-1]),
        caption=(
            say(
                "Topics that families and professionals together called a strength (right) or a vulnerability "
                "(left), per cent of both; n children. The black line is the {level} confidence interval.",
                level=level,
            ),
            say("It tells how the discussions went, and compares no families with each other."),
            say(
                "Discussions often begin when things are hard: vulnerabilities found at that time do not describe "
                "how everyday life goes on average."
            ),
            HIDDEN_MARK,
        ),
        alt=say(
            "Bars of strengths and vulnerabilities in {region}. Strengths: {values}.",
            region=View.place,
            values=lambda view: "; ".join(
                f"{environment_title(row['category'], view.words)} {view.share(row['estimate'])}"
                for row in rows_of(view.shown)
            ),
        ),
        columns=("environment", "wave", "estimate", "interval", "n"),
    ),
    Spec(
        key="transitions",
        finding=findings.of_transitions,
        table="parjaavyys",
        topic="talks",
        about="region",
        rows=lambda view: _of_topics(view, "lp_transition_share"),
        layout=_transitions,
        title=say("From the first discussion to the follow-up in {year}", year=lambda view: view.years[-1]),
        caption=(
            say(
                "Topics that were called a strength or a vulnerability both times, per cent; n children. These "
                "indicators are this project's own."
            ),
            EDGES,
            say(
                "Discussions often begin when things are hard, so some vulnerabilities would have eased by "
                "themselves (regression to the mean), and a follow-up is held with only some of the children."
            ),
            say("A dotted gap in a bar: shares that are not shown, to protect privacy.", when=hidden),
        ),
        alt=say("Stacked bars of topics in {region}. {values}.", region=View.place, values=_turned),
        columns=("transition", "environment", "wave", "estimate", "interval", "n"),
    ),
    Spec(
        key="practice",
        finding=findings_services.of_practice,
        table="parjaavyys",
        topic="talks",
        rows=_practice_rows,
        layout=_practice,
        title=say("How the LP work was done in {year}", year=lambda view: view.years[-1]),
        caption=(
            say(
                "Shares with {level} confidence intervals; n children. All of these indicators are this "
                "project's own, among them the core parts and the limit of 80%: no published measure stands behind "
                "them.",
                level=level,
            ),
            say(
                "Children reached: of those in the area whom the work is meant for, as a public statistic counts them. "
                "This is a count of all and no sample, so it has no interval.",
                when=lambda view: COVERAGE in view.shown["indicator"],
            ),
            NO_RANKING,
            HIDDEN_WORD,
        ),
        alt=_dots_told(lambda view, row: PRACTICE[row["indicator"]](view)),
        columns=("indicator", "region", "wave", "estimate", "interval", "n"),
    ),
    Spec(
        key="hobbies",
        finding=findings.of_hobbies,
        table="parjaavyys",
        topic="talks",
        rows=_hobbies_rows,
        layout=_hobbies,
        title=say("Hobbies of children and young people"),
        caption=(
            say(
                "Share of those asked, with {level} confidence intervals; n of the latest year. The second question "
                "was put only to those without a hobby.",
                level=level,
            ),
            EARLIER,
            NO_RANKING,
            HIDDEN_WORD,
        ),
        alt=_dots_told(lambda view, row: _hobby_titles(view)[row["scale"]]),
        columns=("scale", "region", "wave", "estimate", "interval", "n"),
    ),
)
