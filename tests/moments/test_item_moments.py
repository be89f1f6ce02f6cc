"""Moments of items against sums made the slow way."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.codebooks import load_instruments
from sujuva.errors import ContractError, ParameterError
from sujuva.moments import answer_tables, gram, items_and_products

RANGES = st.integers(-100, 100).flatmap(lambda low: st.tuples(st.just(low), st.integers(low + 1, min(low + 12, 126))))


def item_moments(answers, names, *, by, response):
    made, products = items_and_products(answers, dict.fromkeys(names, response), {}, by=by)
    assert products.is_empty()
    return made


def slowly(frame, names, by):
    parts = []
    for name in names:
        value = pl.col(name).cast(pl.Int64)
        parts.append(
            frame.group_by(by).agg(
                item=pl.lit(name),
                n=value.count().cast(pl.Int128),
                n_missing=value.null_count().cast(pl.Int128),
                sum=value.sum().cast(pl.Int128),
                sumsq=(value * value).sum().cast(pl.Int128),
            )
        )  # fmt: skip
    return pl.concat(parts).sort(*by, "item")


@st.composite
def answers(draw):
    low, high = draw(RANGES)
    names = [f"q_{number}" for number in range(1, draw(st.integers(1, 6)) + 1)]
    rows = draw(st.integers(1, 40))
    answer = st.integers(low, high) if draw(st.booleans()) else st.none() | st.integers(low, high)
    columns = {name: draw(st.lists(answer, min_size=rows, max_size=rows)) for name in names}
    kind = draw(st.sampled_from([pl.Int8, pl.Int16, pl.Int64]))
    region = draw(st.lists(st.sampled_from(["oulu", "tampere"]), min_size=rows, max_size=rows))
    unit = draw(st.lists(st.integers(-3, 4), min_size=rows, max_size=rows))
    keys = {"region": region, "unit": pl.Series(unit, dtype=pl.Int16)}
    return (
        pl.DataFrame(keys | {name: pl.Series(values, dtype=kind) for name, values in columns.items()}),
        names,
        (low, high),
    )


@given(answers())
def test_moments_follow_their_definition(drawn):
    frame, names, response = drawn
    made = item_moments(frame.lazy(), names, by=["region", "unit"], response=response)
    assert_frame_equal(made, slowly(frame, names, ["region", "unit"]))


@given(answers(), st.integers(1, 7))
def test_small_blocks_and_batches_change_nothing(drawn, size):
    frame, names, response = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gram, "BLOCK", size)
        patch.setattr(gram, "_BATCH", size + 1)
        patch.setattr(gram, "_ONE_THREAD", 1)
        made = item_moments(frame.lazy(), names, by=["region", "unit"], response=response)
    assert_frame_equal(made, slowly(frame, names, ["region", "unit"]))


def test_keys_of_any_width_make_groups():
    frame = pl.DataFrame({"q_1": pl.Series([0, 1, 2, 1], dtype=pl.Int8)})
    ends = {
        pl.Int8: (-128, 127),
        pl.UInt8: (0, 255),
        pl.UInt32: (2**32 - 9, 2**32 - 1),
        pl.Int32: (-(2**31), 9 - 2**31),
    }
    for kind, (low, high) in (ends | {pl.Int64: (-(2**62), 9 - 2**62)}).items():
        keyed = frame.with_columns(unit=pl.Series([low, high, high, low + 1], dtype=kind))
        made = item_moments(keyed.lazy(), ["q_1"], by=["unit"], response=(0, 2))
        assert_frame_equal(made, slowly(keyed, ["q_1"], ["unit"]))


def test_many_persons_of_one_group_do_not_overflow():
    rows = 300_000
    frame = pl.DataFrame(
        {"wave": np.full(rows, 2022, np.int32), "q_1": np.full(rows, 126, np.int8), "q_2": np.full(rows, -128, np.int8)}
    )
    made = item_moments(frame.lazy(), ["q_1", "q_2"], by=["wave"], response=(-128, 126))
    assert made.select("n", "sum", "sumsq").rows() == [
        (rows, 126 * rows, 126 * 126 * rows), (rows, -128 * rows, 128 * 128 * rows),
    ]  # fmt: skip


def test_scattered_keys_make_groups():
    frame = pl.DataFrame({"unit": [10**12, 5, 5, -(10**9)], "q_1": pl.Series([1, 2, None, 0], dtype=pl.Int8)})
    for keyed in (frame, frame.with_columns(unit=pl.col("unit").cast(pl.String))):
        made = item_moments(keyed.lazy(), ["q_1"], by=["unit"], response=(0, 2))
        assert_frame_equal(made, slowly(keyed, ["q_1"], ["unit"]))


def test_no_rows_make_no_moments():
    frame = pl.DataFrame(schema={"unit": pl.String, "q_1": pl.Int8})
    assert item_moments(frame.lazy(), ["q_1"], by=["unit"], response=(0, 2)).is_empty()


@pytest.mark.parametrize("kind", [pl.Int8, pl.Int16])
@pytest.mark.parametrize("wrong", [-1, 3, 127, 300])
def test_an_answer_outside_the_range_stops_the_run_without_being_quoted(kind, wrong):
    if kind == pl.Int8 and wrong > 127:
        return
    frame = pl.DataFrame(
        {"unit": [1, 1, 1], "q_1": pl.Series([0, 2, 1], dtype=kind), "q_2": pl.Series([None, wrong, 1], dtype=kind)}
    )
    with pytest.raises(ContractError, match=r"1 answers to 'q_2' lie outside 0–2") as caught:
        item_moments(frame.lazy(), ["q_1", "q_2"], by=["unit"], response=(0, 2))
    assert str(wrong) not in str(caught.value).replace("q_2", "").replace("0–2", "") or wrong == -1


@pytest.mark.parametrize(
    ("items", "by", "response", "error", "words"),
    [
        (["q_2"], ["unit"], (0, 2), ContractError, "'q_1'"),
        ([], ["unit"], (0, 2), ContractError, "No item"),
        (["text"], ["unit"], (0, 2), ContractError, "whole numbers"),
        (["q_1"], ["unti"], (0, 2), ContractError, "'unit'"),
        (["q_1"], ["text"], (0, 2), ContractError, "nulls"),
        (["q_1"], ["unit"], (0, 127), ParameterError, "one byte"),
        (["q_1"], ["unit"], (2, 0), ParameterError, "one byte"),
    ],
)
def test_mistakes_are_named(items, by, response, error, words):
    frame = pl.LazyFrame(
        {"unit": [1], "text": pl.Series([None], dtype=pl.String), "q_1": pl.Series([1], dtype=pl.Int8)}
    )
    with pytest.raises(error, match=words):
        item_moments(frame, items, by=by, response=response)


def test_the_table_of_an_instrument_holds_the_network():
    who5 = load_instruments()["who5"]
    keys = {"wave": pl.Series([2022] * 3, dtype=pl.Int32), "region": ["oulu", "oulu", "tampere"], "informant": "self"}
    frame = pl.DataFrame(keys).with_columns(
        pl.Series(name, [5, None, 1], dtype=pl.Int16) for name in who5.item_columns
    )  # fmt: skip
    made = answer_tables(frame.lazy(), who5)[0].filter(item="who5_3")
    assert made.select("region", "n", "n_missing", "sum", "sumsq").rows() == [
        ("network", 2, 1, 6, 26), ("oulu", 1, 1, 5, 25), ("tampere", 1, 0, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("units", [700, 70_000])
def test_more_groups_than_a_byte_or_two_can_number(units):
    frame = pl.DataFrame({"unit": pl.int_range(units, eager=True).reverse()}).with_columns(
        q_1=(pl.col("unit") % 3).cast(pl.Int8),
        q_2=pl.when(pl.col("unit") % 5 > 0).then(pl.col("unit") % 2).cast(pl.Int8),
    )
    frame = pl.concat([frame, frame.head(40)])
    made = item_moments(frame.lazy(), ["q_1", "q_2"], by=["unit"], response=(0, 2))
    assert_frame_equal(made, slowly(frame, ["q_1", "q_2"], ["unit"]))
