"""The same persons at two waves: how much they changed, and how many of them reliably.

Every result about the followed stands beside what is known of the lost (`attrition_indicators`). Where people enter at
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
from sujuva.estimation.design import Precision, precision_of
from sujuva.estimation.effects import reliable_change
from sujuva.estimation.paired import PAIRED_DOMAIN, estimate_changes, estimate_effects, estimate_tails
from sujuva.parjaavyys.common import discovered, scales_of, true_zero
from sujuva.tidy import COMPARISONS, KEY, tidy

CHANGE_PAIRED = "change_paired"
"""The comparison of the same persons at two waves."""
EFFECT = "srm"
"""The effect that stands in the table of comparisons; the others are indicators `change_effect`."""
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
            effects.select(
                *PAIRED_DOMAIN, effect="estimate", effect_low="ci_low", effect_high="ci_high", effect_kind="kind"
            ),
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
            group=pl.lit("all"),
            other_wave="from_wave",
            other_group=pl.lit("all"),
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

    Args:
        paired: The moments `paired`.
        instruments: Codebooks, with the index where there is one.
        settings: See `sujuva.estimation.Precision`.

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
    thresholds = tidy(
        limits,
        indicator="reliable_threshold",
        category=pl.col("from_wave").cast(pl.String),
        region=NETWORK,
        estimate=pl.col("threshold"),
        note=note,
    )
    tails = estimate_tails(mine, differences, limits.filter(pl.col("threshold").is_not_null()), **settings)
    upwards = pl.col("scale").is_in([key for key, scale in scales.items() if scale.higher_is_better])
    better = (pl.col("outcome") == "higher") == upwards
    outcome = (
        pl.when(pl.col("outcome") == "same")
        .then(pl.lit("unchanged"))
        .when(better)
        .then(pl.lit("improved"))
        .otherwise(pl.lit("worse"))
    )
    shares = tidy(tails, indicator="change_share", category=pl.format("{}:{}", outcome, "from_wave"))
    return pl.concat([thresholds, shares]).sort(KEY)


def _no_share(scales: Mapping[str, Scale]) -> pl.Expr:
    return ~pl.col("scale").is_in([key for key, scale in scales.items() if scale.is_share])


def _spread(scores: pl.DataFrame) -> pl.DataFrame:
    """Return the unweighted standard deviation of the network: scale, informant, from_wave, n, sd."""
    network = scores.filter(region=NETWORK, group="all")
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
