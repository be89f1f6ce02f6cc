"""Sums of products against sums made the slow way, and the laws they obey."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.codebooks import Instrument, load_instruments
from sujuva.errors import ContractError, ParameterError
from sujuva.moments import (
    PRODUCTS,
    PRODUCTS_KEY,
    answer_tables,
    gram,
    items_and_products,
    unit_sizes,
)

RANGES = st.integers(-100, 100).flatmap(lambda low: st.tuples(st.just(low), st.integers(low + 1, min(low + 12, 126))))
TEXT = {"fi": "-", "sv": "-", "en": "-"}


def item_products(answers, scales, *, by, responses):
    return items_and_products(answers, responses, scales, by=by)[1]


def slowly(frame, scales, by):
    """The definition, in Python's whole numbers."""
    found = {}
    for row in frame.iter_rows(named=True):
        group = tuple(row[name] for name in by)
        for scale, names in scales.items():
            complete = all(row[name] is not None for name in names)
            for place, item in enumerate(names):
                for other in (*names[place:], ""):
                    entry = found.setdefault((*group, scale, item, other), [0, 0])
                    if complete:
                        entry[0] += 1
                        entry[1] += row[item] * (row[other] if other else 1)
    return {key: tuple(value) for key, value in found.items()}


def by_key(made, by):
    keys = [*by, "scale", "item", "other_item"]
    assert made.select(keys).is_unique().all()
    return {row[: len(keys)]: row[len(keys) :] for row in made.select(*keys, "n", "product").iter_rows()}


@st.composite
def answers(draw):
    names = [f"q_{number}" for number in range(1, draw(st.integers(1, 5)) + 1)]
    one = draw(RANGES)
    responses = {name: draw(RANGES) if draw(st.booleans()) else one for name in names}
    rows = draw(st.integers(1, 30))
    columns = {}
    for name, (low, high) in responses.items():
        answer = st.integers(low, high) if draw(st.booleans()) else st.none() | st.integers(low, high)
        columns[name] = pl.Series(draw(st.lists(answer, min_size=rows, max_size=rows)), dtype=pl.Int16)
    region = draw(st.lists(st.sampled_from(["oulu", "tampere"]), min_size=rows, max_size=rows))
    unit = draw(st.lists(st.integers(-2, 3), min_size=rows, max_size=rows))
    some = st.lists(st.sampled_from(names), min_size=1, unique=True)
    scales = draw(st.dictionaries(st.sampled_from(["s", "t", "u"]), some, min_size=1))
    frame = pl.DataFrame({"region": region, "unit": pl.Series(unit, dtype=pl.Int16)} | columns)
    return frame, scales, responses


BY = ["region", "unit"]


@settings(max_examples=40)
@given(answers())
def test_products_follow_their_definition(drawn):
    frame, scales, responses = drawn
    made = item_products(frame.lazy(), scales, by=BY, responses=responses)
    assert made.columns == [*BY, "scale", "item", "other_item", "n", "product"]
    assert by_key(made, BY) == slowly(frame, scales, BY)


@settings(max_examples=40)
@given(answers(), st.integers(1, 5))
def test_short_matrix_products_and_small_parts_change_nothing(drawn, size):
    frame, scales, responses = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gram, "EXACT", 2)  # 64-bit floats
        patch.setattr(gram, "BLOCK", size)
        patch.setattr(gram, "_BATCH", 2 * size)
        made = item_products(frame.lazy(), scales, by=BY, responses=responses)
    assert by_key(made, BY) == slowly(frame, scales, BY)


@settings(max_examples=40)
@given(answers(), st.integers(0, 30), st.randoms())
def test_parts_add_up_to_the_whole_in_any_order(drawn, cut, random):
    frame, scales, responses = drawn
    order = list(range(frame.height))
    random.shuffle(order)
    shuffled = frame[order]
    keys = [*BY, "scale", "item", "other_item"]
    parts = [
        item_products(part.lazy(), scales, by=BY, responses=responses)
        for part in (shuffled[:cut], shuffled[cut:])
        if part.height
    ]
    added = pl.concat(parts).group_by(keys).agg(pl.col("n", "product").sum())
    whole = item_products(frame.lazy(), scales, by=BY, responses=responses)
    assert_frame_equal(added, whole, check_row_order=False)


