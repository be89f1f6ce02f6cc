"""Rows of coping beside their counts: who was lost or came, ends of quantiles, tests and differences."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.publish import Privacy
from sujuva.publish.comparisons import round_comparisons, suppress_comparisons
from sujuva.publish.coping import lost_rows, marked_further, newcomer_rows, paired_rows, talk_rows, with_counts
from sujuva.publish.relations import LOST, NEWCOMERS, PAIRED
from sujuva.published import COARSE_MEAN, SHOWN
from sujuva.tidy import COMPARISONS, HEADS, NO_COMPARISON, TIDY
from tests.publish.test_bands import BINS

KNOWN = load_indicators()
RULED = {**TIDY, "rule": pl.String, "suppressed": pl.String}
PLACE = {"scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2024, "group": "all", "note": ""}
SCORE = {"scale": "gad7", "informant": "self"}
Row = dict[str, Any]


def tidy(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(TIDY) | PLACE | row for row in rows], schema=TIDY, orient="row")


def marked(*rows: Row) -> pl.DataFrame:
    shown = {"rule": "", "suppressed": SHOWN}
    return pl.DataFrame([dict.fromkeys(RULED) | PLACE | shown | row for row in rows], schema=RULED, orient="row")


HIDDEN = {"rule": "small_count", "suppressed": "primary"}


def compared(*rows: Row) -> pl.DataFrame:
    blank = NO_COMPARISON | SCORE | {"region": "oulu", "wave": 2024, "other_wave": 2023, "comparison": "gap"}
    return pl.DataFrame([blank | row for row in rows], schema=COMPARISONS)


SAME = {"comparison": PAIRED, "n": 26, "other_n": 26, "estimate": 0.5}
LOSS = {"indicator": "attrition_share", **SCORE, "category": "2023", "estimate": 0.2, "n": 30}


def test_changes_of_the_same_persons_are_rows_of_the_earlier_wave_without_sides():
    made = paired_rows(compared(SAME, SAME | {"comparison": "change"}), [*TIDY])
    assert made.columns == [*TIDY]
    assert made.select("indicator", "category", "n", *HEADS).rows() == [(PAIRED, "2023", 26, None, None)]


@pytest.mark.parametrize(("n", "gone"), [(30, [4.0]), (27, [1.0]), (26, [0.0]), (25, [])])
def test_those_who_were_lost_are_those_before_less_those_before_and_after(n, gone):
    frame = tidy(LOSS | {"n": n}, LOSS | {"region": "kainuu"}, LOSS | {"category": "2022"})
    made = lost_rows(frame, paired_rows(compared(SAME), frame.columns))
    assert made["estimate"].to_list() == gone
    assert made.select("indicator", "category", "n").rows() == [(LOST, "2023", n)] * len(gone)
    mean = {"indicator": "score_mean", **SCORE, "estimate": 8.0, "n": n}
    came = newcomer_rows(tidy(mean, mean | {"wave": 2023}), paired_rows(compared(SAME), frame.columns))
    assert came["estimate"].to_list() == gone
    assert came.select("indicator", "category", "wave").rows() == [(NEWCOMERS, "2023", 2024)] * len(gone)


def test_who_changed_counts_those_before_and_after_as_the_change_does():
    share = {"indicator": "change_share", **SCORE, "category": "improved:2023", "estimate": 0.5}
    frame = tidy(LOSS, share | {"n": 20}, share | {"category": "worsened:2023", "n": 20})
    assert lost_rows(frame, paired_rows(compared(SAME), frame.columns))["estimate"].to_list() == [10.0]
    unknown = tidy(LOSS, share)
    assert lost_rows(unknown, paired_rows(compared(SAME), frame.columns))["estimate"].to_list() == [4.0]


def test_shares_of_talks_have_the_talks_as_their_number():
    need = {"indicator": "lp_need_share", "estimate": 0.3, "n": 20, "heads": 9, "other_heads": 15}
    talks = {"indicator": "lp_talks", "estimate": 33.0, "n": 20}
    made = talk_rows(tidy(need, talks, need | {"wave": 2023}, need | {"indicator": "lp_done_share"}), KNOWN)
    assert made.select("indicator", "n", "wave").rows() == [("talks_lp_need_share", 33, 2024)]
    records = with_counts(KNOWN)
    assert {"talks_lp_need_share", "talks_lp_fidelity_80", LOST, NEWCOMERS} == {*records} - {*KNOWN}
    of_talks, lost = records["talks_lp_need_share"], records[LOST]
    assert (of_talks.counts, of_talks.behind.estimate, of_talks.behind.within) == ("meeting", "numerator", ())
    assert (lost.kind, lost.behind.estimate, lost.counts) == ("count", "count", "person")


def further(frame: pl.DataFrame, gone: Row | None = None, talks: Row | None = None, bars: pl.DataFrame = BINS) -> Any:
    return marked_further(
        frame, marked(*[gone] if gone else []), marked(*[talks] if talks else []), bars, indicators=KNOWN, threshold=5
    )


@pytest.mark.parametrize(
    ("gone", "rule"),
    [
        (HIDDEN, "small_count"), ({}, ""), (HIDDEN | {"category": "2022"}, ""), (HIDDEN | {"wave": 2023}, ""),
        (HIDDEN | {"region": "kainuu"}, ""), (HIDDEN | {"group": "gender:girl"}, ""),
    ],
)  # fmt: skip
def test_the_share_of_the_lost_is_hidden_with_their_count(gone, rule):
    other = {"indicator": "attrition_difference", **SCORE, "category": "2023", "estimate": 1.0, "n": 30}
    made = further(marked(LOSS, other), {"indicator": LOST, **SCORE, "category": "2023"} | gone)
    assert made["rule"].to_list() == [rule, rule]
    hidden = further(marked(LOSS | {"rule": "additive", "suppressed": "secondary"}),
                     {"indicator": LOST, **SCORE, "category": "2023"} | HIDDEN)  # fmt: skip
    assert hidden["rule"].to_list() == ["additive"]  # hidden already


NEED = {"indicator": "lp_need_share", "estimate": 0.3, "n": 20}


@pytest.mark.parametrize(("talks", "rule"), [(HIDDEN, "small_count"), ({}, ""), (HIDDEN | {"wave": 2023}, ""),
                                             (HIDDEN | {"indicator": "talks_lp_fidelity_80"}, "")])  # fmt: skip
def test_a_share_is_hidden_with_that_of_its_other_base(talks, rule):
    assert further(marked(NEED), talks=NEED | {"indicator": "talks_lp_need_share"} | talks)["rule"].to_list() == [rule]
    gone = NEED | {"rule": "additive", "suppressed": "secondary"}
    other = further(marked(gone), talks=NEED | {"indicator": "talks_lp_need_share"} | talks)
    assert other["rule"].to_list() == ["additive"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"estimate": 0.0}, "no_spread"), ({"estimate": 1.0}, "no_spread"), ({"estimate": 0.5}, ""),
        ({"estimate": 0.0, "n": 0}, ""), ({"estimate": 1.0, "n": 1}, "no_spread"), ({"estimate": -1.0}, ""),
        ({"estimate": 0.0} | HIDDEN, "small_count"), ({"estimate": None}, ""),
        ({"indicator": "lp_balance", "estimate": -1.0}, "no_spread"),
        ({"indicator": "lp_balance", "estimate": 0.0}, ""),
        ({"indicator": "lp_vulnerabilities", "estimate": 0.0}, "no_spread"),
        ({"indicator": "lp_vulnerabilities", "estimate": 1.0}, ""),
        ({"indicator": "band_share", "estimate": 0.0}, ""),
    ],
)  # fmt: skip
def test_a_ratio_that_tells_the_same_of_every_topic_is_hidden(row, rule):
    partner = {"indicator": "lp_strength_share", "estimate": 0.5, "n": 20}
    made = further(marked({"indicator": "lp_done_share", "n": 20} | row, partner))
    assert made["rule"].to_list() == [rule, ""]


def test_a_test_goes_with_the_shares_that_it_compares():
    test = {"indicator": "lp_mcnemar", "estimate": 0.5, "n": 20}
    share = {"indicator": "lp_transition_share", "category": "unchanged", "estimate": 0.5, "n": 20}
    for partner, rule in ((share, ""), (share | HIDDEN, "small_count"), (share | {"region": "kainuu"}, "hidden_side")):
        assert further(marked(test, partner))["rule"].to_list()[0] == rule
    assert (
        further(marked(test | {"rule": "additive", "suppressed": "secondary"}, share | HIDDEN))["rule"][0] == "additive"
    )


def bars(below: int, above: int, *, low: float = 3.0, high: float = 7.0) -> pl.DataFrame:
    """So many up to `low` and from `high` on, and many between and at other places."""
    place = {name: value for name, value in (PLACE | SCORE).items() if name in BINS.columns}
    rows = [(0.0, low, below), (low, high, 50), (high, 21.0, above)]
    rows = [place | dict(zip(("bin_low", "bin_high", "n"), one, strict=True)) for one in rows]
    rows += [rows[0] | {"n": 99, "region": "kainuu"}, rows[2] | {"n": 99, "group": "gender:girl"}]
    return pl.DataFrame(rows, schema=BINS.schema, orient="row")


@pytest.mark.parametrize(
    ("below", "above", "ends", "is_told"),
    [
        (5, 5, (3.0, 7.0), True), (4, 5, (3.0, 7.0), False), (5, 4, (3.0, 7.0), False), (5, 5, (2.9, 7.0), False),
        (5, 5, (3.0, 7.1), False), (5, 5, (3.1, 6.9), True), (5, 5, (None, None), False),
    ],
)  # fmt: skip
def test_the_interval_of_a_quantile_is_told_where_five_lie_beyond_either_end(below, above, ends, is_told):
    row = {**SCORE, "category": "q50", "estimate": 5.0, "se": 1.0, "df": 9.0, "ci_low": ends[0], "ci_high": ends[1]}
    numbers = ["se", "df", "ci_low", "ci_high"]
    made = further(marked(row | {"indicator": "score_quantile"}, row | {"indicator": "score_mean"}),
                   bars=bars(below, above)).select(numbers).rows()  # fmt: skip
    assert made[0] == ((1.0, 9.0, *ends) if is_told else (None,) * 4)
    assert made[1] == (1.0, 9.0, *ends)


GAP = {"group": "gender:girl", "other_group": "gender:boy", "other_wave": 2024, "n": 40, "other_n": 50, "estimate": 1.0}
MEAN = {"indicator": "score_mean", **SCORE, "n": 50}


def rule_of(row: Row, *sides: Row, paired: pl.DataFrame | None = None, binary: tuple[str, ...] = ()) -> str:
    given = marked() if paired is None else paired
    made = suppress_comparisons(
        compared(row), marked(*sides), given, indicators=KNOWN, privacy=Privacy(), binary=binary
    )
    return str(made["rule"].item())


@pytest.mark.parametrize(
    ("sizes", "rule"), [((5, 5), ""), ((4, 50), "small_count"), ((50, 4), "small_count"), ((1, 50), "small_count"),
                        ((0, 50), ""), ((50, None), ""), ((4, None), "small_count")],
)  # fmt: skip
def test_a_difference_needs_five_persons_on_either_side(sizes, rule):
    girls, boys = (MEAN | {"group": f"gender:{who}"} for who in ("girl", "boy"))
    assert rule_of(GAP | dict(zip(("n", "other_n"), sizes, strict=True)), girls, boys) == rule
    # A mean that is told coarsely would be told finely by the difference and the other side.
    assert rule_of(GAP, girls | {"note": COARSE_MEAN}, boys) == "additive"
    assert rule_of(GAP, girls, boys | {"note": COARSE_MEAN}) == "additive"
    assert rule_of(GAP, girls | {"note": COARSE_MEAN}, boys | HIDDEN) == "hidden_side"


def test_a_change_of_the_same_persons_has_the_rule_of_their_number():
    row = marked({"indicator": PAIRED, **SCORE, "category": "2023"})
    assert rule_of(SAME, paired=row) == ""
    assert rule_of(SAME, paired=row.with_columns(rule=pl.lit("additive"))) == "additive"
    for other in ({"category": "2022"}, {"wave": 2023}, {"group": "gender:girl"}, {"scale": "phq9"}):
        assert rule_of(SAME, paired=row.with_columns(**{k: pl.lit(v) for k, v in other.items()})) == "hidden_side"
    assert rule_of(SAME, paired=row, binary=("gad7",)) == "small_share"
    assert rule_of(SAME, paired=row, binary=("phq9",)) == ""
    assert rule_of(SAME | {"category": "severe"}, paired=row) == "small_share"


DID = {
    "comparison": "did",
    "region": "network",
    "group": "started",
    "other_group": "not_started",
    "n": 50,
    "other_n": 50,
}


@pytest.mark.parametrize(
    ("side", "rule"),
    [
        (HIDDEN, "additive"), (HIDDEN | {"wave": 2023}, "additive"), (HIDDEN | {"wave": 2022}, ""), ({}, ""),
        (HIDDEN | {"n": 0}, ""), (HIDDEN | {"n": 1}, "additive"), (HIDDEN | {"region": "network"}, ""),
        (HIDDEN | {"group": "gender:girl"}, ""), (HIDDEN | {"indicator": "score_sd"}, ""),
        (HIDDEN | {"scale": "phq9"}, ""), ({"note": COARSE_MEAN}, "additive"), ({"note": "few_degrees"}, ""),
    ],
)  # fmt: skip
def test_what_pools_regions_needs_the_mean_of_each_at_both_waves(side, rule):
    assert rule_of(DID, MEAN, MEAN | {"wave": 2023}, MEAN | {"region": "kainuu"} | side) == rule


def test_a_change_of_topics_goes_with_the_shares_of_its_own_place():
    change = {"comparison": "lp_transition", "scale": "lp_vulnerability_share", "informant": "", "n": 20, "other_n": 20}
    share = {"indicator": "lp_transition_share", "category": "unchanged", "n": 20}
    assert rule_of(change, share) == ""
    assert rule_of(change, share | HIDDEN) == "small_count"
    assert rule_of(change, share | {"category": "unchanged:home"}) == "hidden_side"
    assert rule_of(change | {"category": "home"}, share | {"category": "unchanged:home"}) == ""


def test_differences_are_told_in_steps_that_fit_the_smaller_number_and_warned_of_by_it():
    """15 may be 13: steps of 4/13, so 0.5; of shares 1/13, so 0.1. Beside exact numbers there are none."""
    scale = {"who5": {"shown": {"decimals": 1, "percent": False}, "grid": 4.0}}
    row = {"scale": "who5", "estimate": 2.34, "ci_low": 1.11, "ci_high": 3.33, "n": 13, "other_n": 60, "effect": 0.2345,
           "clusters": 73, "note": "few_degrees"}  # fmt: skip

    def told(privacy: Privacy, **changed: Any) -> Row:
        return round_comparisons(compared(row | changed), scale, privacy).row(0, named=True)

    names = ("estimate", "ci_low", "ci_high", "n", "other_n")
    assert [told(Privacy())[name] for name in names] == pytest.approx([2.5, 1.0, 3.5, 15, 60])
    share = told(Privacy(), category="poor", estimate=0.2345)
    assert share["estimate"] == pytest.approx(0.2)
    assert told(Privacy(), n=60, other_n=13)["estimate"] == pytest.approx(2.5)
    exact = told(Privacy(rounding=1), category="poor", estimate=0.23456)
    assert (exact["estimate"], exact["effect"], exact["n"]) == (0.235, 0.23, 13)
    assert told(Privacy(rounding=1), scale="unheard_of", estimate=0.23456)["estimate"] == 0.235
    assert told(Privacy(rounding=1), estimate=2.3456)["estimate"] == 2.3
    assert told(Privacy())["note"] == "under_30_clusters"  # persons are the clusters: by their rounded number
    assert told(Privacy(), clusters=6)["note"] == "few_degrees"
