"""Which published rows stand behind a figure, a table, the sentence over it or a number of a sentence: by its link."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import polars as pl

from sujuva.errors import ParameterError, nearest
from sujuva.figures.catalogue import FIGURES
from sujuva.published import KEYS, Published
from sujuva.reports.checks import made
from sujuva.reports.content import Exhibit
from sujuva.reports.files import anchors, recipe_of
from sujuva.reports.how import anchor_of
from sujuva.reports.pages import parts_of, report_sections
from sujuva.reports.prose_read import Reader
from sujuva.reports.sitemap import HOW, NAMES, RESEARCH, TOPICS, Place

_LINK = re.compile(
    rf"(?:^|/)(?P<language>{'|'.join(NAMES)})/(?:(?P<folder>[^/#]+)/)?(?P<page>[^/#]+)\.html#(?P<anchor>[^#]+)$"
)
_NUMBER = re.compile(r"n(\d+)")
"""The anchor of a number: its place in the list of its page."""


def rows_behind(published: Published, link: str, site: Path) -> Published:
    """Return the publication with nothing but the rows that a link is about.

    Args:
        published: The published tables.
        link: Of a figure or a table, as it stands on the page, or of the page of how it was made; or of a number of a
            sentence, whose id on the page is such as n7. What stands before the language (a folder, an address) makes
            no difference.
        site: Folder of the site, whose pages tell of what cells their numbers are made.

    Returns:
        One table, with the rows that are drawn or listed there, or that the number is made of.

    Raises:
        ParameterError: It is no such link, or the page has no such figure, table or number: says which it has.
    """
    parsed = _LINK.search(link)
    if parsed is None:
        msg = f"'{link}' is no link of a figure, a table or a number."
        hint = "Copy it from the page: “Linkki kuvioon” under the figure; such as fi/oulu/coping.html#bands."
        raise ParameterError(msg, hint)
    place = Place(parsed["language"], parsed["folder"] or "", parsed["page"])
    if number := _NUMBER.fullmatch(parsed["anchor"]):
        return _of_number(published, site / place.path, int(number[1]), place)
    there = _exhibits(published, place)
    if parsed["anchor"] not in there:
        msg = f"{place.path} has nothing at '#{parsed['anchor']}'."
        raise ParameterError(msg, nearest(parsed["anchor"], sorted(there)))
    table, rows = _published_rows(published, there[parsed["anchor"]], link)
    return Published({table: rows}, published.meta)


def _of_number(published: Published, page: Path, number: int, place: Place) -> Published:
    """Return the rows that a number of a finished page is made of."""
    if not page.is_file():
        msg = f"There is no page {place.path} in {page.parents[len(PurePosixPath(place.path).parts) - 1].name}/."
        raise ParameterError(msg, "Run `make repro` (or `dvc repro site`) to make the site.")
    text = page.read_text(encoding="utf-8")
    if f'data-made="{made(published.meta)}"' not in text:
        msg = f"{place.path} was made of other tables than those in data/published."
        raise ParameterError(msg, "Run `make repro` (or `dvc repro site`) to make it again.")
    told = Reader(text).list
    if number >= len(told["numbers"]):
        msg = f"{place.path} has no number 'n{number}'."
        raise ParameterError(msg, f"It has n0 to n{len(told['numbers']) - 1}." if told["numbers"] else "It has none.")
    cells = [told["cells"][int(one)] for one in re.findall(r"\bc(\d+)", told["numbers"][number])]
    tables = {table for table, *_ in cells}
    if len(tables) != 1:
        made_of = told["numbers"][number]
        msg = f"The number n{number} of {place.path} is {made_of}, which is of no row of one published table."
        named = "; ".join(" ".join(map(str, (table, *key))) for table, _, *key in cells)
        raise ParameterError(msg, f"Trace one of them: {named}." if named else "It is a choice, or a count of rows.")
    (table,) = tables
    rows = published[table]
    key = {name: rows.schema[name] for name in KEYS[table]}
    wanted = pl.DataFrame([one[2:] for one in cells], schema=key, orient="row").unique()
    return Published({table: rows.join(wanted, on=KEYS[table], how="semi", nulls_equal=True)}, published.meta)


def _exhibits(published: Published, place: Place) -> dict[str, Exhibit]:
    """Return what a page shows by its anchor; the page of how figures are made has those of all pages."""
    sections = report_sections(published, place.folder, language=place.language)
    pages = [*TOPICS, *RESEARCH]
    if place.page not in {*pages, HOW}:
        msg = f"No figure or table of the page '{place.page}' is traced."
        raise ParameterError(msg, nearest(place.page, [*pages, HOW]))
    found: dict[str, Exhibit] = {}
    for page in pages if place.page == HOW else [place.page]:
        for _, exhibits in parts_of(page, sections):
            for anchor, exhibit in zip(anchors(exhibits), exhibits, strict=True):
                found.setdefault(anchor_of(page, anchor) if place.page == HOW else anchor, exhibit)
    return found


def _published_rows(published: Published, exhibit: Exhibit, link: str) -> tuple[str, pl.DataFrame]:
    """Return the name of the published table that an exhibit is made of, and its rows there."""
    shown = [exhibit.picture.data] if exhibit.picture else [one.data for one in exhibit.tables if one.data is not None]
    recipe = recipe_of(exhibit.picture)
    for rows in shown:
        for name in [FIGURES[recipe].table] if recipe else [name for name in KEYS if name in published.tables]:
            key = KEYS[name]
            if rows.height and set(key) <= set(rows.columns):
                found = published[name].join(rows.select(key).unique(), on=key, how="semi", nulls_equal=True)
                if found.height == rows.select(key).n_unique():
                    return name, found
    msg = f"What stands at {link} is no row of one published table."
    raise ParameterError(msg, "Trace a number of its table by its words: sujuva trace TABLE VALUE …")
