"""What beside the counts decides whether a row of the indicators of coping is shown."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.codebooks import IndicatorInfo, Indicators
from sujuva.publish.heads import partner_rules
from sujuva.publish.people import with_companions
from sujuva.publish.relations import LOST, NEWCOMERS, PAIRED, since
from sujuva.publish.rules import further_ruled, is_one, is_shown
from sujuva.published import HIDDEN_SIDE
from sujuva.tidy import HEADS

_PLACE = ["scale", "informant", "region", "wave", "group"]
_GONE = "attrition_share"
_BY_TALKS = "talks_"
"""Start of the names of shares whose n counts their other base, the discussions."""


def paired_rows(comparisons: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Return the comparisons of the same persons as tidy rows of `columns`: their n is a count like any other."""
    mine = comparisons.filter(pl.col("comparison") == PAIRED)
    nobody = pl.lit(None, pl.Int64)
    return mine.with_columns(
        indicator=pl.lit(PAIRED), category=pl.col("other_wave").cast(pl.String), **dict.fromkeys(HEADS, nobody)
    ).select(columns)


def lost_rows(parjaavyys: pl.DataFrame, paired: pl.DataFrame) -> pl.DataFrame:
    """Return how many of those with a score at the earlier wave have none at the later, as tidy rows of counts.

    A reader has it by subtraction from the n of the earlier wave and the n of the change, whatever the (weighted)
    share of those who were lost says.

    `parjaavyys`: tidy rows of coping; `paired`: what `paired_rows` returned.
    """
    pairs = _pairs(parjaavyys, paired)
    asked = parjaavyys.filter(pl.col("indicator") == _GONE).with_columns(category=since())
    gone = asked.join(pairs, on=[*_PLACE, "category"]).filter(pl.col("n") >= pl.col("pairs"))
    count = (pl.col("n") - pl.col("pairs")).cast(pl.Float64)
    return gone.with_columns(indicator=pl.lit(LOST), estimate=count).select(parjaavyys.columns)


def newcomer_rows(parjaavyys: pl.DataFrame, paired: pl.DataFrame) -> pl.DataFrame:
    """Return how many of those with a score at the later wave have none at the earlier, as tidy rows of counts.

    A reader has it by subtraction from the n of the later wave and the n of the change.

    `parjaavyys`: tidy rows of coping; `paired`: what `paired_rows` returned.
    """
    pairs = _pairs(parjaavyys, paired)
    later = parjaavyys.filter(pl.col("indicator") == "score_mean").drop("category")
    came = later.join(pairs, on=_PLACE).filter(pl.col("n") >= pl.col("pairs"))
    count = (pl.col("n") - pl.col("pairs")).cast(pl.Float64)
    return came.with_columns(indicator=pl.lit(NEWCOMERS), estimate=count).select(parjaavyys.columns)


def _pairs(parjaavyys: pl.DataFrame, paired: pl.DataFrame) -> pl.DataFrame:
    """Return how many have a score at both of two waves, with the earlier as category."""
    changed = parjaavyys.filter(pl.col("indicator") == "change_share")
    pairs = pl.concat([changed, paired]).select(*_PLACE, category=since(), pairs="n").drop_nulls("pairs")
    return pairs.unique([*_PLACE, "category"], keep="first", maintain_order=True)


def talk_rows(parjaavyys: pl.DataFrame, indicators: Indicators) -> pl.DataFrame:
    """Return the shares of discussions with n the discussions, so that few with, or without, are protected."""
    found = [parjaavyys.clear()]
    for key, base in _other_bases(indicators).items():
        talks = parjaavyys.filter(pl.col("indicator") == base).select("region", "wave", talks=pl.col("estimate"))
        shares = parjaavyys.filter(pl.col("indicator") == key).join(talks, on=["region", "wave"])
        name, n = pl.lit(f"{_BY_TALKS}{key}"), pl.col("talks").round().cast(pl.Int64)
        found.append(shares.with_columns(indicator=name, n=n).select(parjaavyys.columns))
    return pl.concat(found)


def _other_bases(indicators: Indicators) -> dict[str, str]:
    return {key: one.behind.also_of for key, one in indicators.items() if one.behind.also_of is not None}


