"""The one rule of verdicts: each word, its boundaries, and what it says where something is missing."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import product

import pytest

from sujuva.codebooks import LANGUAGES, load_terms
from sujuva.figures import Words
from sujuva.figures.verdicts import (
    HIDDEN,
    OF_SD,
    SAME,
    UNKNOWN,
    Difference,
    Verdict,
    apart,
    better_of,
    changed,
    compared,
    judge,
    matters_of,
)

META = {
    "coping": {"fdr": 0.05},
    "scales": {
        "good": {"higher_is_better": True, "matters": None},
        "bad": {"higher_is_better": False, "matters": 0.5},
    },
    "indicators": defaultdict(
        dict,
        {
            "score_mean": {"better": "scale", "matters": None},
            "band_share": {"better": "neither", "matters": 0.05},
            "delay_share": {"better": "higher", "matters": 0.1},
            "delay_median": {"better": "lower", "matters": None},
            "network_density": {"better": "higher", "matters": 0.1},
        },
    ),
}


def said(low, high, *, q=None, matters=2.0, better="higher"):
    return judge(Difference((low + high) / 2, low, high), matters=matters, better=better, q=q, fdr=0.05)


@pytest.mark.parametrize(
    ("low", "high", "q", "code"),
    [
        (2.0, 4.0, 0.05, "clear_better"),  # the whole interval at or beyond what matters
        (2.0, 4.0, None, "clear_better"),  # not one of many
        (1.99, 4.0, 0.05, "slight_better"),  # perhaps smaller than what matters
        (0.01, 2.0, 0.05, "slight_better"),
        (2.0, 4.0, 0.051, "perhaps_better"),  # among so many comparisons it may be chance
        (0.01, 9.0, 1.0, "perhaps_better"),
        (-4.0, -2.0, 0.05, "clear_worse"),
        (-4.0, -1.99, 0.0, "slight_worse"),
        (-4.0, -2.0, 0.1, "perhaps_worse"),
        (-1.99, 1.99, None, "same"),
        (0.5, 1.5, 0.001, "same"),  # sure, and too small to matter
        (-1.5, -0.5, 1.0, "same"),
        (-2.0, 1.9, None, "unknown"),  # as large as what matters is possible
        (-1.9, 2.0, None, "unknown"),
        (-9.0, 9.0, None, "unknown"),
        (0.0, 9.0, 0.001, "unknown"),  # touches zero
        (-9.0, 0.0, 0.001, "unknown"),
        (0.0, 0.0, None, "same"),
    ],
)
def test_each_word_and_its_boundaries(low, high, q, code):
    assert said(low, high, q=q).code == code


def test_less_is_better_turns_it_around_and_neither_says_more_or_less():
    assert said(3.0, 4.0, better="lower").code == "clear_worse"
    assert said(-4.0, -3.0, better="lower").code == "clear_better"
    assert said(3.0, 4.0, better="neither").code == "clear_more"
    assert said(-4.0, -0.5, better="neither").code == "slight_less"
    assert said(-4.0, -0.5, better="neither", q=0.5).code == "perhaps_less"


def test_what_is_not_known_cannot_be_told_and_is_never_no_change():
    whole = Difference(3.0, 2.5, 3.5)
    for difference, matters in product((whole,), (None, 0.0)):
        assert judge(difference, matters=matters, better="higher", q=0.0, fdr=0.05) is UNKNOWN
    for lacking in (Difference(None, 2.5, 3.5), Difference(3.0, None, 3.5), Difference(3.0, 2.5, None)):
        assert judge(lacking, matters=2.0, better="higher", q=0.0, fdr=0.05) is UNKNOWN
        assert judge(whole, matters=0.2, better="higher", q=0.0, fdr=0.05, measured=lacking) is UNKNOWN
    assert UNKNOWN != SAME


def test_points_say_whether_there_is_a_difference_and_deviations_how_large_it_is():
    effect = Difference(0.3, 0.0, 0.6)  # told more coarsely than the points, whose interval leaves out zero
    assert judge(Difference(2.7, 0.1, 5.3), matters=0.2, better="higher", q=None, fdr=0.05, measured=effect).code == (
        "slight_better"
    )
    coarse = Difference(0.3, 0.01, 0.6)
    assert judge(Difference(2.7, 0.0, 5.3), matters=0.2, better="higher", q=None, fdr=0.05, measured=coarse) is UNKNOWN


def test_its_size_is_told_against_what_matters():
    assert said(2.0, 4.0).times == pytest.approx(1.5)
    assert said(-4.0, -2.0).times == pytest.approx(1.5)
    assert SAME.times is UNKNOWN.times is None


def row(**changes):
    usual = {
        "comparison": "change", "scale": "good", "category": "", "estimate": 3.0, "ci_low": 1.0, "ci_high": 5.0,
        "effect": 0.4, "effect_low": 0.21, "effect_high": 0.6, "q": 0.05, "suppressed": "", "note": "",
    }  # fmt: skip
    return usual | changes


def test_a_comparison_is_judged_by_what_is_declared_else_by_a_fifth_of_a_deviation():
    assert pytest.approx(0.2) == OF_SD
    assert compared(row(), META).code == "clear_better"
    assert compared(row(effect_low=0.19), META).code == "slight_better"
    assert compared(row(effect=None, effect_low=None, effect_high=None), META) is UNKNOWN  # nobody knows the deviation
    assert compared(row(q=0.1), META).code == "perhaps_better"
    assert compared(row(q=None), META).code == "clear_better"
    assert compared(row(scale="bad", effect=None), META).code == "clear_worse"  # 0.5 points are declared
    assert compared(row(scale="bad", ci_low=0.4), META).code == "slight_worse"
    for mark in ("primary", "secondary"):
        assert compared(row(suppressed=mark), META) is HIDDEN


def test_a_comparison_of_few_regions_is_never_more_than_perhaps():
    assert compared(row(note="few_areas"), META).code == "perhaps_better"
    assert compared(row(note="under_30_clusters; few_areas", effect_low=0.1), META).code == "perhaps_better"
    assert compared(row(note="few_areas", effect_low=-0.1, effect_high=0.1), META) == SAME
    assert compared(row(note="few_areas", ci_low=-1.0), META) == UNKNOWN


def test_a_share_of_a_band_and_a_measure_of_a_network_have_what_matters_of_their_own():
    band = row(category="low", estimate=0.1, ci_low=0.05, ci_high=0.15, effect=None, effect_low=None, effect_high=None)
    assert compared(band, META).code == "clear_more"
    assert compared(band | {"ci_low": 0.04}, META).code == "slight_more"
    network = band | {"comparison": "network_change", "scale": "collaboration", "category": "network_density"}
    assert compared(network, META).code == "slight_better"
    assert compared(network | {"ci_low": 0.1}, META).code == "clear_better"


def estimate(value, low, high, **changes):
    usual = {"indicator": "delay_share", "scale": "", "category": "14", "suppressed": ""}
    return usual | {"estimate": value, "ci_low": low, "ci_high": high} | changes


def test_two_years_without_a_comparison_are_taken_as_independent():
    told = apart(estimate(0.3, 0.2, 0.4), estimate(0.8, 0.7, 0.9))
    assert told.estimate == pytest.approx(0.5)
    assert (told.low, told.high) == pytest.approx((0.5 - math.hypot(0.1, 0.1), 0.5 + math.hypot(0.1, 0.1)))
    uneven = apart(estimate(0.3, 0.2, 0.35), estimate(0.8, 0.6, 0.9))  # Zou & Donner: the arms that face each other
    assert (uneven.low, uneven.high) == pytest.approx((0.5 - math.hypot(0.2, 0.05), 0.5 + math.hypot(0.1, 0.1)))
    assert apart(estimate(None, None, None), estimate(0.8, 0.6, 0.9)) == Difference(None, None, None)


def test_the_interval_of_two_years_is_that_of_their_standard_errors():
    """By hand, with t of 9 and 11 degrees: (2.2622 · 0.53)² + (2.2010 · 0.67)² = 1.4375 + 2.1746 = 1.9005²."""
    first = estimate(68.2, 68.2 - 2.262157 * 0.53, 68.2 + 2.262157 * 0.53)
    told = apart(first, estimate(70.9, 70.9 - 2.200985 * 0.67, 70.9 + 2.200985 * 0.67))
    assert (told.low, told.high) == pytest.approx((2.7 - 1.9005, 2.7 + 1.9005), abs=1e-4)


def test_a_change_of_two_years_is_judged_by_the_same_rule():
    first = estimate(0.3, 0.2, 0.4)
    assert changed(first, estimate(0.8, 0.7, 0.9), META).code == "clear_better"
    assert changed(first, estimate(0.5, 0.4, 0.6), META).code == "slight_better"
    assert changed(first, estimate(0.3, 0.25, 0.35), META) is UNKNOWN
    assert changed(estimate(0.3, 0.29, 0.31), estimate(0.31, 0.3, 0.32), META) is SAME
    assert changed(first, estimate(0.8, None, None), META) is UNKNOWN
    assert changed(first, estimate(None, None, None, suppressed="primary"), META) is HIDDEN
    assert changed(first | {"suppressed": "secondary"}, first | {"suppressed": "secondary"}, META) is HIDDEN


def test_without_a_declared_size_a_published_deviation_is_used_and_nothing_else():
    about = {"indicator": "score_mean", "scale": "good", "category": ""}
    first, last = estimate(50.0, 49.0, 51.0, **about), estimate(56.0, 55.0, 57.0, **about)
    assert changed(first, last, META) is UNKNOWN
    assert changed(first, last, META, sd=20.0).code == "clear_better"  # 4 points matter
    assert changed(first, last, META, sd=25.0).code == "slight_better"  # 5 do, and the interval begins at 4.6
    assert changed(estimate(9.0, 8.5, 9.5, indicator="delay_median"), estimate(5.0, 4.5, 5.5, indicator="delay_median"),
                   META) is UNKNOWN  # fmt: skip


def test_which_way_is_better_is_asked_of_the_record_then_of_the_scale():
    assert better_of(META, indicator="delay_median") == "lower"
    assert better_of(META, indicator="score_mean", scale="bad") == "lower"
    assert better_of(META, scale="good") == "higher"
    assert better_of(META, scale="good", category="low") == "neither"
    assert better_of(META, scale="90001") == "neither"
    assert matters_of(META, scale="good", category="low") == pytest.approx(0.05)
    assert matters_of(META, scale="90001") is None


def test_every_verdict_has_its_words_in_three_languages():
    ways = {"clear": 4, "slight": 4, "perhaps": 4}
    codes = [Verdict(word, way).code for word in ways for way in ("better", "worse", "more", "less")]
    known = load_terms().kinds
    assert set(known["verdict"]) == {*codes, "same", "unknown", "hidden"}
    assert set(known["certainty"]) == {*ways, "same", "unknown", "hidden"}
    for language in LANGUAGES:
        told = [Verdict(word, way).title(Words(language)) for word in ways for way in ("better", "worse")]
        assert len(set(told)) == len(told)
    assert Verdict("clear", "better").title(Words("fi")) == "selvästi parempi"
    assert Verdict("slight", "worse").title(Words("sv")) == "något sämre"
    assert UNKNOWN.title(Words("en")) == "cannot be told"
    assert SAME.title(Words("en")) == "no change that matters"
