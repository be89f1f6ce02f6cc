"""The figure of forecasts: the line so far, and the fan of what may come if things go on as they have."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures.catalogue.common import drawn
from sujuva.figures.labels import statistic_title
from sujuva.figures.language import DASH
from sujuva.figures.layouts import Axis, Lines, Panel, Series
from sujuva.figures.layouts.lines import Band
from sujuva.figures.specification import Spec, View, ranked, say
from sujuva.figures.theme import COLOURS
from sujuva.published import SHOWN

_MOST = 6
_INNER, _OUTER = "total:80", "total:95"
_DEPTHS = {_OUTER: 0.18, _INNER: 0.3}
"""How dark the bands are; the inner one lies on the outer one."""


def forecast_rows(view: View) -> pl.DataFrame:
    """Return the published forecasts of everyone in the page's region, and the rows that say why there is none.

    On the network's page those of each region and of the whole country.
    """
    places = [*view.meta["regions"], COUNTRY] if view.region == NETWORK else [view.region]
    everyone = pl.col("category").str.starts_with("total:")
    return view.table("situation").filter(
        pl.col("indicator") == "area_forecast", everyone, pl.col("region").is_in(places)
    )


def forecast_scales(view: View) -> list[str]:
    """Return the statistics that are drawn: those that reach furthest; for the network the one of most regions."""
    told = forecast_rows(view).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    order = told.group_by("scale").agg(pl.col("region").n_unique(), pl.len()).sort(
        "region", "len", "scale", descending=[True, True, False]
    )  # fmt: skip
    return order["scale"].to_list()[: 1 if view.region == NETWORK else _MOST]


def _rows(view: View) -> pl.DataFrame:
    ahead = forecast_rows(view).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    past = view.table("situation").filter(pl.col("indicator") == "area_value", pl.col("category") == "total")
    past = past.join(ahead, on=["scale", "region"], how="semi", maintain_order="left")
    places = [*view.meta["regions"], COUNTRY] if view.region == NETWORK else [view.region]
    return ranked(pl.concat([past, ahead]), "wave", "category", scale=forecast_scales(view), region=places)


def place_title(view: View, region: str) -> str:
    """Return the title of a region, or of the whole country."""
    return view.say("Whole country") if region == COUNTRY else view.place(region)


def _panels(view: View) -> list[tuple[str, str, pl.DataFrame]]:
    """Return key, title and rows of each panel: a statistic, or on the network's page a region."""
    by = "region" if view.region == NETWORK else "scale"
    parts = view.data.partition_by(by, maintain_order=True)

    def title(part: pl.DataFrame) -> str:
        key = part[by][0]
        if by == "scale":
            return statistic_title(view.meta, key, view.words)
        return place_title(view, key)

    return [(part[by][0], title(part), part) for part in parts]


def _summary(view: View, part: pl.DataFrame) -> dict[str, Any]:
    """Return the latest value and the 80 per cent interval of the last year that is forecast, as text."""
    past = part.filter(pl.col("indicator") == "area_value", pl.col("estimate").is_not_null())
    last = part.filter(pl.col("category") == _INNER).row(-1, named=True)
    now = past.filter(pl.col("suppressed") == SHOWN).row(-1, named=True)
    return {
        "value": view.words.number(now["estimate"], 1), "year": now["wave"], "last": last["wave"],
        "low": view.words.number(last["ci_low"], 1), "high": view.words.number(last["ci_high"], 1),
    }  # fmt: skip


def _held(view: View, part: pl.DataFrame) -> str:
    """Say how often past bands of each level held the value; "" where none could be judged."""
    rows = view.table("situation").filter(
        pl.col("indicator") == "area_forecast_coverage", pl.col("suppressed") == SHOWN,
        pl.col("scale") == part["scale"][0], pl.col("region") == part["region"][0],
    )  # fmt: skip
    shares = dict(rows.select("category", "estimate").iter_rows())
    told = [
        view.say(
            "of earlier {level} bands {share} held", level=view.share(level), share=view.share(shares[category] / 100)
        )
        for category, level in ((_INNER, 0.8), (_OUTER, 0.95))
        if category in shares
    ]
    return "\n".join(told)


