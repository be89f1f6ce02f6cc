"""The same persons at two waves: how much they changed, how many of them reliably, and who was lost on the way.

Every result about the followed stands beside what is known of the lost. Where people enter at
a crisis (families of a neuvonpito), scores come nearer the mean without any help at all (regression to the mean). Then
the change of the same persons, its effect sizes and the shares of the improved say nothing about what helped, and the
change must be compared with that of others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Unpack

import polars as pl

from sujuva.codebooks import Instrument, Scale
from sujuva.codebooks.regions import NETWORK
from sujuva.estimation.contrasts import Term, contrast
from sujuva.estimation.design import Precision, precision_of
from sujuva.estimation.domains import Domain, index_moments
from sujuva.estimation.effects import reliable_change
from sujuva.estimation.estimates import estimate_scores
from sujuva.estimation.paired import PAIRED_DOMAIN, estimate_changes, estimate_effects, estimate_tails
from sujuva.parjaavyys.common import discovered, scales_of, true_zero
from sujuva.tidy import ALL, COMPARISONS, KEY, TIDY, tidy

CHANGE_PAIRED = "change_paired"
"""The comparison of the same persons at two waves."""
EFFECT = "srm"
"""The effect that stands in the table of comparisons; the others are indicators `change_effect`."""
_FOLLOWED, _LOST = "followed", "lost"
_RESULT = ("estimate", "se", "df", "ci_low", "ci_high")
_DIFFERENCES = {name: TIDY.get(name, pl.Int32()) for name in (*PAIRED_DOMAIN, "n", *_RESULT, "note")}
_EFFECTS = {"effect": "estimate", "effect_low": "ci_low", "effect_high": "ci_high", "effect_kind": "kind"}
NO_RELIABILITY = "no_reliability"
"""Note: the reliability at the earlier wave is not known or not above 0, so no change can be called reliable."""


def paired_changes(
    paired: pl.DataFrame, instruments: Mapping[str, Instrument], **settings: Unpack[Precision]
) -> pl.DataFrame:
    """Compare the same persons at every pair of waves.

    Args:
        paired: The moments `paired`.
        instruments: Codebooks, with the index where there is one.
        settings: See `sujuva.estimation.Precision`.

    Returns:
        Columns `COMPARISONS`, sorted by `COMPARISONS_KEY`: comparison "change_paired", category "", group
        "all"; estimate is later minus earlier in units of the scale, n = other_n the pairs; `relative` only where the
        scale starts at 0; the effect is the standardised response mean (`srm`), which shares (scales of 0 and 1) have
        not; q as in `score_changes`.
    """
    scales = scales_of(instruments)
    changes = estimate_changes(paired.filter(pl.col("scale").is_in(list(scales))), **settings)
    confidence, _ = precision_of(settings)
    effects = estimate_effects(changes, confidence=confidence).filter(kind=EFFECT).filter(_no_share(scales))
    zero = pl.col("scale").is_in([key for key, scale in scales.items() if true_zero(scale)])
    return (
        changes.join(
            effects.select(*PAIRED_DOMAIN, *(pl.col(name).alias(column) for column, name in _EFFECTS.items())),
            on=PAIRED_DOMAIN,
            how="left",
        )
        .with_columns(
            pl.when(zero).then(pl.col(name)).alias(name) for name in ("relative", "relative_low", "relative_high")
        )
        .with_columns(
            pl.col("effect_kind").fill_null(""),
            comparison=pl.lit(CHANGE_PAIRED),
            category=pl.lit(""),
            group=pl.lit(ALL),
            other_wave="from_wave",
            other_group=pl.lit(ALL),
            q=pl.lit(None, pl.Float64),
            other_n="n",
        )
        .select(pl.col(name).cast(kind) for name, kind in COMPARISONS.items())
        .pipe(discovered, instruments)
    )


def change_effects(
    paired: pl.DataFrame, instruments: Mapping[str, Instrument], **settings: Unpack[Precision]
) -> pl.DataFrame:
    """Return every standardised effect of the paired changes as tidy rows `change_effect`.

    Arguments are those of `paired_changes`.

    Returns:
        Columns `TIDY`, sorted by `KEY`: wave is the later one, category "<kind>:<earlier wave>", such as "srm:2022";
        kinds are those of `sujuva.estimation.effects`. Shares (scales of 0 and 1) have none.
    """
    scales = scales_of(instruments)
    changes = estimate_changes(paired.filter(pl.col("scale").is_in(list(scales)), _no_share(scales)), **settings)
    effects = estimate_effects(changes, confidence=precision_of(settings)[0])
    return tidy(effects, indicator="change_effect", category=pl.format("{}:{}", "kind", "from_wave")).sort(KEY)


def reliable_changes(
    paired: pl.DataFrame,
    differences: pl.DataFrame,
    scores: pl.DataFrame,
    reliability: pl.DataFrame,
    instruments: Mapping[str, Instrument],
    *,
    reliable_confidence: float = 0.95,
    **settings: Unpack[Precision],
) -> pl.DataFrame:
    """Count who changed by more than the error of measurement (Jacobson & Truax 1991).

    The threshold z·SD₁·√2·√(1 − r) takes the unweighted standard deviation of everybody with a score at the earlier
    wave in the network, and Cronbach's α of that wave. It is one for all regions. Who is improved follows from the
    direction of the scale.

    Args:
        paired: The moments `paired`.
        differences: The moments `differences`.
        scores: The moments `scores`.
        reliability: Rows of `sujuva.tidy.RELIABILITY`; of them `alpha` of whole scales in the network.
        instruments: Codebooks, with the index where there is one.
        reliable_confidence: Of the change of one person.
        settings: See `sujuva.estimation.Precision`; confidence is that of the intervals of the shares.

    Returns:
        Columns `TIDY`, sorted by `KEY`; wave is the later one. `reliable_threshold` (network, category "<earlier
        wave>"): points that a change must exceed, n persons behind its standard deviation. `change_share` (category
        "improved:<earlier wave>", "unchanged:…", "worse:…"): weighted shares of the pairs with their design-based
        logit interval, n all pairs. Scales without a row of α, such as single items, are left out; where α cannot be
        used, the threshold's note says so and there are no shares.
    """
    scales = scales_of(instruments)
    asked = ["informant", "scale", "from_wave", "wave"]
    mine = paired.filter(pl.col("scale").is_in(list(scales)))
    known = (
        reliability.filter(measure="alpha", item="", region=NETWORK)
        .select("scale", "informant", from_wave="wave", alpha="estimate")
        .join(_spread(scores), on=["scale", "informant", "from_wave"])
    )
    limits = mine.select(asked).unique().join(known, on=["scale", "informant", "from_wave"]).sort(asked)
    points = [
        reliable_change(sd, alpha, confidence=reliable_confidence).threshold
        if sd is not None and alpha is not None and 0 < alpha <= 1
        else None
        for sd, alpha in limits.select("sd", "alpha").iter_rows()
    ]
    limits = limits.with_columns(threshold=pl.Series(points, dtype=pl.Float64))
    note = pl.when(pl.col("threshold").is_null()).then(pl.lit(NO_RELIABILITY)).otherwise(pl.lit(""))
    limits = limits.with_columns(category=pl.col("from_wave").cast(pl.String), estimate="threshold", note=note)
    thresholds = tidy(limits, indicator="reliable_threshold", region=NETWORK)
    tails = estimate_tails(mine, differences, limits.filter(pl.col("threshold").is_not_null()), **settings)
    upwards = pl.col("scale").is_in([key for key, scale in scales.items() if scale.higher_is_better])
    better = (pl.col("outcome") == "higher") == upwards
    changed = pl.when(better).then(pl.lit("improved")).otherwise(pl.lit("worse"))
    outcome = pl.when(pl.col("outcome") == "same").then(pl.lit("unchanged")).otherwise(changed)
    shares = tidy(tails, indicator="change_share", category=pl.format("{}:{}", outcome, "from_wave"))
    return pl.concat([thresholds, shares]).sort(KEY)


def attrition_indicators(
    attrition: pl.DataFrame, instruments: Mapping[str, Instrument], **settings: Unpack[Precision]
) -> pl.DataFrame:
    """Tell from the moments `attrition` how many were lost between two waves, and whether they were different before.

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
        y="n_lost",
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
        *(pl.col(f"{name}_across").alias(name) for name in ("cww", "cwy", "cyw", "cyy")),
        overlap="design_clusters",
        w="w_followed",
        wy="wy_followed",
        other_w="w_lost",
        other_wy="wy_lost",
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


def _no_share(scales: Mapping[str, Scale]) -> pl.Expr:
    return ~pl.col("scale").is_in([key for key, scale in scales.items() if scale.is_share])


def _spread(scores: pl.DataFrame) -> pl.DataFrame:
    """Return the unweighted standard deviation of the network: scale, informant, from_wave, n, sd."""
    network = scores.filter(region=NETWORK, group=ALL)
    summed = (
        network.group_by("scale", "informant", from_wave="wave")
        .agg(pl.col("n", "y").sum(), pl.col("yy").cast(pl.Int128).sum(), pl.col("decimals").first())
        .sort("scale", "informant", "from_wave")
    )
    spreads = [
        math.sqrt((n * yy - y * y) / (n * (n - 1))) / 10**decimals if n > 1 else None
        for n, y, yy, decimals in summed.select("n", "y", "yy", "decimals").iter_rows()
    ]
    return summed.select("scale", "informant", "from_wave", "n", sd=pl.Series(spreads, dtype=pl.Float64))
