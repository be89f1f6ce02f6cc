"""What people said: themes of interviews and of open answers, how coders agree, and who was trained."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.specification import View
from sujuva.published import SHOWN
from sujuva.reports.content import Exhibit, alone, figures
from sujuva.reports.tables import Table, row_table
from sujuva.tidy import ALL

AGREEMENT, TOGETHER, TRAINED = ("coding_alpha", "coding_kappa"), "interview_together", "trained_people"
_MOST_PAIRS = 10


def said_exhibits(view: View) -> list[Exhibit]:
    """Return what was said, with the tables behind it; what nobody told of is not there."""
    more = [one for one in (together_table(view), agreement_table(view)) if one is not None]
    return [*figures(view, "spoken", *more), *figures(view, "written"), *alone(trained_table(view))]


def together_table(view: View) -> Table | None:
    """Make a table of themes that come up in the same interviews, the most frequent first."""
    mine = _of(view, TOGETHER).filter(pl.col("suppressed") == SHOWN)
    latest = mine.filter(pl.col("wave") == pl.col("wave").max())
    if latest.is_empty():
        return None
    rows = latest.sort("estimate", "scale", "category", descending=[True, False, False]).head(_MOST_PAIRS)
    return row_table(
        view, rows, ("theme", "noticed", "wave", "estimate", "n"),
        caption=view.say("Themes of the same interviews"), name="together",
    )  # fmt: skip


def agreement_table(view: View) -> Table | None:
    """Make a table of the agreement of coders: of all their codes, of each two coders, and of each theme."""
    rows = _of(view, *AGREEMENT)
    if view.region != NETWORK or rows.is_empty():
        return None
    ordered = rows.sort("wave", pl.col("scale") != "", "indicator", "scale", "category")
    return row_table(
        view, ordered, ("indicator", "coded", "wave", "estimate", "n"),
        caption=view.say("How far coders of interviews agree"), name="agreement",
    )  # fmt: skip


def trained_table(view: View) -> Table | None:
    """Make a table of how many persons were trained, by year and sector."""
    rows = view.table("integration").filter(pl.col("indicator") == TRAINED, pl.col("region") == view.region)
    if rows.is_empty():
        return None
    return row_table(
        view, rows.sort("scale", pl.col("group") != ALL, "group", "wave"), ("theme", "group", "wave", "estimate"),
        caption=view.say("How many were trained"), name="trained",
    )  # fmt: skip


def _of(view: View, *indicators: str) -> pl.DataFrame:
    return view.table("integration").filter(
        pl.col("indicator").is_in(indicators), pl.col("region") == view.region, pl.col("group") == ALL
    )
