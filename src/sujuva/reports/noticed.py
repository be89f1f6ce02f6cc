"""What professionals noticed: what became of observations, and who noticed which phenomenon and who is missing."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.noticed import COUNT
from sujuva.figures.labels import group_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.published import SHOWN
from sujuva.reports.content import Exhibit, figures
from sujuva.reports.tables import Table, row_table
from sujuva.tidy import ALL

DAYS, OPEN, LEVEL, PHENOMENON = (
    "observation_days_median", "observation_open", "observation_level", "observation_phenomenon",
)  # fmt: skip
_OLDEST_LAST = ("under_3_months", "under_a_year", "over_a_year")


def noticed_exhibits(view: View) -> list[Exhibit]:
    """Return what became of observations with the tables behind it; none where nobody observed."""
    more = [one for one in (further_table(view), phenomena_table(view)) if one is not None]
    return figures(view, "noticed", *more)


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


def phenomena_table(view: View) -> Table | None:
    """Make a table of the phenomena of the network: who noticed each, and which sectors made no observation of it."""
    rows = view.table("integration").filter(pl.col("indicator") == PHENOMENON, pl.col("region") == view.region)
    if view.region != NETWORK or rows.is_empty():
        return None
    cells = []
    for (name,), mine in rows.sort("category", "group").group_by("category", maintain_order=True):
        whole = mine.filter(pl.col("group") == ALL)
        by = list(mine.filter(pl.col("group") != ALL).iter_rows(named=True))
        seen = [f"{group_title(one['group'], view.words)} {_count(view, one)}" for one in by if one["estimate"] != 0]
        away = [group_title(one["group"], view.words) for one in by if one["estimate"] == 0]
        cells.append([
            str(name), "".join(_count(view, one) for one in whole.iter_rows(named=True)),
            "; ".join(seen) or DASH, "; ".join(away) or DASH,
        ])  # fmt: skip
    return Table(
        caption=view.say("Phenomena: who has noticed them, and who is missing"),
        headers=[
            view.say("Phenomenon"), view.say("Observations"), view.say("Noticed by"), view.say("No observation from"),
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
