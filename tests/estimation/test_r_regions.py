"""Regions as planned domains, against R's survey: `r_regions.R` made `r_regions.csv` from artificial data.

Where R with survey is installed the reference is made afresh, so that the committed values cannot drift from it.
"""

from pathlib import Path

import polars as pl
import pytest

from sujuva.estimation import estimate_scores
from sujuva.moments import fixed_weights, regional_strata, score_moments
from tests.estimation.rscript import from_r, read

HERE = Path(__file__).parent
DATA = HERE / "r_regions_data.csv"
TEXTS = {"stratum": pl.String, "unit": pl.String}
REGIONS = ["a", "b", "c"]
NUMBERS = ["n", "mean", "se", "df", "ci_low", "ci_high"]


@pytest.fixture(scope="module")
def reference():
    fresh = from_r("r_regions.R", DATA)
    return read(HERE / "r_regions.csv") if fresh is None else fresh


def made_of(regions, *, shared=()):
    raw = pl.read_csv(DATA, schema_overrides=TEXTS).filter(pl.col("region").is_in(regions))
    persons = raw.lazy().with_columns(wave=pl.lit(2024, pl.Int32), informant=pl.lit("self"))
    # Units of the data count from 0 in every region and stratum, and are schools of their own.
    persons = persons.with_columns(unit=pl.format("{} {}", "region", "unit"))
    design = fixed_weights(regional_strata(persons, shared=shared), 4)
    return estimate_scores(score_moments(design, {"y": 0}, design=design, weight_decimals=4))


def agree(made, wanted, region):
    mine, theirs = made.filter(region=region), wanted.filter(region=region)
    assert mine.select(NUMBERS).row(0) == pytest.approx(theirs.select("n", "mean", "se", "df", "low", "high").row(0))


def test_the_committed_reference_is_what_r_says(reference):
    committed = read(HERE / "r_regions.csv")
    assert committed.select("design", "region", "n", "df").equals(reference.select("design", "region", "n", "df"))
    for name in ("mean", "se", "low", "high"):
        assert committed[name].to_list() == pytest.approx(reference[name].to_list(), rel=1e-10)


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_beside_others_is_the_domain_of_a_design_with_the_region_in_its_strata(reference, region):
    made = made_of(REGIONS)
    agree(made, reference.filter(design="strata"), region)
    agree(made, reference.filter(design="alone"), region)  # to R, too, it is the region alone
    assert made.filter(region=region).equals(made_of([region]).filter(region=region))


def test_the_network_is_that_design_and_adds_its_regions(reference):
    agree(made_of(REGIONS), reference.filter(design="strata"), "network")


@pytest.mark.parametrize("region", [*REGIONS, "network"])
def test_strata_that_regions_were_sampled_in_together_are_a_pooled_design(reference, region):
    agree(made_of(REGIONS, shared=["1", "2"]), reference.filter(design="pooled"), region)


@pytest.mark.parametrize("region", REGIONS)
def test_a_domain_of_a_pooled_design_has_another_error_than_the_region_alone(reference, region):
    errors = {row["design"]: row["se"] for row in reference.filter(region=region).iter_rows(named=True)}
    assert errors["alone"] == pytest.approx(errors["strata"])
    for pooled in ("pooled", "flat"):
        assert abs(errors[pooled] / errors["alone"] - 1) > 0.005
