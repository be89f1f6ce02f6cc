"""What the comparisons over time share: scales by key, spreads of domains, and rows of the table of comparisons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import polars as pl

from sujuva.codebooks import Instrument, Scale, headline_scales
from sujuva.estimation.contrasts import Contrast, Term, contrast, ratio
from sujuva.estimation.design import Precision, precision_of
from sujuva.estimation.discovery import with_false_discovery
from sujuva.estimation.domains import Domain, MomentIndex
from sujuva.estimation.effects import effect_interval
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY, NO_COMPARISON

_NUMBERS = ("estimate", "se", "df", "ci_low", "ci_high", "p", "clusters", "note")


def scales_of(instruments: Mapping[str, Instrument]) -> dict[str, Scale]:
    """Return every scale of the codebooks by its key."""
    return {scale.key: scale for instrument in instruments.values() for scale in instrument.scales}


def headline_bands(instruments: Mapping[str, Instrument]) -> list[str]:
    """Return the bands "<scale>.<band>" that the codebooks call indicators, each once."""
    found = [
        f"{scale.key}.{band.key}" for scale in scales_of(instruments).values() for band in scale.bands if band.indicator
    ]
    return list(dict.fromkeys(found))


def true_zero(scale: Scale) -> bool:
    """Tell whether a relative change means something: the theoretical range starts at 0 (a convention of ours)."""
    return scale.range[0] == 0


def pooled_spread(domains: Sequence[Domain], moments: MomentIndex) -> float | None:
    """Return the pooled standard deviation of domains, √(Σ(n − 1)·SD² / Σ(n − 1)), each SD weighted as score_sd is.

    In units of the scale; nothing where no domain has two persons.
    """
    squares, freedom = [], 0
    for domain in domains:
        parts = moments.domain(domain)
        n, w, wy, wyy = (sum(getattr(part, name) for part in parts) for name in ("n", "w", "wy", "wyy"))
        if n > 1:
            # (n − 1)·SD² = n·(Σw·Σwyy − (Σwy)²) / (Σw)², whole numbers up to the one division.
            squares.append(n * (w * wyy - wy * wy) / (w * w * 100 ** parts[0].decimals))
            freedom += n - 1
    return math.sqrt(math.fsum(squares) / freedom) if freedom else None


def standardised(
    found: Contrast, spread: float | None, confidence: float, kind: str, *, n: int
) -> dict[str, float | str]:
    """Divide a contrast by a standard deviation: the columns effect, effect_low, effect_high and effect_kind.

    The interval is that of `sujuva.estimation.effects.effect_interval`, with `n` persons behind the standard deviation.
    """
    if not spread or not found.se or found.estimate is None or found.df is None:
        return {}
    effect = found.estimate / spread
    _, low, high = effect_interval(effect, found.se / spread, n, found.df, confidence)
    return {"effect": effect, "effect_low": low, "effect_high": high, "effect_kind": kind}


def comparison_row(found: Contrast, domain: Domain | None, **columns: Any) -> dict[str, Any]:
    """Return a row of `COMPARISONS` with the numbers of a contrast, whom `domain` tells of, and the columns given."""
    row = dict(NO_COMPARISON)
    if domain:
        scale, _, band = domain.scale.partition(".")
        row |= {"scale": scale, "category": band, "informant": domain.informant, "region": domain.regions[0]}
        row |= {"wave": domain.wave, "group": domain.group, "n": found.n[0], "other_n": found.n[1]}
    row |= {name: getattr(found, name) for name in _NUMBERS} | columns
    if row["category"] and row["ci_low"] is not None:  # no difference of two shares leaves −1 to 1
        row |= {"ci_low": max(row["ci_low"], -1.0), "ci_high": min(row["ci_high"], 1.0)}
    return row


def difference(
    comparison: str,
    one: Domain,
    other: Domain,
    moments: MomentIndex,
    scales: Mapping[str, Scale],
    **settings: Unpack[Precision],
) -> dict[str, Any]:
    """Return a row of `COMPARISONS`: the mean of one domain minus that of another.

    `relative` (mean / mean of the other − 1) only of shares and of scales that start at 0; the effect is the difference
    over the pooled standard deviation of both (`d_pooled`), of scores and not of shares.

    Args:
        comparison: What the comparison is called.
        one: A domain.
        other: The domain that it is compared with.
        moments: The moments `scores` and `pairs`.
        scales: Scales by key; a band "<scale>.<band>" is a share.
        settings: See `sujuva.estimation.Precision`.
        ContractError: `pairs` lacks a row.
    """
    found = contrast([Term(1, one), Term(-1, other)], moments, **settings)
    row = comparison_row(found, one, comparison=comparison, other_wave=other.wave, other_group=other.group)
    share = one.scale not in scales or scales[one.scale].is_share
    if share or true_zero(scales[one.scale]):
        times = ratio(one, other, moments, **settings) or (None, None, None)
        row |= dict(zip(("relative", "relative_low", "relative_high"), times, strict=True))
    if not share:
        confidence, _ = precision_of(settings)
        row |= standardised(found, pooled_spread([one, other], moments), confidence, "d_pooled", n=sum(found.n))
    return row


def discovered(comparisons: pl.DataFrame, instruments: Mapping[str, Instrument]) -> pl.DataFrame:
    """Fill q of comparisons and sort them by the key.

    One family are all comparisons of one kind, region and pair of waves in the means of headline scales, over
    informants and groups; the subscales and bands are another.
    """
    marked = comparisons.drop("q").with_columns(
        headline=pl.col("scale").is_in(list(headline_scales(instruments))) & (pl.col("category") == "")
    )
    return (
        with_false_discovery(marked, ["comparison", "region", "wave", "other_wave", "headline"])
        .select(COMPARISONS.names())
        .sort(COMPARISONS_KEY)
    )
