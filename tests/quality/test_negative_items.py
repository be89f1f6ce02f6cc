"""Items that go against their scale: the statistic against numpy, and forgotten reversals found and named."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.quality import Flagging, find_flags
from sujuva.quality.chance import below_zero, holm
from sujuva.quality.negative import item_rest
from sujuva.tables import FlagCounts
from tests.quality.made_up import NO_TITLES, instrument, one_trait, study

WAVES, REGIONS = (2022, 2023, 2024), ("kemi", "oulu", "tampere")
WHERE = ["part", "informant", "wave", "region", "group"]


def negative(tables, made, **limits):
    found = find_flags(tables, {made.key: made}, NO_TITLES, flagging=Flagging(**limits)).counts
    FlagCounts.validate(found)
    return found.filter(flag="negative_item")


def places(each):
    wave = np.repeat(WAVES, each * len(REGIONS))
    region = np.tile(np.repeat(REGIONS, each), len(WAVES))
    return wave, region


def scatter_of(codes):
    whole = codes.astype(object)
    return (len(codes) * (whole.T @ whole) - np.outer(whole.sum(0), whole.sum(0)))[None]


@given(st.integers(0, 10**6), st.integers(2, 7), st.integers(5, 60), st.integers(1, 4))
def test_item_rest_is_numpys_correlation(seed, items, rows, loading):
    rng = np.random.default_rng(seed)
    codes = one_trait(rng, rows, items, loading=loading / 5)
    signs = rng.choice([-1, 1], items)
    found = item_rest(scatter_of(codes), signs[None])[0]
    turned = codes * signs
    for item in range(items):
        rest = turned.sum(axis=1) - turned[:, item]
        if np.ptp(turned[:, item]) and np.ptp(rest):
            assert found[item] == pytest.approx(np.corrcoef(turned[:, item], rest)[0, 1], abs=1e-12)
        else:
            assert np.isnan(found[item])


def test_huge_sums_do_not_run_over():
    codes = one_trait(np.random.default_rng(2), 200, 4)
    few = scatter_of(codes)
    many = few * 10**14  # as of ten million times the persons: far beyond 64 bits
    signs = np.ones((1, 4), np.int64)
    assert item_rest(many, signs) == pytest.approx(item_rest(few, signs), rel=1e-14)


def test_value_is_the_correlation_of_complete_answers_in_the_codebooks_direction():
    rng = np.random.default_rng(3)
    codes = one_trait(rng, 400, 4).astype(object)
    codes[:, 1] = 6 - codes[:, 1]  # item 2 is a reverse item, and coded as it should be
    codes[:, 3] = 6 - codes[:, 3]  # item 4 is none, but is coded like one
    for row in range(0, 400, 7):
        codes[row, row % 4] = None
    found = negative(study(codes), instrument(4, reverse=[2]))
    complete = np.array([row for row in codes.tolist() if None not in row])
    complete[:, 1] = 6 - complete[:, 1]
    rest = complete[:, :3].sum(axis=1)
    assert found.select(*WHERE, "n", "looked_at").rows() == [
        ("q_4", "self", 2022, "oulu", "", len(complete), len(complete))
    ]  # fmt: skip
    assert found["value"][0] == pytest.approx(np.corrcoef(complete[:, 3], rest)[0, 1], abs=1e-12)


@settings(max_examples=25)
@given(
    st.integers(0, 10**6), st.integers(3, 6), st.data(), st.sampled_from(WAVES), st.sampled_from(REGIONS),
    st.sampled_from([(), (1,), (2, 3)]),
)  # fmt: skip
def test_a_forgotten_reversal_is_found_there_and_nowhere_else(seed, items, data, wave, region, reverse):
    item = data.draw(st.integers(1, items))
    waves, regions = places(150)
    codes = one_trait(np.random.default_rng(seed), len(waves), items, loading=0.8)
    for number in reverse:
        codes[:, number - 1] = 6 - codes[:, number - 1]
    there = (waves == wave) & (regions == region)
    codes[there, item - 1] = 6 - codes[there, item - 1]
    found = negative(study(codes, wave=waves, region=regions), instrument(items, reverse=reverse))
    assert found.select(WHERE).rows() == [(f"q_{item}", "self", wave, region, "")]


@pytest.mark.parametrize("culprit", [0, 1, 2])
def test_the_culprit_is_named_and_not_its_neighbours(culprit):
    # Against a strong item that is turned, the weak ones fall below zero beyond any chance too.
    rng = np.random.default_rng(12)
    loadings = np.where(np.arange(3) == culprit, 0.95, 0.5)
    latent = loadings * rng.standard_normal((2000, 1)) + np.sqrt(1 - loadings**2) * rng.standard_normal((2000, 3))
    codes = np.clip(np.round(latent + 3), 1, 5).astype(int)
    assert negative(study(codes), instrument(3)).is_empty()
    codes[:, culprit] = 6 - codes[:, culprit]
    alone = item_rest(scatter_of(codes), np.ones((1, 3), np.int64))
    assert (below_zero(alone, np.full((1, 3), 2000)) < 1e-6).all()
    assert negative(study(codes), instrument(3))["part"].to_list() == [f"q_{culprit + 1}"]


def test_two_of_five_items_are_named_one_after_the_other():
    codes = one_trait(np.random.default_rng(4), 300, 5)
    codes[:, [1, 3]] = 6 - codes[:, [1, 3]]
    found = negative(study(codes), instrument(5))
    assert found["part"].to_list() == ["q_2", "q_4"]
    assert (found["value"] < 0).all()


def test_one_source_with_the_wrong_key_is_named():
    rng = np.random.default_rng(5)
    waves, regions = places(25)  # too few in each wave and region to be judged there
    codes = one_trait(rng, len(waves), 5)
    source = rng.permutation(np.repeat(["lomake_a", "lomake_b", "lomake_c"], 75))
    codes[source == "lomake_b", 0] = 6 - codes[source == "lomake_b", 0]
    tables = study(codes, wave=waves, region=regions)
    tables["answers_q"] = tables["answers_q"].with_columns(source=pl.Series(source.tolist()))
    found = negative(tables, instrument(5))
    assert found.select(WHERE).rows() == [("q_1", "self", 0, "network", "source:lomake_b")]


def test_one_language_and_one_informant_are_named():
    rng = np.random.default_rng(6)
    waves, regions = places(20)
    codes = one_trait(rng, 2 * len(waves), 5)
    informant = np.repeat(["parent", "self"], len(waves))
    language = rng.choice(["fi", "sv"], len(informant))
    codes[(language == "sv") & (informant == "self"), 2] = 6 - codes[(language == "sv") & (informant == "self"), 2]
    codes[informant == "parent", 4] = 6 - codes[informant == "parent", 4]
    tables = study(codes, wave=np.tile(waves, 2), region=np.tile(regions, 2), informant=informant, language=language)
    found = negative(tables, instrument(5))
    assert set(found.select("part", "informant", "group").rows()) == {
        ("q_3", "self", "language:sv"), ("q_5", "parent", ""), ("q_5", "parent", "language:fi"),
        ("q_5", "parent", "language:sv"),
    }  # fmt: skip
    assert set(found["region"]) == {"network"}


def test_persons_of_no_group_make_none():
    codes = one_trait(np.random.default_rng(7), 120, 4)
    codes[:, 0] = 6 - codes[:, 0]
    language = [None] * 60 + ["sv"] * 60
    found = negative(study(codes, language=language), instrument(4))
    assert set(found.select("group", "n").rows()) == {("", 120), ("language:sv", 60)}


def test_what_only_repeats_a_wider_group_is_not_told_twice():
    waves, regions = places(150)
    codes = one_trait(np.random.default_rng(13), len(waves), 4, loading=0.8)
    codes[:, 0] = 6 - codes[:, 0]
    found = negative(study(codes, wave=waves, region=regions, language="fi"), instrument(4))
    assert found.height == len(WAVES) * len(REGIONS) + 1  # each wave and region, and all of them together
    assert set(found["group"]) == {""}


def test_a_pair_within_a_larger_scale_is_judged_there():
    codes = one_trait(np.random.default_rng(14), 300, 4)
    codes[:, 0] = 6 - codes[:, 0]
    found = negative(study(codes), instrument(4, scales={"pair": [1, 2], "whole": range(1, 5)}))
    assert found["part"].to_list() == ["q_1"]


def test_a_scale_of_two_names_both_items():
    codes = one_trait(np.random.default_rng(8), 200, 2)
    codes[:, 0] = 6 - codes[:, 0]
    found = negative(study(codes), instrument(2))
    assert found["part"].to_list() == ["q_1", "q_2"]
    assert found["value"].n_unique() == 1


def test_an_item_is_judged_once_in_its_smallest_scale():
    # Two traits that pull against each other: in the whole, items of the smaller scale look negative.
    rng = np.random.default_rng(9)
    first = one_trait(rng, 400, 5)
    codes = np.hstack([first, np.clip(6 - first[:, :3] + rng.integers(-1, 2, (400, 3)), 1, 5)])
    whole, parts = {"whole": range(1, 9)}, {"large": range(1, 6), "small": range(6, 9)}
    assert negative(study(codes), instrument(8, scales=whole | parts)).is_empty()
    assert not negative(study(codes), instrument(8, scales=whole)).is_empty()


def test_too_few_persons_are_not_judged():
    codes = one_trait(np.random.default_rng(10), 40, 4, loading=0.9)
    codes[:, 0] = 6 - codes[:, 0]
    assert negative(study(codes), instrument(4), min_group=41).is_empty()
    assert not negative(study(codes), instrument(4), min_group=40).is_empty()


def test_false_alarms_of_the_statistic_are_as_rare_as_promised():
    """Items that follow nothing sit on the edge of the null: correlation 0 with the rest."""
    rng = np.random.default_rng(11)
    studies, rows, items, alpha = 1500, 60, 5, 0.05
    codes = rng.choice([0, 0, 0, 1, 2], (studies, rows, items)).astype(np.int64)  # skewed, as symptoms are
    total = codes.sum(axis=1)
    scatter = rows * np.einsum("sri,srj->sij", codes, codes) - total[:, :, None] * total[:, None, :]
    r = item_rest(scatter.astype(object), np.ones((studies, items), np.int64))
    p = below_zero(r, np.full(r.shape, rows))
    alarms = sum((holm(one) <= alpha).any() for one in p) / studies
    assert alpha / 4 < alarms < alpha + 3 * (alpha * (1 - alpha) / studies) ** 0.5
