"""For researchers: how well the measures measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from sujuva.figures.labels import informant_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.published import SHOWN, require_published, rows_of
from sujuva.reports.content import Section, alone, figures, lacking
from sujuva.reports.signs import measure, star_note
from sujuva.reports.tables import Row, Table, because

Cell = Callable[[Mapping[str, Row]], str]
"""Writes a cell of the rows of a line, by measure."""


def measures_section(view: View) -> Section:
    """Return measurement quality; what it says is missing where nothing is known of it."""
    exhibits = figures(view, "reliability", tables=lambda picture: [scale_table(view, picture.data)])
    if not exhibits:
        return Section("reliability", missing=lacking(view, [view.say("measures of reliability")]))
    note = view.say(
        "Floor and ceiling: the share at the lowest or highest possible score, in classes; over 15% means that the "
        "measure cannot tell these people apart (criterion of Terwee et al. 2007). ICC(1): how alike answers from the "
        "same school or service are. ICC(2): how reliably that makes the means of schools and services tell them "
        "apart. Design effect: how many times larger it makes the variance of a mean. ω, like α, takes the items as "
        "keyed: the reversed ones are turned first, and none by what the answers look like."
    )
    return Section("reliability", experts=[*exhibits, *alone(item_table(view))], expert_notes=(note,))


def scale_table(view: View, rows: pl.DataFrame) -> Table:
    """Make a table with a line a scale and informant and a column a measure of quality.

    Args:
        view: The page.
        rows: Published rows of whole scales, each of one year, in the order to print.
    """
    heads = {
        "alpha": "α", "omega_total": "ω", "average_r": view.say("Mean correlation"), "floor": view.say("Floor"),
        "ceiling": view.say("Ceiling"), "icc": "ICC(1)", "icc2": "ICC(2)", "design_effect": view.say("Design effect"),
    }  # fmt: skip
    cells: dict[str, Cell] = {
        view.say("Year"): lambda mine: str(next(iter(mine.values()))["wave"]),
        **{head: _of(view, key) for key, head in heads.items()},
        "n": lambda mine: view.words.number(next((row["n"] for row in mine.values() if row["n"] is not None), None)),
    }
    return _by_measure(view, rows, cells, caption=view.say("Quality of each measure"), name="reliability")


def item_table(view: View) -> Table | None:
    """Make a table of items: how each goes with the rest, and alpha without it, at the latest year of each scale."""
    rows = view.table("reliability").filter(
        pl.col("region") == view.region, pl.col("item") != "", pl.col("scale").is_in(list(view.meta["scales"]))
    )
    rows = rows.filter(pl.col("wave") == pl.col("wave").max().over("scale", "informant"))
    rows = rows.filter(pl.col("measure").is_in(["item_rest", "alpha_without"]))
    if rows.is_empty():
        return None
    number = pl.col("item").str.extract(r"(\d+)$").cast(pl.Int32, strict=False)
    cells: dict[str, Cell] = {
        view.say("Question"): lambda mine: str(next(iter(mine.values()))["item"]).rsplit("_", 1)[-1],
        view.say("Correlation with the others"): _of(view, "item_rest"),
        view.say("α without it"): _of(view, "alpha_without"),
    }
    caption = view.say("Questions one by one: how each goes with the others of its measure")
    return _by_measure(view, rows.sort("scale", "informant", number, "item"), cells, caption=caption, name="items")


def _by_measure(
    view: View,
    rows: pl.DataFrame,
    cells: Mapping[str, Cell],
    *,
    caption: str,
    name: str,
) -> Table:
    """Make a table with a line for each scale, informant and item; cells are made of its rows by measure."""
    require_published(rows, caption)
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in rows_of(rows):
        found.setdefault((row["scale"], row["informant"], row["item"]), {})[row["measure"]] = row
    lines = [
        [measure(view, scale), informant_title(who, view.words), *(cell(mine) for cell in cells.values())]
        for (scale, who, _), mine in found.items()
    ]
    return Table(
        caption=caption,
        headers=[view.say("Measure"), view.say("Answered by"), *cells],
        rows=lines,
        numeric=[False, False, *(True for _ in cells)],
        data=rows,
        name=f"{name}.csv",
        note=star_note(lines, view.words),
    )


def _of(view: View, key: str) -> Cell:
    """Return what writes a measure of a line: its number with the interval, or why there is none."""

    def cell(mine: Mapping[str, Row]) -> str:
        row = mine.get(key)
        if row is None:
            return DASH
        if row["suppressed"] != SHOWN:
            return view.say("not shown")
        if row["bound"]:
            return view.words.title("bound", row["bound"])
        if row["estimate"] is None:
            return because(row, view)
        number = view.words.number(row["estimate"], 2)
        return number if row["ci_low"] is None else f"{number} ({view.words.span(row['ci_low'], row['ci_high'], 2)})"

    return cell
