"""Moments of items against sums made the slow way, and the packing they rest on."""

import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.codebooks import load_instruments
from sujuva.errors import ContractError, ParameterError
from sujuva.moments import groups, item_moments, item_table, items, scatter
from sujuva.moments.packing import Layout, best_layout

RANGES = st.integers(-100, 100).flatmap(lambda low: st.tuples(st.just(low), st.integers(low + 1, min(low + 12, 126))))


def slowly(frame, names, by):
    parts = []
    for name in names:
        value = pl.col(name).cast(pl.Int64)
        parts.append(
            frame.group_by(by).agg(
                item=pl.lit(name, pl.Enum(names)),
                n=value.count().cast(pl.Int64),
                n_missing=value.null_count().cast(pl.Int64),
                sum=value.sum(),
                sumsq=(value * value).sum(),
            ).sort(by)
        )  # fmt: skip
    return pl.concat(parts)


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
def test_small_batches_and_full_words_change_nothing(drawn, batch):
    frame, names, response = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(items, "BATCH", (batch, batch))
        patch.setattr(items, "_BLOCK", batch + 1)
        # The roomiest words anyone could wish for are as narrow as those for one person at a time.
        patch.setattr(items, "best_layout", lambda low, high, *, missing, persons: Layout(low, high, 2, missing))
        patch.setattr(Layout, "capacity", property(lambda self: 2))
        patch.setattr(Layout, "wide_capacity", property(lambda self: 5))
        made = item_moments(frame.lazy(), names, by=["region", "unit"], response=response)
    assert_frame_equal(made, slowly(frame, names, ["region", "unit"]))


@given(answers())
def test_many_rows_are_added_up_alike(drawn):
    frame, names, response = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scatter, "MANY", 0)
        made = item_moments(frame.lazy(), names, by=["region", "unit"], response=response)
    assert_frame_equal(made, slowly(frame, names, ["region", "unit"]))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_scipy_adds_what_numpy_adds(kind):
    random = np.random.default_rng(3)
    add = scatter.scatter_adder(scatter.MANY + 1)
    assert add is not scatter.add_with_numpy  # this scipy has the loop
    table = random.integers(0, 2**64, 256, np.uint64, endpoint=False)
    words, expected = np.zeros(50, np.uint64), np.zeros(50, np.uint64)
    for rows in (1, 700, 30):  # the words also wrap around alike
        index = random.integers(0, 50, rows, np.int32)
        codes = random.integers(0, 256, rows, kind)
        add(words, index, table, codes)
        scatter.add_with_numpy(expected, index, table, codes)
    assert np.array_equal(words, expected)


def test_without_scipys_loop_numpy_adds(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.sparse._sparsetools", None)
    assert scatter.scatter_adder(scatter.MANY + 1) is scatter.add_with_numpy


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


def test_scattered_keys_are_listed_first(monkeypatch):
    frame = pl.DataFrame({"unit": [10**12, 5, 5, -(10**9)], "q_1": pl.Series([1, 2, None, 0], dtype=pl.Int8)})
    made = item_moments(frame.lazy(), ["q_1"], by=["unit"], response=(0, 2))
    assert_frame_equal(made, slowly(frame, ["q_1"], ["unit"]))
    monkeypatch.setattr(groups, "MOST_GROUPS", 1)
    texts = frame.with_columns(unit=pl.col("unit").cast(pl.String))
    assert_frame_equal(
        item_moments(texts.lazy(), ["q_1"], by=["unit"], response=(0, 2)), slowly(texts, ["q_1"], ["unit"])
    )


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


@given(RANGES, st.booleans(), st.integers(0, 10**7))
def test_a_word_takes_as_many_persons_as_it_promises(response, missing, persons):
    low, high = response
    layout = best_layout(low, high, missing=missing, persons=persons)
    assert layout.capacity >= persons or layout.together == 1
    assert layout.bits * layout.fields * layout.together <= 64
    for answer in range(low, low + layout.states):
        alone = Layout(low, high, layout.together, missing)._contribution(answer)
        parts = [(alone >> (layout.bits * which)) & (2**layout.bits - 1) for which in range(layout.fields)]
        gone = missing and answer > high
        assert parts[:2] == ([0, 0] if gone else [answer - low, (answer - layout.centre) ** 2])
        assert all(part * layout.capacity < 2**layout.bits for part in parts)


@given(RANGES, st.booleans(), st.integers(0, 10**7))
def test_wide_words_hold_what_the_words_held(response, missing, persons):
    layout = best_layout(*response, missing=missing, persons=persons)
    assert layout.wide_bits >= layout.bits
    words = np.array([2 ** (layout.bits * layout.fields * layout.together) - 1, 0b1011], np.uint64)
    wide = (np.zeros(2, np.uint64), np.zeros(2, np.uint64))
    times = min(2 ** (layout.wide_bits - layout.bits), 3)
    for _ in range(times):
        layout.widen(words, wide)
    for item in range(layout.together):
        for which in range(layout.fields):
            assert np.array_equal(layout.wide_field(wide, item, which), times * layout.field(words, item, which))


def test_the_table_of_an_instrument_holds_the_network():
    who5 = load_instruments()["who5"]
    keys = {"wave": pl.Series([2022] * 3, dtype=pl.Int32), "region": ["oulu", "oulu", "tampere"], "informant": "self"}
    frame = pl.DataFrame(keys).with_columns(
        pl.Series(name, [5, None, 1], dtype=pl.Int16) for name in who5.item_columns
    )  # fmt: skip
    made = item_table(frame.lazy(), who5).filter(item="who5_3")
    assert made.select("region", "n", "n_missing", "sum", "sumsq").rows() == [
        ("network", 2, 1, 6, 26), ("oulu", 1, 1, 5, 25), ("tampere", 1, 0, 1, 1),
    ]  # fmt: skip
