"""Estimates against R's survey package: `r_survey.R` beside this file made `r_survey.csv` from `r_survey_data.csv`.

Where R with survey is installed the reference is made afresh, so that the committed values cannot drift from it.
"""

from pathlib import Path

import polars as pl
import pytest

from sujuva.estimation import estimate_scores
from sujuva.estimation.interval import ENOUGH_DEGREES, FEW_CLUSTERS, FEW_DEGREES, UNDER_30_CLUSTERS
from sujuva.moments import fixed_weights, score_moments
from tests.estimation.rscript import from_r, read

HERE = Path(__file__).parent
COMMITTED = HERE / "r_survey.csv"
FLOATS = ("mean", "se", "ci_low", "ci_high", "sd")
SHARE = ("logit_low", "logit_high")


@pytest.fixture(scope="module")
def reference():
    fresh = from_r("r_survey.R", HERE / "r_survey_data.csv")
    return read(COMMITTED) if fresh is None else fresh


@pytest.fixture(scope="module")
def moments():
    raw = pl.read_csv(
        HERE / "r_survey_data.csv", null_values="NA", schema_overrides={"stratum": pl.String, "cluster": pl.String}
    )
    persons = fixed_weights(
        raw.lazy().select(
            wave=pl.lit(2022, pl.Int32),
            region=pl.lit("oulu"),
            stratum="stratum",
            unit="cluster",
            informant=pl.lit("self"),
            weight="weight",
            gender="group",
            y=pl.col("y").cast(pl.Int64),
            band=(pl.col("y") >= 12).cast(pl.Int64),
        ),
        4,
    )  # fmt: skip
    return score_moments(persons, {"y": 0, "band": 0}, design=persons, groups=["gender"], weight_decimals=4)


def test_the_committed_reference_is_what_r_says(reference):
    committed = read(COMMITTED)
    assert committed.select("lonely", "group", "scale", "n", "df").equals(
        reference.select("lonely", "group", "scale", "n", "df")
    )
    for name in (*FLOATS, *SHARE):
        assert committed[name].drop_nulls().to_list() == pytest.approx(
            reference[name].drop_nulls().to_list(), rel=1e-10, abs=1e-12
        )


@pytest.mark.parametrize("lonely", ["adjust", "certainty"])
def test_every_domain_agrees_with_survey(moments, reference, lonely):
    made = estimate_scores(moments, lonely_cluster=lonely).filter(region="oulu")
    wanted = reference.filter(lonely=lonely)
    assert made.height == wanted.height == 10
    for row in wanted.iter_rows(named=True):
        group = "all" if row["group"] == "all" else f"gender:{row['group']}"
        mine = made.row(by_predicate=(pl.col("group") == group) & (pl.col("scale") == row["scale"]), named=True)
        few = row["df"] < 1  # survey gives a standard error of 0 here; we give none
        assert (mine["n"], mine["df"]) == (row["n"], None if few else row["df"]), group
        assert mine["note"] == (
            FEW_CLUSTERS if few else FEW_DEGREES if row["df"] < ENOUGH_DEGREES else UNDER_30_CLUSTERS
        )
        for name in FLOATS:
            if few and name in {"se", "ci_low", "ci_high"}:
                assert mine[name] is None
            else:
                assert mine[name] == pytest.approx(row[name], rel=1e-11, abs=1e-13), (group, name)


def test_the_rule_for_lonely_clusters_matters_here(moments):
    adjust, certainty = (
        estimate_scores(moments, lonely_cluster=rule).filter(group="all") for rule in ("adjust", "certainty")
    )
    assert (adjust["se"] > certainty["se"]).all()


@pytest.mark.parametrize("lonely", ["adjust", "certainty"])
def test_intervals_of_shares_agree_with_svyciprop_and_stay_within_bounds(moments, reference, lonely):
    made = estimate_scores(moments, shares={"band"}, lonely_cluster=lonely).filter(region="oulu", scale="band")
    wanted = reference.filter(pl.col("logit_low").is_not_null(), lonely=lonely)
    assert wanted.height >= 3
    for row in wanted.iter_rows(named=True):
        group = "all" if row["group"] == "all" else f"gender:{row['group']}"
        mine = made.row(by_predicate=pl.col("group") == group, named=True)
        # svyciprop fits a logistic regression by iteration, to about eight digits.
        assert mine["ci_low"] == pytest.approx(row["logit_low"], rel=1e-7)
        assert mine["ci_high"] == pytest.approx(row["logit_high"], rel=1e-7)
        assert 0 < mine["ci_low"] < mine["mean"] < mine["ci_high"] < 1
