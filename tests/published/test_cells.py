"""Which published row is meant by words, and which words mean a row."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.errors import ParameterError
from sujuva.published import CONTRACTS, Cell, Published, address, cell_of


def published(*rows: dict[str, object]) -> Published:
    usual = {"category": "", "informant": "self", "group": "all", "note": "", "suppressed": ""}
    frame = pl.DataFrame([usual | row for row in rows], schema=CONTRACTS["parjaavyys"].schema, strict=False)
    return Published({"parjaavyys": frame}, {})


def mean(**changed: object) -> dict[str, object]:
    return {"indicator": "score_mean", "scale": "who5", "region": "oulu", "wave": 2024, "estimate": 1.0} | changed


def test_words_in_any_order_name_one_row_of_everybody():
    rows = published(mean(), mean(group="gender:girl"), mean(wave=2023), mean(region="network"))

    found = cell_of(rows, ["parjaavyys", "oulu", "2024", "score_mean", "who5"])

    assert found.key == {**dict.fromkeys(["category"], ""), "indicator": "score_mean", "scale": "who5",
                         "informant": "self", "region": "oulu", "wave": 2024, "group": "all"}  # fmt: skip


def test_a_group_is_named_by_its_value():
    rows = published(mean(), mean(group="gender:girl"))
    assert cell_of(rows, ["parjaavyys", "who5", "gender:girl"]).row["group"] == "gender:girl"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["parjaavyyss"], "There is no published table 'parjaavyyss'"),
        (["decisions"], "no published table 'decisions'"),
        (["parjaavyys", "oulo"], "No row of parjaavyys that is left has 'oulo'. Did you mean 'oulu'?"),
        (["parjaavyys", "place=oulu"], "no key column 'place'"),
        (["parjaavyys", "who5"], r"2 rows of parjaavyys are so. Say also: wave \(2023, 2024\)."),
    ],
)
def test_what_is_not_there_or_not_one_row_is_said(words: list[str], said: str):
    with pytest.raises(ParameterError, match=said):
        cell_of(published(mean(), mean(wave=2023)), words)


def test_a_word_that_two_columns_hold_needs_its_column():
    rows = published(mean(), mean(scale="oulu"))
    with pytest.raises(ParameterError, match=r"'oulu' could be scale or region. Write scale=oulu\."):
        cell_of(rows, ["parjaavyys", "oulu"])
    assert cell_of(rows, ["parjaavyys", "scale=oulu"]).row["scale"] == "oulu"


BY_COLUMNS = "parjaavyys indicator=score_mean scale=tampere category= informant=self region=tampere wave=2024 group=all"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (mean(), "parjaavyys score_mean who5 self oulu 2024"),
        (mean(group="gender:girl"), "parjaavyys score_mean who5 self oulu 2024 gender:girl"),
        (mean(scale="tampere", region="tampere"), BY_COLUMNS),
        (mean(wave=0), "parjaavyys score_mean who5 self oulu"),
    ],
)  # fmt: skip
def test_an_address_means_its_row_and_no_other(row: dict[str, object], words: str):
    rows = published(mean(), mean(group="gender:girl"), mean(scale="tampere", region="tampere"), mean(wave=0))
    cell = Cell("parjaavyys", rows["parjaavyys"].row(by_predicate=by(row), named=True))

    assert " ".join(address(cell, rows)) == words
    assert cell_of(rows, words.split()) == cell


def by(row: dict[str, object]) -> pl.Expr:
    usual = {"group": "all"} | row
    return pl.all_horizontal(pl.col(name) == usual[name] for name in ("scale", "region", "wave", "group"))


def test_a_hidden_row_is_not_shown():
    rows = published(mean(estimate=None, suppressed="primary"))
    assert not cell_of(rows, ["parjaavyys", "oulu"]).shown
