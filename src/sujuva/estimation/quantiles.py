"""Quantiles of scores, with intervals by Woodruff's method."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import accumulate

import polars as pl

from sujuva.errors import ContractError, ParameterError
from sujuva.estimation.domains import whole
from sujuva.estimation.estimates import DOMAIN
from sujuva.estimation.interval import NO_VARIATION, NOT_MISSING, check_confidence, t_interval
from sujuva.tidy import HEADS

QUANTILES = pl.Schema(
    {
        "wave": pl.Int32(),
        **dict.fromkeys(("region", "group", "informant", "scale"), pl.String()),
        **dict.fromkeys(("share", "estimate", "df", "ci_low", "ci_high"), pl.Float64()),
        **dict.fromkeys(("n", *HEADS), pl.Int64()),
        "note": pl.String(),
    }
)
"""Columns of the table of quantiles and their types."""


def weighted_quantile(scores: Sequence[int], weights: Sequence[int], share: Fraction) -> int:
    """Return the smallest score up to which at least `share` of the weight lies: the inverse of the distribution.

    That is R's `svyquantile(..., qrule = "math")`, its default, the same as "hf1" (type 1 of Hyndman & Fan, 1996), in
    whole numbers: always a score that somebody has.
    `scores` are distinct and ascending, and `weights` above 0.
    """
    reached = list(accumulate(weights))
    wanted = -((-share.numerator * reached[-1]) // share.denominator)  # upwards: weights are whole
    return scores[min(bisect_left(reached, wanted), len(scores) - 1)]


def estimate_quantiles(
    distributions: pl.DataFrame,
    estimates: pl.DataFrame,
    shares: Collection[Fraction],
    *,
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Estimate quantiles of every domain from how often each score occurs.

    The interval is Woodruff's (1952, JASA 47, 635–646): with q the quantile and F the share of weight up to it, the
    limits F ± t(df) · se(F) are turned back into scores by the same rule, as R's `svyquantile(...,
    interval.type = "mean")` does. The moments know no second moments of F over clusters; se(F) is therefore
    √(deff · F(1 − F) / (n − 1)) with the design effect n·(se / sd)² of the mean of the same scores, which is this
    project's own approximation. A limit beyond the sample (a share below 0 or above 1) has no score and is null here.

    Args:
        distributions: The moments `distributions`.
        estimates: What `estimate_scores` made of the same domains: n, sd, se, df, note.
        shares: Which quantiles, as exact fractions between 0 and 1.
        confidence: Coverage of the intervals.

    Returns:
        Columns `QUANTILES`, sorted by `DOMAIN` and share, in units of the scale. Domains in which nobody has a score
        are left out. An interval (approximate, see above) is missing where the mean has none or nobody differs, and
        `note` says why; an end that lies beyond the sample is missing without such a note. heads are the persons with
        the score of the quantile or less, other_heads those with it or more, without weights.

    Raises:
        ParameterError: `confidence` or a share is no probability strictly between 0 and 1.
        ContractError: A column is missing, or a domain of one table is not in the other.
    """
    check_confidence(confidence)
    if not all(0 < share < 1 for share in shares):
        msg = "Quantiles need shares between 0 and 1."
        raise ParameterError(msg)
    # Of the mean; under few degrees of freedom it is not told (`DEFF_DEGREES`), but the interval allows for those.
    deff = pl.when(pl.col("se") > 0, pl.col("sd") > 0).then(pl.col("all") * (pl.col("se") / pl.col("sd")) ** 2)
    same = pl.col("deff").is_null()
    domains = (
        whole(distributions, (*DOMAIN, "decimals", "score"), ("n", "w"))
        .sort(*DOMAIN, "score")
        .group_by(DOMAIN, maintain_order=True)
        .agg(pl.col("decimals").first(), pl.col("score", "w"), pl.col("n").sum(), persons=pl.col("n"))
        .join(
            estimates.select(*DOMAIN, "df", "se", "sd", "note", all="n"), on=DOMAIN, how="left", maintain_order="left"
        )
        .with_columns(deff=deff)
        .with_columns(
            note=pl.when(same & pl.col("note").is_in(NOT_MISSING)).then(pl.lit(NO_VARIATION)).otherwise("note")
        )
    )
    if not domains.select((pl.col("n") == pl.col("all")).fill_null(value=False).all()).item():
        msg = "The distributions and the moments of scores do not count the same persons."
        raise ContractError(msg, "Run the stage moments again.")
    made = [
        (
            *domain,
            float(share),
            *_quantile(scores, weights, share, 10**decimals, n, df, deff, confidence),
            n,
            *_sides(scores, persons, weighted_quantile(scores, weights, share)),
            note or "",
        )
        for *domain, decimals, scores, weights, persons, n, df, deff, note in domains.select(
            *DOMAIN, "decimals", "score", "w", "persons", "n", "df", "deff", "note"
        ).iter_rows()
        for share in sorted(shares)
    ]
    return pl.DataFrame(made, schema=QUANTILES, orient="row")


def _sides(scores: list[int], persons: list[int], found: int) -> tuple[int, int]:
    """Count the persons at or below a score that somebody has, and those at or above it."""
    place = scores.index(found)
    return sum(persons[: place + 1]), sum(persons[place:])


def _quantile(
    scores: list[int],
    weights: list[int],
    share: Fraction,
    unit: int,
    n: int,
    df: float | None,
    deff: float | None,
    confidence: float,
) -> tuple[float, float | None, float | None, float | None]:
    """Return the quantile, the degrees of freedom and the ends of the interval."""
    found = weighted_quantile(scores, weights, share)
    if df is None or deff is None:
        return found / unit, df, None, None
    total = sum(weights)
    below = sum(weights[: scores.index(found) + 1]) / total
    se = math.sqrt(deff * below * (1 - below) / (n - 1))
    ends = t_interval(below, se, df, confidence)
    low, high = (weighted_quantile(scores, weights, Fraction(end)) / unit if 0 <= end <= 1 else None for end in ends)
    return found / unit, df, low, high
