"""Quantiles and false discovery: textbook cases and laws; R's numbers are in test_r_api."""

from fractions import Fraction

import polars as pl
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import ContractError, ParameterError
from sujuva.estimation import QUANTILES, estimate_quantiles, estimate_scores, with_false_discovery
from sujuva.estimation.discovery import benjamini_hochberg
from sujuva.estimation.estimates import DOMAIN
from sujuva.estimation.quantiles import weighted_quantile
from sujuva.moments import score_distributions, score_moments

HALF = Fraction(1, 2)


def tables(scores, *, units=None, weights=None, decimals=0):
    rows = len(scores)
    persons = pl.DataFrame(
        {
            "wave": pl.Series([2022] * rows, dtype=pl.Int32), "region": "oulu", "informant": "self", "stratum": "1",
            "unit": units or [str(n) for n in range(rows)], "weight": weights or [1] * rows,
            "score": pl.Series(scores, dtype=pl.Int64),
        }
    ).lazy()  # fmt: skip
    moments = score_moments(persons, {"score": decimals}, design=persons, weight_decimals=0)
    return score_distributions(persons, {"score": decimals}), estimate_scores(moments)


def quantiles(*args, shares=(HALF,), **kwargs):
    made = estimate_quantiles(*tables(*args, **kwargs), shares)
    assert made.schema == QUANTILES
    return made.filter(region="oulu")


@pytest.mark.parametrize(
    ("share", "wanted"),
    [(Fraction(1, 4), 1), (Fraction(1, 4) + Fraction(1, 10**20), 3), (HALF, 3), (Fraction(3, 4), 8), (Fraction(1), 9)],
)
def test_the_smallest_score_that_reaches_the_share(share, wanted):
    assert weighted_quantile([1, 3, 8, 9], [2, 2, 2, 2], share) == wanted


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10**12)), min_size=1, max_size=20), st.fractions(0, 1))
def test_a_quantile_is_where_the_distribution_reaches_the_share(people, share):
    weights = {}
    for score, weight in people:
        weights[score] = weights.get(score, 0) + weight
    ordered = sorted(weights)
    found = weighted_quantile(ordered, [weights[score] for score in ordered], share)
    total = sum(weights.values())
    assert sum(weights[score] for score in ordered if score <= found) >= share * total
    assert found == ordered[0] or sum(weights[score] for score in ordered if score < found) < share * total


def test_decimals_are_taken_out_and_weights_count():
    made = quantiles([100, 250, 300], weights=[1, 1, 5], decimals=2).row(0, named=True)
    assert (made["estimate"], made["n"], made["share"]) == (3.0, 3, 0.5)


def test_clusters_widen_the_interval():
    scores = [n % 20 for n in range(400)]
    alone = quantiles(scores).row(0, named=True)
    together = quantiles(scores, units=[str(score // 2) for score in scores]).row(0, named=True)
    assert alone["estimate"] == together["estimate"] == 9
    assert together["ci_low"] < alone["ci_low"] <= 9 <= alone["ci_high"] < together["ci_high"]


def test_an_end_beyond_the_sample_is_missing():
    low, middle = quantiles(list(range(20)), shares=[HALF, Fraction(1, 10)]).iter_rows(named=True)
    assert (low["estimate"], low["ci_low"], low["ci_high"]) == (1, None, 4)
    assert (middle["estimate"], middle["ci_low"], middle["ci_high"]) == (9, 5, 14)


@pytest.mark.parametrize(
    ("scores", "units", "note"),
    [([7], None, "one_person"), ([7, 8], ["a", "a"], "few_clusters"), ([7, 7, 7], None, "no_variation")],
)
def test_without_an_error_there_is_no_interval(scores, units, note):
    made = quantiles(scores, units=units).row(0, named=True)
    assert (made["estimate"], made["ci_low"], made["ci_high"], made["note"]) == (7, None, None, note)


def test_rows_are_sorted_whatever_the_order_of_the_moments():
    """Forty places are not in order by chance."""
    persons = pl.DataFrame(
        [(2022 + place % 2, f"r{place % 20:02}", f"{place}-{one}", one) for place in range(40) for one in range(3)],
        schema={"wave": pl.Int32, "region": pl.String, "unit": pl.String, "score": pl.Int64},
        orient="row",
    ).with_columns(informant=pl.lit("self"), stratum=pl.lit("1"), weight=pl.lit(1, pl.Int64)).lazy()  # fmt: skip
    moments = score_moments(persons, {"score": 0}, design=persons, weight_decimals=0)
    distributions, estimates = score_distributions(persons, {"score": 0}), estimate_scores(moments)
    made = [
        estimate_quantiles(*(table.sample(fraction=1, shuffle=True, seed=seed) for table in (distributions, estimates)),
                           [Fraction(3, 4), HALF])
        for seed in range(3)
    ]  # fmt: skip
    assert made[0].height == 2 * distributions.select("wave", "region", "group").n_unique()
    assert all(one.equals(made[0].sort(*DOMAIN, "share")) for one in made)


def test_tables_that_do_not_belong_together_are_refused():
    distributions, estimates = tables([1, 2, 3])
    with pytest.raises(ContractError, match="same persons"):
        estimate_quantiles(distributions, estimates.with_columns(n=pl.col("n") + 1), [HALF])
    with pytest.raises(ContractError, match="same persons"):
        estimate_quantiles(distributions, estimates.clear(), [HALF])
    with pytest.raises(ContractError, match="score"):
        estimate_quantiles(distributions.drop("score"), estimates, [HALF])
    with pytest.raises(ParameterError, match="between 0 and 1"):
        estimate_quantiles(distributions, estimates, [Fraction(2)])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_false_discovery_is_scipys(p_values):
    wanted = scipy.stats.false_discovery_control(p_values, method="bh")
    assert benjamini_hochberg(p_values) == pytest.approx(list(wanted), rel=1e-12, abs=1e-300)


def test_false_discovery_by_family_and_without_missing_tests():
    frame = pl.DataFrame({"family": ["a", "b", "a", "a", "b"], "p": [0.04, 0.04, 0.01, None, 0.5]})
    made = with_false_discovery(frame, ["family"])
    # R: p.adjust(c(0.04, 0.01), "BH") is 0.04 0.02; p.adjust(c(0.04, 0.5), "BH") is 0.08 0.50.
    assert made["q"].to_list() == pytest.approx([0.04, 0.08, 0.02, None, 0.5])
    assert made.select("family", "p").equals(frame)
    assert with_false_discovery(frame.clear(), ["family"])["q"].to_list() == []
