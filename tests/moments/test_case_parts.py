"""How a log is cut, coded and counted makes no difference to what is found."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sujuva.moments import CaseSettings, case_log, casework, casework_moments, event_counts, merge
from sujuva.moments.case_steps import _way
from sujuva.tables.casework import ACTIVITIES


def events(activities, rows=3_000, families=400):
    random = np.random.default_rng(7)
    coded = ("item", "trigger", "service", "need", "target", "sector")
    words = {name: random.choice(["1", "2", "3", "third"], rows) for name in coded}
    return pl.DataFrame(
        {
            "case": np.sort(random.integers(0, families, rows)).astype(str),
            "activity": random.choice(activities, rows),
            "time": np.datetime64("2022-06-01", "us") + random.integers(0, 10**6, rows) * np.timedelta64(60, "s"),
            "sequence": np.arange(rows, dtype=np.int32),
            "region": random.choice(["oulu", "tampere", "elsewhere"], rows),
            "role": random.choice(["parent", "professional"], rows),
            "outcome": random.choice(["done", "partly"], rows),
            **words,
        }
    ).sort("case")


def made(log):
    return casework_moments(log, CaseSettings(end="*last"), regions=["oulu", "tampere"])


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (casework, "_WORKERS", 1),
        (case_log, "ROWS", 50),
    ],
)
def test_the_way_of_counting_makes_no_difference(monkeypatch, module, name, value):
    log = events(list(ACTIVITIES))
    wanted = made(log)
    assert all(frame.height > 10 for frame in wanted.values() if "n" in frame.columns)
    monkeypatch.setattr(module, name, value)
    for table, frame in made(log).items():
        assert_frame_equal(frame, wanted[table])


@pytest.mark.parametrize("rows", [100, 1_000_000])
def test_ways_with_many_kinds_of_activities_are_told_apart(monkeypatch, rows):
    """Activities beyond the 126th are written in more than one character, and so must not look like several others."""
    monkeypatch.setattr(case_log, "ROWS", rows)
    log = events([f"activity {number}" for number in range(400)], rows=1_500, families=900)
    log = log.with_columns(region=pl.lit("oulu"))
    ways = log.sort("case", "time", "sequence").group_by("case").agg("activity")["activity"]
    found = event_counts(log, regions=["oulu"]).filter(region="oulu", wave=0)
    wanted = (len(ways), log.height, log["activity"].n_unique(), len({tuple(way) for way in ways.to_list()}))
    assert found.rows() == [("oulu", 0, *wanted)]


def test_ways_that_share_characters_are_told_apart():
    codes = [[126], [126, 0], [127], [126, 1], [0, 126], [126, 126], [125, 1, 1, 1], [126 + 127], [126 + 127 * 127]]
    first = np.cumsum([0, *(len(way) for way in codes[:-1])])
    activity = np.concatenate(codes).astype(np.int32)
    case = np.repeat(np.arange(len(codes)), [len(way) for way in codes])
    log = case_log.Log(case, np.zeros(len(case)), {"activity": activity}, first, np.zeros(len(codes)))
    assert _way(log).n_unique() == len(codes)


def test_ways_of_parts_that_know_other_activities_are_the_same_ways():
    """A part numbers activities in the order in which it meets them; more than 126 of them take several characters."""
    log = events([f"activity {number}" for number in range(400)], rows=1_500, families=900)
    log = log.with_columns(region=pl.lit("oulu"))
    twice = pl.concat([log, log.reverse().with_columns(case=pl.col("case") + "'")])  # every way is there twice
    settings = CaseSettings(start="*first", end="*last", observed_until=date(2030, 1, 1))
    parts = [
        casework_moments.part(twice.filter(kept), settings, regions=["oulu"])
        for kept in (pl.col("case").str.ends_with("'"), ~pl.col("case").str.ends_with("'"))
    ]
    made = casework_moments.finish(merge(parts))["events"].filter(region="oulu", wave=0)
    ways = log.sort("case", "time", "sequence").group_by("case").agg("activity")["activity"]
    assert made["variants"].item() == len({tuple(way) for way in ways.to_list()})
    assert made["activities"].item() == log["activity"].n_unique()


def test_two_services_that_no_family_shares_are_a_pair_of_nobody():
    rows = [("a", "clinic"), ("a", "school"), ("b", "clinic"), ("c", "youth")]
    log = pl.DataFrame(rows, schema=["case", "service"], orient="row").with_columns(
        activity=pl.lit("service_start"), region=pl.lit("oulu"), sequence=pl.int_range(pl.len(), dtype=pl.Int32),
        time=pl.lit("2022-05-01").str.to_datetime(time_unit="us"),
    )  # fmt: skip
    made = casework_moments(log, CaseSettings(start="*first", end="*last"), regions=["oulu"])["service_pairs"]
    own = [("clinic", "clinic", 2, 2), ("school", "school", 1, 1), ("youth", "youth", 1, 1)]
    wanted = sorted([*own, ("clinic", "school", 1, 2), ("clinic", "youth", 0, 3), ("school", "youth", 0, 2)])
    for region in ("oulu", "network"):
        assert made.filter(region=region).select("one", "other", "both", "either").rows() == wanted
