"""Days from start to end, from counts."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.errors import ParameterError
from sujuva.integration import delay_distribution, delay_indicators, quantile
from sujuva.integration.delays import DAY
from sujuva.moments import casework as moments
from sujuva.tidy import KEY, TIDY
from tests.integration.logs import sepsis

SCHEMA = {
    "region": pl.String,
    "wave": pl.Int32,
    "measure": pl.String,
    "seconds": pl.Int64,
    "days": pl.Int32,
    "n": pl.Int64,
}


def durations(rows: list[tuple[str, int, str, int, int, int]]) -> pl.DataFrame:
    made = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return made.with_columns(group=pl.lit("all"), workdays="days")


def value(table: pl.DataFrame, indicator: str, wave: int, category: str = "") -> float | None:
    return table.row(
        by_predicate=(pl.col("indicator") == indicator) & (pl.col("wave") == wave) & (pl.col("category") == category),
        named=True,
    )["estimate"]


# Two cases of 2022 that took half a day and nine days, one still open; one of 2023 that took a day and a half.
SMALL = durations(
    [
        ("oulu", 2022, "start_to_end", DAY // 2, 0, 1),
        ("oulu", 2022, "start_to_end", 9 * DAY, 9, 1),
        ("oulu", 2022, "open", -1, -1, 1),
        ("oulu", 2023, "start_to_end", 3 * DAY // 2, 2, 1),
    ]
)


def test_days_are_exact_and_describe_cases_that_ended() -> None:
    found = delay_indicators(SMALL, [7, 14])
    assert found.schema == TIDY
    assert found.select(KEY).is_unique().all()
    assert value(found, "delay_mean", 2022) == 4.75
    assert value(found, "delay_min", 2022) == 0.5
    assert value(found, "delay_q1", 2022) == 0.5 + 8.5 / 4
    assert value(found, "delay_median", 0) == 1.5
    assert value(found, "delay_max", 0) == 9.0


def test_share_in_time_counts_open_cases_in_its_denominator() -> None:
    found = delay_indicators(SMALL, [7, 14])
    assert value(found, "delay_share", 2022, "7") == pytest.approx(1 / 3)
    assert value(found, "delay_share", 2022, "14") == pytest.approx(2 / 3)
    assert value(found, "delay_share", 0, "7") == pytest.approx(2 / 4)
    assert value(found, "cases_started", 0) == 4
    assert value(found, "cases_open", 2022) == 1
    assert found.filter(indicator="delay_share", wave=2022)["n"].to_list() == [3, 3]


def test_years_are_added_up_once_even_if_the_sum_is_there() -> None:
    whole = SMALL.with_columns(wave=pl.lit(0, dtype=pl.Int32))
    assert delay_indicators(pl.concat([SMALL, whole]), [7]).equals(delay_indicators(SMALL, [7]))


def test_without_ended_cases_delays_are_null_with_a_note() -> None:
    found = delay_indicators(durations([("oulu", 2022, "open", -1, -1, 3)]), [7])
    assert value(found, "delay_median", 2022) is None
    assert set(found.filter(pl.col("estimate").is_null())["note"]) == {"none_ended"}
    assert value(found, "delay_share", 2022, "7") == 0.0


def grouped(rows: list[tuple[str, str, int, int, int, int]]) -> pl.DataFrame:
    """Make durations of one region and year from (group, measure, seconds, days, workdays, n)."""
    named = [
        {"region": "oulu", "wave": 2022, "group": group, "measure": measure}
        | {"seconds": seconds, "days": days, "workdays": workdays, "n": n}
        for group, measure, seconds, days, workdays, n in rows
    ]
    return pl.DataFrame(named, schema=SCHEMA | {"group": pl.String, "workdays": pl.Int32})


GROUPED = grouped(
    [
        ("all", "start_to_end", DAY, 1, 1, 8),
        ("all", "start_to_end", 9 * DAY, 9, 7, 1),
        ("all", "start_to_end", 11 * DAY, 11, 7, 1),
        ("all", "open", 3 * DAY, 3, 1, 10),
        ("caller:school", "start_to_end", DAY, 1, 1, 3),
        ("trigger:divorce", "open", DAY, 1, 1, 2),
    ]
)


def of_group(found: pl.DataFrame, indicator: str, group: str = "all", category: str = "") -> dict[str, object]:
    return found.row(
        by_predicate=(pl.col("indicator") == indicator)
        & (pl.col("group") == group)
        & (pl.col("category") == category)
        & (pl.col("wave") == 2022),
        named=True,
    )


def test_every_group_has_every_statistic() -> None:
    found = delay_indicators(GROUPED, [7])
    assert found.select(KEY).is_unique().all()
    sets = [set(part["indicator"]) for _, part in found.group_by("group", "wave")]
    assert len(sets) == 6
    assert all(one == sets[0] for one in sets)
    assert of_group(found, "cases_started", "caller:school")["estimate"] == 3
    assert of_group(found, "delay_median", "trigger:divorce")["note"] == "none_ended"
    assert of_group(found, "delay_p90")["estimate"] == pytest.approx(9.2)
    assert delay_distribution(GROUPED).filter(wave=2022)["n"].sum() == 10


def test_working_days_stand_beside_calendar_days() -> None:
    found = delay_indicators(GROUPED, [7])
    assert of_group(found, "delay_workday_median")["estimate"] == 1
    assert of_group(found, "delay_workday_p90")["estimate"] == 7
    assert of_group(found, "delay_share", category="7")["estimate"] == 0.4
    assert of_group(found, "delay_workday_share", category="7")["estimate"] == 0.5


def test_the_interval_of_a_share_counts_each_family_once() -> None:
    row = of_group(delay_indicators(GROUPED, [7]), "delay_share", category="7")
    assert row["se"] == pytest.approx((0.4 * 0.6 / 19) ** 0.5)
    assert row["df"] is None  # it is n − 1, which would tell the number of families exactly
    assert row["note"] == "under_30_clusters"
    # What R says of the logit interval on 19 degrees of freedom.
    assert row["ci_low"] == pytest.approx(0.200108972126, abs=1e-9)
    assert row["ci_high"] == pytest.approx(0.639843097237, abs=1e-9)


def test_impossible_confidence_is_refused() -> None:
    with pytest.raises(ParameterError, match="confidence"):
        delay_indicators(SMALL, [7], confidence=95)


def test_no_cases_no_rows() -> None:
    assert delay_indicators(durations([]), [7]).height == 0
    assert delay_distribution(durations([])).height == 0


def test_negative_days_are_refused() -> None:
    with pytest.raises(ParameterError, match="negative"):
        delay_indicators(SMALL, [-1])


def test_distribution_counts_ended_cases_by_day() -> None:
    assert delay_distribution(SMALL).rows() == [
        ("oulu", 0, 0, 1),
        ("oulu", 0, 2, 1),
        ("oulu", 0, 9, 1),
        ("oulu", 2022, 0, 1),
        ("oulu", 2022, 9, 1),
        ("oulu", 2023, 2, 1),
    ]


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=40),
    st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10), Fraction(1)]),
)
def test_quantiles_from_counts_are_those_of_the_values(seconds: list[int], share: Fraction) -> None:
    counted = sorted(Counter(seconds).items())
    found = quantile([second for second, _ in counted], [times for _, times in counted], share)
    assert float(found) == pytest.approx(np.quantile(seconds, float(share), method="linear"), rel=1e-12)


def test_sepsis_throughput(shared_data: Path) -> None:
    # Throughput times of this event log as bupaR prints them.
    table = moments.durations(sepsis(shared_data), start=moments.FIRST, end=moments.LAST, regions=["sepsis"])
    found = delay_indicators(table, [7]).filter(region="sepsis")
    names = ("min", "q1", "median", "mean", "q3", "max")
    assert [round(value(found, f"delay_{name}", 0), 4) for name in names] == [
        0.0014,
        0.6435,
        5.3434,
        28.4693,
        17.9966,
        422.3239,
    ]
    assert value(found, "cases_started", 0) == 1050
    assert value(found, "cases_open", 0) == 0
    assert delay_distribution(table).filter(wave=0, region="network")["n"].sum() == 1050
