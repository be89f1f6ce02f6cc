"""The moments of LP discussions against counting in plain Python, and the laws that whole numbers keep."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.errors import ParameterError
from sujuva.moments import LP_KEYS, SCORES, lp_moments
from sujuva.tables import LP_ENVIRONMENTS
from tests.moments.lp_topics import REGIONS, drawn, table, topic

SEEDS = st.integers(0, 10_000)


def made(topics, **choices):
    return lp_moments(topics, **({"regions": REGIONS} | choices))


def sums(moments, scale, region="oulu", wave=2024):
    """n, Σy and Σw of a measure."""
    rows = moments["lp"].filter(scale=scale, region=region, wave=wave)
    return tuple(int(rows[name].sum()) for name in ("n", "wy"))


def rated_rows(rows, environment):
    return [one for one in rows if environment in ("", one["environment"])]


@settings(max_examples=6)
@given(SEEDS)
def test_topics_are_counted_as_plain_python_counts_them(seed):
    topics = drawn(seed)
    moments = made(topics)
    for region in REGIONS:
        here = [one for one in topics.to_dicts() if one["region"] == region and one["wave"] == 2024]
        for place in ("", *LP_ENVIRONMENTS):
            name = f".{place}" if place else ""
            rows = rated_rows(here, place)
            strong = [one["rating"] == "strength" for one in rows if one["rating"] in ("strength", "vulnerability")]
            plans = [one["plan"] for one in rows if one["rating"] == "vulnerability" and one["plan"] is not None]
            known = [one["outcome"] for one in rows if one["plan"] == 1]
            known = [one != "not_done" for one in known if one not in (None, "unknown")]
            assert sums(moments, f"lp_strength_share{name}", region) == (len(strong), sum(strong))
            assert sums(moments, f"lp_plan_share{name}", region) == (len(plans), sum(plans))
            assert sums(moments, f"lp_done_share{name}", region) == (len(known), sum(known))
            talks = defaultdict(list)
            for one in rows:
                talks[one["talk"]].append(one["rating"])
            discussed = [ratings for ratings in talks.values() if set(ratings) - {"not_discussed"}]
            number = sum(ratings.count("vulnerability") for ratings in discussed)
            assert sums(moments, f"lp_vulnerabilities{name}", region) == (len(discussed), number)


def compared(topics, follow_up_days=28):
    """Pairs of a child's first discussion and the follow-up, in plain Python: (child, environment, row, ratings)."""
    found = []
    rows = topics.to_dicts()
    days = defaultdict(set)
    for one in rows:
        days[one["child"]].add(one["date"])
    visits = {}
    for child, dates in days.items():
        visit, before = 0, min(dates)
        for day in sorted(dates):
            visit += (day - before).days >= follow_up_days
            visits[child, day], before = visit, day
    meetings = defaultdict(list)
    for one in rows:
        meetings[one["child"], one["environment"], one["topic"], visits[one["child"], one["date"]]].append(one)
    places = {key: [one for one in some if one["date"] == max(other["date"] for other in some)]
              for key, some in meetings.items()}  # fmt: skip
    for (child, place, number, visit), before in places.items():
        after = places.get((child, place, number, 1), [])
        if visit == 0 and len(before) == len(after) == 1:
            found.append((child, place, after[0], (before[0]["rating"], after[0]["rating"])))
    return found


