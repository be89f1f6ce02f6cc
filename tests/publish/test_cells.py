"""From rows to cells: which counts stand behind a row, which rows share them, and what the rule tells of each."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.publish.cells import CELL, CountTable, build_cells
from sujuva.tidy import TIDY
from tests.publish.test_bands import BANDS as LIMITS
from tests.publish.test_bands import BINS

KNOWN = load_indicators()
PLACE = {"scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2024, "group": "all", "note": ""}
DAYS = pl.DataFrame({"scale": "", "category": ["7"], "informant": "", "low": 0.0, "high": 7.0})
ONES = pl.DataFrame({"scale": ["hobby"], "category": "", "informant": "", "low": 1.0, "high": 1.0})
BANDS = pl.concat([LIMITS, DAYS, ONES])
INFINITE = float("inf")
MEAN = {"indicator": "score_mean", "scale": "gad7", "informant": "self", "estimate": 8.0, "n": 40}
STARTED = {"indicator": "cases_started", "estimate": 40.0, "n": 40}
RATIO = {"indicator": "lp_strength_share", "estimate": 0.5, "n": 40, "heads": 30, "other_heads": 3}
Row = dict[str, Any]


def band(heads: int, n: int = 40, **more: Any) -> Row:
    sides = {"estimate": heads / n, "n": n, "heads": heads, "other_heads": n - heads}
    return {"indicator": "band_share", "scale": "gad7", "category": "severe", "informant": "self"} | sides | more


def built(*rows: Row, bins: list[Row] | None = None, delays: list[Row] | None = None) -> CountTable:
    frame = pl.DataFrame([dict.fromkeys(TIDY) | PLACE | row for row in rows], schema=TIDY, orient="row")
    place = {name: PLACE[name] for name in BINS.columns if name in PLACE}
    bars = {
        name: pl.DataFrame([place | row for row in some or ()], schema=BINS.schema, orient="row")
        for name, some in (("distributions", bins), ("delays", delays))
    }
    return build_cells({"tidy": frame}, bars, KNOWN, BANDS, 5)


def cell(table: CountTable, number: int | None) -> Row:
    return table.cells.row(by_predicate=pl.col("id") == number, named=True)


def told(table: CountTable, number: int | None) -> tuple[Any, ...]:
    """Return value, whether it is small, its range, and whether it may be hidden for others."""
    return tuple(cell(table, number)[name] for name in ("value", "primary", "low", "high", "eligible"))


def kinds(table: CountTable) -> list[str]:
    return table.cells.sort("id")["kind"].to_list()


def test_every_cell_has_a_number_of_its_own_from_0():
    bins = [{"scale": "gad7", "informant": "self", "bin_low": 0.0, "bin_high": 4.0, "n": 40}]
    table = built(MEAN, band(10), RATIO, STARTED, MEAN | {"group": "gender:girl", "n": 30}, bins=bins)
    assert sorted(table.cells["id"]) == list(range(table.cells.height))
    assert table.cells.columns == CELL
    assert kinds(table).count("bin") == 1
    assert kinds(table).count("rest") == 1


def test_rows_of_organisations_and_rows_without_any_count_have_no_cell():
    density = {"indicator": "network_density", "scale": "work", "estimate": 0.5, "n": 3}
    table = built(density, MEAN | {"n": None}, MEAN | {"scale": "who5"})
    assert table.rows["scale"].to_list() == ["who5"]
    assert built(STARTED | {"n": None}).rows.height == 1  # a count needs no n


def test_rows_with_the_same_numbers_everywhere_share_the_cells_of_n():
    later = {"wave": 2023}
    rows = [MEAN, MEAN | later | {"n": 50}, band(10), band(10, 50, **later)]
    cells = built(*rows).rows["n_cell"].to_list()
    assert cells[:2] == cells[2:]
    other = built(*rows[:3], band(10, 51, **later)).rows["n_cell"].to_list()
    assert len(set(other)) == 4
    assert built(MEAN, band(10, informant="parent")).rows["n_cell"].n_unique() == 2


@pytest.mark.parametrize(
    ("n", "state"), [(0, (0, False, 0, INFINITE, False)), (1, (1, True, 1, 4, False)), (4, (4, True, 1, 4, False)),
                     (5, (5, False, 5, INFINITE, True))],
)  # fmt: skip
def test_an_n_is_small_from_one_to_four(n, state):
    table = built(MEAN | {"n": n})
    assert told(table, table.rows["n_cell"][0]) == state


def test_the_numerator_of_a_share_of_persons_is_their_heads_and_of_others_what_was_counted():
    weighted = band(10, estimate=0.31)
    meetings = {"indicator": "case_parent", "estimate": 0.24, "n": 50, "heads": 9, "other_heads": 30, "df": 38.0}
    table = built(weighted, meetings)
    assert [cell(table, number)["value"] for number in table.rows["own_cell"]] == [10, 12]
    assert [cell(table, number)["kind"] for number in table.rows["own_cell"]] == ["share", "share"]


def test_a_count_that_is_its_own_n_is_one_cell_and_another_count_is_two():
    assert kinds(built(STARTED)) == ["n"]
    assert built(STARTED).rows["own_cell"].to_list() == [None]
    table = built(STARTED | {"estimate": 41.0})
    assert kinds(table) == ["n", "count"]
    assert cell(table, table.rows["own_cell"][0])["value"] == 41
    assert kinds(built(STARTED | {"n": None})) == ["count"]


@pytest.mark.parametrize(("indicator", "state"), [("cases_open", (0, True, 0, 4, False)),
                                                  ("cases_started", (0, False, 0, INFINITE, False))])  # fmt: skip
def test_a_count_of_nobody_is_small_where_its_record_says_so(indicator, state):
    table = built({"indicator": indicator, "estimate": 0.0, "n": 40})
    assert told(table, table.rows["own_cell"][0]) == state


def test_the_mean_of_ones_and_noughts_is_a_share_and_its_deviation_goes_with_it():
    sides = {"scale": "hobby", "informant": "self", "n": 40, "heads": 10, "other_heads": 30}
    mean, sd = {"indicator": "score_mean", "estimate": 0.25}, {"indicator": "score_sd", "estimate": 0.4}
    table = built(mean | sides, sd | sides, sd | sides | {"group": "gender:girl"})
    own = table.rows["own_cell"].to_list()
    assert told(table, own[0]) == (10, False, 5, 35, True)
    assert own == [own[0], own[0], None]
    other = built(MEAN, MEAN | {"indicator": "score_sd"})
    assert other.rows["own_cell"].to_list() == [None, None]


def test_both_sides_of_a_ratio_are_cells_and_go_with_no_n():
    table = built(RATIO)
    own, other = (cell(table, table.rows[name][0]) for name in ("own_cell", "other_cell"))
    assert (own["value"], own["kind"], own["owner"]) == (30, "ratio", None)
    assert (other["value"], other["kind"], other["owner"], other["primary"]) == (3, "other", None, True)
    share = built(band(10))
    assert cell(share, share.rows["own_cell"][0])["owner"] == share.rows["n_cell"][0]
    assert built(RATIO | {"n": 0, "heads": 0, "other_heads": 0}).rows["own_cell"].to_list() == [None]
    one = built(RATIO | {"n": 1, "heads": 1, "other_heads": 1})
    assert [told(one, one.rows[name][0])[:2] for name in ("own_cell", "other_cell")] == [(1, True), (1, True)]
    assert built(RATIO | {"estimate": None}).rows["own_cell"].to_list() == [None]


def test_nobody_on_a_side_of_a_ratio_is_small_where_it_is_per_cent():
    """That no topic is a strength tells the same of everybody's; that nobody has several vulnerabilities does not."""
    for indicator, is_small in (("lp_strength_share", True), ("lp_vulnerabilities", False)):
        table = built(RATIO | {"indicator": indicator, "heads": 0, "other_heads": 30})
        assert told(table, table.rows["own_cell"][0])[:2] == (0, is_small)


