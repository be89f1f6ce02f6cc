"""Each way of the attack on a small table with a known answer, and on one that tells nothing."""

from __future__ import annotations

import itertools

import polars as pl
import pytest

from sujuva.attack import Finding, attack, beside, insiders, not_refuted
from sujuva.attack.counts import Counts, learned
from sujuva.attack.moments import counted, states
from sujuva.attack.shown import Grid, Shown
from sujuva.published import COARSE_MEAN, PRIMARY, SECONDARY, SHOWN
from tests.attack.made_up import feedback, pairs, published, row, score, talk, trust


def told(found, kind):
    return [(one.what, one.low, one.high) for one in found if one.kind == kind]


def test_counts_are_narrowed_by_sums_as_enumeration_narrows_them():
    known = Counts()
    for key, low, high in (("a", 0, 9), ("b", 0, 4), ("c", 2, 3), ("all", 9, 10)):
        known.count(key, low, high)
    known.adds_up("all", ["a", "b", "c"])
    known.between({"a": 1, "b": -2}, -1, 100)
    possible = [
        (a, b, c)
        for a, b, c in itertools.product(range(10), range(5), range(2, 4))
        if 9 <= a + b + c <= 10 and a - 2 * b >= -1
    ]
    expected = {
        key: (min(one[at] for one in possible), max(one[at] for one in possible)) for at, key in enumerate("abc")
    }

    assert known.ranges(["a", "b", "c"], 99) == expected


def test_a_guess_that_contradicts_is_given_up():
    known = Counts()
    known.count("hidden", 1, 50)
    known.count("shown", 10, 10)
    known.count("all", 30, 30)
    known.adds_up("all", ["hidden", "shown"])
    known.guess("hidden", 0, 4)

    assert known.ranges(["hidden"], 99) == {"hidden": (20, 20)}


def test_a_guess_that_its_own_count_contradicts_takes_no_other_with_it():
    """All of fifteen gave the same mean: their row is marked as a small count is, and another row tells how many."""
    known = Counts()
    for key, low, high in (("alike", 13, 17), ("one", 1, 50), ("other", 1, 50), ("all", 25, 25)):
        known.count(key, low, high)
    known.adds_up("all", ["alike", "one", "other"])
    for key in ("alike", "one", "other"):
        known.guess(key, 0, 4)

    assert known.ranges(["one", "other"], 99) == {"one": (4, 4), "other": (4, 4)}


@pytest.mark.parametrize(("all_shown", "expected"), [(False, {}), (True, {"one": (2, 4), "other": (2, 4)})])
def test_what_marks_tell_alone_is_not_learned(all_shown, expected):
    """Two small parts of a small whole are three at most, whatever is shown; of a shown six they are two to four."""
    known = Counts()
    known.count("one", 1, 4)
    known.count("other", 1, 4)
    known.count("all", *((6, 6) if all_shown else (1, 4)))
    known.adds_up("all", ["one", "other"])

    assert learned(known, ["one", "other"], 5) == expected


def test_what_contradicts_tells_nothing():
    known = Counts()
    known.count("part", 5, 6)
    known.count("whole", 1, 2)
    known.adds_up("whole", ["part"])

    assert known.ranges(["part"], 5) == {}


def test_a_hidden_region_is_what_the_shown_one_lacks():
    """Rounded classes of oulu and the network leave four persons at most, df of children does not matter here."""
    rows = [
        score(region="network", estimate=5.03, n=25),
        score(region="oulu", estimate=5.03, n=25),
        score(region="tampere", suppressed="primary"),
    ]

    assert told(attack(published(*rows)), "sums") == []


def test_exact_numbers_of_children_subtract():
    """197 children have a rated topic, 196 one about leisure: one has none."""
    rows = [
        talk("lp_strength_share", "", 195, estimate=0.7, df=196.0),
        talk("lp_strength_share", "leisure", 195, estimate=0.8, df=195.0),
    ]

    assert told(attack(published(*rows)), "children") == [
        ("children lp_strength_share, and not lp_strength_share leisure", 1, 1)
    ]


def test_rounded_numbers_of_children_tell_nothing():
    rows = [
        talk("lp_strength_share", "", 195, estimate=0.7),
        talk("lp_strength_share", "leisure", 195, estimate=0.8),
    ]

    assert told(attack(published(*rows)), "children") == []


def regions(network: int, *, oulu: str, tampere: str, name: str = "lp_talks"):
    """Eight to twelve children, where `network` is 10, in two regions that are hidden."""
    marks = {"oulu": oulu, "tampere": tampere}
    return [
        talk(name, "", network, region="network", estimate=0.7),
        *(talk(name, "", None, region=region, suppressed=mark) for region, mark in marks.items()),
    ]


