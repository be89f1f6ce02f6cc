"""What professionals noticed: what became of observations, and who noticed which phenomenon and who is missing."""

from __future__ import annotations

import polars as pl

from sujuva.figures.catalogue.noticed import COUNT
from sujuva.figures.labels import group_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.published import SHOWN, rows_of
from sujuva.reports.content import Exhibit, figures, only
from sujuva.reports.tables import Table, row_table
from sujuva.reports.taking_part import (
    initiative_exhibits,
    month_table,
    participation_exhibits,
    quality_exhibits,
)
from sujuva.tidy import ALL

DAYS, OPEN, LEVEL, PHENOMENON = (
    "observation_days_median", "observation_open", "observation_level", "observation_phenomenon",
)  # fmt: skip
_OLDEST_LAST = ("under_3_months", "under_a_year", "over_a_year")


def noticed_exhibits(view: View) -> list[Exhibit]:
    """Return what became of observations, phenomena and initiatives, and who took part, as far as anything is known."""
    more = [one for one in (further_table(view), month_table(view)) if one is not None]
    return [
        *figures(view, "noticed", *more), *_phenomena(view), *initiative_exhibits(view),
        *participation_exhibits(view), *quality_exhibits(view),
    ]  # fmt: skip


def further_table(view: View) -> Table | None:
    """Make a table of how many observations there are, how fast initiatives came, how old open ones are, and levels."""
    rows = view.table("integration").filter(
        pl.col("indicator").is_in([COUNT, DAYS, OPEN, LEVEL]), pl.col("region") == view.region, pl.col("group") == ALL
    )
    if rows.is_empty():
        return None
    age = pl.col("category").replace_strict({one: at for at, one in enumerate(_OLDEST_LAST)}, default=None)
    ordered = rows.sort(pl.col("indicator").cast(pl.Enum([COUNT, DAYS, OPEN, LEVEL])), "wave", age, "category")
    return row_table(
        view, ordered, ("indicator", "noticed", "of", "wave", "estimate", "n"),
        caption=view.say("Observations in numbers"), name="observations",
    )  # fmt: skip


def _phenomena(view: View) -> list[Exhibit]:
    """Return the table of phenomena, under who is missing at the one that is noticed most often."""
    table = phenomena_table(view)
    return [] if table is None else [only(table, folded=_missing(view, table.data))]


def _missing(view: View, rows: pl.DataFrame | None) -> str:
    """Say which sectors made no observation of the phenomenon noticed most often; nothing where all made some."""
    told = pl.DataFrame() if rows is None else rows.filter(pl.col("suppressed") == SHOWN)
    wholes = told.filter(pl.col("group") == ALL, pl.col("estimate") > 0).sort(
        "estimate", "category", descending=[True, False]
    )
    for phenomenon in wholes["category"].head(1):
        away = told.filter(pl.col("category") == phenomenon, pl.col("estimate") == 0).sort("group")["group"]
        if away.len():
            return view.say(
                "The phenomenon noticed most often ({phenomenon}): no observation from {sectors}.",
                phenomenon=phenomenon,
                sectors=view.words.listed([view.words.inside(group_title(one, view.words)) for one in away]),
            )  # fmt: skip
    return ""


def phenomena_table(view: View) -> Table | None:
    """Make a table of the phenomena of a place: who noticed each, and which sectors made no observation of it."""
    rows = view.table("integration").filter(pl.col("indicator") == PHENOMENON, pl.col("region") == view.region)
    if rows.is_empty():
        return None
    cells = []
    for (name,), mine in rows.sort("category", "group").group_by("category", maintain_order=True):
        whole = mine.filter(pl.col("group") == ALL)
        by = list(rows_of(mine.filter(pl.col("group") != ALL)))
        told = [one for one in by if one["suppressed"] == SHOWN and one["estimate"]]
        seen = [f"{group_title(one['group'], view.words)} {_count(view, one)}" for one in told]
        unseen = [group_title(one["group"], view.words) for one in by if one["suppressed"] != SHOWN]
        seen += [view.say("not shown: {sectors}", sectors=", ".join(unseen))] if unseen else []
        away = [group_title(one["group"], view.words) for one in by if one["estimate"] == 0]
        cells.append([
            str(name), "".join(_count(view, one) for one in rows_of(whole)),
            "; ".join(away) or DASH, "; ".join(seen) or DASH,
        ])  # fmt: skip
    return Table(
        caption=view.say("Phenomena: who has noticed them, and who is missing"),
        headers=[
            view.say("Phenomenon"), view.say("Observations"), view.say("No observation from"), view.say("Noticed by"),
        ],
        rows=cells,
        numeric=[False, True, False, False],
        data=rows,
        name="phenomena.csv",
        note=view.say(
            "All years together. A sector without an observation may have noticed nothing, or written nothing down. "
            "“not shown” hides a small number to protect privacy; it does not mean zero."
        ),
    )  # fmt: skip


def _count(view: View, row: dict[str, object]) -> str:
    if row["suppressed"] != SHOWN or row["estimate"] is None:
        return view.say("not shown")
    return view.words.number(float(str(row["estimate"])), 0)
