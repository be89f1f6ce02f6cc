"""Estimates, places in the range and quantiles of scales, from moments."""

import polars as pl
import pytest

from sujuva.codebooks import headline_scales, load_instruments
from sujuva.moments import score_distributions, score_moments
from sujuva.parjaavyys import quantile_indicators, score_estimates, score_indicators
from sujuva.scores import norm_sets, scored, scored_columns
from sujuva.tidy import KEY, TIDY

INSTRUMENTS = load_instruments()


def answered(key, rows, norms=None, wave=2022):
    """The moments of scores and distributions of an instrument that some persons answered, each a unit of their own."""
    instrument = INSTRUMENTS[key]
    answers = pl.DataFrame(
        {
            "respondent": [f"{n:03}" for n in range(len(rows))],
            "wave": pl.Series([wave] * len(rows), dtype=pl.Int32),
            "informant": "self",
            **{f"{key}_{n + 1}": pl.Series([row[n] for row in rows], dtype=pl.Int16) for n in range(instrument.items)},
        }
    )
    persons = scored(answers.lazy(), instrument, norms=norms).with_columns(
        region=pl.lit("oulu"), stratum=pl.lit("1"), unit=pl.col("respondent"), weight=pl.lit(1, pl.Int64)
    )
    columns = scored_columns(instrument, norms)
    scales = {scale.key: scale.decimals for scale in instrument.scales}
    return (
        score_moments(persons, columns, design=persons, weight_decimals=0),
        score_distributions(persons, scales, groups=[]),
    )


SINGLE = [[n % 5 + 1, n % 2, None, n % 4 + 1, n % 11, n % 7, n % 3] for n in range(40)]


@pytest.fixture(scope="module")
def single():
    return answered("single", SINGLE)


def rows(table, indicator, scale):
    return table.filter(indicator=indicator, scale=scale, region="oulu")


def test_pomp_puts_the_theoretical_range_on_0_to_100(single):
    made = score_indicators(single[0], INSTRUMENTS)
    mean = rows(made, "score_mean", "single_heard").row(0, named=True)
    place = rows(made, "score_pomp", "single_heard").row(0, named=True)
    assert mean["estimate"] == 2.5
    assert place["estimate"] == pytest.approx(37.5)  # (2.5 − 1) of 4
    assert place["se"] == pytest.approx(25 * mean["se"])
    assert (place["ci_low"], place["ci_high"]) == pytest.approx(
        tuple(25 * (mean[end] - 1) for end in ("ci_low", "ci_high"))
    )
    assert (place["n"], place["df"], place["note"]) == (mean["n"], mean["df"], mean["note"])


def test_zeros_and_ones_are_shares_with_neither_place_nor_quantiles(single):
    scores, distributions = single
    assert [scale.key for scale in INSTRUMENTS["single"].scales if scale.is_share] == [
        "single_hobby",
        "single_wants_hobby",
    ]
    estimates = score_estimates(scores, INSTRUMENTS)
    made = score_indicators(scores, INSTRUMENTS, estimates=estimates)
    assert rows(made, "score_pomp", "single_hobby").is_empty()
    assert rows(quantile_indicators(distributions, estimates, INSTRUMENTS), "score_quantile", "single_hobby").is_empty()
    hobby = rows(made, "score_mean", "single_hobby").row(0, named=True)
    assert hobby["estimate"] == 0.5
    assert hobby["estimate"] - hobby["ci_low"] == pytest.approx(hobby["ci_high"] - hobby["estimate"])
    few = score_indicators(answered("single", SINGLE[:1] + SINGLE[::2] * 2 + SINGLE[1:2])[0], INSTRUMENTS)
    rare = rows(few, "score_mean", "single_hobby").row(0, named=True)
    # The t interval would reach below nobody: it is cut where no mean can be.
    assert 0 == rare["ci_low"] < rare["estimate"] < rare["ci_high"] <= 1
    assert rare["ci_high"] - rare["estimate"] > rare["estimate"]


def test_all_bands_of_the_chosen_norm_set_add_up_to_one():
    some = [[(n + m) % 3 for m in range(25)] for n in range(30)]
    for norms in norm_sets(INSTRUMENTS["sdq"])[:2]:
        table = score_indicators(answered("sdq", some, norms)[0], INSTRUMENTS)
        bands = rows(table, "band_share", "sdq_total")
        wanted = {band.key for scale in INSTRUMENTS["sdq"].scales for band in scale.bands if band.norms == norms}
        assert set(bands["category"]) <= wanted
        assert bands.height >= 3
        assert bands["estimate"].sum() == pytest.approx(1, abs=1e-12)


def test_estimates_at_hand_are_not_made_again(single):
    estimates = score_estimates(single[0], INSTRUMENTS)
    assert score_indicators(single[0].clear(), INSTRUMENTS, estimates=estimates).equals(
        score_indicators(single[0], INSTRUMENTS)
    )


def test_quantiles_are_indicators(single):
    scores, distributions = single
    made = quantile_indicators(distributions, score_estimates(scores, INSTRUMENTS), INSTRUMENTS)
    assert made.schema == TIDY
    assert made.equals(made.sort(KEY))
    home = rows(made, "score_quantile", "single_home")
    assert home["category"].to_list() == ["q10", "q25", "q50", "q75", "q90"]
    answers = sorted(row[4] for row in SINGLE)
    assert home["estimate"].to_list() == [answers[-(-40 * percent // 100) - 1] for percent in (10, 25, 50, 75, 90)]
    assert home.select(
        (pl.col("ci_low") <= pl.col("estimate")).all() & (pl.col("estimate") <= pl.col("ci_high")).all()
    ).item()


def test_an_interval_beyond_the_sample_ends_where_the_range_does():
    scores, distributions = answered("single", SINGLE[:4])
    made = quantile_indicators(distributions, score_estimates(scores, INSTRUMENTS), INSTRUMENTS)
    low = rows(made, "score_quantile", "single_heard").row(0, named=True)
    assert (low["category"], low["ci_low"], low["ci_high"]) == ("q10", 1.0, 5.0)


def test_a_quantile_without_an_error_has_no_interval():
    scores, distributions = answered("single", SINGLE[:1])
    made = quantile_indicators(distributions, score_estimates(scores, INSTRUMENTS), INSTRUMENTS)
    assert made.height
    assert made["ci_low"].null_count() == made["ci_high"].null_count() == made.height
    assert made["note"].unique().to_list() == ["one_person"]


def test_headline_scales_are_no_part_of_a_larger_one():
    found = headline_scales({key: INSTRUMENTS[key] for key in ("sdq", "who5", "single")})
    assert {"sdq_total", "sdq_prosocial", "who5", "single_home"} <= found
    assert not found & {"sdq_emotional", "sdq_conduct", "sdq_internalising"}
