"""The figures of forecasts, by year and by month: the line so far, and the fan of what may come if it goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures.catalogue.common import drawn
from sujuva.figures.labels import statistic_title
from sujuva.figures.language import DASH
from sujuva.figures.layouts import Axis, Lines, Panel, Series
from sujuva.figures.layouts.lines import Band
from sujuva.figures.specification import Sentence, Spec, Text, View, ranked, say
from sujuva.figures.theme import COLOURS
from sujuva.published import SHOWN, row_of, rows_of

_MOST = 6
_INNER, _OUTER = 80, 95
_DEPTHS = {_OUTER: 0.18, _INNER: 0.3}
"""How dark the bands are; the inner one lies on the outer one."""
_TOTAL = r"^total(:|$)"
_DRAWN = 3
"""Years of months that are drawn before what is forecast."""
_MONTHS = 12


@dataclass(frozen=True)
class Rhythm:
    """Series of years or of months, by their indicators; the category of a month is "total:03"."""

    value: str
    ahead: str
    coverage: str
    mase: str
    monthly: bool

    @property
    def time(self) -> pl.Expr:
        """Return where a row stands on the axis of time, in years."""
        year = pl.col("wave").cast(pl.Float64)
        return year + (_month() - 1) / _MONTHS if self.monthly else year

    def called(self, row: Mapping[str, Any], view: View) -> str:
        """Return what the year or month of a row is called."""
        if not self.monthly:
            return str(row["wave"])
        return view.words.month_of(row["wave"], int(row["category"].split(":")[1]))

    def held(self, level: int) -> str:
        """Return the category of how often the bands of a level held."""
        return f"total:{level}"


YEARS = Rhythm("area_value", "area_forecast", "area_forecast_coverage", "area_forecast_mase", monthly=False)
MONTHS = Rhythm("area_month", "area_month_forecast", "area_month_coverage", "area_month_mase", monthly=True)


def _month() -> pl.Expr:
    return pl.col("category").str.split(":").list.get(1).cast(pl.Int32)


def at_level(level: int) -> pl.Expr:
    """Tell the rows of the interval of a level."""
    return pl.col("category").str.ends_with(f":{level}")


def forecast_rows(view: View, rhythm: Rhythm) -> pl.DataFrame:
    """Return the published forecasts of everyone in the page's region, and the rows that say why there is none.

    On the network's page those of each region and of the whole country.
    """
    places = [*view.meta["regions"], COUNTRY] if view.region == NETWORK else [view.region]
    everyone = pl.col("category").str.contains(_TOTAL)
    return view.table("situation").filter(pl.col("indicator") == rhythm.ahead, everyone, pl.col("region").is_in(places))


def forecast_scales(view: View, rhythm: Rhythm) -> list[str]:
    """Return the statistics that are drawn: those that reach furthest; for the network the one of most regions."""
    told = forecast_rows(view, rhythm).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    order = told.group_by("scale").agg(pl.col("region").n_unique(), pl.len()).sort(
        "region", "len", "scale", descending=[True, True, False]
    )  # fmt: skip
    return order["scale"].to_list()[: 1 if view.region == NETWORK else _MOST]


def _rows(view: View, rhythm: Rhythm) -> pl.DataFrame:
    ahead = forecast_rows(view, rhythm).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    past = view.table("situation").filter(pl.col("indicator") == rhythm.value, pl.col("category").str.contains(_TOTAL))
    past = past.join(ahead, on=["scale", "region"], how="semi", maintain_order="left")
    if rhythm.monthly:
        series = ["scale", "region"]
        past = past.filter(_count() >= _count().max().over(series) - _DRAWN * _MONTHS)
    places = [*view.meta["regions"], COUNTRY] if view.region == NETWORK else [view.region]
    scales = forecast_scales(view, rhythm)
    return ranked(pl.concat([past, ahead]), "wave", "category", scale=scales, region=places)


def _count() -> pl.Expr:
    """Return the number of a month, counted from the year 0."""
    return _MONTHS * pl.col("wave") + _month()


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


def _summary(view: View, rhythm: Rhythm, part: pl.DataFrame) -> dict[str, Any]:
    """Return the latest value and the 80 per cent interval of the last period that is forecast, as text."""
    past = part.filter(pl.col("indicator") == rhythm.value, pl.col("estimate").is_not_null())
    last = row_of(part.filter(at_level(_INNER)), -1)
    now = row_of(past.filter(pl.col("suppressed") == SHOWN), -1)
    return {
        "value": view.words.number(now["estimate"], 1), "year": rhythm.called(now, view),
        "last": rhythm.called(last, view),
        "low": view.words.number(last["ci_low"], 1), "high": view.words.number(last["ci_high"], 1),
    }  # fmt: skip


def _held(view: View, rhythm: Rhythm, part: pl.DataFrame) -> str:
    """Say how often past bands of each level held the value; "" where none could be judged."""
    rows = view.table("situation").filter(
        pl.col("indicator") == rhythm.coverage, pl.col("suppressed") == SHOWN,
        pl.col("scale") == part["scale"][0], pl.col("region") == part["region"][0],
    )  # fmt: skip
    shares = dict(rows.select("category", "estimate").iter_rows())
    told = [
        view.say(
            "of earlier {level} bands {share} held",
            level=view.share(level / 100),
            share=view.share(shares[rhythm.held(level)] / 100),
        )
        for level in (_INNER, _OUTER)
        if rhythm.held(level) in shares
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


def _fans(view: View, rhythm: Rhythm) -> Lines | None:
    if view.data.is_empty():
        return None
    panels, lines, bands = [], [], []
    for key, title, part in _panels(view):
        panels.append(Panel(key, title, axis=_axis(view, part), about=_held(view, rhythm, part)))
        past = part.filter(pl.col("indicator") == rhythm.value)
        now = past.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null()).tail(1)
        ahead = part.filter(at_level(_INNER))
        lines += [past.with_columns(panel=pl.lit(key), series=pl.lit("past"))]
        # The dashed line begins at the last value, and so do the bands.
        lines += [pl.concat([now, ahead]).with_columns(panel=pl.lit(key), series=pl.lit("ahead"))]
        start = now.with_columns(ci_low="estimate", ci_high="estimate")
        for level, depth in _DEPTHS.items():
            rows = part.filter(at_level(level))
            fan = pl.concat([start, rows]) if rows.height else rows
            bands.append(Band(key, fan.select(x=rhythm.time, low="ci_low", high="ci_high"), COLOURS[0], depth))
    frame = pl.concat(lines).with_columns(ci_low=pl.lit(None, pl.Float64), ci_high=pl.lit(None, pl.Float64))
    series = [
        Series("past", view.say("as published"), marker=""),
        Series("ahead", view.say("forecast"), dash=(0, (3, 2)), marker="", told=False),
    ]
    ticks = {panel.key: _ticks(view, rhythm, frame.filter(pl.col("panel") == panel.key)) for panel in panels}
    names = {place: rhythm.called(row, view) for place, row in _timed(frame, rhythm)}
    return Lines(
        drawn(frame, panel="panel", series="series", x=rhythm.time), panels, series, names if rhythm.monthly else {},
        ticks_of=ticks, apart=True, legend=series, height=1.6, bands=bands,
    )  # fmt: skip


def _timed(rows: pl.DataFrame, rhythm: Rhythm) -> list[tuple[float, Mapping[str, Any]]]:
    """Return the rows in the order of time, each behind where it stands."""
    timed = rows.with_columns(_at=rhythm.time).sort("_at")
    return [(row["_at"], row) for row in rows_of(timed)]


def _ticks(view: View, rhythm: Rhythm, rows: pl.DataFrame) -> dict[float, str]:
    """Return every year; of months that of the last value, and every sixth before and after it."""
    if not rhythm.monthly:
        return {place: rhythm.called(row, view) for place, row in _timed(rows, rhythm)}
    known = rows.filter(pl.col("series") == "past", pl.col("estimate").is_not_null())
    last, row = _timed(known, rhythm)[-1]
    number = _MONTHS * row["wave"] + int(row["category"].split(":")[1]) - 1
    steps = range(-_DRAWN * _MONTHS, _MONTHS + 1, _MONTHS // 2)
    return {
        last + step / _MONTHS: view.words.month_of((number + step) // _MONTHS, (number + step) % _MONTHS + 1)
        for step in steps
    }


def _leading(view: View, rhythm: Rhythm) -> dict[str, Any]:
    """Return what the title says of the first panel, on the network's page of the country: {} without panels."""
    if view.data.is_empty():
        return {}
    _, title, part = next((one for one in _panels(view) if one[0] == COUNTRY), _panels(view)[0])
    statistic = statistic_title(view.meta, part["scale"][0], view.words)
    place = title if view.region == NETWORK else view.place()
    return {"statistic": statistic, "place": place, **_summary(view, rhythm, part)}


