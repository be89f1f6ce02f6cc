"""Means that jump between waves: against scipy and numpy, and when nothing is told."""

import numpy as np
import pytest
from scipy import stats

from sujuva.quality import Flagging, find_flags
from sujuva.tables import FlagCounts
from tests.quality.made_up import NO_TITLES, instrument, one_trait, study

WAVES = (2022, 2023, 2024)


def jumps(tables, made, **limits):
    found = find_flags(tables, {made.key: made}, NO_TITLES, flagging=Flagging(**limits)).counts
    FlagCounts.validate(found)
    assert found["value"].is_nan().sum() == found["value"].is_infinite().sum() == 0
    return found.filter(flag="mean_jump")


def two_waves(first, second, **columns):
    return study([*first, *second], wave=[2022] * len(first) + [2023] * len(second), **columns)


def test_value_is_the_jump_in_pooled_standard_deviations():
    rng = np.random.default_rng(1)
    first, second = one_trait(rng, 150, 3), one_trait(rng, 90, 3)
    second[:, 1] = np.clip(second[:, 1] + 1, 1, 5)
    holes = second.astype(object)
    holes[:20, 1] = None
    found = jumps(two_waves(first.tolist(), holes.tolist()), instrument(3)).filter(part="q_2")
    before, after = first[:, 1], second[20:, 1]
    pooled = np.sqrt((149 * before.var(ddof=1) + 69 * after.var(ddof=1)) / 218)
    assert found.select("about", "informant", "wave", "region", "group", "n", "looked_at").rows() == [
        ("q", "self", 2023, "oulu", "", 220, 220)
    ]  # fmt: skip
    assert found["value"][0] == pytest.approx((after.mean() - before.mean()) / pooled, rel=1e-12)


def test_scales_are_means_of_items_in_the_codebooks_direction_over_complete_answers():
    rng = np.random.default_rng(2)
    first, second = one_trait(rng, 200, 4).astype(object), np.clip(one_trait(rng, 200, 4) + 1, 1, 5).astype(object)
    for codes in (first, second):
        codes[:, 2] = 6 - codes[:, 2]
        codes[:9, 0] = None
    found = jumps(two_waves(first.tolist(), second.tolist()), instrument(4, reverse=[3]))
    totals = [np.array([a + b + (6 - c) + d for a, b, c, d in codes[9:]]) / 4 for codes in (first, second)]
    pooled = np.sqrt((totals[0].var(ddof=1) + totals[1].var(ddof=1)) / 2)
    whole = found.filter(part="whole")
    assert whole["n"].to_list() == [382]
    assert whole["value"][0] == pytest.approx((totals[1].mean() - totals[0].mean()) / pooled, rel=1e-12)
    # Items are told as they were given: the reverse item fell.
    assert {part: value > 0 for part, value in found.select("part", "value").rows()} == {
        "q_1": True, "q_2": True, "q_3": False, "q_4": True, "whole": True,
    }  # fmt: skip


@pytest.mark.parametrize("shift", [0.35, 0.45, 0.55, 0.65])
def test_what_is_beyond_chance_is_what_welch_and_holm_say(shift):
    rng = np.random.default_rng(3)
    first = np.clip(np.round(rng.normal(5, 1, (45, 1))), 1, 9)
    second = np.clip(np.round(rng.normal(5 + shift, 2, (200, 1))), 1, 9)
    p = stats.ttest_ind(first[:, 0], second[:, 0], equal_var=False).pvalue
    tables, made = two_waves(first.tolist(), second.tolist()), instrument(1, response=(1, 9))
    assert jumps(tables, made, alpha=min(p * 1.0001, 0.999), jump_sd=0.0).height == 1
    assert jumps(tables, made, alpha=p * 0.9999, jump_sd=0.0).height == 0


def test_a_small_jump_is_not_told_however_certain():
    rng = np.random.default_rng(4)
    first, second = rng.integers(1, 6, (20_000, 1)), rng.integers(1, 6, (20_000, 1))
    second[::5] = np.minimum(second[::5] + 1, 5)
    tables = two_waves(first.tolist(), second.tolist())
    assert jumps(tables, instrument(1)).is_empty()
    assert jumps(tables, instrument(1), jump_sd=0.05).height == 1


def test_only_the_wave_region_and_informant_that_jumped_are_told():
    rng = np.random.default_rng(5)
    wave = np.tile(np.repeat(WAVES, 100), 4)
    region = np.repeat(["kemi", "oulu"], 600)
    informant = np.tile(np.repeat(["parent", "self"], 300), 2)
    codes = one_trait(rng, len(wave), 6)
    codes[(wave == 2024) & (region == "oulu") & (informant == "self"), 3] = rng.choice([4, 5], 100)
    found = jumps(study(codes, wave=wave, region=region, informant=informant), instrument(6))
    assert found.select("part", "informant", "wave", "region").rows() == [("q_4", "self", 2024, "oulu")]


def test_a_wave_without_answers_is_skipped_over():
    rng = np.random.default_rng(6)
    codes = [*rng.choice([1, 2], (50, 1)).tolist(), *[[None]] * 50, *rng.choice([4, 5], (50, 1)).tolist()]
    found = jumps(study(codes, wave=np.repeat(WAVES, 50)), instrument(1))
    assert found.select("wave", "n").rows() == [(2024, 100)]


@pytest.mark.parametrize("sizes", [(29, 200), (200, 29)])
def test_both_waves_need_enough_persons(sizes):
    first, second = [[1]] * (sizes[0] // 2) + [[2]] * (sizes[0] - sizes[0] // 2), [[5]] * sizes[1]
    assert jumps(two_waves(first, second), instrument(1)).is_empty()
    assert jumps(two_waves(first, second), instrument(1), min_group=29).height == 1


def test_one_answer_by_all_and_then_another_is_told_without_a_value():
    found = jumps(two_waves([[1]] * 30, [[5]] * 30), instrument(1))
    assert found.select("part", "wave", "n", "value").rows() == [("q_1", 2023, 60, None)]
    assert jumps(two_waves([[5]] * 30, [[5]] * 30), instrument(1)).is_empty()