@settings(max_examples=6)
@given(SEEDS, st.sampled_from([1, 28, 101]))
def test_changes_are_counted_as_plain_python_counts_them(seed, follow_up_days):
    topics = drawn(seed)
    moments = made(topics, follow_up_days=follow_up_days)
    extremes = {"strength", "vulnerability"}
    pairs = [one for one in compared(topics, follow_up_days) if one[2]["region"] == "oulu" and one[2]["wave"] == 2024]
    both = [one for one in pairs if set(one[3]) <= extremes]
    for place in ("", *LP_ENVIRONMENTS):
        here = [one for one in both if place in ("", one[1])]
        name = f":{place}" if place else ""
        better = [one[3] == ("vulnerability", "strength") for one in here]
        assert sums(moments, f"lp_transition_share.vulnerability_to_strength{name}") == (len(here), sum(better))
        improved, others = (
            {one[0] for one, so in zip(here, better, strict=True) if so == side} for side in (True, False)
        )
        children = moments["lp_children"].filter(
            region="oulu", wave=2024, scale=f"lp_transition_share.vulnerability_to_strength{name}"
        )
        both_sides = (len(improved | others), len(improved), len(others))
        assert children.select("n", "heads", "other_heads").rows() == ([both_sides] if here else [])
        same = sum(one[3][0] == one[3][1] for one in here)
        assert sums(moments, f"lp_transition_share.unchanged{name}") == (len(here), same)
        children = defaultdict(list)
        for child, _, _, ratings in here:
            children[child].append(ratings)
        wanted = defaultdict(lambda: [0, 0, 0, 0, 0, 0, 0, 0])
        for ratings in children.values():
            b, c = ratings.count(("strength", "vulnerability")), ratings.count(("vulnerability", "strength"))
            one = wanted[len(ratings)]
            for at, value in enumerate((1, b, c, b - c, (b - c) ** 2, b * b, b * c, c * c)):
                one[at] += value
        found = moments["lp_changes"].filter(region="oulu", wave=2024, environment=place)
        names = ["children", "b", "c", "d", "dd", "bb", "bc", "cc"]
        assert {row[0]: list(row[1:]) for row in found.select("topics", *names).iter_rows()} == dict(wanted)
    table_of = moments["lp_transitions"].filter(region="oulu", wave=2024, environment="")
    assert int(table_of["n"].sum()) == len(pairs)


TALK = {"parents_present": 1, "child_present": 1, "form": "primary_child", "network_needed": 1, "network_held": 1}
TALK |= {"follow_up": date(2024, 9, 1)}
PLANNED = {"plan": 1, "responsible": 1, "due": date(2024, 5, 1)}
FULL = [
    topic(**TALK, **PLANNED, environment="home"),
    topic(**TALK, **PLANNED, environment="school", rating="vulnerability"),
    topic(**TALK, environment="leisure", plan=0),
]


@pytest.mark.parametrize(
    ("changes", "done", "applicable"),
    [
        ({}, 9, 9),
        ({"parents_present": 0}, 8, 9),
        ({"parents_present": None}, 8, 8),
        ({"child_present": 0}, 8, 9),
        ({"form": "primary_adults", "child_present": 0}, 8, 8),
        ({"form": None}, 8, 8),
        ({"network_held": 0}, 8, 9),
        ({"network_needed": 0, "network_held": 0}, 8, 8),
        ({"network_held": None}, 8, 8),
        ({"follow_up": None}, 8, 9),
        ({"due": None}, 8, 9),
        ({"plan": 0}, 7, 8),
        ({"plan": None}, 7, 7),
    ],
)
def test_components_of_fidelity(changes, done, applicable):
    rows = [one | {name: value for name, value in changes.items() if one[name] is not None} for one in FULL]
    if changes == {"plan": 0}:
        rows = [one | {"plan": 0} for one in rows]
    moments = made(table(*rows))
    wanted = (2 * 10**6 * done + applicable) // (2 * applicable)
    assert sums(moments, "lp_fidelity") == (1, wanted)
    assert sums(moments, "lp_fidelity_80") == (1, int(10 * done >= 8 * applicable))


@pytest.mark.parametrize(
    ("rows", "lacking"),
    [
        ([FULL[0], FULL[1], FULL[2] | {"rating": "not_discussed"}], "environments_covered"),
        ([one | {"rating": "vulnerability"} for one in FULL], "strengths_recorded"),
        ([*(one | {"rating": "strength"} for one in FULL), topic(**TALK, topic="K9", rating="not_discussed")],
         "vulnerabilities_recorded"),
    ],
)  # fmt: skip
def test_components_of_what_was_discussed(rows, lacking):
    assert sums(made(table(*rows), components=[lacking]), "lp_fidelity") == (1, 0)
    assert sums(made(table(*FULL), components=[lacking]), "lp_fidelity") == (1, 10**6)


def test_a_discussion_without_a_vulnerability_is_no_failure_when_every_topic_was_discussed():
    rows = [one | {"rating": "strength"} for one in FULL]
    assert sums(made(table(*rows), components=["vulnerabilities_recorded"]), "lp_fidelity") == (1, 10**6)


