"""Cells of the persons on the two sides of a share, and of those who are behind one n and not behind another."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from sujuva.codebooks import load_indicators
from sujuva.errors import DisclosureError
from sujuva.publish.cells import CELL
from sujuva.publish.heads import (
    beside_small_parts,
    check_heads,
    few_heads,
    largest_of_small,
    nested,
    parted,
    partner_rules,
    side_relations,
    told_without_n,
)
from sujuva.publish.rules import N_ONLY
from sujuva.publish.sums import Relation
from sujuva.published import SHOWN

KNOWN = load_indicators()
SCHEMA = {
    **dict.fromkeys(("table", "indicator", "scale", "category", "informant", "region"), pl.String), "wave": pl.Int32,
    "group": pl.String, "estimate": pl.Float64, **dict.fromkeys(("n", "heads", "other_heads"), pl.Int64),
    **dict.fromkeys(("kind", "tells", "counts"), pl.String),
    **dict.fromkeys(("n_cell", "own_cell", "other_cell"), pl.UInt32),
}  # fmt: skip
BLANK = dict.fromkeys(SCHEMA) | {
    "table": "parjaavyys", "scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2024, "group": "all",
}  # fmt: skip
RATIO = {"indicator": "lp_strength_share", "kind": "other", "tells": "ratio", "counts": "child", "estimate": 0.5}
SHARE = {"indicator": "band_share", "kind": "share", "tells": "numerator", "counts": "person", "estimate": 0.5}
MEETINGS = {"indicator": "case_parent", "kind": "share", "tells": "numerator", "counts": "meeting", "estimate": 0.5}
COUNT = {"indicator": "handovers", "kind": "count", "tells": "count", "counts": "handover", "estimate": 20.0}
FAMILIES = COUNT | {"indicator": "cases_open", "counts": "family"}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([BLANK | row for row in rows], schema=SCHEMA, orient="row")


def cells(*values: int) -> pl.DataFrame:
    schema = dict.fromkeys(CELL, pl.String) | {"id": pl.UInt32, "wave": pl.Int32, "value": pl.Int64, "owner": pl.UInt32}
    schema |= dict.fromkeys(("primary", "eligible"), pl.Boolean) | dict.fromkeys(("low", "high"), pl.Float64)
    rows = [dict.fromkeys(CELL) | {"id": place, "value": value} for place, value in enumerate(values)]
    return pl.DataFrame(rows, schema=schema).sort("id", descending=True)  # whatever their order is


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (SHARE | {"heads": 8, "other_heads": 12}, ""),
        (SHARE | {"heads": 8, "other_heads": 13}, "do not make up n"),
        (SHARE | {"heads": 8, "other_heads": 11}, "do not make up n"),
        (SHARE | {"heads": None, "other_heads": 12}, "without the number of persons"),
        (SHARE | {"heads": 8, "other_heads": None}, "without the number of persons"),
        (SHARE | {"estimate": None}, ""),
        (SHARE | {"n": 0}, ""),
        (SHARE | {"n": None}, ""),
        (SHARE | {"n": 1}, "without the number of persons"),
        (MEETINGS | {"heads": 8, "other_heads": 3}, ""),  # families of more or fewer meetings
        (MEETINGS | {"heads": 8}, "without the number of persons"),
        (RATIO | {"heads": 8, "other_heads": 20}, ""),  # one child may stand on both sides
        (RATIO | {"other_heads": 20}, "without the number of persons"),
        (RATIO | {"heads": 20}, "without the number of persons"),
        (COUNT | {"heads": 8}, ""),
        (COUNT, "without the number of persons"),
        (FAMILIES, ""),
        (SHARE | {"kind": "other", "tells": "level"}, ""),
    ],
)
def test_shares_tell_both_sides_and_counts_of_what_people_did_tell_who_did_it(row, fault):
    given = frame({"n": 20} | row)
    if not fault:
        check_heads(given)
        return
    with pytest.raises(DisclosureError, match=f"{fault}.*: {row['indicator']}\\."):
        check_heads(given)


def test_of_many_shares_without_heads_the_first_five_are_named_once():
    names = [f"share_{letter}" for letter in "gfedcbaa"]
    with pytest.raises(DisclosureError, match=r": share_a, share_b, share_c, share_d, share_e\."):
        check_heads(frame(*[SHARE | {"indicator": name, "n": 20} for name in names]))


@pytest.mark.parametrize(
    ("sides", "is_few"),
    [((0, 9), False), ((1, 9), True), ((4, 9), True), ((5, 9), False), ((9, 0), False), ((9, 1), True),
     ((9, 4), True), ((9, 5), False), ((None, None), False), ((None, 4), True), ((9, None), False)],
)  # fmt: skip
def test_of_what_people_did_one_to_four_persons_on_a_side_are_few(sides, is_few):
    row = dict(zip(("heads", "other_heads"), sides, strict=True))
    asked = frame(MEETINGS | row, SHARE | row, SHARE | row | {"counts": None})
    assert asked.select(few_heads(5)).to_series().to_list() == [is_few, False, False]


def test_ratios_inside_others_are_told_without_their_n():
    names = ["lp_plan_share", "lp_talks", "phenomenon_acted", "interview_together", "band_share"]
    asked = frame(*[{"indicator": name} for name in names])
    assert asked.select(told_without_n(KNOWN)).to_series().to_list() == [True, False, False, False, False]


def test_a_category_is_about_a_part_where_its_last_word_is_one():
    words = ["", "home", "improved:home", "improved", "improved:2022", "home:improved", "homely"]
    made = parted(frame(*[{"category": word} for word in words])).select("part", "what").rows()
    assert made == [("", ""), ("home", ""), ("home", "improved"), ("", "improved"), ("", "improved:2022"),
                    ("", "home:improved"), ("", "homely")]  # fmt: skip


def shares(*estimates: float, first: int = 0, **place: Any) -> list[dict[str, Any]]:
    """Shares of topics by what became of them: their own cells, and after them those of the other sides."""
    size = len(estimates)
    return [
        RATIO | {"indicator": "lp_transition_share", "category": f"way_{number}", "estimate": one,
                 "own_cell": first + number, "other_cell": first + size + number} | place
        for number, one in enumerate(estimates)
    ]  # fmt: skip


def test_shares_that_make_up_one_are_sums_that_are_known_on_either_side():
    made, found = side_relations(frame(*shares(0.1, 0.2, 0.7)), cells(7, 12, 40, 50, 45, 20))
    assert found == [Relation(6, (0, 1, 2)), Relation(7, (3, 4, 5))]
    assert made.select("id", "kind", "value", "low", "high", "primary", "eligible").rows() == [
        (6, "known", 59, 59.0, 59.0, False, False), (7, "known", 115, 115.0, 115.0, False, False),
    ]  # fmt: skip
    assert made.columns == CELL
    assert made.select("region", "wave", "group", "owner").row(0) == (None,) * 4


@pytest.mark.parametrize(
    "rows",
    [
        shares(0.1, 0.2),
        shares(0.1, 0.901),
        shares(0.1, 0.900001),
        shares(1.0),
        [*shares(0.4), *shares(0.6, first=2, region="kainuu")],
        [*shares(0.4), *shares(0.6, first=2, wave=2023)],
        [*shares(0.4), *shares(0.6, first=2, indicator="lp_plan_share")],
        [*shares(0.4), *shares(0.6, first=2, category="way_2:home")],
        [row | {"tells": "numerator"} for row in shares(0.4, 0.6)],
        [],
    ],
)
def test_shares_that_do_not_make_up_one_of_one_place_are_no_sum(rows):
    made, found = side_relations(frame(*rows), cells(7, 12, 40, 50))
    assert (made.height, found) == (0, [])


def test_sums_of_sides_come_in_the_order_of_their_cells():
    rows = [row for wave in range(60) for row in shares(0.4, 0.6, first=4 * wave, wave=2000 + (wave * 7) % 60)]
    made, found = side_relations(frame(*reversed(rows)), cells(*range(240)))
    owns = [Relation(240 + place, (4 * place, 4 * place + 1)) for place in range(60)]
    assert found == [*owns, *(Relation(300 + place, (4 * place + 2, 4 * place + 3)) for place in range(60))]
    assert made["id"].to_list() == list(range(240, 360))


def small(*ids: int) -> pl.Series:
    return pl.Series(ids, dtype=pl.UInt32)


@pytest.mark.parametrize(("hidden", "largest"), [((0,), (2,)), ((4,), (2,)), ((2,), (2,)), ((), ()), ((9,), ())])
def test_where_a_share_is_small_on_a_side_the_largest_of_those_that_make_up_one_gives_way(hidden, largest):
    rows = [row | {"heads": heads} for row, heads in zip(shares(0.1, 0.2, 0.7), (7, 12, 40), strict=True)]
    assert largest_of_small(frame(*rows), small(*hidden)) == largest
    apart = [row | {"estimate": 0.2} for row in rows]
    assert largest_of_small(frame(*apart), small(*hidden)) == ()


def test_the_largest_of_each_place_gives_way_in_the_order_of_cells():
    rows = [row | {"heads": 9 + row["own_cell"] % 2} for wave in range(60)
            for row in shares(0.4, 0.6, first=4 * wave, wave=2000 + (wave * 7) % 60)]  # fmt: skip
    assert largest_of_small(frame(*reversed(rows)), small(*range(0, 240, 4))) == tuple(range(1, 240, 4))


def parts(*heads: int, first: int = 0, **place: Any) -> list[dict[str, Any]]:
    """Shares of the whole and of its parts."""
    names = ("", "home", "daycare", "school", "leisure")
    return [
        RATIO | {"category": name, "heads": some, "own_cell": first + 2 * number, "other_cell": first + 2 * number + 1}
        | place
        for number, (name, some) in enumerate(zip(names, heads, strict=False))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heads", "hidden", "besides"),
    [
        ((60, 3, 40, 20, 30), (2,), (6,)),  # the school has the fewest beside the home
        ((60, 3, 40, 20, 30), (3,), (6,)),  # of the home the other side is small
        ((60, 3, 40, 20, 2), (2, 8), ()),  # two hide each other
        ((60, 30, 40, 20, 25), (), ()),
        ((60, 30, 40, 20, 25), (0,), ()),  # the whole is no part
        ((60, 3, 40, 0, 30), (2,), (8,)),  # a part of nobody hides nothing
        ((60, 3, 0), (2,), ()),
        ((60, 3, 20, 20), (2,), (4,)),  # of equal ones the first
        ((60, 3, 1), (2,), (4,)),
    ],
)
def test_one_small_part_alone_takes_the_smallest_other_part_with_it(heads, hidden, besides):
    assert beside_small_parts(frame(*reversed(parts(*heads))), small(*hidden)) == besides


def test_small_parts_of_other_places_do_not_count():
    rows = [*parts(60, 3, 40), *parts(60, 3, 40, first=6, region="kainuu")]
    assert beside_small_parts(frame(*rows), small(2, 8)) == (4, 10)
    many = [row for wave in range(60) for row in parts(60, 3, 40, first=6 * wave, wave=2000 + (wave * 7) % 60)]
    # Fewest first, then by cell.
    assert beside_small_parts(frame(*reversed(many)), small(*range(2, 360, 6))) == tuple(range(4, 360, 6))


def ruled(*rules: tuple[str, str], **place: Any) -> list[dict[str, Any]]:
    return [BLANK | {"indicator": "lp_plan_share", "category": category, "rule": rule} | place
            for category, rule in rules]  # fmt: skip


def test_what_compares_shares_has_the_rule_of_the_worst_of_them():
    rows = [
        *ruled(("worse", ""), ("better", "")),
        *ruled(("worse", N_ONLY), ("better", ""), wave=2023),
        *ruled(("worse", N_ONLY), ("better", "small_share"), ("same", "additive"), wave=2022),
        *ruled(("worse:home", "small_share"), ("worse", ""), region="kainuu"),
        *ruled(("worse", "small_share"), indicator="lp_strength_share"),
    ]
    schema = {**SCHEMA, "rule": pl.String}
    marked = pl.DataFrame(rows, schema=schema, orient="row")
    marked = marked.with_columns(suppressed=pl.when(pl.col("rule").is_in(["", N_ONLY])).then(pl.lit(SHOWN))
                                 .otherwise(pl.lit("primary")))  # fmt: skip
    made = partner_rules(marked, ["lp_plan_share"]).select("partner", "category", "region", "wave", "partner_rule")
    assert set(made.rows()) == {
        ("lp_plan_share", "", "oulu", 2024, ""), ("lp_plan_share", "", "oulu", 2023, N_ONLY),
        ("lp_plan_share", "", "oulu", 2022, "additive"), ("lp_plan_share", "home", "kainuu", 2024, "small_share"),
        ("lp_plan_share", "", "kainuu", 2024, ""),
    }  # fmt: skip


TALKS = {"indicator": "lp_talks", "tells": "count", "counts": "meeting", "n": 60, "n_cell": 0}


@pytest.mark.parametrize(
    ("n", "rest"),
    [
        (60, (0, False, 0.0, float("inf"))),
        (59, (1, True, 1.0, 4.0)),
        (56, (4, True, 1.0, 4.0)),
        (55, (5, False, 0.0, float("inf"))),
        (61, None),
    ],
)
def test_one_to_four_who_are_behind_one_n_and_not_behind_another_inside_it_are_few(n, rest):
    inner = RATIO | {"indicator": "lp_vulnerabilities", "n": n, "n_cell": 1}
    made, found = nested(frame(TALKS, inner), cells(60, n), KNOWN, 5)
    assert made.select("value", "primary", "low", "high").rows() == ([rest] if rest else [])
    assert found == ([Relation(0, (1, 2), keep_total=True)] if rest else [])
    assert made.select("id", "kind", "eligible").rows() == ([(2, "nested", False)] if rest else [])


def test_parts_are_inside_the_whole_and_inside_the_same_part_of_another():
    rows = [
        RATIO | {"n": 50, "n_cell": 0},
        RATIO | {"category": "home", "n": 47, "n_cell": 1},
        RATIO | {"indicator": "lp_plan_share", "n": 40, "n_cell": 2},
        RATIO | {"indicator": "lp_plan_share", "category": "home", "n": 38, "n_cell": 3},
    ]
    made, found = nested(frame(*rows), cells(50, 47, 40, 38), KNOWN, 5)
    assert {(one.total, one.parts[0]): made.row(one.parts[1] - 4)[CELL.index("value")] for one in found} == {
        (0, 1): 3, (0, 2): 10, (1, 3): 9, (2, 3): 2,
    }  # fmt: skip
    assert made["id"].to_list() == [4, 5, 6, 7] == [one.parts[1] for one in found]
    assert [(one.total, one.parts[0]) for one in found] == sorted((one.total, one.parts[0]) for one in found)


@pytest.mark.parametrize(
    "changed", [{"region": "kainuu"}, {"wave": 2023}, {"group": "gender:girl"}, {"n_cell": 0}, {"n_cell": None},
                {"category": "home"}, {"tells": "level"}],
)  # fmt: skip
def test_nobody_is_inside_an_n_of_another_place_or_inside_the_same_cell(changed):
    inner = RATIO | {"indicator": "lp_vulnerabilities", "n": 57, "n_cell": 1}
    assert nested(frame(TALKS, inner | changed), cells(60, 57), KNOWN, 5)[1] == []
