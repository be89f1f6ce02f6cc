"""From the moments of scores to estimates: one row a domain."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any, Unpack

import polars as pl

from sujuva.estimation.design import LonelyCluster, Precision, StratumMoments, precision_of, variance_of_mean
from sujuva.estimation.domains import whole
from sujuva.estimation.interval import (
    DEFF_DEGREES,
    FEW_CLUSTERS,
    NO_SCORES,
    NO_VARIATION,
    ONE_PERSON,
    effective_at_edge,
    rate_interval,
    share_interval,
    t_interval,
    warning,
)
from sujuva.tidy import HEADS

DOMAIN = ("wave", "region", "group", "informant", "scale")
"""Columns that tell the domains of estimation apart."""
ESTIMATES = pl.Schema(
    {
        "wave": pl.Int32(),
        **dict.fromkeys(("region", "group", "informant", "scale"), pl.String()),
        **dict.fromkeys(("n", "n_missing", *HEADS), pl.Int64()),
        **dict.fromkeys(("mean", "se", "df", "ci_low", "ci_high", "sd", "deff", "n_eff"), pl.Float64()),
        "clusters": pl.Int64(),
        "note": pl.String(),
    }
)
"""Columns of the table of estimates and their types."""
SHARE, BOUNDED, COUNT = "share", "bounded", "count"
"""Kinds of scales whose mean has an interval where nobody differs."""
_WHOLE = ("n", "n_missing", "y", "w", "wy", "wyy", "clusters", "design_clusters", "cww", "cwy", "cyy")


def estimate_scores(
    scores: pl.DataFrame,
    *,
    shares: Collection[str] = (),
    bounded: Collection[str] = (),
    counts: Collection[str] = (),
    nested: bool = False,
    **settings: Unpack[Precision],
) -> pl.DataFrame:
    """Estimate the mean and the standard deviation of every domain.

    - mean: m = Σwy / Σw, a ratio mean.
    - se: see `sujuva.estimation.variance_of_mean`.
    - interval: m ± t(df) · se; for `shares` on the logit scale, so that it stays within 0–1. Where a share, or a mean
      of zeros and ones that is `bounded` by them, is exactly 0 or 1, it is Korn & Graubard's, and where a mean of
      `counts` is 0, Garwood's (`share_interval`, `rate_interval` of `sujuva.estimation.interval`), on one effective n.
    - df: clusters minus strata, of those with at least one scored member of the domain (`degf` of the subset design).
    - sd: √(n / (n − 1) · Σw(y − m)² / Σw), n unweighted: the square root of R's `svyvar`; with equal weights the
      sample standard deviation.
    - deff: se² / (sd² / n), against a simple random sample with replacement of the same size: R's
      `svymean(..., deff = "replace")`, the square of Kish's deft (Kish, 1995, Journal of Official Statistics 11).
      `deff = TRUE` would need weights that add up to the population, which weights scaled to a mean of 1 do not.
    - n_eff: n / deff, the size of a simple random sample with the same standard error.
    - clusters: those with at least one scored member of the domain.
    - heads, other_heads: of `shares` and of `bounded` means, how many scores are 1 and how many 0, without weights.

    Args:
        scores: The moments `scores` (or `feedback`), see `sujuva.moments`; 128-bit numbers may come as decimals.
        shares: Scales of zeros and ones (bands), whose mean is a share.
        bounded: Scales of zeros and ones whose mean has a t interval.
        counts: Scales that count events.
        nested: A cluster is one person, so that at an edge clusters, not scores, are the sample.
        settings: See `Precision`.

    Returns:
        Columns `ESTIMATES`, sorted by `DOMAIN`, in units of the scale. Without a score everything but n is null; with
        one score, se, df, interval and sd are; with no degrees of freedom, se, df and interval are; where all clusters
        are alike (se 0), the interval is, but at an edge; deff and n_eff are where se is null or 0, and under three
        degrees of freedom. `note` says why, or warns of an interval with few degrees of freedom (`FEW_DEGREES`, under
        eight) or from few clusters (`UNDER_30_CLUSTERS`).
    """
    confidence, lonely_cluster = precision_of(settings)
    kinds = {**dict.fromkeys(counts, COUNT), **dict.fromkeys(bounded, BOUNDED), **dict.fromkeys(shares, SHARE)}
    made = [
        _estimate(domain, confidence, lonely_cluster, kind=kinds.get(domain[0]["scale"], ""), nested=nested)
        for domain in domain_rows(scores, DOMAIN, _WHOLE)
    ]
    return pl.DataFrame(made, schema=ESTIMATES)


def domain_rows(
    moments: pl.DataFrame, domain: Sequence[str], numbers: Sequence[str], *, by: Sequence[str] = ()
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of each domain of a table of moments, one a stratum (and `by`), in a fixed order.

    So floats are computed in one order only, however the rows came.

    Raises:
        ContractError: A column is missing.
    """
    ordered = whole(moments, (*domain, "stratum", "decimals"), numbers).sort(*domain, "stratum", *by)
    for _, rows in groupby(ordered.iter_rows(named=True), key=lambda row: tuple(row[name] for name in domain)):
        yield list(rows)


