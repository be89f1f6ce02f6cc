"""What is built into the families' ways can be found: by design, in the raw file, and by the workbench itself."""

from __future__ import annotations

from datetime import date
from math import sqrt

import numpy as np
import polars as pl
import pytest

from sujuva.codebooks import load_regions
from sujuva.example.case_design import (
    ACTIVITIES,
    EARLIEST,
    LATEST,
    contact_days,
    first_reserved,
    meeting_day,
    reserved_share,
    sectors_mean,
)
from sujuva.moments import CaseSettings, casework_moments

EARLY = ("oulu", "keski-pohjanmaa")
OTHERS = ("tampere", "pohjois-karjala")
SHARES = ("consent", "one_stop", "reserved_day", "follow_up", "action_done", "referral_lost", "parent", "child")
SHARES += ("third_sector", "early")


@pytest.fixture(scope="module")
def events(cleaned) -> pl.DataFrame:
    return cleaned.tables["case_events"]


@pytest.fixture(scope="module")
def told(delivery) -> pl.DataFrame:
    return pl.DataFrame(delivery.truth["case_measures"]["measures"], infer_schema_length=None)


def test_the_workbench_counts_what_the_truth_says(delivery, events, told):
    """Both count by themselves: the truth from the events as they were drawn, the workbench from the clean table."""
    truth = delivery.truth["case_measures"]
    names = ("follow_up_days", "accept_days", "reserved_weekday", "reserved_same_day", "one_number")
    settings = CaseSettings(
        observed_until=date.fromisoformat(truth["observed_until"]), **{name: truth[name] for name in names}
    )
    regions, waves = delivery.arguments["regions"], delivery.arguments["waves"]
    tallies = casework_moments(events, settings, regions=regions, waves=waves)["case_tallies"].filter(group="all")
    families = pl.col("families")
    found = tallies.group_by("region", "wave", "measure").agg(
        total=(pl.col("total") * families).sum(), size=(pl.col("size") * families).sum()
    )
    factor = pl.when(pl.col("measure") == "action_done_half").then(2).otherwise(1)  # counted in halves
    wanted = told.select(
        "region",
        pl.col("wave").cast(pl.Int32),
        "measure",
        *((pl.col(one) * factor).cast(pl.Int64) for one in ("total", "size")),
    )
    assert wanted.height == 13 * 12
    assert wanted.join(found, on=wanted.columns, how="anti", nulls_equal=True).rows() == []


def test_shares_come_out_as_designed(told):
    for name in SHARES:
        mine = told.filter(pl.col("measure") == name)
        distances = [
            (one["total"] / one["size"] - one["design"]) / sqrt(one["design"] * (1 - one["design"]) / one["size"])
            for one in mine.to_dicts()
        ]
        assert max(map(abs, distances)) < 4, name
        assert np.sqrt(np.mean(np.square(distances))) < 1.8, name


def test_sectors_at_the_table_come_out_as_designed(told):
    mine = told.filter(pl.col("measure") == "sectors").with_columns(mean=pl.col("total") / pl.col("size"))
    assert mine.select(((pl.col("mean") - pl.col("design")).abs() / (1.2 / pl.col("size").sqrt())).max()).item() < 4


@pytest.mark.parametrize("name", SHARES)
def test_only_the_regions_that_improve_from_the_start_change_by_design(told, name):
    design = {(one["region"], one["wave"]): one["design"] for one in told.filter(measure=name).to_dicts()}
    sign = -1 if name == "referral_lost" else 1
    for region in EARLY:
        assert sign * (design[region, 2024] - design[region, 2022]) > 0.05
    for region in OTHERS:
        assert abs(design[region, 2024] - design[region, 2022]) < 0.005  # the weekdays of the years differ a little


@pytest.mark.parametrize("name", ["one_stop", "reserved_day", "follow_up", "action_done", "referral_lost", "sectors"])
def test_the_change_can_be_seen(told, name):
    def share(regions, wave):
        mine = told.filter(pl.col("measure") == name, pl.col("region").is_in(regions), pl.col("wave") == wave)
        return mine["total"].sum() / mine["size"].sum()

    sign = -1 if name == "referral_lost" else 1
    change = {one: sign * (share(one, 2024) - share(one, 2022)) for one in (EARLY, OTHERS)}
    assert change[EARLY] > 0.12
    assert change[EARLY] > change[OTHERS] + 0.1