def bars(*numbers: int, **place: Any) -> list[Row]:
    """Bins of the scores 0–4, 5–9, 10–15, 16–21: one for each band."""
    ends = [(0.0, 4.0), (5.0, 9.0), (10.0, 15.0), (16.0, 21.0)]
    return [
        {"scale": "gad7", "informant": "self", "bin_low": low, "bin_high": high, "n": n} | place
        for (low, high), n in zip(ends, numbers, strict=True)
    ]


FREE = (False, 0, INFINITE)


@pytest.mark.parametrize(
    ("heads", "small"),
    [
        (3, [False, False, False, True]),  # few are severe: what lies in the band
        (37, [True, True, True, False]),  # few are not: what lies beyond it
        (5, [False] * 4),
        (35, [False] * 4),
    ],
)
def test_bins_on_the_small_side_of_a_share_are_small_whatever_is_in_them(heads, small):
    table = built(band(heads), bins=bars(10, 10, 10, 10))
    states = [told(table, number) for number in table.bins["own_cell"]]
    assert [state[1] for state in states] == small
    assert [state[2:4] for state in states] == [(0, 4) if one else (5, INFINITE) for one in small]
    assert [state[4] for state in states] == [not one for one in small]


@pytest.mark.parametrize("place", [{"group": "gender:girl"}, {"region": "kainuu"}, {"wave": 2023},
                                   {"informant": "parent"}, {"scale": "phq9"}])  # fmt: skip
def test_bins_of_another_place_have_no_part_in_it(place):
    table = built(band(3), bins=bars(10, 10, 10, 10, **place))
    assert not any(told(table, number)[1] for number in table.bins["own_cell"])


def test_a_bin_across_a_limit_of_a_band_is_on_neither_side():
    ends = {"scale": "gad7", "informant": "self", "n": 10}
    some = [ends | {"bin_low": low, "bin_high": high} for low, high in ((16.0, 22.0), (15.0, 21.0), (16.0, 16.0))]
    table = built(band(3), bins=some)
    assert [told(table, number)[1] for number in table.bins["own_cell"]] == [False, False, True]
    table = built(band(37), bins=[*some, ends | {"bin_low": 22.0, "bin_high": 23.0}])
    assert [told(table, number)[1] for number in table.bins["own_cell"]] == [False, False, False, True]


