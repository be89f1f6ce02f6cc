"""How the figures of a region's pages were made: what may be told of it, each figure under its own anchor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sujuva.codebooks import Making
from sujuva.codebooks.lineage import NAMING, TOPIC
from sujuva.errors import CodebookError
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.labels import informant_title, subject_title
from sujuva.figures.specification import View
from sujuva.published import PRIMARY, SHOWN
from sujuva.reports.files import Shown
from sujuva.reports.sitemap import Place

_FOLDER = "src/sujuva"
_SUBJECTS = ("scale", "relation")


@dataclass(frozen=True)
class Recipe:
    """How one figure was made.

    Attributes:
        anchor: Its id on the page.
        title: What the figure says.
        subtitle: What it is of, where the title says what it says.
        back: The link to the figure.
        numbers: Keys and titles of its indicators.
        subjects: What was asked or counted.
        informants: Who answered.
        years: Years of its rows; 0 stands for all together.
        rows: How many rows it has, and how many of them are hidden: for themselves, and for the sake of others.
        table: The published table that it is drawn from.
        recipe: The link to the fingerprint of that table.
        code: Files of the functions that made its numbers.
    """

    anchor: str
    title: str
    subtitle: str
    back: str
    numbers: list[tuple[str, str]]
    subjects: list[str]
    informants: list[str]
    years: list[int]
    rows: tuple[int, int, int]
    table: str
    recipe: str
    code: list[str]


def anchor_of(page: str, figure: str) -> str:
    """Return the id of a figure's recipe: a figure may stand on several pages."""
    return f"{page}-{figure}"


def how_page(view: View, told: Mapping[str, Sequence[Shown]], place: Place) -> dict[str, Any]:
    """Return what the page tells: a recipe for each figure by page, and each indicator once.

    Args:
        view: The page: whose data, of which region, in which language.
        told: What stands on each page of the region, by its key.
        place: Where the page stands.

    Raises:
        CodebookError: Nothing says how a row of a figure is made.
    """
    makings = [
        Making.model_validate(one | {"from": {name: {} for name in one["from"]}}) for one in view.meta["lineage"]
    ]
    parts = {
        page: [_recipe(view, page, one, makings, place) for one in shown if one.exhibit.picture is not None]
        for page, shown in told.items()
    }
    parts = {page: recipes for page, recipes in parts.items() if recipes}
    used = dict.fromkeys(key for recipes in parts.values() for one in recipes for key, _ in one.numbers)
    records = view.meta["indicators"]
    return {"parts": parts, "records": sorted(used, key=lambda key: view.words.of(records[key]["title"]).casefold())}


def _recipe(view: View, page: str, shown: Shown, makings: Sequence[Making], place: Place) -> Recipe:
    picture = shown.exhibit.picture
    assert picture is not None
    rows, table = picture.data, FIGURES[shown.recipe].table
    keys = next((rows[name].unique().sort().to_list() for name in NAMING if name in rows.columns), [])
    hidden = rows.filter(pl.col("suppressed") != SHOWN)["suppressed"]
    return Recipe(
        anchor=anchor_of(page, shown.anchor),
        title=picture.said.title,
        subtitle=picture.said.subtitle,
        back=f"{place.to(Place(place.language, place.folder, page))}#{shown.anchor}",
        numbers=[(key, view.words.of(view.meta["indicators"][key]["title"])) for key in keys if _known(view, key)],
        subjects=_subjects(view, rows),
        informants=[informant_title(one, view.words) for one in _values(rows, "informant")],
        years=[int(one) for one in _values(rows, "wave")],
        rows=(rows.height, int((hidden == PRIMARY).sum()), int((hidden != PRIMARY).sum())),
        table=f"{table}.parquet",
        recipe=f"{place.to(f'{place.language}/about/made.html')}#{shown.recipe}",
        code=_code(view, table, rows, [one for one in makings if one.table == table]),
    )


def _known(view: View, key: str) -> bool:
    return key in view.meta["indicators"]


def _values(rows: pl.DataFrame, name: str) -> list[Any]:
    found = rows[name].unique().sort().to_list() if name in rows.columns else []
    return [one for one in found if one not in (None, "")]


def _subjects(view: View, rows: pl.DataFrame) -> list[str]:
    """Return the titles of the scales, statistics or relations that a figure is about."""
    named = [one for name in _SUBJECTS for one in _values(rows, name)]
    return list(dict.fromkeys(title for one in named if (title := subject_title(view.meta, one, view.words))))


def _code(view: View, table: str, rows: pl.DataFrame, makings: Sequence[Making]) -> list[str]:
    """Return the files of the functions that made the rows of a figure.

    Raises:
        CodebookError: Nothing says how a row is made.
    """
    asked = sorted({name for one in makings for name in one.rows})
    columns = [name for name in dict.fromkeys([*asked, *NAMING, "scale"]) if name in rows.columns]
    found: dict[str, None] = {}
    for row in rows.select(columns).unique(maintain_order=True).iter_rows(named=True) if columns else [{}]:
        record = view.meta["indicators"].get(next((row[name] for name in NAMING if name in row), ""), {})
        scale = view.meta["scales"].get(row.get("scale"), {})
        cell = {**row, TOPIC: record.get("topic", ""), "answered_by": scale.get("answered_by", "respondents")}
        made = next((one for one in makings if one.fits(cell)), None)
        if made is None:
            msg = f"The publication does not say how a row of the figure's table {table} is made."
            raise CodebookError(msg, "Add an entry to lineage.yaml, and publish again.")
        found[f"{_FOLDER}/{'/'.join(made.by.split('.')[:-1])}.py"] = None
    return list(found)
