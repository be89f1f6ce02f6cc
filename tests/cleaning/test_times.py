"""Times in a delivery: what is recognised, what stops, and what is set aside with its shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sujuva.cleaning import clean_folder, inspect_folder
from sujuva.cli import app
from sujuva.errors import SourceError
from sujuva.intake.check import check_json

STUDY = {"regions": ["tampere"], "waves": [2023], "timezone": "Europe/Helsinki"}


def delivery(folder: Path, rows: list[str], time: str = "time", header: str = "case;activity;time") -> Path:
    (folder / "log.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    columns = f"{{case: case, activity: activity, time: {time}, region: {{value: tampere}}}}"
    (folder / "sources.yaml").write_text(
        "synthetic: true\nkey: demo\ntitle: {fi: Koe}\nsources:\n  - name: log\n    file: log.csv\n    reader: csv\n"
        f"    options: {{separator: ';'}}\n    feeds:\n      - {{table: case_events, columns: {columns}}}\n",
        encoding="utf-8",
    )
    return folder


def moments(folder: Path) -> list[str]:
    return sorted(str(one) for one in clean_folder(folder, **STUDY).tables["case_events"]["time"])


def test_the_finnish_clock_and_fractions_stay(tmp_path: Path) -> None:
    rows = ["a;x;1.9.2023 8.05", "a;y;1.9.2023 klo 9.10", "a;z;2023-09-01T10:00:00.345678+03:00"]
    assert moments(delivery(tmp_path, rows)) == [
        "2023-09-01 08:05:00", "2023-09-01 09:10:00", "2023-09-01 10:00:00.345678",
    ]  # fmt: skip


def test_a_column_of_clocks_joins_one_of_dates(tmp_path: Path) -> None:
    rows = ["a;x;1.9.2023;klo 8.05", "a;y;2.9.2023;14:30", "a;z;3.9.2023;"]
    folder = delivery(tmp_path, rows, "{from: [pvm, kello]}", "case;activity;pvm;kello")
    assert moments(folder) == ["2023-09-01 08:05:00", "2023-09-02 14:30:00"]
    assert "missing_value" in clean_folder(folder, **STUDY).quarantine["rules"][0]


def test_days_of_excel_are_counted_as_a_change(tmp_path: Path) -> None:
    cleaned = clean_folder(delivery(tmp_path, ["a;x;45170", "a;y;45170.336805555555"]), **STUDY)
    assert [str(one) for one in cleaned.tables["case_events"]["time"]] == ["2023-09-01 00:00:00", "2023-09-01 08:05:00"]
    assert cleaned.rules.filter(rule="excel_date")["rows"].to_list() == [2]


@pytest.mark.parametrize(
    ("time", "days"),
    [("{from: time, format: '%d/%m/%Y'}", "2023-03-05"), ("{from: time, format: '%m/%d/%Y'}", "2023-05-03")],
)
def test_an_open_order_stops_until_it_is_said(tmp_path: Path, time: str, days: str) -> None:
    rows = ["a;x;05/03/2023", "a;y;05/04/2023"]
    with pytest.raises(SourceError, match="'time' does not tell in which order") as stopped:
        moments(delivery(tmp_path, rows))
    assert '["%d/%m/%Y"]' in stopped.value.hint
    assert '["%m/%d/%Y"]' in stopped.value.hint
    assert "05/03" not in str(stopped.value)
    assert moments(delivery(tmp_path, rows, time))[0] == f"{days} 00:00:00"


def test_the_check_tells_the_shapes_of_what_cannot_be_read(tmp_path: Path) -> None:
    folder = delivery(tmp_path, ["a;x;1.9.2023 klo 9", "a;y;31.2.2023", "b;x;1.9.2023 8.05"])
    inspection = inspect_folder(folder, **STUDY)
    told = check_json(inspection, {}, 1.0)["sources"][0]["broken"]["wrong_date"]
    assert (told["count"], told["columns"]) == (2, ["time"])
    assert told["shapes"] == {"time": ["9.9.9999 klo 9", "99.9.9999"]}
    assert "2023" not in json.dumps(told)


def test_a_missing_way_of_writing_is_no_format(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no format of a date"):
        moments(delivery(tmp_path, ["a;x;1.9.2023"], "{from: time, format: excel1905}"))
    assert CliRunner().invoke(app, ["check", str(tmp_path)]).exit_code == 1
