"""Who was lost between two waves, and whether they had been different from the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.estimation.contrasts import Term, contrast
from sujuva.estimation.design import Precision
from sujuva.estimation.domains import Domain, index_moments
from sujuva.estimation.estimates import estimate_scores
from sujuva.estimation.paired import PAIRED_DOMAIN
from sujuva.parjaavyys.common import scales_of
from sujuva.tidy import ALL, KEY, TIDY, tidy

_FOLLOWED, _LOST = "followed", "lost"
_RESULT = ("estimate", "se", "df", "ci_low", "ci_high")
_DIFFERENCES = {name: TIDY.get(name, pl.Int32()) for name in (*PAIRED_DOMAIN, "n", *_RESULT, "note")}


def attrition_indicators(
    attrition: pl.DataFrame, instruments: Mapping[str, Instrument], **settings: Unpack[Precision]
) -> pl.DataFrame:
    """Tell how many were lost between two waves, and whether they had been different from the start.

    Args:
        attrition: The moments `attrition`.
        instruments: Codebooks, with the index where there is one.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Columns `TIDY`, sorted by `KEY`: wave is the later one, category "<earlier wave>", n everybody with a score at
        the earlier wave. `attrition_share`: weighted share of them without a score at the later wave, with a logit
        interval; `attrition_difference`: mean earlier score of the followed minus that of the lost, in units of the
        scale, with a t interval.
    """
    mine = attrition.filter(pl.col("scale").is_in(list(scales_of(instruments))))
    category = pl.col("from_wave").cast(pl.String)
    differences = pl.concat(
        [
            pl.DataFrame(schema=_DIFFERENCES),
            *(_lost_differences(rows, **settings) for rows in mine.partition_by("from_wave", "wave")),
        ]
    )
    return pl.concat(
        [
            tidy(_lost_shares(mine, **settings), indicator="attrition_share", category=category, group=ALL),
            tidy(differences, indicator="attrition_difference", category=category),
        ]
    ).sort(KEY)


def _lost_shares(attrition: pl.DataFrame, **settings: Unpack[Precision]) -> pl.DataFrame:
    """Estimate the share of the lost as the mean of a 0/1 variable in the sample of the earlier wave."""
    whole = attrition.with_columns(pl.selectors.starts_with("w_", "cww_").cast(pl.Int128))
    followed, lost = pl.col("w_followed"), pl.col("w_lost")
    moments = whole.select(
        *PAIRED_DOMAIN,
        "stratum",
        "clusters",
        "design_clusters",
        # Scores 0 and 1 for the followed and the lost; the pair of waves goes through the group.
        group=pl.format("{}:{}", "from_wave", "wave"),
        decimals=pl.lit(0, pl.Int32),
        n=pl.col("n_followed") + pl.col("n_lost"),
        n_missing=pl.lit(0, pl.Int64),
        w=followed + lost,
        wy=lost,
        wyy=lost,
        cww=pl.col("cww_followed") + 2 * pl.col("cww_across") + pl.col("cww_lost"),
        cwy=pl.col("cww_across") + pl.col("cww_lost"),
        cyy=pl.col("cww_lost"),
    )
    made = estimate_scores(moments, shares=set(moments["scale"]), **settings).rename({"mean": "estimate"})
    from_wave = pl.col("group").str.split(":").list.first().cast(pl.Int32)
    return made.with_columns(from_wave=from_wave)


def _lost_differences(rows: pl.DataFrame, **settings: Unpack[Precision]) -> pl.DataFrame:
    """Compare the earlier scores of the followed and the lost of one pair of waves: two groups that share clusters."""
    from_wave, wave = rows.select("from_wave", "wave").row(0)
    place = ("region", "stratum", "informant", "scale")
    own = ("n", "w", "wy", "wyy", "clusters", "cww", "cwy", "cyy")
    scores = pl.concat(
        rows.select(
            *place,
            "decimals",
            "design_clusters",
            *(pl.col(f"{name}_{end}").alias(name) for name in own),
            wave=pl.lit(from_wave, pl.Int32),
            group=pl.lit(end),
        )
        for end in (_FOLLOWED, _LOST)
    )
    pairs = rows.select(
        *place,
        "clusters",
        "design_clusters",
        *(pl.col(f"{name}_across").alias(name) for name in ("cww", "cwy", "cyw", "cyy")),
        wave=pl.lit(from_wave, pl.Int32),
        other_wave=pl.lit(from_wave, pl.Int32),
        group=pl.lit(_FOLLOWED),
        other_group=pl.lit(_LOST),
    )
    moments = index_moments(scores, pairs)
    made = []
    for region, informant, scale in rows.select("region", "informant", "scale").unique().iter_rows():
        ends = [Domain(informant, scale, from_wave, (region,), end) for end in (_FOLLOWED, _LOST)]
        found = contrast([Term(1, ends[0]), Term(-1, ends[1])], moments, **settings)
        result = [getattr(found, name) for name in (*_RESULT, "note")]
        made.append((region, informant, scale, from_wave, wave, sum(found.n), *result))
    return pl.DataFrame(made, schema=_DIFFERENCES, orient="row")
