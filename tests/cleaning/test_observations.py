"""Observations: each row is clean or set aside under its rule, and what was noticed in words goes nowhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sujuva.cleaning import rule_of
from tests.cleaning.helpers import Who, quarantined

SOURCE = """
  - name: noticed
    file: noticed.csv
    reader: csv
    people: {drop: [text]}
    feeds:
      - table: observations
        columns:
          observation: id
          date: {from: day, format: "%Y-%m-%d"}
          region: {value: oulu}
          sector: {from: sector, lookup: sector}
          observation_class: {from: class, map: {palaute: feedback, tarve: need}}
          phenomenon: topic
          initiative: {from: begun, format: "%Y-%m-%d"}
          level: {from: level, map: {paikallinen: local}}
"""
HEAD = "id,day,sector,class,text,topic,begun,level\n"
GOOD = "A,2024-01-10,health,tarve,SALAISUUS,Yksinäisyys,2024-02-01,paikallinen\n"


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("B,2024-01-10,health,tarve,x,Yksinäisyys,2024-01-09,", "impossible_order"),
        ("B,2024-01-10,health,tarve,x,,2024-02-01,", "initiative_without_phenomenon"),
        ("B,2024-01-10,health,tarve,x,,2024-01-01,", "impossible_order;initiative_without_phenomenon"),
        ("B,2024-01-10,health,kahvi,x,,,", "value_not_in_map"),
        ("B,2024-01-10,health,,x,,,", "missing_value"),
        ("B,eilen,health,tarve,x,,,", "wrong_date"),
        ("B,2024-01-10,coffee,tarve,x,,,", "unknown_sector"),
        (",2024-01-10,health,tarve,x,,,", "missing_key"),
        ("A,2024-03-10,health,tarve,x,,,", "duplicate"),
    ],
)
def test_an_observation_is_set_aside_under_its_rule(clean, row: str, rules: str) -> None:
    cleaned = clean(SOURCE, {"noticed.csv": f"{HEAD}{GOOD}{row}\n"})
    assert quarantined(cleaned) == {("noticed", 2): rules}
    assert cleaned.tables["observations"].height == 1


def test_an_initiative_of_the_same_day_and_an_observation_of_nothing_yet_are_clean(clean, who: Who) -> None:
    rows = "B,2024-01-10,,palaute,x,Yksinäisyys,2024-01-10,\nC,2024-01-11,,palaute,x,,,\n"
    table = clean(SOURCE, {"noticed.csv": HEAD + rows}).tables["observations"]
    first = dt.date(2024, 1, 10)
    assert set(table.select("observation", "date", "phenomenon", "initiative").iter_rows()) == {
        (who("B", "item"), first, "Yksinäisyys", first), (who("C", "item"), dt.date(2024, 1, 11), None, None),
    }  # fmt: skip


def test_a_class_that_no_map_knows_breaks_the_contract(clean) -> None:
    bare = SOURCE.replace("{from: class, map: {palaute: feedback, tarve: need}}", "class")
    row = "A,2024-01-10,health,coffee,x,,,\nB,2024-01-10,health,need,x,,,\n"
    cleaned = clean(bare, {"noticed.csv": HEAD + row})
    (rule,) = quarantined(cleaned).values()
    assert rule.startswith("contract_observations_observation_class")


def test_what_was_noticed_in_words_is_nowhere_not_even_in_the_quarantine(clean, tmp_path: Path) -> None:
    cleaned = clean(SOURCE, {"noticed.csv": f"{HEAD}{GOOD}B,eilen,health,tarve,SALAISUUS,,,\n"})
    told = [frame.write_csv() for frame in (*cleaned.tables.values(), cleaned.quarantine, cleaned.ledger)]
    assert "eilen" in cleaned.quarantine["raw"][0]  # the row is there, its text is not
    assert not any("SALAISUUS" in one for one in told)


def test_the_rule_says_why() -> None:
    assert "phenomenon" in rule_of("initiative_without_phenomenon").reason


STARTED = """
  - name: started
    file: started.csv
    reader: csv
    feeds:
      - table: initiatives
        columns:
          initiative: id
          date: {from: day, format: "%Y-%m-%d"}
          region: {value: oulu}
          status: {from: status, map: {toteutunut: done, käynnissä: under_way}}
          closed: {from: closed, format: "%Y-%m-%d"}
"""
ANSWERED = SOURCE.replace("          level:", "          answered_by: answer\n          level:")
HEADS = HEAD.replace("begun,", "begun,answer,")
MADE = "id,day,status,closed\nI1,2024-02-01,toteutunut,2024-03-01\n"


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("A,2024-01-10,health,tarve,x,Yksinäisyys,,I1,", ""),
        ("A,2024-01-10,health,tarve,x,Yksinäisyys,,I2,", "unknown_initiative"),
        ("A,2024-01-10,health,tarve,x,,,I1,", "initiative_without_phenomenon"),
        ("A,2024-01-10,health,tarve,x,Yksinäisyys,2024-02-01,I1,", "initiative_told_twice"),
    ],
)
def test_an_observation_names_an_initiative_that_is_there_and_its_day_once(clean, row: str, rules: str) -> None:
    cleaned = clean(ANSWERED + STARTED, {"noticed.csv": f"{HEADS}{row}\n", "started.csv": MADE})
    assert quarantined(cleaned) == ({("noticed", 1): rules} if rules else {})


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("I2,2024-02-01,toteutunut,2024-01-31", "impossible_order"),
        ("I2,2024-02-01,käynnissä,2024-03-01", "ended_while_open"),
        ("I2,2024-02-01,,2024-03-01", "ended_while_open"),
        ("I2,2024-02-01,toteutunut,", ""),
    ],
)
def test_what_has_ended_was_carried_out_or_dropped_after_it_began(clean, row: str, rules: str) -> None:
    cleaned = clean(STARTED, {"started.csv": f"{MADE}{row}\n"})
    assert quarantined(cleaned) == ({("started", 2): rules} if rules else {})


def test_observations_of_an_initiative_that_is_set_aside_are_set_aside_with_it(clean) -> None:
    row = "A,2024-01-10,health,tarve,x,Yksinäisyys,,I1,\n"
    cleaned = clean(
        ANSWERED + STARTED, {"noticed.csv": HEADS + row, "started.csv": MADE.replace("2024-02-01", "eilen")}
    )
    assert quarantined(cleaned) == {("started", 1): "wrong_date", ("noticed", 1): "unknown_initiative"}
