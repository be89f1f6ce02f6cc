"""What became of a first contact, one event to either side."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.moments import CaseSettings, casework_moments
from tests.moments.test_case_edges import log, tallies

FIRST = ("a", "contact", "2022-05-02 10:00", {"service": "one_number"})
MET = ("a", "meeting", "2022-05-05 10:00")
OTHERS = (("z", "meeting", "2022-05-20 10:00"), ("z", "referral", "2022-05-21 10:00"))
"""Of a family without a contact, which is not counted here."""


@pytest.mark.parametrize(
    ("more", "stopped"),
    [
        ([], 1),
        ([("a", "contact", "2022-05-04 10:00", {"service": "school"})], 0),
        ([("a", "contact", "2022-05-02 10:00")], 0),  # at the same time, but another
        ([("a", "contact", "2022-05-06 10:00")], 1),  # after the meeting
        ([("b", "contact", "2022-05-04 10:00")], 1),  # of another family, which named no service
    ],
)
def test_one_stop_is_the_one_number_and_no_other_contact_until_the_meeting(more, stopped):
    assert tallies(log(FIRST, *more, MET), "one_stop") == [(stopped, 1, 1)]


def test_without_a_meeting_or_with_another_service_it_is_no_stop_and_without_a_service_nobody_knows():
    other = ("a", "contact", "2022-05-02 10:00", {"service": "school"})
    assert tallies(log(FIRST, *OTHERS), "one_stop") == [(0, 1, 1)]
    assert tallies(log(other, MET, ("b", *FIRST[1:])), "one_stop") == [(0, 1, 2)]  # neither has
    assert tallies(log(FIRST[:3], MET, ("b", *FIRST[1:])), "one_stop") == [(0, 1, 1)]  # b alone


def test_services_until_the_meeting_are_counted_once_each():
    def call(day, service):
        return ("a", "contact", f"2022-05-0{day} 10:00", {"service": service} if service else {})

    later = call(7, "clinic")
    assert tallies(log(FIRST, call(3, "school"), call(4, "school"), MET, later), "contacts_before") == [(2, 1, 1)]
    assert tallies(log(FIRST, MET, later), "contacts_before") == [(1, 1, 1)]
    assert tallies(log(call(2, None), call(3, "school"), MET), "contacts_before") == [(1, 1, 1)]


@pytest.mark.parametrize(
    ("met", "sent", "found"),
    [
        (3, 4, [(1, 1, 1)]),
        (4, 3, [(0, 1, 1)]),
        (3, None, [(1, 1, 1)]),
        (None, 3, [(0, 1, 1)]),
        (None, None, []),
        (1, 3, [(0, 1, 1)]),  # a meeting before the contact is another matter
    ],
)
def test_a_meeting_came_before_any_referral(met, sent, found):
    rows = [("a", name, f"2022-05-0{day} 10:00") for name, day in (("meeting", met), ("referral", sent)) if day]
    assert tallies(log(FIRST, *rows, *OTHERS), "joint_start") == found


def test_sectors_that_make_contacts_and_the_trigger_of_the_first_one():
    def call(day, **other):
        return ("a", "contact", f"2022-05-0{day} 10:00", other)

    events = log(call(2, sector="health", trigger="mood"), call(3, sector="health", trigger="school"),
                 call(4, sector="social"), call(5), *OTHERS)  # fmt: skip
    made = casework_moments(events, CaseSettings(), regions=["oulu"])["case_tallies"]
    made = made.filter(pl.col("measure").is_in(["caller", "trigger"]), region="oulu", group="all")
    assert made.select("measure", "category", "total", "size", "families").rows() == [
        ("caller", "health", 2, 3, 1), ("caller", "social", 1, 3, 1), ("trigger", "mood", 1, 1, 1),
    ]  # fmt: skip
