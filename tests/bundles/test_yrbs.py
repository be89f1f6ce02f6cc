"""Three waves of the US Youth Risk Behavior Survey, split by state-like groups: merged is pooled, and what R says."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sujuva import moments
from sujuva.bundles.combine import combine
from sujuva.codebooks.regions import NETWORK
from sujuva.estimation import estimate_scores
from sujuva.moments import COPING, RECORDS
from tests.bundles.test_combine import bundle
from tests.estimation.test_yrbs import pupils

__all__ = ["pupils"]  # the fixture
KNOWN = {2019: (0.3671146093, 0.0077859941, 37), 2021: (0.4234699268, 0.0065320559, 41),
         2023: (0.3972130368, 0.0100303112, 73)}  # fmt: skip
"""Mean, standard error and degrees of freedom in R survey 4.1, of all pupils."""


def groups(rows: pl.DataFrame, number: int) -> pl.DataFrame:
    """Put strata into state-like groups: each stratum lies in one of them, in all waves."""
    placed = pl.format("group-{}", pl.col("stratum").cast(pl.Int64) % number)
    own = rows.with_columns(region=placed, respondent=pl.int_range(pl.len()).cast(pl.String))
    return moments.regional_strata(own)


def of(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    design = moments.fixed_weights(rows.lazy(), 6)
    scored = rows.lazy().select("respondent", "wave", "informant", "sad")
    part = moments.coping_moments.part(
        scored, {"sad": 0}, design=design, groups=["gender"], weight_decimals=6, linked_units=True
    )
    return dict(moments.coping_moments.finish(part))


@pytest.mark.parametrize("number", [2, 9])
def test_the_network_of_state_like_groups_is_that_of_all_pupils(pupils: pl.DataFrame, number: int) -> None:
    rows = groups(pupils, number)
    pooled = of(rows)
    parts = [bundle(of(part)) for _, part in rows.group_by("region", maintain_order=True)]
    assert 1 < len(parts) == rows["region"].n_unique() <= number
    made = combine(None, parts).moments
    for name in COPING:
        key = RECORDS[name].key
        assert_frame_equal(made[name].sort(key), pooled[name].sort(key), check_exact=True)
    for wave, wanted in KNOWN.items():
        row = estimate_scores(made["scores"]).filter(wave=wave, region=NETWORK, group="all").row(0, named=True)
        assert (row["mean"], row["se"]) == pytest.approx(wanted[:2], abs=1e-9)
        assert row["df"] == wanted[2]
