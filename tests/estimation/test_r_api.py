"""The California schools of R's survey package: means, shares, ratios, gaps, changes and quantiles as R has them.

`r_api.R` beside this file made `r_api.csv`, and writes the data for the test: they belong to the package and are not
kept here, so the test needs R.
"""

import math
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from sujuva.estimation import (
    Domain,
    Term,
    contrast,
    estimate_quantiles,
    estimate_scores,
    index_moments,
    ratio,
    variance_of_mean,
)
from sujuva.estimation.design import StratumMoments
from sujuva.estimation.interval import t_interval
from sujuva.moments import fixed_weights, score_distributions, score_moments, score_pairs
from tests.estimation.rscript import from_r, read

HERE = Path(__file__).parent
DESIGNS = ("strat", "clus1", "clus2", "plain")
REGION = {"region": pl.lit("california")}


@pytest.fixture(scope="module")
def r(tmp_path_factory):
    """What R says now, and the folder with the data."""
    folder = tmp_path_factory.mktemp("api")
    fresh = from_r("r_api.R", folder)
    if fresh is None:
        pytest.skip("the api data come with R's survey package, which is not on this machine")
    return fresh, folder


@pytest.fixture(scope="module")
def said(r):
    return {(row["design"], row["what"], row["group"]): row for row in r[0].iter_rows(named=True)}


def schools(folder, design):
    kinds = {"stratum": pl.String, "cluster": pl.String}
    raw = pl.read_csv(folder / f"{design}.csv", schema_overrides=kinds)
    return raw.with_columns(
        unit="cluster", informant=pl.lit("self"), gender=pl.col("wide").cast(pl.String), **REGION
    ).with_columns(pl.col("api00", "api99", "stu", "enroll", "wide").cast(pl.Int64))


@pytest.fixture(scope="module", params=DESIGNS)
def one(request, r):
    """The name of a design, and its sample at one wave."""
    sample = schools(r[1], request.param).with_columns(wave=pl.lit(2000, pl.Int32))
    return request.param, fixed_weights(sample.lazy(), 9)


def two_waves(folder, design):
    """The sample with the schools a year earlier; two clusters are lost at the later wave, as in the R script."""
    sample = schools(folder, design)
    lost = sample["cluster"].unique().sort()[:2]
    stacked = [
        sample.with_columns(y="api99", wave=pl.lit(1999, pl.Int32)),
        sample.filter(~pl.col("cluster").is_in(lost.implode())).with_columns(y="api00", wave=pl.lit(2000, pl.Int32)),
    ]
    return fixed_weights(pl.concat(stacked).lazy(), 9)


COLUMNS = {"api00": 0, "wide": 0}


@pytest.fixture(scope="module")
def tables(one):
    name, persons = one
    scores = score_moments(persons, COLUMNS, design=persons, groups=["gender"], weight_decimals=9)
    pairs = score_pairs(persons, COLUMNS, design=persons, groups=["gender"])
    return name, scores, pairs


def close(value, wanted):
    assert value == pytest.approx(wanted, rel=1e-8, abs=1e-10)


def test_the_committed_reference_is_what_r_says(r):
    committed, now = read(HERE / "r_api.csv"), r[0]
    assert committed.select("design", "what", "group", "n").equals(now.select("design", "what", "group", "n"))
    for name in ("estimate", "se", "df", "deff", "low", "high"):
        close(committed[name].fill_null(-1).to_list(), now[name].fill_null(-1).to_list())


@pytest.mark.parametrize("group", ["all", "0", "1"])
def test_means_of_domains_with_their_design_effects(tables, said, group):
    name, scores, _ = tables
    domain = {"scale": "api00", "region": "california", "group": group if group == "all" else f"gender:{group}"}
    mine = estimate_scores(scores).filter(**domain).row(0, named=True)
    wanted = said[name, "mean", group]
    assert (mine["n"], mine["df"]) == (wanted["n"], wanted["df"])
    for own, theirs in {"mean": "estimate", "se": "se", "deff": "deff", "ci_low": "low", "ci_high": "high"}.items():
        close(mine[own], wanted[theirs])
    close(mine["n_eff"], wanted["n"] / wanted["deff"])


def test_shares(tables, said):
    name, scores, _ = tables
    mine = estimate_scores(scores, shares={"wide"}).filter(scale="wide", region="california", group="all")
    wanted = said[name, "share", "all"]
    close(mine.select("mean", "se", "deff").row(0), (wanted["estimate"], wanted["se"], wanted["deff"]))


