"""Reliable change, effect sizes and average annual percent change: worked examples, hand computations, laws."""

import math
import statistics

import pingouin
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.errors import ContractError, ParameterError
from sujuva.estimation import aapc, annual_ratio, estimate_changes, estimate_effects, estimate_tails, reliable_change
from sujuva.estimation.aapc import NOT_POSITIVE, SHORT_SERIES, TOO_FEW_YEARS
from sujuva.estimation.effects import PairedSpread, effect_interval, hedges, paired_factors
from sujuva.estimation.interval import FEW_CLUSTERS, FEW_DEGREES, NO_VARIATION, ONE_PERSON, UNDER_30_CLUSTERS
from sujuva.moments import paired_differences, paired_moments

BEFORE = [12, 15, 9, 20, 14, 14, 8, 11]
AFTER = [14, 15, 12, 19, 18, 15, 12, 16]


def panel(before, after, *, units=None, weights=None, first=2022, second=2023):
    rows = len(before)
    one = {
        "respondent": [f"p{n}" for n in range(rows)], "region": ["oulu"] * rows, "stratum": ["1"] * rows,
        "unit": units or [str(n) for n in range(rows)], "informant": ["self"] * rows, "weight": weights or [1] * rows,
    }  # fmt: skip
    waves = [pl.DataFrame(one | {"wave": [wave] * rows, "score": pl.Series(scores, dtype=pl.Int64)})
             for wave, scores in ((first, before), (second, after))]  # fmt: skip
    return pl.concat(waves).with_columns(pl.col("wave").cast(pl.Int32)).lazy()


def change(*args, **kwargs):
    rows = panel(*args, **kwargs)
    return estimate_changes(paired_moments(rows, rows, {"score": 0}, weight_decimals=0)).filter(region="oulu")


def test_the_example_of_jacobson_and_truax():
    found = reliable_change(7.5, 0.80)
    assert found.error == pytest.approx(3.3541, abs=5e-5)
    assert found.error_of_difference == pytest.approx(4.7434, abs=5e-5)
    assert found.index(32.5, 47.5) == pytest.approx(3.1623, abs=5e-5)
    assert found.threshold == pytest.approx(9.297, abs=5e-4)
    assert reliable_change(7.5, 0.80, confidence=0.9).threshold == pytest.approx(1.6448536 * 4.7434165, rel=1e-7)


@pytest.mark.parametrize(
    ("sd", "reliability", "confidence"), [(1, 0, 0.95), (1, -0.2, 0.95), (1, 1.01, 0.95), (-1, 0.8, 0.95), (1, 0.8, 95)]
)
def test_a_reliability_outside_its_range_is_refused(sd, reliability, confidence):
    with pytest.raises(ParameterError):
        reliable_change(sd, reliability, confidence=confidence)


def test_perfect_reliability_makes_every_change_reliable_and_has_no_index():
    found = reliable_change(5, 1)
    assert found.threshold == 0
    with pytest.raises(ParameterError, match="divides by 0"):
        found.index(1, 2)


def test_effects_by_hand_and_by_pingouin():
    differences = [b - a for a, b in zip(BEFORE, AFTER, strict=True)]
    mean, sd = statistics.mean(differences), statistics.stdev(differences)
    spread = PairedSpread(statistics.stdev(BEFORE), statistics.stdev(AFTER), sd)
    assert spread.correlation == pytest.approx(statistics.correlation(BEFORE, AFTER), rel=1e-12)
    effects = {kind: mean * factor for kind, factor in paired_factors(spread, len(BEFORE)).items()}
    r = statistics.correlation(BEFORE, AFTER)
    assert effects == pytest.approx(
        {
            "srm": mean / sd,
            "srm_hedges": mean / sd * (1 - 3 / (4 * 7 - 1)),
            "ses": mean / statistics.stdev(BEFORE),
            "d_av": mean / ((statistics.stdev(BEFORE) + statistics.stdev(AFTER)) / 2),
            "d_rm": mean / sd * math.sqrt(2 * (1 - r)),
        }
    )
    t = float(pingouin.ttest(AFTER, BEFORE, paired=True)["T"].iloc[0])
    assert effects["srm"] == pytest.approx(t / math.sqrt(len(BEFORE)), rel=1e-9)


def test_a_simple_panel_is_the_textbooks_paired_t_test():
    mine = change(BEFORE, AFTER).row(0, named=True)
    test = pingouin.ttest(AFTER, BEFORE, paired=True).iloc[0]
    assert mine["p"] == pytest.approx(float(test["p_val"] if "p_val" in test else test["p-val"]), rel=1e-9)
    assert (mine["n"], mine["df"], mine["note"]) == (8, 7, FEW_DEGREES)
    effect = estimate_effects(change(BEFORE, AFTER)).filter(kind="srm").row(0, named=True)
    # Becker (1988): the variance of d_z is (1 + d²/2) / n.
    assert effect["se"] == pytest.approx(math.sqrt((1 + effect["estimate"] ** 2 / 2) / 8), rel=1e-12)


