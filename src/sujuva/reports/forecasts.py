"""How past forecasts of the statistics of areas did, beside the figure of what may come."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures import Picture
from sujuva.figures.catalogue.forecasts import YEARS, Rhythm, forecast_rows, forecast_scales, place_title
from sujuva.figures.labels import note_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.published import SHOWN, rows_of
from sujuva.reports.tables import COLUMNS, Row, Table, because, value

_SERIES = ["scale", "region"]


def forecast_table(view: View, picture: Picture, rhythm: Rhythm = YEARS) -> Table:
    """Make the table behind the figure: a line a year or month, with its value, or its forecast and intervals."""
    several = view.region == NETWORK
    lines: dict[tuple[str, ...], list[Row]] = {}
    for told in rows_of(picture.data):
        lines.setdefault((told["scale"], told["region"], rhythm.called(told, view)), []).append(told)
    cells = []
    for (*_, period), rows in lines.items():
        row = rows[0]
        ahead = {one["category"].rpartition(":")[2]: one for one in rows if one["indicator"] == rhythm.ahead}
        bands = [ahead.get(str(level)) for level in (80, 95)]
        cells.append([
            COLUMNS["statistic"].cell(row, view),
            *([place_title(view, row["region"])] if several else []),
            period,
            view.say("forecast") if ahead else view.say("as published"),
            value(row, view),
            *(view.words.span(one["ci_low"], one["ci_high"], 1) if one else DASH for one in bands),
        ])  # fmt: skip
    headers = [
        view.say("Statistic"), *([view.say("Region")] if several else []),
        view.say("Month") if rhythm.monthly else view.say("Year"), view.say("What it is"),
        view.say("Number"), view.say("80% band"), view.say("95% band"),
    ]  # fmt: skip
    numeric = [*(False for _ in headers[:-3]), *[True] * 3]
    return Table(picture.subject, headers, cells, numeric, data=picture.data, name=picture.key)


def record_table(view: View, rhythm: Rhythm = YEARS) -> Table | None:
    """Make a table with a line a statistic: the model, how often its intervals held and how far it missed.

    What is too short to forecast has a line that says so. "network" shows each region and the country, of the statistic
    that is drawn. None where nothing was to be forecast.
    """
    several = view.region == NETWORK
    rows = forecast_rows(view, rhythm).sort("wave", "category")
    if several:
        rows = rows.filter(pl.col("scale").is_in(forecast_scales(view, rhythm)))
    if rows.is_empty():
        return None
    places = [*view.meta["regions"], COUNTRY] if several else [view.region]
    first = rows.unique(_SERIES, keep="first", maintain_order=True)
    first = first.sort(pl.col("estimate").is_null(), "scale", pl.col("region").cast(pl.Enum(places)))
    past = view.table("situation").filter(
        pl.col("indicator").is_in([rhythm.coverage, rhythm.mase]),
        pl.col("category").str.starts_with("total:"),
    )
    past = past.join(first, on=_SERIES, how="semi", maintain_order="left")
    told = {(row["scale"], row["region"], row["category"].split(":")[1]): row for row in rows_of(past)}
    cells = [
        [
            COLUMNS["statistic"].cell(row, view),
            *([place_title(view, row["region"])] if several else []),
            _model(view, row),
            *(_number(view, told.get((row["scale"], row["region"], what)), 0) for what in ("80", "95")),
            *(_number(view, told.get((row["scale"], row["region"], what)), 2) for what in ("chosen", "naive")),
        ]
        for row in rows_of(first)
    ]
    headers = [
        view.say("Statistic"),
        *([view.say("Region")] if several else []),
        view.say("Forecast"),
        view.say("80% bands that held, %"),
        view.say("95% bands that held, %"),
        view.say("Error (MASE)"),
        view.say("Error of last year's month") if rhythm.monthly else view.say("Error if nothing changed"),
    ]
    return Table(
        caption=view.say("How past forecasts of months did") if rhythm.monthly else view.say("How past forecasts did"),
        headers=headers,
        rows=cells,
        numeric=[*(False for _ in headers[:-4]), *[True] * 4],
        data=pl.concat([rows, past]),
        name="months_ahead.csv" if rhythm.monthly else "forecasts.csv",
        note=_month_note(view) if rhythm.monthly else _year_note(view),
    )


def _year_note(view: View) -> str:
    return view.say(
        "Each past forecast was made of the years before it alone, in all areas of the same kind, one to three "
        "years ahead. Bands that held much less often than 80 or 95 times in 100 were too narrow. An error of 1 is "
        "as much as the series usually changes in a year. Where no model was surely better than the latest value, "
        "that is the forecast. A dash: nothing could be judged yet."
    )


def _month_note(view: View) -> str:
    return view.say(
        "Each past forecast was made of the months before it alone, in all areas of the same kind, one to twelve "
        "months ahead. Bands that held much less often than 80 or 95 times in 100 were too narrow. An error of 1 is "
        "as much as the series usually differs from the same month of the year before. Where no model was surely "
        "better than that month's value, that is the forecast. A dash: nothing could be judged yet."
    )


def _model(view: View, row: Row) -> str:
    if row["suppressed"] != SHOWN:
        return view.say("not shown")
    return because(row, view) if row["estimate"] is None else note_title(row["note"], view.words)


def _number(view: View, row: Row | None, decimals: int) -> str:
    if row is None:
        return DASH
    if row["suppressed"] != SHOWN:
        return view.say("not shown")
    return view.words.number(row["estimate"], decimals)
