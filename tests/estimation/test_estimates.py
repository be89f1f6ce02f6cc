"""Estimates: simple cases, missing ones, and the laws that exact moments give."""

import math
import statistics

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import ContractError, ParameterError
from sujuva.estimation import ESTIMATES, estimate_scores, t_interval
from sujuva.estimation.interval import (
    ENOUGH_CLUSTERS,
    FEW_CLUSTERS,
    FEW_DEGREES,
    NO_SCORES,
    ONE_PERSON,
    UNDER_30_CLUSTERS,
)
from sujuva.moments import SCORES, score_moments


def moments(scores, *, units=None, weights=None, strata=None, decimals=0):
    rows = len(scores)
    persons = pl.DataFrame(
        {
            "wave": pl.Series([2022] * rows, dtype=pl.Int32), "region": ["oulu"] * rows, "informant": ["self"] * rows,
            "stratum": strata or ["1"] * rows, "unit": units or [str(n) for n in range(rows)],
            "weight": weights or [1] * rows, "score": pl.Series(scores, dtype=pl.Int64),
        }
    ).lazy()  # fmt: skip
    return score_moments(persons, {"score": decimals}, design=persons, weight_decimals=0)


def estimate(*args, confidence=0.95, lonely_cluster="adjust", **kwargs):
    made = estimate_scores(moments(*args, **kwargs), confidence=confidence, lonely_cluster=lonely_cluster)
    assert made.schema == ESTIMATES
    return made.row(0, named=True)


def test_a_simple_random_sample_is_the_textbook():
    scores = [12, 15, 9, 20, 14, 14]
    made = estimate(scores)
    sd = statistics.stdev(scores)
    assert (made["mean"], made["n"], made["df"]) == (14, 6, 5)
    assert made["sd"] == pytest.approx(sd, rel=1e-15)
    assert made["se"] == pytest.approx(sd / math.sqrt(6), rel=1e-15)
    assert made["ci_high"] - made["mean"] == pytest.approx(2.570581835636314 * made["se"], rel=1e-12)  # t(0.975, 5)


def test_two_and_three_persons_by_hand():
    """Of 1 and 3 the SD is √2 and the error 1; of 1, 3 and 5 they are 2 and 2 / √3."""
    two, three = estimate([1, 3]), estimate([1, 3, 5])
    assert (two["mean"], two["sd"], two["se"], two["df"]) == pytest.approx((2, math.sqrt(2), 1, 1))
    assert two["ci_high"] == pytest.approx(2 + 12.706204736432095)  # t(0.975, 1)
    assert (three["mean"], three["sd"], three["se"], three["df"]) == pytest.approx((3, 2, 2 / math.sqrt(3), 2))
    assert three["ci_low"] == pytest.approx(3 - 4.302652729911275 * 2 / math.sqrt(3))  # t(0.975, 2)


def test_decimals_are_taken_out():
    whole, fixed = estimate([1, 2, 4]), estimate([100, 200, 400], decimals=2)
    assert all(
        whole[name] == pytest.approx(fixed[name], rel=1e-15) for name in ("mean", "se", "sd", "ci_low", "ci_high")
    )


@pytest.mark.parametrize(
    ("scores", "units", "strata", "note", "there"),
    [
        ([None, None], None, None, NO_SCORES, set()),
        ([7, None], None, None, ONE_PERSON, {"mean"}),
        ([7, 8], ["a", "a"], None, FEW_CLUSTERS, {"mean", "sd"}),
        ([7, 8], None, ["1", "2"], FEW_CLUSTERS, {"mean", "sd"}),
        ([7, 8], None, None, FEW_DEGREES, {"mean", "sd", "df", "se", "ci_low", "ci_high"}),
        ([7, 8, 9, 9], None, None, FEW_DEGREES, {"mean", "sd", "df", "se", "ci_low", "ci_high", "deff", "n_eff"}),
    ],
)
def test_what_cannot_be_estimated_is_null_with_a_note(scores, units, strata, note, there):
    made = estimate(scores, units=units, strata=strata)
    assert made["note"] == note
    floats = {"mean", "sd", "df", "se", "ci_low", "ci_high", "deff", "n_eff"}
    assert {name for name in floats if made[name] is not None} == there
    assert made["n"] + made["n_missing"] == len(scores)


@pytest.mark.parametrize(
    ("clusters", "note"),
    [(2, FEW_DEGREES), (8, FEW_DEGREES), (9, UNDER_30_CLUSTERS), (29, UNDER_30_CLUSTERS), (30, "")],
)
def test_an_interval_from_few_clusters_comes_with_a_warning(clusters, note):
    answers = [one for unit in range(clusters) for one in (1 + unit % 2, 5)]
    made = estimate(answers, units=[str(unit) for unit in range(clusters) for _ in range(2)])
    made_uneven = estimate([unit % 7 for unit in range(clusters)])
    assert ENOUGH_CLUSTERS == 30
    assert (made["clusters"], made["note"]) == (clusters, note)
    assert made_uneven["ci_low"] is not None
    assert made_uneven["note"] == note


