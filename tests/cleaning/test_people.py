"""No column that tells who somebody is goes on without a decision; what is decided is done, and nothing is quoted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from sujuva.cleaning.distinct import Columns
from sujuva.cleaning.people import refuse_identifiers, without_dropped
from sujuva.errors import SourceError
from sujuva.sources import RawTable, Source
from tests.cleaning.helpers import Who, counts, quarantined

# Temporary numbers (900–999): nobody's.
CODES = ["010190-900P", "290212A999D", "010190Y900P"]
HEADER, OTHERS = "tieto", ["eka", "toka", "kolmas"]


def sources(people: str = "", *, name: str = HEADER, place: str = "ignored", reader: str = "csv") -> str:
    """A source with one column more, which goes to a clean column, a text, a key, or nowhere."""
    mapped = {"mapped": f", age_group: {name}", "unit": f", unit: {name}"}.get(place, "")
    key = name if place == "key" else "id"
    texts = f"{{more: {name}}}" if place == "text" else "{}"
    ignore = '"*"' if place in {"ignored", "key"} else "[]"
    return f"""
  - name: people
    file: people.{reader}
    reader: {reader}
    ignore: {ignore}
    people: {{{people}}}
    feeds:
      - table: respondents
        columns: {{respondent: {key}, wave: {{value: 2024}}, region: {{from: place, lookup: municipality}}{mapped}}}
        texts: {texts}
"""


def people_csv(
    values: list[str], name: str = HEADER, places: tuple[str, ...] = ("Oulu", "Oulu", "Oulu")
) -> dict[str, str]:
    rows = [f'{at},{place},"{value}"' for at, (place, value) in enumerate(zip(places, values, strict=True))]
    return {"people.csv": "\n".join([f"id,place,{name}", *rows, ""])}


def chain(error: BaseException | None) -> str:
    """All that an error and the errors behind it say."""
    said = []
    while error is not None:
        said.append(repr(error))
        error = error.__cause__ or error.__context__
    return "\n".join(said)


@pytest.mark.parametrize("reader", ["csv", "xlsx", "sav", "parquet"])
@pytest.mark.parametrize("place", ["mapped", "ignored", "text", "key", "unit"])
def test_an_identity_code_stops_the_run_wherever_it_stands(
    reader: str, place: str, clean: Any, small_project: Path
) -> None:
    frame = pl.DataFrame({"id": ["0", "1", "2"], "place": ["Oulu"] * 3, HEADER: ["x", CODES[0], "z"]})
    path = small_project / "raw" / f"people.{reader}"
    if reader == "csv":
        frame.write_csv(path)
    elif reader == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate([frame.columns, *frame.rows()]):
                sheet.write_row(at, 0, row)
    elif reader == "sav":
        pyreadstat.write_sav(frame.to_pandas(), path)
    else:
        frame.write_parquet(path)
    with pytest.raises(SourceError, match=rf"people\.{reader}: the column 'tieto'.*identity codes in 1 rows") as caught:
        clean(sources(place=place, reader=reader), {})
    assert CODES[0] not in chain(caught.value)
    assert "people: {drop: ['tieto']}" in caught.value.hint


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["a@example.org", "", ""], "e-mail addresses in 1 rows"),
        (["soita 040-123 4567", "+358401234567", ""], "phone numbers in 2 rows"),
    ],
)
def test_the_kind_and_the_rows_are_told_and_the_value_is_not(clean: Any, values: list[str], what: str) -> None:
    with pytest.raises(SourceError, match=what) as caught:
        clean(sources(), people_csv(values))
    assert not [value for value in values if value and value in chain(caught.value)]


def test_other_columns_like_it_are_counted(clean: Any) -> None:
    files = people_csv(CODES)
    files["people.csv"] = files["people.csv"].replace("tieto", "tieto,Etunimi").replace('"\n', '",x\n')
    with pytest.raises(SourceError, match=r"'tieto'.* 1 more columns like it"):
        clean(sources(), files)


def test_a_dropped_column_is_gone_from_the_quarantine_too(clean: Any, who: Who) -> None:
    files = people_csv(CODES, places=("Oulu", "Helsinki", "Oulu"))
    cleaned = clean(sources("drop: [tieto]"), files)
    assert cleaned.tables["respondents"]["respondent"].to_list() == [who("0"), who("2")]
    (raw,) = cleaned.quarantine["raw"]
    assert "tieto" not in raw
    assert "place" in raw


def test_a_column_that_is_pseudonymised_is_a_pseudonym_everywhere(clean: Any, who: Who) -> None:
    files = people_csv(CODES, places=("Oulu", "Helsinki", "Oulu"))
    cleaned = clean(sources("pseudonymise: [tieto]", place="mapped"), files)
    assert cleaned.tables["respondents"]["age_group"].to_list() == [who(CODES[0]), who(CODES[2])]
    assert f'"tieto":"{who(CODES[1])}"' in cleaned.quarantine["raw"][0]
    assert counts(cleaned, "recode")["identifier_replaced"] == 3


def test_an_identity_code_as_a_key_becomes_the_key_s_pseudonym_once(clean: Any, who: Who) -> None:
    cleaned = clean(sources("pseudonymise: [tieto]", place="key"), people_csv(CODES))
    assert cleaned.tables["respondents"]["respondent"].to_list() == [who(code) for code in CODES]
    assert "identifier_replaced" not in counts(cleaned, "recode")


def test_in_open_answers_only_what_identifies_is_replaced(clean: Any, who: Who) -> None:
    text = f"Olen {CODES[0]}, soita 040-123 4567 klo 16; 2.1.2024"
    cleaned = clean(sources("pseudonymise: [tieto]", place="text"), people_csv([text, "kaikki hyvin", ""]))
    assert cleaned.tables["open_answers"]["text"].to_list() == [
        f"Olen [{who(CODES[0])}], soita [{who('040-123 4567')}] klo 16; 2.1.2024",
        "kaikki hyvin",
    ]
    assert counts(cleaned, "recode")["identifier_replaced"] == 1


def test_open_answers_in_the_quarantine_are_replaced_as_well(clean: Any, who: Who) -> None:
    files = people_csv([f"olen {CODES[0]}", "", ""], places=("Helsinki", "Oulu", "Oulu"))
    cleaned = clean(sources("pseudonymise: [tieto]", place="text"), files)
    assert quarantined(cleaned) == {("people", 1): "unknown_region"}
    assert f"olen [{who(CODES[0])}]" in cleaned.quarantine["raw"][0]
    assert CODES[0] not in cleaned.quarantine["raw"][0]


@pytest.mark.parametrize("values", [["0401234567", "040 123 4568", ""], ["", "", "0401234567"]])
def test_what_only_looks_like_a_phone_may_be_kept(clean: Any, values: list[str]) -> None:
    with pytest.raises(SourceError, match=r"If it is nothing of the kind: people: \{keep"):
        clean(sources(), people_csv(values))
    assert clean(sources("keep: {tieto: numbers of cases}"), people_csv(values)).tables["respondents"].height == 3


@pytest.mark.parametrize("value", [CODES[0], "a@example.org"])
def test_identity_codes_and_email_cannot_be_kept(clean: Any, value: str) -> None:
    with pytest.raises(SourceError, match="the column 'tieto' seems to hold") as caught:
        clean(sources("keep: {tieto: we like them}"), people_csv([value, "", ""]))
    assert "keep" not in caught.value.hint


def test_names_of_organisations_and_areas_are_no_names_of_persons(clean: Any) -> None:
    actors = """
  - name: actors
    file: actors.csv
    reader: csv
    feeds:
      - table: organisations
        columns: {region: {value: oulu}, organisation: id, name: Nimi, sector: {value: health}}
