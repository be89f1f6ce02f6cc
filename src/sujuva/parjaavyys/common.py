"""What the comparisons over time share: scales by key, spreads of domains, and rows of the table of comparisons."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks import Instrument, Scale
from sujuva.estimation.contrasts import Contrast
from sujuva.estimation.discovery import with_false_discovery
from sujuva.estimation.domains import Domain, MomentIndex
from sujuva.estimation.effects import effect_interval
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY


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


def comparison_row(found: Contrast, **columns: Any) -> dict[str, Any]:
    """Return a row of `COMPARISONS` with the numbers of a contrast and the columns given."""
    row: dict[str, Any] = dict.fromkeys(COMPARISONS) | {"category": "", "effect_kind": ""}
    row |= {
        name: getattr(found, name) for name in ("estimate", "se", "df", "ci_low", "ci_high", "p", "clusters", "note")
    }
    row |= columns
    if row["category"] and row["ci_low"] is not None:  # no difference of two shares leaves −1 to 1
        row |= {"ci_low": max(row["ci_low"], -1.0), "ci_high": min(row["ci_high"], 1.0)}
    return row


def discovered(comparisons: pl.DataFrame, headline: Collection[str]) -> pl.DataFrame:
    """Fill q and sort by the key.

    One family are all comparisons of one kind, region and pair of waves in the means of headline scales, over
    informants and groups; the subscales and bands are another.

    Args:
        comparisons: Columns `COMPARISONS`.
        headline: Scales that are no part of a larger one.
    """
    marked = comparisons.drop("q").with_columns(
        headline=pl.col("scale").is_in(list(headline)) & (pl.col("category") == "")
    )
    return (
        with_false_discovery(marked, ["comparison", "region", "wave", "other_wave", "headline"])
        .select(COMPARISONS.names())
        .sort(COMPARISONS_KEY)
    )
