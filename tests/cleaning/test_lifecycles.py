"""Steps in the life of events in a delivery: what does not count is set aside by a rule of its own, and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.cleaning import Cleaned, clean_folder, inspect_folder
from sujuva.errors import SourceError
from sujuva.intake.check import check_json

STUDY = {"regions": ["tampere"], "waves": [2024], "timezone": "Europe/Helsinki"}
ROWS = (
    "a;contact;complete;2024-01-02 08:00",
    "a;meeting;schedule;2024-01-01 08:00",
    "a;meeting;Complete;2024-01-11 08:00",
    "b;contact;;2024-01-01 08:00",
    "b;meeting;WITHDRAW;2024-01-03 08:00",
)


def delivery(folder: Path, *rows: str, said: str = "", column: str = "lifecycle:transition", more: str = "") -> Path:
    (folder / "log.csv").write_text("\n".join([f"case;activity;{column};time", *rows, ""]), encoding="utf-8")
    columns = "{case: case, activity: activity, time: time, region: {value: tampere}}"
    (folder / "sources.yaml").write_text(
        "synthetic: true\nkey: demo\ntitle: {fi: Koe}\nsources:\n  - name: log\n    file: log.csv\n    reader: csv\n"
        f"    options: {{separator: ';'}}\n{more}    feeds:\n      - table: case_events\n"
        f"        columns: {columns}\n{said}",
        encoding="utf-8",
    )
    return folder


def broken(made: Cleaned) -> dict[str, int]:
    return {rule: rows for rule, kind, rows in made.rules.select("rule", "kind", "rows").rows() if kind == "quarantine"}


@pytest.mark.parametrize("more", ["", "    ignore: ['lifecycle:transition']\n", "    unique: [case, activity, time]\n"])
def test_only_what_is_complete_is_an_event(tmp_path: Path, more: str) -> None:
    made = clean_folder(delivery(tmp_path, *ROWS, more=more), max_quarantine=0.0, **STUDY)
    assert made.tables["case_events"].height == 3
    assert broken(made) == {"other_transition": 2}
    assert made.quarantine["row"].to_list() == [2, 5]
    assert made.ledger.select("rows_in", "rows_clean", "rows_quarantined").row(0) == (5, 3, 2)


def test_the_description_says_what_counts(tmp_path: Path) -> None:
    said = "        lifecycle: {from: vaihe, keep: [complete, schedule]}\n"
    made = clean_folder(delivery(tmp_path, *ROWS, said=said, column="vaihe"), **STUDY)
    assert broken(made) == {"other_transition": 1, "impossible_order": 1}
    every = "        lifecycle: {from: vaihe, keep: '*'}\n"
    made = clean_folder(delivery(tmp_path, *ROWS, said=every, column="vaihe"), **STUDY)
    assert "other_transition" not in broken(made)


def test_a_scheduled_event_repeats_nothing(tmp_path: Path) -> None:
    rows = ("a;x;start;2024-01-02 08:00", "a;x;complete;2024-01-02 08:00", "a;y;complete;2024-01-01 08:00")
    made = clean_folder(delivery(tmp_path, *rows, more="    unique: [case, activity, time]\n"), **STUDY)
    assert broken(made) == {"other_transition": 1}


def test_a_log_without_any_complete_event_stops(tmp_path: Path) -> None:
    rows = ("a;x;start;2024-01-02 08:00", "a;y;start;2024-01-02 08:00")
    with pytest.raises(SourceError, match=r"tells start 2, and of these complete is none") as stopped:
        clean_folder(delivery(tmp_path, *rows), **STUDY)
    assert "keep: [start]" in stopped.value.hint


def test_the_check_counts_them_and_is_content(tmp_path: Path) -> None:
    inspection = inspect_folder(delivery(tmp_path, *ROWS), **STUDY)
    told = check_json(inspection, {}, 0.0)
    assert told["ok"]
    assert told["sources"][0]["aside"] == 2
    assert told["sources"][0]["broken"]["other_transition"]["columns"] == ["lifecycle:transition"]


def test_other_faults_of_such_rows_count(tmp_path: Path) -> None:
    inspection = inspect_folder(delivery(tmp_path, *ROWS, "c;meeting;schedule;huomenna"), **STUDY)
    assert not check_json(inspection, {}, 0.0)["ok"]


def test_lifecycles_belong_to_events(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="keep names no transition"):
        clean_folder(delivery(tmp_path, *ROWS, said="        lifecycle: {from: vaihe, keep: []}\n"), **STUDY)


def test_whoever_did_something_needs_a_decision(tmp_path: Path) -> None:
    folder = delivery(tmp_path, *ROWS, column="org:resource", more="    ignore: ['org:resource']\n")
    with pytest.raises(SourceError, match="'org:resource' seems to hold names of persons"):
        clean_folder(folder, **STUDY)
    folder = delivery(tmp_path, *ROWS, column="org:resource", more="    people: {drop: ['org:resource']}\n")
    assert clean_folder(folder, **STUDY).tables["case_events"].height == 4
