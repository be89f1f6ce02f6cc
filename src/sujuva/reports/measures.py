"""The section on how well the measures measure."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.figures import Words
from sujuva.figures.labels import Meta, informant_title, note_title
from sujuva.figures.language import DASH
from sujuva.figures.measures import reliability
from sujuva.published import SHOWN, Published, require_published
from sujuva.reports.content import Section, only, shown
from sujuva.reports.marks import measure, star_note
from sujuva.reports.tables import Table, csv_text

_COLUMNS = ("alpha", "omega_total", "average_r", "floor", "ceiling", "icc", "design_effect")


def measures_section(published: Published, words: Words, *, region: str) -> Section | None:
    """Return the section on measurement quality; None where nothing is known of it.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
    """
    meta, frame = published.meta, published["reliability"]
    picture = reliability(frame, meta, words, region=region)
    if picture is None:
        return None
    exhibits = [shown(picture, scale_table(picture.data, meta, words))]
    items = item_table(frame.filter(pl.col("region") == region), meta, words)
    if items is not None:
        exhibits.append(only(items))
    return Section(
        "measures",
        words.say("How well do the measures measure?"),
        words.say("A difference can only be seen with a measure that is reliable enough."),
        exhibits,
        notes=(
            words.say(
                "Floor and ceiling: the share at the lowest or highest possible score, in classes; over 15 % means "
                "that the measure cannot tell these people apart (criterion of Terwee et al. 2007). ICC: how alike "
                "answers from the same school or service are. Design effect: how many times larger that makes the "
                "variance of a mean."
            ),
        ),
    )


def class_title(bound: str, words: Words) -> str:
    """Return a class of floor or ceiling in words."""
    return words.title("bound", bound) if bound else DASH


def scale_table(rows: pl.DataFrame, meta: Meta, words: Words) -> Table:
    """Make a table with a row a scale and informant and a column a measure of quality.

    Args:
        rows: Published rows of whole scales, each of one year, in the order to print.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    require_published(rows, "reliability")
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault((row["scale"], row["informant"]), {})[row["measure"]] = row
    headers = {
        "alpha": "α",
        "omega_total": "ω",
        "average_r": words.say("Mean correlation"),
        "floor": words.say("Floor"),
        "ceiling": words.say("Ceiling"),
        "icc": "ICC",
        "design_effect": words.say("Design effect"),
    }
    return Table(
        caption=words.say("Quality of each measure"),
        headers=[words.say("Measure"), words.say("Answered by"), words.say("Year"), *headers.values(), "n"],
        rows=[
            [
                measure(meta, scale, words),
                informant_title(informant, words),
                str(next(iter(mine.values()))["wave"]),
                *(_cell(mine.get(name), words) for name in _COLUMNS),
                words.number(next((row["n"] for row in mine.values() if row["n"] is not None), None)),
            ]
            for (scale, informant), mine in found.items()
        ],
        numeric=[False, False, True, *(True for _ in _COLUMNS), True],
        csv=csv_text(rows.drop("note", strict=False)),
        name="reliability.csv",
        note=star_note([[measure(meta, scale, words) for scale, _ in found]], words),
    )


def _cell(row: dict[str, Any] | None, words: Words) -> str:
    if row is None:
        return DASH
    if row["suppressed"] != SHOWN:
        return words.say("hidden")
    if row["bound"]:
        return class_title(row["bound"], words)
    if row["estimate"] is None:
        return f"{DASH} ({note_title(row['note'], words)})" if row["note"] else DASH
    number = words.number(row["estimate"], 2)
    return number if row["ci_low"] is None else f"{number} ({words.span(row['ci_low'], row['ci_high'], 2)})"


def item_table(frame: pl.DataFrame, meta: Meta, words: Words) -> Table | None:
    """Make a table of items: how each goes with the rest, and alpha without it, at the latest year of each scale.

    Args:
        frame: Published reliability of one region.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    rows = require_published(frame, "items").filter(pl.col("item") != "", pl.col("scale").is_in(list(meta["scales"])))
    rows = rows.filter(pl.col("wave") == pl.col("wave").max().over("scale", "informant"))
    rows = rows.filter(pl.col("measure").is_in(["item_rest", "alpha_without"]))
    if rows.is_empty():
        return None
    number = pl.col("item").str.extract(r"(\d+)$").cast(pl.Int32, strict=False)
    found: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
    for row in rows.sort("scale", "informant", number, "item").iter_rows(named=True):
        found.setdefault((row["scale"], row["informant"], row["item"]), {})[row["measure"]] = row
    return Table(
        caption=words.say("Questions one by one: how each goes with the others of its measure"),
        headers=[
            words.say("Measure"),
            words.say("Answered by"),
            words.say("Question"),
            words.say("Correlation with the others"),
            words.say("α without it"),
        ],
        rows=[
            [
                measure(meta, scale, words),
                informant_title(informant, words),
                item.rsplit("_", 1)[-1],
                _cell(mine.get("item_rest"), words),
                _cell(mine.get("alpha_without"), words),
            ]
            for (scale, informant, item), mine in found.items()
        ],
        numeric=[False, False, True, True, True],
        csv=csv_text(rows.drop("note", strict=False)),
        name="items.csv",
        note=star_note([[measure(meta, scale, words) for scale, _, _ in found]], words),
    )
