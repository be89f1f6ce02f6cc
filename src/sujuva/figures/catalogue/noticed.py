"""The figure of what professionals noticed: what became of observations, by year and class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.figures.catalogue.common import HIDDEN_WORD, drawn
from sujuva.figures.inflection import where
from sujuva.figures.labels import group_title
from sujuva.figures.layouts import Bars, Panel, Part, Row, shares_axis
from sujuva.figures.specification import Spec, View, say
from sujuva.published import SHOWN, rows_of
from sujuva.tidy import ALL, ALL_YEARS

FATE, COUNT = "observation_fate", "observation_count"
FATES: Mapping[str, str] = {"initiative": "#0072b2", "phenomenon": "#9cc9e3", "observed": "#d5dbe1"}
"""What became of observations, and its colour."""


def fate_rows(view: View) -> pl.DataFrame:
    """Return the shares of what became of a region's observations, of everyone by year, then of each class.

    A class stands by year where all its years are shown, else for all years together.
    """
    mine = view.data.filter(pl.col("indicator") == FATE, pl.col("region") == view.region)
    years, of_all = pl.col("wave") != ALL_YEARS, pl.col("group") == ALL
    told = mine.filter(years).group_by("group").agg(each=(pl.col("suppressed") == SHOWN).all())
    each = pl.col("group").is_in(told.filter("each")["group"].implode()) | of_all
    kept = mine.filter(years == each)
    return kept.sort(~of_all, "group", "wave", pl.col("category").cast(pl.Enum(list(FATES))))


def _places(view: View) -> list[tuple[str, int]]:
    return list(view.data.select("group", "wave").unique(maintain_order=True).iter_rows())


def _when(view: View, wave: int) -> str:
    return str(wave) if wave else view.say("all years")


def _group(view: View, group: str) -> str:
    return view.say("All observations") if group == ALL else group_title(group, view.words)


def _sizes(view: View) -> dict[tuple[str, str], str]:
    counts = view.table("integration").filter(
        pl.col("indicator") == COUNT, pl.col("region") == view.region, pl.col("suppressed") == SHOWN,
        pl.col("n").is_not_null(),
    )  # fmt: skip
    sizes = counts.select("group", "wave", "n").iter_rows()
    return {("", f"{group}|{wave}"): view.words.number(n) for group, wave, n in sizes}


def _fates(view: View) -> Bars | None:
    if view.shown.is_empty():
        return None
    rows, last = [], ""
    for group, wave in _places(view):
        rows += [Row("", _group(view, group))] if group != last else []
        rows.append(Row(f"{group}|{wave}", _when(view, wave)))
        last = group
    frame = drawn(
        view.data, panel=pl.lit(""), row=pl.concat_str("group", pl.lit("|"), pl.col("wave").cast(pl.String)),
        part="category",
    )  # fmt: skip
    held = {row.key for row in rows}
    return Bars(
        frame, [Panel("")], rows,
        [Part(one, view.words.title("observation_fate", one), colour) for one, colour in FATES.items()],
        shares_axis(view.words), beside={key: text for key, text in _sizes(view).items() if key[1] in held},
        beside_title=view.say("observations"),
    )  # fmt: skip


def _finding(view: View) -> str:
    """Say how many of a hundred observations of all years led to an initiative."""
    row = _share(view, "initiative", ALL_YEARS)
    if row is None:
        return ""
    return view.say(
        "Of a hundred observations {n} led to an initiative {where}",
        n=view.words.number(100 * row["estimate"]), where=where(view.meta, view.region, view.words),
    )  # fmt: skip


def _share(view: View, fate: str, wave: int) -> dict[str, Any] | None:
    rows = view.table("integration").filter(
        pl.col("indicator") == FATE, pl.col("region") == view.region, pl.col("group") == ALL, pl.col("wave") == wave,
        pl.col("category") == fate, pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null(),
    )  # fmt: skip
    return next(rows_of(rows), None)


def _told(view: View) -> str:
    begun = view.shown.filter(pl.col("category") == "initiative")
    return "; ".join(
        f"{_group(view, row['group'])}, {_when(view, row['wave'])}: {view.share(row['estimate'])}"
        for row in rows_of(begun)
    )


FIGURES = (
    Spec(
        key="noticed",
        finding=_finding,
        table="integration",
        topic="situation",
        about="region",
        rows=fate_rows,
        layout=_fates,
        title=say("What professionals noticed, and what became of it"),
        caption=(
            say(
                "Shares of observations by what had become of them when the data were taken, by the year of the "
                "observation. To the right: how many observations there are, rounded."
            ),
            say(
                "The latest observations have had less time than older ones. Many observations may be a sign of a "
                "need, or of diligent writing down: years and areas are not ranked."
            ),
            HIDDEN_WORD,
        ),
        alt=say("Stacked bars. Share of observations that led to an initiative: {values}.", values=_told),
        columns=("group", "noticed", "wave", "estimate", "n"),
    ),
)
