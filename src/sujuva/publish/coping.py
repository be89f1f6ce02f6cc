"""What of the indicators of coping is published at all, and what beside the counts decides whether a row is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.indicators import IndicatorInfo
from sujuva.publish.cells import TOPICS
from sujuva.publish.people import suppressed_of
from sujuva.publish.relations import LOST, PAIRED, since
from sujuva.published import SHOWN

_SERIES = ["scale", "informant", "region"]
_OF_TALKS = ("lp_need_share", "lp_fidelity_80")
"""Shares of discussions; their n, too, counts children."""
_BY_TALKS = "talks_"
"""Start of their names where n counts the discussions."""


def publishable(parjaavyys: pl.DataFrame, scales: Mapping[str, Any]) -> pl.DataFrame:
    """Leave out rows that no page shows and that would only make more cells to protect.

    - Bands that the codebook does not call indicators, and quantiles, are told of everyone and not of groups.
    - A scale of 0 and 1 has no POMP of its own: its mean is a share already, and protected as one. The effect of its
      change would tell how few changed.

    Args:
        parjaavyys: Tidy rows of coping.
        scales: Metadata of the scales.
    """
    named = [f"{key}|{band['key']}" for key, one in scales.items() for band in one["bands"] if band["indicator"]]
    binary = [key for key, one in scales.items() if one["binary"]]
    everyone = pl.col("group") == "all"
    band = pl.concat_str("scale", "category", separator="|").is_in(named)
    return parjaavyys.filter(
        (pl.col("indicator") != "band_share") | everyone | band,
        (pl.col("indicator") != "score_quantile") | everyone,
        ~pl.col("indicator").is_in(["score_pomp", "change_effect"]) | ~pl.col("scale").is_in(binary),
    )


def paired_rows(comparisons: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Return the comparisons of the same persons as tidy rows: their n is a count like any other.

    Args:
        comparisons: Rows of `COMPARISONS`.
        columns: The tidy columns, in order.
    """
    mine = comparisons.filter(pl.col("comparison") == PAIRED)
    return mine.with_columns(indicator=pl.lit(PAIRED), category=pl.col("other_wave").cast(pl.String)).select(columns)


def lost_rows(parjaavyys: pl.DataFrame, paired: pl.DataFrame) -> pl.DataFrame:
    """Return how many of those with a score at the earlier wave have none at the later, as tidy rows of counts.

    A reader has it by subtraction from the n of the earlier wave and the n of the change, whatever the (weighted)
    share of `attrition_share` says.

    Args:
        parjaavyys: Tidy rows of coping.
        paired: What `paired_rows` returned.
    """
    place = [*_SERIES, "wave", "group"]
    changed = parjaavyys.filter(pl.col("indicator") == "change_share")
    pairs = pl.concat([changed, paired]).select(*place, category=since(), pairs="n").drop_nulls("pairs")
    pairs = pairs.unique([*place, "category"], keep="first", maintain_order=True)
    asked = parjaavyys.filter(pl.col("indicator") == "attrition_share").with_columns(category=since())
    gone = asked.join(pairs, on=[*place, "category"]).filter(pl.col("n") >= pl.col("pairs"))
    count = (pl.col("n") - pl.col("pairs")).cast(pl.Float64)
    return gone.with_columns(indicator=pl.lit(LOST), estimate=count).select(parjaavyys.columns)


def talk_rows(parjaavyys: pl.DataFrame) -> pl.DataFrame:
    """Return the shares of discussions with n the discussions, so that few with, or without, are protected.

    Args:
        parjaavyys: Tidy rows of coping.
    """
    place = ["region", "wave"]
    talks = parjaavyys.filter(pl.col("indicator") == "lp_talks").select(*place, talks=pl.col("estimate"))
    shares = parjaavyys.filter(pl.col("indicator").is_in(_OF_TALKS)).join(talks, on=place)
    return shares.with_columns(
        indicator=pl.concat_str(pl.lit(_BY_TALKS), "indicator"), n=pl.col("talks").round().cast(pl.Int64)
    ).select(parjaavyys.columns)


def with_counts(indicators: Mapping[str, IndicatorInfo]) -> dict[str, IndicatorInfo]:
    """Return `indicators` and what `paired_rows`, `lost_rows` and `talk_rows` count: persons, as a mean score does."""
    like = indicators.get("score_mean")
    if like is None:
        return dict(indicators)
    return dict(indicators) | {
        PAIRED: like.model_copy(update={"key": PAIRED}),
        LOST: like.model_copy(update={"key": LOST, "kind": "count"}),
        **{
            f"{_BY_TALKS}{key}": like.model_copy(update={"key": f"{_BY_TALKS}{key}", "kind": "share"})
            for key in _OF_TALKS
        },
    }


