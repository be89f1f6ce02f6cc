"""Curves on their way out: days that all regions share, rows of shares, which points are shown, in which steps."""

from __future__ import annotations

import sys

import polars as pl
import pytest

from sujuva.publish.survival import (
    SURVIVAL_SCHEMA,
    curve_days,
    curve_rows,
    marked_within,
    point_states,
    published_curves,
)
from sujuva.published import PRIMARY, SECONDARY, SHOWN
from sujuva.tidy import ALL, ALL_YEARS, TIDY


def delays(*rows):
    """Rows of region, days, n; of all years."""
    schema = {"region": pl.String, "wave": pl.Int32, "days": pl.Int64, "n": pl.Int64}
    return pl.DataFrame([(region, ALL_YEARS, days, n) for region, days, n in rows], schema=schema, orient="row")


@pytest.mark.parametrize(("met", "days"), [(0, [14]), (4, [14]), (5, [7, 14])])
def test_by_the_first_day_at_least_the_threshold_have_met(met, days):
    assert curve_days(delays(("oulu", 3, met), ("oulu", 10, 20)), {"oulu": 100}, [7, 14], 5) == days


@pytest.mark.parametrize(("waiting", "days"), [(0, [7]), (4, [7]), (5, [7, 14])])
def test_by_the_last_day_at_least_the_threshold_have_not_met(waiting, days):
    assert curve_days(delays(("oulu", 3, 30), ("oulu", 10, 30)), {"oulu": 60 + waiting}, [7, 14], 5) == days


@pytest.mark.parametrize(("later", "days"), [(0, [7, 14]), (4, []), (5, [7, 14])])
def test_after_the_last_day_nobody_meets_or_at_least_the_threshold(later, days):
    """Four after the last day are four after each day here, since nobody meets between the two."""
    met = delays(("oulu", 3, 30), ("oulu", 30, later))
    assert curve_days(met, {"oulu": 60}, [7, 14], 5) == days


def test_the_last_day_goes_where_too_few_meet_after_it():
    assert curve_days(delays(("oulu", 3, 30), ("oulu", 10, 6), ("oulu", 30, 4)), {"oulu": 90}, [7, 14], 5) == [7]


@pytest.mark.parametrize(("started", "days"), [(49, []), (50, [7])])
def test_regions_of_ten_times_the_threshold_decide(started, days):
    assert curve_days(delays(("oulu", 3, 20)), {"oulu": started}, [7], 5) == days


def test_every_large_region_decides_and_neither_small_ones_nor_the_network_do():
    met = delays(("a", 3, 20), ("a", 10, 20), ("b", 3, 20), ("b", 10, 3), ("c", 10, 1), ("network", 10, 1))
    started = {"a": 90, "b": 90, "c": 9, "network": 900}
    assert curve_days(met, started, [14, 7, 14], 5) == []  # after day 7 three meet in b
    assert curve_days(met, started | {"b": 9}, [14, 7, 14], 5) == [7, 14]
    assert curve_days(met.with_columns(wave=pl.lit(2024, pl.Int32)), started, [7, 14], 5) == []


def tidy(*rows):
    blank = dict.fromkeys(TIDY) | {"scale": "", "category": "", "informant": "", "region": "oulu", "wave": ALL_YEARS}
    return pl.DataFrame([blank | {"group": ALL, "note": ""} | row for row in rows], schema=TIDY, orient="row")


STARTED = {"indicator": "cases_started", "estimate": 60.0, "n": 60}
SHARE = {"indicator": "delay_share", "category": "7", "estimate": 0.5, "n": 60}


def test_shares_that_had_met_by_days_beside_those_of_the_promise():
    frame = tidy(
        STARTED, STARTED | {"wave": 2024}, STARTED | {"group": "sector:health"}, SHARE,
        STARTED | {"region": "kainuu", "estimate": 20.0}, STARTED | {"region": "lappi", "estimate": 0.0},
    )  # fmt: skip
    met = delays(("oulu", 3, 20), ("oulu", 14, 10), ("oulu", 15, 5))
    late = met.with_columns(wave=pl.lit(2024, pl.Int32))
    rows = curve_rows(frame, pl.concat([met, late]), [7, 14])
    names = ["indicator", "category", "region", "wave", "group", "n", "estimate", "heads", "other_heads"]
    assert rows.select(names).rows() == [
        ("delay_share", "14", "oulu", ALL_YEARS, ALL, 60, 0.5, 30, 30),
        ("delay_share", "14", "kainuu", ALL_YEARS, ALL, 20, 0.0, 0, 20),
    ]
    assert rows.schema == TIDY
    assert curve_rows(frame, met, [7]).is_empty()


def curve(*points, region="oulu", wave=ALL_YEARS, group=ALL):
    """Points of day, ended, censored, survival; without limits."""
    rows = [
        {"region": region, "wave": wave, "group": group, "day": day, "at_risk": 0, "ended": ended, "censored": gone,
         "survival": survival}
        for day, ended, gone, survival in points
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SURVIVAL_SCHEMA)


def marked(*rows):
    frame = tidy(*({name: value for name, value in row.items() if name in TIDY} for row in rows))
    return frame.with_columns(
        rule=pl.Series([row.get("rule", "") for row in rows], dtype=pl.String),
        suppressed=pl.Series([row.get("suppressed", SHOWN) for row in rows], dtype=pl.String),
    )


OPEN = {"indicator": "cases_open", "estimate": 20.0}
HIDDEN = {"rule": "small_share", "suppressed": PRIMARY}
TWO = curve((7, 30, 0, 0.5), (14, 40, 0, 1 / 3))
BESIDE = (STARTED, OPEN, SHARE, SHARE | {"category": "14"})


