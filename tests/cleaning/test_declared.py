"""What files say about themselves: titles of items, values declared missing, cells in error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from sujuva.errors import SourceError
from tests.cleaning.helpers import quarantined

FEEDS = """
    feeds:
      - table: respondents
        columns: {respondent: id, wave: {value: 2024}, region: {value: oulu}, weight: w}
      - table: answers
        instrument: mood
        items: {1: q1, 2: q2}
        columns: {respondent: id, wave: {value: 2024}, informant: {value: self}}
"""
SAV = "\n  - name: forms\n    file: forms.sav\n    reader: sav" + FEEDS
XLSX = "\n  - name: forms\n    file: forms.xlsx\n    reader: xlsx" + FEEDS


def write_sav(folder: Path, **columns: list[float]) -> None:
    labels = {"id": "Tunnus", "q1": "Olen  iloinen ", "q2": "Nukun hyvin"}
    pyreadstat.write_sav(
        pl.DataFrame(columns).to_pandas(),
        folder / "forms.sav",
        column_labels=labels,
        missing_ranges={"q1": [9.0], "w": [99.0], "d": [9999.0]} if "d" in columns else {"q1": [9.0], "w": [99.0]},
    )


def test_titles_of_items_come_from_the_file(clean: Any, small_project: Path) -> None:
    write_sav(small_project / "raw", id=[1.0, 2.0], w=[1.0, 1.0], q1=[3.0, 9.0], q2=[1.0, 1.0])
    cleaned = clean(SAV, {})
    titles = cleaned.titles.select("table", "source", "period", "title").rows()
    assert titles == [("answers_mood", "forms", "", "Olen iloinen"), ("answers_mood", "forms", "", "Nukun hyvin")]
    assert [one.split(" ")[0] for one in cleaned.titles["id"]] == ["mood_1", "mood_2"]


def test_a_column_s_name_is_a_title_where_it_reads_like_a_question(clean: Any) -> None:
    sources = XLSX.replace("xlsx", "csv").replace("{1: q1, 2: q2}", "{1: Olen  iloinen, 2: q2}")
    cleaned = clean(sources, {"forms.csv": "id,w,Olen  iloinen,q2\n1,1,1,1\n"})
    assert cleaned.titles["title"].to_list() == ["Olen iloinen"]


def test_titles_of_statistics_have_their_years(clean: Any) -> None:
    sources = """
  - name: areas
    file: areas.csv
    reader: csv
    feeds:
      - table: area_indicators
        columns: {indicator: i, title: t, area: a, area_name: a, gender: {value: total}, year: y, value: v}
"""
    text = "i,t,a,y,v\n1,Työttömät,020,2023,1\n1,Työttömät ,358,2023,2\n1,Työttömät (%),020,2024,3\n"
    cleaned = clean(sources, {"areas.csv": text})
    assert cleaned.titles.rows() == [
        ("area_indicators", "1", "areas", "2023", "Työttömät"),
        ("area_indicators", "1", "areas", "2024", "Työttömät (%)"),
    ]


def test_values_that_the_file_declares_missing_are_blank(clean: Any, small_project: Path) -> None:
    write_sav(small_project / "raw", id=[1.0, 2.0, 3.0], w=[1.0, 1.0, 99.0], q1=[3.0, 9.0, 2.0], q2=[1.0, 1.0, 1.0])
    cleaned = clean(SAV, {})
    assert cleaned.tables["answers_mood"]["mood_1"].to_list() == [3, None]
    assert quarantined(cleaned) == {("forms", 3): "missing_value"}
    assert cleaned.rules.filter(rule="declared_missing")["rows"].to_list() == [2]


def test_a_length_that_the_file_declares_missing_is_blank(clean: Any, small_project: Path) -> None:
    write_sav(small_project / "raw", id=[1.0, 2.0], w=[1.0, 1.0], q1=[3.0, 2.0], q2=[1.0, 1.0], d=[60.0, 9999.0])
    sources = SAV.replace("items:", "duration: d\n        items:")
    assert clean(sources, {}).tables["answers_mood"]["seconds"].to_list() == [60.0, None]


def write_xlsx(folder: Path, **errors: str) -> None:
    """Write two sound rows and one whose named cells are formulas in error."""
    with xlsxwriter.Workbook(folder / "forms.xlsx") as book:
        sheet = book.add_worksheet()
        names = ["id", "w", "q1", "q2"]
        sheet.write_row(0, 0, names)
        for row in (1, 2, 3):
            sheet.write_row(row, 0, [row, 1, 2, 3])
        for name, error in errors.items():
            sheet.write_formula(2, names.index(name), "=1/0", None, error)


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#VALUE!", "#REF!", "#NAME?", "#NUM!"])
@pytest.mark.parametrize("column", ["id", "q1"])
def test_a_cell_in_error_sets_its_row_aside(clean: Any, small_project: Path, column: str, error: str) -> None:
    write_xlsx(small_project / "raw", **{column: error})
    cleaned = clean(XLSX, {})
    ((row, rules),) = quarantined(cleaned).items()
    assert row == ("forms", 2)
    assert "cell_error" in rules.split(";")
    assert cleaned.tables["respondents"].height == cleaned.tables["answers_mood"].height == 2


@pytest.mark.parametrize("column", ["id", "w"])
def test_a_cell_in_error_is_not_called_blank(clean: Any, small_project: Path, column: str) -> None:
    write_xlsx(small_project / "raw", **{column: "#DIV/0!"})
    assert quarantined(clean(XLSX, {})) == {("forms", 2): "cell_error"}


FEEDBACK = """
  - name: feedback
    file: feedback.csv
    reader: csv
    feeds:
      - table: feedback
        items: {heard: K1, useful: K2}
        missing: ["-"]
        columns: {event: event, wave: {value: 2024}, region: {value: oulu}, participant: {row: true},
          participant_group: {value: parents}}
