"""Shares and means over the units of families, from counts of families by total and size."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.errors import ContractError, ParameterError
from sujuva.integration import case_indicators
from sujuva.integration.clusters import NO_UNITS, ONE_FAMILY, estimate_tally
from sujuva.integration.tallies import MEASURES
from sujuva.moments import BLAU_UNIT
from sujuva.tidy import KEY, TIDY
from tests.estimation.rscript import from_r, read

HERE = Path(__file__).parent
COMMITTED = HERE / "r_families.csv"
SCHEMA = {
    **dict.fromkeys(("measure", "category", "region"), pl.String),
    "wave": pl.Int32,
    "group": pl.String,
    **dict.fromkeys(("total", "size", "families"), pl.Int64),
}


def tallies(rows: list[tuple[str, int, int, int]], **columns: str | int) -> pl.DataFrame:
    where = {"category": "", "region": "oulu", "wave": 2022, "group": "all"} | columns
    made = [
        where | {"measure": measure, "total": total, "size": size, "families": families}
        for measure, total, size, families in rows
    ]
    return pl.DataFrame(made, schema=SCHEMA)


def one(found: pl.DataFrame, indicator: str, wave: int = 2022, **cell: str) -> dict[str, object]:
    rows = found.filter(indicator=indicator, wave=wave, **cell)
    assert rows.height == 1
    return rows.row(0, named=True)


@pytest.fixture(scope="module")
def reference() -> pl.DataFrame:
    fresh = from_r(str(HERE / "r_families.R"), HERE / "r_families_data.csv")
    return read(COMMITTED) if fresh is None else fresh


@pytest.fixture(scope="module")
def found() -> pl.DataFrame:
    units = read(HERE / "r_families_data.csv")
    families = units.group_by("measure", "family").agg(total=pl.col("value").sum(), size=pl.len().cast(pl.Int64))
    counted = families.group_by("measure", "total", "size").agg(families=pl.len().cast(pl.Int64))
    return case_indicators(tallies(counted.select("measure", "total", "size", "families").rows()))


def test_the_committed_reference_is_what_r_says(reference: pl.DataFrame) -> None:
    committed = read(COMMITTED)
    assert committed.select("measure", "n", "families", "df").equals(reference.select("measure", "n", "families", "df"))
    for name in ("estimate", "se", "ci_low", "ci_high"):
        assert committed[name].to_list() == pytest.approx(reference[name].to_list(), rel=1e-10)


def test_families_are_clusters_as_in_r_survey(reference: pl.DataFrame, found: pl.DataFrame) -> None:
    assert reference.height == 7
    for row in reference.iter_rows(named=True):
        mine = one(found, f"case_{row['measure']}")
        unit = BLAU_UNIT if row["measure"] == "blau" else 1
        assert mine["n"] == row["n"]
        assert mine["df"] == (None if row["n"] == row["families"] else row["families"] - 1)
        for name in ("estimate", "se", "ci_low", "ci_high"):
            assert mine[name] == pytest.approx(row[name] / unit, rel=1e-8), (row["measure"], name)


def test_a_share_by_hand() -> None:
    # Three families: 2 of 2 meetings followed up, 0 of 1, 1 of 3.
    found = case_indicators(tallies([("follow_up", 2, 2, 1), ("follow_up", 0, 1, 1), ("follow_up", 1, 3, 1)]))
    row = one(found, "case_follow_up")
    assert row["estimate"] == 0.5
    assert row["n"] == 6
    assert row["df"] == 2
    assert row["se"] == pytest.approx(math.sqrt(3 / 2 * (1**2 + 0.5**2 + 0.5**2)) / 6)
    assert row["note"] == "few_degrees"


def test_n_counts_every_action_once_though_halves_are_doubled() -> None:
    # One family with 2 actions: done and partly; another with one not done.
    found = case_indicators(tallies([("action_done_half", 3, 4, 1), ("action_done_half", 0, 2, 1)]))
    row = one(found, "case_action_done_half")
    assert (row["estimate"], row["n"]) == (0.5, 3)


def test_means_and_medians_of_services_before_the_meeting() -> None:
    found = case_indicators(tallies([("contacts_before", 1, 1, 2), ("contacts_before", 4, 1, 2)]))
    mean, median = one(found, "case_contacts_before"), one(found, "case_contacts_before_median")
    assert (mean["estimate"], mean["n"], mean["df"]) == (2.5, 4, None)
    assert (median["estimate"], median["n"], median["note"]) == (2.5, 4, "")


def test_years_add_up_to_all_years_and_groups_stay_apart() -> None:
    rows = pl.concat(
        [
            tallies([("consent", 1, 1, 6), ("consent", 0, 1, 2)]),
            tallies([("consent", 1, 1, 2)], wave=2023),
            tallies([("consent", 0, 1, 1)], group="trigger:divorce"),
            tallies([("consent", 1, 1, 99)], wave=0),  # sums that are there already are not counted twice
        ]
    )
    found = case_indicators(rows)
    assert found.schema == TIDY
    assert found.select(KEY).rows() == sorted(found.select(KEY).rows())
    assert one(found, "case_consent", 0, group="all")["estimate"] == 0.8
    assert one(found, "case_consent", 0, group="trigger:divorce")["n"] == 1
    assert found.height == 5


@pytest.mark.parametrize("total", [0, 1])
def test_a_share_of_nobody_or_everybody_has_clopper_and_pearsons_interval(total: int) -> None:
    row = one(case_indicators(tallies([("consent", total, 1, 30)])), "case_consent")
    assert (row["estimate"], row["se"], row["note"]) == (float(total), 0.0, "")
    ends = (0.0, 0.1157033082) if total == 0 else (0.8842966918, 1.0)  # R: binom.test(30 * total, 30)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(ends, abs=1e-9)


def test_what_never_happened_in_many_units_of_few_families_is_known_by_families() -> None:
    row = one(case_indicators(tallies([("follow_up", 0, 9, 12)])), "case_follow_up")
    assert (row["estimate"], row["n"], row["ci_high"]) == (0.0, 108, pytest.approx(0.2646484686, abs=1e-9))


def test_a_mean_of_no_events_has_garwoods_interval_and_one_of_kinds_has_none() -> None:
    found = case_indicators(tallies([("contacts_before", 0, 1, 30), ("blau", 0, 1, 30)]))
    events, kinds = one(found, "case_contacts_before"), one(found, "case_blau")
    assert (events["ci_low"], events["ci_high"]) == pytest.approx((0, 0.1229626485), abs=1e-9)  # R: poisson.test(0, 30)
    assert (kinds["estimate"], kinds["ci_low"], kinds["note"]) == (0.0, None, "no_variation")


def test_families_that_are_all_alike_have_no_interval() -> None:
    row = one(case_indicators(tallies([("follow_up", 1, 2, 30)])), "case_follow_up")
    assert (row["estimate"], row["ci_low"], row["note"]) == (0.5, None, "no_variation")


def test_one_family_has_neither_error_nor_interval() -> None:
    row = one(case_indicators(tallies([("follow_up", 1, 2, 1)])), "case_follow_up")
    assert (row["estimate"], row["se"], row["ci_low"], row["n"], row["note"]) == (0.5, None, None, 2, ONE_FAMILY)


def test_without_units_there_is_no_estimate() -> None:
    found = case_indicators(tallies([("contacts_before", 0, 0, 3)]))
    assert one(found, "case_contacts_before")["note"] == NO_UNITS
    assert one(found, "case_contacts_before_median")["note"] == NO_UNITS
    assert found["estimate"].null_count() == found.height


def test_few_families_are_warned_about_beside_the_interval() -> None:
    row = one(case_indicators(tallies([("consent", 1, 1, 15), ("consent", 0, 1, 5)])), "case_consent")
    assert row["note"] == "under_30_clusters"
    assert row["ci_low"] < 0.75 < row["ci_high"]


def test_no_rows_no_indicators() -> None:
    assert case_indicators(tallies([])).height == 0
    assert case_indicators(tallies([])).schema == TIDY


def test_unknown_measures_and_impossible_totals_are_refused() -> None:
    with pytest.raises(ContractError, match=r"unknown measure 'consents'.*consent"):
        case_indicators(tallies([("consents", 1, 1, 1)]))
    with pytest.raises(ContractError, match="follow_up"):
        case_indicators(tallies([("follow_up", 3, 2, 1)]))
    with pytest.raises(ContractError, match="sectors"):
        case_indicators(tallies([("sectors", -1, 2, 1)]))
    with pytest.raises(ParameterError, match="confidence"):
        case_indicators(tallies([]), confidence=95)


def test_a_mean_may_exceed_its_size() -> None:
    rows = [(measure, 9, 1, 2) for measure, one_ in MEASURES.items() if not one_.share]
    assert case_indicators(tallies(rows))["estimate"].null_count() == 0


families = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 6)), min_size=2, max_size=30)


@given(families)
def test_counts_of_alike_families_are_those_families(pairs: list[tuple[int, int]]) -> None:
    rows = [(min(total, size), size, 1) for total, size in pairs]
    counted = [(*pair, sum(row[:2] == pair for row in rows)) for pair in {row[:2] for row in rows}]
    assert estimate_tally(counted, share=True) == estimate_tally(rows, share=True)


@given(families)
def test_an_interval_of_a_share_holds_it_and_stays_within_its_range(pairs: list[tuple[int, int]]) -> None:
    found = estimate_tally([(min(total, size), size, 1) for total, size in pairs], share=True)
    if found.ci_low is not None and found.ci_high is not None:
        assert 0 <= found.ci_low <= found.estimate <= found.ci_high <= 1
    else:
        assert found.note == "no_variation"


@given(families, st.integers(2, 5))
def test_the_share_that_is_not_mirrors_the_share_that_is(pairs: list[tuple[int, int]], times: int) -> None:
    rows = [(min(total, size), size, times) for total, size in pairs]
    yes = estimate_tally(rows, share=True)
    no = estimate_tally([(size - total, size, count) for total, size, count in rows], share=True)
    assert yes.estimate + no.estimate == pytest.approx(1)
    assert yes.se == pytest.approx(no.se)
    assert (yes.ci_low is None) == (no.ci_high is None)
    if yes.ci_low is not None:
        assert yes.ci_low == pytest.approx(1 - no.ci_high)
