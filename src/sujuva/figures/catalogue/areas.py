"""The figure of public statistics: a small panel for each, the region in colour, the others behind it."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures.catalogue import findings
from sujuva.figures.catalogue.common import drawn, ends_of_time
from sujuva.figures.labels import statistic_title
from sujuva.figures.layouts import MOST_LINES, Axis, Dots, Lines, Panel, Row, Series, region_series
from sujuva.figures.specification import Spec, View, ranked, say
from sujuva.figures.theme import INK, OTHER
from sujuva.published import SHOWN, rows_of

_MOST = 6


def _rows(view: View) -> pl.DataFrame:
    """Keep shares and rates: absolute numbers of areas of different sizes do not share an axis."""
    values = view.data.filter(pl.col("indicator") == "area_value")
    total = values.filter(pl.col("category") == "total", pl.col("region").is_in([*view.meta["regions"], COUNTRY]))
    mine = total if view.region == NETWORK else total.filter(pl.col("region") == view.region)
    rates = mine.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()).filter(
        pl.col("estimate").ne_missing(pl.col("n").cast(pl.Float64))
    )
    return ranked(total, "region", "wave", scale=rates["scale"].unique().sort().to_list()[:_MOST])


def _title(view: View, scale: str) -> str:
    return statistic_title(view.meta, scale, view.words)


def _axis(view: View, scale: str) -> Axis:
    ends = view.shown.filter(pl.col("scale") == scale).select(
        low=pl.min_horizontal("estimate", "ci_low").min(), high=pl.max_horizontal("estimate", "ci_high").max()
    )
    low, high = ends.row(0)
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    return Axis(low - room, high + room, lambda value: view.words.tick(value, {}), ticks=4)


def _areas(view: View) -> Lines | Dots | None:
    if view.data.is_empty():
        return None
    data = view.data
    keys = [one for one in view.meta["regions"] if one in set(data["region"])]
    titles = {one: view.place(one) for one in keys}
    country = view.say("Whole country")
    panels = [Panel(one, _title(view, one), axis=_axis(view, one)) for one in data["scale"].unique(maintain_order=True)]
    waves = data["wave"].unique().sort().to_list()
    if view.region == NETWORK and len(keys) > MOST_LINES:
        roles, ends = ends_of_time(data, view)
        rows = [*(Row(key, title) for key, title in titles.items()), Row(COUNTRY, country, bold=True)]
        frame = drawn(data, panel="scale", row="region", **roles)
        return Dots(frame, panels, rows, ends, Axis(0, 1, str), dodge=False)
    lone = "d" if len(waves) == 1 else ""  # one year alone makes no line
    whole = [Series(COUNTRY, country, colour=INK, dash=(0, (4, 2)), marker=lone, told=False)]
    whole = whole if COUNTRY in set(data["region"]) else []
    if view.region == NETWORK:
        series, legend = [*region_series(titles, view.region), *whole], []
    else:
        own = [one for one in region_series(titles, view.region) if one.key == view.region]
        many = len(titles) > MOST_LINES
        others = [
            Series(key, "" if many else title, colour=OTHER, width=1.1, marker="", told=False)
            for key, title in titles.items() if key != view.region
        ]  # fmt: skip
        series = [*own, *others, *whole]
        legend = [Series("", view.say("other regions of the study"), colour=OTHER, width=1.1, marker="")] * many
    years = data.group_by("scale").agg(pl.col("wave").unique().sort()).iter_rows()
    return Lines(
        drawn(data, panel="scale", series="region", x=pl.col("wave").cast(pl.Float64)), panels, series,
        {float(one): str(one) for one in waves}, legend=legend, height=1.6, apart=True,
        ticks_of={scale: {float(year): str(year) for year in known} for scale, known in years},
    )  # fmt: skip


def _said(view: View) -> str:
    region = COUNTRY if view.region == NETWORK else view.region
    last = view.data.filter(
        pl.col("region") == region, pl.col("wave") == view.data["wave"].max(), pl.col("suppressed") == SHOWN
    )
    return "; ".join(f"{_title(view, row['scale'])}: {view.words.number(row['estimate'], 1)}" for row in rows_of(last))


FIGURES = (
    Spec(
        key="areas",
        finding=findings.of_areas,
        table="situation",
        topic="areas",
        about="region",
        rows=_rows,
        layout=_areas,
        title=say("The situation in the area: public statistics"),
        caption=(
            say(
                "As published by their producers. The axis does not start from zero, so small changes "
                "look large: read the numbers. Statistics describe everyone who lives in the area, not "
                "those whom the work has reached."
            ),
        ),
        alt=say(
            "Line charts of public statistics. {year}, {region}: {values}.",
            year=lambda view: view.data["wave"].max(),
            region=lambda view: view.say("Whole country") if view.region == NETWORK else view.place(),
            values=_said,
        ),
        columns=("statistic", "region", "wave", "estimate"),
    ),
)
