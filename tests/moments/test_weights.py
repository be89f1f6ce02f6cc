"""Weights become whole numbers, or are refused: no row is counted with another weight than its own."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.errors import ContractError, ParameterError
from sujuva.moments import fixed_weights

LARGEST = 2**53 - 1  # the whole numbers below 2⁵³ are floats that no other number rounds to


def fixed(weight, decimals):
    people = pl.DataFrame({"weight": [1.0, weight]}, schema={"weight": pl.Float64}).lazy()
    return fixed_weights(people, decimals).collect()["weight"].to_list()


@pytest.mark.parametrize(("weight", "decimals", "whole"), [
    (float(LARGEST), 0, LARGEST), (1.25, 1, 12), (1.26, 1, 13), (0.06, 1, 1), (0.000000001, 9, 1),
])  # fmt: skip
def test_a_weight_is_kept_to_its_decimals(weight, decimals, whole):
    assert fixed(weight, decimals) == [10**decimals, whole]


@pytest.mark.parametrize("weight", [float(LARGEST + 1), float("inf"), float("nan"), None])
def test_a_weight_that_no_sum_can_hold_exactly_is_refused(weight):
    with pytest.raises(ContractError, match=r"^1 weights are missing or too large .* weight_decimals 0"):
        fixed(weight, 0)


@pytest.mark.parametrize(("weight", "decimals"), [(0.049, 1), (0.4, 0), (0.0, 9)])
def test_a_weight_that_would_become_0_is_refused(weight, decimals):
    with pytest.raises(ParameterError, match=r"^1 weights would become 0"):
        fixed(weight, decimals)


@pytest.mark.parametrize("decimals", [-1, 10])
def test_weights_have_from_0_to_9_decimals(decimals):
    with pytest.raises(ParameterError, match="0 to 9 are allowed"):
        fixed(1.0, decimals)
