"""`sujuva check`: what would happen to each file, with counts and row numbers and never a value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sujuva.cleaning import clean_folder, inspect_folder
from sujuva.cli import app
from sujuva.codebooks import load_instruments
from sujuva.intake import check_json, show_check, too_much
from sujuva.intake.check import nearest_name, spans

SOURCES = """title: {fi: Koe}
sources:
  - name: people
    file: people.csv
    reader: csv
    people: {drop: [Sähköposti]}
    ignore: [muuta]
    feeds:
      - table: respondents
        columns: {respondent: id, wave: vuosi, region: {from: alue, lookup: region}}
  - name: mood
    file: mood.csv
    reader: csv
    feeds:
      - table: answers
        instrument: who5
        columns: {respondent: id, wave: vuosi, informant: {value: self}}
"""
PEOPLE = "id,vuosi,alue,muuta,Sähköposti\nsalaisuus,2024,Oulu,x,a@example.org\nb,2024,Takamaa,x,\nb2,1999,Oulu,x,\n"
MOOD = """id,vuosi,who5_1,who5_2,who5_3,who5_4,who5_5
salaisuus,2024,1,2,3,4,5
b,2024,1,1,1,1,1
salaisuus,2024,9,1,1,1,1
"""
STUDY: dict[str, Any] = {"regions": ["oulu", "tampere"], "waves": [2023, 2024]}


@pytest.fixture
def folder(project: Path) -> Path:
    raw = project / "raw"
    raw.mkdir()
    (raw / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (raw / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (raw / "mood.csv").write_text(MOOD, encoding="utf-8")
    return raw


def described(folder: Path, limit: float = 0.25) -> dict[str, Any]:
    return check_json(inspect_folder(folder, **STUDY), load_instruments(), limit)


def test_rules_columns_and_rows_are_told(folder: Path) -> None:
    people, mood = described(folder)["sources"]
    assert (people["rows"], people["aside"], people["ok"]) == (3, 2, False)
    assert {rule: one["rows"] for rule, one in people["broken"].items()} == {"unknown_region": [2], "unknown_wave": [3]}
    assert people["mapped"] == {
        "id": ["respondents.respondent"],
        "vuosi": ["respondents.wave"],
        "alue": ["respondents.region"],
    }
    assert (people["dropped"], people["ignored"], people["left"]) == (["Sähköposti"], ["muuta"], [])
    assert {rule: one["rows"] for rule, one in mood["broken"].items()} == {
        "duplicate": [3],
        "item_out_of_range": [3],
        "unknown_respondent": [2],
    }
    assert mood["mapped"]["who5_5"] == ["answers_who5.who5_5"]


def test_it_says_what_cleaning_then_does(folder: Path) -> None:
    cleaned = clean_folder(folder, **STUDY)
    for one in described(folder)["sources"]:
        row = cleaned.ledger.filter(source=one["source"]).row(0, named=True)
        assert (one["rows"], one["aside"]) == (row["rows_in"], row["rows_quarantined"])
        aside = cleaned.quarantine.filter(source=one["source"])
        rows = {number: set(rules.split(";")) for number, rules in aside.select("row", "rules").iter_rows()}
        assert rows == {
            number: {rule for rule, told in one["broken"].items() if number in told["rows"]} for number in rows
        }
        assert sum(len(told["rows"]) for told in one["broken"].values()) == sum(map(len, rows.values()))


def test_no_value_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = inspect_folder(folder, **STUDY)
    show_check(found, load_instruments(), 0.25)
    said = capsys.readouterr().out + json.dumps(check_json(found, load_instruments(), 0.25), ensure_ascii=False)
    assert "unknown_region: 1 row (2)" in said
    assert not [secret for secret in ("salaisuus", "Takamaa", "example.org") if secret in said]


def test_a_column_left_over_is_named_with_its_nearest(folder: Path) -> None:
    (folder / "people.csv").write_text(PEOPLE.replace("muuta", "region_name"), encoding="utf-8")
    one = described(folder)["sources"][0]
    assert one["left"] == [{"column": "region_name", "nearest": nearest_name("region_name", ["region", "wave"])}]
    assert "nothing is said about the column 'region_name'" in one["error"]["message"]
    assert (one["rows"], one["ok"]) == (3, False)


def test_one_bad_file_does_not_hide_the_others(folder: Path) -> None:
    (folder / "people.csv").write_bytes(b"\x00\x01")
    told = described(folder)
    assert told["ok"] is False
    assert told["compared"] is False
    assert told["sources"][0]["rows"] is None
    assert set(told["sources"][1]["broken"]) == {"duplicate", "item_out_of_range"}  # nobody is called unknown


def test_files_that_no_source_names_are_listed(folder: Path) -> None:
    (folder / "kevät.csv").write_text("a\n1\n", encoding="utf-8")
    assert described(folder)["undescribed"] == ["kevät.csv"]


def test_a_missing_key_is_said_and_stops_nothing(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUJUVA_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("nowhere")))
    assert "sujuva key" in described(folder)["key"]


@pytest.mark.parametrize(("limit", "code"), [("0.7", 0), ("0.5", 1)])
def test_the_exit_code_tells_whether_too_much_is_set_aside(
    folder: Path, limit: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    done = CliRunner().invoke(app, ["check", "raw", "--max-quarantine", limit, "--json"])
    assert done.exit_code == code, done.output
    assert json.loads(done.output)["ok"] is (code == 0)


def test_too_much_is_more_than_the_share_of_what_is_not_set_aside_as_described() -> None:
    class One:
        error, rows, aside, described = None, 4, 3, 2

    assert not too_much(One(), 0.25)  # type: ignore[arg-type]
    assert too_much(One(), 0.24)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rows", "said"), [([3], "3"), ([1, 2, 3, 7], "1–3, 7"), ([1, 3, 5, 6], "1, 3 and 2 more")])
def test_row_numbers_in_words(rows: list[int], said: str) -> None:
    assert spans(rows, limit=2) == said


@pytest.mark.parametrize(
    ("values", "options", "told"),
    [
        (["1.200", "30.000", "7"], "", True),  # read as 1.2 and 30
        (["1.200", "30.5"], "", False),
        (["0.125", "1.200"], "", False),
        (["1.200", "30.000"], "    options: {thousands: '.', decimal: ','}\n", False),
    ],
)
def test_fractions_of_three_digits_get_a_word(
    project: Path, capsys: pytest.CaptureFixture[str], values: list[str], options: str, told: bool
) -> None:
    raw = project / "raw"
    raw.mkdir()
    (raw / "areas.csv").write_text("area,n\n" + "".join(f"{at}00,{one}\n" for at, one in enumerate(values, 1)))
    (raw / "sources.yaml").write_text(
        "synthetic: true\ntitle: {fi: Koe}\nsources:\n  - name: areas\n    file: areas.csv\n    reader: csv\n"
        f"{options}    feeds:\n      - table: area_indicators\n        columns: {{indicator: {{value: i}}, "
        "title: {value: t}, area: area, area_name: area, gender: {value: total}, year: {value: 2024}, value: n}\n",
        encoding="utf-8",
    )
    inspection = inspect_folder(raw, **STUDY)
    assert inspection.sources[0].grouped == (("n",) if told else ())
    show_check(inspection, load_instruments(), 0.25)
    assert ("each fraction has three" in capsys.readouterr().out) == told
