"""Which published rows a link of a page is about."""

from __future__ import annotations

import pytest

from sujuva.errors import ParameterError
from sujuva.published import Published, cell_of
from sujuva.reports.content import Exhibit
from sujuva.reports.files import anchors
from sujuva.reports.pages import parts_of, report_sections
from sujuva.reports.sitemap import RESEARCH, TOPICS
from sujuva.review.trace_link import rows_behind
from tests.publish import made_up


@pytest.fixture(scope="module")
def published() -> Published:
    return made_up.publication()


def test_every_figure_of_a_report_leads_to_its_published_rows(published: Published):
    sections = report_sections(published, "network", language="en")
    pictures: list[tuple[str, Exhibit]] = []
    for page in (*TOPICS, *RESEARCH):
        for _, exhibits in parts_of(page, sections):
            pictures += [
                (f"en/network/{page}.html#{anchor}", exhibit)
                for anchor, exhibit in zip(anchors(exhibits), exhibits, strict=True)
                if exhibit.picture
            ]
    assert len(pictures) > 15

    # Each link draws the report anew: a few of all sorts are enough.
    for link, exhibit in pictures[::5]:
        (rows,) = rows_behind(published, link).tables.values()
        assert exhibit.picture is not None
        assert rows.height > 0
        assert set(rows["region"].unique() if "region" in rows.columns else []) <= {
            *exhibit.picture.data["region"].unique()
        }


def test_words_after_a_link_choose_among_its_rows(published: Published):
    there = rows_behind(published, "https://example.org/report/fi/network/how.html#coping-bands")
    (table,) = there.tables
    first = there[table].row(0, named=True)

    cell = cell_of(
        there, [table, *(f"{name}={first[name]}" for name in ("scale", "category", "region", "wave", "informant"))]
    )

    assert (table, cell.row) == ("parjaavyys", first)
    with pytest.raises(ParameterError, match="No row of parjaavyys that is left has 'score_mean'"):
        cell_of(there, [table, "score_mean"])


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("coping.html#bands", "no link of a figure"),
        ("fi/network/coping.html#band", "has nothing at '#band'. Did you mean 'bands'"),
        ("fi/network/slides.html#bands", "No figure or table of the page 'slides' is traced"),
        ("fi/atlantis/coping.html#bands", "The region 'atlantis' is not one of the published regions"),
    ],
)
def test_a_link_that_leads_nowhere_is_said(published: Published, link: str, said: str):
    with pytest.raises(ParameterError, match=said):
        rows_behind(published, link)
