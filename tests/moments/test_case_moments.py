"""Durations, events and handovers of cases."""

from datetime import datetime

import polars as pl
import pytest

from sujuva.errors import ParameterError
from sujuva.moments import durations, event_counts, handovers

REGIONS = ["oulu", "tampere"]
CLOSED = "start_to_end"


def log(*rows):
    """Case, activity, time and perhaps sector and region of each event, in file order."""
    full = [(*row, None, "oulu")[:5] if len(row) < 4 else (*row, "oulu")[:5] for row in rows]
    frame = pl.DataFrame(full, schema=["case", "activity", "time", "sector", "region"], orient="row")
    frame = frame.with_columns(
        pl.col("time").str.to_datetime("%Y-%m-%d %H:%M", time_unit="us"), pl.col("sector").cast(pl.String)
    )
    return frame.with_columns(sequence=pl.int_range(1, pl.len() + 1).over("case").cast(pl.Int32))


def spans(events, start="contact", end="meeting", timezone=None):
    made = durations(events, start=start, end=end, regions=REGIONS, timezone=timezone)
    return made.filter(region="oulu").select("wave", "measure", "seconds", "days", "n").rows()


def test_from_the_first_start_to_the_first_end_after_it():
    events = log(
        ("a", "meeting", "2022-12-30 12:00"),  # before the start: not the end
        ("a", "contact", "2022-12-31 23:30"),
        ("a", "contact", "2023-01-01 09:00"),
        ("a", "meeting", "2023-01-02 00:30"),
        ("a", "meeting", "2023-02-02 00:30"),
    )
    assert spans(events) == [(2022, CLOSED, 25 * 3600, 2, 1)]
    assert spans(events, "*first", "*last") == [(2022, CLOSED, 33 * 86400 + 45000, 34, 1)]
    assert spans(events, "contact", "*last") == [(2022, CLOSED, 32 * 86400 + 3600, 33, 1)]
    # The first event is before the start, so the case is open, until the end of the log.
    assert spans(events, "contact", "*first") == [(2022, "open", 32 * 86400 + 3600, 33, 1)]
    assert spans(events, "*first", "contact") == [(2022, CLOSED, 86400 + 11.5 * 3600, 1, 1)]


def test_cases_without_an_end_are_open_and_without_a_start_are_not_counted():
    events = log(("a", "contact", "2022-05-01 10:00"), ("b", "meeting", "2022-05-03 10:00"))
    assert spans(events) == [(2022, "open", 2 * 86400, 2, 1)], "until the last event of the region"
    events = log(
        ("a", "contact", "2022-05-01 10:00"), ("a", "closure", "2022-05-02 10:00"), ("b", "meeting", "2022-05-03 10:00")
    )
    assert spans(events) == [(2022, "open", 86400, 1, 1)], "until it was closed"


def test_groups_are_those_of_the_first_contact_and_working_days_leave_out_holidays():
    events = log(
        ("a", "contact", "2023-06-21 10:00", "health"), ("a", "contact", "2023-06-22 10:00", "social"),
        ("a", "meeting", "2023-06-26 10:00"),  # a Monday; Friday was Midsummer Eve, no working day
        ("b", "contact", "2023-06-21 10:00"), ("b", "meeting", "2023-06-21 11:00"),
    ).with_columns(trigger=pl.Series([None, "mood", None, "mood", None]))  # fmt: skip
    made = durations(events, start="contact", end="meeting", regions=REGIONS, timezone="Europe/Helsinki")
    assert made.filter(region="oulu").select("group", "days", "workdays", "n").rows() == [
        ("all", 0, 0, 1), ("all", 5, 2, 1), ("caller:health", 5, 2, 1), ("trigger:mood", 0, 0, 1),
    ]  # fmt: skip


def test_an_end_at_the_same_moment_counts():
    events = log(("a", "meeting", "2022-05-01 10:00"), ("a", "contact", "2022-05-01 10:00"))
    assert spans(events) == [(2022, CLOSED, 0, 0, 1)]


@pytest.mark.parametrize(
    ("start", "end", "hours", "days"),
    [
        ("2023-03-25 12:00", "2023-03-26 12:00", 23, 1),  # the clock goes forward in the night
        ("2023-10-28 12:00", "2023-10-29 12:00", 25, 1),  # and back
        ("2023-03-26 03:30", "2023-03-26 12:00", 7.5, 0),  # 03:30 does not exist: 03:30 +02:00 is 01:30 UTC
        ("2023-10-29 03:30", "2023-10-29 12:00", 9.5, 0),  # 03:30 happens twice: the earlier
        ("2023-06-01 12:00", "2023-06-02 12:00", 24, 1),
    ],
)
def test_the_change_of_the_clock(start, end, hours, days):
    events = log(("a", "contact", start), ("a", "meeting", end))
    assert spans(events, timezone="Europe/Helsinki") == [(2023, CLOSED, hours * 3600, days, 1)]
    naive = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    assert spans(events) == [(2023, CLOSED, naive.total_seconds(), days, 1)]


