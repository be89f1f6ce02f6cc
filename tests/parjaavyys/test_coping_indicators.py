"""The tidy table of indicators."""

import polars as pl
import pytest

from sujuva.codebooks import load_indicators, load_instruments
from sujuva.moments import SCORES, score_moments
from sujuva.parjaavyys import score_indicators
from sujuva.scores import scored, scored_columns
from sujuva.tidy import KEY, TIDY

INSTRUMENTS = load_instruments()


@pytest.fixture(scope="module")
def table():
    rows = 6
    answers = pl.DataFrame(
        {
            "respondent": [str(n) for n in range(rows)],
            "wave": pl.Series([2022] * rows, dtype=pl.Int32),
            "informant": "self",
        }
    )
    values = [0, 1, 2, 3, 4, None]
    answers = answers.with_columns(pl.Series(f"who5_{n}", values, dtype=pl.Int16) for n in range(1, 6))
    who5 = INSTRUMENTS["who5"]
    persons = scored(answers.lazy(), who5).with_columns(
        region=pl.lit("oulu"), stratum=pl.lit("1"), unit=pl.col("respondent"), weight=pl.lit(1, pl.Int64)
    )
    moments = score_moments(persons, scored_columns(who5), design=persons, weight_decimals=0)
    return score_indicators(moments, INSTRUMENTS)


def one(table, indicator, region="oulu"):
    return table.filter(indicator=indicator, region=region).row(0, named=True)


def test_columns_and_key(table):
    assert table.schema == TIDY
    assert table.equals(table.sort(KEY))
    assert not table.select(pl.struct(KEY).is_duplicated().any()).item()


def test_mean_share_and_deviation(table):
    mean, share, sd = (one(table, name) for name in ("score_mean", "band_share", "score_sd"))
    assert (mean["estimate"], mean["n"], mean["scale"], mean["category"], mean["df"]) == (40, 5, "who5", "", 4)
    assert (share["estimate"], share["scale"], share["category"]) == (0.6, "who5", "poor")
    # Six clusters in the design, five with a score: 6/5 · Σz² with z = (y − 0.6) / 5, so √(6/5 · 1.2 / 25).
    assert share["se"] == pytest.approx(0.24, rel=1e-14)
    assert sd["estimate"] == pytest.approx(1000**0.5, rel=1e-14)
    assert sd["se"] is None


def test_the_network_is_there_too(table):
    assert one(table, "score_mean", "network")["estimate"] == 40


def test_the_place_in_the_range_is_the_mean_turned(table):
    place, mean = one(table, "score_pomp"), one(table, "score_mean")  # WHO-5 runs from 0 to 100
    assert {**place, "indicator": ""} == {**mean, "indicator": ""}


def test_every_band_of_the_norm_set_has_a_share(table):
    assert table.filter(indicator="band_share")["category"].unique().to_list() == ["poor"]


def test_every_indicator_is_described(table):
    described = {key: one for key, one in load_indicators().items() if one.family == "parjaavyys"}
    assert {*table["indicator"], "score_quantile"} <= set(described)
    for info in described.values():
        assert all([info.title.sv, info.title.en, info.description.sv, info.description.en, info.method]), info.key
    assert described["band_share"].percent


def test_nothing_in_nothing_out():
    assert score_indicators(pl.DataFrame(schema=SCORES), INSTRUMENTS).schema == TIDY