"""
    made_up = [f"Xa{letter} Qu{letter}nen" for letter in "abcdefgh"]
    rows = "".join(f"{at},{name}\n" for at, name in enumerate(made_up))
    assert clean(actors, {"actors.csv": "id,Nimi\n" + rows}).tables["organisations"].height == 8
    ignored = actors.replace("name: Nimi", "name: id").replace("    feeds", '    ignore: ["*"]\n    feeds')
    with pytest.raises(SourceError, match="'Nimi' seems to hold names of persons"):
        clean(ignored, {"actors.csv": "id,Nimi\n" + rows})


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ("drop: [tietoo]", "people.drop: there is no column 'tietoo'.*'tieto'"),
        ("pseudonymise: [tietoo]", "there is no column 'tietoo'"),
        ("keep: {tietoo: why}", "there is no column 'tietoo'"),
        ("drop: [tieto], keep: {tieto: why}", "'tieto' is named twice"),
    ],
)
def test_a_decision_about_a_column_that_is_not_there_is_told(clean: Any, people: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        clean(sources(people), people_csv(["x", "y", "z"]))


def _source(**people: Any) -> Source:
    feed = {"table": "respondents", "columns": {"respondent": "id"}}
    described = {"name": "people", "file": "people.csv", "reader": "csv", "people": people, "feeds": [feed]}
    return Source.model_validate(described)


MARKED = RawTable(pl.DataFrame({"id": ["1"], "huone": ["x"]}), identifying=("huone",))


def test_what_the_export_marks_as_identifying_needs_a_decision() -> None:
    with pytest.raises(SourceError, match="'huone' seems to hold what the export itself marks as identifying"):
        refuse_identifiers(Columns(MARKED), _source(), {})
    for people in ({"pseudonymise": ["huone"]}, {"keep": {"huone": "a room"}}):
        refuse_identifiers(Columns(MARKED), _source(**people), {})


def test_dropping_is_a_decision_about_what_the_export_marks() -> None:
    source = _source(drop=["huone"])
    left = without_dropped(MARKED, source)
    refuse_identifiers(Columns(left), source, {})
    assert not left.identifying


def test_an_identity_code_in_the_header_stops_the_run(clean: Any) -> None:
    with pytest.raises(SourceError) as caught:
        clean(sources(name=CODES[0]), people_csv(["x", "y", "z"], name=CODES[0]))
    assert CODES[0] not in chain(caught.value)


def test_a_teacher_s_name_is_no_unit(clean: Any) -> None:
    with pytest.raises(SourceError, match="names of persons"):
        clean(sources(name="Opettajan nimi", place="unit"), people_csv(["Xa Quanen"] * 3, name="Opettajan nimi"))