def with_counts(indicators: Indicators) -> Indicators:
    """Return the records and those of what `lost_rows`, `newcomer_rows` and `talk_rows` count."""

    def like(key: str, name: str, **facts: Any) -> IndicatorInfo:
        one = indicators[key]
        behind = one.behind.model_copy(update={"same_units": None, "also_of": None, "within": (), **facts})
        return one.model_copy(update={"key": name, "behind": behind})

    counts = {
        name: like(_GONE, name, estimate="count").model_copy(update={"kind": "count"}) for name in (LOST, NEWCOMERS)
    }
    talks = {
        f"{_BY_TALKS}{key}": like(key, f"{_BY_TALKS}{key}", estimate="numerator").model_copy(
            update={"counts": indicators[base].counts}
        )
        for key, base in _other_bases(indicators).items()
    }
    return Indicators({**indicators, **counts, **talks})


def marked_further(
    marked: pl.DataFrame,
    gone: pl.DataFrame,
    talks: pl.DataFrame,
    bars: pl.DataFrame,
    *,
    indicators: Indicators,
    threshold: int,
) -> pl.DataFrame:
    """Hide rows that tell what another hidden row must not, and limits of quantiles that lie too far out.

    - The share of the lost is hidden where their count is; what goes with it, too.
    - Tests of a change go with the shares of what changed.
    - Some estimates (a ratio of topics of 0 or 1) tell the same of every topic of every child.
    - The interval of a quantile is made of quantiles further out: an end is shown only where the bins prove that at
      least `threshold` persons lie beyond it.

    `gone`: rows of `lost_rows` with the same; `talks`: rows of `talk_rows` with the same; `bars`: exact distributions:
    scale, informant, region, wave, group, bin_low, bin_high, n.
    """
    by = [*_PLACE, "_since"]
    keyed = marked.with_row_index("_row").with_columns(_since=since())
    gone = gone.filter(~is_shown()).select(*_PLACE, _since=since(), gone_rule="rule")
    rows = keyed.join(gone, on=by, how="left", maintain_order="left")
    lost = (pl.col("indicator") == _GONE) & is_shown() & pl.col("gone_rule").is_not_null()
    rows = with_companions(further_ruled(rows, (lost, pl.col("gone_rule"))), indicators)
    few = talks.filter(~is_shown()).select(
        pl.col("indicator").str.strip_prefix(_BY_TALKS), "category", *_PLACE, talks_rule="rule"
    )
    rows = rows.join(few, on=["indicator", "category", *_PLACE], how="left", maintain_order="left")
    every = pl.any_horizontal(
        pl.lit(value=False),
        *(
            is_one([key for key, one in indicators.items() if one.behind.one_value == values])
            & pl.col("estimate").is_in(list(values))
            for values in {one.behind.one_value for one in indicators.values()}
        ),
    )
    tests = indicators.where(compares="goes_with")
    partner = pl.col("indicator").replace_strict(
        {key: one.behind.goes_with for key, one in tests.items()}, default=None, return_dtype=pl.String
    )
    others = partner_rules(marked, [str(one.behind.goes_with) for one in tests.values()])
    at = ["partner", "category", "region", "wave"]
    rows = rows.with_columns(partner=partner).join(others, on=at, how="left", maintain_order="left")
    beside = pl.col("partner").is_not_null() & is_shown()
    some = pl.col("n") != 0  # nobody's: no discussion was held, such as before the start
    rows = further_ruled(
        rows,
        (is_shown() & pl.col("talks_rule").is_not_null(), pl.col("talks_rule")),
        (
            beside & (pl.col("partner_rule").fill_null(HIDDEN_SIDE) != ""),
            pl.col("partner_rule").fill_null(HIDDEN_SIDE),
        ),
        (is_shown() & some & every, "no_spread"),
    )
    return _safe_ends(rows, bars, indicators, threshold).sort("_row").select(marked.columns)


def _safe_ends(rows: pl.DataFrame, bars: pl.DataFrame, indicators: Indicators, threshold: int) -> pl.DataFrame:
    quantiles = is_one(indicators.where(quantile="category"))
    counted = (
        rows.filter(quantiles)
        .select("_row", *_PLACE, "ci_low", "ci_high")
        .join(bars, on=_PLACE)
        .group_by("_row")
        .agg(
            below=pl.col("n").filter(pl.col("bin_high") <= pl.col("ci_low")).sum(),
            above=pl.col("n").filter(pl.col("bin_low") >= pl.col("ci_high")).sum(),
        )
    )
    known = rows.join(counted, on="_row", how="left", maintain_order="left")
    unsafe = quantiles & (pl.min_horizontal(pl.col("below").fill_null(0), pl.col("above").fill_null(0)) < threshold)
    return known.with_columns(pl.when(~unsafe).then(name).alias(name) for name in ("se", "df", "ci_low", "ci_high"))
