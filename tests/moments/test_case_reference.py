"""Every table of the moments of casework agrees with plain Python on logs made at random."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.moments import CASE_KEYS, CaseSettings, case_log, casework_moments
from sujuva.tables import CaseEvents
from sujuva.tables.casework import ACTION_OUTCOMES, ACTIVITIES, ROLES, SUPPORTS
from tests.moments.case_reference import reference

REGIONS = ["oulu", "tampere"]
SECTORS = st.sampled_from([None, "third", "health", "social", "school"])
ITEMS = st.sampled_from([None, None, "1", "2", "3"])
SERVICES = st.sampled_from([None, "one_number", "clinic", "school"])
OF = {
    "contact": {
        "trigger": st.sampled_from([None, "mood", "absence"]),
        "service": SERVICES,
        "municipality": st.sampled_from([None, "564", "837"]),
    },
    "meeting": {"item": ITEMS},
    "attendance": {"item": ITEMS, "role": st.sampled_from([None, *ROLES])},
    "follow_up": {"item": ITEMS},
    "action_agreed": {"item": ITEMS},
    "action_outcome": {"item": ITEMS, "outcome": st.sampled_from([None, *ACTION_OUTCOMES])},
    "referral": {"item": ITEMS, "target": SECTORS},
    "referral_accepted": {"item": ITEMS},
    "service_start": {
        "item": ITEMS,
        "service": SERVICES,
        "need": st.sampled_from([None, "rest", "money"]),
        "support": st.sampled_from([None, *SUPPORTS]),
    },
    "service_end": {"item": ITEMS, "service": SERVICES},
}
# Few different times, so that events fall on the same moment; among them both changes of the clock.
DAYS = [*(f"2022-12-{day}" for day in range(26, 32)), *(f"2023-01-0{day}" for day in range(1, 5))]
DAYS += ["2023-03-25", "2023-03-26", "2023-10-28", "2023-10-29", "2023-06-22", "2023-06-23", "2023-06-26"]
HOURS = ["00:00", "02:50", "03:00", "03:20", "03:45", "04:00", "04:10", "12:00"]
TIMES = st.sampled_from([datetime.fromisoformat(f"{day} {hour}") for day in DAYS for hour in HOURS])
# Activities that belong together, so that their events meet.
KINDS = st.sampled_from(
    [
        ["contact", "meeting", "consent", "closure"],
        ["contact", "meeting", "follow_up"],
        ["meeting", "attendance", "attendance", "attendance", "attendance"],
        ["action_agreed", "action_outcome"],
        ["referral", "referral", "referral_accepted"],
        ["service_start", "service_start", "service_end"],
        ["referral", "meeting", "invitation", "something"],
        [*ACTIVITIES],
    ]
)


@st.composite
def logs(draw):
    """Rows of the table of events, in no order."""
    kinds = st.sampled_from(["contact", *draw(KINDS)])
    rows, sequence = [], Counter()
    for _ in range(draw(st.integers(0, 28))):
        case, activity = draw(st.sampled_from("abc")), draw(kinds)
        sequence[case] += 1
        row = dict.fromkeys(CaseEvents.column_names()) | {
            "case": case,
            "sequence": sequence[case],
            "activity": activity,
            "time": draw(TIMES),
            "sector": draw(SECTORS),
            "region": draw(st.sampled_from([*REGIONS, "tampere", "elsewhere"])),
        }
        rows.append(row | {name: draw(values) for name, values in OF.get(activity, {}).items()})
    return draw(st.permutations(rows))


SETTINGS = st.builds(
    CaseSettings,
    start=st.sampled_from(["contact", "contact", "*first", "*last"]),
    end=st.sampled_from(["meeting", "*first", "*last", "*last"]),
    reserved_weekday=st.sampled_from(["tuesday", "sunday"]),
    reserved_same_day=st.booleans(),
    follow_up_days=st.sampled_from([0, 3, 120]),
    accept_days=st.sampled_from([0, 2, 30]),
    observed_until=st.sampled_from([None, None, date(2022, 12, 30), date(2023, 6, 1), date(2024, 2, 1)]),
    delay_days=st.sampled_from([(), (1, 3)]),
)
TYPES = {name: kind.dtype for name, kind in CaseEvents.columns().items()}


def table(rows):
    return pl.DataFrame(rows, schema=TYPES, orient="row")


def found(made):
    """The rows of a table as the reference has them: its key, then its numbers (a single count as itself)."""
    tables = {}
    for name, frame in made.items():
        key = CASE_KEYS[name]
        values = [column for column in frame.columns if column not in key]
        rows = zip(frame.select(key).rows(), frame.select(values).rows(), strict=True)
        tables[name] = {where: what[0] if len(what) == 1 else what for where, what in rows}
    return tables


def asked_for(rows, choice):
    """Whether the log has the start and the end: otherwise there is an error, tested elsewhere."""
    seen = {row["activity"] for row in rows if not choice.observed_until or row["time"].date() <= choice.observed_until}
    return not seen or all(name.startswith("*") or name in seen for name in (choice.start, choice.end))


@settings(max_examples=100)
@given(logs(), SETTINGS, st.sampled_from([None, None, [2023]]), st.sampled_from([1, 7, 1_000_000]))
def test_every_table_agrees_with_plain_python(rows, choice, waves, part):
    if not asked_for(rows, choice):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_log, "ROWS", part)  # families are counted the same in one part or in many
        made = casework_moments(table(rows), choice, regions=REGIONS, waves=waves)
    wanted = reference(rows, choice, REGIONS, waves)
    for name, counts in found(made).items():
        assert counts == dict(wanted[name]), name
        ordered = made[name].sort(CASE_KEYS[name], nulls_last=True)
        assert_frame_equal(made[name], ordered)
        assert made[name].select(CASE_KEYS[name]).is_unique().all()