"""


@pytest.mark.parametrize(
    ("line", "rules"), [("e,,", "nothing_given"), ("e,-,-", "nothing_given"), ("e, ,-", "nothing_given")]
)
def test_a_form_without_any_rating_is_set_aside(clean: Any, line: str, rules: str) -> None:
    cleaned = clean(FEEDBACK, {"feedback.csv": f"event,K1,K2\ne,5,4\n{line}\ne,,3\n"})
    assert quarantined(cleaned) == {("feedback", 2): rules}
    assert cleaned.tables["feedback"].select("item", "rating").sort("rating").rows() == [
        ("useful", 3),
        ("useful", 4),
        ("heard", 5),
    ]
    assert cleaned.ledger.row(0)[3:] == (3, 2, 1)


def test_a_rating_that_is_no_number_is_a_rating(clean: Any) -> None:
    cleaned = clean(FEEDBACK, {"feedback.csv": "event,K1,K2\ne,5,4\ne,x,\n"})
    assert quarantined(cleaned) == {("feedback", 2): "bad_number"}


def test_two_columns_named_like_one_item_are_refused(clean: Any) -> None:
    sources = (SAV.replace("sav", "csv") + '    ignore: ["*"]\n').replace("        items: {1: q1, 2: q2}\n", "")
    with pytest.raises(SourceError, match="item 1"):
        clean(sources, {"forms.csv": "id,w,ilo,mood_1,uni\n1,1,1,3,1\n"})


AREAS = """
  - name: areas
    file: areas.csv
    reader: csv
    options: {OPTIONS}
    feeds:
      - table: area_indicators
        columns: {indicator: i, title: i, area: a, area_name: a, gender: {value: total}, year: y, value: v}
"""


def test_dots_of_official_statistics_are_missing_values_and_counted(clean: Any) -> None:
    text = "i,a,y,v\n1,020,2023,..\n1,358,2023,.\n1,020,2024,...\n1,358,2024,7\n1,049,2024,. .\n"
    cleaned = clean(AREAS.replace("{OPTIONS}", "{}"), {"areas.csv": text})
    found = dict(cleaned.tables["area_indicators"].select(pl.concat_str("area", "year"), "value").rows())
    assert found == {"0202023": None, "3582023": None, "0202024": None, "3582024": 7.0}
    assert [(row["row"], row["rules"]) for row in cleaned.quarantine.iter_rows(named=True)] == [(5, "bad_number")]
    assert cleaned.rules.filter(pl.col("rule") == "missing_code")["rows"].to_list() == [3]


def test_a_dot_elsewhere_does_not_vanish(clean: Any) -> None:
    """Where a file does not say that it means missing, it is a wrong value."""
    sources = """
  - name: people
    file: people.csv
    reader: csv
    feeds:
      - table: respondents
        columns: {respondent: id, wave: y, region: {from: place, lookup: region}, weight: w}
"""
    cleaned = clean(sources, {"people.csv": "id,y,place,w\na,2023,Oulu,.\nb,2023,Oulu,2\n"})
    assert cleaned.quarantine["rules"].to_list() == ["bad_number"]


@pytest.mark.parametrize(
    ("options", "written", "value"),
    [
        ("{thousands: blank, decimal: ','}", "1 234,5", 1234.5),
        ("{thousands: blank}", "12\u00a0345\u00a0678", 12345678.0),
        ("{thousands: blank}", "-1\u2009234.5", -1234.5),
        ("{thousands: blank}", "1\u202f234", 1234.0),
        ("{thousands: '.', decimal: ','}", "1.234.567,25", 1234567.25),
        ("{thousands: '.', decimal: ','}", "1.234", 1234.0),
        ('{thousands: "\'"}', "1\u2019234'567.5", 1234567.5),
        ("{thousands: ',', separator: ;}", "1,234.5", 1234.5),
        ("{thousands: blank}", "999", 999.0),
        ("{thousands: blank}", "12 34", None),
        ("{thousands: blank}", "1234 567", None),
        ("{thousands: '.', decimal: ','}", "1.23", None),
        ("{thousands: '.', decimal: ','}", "1.234,5.6", None),
        ("{}", "1 234", None),
        ("{}", "1\u00a0234", None),
    ],
)
def test_numbers_with_something_between_thousands(clean: Any, options: str, written: str, value: float | None) -> None:
    text = f'i,a,y,v\n1,020,2023,"{written}"\n1,358,2023,2\n'
    if "separator" in options:
        text = text.replace(",", ";").replace(written.replace(",", ";"), written)
    cleaned = clean(AREAS.replace("{OPTIONS}", options), {"areas.csv": text})
    found = dict(cleaned.tables["area_indicators"].select("area", "value").rows())
    assert found == {"358": 2.0} | ({} if value is None else {"020": value})
    assert cleaned.quarantine["rules"].to_list() == ([] if value is not None else ["bad_number"])


def test_one_mark_for_thousands_and_fractions_is_an_error(clean: Any) -> None:
    with pytest.raises(SourceError, match=r"thousands and decimal are both '\.'"):
        clean(AREAS.replace("{OPTIONS}", "{thousands: '.'}"), {"areas.csv": "i,a,y,v\n1,020,2023,1\n"})
