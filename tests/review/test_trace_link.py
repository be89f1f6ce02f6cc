"""Which published rows a link of a page is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sujuva.errors import ParameterError
from sujuva.figures import voice
from sujuva.published import Published, cell_of
from sujuva.reports import front_page
from sujuva.reports.content import Exhibit
from sujuva.reports.files import anchors
from sujuva.reports.pages import parts_of, report_sections
from sujuva.reports.prose_read import Reader
from sujuva.reports.reckoned import Reckoned
from sujuva.reports.sitemap import RESEARCH, TOPICS
from sujuva.review.trace_link import rows_behind
from tests.publish import made_up

NO_SITE = Path("no-site")
"""Links of figures draw the report anew; only those of numbers read a page."""


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
        (rows,) = rows_behind(published, link, NO_SITE).tables.values()
        assert exhibit.picture is not None
        assert rows.height > 0
        assert set(rows["region"].unique() if "region" in rows.columns else []) <= {
            *exhibit.picture.data["region"].unique()
        }


def test_words_after_a_link_choose_among_its_rows(published: Published):
    there = rows_behind(published, "https://example.org/report/fi/network/how.html#coping-bands", NO_SITE)
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
        rows_behind(published, link, NO_SITE)


def test_the_link_of_a_number_leads_to_its_cell(published: Published, tmp_path: Path):
    (tmp_path / "fi").mkdir()
    page = tmp_path / "fi" / "index.html"
    page.write_text(front_page(published, voice(published.meta, "fi"), languages=["fi"]), encoding="utf-8")
    told = Reader(page.read_text(encoding="utf-8")).list
    of_cells = [at for at, made in enumerate(told["numbers"]) if "c" in made]
    assert len(of_cells) > 8
    for at in of_cells:
        there = rows_behind(published, f"https://example.org/fi/index.html#n{at}", tmp_path)
        ((table, rows),) = there.tables.items()
        cell = cell_of(there, [table])
        assert rows.height == 1
        column = told["cells"][int(told["numbers"][at].strip("()").rpartition("c")[2])][1]
        value = Reckoned(published).value(told["numbers"][at], told)
        assert value in (pytest.approx(abs(cell.numbers[column])), pytest.approx(100 * cell.numbers[column]))

    choice = next(at for at, made in enumerate(told["numbers"]) if made.startswith("m"))
    with pytest.raises(ParameterError, match="of no row of one published table"):
        rows_behind(published, f"fi/index.html#n{choice}", tmp_path)
    with pytest.raises(ParameterError, match="has no number 'n9999'"):
        rows_behind(published, "fi/index.html#n9999", tmp_path)
    with pytest.raises(ParameterError, match=r"There is no page fi/oulu/index\.html"):
        rows_behind(published, "fi/oulu/index.html#n0", tmp_path)
    other = replace(published, meta=published.meta | {"date": "1999-01-01"})
    with pytest.raises(ParameterError, match="made of other tables"):
        rows_behind(other, "fi/index.html#n0", tmp_path)