def _finding(view: View) -> str:
    told = _leading(view, YEARS)
    if not told:
        return ""
    return view.say(
        "{statistic}, {place}: {value} in {year}, and between {low} and {high} in {last} if it goes on as it has",
        **told,
    )


def _month_finding(view: View) -> str:
    told = _leading(view, MONTHS)
    if not told:
        return ""
    return view.say(
        "{statistic}, {place}: {value} in the month {year}, and {low} to {high} in {last} if it goes on as it has",
        **told,
    )


def _said(view: View, rhythm: Rhythm) -> str:
    told = []
    for _, title, part in _panels(view):
        one = _summary(view, rhythm, part)
        told.append(f"{title}: {one['year']} {one['value']}; {one['last']} {one['low']}{DASH}{one['high']}")
    return "; ".join(told)


_READING = say(
    "The dashed line goes on as the model says that has forecast areas of the same kind best. The dark "
    "band should hold the value 80 times in 100, the light one 95 times; where there is no light band, "
    "too few past forecasts are known."
)
_NO_PLAN = say("A forecast is no plan: it knows of no law and no work that changes the direction.")


def _figure(key: str, rhythm: Rhythm, finding: Callable[[View], str], title: Text, held: Sentence) -> Spec:
    return Spec(
        key=key,
        finding=finding,
        table="situation",
        topic="areas",
        about="region",
        rows=lambda view: _rows(view, rhythm),
        layout=lambda view: _fans(view, rhythm),
        title=title,
        caption=(
            _READING,
            replace(held, when=lambda view: any(_held(view, rhythm, part) for _, _, part in _panels(view))),
            _NO_PLAN,
        ),
        alt=say("Line charts with bands of what may come. {values}.", values=lambda view: _said(view, rhythm)),
        columns=("statistic", "region", "wave", "estimate", "interval"),
    )


FIGURES = (
    _figure(
        "forecasts", YEARS, _finding, say("What lies ahead if things go on as they have"),
        say(
            "“Held” is how often past bands, each made of the years before it alone in all areas of the "
            "kind, held the value that came: 80% and 95% of them should have."
        ),
    ),
    _figure(
        "months_ahead", MONTHS, _month_finding, say("What the coming months bring if things go on as they have"),
        say(
            "“Held” is how often past bands, each made of the months before it alone in all areas of the "
            "kind, held the value that came: 80% and 95% of them should have."
        ),
    ),
)  # fmt: skip
