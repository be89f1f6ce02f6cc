"""Which rows of persons are told at all: rare names, companions, and years and places that records let leave."""

from __future__ import annotations

import pytest

from sujuva.codebooks import load_indicators
from sujuva.publish.people import told_on, with_companions, without_rare_labels
from sujuva.published import PRIMARY, SHOWN
from tests.publish.test_survival import marked, tidy

KNOWN = load_indicators()


@pytest.mark.parametrize(("most", "left"), [(4, 0), (5, 2)])
def test_a_group_is_named_where_it_somewhere_has_the_threshold_of_persons(most, left):
    row = {"indicator": "score_mean", "scale": "who5", "estimate": 50.0, "group": "gender:other"}
    frame = tidy(row | {"n": 3}, row | {"n": most, "region": "kainuu"})
    assert without_rare_labels(frame, KNOWN, 5).height == left


def test_everybody_is_named_however_few_and_scales_of_scores_are_no_names():
    frame = tidy(
        {"indicator": "score_mean", "scale": "who5", "estimate": 50.0, "n": 1},
        {"indicator": "score_mean", "scale": "sdq_total", "estimate": 5.0, "group": "gender:girl", "n": None},
    )
    assert without_rare_labels(frame, KNOWN, 5).equals(frame)


def test_items_of_feedback_that_few_answered_anywhere_are_not_named():
    levels = [*KNOWN.where(names="scale", estimate="level")]
    assert levels
    row = {"indicator": levels[0], "estimate": 3.0}
    frame = tidy(row | {"scale": "rare", "n": 4}, row | {"scale": "usual", "n": 5})
    assert without_rare_labels(frame, KNOWN, 5)["scale"].to_list() == ["usual"]


def test_what_goes_with_a_hidden_or_missing_row_is_hidden_with_it():
    pairs = {key: one.behind.goes_with for key, one in KNOWN.where(compares=None).items() if one.behind.goes_with}
    assert pairs
    own, other = next(iter(pairs.items()))
    rows = [
        {"indicator": own, "estimate": 1.0},
        {"indicator": own, "estimate": 1.0, "region": "kainuu"},
        {"indicator": own, "estimate": 1.0, "region": "lappi"},
        {"indicator": own, "estimate": 1.0, "region": "kymi", "rule": "small_share", "suppressed": PRIMARY},
        {"indicator": other, "estimate": 2.0},
        {"indicator": other, "estimate": 2.0, "region": "kainuu", "rule": "small_count", "suppressed": PRIMARY},
    ]
    out = with_companions(marked(*rows), KNOWN)
    assert out.select("rule", "suppressed").rows() == [
        ("", SHOWN),
        ("small_count", PRIMARY),
        ("hidden_side", PRIMARY),
        ("small_share", PRIMARY),
        ("", SHOWN),
        ("small_count", PRIMARY),
    ]
    assert out.columns == marked(*rows).columns


def test_shares_by_days_are_told_on_the_days_of_the_promise_alone():
    share = {"indicator": "delay_share", "estimate": 0.5}
    frame = tidy(share | {"category": "7"}, share | {"category": "8"}, {"indicator": "delay_median", "estimate": 9.0})
    assert told_on(frame, KNOWN, [7, 14], {}).select("indicator", "category").rows() == [
        ("delay_share", "7"), ("delay_median", ""),
    ]  # fmt: skip


def test_bands_that_are_no_indicators_are_told_of_everybody_and_not_of_groups():
    bands = [{"key": "low", "indicator": True}, {"key": "mild", "indicator": False}]
    scales = {"who5": {"bands": bands, "binary": False}}
    row = {"indicator": "band_share", "scale": "who5", "estimate": 0.5}
    groups = ("all", "gender:girl")
    frame = tidy(*(row | {"category": band, "group": group} for band in ("low", "mild") for group in groups))
    assert told_on(frame, KNOWN, [], scales).select("category", "group").rows() == [
        ("low", "all"), ("low", "gender:girl"), ("mild", "all"),
    ]  # fmt: skip


def test_of_a_scale_of_yes_and_no_what_says_nothing_more_than_its_mean_is_not_told():
    untold = [*KNOWN.where(binary="untold")]
    assert untold
    scales = {key: {"bands": [], "binary": key == "yes"} for key in ("yes", "many")}
    frame = tidy(*({"indicator": name, "scale": scale, "estimate": 0.5} for scale in scales
                   for name in (untold[0], "score_mean")))  # fmt: skip
    assert told_on(frame, KNOWN, [], scales).select("scale", "indicator").rows() == [
        ("yes", "score_mean"), ("many", untold[0]), ("many", "score_mean"),
    ]  # fmt: skip
