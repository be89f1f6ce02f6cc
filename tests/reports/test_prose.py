"""Each number in the text of a page is the one of the published cells that it names, and a wrong one is found."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import polars as pl
import pytest

from sujuva.errors import DisclosureError
from sujuva.figures import voice
from sujuva.figures.bound import MARKED, cut, is_marked, mark, origin_in, plain
from sujuva.published import count_of, row_of, rows_of
from sujuva.reports import front_page
from sujuva.reports.bound import bind
from sujuva.reports.prose import read_prose, require_prose
from sujuva.reports.prose_read import Reader
from sujuva.reports.reckoned import Reckoned, agrees


@pytest.fixture
def front(published, tmp_path):
    """A site of one page, the Finnish front page."""
    (tmp_path / "fi").mkdir()
    page = tmp_path / "fi" / "index.html"
    page.write_text(front_page(published, voice(published.meta, "fi"), languages=["fi"]), encoding="utf-8")
    return page


def test_numbers_of_the_front_page_are_those_of_their_cells(published, front):
    prose = require_prose(front.parents[1], published, ["fi"])
    assert prose.bound["fi/index.html"] > 20
    assert prose.open.total() == 0
    assert "numbers in text: " in next(prose.lines())


def test_a_wrong_number_is_told_with_page_sentence_cell_and_both_numbers(published, front):
    text = front.read_text(encoding="utf-8")
    found = re.search(r'<p>([^<]*)<data id="n(\d+)" value="[\d.]+">(\d)[\d,]*</data>', text)
    wrong = str((int(found[3]) + 1) % 10)
    front.write_text(text[: found.start(3)] + wrong + text[found.end(3) :], encoding="utf-8")
    with pytest.raises(DisclosureError) as caught:
        require_prose(front.parents[1], published, ["fi"])
    told = Reader(text).list
    made = told["numbers"][int(found[2])]
    cell = " ".join(map(str, told["cells"][int(re.search(r"c(\d+)", made)[1])]))
    (line,) = caught.value.message.splitlines()[1:]
    assert line.startswith(f"fi/index.html: {wrong}")
    assert f" is shown, {made} = {Reckoned(published).value(made, told)} is published ({cell}): {found[1]}" in line


def test_a_formatter_that_errs_is_found(published, front, monkeypatch):
    monkeypatch.setattr("sujuva.figures.language._written", lambda value, *_: f"{value + 3:.0f}")
    page = front_page(published, voice(published.meta, "fi"), languages=["fi"])
    front.write_text(page, encoding="utf-8")
    prose = read_prose(front.parents[1], published, ["fi"])
    assert len(prose.faults) == prose.bound.total() > 20


def test_a_number_without_a_cell_and_one_of_a_hidden_cell_are_found(published, front):
    text = front.read_text(encoding="utf-8")
    front.write_text(text.replace("</h1>", "</h1><p>Heitä on 4711, vuonna 2024.</p>"), encoding="utf-8")
    line = "fi/index.html: '4711' names no published cell: Heitä on 4711, vuonna 2024."
    with pytest.raises(DisclosureError, match=re.escape(line)) as caught:
        require_prose(front.parents[1], published, ["fi"])
    assert "sujuva site --unnamed" in caught.value.hint
    assert line in require_prose(front.parents[1], published, ["fi"], unnamed=True).lines()
    hidden = {
        name: frame.with_columns(suppressed=pl.lit("primary")) if "suppressed" in frame.columns else frame
        for name, frame in published.tables.items()
    }
    front.write_text(text, encoding="utf-8")
    assert len(read_prose(front.parents[1], replace(published, tables=hidden), ["fi"]).faults) > 10


def test_numbers_know_how_they_were_made(published):
    rows = published["parjaavyys"].filter(indicator="score_mean", group="all", suppressed="").drop_nulls("estimate")
    first, last, values = row_of(rows), row_of(rows, -1), rows["estimate"]
    words = voice(published.meta, "en").bound()
    numbers = {
        words.number(100 * first["estimate"], 2): 100 * values[0],
        words.number(abs(first["estimate"] - last["estimate"]), 2): abs(values[0] - values[-1]),
        words.number(sum(row["estimate"] for row in rows_of(rows.head(3))), 2): sum(values.head(3)),
        words.number(count_of(rows.head(7))): 7,
        words.signed(-first["estimate"] / 2, {"decimals": 1}): None,  # sentences do not reckon with 2
    }
    page = bind("<body><p>" + "</p><p>".join(numbers) + "</p></body>", published.meta, "en")
    told = Reader(page).list
    again = [Reckoned(published).value(one, told) for one in told["numbers"]]
    assert again == [None if one is None else pytest.approx(one) for one in numbers.values()]
    assert not is_marked(page)
    assert plain([*numbers][3]) == "7"
    assert words.bound(binding=False).number(first["estimate"]) == plain(words.number(first["estimate"]))
    assert not is_marked(json.dumps(dict(first)))


def test_numbers_of_text_alternatives_are_found_where_they_stand(published):
    row = row_of(published["situation"].filter(suppressed="").drop_nulls("estimate"))
    number = voice(published.meta, "fi").bound().number(row["estimate"], 1)
    page = bind(f'<body><img alt="&quot;A&quot; 12 &amp; {number}; 3" src="x"></body>', published.meta, "fi")
    (sentence,) = Reader(page).sentences
    assert [digits for _, digits in sentence.numbers] == [plain(number)]
    assert sentence.bare.startswith('"A" 12 & ')
    assert plain(number) not in sentence.bare


def test_a_text_is_cut_by_its_letters_and_its_marks_stay_whole(published):
    row = row_of(published["situation"].filter(suppressed="").drop_nulls("estimate"))
    text = f"ab {mark('12,5', row['estimate'])} cd"
    assert [plain(cut(text, length)) for length in (2, 3, 7, 8, 20)] == [
        "ab",
        "ab ",
        "ab 12,5",
        "ab 12,5 ",
        "ab 12,5 cd",
    ]
    assert MARKED.search(cut(text, 7))
    assert not is_marked(cut(text, 5))
    assert origin_in(MARKED.search(text)[1])[0] == "cell"


@pytest.mark.parametrize(
    ("value", "digits", "language", "same"),
    [
        (1234.56, "1 235", "fi", True),
        (1234.56, "1,234.6", "en", True),
        (-2.31, "−2,3", "sv", True),
        (2.31, "+2,3", "fi", True),
        (2.31, "2,4", "fi", False),
        (2.31, "-2,3", "fi", False),
        (None, "2", "fi", False),
    ],
)
def test_digits_agree_with_a_number_rounded_as_they_are(value, digits, language, same):
    assert agrees(value, digits, language) is same
