"""One pass makes what the single functions make."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.errors import ContractError
from sujuva.moments import cluster_totals, item_moments, item_products, items, onepass, questionnaire_moments

NAMES = ["q_1", "q_2", "q_3"]
SCALES = {"all": NAMES, "two": NAMES[1:]}
RESPONSE = (0, 3)
DOMAIN = ["wave", "region", "informant"]
ANSWER = st.none() | st.integers(*RESPONSE)
SCORE = st.none() | st.integers(-(10**4), 10**4)
WEIGHT = st.integers(1, 10**7)
LARGE = st.integers(1, 2**53)
TEXTS = ("oulu", "tampere"), ("1", "2"), ("a", "b", "c"), ("self", "parent")
CODES = (3, 5), (1, 2), (7, 8, 9), (0, 1)


@st.composite
def persons(draw, weight=WEIGHT, score=SCORE):
    region, stratum, unit, informant = draw(st.sampled_from([TEXTS, CODES]))
    row = st.tuples(
        st.integers(2022, 2024), st.sampled_from(region), st.sampled_from(stratum), st.sampled_from(unit),
        st.sampled_from(informant), weight, score, score, ANSWER, ANSWER, ANSWER,
    )  # fmt: skip
    names = ["wave", "region", "stratum", "unit", "informant", "weight", "y", "z", *NAMES]
    rows = draw(st.lists(row, min_size=1, max_size=30))
    whole = dict.fromkeys(("wave", "weight", "y", "z"), pl.Int64) | dict.fromkeys(NAMES, pl.Int8)
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides=whole, infer_schema_length=None)


def check(frame):
    made = questionnaire_moments(frame.lazy(), NAMES, SCALES, ["y", "z"], response=RESPONSE)
    assert_frame_equal(made.items, item_moments(frame.lazy(), NAMES, by=DOMAIN, response=RESPONSE))
    wanted = item_products(frame.lazy(), SCALES, by=DOMAIN, responses=dict.fromkeys(NAMES, RESPONSE))
    assert_frame_equal(made.products, wanted)
    totals = cluster_totals(frame.lazy(), {"y": 0, "z": 0})
    assert_frame_equal(made.totals, totals, check_row_order=False, check_column_order=False)


@settings(max_examples=40)
@given(persons())
def test_one_pass_makes_what_the_single_functions_make(frame):
    check(frame)


@settings(max_examples=40)
@given(persons(weight=LARGE, score=st.none() | st.integers(-(10**7), 10**7)))
def test_products_beyond_64_bits_stay_exact(frame):
    made = questionnaire_moments(frame.lazy(), NAMES, SCALES, ["y"], response=RESPONSE).totals
    for key, power in (("w", 0), ("wy", 1), ("wyy", 2)):
        known = frame.filter(pl.col("y").is_not_null()).select("weight", "y").iter_rows()
        wanted = sum(weight * y**power for weight, y in known)
        assert sum(made.filter(region="network")[f"y|{key}"].to_list()) == wanted


@settings(max_examples=40)
@given(persons(), st.integers(1, 7))
def test_arrays_are_emptied_in_time(frame, batch):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(onepass, "_FITS", 10**9)  # some batches fit, some do not, and few fit together
        patch.setattr(items, "BATCH", (batch, batch))
        check(frame)


def test_many_batches_in_any_order_make_the_same(monkeypatch):
    monkeypatch.setattr(onepass, "BATCH", (1, 1))
    random = np.random.default_rng(2)
    rows = 30_000
    frame = pl.DataFrame(
        {
            "wave": random.integers(2022, 2024, rows), "region": random.choice(["oulu", "tampere"], rows),
            "stratum": "1", "unit": random.integers(0, 50, rows), "informant": "self",
            "weight": random.integers(1, 10**6, rows), "y": random.integers(0, 100, rows),
            "z": random.integers(0, 100, rows),
        }
        | {name: pl.Series(random.integers(0, 4, rows), dtype=pl.Int8) for name in NAMES}
    ).with_columns(pl.when(pl.col("y") > 3).then("y"), pl.when(pl.col("z") > 9).then("q_2").alias("q_2"))  # fmt: skip
    check(frame)


def test_a_wrong_answer_stops_the_pass():
    frame = pl.LazyFrame(
        {"wave": [2022], "region": ["oulu"], "stratum": ["1"], "unit": ["1"], "informant": ["self"], "weight": [1],
         "y": [1], "q_1": pl.Series([4], dtype=pl.Int8), "q_2": pl.Series([1], dtype=pl.Int8)}
    )  # fmt: skip
    with pytest.raises(ContractError, match="'q_1' lie outside 0–3"):
        questionnaire_moments(frame, NAMES[:2], {}, ["y"], response=RESPONSE)
