"""Real exports are recognised; the folder beside the project is not on every machine."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from sujuva.intake import Draft, draft_folder
from sujuva.sources import READERS

WANTED = {
    "drop/lapsibarometri2016.csv": ("csv", "utf-8", ","),
    "drop/sepsis_events.csv": ("csv", "utf-8", ","),
    "drop/sotkanet_pirkanmaa_2011.csv": ("sotkanet", "iso-8859-1", None),
    "drop/yrbs2019.sav": ("sav", None, None),
    "drop/yrbs2021.parquet": ("parquet", None, None),
    "formats/finnish-csv/Ehdokas_data.csv": ("csv", "utf-8", ";"),
    "formats/finnish-csv/sukupuolijakauma.csv": ("csv", "utf-8-sig", ";"),
    "formats/finnish-csv/väkiluku.csv": ("csv", "iso-8859-1", ";"),
    "formats/finnish-csv/äänestys_data.csv": ("csv", "iso-8859-1", ";"),
    "formats/limesurvey/survey_100001.csv": ("limesurvey", "utf-8-sig", ","),
    "formats/limesurvey/survey_998192.csv": ("limesurvey", "utf-8-sig", ","),
    "formats/qualtrics/sample.csv": ("qualtrics", "utf-8", ","),
    "formats/qualtrics/sample_legacy.csv": ("qualtrics", "utf-8-sig", ","),
    "formats/redcap/checkboxes-1-data.csv": ("redcap", "utf-8", ","),
    "formats/redcap/decimal-comma-data.csv": ("redcap", "utf-8", ","),
    "formats/redcap/longitudinal-data.csv": ("redcap", "utf-8", ","),
    "formats/redcap/repeating-instruments-data.csv": ("redcap", "utf-8", ","),
    "formats/spss/umlauts.sav": ("sav", None, None),
}


@pytest.fixture(scope="module")
def draft(shared_data: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Draft:
    folder = tmp_path_factory.mktemp("real")
    for path in sorted(shared_data.rglob("*")):
        place = path.relative_to(shared_data)
        if path.is_file() and place.parts[0] in {"drop", "formats"}:
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / place)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return draft_folder(folder)


@pytest.mark.parametrize("file", WANTED)
def test_reader_and_flavour(draft: Draft, file: str):
    reader, encoding, separator = WANTED[file]
    parts = [source for source in draft.sources if source.file == file]
    assert parts
    for one in parts:
        options = {key: guess.value for key, guess in one.sniffed.options.items()}
        assert one.sniffed.reader.value == (reader if reader in READERS else "csv")
        assert options.get("encoding") == encoding
        assert options.get("separator") == separator
        assert one.rows > 0


def test_the_parts_of_a_repeating_project_are_its_rows(draft: Draft, shared_data: Path):
    file = "formats/redcap/repeating-instruments-data.csv"
    parts = {one.sniffed.options["instrument"].value: one.rows for one in draft.sources if one.file == file}
    assert "base" in parts
    with (shared_data / file).open(encoding="utf-8", newline="") as lines:
        said = [row["redcap_repeat_instrument"] or "base" for row in csv.DictReader(lines)]
    assert parts == {name: said.count(name) for name in set(said)}


def test_no_file_fails_but_the_one_that_should(draft: Draft):
    troubled = {one.file for one in draft.sources if one.sniffed.reader.value and not one.rows}
    assert {file for file in troubled if not file.endswith("dictionary.csv")} == {
        "formats/spss/datetime.sav",
        "formats/limesurvey/testing-export.txt",
    }


@pytest.mark.parametrize(
    ("file", "tables"),
    [
        ("drop/dhhs_collaboration_edges.csv", ["ties"]),
        ("drop/dhhs_collaboration_nodes.csv", ["organisations"]),
        ("drop/lapsibarometri2016.csv", ["respondents"]),
        ("drop/sepsis_events.csv", ["case_events"]),
        ("drop/sotkanet_pirkanmaa_2011.csv", ["area_indicators"]),
        ("drop/tobacco_contact_edges.csv", ["ties"]),
        ("drop/yrbs2019.sav", ["respondents"]),
        ("drop/yrbs2023.parquet", ["respondents"]),
        ("formats/finnish-csv/väkiluku.csv", []),
    ],
)
def test_the_tables(draft: Draft, file: str, tables: list[str]):
    (one,) = [source for source in draft.sources if source.file == file]
    assert [feed.table.value for feed in one.feeds] == tables


def test_columns_of_people_in_real_exports(draft: Draft):
    found = {one.file: set(one.people.drop) for one in draft.sources}
    assert found["formats/redcap/longitudinal-data.csv"] >= {"first_name", "last_name", "telephone_1", "email", "dob"}
    assert "IPAddress" in found["formats/qualtrics/sample.csv"]


def test_dictionaries_stand_with_their_data(draft: Draft):
    (one,) = [source for source in draft.sources if source.file == "formats/redcap/longitudinal-data.csv"]
    assert one.sniffed.options["dictionary"].value == "longitudinal-dictionary.csv"
