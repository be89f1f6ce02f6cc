"""Moments worked out by hand, or by a few lines of plain Python where there are too many persons for that."""

from __future__ import annotations

import random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sujuva.codebooks import Instrument
from sujuva.moments import (
    UNIT_SIZES_KEY,
    answer_tables,
    attrition_moments,
    paired_differences,
    paired_moments,
    unit_sizes,
)
from tests.moments.test_partner_moments import FIVE, reduced

TEXT = {"fi": "-", "sv": "-", "en": "-"}


@pytest.mark.parametrize("response", [(0, 30), (0, 31), (0, 100), (-128, 126)])
def test_answers_of_a_very_large_and_a_very_small_group_are_exact(response):
    """A sum of squares beyond 2^24 is no longer exact in 32-bit floats, however the groups share a block of rows."""
    low, high = response
    scale = {"key": "q_sum", "title": TEXT, "items": [1, 2], "range": (0, 1), "higher_is_better": True}
    instrument = Instrument.model_construct(
        **Instrument.model_validate(
            {"key": "q", "title": TEXT, "items": 2, "response": (0, 1), "licence": "-", "citation": "-",
             "scales": [scale]}
        ).__dict__ | {"response": response}
    )  # fmt: skip
    sizes = {"oulu": 90_001, "tampere": 3, "turku": 1}
    people = [
        (region, high - (place % 3 == 0), None if place % 1_000 == 7 else low + (place % 5 == 0))
        for region, size in sizes.items()
        for place in range(size)
    ]
    schema = {"region": pl.String, "q_1": pl.Int16, "q_2": pl.Int16}
    frame = pl.DataFrame(people, schema=schema, orient="row").with_columns(
        wave=pl.lit(2022, pl.Int32), informant=pl.lit("self")
    )
    items, products = answer_tables(frame.lazy(), instrument)
    for region in (*sizes, "network"):
        rows = [(x, y) for place, x, y in people if region in {place, "network"}]
        both = [(x, y) for x, y in rows if y is not None]
        mine = products.filter(region=region).select("item", "other_item", "n", "product").rows()
        assert mine == [
            ("q_1", "", len(both), sum(x for x, _ in both)),
            ("q_1", "q_1", len(both), sum(x * x for x, _ in both)),
            ("q_1", "q_2", len(both), sum(x * y for x, y in both)),
            ("q_2", "", len(both), sum(y for _, y in both)),
            ("q_2", "q_2", len(both), sum(y * y for _, y in both)),
        ]
        assert items.filter(region=region).select("item", "n", "n_missing", "sum", "sumsq").rows() == [
            ("q_1", len(rows), 0, sum(x for x, _ in rows), sum(x * x for x, _ in rows)),
            ("q_2", len(both), len(rows) - len(both), sum(y for _, y in both), sum(y * y for _, y in both)),
        ]


def test_how_often_partners_gave_each_score():
    """Scores in tenths: 45 and 20 (T1), 30 and 50 (the sector), 10 (of no sector); all in one region."""
    made = reduced(FIVE)["partner_distributions"].filter(scale="goal", region="oulu")
    assert made.select("group", "decimals", "score", "n", "w").rows() == [
        *(("all", 1, score, 1, 1) for score in (10, 20, 30, 45, 50)),
        *(("sector:health", 1, score, 1, 1) for score in (20, 30, 45, 50)),
    ]
    talk = reduced(FIVE)["partner_distributions"].filter(scale="talk", region="network", group="all")
    assert talk.select("score", "n").rows() == [(3, 1), (5, 1)]


def test_how_many_partners_an_organisation_has():
    """Of two members: T1 (45 + 20) and the sector (30 + 50); of one: whoever has neither (10)."""
    made = reduced(FIVE)["partner_unit_sizes"].filter(scale="goal")
    for region in ("oulu", "network"):
        mine = made.filter(region=region).select("informant", "decimals", "size", "units", "y", "yy", "tt")
        squares = 45**2 + 20**2 + 30**2 + 50**2
        assert mine.rows() == [("", 1, 1, 1, 10, 100, 100), ("", 1, 2, 2, 145, squares, 65**2 + 80**2)]


VISITS = [
    # respondent, wave, region, stratum, unit, weight, score
    ("a", 2022, "oulu", "1", "u", 2, 0), ("a", 2023, "oulu", "1", "u", 9, 1),
    ("b", 2022, "oulu", "1", "u", 3, 1), ("b", 2023, "tampere", "1", "v", 9, 1),
    ("c", 2022, "oulu", "1", "v", 5, 1), ("c", 2023, "oulu", "1", "v", 9, 0),
    ("d", 2022, "oulu", "1", "v", 7, 0), ("d", 2023, "oulu", "1", "v", 9, None),
    ("e", 2022, "oulu", "1", "x", 11, 1),
    ("f", 2022, "oulu", "1", "y", 13, None), ("f", 2023, "oulu", "1", "y", 9, 1),
]  # fmt: skip
"""A share: scores of 0 and 1. Followed are a, b and c; d and e are lost; f was not there to be followed."""


def visits() -> pl.LazyFrame:
    names = ["respondent", "wave", "region", "stratum", "unit", "weight", "score"]
    frame = pl.DataFrame(VISITS, schema=names, orient="row", infer_schema_length=None)
    return frame.with_columns(pl.col("wave").cast(pl.Int32), informant=pl.lit("self")).lazy()


