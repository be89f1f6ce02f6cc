"""The topic of the situation: public statistics beside the whole country, and integration beside coping."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures.catalogue.common import level
from sujuva.figures.catalogue.forecasts import MONTHS
from sujuva.figures.catalogue.municipalities import counties, members
from sujuva.figures.labels import region_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.published import SHOWN
from sujuva.reports.content import MOST_FIGURES, Exhibit, Section, alone, figures, lacking
from sujuva.reports.forecasts import forecast_table, record_table
from sujuva.reports.municipalities import municipality_table, reform_note, sums_note, totals_table
from sujuva.reports.noticed import noticed_exhibits
from sujuva.reports.said import said_exhibits
from sujuva.reports.services_families import beside_table
from sujuva.reports.signals import funnel_table, signals_said, signals_table
from sujuva.reports.signs import DAGGER
from sujuva.reports.tables import COLUMNS, Row, Table, because

_WINDOW = ["scale", "first", "wave"]


def areas_section(view: View) -> Section:
    """Return public statistics, and integration beside coping; what it says is missing where there are none."""
    areas = figures(view, "areas")
    ahead = figures(view, "forecasts", tables=lambda picture: [forecast_table(view, picture)])
    ahead += alone(record_table(view))
    months = figures(view, "months_ahead", tables=lambda picture: [forecast_table(view, picture, MONTHS)])
    months += alone(record_table(view, MONTHS))
    beside = figures(view, "beside", tables=lambda picture: [beside_table(view, picture)])
    absent = [] if areas else [view.say("statistics of the area")]
    maps, several = _maps(view), len(members(view)) > 1
    if areas and several and not maps:
        absent.append(view.say("statistics of its municipalities"))
    totals = alone(totals_table(view) if several else None)
    notes = (reform_note(view), sums_note(view) if several else "")
    unusual, charts = alone(signals_table(view)), figures(view, "chart")
    funnels = figures(view, "funnel", tables=lambda _: [funnel_table(view)])
    noticed = noticed_exhibits(view)
    seen = [*unusual, *areas, *noticed, *said_exhibits(view), *funnels, *ahead, *months, *maps, *totals, *beside]
    shown, further = _as_many_as_fit(seen, (funnels, months))
    return Section(
        "situation", shown, missing=lacking(view, absent), first=signals_said(view),
        notes=tuple(one for one in notes if one), experts=[*further, *charts, *alone(trend_table(view))],
    )  # fmt: skip


def _as_many_as_fit(
    exhibits: list[Exhibit], first_to_go: Sequence[Sequence[Exhibit]]
) -> tuple[list[Exhibit], list[Exhibit]]:
    """Return what stands on the page, at most `MOST_FIGURES` pictures and every table, and the further pictures.

    Where there are more pictures, those of `first_to_go` leave before the last ones, group by group with their tables.
    """
    shown: list[Exhibit] = []
    further: list[Exhibit] = []
    staying = list(exhibits)
    for group in first_to_go:
        if sum(one.picture is not None for one in staying) > MOST_FIGURES:
            staying = [one for one in staying if not any(one is other for other in group)]
            further += group
    for one in staying:
        full = sum(other.picture is not None for other in shown) == MOST_FIGURES
        (further if full and one.picture is not None else shown).append(one)
    return shown, further


def _maps(view: View) -> list[Exhibit]:
    """Return the map of the municipalities of a region, or of the counties on the page of the network."""
    towns, regions = members(view), counties(view)
    key, areas = ("counties", regions) if view.region == NETWORK else ("municipalities", towns)
    heading = view.say("Wellbeing services county") if view.region == NETWORK else view.say("Municipality")
    if len(areas) < 2:  # noqa: PLR2004  one area makes no map
        return []
    return figures(view, key, tables=lambda _: [municipality_table(view, areas, heading, f"{key}.csv")])


def trend_table(view: View) -> Table | None:
    """Make a table with a line a statistic and span of years; None where there is no yearly change (`area_aapc`).

    The whole series of a region stands first, then the years before and after its start where it has such rows. The
    country stands beside it in the same years, and only in those. "network" shows every region of the study.
    """
    rows = view.table("situation").filter(
        pl.col("indicator") == "area_aapc", pl.col("category").str.starts_with("total:")
    )
    rows = rows.with_columns(first=pl.col("category").str.split(":").list.last().cast(pl.Int32))
    regions = list(view.meta["regions"]) if view.region == NETWORK else [view.region]
    mine = rows.filter(pl.col("region").is_in(regions)).sort(
        "scale", pl.col("region").cast(pl.Enum(regions)), pl.col("first") - pl.col("wave"), "first"
    )
    if mine.is_empty():
        return None
    country = rows.filter(pl.col("region") == COUNTRY).join(mine, on=_WINDOW, how="semi", maintain_order="left")
    beside = dict(zip(country.select(_WINDOW).iter_rows(), country.iter_rows(named=True), strict=True))
    several = view.region == NETWORK
    cells = [
        [
            COLUMNS["statistic"].cell(row, view),
            *([region_title(view.meta, row["region"], view.words)] if several else []),
            f"{row['first']}{DASH}{row['wave']}",
            _change(row, view),
            _change(beside.get(tuple(row[name] for name in _WINDOW)), view),
        ]
        for row in mine.iter_rows(named=True)
    ]
    headers = [
        view.say("Statistic"),
        *([view.say("Region")] if several else []),
        view.say("Years"),
        view.say("Change, % a year ({level} interval)", level=level(view)),
        view.say("Whole country, % a year ({level} interval)", level=level(view)),
    ]
    return Table(
        caption=view.say("Average annual percent change"),
        headers=headers,
        rows=cells,
        numeric=[*(False for _ in headers[:-2]), True, True],
        data=pl.concat([mine, country]).drop("first"),
        name="trends.csv",
        note=_note(view, cells, windows=mine.n_unique(["scale", "region"]) < mine.height),
    )


def _change(row: Row | None, view: View) -> str:
    """Write a change with its interval; in place of one that is hidden or does not exist, why."""
    if row is None:
        return DASH
    if row["suppressed"] != SHOWN:
        return view.say("not shown")
    if row["estimate"] is None:
        return because(row, view)
    short = DAGGER if "short_series" in row["note"].split("; ") else ""
    number = view.words.signed(row["estimate"], {"decimals": 1}, brief=True)
    return f"{number} ({view.words.span(row['ci_low'], row['ci_high'], 1)}){short}"


def _note(view: View, cells: list[list[str]], *, windows: bool) -> str:
    said = view.say(
        "By how many per cent the value of the statistic grew or fell a year, on average from the first year to "
        "the last. It describes and does not explain: whatever else changed in those years, such as laws, records "
        "or borders, is in it too."
    )
    if windows:
        said += " " + view.say(
            "First the whole series; below it, where a region has started, the years up to the last one before its "
            "start, and those from then on."
        )
    if any(DAGGER in cell for row in cells for cell in row):
        said += " " + view.say("† A short series, ten years at most: one unusual year may make the change.")
    return said
