"""Coping beside integration, by municipality."""

from __future__ import annotations

import math

import polars as pl
import pytest

from sujuva.errors import ContractError, ParameterError
from sujuva.integration import BESIDE_KEY, beside_table
from sujuva.integration.beside import BESIDE
from sujuva.moments.municipalities import municipality_scores

DELAYS = {"region": pl.String, "municipality": pl.String, "met": pl.Int64, "families": pl.Int64}
CODES = ("respondent", "wave", "region", "municipality", "unit", "score")


def scores(*rows: tuple[str, str | None, list[int]], decimals: int = 0) -> pl.DataFrame:
    """Reduce persons, each a cluster of its own, to moments: region, municipality, scores."""
    people = [
        (f"{region}{place}{number}", 2024, region, place, f"{region}{place}{number}", score)
        for region, place, values in rows
        for number, score in enumerate(values)
    ]
    kinds = dict.fromkeys(CODES, pl.String) | {"wave": pl.Int32, "score": pl.Int64}
    frame = pl.DataFrame(people, schema=kinds, orient="row").with_columns(informant=pl.lit("self"))
    design = frame.with_columns(stratum=pl.lit("1"), weight=pl.lit(1, pl.Int64)).drop("score", "informant")
    asked = frame.select("respondent", "wave", "informant", "score").lazy()
    return municipality_scores(asked, "score", decimals, informant="self", design=design.lazy(), weight_decimals=0)


PERSONS = {"region": pl.String, "municipality": pl.String, "persons": pl.Int64}


def persons(*rows: tuple[str, str | None, int]) -> pl.DataFrame:
    made = pl.DataFrame(rows, schema=PERSONS, orient="row")
    return made.with_columns(heads="persons", other_heads=pl.lit(0, pl.Int64))


def delays(*rows: tuple[str, str | None, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=DELAYS, orient="row")


def test_mean_and_share_stand_beside_each_other() -> None:
    # Scores 1, 2, 3 and 6: mean 3, variance 14/3.
    found = beside_table(
        scores(("oulu", "564", [1, 2, 3, 6])), persons(("oulu", "564", 3)), delays(("oulu", "564", 30, 40))
    )
    assert found.schema == BESIDE
    row = found.row(0, named=True)
    assert (row["coping"], row["persons"], row["integration"], row["families"]) == (3.0, 3, 0.75, 40)
    assert row["coping_se"] == pytest.approx(math.sqrt(14 / 3 / 4))
    assert row["coping_high"] == pytest.approx(3 + 3.182446305284263 * row["coping_se"])  # t(3) of R
    logit = math.log(3)
    reach = 2.022690920036762 * math.sqrt(0.75 * 0.25 / 39) / (0.75 * 0.25)  # t(39) of R
    assert row["integration_low"] == pytest.approx(1 / (1 + math.exp(reach - logit)))
    assert row["integration_high"] == pytest.approx(1 / (1 + math.exp(-reach - logit)))


def test_fixed_point_scores_are_in_units_of_the_scale() -> None:
    whole = beside_table(scores(("oulu", "564", [1, 2, 3, 6])), persons(), delays()).row(0, named=True)
    fixed = beside_table(scores(("oulu", "564", [100, 200, 300, 600]), decimals=2), persons(), delays()).row(
        0, named=True
    )
    assert fixed == pytest.approx(whole)


def test_municipalities_of_one_side_only_are_kept_and_unknown_ones_left_out() -> None:
    found = beside_table(
        scores(("tampere", "837", [5]), ("oulu", None, [3, 3])),
        persons(("tampere", "837", 1), ("oulu", None, 2)),
        delays(("oulu", "564", 4, 4), ("oulu", None, 1, 2)),
    )
    assert found.select(BESIDE_KEY).rows() == [("oulu", "564"), ("tampere", "837")]
    oulu, tampere = found.rows(named=True)
    assert (oulu["coping"], oulu["persons"], oulu["integration"]) == (None, None, 1.0)
    assert oulu["integration_low"] == pytest.approx(0.025 ** (1 / 4))  # R: binom.test(4, 4)
    assert (tampere["coping"], tampere["coping_low"], tampere["families"]) == (5.0, None, None)


def test_scores_without_spread_and_no_families_have_no_interval() -> None:
    found = beside_table(scores(("oulu", "564", [2, 2, 2])), persons(), delays(("oulu", "500", 0, 0)))
    empty, alike = found.rows(named=True)
    assert (alike["coping"], alike["coping_low"]) == (2.0, None)
    assert (empty["coping"], empty["integration"], empty["families"]) == (None, None, 0)


def test_two_rows_of_one_municipality_are_refused() -> None:
    with pytest.raises(ContractError, match="two rows"):
        beside_table(scores(), persons(), delays(("oulu", "564", 1, 1), ("oulu", "564", 1, 2)))


def test_impossible_confidence_is_refused() -> None:
    with pytest.raises(ParameterError, match="confidence"):
        beside_table(scores(), persons(), delays(), confidence=2)