def states(survival, *rows, days=(7, 14), keep=()):
    found = point_states(survival, marked(*rows), days, threshold=5, confidence=0.95, keep=keep)
    return {row["day"]: (row["step"], row["rule"]) for row in found.iter_rows(named=True)}


def test_without_a_small_count_a_curve_is_told_in_whole_per_cents():
    assert states(TWO, *BESIDE) == {7: (0.01, ""), 14: (0.01, "")}


def test_a_point_is_shown_only_where_its_share_is():
    assert states(TWO, STARTED, OPEN, SHARE | HIDDEN, SHARE | {"category": "14"}) == {
        7: (0.01, "small_share"), 14: (0.01, ""),
    }  # fmt: skip
    assert states(TWO, STARTED, OPEN, SHARE) == {7: (0.01, ""), 14: (0.01, "hidden_side")}


def test_only_the_days_asked_for_and_only_everybody():
    groups = curve((7, 30, 0, 0.5), group="sector:health")
    assert states(pl.concat([TWO, groups]), *BESIDE, days=(14,)) == {14: (0.01, "")}


def test_points_that_are_not_there_tell_nothing():
    assert states(curve((7, 30, 0, 0.5), (14, 30, 0, None)), *BESIDE) == {7: (0.01, ""), 14: (0.01, "")}


def pinned(size=2000, gone=3):
    """Of so many families a tenth meets by day 7; of those left three are gone before another tenth meets."""
    first, second = size // 10, (9 * size // 10 - gone) // 10
    survival = 0.9 * (1 - second / (9 * size / 10 - gone))
    return curve((7, first, 0, 0.9), (14, first + second, gone, survival))


@pytest.mark.parametrize(("opened", "told"), [
    ({"estimate": 600.0}, ""),
    ({"estimate": 3.0}, "small_count"),  # with three open cases no four can be gone
    ({"estimate": 3.0, "suppressed": PRIMARY, "rule": "small_count"}, ""),  # four may be open
    ({"estimate": 3.0, "suppressed": SECONDARY, "rule": "additive"}, ""),  # any number may be
])  # fmt: skip
def test_how_many_are_open_bounds_how_many_can_be_gone(opened, told):
    found = states(pinned(), STARTED | {"estimate": 2000.0}, OPEN | opened, SHARE, SHARE | {"category": "14"})
    assert (found[7][1], found[14][1]) == ("", told)


def test_a_curve_without_open_cases_has_nobody_gone():
    found = states(pinned(), STARTED | {"estimate": 2000.0}, SHARE, SHARE | {"category": "14"})
    assert (found[7][1], found[14][1]) == ("", "small_count")


def test_of_steps_that_keep_as_many_days_the_finest_is_taken(monkeypatch):
    """Where whole per cents keep one day and steps of two and five keep both, the curve is told in steps of two."""
    kept = {0.01: [7], 0.02: [7, 14], 0.05: [7, 14]}
    monkeypatch.setattr(sys.modules[point_states.__module__], "safe_days", lambda *_, step, **__: kept[step])
    assert states(TWO, *BESIDE) == {7: (0.02, ""), 14: (0.02, "")}
    kept |= {0.02: [7]}
    assert states(TWO, *BESIDE) == {7: (0.05, ""), 14: (0.05, "")}
    kept |= {0.05: [7]}
    assert states(TWO, *BESIDE) == {7: (0.01, ""), 14: (0.01, "small_count")}


STATES = pl.DataFrame(
    [("oulu", ALL_YEARS, 7, 0.05, ""), ("oulu", ALL_YEARS, 14, 0.05, "small_count"), ("oulu", 2024, 7, 0.01, "")],
    schema={"region": pl.String, "wave": pl.Int32, "day": pl.Int32, "step": pl.Float64, "rule": pl.String},
    orient="row",
)


def test_curves_are_told_of_all_years_in_their_steps_with_those_who_started():
    points = TWO.with_columns(ci_low=pl.col("survival") - 0.111, ci_high=pl.col("survival") + 0.111)
    frames = [points, points.with_columns(wave=pl.lit(2024, pl.Int32)), points.with_columns(group=pl.lit("sector:a"))]
    rows = published_curves(pl.concat(frames), marked(STARTED, STARTED | {"wave": 2024, "estimate": 9.0}), STATES)
    assert rows.rows() == [
        ("oulu", ALL, 7, 0.5, 0.4, 0.6, 60, "", SHOWN),
        ("oulu", ALL, 14, 0.35, 0.2, 0.45, 60, "small_count", PRIMARY),
    ]
    assert published_curves(points, marked(STARTED | HIDDEN), STATES)["n"].to_list() == [None, None]


def test_the_share_on_a_day_goes_with_the_curve_and_is_told_in_its_steps():
    within = {"indicator": "delay_km_within", "category": "7", "estimate": 0.512, "ci_low": 0.401, "ci_high": 0.618}
    frame = marked(
        within,
        within | {"category": "14"},
        within | {"category": "21"},
        within | {"wave": 2024},
        within | {"category": "14", "rule": "hidden_side", "suppressed": PRIMARY, "region": "oulu"},
        within | {"group": "sector:health"},
        SHARE | {"estimate": 0.512},
    )
    rows = marked_within(frame, STATES)
    assert rows.select("estimate", "ci_low", "ci_high", "rule", "suppressed").rows() == [
        (0.5, 0.4, 0.6, "", SHOWN),
        (0.5, 0.4, 0.6, "small_count", PRIMARY),
        (None, None, None, "hidden_side", PRIMARY),
        (0.51, 0.4, 0.62, "", SHOWN),
        (0.5, 0.4, 0.6, "hidden_side", PRIMARY),
        (0.512, 0.401, 0.618, "", SHOWN),
        (0.512, None, None, "", SHOWN),
    ]
    assert rows.columns == frame.columns
