"""Coping beside integration by municipality: two numbers for a picture, and no claim that one causes the other."""

from __future__ import annotations

from typing import Unpack

import polars as pl

from sujuva.errors import ContractError
from sujuva.estimation import Precision, estimate_scores
from sujuva.estimation.design import precision_of
from sujuva.integration.clusters import estimate_tally
from sujuva.tidy import HEADS

BESIDE = pl.Schema(
    {
        "region": pl.String(),
        "municipality": pl.String(),
        **dict.fromkeys(("coping", "coping_se", "coping_low", "coping_high"), pl.Float64()),
        **dict.fromkeys(("persons", *HEADS), pl.Int64()),
        **dict.fromkeys(("integration", "integration_low", "integration_high"), pl.Float64()),
        "families": pl.Int64(),
    }
)
"""Columns of the table and their types."""
BESIDE_KEY = ("region", "municipality")
"""Columns that tell its rows apart."""
_PREFIX = "municipality:"


def beside_table(
    scores: pl.DataFrame,
    persons: pl.DataFrame,
    delays: pl.DataFrame,
    **settings: Unpack[Precision],
) -> pl.DataFrame:
    """Set the mean of a scale of coping beside the share of families who met in time.

    The mean is that of all years, by weight, with schools and services as clusters. The share is that of
    `sujuva.integration.delay_indicators`: families not yet met count in its denominator.

    Args:
        scores: The moments `municipality_scores` of one scale and informant, in the columns of
            `sujuva.estimation.estimate_scores`, groups "municipality:<code>".
        persons: The moments `municipality_persons`: region, municipality, persons, however often they answered, and of
            a scale of 0 and 1 those with a 1 (heads) and with a 0 (other_heads).
        delays: The moments `municipality_delays`: region, municipality, met, families.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Columns `BESIDE`, sorted by `BESIDE_KEY`; municipalities that only one of the tables has are here too. Where
        the error cannot be known (one cluster a stratum, no spread) there is no interval.

    Raises:
        ParameterError: `confidence` is not allowed.
        ContractError: A municipality has two rows.
    """
    confidence, _ = precision_of(settings)
    means = estimate_scores(scores, **settings).with_columns(municipality=pl.col("group").str.strip_prefix(_PREFIX))
    ended = _known(delays)
    shares = pl.DataFrame(
        [
            (share.estimate, share.ci_low, share.ci_high)
            for met, families in ended.select("met", "families").iter_rows()
            for share in [estimate_tally([(1, 1, met), (0, 1, families - met)], share=True, confidence=confidence)]
        ],
        schema=dict.fromkeys(("integration", "integration_low", "integration_high"), pl.Float64()),
        orient="row",
    )
    coping = _known(means).select(
        *BESIDE_KEY, coping="mean", coping_se="se", coping_low="ci_low", coping_high="ci_high"
    )
    made = coping
    for table in (
        _known(persons).select(*BESIDE_KEY, "persons", *HEADS),
        ended.select(*BESIDE_KEY, "families").hstack(shares),
    ):
        made = made.join(table, on=BESIDE_KEY, how="full", coalesce=True)
    return made.select(pl.col(name).cast(kind) for name, kind in BESIDE.items()).sort(BESIDE_KEY)


def _known(table: pl.DataFrame) -> pl.DataFrame:
    known = table.drop_nulls(list(BESIDE_KEY))
    if known.select(BESIDE_KEY).is_duplicated().any():
        msg = "The moments by municipality have two rows of one municipality."
        raise ContractError(msg, "Choose one scale and informant.")
    return known
