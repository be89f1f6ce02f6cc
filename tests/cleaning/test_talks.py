"""LP discussions: what sets a topic aside, and what of a child leaves cleaning."""

from __future__ import annotations

from typing import Any

import pytest

from sujuva.tables import LpTopics
from tests.cleaning.helpers import Who, quarantined

SOURCE = """
  - name: lp
    file: lp.csv
    reader: csv
    feeds:
      - table: lp_topics
        columns:
          talk: talk
          child: child
          date: day
          wave: {from: day, format: "%Y-%m-%d"}
          region: {value: oulu}
          environment: environment
          topic: topic
          rating: rating
          plan: plan
          due: due
          outcome: outcome
          follow_up: again
"""
HEADER = "talk,child,day,environment,topic,rating,plan,due,outcome,again\n"


def topic(number: int, **changes: str) -> str:
    row = {"talk": "t1", "child": "c1", "day": "2024-03-04", "environment": "home", "topic": f"K{number}"}
    row |= {"rating": "strength", "plan": "1", "due": "2024-04-01", "outcome": "done", "again": "2024-06-01"}
    return ",".join((row | changes).values()) + "\n"


def aside(clean: Any, *rows: str) -> dict[int, str]:
    return {row: rules for (_, row), rules in quarantined(clean(SOURCE, {"lp.csv": HEADER + "".join(rows)})).items()}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"due": "2024-03-03"}, "impossible_order"),
        ({"plan": "0"}, "outcome_without_plan"),
        ({"topic": "a long talk about friends"}, "contract_lp_topics_topic_regex"),
        ({"topic": "Friends"}, "contract_lp_topics_topic_regex"),
        ({"topic": ""}, "missing_key"),
        ({"environment": "work"}, "contract_lp_topics_environment_check__allowed"),
        ({"rating": ""}, "missing_value"),
        ({"rating": "good"}, "contract_lp_topics_rating_check__allowed"),
        ({"plan": "2"}, "contract_lp_topics_plan_max"),
        ({"due": "soon"}, "wrong_date"),
    ],
)
def test_what_sets_a_topic_aside(clean, changes, rule):
    found = aside(clean, topic(1), topic(2), topic(3, **changes))
    assert list(found) == [3]
    assert found[3].replace("check__", "") == rule.replace("check__", "")


def test_a_discussion_of_a_year_between_waves_is_clean(clean):
    """Discussions happen in any year; only what is measured belongs to a wave."""
    assert aside(clean, topic(1, day="2021-03-04"), topic(2, day="2021-03-04")) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"due": "2024-03-04"},
        {"due": ""},
        {"plan": "0", "outcome": ""},
        {"plan": "0", "outcome": "unknown"},
        {"plan": "", "outcome": "", "due": ""},
        {"topic": "12"},
        {"topic": "Koti 3"},
    ],
)
def test_what_does_not(clean, changes):
    assert aside(clean, topic(1), topic(2, **changes)) == {}


def test_a_follow_up_before_the_discussion_sets_the_whole_discussion_aside(clean):
    early = {"again": "2024-03-03"}
    found = aside(clean, topic(1, **early), topic(2, **early), topic(1, talk="t2"))
    assert found == {1: "impossible_order", 2: "impossible_order"}


@pytest.mark.parametrize("changes", [{"child": "c2"}, {"day": "2024-03-05"}, {"again": ""}])
def test_a_row_that_says_something_else_of_its_discussion_is_set_aside(clean, changes):
    assert aside(clean, topic(1), topic(2, **changes), topic(3)) == {2: "talk_disagrees"}


def test_where_nobody_can_tell_what_is_right_the_discussion_is_set_aside(clean):
    found = aside(clean, topic(1), topic(2, child="c2"), topic(3, talk="t2"))
    assert found == {1: "talk_disagrees", 2: "talk_disagrees"}


def test_a_row_that_broke_another_rule_has_no_say(clean):
    assert aside(clean, topic(1), topic(2, child="c2", rating="")) == {2: "missing_value"}


def test_a_topic_told_twice_stays_once(clean):
    assert aside(clean, topic(1), topic(2), topic(1)) == {3: "duplicate"}


def test_child_and_discussion_leave_as_pseudonyms(clean, who: Who):
    cleaned = clean(SOURCE, {"lp.csv": HEADER + topic(1) + topic(2, rating="")})
    found = cleaned.tables["lp_topics"]
    assert found.columns == LpTopics.column_names()
    assert found["child"].to_list() == [who("c1")]
    assert found["talk"].to_list() == [who("t1", "talk")]
    content = cleaned.quarantine["raw"].item()
    assert who("c1") in content
    assert '"c1"' not in content
    assert '"t1"' not in content


def test_a_study_without_discussions_has_an_empty_table(clean):
    area = (
        "  - {name: a, file: a.csv, reader: sotkanet, options: {encoding: utf-8}, feeds: [{table: area_indicators}]}\n"
    )
    line = '"t";"1";"Oulu";"564";"yhteensä";"2024";"1,0";"5"\n'
    assert clean(area, {"a.csv": line}).tables["lp_topics"].schema == LpTopics.create_empty().schema
