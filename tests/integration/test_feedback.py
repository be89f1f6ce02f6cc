"""Mean ratings of workshops and meetings."""

from __future__ import annotations

import polars as pl
import pytest
from scipy.stats import t

from sujuva.integration import feedback_indicators
from sujuva.tidy import KEY, TIDY

# Event A was rated 4 and 5, event B 2 and 3: totals of clusters 9 and 5.
MOMENTS = pl.DataFrame(
    {
        "wave": [2022],
        "region": ["oulu"],
        "group": ["participant_group:parents"],
        "stratum": ["1"],
        "informant": [""],
        "scale": ["feedback.listened"],
        "decimals": [0],
        "weight_decimals": [0],
        "n": [4],
        "n_missing": [0],
        "y": [14],
        "yy": [54],
        "w": [4],
        "wy": [14],
        "wyy": [54],
        "clusters": [2],
        "design_clusters": [2],
        "cww": [8],
        "cwy": [28],
        "cyy": [106],
    },
    schema_overrides={"wave": pl.Int32},
)


def test_mean_has_the_error_of_its_clusters() -> None:
    found = feedback_indicators(MOMENTS, confidence=0.5)
    assert found.schema == TIDY
    row = found.row(0, named=True)
    # Deviations of the clusters' totals from the mean are ±2, so z = ±2/4 and the variance 2/1 · 2 · (1/2)² = 1.
    assert (row["indicator"], row["scale"], row["group"]) == (
        "feedback_mean",
        "feedback.listened",
        "participant_group:parents",
    )
    assert (row["estimate"], row["se"], row["df"], row["n"]) == (3.5, pytest.approx(1.0), 1.0, 4)
    assert row["ci_high"] == pytest.approx(3.5 + t.ppf(0.75, 1))


def test_one_event_has_no_interval_and_says_so() -> None:
    lone = MOMENTS.with_columns(clusters=pl.lit(1), design_clusters=pl.lit(1))
    row = feedback_indicators(lone).row(0, named=True)
    assert (row["estimate"], row["se"], row["note"]) == (3.5, None, "few_clusters")


def test_no_feedback_no_rows() -> None:
    found = feedback_indicators(MOMENTS.clear())
    assert found.schema == TIDY
    assert found.select(KEY).height == 0


def test_no_interval_leaves_the_range_of_the_ratings() -> None:
    row = feedback_indicators(MOMENTS).row(0, named=True)  # t with one degree of freedom reaches far
    assert (row["ci_low"], row["ci_high"]) == (1.0, 5.0)