def _estimate(
    strata: list[dict[str, Any]], confidence: float, lonely_cluster: LonelyCluster, *, kind: str, nested: bool
) -> dict[str, Any]:
    """Estimate one domain from its rows, one a stratum."""
    n = sum(row["n"] for row in strata)
    missing = [row["n_missing"] for row in strata]
    unanswered = None if None in missing else sum(missing)  # a region may have kept the number for itself
    found: dict[str, Any] = {name: strata[0][name] for name in DOMAIN} | dict.fromkeys(tuple(ESTIMATES)[len(DOMAIN) :])
    found |= {"n": n, "n_missing": unanswered, "clusters": 0, "note": ""}
    if n == 0:
        return found | {"note": NO_SCORES}
    unit = 10 ** strata[0]["decimals"]
    inside = [row for row in strata if row["n"]]
    w, wy, wyy = (sum(row[name] for row in inside) for name in ("w", "wy", "wyy"))
    found["mean"] = wy / (w * unit)
    found["clusters"] = sum(row["clusters"] for row in inside)
    df = found["clusters"] - len(inside)
    if kind in (SHARE, BOUNDED):
        ones = sum(row["y"] for row in inside) // unit
        found |= dict(zip(HEADS, (ones, n - ones), strict=True))
    if n == 1:
        return found | {"note": ONE_PERSON}
    # Σw(y − m)² / Σw = (Σw·Σwyy − (Σwy)²) / (Σw)², whole numbers up to the one division.
    found["sd"] = math.sqrt(n * (w * wyy - wy * wy) / ((n - 1) * w * w)) / unit
    if df < 1:
        return found | {"note": FEW_CLUSTERS}
    moments = [StratumMoments(*(row[name] for name in StratumMoments.__dataclass_fields__)) for row in inside]
    se = math.sqrt(variance_of_mean(moments, lonely_cluster)) / unit
    found |= {"se": se, "df": float(df)}
    if se > 0 and found["sd"] > 0 and df >= DEFF_DEGREES:
        deff = n * (se / found["sd"]) ** 2
        found |= {"deff": deff, "n_eff": n / deff}
    if se > 0:
        interval = (share_interval if kind == SHARE else t_interval)(found["mean"], se, df, confidence)
    else:
        interval = _at_edge(kind, found["mean"], df, confidence, found["clusters"] if nested else n)
    if interval is None:
        return found | {"note": NO_VARIATION}
    return found | {"ci_low": interval[0], "ci_high": interval[1], "note": warning(found["clusters"], df)}


def _at_edge(kind: str, mean: float, df: float, confidence: float, n: int) -> tuple[float, float] | None:
    """Return the interval of a mean that nobody differs from."""
    if kind in (SHARE, BOUNDED) and mean in (0, 1):
        return share_interval(mean, 0.0, df, confidence, n=n)
    if kind == COUNT and mean == 0:
        return rate_interval(0, effective_at_edge(n, df, confidence), confidence)
    return None