def test_marks_of_counts_tell_that_regions_are_small():
    found = attack(published(*regions(10, oulu=PRIMARY, tampere=PRIMARY)))

    assert told(found, "children") == [("children lp_talks", 4, 4)] * 2


def test_a_share_may_be_hidden_for_one_of_its_sides():
    """Seven and three children, or four and four: one of the seven may stand on one side."""
    found = attack(published(*regions(10, oulu=PRIMARY, tampere=PRIMARY, name="lp_strength_share")))

    assert told(found, "children") == []


def test_a_number_behind_a_row_that_is_hidden_for_others_is_not_small():
    """Of five to seven children tampere has five at least."""
    rows = regions(5, oulu=PRIMARY, tampere=PRIMARY)
    rows.append(talk("lp_coverage", "", None, region="tampere", suppressed=SECONDARY))

    assert told(attack(published(*rows)), "children") == [("children lp_talks", 1, 2)]
    assert told(attack(published(*regions(5, oulu=PRIMARY, tampere=PRIMARY))), "children") == []


def test_exact_p_and_shares_tell_few_changes():
    """Two of 18 topics of nine children got better, none worse: p = 2 · 0.5²."""
    ways = {"strength_to_vulnerability": 0.0, "vulnerability_to_strength": 0.111, "unchanged": 0.889}
    rows = [talk("lp_transition_share", f"{way}:home", 10, estimate=one) for way, one in ways.items()]
    rows.append(talk("lp_mcnemar", "home", 10, scale="exact", estimate=0.5))

    assert told(attack(published(*rows)), "children") == [("children whose topics changed (2 to 2 topics)", 1, 2)]


def test_shares_of_many_topics_tell_nothing():
    ways = {"strength_to_vulnerability": 0.1, "vulnerability_to_strength": 0.3, "unchanged": 0.6}
    rows = [talk("lp_transition_share", f"{way}:home", 100, estimate=one) for way, one in ways.items()]

    assert told(attack(published(*rows)), "children") == []


WEIGHTED = score(estimate=4.44, n=5)  # of five to seven persons no whole sum has this mean: weights differ


@pytest.mark.parametrize(("share", "n", "low", "high"), [(0.252, 20, 4, 7), (0.748, 20, 4, 7)])
def test_a_share_of_weights_may_stand_on_few(share, n, low, high):
    found = attack(published(WEIGHTED, score("band_share", category="low", estimate=share, n=n, group="language:sv")))

    assert told(found, "weighted_shares") == [("persons on the smaller side of a share", low, high)]


def test_a_share_guarded_by_persons_tells_nothing_unless_it_contradicts_that():
    share = score("band_share", category="low", estimate=0.252, n=20, group="language:sv")
    few = score("band_share", category="low", estimate=0.1, n=20, group="language:fi")
    by_persons = {"shares_by": "persons"}

    assert told(attack(published(WEIGHTED, share, privacy=by_persons)), "weighted_shares") == []
    assert [one.key["group"] for one in attack(published(WEIGHTED, few, privacy=by_persons))] == ["language:fi"]


def test_a_share_of_many_tells_nothing():
    found = attack(published(WEIGHTED, score("band_share", category="low", estimate=0.25, n=200)))

    assert told(found, "weighted_shares") == []


def test_moments_tell_how_many_have_the_highest_score():
    """Six scores, mean 9.67 and standard deviation 0.82, are 8 and five tens: nothing else has these moments."""
    grid = Grid(0, 10, 1)
    possible = list(states(grid, (5, 7), (9.665, 9.675), (0.811, 0.821)))
    expected = {
        (n, sum(value == 10 for value in some))
        for n in (5, 6, 7)
        for some in itertools.combinations_with_replacement(range(11), n)
        if 9.665 <= sum(some) / n <= 9.675
        and 0.811**2 <= (sum(v * v for v in some) - sum(some) ** 2 / n) / (n - 1) <= 0.821**2
    }

    assert {one.n for one in possible} == {n for n, _ in expected}
    assert {k for _, k in expected} == {5}
    assert counted(grid, possible, frozenset({10}), 6) == (5, 5)
    assert counted(grid, possible, frozenset({10}), 5) is None  # five are no small count


def test_coarse_moments_tell_nothing():
    possible = list(states(Grid(0, 10, 1), (18, 22), (5.45, 5.55), (2.05, 2.15)))

    assert counted(Grid(0, 10, 1), possible, frozenset({0, 1, 2}), 5) is None


def test_a_mean_of_whole_answers_makes_a_rounded_n_exact():
    assert told(attack(published(feedback(3.57, 5))), "rounded_n") == [("persons", 7, 7)]  # 25 / 7
    assert told(attack(published(feedback(3.5, 20))), "rounded_n") == []  # 18, 20 and 22 are possible


