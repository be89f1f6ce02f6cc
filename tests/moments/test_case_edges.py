"""What the moments of casework do at the edges: odd logs, odd settings, and the changes of the clock."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.errors import ContractError, ParameterError
from sujuva.moments import (
    CASE_KEYS,
    CaseSettings,
    case_durations,
    case_tallies,
    casework_moments,
    durations,
    handovers,
)
from sujuva.tables import CaseEvents

REGIONS = ["oulu", "tampere"]
TYPES = {name: kind.dtype for name, kind in CaseEvents.columns().items()}


def log(*rows):
    """Case, activity, time and other columns of each event, in file order; region oulu."""
    full = [
        dict.fromkeys(TYPES)
        | {
            "case": case,
            "sequence": place,
            "activity": activity,
            "time": datetime.fromisoformat(time),
            "region": "oulu",
        }
        | other
        for place, (case, activity, time, other) in enumerate(((*row, {})[:4] for row in rows), start=1)
    ]
    return pl.DataFrame(full, schema=TYPES, orient="row")


def tallies(events, measure, **choice):
    made = casework_moments(events, CaseSettings(**choice), regions=REGIONS)["case_tallies"]
    made = made.filter(measure=measure, region="oulu", group="all")
    return made.select("total", "size", "families").rows()


def test_an_empty_log_makes_empty_tables_of_the_same_types():
    full = casework_moments(log(("a", "contact", "2022-05-02 10:00")), CaseSettings(end="*last"), regions=REGIONS)
    made = casework_moments(log(), CaseSettings(), regions=REGIONS)
    assert set(made) == set(CASE_KEYS)
    for name, frame in made.items():
        assert frame.is_empty()
        assert frame.schema == full[name].schema, name


def test_columns_that_a_log_does_not_have_are_as_if_null():
    events = log(
        ("a", "contact", "2022-05-02 10:00"),
        ("a", "meeting", "2022-05-04 10:00"),
        ("a", "referral", "2022-05-05 10:00"),
    )
    bare = events.select("case", "sequence", "activity", "time", "region")
    one, other = (casework_moments(frame, CaseSettings(), regions=REGIONS) for frame in (events, bare))
    for name, frame in one.items():
        assert_frame_equal(frame, other[name])
    assert set(one["case_tallies"]["measure"]) == {"reserved_day", "joint_start", "referral_chain"}, (
        "nothing is told of what the log does not have"
    )


def test_a_scan_and_any_order_of_rows_make_the_same(tmp_path):
    events = log(
        ("b", "contact", "2022-05-02 10:00"), ("a", "meeting", "2022-05-04 10:00"),
        ("a", "contact", "2022-05-01 10:00"), ("b", "meeting", "2022-05-07 10:00"),
    )  # fmt: skip
    events.sort("case", "sequence").write_parquet(tmp_path / "log.parquet")
    wanted = casework_moments(events, CaseSettings(), regions=REGIONS)
    made = casework_moments(pl.scan_parquet(tmp_path / "log.parquet"), CaseSettings(), regions=REGIONS)
    for name, frame in made.items():
        assert_frame_equal(frame, wanted[name])
    assert wanted["durations"].filter(region="oulu")["days"].to_list() == [3, 5]


@pytest.mark.parametrize(
    ("called", "same_day", "due"),
    [
        ("2022-05-02", False, "2022-05-03"),  # Monday: the next day
        ("2022-05-03", False, "2022-05-10"),  # Tuesday: a week later
        ("2022-05-03", True, "2022-05-03"),  # or the day itself
        ("2022-05-04", False, "2022-05-10"),
        ("2022-05-05", False, "2022-05-10"),
        ("2022-05-06", False, "2022-05-10"),  # Friday: four days
    ],
)
def test_the_reserved_tuesday(called, same_day, due):
    for late, met in ((0, 1), (1, 0)):
        day = date.fromisoformat(due) + timedelta(days=late)
        process = [("a", "contact", f"{called} 09:00"), ("a", "meeting", f"{day} 10:00")]
        later = ("z", "closure", "2022-05-30 10:00")  # of another family: the log goes on
        assert tallies(log(*process, later), "reserved_day", reserved_same_day=same_day) == [(met, 1, 1)]
        if met:  # had the log ended here, only families that met would be known of
            assert tallies(log(*process), "reserved_day", reserved_same_day=same_day) == []


def test_who_has_not_waited_past_the_reserved_day_is_not_counted():
    call, other = ("a", "contact", "2022-05-02 09:00"), ("z", "meeting", "2022-05-03 20:00")
    assert tallies(log(call, other), "reserved_day") == [], "the log ends on that day"
    assert tallies(log(call, (*other[:2], "2022-05-04 00:00")), "reserved_day") == [(0, 1, 1)]
    closed = ("a", "closure", "2022-05-03 12:00")
    assert tallies(log(call, closed, (*other[:2], "2022-05-09 00:00")), "reserved_day") == []


def test_events_after_the_observation_are_not_used():
    events = log(
        ("a", "contact", "2022-05-02 09:00"), ("a", "meeting", "2022-05-10 10:00"),
        ("b", "contact", "2022-05-02 09:00"), ("b", "meeting", "2022-05-05 23:59"),
    )  # fmt: skip
    made = casework_moments(events, CaseSettings(observed_until=date(2022, 5, 5)), regions=REGIONS)
    rows = made["durations"].filter(region="oulu", group="all").select("measure", "days", "n").rows()
    assert rows == [("open", 3, 1), ("start_to_end", 3, 1)]
    assert made["events"].filter(region="oulu", wave=0)["events"].item() == 3


def test_a_region_is_observed_until_its_own_last_event_whoever_joins_the_log():
    """Nothing of a region changes when another joins the file; a named last day is the same for all."""
    mine = log(("a", "contact", "2022-05-02 09:00"), ("b", "contact", "2022-05-02 09:00"),
               ("b", "meeting", "2022-05-05 09:00"))  # fmt: skip
    other = log(("c", "contact", "2022-05-02 09:00"), ("c", "closure", "2022-07-01 09:00"))
    both = pl.concat([mine, other.with_columns(region=pl.lit("tampere"))])

    def open_days(events, **settings):
        made = casework_moments(events, CaseSettings(**settings), regions=["oulu", "tampere"])["durations"]
        return made.filter(region="oulu", group="all", measure="open").select("days", "n").rows()

    assert open_days(mine) == open_days(both) == [(3, 1)]
    assert open_days(mine, observed_until=date(2022, 5, 31)) == open_days(both, observed_until=date(2022, 5, 31))
    assert open_days(both, observed_until=date(2022, 5, 31)) == [(29, 1)]


def test_young_meetings_are_left_out_even_when_followed_up():
    events = log(
        ("a", "contact", "2022-05-01 10:00"), ("a", "meeting", "2022-05-02 10:00"),
        ("a", "meeting", "2022-05-20 10:00"), ("a", "follow_up", "2022-05-21 10:00"),
    )  # fmt: skip
    assert tallies(events, "follow_up", follow_up_days=10) == [(0, 1, 1)]
    assert tallies(events, "follow_up", follow_up_days=1) == [(1, 2, 1)]


def test_items_tie_events_whatever_their_order():
    events = log(
        ("a", "contact", "2022-05-01 10:00"),
        ("a", "action_agreed", "2022-05-02 10:00", {"item": "1"}),
        ("a", "action_agreed", "2022-05-02 10:00", {"item": "2"}),
        ("a", "action_outcome", "2022-05-03 10:00", {"item": "2", "outcome": "partly"}),
        ("a", "action_outcome", "2022-05-04 10:00", {"item": "2", "outcome": "done"}),  # the last one holds
        ("a", "meeting", "2022-05-05 10:00"),
    )
    assert tallies(events, "action_done", follow_up_days=3) == [(1, 1, 1)]
    assert tallies(events, "action_done_half", follow_up_days=3) == [(2, 2, 1)]
    assert tallies(events, "action_unknown", follow_up_days=3) == [(1, 2, 1)]
    for name in ("action_done", "action_unknown"):  # the last event is three days after they were agreed
        assert tallies(events, name, follow_up_days=4) == []


def test_outcomes_without_an_item_belong_to_actions_in_turn():
    """The second of b is known of no action, the first of c came before its action, and d has more than actions."""
    agreed, came = "action_agreed", "action_outcome"
    events = log(
        *((case, "contact", "2022-05-01 10:00") for case in "abcd"),
        ("a", agreed, "2022-05-02 10:00"), ("a", agreed, "2022-05-04 10:00"),
        ("a", came, "2022-05-05 10:00", {"outcome": "done"}), ("a", came, "2022-05-06 10:00", {"outcome": "not_done"}),
        ("b", agreed, "2022-05-02 10:00"), ("b", agreed, "2022-05-03 10:00"),
        ("b", came, "2022-05-03 10:00", {"outcome": "done"}),
        ("c", came, "2022-05-02 10:00", {"outcome": "done"}), ("c", agreed, "2022-05-03 10:00"),
        ("d", agreed, "2022-05-02 10:00"), ("d", came, "2022-05-02 10:00", {"outcome": "not_done"}),
        ("d", came, "2022-05-05 10:00", {"outcome": "done"}),
        ("d", "meeting", "2022-06-30 10:00"),
    )  # fmt: skip
    rows = sorted(tallies(events, "action_done", follow_up_days=3))
    assert rows == [(0, 1, 1), (1, 1, 1), (1, 2, 1)], "d; b; a, and c is not known of"
    assert sorted(tallies(events, "action_unknown", follow_up_days=3)) == [(0, 1, 1), (0, 2, 1), (1, 1, 1), (1, 2, 1)]


@pytest.mark.parametrize("turned", [False, True])
def test_of_events_at_one_time_the_sequence_says_which_is_the_last(turned):
    outcomes = [
        ("a", "action_outcome", "2022-05-03 10:00", {"item": "1", "outcome": one}) for one in ("partly", "done")
    ]
    events = log(
        ("a", "contact", "2022-05-01 10:00"), ("a", "action_agreed", "2022-05-02 10:00", {"item": "1"}), *outcomes,
        ("a", "meeting", "2022-06-05 10:00"),
        ("b", "contact", "2022-05-01 10:00"),
    )  # fmt: skip
    if turned:  # the two lie in the file in the other order, and nothing else is out of its place
        events = events[[0, 1, 3, 2, 4, 5]]
    assert tallies(events, "action_done", follow_up_days=3) == [(1, 1, 1)]
    assert tallies(events, "action_done_half", follow_up_days=3) == [(2, 2, 1)]


def test_chains_returns_and_lost_referrals():
    events = log(
        ("a", "contact", "2022-05-01 10:00"), ("a", "meeting", "2022-05-01 10:00"),
        ("a", "referral", "2022-05-02 10:00", {"sector": "health", "target": "social"}),
        ("a", "referral", "2022-05-03 10:00", {"sector": "school", "target": "third"}),
        ("a", "referral", "2022-05-04 10:00", {"sector": "social", "target": "health"}),
        ("a", "referral_accepted", "2022-05-20 10:00", {"sector": "health"}),
        ("z", "meeting", "2022-07-01 10:00"),
    )  # fmt: skip
    assert tallies(events, "referral_chain") == [(2, 1, 1)]
    assert tallies(events, "ping_pong") == [(1, 3, 1)]
    assert tallies(events, "referral_lost") == [(2, 3, 1)]
    assert tallies(events, "referral_lost", accept_days=15) == [(3, 3, 1)]


def test_an_acceptance_on_the_last_day_allowed_is_in_time():
    events = log(
        ("a", "contact", "2022-05-01 10:00"),
        ("a", "referral", "2022-05-02 10:00", {"sector": "health", "target": "social"}),
        ("a", "referral_accepted", "2022-05-20 12:00", {"sector": "social"}),  # 18 days later
        ("a", "meeting", "2022-05-21 10:00"),  # the log ends after 19
    )
    assert tallies(events, "referral_lost", accept_days=18) == [(0, 1, 1)]
    assert tallies(events, "referral_lost", accept_days=17) == [(1, 1, 1)]
    assert tallies(events, "referral_lost", accept_days=19) == [(0, 1, 1)]
    assert tallies(events, "referral_lost", accept_days=20) == [], "nobody has waited so long"


@pytest.mark.parametrize(("start", "doubled"), [("2022-05-10 10:00", 0), ("2022-05-10 09:59", 1)])
def test_a_service_that_ends_when_another_starts_does_not_overlap_it(start, doubled):
    events = log(
        ("a", "contact", "2022-05-01 10:00"), ("a", "meeting", "2022-05-01 11:00"),
        ("a", "service_start", "2022-05-02 10:00", {"service": "x", "need": "sleep"}),
        ("a", "service_start", start, {"service": "y", "need": "sleep"}),
        ("a", "service_end", "2022-05-10 10:00", {"service": "x"}),
        ("a", "service_end", "2022-05-30 10:00", {"service": "y"}),
    )  # fmt: skip
    assert tallies(events, "overlap") == [(doubled, 1, 1)]


@pytest.mark.parametrize(("sectors", "many"), [("health school", 0), ("health school social", 1)])
def test_three_sectors_at_one_table_are_many(sectors, many):
    came = [("a", "attendance", "2022-05-02 10:00", {"sector": one}) for one in sectors.split()]
    events = log(("a", "contact", "2022-05-01 10:00"), ("a", "meeting", "2022-05-02 10:00"), *came)
    assert tallies(events, "sectors_3") == [(many, 1, 1)]
    assert tallies(events, "sectors") == [(len(came), 1, 1)]


@pytest.mark.parametrize(("time", "given"), [("2022-05-03 10:00", 1), ("2022-05-03 10:01", 0)])
def test_consent_at_the_time_of_the_first_step_comes_before_it(time, given):
    rows = [
        ("a", "contact", "2022-05-01 10:00"), ("a", "referral", "2022-05-03 10:00"), ("a", "consent", time),
        ("a", "meeting", "2022-05-04 10:00"),
    ]  # fmt: skip
    assert tallies(log(*rows), "consent") == [(given, 1, 1)]


def test_very_many_events_of_one_family_stay_exact():
    random = np.random.default_rng(3)
    many = 2_000
    rows = [("a", "attendance", "2022-05-01 10:00", {"sector": f"s{random.integers(0, 999)}"}) for _ in range(many)]
    events = log(("a", "contact", "2022-05-01 10:00"), ("a", "meeting", "2022-05-01 10:00"), *rows)
    sizes = np.unique([row[3]["sector"] for row in rows], return_counts=True)[1].tolist()
    inner = many**2 - sum(size * size for size in sizes)
    assert tallies(events, "blau") == [((2 * 10**6 * inner + many**2) // (2 * many**2), 1, 1)]


def test_unknown_settings_name_what_is_allowed():
    with pytest.raises(ParameterError, match=r"reserved_weekday.*'tuesdy'"):
        CaseSettings(reserved_weekday="tuesdy")
    with pytest.raises(ParameterError, match=r"accept_days is negative"):
        CaseSettings(accept_days=-1)
    events = log(("a", "contact", "2022-05-02 10:00"), ("a", "meeting", "2022-05-04 10:00"))
    with pytest.raises(ParameterError, match=r"holidays: 'XX'"):
        casework_moments(events, CaseSettings(holidays="XX"), regions=REGIONS)
    with pytest.raises(ParameterError, match=r"case_start.*'referral'"):
        casework_moments(events, CaseSettings(start="referral"), regions=REGIONS)


MINUTES = st.integers(0, 2 * 24 * 60)


@settings(max_examples=60)
@given(st.sampled_from(["2023-03-25", "2023-10-28"]), st.lists(MINUTES, min_size=2, max_size=20))
def test_no_wait_is_negative_around_the_changes_of_the_clock(day, minutes):
    times = [datetime.fromisoformat(day) + timedelta(minutes=one) for one in sorted(minutes)]
    rows = [
        (f"{number}", activity, str(time))
        for number, both in enumerate(pairwise(times))
        for activity, time in zip(("contact", "meeting"), both, strict=True)
    ]
    made = durations(log(*rows), start="contact", end="meeting", regions=REGIONS, timezone="Europe/Helsinki")
    assert made["seconds"].min() >= 0
    assert made["days"].min() >= 0
    apart = {int((after - before).total_seconds()) for before, after in pairwise(times)}
    shift = {0, 3600, -3600}
    assert all(any(seconds in {max(one + hour, 0) for one in apart} for hour in shift) for seconds in made["seconds"])


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, 4 * 366 * 24 * 60), min_size=1, max_size=30), st.sampled_from(["Europe/Helsinki", "UTC"])
)
def test_instants_are_those_of_the_zone(minutes, zone):
    local = np.array(minutes, dtype=np.int64) * 60_000_000 + np.datetime64("2021-01-01", "us").astype(np.int64)
    wanted = pl.DataFrame({"local": pl.Series(local).cast(pl.Datetime("us"))}).select(
        case_durations._instant(pl.col("local"), zone).dt.epoch("us")
    )
    assert case_durations.instants(local, zone).tolist() == wanted["local"].to_list()


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 10**6)), max_size=30),
    st.sampled_from([1, 10**9, 4 * 10**11]),  # beyond 2^63 cells another way is taken
)
def test_rows_are_counted_in_order(rows, wide):
    columns = [np.array(values, dtype=np.int64) for values in zip(*rows, strict=True)] or [np.zeros(0, np.int64)] * 2
    distinct, n = case_tallies.count_rows([*columns, columns[1] * wide])
    made = list(zip(*(values.tolist() for values in distinct), n.tolist(), strict=True))
    wanted = [(*row, row[1] * wide) for row in rows]
    assert made == [(*row, wanted.count(row)) for row in sorted(set(wanted))]


def test_sepsis_throughput_times_are_those_of_pm4py(shared_data):
    pm4py = pytest.importorskip("pm4py")
    raw = pl.read_csv(shared_data / "drop" / "sepsis_events.csv")
    events = raw.select(
        case=pl.col("case_id").fill_null("NA"),
        sequence=pl.int_range(1, pl.len() + 1).cast(pl.Int32),
        activity="activity",
        time=pl.col("timestamp").str.to_datetime(time_unit="us"),
        sector="resource",
        region=pl.lit("oulu"),
    )
    names = {"case": "case:concept:name", "activity": "concept:name", "time": "time:timestamp"}
    theirs = pm4py.get_all_case_durations(events.sort("case", "time").select(*names).rename(names).to_pandas())
    made = durations(events, start="*first", end="*last", regions=REGIONS).filter(region="oulu", group="all")
    assert sorted(np.repeat(made["seconds"], made["n"]).tolist()) == sorted(theirs)
    assert handovers(events, regions=REGIONS).filter(region="oulu")["n"].sum() == events.height - len(theirs)


PROGRAM = """
import sys
import numpy as np, polars as pl
from pathlib import Path
from sujuva.io import write_table
from sujuva.moments import CASE_KEYS, CaseSettings, case_log, casework_moments
from sujuva.tables.casework import ACTIVITIES
case_log.ROWS = 3_000
random, rows = np.random.default_rng(7), 20_000
words = {name: random.choice(["1", "2", "3"], rows) for name in ("item", "trigger", "service", "need", "target")}
events = pl.DataFrame({
    "case": np.sort(random.integers(0, 2_000, rows)).astype(str), "activity": random.choice(ACTIVITIES, rows),
    "time": np.datetime64("2022-01-01", "us") + random.integers(0, 10**6, rows) * np.timedelta64(60, "s"),
    "sequence": np.arange(rows, dtype=np.int32), "region": random.choice(["oulu", "tampere"], rows),
    "sector": random.choice(["1", "2", "3"], rows), **words,
})
for name, frame in casework_moments(events, CaseSettings(), regions=["oulu", "tampere"]).items():
    write_table(frame, Path(sys.argv[1]) / f"{name}.parquet", key=CASE_KEYS[name])
"""


@pytest.mark.slow
def test_one_thread_makes_the_same_bytes(tmp_path):
    made = []
    for threads in ("1", "4"):
        folder = tmp_path / threads
        folder.mkdir()
        environment = os.environ | {"POLARS_MAX_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], check=True, env=environment)
        made.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())})
    assert len(made[0]) == len(CASE_KEYS)
    assert made[0] == made[1]


def test_more_kinds_of_triggers_than_fit_are_refused(monkeypatch):
    monkeypatch.setattr(case_tallies, "_MOST", 2)
    rows = [
        (f"f{number}", 1, "contact", datetime.fromisoformat("2022-05-01"), "oulu", f"t{number}") for number in range(4)
    ]
    names = ["case", "sequence", "activity", "time", "region", "trigger"]
    frame = pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"time": pl.Datetime("us")})
    with pytest.raises(ContractError, match="more than 2 different words in the column 'trigger'"):
        casework_moments(frame, CaseSettings(end="*last"), regions=["oulu"])
