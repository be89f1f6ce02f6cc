"""Real exports of survey tools and statistics programs give what can be seen in the files themselves."""

from __future__ import annotations

import csv
import shutil
import unicodedata
from pathlib import Path

import polars as pl
import pytest

from sujuva.errors import SourceError
from sujuva.sources import RawTable, Source, read_source, textual


@pytest.fixture
def formats(shared_data: Path) -> Path:
    return shared_data / "formats"


def read(folder: Path, file: str, reader: str, **options: object) -> RawTable:
    feeds = [{"table": "area_indicators", "columns": {}}]
    return read_source(
        folder,
        Source.model_validate({"name": "one", "file": file, "reader": reader, "options": options, "feeds": feeds}),
    )


def column(raw: RawTable, name: str) -> list[str | None]:
    return textual(raw.frame.select(name))[name].to_list()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("file", "encoding", "rows", "column_name", "first"),
    [
        ("väkiluku.csv", "iso-8859-1", 293, "Äänioikeutetut", "542830"),
        ("äänestys_data.csv", "iso-8859-1", 586, "Äänestäneitä miehiä", "150561"),
        ("Ehdokas_data.csv", "utf-8", 293, "Yhteensä", "1163"),
        ("sukupuolijakauma.csv", "utf-8", 308, "Ikä", "Yhteensä"),
    ],
)
def test_finnish_csv(
    formats: Path, file: str, encoding: str, rows: int, column_name: str, first: str, form: str
) -> None:
    name = unicodedata.normalize(form, file)
    raw = read(formats / "finnish-csv", name, "csv", encoding=encoding, separator=";")
    assert raw.frame.height == rows
    assert column(raw, column_name)[0] == first
    if "Alue" in raw.frame.columns:
        assert column(raw, "Alue")[0] == "091 Helsinki"
        assert "186 Järvenpää" in column(raw, "Alue")


def test_finnish_csv_in_another_encoding_is_refused(formats: Path) -> None:
    for file, encoding in (("väkiluku.csv", "utf-8"), ("Ehdokas_data.csv", "iso-8859-1")):
        with pytest.raises(SourceError, match="encoding"):
            read(formats / "finnish-csv", file, "csv", encoding=encoding, separator=";")


def test_qualtrics(formats: Path) -> None:
    raw = read(formats / "qualtrics", "sample.csv", "qualtrics")
    assert (raw.frame.height, raw.frame.width, raw.rows.to_list()) == (1, 20, [1])
    assert raw.titles["Q1"] == "This is a multiple choice question."
    assert raw.titles["RecipientLastName"] == "Nachname des Empfängers"
    assert column(raw, "Q2") == ["Hello World!"]
    assert {"IPAddress", "RecipientEmail", "LocationLatitude"} <= set(raw.identifying)
    assert "ResponseId" not in raw.identifying


def test_qualtrics_legacy(formats: Path) -> None:
    raw = read(formats / "qualtrics", "sample_legacy.csv", "qualtrics")
    assert (raw.frame.height, raw.frame.width) == (1, 15)
    assert raw.frame.columns[0] == "V1"
    assert (raw.titles["V1"], raw.titles["Q2"]) == ("ResponseID", "This is a free text question.")
    assert column(raw, "Q1") == ["2"]
    assert raw.identifying == ("V3", "V4", "V5", "V6", "LocationLatitude", "LocationLongitude")


def redcap(formats: Path, name: str, **options: str) -> RawTable:
    folder = formats / "redcap"
    return read(folder, f"{name}-data.csv", "redcap", dictionary=f"{name}-dictionary.csv", **options)


def test_redcap_decimal_comma(formats: Path) -> None:
    raw = redcap(formats, "decimal-comma")
    assert column(raw, "height") == ["1,54", "1,84", "1,95", "1,61"]
    assert column(raw, "bmi")[0] == "22.1"
    assert set(raw.decimals) == {".", ","}
    assert raw.titles["weight"] == "Weight (kilograms, comma)"
    assert raw.identifying == ("name",)


def test_redcap_checkboxes(formats: Path) -> None:
    raw = redcap(formats, "checkboxes-1")
    assert raw.frame.height == 4
    assert raw.titles["check_one___3"] == "check one: three"
    assert raw.titles["check_two___e"] == "check two: E"
    assert raw.labels["check_two___e"]["1"] == "Checked"
    assert column(raw, "check_one___1") == ["1", "0", "1", "0"]


def test_redcap_repeating_instruments(formats: Path) -> None:
    raw = redcap(formats, "repeating-instruments", instrument="bp")
    assert raw.rows.to_list() == [2, 3, 4, 6]
    assert column(raw, "bp_systolic") == ["110", "111", "112", "114"]
    base = redcap(formats, "repeating-instruments", instrument="base")
    assert base.rows.to_list() == [1, 5]
    assert column(base, "race") == ["4", "6"]
    assert base.labels["race"]["4"] == "White"
    assert base.identifying == ("first_name", "dob")