def test_a_mean_at_the_end_tells_single_ratings():
    assert told(attack(published(*trust(4.0, 3))), "organisations") == [("single ratings", 3, 3)]
    assert told(attack(published(*trust(3.667, 3))), "organisations") == []


def test_newcomers_are_what_the_pairs_lack():
    """Nine answered in 2024 (43 / 9), six of them in 2023, too (a mean change of 5 / 6): three came."""
    rows = [score(estimate=4.78, n=10), score(estimate=4.83, n=20, wave=2023), pairs(5, estimate=0.83)]

    assert told(attack(published(*rows)), "newcomers") == [("persons who came", 3, 3)]


def test_newcomers_among_rounded_numbers_tell_nothing():
    rows = [score(estimate=4.5, n=30), score(estimate=4.5, n=30, wave=2023), pairs(20, estimate=0.5)]

    assert told(attack(published(*rows)), "newcomers") == []


def test_releases_tell_of_those_who_left():
    before, after = published(score(estimate=5.5, n=100)), published(score(estimate=5.4, n=100))

    assert told(attack(after, [before]), "releases") == [
        ("persons who joined or left on balance, to whom the difference is due", 0, 4)
    ]


def test_a_release_held_against_the_earlier_ones_promises_that_many_moved_where_that_can_be():
    """Of a hundred five may have come and five gone; of ten nobody believes it."""
    for n, count in ((100, 0), (10, 1)):
        before, after = published(score(estimate=5.5, n=n)), published(score(estimate=6.5, n=n))
        after.meta["releases"] = [{"number": 1, "date": "2026-01-31"}]

        assert len(told(attack(after, [before]), "releases")) == count


def test_releases_that_differ_by_many_or_not_at_all_tell_nothing():
    before, same = published(score(estimate=5.5, n=100)), published(score(estimate=5.5, n=100))
    many = published(score(estimate=5.4, n=120))

    assert told(attack(same, [before]), "releases") == []
    assert told(attack(many, [before]), "releases") == []


@pytest.mark.parametrize(("mean", "note", "learned"), [(1.6, "", True), (1.6, COARSE_MEAN, False), (0.6, "", False)])
def test_a_mean_pins_bins_that_are_hidden_beside_it(mean, note, learned):
    at = {"scale": "points", "informant": "self"}
    rows = [("parjaavyys", row("parjaavyys", indicator="score_mean", estimate=mean, n=15, note=note, **at))]
    rows += [
        ("distributions", row("distributions", bin_low=float(low), bin_high=float(high), n=n, suppressed=mark, **at))
        for low, high, n, mark in ((0, 0, 10, SHOWN), (1, 3, None, PRIMARY), (4, 4, None, PRIMARY), (5, 10, 0, SHOWN))
    ]
    findings = [one.learned for one in beside.find(Shown(published(*rows)), {"oulu"})]
    # Of 13 to 17 persons 8 to 12 have 0. Their sum is 21 or more: with at most four of each, three have 4.
    assert any("from 4 points" in one for one in findings) == learned


def test_a_region_subtracts_its_own_numbers_from_those_of_the_network():
    hidden = {"n": None, "estimate": None}
    tables = published(
        score(region="network", n=10, estimate=5.0),
        score(region="oulu", suppressed=SECONDARY, **hidden),
        score(region="tampere", suppressed=PRIMARY, **hidden),
        privacy={"rounding": 1},
    )
    key = {"indicator": "score_mean", "scale": "points", "informant": "self", "wave": 2024, "group": "all"}
    exact = pl.DataFrame([{**key, "region": region, "n": n} for region, n in (("oulu", 7), ("tampere", 3))])
    bins = pl.DataFrame(schema=["scale", "informant", "region", "wave", "group", "bin_low", "n"])

    assert not attack(tables)
    found = attack(tables, own=insiders(["oulu"], exact, bins))
    assert [(one.kind, one.key["region"], one.low, one.high) for one in found] == [("sums", "tampere", 3, 3)]
    assert found[0].path.endswith("less what oulu knows of itself")
    assert not attack(tables, own=insiders(["tampere"], exact, bins))


def test_an_exact_number_that_is_not_true_is_nothing_learned():
    key = {"indicator": "score_mean", "region": "oulu"}
    rows = pl.DataFrame([{**key, "n": 22}, {**key, "region": "tampere", "n": 7}])
    found = [Finding(kind, "parjaavyys", key, "persons", n, n, "") for kind, n in (
        ("rounded_n", 20), ("rounded_n", 22), ("sums", 3))]  # fmt: skip
    assert not_refuted(found, rows) == found[2:]
    assert not_refuted(found[1:], rows) == found[1:]
    assert not_refuted(found, rows.filter(region="tampere")) == found
