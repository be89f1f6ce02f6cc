"""Change against R's survey package and lm: `r_change.R` made `r_change.csv` from the artificial `r_change_data.csv`.

Where R with survey is installed the reference is made afresh, so that the committed values cannot drift from it.
"""

from pathlib import Path

import polars as pl
import pytest

from sujuva.codebooks import Instrument, Scale, Text
from sujuva.estimation import aapc, estimate_changes, estimate_tails, index_moments, t_interval
from sujuva.moments import (
    attrition_moments,
    fixed_weights,
    paired_differences,
    paired_moments,
    score_moments,
    score_pairs,
)
from sujuva.parjaavyys import attrition_indicators, differences_in_differences, score_changes
from tests.estimation.rscript import from_r, read

HERE = Path(__file__).parent
COMMITTED = HERE / "r_change.csv"
WORDS = Text(fi="x", sv="x", en="x")
SCALE = Scale(key="score", title=WORDS, items=(1,), range=(0, 30), higher_is_better=True)
INSTRUMENTS = {
    "made": Instrument(key="made", title=WORDS, items=1, response=(0, 30), scales=(SCALE,), licence="-", citation="-")
}
PAIRS = [(2, 1), (3, 1), (3, 2)]
REGIONS = ["network", "a", "b", "c", "d"]
COLUMNS = {"score": 0}


@pytest.fixture(scope="module")
def reference():
    fresh = from_r("r_change.R", HERE / "r_change_data.csv")
    return read(COMMITTED) if fresh is None else fresh


@pytest.fixture(scope="module")
def wanted(reference):
    def find(what, region="network", wave=2, other=1):
        place = (pl.col("what") == what) & (pl.col("region") == region)
        return reference.row(
            by_predicate=place & (pl.col("wave") == wave) & (pl.col("other_wave") == other), named=True
        )

    return find


@pytest.fixture(scope="module")
def persons():
    raw = pl.read_csv(
        HERE / "r_change_data.csv", null_values="NA", schema_overrides={"stratum": pl.String, "unit": pl.String}
    )
    return fixed_weights(
        raw.lazy().rename({"id": "respondent"}).with_columns(pl.col("wave").cast(pl.Int32), informant=pl.lit("self")), 4
    )


@pytest.fixture(scope="module")
def paired(persons):
    return paired_moments(persons, persons, COLUMNS, weight_decimals=4)


@pytest.fixture(scope="module")
def changes(paired):
    return estimate_changes(paired)


def agrees(mine, row, names):
    for name, other in names.items():
        assert mine[name] == pytest.approx(row[other], rel=1e-9, abs=1e-12), (name, row["what"], row["region"])


MEAN = {"estimate": "estimate", "se": "se", "df": "df", "ci_low": "low", "ci_high": "high"}
SIZE = {"estimate": "estimate", "se": "se"}


def agrees_with_fewer_df(mine, row):
    """Where a side has few clusters we have fewer degrees of freedom than R's `degf`; the error is the same."""
    agrees(mine, row, SIZE)
    assert mine["df"] <= row["df"] + 1e-9
    ends = t_interval(row["estimate"], row["se"], mine["df"], 0.95)
    assert (mine["ci_low"], mine["ci_high"]) == pytest.approx(ends, rel=1e-9)


