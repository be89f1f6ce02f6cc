"""Yearly changes of the statistics of areas: they count years, and tell nothing of a year that is hidden."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.publish import Indicators, Privacy, publish
from sujuva.publish.tables import suppress_situation
from sujuva.situation import area_aapc
from sujuva.tidy import KEY, tidy
from tests.publish import made_up

YEARS = range(2017, 2025)
RATES = [4.0, 4.1, 4.3, 4.2, 4.5, 4.6, 4.4, 4.1]


def values(absolute, region="217", category="total", scale="90004"):
    """A statistic with these absolute numbers."""
    frame = pl.DataFrame(
        {"wave": list(YEARS), "estimate": RATES, "n": absolute},
        schema={"wave": pl.Int32, "estimate": pl.Float64, "n": pl.Int64},
    )
    named = frame.with_columns(scale=pl.lit(scale), region=pl.lit(region))
    return tidy(named, indicator="area_value", category=category)


def states(*frames, **choices):
    """How many rows of changes are shown and hidden, by region and gender."""
    rows = pl.concat(frames)
    marked = suppress_situation(pl.concat([rows, area_aapc(rows, **choices)]), Privacy())
    changes = marked.filter(indicator="area_aapc").with_columns(pl.col("category").str.split(":").list.first())
    return {
        (region, gender): sorted(set(states))
        for region, gender, states in changes.group_by("region", "category").agg("suppressed").iter_rows()
    }


def test_years_are_no_persons():
    """Four years are below the threshold, and nobody is behind them."""
    frame = values([40] * 8).filter(pl.col("wave") > 2020)
    assert area_aapc(frame)["n"].to_list() == [4]
    assert states(frame) == {("217", "total"): [""]}
    assert states(values([None] * 8)) == {("217", "total"): [""]}


@pytest.mark.parametrize("year", range(8))
def test_a_hidden_year_hides_every_change_of_its_series(year):
    few = [3 if turn == year else 40 for turn in range(8)]
    found = states(values(few), values([40] * 8, "oulu"), values([40] * 8, "358"), started={"217": 2022})
    assert found == {("217", "total"): ["secondary"], ("oulu", "total"): [""], ("358", "total"): [""]}


def test_what_is_hidden_for_the_sake_of_a_gender_hides_its_changes():
    parts = {"total": [53] * 8, "male": [3] + [20] * 7, "female": [50] + [33] * 7}
    found = states(*(values(numbers, category=gender) for gender, numbers in parts.items()))
    assert found == {("217", "male"): ["secondary"], ("217", "female"): ["secondary"], ("217", "total"): [""]}


def test_a_reason_for_no_change_is_not_published_of_a_hidden_series(made, example_folder):
    """`not_positive` would tell that one of the hidden values is 0."""
    rows = pl.concat([values([3] * 8).with_columns(estimate=pl.when(wave=2020).then(0.0).otherwise("estimate")),
                      values([40] * 8, "oulu")])  # fmt: skip
    changes = area_aapc(rows, started={"oulu": 2023})
    assert changes.filter(region="217")["note"].to_list() == ["not_positive"]
    given = Indicators(made.tables | {"situation": pl.concat([rows, changes]).sort(KEY)})
    out = publish(given, input_folder=example_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES)
    shown = out["situation"].filter(indicator="area_aapc")
    hidden = shown.filter(region="217")
    assert hidden.select("suppressed", "note", "estimate", "ci_low", "df", "n").rows() == [
        ("secondary", "", None, None, None, None)
    ]
    other = shown.filter(region="oulu")
    assert other["suppressed"].to_list() == [""] * 3
    assert other["n"].to_list() == [6, 8, 3]  # years are not rounded as persons are
    exact = changes.filter(region="oulu")["estimate"]
    assert other["estimate"].to_list() == exact.round(1).to_list()
