"""The figure of what others have counted: what there is to meet a need, as parts of a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.background import TOTAL
from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.common import drawn
from sujuva.figures.labels import background_part, background_unit, subject_title
from sujuva.figures.layouts import Bars, Panel, Part, Row, shares_axis
from sujuva.figures.specification import Spec, View, say
from sujuva.figures.theme import COLOURS, FAINT, OTHER
from sujuva.published import row_of, rows_of

_SHADES = (COLOURS[0], OTHER, FAINT)
"""From what is there to what is planned; more parts than these are not drawn."""


def background(view: View) -> pl.DataFrame:
    """Return the published numbers of others in the order of their codebook; none on the page of a region."""
    if view.region != NETWORK:
        return view.data.clear()
    order = [
        (subject["key"], part)
        for subject in view.meta["background"]
        for part in (*(entry["key"] for entry in subject["parts"]), TOTAL)
    ]
    places = pl.DataFrame(order, schema={"scale": pl.String, "category": pl.String}, orient="row").with_row_index(
        "place"
    )
    rows = view.data.filter(pl.col("indicator") == "background_number")
    return rows.join(places, on=["scale", "category"], how="inner").sort("place").drop("place")


def _wholes(view: View) -> pl.DataFrame:
    """Keep the subjects whose parts make a whole."""
    rows = background(view)
    wholes = rows.filter(pl.col("category") == TOTAL)
    few = rows.filter(pl.len().over("scale") <= len(_SHADES) + 1)
    shares = few.join(wholes.select("scale", whole="estimate"), on="scale", how="inner", maintain_order="left")
    return shares.with_columns(share=pl.col("estimate") / pl.col("whole"))


def _said(view: View, row: Mapping[str, Any]) -> str:
    return f"{background_part(view.meta, str(row['scale']), str(row['category']), view.words)} {_number(view, row)}"


def _number(view: View, row: Mapping[str, Any]) -> str:
    return view.words.number(row["estimate"], 0)


def _bars(view: View) -> Bars | None:
    rows = view.data
    parts = rows.filter(pl.col("category") != TOTAL)
    if parts.is_empty():
        return None
    totals = {row["scale"]: row for row in rows_of(rows.filter(pl.col("category") == TOTAL))}
    panels, legends = [], {}
    for key, row in totals.items():
        title = f"{subject_title(view.meta, key, view.words)} {row['wave']}"
        panels.append(Panel(key, f"{title}: {_number(view, row)} {background_unit(view.meta, key, view.words)}"))
        legends[key] = [
            Part(one["category"], _said(view, one), _SHADES[number])
            for number, one in enumerate(rows_of(parts.filter(pl.col("scale") == key)))
        ]
    frame = drawn(
        parts, panel="scale", row=pl.lit("all"), part="category", value="share",
        low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64),
    )  # fmt: skip
    return Bars(frame, panels, [Row("all", view.say("share"))], legends, shares_axis(view.words), across=1)


def _alternative(view: View) -> str:
    said: dict[str, list[str]] = {}
    for row in rows_of(view.data):
        said.setdefault(subject_title(view.meta, row["scale"], view.words), []).append(_said(view, row))
    return "; ".join(f"{subject}: {', '.join(parts)}" for subject, parts in said.items())


def _whole(view: View, row: Mapping[str, Any]) -> float:
    """Return the whole that a part is of."""
    same = (pl.col(name) == row[name] for name in ("scale", "region", "wave"))
    whole: float = row_of(view.data.filter(*same, pl.col("category") == TOTAL))["estimate"]
    return whole


def _first(view: View) -> str:
    """Say of the first whole how much of it its first part is."""
    for row in rows_of(view.data.filter(pl.col("category") != TOTAL).head(1)):
        return view.say(
            "{subject}: {all}, of which {n} {part} ({year})",
            subject=subject_title(view.meta, row["scale"], view.words),
            all=view.words.number(_whole(view, row), 0), n=_number(view, row), year=row["wave"],
            part=background_part(view.meta, row["scale"], row["category"], view.words),
        )  # fmt: skip
    return ""


FIGURES = (
    Spec(
        key="background",
        finding=_first,
        table="situation",
        topic="there",
        about="country",
        rows=_wholes,
        layout=_bars,
        title=say("What there is to meet the need: numbers that others have counted"),
        caption=(
            say(
                "They stand behind the study's own numbers and do not measure this network's work. The table has "
                "those, too, that are no parts of a whole; a lower bound stays a lower bound."
            ),
        ),
        alt=say("{values}.", values=_alternative),
        helpers=("whole", "share"),
    ),
)