def test_the_committed_reference_is_what_r_says(reference):
    committed = read(COMMITTED)
    keys = ["what", "region", "wave", "other_wave", "df"]
    assert committed.select(keys).equals(reference.select(keys))
    for name in ("estimate", "se", "low", "high"):
        assert committed[name].is_null().equals(reference[name].is_null())
        assert committed[name].drop_nulls().to_list() == pytest.approx(
            reference[name].drop_nulls().to_list(), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(("wave", "other"), PAIRS)
def test_the_same_persons_agree_with_svymean_of_differences(changes, wanted, region, wave, other):
    mine = changes.filter(region=region, wave=wave, from_wave=other).row(0, named=True)
    agrees(mine, wanted("change", region, wave, other), MEAN)
    for name, other_name in (("sd_before", "sd_score"), ("sd_after", "sd_after"), ("sd_difference", "sd_d")):
        agrees(mine, wanted(other_name, region, wave, other), {name: "estimate"})
    agrees(
        mine,
        wanted("relative", region, wave, other),
        {"relative": "estimate", "relative_low": "low", "relative_high": "high"},
    )


@pytest.mark.parametrize("region", REGIONS)
def test_shares_beyond_a_threshold_agree_with_svyciprop(persons, paired, wanted, region):
    differences = paired_differences(persons, persons, COLUMNS, weight_decimals=4)
    limit = paired.select("informant", "scale", "from_wave", "wave").unique().with_columns(threshold=pl.lit(3.0))
    made = estimate_tails(paired, differences, limit)
    for wave, other in PAIRS:
        for outcome, what in (("higher", "up"), ("lower", "down"), ("same", "same")):
            mine = made.filter(region=region, wave=wave, from_wave=other, outcome=outcome).row(0, named=True)
            row = wanted(what, region, wave, other)
            agrees(mine, row, {"estimate": "estimate", "se": "se", "df": "df"})
            # svyciprop fits a logistic regression by iteration, to about eight digits.
            if region == "network":
                assert mine["ci_low"] == pytest.approx(row["low"], rel=1e-6)
                assert mine["ci_high"] == pytest.approx(row["high"], rel=1e-6)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(("wave", "other"), PAIRS)
def test_the_lost_agree_with_svyby_and_svycontrast(persons, wanted, region, wave, other):
    made = attrition_indicators(attrition_moments(persons, persons, COLUMNS, weight_decimals=4), INSTRUMENTS)
    mine = {row["indicator"]: row for row in made.filter(region=region, wave=wave, category=str(other)).to_dicts()}
    agrees_with_fewer_df(mine["attrition_difference"], wanted("attrition_difference", region, wave, other))
    row = wanted("attrition_share", region, wave, other)
    agrees(mine["attrition_share"], row, {"estimate": "estimate", "se": "se", "df": "df"})
    if region == "network":
        assert mine["attrition_share"]["ci_low"] == pytest.approx(row["low"], rel=1e-6)


@pytest.fixture(scope="module")
def moments(persons):
    scores = score_moments(persons, COLUMNS, design=persons, weight_decimals=4)
    return index_moments(scores, score_pairs(persons, COLUMNS, design=persons))


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(("wave", "other"), PAIRS)
def test_repeated_cross_sections_agree_with_linked_units(moments, wanted, region, wave, other):
    made = score_changes(moments, INSTRUMENTS).filter(region=region, wave=wave, other_wave=other)
    agrees(made.row(0, named=True), wanted("cross", region, wave, other), MEAN)


TURNS = [(2, "did", 2, 1), (2, "did", 3, 1), (3, "did", 3, 2), (3, "placebo", 2, 1)]


@pytest.mark.parametrize(("start", "comparison", "post", "pre"), TURNS)
def test_differences_in_differences_agree_with_svycontrast_and_svyglm(moments, wanted, start, comparison, post, pre):
    made = differences_in_differences(moments, INSTRUMENTS, {"a": start, "b": start})
    mine = made.filter(comparison=comparison, wave=post, other_wave=pre).row(0, named=True)
    agrees_with_fewer_df(mine, wanted("did", "network", post, pre))
    agrees(mine, wanted("did_glm", "network", post, pre), SIZE)
    assert mine["p"] is None  # two regions against two: no test of schools speaks of the work


YEARS = list(range(2009, 2021))
RATES = [3.1, 3.0, 3.4, 3.6, 3.9, 3.7, 3.5, 3.6, 3.1, 3.0, 2.8, 2.9]
WEIGHTS = [1, 2, 2, 3, 1, 4, 5, 2, 2, 3, 3, 1]


@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("aapc_line", {}),
        ("aapc_weighted", {"weights": WEIGHTS}),
        ("aapc_joint", {"joints": [2013]}),
        ("aapc_window", {"joints": [2013], "window": (2012, 2016)}),
        ("aapc_two_joints", {"joints": [2017, 2013], "weights": WEIGHTS}),
    ],
)
def test_average_annual_percent_change_agrees_with_lm(reference, what, options):
    row = reference.filter(pl.col("what") == what).row(0, named=True)
    mine = aapc(YEARS, RATES, **options)
    made = (mine.change, mine.p, mine.df, mine.low, mine.high)
    assert made == pytest.approx((row["estimate"], row["se"], row["df"], row["low"], row["high"]), rel=1e-9)