def _axis(view: View, part: pl.DataFrame) -> Axis:
    told = part.filter(pl.col("suppressed") == SHOWN)
    low, high = (
        told.select(pl.min_horizontal("estimate", "ci_low").min()).item(),
        told.select(pl.max_horizontal("estimate", "ci_high").max()).item(),
    )
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    return Axis(max(low - room, 0.0) if low >= 0 else low - room, high + room, _tick(view), ticks=4)


def _tick(view: View) -> Any:
    return lambda value: view.words.tick(value, {})


def _fans(view: View) -> Lines | None:
    if view.data.is_empty():
        return None
    panels, lines, bands = [], [], []
    for key, title, part in _panels(view):
        panels.append(Panel(key, title, axis=_axis(view, part), about=_held(view, part)))
        past = part.filter(pl.col("indicator") == "area_value")
        now = past.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()).tail(1)
        ahead = part.filter(pl.col("category") == _INNER)
        lines += [past.with_columns(panel=pl.lit(key), series=pl.lit("past"))]
        # The dashed line begins at the last value, and so do the bands.
        lines += [pl.concat([now, ahead]).with_columns(panel=pl.lit(key), series=pl.lit("ahead"))]
        start = now.with_columns(ci_low="estimate", ci_high="estimate")
        for category, depth in _DEPTHS.items():
            rows = part.filter(pl.col("category") == category)
            fan = pl.concat([start, rows]) if rows.height else rows
            bands.append(Band(key, fan.select(x="wave", low="ci_low", high="ci_high"), COLOURS[0], depth))
    frame = pl.concat(lines).with_columns(ci_low=pl.lit(None, pl.Float64), ci_high=pl.lit(None, pl.Float64))
    series = [
        Series("past", view.say("as published"), marker=""),
        Series("ahead", view.say("forecast"), dash=(0, (3, 2)), marker="", told=False),
    ]
    years = frame.group_by("panel").agg(pl.col("wave").unique().sort()).iter_rows()
    return Lines(
        drawn(frame, panel="panel", series="series", x=pl.col("wave").cast(pl.Float64)), panels, series,
        {}, ticks_of={key: {float(year): str(year) for year in known} for key, known in years}, apart=True,
        legend=series, height=1.6, bands=bands,
    )  # fmt: skip


def _finding(view: View) -> str:
    if view.data.is_empty():
        return ""
    _, title, part = next((one for one in _panels(view) if one[0] == COUNTRY), _panels(view)[0])
    statistic = statistic_title(view.meta, part["scale"][0], view.words)
    place = title if view.region == NETWORK else view.place()
    return view.say(
        "{statistic}, {place}: {value} in {year}, and between {low} and {high} in {last} if it goes on as it has",
        statistic=statistic, place=place, **_summary(view, part),
    )  # fmt: skip


def _said(view: View) -> str:
    told = []
    for _, title, part in _panels(view):
        one = _summary(view, part)
        told.append(f"{title}: {one['year']} {one['value']}; {one['last']} {one['low']}{DASH}{one['high']}")
    return "; ".join(told)


FIGURES = (
    Spec(
        key="forecasts",
        finding=_finding,
        table="situation",
        topic="areas",
        about="region",
        rows=_rows,
        layout=_fans,
        title=say("What lies ahead if things go on as they have"),
        caption=(
            say(
                "The dashed line goes on as the model says that has forecast areas of the same kind best. The dark "
                "band should hold the value 80 times in 100, the light one 95 times; where there is no light band, "
                "too few past forecasts are known."
            ),
            say(
                "“Held” is how often past bands, each made of the years before it alone in all areas of the "
                "kind, held the value that came: 80% and 95% of them should have.",
                when=lambda view: any(_held(view, part) for _, _, part in _panels(view)),
            ),
            say("A forecast is no plan: it knows of no law and no work that changes the direction."),
        ),
        alt=say("Line charts with bands of what may come. {values}.", values=_said),
        columns=("statistic", "region", "wave", "estimate", "interval"),
    ),
)