def test_a_case_belongs_to_the_region_of_its_first_event_and_the_network_to_all():
    events = log(
        ("a", "contact", "2022-01-01 10:00", None, "oulu"), ("a", "meeting", "2022-01-01 11:00", None, "tampere"),
        ("b", "contact", "2022-01-01 10:00", None, "tampere"), ("b", "meeting", "2022-01-01 11:00", None, "oulu"),
        ("c", "contact", "2022-01-01 10:00", None, "elsewhere"),
    )  # fmt: skip
    made = durations(events, start="contact", end="meeting", regions=REGIONS)
    assert made.select("region", "n").rows() == [("network", 2), ("oulu", 1), ("tampere", 1)]


def test_an_unknown_activity_names_the_nearest():
    events = log(("a", "contact", "2022-05-01 10:00"))
    with pytest.raises(ParameterError, match=r"case_end.*'contact'"):
        durations(events, start="contact", end="contacts", regions=REGIONS)


def test_no_events_make_no_durations():
    assert durations(
        log(("a", "contact", "2022-05-01 10:00")).clear(), start="contact", end="meeting", regions=REGIONS
    ).is_empty()
    assert event_counts(log(("a", "contact", "2022-05-01 10:00")).clear(), regions=REGIONS).is_empty()
    assert handovers(log(("a", "contact", "2022-05-01 10:00")).clear(), regions=REGIONS).is_empty()


def test_variants_are_distinct_ways_through_by_time_then_file_order():
    events = log(
        ("a", "contact", "2022-01-01 10:00"), ("a", "meeting", "2022-01-02 10:00"),
        ("b", "meeting", "2022-02-02 10:00"), ("b", "contact", "2022-02-01 10:00"),  # same way, other file order
        ("c", "meeting", "2023-01-01 10:00"), ("c", "contact", "2023-01-01 10:00"),  # same time: file order
    )  # fmt: skip
    made = event_counts(events, regions=REGIONS).filter(region="oulu")
    assert made.rows() == [("oulu", 0, 3, 6, 2, 2), ("oulu", 2022, 2, 4, 2, 1), ("oulu", 2023, 1, 2, 2, 1)]
    assert made.rows() == [
        ("oulu", *row[1:]) for row in event_counts(events, regions=REGIONS).filter(region="network").rows()
    ]


def test_handovers_are_steps_within_a_case():
    events = log(
        ("a", "x", "2022-01-01 10:00", "health"), ("a", "x", "2022-01-02 10:00", "social"),
        ("a", "x", "2022-01-03 10:00", "social"), ("a", "x", "2022-01-04 10:00", None),
        ("b", "x", "2022-01-01 10:00", "health"),
    )  # fmt: skip
    made = handovers(events, regions=REGIONS).filter(region="oulu").select("wave", "source", "target", "n")
    assert made.rows() == [(2022, "health", "social", 1), (2022, "social", "social", 1), (2022, "social", None, 1)]


def test_the_sepsis_log(shared_data):
    """Counts that the source states; the throughput quartiles are those of its seconds."""
    raw = pl.read_csv(shared_data / "drop" / "sepsis_events.csv")
    events = raw.select(
        pl.col("case_id").fill_null("NA").alias("case"),  # one case is called NA, which the export left blank
        "activity",
        pl.col("timestamp").str.to_datetime(time_unit="us").alias("time"),
        pl.col("resource").alias("sector"),
        pl.lit("oulu").alias("region"),
    ).with_columns(sequence=pl.int_range(1, pl.len() + 1).over("case").cast(pl.Int32))
    assert event_counts(events, regions=REGIONS).filter(region="oulu", wave=0).rows() == [
        ("oulu", 0, 1050, 15214, 16, 846)
    ]
    steps = handovers(events, regions=REGIONS).filter(region="network")
    assert steps["n"].sum() == 14_164
    assert steps.filter(pl.col("source") != pl.col("target"))["n"].sum() == 7048
    made = durations(events, start="*first", end="*last", regions=REGIONS).filter(region="oulu", group="all")
    days = made["seconds"].repeat_by(made["n"]).explode(empty_as_null=False, keep_nulls=False).sort() / 86_400
    assert [round(days.quantile(share, "linear"), 4) for share in (0, 0.25, 0.5, 0.75, 1)] == [
        0.0014, 0.6435, 5.3434, 17.9966, 422.3239,
    ]  # fmt: skip
    assert round(days.mean(), 4) == 28.4693


def test_only_the_years_of_the_study_count_network_included():
    events = log(
        ("a", "contact", "2022-03-01 09:00", "social", "oulu"),
        ("a", "meeting", "2022-03-03 09:00", "health", "oulu"),
        ("b", "contact", "2024-03-01 09:00", "social", "oulu"),
        ("b", "meeting", "2024-03-02 09:00", "health", "oulu"),
    )
    kept = durations(events, start="contact", end="meeting", regions=REGIONS, waves=[2024])
    assert kept.filter(group="all").select("region", "wave", "n").rows() == [("network", 2024, 1), ("oulu", 2024, 1)]
    counted = event_counts(events, regions=REGIONS, waves=[2024])
    assert set(counted.filter(wave=0)["cases"]) == {1}
    assert set(handovers(events, regions=REGIONS, waves=[2024])["wave"]) == {2024}
