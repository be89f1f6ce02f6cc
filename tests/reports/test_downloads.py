"""Rows to take along: columns have titles, codes theirs beside them, and read back they are the published rows."""

from __future__ import annotations

import io

import fastexcel
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sujuva.codebooks import LANGUAGES, load_terms
from sujuva.errors import CodebookError
from sujuva.figures import Words, voice
from sujuva.figures.titled import TITLES
from sujuva.published import CONTRACTS, SHOWN
from sujuva.reports.columns import TYPES, code_heading, heading
from sujuva.reports.downloads import WRITERS, as_csv, as_workbook, sheet
from sujuva.reports.readback import READERS, UnreadableError, from_csv

AS_THEY_ARE = {
    "item", "organisation", "name", "source", "target", "source_name", "target_name", "file", "tables", "kind",
}  # fmt: skip
"""Columns of text that hold no codes, or codes that only machines read."""


@pytest.fixture(scope="module")
def rows(published):
    """Means and shares of everybody, some of them hidden."""
    of = [published["parjaavyys"].filter(indicator=one) for one in ("score_mean", "band_share")]
    found = pl.concat([one.filter(suppressed=mark).head(20) for one in of for mark in (SHOWN, "primary")])
    assert found["suppressed"].n_unique() == 2
    assert {"score_mean", "band_share"} == set(found["indicator"])
    return found


@pytest.fixture(scope="module")
def written(published, rows):
    """The files of these rows by language and ending."""
    return {
        (language, end): write(sheet(rows, "Means", published.meta, words), words, published.meta)
        for language, words in ((one, voice(published.meta, one)) for one in LANGUAGES)
        for end, write in WRITERS.items()
    }


def text(content: bytes) -> str:
    return content.decode("utf-8-sig")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_a_title_of_its_own(language):
    """Of the contracts and of what figures add; a file is read back by these titles."""
    words = Words(language)
    assert {name for one in CONTRACTS.values() for name in one.schema} <= set(TYPES)
    assert set(load_terms().kinds["column"]) == set(TYPES)
    titles = [
        *(heading(words, name) for name in TYPES),
        *(code_heading(words, name) for name in TYPES if name in TITLES),
    ]
    assert len(titles) == len(set(titles))


def test_every_column_of_texts_has_titles_of_its_codes_or_is_a_text_itself():
    assert {name for name, kind in TYPES.items() if kind == pl.String} == set(TITLES) | AS_THEY_ARE
    assert not set(TITLES) & AS_THEY_ARE


def test_a_column_without_a_title_is_an_error(published, rows):
    with pytest.raises(CodebookError, match="the column 'weight' is of no published table"):
        sheet(rows.with_columns(weight=1.0), "Means", published.meta, Words("fi"))
    terms = load_terms()
    fewer = {key: one for key, one in terms.kinds["column"].items() if key != "estimate"}
    words = Words("fi", terms.model_copy(update={"kinds": terms.kinds | {"column": fewer}}))
    with pytest.raises(CodebookError, match="the column 'estimate' has no title"):
        sheet(rows, "Means", published.meta, words)


@pytest.mark.parametrize(
    ("language", "between", "decimal", "hidden", "mark", "titles"),
    [
        ("fi", ";", ",", "ei näytetä", "Synteettinen aineisto", ["Tunnusluku (koodi)", "Tunnusluku", "Arvo"]),
        ("sv", ";", ",", "visas inte", "Syntetiskt material", ["Indikator (kod)", "Indikator", "Värde"]),
        ("en", ",", ".", "not shown", "Synthetic data", ["Indicator (code)", "Indicator", "Value"]),
    ],
)
def test_csv_opens_as_excel_in_its_language_expects(written, rows, language, between, decimal, hidden, mark, titles):
    content = written[language, ".csv"]
    assert content.startswith(b"\xef\xbb\xbf# Means\r\n")
    remarks, table = [[], []]
    for line in text(content).splitlines():
        (remarks if line.startswith("# ") else table).append(line)
    assert any(mark in one for one in remarks)
    assert any("EUPL-1.2" in one for one in remarks)
    assert set(titles) <= set(table[0].split(between))
    frame = pl.read_csv(io.StringIO("\n".join(table)), separator=between, decimal_comma=decimal == ",")
    value = frame[titles[-1]].to_list()
    assert [one == hidden for one in value] == (rows["suppressed"] != SHOWN).to_list()
    told = [float(one.replace(decimal, ".")) for one in value if one != hidden]
    assert told == rows["estimate"].drop_nulls().to_list()
    assert any(decimal in one for one in value)
    assert frame[titles[0]].to_list() == rows["indicator"].to_list()
    assert frame[titles[1]].n_unique() == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("end", WRITERS)