def test_hedges_correction_vanishes_in_large_samples():
    assert hedges(10) == pytest.approx(1 - 3 / 39)
    assert hedges(10**6) == pytest.approx(1, abs=1e-6)


def test_an_effect_without_spread_is_left_out():
    assert paired_factors(PairedSpread(0, 0, 0), 5) == {}
    assert set(paired_factors(PairedSpread(0, 2, 2), 5)) == {"srm", "srm_hedges", "d_av"}
    assert effect_interval(0, 0.1, 100, 50, 0.95)[0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("before", "after", "units", "note"),
    [
        ([7], [9], None, ONE_PERSON),
        ([7, 8], [9, 9], ["a", "a"], FEW_CLUSTERS),
        ([7, 8, 9], [9, 10, 11], None, NO_VARIATION),
        ([7, 8, 9], [9, 10, 12], None, FEW_DEGREES),
        ([*range(9)], [*range(8), 9], None, UNDER_30_CLUSTERS),
    ],
)
def test_what_cannot_be_estimated_is_null_with_a_note(before, after, units, note):
    mine = change(before, after, units=units).row(0, named=True)
    assert mine["note"] == note
    assert mine["estimate"] is not None
    assert (mine["ci_low"] is None) == (note not in {UNDER_30_CLUSTERS, FEW_DEGREES})


PEOPLE = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from("abcd"), st.integers(1, 40)),
    min_size=3, max_size=20,
)  # fmt: skip


@settings(max_examples=20)
@given(PEOPLE)
def test_swapping_the_waves_turns_the_sign_and_nothing_else(people):
    before, after, units, weights = (list(column) for column in zip(*people, strict=True))
    one = change(before, after, units=units, weights=weights).row(0, named=True)
    other = change(after, before, units=units, weights=weights).row(0, named=True)
    assert one["estimate"] == -other["estimate"]
    assert (one["se"], one["p"], one["note"]) == (other["se"], other["p"], other["note"])
    if one["ci_low"] is not None:
        assert (one["ci_low"], one["ci_high"]) == (-other["ci_high"], -other["ci_low"])
    assert (one["sd_before"], one["sd_after"]) == (other["sd_after"], other["sd_before"])


@settings(max_examples=20)
@given(PEOPLE, st.integers(0, 20))
def test_outcomes_add_up_to_everybody_and_swap_with_the_waves(people, threshold):
    before, after, units, weights = (list(column) for column in zip(*people, strict=True))

    def shares(one, other):
        rows = panel(one, other, units=units, weights=weights)
        paired = paired_moments(rows, rows, {"score": 0}, weight_decimals=0)
        limit = paired.select("informant", "scale", "from_wave", "wave").unique()
        made = estimate_tails(
            paired,
            paired_differences(rows, rows, {"score": 0}, weight_decimals=0),
            limit.with_columns(threshold=pl.lit(float(threshold))),
        )
        return {row["outcome"]: row for row in made.filter(region="oulu").to_dicts()}

    here, there = shares(before, after), shares(after, before)
    assert sum(row["estimate"] for row in here.values()) == pytest.approx(1)
    for outcome, swapped in (("higher", "lower"), ("lower", "higher"), ("same", "same")):
        assert here[outcome]["estimate"] == pytest.approx(there[swapped]["estimate"])
        assert here[outcome]["se"] == pytest.approx(there[swapped]["se"])


def test_a_change_of_just_the_threshold_is_none():
    rows = panel([5, 5, 5, 5], [8, 7, 3, 2])
    paired = paired_moments(rows, rows, {"score": 0}, weight_decimals=0)
    limit = paired.select("informant", "scale", "from_wave", "wave").unique().with_columns(threshold=pl.lit(2.0))
    made = estimate_tails(paired, paired_differences(rows, rows, {"score": 0}, weight_decimals=0), limit)
    found = {row["outcome"]: row for row in made.filter(region="oulu").to_dicts()}
    assert {outcome: row["estimate"] for outcome, row in found.items()} == {"higher": 0.25, "lower": 0.25, "same": 0.5}
    assert {outcome: row["heads"] for outcome, row in found.items()} == {"higher": 1, "lower": 1, "same": 2}


