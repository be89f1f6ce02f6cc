"""Orders that cannot be, clocks that go back, and families who have met nobody yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from sujuva.moments.case_settings import CaseSettings
from sujuva.quick.case_file import read_events
from sujuva.quick.casework import describe_log
from tests.quick.test_casework import page, value

HELSINKI = "Europe/Helsinki"


def write(folder: Path, *rows: str) -> Path:
    path = folder / "log.csv"
    path.write_text("\n".join(["case,activity,time", *rows, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "rows",
    [
        ("a,contact,2024-10-27T03:30:00+03:00", "a,meeting,2024-10-27T03:10:00+02:00"),
        ("a,meeting,2024-10-27T03:10:00+02:00", "a,contact,2024-10-27T03:30:00+03:00"),
        ("a,contact,2024-10-27T00:30:00Z", "a,meeting,2024-10-27T01:10:00Z"),
        ("a,contact,2024-10-27 03:30", "a,meeting,2024-10-27 03:10"),
    ],
)
def test_events_around_the_change_of_the_clocks_keep_their_order(tmp_path: Path, rows: tuple[str, str]) -> None:
    made = describe_log(write(tmp_path, *rows), CaseSettings(timezone=HELSINKI))
    assert made.file.events["activity"].to_list() == ["contact", "meeting"]
    assert made.file.events["sequence"].to_list() == [1, 2]
    assert value(made, "cases_open")["estimate"] == 0
    assert value(made, "delay_mean")["estimate"] == pytest.approx(0, abs=1 / 24)
    assert not made.file.left_out
    assert "2 times fall into the hour that the clocks repeat" in page(made)
    assert "1 of them" in page(made)


def test_a_file_out_of_order_tells_no_order(tmp_path: Path) -> None:
    rows = ("a,closure,2024-11-02 10:00", "a,contact,2024-10-27 03:30", "a,meeting,2024-10-27 03:10")
    made = read_events(write(tmp_path, *rows), timezone=HELSINKI)
    assert dict(made.left_out) == {"impossible_order": (3,)}
    assert not any("1 of them" in note for note in made.notes)


def test_other_times_are_left_as_they_are(tmp_path: Path) -> None:
    rows = ("a,contact,2024-10-27 02:59", "a,meeting,2024-10-27 04:00", "b,contact,2024-06-01T12:00:00+03:00")
    made = read_events(write(tmp_path, *rows), timezone=HELSINKI)
    assert made.notes == ()
    assert made.events["time"].dt.hour().to_list() == [2, 4, 12]


def test_a_meeting_before_the_contact_is_left_out_and_told(tmp_path: Path) -> None:
    rows = ("a,meeting,2024-01-01 10:00", "a,contact,2024-02-01 10:00", "a,meeting,2024-02-03 10:00")
    more = ("b,meeting,2024-01-01 10:00", "c,contact,2024-01-01 10:00", "c,meeting,2024-01-01")
    made = describe_log(write(tmp_path, *rows, *more), CaseSettings(timezone=None))
    assert dict(made.file.left_out) == {"impossible_order": (1,)}  # b may have begun before the log, c has no clock
    assert "Left out: 1 row (1): it comes before what must come first in its case" in page(made)


def test_contacts_without_any_meeting_are_all_open(tmp_path: Path) -> None:
    rows = ("a,contact,2024-02-01 10:00", "a,referral,2024-02-09 10:00", "b,contact,2024-02-02 10:00")
    made = describe_log(write(tmp_path, *rows), CaseSettings(timezone=None))
    assert (made.settings.start, made.settings.end) == ("contact", "meeting")
    assert value(made, "cases_started")["estimate"] == 2
    assert value(made, "cases_open")["estimate"] == 2
    assert value(made, "events_cases")["estimate"] == 2
    assert value(made, "events_activities")["estimate"] == 2
    assert value(made, "delay_km_within", category="7")["estimate"] == 0
    assert "Clock: from contact to meeting (the log has no meeting yet: every case is open)." in page(made)


def test_one_event_is_no_way(tmp_path: Path) -> None:
    rows = ("a,x,2024-02-01", "a,y,2024-02-05", "b,x,2024-02-01", "c,x,2024-02-01", "d,x,2024-02-01", "d,x,2024-02-01")
    made = describe_log(write(tmp_path, *rows), CaseSettings(timezone=None))
    assert value(made, "cases_started")["estimate"] == 2
    assert value(made, "delay_mean")["estimate"] == 2  # d has two events on one day
    assert value(made, "events_cases")["estimate"] == 4
    assert "2 cases have a single event" in page(made)
    alone = describe_log(write(tmp_path, "a,x,2024-02-01"), CaseSettings(timezone=None))
    assert not alone.indicators["indicator"].str.starts_with("delay").any()
