"""Regions are planned domains: what a region's rows say does not depend on which other regions are in the file."""

from __future__ import annotations

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva import moments
from sujuva.errors import ParameterError
from sujuva.estimation import estimate_changes, estimate_scores
from sujuva.integration.partners import feedback_indicators, partner_indicators
from tests.moments.test_partner_moments import BOOKS
from tests.moments.test_parts import FAMILIES

PEOPLE = ("scores", "pairs", "unit_sizes", "paired", "differences", "attrition", "coping", "municipality_scores")
"""Families of people whose strata and units have the same names in both regions."""
HERE = "oulu"
MORE = ("case_tallies", "said")
"""Tables in which a region may have more rows beside another one, of its words; no row says anything else."""


def tables(made: object, name: str) -> dict[str, pl.DataFrame]:
    """Return finished tables by name, whatever they come in."""
    if isinstance(made, pl.DataFrame):
        return {name: made}
    named = made.items() if isinstance(made, dict) else enumerate(made)  # type: ignore[call-overload]
    return {table: one for key, part in named for table, one in tables(part, str(key)).items()}


def settled(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Keep each person, family and child in one region, and tell the strata of people by region."""
    together = FAMILIES[name][1]
    if together:
        rows = rows.with_columns(region=pl.col("region").first().over(together))
    if name in PEOPLE:
        rows = moments.regional_strata(rows)
    return rows


# Of a table, and of coders, who code for all: whatever region.
@pytest.mark.parametrize("name", [name for name in FAMILIES if name not in ("rows", "coding")])
@settings(max_examples=6)
@given(seed=st.integers(0, 10**6))
def test_the_moments_of_a_region_are_those_of_its_rows_alone(name: str, seed: int) -> None:
    draw, _, part, family = FAMILIES[name]
    rows = settled(name, draw(random.Random(seed)))
    alone = tables(family.finish(part(rows.filter(pl.col("region") == HERE))), name)
    beside = tables(family.finish(part(rows)), name)
    for table, wanted in alone.items():
        mine = wanted.filter(pl.col("region") == HERE)
        made = beside[table].filter(pl.col("region") == HERE)
        if table in MORE:
            made = made.join(mine, on=moments.RECORDS[table].key, how="semi")
        assert_frame_equal(made.select(mine.columns), mine)


EVENTS = {"oulu": (4.5, 2.5, 5, 3), "tampere": (1, 2, 5, 1, 4), "turku": (3, 3.5)}


def feedback(*regions: str) -> pl.DataFrame:
    """Two ratings an event, whose mean is that of `EVENTS`."""
    rows = [
        (f"e{number}", 2024, region, "parents", "heard", rating)
        for region in regions
        for number, mean in enumerate(EVENTS[region])
        for rating in (int(mean), int(2 * mean) - int(mean))
    ]
    names = ["event", "wave", "region", "participant_group", "item", "rating"]
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"wave": pl.Int32})


def numbers(table: pl.DataFrame, region: str) -> list[tuple[object, ...]]:
    return table.filter(region=region, group="all").select("estimate", "se", "df", "ci_low", "ci_high", "n").rows()


def test_feedback_of_four_events_has_the_error_of_four_events() -> None:
    alone, beside = (
        feedback_indicators(moments.feedback_moments(feedback(*regions).lazy()))
        for regions in (["oulu"], ["oulu", "tampere", "turku"])
    )
    assert numbers(alone, "oulu") == numbers(beside, "oulu")
    estimate, se, df = beside.filter(region="oulu", group="all").select("estimate", "se", "df").row(0)
    spread = pl.Series(EVENTS["oulu"]).std()
    assert (estimate, df) == (3.75, 3.0)
    assert se == pytest.approx(spread / 2, rel=1e-14) == pytest.approx(0.5951190357, rel=1e-9)
    # The network adds its regions' variances, each by the square of its share of the ratings.
    ratings = {region: 2 * len(means) for region, means in EVENTS.items()}
    errors = {one: beside.filter(region=one, group="all")["se"].item() for one in EVENTS}
    centre = beside.filter(region="network", group="all").row(0, named=True)
    assert centre["df"] == sum(map(len, EVENTS.values())) - len(EVENTS)
    assert centre["se"] ** 2 == pytest.approx(
        sum((ratings[one] / sum(ratings.values()) * errors[one]) ** 2 for one in EVENTS), rel=1e-12
    )


def test_partners_of_a_region_have_the_error_of_its_organisations() -> None:
    def rows(region: str) -> list[tuple[object, ...]]:
        return [
            (f"{org}{person}", 2024, region, org, "health", "common_3", int(mean) + person % 2 * int(2 * mean % 2))
            for org, mean in zip("abcde", EVENTS[region], strict=False)
            for person in (1, 2)
        ]

    made = []
    for regions in (["oulu"], ["oulu", "tampere"]):
        ratings = pl.DataFrame(
            [row for region in regions for row in rows(region)],
            schema=["respondent", "wave", "region", "organisation", "sector", "item", "rating"],
            orient="row",
        )
        draw = FAMILIES["partners"][2]
        scores = FAMILIES["partners"][3].finish(draw(ratings))["partner_scores"]
        made.append(partner_indicators(scores, BOOKS).filter(scale="talk"))
    assert numbers(made[0], "oulu") == numbers(made[1], "oulu")
    assert made[1].filter(region="oulu", group="all")["se"].item() == pytest.approx(0.5951190357, rel=1e-9)


def people(**shared: object) -> pl.DataFrame:
    """Two regions whose strata and schools have the same names."""
    lot = random.Random(5)
    rows = [
        {"respondent": f"{region}{number}", "wave": wave, "region": region, "stratum": "1", "unit": f"{number % 4}",
         "informant": "self", "weight": 1, "score": lot.randint(0, 20) + 5 * (number % 4)}
        for region in ("oulu", "tampere") for number in range(24) for wave in (2023, 2024)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema_overrides={"wave": pl.Int32})
    return moments.regional_strata(frame, **shared)  # type: ignore[arg-type]


def estimates(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    scores = moments.score_moments(rows.lazy(), {"score": 0}, design=rows.lazy())
    paired = moments.paired_moments(rows.lazy(), rows.lazy(), {"score": 0}, weight_decimals=0)
    return estimate_scores(scores), estimate_changes(paired)


def test_strata_are_those_of_a_region_unless_the_sample_says_otherwise() -> None:
    own, shared = people(), people(shared=["1"])
    assert own["stratum"].unique().sort().to_list() == ["oulu|1", "tampere|1"]
    assert shared["stratum"].unique().to_list() == ["|1"]
    for together, alone in zip(estimates(own), estimates(own.filter(pl.col("region") == HERE)), strict=True):
        assert_frame_equal(together.filter(region=HERE), alone.filter(region=HERE), check_exact=True)
    network = estimates(own)[0].filter(region="network", wave=2024).row(0, named=True)
    assert (network["clusters"], network["df"]) == (8, 6.0)
    # Schools "0" to "3" of a stratum that both were drawn in are the same schools.
    pooled = estimates(shared)[0].filter(region="network", wave=2024).row(0, named=True)
    assert (pooled["clusters"], pooled["df"]) == (4, 3.0)


def test_a_shared_stratum_that_nobody_is_in_is_refused() -> None:
    with pytest.raises(ParameterError, match="shared_strata") as error:
        people(shared=["l"])
    assert "1" in str(error.value.hint)
