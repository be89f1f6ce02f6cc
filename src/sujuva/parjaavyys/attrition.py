"""Who was lost between two waves, and whether they had been different from the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.estimation.contrasts import Term, contrast
from sujuva.estimation.design import LonelyCluster
from sujuva.estimation.domains import Domain, index_moments
from sujuva.estimation.estimates import estimate_scores
from sujuva.estimation.paired import PAIRED_DOMAIN
from sujuva.parjaavyys.common import scales_of
from sujuva.tidy import KEY, TIDY, tidy

_FOLLOWED, _LOST = "followed", "lost"
_RESULT = ("estimate", "se", "df", "ci_low", "ci_high")


def attrition_indicators(
    attrition: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    confidence: float = 0.95,
    lonely_cluster: LonelyCluster = "adjust",
) -> pl.DataFrame:
    """Tell how many were lost between two waves, and whether they had been different from the start.

    Args:
        attrition: The moments `attrition`.
        instruments: Codebooks, with the index where there is one.
        confidence: Coverage of the intervals.
        lonely_cluster: adjust or certainty, for strata with one cluster.

    Returns:
        Columns `TIDY`, sorted by `KEY`: wave is the later one, category "<earlier wave>", n everybody with a score at
        the earlier wave. `attrition_share`: weighted share of them without a score at the later wave, with a logit
        interval; `attrition_difference`: mean earlier score of the followed minus that of the lost, in units of the
        scale, with a t interval.

    Raises:
        ParameterError: `confidence` or `lonely_cluster` is not allowed.
        ContractError: A column is missing.
    """
    mine = attrition.filter(pl.col("scale").is_in(list(scales_of(instruments))))
    category = pl.col("from_wave").cast(pl.String)
    shares = _lost_shares(mine, confidence, lonely_cluster)
    rows = [_lost_difference(*one, confidence, lonely_cluster) for one in _by_pair(mine)]
    schema = {name: kind for name, kind in TIDY.items() if name in {*_RESULT, "n", "note"}}
    differences = pl.DataFrame(
        [row for rows_of_pair in rows for row in rows_of_pair],
        schema={**{name: mine.schema[name] for name in PAIRED_DOMAIN}, **schema},
    )
    return pl.concat(
        [
            tidy(shares, indicator="attrition_share", category=category, group="all"),
            tidy(differences, indicator="attrition_difference", category=category, group="all"),
        ]
    ).sort(KEY)


def _lost_shares(attrition: pl.DataFrame, confidence: float, lonely_cluster: LonelyCluster) -> pl.DataFrame:
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
    made = estimate_scores(
        moments, shares=set(moments["scale"]), confidence=confidence, lonely_cluster=lonely_cluster
    ).rename({"mean": "estimate"})
    from_wave = pl.col("group").str.split(":").list.first().cast(pl.Int32)
    return made.with_columns(from_wave=from_wave)


def _by_pair(attrition: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, int, int]]:
    for from_wave, wave in attrition.select("from_wave", "wave").unique().sort("from_wave", "wave").iter_rows():
        yield attrition.filter(from_wave=from_wave, wave=wave), from_wave, wave


def _lost_difference(
    rows: pl.DataFrame, from_wave: int, wave: int, confidence: float, lonely_cluster: LonelyCluster
) -> list[dict[str, Any]]:
    """Compare the earlier scores of the followed and the lost of one pair of waves: two groups that share clusters."""
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
    keys = rows.select("region", "informant", "scale").unique().sort("region", "informant", "scale")
    for region, informant, scale in keys.iter_rows():
        ends = [Domain(informant, scale, from_wave, (region,), end) for end in (_FOLLOWED, _LOST)]
        terms = [Term(1, ends[0]), Term(-1, ends[1])]
        found = contrast(terms, moments, confidence=confidence, lonely_cluster=lonely_cluster)
        place_of = {"region": region, "informant": informant, "scale": scale, "from_wave": from_wave, "wave": wave}
        result = {name: getattr(found, name) for name in (*_RESULT, "note")}
        made.append(place_of | result | {"n": sum(found.n)})
    return made
