"""Merged equals pooled: the moments of regions, each from its own rows, make the network's to the last digit."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.bundles.combine import DISTINCT, combine, region_of
from sujuva.bundles.contents import WITHHELD, Contents
from sujuva.bundles.limits import limits
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError
from sujuva.moments import RECORDS
from tests.moments.test_parts import FAMILIES, REGIONS, people
from tests.moments.test_records import empty
from tests.moments.test_regions_alone import settled, tables

Tables = Mapping[str, pl.DataFrame]
ALONE = ("rubric", "observations", "initiatives", "participation", "said", "feedback", "municipality_scores", "rows",
         "municipality_persons")  # fmt: skip
"""Families that make one table, of their own name."""
SEVERAL = ("coping", "partners", "lp", "casework", "coding")


def whole(made: Tables) -> dict[str, pl.DataFrame]:
    """All tables of moments: these, and the others without rows."""
    assert set(made) <= set(RECORDS)
    return {**empty(), **made}


def bundle(made: Tables) -> Contents:
    """What a region gives: its rows without those of its network."""
    kept = {name: one.filter(pl.col("region") != NETWORK) if "region" in one else one for name, one in made.items()}
    return Contents(whole(kept), {})


def of_family(name: str, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    _, _, part, family = FAMILIES[name]
    made = tables(family.finish(part(rows)), name)
    return {table: one for table, one in made.items() if table in RECORDS}


def untold(made: Tables) -> dict[str, pl.DataFrame]:
    """What bundles can tell of a pooled run: no numbers of different things in several regions."""
    told = dict(made)
    for table, columns in DISTINCT.items():
        if table in told:
            several = pl.col("region").filter(pl.col("region") != NETWORK).n_unique().over("wave") > 1
            some = (pl.col("region") == NETWORK) & several
            told[table] = told[table].with_columns(pl.when(~some).then(column).alias(column) for column in columns)
    return told


def same(made: Tables, wanted: Tables) -> None:
    for table, one in wanted.items():
        key = RECORDS[table].key
        assert_frame_equal(made[table].sort(key), one.select(made[table].columns).sort(key), check_exact=True)


@pytest.mark.parametrize("name", [*ALONE, *SEVERAL])
@settings(max_examples=4)
@given(seed=st.integers(0, 10**6), own=st.booleans())
def test_bundles_make_what_pooled_rows_make(name: str, seed: int, own: bool) -> None:
    rows = settled(name, FAMILIES[name][0](random.Random(seed)))
    alone = [of_family(name, rows.filter(pl.col("region") == region)) | actor(region) for region in REGIONS]
    bundles = [bundle(one) for one in alone]
    made = combine(Contents(whole(alone[0]), {}), bundles[1:]) if own else combine(None, bundles)
    pooled = of_family(name, rows.filter(pl.col("region").is_in(REGIONS)))
    assert pooled
    same(made.moments, untold(pooled))


def actor(region: str) -> dict[str, pl.DataFrame]:
    """An organisation, so that a region is there even where nobody answered."""
    return {"actors": pl.DataFrame([(region, "a", "A", "health", None)], RECORDS["actors"].schema, orient="row")}


@pytest.fixture(scope="module")
def two() -> list[Contents]:
    """The bundles of two regions, of questionnaires alone."""
    rows = settled("coping", people(random.Random(8)))
    return [bundle(of_family("coping", rows.filter(pl.col("region") == region))) for region in REGIONS]


def changed(one: Contents, table: str, *columns: pl.Expr) -> Contents:
    return replace(one, moments={**one.moments, table: one.moments[table].with_columns(*columns)})


def test_a_run_of_its_own_keeps_the_network_that_it_knows(two: list[Contents]) -> None:
    # Clusters of a stratum that two regions of one run share are one: what a run made of them stays.
    rows = people(random.Random(8)).with_columns(stratum=pl.lit("|1"))
    own = of_family("coping", rows)
    third = bundle({name: one.with_columns(region=pl.lit("turku")) for name, one in two[0].moments.items()
                    if "region" in one.columns})  # fmt: skip
    made = combine(Contents(whole(own), {}), [third]).moments["scores"]
    strata = pl.col("stratum").is_in(own["scores"]["stratum"].unique().implode())
    network = own["scores"].filter(region=NETWORK)
    assert network["clusters"].sum() < own["scores"].filter(pl.col("region") != NETWORK)["clusters"].sum()
    assert_frame_equal(made.filter(strata, region=NETWORK), network, check_exact=True, check_row_order=False)


def test_regions_and_strata_that_come_twice_are_refused(two: list[Contents]) -> None:
    with pytest.raises(ContractError, match="The region oulu comes twice"):
        combine(None, [two[0], two[1], two[0]])
    shared = [changed(one, "scores", pl.lit("|1").alias("stratum")) for one in two]
    with pytest.raises(ContractError, match="share a stratum") as error:
        combine(None, shared)
    assert "shared_strata" in error.value.hint


def test_a_bundle_of_two_regions_of_none_or_of_a_network_is_refused(two: list[Contents]) -> None:
    network = changed(two[0], "scores", pl.lit(NETWORK).alias("region"))
    both = replace(two[0], moments={**two[0].moments, "items": two[1].moments["items"]})
    for wrong in (network, both, Contents(empty(), {})):
        with pytest.raises(ContractError, match="one region"):
            combine(two[1], [wrong])
        with pytest.raises(ContractError, match="one region"):
            region_of(wrong)


def test_what_is_counted_in_other_decimals_is_not_added(two: list[Contents]) -> None:
    other = changed(two[1], "distributions", pl.col("decimals") + 1)
    with pytest.raises(ContractError, match="other decimals"):
        combine(None, [two[0], other])


def test_what_one_region_does_not_tell_the_network_does_not(two: list[Contents]) -> None:
    held = pl.DataFrame([("items", "oulu", 2023, "who5_1", "self", "", "small_count", 1)], WITHHELD, orient="row")
    block = (pl.col("wave") == 2023) & (pl.col("item") == "who5_1") & (pl.col("informant") == "self")
    items = two[0].moments["items"]
    less = replace(two[0], moments={**two[0].moments, "items": items.filter(~block)}, withheld=held)
    made, exact = combine(None, [less, two[1]]), combine(None, two)
    wanted = exact.moments["items"].filter(~(block & pl.col("region").is_in([NETWORK, "oulu"])))
    assert wanted.height < exact.moments["items"].height
    assert_frame_equal(made.moments["items"], wanted, check_exact=True, check_row_order=False)
    assert made.withheld.equals(held)
    # A number of missing answers that is blank for one of them is not known of all.
    blank = changed(two[0], "items", pl.lit(None, pl.Int64).alias("n_missing"))
    network = combine(None, [blank, two[1]]).moments["items"].filter(region=NETWORK)
    place = ["instrument", "wave", "informant", "item"]
    known = network.filter(pl.col("n_missing").is_not_null())
    assert 0 < known.height == network.join(items, on=place, how="anti").height < network.height


def test_what_is_made_again_has_no_zeros_of_a_region_that_tells_nothing() -> None:
    rows = settled("said", FAMILIES["said"][0](random.Random(3)))
    parts = [bundle(of_family("said", rows.filter(pl.col("region") == region))) for region in REGIONS]
    together = pl.col("indicator") == "interview_together"
    held = pl.DataFrame(
        [("said", "oulu", 2024, "interview_together", "", group, "small_count", 9) for group in ("all", "sector")],
        WITHHELD, orient="row",
    )  # fmt: skip
    said = parts[0].moments["said"]
    assert said.filter(together).height
    less = replace(parts[0], moments={**parts[0].moments, "said": said.filter(~together)}, withheld=held)
    made = combine(None, [less, parts[1]]).moments["said"]
    assert made.filter(together)["region"].unique().to_list() == ["tampere"]
    assert set(made.filter(~together)["region"]) == {*REGIONS, NETWORK}


def test_public_statistics_are_the_same_or_refused(two: list[Contents]) -> None:
    def with_area(one: Contents, *rows: tuple[str, float | None]) -> Contents:
        table = pl.DataFrame(
            [("1", "t", area, area, "total", 2023, value, None) for area, value in rows],
            RECORDS["area"].schema, orient="row",
        )  # fmt: skip
        told = pl.DataFrame([("area_indicators", "used", len(rows), len(rows))], RECORDS["rows"].schema, orient="row")
        return replace(one, moments={**one.moments, "area": table, "rows": told})

    one, other = with_area(two[0], ("a", 1.5), ("b", None)), with_area(two[1], ("b", None), ("c", 2.0))
    made = combine(None, [one, other]).moments
    assert sorted(made["area"]["area"]) == ["a", "b", "c"]
    assert made["rows"].rows() == [("area_indicators", "used", 3, 3)]
    with pytest.raises(ContractError, match="differ between regions: area, 1, b, total, 2023"):
        combine(None, [one, with_area(two[1], ("b", 3.0))])


def test_what_bundles_cannot_tell_is_said_of_tables_that_there_are() -> None:
    said = {limit.key: limit for limit in limits()}
    assert len(said) == len(limits())
    assert {table for limit in said.values() for table in limit.tables} <= set(RECORDS)
    assert set(said["different_things"].tables) == set(DISTINCT)
    assert all(set(columns) <= set(RECORDS[table].sums) for table, columns in DISTINCT.items())
