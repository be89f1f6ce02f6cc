"""Figures of what is unusual among public statistics: funnels of areas, and control charts of an area's years."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.common import drawn
from sujuva.figures.labels import statistic_title
from sujuva.figures.layouts import Axis, Lines, Panel, Series
from sujuva.figures.layouts.lines import Band
from sujuva.figures.specification import Spec, View, latest, ranked, say
from sujuva.figures.theme import COLOURS, INK, OTHER
from sujuva.published import SHOWN, row_of, rows_of

_MOST = 4
_OUTER, _INNER = "total:998", "total:950"
_KEY = ["scale", "region", "wave"]
_SHOWN = (pl.col("suppressed") == SHOWN) & pl.col("estimate").is_not_null()
_LIMITED = _SHOWN & pl.col("ci_low").is_not_null()


def signals_of(view: View, regions: list[str]) -> pl.DataFrame:
    """Return the published signals of these areas, both genders together, those that have ended last."""
    rows = view.table("situation").filter(
        pl.col("indicator") == "area_signal", pl.col("category").str.starts_with("total:"),
        pl.col("region").is_in(regions), pl.col("suppressed") == SHOWN,
    )  # fmt: skip
    return rows.sort(pl.col("estimate").is_null(), pl.col("estimate").abs(), "scale", "region", "category",
                     descending=[False, True, False, False, False], nulls_last=True)  # fmt: skip


def _values(view: View) -> pl.DataFrame:
    return view.table("situation").filter(pl.col("indicator") == "area_value", pl.col("category") == "total")


def _funnel_rows(view: View) -> pl.DataFrame:
    """Return values and limits of the statistics that are judged, each in its last year."""
    limits = view.table("situation").filter(
        pl.col("indicator") == "area_funnel", pl.col("category").is_in([_OUTER, _INNER])
    )
    judged = limits.filter(_LIMITED)["scale"].unique().sort().to_list()[:_MOST]
    limits = limits.filter(pl.col("scale").is_in(judged))
    values = _values(view).join(limits, on=_KEY, how="semi", maintain_order="left")
    return pl.concat([values, limits]).sort("scale", "indicator", "category", "region")


def funnel_areas(view: View) -> pl.DataFrame:
    """Return the outer limits of the first funnel, an area a row; those without a number among them."""
    rows = view.table("situation").filter(pl.col("indicator") == "area_funnel", pl.col("category") == _OUTER)
    first = rows.filter(_LIMITED)["scale"].unique().sort().to_list()[:1]
    return rows.filter(pl.col("scale").is_in(first)).sort(pl.col("n"), "region", nulls_last=True)


def _points(view: View) -> pl.DataFrame:
    """Return the values that have a place in a funnel: with `size`, the limits `low` and `high`, and the target."""
    outer = view.data.filter(_LIMITED, pl.col("category") == _OUTER)
    outer = outer.select(*_KEY, size="n", low="ci_low", high="ci_high", target="estimate")
    values = view.data.filter(_SHOWN, pl.col("indicator") == "area_value")
    return values.join(outer, on=_KEY, maintain_order="left")


def _funnel(view: View) -> Lines | None:
    points = _points(view) if view.data.height else view.data
    if points.is_empty():
        return None
    own = [view.region] if view.region != NETWORK else list(view.meta["regions"])
    lines, bands, panels = [], [], []
    for part in points.partition_by("scale", maintain_order=True):
        scale = part["scale"][0]
        low, high = part.select(
            pl.min_horizontal("estimate", "low").min(), high=pl.max_horizontal("estimate", "high").max()
        ).row(0)
        room = 0.06 * (high - low or 1.0)
        axis = Axis(max(low - room, 0.0), high + room, lambda value: view.words.tick(value, {}), ticks=5)
        panels.append(Panel(scale, f"{statistic_title(view.meta, scale, view.words)} ({part['wave'][0]})", axis=axis))
        series = pl.when(pl.col("region").is_in(own)).then(pl.lit("own")).otherwise(pl.lit("others"))
        lines.append(part.with_columns(series=series))
        ends = part.sort("size")
        ends = pl.concat([ends.head(1), ends.tail(1)]).with_columns(estimate="target", series=pl.lit("country"))
        lines.append(ends)
        for category, depth in ((_OUTER, 0.14), (_INNER, 0.2)):
            rows = view.data.filter(_LIMITED, pl.col("category") == category, pl.col("scale") == scale).sort(
                "n", "region"
            )
            bands.append(Band(scale, rows.select(x=pl.col("n").log10(), low="ci_low", high="ci_high"), OTHER, depth))
    frame = pl.concat(lines).with_columns(ci_low=pl.lit(None, pl.Float64), ci_high=pl.lit(None, pl.Float64))
    low, high = frame.select(pl.col("size").min(), high=pl.col("size").max()).row(0)
    sizes = [digit * 10**place for place in range(12) for digit in (1, 2, 5)]
    ticks = {math.log10(one): view.words.number(one) for one in sizes if low / 2 <= one <= high * 2}
    named = view.place() if view.region != NETWORK else view.say("regions of the study")
    looks = [
        Series("own", named, colour=COLOURS[0], dash="", told=False),
        Series("others", view.say("other areas"), colour=OTHER, dash="", told=False),
        Series("country", view.say("Whole country"), colour=INK, marker="", dash=(0, (4, 2)), told=False),
    ]
    return Lines(
        drawn(frame, panel="scale", series="series", x=pl.col("size").log10()), panels, looks, ticks, legend=looks,
        height=2.6, bands=bands, title=view.say("People behind the statistic"),
    )  # fmt: skip


def _outside(view: View) -> pl.DataFrame:
    return _points(view).filter((pl.col("estimate") < pl.col("low")) | (pl.col("estimate") > pl.col("high")))


def _funnel_finding(view: View) -> str:
    if view.data.is_empty():
        return ""
    scale = _points(view)["scale"].to_list()[:1]
    if not scale:
        return ""
    points, outside = (one.filter(pl.col("scale") == scale[0]) for one in (_points(view), _outside(view)))
    if outside.is_empty():
        return view.say(
            "{statistic}: none of {all} areas is outside of the limits",
            statistic=statistic_title(view.meta, scale[0], view.words), all=view.count(points),
        )  # fmt: skip
    return view.say(
        "{statistic}: outside of the limits {few} of {all} areas",
        statistic=statistic_title(view.meta, scale[0], view.words), few=view.count(outside), all=view.count(points),
    )  # fmt: skip


def _named(view: View, rows: pl.DataFrame) -> str:
    told = [f"{view.place(row['region'])} {view.words.number(row['estimate'], 1)}" for row in rows_of(rows)]
    return "; ".join(told) or view.say("none")


def _chart_rows(view: View) -> pl.DataFrame:
    """Return values and limits of the area's years; of the network those of each region, of one statistic."""
    places = list(view.meta["regions"]) if view.region == NETWORK else [view.region]
    limits = view.table("situation").filter(
        pl.col("indicator") == "area_chart", pl.col("category") == "total", pl.col("region").is_in(places)
    )
    scales = limits.filter(_LIMITED)["scale"].unique().sort().to_list()[: 1 if view.region == NETWORK else _MOST]
    limits = limits.filter(pl.col("scale").is_in(scales))
    values = _values(view).join(limits, on=["scale", "region"], how="semi", maintain_order="left")
    return ranked(pl.concat([values, limits]), "wave", "indicator", scale=scales, region=places)


