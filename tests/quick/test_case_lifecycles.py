"""Steps in the life of events, starts and ends, open dates, clocks and persons in event logs."""

from __future__ import annotations

import gzip
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sujuva.cli import app
from sujuva.errors import ContractError, ParameterError
from sujuva.moments.case_settings import CaseSettings
from sujuva.quick.case_file import read_events
from sujuva.quick.case_times import date_order
from sujuva.quick.casework import CaseReport, describe_log
from tests.quick.test_casework import page, value

SETTINGS = CaseSettings(timezone="Europe/Helsinki")


def log(folder: Path, header: str, *rows: str) -> Path:
    path = folder / "log.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def waited(made: CaseReport) -> float:
    return float(value(made, "delay_mean")["estimate"])


STEPS = (
    "a,contact,{complete},2024-01-01 08:00",
    "a,meeting,{schedule},2024-01-02 08:00",
    "a,meeting,{complete},2024-01-11 20:00",
    "b,contact,{complete},2024-01-01 08:00",
    "b,meeting,{schedule},2024-01-02 08:00",
    "b,meeting,{withdraw},2024-01-03 08:00",
)


@pytest.mark.parametrize("column", ["lifecycle:transition", "Lifecycle_Transition", "lifecycle", "transition"])
@pytest.mark.parametrize("spell", [str, str.upper, str.capitalize])
def test_what_was_scheduled_or_withdrawn_is_no_meeting(tmp_path: Path, column: str, spell: type[str]) -> None:
    words = {word: spell(word) for word in ("complete", "schedule", "withdraw")}
    made = describe_log(
        log(tmp_path, f"case,activity,{column},time", *(row.format(**words) for row in STEPS)), SETTINGS
    )
    assert waited(made) == 10.5
    assert value(made, "cases_open")["estimate"] == 1
    assert dict(made.file.left_out) == {"other_transition": (2, 5, 6)}
    assert "Not counted: schedule 2, withdraw 1." in page(made)


def test_other_transitions_count_where_they_are_named(tmp_path: Path) -> None:
    rows = [row.format(complete="complete", schedule="schedule", withdraw="withdraw") for row in STEPS]
    path = log(tmp_path, "case,activity,lifecycle:transition,time", *rows)
    assert waited(describe_log(path, SETTINGS, transitions=("complete", "SCHEDULE"))) == 1
    assert read_events(path, transitions=("*",)).events.height == 6


def test_a_log_that_only_starts_asks(tmp_path: Path) -> None:
    path = log(tmp_path, "case,activity,lifecycle:transition,time", "a,x,start,2024-01-01", "a,y,start,2024-01-02")
    with pytest.raises(ContractError, match=r"\(complete\): start 2\.") as stopped:
        read_events(path)
    assert "--transitions start" in stopped.value.hint
    assert read_events(path, transitions=("start",)).events.height == 2


def test_pairs_count_once_and_blanks_as_they_stand(tmp_path: Path) -> None:
    rows = ("a,x,start,2024-01-01", "a,x,complete,2024-01-02", "a,y,,2024-01-03", "a,z,Maija,2024-01-03")
    made = read_events(log(tmp_path, "case,activity,lifecycle:transition,time", *rows))
    assert made.events["activity"].to_list() == ["x", "y"]
    (note,) = made.notes
    assert note.endswith("Not counted: start 1, other words 1. 1 row tells no transition and counts.")
    assert "Maija" not in note


def test_another_column_of_that_name_is_no_lifecycle(tmp_path: Path) -> None:
    made = read_events(log(tmp_path, "case,activity,transition,time", "a,x,north,2024-01-01", "a,y,south,2024-01-02"))
    assert made.events.height == 2
    assert made.unused == ("transition",)


def test_a_log_in_xes_tells_its_transitions(tmp_path: Path) -> None:
    def event(activity: str, step: str, day: int) -> str:
        return (
            f'<event><string key="concept:name" value="{activity}"/><string key="lifecycle:transition" value="{step}">'
            f'<string key="by" value="x"/></string><string key="org:resource" value="Maija Meri"/>'
            f'<string key="org:group" value="school"/>'
            f'<date key="time:timestamp" value="2024-01-{day:02}T08:00:00.500Z"/>'
            "</event>"
        )

    events = event("contact", "complete", 1) + event("meeting", "schedule", 2) + event("meeting", "complete", 4)
    text = f'<log><trace><string key="concept:name" value="1"/>{events}</trace></log>'
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(text.encode()))
    made = read_events(path, timezone="UTC")
    assert made.events["activity"].to_list() == ["contact", "meeting"]
    assert made.events["time"].dt.microsecond().to_list() == [500_000, 500_000]
    assert made.columns["sector"] == "org:group"
    assert made.events["sector"].to_list() == ["education", "education"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("start_timestamp", "time:timestamp"),
        ("time", "complete_time"),
        ("Alkoi", "Päättyi"),
        ("start_time", "end_time"),
        ("Alkuaika", "Loppuaika"),
    ],
)
def test_a_start_and_an_end_are_asked_for(tmp_path: Path, start: str, end: str) -> None:
    rows = ("a,contact,2024-01-02 08:00,2024-01-06 09:00", "a,meeting,2024-01-04 08:00,2024-01-04 10:00")
    path = log(tmp_path, f"case,activity,{start},{end}", *rows)
    with pytest.raises(ContractError) as stopped:
        describe_log(path, SETTINGS)
    assert start in stopped.value.message
    assert f"--time {shlex.quote(end)}" in stopped.value.hint
    assert waited(describe_log(path, SETTINGS, columns={"time": start})) == 2
    late = describe_log(path, SETTINGS, columns={"time": end})
    assert late.file.left_out == {"impossible_order": (2,)}
    assert f"--time {shlex.quote(start)}" in page(late)


