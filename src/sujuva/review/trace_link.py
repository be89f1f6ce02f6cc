"""Which published rows stand behind a figure, a table or the sentence over it: by its link."""

from __future__ import annotations

import re

import polars as pl

from sujuva.errors import ParameterError, nearest
from sujuva.figures.catalogue import FIGURES
from sujuva.published import KEYS, Published
from sujuva.reports.content import Exhibit
from sujuva.reports.files import anchors, recipe_of
from sujuva.reports.how import anchor_of
from sujuva.reports.pages import parts_of, report_sections
from sujuva.reports.sitemap import HOW, NAMES, RESEARCH, TOPICS, Place

_LINK = re.compile(
    rf"(?:^|/)(?P<language>{'|'.join(NAMES)})/(?P<folder>[^/#]+)/(?P<page>[^/#]+)\.html#(?P<anchor>[^#]+)$"
)


def rows_behind(published: Published, link: str) -> Published:
    """Return the publication with nothing but the rows that a link is about.

    Args:
        published: The published tables.
        link: Of a figure or a table, as it stands on the page, or of the page of how it was made; what stands before
            the language (a folder, an address) makes no difference.

    Returns:
        One table, with the rows that are drawn or listed there.

    Raises:
        ParameterError: It is no such link, or the page has no such figure or table: says which it has.
    """
    parsed = _LINK.search(link)
    if parsed is None:
        msg = f"'{link}' is no link of a figure or a table."
        hint = "Copy it from the page: “Linkki kuvioon” under the figure; such as fi/oulu/coping.html#bands."
        raise ParameterError(msg, hint)
    place = Place(parsed["language"], parsed["folder"], parsed["page"])
    there = _exhibits(published, place)
    if parsed["anchor"] not in there:
        msg = f"{place.path} has nothing at '#{parsed['anchor']}'."
        raise ParameterError(msg, nearest(parsed["anchor"], sorted(there)))
    table, rows = _published_rows(published, there[parsed["anchor"]], link)
    return Published({table: rows}, published.meta)


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
