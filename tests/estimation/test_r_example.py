"""The synthetic example, cleaned and scored, against R's survey: means, gaps and changes of WHO-5 in every region."""

import shutil

import polars as pl
import pytest

from sujuva import moments
from sujuva.cleaning import clean_folder
from sujuva.codebooks import load_instruments
from sujuva.estimation import Domain, Term, contrast, estimate_scores, index_moments
from sujuva.example import write_example
from sujuva.scores import scored
from tests.estimation.rscript import from_r

REGIONS, WAVES = ["oulu", "tampere"], [2022, 2024]


@pytest.fixture(scope="module")
def people(root, tmp_path_factory):
    """Everybody in a small example with the WHO-5 score of those who have one."""
    if not shutil.which("Rscript"):
        pytest.skip("R is not on this machine")
    base = tmp_path_factory.mktemp("example")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        write_example(
            base / "example", base / "truth.json", seed=20221207, persons=900, units=24, families=60,
            regions=REGIONS, waves=WAVES,
        )  # fmt: skip
        tables = clean_folder(base / "example", regions=REGIONS, waves=WAVES).tables
    answers = scored(tables["answers_who5"].lazy(), load_instruments()["who5"]).filter(informant="self").collect()
    keys = ["respondent", "wave"]
    return tables["respondents"].join(answers.select(*keys, "who5"), on=keys, how="left")


@pytest.fixture(scope="module")
def reference(people, tmp_path_factory):
    file = tmp_path_factory.mktemp("r") / "people.csv"
    people.select("wave", "region", "stratum", "unit", "weight", "gender", y="who5").write_csv(file, null_value="NA")
    fresh = from_r("r_example.R", file)
    if fresh is None:
        pytest.skip("R's survey package is not on this machine")
    return fresh


@pytest.fixture(scope="module")
def tables(people):
    persons = moments.fixed_weights(people.lazy().with_columns(informant=pl.lit("self")), 6)
    clusters = moments.score_moments.part(persons, {"who5": 0}, design=persons, groups=["gender"], weight_decimals=6)
    return moments.score_moments.finish(clusters), moments.score_pairs.finish(clusters)


def test_means_and_design_effects(tables, reference):
    made = estimate_scores(tables[0]).filter(group="all")
    wanted = reference.filter(what="mean")
    assert wanted.height == 6
    for row in wanted.iter_rows(named=True):
        mine = made.filter(region=row["region"], wave=row["wave"]).row(0, named=True)
        assert (mine["n"], mine["df"]) == (row["n"], row["df"])
        assert (mine["mean"], mine["se"], mine["deff"]) == pytest.approx(
            (row["estimate"], row["se"], row["deff"]), rel=1e-9
        )


@pytest.mark.parametrize("what", ["gap", "change"])
def test_gaps_and_changes(tables, reference, what):
    index = index_moments(*tables)
    wanted = reference.filter(what=what)
    assert wanted.height == {"gap": 6, "change": 3}[what]
    for row in wanted.iter_rows(named=True):
        region = (row["region"],)
        ends = (
            [Domain("self", "who5", row["wave"], region, f"gender:{sex}") for sex in ("girl", "boy")]
            if what == "gap"
            else [Domain("self", "who5", wave, region) for wave in (WAVES[1], WAVES[0])]
        )
        mine = contrast([Term(sign, end) for sign, end in zip((1, -1), ends, strict=True)], index)
        assert (sum(mine.n), mine.df) == (row["n"], row["df"])
        assert (mine.estimate, mine.se) == pytest.approx((row["estimate"], row["se"]), rel=1e-9)