def test_medians_of_the_delay_stay_near_the_design(delivery):
    for one in delivery.truth["casework"]:
        se = 1.2533 * 0.55 * one["median_design"] / sqrt(one["met"])
        # Moving a meeting to the nearest reserved day shifts it by up to three days, in both directions.
        assert abs(one["median_days"] - one["median_design"]) < 3 * se + 1, one


def test_most_meetings_are_on_the_reserved_day(events):
    days = events.filter(pl.col("activity") == "meeting")["time"].dt.weekday()
    assert 0.8 < (days == 2).mean() < 0.95
    assert days.max() <= 5


def test_all_that_happens_to_families_is_there(events):
    counts = dict(events.group_by("activity").len().iter_rows())
    assert set(counts) == set(ACTIVITIES)
    assert 12_000 < events.height < 25_000
    met = events.filter(pl.col("activity") == "meeting")["case"].unique()
    closed = events.filter(pl.col("activity") == "closure")
    never = closed.filter(~pl.col("case").is_in(met.implode()))
    assert never.height > 5  # closed without any meeting
    referrals = events.filter(pl.col("activity") == "referral").group_by("case").len()
    assert referrals.filter(pl.col("len") > 2).height > 20
    assert (
        (events.filter(pl.col("activity") == "referral").select(pl.col("sector") != pl.col("target"))).to_series().all()
    )


def test_items_tie_what_belongs_together(events):
    for later, earlier, share in (
        ("attendance", "meeting", 1.0),
        ("follow_up", "meeting", 1.0),
        ("action_outcome", "action_agreed", 0.97),  # some of what it is tied to was set aside
        ("referral_accepted", "referral", 0.97),
        ("service_end", "service_start", 0.95),
    ):
        mine, own = (events.filter(pl.col("activity") == one) for one in (later, earlier))
        tied = mine.join(own.select("case", "item", first="time"), on=["case", "item"])
        assert tied.height >= share * mine.height
        assert (tied["time"] >= tied["first"]).all()


def test_families_live_in_the_municipalities_of_their_region(events):
    homes = events.drop_nulls("municipality").select("region", "municipality").unique()
    known = load_regions()
    assert all(code in known[region].municipalities for region, code in homes.iter_rows())
    assert homes.filter(region="pohjois-karjala").height >= 8
    firsts = events.filter(pl.col("activity") == "contact").unique("case", keep="first", maintain_order=True)
    assert firsts["municipality"].null_count() == firsts["trigger"].null_count() == firsts["service"].null_count() == 0
    by_town = firsts.filter(region="pohjois-karjala").group_by("municipality").len().sort("len")
    assert by_town["municipality"][-1] == "167"  # the centre


@pytest.mark.parametrize(
    ("contact", "days"),
    [("2024-01-08", 1), ("2024-01-09", 7), ("2024-01-10", 6), ("2024-01-11", 5), ("2024-01-12", 4)],
)
def test_the_first_reserved_day_by_weekday(contact, days):
    day = np.array([np.datetime64(contact, "D").astype(int)])
    assert (first_reserved(day) - day).tolist() == [days]


def test_a_meeting_is_after_its_contact_and_on_a_working_day():
    contact = contact_days(2024, np.arange(EARLIEST, LATEST))[:, None]
    for reserved in (True, False):
        days = meeting_day(contact, np.arange(1, 60)[None, :], np.array(reserved))
        assert (days > contact).all()
        assert ((days + 3) % 7 < 5).all()
        assert np.abs(days - contact - np.arange(1, 60)).max() <= (7 if reserved else 2)


def test_the_reserved_share_is_what_a_simulation_finds():
    rng = np.random.Generator(np.random.PCG64(1))
    n = 60_000
    contact = contact_days(2023, rng.integers(EARLIEST, LATEST, n))
    delay = np.maximum(np.round(9 * np.exp(0.55 * rng.standard_normal(n))), 1).astype(int)
    meeting = meeting_day(contact, delay, rng.random(n) < 0.85)
    met = rng.random(n) < 0.92
    assert reserved_share(9.0, 2023) == pytest.approx(((meeting <= first_reserved(contact)) & met).mean(), abs=0.008)


def test_the_mean_of_sectors_without_guests():
    assert sectors_mean(0.0, 0.25) == 1.25
