"""Scores against cases worked by hand."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.codebooks import Instrument, load_instruments
from sujuva.errors import CodebookError
from sujuva.scores import band_columns, score_columns, scored, scored_columns

INSTRUMENTS = load_instruments()
WHO5, SDQ, CYRM = (INSTRUMENTS[key] for key in ("who5", "sdq", "cyrm_r"))


def score(instrument, answers, *, informant="self", norms=None):
    """Score one person; `answers` by item number, the rest missing."""
    items = {
        f"{instrument.key}_{n}": pl.Series([answers.get(n)], dtype=pl.Int16) for n in range(1, instrument.items + 1)
    }
    frame = pl.DataFrame({"respondent": ["a"], "wave": [2022], "informant": [informant], **items})
    return scored(frame.lazy(), instrument, norms=norms).collect(engine="streaming").row(0, named=True)


def everywhere(instrument, value):
    return dict.fromkeys(range(1, instrument.items + 1), value)


def test_who5_is_four_times_the_sum():
    made = score(WHO5, {1: 5, 2: 4, 3: 0, 4: 3, 5: 1})
    assert (made["who5"], made["who5.poor"]) == (52, 0)


@pytest.mark.parametrize(("raw", "poor"), [(12, 1), (13, 0)])
def test_who5_below_50_is_poor(raw, poor):
    answers = {1: 5, 2: 5, 3: raw - 10, 4: 0, 5: 0}
    assert score(WHO5, answers)["who5.poor"] == poor


def test_who5_with_a_missing_item_has_no_score_and_no_band():
    made = score(WHO5, {1: 5, 2: 4, 3: 0, 4: 3})
    assert made["who5"] is None
    assert made["who5.poor"] is None


def test_sdq_worked_by_hand():
    # All ones: every subscale 5 (a reversed 1 is 1), the total 20.
    made = score(SDQ, everywhere(SDQ, 1), informant="parent")
    assert [made[f"sdq_{key}"] for key in ("emotional", "conduct", "hyperactivity", "peer", "prosocial")] == [5] * 5
    assert (made["sdq_total"], made["sdq_internalising"], made["sdq_externalising"]) == (20, 10, 10)
    # All twos: one of five conduct items and two of five in hyperactivity and peers are reversed.
    made = score(SDQ, everywhere(SDQ, 2), informant="parent")
    assert [made[f"sdq_{key}"] for key in ("emotional", "conduct", "hyperactivity", "peer", "prosocial")] == [
        10,
        8,
        6,
        6,
        10,
    ]
    assert made["sdq_total"] == 30


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ((1, 1, 1, 1), 5),  # 4 · 5/4
        ((2, 0, 0, 0), 3),  # 2 · 5/4 = 2.5, half upwards
        ((2, 2, 2, 0), 8),  # 6 · 5/4 = 7.5, half upwards where banker's rounding agrees
        ((2, 1, 1), 7),  # 4 · 5/3 = 6.67
        ((1, 1, 0), 3),  # 2 · 5/3 = 3.33
        ((0, 0, 0), 0),
        ((2, 2), None),  # two of five are too few
        ((), None),
    ],
)
def test_sdq_prorates_three_of_five_and_rounds_halves_upwards(answered, expected):
    items = (3, 8, 13, 16, 24)
    answers = everywhere(SDQ, 0) | dict.fromkeys(items) | dict(zip(items, answered, strict=False))
    made = score(SDQ, answers, informant="parent")
    assert made["sdq_emotional"] == expected
    if expected is None:
        assert made["sdq_total"] is None, "the total is missing when a part is"
        assert made["sdq_internalising"] is None
        assert made["sdq_externalising"] == 6, "the other parts do not suffer: two and one reversed zeros count 2"


def test_sdq_bands_depend_on_who_answered():
    answers = everywhere(SDQ, 0) | {3: 2, 8: 2, 5: 2, 2: 2, 10: 2}
    bands = {who: score(SDQ, answers, informant=who) for who in ("parent", "teacher", "self")}
    assert {made["sdq_total"] for made in bands.values()} == {20}
    answers |= {10: 0, 2: 1}
    assert score(SDQ, answers, informant="parent")["sdq_total"] == 17
    inside = {who: [key for key in ("close_to_average", "slightly_raised", "high", "very_high")
                    if score(SDQ, answers, informant=who)[f"sdq_total.{key}"]] for who in bands}  # fmt: skip
    assert inside == {"parent": ["high"], "teacher": ["high"], "self": ["slightly_raised"]}


def test_norm_sets_are_chosen_by_name():
    made = score(SDQ, everywhere(SDQ, 1), informant="parent", norms="fi_borg2014")
    assert {key: value for key, value in made.items() if "." in key} == {
        "sdq_total.normal": 0, "sdq_total.borderline": 0, "sdq_total.abnormal": 1,
    }  # fmt: skip
    assert score(SDQ, everywhere(SDQ, 1), norms="fi_borg2014")["sdq_total.abnormal"] is None, "no norms for self"
    with pytest.raises(CodebookError, match="uk4"):
        band_columns(SDQ, "uk5")
    assert band_columns(CYRM) == []


@pytest.mark.parametrize(
    ("missing", "expected"),
    [(0, 6800), (1, 6800), (3, 6800), (4, None)],
)
def test_cyrm_r_needs_14_of_17(missing, expected):
    answers = dict.fromkeys(range(1, 18 - missing), 4)
    assert score(CYRM, answers)["cyrm_r"] == expected


def test_cyrm_r_keeps_two_decimals_rounded_half_up():
    # 15 answers, sum 61: 61 · 17/15 = 69.1333; 16 answers, sum 61: 61 · 17/16 = 64.8125 → 64.81
    assert score(CYRM, dict.fromkeys(range(1, 16), 4) | {15: 5})["cyrm_r"] == 6913
    assert score(CYRM, dict.fromkeys(range(1, 17), 4) | {16: 1})["cyrm_r"] == 6481
    # 14 answers of 7 caregiver items: 6 answered, sum 19: 19 · 7/6 = 22.1667
    answers = dict.fromkeys(range(1, 18), 3) | {4: None, 5: 4}
    assert score(CYRM, answers)["cyrm_r_caregiver"] == 2217
    assert score_columns(CYRM) == {"cyrm_r": 2, "cyrm_r_personal": 2, "cyrm_r_caregiver": 2}


def test_unverified_bands_are_there_when_asked_for():
    made = score(CYRM, everywhere(CYRM, 4) | {1: 5, 2: 5, 3: 5}, norms="tentative")
    assert (made["cyrm_r"], made["cyrm_r.high"], made["cyrm_r.moderate"]) == (7100, 1, 0)


def small(scales, **more):
    content = {"key": "toy", "title": {"fi": "Lelu"}, "items": 4, "response": [-1, 1], "reverse": [2], "scales": scales}
    return Instrument.model_validate(content | {"licence": "none", "citation": "none"} | more)


def test_means_negative_codes_and_parts_of_parts():
    common = {"title": {"fi": "x"}, "range": [-9, 9], "higher_is_better": True}
    toy = small([
        {"key": "half", "parts": ["whole", "mean"], "score": "mean", "decimals": 1, **common},
        {"key": "whole", "parts": ["mean"], "multiply": 3, **common},
        {"key": "mean", "items": [1, 2, 3, 4], "score": "mean", "min_answered": 2, "decimals": 2, **common},
    ])  # fmt: skip
    # Item 2 is reversed: −1, −1, 0 over three answers is −0.6667 → −0.67; three times that is −2.01 → −2.
    made = score(toy, {1: -1, 2: 1, 3: 0})
    assert (made["mean"], made["whole"], made["half"]) == (-67, -2, -13)  # (−2 − 0.67) / 2 = −1.335 → −1.3
    # A half is rounded upwards on the negative side too: −1 over two answers, one decimal of −0.125 …
    made = score(toy, {1: -1, 3: 0})
    assert (made["mean"], made["whole"]) == (-50, -1)  # −1.5 → −1


def test_scales_in_a_circle_are_refused():
    common = {"title": {"fi": "x"}, "range": [0, 9], "higher_is_better": True}
    toy = small([{"key": "a", "parts": ["b"], **common}, {"key": "b", "parts": ["a"], **common}])
    with pytest.raises(CodebookError, match="a → b → a"):
        scored(pl.LazyFrame({"respondent": ["a"]}), toy)


def test_columns_are_announced_as_they_are_made():
    answers = pl.DataFrame(
        {"respondent": ["a"], "wave": [1], "informant": ["self"]} | {name: [1] for name in SDQ.item_columns}
    )
    made = scored(answers.lazy(), SDQ).collect()
    assert made.columns[3:] == list(scored_columns(SDQ))
    assert set(made.dtypes[3:]) == {pl.Int64}


@given(st.lists(st.none() | st.integers(0, 2), min_size=5, max_size=5))
def test_sdq_follows_its_formula(values):
    items = (3, 8, 13, 16, 24)
    answered = [value for value in values if value is not None]
    k = len(answered)
    expected = None if k < 3 else (2 * 5 * sum(answered) + k) // (2 * k)  # floor(0.5 + 5 · mean), in whole numbers
    made = score(SDQ, everywhere(SDQ, 0) | dict(zip(items, values, strict=True)), informant="teacher")
    assert made["sdq_emotional"] == expected