def _chart_panels(view: View) -> list[tuple[str, str, pl.DataFrame]]:
    by = "region" if view.region == NETWORK else "scale"
    parts = view.data.partition_by(by, maintain_order=True)
    return [
        (part[by][0], view.place(part[by][0]) if by == "region" else
         statistic_title(view.meta, part[by][0], view.words), part)
        for part in parts
    ]  # fmt: skip


def _chart(view: View) -> Lines | None:
    if view.data.filter(_LIMITED, pl.col("indicator") == "area_chart").is_empty():
        return None
    panels, lines, bands = [], [], []
    for key, title, part in _chart_panels(view):
        limits, values = (part.filter(pl.col("indicator") == one) for one in ("area_chart", "area_value"))
        shown = part.filter(_SHOWN)
        ends = shown.select(
            pl.min_horizontal("estimate", "ci_low").min(), b=pl.max_horizontal("estimate", "ci_high").max()
        )
        low, high = ends.row(0)
        room = 0.08 * (high - low or 1.0)
        axis = Axis(max(low - room, 0.0), high + room, lambda value: view.words.tick(value, {}), ticks=4)
        panels.append(Panel(key, title, axis=axis))
        lines += [values.with_columns(panel=pl.lit(key), series=pl.lit("value"))]
        lines += [limits.with_columns(panel=pl.lit(key), series=pl.lit("expected"))]
        bands.append(Band(key, limits.filter(_LIMITED).select(x="wave", low="ci_low", high="ci_high"), OTHER, 0.25))
    frame = pl.concat(lines).with_columns(ci_low=pl.lit(None, pl.Float64), ci_high=pl.lit(None, pl.Float64))
    series = [
        Series("value", view.say("as published")),
        Series("expected", view.say("expected"), colour=OTHER, dash=(0, (3, 2)), marker="", told=False),
    ]
    years = sorted(set(frame["wave"]))
    return Lines(
        drawn(frame, panel="panel", series="series", x=pl.col("wave").cast(pl.Float64)), panels, series,
        {float(one): str(one) for one in years}, legend=series, height=1.6, bands=bands,
    )  # fmt: skip