def test_change_of_a_share_in_the_same_persons():
    made = paired_moments(visits(), visits(), {"score": 0}, weight_decimals=0)
    # Clusters u (weights 2 and 3; differences 1 and 0) and v (weight 5, difference −1).
    wanted = {
        "stratum": "1", "informant": "self", "scale": "score", "from_wave": 2022, "wave": 2023,
        "decimals": 0, "weight_decimals": 0, "n": 3, "d": 0, "dd": 2, "y1": 2, "y1y1": 2, "y2": 2, "y2y2": 2, "y1y2": 1,
        "w": 10, "wd": 2 - 5, "wdd": 2 + 5, "wy1": 3 + 5, "wy1y1": 3 + 5, "wy2": 2 + 3, "wy2y2": 2 + 3,
        "clusters": 2, "design_clusters": 4, "cww": 5**2 + 5**2, "cwd": 5 * 2 + 5 * -5, "cdd": 2**2 + 5**2,
        "cy1y1": 3**2 + 5**2, "cy1y2": 3 * 5 + 5 * 0, "cy2y2": 5**2,
    }  # fmt: skip
    assert made.rows(named=True) == [{"region": region} | wanted for region in ("network", "oulu")]


def test_differences_of_a_share_have_every_distance():
    made = paired_differences(visits(), visits(), {"score": 0}, weight_decimals=0)
    key = {"stratum": "1", "informant": "self", "scale": "score", "from_wave": 2022, "wave": 2023,
           "decimals": 0, "weight_decimals": 0}  # fmt: skip
    nothing = dict.fromkeys(("n_higher", "n_lower", "w_higher", "w_lower"), 0) | dict.fromkeys(
        ("cw_higher", "cw_lower", "c_higher", "c_lower", "c_across"), 0
    )
    # At a distance of 1: a rose (2 of the 5 that u weighs), c fell (5, all that v weighs).
    one = {"distance": 1, "n": 2, "n_higher": 1, "n_lower": 1, "w": 7, "w_higher": 2, "w_lower": 5,
           "cw_higher": 5 * 2, "cw_lower": 5 * 5, "c_higher": 4, "c_lower": 25, "c_across": 0}  # fmt: skip
    assert made.rows(named=True) == [
        {"region": region} | key | row
        for region in ("network", "oulu")
        for row in ({"distance": 0, "n": 1, "w": 3} | nothing, one)
    ]


def test_the_followed_and_the_lost_of_a_share():
    made = attrition_moments(visits(), visits(), {"score": 0}, weight_decimals=0)
    # Followed: u 2·0 + 3·1, v 5·1. Lost: v 7·0, x 11·1.
    wanted = {
        "stratum": "1", "informant": "self", "scale": "score", "from_wave": 2022, "wave": 2023,
        "decimals": 0, "weight_decimals": 0,
        "n_followed": 3, "y_followed": 2, "yy_followed": 2, "n_lost": 2, "y_lost": 1, "yy_lost": 1,
        "w_followed": 10, "wy_followed": 8, "wyy_followed": 8, "w_lost": 18, "wy_lost": 11, "wyy_lost": 11,
        "clusters": 3, "clusters_followed": 2, "clusters_lost": 2, "design_clusters": 4,
        "cww_followed": 5**2 + 5**2, "cwy_followed": 5 * 3 + 5 * 5, "cyy_followed": 3**2 + 5**2,
        "cww_lost": 7**2 + 11**2, "cwy_lost": 11 * 11, "cyy_lost": 11**2,
        # Only v has both: 5 followed (5 points), 7 lost (0 points).
        "cww_across": 5 * 7, "cwy_across": 0, "cyw_across": 5 * 7, "cyy_across": 0,
    }  # fmt: skip
    assert made.rows(named=True) == [{"region": region} | wanted for region in ("network", "oulu")]


def test_nobody_is_lost_to_a_wave_that_the_study_does_not_have():
    """Answers of other waves may be there: the study's waves are those of its design."""
    design = visits().filter(pl.col("wave") == 2022)
    for function in (paired_moments, paired_differences, attrition_moments):
        assert function(visits(), design, {"score": 0}, weight_decimals=0).is_empty()


def test_unit_sizes_are_in_order_whatever_the_rows_were_in():
    lot = random.Random(3)
    rows = [(wave, region, f"u{unit}", "self", 1, lot.randint(0, 9), lot.randint(0, 9))
            for wave in (2022, 2023) for region in ("oulu", "tampere") for unit in range(9)
            for _ in range(unit % 4 + 1)]  # fmt: skip
    names = ["wave", "region", "unit", "informant", "weight", "first", "second"]
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("wave").cast(pl.Int32), stratum=pl.lit("1")
    )
    columns = {"second": 0, "first": 0}
    made = unit_sizes(frame.lazy(), columns, design=frame.lazy())
    keys = made.select(UNIT_SIZES_KEY).rows()
    assert keys == sorted(keys)
    assert len(keys) == 2 * 3 * 2 * 4
    for seed in range(5):
        shuffled = frame.sample(fraction=1, shuffle=True, seed=seed)
        assert_frame_equal(unit_sizes(shuffled.lazy(), columns, design=shuffled.lazy()), made)
