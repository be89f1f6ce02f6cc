"""The ledgers of bundles beside that of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva.bundles.contents import LEDGER, WITHHELD, nothing_withheld
from sujuva.bundles.ledger import read_ledgers, with_ledgers
from sujuva.errors import ContractError
from sujuva.tables import types_of

Tables = dict[str, pl.DataFrame]


def rows(name: str, *some: tuple[Any, ...]) -> pl.DataFrame:
    return pl.DataFrame(list(some), types_of(LEDGER[name]), orient="row")


def ledger(region: str, *, clean: int = 8, responsible: str = "A", areas: int = 3, **more: pl.DataFrame) -> Tables:
    """A questionnaire of the region, and a public statistic."""
    made = {name: pl.DataFrame(schema=types_of(one)) for name, one in LEDGER.items()} | {
        "ledger": rows("ledger", ("survey", "s.csv", "respondents;answers_who5", clean + 2, clean, 2),
                       ("areas", "a.csv", "area_indicators", areas, areas, 0)),
        "rules": rows("rules", ("survey", "duplicate", "quarantine", "Twice.", 2),
                      ("areas", "value_map", "recode", "R.", 1)),
        "sources": rows("sources", ("survey", "s.csv", "csv", "", responsible, "", True),
                        ("areas", "a.csv", "csv", "", "THL", "", True)),
        "response": rows("response", ("who5", "self", 2024, region, 10, clean, None, None)),
        "flags": rows("flags", ("title_changed", "who5", "who5_1", "", 0, "network", "", 2, 2, None, "Two titles.")),
    }  # fmt: skip
    return made | more


def test_without_bundles_a_ledger_stays_as_it_is(tmp_path: Path) -> None:
    own = ledger("oulu")
    assert read_ledgers(tmp_path / "bundles")[0] == {}
    assert with_ledgers(own, *read_ledgers(tmp_path / "bundles")) == own


def test_rows_of_one_source_add_up_and_a_public_file_counts_once() -> None:
    made = with_ledgers(ledger("oulu"), {"tampere": ledger("tampere", clean=5)}, nothing_withheld())
    assert made["ledger"].select("source", "rows_in", "rows_clean").rows() == [("areas", 3, 3), ("survey", 17, 13)]
    assert made["rules"].select("source", "rows").rows() == [("areas", 1), ("survey", 4)]
    assert made["sources"]["source"].to_list() == ["areas", "survey"]
    assert made["response"]["region"].to_list() == ["oulu", "tampere"]
    assert made["flags"].height == 1
    for name, contract in LEDGER.items():
        contract.validate(made[name])


def test_another_source_of_the_same_name_is_told_apart_by_its_region() -> None:
    made = with_ledgers(ledger("oulu"), {"tampere": ledger("tampere", responsible="B", areas=4)}, nothing_withheld())
    assert made["ledger"].select("source", "rows_clean").rows() == [
        ("areas", 7),
        ("survey", 8),
        ("survey (tampere)", 8),
    ]
    assert made["sources"]["source"].to_list() == ["areas", "survey", "survey (tampere)"]


def test_without_an_own_ledger_those_of_bundles_are_all() -> None:
    made = with_ledgers({}, {"tampere": ledger("tampere")}, nothing_withheld(), names=("ledger", "response"))
    assert set(made) == {"ledger", "response"}
    assert made["ledger"]["source"].to_list() == ["areas", "survey"]


def test_a_region_that_is_told_twice_is_refused() -> None:
    with pytest.raises(ContractError, match="tells of a region twice"):
        with_ledgers(ledger("oulu"), {"oulu": ledger("oulu")}, nothing_withheld())


def test_what_one_region_withheld_is_told_of_none() -> None:
    withheld = pl.DataFrame(
        [("ledger/response", "tampere", 2024, "who5", "self", "", "small_count", 1),
         ("ledger/ledger", "tampere", 0, "survey", "", "", "small_count", 1)],
        WITHHELD, orient="row",
    )  # fmt: skip
    less = ledger("tampere", response=rows("response"))
    less["ledger"] = less["ledger"].filter(pl.col("source") != "survey")
    made = with_ledgers(ledger("oulu"), {"tampere": less}, withheld)
    assert made["response"].is_empty()
    assert made["ledger"]["source"].to_list() == ["areas"]
