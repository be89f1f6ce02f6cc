"""Which published row is meant by words, and which rows of moments are meant by a cell."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.errors import ParameterError
from sujuva.published import CONTRACTS, Published
from sujuva.review.trace_cell import cell_of
from sujuva.review.trace_moments import filled, rows_of


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


MOMENTS = pl.DataFrame(
    {
        "region": ["oulu", "oulu", "oulu", "tampere"],
        "wave": [2023, 2024, 2024, 2024],
        "scale": ["who5", "who5", "who5.poor", "who5"],
        "n": [1, 2, 4, 8],
    }
)


@pytest.mark.parametrize(
    ("other", "key", "n"),
    [
        ({}, {"region": "oulu", "wave": 2024, "scale": "who5"}, 2),
        ({"scale": ["{scale}.{category}"]}, {"region": "oulu", "wave": 2024, "scale": "who5"}, 4),
        ({}, {"region": "network", "wave": 0, "scale": "who5"}, 11),  # neither has rows of its own
        ({"wave": ["*"]}, {"region": "oulu", "wave": 2024, "scale": "who5"}, 3),
        ({"scale": ["who5*"]}, {"region": "oulu", "wave": 2024, "scale": "nothing"}, 6),
        ({"region": ["oulu", "tampere"]}, {"wave": 2024, "scale": "who5"}, 10),
    ],
)
def test_rows_of_a_cell(other: dict[str, list[str]], key: dict[str, object], n: int):
    found = rows_of(MOMENTS, other, {"scale": ["who5"], "category": ["poor"]}, key)
    assert found["n"].sum() == n


def test_where_the_network_has_rows_of_its_own_it_is_these():
    own = MOMENTS.with_columns(region=pl.lit("network")).head(1).with_columns(n=pl.lit(100, pl.Int64))
    assert rows_of(pl.concat([MOMENTS, own]), {}, {}, {"region": "network"})["n"].to_list() == [100]


def test_a_group_is_the_rows_that_hold_it():
    rows = pl.DataFrame({"sector": ["health", "third"], "n": [1, 2]})
    assert rows_of(rows, {}, {}, {"group": "sector:third"})["n"].to_list() == [2]
    assert rows_of(rows, {}, {}, {"group": "all"}).height == 2


def test_gaps_are_filled_with_each_value_and_empty_parts_go_with_their_dots():
    known = {"a": ["x"], "b": [""], "c": ["1", "2"]}
    assert filled("{a}.{b}", known) == ["x"]
    assert filled("{b}.{a}", known) == ["x"]
    assert filled("{a}.{c}", known) == ["x.1", "x.2"]
