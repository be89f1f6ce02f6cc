"""The same numbers from an independent library: svy (Python), on the data of the R test but for its lonely stratum."""

from pathlib import Path

import polars as pl
import pytest
import svy

from sujuva.estimation import Domain, Term, contrast, estimate_scores, index_moments
from sujuva.estimation.interval import DEFF_DEGREES
from sujuva.moments import fixed_weights, score_moments, score_pairs

DATA = Path(__file__).parent / "r_survey_data.csv"
LONELY = "3"  # one cluster alone in its stratum: its rule is tested against R


@pytest.fixture(scope="module")
def raw():
    kinds = {"stratum": pl.String, "cluster": pl.String}
    return pl.read_csv(DATA, null_values="NA", schema_overrides=kinds).filter(pl.col("stratum") != LONELY)


@pytest.fixture(scope="module")
def theirs(raw):
    sample = svy.Sample(raw, svy.Design(stratum="stratum", psu="cluster", wgt="weight"))
    return sample.estimation.mean("y", by="group", drop_nulls=True, deff="wr")


@pytest.fixture(scope="module")
def tables(raw):
    persons = fixed_weights(
        raw.lazy().select(
            wave=pl.lit(2022, pl.Int32), region=pl.lit("oulu"), stratum="stratum", unit="cluster",
            informant=pl.lit("self"), weight="weight", gender="group", y=pl.col("y").cast(pl.Int64),
        ),
        4,
    )  # fmt: skip
    scores = score_moments(persons, {"y": 0}, design=persons, groups=["gender"], weight_decimals=4)
    return scores, score_pairs(persons, {"y": 0}, design=persons, groups=["gender"])


def test_means_errors_and_design_effects_of_domains(tables, theirs):
    mine = estimate_scores(tables[0]).filter(pl.col("group") != "all", region="oulu").sort("group")
    wanted = theirs.to_polars().sort("group")
    assert mine.select("n", "df").rows() == wanted.select("n", "df").rows()
    assert wanted.height == 3
    for own, name in {"mean": "est", "se": "se", "deff": "deff", "ci_low": "lci", "ci_high": "uci"}.items():
        # Under three degrees of freedom we tell no design effect.
        theirs = [None if own == "deff" and df < DEFF_DEGREES else one for one, df in wanted.select(name, "df").rows()]
        assert [one is None for one in mine[own]] == [one is None for one in theirs]
        known = [(one, other) for one, other in zip(mine[own], theirs, strict=True) if other is not None]
        assert [one for one, _ in known] == pytest.approx([other for _, other in known], rel=1e-10)


def test_differences_of_domains(tables, theirs):
    moments = index_moments(*tables)
    levels = theirs.to_polars()["group"].to_list()
    means = dict(theirs.to_polars().select("group", "est").rows())
    for a, one in enumerate(levels):
        for b, other in enumerate(levels[:a]):
            ends = (Domain("self", "y", 2022, ("oulu",), f"gender:{level}") for level in (one, other))
            mine = contrast([Term(sign, end) for sign, end in zip((1, -1), ends, strict=True)], moments)
            known = theirs.covariance
            variance = known[a, a] + known[b, b] - 2 * known[a, b]
            assert mine.estimate == pytest.approx(means[one] - means[other], rel=1e-10)
            assert mine.se == pytest.approx(variance**0.5, rel=1e-10)