def test_small_bins_are_small_and_empty_ones_may_be_hidden_for_others():
    table = built(bins=bars(0, 1, 4, 5))
    states = [told(table, number) for number in table.bins["own_cell"]]
    assert [state[1] for state in states] == [False, True, True, False]
    assert [state[2:4] for state in states] == [(0, INFINITE), (1, 4), (1, 4), (5, INFINITE)]
    assert [state[4] for state in states] == [True, False, False, True]


def test_bins_go_with_the_n_that_they_add_up_to():
    table = built(MEAN, band(10, 39, wave=2023), bins=[*bars(10, 10, 10, 10), *bars(10, 10, 10, 10, wave=2023)])
    n_cell = table.rows["n_cell"][0]
    assert table.bins["n_cell"].to_list() == [n_cell] * 4 + [None] * 4
    assert [cell(table, number)["owner"] for number in table.bins["own_cell"]] == [n_cell] * 4 + [None] * 4


def test_nobody_sees_the_delays_of_all_years_so_the_rule_tells_nothing_of_them():
    ends = {"scale": "", "informant": "", "bin_low": 0.0, "bin_high": 7.0}
    rows = [ends | {"wave": 0, "n": 20}, ends | {"wave": 2024, "n": 20}, ends | {"wave": 0, "n": 3, "region": "kainuu"}]
    table = built(STARTED, delays=rows, bins=bars(20, 20, 20, 20, wave=0))
    of = dict(zip(table.bins["table"] + table.bins["wave"].cast(pl.String) + table.bins["region"],
                  table.bins["own_cell"], strict=True))  # fmt: skip
    assert told(table, of["delays0oulu"])[1:4] == FREE
    assert told(table, of["delays2024oulu"])[1:4] == (False, 5, INFINITE)
    assert told(table, of["delays0kainuu"])[1:4] == (True, 1, 4)
    assert told(table, of["distributions0oulu"])[1:4] == (False, 5, INFINITE)
    secret = table.arrays({"n"}).secret
    assert [number for number in range(len(secret)) if secret[number]] == [of["delays0oulu"]]


def test_those_whose_group_is_unknown_are_a_rest_of_each_dimension():
    rows = [MEAN]
    rows += [MEAN | {"group": group, "n": n} for group, n in
             (("gender:girl", 20), ("gender:boy", 17), ("age_group:7-9", 40), ("age_group:4-6", 1))]  # fmt: skip
    table = built(*rows, MEAN | {"wave": 2023, "group": "gender:girl", "n": 9})
    rests = table.cells.filter(kind="rest")
    assert rests.select("group", "wave", "value", "region").rows() == [("gender:?", 2024, 3, "oulu")]
    assert told(table, rests["id"][0])[1:] == (*FREE, False)
    assert rests["owner"].to_list() == [None]
    assert table.arrays({"n", "rest"}).secret.tolist() == (table.cells.sort("id")["kind"] == "rest").to_list()
    one = built(MEAN, MEAN | {"group": "gender:girl", "n": 39})
    assert one.cells.filter(kind="rest")["value"].to_list() == [1]
    none = built(MEAN, MEAN | {"group": "gender:girl", "n": 40})
    assert none.cells.filter(kind="rest").is_empty()


def test_only_the_kinds_that_are_named_may_be_hidden_for_others_and_what_goes_with_an_n_follows_it():
    table = built(MEAN | {"indicator": "score_sd"}, band(10))
    n_cell, own = table.rows["n_cell"][0], table.rows["own_cell"][1]
    for allowed in ({"n"}, {"share"}, {"n", "share"}):
        eligible = table.arrays(allowed).eligible
        assert (eligible[n_cell], eligible[own]) == ("n" in allowed, "share" in allowed)
    arrays = table.arrays({"n"})
    assert arrays.followers == {n_cell: (own,)}
    assert (arrays.values[n_cell], arrays.values[own]) == (40, 10)
    assert (arrays.low[own], arrays.high[own]) == (5, 35)
    assert not arrays.primary.any()


def test_cells_do_not_depend_on_the_order_of_the_rows():
    scales = ["gad7", "phq9", "brs", "who5", "ucla3", "cdrisc10"]
    rows = [MEAN | {"scale": scale, "wave": wave, "n": 40 + place}
            for place, scale in enumerate(scales) for wave in range(2010, 2020)]  # fmt: skip
    one, two = built(*rows), built(*reversed(rows))
    assert one.cells.equals(two.cells)
    assert one.cells.sort("id")["value"].to_list() == one.cells.sort("series", "wave")["value"].to_list()
    assert {*one.cells["series"]} == {f"score_mean|{scale}||self" for scale in scales}
    # With the same numbers everywhere the first by name gives its name.
    same = built(*[row | {"n": 40} for row in rows])
    assert {*same.cells["series"]} == {"score_mean|brs||self"}
