"""How a cell of a published table is written in a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sujuva.errors import DisclosureError, ParameterError
from sujuva.figures import voice
from sujuva.published import Cell, Published, cell_of
from sujuva.reports.cell_numbers import interval_written, written
from tests.reports.small import TIES, WAIT, change, hidden, mean, small

WELLBEING = {"scale": "who5", "informant": "self"}
BAND = {"indicator": "band_share", "scale": "who5", "category": "low", "informant": "self"}


@pytest.fixture(scope="module")
def rows(published: Published) -> Published:
    return small(
        published,
        mean(66.7, 65.1, 68.3, **WELLBEING), mean(0.503, 0.47, 0.536, **WAIT), mean(0.125, **TIES),
        hidden(region="tampere", **WELLBEING),
        change(5.5, 4.1, 6.9, **WELLBEING), change(-0.092, -0.13, -0.052, scale="who5", category="low"),
        change(-0.125, -0.2, -0.05, comparison="network_change", scale="collaboration", category="network_density"),
    )  # fmt: skip


CellOf = Callable[[str], Cell]


@pytest.fixture
def cell(rows: Published) -> CellOf:
    return lambda words: cell_of(rows, words.split())


@pytest.mark.parametrize(
    ("words", "number", "interval"),
    [
        ("parjaavyys who5 oulu", "66,7", "65,1–68,3"),
        ("integration delay_share oulu", "50,3\u00a0%", "47,0–53,6\u00a0%"),
        ("comparisons who5 category=", "+5,5", "4,1–6,9"),
        ("comparisons who5 low", "−9,2\u00a0%-yks.", "−13,0 – −5,2\u00a0%-yks."),
        ("comparisons network_change", "−0,125", "−0,200 – −0,050"),
    ],
)
def test_numbers_are_written_as_pages_write_them(rows: Published, cell: CellOf, words: str, number: str, interval: str):
    finnish = voice(rows.meta, "fi")
    assert written(cell(words), rows.meta, finnish) == number
    assert interval_written(cell(words), rows.meta, finnish) == interval


@pytest.mark.parametrize(("language", "number"), [("fi", "50\u00a0%"), ("sv", "50\u00a0%"), ("en", "50%")])
def test_decimals_may_be_fewer(rows: Published, cell: CellOf, language: str, number: str):
    assert written(cell("integration delay_share"), rows.meta, voice(rows.meta, language), decimals=0) == number


def test_more_decimals_than_were_published_are_refused(rows: Published, cell: CellOf):
    with pytest.raises(ParameterError, match="no more than 1 decimal"):
        written(cell("parjaavyys who5 oulu"), rows.meta, voice(rows.meta), decimals=2)


def test_a_hidden_cell_is_never_written(rows: Published, cell: CellOf):
    for write in (written, interval_written):
        with pytest.raises(DisclosureError, match="hidden"):
            write(cell("parjaavyys who5 tampere"), rows.meta, voice(rows.meta))
    with pytest.raises(DisclosureError, match="hidden"):
        written(cell("parjaavyys who5 tampere"), rows.meta, voice(rows.meta), "n")


def test_a_number_that_is_not_there_is_said(rows: Published, cell: CellOf):
    with pytest.raises(ParameterError, match=r"Nothing is published of this cell as 'ci_low'. It has: estimate, n"):
        interval_written(cell("integration network_density"), rows.meta, voice(rows.meta))
    with pytest.raises(ParameterError, match=r"no number 'ci_lo'. Did you mean 'ci_low'"):
        written(cell("parjaavyys who5 oulu"), rows.meta, voice(rows.meta), "ci_lo")
