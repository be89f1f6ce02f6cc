"""Three waves of the US Youth Risk Behavior Survey, felt sad or hopeless: published figures, and R's survey package.

`r_yrbs.R` beside this file made `r_yrbs.csv` (results only; the data stay beside the project). Where R with survey is
installed the reference is made afresh.
"""

from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from sujuva.estimation import Domain, Term, contrast, estimate_scores, index_moments, t_interval
from sujuva.moments import fixed_weights, score_moments, score_pairs
from tests.estimation.rscript import from_r, read

HERE = Path(__file__).parent
COMMITTED = HERE / "r_yrbs.csv"


def wave(frame, year, sad, sex, girl):
    number = pl.col("stratum", "psu").cast(pl.Int64).cast(pl.String)
    return frame.with_columns(number).select(
        pl.lit(year, pl.Int32).alias("wave"),
        pl.lit("usa").alias("region"),
        pl.lit("self").alias("informant"),
        "stratum",
        pl.col("psu").alias("unit"),
        pl.col("weight").cast(pl.Float64),
        gender=pl.when(sex == girl).then(pl.lit("girl")).when(sex.is_not_null()).then(pl.lit("boy")),
        sad=sad.cast(pl.Int64),
    )


@pytest.fixture(scope="module")
def pupils(shared_data):
    drop = shared_data / "drop"
    columns = ["weight", "stratum", "psu", "Q2", "Q25"]
    y2019 = pl.from_pandas(pyreadstat.read_sav(drop / "yrbs2019.sav", usecols=columns)[0])
    sex = pl.col("Q2")
    return pl.concat(
        [
            wave(y2019, 2019, pl.col("Q25") == 1, sex, 1),
            wave(pl.read_parquet(drop / "yrbs2021.parquet"), 2021, pl.col("Q25") == "Yes", sex, "Female"),
            wave(pl.read_parquet(drop / "yrbs2023.parquet"), 2023, pl.col("Q26") == "Yes", sex, "Female"),
        ]
    )


@pytest.fixture(scope="module")
def tables(pupils):
    persons = fixed_weights(pupils.lazy(), 6)
    scores = score_moments(persons, {"sad": 0}, design=persons, groups=["gender"], weight_decimals=6)
    pairs = score_pairs(persons, {"sad": 0}, design=persons, groups=["gender"], linked_units=False)
    return scores, pairs


@pytest.fixture(scope="module")
def estimates(tables):
    return estimate_scores(tables[0]).filter(region="usa", group="all")


@pytest.fixture(scope="module")
def reference(pupils, tmp_path_factory):
    file = tmp_path_factory.mktemp("yrbs") / "pupils.csv"
    columns = pupils.select("stratum", "weight", year="wave", psu="unit", sex="gender", sad="sad")
    columns.write_csv(file, null_value="NA")
    fresh = from_r("r_yrbs.R", file)
    return read(COMMITTED) if fresh is None else fresh


@pytest.mark.parametrize(
    ("year", "mean", "se", "df"),
    [
        (2019, 0.3671146093, 0.0077859941, 37),
        (2021, 0.4234699268, 0.0065320559, 41),
        (2023, 0.3972130368, 0.0100303112, 73),
    ],
)
def test_sad_or_hopeless(estimates, year, mean, se, df):
    row = estimates.filter(wave=year).row(0, named=True)
    assert row["mean"] == pytest.approx(mean, abs=1e-9)
    assert row["se"] == pytest.approx(se, abs=1e-9)
    assert row["df"] == df


def test_the_interval_of_2019(estimates):
    row = estimates.filter(wave=2019).row(0, named=True)
    assert row["ci_low"] == pytest.approx(0.3513386867, abs=1e-9)
    assert row["ci_high"] == pytest.approx(0.3828905319, abs=1e-9)


def test_the_committed_reference_is_what_r_says(reference):
    committed = read(COMMITTED)
    assert committed.select("what", "year", "n", "df").equals(reference.select("what", "year", "n", "df"))
    for name in ("estimate", "se", "deff"):
        assert committed[name].drop_nulls().to_list() == pytest.approx(reference[name].drop_nulls().to_list(), rel=1e-9)


def test_girls_and_boys(tables, reference):
    made = estimate_scores(tables[0], shares={"sad"}).filter(region="usa")
    wanted = reference.filter(pl.col("what").is_in(["girl", "boy"]))
    assert wanted.height == 6
    for row in wanted.iter_rows(named=True):
        mine = made.filter(wave=row["year"], group=f"gender:{row['what']}").row(0, named=True)
        assert (mine["n"], mine["df"]) == (row["n"], row["df"])
        for own, theirs in {"mean": "estimate", "se": "se", "deff": "deff"}.items():
            assert mine[own] == pytest.approx(row[theirs], rel=1e-8)
        # svyciprop fits a logistic regression by iteration, to about eight digits.
        assert (mine["ci_low"], mine["ci_high"]) == pytest.approx((row["low"], row["high"]), rel=1e-7)


@pytest.mark.parametrize("what", ["gap", "change"])
def test_gaps_and_changes(tables, reference, what):
    moments = index_moments(*tables, linked_units=False)
    wanted = reference.filter(what=what)
    assert wanted.height == {"gap": 3, "change": 2}[what]
    for row in wanted.iter_rows(named=True):
        ends = (
            [(row["year"], "gender:girl"), (row["year"], "gender:boy")]
            if what == "gap"
            else [(row["year"], "all"), (row["year"] - 2, "all")]
        )
        terms = [
            Term(sign, Domain("self", "sad", year, ("usa",), group))
            for sign, (year, group) in zip((1, -1), ends, strict=True)
        ]
        mine = contrast(terms, moments)
        assert sum(mine.n) == row["n"]
        # Girls and boys of the same schools have R's degf; two waves drawn anew have Welch's, which are fewer.
        assert mine.df == row["df"] if what == "gap" else 30 < mine.df < row["df"]
        assert (mine.estimate, mine.se) == pytest.approx((row["estimate"], row["se"]), rel=1e-8)
        ends = t_interval(row["estimate"], row["se"], mine.df, 0.95)
        assert (mine.ci_low, mine.ci_high) == pytest.approx(ends, rel=1e-8)