def _last(view: View) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return of each panel its title, and the last value with the limits of its year."""
    found = []
    for _, title, part in _chart_panels(view):
        limits = latest(part.filter(_LIMITED, pl.col("indicator") == "area_chart"))
        values = part.filter(_SHOWN, pl.col("indicator") == "area_value").join(limits, on=_KEY, how="semi")
        if limits.height and values.height:
            found.append((title, row_of(values), row_of(limits)))
    return found


def _chart_finding(view: View) -> str:
    told = _last(view)
    if not told:
        return ""
    out = [title for title, value, limit in told if not limit["ci_low"] <= value["estimate"] <= limit["ci_high"]]
    if view.region == NETWORK:
        statistic = statistic_title(view.meta, told[0][1]["scale"], view.words)
        if not out:
            return view.say("{statistic}: in no region is the last year outside of its limits", statistic=statistic)
        return view.say(
            "{statistic}: the last year is outside of its limits in {regions}",
            statistic=statistic, regions=", ".join(out),
        )  # fmt: skip
    _, value, limit = told[0]
    number, low, high = (view.words.number(one, 1) for one in (value["estimate"], limit["ci_low"], limit["ci_high"]))
    return view.say(
        "{statistic}: {value} {where} in {year}, where between {low} and {high} was to be expected",
        statistic=statistic_title(view.meta, value["scale"], view.words), value=number, year=value["wave"], low=low,
        high=high, where=view.where,
    )  # fmt: skip


def _chart_said(view: View) -> str:
    return "; ".join(
        f"{title}: {value['wave']} {view.words.number(value['estimate'], 1)} "
        f"({view.words.span(limit['ci_low'], limit['ci_high'], 1)})"
        for title, value, limit in _last(view)
    )


FIGURES = (
    Spec(
        key="funnel",
        finding=_funnel_finding,
        table="situation",
        topic="areas",
        about="region",
        rows=_funnel_rows,
        layout=_funnel,
        title=say("Areas beside the whole country: what chance and ordinary variation explain"),
        caption=(
            say(
                "Each mark is an area. Few people make numbers uncertain, so the limits are wide on the left. Within "
                "the dark area lie 95%, within the light one 99.8% of areas that differ from the whole country by "
                "chance and the ordinary variation between areas alone."
            ),
            say("An area outside is worth asking about. The figure does not say why, nor whether it is good or bad."),
        ),
        alt=say("Funnel plots of areas by size. Outside of the outer limits: {areas}.",
                areas=lambda view: _named(view, _outside(view))),
        columns=("statistic", "region", "wave", "estimate", "interval"),
    ),
    Spec(
        key="chart",
        finding=_chart_finding,
        table="situation",
        topic="areas",
        about="region",
        rows=_chart_rows,
        layout=_chart,
        title=say("The years of an area beside its own earlier years and the whole country"),
        caption=(
            say(
                "The dashed line is what the earlier years and the whole country's development let one expect; the "
                "shaded area reaches three standard deviations from it. What happens in the whole country is no "
                "deviation."
            ),
            say("Where a series breaks (a reform, a new definition), it begins anew."),
        ),
        alt=say("Line charts with limits. The last year and what was to be expected: {values}.", values=_chart_said),
        columns=("statistic", "region", "wave", "estimate", "interval"),
    ),
)  # fmt: skip
