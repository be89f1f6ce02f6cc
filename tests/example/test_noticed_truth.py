"""What was built into the example of initiatives, participation and quality is what the library finds in it."""

from __future__ import annotations

import polars as pl

from sujuva import integration, moments
from sujuva.codebooks import load_sectors

REGIONS = ["keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere"]
WAVES = [2022, 2023, 2024]


def numbers(made: pl.DataFrame, indicator: str, **where: object) -> dict[tuple[str, int], float]:
    rows = made.filter(pl.col("region") != "network", pl.col("wave") > 0).filter(
        indicator=indicator, group="all", **where
    )
    return {(region, wave): value for region, wave, value in rows.select("region", "wave", "estimate").rows()}


def test_observations_led_to_as_many_initiatives_as_were_built_in(delivery, cleaned):
    rows = moments.with_initiatives(cleaned.tables["observations"], cleaned.tables["initiatives"])
    made = integration.noticed_indicators(moments.observation_moments(rows, regions=REGIONS), load_sectors())
    shares = numbers(made, "observation_fate", category="initiative")
    truth = delivery.truth["observations"]
    assert {(one["region"], one["wave"]): one["initiative"] / one["observations"] for one in truth} == shares
    several = rows["answered_by"].drop_nulls().value_counts()["count"]
    assert several.max() > 1
    assert rows.select((pl.col("initiative").is_not_null() & pl.col("answered_by").is_null()).any()).item()


def test_initiatives_and_persons_are_as_many_as_were_built_in(delivery, cleaned):
    started = moments.initiative_moments(cleaned.tables["initiatives"], regions=REGIONS)
    truth = {(one["region"], one["wave"]): one["initiatives"] for one in delivery.truth["initiatives"]}
    assert numbers(integration.initiative_indicators(started), "initiative_count") == truth
    took_part = moments.participation_moments(cleaned.tables["participation"], regions=REGIONS)
    persons = {(one["region"], one["wave"]): one["persons"] for one in delivery.truth["participation"]}
    assert numbers(integration.participation_indicators(took_part), "participation_count") == persons


def test_assessed_quality_is_that_of_the_truth(delivery, cleaned):
    assessed = moments.rubric_moments(cleaned.tables["rubric"], regions=REGIONS, waves=WAVES)
    made = integration.rubric_indicators(assessed).filter(indicator="quality_level")
    found = {(region, wave, key): level for region, wave, key, level in
             made.drop_nulls("estimate").select("region", "wave", "category", "estimate").rows()}  # fmt: skip
    assert {(one["region"], one["wave"], one["criterion"]): one["level"] for one in delivery.truth["criteria"]} == found