def test_a_start_and_an_end_that_are_the_same_leave_no_question(tmp_path: Path) -> None:
    rows = ("a,contact,2024-01-02 08:00,2024-01-02 08:00", "a,meeting,2024-01-04 08:00,")
    made = read_events(log(tmp_path, "case,activity,start_timestamp,time:timestamp", *rows[:1]))
    assert made.events.height == 1
    assert read_events(log(tmp_path, "case,activity,alkoi,päättyi", *rows)).columns["time"] == "alkoi"


def test_open_dates_stop_until_they_are_said(tmp_path: Path) -> None:
    path = log(tmp_path, "case,activity,time", "a,contact,05/03/2022", "a,meeting,05/04/2022")
    with pytest.raises(ContractError, match="day first and month first both fit") as stopped:
        describe_log(path, SETTINGS)
    assert "--dates day or --dates month" in stopped.value.hint
    assert waited(describe_log(path, SETTINGS, dates="day")) == pytest.approx(31, abs=1 / 24 + 1e-9)
    assert waited(describe_log(path, SETTINGS, dates="month")) == 1
    assert date_order("Month-first") == "month"
    with pytest.raises(ParameterError, match="no order"):
        date_order("moon")
    run = CliRunner().invoke(app, ["casework", str(path), "--dates", "day"])
    assert run.exit_code == 0
    assert "read day first as asked" in " ".join(run.output.split())


@pytest.mark.parametrize(
    ("rows", "days"),
    [
        (("a,contact,1.9.2023 8.05", "a,meeting,30.9.2023 14.30"), 29 + (6 * 60 + 25) / 1440),
        (("a,contact,10/9/2016", "a,meeting,30/9/2016"), 20),
        (("a,contact,20230901", "a,meeting,20230902"), 1),
        (("a,contact,45170.25", "a,meeting,45171.75"), 1.5),
    ],
)
def test_waits_of_every_form(tmp_path: Path, rows: tuple[str, str], days: float) -> None:
    assert waited(describe_log(log(tmp_path, "case,activity,time", *rows), SETTINGS)) == pytest.approx(days)


def test_a_clock_beside_its_date(tmp_path: Path) -> None:
    rows = ("a,contact,1.9.2023,klo 8.00", "a,meeting,2.9.2023,klo 20.00")
    made = describe_log(log(tmp_path, "case,activity,Päivämäärä,Aika", *rows), SETTINGS)
    assert (made.file.columns["time"], made.file.columns["clock"]) == ("Päivämäärä", "Aika")
    assert waited(made) == 1.5


def test_times_that_cannot_be_read_are_told_by_their_shape(tmp_path: Path) -> None:
    rows = ("a,contact,1.9.2023 klo 9", "a,meeting,2.9.2023 8.00", "b,meeting,huhtikuussa")
    path = log(tmp_path, "case,activity,time", *rows)
    made = read_events(path)
    assert dict(made.left_out) == {"wrong_date": (1, 3)}
    assert "9.9.9999 klo 9, aaaaaaaaaaa" in made.notes[-1]
    assert "huhtikuussa" not in made.notes[-1]
    with pytest.raises(ContractError, match=r"written like: 9\.9\.9999 klo 9"):
        read_events(log(tmp_path, "case,activity,time", rows[0]))


@pytest.mark.parametrize("column", ["org:resource", "resource", "Resource"])
def test_whoever_did_something_is_no_sector(tmp_path: Path, column: str) -> None:
    rows = [
        f"{case},contact,2024-01-0{day},{who}" for case, day, who in (("a", 1, "mm"), ("b", 2, "kk"), ("c", 3, "mm"))
    ]
    path = log(tmp_path, f"case,activity,time,{column}", *rows)
    made = describe_log(path, SETTINGS)
    assert "sector" not in made.file.columns
    assert f"--column sector={column} takes it" in page(made)
    assert read_events(path, columns={"sector": column}).columns["sector"] == column
    groups = read_events(log(tmp_path, f"case,activity,time,{column},org:group", *(f"{row},school" for row in rows)))
    assert groups.columns["sector"] == "org:group"


def test_a_resource_whose_words_are_sectors_is_one(tmp_path: Path) -> None:
    rows = ("a,contact,2024-01-01,school", "a,meeting,2024-01-02,school")
    assert read_events(log(tmp_path, "case,activity,time,resource", *rows)).columns["sector"] == "resource"


def test_waits_keep_parts_of_seconds(tmp_path: Path) -> None:
    rows = ("a,contact,2024-01-02 08:00:00.250", "a,meeting,2024-01-02 08:00:01.75", "b,contact,2024-01-02 08:00")
    more = ("b,meeting,2024-01-02 08:00:00.000001",)
    made = describe_log(log(tmp_path, "case,activity,time", *rows, *more), SETTINGS)
    assert waited(made) * 86_400 == pytest.approx(0.7500005, abs=1e-9)
    assert value(made, "delay_min")["estimate"] * 86_400 == pytest.approx(1e-6, abs=1e-12)