def marked_further(
    marked: pl.DataFrame, gone: pl.DataFrame, talks: pl.DataFrame, bars: pl.DataFrame, threshold: int
) -> pl.DataFrame:
    """Hide rows that tell what another hidden row must not, and limits of quantiles that lie too far out.

    - `attrition_share` is hidden where the count of the lost is; `attrition_difference` compares those who came back
      with those who did not, and goes with it.
    - Ratios of topics (`lp_…`) of 0 or 1 tell the same of every topic of every child.
    - The interval of a quantile is made of quantiles further out: an end is shown only where the bins prove that at
      least `threshold` persons lie beyond it.

    Args:
        marked: Tidy rows with `rule` and `suppressed`.
        gone: Rows of `lost_rows` with the same.
        talks: Rows of `talk_rows` with the same.
        bars: Exact distributions: scale, informant, region, wave, group, bin_low, bin_high, n.
        threshold: Counts below this are small.
    """
    place = [*_SERIES, "wave", "group"]
    by = [*place, "_since"]
    keyed = marked.with_row_index("_row").with_columns(_since=since())
    gone = gone.filter(pl.col("suppressed") != SHOWN).select(*place, _since=since(), gone_rule="rule")
    rows = keyed.join(gone, on=by, how="left", maintain_order="left")
    share, shown = pl.col("indicator") == "attrition_share", pl.col("suppressed") == SHOWN
    rows = rows.with_columns(rule=pl.when(share & shown).then(pl.coalesce("gone_rule", "rule")).otherwise("rule"))
    rows = rows.with_columns(suppressed=suppressed_of("rule"))
    lost = rows.filter(share).select(*by, lost_rule="rule", lost_state="suppressed")
    rows = rows.join(lost, on=by, how="left", maintain_order="left")
    bare = (pl.col("indicator") == "attrition_difference") & (pl.col("lost_state").fill_null("none") != SHOWN)
    few = talks.filter(pl.col("suppressed") != SHOWN).select(
        pl.col("indicator").str.strip_prefix(_BY_TALKS), "category", *place, talks_rule="rule"
    )
    rows = rows.join(few, on=["indicator", "category", *place], how="left", maintain_order="left")
    shown = pl.col("suppressed") == SHOWN
    name = pl.col("indicator")
    every = (
        name.str.starts_with(TOPICS)
        & ~name.is_in(["lp_mcnemar", "lp_talks"])
        & (pl.col("n") != 0)  # nobody's: no discussion was held, such as before the start
        & pl.when(name == "lp_balance")
        .then(pl.col("estimate").abs() == 1)
        .when(name == "lp_vulnerabilities")
        .then(pl.col("estimate") == 0)
        .otherwise(pl.col("estimate").is_in([0.0, 1.0]))
    )
    rule = (
        pl.when(shown & bare)
        .then(pl.coalesce("lost_rule", pl.lit("small_share")))
        .when(shown & pl.col("talks_rule").is_not_null())
        .then("talks_rule")
        .when(shown & every)
        .then(pl.lit("no_spread"))
        .otherwise("rule")
    )
    rows = rows.with_columns(rule=rule).with_columns(suppressed=suppressed_of("rule"))
    return _safe_ends(rows, bars, threshold).sort("_row").select(marked.columns)


def _safe_ends(rows: pl.DataFrame, bars: pl.DataFrame, threshold: int) -> pl.DataFrame:
    place = [*_SERIES, "wave", "group"]
    mine = rows.filter(pl.col("indicator") == "score_quantile")
    if mine.is_empty():
        return rows
    counted = (
        mine.select("_row", *place, "ci_low", "ci_high")
        .join(bars, on=place)
        .group_by("_row")
        .agg(
            below=pl.col("n").filter(pl.col("bin_high") <= pl.col("ci_low")).sum(),
            above=pl.col("n").filter(pl.col("bin_low") >= pl.col("ci_high")).sum(),
        )
    )
    known = rows.join(counted, on="_row", how="left", maintain_order="left")
    unsafe = (pl.col("indicator") == "score_quantile") & (
        pl.min_horizontal(pl.col("below").fill_null(0), pl.col("above").fill_null(0)) < threshold
    )
    ends = ("se", "df", "ci_low", "ci_high")
    return known.with_columns(pl.when(~unsafe).then(pl.col(name)).alias(name) for name in ends)
