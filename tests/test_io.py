"""What is written: the same bytes for the same rows, computed floats without their last bits."""

from __future__ import annotations

import math

import polars as pl
import pytest

from sujuva.errors import ContractError
from sujuva.io import read_table, write_estimates, write_table


def test_estimates_forget_their_last_bits_and_nothing_else(tmp_path):
    values = [0.1 + 0.2, 3.0000000000000004, -0.0, 1234567890123.0, None, math.inf, -1 / 3]
    path = tmp_path / "made.parquet"
    write_estimates(pl.DataFrame({"key": range(7), "value": values, "count": [2**60 + 1] * 7}), path, key=["key"])
    made = read_table(path)

    assert made["value"].to_list() == [0.3, 3.0, 0.0, 1234567890123.0, None, math.inf, -0.33333333333]
    assert math.copysign(1, made["value"][2]) == 1
    assert made["count"].to_list() == [2**60 + 1] * 7


def test_two_kernels_that_differ_in_the_last_bit_write_the_same_bytes(tmp_path):
    values = [math.pi, 1 / 7, 2e5 / 3, -4.9e-9]
    for name, toward in (("low", -math.inf), ("high", math.inf)):
        moved = [math.nextafter(value, toward) for value in values]
        write_estimates(pl.DataFrame({"key": range(4), "value": moved}), tmp_path / name, key=["key"])
    assert (tmp_path / "low").read_bytes() == (tmp_path / "high").read_bytes()


def test_what_somebody_gave_is_written_as_it_is(tmp_path):
    weight = 0.1 + 0.2
    write_table(pl.DataFrame({"key": [1], "weight": [weight]}), tmp_path / "given.parquet", key=["key"])
    assert read_table(tmp_path / "given.parquet")["weight"].item() == weight


def test_a_key_that_does_not_tell_rows_apart_is_refused(tmp_path):
    with pytest.raises(ContractError, match="does not tell all rows apart"):
        write_table(pl.DataFrame({"key": [1, 1]}), tmp_path / "made.parquet", key=["key"])