def test_the_design_effect_of_a_simple_random_sample_is_one():
    made = estimate([12, 15, 9, 20, 14, 14])
    assert (made["deff"], made["n_eff"]) == pytest.approx((1, 6), rel=1e-14)


def test_children_alike_within_clusters_count_for_fewer():
    made = estimate([3, 3, 3, 3, 9, 9, 9, 9, 6, 6, 6, 6, 6, 6, 6, 6], units=list("aaaabbbbccccdddd"))
    # Four clusters of four equal children are as good as four children: se² = s²_clusters / 4.
    assert made["se"] == pytest.approx(math.sqrt(1.5), rel=1e-14)
    assert made["n_eff"] == pytest.approx(statistics.variance([3] * 4 + [9] * 4 + [6] * 8) / 1.5, rel=1e-14)


def test_where_nobody_differs_there_is_no_design_effect():
    made = estimate([5, 5, 5])
    assert (made["se"], made["deff"], made["n_eff"]) == (0, None, None)


def test_a_stratum_without_scores_takes_no_degree_of_freedom():
    made = estimate([1, 2, 3, None], strata=["1", "1", "1", "2"])
    assert made["df"] == 2
    assert made["se"] == estimate([1, 2, 3])["se"]


def test_large_offsets_do_not_cancel():
    near = estimate([1, 2, 4, 8, 5], units=list("aabbc"), weights=[3, 1, 4, 1, 5])
    far = estimate([10**9 + y for y in (1, 2, 4, 8, 5)], units=list("aabbc"), weights=[3, 1, 4, 1, 5])
    assert far["se"] == near["se"]
    assert far["sd"] == near["sd"]


SCORES_OF = st.lists(
    st.tuples(st.integers(0, 100), st.sampled_from("abcdef"), st.integers(1, 50), st.sampled_from("12")),
    min_size=2,
    max_size=30,
)


@settings(max_examples=40)
@given(SCORES_OF, st.integers(2, 1000))
def test_the_scale_of_the_weights_does_not_matter(people, factor):
    scores, units, weights, strata = (list(column) for column in zip(*people, strict=True))
    one = estimate(scores, units=units, weights=weights, strata=strata)
    other = estimate(scores, units=units, weights=[weight * factor for weight in weights], strata=strata)
    assert one == other


@settings(max_examples=40)
@given(SCORES_OF)
def test_doubling_every_person_within_the_clusters_changes_neither_mean_nor_error(people):
    scores, units, weights, strata = (list(column) for column in zip(*people, strict=True))
    one = estimate(scores, units=units, weights=weights, strata=strata)
    two = estimate(scores * 2, units=units * 2, weights=weights * 2, strata=strata * 2)
    assert all(one[name] == two[name] for name in ("mean", "se", "df", "ci_low", "ci_high"))


@settings(max_examples=40)
@given(SCORES_OF)
def test_certainty_never_exceeds_adjust(people):
    scores, units, weights, strata = (list(column) for column in zip(*people, strict=True))
    design = {"units": units, "weights": weights, "strata": strata}
    adjust, certainty = (estimate(scores, **design, lonely_cluster=rule)["se"] for rule in ("adjust", "certainty"))
    assert (adjust is None) == (certainty is None)
    assert adjust is None or certainty <= adjust


def test_128_bit_sums_may_come_as_decimals():
    made = moments([1, 5, 9])
    decimals = made.with_columns(
        pl.col(name).cast(pl.Decimal(38, 0)) for name, kind in made.schema.items() if kind == pl.Int128
    )
    assert estimate_scores(decimals).equals(estimate_scores(made))


def test_no_moments_no_estimates():
    assert estimate_scores(pl.DataFrame(schema=SCORES)).schema == ESTIMATES


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_probability(confidence):
    with pytest.raises(ParameterError, match="between 0 and 1"):
        estimate([1, 2], confidence=confidence)


def test_other_mistakes_are_named():
    with pytest.raises(ParameterError, match="'adjust'"):
        estimate([1, 2], lonely_cluster="adjusted")
    with pytest.raises(ContractError, match="cyy"):
        estimate_scores(moments([1, 2]).drop("cyy"))


def test_t_interval_widens_with_confidence():
    assert t_interval(1, 0.5, 10, 0.99)[1] > t_interval(1, 0.5, 10, 0.9)[1] > 1


def test_thousands_of_domains_at_once():
    one = moments([3, 5, 8, 9], units=list("aabb"))
    many = pl.concat([one.with_columns(scale=pl.lit(f"s{number}")) for number in range(2500)])
    assert estimate_scores(many).height == 5000
