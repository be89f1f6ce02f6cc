"""What the truth file tells of partners, assessments and tables can be found in the files."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sujuva.example.partners import CONDITIONS

EARLY = ("keski-pohjanmaa", "oulu")


def survey(delivery) -> pl.DataFrame:
    raw = delivery.raw("partners").unique(["Vastaaja", "Vuosi"], keep="first", maintain_order=True)
    items = [f"collective_impact_{n}" for n in range(1, 21)]
    codes = raw.with_columns(
        pl.when(pl.col(name).is_in(list("12345"))).then(pl.col(name)).cast(pl.Float64).alias(name) for name in items
    )
    scores = [pl.mean_horizontal(items[4 * place : 4 * place + 4]).alias(key) for place, key in enumerate(CONDITIONS)]
    place = codes.with_columns(region=pl.col("Alue").str.to_lowercase(), wave=pl.col("Vuosi").cast(pl.Int64))
    return place.select("Toimijatunnus", "region", "wave", *scores)


def test_as_many_persons_as_a_region_would_have(delivery):
    sizes = survey(delivery).group_by("region", "wave").len()["len"]
    assert sizes.len() == 12
    assert 25 <= sizes.min() <= sizes.max() <= 42


def test_means_of_conditions_agree_with_the_design(delivery):
    found = survey(delivery)
    distances = []
    for one in delivery.truth["partners"]:
        mine = found.filter(region=one["region"], wave=one["wave"])
        by = mine.group_by("Toimijatunnus").agg(pl.col(one["scale"]).mean())[one["scale"]].drop_nulls()
        distances.append((mine[one["scale"]].mean() - one["mean"]) / (by.std() / np.sqrt(by.len())))
    assert len(distances) == 60
    assert np.abs(distances).max() < 4
    assert np.sqrt(np.mean(np.square(distances))) < 1.8


def test_early_regions_improve_and_others_less(delivery):
    truth = {(one["scale"], one["region"], one["wave"]): one["mean"] for one in delivery.truth["partners"]}
    found = survey(delivery)
    for region in EARLY:
        means = {
            wave: found.filter(region=region, wave=wave).select(list(CONDITIONS)).mean().to_numpy().mean()
            for wave in (2022, 2024)
        }
        assert means[2024] - means[2022] > 0.3
        assert all(truth[key, region, 2024] > truth[key, region, 2023] > truth[key, region, 2022] for key in CONDITIONS)
    assert all(truth[key, "tampere", 2024] == truth[key, "tampere", 2022] for key in CONDITIONS)


def test_items_of_a_condition_belong_together(delivery):
    raw = delivery.raw("partners")
    items = raw.select(
        pl.when(pl.col(f"collective_impact_{n}").is_in(list("12345")))
        .then(pl.col(f"collective_impact_{n}"))
        .cast(pl.Float64)
        for n in range(1, 21)
    ).drop_nulls()
    r = np.corrcoef(items.to_numpy().T)
    within = [r[i, j] for i in range(20) for j in range(i) if i // 4 == j // 4]
    across = [r[i, j] for i in range(20) for j in range(i) if i // 4 != j // 4]
    assert np.mean(within) > np.mean(across) + 0.1


def test_assessed_levels_are_those_of_the_truth(delivery):
    truth = delivery.truth["rubric"]
    assert {one["condition"] for one in truth} == set(CONDITIONS)
    assert len(truth) == 4 * 3 * 5 - 1  # one was not assessed, by design
    last = next(one for one in truth if one["region"] == "tampere" and one["wave"] == 2022)
    assert ("tampere", 2022, "backbone_support") not in {(o["region"], o["wave"], o["condition"]) for o in truth}
    assert last["assessors"] == 1
    mean = {
        (region, wave): np.mean([one["level"] for one in truth if (one["region"], one["wave"]) == (region, wave)])
        for region in EARLY
        for wave in (2022, 2024)
    }
    assert all(mean[region, 2024] > mean[region, 2022] + 0.5 for region in EARLY)


@pytest.mark.parametrize(
    ("phenomenon", "missing"),
    [("Koulupoissaolot", "leisure"), ("Yksinäisyys", "health"), ("Vanhempien jaksaminen", "education")],
)
def test_a_sector_is_missing_from_each_table(delivery, phenomenon, missing):
    mine = [one for one in delivery.truth["attendance"] if one["phenomenon"] == phenomenon]
    assert len(mine) == 12
    assert all(missing in one["sectors_missing"] for one in mine)
    assert all(one["events"] == 2 for one in mine)


def rated(delivery, source, column) -> pl.DataFrame:
    """Ratings as numbers, each pair once."""
    raw = delivery.raw(source).with_columns(pl.col(column).cast(pl.Int64, strict=False))
    return raw.unique([name for name in raw.columns if name != column], keep="first")


def test_exchange_of_information_follows_collaboration(delivery):
    ends = ["Alue", "Vuosi", "Arvioija", "Arvioitava"]
    work = delivery.raw("ties").with_columns(pl.col("Nykyinen").cast(pl.Int64, strict=False))
    work = work.filter(pl.col("Nykyinen").is_between(0, 4)).unique(ends, keep="first")
    other = rated(delivery, "relations", "Arvio").filter(pl.col("Suhde") == "Tiedonvaihto")
    both = work.join(other.filter(pl.col("Arvio").is_between(0, 4)), on=ends)
    assert both.height > 1800
    assert 0.6 < np.corrcoef(both["Nykyinen"], both["Arvio"])[0, 1] < 0.95


def test_value_and_trust_are_rated_from_one_to_four(delivery):
    given = rated(delivery, "relations", "Arvio").filter(pl.col("Suhde") != "Tiedonvaihto")
    assert given["Suhde"].value_counts().filter(pl.col("count") > 100).height == 6
    usual = given.filter(pl.col("Arvio").is_between(1, 4))
    assert usual.height > 0.99 * given.height
    assert set(usual["Arvio"]) == {1, 2, 3, 4}


def test_organisations_have_a_level(delivery):
    assert set(delivery.raw("organisations")["Taso"]) == {"perus", "erityis"}
