"""The effects that the truth file tells of can be found in the files."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sujuva.example.questionnaires import SDQ_NAMES, SDQ_REVERSED, SDQ_SUBSCALES

WAVES = (2022, 2023, 2024)


def register(delivery):
    rows = delivery.raw("respondents")
    return rows.unique(["Vastaajatunnus", "Vuosi"], keep="first", maintain_order=True).select(
        respondent="Vastaajatunnus",
        wave=pl.col("Vuosi").cast(pl.Int64),
        unit="Yksikkö",
        stratum="Ositin",
        region=pl.col("Ositin").str.split(" / ").list.first().str.to_lowercase(),
        weight="Paino",
        gender=pl.col("Sukupuoli").replace_strict({"Tyttö": "girl", "Poika": "boy", "Muu": "other"}, default=None),
    )


def item_matrix(delivery, scale):
    """Keys and complete item codes in the direction of the scale."""
    if scale == "who5":
        raw, key, wave = delivery.raw("who5"), "Vastaajatunnus", "Mittausvuosi"
        names = [name for name in raw.columns if "väittämä" in name]
        items = raw.select(pl.col(names).str.extract(r"^vaihtoehto ([0-5])$").cast(pl.Float64))
    elif scale == "cyrm_r":
        raw, key, wave = delivery.raw("cyrm_r"), "Vastaajatunnus", "Vuosi"
        names = [name for name in raw.columns if name.startswith("cyrm_r_")]
        items = raw.select(pl.col(names).str.extract(r"^([1-5])$").cast(pl.Float64))
    else:
        raw, key, wave = delivery.raw("sdq"), "tunnus", "vuosi"
        codes = raw.select(pl.when(pl.col(name) <= 2).then(pl.col(name)).alias(name) for name in SDQ_NAMES)
        turned = [SDQ_NAMES[item - 1] for item in sorted(SDQ_REVERSED)]
        names = [SDQ_NAMES[item - 1] for subscale in SDQ_SUBSCALES for item in subscale]
        items = codes.with_columns((2 - pl.col(name)).alias(name) for name in turned).select(names)
    keys = raw.select(respondent=key, wave=pl.col(wave).cast(pl.Float64, strict=False).cast(pl.Int64))
    return keys.hstack(items).drop_nulls().unique(["respondent", "wave"], keep="first", maintain_order=True), names


def scored(delivery, scale):
    items, names = item_matrix(delivery, scale)
    factor = 4 if scale == "who5" else 1
    scores = items.select("respondent", "wave", score=factor * pl.sum_horizontal(names))
    return scores.join(register(delivery).filter(pl.col("weight") > 0), on=["respondent", "wave"])


def estimate(rows):
    """Weighted mean and its standard error over units within strata (Taylor linearisation)."""
    total = rows["weight"].sum()
    mean = (rows["weight"] * rows["score"]).sum() / total
    parts = rows.group_by("stratum", "unit").agg(z=(pl.col("weight") * (pl.col("score") - mean)).sum() / total)
    strata = parts.group_by("stratum").agg(variance=pl.len() * pl.col("z").var())
    return mean, np.sqrt(strata["variance"].sum())


@pytest.mark.parametrize("scale", ["who5", "cyrm_r", "sdq_total"])
def test_means_agree_with_the_design(delivery, scale):
    scores = scored(delivery, scale)
    distances = []
    for one in delivery.truth["scores"]:
        if one["scale"] == scale:
            mine = scores.filter((pl.col("region") == one["region"]) & (pl.col("wave") == one["wave"]))
            mean, se = estimate(mine)
            distances.append((mean - one["mean"]) / max(se, 0.06 * mine["score"].std()))
    assert len(distances) == 12
    assert np.abs(distances).max() < 4
    assert np.sqrt(np.mean(np.square(distances))) < 2


@pytest.mark.parametrize(("scale", "sign"), [("who5", 1), ("cyrm_r", 1), ("sdq_total", -1)])
def test_regions_change_as_their_trend_says(delivery, scale, sign):
    # The same persons at both waves: the units' and most of the persons' own level falls out.
    scores = scored(delivery, scale)
    spread = scores["score"].std()

    def change(region, first, last):
        one, other = (scores.filter((pl.col("region") == region) & (pl.col("wave") == wave)) for wave in (first, last))
        both = one.join(other, on="respondent")
        return sign * (both["score_right"] - both["score"]).mean() / spread

    for region in ("oulu", "keski-pohjanmaa"):
        assert change(region, 2022, 2024) > 0.08, region
    assert abs(change("tampere", 2022, 2024)) < 0.17
    assert abs(change("pohjois-karjala", 2022, 2023)) < 0.17
    assert change("pohjois-karjala", 2023, 2024) > 0.08


def test_girls_and_boys_differ(delivery):
    means = dict(scored(delivery, "who5").group_by("gender").agg(pl.col("score").mean()).iter_rows())
    assert means["boy"] - means["girl"] > 3
    means = dict(scored(delivery, "sdq_total").group_by("gender").agg(pl.col("score").mean()).iter_rows())
    assert means["boy"] - means["girl"] > 0.5


@pytest.mark.parametrize("scale", ["who5", "cyrm_r", "sdq_total"])
def test_scales_hang_together(delivery, scale):
    items, names = item_matrix(delivery, scale)
    values = items.select(names).to_numpy()
    k = values.shape[1]
    alpha = k / (k - 1) * (1 - values.var(axis=0, ddof=1).sum() / values.sum(axis=1).var(ddof=1))
    assert 0.75 < alpha < 0.90


@pytest.mark.parametrize("scale", ["who5", "cyrm_r", "sdq_total"])
def test_persons_are_stable_over_waves(delivery, scale):
    scores = scored(delivery, scale)
    first, second = (scores.filter(pl.col("wave") == wave).select("respondent", "score") for wave in WAVES[:2])
    both = first.join(second, on="respondent")
    assert both.height > 300
    assert 0.5 < np.corrcoef(both["score"], both["score_right"])[0, 1] < 0.75


@pytest.mark.parametrize("scale", ["who5", "cyrm_r", "sdq_total"])
def test_units_are_alike_inside_but_not_much(delivery, scale):
    rows = scored(delivery, scale).filter(pl.col("wave") == WAVES[0])
    rows = rows.with_columns(score=pl.col("score") - pl.col("score").mean().over("region", "gender"))
    units = rows.group_by("unit").agg(n=pl.len(), mean=pl.col("score").mean(), var=pl.col("score").var())
    units = units.filter(pl.col("n") > 4)
    n, mean, var = (units[name].to_numpy().astype(float) for name in ("n", "mean", "var"))
    within = ((n - 1) * var).sum() / (n - 1).sum()
    between = (n * (mean - (n * mean).sum() / n.sum()) ** 2).sum() / (len(n) - 1)
    size = (n.sum() - (n**2).sum() / n.sum()) / (len(n) - 1)
    assert -0.01 < (between - within) / (between + (size - 1) * within) < 0.12


def test_networks_densify_where_the_truth_says(delivery):
    shares = {(one["region"], one["wave"]): one["ties"] / one["pairs"] for one in delivery.truth["network"]}
    growth = {region: shares[region, 2024] - shares[region, 2022] for region, _ in shares}
    densify = {one["region"] for one in delivery.truth["network"] if one["densifies"]}
    assert densify == {"oulu", "keski-pohjanmaa"}
    assert min(growth[region] for region in densify) > 0.15
    assert max(abs(growth[region]) for region in growth.keys() - densify) < 0.1
    raw = delivery.raw("ties").unique(["Vuosi", "Arvioija", "Arvioitava"])
    known = delivery.raw("organisations")["Tunnus"].implode()
    good = raw.filter(
        pl.col("Arvioija") != pl.col("Arvioitava"),
        pl.col("Arvioitava").is_in(known),
        pl.col("Nykyinen").cast(pl.Int64).is_between(0, 4),
    )
    tied = good.filter(pl.col("Nykyinen").cast(pl.Int64) >= 2)
    assert tied.height == sum(one["ties"] for one in delivery.truth["network"])
    wished = good.drop_nulls("Toivottu").select(pl.col("Nykyinen", "Toivottu").cast(pl.Int64))
    assert (wished["Toivottu"] >= wished["Nykyinen"]).all()


def test_families_wait_as_long_as_the_truth_says(delivery):
    log = delivery.raw("casework")
    time = pl.coalesce(
        pl.col("Aika").str.to_datetime("%d.%m.%Y %H:%M", strict=False),
        pl.col("Aika").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False),
    )
    first = log.with_columns(day=time.dt.date()).sort("day")
    contact = first.filter(pl.col("Tapahtuma") == "Yhteydenotto").unique("Perhe", keep="first", maintain_order=True)
    meeting = first.filter(pl.col("Tapahtuma") == "Neuvonpito").unique("Perhe", keep="first", maintain_order=True)
    cases = contact.join(meeting.select("Perhe", met="day"), on="Perhe", how="left", maintain_order="left")
    cases = cases.with_columns(
        region=pl.col("Alue").str.to_lowercase(),
        wave=pl.col("day").dt.year(),
        days=(pl.col("met") - pl.col("day")).dt.total_days(),
    )
    found = cases.group_by("region", "wave").agg(
        started=pl.len(), waiting=pl.col("days").null_count(), median=pl.col("days").median()
    )
    wanted = pl.DataFrame(
        [
            {"region": one["region"], "wave": one["wave"], "started": one["started"], "waiting": one["waiting"]}
            | {"median": float(one["median_days"])}
            for one in delivery.truth["casework"]
        ]
    )
    order = ["region", "wave"]
    assert found.sort(order).rows() == wanted.sort(order).rows()


def test_waiting_shortens_in_the_regions_that_improve(delivery):
    medians = {(one["region"], one["wave"]): one["median_days"] for one in delivery.truth["casework"]}
    for region in ("oulu", "keski-pohjanmaa"):
        assert medians[region, 2024] < 0.7 * medians[region, 2022]
    for region in ("tampere", "pohjois-karjala"):
        assert medians[region, 2024] > 0.7 * medians[region, 2022]
    assert sum(one["waiting"] for one in delivery.truth["casework"]) > 20


def test_feedback_agrees_with_the_design(delivery):
    raw = delivery.raw("feedback").with_columns(pl.col("Arvio").cast(pl.Float64))
    raw = raw.filter(pl.col("Arvio").is_between(1, 5)).with_columns(region=pl.col("Alue").str.to_lowercase())
    found = {
        (item, region, int(wave)): (mean, sd, n)
        for item, region, wave, mean, sd, n in raw.group_by("Väite", "region", "Vuosi")
        .agg(pl.col("Arvio").mean(), sd=pl.col("Arvio").std(), n=pl.len())
        .iter_rows()
    }
    distances = []
    for one in delivery.truth["feedback"]:
        mean, sd, n = found[one["item"], one["region"], one["wave"]]
        design_effect = 1 + 0.05 * (n / 5 - 1)
        distances.append((mean - one["mean"]) / (sd * np.sqrt(design_effect / n)))
    assert np.abs(distances).max() < 4
    assert np.sqrt(np.mean(np.square(distances))) < 1.7
