"""What was started for phenomena, who of families took part, how good the work is, and what was noticed by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.inflection import where
from sujuva.figures.labels import group_title, indicator_title, region_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View
from sujuva.published import SHOWN, row_of, rows_of
from sujuva.reports.content import Exhibit, only
from sujuva.reports.tables import Row, Table, value
from sujuva.tidy import ALL, ALL_YEARS

LEVELS = ("local", "regional", "national")
STATUSES = ("proposed", "under_way", "done", "dropped")
TAKING_PART = ("children", "young_people", "parents")
WAYS = ("co_developer", "workshop", "online", "feedback")
CRITERIA = ("learning_together", "dialogue", "family_centred", "root_causes", "concrete_plans")
"""Codes in the order in which they are printed; the contracts, which reports do not load, hold the same."""


def initiative_exhibits(view: View) -> list[Exhibit]:
    """Return how many initiatives there are, at which level they work, and what became of them."""
    keys = ("initiative_count", "initiative_level", "initiative_status")
    rows = _rows(view, *keys).filter(pl.col("wave") == ALL_YEARS)
    if rows.is_empty():
        return []
    order = ("", *LEVELS, *STATUSES, "not_told")
    nobody = (pl.col("category") == "not_told") & (pl.col("estimate") == 0)
    told = rows.filter(~nobody).sort(pl.col("indicator").cast(pl.Enum(keys)), pl.col("category").cast(pl.Enum(order)))
    lines = [
        [
            indicator_title(view.meta, row["indicator"], view.words),
            _part(view, row) if row["group"] == ALL else group_title(row["group"], view.words),
            value(row, view),
        ]
        for row in rows_of(told)
    ]
    table = Table(
        caption=view.say("Initiatives"),
        headers=[view.say("Measure"), view.say("Part"), view.say("Value")],
        rows=lines,
        numeric=[False, False, True],
        data=told,
        name="initiatives.csv",
        note=view.say(
            "All years together. An initiative is made by organisations and may answer several observations."
        ),
    )
    return [only(table, folded=_started(view))]


def _started(view: View) -> str:
    """Say for how many of a hundred phenomena something was started, else how many initiatives were carried out."""
    at = where(view.meta, view.region, view.words)
    acted, done = (_of_a_hundred(view, *one) for one in (("phenomenon_acted", ""), ("initiative_status", "done")))
    if acted:
        return view.say(
            "Of a hundred phenomena that were noticed {n} have led to an initiative {where}.", n=acted, where=at
        )
    return view.say("Of a hundred initiatives {n} have been carried out {where}.", n=done, where=at) if done else ""


def _of_a_hundred(view: View, indicator: str, category: str) -> str:
    rows = _rows(view, indicator).filter(
        pl.col("wave") == ALL_YEARS, pl.col("category") == category, pl.col("suppressed") == SHOWN
    )
    return "".join(
        view.words.number(100 * share)
        for share in (row["estimate"] for row in rows_of(rows.drop_nulls("estimate").head(1)))
    )


def participation_exhibits(view: View) -> list[Exhibit]:
    """Return how many children, young people and parents took part each year, and how."""
    counts, ways = _rows(view, "participation_count"), _rows(view, "participation_way").filter(pl.col("group") == ALL)
    if counts.is_empty():
        return []
    years = sorted(counts["wave"].unique())
    groups = [ALL, *(f"participant_group:{one}" for one in TAKING_PART)]
    lines = [
        (view.say("All") if one == ALL else group_title(one, view.words), counts.filter(group=one)) for one in groups
    ]
    lines += [(_named(view, "way_of_taking_part", one), ways.filter(category=one)) for one in WAYS]
    table = Table(
        caption=view.say("Participation of children, young people and parents"),
        headers=[view.say("Who, and how"), *(str(year) for year in years)],
        rows=[[name, *_cells(view, some, "wave", years)] for name, some in lines],
        numeric=[False, *(True for _ in years)],
        data=pl.concat([counts, ways]),
        name="participation.csv",
        note=view.say(
            "Persons, each once a year, and the share of them who took part in each way; one may do so in several. "
            "“not shown” hides a small number to protect privacy; it does not mean zero."
        ),
    )
    return [only(table, folded=_took_part(view, counts.filter(group=ALL)))]


def _took_part(view: View, counts: pl.DataFrame) -> str:
    for row in rows_of(counts.filter(pl.col("suppressed") == SHOWN).sort("wave").tail(1)):
        return view.say(
            "In {year} about {n} children, young people and parents took part in the work {where}.",
            n=view.words.number(row["estimate"]), year=row["wave"], where=where(view.meta, view.region, view.words),
        )  # fmt: skip
    return ""


def quality_exhibits(view: View) -> list[Exhibit]:
    """Return the levels of the criteria of quality: of a region by year, of the network by region in its last year."""
    rows = view.table("integration").filter(pl.col("indicator") == "quality_level")
    if view.region == NETWORK:
        rows = rows.filter(pl.col("wave") == pl.col("wave").max())
        column, keys = "region", [one for one in view.regions if one in rows["region"].to_list()]
        heads = [region_title(view.meta, one, view.words) for one in keys]
    else:
        rows = rows.filter(pl.col("region") == view.region)
        column, keys = "wave", sorted(rows["wave"].unique())
        heads = [str(one) for one in keys]
    if rows.is_empty():
        return []
    table = Table(
        caption=view.say("Quality of work on phenomena, levels 0–3"),
        headers=[view.say("Criterion"), *heads],
        rows=[
            [_named(view, "quality_criterion", one), *_cells(view, rows.filter(category=one), column, keys)]
            for one in CRITERIA
        ],
        numeric=[False, *(True for _ in keys)],
        data=rows,
        name="quality_criteria.csv",
        note=view.say(
            "0 = not started, 1 = emerging, 2 = in place, 3 = sustained; the levels are this project's own. "
            "Median of the assessors, each with evidence, which is not published. The criteria are those of the model "
            "of working together on phenomena (Innokylä, Pirkanmaa 2022)."
        ),
    )  # fmt: skip
    return [only(table, folded=_behind(view, rows))]


def _behind(view: View, rows: pl.DataFrame) -> str:
    """Say which criterion of a region was behind the others in its latest year; nothing where several were."""
    if view.region == NETWORK:
        return ""
    told = rows.filter(pl.col("wave") == pl.col("wave").max(), pl.col("suppressed") == SHOWN).drop_nulls("estimate")
    lowest = told.filter(pl.col("estimate") == pl.col("estimate").min())
    if lowest.height != 1 or told.height < len(CRITERIA):
        return ""
    row = row_of(lowest)
    return view.say(
        "Of the criteria of quality the one furthest behind in {year} was: {criterion} (level {level} of 3).",
        year=row["wave"], criterion=view.words.title("quality_criterion", row["category"]),
        level=view.words.number(row["estimate"], 1 if row["estimate"] % 1 else 0),
    )  # fmt: skip


def month_table(view: View) -> Table | None:
    """Make a table of observations by month and year; none where every month is hidden."""
    rows = _rows(view, "observation_month")
    if rows.filter(pl.col("suppressed") == SHOWN, pl.col("estimate") > 0).is_empty():
        return None
    years = sorted(rows["wave"].unique())
    months = sorted(rows["category"].unique())
    return Table(
        caption=view.say("Observations by month"),
        headers=[view.say("Month"), *(str(year) for year in years)],
        rows=[[view.words.month(int(one)), *_cells(view, rows.filter(category=one), "wave", years)] for one in months],
        numeric=[False, *(True for _ in years)],
        data=rows,
        name="months.csv",
        note=view.say("“not shown” hides a small number to protect privacy; it does not mean zero."),
    )


def _rows(view: View, *indicators: str) -> pl.DataFrame:
    return view.table("integration").filter(pl.col("indicator").is_in(indicators), pl.col("region") == view.region)


def _part(view: View, row: Row) -> str:
    kind = {"initiative_level": "change_level", "initiative_status": "initiative_status"}.get(row["indicator"])
    return view.words.title(kind, row["category"]) if kind else view.say("All")


def _named(view: View, kind: str, code: str) -> str:
    return view.words.capital(view.words.title(kind, code))


def _cells(view: View, rows: pl.DataFrame, column: str, keys: Sequence[Any]) -> list[str]:
    """Return a cell for each key: the value, or why there is none, or a dash where there is no row."""
    found = {row[column]: value(row, view) for row in rows_of(rows)}
    return [found.get(one, DASH) for one in keys]
