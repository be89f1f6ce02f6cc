"""Scores by municipality, all waves together."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.errors import ContractError
from sujuva.estimation import estimate_scores
from sujuva.moments.municipalities import municipality_persons, municipality_scores
from sujuva.moments.scores import SCORES

# Two waves; the school a is in both, and its pupil p answers twice.
ROWS = [
    ("p", 2023, "564", "a", 4),
    ("p", 2024, "564", "a", 8),
    ("q", 2024, "564", "b", 6),
    ("r", 2024, "564", "b", None),
    ("s", 2024, None, "b", 1),
    ("t", 2024, "244", "c", 5),
]


def delivery() -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Scores, and the design that they belong to."""
    columns = ["respondent", "wave", "municipality", "unit", "mood"]
    rows = pl.DataFrame(ROWS, schema=columns, orient="row").with_columns(
        pl.col("wave").cast(pl.Int32), informant=pl.lit("self")
    )
    design = rows.drop("mood", "informant").with_columns(
        region=pl.lit("oulu"), stratum=pl.lit("1"), weight=pl.lit(1, pl.Int64)
    )
    return rows.select("respondent", "wave", "informant", "mood").lazy(), design.lazy()


def made(informant: str = "self", scale: str = "mood") -> pl.DataFrame:
    scored, design = delivery()
    return municipality_scores(scored, scale, 0, informant=informant, design=design, weight_decimals=0)


def test_who_answers_twice_is_one_person() -> None:
    scored, design = delivery()
    found = municipality_persons(scored, "mood", 0, informant="self", design=design, weight_decimals=0)
    # p, q; r has no score, s no municipality. Nobody has a score of 0.
    assert found.rows() == [("oulu", "244", 1, 1, 0), ("oulu", "564", 2, 2, 0)]


def test_who_says_yes_and_later_no_stands_on_both_sides() -> None:
    scored, design = delivery()
    yes = scored.with_columns(mood=(pl.col("mood") > 5).cast(pl.Int64))
    found = municipality_persons(yes, "mood", 0, informant="self", design=design, weight_decimals=0)
    rows = yes.collect().drop_nulls("mood").join(design.collect(), on=["respondent", "wave"]).drop_nulls("municipality")
    for _, code, persons, heads, other_heads in found.iter_rows():
        mine = rows.filter(municipality=code)
        sides = [mine.filter(mood=score)["respondent"].n_unique() for score in (1, 0)]
        assert (persons, heads, other_heads) == (mine["respondent"].n_unique(), *sides)


def test_waves_are_together_and_a_school_is_one_cluster() -> None:
    found = made()
    assert found.schema == SCORES
    assert found.select("region", "wave", "group", "n", "y", "clusters", "design_clusters").rows() == [
        ("oulu", 0, "municipality:244", 1, 5, 1, 3),
        ("oulu", 0, "municipality:564", 3, 18, 2, 3),
    ]


def test_the_error_knows_that_answers_of_one_school_are_alike() -> None:
    row = estimate_scores(made()).filter(group="municipality:564").row(0, named=True)
    # Residual totals of the schools: a (4 + 8 − 2·6) = 0, b 0, c 0, so the clusters have nothing between them,
    # although persons differ.
    assert (row["mean"], row["se"], row["n"]) == (6.0, 0.0, 3)


def test_another_informant_has_nobody() -> None:
    assert made("parent").is_empty()


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(ContractError, match="no scores of 'joy'"):
        made(scale="joy")