def test_redcap_longitudinal(formats: Path) -> None:
    raw = redcap(formats, "longitudinal")
    assert (raw.frame.height, raw.frame.width) == (18, 125)
    assert raw.titles["gym___1"] == "Gym (Weight Training): Tuesday"
    assert raw.labels["given_birth"] == {"1": "Yes", "0": "No"}
    assert set(raw.identifying) >= {"first_name", "last_name", "telephone_1", "email", "dob"}
    dose = redcap(formats, "longitudinal", event="dose_1_arm_1")
    assert dose.rows.to_list() == [2, 8]
    assert column(dose, "study_id") == ["100", "220"]


def test_limesurvey(formats: Path) -> None:
    folder = formats / "limesurvey"
    raw = read(folder, "survey_100001.csv", "limesurvey")
    assert (raw.frame.height, raw.frame.width) == (3, 646)
    assert raw.frame.columns[7:11] == ["Where do you live?", "How old are you?", "column_10", "[Other]"]
    assert sum(name.endswith(" (2)") for name in raw.frame.columns) == 10
    assert column(raw, "column_10")[0] == "unknw"
    other = read(folder, "survey_998192.csv", "limesurvey")
    assert (other.frame.height, other.frame.width) == (7, 71)
    assert "Please describe your current mood." in other.titles.values()
    assert column(other, "Start language")[:3] == ["en", "nl-informal", "nl-informal"]


def test_a_limesurvey_structure_reads_as_a_table_and_as_a_structure(formats: Path, tmp_path: Path) -> None:
    folder = formats / "limesurvey"
    raw = read(folder, "testing-export.txt", "csv", separator="tab")
    assert (raw.frame.height, raw.frame.width) == (74, 146)
    shutil.copy(folder / "testing-export.txt", tmp_path / "structure.txt")
    (tmp_path / "data.csv").write_text("id,onlyQuestion\n1,2\n")
    told = read(tmp_path, "data.csv", "limesurvey", structure="structure.txt")
    assert told.labels["onlyQuestion"] == {
        "1": "This is the first answer option",
        "2": "This is the second answer option",
    }
    assert told.titles["onlyQuestion"].startswith("This is the question text")


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("labelled-num-na", 2),
        ("labelled-num", 1),
        ("labelled-str", 2),
        ("missing_test", 2),
        ("ordered_category", 4),
        ("sample_large", 485),
        ("sample_missing", 7),
        ("umlauts", 4),
        ("variable-label", 1),
    ],
)
def test_every_spss_file_is_read(formats: Path, file: str, rows: int) -> None:
    assert read(formats / "spss", f"{file}.sav", "sav").frame.height == rows


def test_spss_labels_and_titles(formats: Path) -> None:
    folder = formats / "spss"
    umlauts = read(folder, "umlauts.sav", "sav")
    assert umlauts.titles == {"var1": "This is an ä-umlaut"}
    assert umlauts.labels["var1"] == {"1": "the ä umlaut", "2": "the ü umlaut", "3": "the ö umlaut"}
    assert read(folder, "variable-label.sav", "sav").titles == {"sex": "Gender"}
    assert column(read(folder, "labelled-str.sav", "sav", labels=True), "gender") == ["Male", "Female"]
    assert column(read(folder, "ordered_category.sav", "sav", labels=True), "Col1") == ["high", "low", "medium", "low"]


def test_spss_missing_values_and_ranges_are_those_of_the_export(formats: Path) -> None:
    raw = read(formats / "spss", "sample_missing.sav", "sav")
    with (formats / "spss" / "sample_missing_user.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    for name in ("mynum", "mylabl", "myord"):
        values = [None if row[name] == "#NULL!" else float(row[name]) for row in expected]
        assert raw.frame[name].cast(pl.Float64).to_list() == values
    dates = [None if row["mydate"] == "#NULL!" else row["mydate"] for row in expected]
    assert column(raw, "mydate") == dates
    times = [None if row["mytime"] == "#NULL!" else row["mytime"].split(".")[0].zfill(8) for row in expected]
    assert column(raw, "mytime") == times
    # 2000 to 3000 and -1 are missing.
    assert raw.declared_missing["mynum"].to_list() == [False] * 5 + [True, True]


def test_an_spss_file_with_impossible_dates_names_the_column(formats: Path) -> None:
    with pytest.raises(SourceError, match=r"datetime.sav.*'date.posix'.*9999"):
        read(formats / "spss", "datetime.sav", "sav")


@pytest.mark.parametrize(
    ("file", "reader", "options", "rows"),
    [
        ("yrbs2019.sav", "sav", {}, 13_677),
        ("yrbs2021.parquet", "parquet", {}, 17_232),
        ("yrbs2023.parquet", "parquet", {}, 20_103),
        ("lapsibarometri2016.csv", "csv", {}, 414),
        ("sepsis_events.csv", "csv", {}, 15_214),
        ("sotkanet_pirkanmaa_2011.csv", "sotkanet", {}, 754),
    ],
)
def test_the_drop(shared_data: Path, file: str, reader: str, options: dict[str, str], rows: int) -> None:
    assert read(shared_data / "drop", file, reader, **options).frame.height == rows
