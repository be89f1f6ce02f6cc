"""The page that tells how the numbers of each figure were made, and the links to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from lxml import html

from sujuva.errors import CodebookError
from sujuva.published import SHOWN
from sujuva.reports import report_sections
from sujuva.reports.how import how_page
from sujuva.reports.sitemap import HOW, RESEARCH, TOPICS
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def page(reports) -> html.HtmlElement:
    return html.fromstring(reports["fi"].pages[HOW])


def figures(reports) -> list[tuple[str, html.HtmlElement]]:
    read = [(key, html.fromstring(reports["fi"].pages[key])) for key in (*TOPICS, *RESEARCH)]
    return [(key, one) for key, tree in read for one in tree.xpath("//figure")]


def test_each_figure_links_to_its_recipe_and_each_recipe_to_its_figure(reports, page):
    there = {f"{HOW}.html#{one}" for one in page.xpath("//article/@id")}
    linked = [
        link for _, one in figures(reports) for link in one.xpath(f".//a[starts-with(@href, '{HOW}.html#')]/@href")
    ]
    back = set(page.xpath("//article/h3/a/@href"))

    assert len(linked) == len(figures(reports)) > len(TOPICS)
    assert set(linked) == there
    assert back == {f"{key}.html#{one.get('id')}" for key, one in figures(reports)}


def test_every_indicator_is_told_once_and_every_link_on_the_page_leads_somewhere(page):
    told = page.xpath("//dt[starts-with(@id, 'record-')]/@id")
    linked = {link for link in page.xpath("//article//dd/a/@href") if link.startswith("#")}
    assert sorted(told) == sorted(set(told))
    assert {f"#{one}" for one in told} == linked


def test_code_is_told_by_files_that_are_there(page):
    files = {one for one in page.xpath("//article//code/text()") if one.startswith("src/")}
    assert files
    assert all((Path(ROOT) / one).is_file() for one in files)


def test_what_is_hidden_is_counted(published, page):
    section = report_sections(published, "oulu")["differences"]
    shown = {f"differences-{one.picture.key}": one.picture.data for one in section.exhibits if one.picture}
    assert shown
    for anchor, rows in shown.items():
        (recipe,) = page.xpath(f"//article[@id='{anchor}']")
        hidden = rows.filter(pl.col("suppressed") != SHOWN).height
        assert (f"{hidden}/{rows.height}" if hidden else f"({rows.height})") in recipe.text_content()


def test_a_publication_that_does_not_say_how_a_row_is_made_is_refused(published):
    from sujuva.figures import voice
    from sujuva.reports.content import page_of
    from sujuva.reports.files import Files, ready
    from sujuva.reports.sitemap import Place

    without = [one for one in published.meta["lineage"] if one["table"] != "comparisons"]
    silent = replace(published, meta={**published.meta, "lineage": without})
    view = page_of(silent, voice(silent.meta, "fi"), "oulu")
    section = report_sections(silent, "oulu")["differences"]
    shown = ready(section.exhibits, Files(view))
    with pytest.raises(CodebookError, match="does not say how a row of the figure's table comparisons is made"):
        how_page(view, {"differences": shown}, Place("fi", "oulu", HOW))
