"""Figures of Lapset puheeksi discussions and of hobbies."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue.common import HIDDEN_WORD, HOBBIES, NO_RANKING, drawn, level, places, sizes, year
from sujuva.figures.layouts import Dots, Panel, Series, shares_axis
from sujuva.figures.specification import Spec, View, latest, ranked, say
from sujuva.figures.theme import COLOURS

COVERAGE = "lp_coverage"
PRACTICE = {
    "lp_fidelity": say("Core parts carried out"),
    "lp_fidelity_80": say("Discussions with at least 80 % of the core parts"),
    "lp_plan_share": say("Vulnerabilities with a plan"),
    "lp_done_share": say("Plans carried out"),
    "lp_need_share": say("Discussions followed by a network meeting"),
    COVERAGE: say("Children reached"),
}
"""How the work was done: indicators and their short names."""


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
        left=1.5, right=0.75, gap=0.8, across=min(3, len(keys)),
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
        series=[
            Series(str(one), str(one), brief=str(one))
            if one == ends[-1]
            else Series(str(one), str(one), colour=COLOURS[1], marker="s", filled=False, brief=str(one))
            for one in ends
        ],
        axis=shares_axis(view.words, steps=4),
        left=1.5, right=0.75, gap=0.8,
        beside=sizes(last, view, "scale", "region"),
    )  # fmt: skip


def _last(view: View) -> pl.DataFrame:
    """Return the latest numbers of the last region."""
    return view.shown.filter(pl.col("wave") == view.years[-1], pl.col("region") == view.places[-1])


FIGURES = (
    Spec(
        key="practice",
        table="parjaavyys",
        topic="talks",
        rows=_practice_rows,
        layout=_practice,
        title=say("How the LP work was done in {year}", year=lambda view: view.years[-1]),
        caption=(
            say(
                "Shares with {level} confidence intervals; n children. All of these indicators are this "
                "project's own, among them the core parts and the limit of 80 %: no published measure stands behind "
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
        alt=say(
            "Dots with intervals by region. {region}: {values}.",
            region=lambda view: view.place(view.places[-1]),
            values=lambda view: "; ".join(
                f"{PRACTICE[row['indicator']](view)} {view.share(row['estimate'])}"
                for row in _last(view).iter_rows(named=True)
            ),
        ),
        columns=("indicator", "region", "wave", "estimate", "interval", "n"),
    ),
    Spec(
        key="hobbies",
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
            NO_RANKING,
            HIDDEN_WORD,
        ),
        alt=say(
            "Dots with intervals by region. {region}: {values}.",
            region=lambda view: view.place(view.places[-1]),
            values=lambda view: "; ".join(
                f"{_hobby_titles(view)[row['scale']]} {view.share(row['estimate'])}"
                for row in _last(view).iter_rows(named=True)
            ),
        ),
        columns=("scale", "region", "wave", "estimate", "interval", "n"),
    ),
)