def test_two_persons_by_hand():
    """Together they rose from 1 to 4, which is three times more; by 1 and by 2: SD √½ and error ½."""
    made = change([0, 1], [1, 3]).row(0, named=True)
    assert (made["estimate"], made["relative"], made["sd_difference"]) == pytest.approx((1.5, 3, math.sqrt(0.5)))
    assert (made["se"], made["df"], made["ci_high"]) == pytest.approx((0.5, 1, 1.5 + 0.5 * 12.706204736432095))
    assert made["p"] == pytest.approx(1 - 2 * math.atan(3) / math.pi)  # t with one degree of freedom is Cauchy
    assert change([0, 0], [1, 3]).row(0, named=True)["relative"] is None


def test_a_missing_column_is_named():
    rows = panel(BEFORE, AFTER)
    made = paired_moments(rows, rows, {"score": 0}, weight_decimals=0).drop("cdd")
    with pytest.raises(ContractError, match="cdd"):
        estimate_changes(made)


def test_raahe_against_finland():
    # Niemelä et al. 2019: −6.9 and +1.9 per cent a year in 2013–2016; the rest is arithmetic.
    assert annual_ratio(-6.9, 1.9) == pytest.approx(-8.64, abs=0.005)
    for change_, after, percent in ((-6.9, 0.8070, -19.3), (1.9, 1.0581, 5.8)):
        rates = [10 * (1 + change_ / 100) ** step for step in range(4)]
        found = aapc([2013, 2014, 2015, 2016], rates)
        assert found.change == pytest.approx(change_, abs=1e-9)
        assert rates[-1] / rates[0] == pytest.approx(after, abs=5e-5)
        assert 100 * (rates[-1] / rates[0] - 1) == pytest.approx(percent, abs=0.05)
        assert found.note == SHORT_SERIES
    assert (1 + annual_ratio(-6.9, 1.9) / 100) ** 3 == pytest.approx(0.7626, abs=1e-4)


def test_joints_split_the_line_where_they_were_declared():
    years = list(range(2009, 2017))
    rates = [5 * 1.03 ** min(year - 2009, 4) * 0.93 ** max(year - 2013, 0) for year in years]
    found = aapc(years, rates, joints=[2013])
    assert found.segments == pytest.approx((3.0, -7.0))
    assert found.change == pytest.approx(100 * ((1.03**4 * 0.93**3) ** (1 / 7) - 1))
    assert aapc(years, rates, joints=[2013], window=(2013, 2016)).change == pytest.approx(-7)
    assert aapc(years, rates, joints=[2013], window=(2009, 2013)).change == pytest.approx(3)


@pytest.mark.parametrize(
    ("years", "rates", "joints", "note"),
    [
        ([2020, 2021, 2022], [1, 2, 3], [], TOO_FEW_YEARS),
        ([2020, 2021, 2022, 2023], [1, 2, 3, 4], [2021, 2022], TOO_FEW_YEARS),
        ([2020, 2021, 2022, 2023], [1, 0, 3, 4], [], NOT_POSITIVE),
        ([2020, 2021, 2022, 2023], [1, -1, 3, 4], [], NOT_POSITIVE),
        ([2020, 2021, 2022, 2023], [1, math.nan, 3, 4], [], NOT_POSITIVE),
        ([], [], [], TOO_FEW_YEARS),
    ],
)
def test_a_trend_that_cannot_be_drawn_has_a_reason(years, rates, joints, note):
    found = aapc(years, rates, joints=joints)
    assert (found.change, found.low, found.note) == (None, None, note)


@pytest.mark.parametrize(
    "wrong",
    [
        {"joints": [2020]},
        {"joints": [2021, 2021]},
        {"window": (2022, 2021)},
        {"window": (2019, 2022)},
        {"weights": [1, 1, 1, 0]},
        {"weights": [1, 1]},
        {"confidence": 95},
    ],
)
def test_a_trend_described_wrongly_is_refused(wrong):
    with pytest.raises(ParameterError):
        aapc([2020, 2021, 2022, 2023], [1, 2, 3, 4], **wrong)
    with pytest.raises(ParameterError, match="twice"):
        aapc([2020, 2020, 2022, 2023], [1, 2, 3, 4])


@settings(max_examples=40)
@given(st.lists(st.floats(0.1, 100), min_size=5, max_size=14), st.floats(0.01, 1000), st.integers(-500, 500))
def test_neither_the_unit_of_the_rate_nor_the_calendar_matters(rates, unit, shift):
    years = list(range(2000, 2000 + len(rates)))
    one = aapc(years, rates, joints=[2002])
    other = aapc([year + shift for year in years], [rate * unit for rate in rates], joints=[2002 + shift])
    assert other.change == pytest.approx(one.change, rel=1e-9, abs=1e-9)
    assert other.low == pytest.approx(one.low, rel=1e-7, abs=1e-7)
    back = aapc(years[::-1], rates[::-1], joints=[2002])
    assert back == one