def test_only_the_first_day_must_set_a_follow_up():
    later = [one | {"talk": "t2", "date": date(2024, 9, 1), "follow_up": None} for one in FULL]
    moments = made(table(*FULL, *later), components=["follow_up_set"])
    assert sums(moments, "lp_fidelity") == (1, 10**6)


def test_eighty_per_cent_is_enough():
    four_of_five = [one | {"parents_present": 0} for one in FULL]
    names = ["parents_present", "child_present", "environments_covered", "strengths_recorded", "plan_written"]
    assert sums(made(table(*four_of_five), components=names), "lp_fidelity_80") == (1, 1)
    assert sums(made(table(*four_of_five), components=names[:4]), "lp_fidelity_80") == (1, 0)


def test_two_discussions_on_one_day_are_one_day_and_their_common_topics_are_not_compared():
    first = topic(topic="K1"), topic(topic="K2"), topic(topic="K1", talk="t2", rating="vulnerability")
    later = [topic(topic=name, talk="t3", date=date(2024, 9, 1)) for name in ("K1", "K2")]
    moments = made(table(*first, *later))
    assert moments["lp_transitions"].filter(environment="", region="oulu")["n"].to_list() == [1]
    assert moments["lp_talks"].filter(region="oulu").row(0, named=True) == {
        "region": "oulu", "wave": 2024, "talks": 3, "first": 2, "children": 1,
    }  # fmt: skip


@settings(max_examples=4)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_names_of_children_do_not_matter(seed, lot):
    topics = drawn(seed)
    order = list(range(topics.height))
    lot.shuffle(order)
    names = topics["child"].unique().sort().to_list()
    others = dict(zip(names, lot.sample([f"x{at}" for at in range(len(names))], len(names)), strict=True))
    mixed = topics[order].with_columns(
        pl.col("child").replace_strict(others, return_dtype=pl.String), talk=pl.format("{}!", pl.col("talk"))
    )
    one, other = made(topics), made(mixed)
    assert all(one[name].equals(other[name]) for name in LP_KEYS)


@settings(max_examples=4)
@given(SEEDS)
def test_regions_may_count_by_themselves_and_add_up_to_the_network(seed):
    # A child belongs to one region: what is compared over two regions cannot be counted by either of them.
    topics = drawn(seed).with_columns(region=pl.col("region").first().over("child"))
    whole = made(topics)
    alone = [lp_moments(topics.filter(region=one), regions=[one]) for one in REGIONS]
    for name, key in LP_KEYS.items():
        together = whole[name]
        for region, mine in zip(REGIONS, alone, strict=True):
            assert together.filter(region=region).equals(mine[name].filter(region=region)), name
        if name == "lp":
            continue
        numbers = [column for column in together.columns if column not in key]
        parts = pl.concat([one[name].filter(pl.col("region") == "network") for one in alone])
        added = parts.group_by(key).agg(pl.col(numbers).sum()).sort(key)
        assert together.filter(pl.col("region") == "network").equals(added), name


def test_a_unit_is_a_cluster_and_a_child_without_one_stands_alone():
    rows = [topic(child=f"c{at}", talk=f"t{at}", unit=unit) for at, unit in enumerate(["a", "a", None, None])]
    for cluster, clusters in (("child", 4), ("unit", 3)):
        found = made(table(*rows), cluster=cluster)
        mine = found["lp"].filter(region="oulu", scale="lp_strength_share")
        assert mine.select("clusters", "design_clusters").row(0) == (clusters, clusters)
        assert found["lp_children"].filter(region="oulu", scale="lp_strength_share")["n"].item() == 4


def test_without_discussions_the_tables_are_empty_and_typed():
    nothing, something = made(table()), made(drawn(1))
    assert list(nothing) == list(LP_KEYS)
    for name in LP_KEYS:
        assert nothing[name].schema == something[name].schema, name
        assert nothing[name].height == 0, name
        assert not something[name].select(LP_KEYS[name]).is_duplicated().any(), name
    assert nothing["lp"].schema == SCORES


