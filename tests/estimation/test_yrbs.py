"""Published figures: three waves of the US Youth Risk Behavior Survey, felt sad or hopeless (R survey 4.1)."""

import polars as pl
import pyreadstat
import pytest

from sujuva.estimation import estimate_scores
from sujuva.moments import fixed_weights, score_moments


def wave(frame, year, sad):
    number = pl.col("stratum", "psu").cast(pl.Int64).cast(pl.String)
    return frame.with_columns(number).select(
        pl.lit(year, pl.Int32).alias("wave"),
        pl.lit("usa").alias("region"),
        pl.lit("self").alias("informant"),
        "stratum",
        pl.col("psu").alias("unit"),
        pl.col("weight").cast(pl.Float64),
        sad.cast(pl.Int64).alias("sad"),
    )


@pytest.fixture(scope="module")
def estimates(shared_data):
    drop = shared_data / "drop"
    y2019 = pl.from_pandas(pyreadstat.read_sav(drop / "yrbs2019.sav", usecols=["weight", "stratum", "psu", "Q25"])[0])
    persons = fixed_weights(
        pl.concat(
            [
                wave(y2019, 2019, pl.col("Q25") == 1),
                wave(pl.read_parquet(drop / "yrbs2021.parquet"), 2021, pl.col("Q25") == "Yes"),
                wave(pl.read_parquet(drop / "yrbs2023.parquet"), 2023, pl.col("Q26") == "Yes"),
            ]
        ).lazy(),
        6,
    )
    return estimate_scores(score_moments(persons, {"sad": 0}, design=persons, weight_decimals=6)).filter(region="usa")


@pytest.mark.parametrize(
    ("year", "mean", "se", "df"),
    [
        (2019, 0.3671146093, 0.0077859941, 37),
        (2021, 0.4234699268, 0.0065320559, 41),
        (2023, 0.3972130368, 0.0100303112, 73),
    ],
)
def test_sad_or_hopeless(estimates, year, mean, se, df):
    row = estimates.filter(wave=year).row(0, named=True)
    assert row["mean"] == pytest.approx(mean, abs=1e-9)
    assert row["se"] == pytest.approx(se, abs=1e-9)
    assert row["df"] == df


def test_the_interval_of_2019(estimates):
    row = estimates.filter(wave=2019).row(0, named=True)
    assert row["ci_low"] == pytest.approx(0.3513386867, abs=1e-9)
    assert row["ci_high"] == pytest.approx(0.3828905319, abs=1e-9)
