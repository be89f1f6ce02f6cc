"""Bins of the distributions."""

import polars as pl
import pytest

from sujuva.codebooks import load_instruments
from sujuva.moments import DISTRIBUTIONS
from sujuva.parjaavyys import binned
from sujuva.parjaavyys.distributions import scale_bins

INSTRUMENTS = load_instruments()
SCALES = {scale.key: scale for one in INSTRUMENTS.values() for scale in one.scales}


def counts(*rows):
    full = [(2022, "oulu", "all", "self", scale, SCALES[scale].decimals, score, n, n) for scale, score, n in rows]
    return pl.DataFrame(full, schema=DISTRIBUTIONS, orient="row")


def bars(frame):
    return [
        (low, high, n) for low, high, n in binned(frame, INSTRUMENTS).select("bin_low", "bin_high", "n").rows() if n
    ]


def test_both_limits_belong_to_a_bin():
    made = counts(("who5", 0, 1), ("who5", 8, 2), ("who5", 12, 3), ("who5", 88, 4), ("who5", 100, 5))
    assert bars(made) == [(0, 9, 3), (10, 19, 3), (80, 89, 4), (90, 100, 5)]


def test_decimals_leave_no_gap():
    assert bars(counts(("cyrm_r", 1700, 1), ("cyrm_r", 2399, 1), ("cyrm_r", 2400, 1))) == [
        (17, 23.99, 2),
        (24, 30.99, 1),
    ]


def test_a_short_scale_has_a_bin_a_value():
    made = binned(counts(("sdq_peer", 0, 1), ("sdq_peer", 10, 2)), INSTRUMENTS)
    assert made["bin_low"].to_list() == made["bin_high"].to_list() == list(range(11))
    assert made["n"].to_list() == [1, *[0] * 9, 2]


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda one: one.key)
def test_bins_tile_the_theoretical_range(scale):
    bins = scale_bins(scale)
    unit = 10**scale.decimals
    assert (bins["low"].min(), bins["high"].max()) == (scale.range[0] * unit, scale.range[1] * unit)
    assert bins["low"].to_list()[1:] == [high + 1 for high in bins["high"].to_list()[:-1]]
    values = (scale.range[1] - scale.range[0]) * unit + 1
    assert min(7, values) <= bins.height <= 12


def test_no_scores_no_bins():
    assert binned(pl.DataFrame(schema=DISTRIBUTIONS), INSTRUMENTS).is_empty()
