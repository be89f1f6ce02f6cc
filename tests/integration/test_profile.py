"""The profile: declared dimensions on 0–100 side by side, and a composite only where it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sujuva.codebooks import load_indicators
from sujuva.codebooks.profile import Dimension, load_profile
from sujuva.codebooks.text import Text
from sujuva.errors import ParameterError
from sujuva.integration import composite_indicator, profile_table
from sujuva.integration.profile import PROFILE
from sujuva.tidy import KEY, TIDY, tidy


def dimension(key: str, **said: Any) -> Dimension:
    known = {"title": Text(fi=key), "side": "families", "indicator": f"case_{key}", "low": 0, "high": 1}
    return Dimension(key=key, **(known | said))


CONSENT = dimension("consent")
AGENDA = dimension("agenda", side="partners", indicator="partner_mean", scale="common_agenda", low=1, high=5)
LOST = dimension("lost", indicator="case_referral_lost", higher_is_better=False)
BOTH = {"agenda": AGENDA, "consent": CONSENT}


def rows(*made: dict[str, Any]) -> pl.DataFrame:
    usual = {"scale": "", "category": "", "informant": "", "region": "oulu", "wave": 2022, "group": "all"}
    usual |= {"se": None, "df": None, "ci_low": None, "ci_high": None, "n": 40, "note": ""}
    return tidy(pl.DataFrame([usual | one for one in made], schema={name: TIDY[name] for name in TIDY}))


MEASURED = rows(
    {"indicator": "partner_mean", "scale": "common_agenda", "estimate": 4.0, "ci_low": 3.5, "ci_high": 5.2, "n": 31},
    {"indicator": "partner_mean", "scale": "backbone_support", "estimate": 1.0},
    {"indicator": "case_consent", "estimate": 0.8, "note": "under_30_clusters"},
    {"indicator": "case_consent", "estimate": 0.1, "group": "trigger:divorce"},
    {"indicator": "case_consent", "estimate": 0.2, "wave": 0},
)


def test_dimensions_stand_side_by_side_on_their_own_ranges() -> None:
    found = profile_table(MEASURED, BOTH)
    assert found.schema == PROFILE
    assert found.rows() == [
        ("oulu", 2022, "agenda", 75.0, 62.5, 100.0, 4.0, 31, ""),
        ("oulu", 2022, "consent", 80.0, None, None, 0.8, 40, "under_30_clusters"),
    ]


def test_where_lower_is_better_the_scale_is_turned() -> None:
    lost = rows({"indicator": "case_referral_lost", "estimate": 0.3, "ci_low": 0.2, "ci_high": 0.5})
    row = profile_table(lost, {"lost": LOST}).row(0, named=True)
    assert (row["value"], row["low"], row["high"], row["estimate"]) == (70.0, 50.0, 80.0, 0.3)


def test_there_is_no_hidden_number() -> None:
    found = profile_table(MEASURED, BOTH)
    assert set(found["dimension"]) == {"agenda", "consent"}
    assert composite_indicator(found).height == 0


def test_a_declared_composite_is_the_weighted_mean_of_its_parts() -> None:
    found = profile_table(MEASURED, BOTH, {"agenda": 1.0, "consent": 3.0})
    assert found["dimension"].to_list() == ["agenda", "consent", "composite"]
    assert found.row(2, named=True)["value"] == (75 + 3 * 80) / 4
    composite = composite_indicator(found)
    assert composite.schema == TIDY
    assert composite.select("indicator", "region", "wave", "estimate", "ci_low", "n", "note").rows() == [
        ("integration_composite", "oulu", 2022, 78.75, None, None, "")
    ]


def test_a_missing_part_leaves_no_composite() -> None:
    found = profile_table(MEASURED, BOTH | {"lost": LOST}, {"consent": 1.0, "lost": 1.0})
    assert found.select("dimension", "value", "note").rows() == [
        ("agenda", 75.0, ""),
        ("consent", 80.0, "under_30_clusters"),
        ("lost", None, "not_measured"),
        ("composite", None, "part_missing"),
    ]
    assert composite_indicator(found)["estimate"].to_list() == [None]


def test_it_works_on_published_tables() -> None:
    hidden = pl.col("indicator") == "case_consent"
    numbers = ("estimate", "se", "df", "ci_low", "ci_high", "n")
    published = MEASURED.with_columns(suppressed=hidden).with_columns(
        pl.when(~hidden).then(pl.col(name)).alias(name) for name in numbers
    )
    found = profile_table(published, BOTH, {"agenda": 1.0, "consent": 1.0})
    assert found.select("dimension", "value", "n", "note").rows() == [
        ("agenda", 75.0, 31, ""),
        ("consent", None, None, "suppressed"),
        ("composite", None, None, "part_missing"),
    ]


def test_an_indicator_without_estimate_keeps_its_reason() -> None:
    none = rows({"indicator": "case_consent", "estimate": None, "n": 0, "note": "no_units"})
    assert profile_table(none, BOTH).select("dimension", "value", "note").rows() == [
        ("agenda", None, "not_measured"),
        ("consent", None, "no_units"),
    ]


def test_a_value_outside_the_declared_range_is_not_drawn() -> None:
    wide = rows({"indicator": "partner_mean", "scale": "common_agenda", "estimate": 7.0})
    row = profile_table(wide, {"agenda": AGENDA}).row(0, named=True)
    assert (row["value"], row["estimate"], row["note"]) == (None, 7.0, "outside_range")


def test_regions_and_waves_that_measure_nothing_have_no_rows() -> None:
    other = rows({"indicator": "network_ties", "estimate": 3.0, "region": "tampere"})
    assert profile_table(pl.concat([MEASURED, other]), BOTH)["region"].unique().to_list() == ["oulu"]
    assert profile_table(MEASURED.clear(), BOTH).height == 0
    assert profile_table(MEASURED, {}).height == 0


@pytest.mark.parametrize(
    ("weights", "said"),
    [({"agendas": 1.0}, "Did you mean 'agenda'"), ({"agenda": 0.0}, "above 0"), ({"agenda": float("nan")}, "above 0")],
)
def test_an_impossible_composite_is_refused(weights: dict[str, float], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        profile_table(MEASURED, BOTH, weights)


def test_no_dimension_may_be_called_composite() -> None:
    with pytest.raises(ParameterError, match="composite"):
        profile_table(MEASURED, {"composite": dimension("composite")})


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_values_and_intervals_stay_within_0_and_100(one: float, other: float, better: bool) -> None:
    low, high = sorted((one, other))
    measured = rows({"indicator": "case_consent", "estimate": low, "ci_low": low - 0.5, "ci_high": high})
    made = dimension("consent", higher_is_better=better)
    row = profile_table(measured, {"consent": made}).row(0, named=True)
    assert 0 <= row["low"] <= row["value"] + 1e-9
    assert row["value"] <= row["high"] + 1e-9 <= 100 + 2e-9


def test_the_projects_own_dimensions_name_described_indicators(project: Path) -> None:
    dimensions = load_profile(delay_days=[7, 14])
    known = load_indicators()
    mine = [one for one in dimensions.values() if one.side == "families"]
    assert len(mine) >= 4
    assert {one.indicator for one in mine} <= set(known)
    assert {one.side for one in dimensions.values()} == {"partners", "network", "families"}


def test_rows_in_any_order_give_the_same_profile() -> None:
    assert profile_table(MEASURED.reverse(), BOTH).equals(profile_table(MEASURED, BOTH))
    assert MEASURED.select(KEY).is_unique().all()


def test_the_dimension_of_days_is_about_the_days_that_were_promised() -> None:
    one = load_profile(delay_days=[10, 3])["met_in_time"]
    assert (one.category, one.title["en"], one.title["fi"]) == (
        "10", "Joint meeting within 10 days", "Neuvonpito 10 päivän kuluessa",
    )  # fmt: skip
    assert "met_in_time" not in load_profile(), "nothing is promised"