def test_ratios_are_ratio_means_with_the_denominator_for_a_weight(one, said):
    name, persons = one
    there = pl.col("enroll").is_not_null() & pl.col("stu").is_not_null()
    x, y = ((pl.col("weight") * pl.col(column)).filter(there) for column in ("enroll", "stu"))
    totals = persons.group_by("stratum", "unit").agg(x=x.sum(), y=y.sum()).collect()
    strata = [
        StratumMoments(
            len(part), sum(part["x"]), sum(part["y"]),
            sum(a * a for a in part["x"]), sum(a * b for a, b in part.select("x", "y").rows()),
            sum(b * b for b in part["y"]),
        )
        for _, part in totals.sort("unit").group_by("stratum", maintain_order=True)
    ]  # fmt: skip
    wanted = said[name, "ratio", "all"]
    close(sum(one.wy for one in strata) / sum(one.w for one in strata), wanted["estimate"])
    close(variance_of_mean(strata, "adjust") ** 0.5, wanted["se"])


def agrees(mine, wanted):
    """Hold a contrast against R's; where a side has few clusters we have fewer df than `degf`, and say so."""
    assert sum(mine.n) == wanted["n"]
    assert mine.df <= wanted["df"] + 1e-9
    close((mine.estimate, mine.se), (wanted["estimate"], wanted["se"]))
    close((mine.ci_low, mine.ci_high), t_interval(wanted["estimate"], wanted["se"], mine.df, 0.95))
    if mine.df == wanted["df"]:
        close((mine.ci_low, mine.ci_high), (wanted["low"], wanted["high"]))


def test_the_gap_between_two_groups_that_share_clusters(tables, said):
    name, scores, pairs = tables
    moments = index_moments(scores, pairs)
    one, other = (Domain("self", "api00", 2000, ("california",), f"gender:{level}") for level in "10")
    mine, wanted = contrast([Term(1, one), Term(-1, other)], moments), said[name, "gap", "all"]
    agrees(mine, wanted)
    wanted, made = said[name, "relative", "all"], ratio(one, other, moments)
    close(made[0], wanted["estimate"])
    # The interval is made on the logarithm: the middle of its ends is the logarithm of the ratio, as R's is.
    close(math.log1p(made[1]) + math.log1p(made[2]), math.log1p(wanted["low"]) + math.log1p(wanted["high"]))
    assert made[1] <= wanted["low"] + 1e-12


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("name", DESIGNS)
def test_the_change_between_waves_with_and_without_the_same_clusters(r, said, name, linked):
    persons = two_waves(r[1], name)
    scores = score_moments(persons, {"y": 0}, design=persons, weight_decimals=9)
    pairs = score_pairs(persons, {"y": 0}, design=persons, linked_units=linked)
    terms = [Term(sign, Domain("self", "y", year, ("california",))) for sign, year in ((1, 2000), (-1, 1999))]
    mine = contrast(terms, index_moments(scores, pairs, linked_units=linked))
    wanted = said[name, "change" if linked else "unlinked", "all"]
    agrees(mine, wanted)
    if linked:  # one design of both waves takes a lost cluster for zeros of the later wave
        assert said[name, "pooled", "all"]["se"] != pytest.approx(mine.se, rel=1e-6)


def test_a_difference_in_differences_between_strata(r, said):
    persons = two_waves(r[1], "strat").with_columns(region=pl.col("stype"))
    scores = score_moments(persons, {"y": 0}, design=persons, weight_decimals=9)
    moments = index_moments(scores, score_pairs(persons, {"y": 0}, design=persons))
    terms = [
        Term(sign * turn, Domain("self", "y", year, (kind,)))
        for kind, sign in (("E", 1), ("H", -1))
        for year, turn in ((2000, 1), (1999, -1))
    ]
    mine, wanted = contrast(terms, moments), said["strat", "did", "all"]
    agrees(mine, wanted)


@pytest.mark.parametrize("group", ["all", "0", "1"])
def test_quantiles(one, tables, said, group):
    name, persons = one
    domain = {"region": "california", "group": group if group == "all" else f"gender:{group}", "scale": "api00"}
    distributions = score_distributions(persons, COLUMNS, groups=["gender"])
    shares = [Fraction(percent, 100) for percent in (10, 25, 50, 75, 90)]
    made = estimate_quantiles(distributions, estimate_scores(tables[1]), shares).filter(**domain)
    assert made.height == 5
    for mine in made.iter_rows(named=True):
        wanted = said[name, f"quantile{mine['share']:g}", group]
        assert (mine["estimate"], mine["n"], mine["df"]) == (wanted["estimate"], wanted["n"], wanted["df"])
        if name == "plain" and group == "all":  # a simple random sample: its design effect is that of every share
            assert (mine["ci_low"], mine["ci_high"]) == (wanted["low"], wanted["high"])
        elif None not in (mine["ci_low"], mine["ci_high"]):
            assert mine["ci_low"] <= mine["estimate"] <= mine["ci_high"]
