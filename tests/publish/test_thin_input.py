"""Input of which little is left: one person, one unit, nothing at all. Each is a right result, mostly an empty one."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.attack.finding import is_learned
from sujuva.figures import voice
from sujuva.publish import Indicators, Privacy, publish
from sujuva.publish.rules import rounded_count
from sujuva.published import Published
from sujuva.reports import front_page, region_report
from tests.publish import made_up

KEPT = ("sources", "ledger", "rules")


@pytest.fixture(scope="module")
def means(made: Indicators) -> pl.DataFrame:
    """Means of one scale and year by region and gender."""
    rows = made.tables["parjaavyys"].filter(
        pl.col("indicator") == "score_mean", pl.col("scale") == "who5", pl.col("wave") == 2024
    )
    return rows.filter(pl.col("group").is_in(["all", "gender:girl", "gender:boy"]))


def published(made: Indicators, rows: pl.DataFrame, folder: Path) -> Published:
    others = {name: frame if name in KEPT else frame.clear() for name, frame in made.tables.items()}
    thin = Indicators(others | {"parjaavyys": rows})
    out = publish(thin, input_folder=folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES)
    out.meta["coping"]["fdr"] = 0.05
    return out


def counted(rows: pl.DataFrame, **counts: int) -> pl.DataFrame:
    """Put counts of girls and boys into rows of a region, of all others 40 each, and add them up."""
    regions = {region: {"girl": 40, "boy": 40} for region in made_up.REGIONS}
    for name, count in counts.items():
        region, _, gender = name.partition("__")
        regions[region][gender] = count
    regions["network"] = {gender: sum(one[gender] for one in regions.values()) for gender in ("girl", "boy")}
    table = [
        (region, group, n)
        for region, one in regions.items()
        for group, n in (("all", sum(one.values())), ("gender:girl", one["girl"]), ("gender:boy", one["boy"]))
        if n
    ]
    new = pl.DataFrame(table, schema={"region": pl.String, "group": pl.String, "n": rows.schema["n"]}, orient="row")
    return rows.drop("n").join(new, on=["region", "group"]).select(rows.columns)


def shown(out: Published) -> dict[tuple[str, str], int]:
    rows = out["parjaavyys"].filter(pl.col("suppressed") == "")
    return {(region, group): n for region, group, n in rows.select("region", "group", "n").iter_rows()}


def test_a_region_of_one_person_is_hidden_with_another(made: Indicators, means: pl.DataFrame, example_folder: Path):
    """The network less the other regions would give it back."""
    out = shown(published(made, counted(means, tampere__girl=1, tampere__boy=0), example_folder))
    everyone = {region for region, group in out if group == "all"}

    assert not any(region == "tampere" for region, _ in out)
    assert len(everyone & {*made_up.REGIONS}) < len(made_up.REGIONS) - 1 or "network" not in everyone


def test_a_group_of_one_is_hidden_with_the_others_beside_it(
    made: Indicators, means: pl.DataFrame, example_folder: Path
):
    """Everyone less the girls would tell of the boy, and the network less the other regions."""
    out = shown(published(made, counted(means, tampere__boy=1), example_folder))
    boys = {region for region, group in out if group == "gender:boy"}

    assert ("tampere", "gender:boy") not in out
    assert not {("tampere", "all"), ("tampere", "gender:girl")} <= {*out}
    assert len(boys & {*made_up.REGIONS}) < len(made_up.REGIONS) - 1 or "network" not in boys


def test_a_group_of_one_in_all_is_not_even_named(made: Indicators, means: pl.DataFrame, example_folder: Path):
    none = {f"{region}__boy": 0 for region in made_up.REGIONS}
    out = published(made, counted(means, **none | {"tampere__boy": 1}), example_folder)

    assert "gender:boy" not in out["parjaavyys"]["group"].to_list()


def test_a_region_of_one_unit_has_a_mean_without_an_interval(
    made: Indicators, means: pl.DataFrame, example_folder: Path
):
    lonely = (pl.col("region") == "tampere") & (pl.col("group") == "all")
    nothing = {name: pl.when(~lonely).then(name) for name in ("se", "df", "ci_low", "ci_high")}
    rows = means.filter(pl.col("group") == "all").with_columns(
        **nothing, note=pl.when(lonely).then(pl.lit("few_clusters")).otherwise("note")
    )
    row = published(made, rows, example_folder)["parjaavyys"].row(
        by_predicate=(pl.col("region") == "tampere") & (pl.col("indicator") == "score_mean"), named=True
    )

    assert (row["suppressed"], row["note"]) == ("", "few_clusters")
    assert row["estimate"] is not None
    assert row["ci_low"] is None
    assert row["ci_high"] is None


def test_of_nothing_pages_say_that_there_is_nothing(made: Indicators, means: pl.DataFrame, example_folder: Path):
    out = published(made, means.clear(), example_folder)

    assert out["parjaavyys"].is_empty()
    assert "Aineistoa ei ole vielä tarpeeksi" in region_report(out, "oulu").pages["index"]
    assert front_page(out, voice(out.meta), languages=["fi"])


@pytest.mark.parametrize(("threshold", "groups"), [(3, 1), (5, 1), (10, 1), (3, 2), (5, 2)])
def test_of_those_in_no_named_group_one_place_tells_no_more_than_that_they_are_few(threshold: int, groups: int):
    """All numbers of persons behind what is shown of everybody and of each group, where the base is the threshold."""
    sizes = pl.DataFrame({"n": range(threshold, 6 * threshold)})  # smaller groups are not shown
    sizes = sizes.with_columns(told=rounded_count(pl.col("n"), threshold))
    worlds = pl.DataFrame({"rest": range(3 * threshold)})
    for group in range(groups):
        worlds = worlds.join(sizes.select(pl.all().name.suffix(f"_{group}")), how="cross")
    everybody = pl.sum_horizontal("rest", *(f"n_{group}" for group in range(groups)))
    told = [f"told_{group}" for group in range(groups)]
    inside = worlds.filter(pl.max_horizontal(told) <= 4 * threshold)  # the largest are cut off by the range
    behind = inside.group_by(*told, everybody=rounded_count(everybody, threshold)).agg(pl.col("rest").unique())

    assert behind.height > 10
    for rests in behind["rest"].to_list():
        assert not is_learned(min(rests), max(rests), threshold)
