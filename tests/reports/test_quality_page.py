from __future__ import annotations

import re

import pytest

from sujuva.figures.bound import plain
from sujuva.published import Published
from sujuva.reports import region_report, report_sections
from tests.reports.test_reports import fewer


@pytest.fixture(scope="module")
def sections(published):
    one = fewer(published)
    return {key: report_sections(one, key)["quality"] for key in ("network", "oulu")}


def test_the_network_shows_every_part_in_its_order(sections):
    keys = [one.picture.key if one.picture else one.tables[0].name for one in sections["network"].experts]
    assert keys == ["quality", "response", "response-again", "blanks-by-region", "blanks", "flags.csv"]


def test_a_region_shows_itself_beside_the_network(sections):
    exhibits = {one.picture.key: one for one in sections["oulu"].experts if one.picture}
    assert "blanks" not in exhibits
    assert {row[1] for row in exhibits["response"].tables[0].rows} == {"Oulu", "Koko verkosto"}


def test_a_plain_sentence_stands_before_every_part(sections):
    for section in sections.values():
        for one in section.experts:
            assert one.intro.endswith(".")
            assert len(one.intro) > 60


def test_flags_say_what_where_how_much_and_what_to_do(sections):
    table, advice = sections["network"].experts[-1].tables
    rows = {(row[0], row[1]): row for row in table.rows}
    jump = next(row for key, row in rows.items() if "Keski-Pohjanmaa" in key[1])
    assert jump[2] == "2024: 0,8 keskihajontaa"
    said = {row[0]: row[1:] for row in advice.rows}
    assert said.keys() == {row[0] for row in table.rows}
    assert "Tarkista sen vuoden tiedosto" in said[jump[0]][1]
    lines = [row for row in table.rows if row[0] == "Sama vastaus joka kysymykseen"]
    assert len(lines) == 3
    assert all(re.search(r"\d\u00a0%", row[2]) for row in lines)
    assert "Keski-Pohjanmaa" not in " ".join(row[1] for row in sections["oulu"].experts[-1].tables[0].rows)


def test_readers_are_told_what_is_hidden_and_why(sections):
    (note,) = sections["oulu"].expert_notes
    assert "Lukuja 1–4 ei näytetä koskaan" in plain(note)


def test_numbers_behind_a_map_are_in_its_table(sections):
    blanks = next(one for one in sections["network"].experts if one.picture and one.picture.key == "blanks")
    (table,) = blanks.tables
    assert len(table.rows) == 5 + 17 + 25 + 3
    worst = next(row for row in table.rows if row[:2] == ["CYRM‑R", "kysymys 9"])
    assert re.fullmatch(r"3\d\u00a0%", worst[2])


def test_a_ledger_without_the_new_books_still_makes_a_page(published):
    gone = {name: published[name].clear() for name in ("quality_items", "quality_response", "quality_flags")}
    page = region_report(Published(fewer(published).tables | gone, published.meta), "oulu").pages["quality"]
    assert "Tietosuojan vuoksi nämä osuudet" not in page
    assert page.count("<img") == 1
