"""Shares are protected by the persons behind them: unweighted, on both sides, newcomers, those inside others."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.errors import DisclosureError
from sujuva.publish import Privacy
from sujuva.publish.comparisons import suppress_comparisons
from sujuva.publish.coping import marked_further, newcomer_rows, paired_rows, talk_rows, with_counts
from sujuva.publish.people import suppress_people
from sujuva.publish.relations import NEWCOMERS, OF_TALKS, PAIRED
from sujuva.publish.rules import N_ONLY
from sujuva.published import CONTRACTS, SHOWN
from sujuva.tidy import COMPARISONS, HEADS, NO_COMPARISON, TIDY
from tests.publish.test_bands import BANDS, BINS

KNOWN = load_indicators()
PLACE = {"scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2024, "group": "all", "note": ""}
SCORE = {"scale": "gad7", "informant": "self"}
WORSE, BETTER, SAME = "strength_to_vulnerability", "vulnerability_to_strength", "unchanged"


def tidy(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(TIDY) | PLACE | row for row in rows], schema=TIDY, orient="row")


def share(name: str, estimate: float, n: int, heads: int | None, other: int | None, **more: Any) -> dict[str, Any]:
    return {"indicator": name, "estimate": estimate, "n": n, "heads": heads, "other_heads": other} | more


def marked(frame: pl.DataFrame, **tables: pl.DataFrame) -> dict[str, pl.DataFrame]:
    given = {"parjaavyys": frame, **tables}
    return suppress_people(given, {"bins": BINS}, indicators=with_counts(KNOWN), bands=BANDS, privacy=Privacy())


def rules(frame: pl.DataFrame, **tables: pl.DataFrame) -> list[str]:
    return marked(frame, **tables)["parjaavyys"]["rule"].to_list()


def test_a_weighted_share_of_four_of_twenty_is_hidden_whatever_its_weights_say():
    few = share("band_share", 0.252, 20, 4, 16, **SCORE, category="severe")
    assert rules(tidy(few)) == ["small_share"]
    # Five persons with small weights are enough, although 20 per cent of twenty would be four.
    assert rules(tidy(few | {"estimate": 0.2, "heads": 5, "other_heads": 15})) == [""]
    assert rules(tidy(few | {"estimate": 0.7, "heads": 16, "other_heads": 4})) == ["small_share"]


@pytest.mark.parametrize("sides", [(None, None), (5, None), (5, 14)])
def test_a_share_that_does_not_tell_its_persons_is_refused(sides):
    with pytest.raises(DisclosureError, match=r"band_share.*Run the stages before publish again"):
        marked(tidy(share("band_share", 0.25, 20, *sides, **SCORE, category="severe")))


def test_heads_are_in_no_published_table():
    assert {*HEADS} <= {*TIDY}
    assert not [name for name, one in CONTRACTS.items() if {*HEADS} & {*one.schema}]


@pytest.mark.parametrize(("heads", "other", "rule"), [(2, 30, "small_share"), (12, 3, "small_share"), (12, 30, "")])
def test_meetings_of_few_families_on_either_side_are_hidden(heads, other, rule):
    assert rules(tidy(share("case_parent", 0.2, 60, heads, other, df=31.0))) == [rule]


def test_just_the_threshold_on_either_side_is_enough():
    for heads, other in ((5, 15), (15, 5)):
        assert rules(tidy(share("band_share", heads / 20, 20, heads, other, **SCORE, category="severe"))) == [""]
    for heads, other in ((5, 30), (30, 5)):
        assert rules(tidy(share("case_parent", 0.2, 60, heads, other, df=31.0))) == [""]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"indicator": "score_sd", "estimate": 0.0, "n": 20}, "no_spread"),
        ({"indicator": "score_sd", "estimate": 0.1, "n": 20}, ""),
        ({"indicator": "score_mean", "estimate": 3.0, "se": 0.0, "n": 20}, "no_spread"),
        ({"indicator": "score_mean", "estimate": 3.0, "se": 0.1, "n": 20}, ""),
    ],
)
def test_where_all_gave_the_same_answer_neither_mean_nor_deviation_is_told(row, rule):
    assert rules(tidy(SCORE | row)) == [rule]


@pytest.mark.parametrize(("n", "rule"), [(3, ""), (2, "small_network")])
def test_a_network_of_three_organisations_is_told(n, rule):
    assert rules(tidy({"indicator": "network_density", "scale": "work", "estimate": 0.5, "n": n})) == [rule]


def test_steps_of_one_family_are_few_however_many():
    steps = {"scale": "health", "category": "social"}
    one, many = (share("handovers", 9.0, 9, heads, None, **steps) for heads in (1, 8))
    assert rules(tidy(one)) == ["small_count"]
    assert rules(tidy(many)) == [""]
    with pytest.raises(DisclosureError, match="handovers"):
        marked(tidy(one | {"heads": None}))


def test_a_quantile_has_its_persons_beyond_it_by_heads():
    tenth = share("score_quantile", 9.0, 60, 6, 55, **SCORE, category="q10")
    assert rules(tidy(tenth)) == [""]
    assert rules(tidy(tenth | {"heads": 3, "other_heads": 57})) == ["quantile_edge"]  # three with large weights
    assert rules(tidy(tenth | {"heads": None, "other_heads": None})) == ["quantile_edge"]


def test_quantiles_on_both_sides_of_the_median_ask_for_as_many_persons():
    """By share fewer than five may lie beyond it, although with their ties there are enough by heads."""
    fewest = {"q10": 50, "q25": 20, "q50": 10, "q75": 20, "q90": 50}
    for missing, rule in ((0, ""), (1, "quantile_edge")):
        sizes = {category: n - missing for category, n in fewest.items()}
        rows = [
            share("score_quantile", 9.0, n, n, n, **SCORE, category=category, wave=2000 + place)
            for place, (category, n) in enumerate(sizes.items())
        ]
        assert rules(tidy(*rows)) == [rule] * len(rows)


def test_three_who_came_are_not_told_by_nine_after_and_six_before_and_after():
    earlier, later = (
        share("score_mean", 8.0, n, None, None, **SCORE, wave=wave) for n, wave in ((30, 2023), (29, 2024))
    )
    change = NO_COMPARISON | SCORE | {"comparison": PAIRED, "region": "oulu", "wave": 2024, "other_wave": 2023}
    for pairs, rule in ((26, "additive"), (20, "")):
        told = pl.DataFrame([change | {"estimate": 0.5, "n": pairs, "other_n": pairs}], schema=COMPARISONS)
        means = tidy(earlier, later)
        paired = paired_rows(told, means.columns)
        came = newcomer_rows(means, paired)
        assert came.select("estimate", "n", "category").rows() == [(29.0 - pairs, 29, "2023")]
        found = marked(means, **{PAIRED: paired, NEWCOMERS: came})
        assert found[PAIRED]["rule"].to_list() == [rule]
        assert found["parjaavyys"]["rule"].to_list() == ["", ""]  # the means are worth more


def moved(part: str, n: int, **sides: tuple[float, int, int]) -> list[dict[str, Any]]:
    """The three shares of topics by what became of them: estimate, children with such a topic, and with another."""
    tail = f":{part}" if part else ""
    return [
        share("lp_transition_share", *sides[key][:1], n, *sides[key][1:], category=name + tail)
        for key, name in (("worse", WORSE), ("better", BETTER), ("same", SAME))
    ]


def test_two_of_nine_children_who_improved_are_told_by_nothing():
    """Ten topics of nine children, two of them better: the exact p, the shares and their difference would tell."""
    rows = moved("", 9, worse=(0.0, 0, 9), better=(0.2, 2, 8), same=(0.8, 8, 2))
    test = {"indicator": "lp_mcnemar", "scale": "exact", "estimate": 0.5, "n": 9}
    frame = tidy(*rows, test)
    found = marked(frame, **{OF_TALKS: talk_rows(frame, KNOWN)})
    nobody = found["parjaavyys"].clear()
    further = marked_further(found["parjaavyys"], nobody, found[OF_TALKS], BINS, indicators=KNOWN, threshold=5)
    assert further["suppressed"].ne(SHOWN).all()
    change = NO_COMPARISON | {"comparison": "lp_transition", "scale": "lp_vulnerability_share", "region": "oulu"}
    told = change | {"wave": 2024, "other_wave": 2024, "estimate": -0.2, "n": 9, "other_n": 9, "clusters": 9}
    compared = pl.DataFrame([told], schema=COMPARISONS)
    made = suppress_comparisons(compared, further, nobody, indicators=KNOWN, privacy=Privacy())
    assert made["suppressed"].ne(SHOWN).all()


def test_of_shares_that_make_up_one_what_stayed_the_same_gives_way():
    rows = moved("", 60, worse=(0.05, 3, 60), better=(0.25, 40, 58), same=(0.7, 60, 42))
    assert rules(tidy(*rows)) == ["small_share", "", "additive"]
    rows = moved("", 60, worse=(0.1, 9, 60), better=(0.2, 40, 58), same=(0.7, 60, 42))
    assert rules(tidy(*rows)) == ["", "", ""]


def test_a_small_part_takes_another_part_with_it():
    parts = {"": (60, 40), "home": (3, 50), "school": (30, 30), "leisure": (40, 35)}
    rows = [share("lp_plan_share", 0.4, 60, *sides, category=part) for part, sides in parts.items()]
    assert rules(tidy(*rows)) == ["", "small_share", "additive", ""]


def test_one_child_who_is_behind_one_share_and_not_the_other_is_told_by_no_n():
    """197 children with a discussion, 196 with a topic that is one or the other: the second n is not told."""
    talks = share("lp_talks", 310.0, 197, 197, None)
    inner = share("lp_strength_share", 0.7, 196, 190, 120)
    assert rules(tidy(talks, inner)) == ["", N_ONLY]
    assert rules(tidy(talks, inner | {"n": 190})) == ["", ""]