def test_blocks_with_and_without_missing_answers_are_both_counted():
    random = np.random.default_rng(5)
    names = [f"q_{place}" for place in range(1, 6)]
    whole = pl.DataFrame({name: random.integers(0, 3, gram.BLOCK, dtype=np.int8) for name in names})
    whole = whole.with_columns(unit=pl.int_range(pl.len()) // 15000)
    frame = pl.concat([whole.with_columns(pl.when(pl.int_range(pl.len()) % 7 != 0).then("q_2").alias("q_2")), whole])
    scales = {"all": names, "some": names[2:]}
    made = item_products(frame.lazy(), scales, by=["unit"], responses=dict.fromkeys(names, (0, 2)))
    assert by_key(made, ["unit"]) == slowly(frame, scales, ["unit"])


def test_the_largest_answers_of_very_many_stay_exact():
    rows = 300_000
    frame = pl.DataFrame(
        {"wave": np.full(rows, 2022), "q_1": np.full(rows, 126, np.int8), "q_2": np.full(rows, -128, np.int8)}
    )
    made = item_products(
        frame.lazy(), {"s": ["q_1", "q_2"]}, by=["wave"], responses={"q_1": (-128, 126), "q_2": (-128, 126)}
    )
    assert made["product"].to_list() == [rows * one for one in (126, 126 * 126, -126 * 128, -128, 128 * 128)]
    assert made["n"].unique().to_list() == [rows]


@given(st.tuples(st.integers(-128, 125), st.integers(-127, 126)).filter(lambda ends: ends[0] < ends[1]))
def test_every_partial_sum_fits_its_float(ends):
    sums = gram._Blocks([ends], [])
    farthest = max(abs(end - int(sums.centres[0])) for end in ends)
    assert gram.BLOCK * farthest**2 < (2**24 if sums.kind == np.float32 else 2**53)
    assert farthest <= 127  # one byte


def test_nobody_complete_leaves_zeros():
    frame = pl.DataFrame(
        {"unit": [1, 1], "q_1": [1, None], "q_2": [None, 2]}, schema_overrides={"q_1": pl.Int8, "q_2": pl.Int8}
    )
    made = item_products(frame.lazy(), {"s": ["q_1", "q_2"]}, by=["unit"], responses={"q_1": (0, 2), "q_2": (0, 2)})
    assert made.height == 5
    assert made.select("n", "product").sum().row(0) == (0, 0)


@pytest.mark.parametrize(
    ("scales", "responses", "error", "words"),
    [
        ({"s": ["q_1", "q_3"]}, {"q_1": (0, 2), "q_2": (0, 2)}, ContractError, "'q_3'"),
        ({"s": ["q_1"]}, {"q_1": (0, 1)}, ContractError, "outside 0–1"),
        ({"s": ["q_1"]}, {"q_1": (0, 300)}, ParameterError, "one byte"),
        ({"s": []}, {}, ContractError, "No item"),
    ],
)
def test_mistakes_are_named(scales, responses, error, words):
    frame = pl.LazyFrame({"unit": [1], "q_1": pl.Series([2], dtype=pl.Int8), "q_2": pl.Series([1], dtype=pl.Int8)})
    with pytest.raises(error, match=words):
        item_products(frame, scales, by=["unit"], responses=responses)


def sample(instrument, rows, informants=("self",)):
    random = np.random.default_rng(11)
    columns = {
        name: pl.Series(random.integers(ends[0], ends[1] + 1, rows), dtype=pl.Int8)
        for name, ends in instrument.item_responses.items()
    }
    frame = pl.DataFrame(columns).with_columns(
        pl.when(pl.lit(random.random(rows) > 0.1)).then(pl.col(name)).alias(name) for name in columns
    )
    return frame.with_columns(
        wave=pl.lit(2022, pl.Int32),
        region=pl.Series(random.choice(["oulu", "tampere"], rows)),
        informant=pl.Series(random.choice(list(informants), rows)),
    )


@pytest.mark.parametrize("key", ["sdq", "who5", "cyrm_r", "sdq_impact", "single"])
def test_tables_of_an_instrument(key):
    instrument = load_instruments()[key]
    frame = sample(instrument, 300, ("parent", "teacher"))
    made_items, made = answer_tables(frame.lazy(), instrument)
    for item in instrument.item_columns if not instrument.asked_if else ():
        mine = made_items.filter(item=item, region="network").select(pl.col("n", "n_missing", "sum").sum()).row(0)
        assert mine == (frame[item].count(), frame[item].null_count(), frame[item].cast(pl.Int64).sum())
    assert made.schema == PRODUCTS
    assert made.equals(made.sort(PRODUCTS_KEY))
    scales = instrument.scale_items
    assert set(made["scale"]) == set(scales)
    points = frame.with_columns(
        pl.col(name).replace_strict(instrument.recode or {code: code for code in range(-9, 99)})
        for name in instrument.item_columns
    )
    for informant in ("parent", "teacher"):
        own = {
            scale.key: scales[scale.key]
            for scale in instrument.scales
            if scale.key in scales and (not scale.informants or informant in scale.informants)
        }
        for region in ("oulu", "network"):
            inside = points.filter(informant=informant)
            inside = inside if region == "network" else inside.filter(region=region)
            wanted = slowly(inside, own, ["wave"])
            assert by_key(made.filter(informant=informant, region=region), ["wave"]) == wanted


def test_scales_of_scales_have_all_items_of_their_parts():
    found = load_instruments()["sdq"].scale_items
    assert len(found["sdq_total"]) == 20
    assert set(found["sdq_internalising"]) == set(found["sdq_emotional"]) | set(found["sdq_peer"])
    assert "single_home" not in load_instruments()["single"].scale_items


@given(
    st.lists(
        st.tuples(st.sampled_from(["oulu", "tampere"]), st.integers(1, 4), st.none() | st.integers(-50, 50)), min_size=1
    )
)
def test_unit_sizes_follow_their_definition(people):
    frame = pl.DataFrame(people, schema={"region": pl.String, "unit": pl.Int64, "y": pl.Int64}, orient="row")
    persons = frame.lazy().with_columns(
        wave=pl.lit(2022, pl.Int32), stratum=pl.lit("1"), informant=pl.lit("self"), weight=pl.lit(3)
    )
    made = unit_sizes(persons, {"y": 2}, design=persons)
    for region in ("oulu", "tampere", "network"):
        scores = {}
        for place, unit, y in people:
            if y is not None and region in {place, "network"}:
                scores.setdefault(unit, []).append(y)
        wanted = {}
        for members in scores.values():
            row = wanted.setdefault(len(members), [0, 0, 0, 0])
            for place, value in enumerate((1, sum(members), sum(y * y for y in members), sum(members) ** 2)):
                row[place] += value
        mine = made.filter(region=region)
        assert {row[0]: list(row[1:]) for row in mine.select("size", "units", "y", "yy", "tt").iter_rows()} == wanted
        assert set(mine["decimals"]) <= {2}


def test_an_instrument_without_scales_of_items_has_no_products():
    scale = {"title": TEXT, "range": (0, 2), "higher_is_better": True}
    instrument = Instrument.model_validate(
        {
            "key": "q", "title": TEXT, "items": 2, "response": (0, 2), "licence": "-", "citation": "-",
            "scales": [{"key": "q_a", "items": [1], **scale}],
        }
    )  # fmt: skip
    made_items, made = answer_tables(sample(instrument, 20).lazy(), instrument)
    assert made_items.height > 0
    assert made.is_empty()
    assert made.schema == PRODUCTS