def test_what_was_taken_along_is_read_back_as_it_was_published(published, written, rows, language, end):
    told = READERS[end](written[language, end], published.meta)
    assert (told.title, told.words.language) == ("Means", language)
    assert_frame_equal(told.rows, rows.select(told.rows.columns))
    assert {*rows.columns} - {*told.rows.columns} == {"se", "df"}  # never told of persons


@pytest.mark.parametrize("end", WRITERS)
def test_the_same_rows_make_the_same_bytes(published, written, rows, end):
    words = voice(published.meta, "fi")
    assert WRITERS[end](sheet(rows, "Means", published.meta, words), words, published.meta) == written["fi", end]


def test_a_workbook_says_first_what_it_is(published, written):
    book = fastexcel.read_excel(written["sv", ".xlsx"])
    assert book.sheet_names == ["Om filen", "Syntetiskt material"]
    about = book.load_sheet(0, header_row=None).to_polars().to_series().to_list()
    assert about[0] == "Means"
    assert any("Syntetiskt material" in one for one in about)
    real = published.meta | {"synthetic": False, "date": "2024-12-31", "code": "c0de", "fingerprint": "da7a-c401-c0de"}
    words = voice(published.meta, "en")
    book = fastexcel.read_excel(as_workbook(sheet(published["delays"], "Days", real, words), words, real))
    assert book.sheet_names == ["About", "Numbers"]
    assert "Data of 31 December 2024." in book.load_sheet(0, header_row=None).to_polars().to_series().to_list()


def test_shares_are_per_cent_in_a_workbook_and_years_together_are_words(published, rows):
    words = voice(published.meta, "en")
    one = sheet(rows.with_columns(wave=pl.lit(0, pl.Int32)), "Means", published.meta, words)
    value, year, code = (one.headings.index(name) for name in ("Value", "Year", "Indicator (code)"))
    assert {row[year] for row in one.rows} == {"all years together"}
    assert [share[value] for share in one.percent] == [row[code] == "band_share" for row in one.rows]
    assert READERS[".csv"](as_csv(one, words, published.meta), published.meta).rows["wave"].unique().to_list() == [0]


def test_what_somebody_wrote_is_no_formula(published, rows):
    words = voice(published.meta, "fi")
    odd = rows.head(1).with_columns(informant=pl.lit(""), group=pl.lit("all"))
    content = as_csv(sheet(odd, '=HYPERLINK("x");=1', published.meta, words), words, published.meta)
    assert text(content).startswith("# '=HYPERLINK(\"x\");'=1\r\n")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Arvo", "Tulos", "unknown_column"),
        ("Alue;", "Arvo;", "unknown_column"),
        ("Näkyvyys (koodi)", "Huomautus (koodi)", "unknown_column"),
        (";2022;", ";2022,5;", "not_as_written"),
        (";2022;", ";noin 2022;", "not_as_written"),
    ],
)
def test_a_file_that_was_changed_cannot_be_read(published, written, old, new, code):
    content = text(written["fi", ".csv"])
    assert old in content
    with pytest.raises(UnreadableError) as caught:
        from_csv(content.replace(old, new).encode(), published.meta)
    assert caught.value.code == code
