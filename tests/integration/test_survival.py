"""Kaplan–Meier from counts by day is that of lifelines on the families one by one."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import ContractError, ParameterError
from sujuva.integration import SURVIVAL_KEY, survival_indicators, survival_table
from sujuva.integration.survival import SURVIVAL, Curve, kaplan_meier
from sujuva.moments import casework as moments
from sujuva.tidy import KEY, TIDY
from tests.integration.logs import sepsis

CLOSE = {"rel": 0, "abs": 1e-10}


def counts(days: list[int], ended: list[bool]) -> list[tuple[int, int, int]]:
    met = Counter(day for day, event in zip(days, ended, strict=True) if event)
    waiting = Counter(day for day, event in zip(days, ended, strict=True) if not event)
    return [(day, met[day], waiting[day]) for day in sorted({*met, *waiting})]


def table(days: list[int], ended: list[bool], **columns: object) -> pl.DataFrame:
    rows = [
        {"measure": measure, "days": day, "n": n}
        for day, met, waiting in counts(days, ended)
        for measure, n in (("start_to_end", met), ("open", waiting))
        if n
    ]
    where = {"region": "oulu", "wave": 2022, "group": "all"} | columns
    schema = {"measure": pl.String, "days": pl.Int32, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema).with_columns(
        pl.lit(value, pl.Int32 if isinstance(value, int) else pl.String).alias(name) for name, value in where.items()
    )


def agrees_with_lifelines(days: list[int], ended: list[bool], confidence: float = 0.95) -> Curve:
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    curve = kaplan_meier(counts(days, ended))
    fitted = KaplanMeierFitter(alpha=1 - confidence).fit(days, ended)
    limits = fitted.confidence_interval_
    with np.errstate(divide="ignore", invalid="ignore"):
        for day in {0, 1, *days, max(days) + 1}:
            found = curve.at(day, confidence)
            theirs = float(fitted.survival_function_at_times([day]).iloc[0])
            assert found.at_risk == sum(one >= day for one in days)
            assert found.ended == sum(one <= day for one, event in zip(days, ended, strict=True) if event)
            assert found.censored == sum(one < day for one, event in zip(days, ended, strict=True) if not event)
            if day > max(days) and theirs > 1e-9:
                assert found.survival is None  # lifelines goes on with the last value
                continue
            assert found.survival == pytest.approx(theirs, **CLOSE)
            low, high = (float(value) for value in limits[limits.index <= day].iloc[-1])
            if 1e-9 < theirs < 1 - 1e-9:
                assert (found.low, found.high) == (pytest.approx(low, **CLOSE), pytest.approx(high, **CLOSE))
                spread = float(fitted._cumulative_sq_[fitted._cumulative_sq_.index <= day].iloc[-1])
                assert found.se == pytest.approx(theirs * math.sqrt(spread), **CLOSE)
            else:
                assert found.low is None  # lifelines writes 0 or 1 for both limits
                assert found.high is None
    ties = (np.abs(fitted.survival_function_.to_numpy() - 0.5) < 1e-9).any()  # float noise decides there
    inside = limits.iloc[:, 0].between(1e-9, 1 - 1e-9)
    median, low, high = curve.median(confidence)
    if not ties:
        assert (median if median is not None else math.inf) == fitted.median_survival_time_
    if inside.any():
        theirs = median_survival_times(limits[inside])
        wanted = [float(value) for value in np.asarray(theirs).ravel()]
        assert [one if one is not None else math.inf for one in (low, high)] == wanted
    return curve


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40),
    st.sampled_from([0.8, 0.95, 0.99]),
)
def test_tied_days_agree_with_lifelines(families: list[tuple[int, bool]], confidence: float) -> None:
    agrees_with_lifelines([day for day, _ in families], [event for _, event in families], confidence)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_families_agree_with_lifelines(seed: int) -> None:
    draw = np.random.default_rng(seed)
    ends, leaves = draw.exponential(30, 800).astype(int), draw.exponential(60, 800).astype(int)
    curve = agrees_with_lifelines(np.minimum(ends, leaves).tolist(), (ends <= leaves).tolist())
    assert len(curve.days) > 50


def test_the_sepsis_log_agrees_with_lifelines(shared_data: Path) -> None:
    closed = moments.durations(sepsis(shared_data), start=moments.FIRST, end=moments.LAST, regions=["sepsis"])
    closed = closed.filter(region="sepsis").group_by("days").agg(pl.col("n").sum()).sort("days")
    days = [day for day, n in closed.rows() for _ in range(n)]
    assert len(days) == 1050
    # Followed for thirty days only, the longer ones are last seen waiting.
    agrees_with_lifelines(days, [True] * len(days))
    agrees_with_lifelines([min(day, 30) for day in days], [day <= 30 for day in days])


def test_a_curve_by_hand() -> None:
    # 10 families: 2 met on day 3; one last seen on day 3; 1 met on day 5.
    curve = kaplan_meier([(3, 2, 1), (5, 1, 6)])
    assert curve.survival == (0.8, pytest.approx(0.8 * 6 / 7))
    assert curve.at(2) == (10, 0, 0, 1.0, 0.0, None, None)
    assert curve.at(3)[:4] == (10, 2, 0, 0.8)
    assert curve.at(4)[:4] == (7, 2, 1, 0.8)
    assert curve.at(5).se == pytest.approx(0.8 * 6 / 7 * math.sqrt(2 / 80 + 1 / 42))
    assert curve.at(6) == (0, 3, 7, None, None, None, None)
    assert curve.median() == (None, 3, None)


def test_nobody_lost_gives_plain_shares_and_exact_medians() -> None:
    curve = kaplan_meier([(1, 1, 0), (2, 2, 0), (9, 3, 0)])
    assert curve.survival == (5 / 6, 1 / 2, 0.0)
    assert curve.median()[0] == 2
    assert curve.at(9)[3:] == (0.0, None, None, None)
    assert curve.at(99).survival == 0.0


@pytest.mark.parametrize("families", [1, 7])
def test_all_still_wait(families: int) -> None:
    found = survival_indicators(table([20] * families, [False] * families), [7, 30])
    rows = {(row["indicator"], row["category"]): row for row in found.filter(wave=2022).iter_rows(named=True)}
    assert rows["delay_km_within", "7"]["estimate"] == 0.0
    assert rows["delay_km_within", "7"]["note"] == "no_variation"
    assert rows["delay_km_within", "30"]["estimate"] is None
    assert rows["delay_km_within", "30"]["note"] == "not_followed"
    assert rows["delay_km_median", ""]["estimate"] is None
    assert rows["delay_km_median", ""]["note"] == "median_not_reached"
    assert set(found["n"]) == {families}


def test_one_family_that_met() -> None:
    found = survival_indicators(table([4], [True]), [3, 4]).filter(wave=2022)
    assert found.select("category", "estimate", "se", "ci_low", "note").rows() == [
        ("3", 0.0, 0.0, None, "no_variation"),
        ("4", 1.0, None, None, "no_variation"),
        ("", 4.0, None, None, ""),
    ]


def test_young_families_do_not_lower_the_estimate() -> None:
    # Ten families met on day 5 of twenty followed; twenty came yesterday.
    durations = table([5] * 10 + [40] * 10 + [1] * 20, [True] * 10 + [False] * 30)
    found = survival_indicators(durations, [14]).filter(indicator="delay_km_within", wave=2022).row(0, named=True)
    assert found["estimate"] == pytest.approx(0.5)
    assert found["ci_low"] < 0.5 < found["ci_high"]
    assert found["n"] == 40


def test_the_table_has_every_group_and_all_years() -> None:
    durations = pl.concat(
        [
            table([3, 9], [True, False]),
            table([3, 4], [True, True], wave=2023),
            table([3], [True], group="trigger:divorce"),
        ]
    )
    found = survival_table(durations, [14, 7])
    assert found.schema == SURVIVAL
    assert found.select(SURVIVAL_KEY).rows() == sorted(found.select(SURVIVAL_KEY).rows())
    assert found.select("wave", "group").unique().height == 5
    row = found.row(by_predicate=(pl.col("wave") == 0) & (pl.col("group") == "all") & (pl.col("day") == 7), named=True)
    assert (row["at_risk"], row["ended"], row["censored"], row["survival"]) == (1, 3, 0, 0.25)
    indicators = survival_indicators(durations, [7])
    assert indicators.schema == TIDY
    assert indicators.select(KEY).is_unique().all()
    assert not indicators.select(pl.col(pl.Float64).is_nan().any()).row(0).count(True)


def test_rows_in_any_order_give_the_same_table() -> None:
    durations = table([1, 2, 2, 5, 8, 8], [True, True, False, True, False, True])
    assert survival_table(durations.reverse(), [2, 5]).equals(survival_table(durations, [5, 2, 2]))


def test_no_cases_no_rows() -> None:
    empty = table([1], [True]).clear()
    assert survival_table(empty, [7]).height == 0
    assert survival_indicators(empty, [7]).height == 0


def test_open_cases_without_a_time_are_refused() -> None:
    with pytest.raises(ContractError, match="no time"):
        survival_table(table([-1], [False]), [7])


def test_negative_days_and_impossible_confidence_are_refused() -> None:
    with pytest.raises(ParameterError, match="curve_days"):
        survival_table(table([1], [True]), [-7])
    with pytest.raises(ParameterError, match="confidence"):
        survival_indicators(table([1], [True]), [7], confidence=1.0)


def test_lifelines_pins_what_is_different() -> None:
    """What this project leaves out, lifelines fills: limits of 0 at S = 0, and the last value beyond what is known."""
    from lifelines import KaplanMeierFitter

    with np.errstate(divide="ignore", invalid="ignore"):
        fitted = KaplanMeierFitter().fit(pd.Series([1, 2]), [True, True])
    assert fitted.confidence_interval_.iloc[-1].to_list() == [0.0, 0.0]
    assert kaplan_meier([(1, 1, 0), (2, 1, 0)]).at(2).low is None
    followed = KaplanMeierFitter().fit(pd.Series([1, 2]), [True, False])
    assert float(followed.survival_function_at_times([9]).iloc[0]) == 0.5
    assert kaplan_meier([(1, 1, 0), (2, 0, 1)]).at(9).survival is None
