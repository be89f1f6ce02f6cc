"""What leaves a region: each rule where it begins, on tables of a few rows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import Any

import polars as pl
import pytest

from sujuva.bundles.contents import LEDGER, Contents
from sujuva.bundles.protect import protected, without_withheld
from sujuva.bundles.same_scores import Sums, pins_few
from sujuva.errors import ContractError, DisclosureError
from sujuva.moments import RECORDS
from sujuva.publish import Privacy
from sujuva.tables import types_of

PRIVACY = Privacy()
SCALE, BAND = "cyrm_r", "cyrm_r.poor"
ROOMY = {"n": 40, "y": 2400, "yy": 160_000}
"""Scores of so many persons that none is pinned."""
Row = dict[str, Any]


def table(name: str, *rows: Row) -> pl.DataFrame:
    schema = RECORDS[name].schema if name in RECORDS else types_of(LEDGER[name.removeprefix("ledger/")])
    texts = {one: "" for one, kind in schema.items() if kind == pl.String()}
    filled = [{**texts, "region": "oulu", "wave": 2024, **row} for row in rows]
    return pl.DataFrame([{one: row.get(one) for one in schema} for row in filled], schema=schema)


def leaves(*, ledger: Mapping[str, list[Row]] | None = None, privacy: Privacy = PRIVACY, **some: list[Row]) -> Contents:
    own = {name: table(name, *some.get(name, ())) for name in RECORDS}
    # A row somewhere says whose it is, and is nobody's.
    own["child_budgets"] = table("child_budgets", {"children": 1.0, "budget": 2.0})
    books = {name: table(f"ledger/{name}", *(ledger or {}).get(name, ())) for name in LEDGER}
    return protected(Contents(own, books), privacy)


def score(group: str = "all", scale: str = SCALE, **values: Any) -> Row:
    row = {"group": group, "scale": scale, "informant": "self", "stratum": "oulu|a", "decimals": 0,
           "weight_decimals": 0, "n_missing": 0, "clusters": 5, "design_clusters": 5, **ROOMY, **values}  # fmt: skip
    n, y, yy = row["n"], row["y"], row["yy"]
    return {"w": n, "wy": y, "wyy": yy, "cww": n * n, "cwy": n * y, "cyy": y * y, **row}


def band(n: int, yes: int, group: str = "all", **values: Any) -> Row:
    return score(group, BAND, n=n, y=yes, yy=yes, **values)


def kinds(contents: Contents, name: str = "scores") -> set[tuple[str, str]]:
    rows = contents.moments[name]
    return {(scale, group.split(":")[0]) for scale, group in rows.select("scale", "group").iter_rows()}


def reasons(contents: Contents, name: str = "scores") -> set[str]:
    return set(contents.withheld.filter(table=name)["reason"])


@pytest.mark.parametrize(("n", "left"), [(4, False), (5, True)])
def test_a_kind_of_groups_stays_with_its_smallest(n: int, left: bool) -> None:
    few = score("gender:other", n=n, y=60 * n, yy=4000 * n, clusters=1)
    rest = score("gender:girl", n=40 - n, y=2400 - 60 * n, yy=160_000 - 4000 * n)
    found = leaves(scores=[score(), few, rest])
    assert kinds(found) == {(SCALE, "all"), *([(SCALE, "gender")] if left else [])}
    if not left:
        assert found.withheld.filter(table="scores").select("group", "reason", "rows").rows() == [
            ("gender", "small_count", 2)
        ]


@pytest.mark.parametrize(("unknown", "left"), [(0, True), (1, False), (4, False), (5, True)])
def test_those_of_no_group_count(unknown: int, left: bool) -> None:
    known = 40 - unknown
    found = leaves(scores=[score(), score("gender:girl", n=known, y=60 * known, yy=4000 * known)])
    assert ((SCALE, "gender") in kinds(found)) == left
    assert ("small_rest" in reasons(found)) != left


@pytest.mark.parametrize(
    ("yes", "left"), [(0, True), (1, False), (4, False), (5, True), (35, True), (36, False), (40, True)]
)
def test_both_sides_of_a_band_count(yes: int, left: bool) -> None:
    found = leaves(scores=[score(), band(40, yes), score(scale="cyrm_r.good", n=40, y=20, yy=20)])
    assert (BAND, "all") in kinds(found) or not left
    # Bands add up, so they stay together; the scale itself leaves.
    assert kinds(found) == {(SCALE, "all"), *([(BAND, "all"), ("cyrm_r.good", "all")] if left else [])}


def test_of_bands_those_of_no_group_count_on_both_sides() -> None:
    inside = band(30, 12, "gender:girl")
    assert (BAND, "gender") not in kinds(leaves(scores=[score(), band(40, 16), inside]))  # 4 of the other 10
    assert (BAND, "gender") in kinds(leaves(scores=[score(), band(40, 17), inside]))


@pytest.mark.parametrize(("squares", "left"), [(144_000, False), (160_000, True)])
def test_scores_that_are_all_the_same_stay(squares: int, left: bool) -> None:
    assert bool(leaves(scores=[score(yy=squares)]).moments["scores"].height) == left


@pytest.mark.parametrize(("clusters", "left"), [(20, True), (21, False), (3, True), (2, False)])
def test_a_cluster_with_one_member_stays(clusters: int, left: bool) -> None:
    # Of two clusters, weights and squares tell that one has four of forty.
    found = leaves(scores=[score(clusters=clusters, design_clusters=30, cww=36**2 + 4**2)])
    assert bool(found.moments["scores"].height) == left


def test_what_tells_of_everybody_takes_all_below_with_it() -> None:
    few = {"n": 4, "y": 240, "yy": 16_000, "clusters": 1}
    at = {"scale": SCALE, "informant": "self", "decimals": 0}
    found = leaves(
        scores=[score(**few), score("gender:girl"), score(scale="swemwbs", n=30, y=700, yy=17_000)],
        distributions=[{**at, "group": "all", "score": 60, "n": 9, "w": 9}],
        pairs=[{**at, "stratum": "oulu|a", "group": "all", "other_group": "all", "other_wave": 2023}],
        unit_sizes=[{**at, "size": 9, "units": 1, "y": 9, "yy": 9, "tt": 9}],
        products=[{"instrument": "who5", "scale": SCALE, "informant": "self", "item": "who5_1", "n": 9, "product": 9}],
    )
    assert kinds(found) == {("swemwbs", "all")}
    for name in ("distributions", "pairs", "unit_sizes", "products"):
        assert not found.moments[name].height, name
        assert set(found.withheld.filter(table=name)["scale"]) == {SCALE}


def test_strata_are_joined_where_the_region_is_large_enough() -> None:
    strata = [score(scale=BAND, stratum=f"oulu|{one}", n=n, y=y, yy=y) for one, n, y in (("a", 20, 4), ("b", 30, 9))]
    found = leaves(scores=[*strata, score(stratum="oulu|a"), score(stratum="oulu|b")])
    row = found.moments["scores"].filter(scale=BAND).row(0, named=True)
    assert (row["stratum"], row["n"], row["y"], row["clusters"], row["design_clusters"]) == ("oulu|", 50, 13, 10, 10)
    assert row["cww"] == 20**2 + 30**2
    assert found.moments["scores"].filter(scale=SCALE)["stratum"].to_list() == ["oulu|a", "oulu|b"]
    told = found.withheld.filter(table="scores").select("scale", "reason", "rows").rows()
    assert told == [(BAND, "strata_joined", 2)]
    # Such rows leave, so the network has them, too.
    network = found.moments["scores"].with_columns(region=pl.lit("network"))
    assert without_withheld("scores", network, found.withheld).equals(network)


@pytest.mark.parametrize(("weight", "left"), [(35, True), (36, False), (40, True), (4, False)])
def test_the_weight_that_clusters_share_tells_of_persons(weight: int, left: bool) -> None:
    pair = {"scale": SCALE, "informant": "self", "stratum": "oulu|a", "group": "all", "other_group": "all",
            "other_wave": 2023, "w": weight, "wy": 60 * weight, "other_w": 40, "other_wy": 2400}  # fmt: skip
    found = leaves(scores=[score(), score(wave=2023)], pairs=[pair])
    assert (2024 in found.moments["scores"]["wave"].to_list()) == left
    assert 2023 in found.moments["scores"]["wave"].to_list()


def test_a_pair_goes_with_either_side() -> None:
    early = score(wave=2022, n=4, y=240, yy=16_000, clusters=1)
    pair = {"scale": SCALE, "informant": "self", "stratum": "oulu|a", "group": "all", "other_group": "all",
            "other_wave": 2022, "w": 40, "wy": 2400, "other_w": 4, "other_wy": 240}  # fmt: skip
    found = leaves(scores=[score(), early], pairs=[pair])
    assert not found.moments["pairs"].height
    network = table("pairs", {**pair, "region": "network"})
    assert not without_withheld("pairs", network, found.withheld).height


@pytest.mark.parametrize(("missing", "told"), [(0, True), (4, False), (5, True)])
def test_few_missing_answers_are_not_told_of_any_scale(missing: int, told: bool) -> None:
    items = {
        "instrument": "who5",
        "informant": "self",
        "item": "who5_1",
        "n": 40,
        "n_missing": 9,
        "sum": 100,
        "sumsq": 330,
    }
    response = {"instrument": "who5", "informant": "self", "n_respondents": 90, "n_answered": 49}
    found = leaves(scores=[score(n_missing=missing), score(scale="swemwbs", n_missing=9)], items=[items],
                   municipality_scores=[score("municipality:564", wave=0, n_missing=9)],
                   ledger={"response": [response]})  # fmt: skip
    for name in ("scores", "items", "municipality_scores"):
        assert (found.moments[name]["n_missing"].null_count() == 0) == told, name
        assert ("few_missing" in reasons(found, name)) != told
    assert bool(found.ledger["response"].height) == told


@pytest.mark.parametrize(("n", "left"), [(4, False), (5, True)])
def test_histograms_stay_with_a_small_bin(n: int, left: bool) -> None:
    at = {"scale": SCALE, "informant": "self", "decimals": 0}
    bins = [{**at, "group": "all", "score": 40, "n": n, "w": n}, {**at, "group": "all", "score": 60, "n": 30, "w": 30}]
    sizes = [{**at, "size": n, "units": 6, "y": 9, "yy": 9, "tt": 9}]
    found = leaves(scores=[score()], distributions=bins, unit_sizes=sizes)
    assert bool(found.moments["distributions"].height) == left
    assert bool(found.moments["unit_sizes"].height) == left
    assert found.moments["scores"].height


def test_a_bin_of_those_in_no_group_counts() -> None:
    at = {"scale": SCALE, "informant": "self", "decimals": 0, "score": 40}
    bins = [{**at, "group": "all", "n": 20, "w": 20}, {**at, "group": "gender:girl", "n": 17, "w": 17}]
    assert kinds(leaves(scores=[score()], distributions=bins), "distributions") == {(SCALE, "all")}


def followed(n: int, y1: int, y2: int, both: int) -> Row:
    place = {"scale": "single_hobby", "informant": "self", "stratum": "oulu|a", "from_wave": 2023, "decimals": 0,
             "weight_decimals": 0}  # fmt: skip
    return {**place, "n": n, "y1": y1, "y1y1": y1, "y2": y2, "y2y2": y2, "y1y2": both, "d": y2 - y1,
            "dd": y1 + y2 - 2 * both, "clusters": 4}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "left"),
    [((40, 20, 20, 14), True), ((40, 20, 20, 16), False), ((40, 20, 20, 4), False), ((40, 34, 20, 18), False),
     ((5, 0, 5, 0), False), ((4, 2, 2, 1), False)],
)  # fmt: skip
def test_of_the_same_persons_all_four_numbers_count(row: tuple[int, int, int, int], left: bool) -> None:
    found = leaves(
        paired=[followed(*row)], differences=[{**followed(*row), "distance": 1, "n_higher": 9, "n_lower": 9}]
    )
    assert bool(found.moments["paired"].height) == left
    assert bool(found.moments["differences"].height) == (left and row[0] > 4)


@pytest.mark.parametrize(("n", "left"), [(40, True), (41, False), (44, False), (45, True)])
def test_newcomers_and_the_lost_count(n: int, left: bool) -> None:
    rows = [score(scale="single_hobby", n=n, y=20, yy=20), score(scale="single_hobby", wave=2023, n=40, y=20, yy=20)]
    assert bool(leaves(scores=rows, paired=[followed(40, 20, 20, 14)]).moments["paired"].height) == left


@pytest.mark.parametrize(("lost", "left"), [(0, True), (1, False), (5, True)])
def test_few_who_were_lost_take_the_followed_with_them(lost: int, left: bool) -> None:
    row = followed(40, 20, 20, 14)
    ends = {"n_followed": 40, "y_followed": 20, "yy_followed": 20, "clusters_followed": 4, "n_lost": lost,
            "y_lost": lost, "yy_lost": lost, "clusters_lost": min(lost, 1)}  # fmt: skip
    found = leaves(paired=[row], attrition=[{**row, **ends}])
    # Five who are lost and were all of one kind are alike, so they stay, too.
    assert bool(found.moments["paired"].height) == (left and lost == 0)
    mixed = leaves(
        paired=[row], attrition=[{**row, **ends, "n_lost": 4 * lost, "y_lost": 2 * lost, "yy_lost": 2 * lost}]
    )
    assert bool(mixed.moments["paired"].height) == (left or lost == 0)


@pytest.mark.parametrize(
    ("counts", "left"), [((5, 20, 20), True), ((4, 20, 20), False), ((20, 4, 20), False), ((20, 20, 3), False)]
)
def test_three_answers_are_told_by_their_sums(counts: tuple[int, int, int], left: bool) -> None:
    total, squares = (sum(value**power * n for value, n in enumerate(counts)) for power in (1, 2))
    item = {"instrument": "sdq", "informant": "parent", "item": "sdq_1", "n": sum(counts), "n_missing": 0}
    found = leaves(items=[{**item, "sum": total, "sumsq": squares}])
    assert bool(found.moments["items"].height) == left


def test_two_items_tell_of_few_who_are_apart_from_an_end_in_both() -> None:
    at = {"instrument": "sdq", "scale": "sdq_peer", "informant": "parent", "n": 60}
    own = [{**at, "item": one, "other_item": other, "product": product}
           for one in ("sdq_6", "sdq_11") for other, product in (("", 60), (one, 100))]  # fmt: skip
    for product, left in ((4, False), (5, True), (30, True)):
        both = {**at, "item": "sdq_6", "other_item": "sdq_11", "product": product}
        assert bool(leaves(products=[*own, both]).moments["products"].height) == left, product


def test_pinned_scores_are_those_that_every_way_to_make_the_sums_has() -> None:
    """Held against every set of scores, of few persons on a short scale."""
    top, threshold = 4, 3
    for n in (3, 5):
        ways: dict[tuple[int, int], list[tuple[int, ...]]] = {}
        for scores in combinations_with_replacement(range(top + 1), n):
            counts = tuple(scores.count(value) for value in range(top + 1))
            ways.setdefault((sum(scores), sum(one**2 for one in scores)), []).append(counts)
        for (total, squares), some in ways.items():
            pinned = any(
                min(way[value] for way in some) >= 1 and max(way[value] for way in some) < threshold
                for value in range(top + 1)
            )
            away = [[n - way[end] for way in some] for end in (0, top)]
            pinned |= any(min(one) >= 1 and max(one) < threshold for one in away)
            assert pins_few(Sums(n, total, squares, top), threshold) == pinned, (n, total, squares)


def test_pinned_scores_stay() -> None:
    # Of 40 persons, 38 have no point at all: SDQ's peer problems go from 0 to 10.
    assert not leaves(scores=[score(scale="sdq_peer", n=40, y=5, yy=13)]).moments["scores"].height


def test_children_families_and_what_was_said() -> None:
    talk = {"scale": "lp_plan_share.home", "heads": 20, "other_heads": 20, "n": 30}
    for change, left in (
        ({}, True),
        ({"heads": 4}, False),
        ({"other_heads": 27, "heads": 27}, False),
        ({"n": 24}, False),
    ):
        assert bool(leaves(lp_children=[{**talk, **change}]).moments["lp_children"].height) == left, change
    beside = leaves(lp_children=[talk, {**talk, "scale": "lp_done_share.home", "n": 27}])
    assert beside.moments["lp_children"]["scale"].to_list() == ["lp_plan_share.home"]
    tally = {"measure": "consent", "group": "all", "size": 1}
    for some, left in ((4, False), (5, True)):
        rows = [{**tally, "total": 1, "families": some}, {**tally, "total": 0, "families": 50}]
        assert bool(leaves(case_tallies=rows).moments["case_tallies"].height) == left
    tallies = [{**tally, "total": 1, "families": 20}]
    assert not leaves(case_tallies=tallies, events=[{"cases": 22, "events": 90}]).moments["case_tallies"].height
    theme = {"indicator": "interview_theme", "group": "all", "n": 30}
    one, two = {**theme, "scale": "trust", "heads": 12}, {**theme, "scale": "time", "heads": 10}
    both = {**theme, "indicator": "interview_together", "scale": "time", "category": "trust"}
    for heads, left in ((5, True), (6, False), (4, False)):
        found = leaves(said=[one, two, {**both, "heads": heads}])
        assert ("interview_together" in found.moments["said"]["indicator"].to_list()) == left, heads
        assert "interview_theme" in found.moments["said"]["indicator"].to_list()


def test_organisations_and_pseudonyms() -> None:
    ties = [
        {"relation": one, "source": "a", "target": "b", "observed": 2} for one in ("collaboration", "trust_mission")
    ]
    actors = [{"organisation": one, "name": one} for one in "abc"]
    came = [{"event": "e", "organisation": one, "phenomenon": what} for one, what in zip("abca", "xxxy", strict=True)]
    coders = [{"coder": "k1", "other": "k2", "value": "x", "other_value": "x", "units": 40}]
    found = leaves(ties=ties, actors=actors, attendance=came, coding_pairs=coders)
    assert found.moments["ties"]["relation"].to_list() == ["collaboration"]
    assert set(found.moments["attendance"]["phenomenon"]) == {"x"}
    assert not found.moments["coding_pairs"].height
    assert not leaves(ties=ties, actors=actors[:2]).moments["actors"].height
    partner = score(
        scale="common_agenda", informant="", decimals=2, n=40, y=12_000, yy=3_700_000, cww=10 * 16, clusters=10
    )
    assert leaves(partner_scores=[partner]).moments["partner_scores"].height
    for change in ({"clusters": 2}, {"cww": 31**2}):
        assert not leaves(partner_scores=[{**partner, **change}]).moments["partner_scores"].height, change


def test_public_statistics_leave_where_no_number_is_small() -> None:
    row = {"indicator": "90006", "area": "564", "year": 2024, "value": 1.5}
    for absolute, left in ((4.0, False), (5.0, True), (None, True)):
        assert bool(leaves(area=[{**row, "absolute": absolute}]).moments["area"].height) == left
    for families, left in ((4, False), (5, True)):
        assert bool(leaves(method_reach=[{"method": "m", "families": families}]).moments["method_reach"].height) == left


def test_the_ledger_tells_of_no_few_rows() -> None:
    book = {"source": "s", "file": "f", "tables": "respondents", "rows_in": 99, "rows_clean": 90, "rows_quarantined": 9}
    for rows, left in ((4, False), (5, True)):
        found = leaves(
            ledger={"ledger": [{**book, "rows_quarantined": rows}], "rules": [{"source": "s", "rows": rows}]}
        )
        assert bool(found.ledger["ledger"].height) == bool(found.ledger["rules"].height) == left


def test_with_no_threshold_everything_leaves_but_pseudonyms() -> None:
    free = Privacy(threshold=1, organisation_threshold=1, dominance_k=100, p_percent=0)
    found = leaves(privacy=free, scores=[score(), score("gender:x", n=1, y=60, yy=3600, clusters=1)],
                   coding_pairs=[{"coder": "k1", "other": "k2", "units": 1}])  # fmt: skip
    assert found.moments["scores"].height == 2
    assert set(found.withheld["table"]) == {"coding_pairs"}


def test_what_is_not_known_does_not_leave() -> None:
    known = leaves(scores=[score()])
    books, none = known.ledger, known.withheld.clear()
    with pytest.raises(ContractError, match="no table of moments 'score'"):
        protected(Contents({**known.moments, "score": table("scores")}, books, none), PRIVACY)
    more = known.moments["scores"].with_columns(respondent=pl.lit("p1"))
    with pytest.raises(ContractError, match="respondent"):
        protected(Contents({**known.moments, "scores": more}, books, none), PRIVACY)
    with pytest.raises(ContractError, match="ledger/persons"):
        protected(Contents(known.moments, {**books, "persons": table("ledger/rules")}, none), PRIVACY)
    both = table("scores", score(), score() | {"region": "tampere"})
    with pytest.raises(DisclosureError, match="of one region"):
        protected(Contents({**known.moments, "scores": both}, books, none), PRIVACY)
    once = leaves(scores=[score(n=4)])
    with pytest.raises(DisclosureError, match="withheld before"):
        protected(once, PRIVACY)


def again(before: list[Row], after: list[Row]) -> pl.DataFrame:
    """Return the scores of a bundle that corrects another one."""
    own = {name: table(name) for name in RECORDS} | {"child_budgets": table("child_budgets", {"children": 1.0})}
    books = {name: table(f"ledger/{name}") for name in LEDGER}
    exact = Contents({**own, "scores": table("scores", *after)}, books)
    return protected(exact, PRIVACY, earlier=[leaves(scores=before)]).moments["scores"]


@pytest.mark.parametrize(
    ("change", "left"),
    [({}, True), ({"n": 41}, False), ({"n": 44}, False), ({"n": 45}, True), ({"n": 35}, True), ({"n": 36}, False),
     ({"y": 2401}, False), ({"n": 45, "y": 2700}, True)],
)  # fmt: skip
def test_a_corrected_bundle_tells_nothing_of_few_who_changed(change: Row, left: bool) -> None:
    assert bool(again([score()], [score(**change)]).height) == left


def test_of_a_corrected_bundle_those_of_no_group_count() -> None:
    before = [score(n=60), score("gender:girl", n=40)]
    assert set(again(before, [score(n=70), score("gender:girl", n=50)])["group"]) == {"all", "gender:girl"}
    assert set(again(before, [score(n=72), score("gender:girl", n=50)])["group"]) == {"all"}
    # What was not told before tells nothing of what changed.
    assert set(again([score(n=60)], [score(n=60), score("gender:girl", n=40)])["group"]) == {"all", "gender:girl"}


def test_in_a_corrected_bundle_both_sides_of_a_band_count() -> None:
    before = [score(), band(40, 20)]
    assert BAND in again(before, [score(n=50), band(50, 25)])["scale"]
    assert BAND not in again(before, [score(n=50), band(50, 22)])["scale"]
