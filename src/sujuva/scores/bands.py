"""Bands of a scale as 0/1 scales of their own, so that a share is a mean."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import polars as pl

from sujuva.codebooks import Band, Instrument, Scale
from sujuva.errors import CodebookError, nearest


def norm_sets(instrument: Instrument) -> list[str]:
    """Return the norm sets that the codebook has bands for, in its order."""
    return list(dict.fromkeys(band.norms for scale in instrument.scales for band in scale.bands))


def band_columns(instrument: Instrument, norms: str | None = None) -> list[str]:
    """Return the names "<scale>.<band>" of the bands in a norm set, in codebook order.

    Raises:
        CodebookError: The codebook has no such norm set.
    """
    return [f"{scale.key}.{key}" for scale, key, _ in _bands(instrument, norms)]


def band_expressions(instrument: Instrument, norms: str | None = None) -> list[pl.Expr]:
    """Return one expression a band over the score columns and `informant`: Int64 1 in the band, 0 not, else null.

    Raises:
        CodebookError: The codebook has no such norm set.
    """
    return [_inside(scale, bands).alias(f"{scale.key}.{key}") for scale, key, bands in _bands(instrument, norms)]


def _bands(instrument: Instrument, norms: str | None) -> list[tuple[Scale, str, list[Band]]]:
    norms = norms or instrument.norms
    if norms is None:
        return []
    known = norm_sets(instrument)
    if norms not in known:
        msg = f"{instrument.key}.yaml has no bands of the norm set '{norms}'."
        raise CodebookError(msg, nearest(norms, known))
    found: dict[tuple[str, str], tuple[Scale, str, list[Band]]] = {}
    for scale in instrument.scales:
        for band in scale.bands if scale.ready else ():
            if band.norms == norms:
                found.setdefault((scale.key, band.key), (scale, band.key, []))[2].append(band)
    return list(found.values())


def _inside(scale: Scale, bands: list[Band]) -> pl.Expr:
    score = pl.col(scale.key)
    result: pl.Expr = pl.lit(None, pl.Int64)
    # The entries of one informant may be several intervals: in the band is in any of them.
    for informant in dict.fromkeys(band.informant for band in bands):
        intervals = [
            score.is_between(_fixed(band.low, scale, ROUND_CEILING), _fixed(band.high, scale, ROUND_FLOOR))
            for band in bands
            if band.informant == informant
        ]
        applies = pl.lit(value=True) if informant is None else pl.col("informant") == informant
        result = pl.when(applies).then(pl.any_horizontal(intervals).cast(pl.Int64)).otherwise(result)
    return result


def _fixed(limit: float, scale: Scale, rounding: str) -> int:
    """Return a band's limit on the scale's fixed-point grid; `str` gives the decimals that the codebook wrote."""
    return int((Decimal(str(limit)) * 10**scale.decimals).to_integral_value(rounding))
