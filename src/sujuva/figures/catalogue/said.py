"""Figures of what people said: themes of interviews by the speakers' sector, and themes of open answers by year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from sujuva.figures.catalogue.common import HIDDEN_WORD
from sujuva.figures.catalogue.quality import Classes
from sujuva.figures.labels import group_title
from sujuva.figures.layouts import Heat, Panel
from sujuva.figures.layouts import Row as Line
from sujuva.figures.specification import Spec, View, latest, say
from sujuva.published import SHOWN, row_of, rows_of
from sujuva.tidy import ALL

SPOKEN, WRITTEN = "interview_theme", "open_theme"
_ALIKE = 2
"""Most themes that a title names together."""
SHARES = Classes((25, 50, 75), ("#eef3f7", "#c6dbec", "#7fb0d6", "#2f74ab"))
"""Classes of the share of the persons who speak of a theme."""


def spoken_rows(view: View) -> pl.DataFrame:
    """Return the counts of interviews of the page's region in the latest year: of everyone, then by sector."""
    mine = view.data.filter(pl.col("indicator") == SPOKEN, pl.col("region") == view.region)
    return _ordered(latest(mine), pl.col("group") != ALL, "group")


def written_rows(view: View) -> pl.DataFrame:
    """Return the counts of answers of the page's region to each question, by year."""
    mine = view.data.filter(pl.col("indicator") == WRITTEN, pl.col("region") == view.region, pl.col("group") == ALL)
    told = mine.filter((pl.col("suppressed") == SHOWN).any().over("scale", "category"))
    return _ordered(told, "category", "wave")


def _ordered(rows: pl.DataFrame, *columns: str | pl.Expr) -> pl.DataFrame:
    """Sort themes by how many speak of them where that is told, then the columns."""
    most = pl.col("estimate").max().over("scale").fill_null(-1)
    return rows.sort(most, "scale", *columns, descending=[True, *[False] * (1 + len(columns))])


def _themes(view: View) -> list[Line]:
    return [Line(key, view.words.title("theme", key)) for key in view.data["scale"].unique(maintain_order=True)]


def _heat(
    view: View, panel: str | pl.Expr, column: pl.Expr, panels: list[Panel], columns: dict[str, str]
) -> Heat | None:
    """Return a table in colours: themes in rows, how many persons in each cell, in the colour of their share."""
    if view.shown.is_empty():
        return None
    share = 100 * pl.col("estimate") / pl.col("n")
    texts = [
        view.words.number(row["estimate"]) if row["suppressed"] == SHOWN else view.say("not shown")
        for row in rows_of(view.data)
    ]
    frame = view.data.select(
        "suppressed", panel=panel if isinstance(panel, pl.Expr) else pl.lit(panel), row="scale", column=column,
        text=pl.Series(texts, dtype=pl.String),
        level=pl.sum_horizontal((share >= one).cast(pl.Int64) for one in SHARES.limits),
    )  # fmt: skip
    return Heat(frame, panels, _themes(view), columns, SHARES.levels(view.words), across=1)


def _spoken(view: View) -> Heat | None:
    groups = sorted(view.data["group"].unique(), key=lambda one: (one != ALL, one))
    sizes = dict(view.shown.group_by("group").agg(pl.col("n").max()).iter_rows())
    named = {one: group_title(one, view.words) if one != ALL else view.say("All") for one in groups}
    columns = {
        one: f"{name} ({view.words.number(sizes[one])})" if one in sizes else name for one, name in named.items()
    }
    return _heat(view, "", pl.col("group"), [Panel("")], columns)


def _written(view: View) -> Heat | None:
    fields = view.data["category"].unique().sort().to_list()
    panels = [Panel(one, view.words.title("open_field", one)) for one in fields]
    sizes = (
        dict(view.shown.group_by("wave").agg(pl.col("n").max()).sort("wave").iter_rows()) if len(fields) == 1 else {}
    )
    years = view.data["wave"].unique().sort().to_list()
    columns = {str(one): f"{one} ({view.words.number(sizes[one])})" if one in sizes else str(one) for one in years}
    return _heat(view, pl.col("category"), pl.col("wave").cast(pl.String), panels, columns)


@dataclass(frozen=True)
class _Most:
    """What comes up most among everyone in the latest year."""

    theme: str
    count: str
    of: str
    year: int


def _most(view: View) -> _Most | None:
    every = latest(view.data).filter(pl.col("group") == ALL)
    rows = every.filter(pl.col("suppressed") == SHOWN, pl.col("n").is_not_null())
    # What is hidden may be what comes up most: nearly everybody is hidden as nearly nobody is.
    if rows.is_empty() or rows.height < every.height or rows["category"].n_unique() > 1:
        return None
    top = rows.filter(pl.col("estimate") == pl.col("estimate").max())
    if top.height > _ALIKE:  # rounded counts that are alike cannot be told apart
        return None
    themes = [view.words.inside(view.words.title("theme", one)) for one in top["scale"].sort()]
    row = row_of(top)
    counted, of = (view.words.number(row[name]) for name in ("estimate", "n"))
    return _Most(view.words.listed(themes, view.say("and")), counted, of, row["wave"])


def _finding(said: Callable[[View, _Most], str]) -> Callable[[View], str]:
    return lambda view: said(view, found) if (found := _most(view)) else ""


def _spoken_most(view: View, found: _Most) -> str:
    return view.say(
        "In interviews most often: {theme} (about {count} of {of} interviews)",
        theme=found.theme, count=found.count, of=found.of,
    )  # fmt: skip


def _written_most(view: View, found: _Most) -> str:
    return view.say(
        "In their own words most often: {theme} (about {count} of {of} who answered in {year})",
        theme=found.theme, count=found.count, of=found.of, year=found.year,
    )  # fmt: skip


def _told(view: View) -> str:
    rows = view.newest.filter(pl.col("group") == ALL)
    return "; ".join(
        f"{view.words.title('theme', row['scale'])}: {view.words.number(row['estimate'])}" for row in rows_of(rows)
    )


_COLOUR = say("The darker a cell, the larger the share of the persons above the column. Counts are rounded.")

FIGURES = (
    Spec(
        key="spoken",
        finding=_finding(_spoken_most),
        table="integration",
        topic="situation",
        about="region",
        rows=spoken_rows,
        layout=_spoken,
        title=say("What professionals speak of in interviews"),
        caption=(
            say(
                "Number of interviews in which a theme comes up; an interview counts once. In brackets: how many were "
                "interviewed."
            ),
            _COLOUR,
            say(
                "A theme that comes up seldom may matter as much: interviewers asked about some things and not others.",
            ),
            HIDDEN_WORD,
        ),
        alt=say("A table in colours: themes in rows, sectors in columns. Of all interviews: {values}.", values=_told),
        columns=("theme", "group", "wave", "estimate", "n"),
    ),
    Spec(
        key="written",
        finding=_finding(_written_most),
        table="integration",
        topic="situation",
        about="region",
        rows=written_rows,
        layout=_written,
        title=say("What people write of in their own words"),
        caption=(
            say(
                "Number of persons in whose open answer a theme is found by its words, which were listed beforehand. "
                "In brackets: how many answered. Answers themselves are not kept."
            ),
            _COLOUR,
            say(
                "What is said in other words is not found. Years compare with care: other children may have answered.",
            ),
            HIDDEN_WORD,
        ),
        alt=say("A table in colours: themes in rows, years in columns. In the latest year: {values}.", values=_told),
        columns=("theme", "wave", "estimate", "n"),
    ),
)