def test_no_topic_goes_further_than_its_environment():
    found = made(drawn(3))
    for name, one in found.items():
        texts = one.select(pl.col(pl.String))
        words = {word for column in texts.iter_columns() for word in column.to_list()}
        assert not [word for word in words if word.startswith(("T", "c1", "t1"))], name


def test_unknown_choices_are_refused():
    with pytest.raises(ParameterError, match="Did you mean 'plan_written'"):
        made(drawn(1), components=["plan_writen"])
    with pytest.raises(ParameterError, match="child and unit are allowed"):
        made(drawn(1), cluster="school")


LATER = [
    topic(talk="t1", date=date(2023, 11, 1), rating="vulnerability", region="tampere"),
    topic(talk="t2", date=date(2024, 3, 1), rating="strength"),
    topic(talk="t3", date=date(2024, 9, 1), rating="vulnerability"),
]


def changed(moments):
    return moments["lp_transitions"].filter(region="oulu", environment="").select("wave", "before", "after", "n").rows()


@pytest.mark.parametrize(
    "choices",
    [{}, {"waves": [2024]}, {"regions": ["oulu"]}, {"waves": [2024], "regions": ["oulu"]}, {"waves": [2022, 2024]}],
)
def test_a_follow_up_stays_one_where_the_first_discussion_is_outside_the_study(choices):
    moments = made(table(*LATER), **choices)
    assert changed(moments) == [(2024, "vulnerability", "strength", 1)]
    assert moments["lp_talks"].filter(region="oulu").select("wave", "talks", "first").rows() == [(2024, 2, 0)]


def test_what_comes_later_changes_nothing_before():
    assert changed(made(table(*LATER), waves=[2023])) == []
    assert made(table(*LATER), waves=[2023])["lp_talks"].equals(made(table(LATER[0]), waves=[2023])["lp_talks"])


@pytest.mark.parametrize(("gap", "follow_up"), [(0, False), (1, False), (27, False), (28, True), (200, True)])
def test_a_meeting_soon_after_belongs_to_the_same_discussion(gap, follow_up):
    first = date(2024, 2, 1)
    rows = [topic(rating="vulnerability", date=first), topic(talk="t2", topic="K1", date=first + timedelta(days=gap))]
    moments = made(table(*rows))
    assert changed(moments) == ([(2024, "vulnerability", "strength", 1)] if follow_up else [])
    assert moments["lp_talks"].filter(region="oulu").select("talks", "first", "children").rows() == [
        (2, 1 if follow_up else 2, 1)
    ]
    own = made(table(*rows), follow_up_days=1)
    assert changed(own) == ([(2024, "vulnerability", "strength", 1)] if gap else [])


def test_the_last_meeting_that_took_a_topic_up_counts():
    days = [date(2024, 2, 1), date(2024, 2, 15), date(2024, 6, 1), date(2024, 6, 20)]
    rated = {"K1": ["vulnerability", "strength", "strength", "vulnerability"],
             "K2": ["vulnerability", None, "strength", None], "K3": [None, "strength", None, "strength"]}  # fmt: skip
    rows = [
        topic(talk=f"t{at}", date=day, topic=name, rating=ratings[at])
        for name, ratings in rated.items()
        for at, day in enumerate(days)
        if ratings[at]
    ]
    assert sorted(changed(made(table(*rows)))) == [
        (2024, "strength", "strength", 1),
        (2024, "strength", "vulnerability", 1),
        (2024, "vulnerability", "strength", 1),
    ]


def test_the_distance_of_a_follow_up_is_a_day_or_more():
    with pytest.raises(ParameterError, match="follow_up_days is 0; 1 or more is allowed"):
        made(table(*LATER), follow_up_days=0)


@pytest.mark.parametrize("name", ["lp_topics", "lp_transitions"])
def test_topics_of_regions_add_up_to_those_of_the_network(name):
    made = lp_moments(drawn(4), regions=REGIONS)[name]
    key = [column for column in LP_KEYS[name] if column != "region"]
    regions = made.filter(pl.col("region") != "network").group_by(key).agg(pl.col("n").sum())
    network = made.filter(region="network").select(*key, "n")
    assert network.height > 0
    assert_frame_equal(regions.sort(key), network.sort(key))
