"""Indicators of LP discussions against the same numbers worked out from the rows, and their edges."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy import stats

from sujuva.codebooks import load_indicators, load_regions
from sujuva.errors import ParameterError
from sujuva.estimation import share_interval
from sujuva.moments import lp_moments
from sujuva.parjaavyys import eligible_children, lp_comparisons, lp_indicators
from sujuva.tables import LP_ENVIRONMENTS
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY, KEY, TIDY
from tests.moments.lp_topics import REGIONS, drawn, table, topic
from tests.moments.test_lp_moments import compared


@pytest.fixture(scope="module")
def topics():
    """One region a child, so that a child is one cluster everywhere."""
    return drawn(7, children=250).with_columns(region=pl.col("region").first().over("child"))


@pytest.fixture(scope="module")
def moments(topics):
    return lp_moments(topics, regions=REGIONS)


def one(frame, **key):
    rows = frame.filter(**{"category": "", "region": "oulu", "wave": 2024, **key})
    assert rows.height == 1
    return rows.row(0, named=True)


def clustered(y, w, clusters, everyone):
    """Ratio and its standard error in floats: residuals of clusters, those without a row of the measure as zeros."""
    ratio = sum(y) / sum(w)
    totals = dict.fromkeys(everyone, 0.0)
    for a, b, cluster in zip(y, w, clusters, strict=True):
        totals[cluster] += (a - ratio * b) / sum(w)
    z = np.array(list(totals.values()))
    return ratio, math.sqrt(len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum())


def test_a_share_is_a_ratio_with_children_as_clusters(topics, moments):
    here = topics.filter(region="oulu", wave=2024)
    rows = here.filter(pl.col("rating").is_in(["strength", "vulnerability"]), environment="school")
    strong = (rows["rating"] == "strength").cast(pl.Int64).to_list()
    share, se = clustered(strong, [1] * len(strong), rows["child"], here["child"].unique().to_list())
    found = one(lp_indicators(moments), indicator="lp_strength_share", category="school")
    assert (found["estimate"], found["se"]) == pytest.approx((share, se), rel=1e-12)
    assert found["n"] == rows["child"].n_unique()
    assert found["df"] == found["n"] - 1
    limits = share_interval(share, se, int(found["df"]), 0.95)
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(limits, rel=1e-12)


def test_balance_turns_the_share(moments):
    indicators = lp_indicators(moments)
    share, balance = (one(indicators, indicator=f"lp_{name}") for name in ("strength_share", "balance"))
    assert balance["estimate"] == 2 * share["estimate"] - 1
    assert balance["se"] == 2 * share["se"]
    assert balance["ci_low"] == 2 * share["ci_low"] - 1
    assert balance["n"] == share["n"]


def test_transitions_add_up_to_one(moments):
    parts = ("vulnerability_to_strength", "strength_to_vulnerability", "unchanged")
    indicators = lp_indicators(moments)
    for place in ("", ":home", ":leisure"):
        shares = [one(indicators, indicator="lp_transition_share", category=f"{part}{place}") for part in parts]
        assert sum(share["estimate"] for share in shares) == pytest.approx(1, abs=1e-12)


def test_the_change_is_the_difference_of_two_shares_of_the_same_topics(topics, moments):
    pairs = [row for row in compared(topics) if row[2]["region"] == "oulu" and row[2]["wave"] == 2024]
    pairs = [row for row in pairs if set(row[3]) <= {"strength", "vulnerability"}]
    children = [row[0] for row in pairs]
    before, after = (np.array([row[3][at] == "vulnerability" for row in pairs]) for at in (0, 1))
    found = one(lp_comparisons(moments["lp_changes"]), comparison="lp_transition")
    moved = (after.astype(int) - before.astype(int)).tolist()
    wanted, se = clustered(moved, [1] * len(moved), children, set(children))
    assert found["estimate"] == pytest.approx(after.mean() - before.mean(), rel=1e-12)
    assert (found["estimate"], found["se"]) == pytest.approx((wanted, se), rel=1e-12)
    assert found["n"] == found["other_n"] == found["clusters"] == len(set(children))
    worse, better = (after & ~before).sum(), (before & ~after).sum()
    odds, spread = clustered((after & ~before).astype(int), (before & ~after).astype(int), children, set(children))
    assert found["effect"] == pytest.approx(worse / better, rel=1e-12) == pytest.approx(odds, rel=1e-12)
    reach = stats.t.ppf(0.975, found["df"]) * spread / odds
    assert math.log(found["effect_high"] / found["effect"]) == pytest.approx(reach, rel=1e-9)
    exact = one(lp_indicators(moments), indicator="lp_mcnemar", scale="exact")
    assert exact["estimate"] == pytest.approx(stats.binomtest(worse, worse + better).pvalue, rel=1e-9)
    # p belongs to the interval; McNemar's tests stand beside it.
    assert found["p"] == pytest.approx(2 * stats.t.sf(abs(found["estimate"] / found["se"]), found["df"]), rel=1e-9)
    assert one(lp_indicators(moments), indicator="lp_mcnemar", scale="durkalski")["estimate"] is not None


def test_q_is_of_the_environments_of_a_region_and_wave(moments):
    found = lp_comparisons(moments["lp_changes"]).filter(region="oulu", wave=2024)
    whole, parts = found.filter(category=""), found.filter(pl.col("category") != "")
    assert whole["q"].item() == whole["p"].item()
    assert parts["q"].to_list() == pytest.approx(stats.false_discovery_control(parts["p"].to_list()).tolist())


def test_shapes_keys_and_descriptions(moments):
    eligible = pl.DataFrame(
        {"region": ["oulu"], "wave": [2024], "eligible": [100]}, schema_overrides={"wave": pl.Int32}
    )
    indicators, comparisons = lp_indicators(moments, eligible=eligible), lp_comparisons(moments["lp_changes"])
    assert indicators.schema == TIDY
    assert comparisons.schema == COMPARISONS
    assert not indicators.select(KEY).is_duplicated().any()
    assert not comparisons.select(COMPARISONS_KEY).is_duplicated().any()
    assert indicators.select(KEY).equals(indicators.select(KEY).sort(KEY))
    known = load_indicators()
    described = {key for key in known if key.startswith("lp_")}
    assert {*indicators["indicator"], *comparisons["comparison"]} == described
    percent = indicators.filter(pl.col("indicator").is_in([key for key, info in known.items() if info.percent]))
    assert percent["estimate"].drop_nulls().is_between(0, 1).all()


def test_nobody_discussed():
    empty = lp_moments(table(), regions=REGIONS)
    assert lp_indicators(empty).schema == TIDY
    assert lp_indicators(empty).height == lp_comparisons(empty["lp_changes"]).height == 0


def test_one_child_and_no_change_have_a_reason_and_no_number():
    def both(child, *, region="oulu", after="strength"):
        first = topic(child=child, talk=f"{child}1", region=region)
        return [first, first | {"talk": f"{child}2", "date": date(2024, 9, 1), "rating": after}]

    rows = [*both("c1", after="vulnerability"), *both("c2", region="tampere"), *both("c3", region="tampere")]
    moments = lp_moments(table(*rows), regions=REGIONS)
    found = lp_comparisons(moments["lp_changes"])
    alone, still = one(found, region="oulu"), one(found, region="tampere")
    assert (alone["note"], alone["estimate"], alone["se"], alone["p"]) == ("one_person", 1.0, None, None)
    assert (still["note"], still["estimate"], still["ci_low"]) == ("no_variation", 0.0, None)
    tests = lp_indicators(moments).filter(indicator="lp_mcnemar", category="")
    notes = {(row["region"], row["scale"]): (row["estimate"], row["note"]) for row in tests.iter_rows(named=True)}
    assert notes["oulu", "exact"] == (1.0, "")
    assert notes["oulu", "durkalski"] == (None, "one_person")
    assert notes["tampere", "exact"] == notes["tampere", "durkalski"] == (None, "no_variation")
    few = one(lp_indicators(moments), indicator="lp_strength_share", region="tampere")
    assert (few["n"], few["note"], few["estimate"], few["ci_high"]) == (2, "few_degrees", 1.0, 1.0)
    assert few["ci_low"] == pytest.approx(0.1581138830, abs=1e-9)  # R: binom.test(2, 2), children and not topics


AREA = pl.DataFrame(
    [
        ("7", "564", "total", 2024, 100.0),
        ("7", "074", "total", 2024, 30.0),
        ("7", "217", "total", 2024, None),
        ("7", "837", "total", 2024, 1.0),
        ("7", "837", "male", 2024, 900.0),
        ("8", "837", "total", 2024, 50.0),
    ],
    schema=["indicator", "area", "gender", "year", "absolute"],
    orient="row",
)


def test_who_is_eligible_is_summed_over_municipalities_and_never_guessed():
    known = load_regions()
    regions = {key: known[key] for key in ("oulu", "tampere")}
    found = eligible_children(AREA, regions, "7")
    assert found.rows() == [("network", 2024, 101), ("oulu", 2024, 100), ("tampere", 2024, 1)]
    regions["keski-pohjanmaa"] = known["keski-pohjanmaa"]
    found = dict(eligible_children(AREA, regions, "7").select("region", "eligible").iter_rows())
    assert found == {"oulu": 100, "tampere": 1, "keski-pohjanmaa": None, "network": None}
    with pytest.raises(ParameterError, match="eligible: no statistic of the areas has the id '9'"):
        eligible_children(AREA, regions, "9")


def test_coverage_is_a_complete_count():
    rows = [topic(child=f"c{at}", talk=f"t{at}", region="oulu" if at < 25 else "tampere") for at in range(28)]
    moments = lp_moments(table(*rows), regions=[*REGIONS])
    known = load_regions()
    eligible = eligible_children(AREA, {key: known[key] for key in REGIONS}, "7")
    found = lp_indicators(moments, eligible=eligible)
    oulu, tampere = (one(found, indicator="lp_coverage", region=key) for key in REGIONS)
    assert (oulu["estimate"], oulu["n"], oulu["se"], oulu["note"]) == (0.25, 25, None, "")
    assert (tampere["estimate"], tampere["note"]) == (3.0, "more_than_eligible")
    nothing = lp_indicators(moments, eligible=eligible.with_columns(eligible=pl.lit(None, pl.Int64)))
    assert one(nothing, indicator="lp_coverage")["note"] == "no_eligible"
    assert lp_indicators(moments).filter(indicator="lp_coverage").is_empty()


def test_a_region_without_discussions_is_part_of_the_denominator():
    rows = [topic(child=f"c{at}", talk=f"t{at}") for at in range(20)]
    moments = lp_moments(table(*rows), regions=[*REGIONS])
    years = [
        (region, wave, children)
        for wave in (2022, 2024)  # nobody has a discussion in 2022
        for region, children in (("network", 200), ("oulu", 80), ("tampere", 120), ("turku", 0), ("vaasa", None))
    ]
    schema = {"region": pl.String, "wave": pl.Int32, "eligible": pl.Int64}
    eligible = pl.DataFrame(years, schema=schema, orient="row")
    found = lp_indicators(moments, eligible=eligible).filter(indicator="lp_coverage")
    assert found.select("region", "wave", "estimate", "n", "note").rows() == [
        ("network", 2024, 0.1, 20, ""),
        ("oulu", 2024, 0.25, 20, ""),
        ("tampere", 2024, 0.0, 0, ""),
    ]


def test_the_children_of_one_number_are_among_those_that_its_record_names():
    """Of a few children at a time, so that a number which holds others would be the larger one."""
    known = load_indicators().where(topic="lp")
    last = pl.col("category").str.split(":").list.last()
    part = pl.when(last.is_in(LP_ENVIRONMENTS)).then(last).otherwise(pl.lit(""))
    seen = set()
    for seed in range(40):
        rows = lp_indicators(lp_moments(drawn(seed, children=4), regions=REGIONS)).with_columns(part=part)
        numbers = {(row["indicator"], row["part"], row["region"], row["wave"]): row["n"] for row in rows.to_dicts()}
        for (key, *place), n in numbers.items():
            for outer in known[key].behind.within:
                of = numbers.get((outer, *place))
                assert of is None or (n or 0) <= (of or 0), (key, outer)
                seen |= {(key, outer)} if of is not None and n else set()
    told = {(key, outer) for key, one in known.items() for outer in one.behind.within}
    assert seen == {one for one in told if "lp_coverage" not in one}, "which needs the number of children around"
