"""From the moments of the same persons at two waves to estimates of their change."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Unpack

import polars as pl
from scipy.special import stdtr

from sujuva.estimation.design import LonelyCluster, Precision, StratumMoments, precision_of, variance_of_mean
from sujuva.estimation.effects import PairedSpread, effect_interval, paired_factors
from sujuva.estimation.estimates import domain_rows
from sujuva.estimation.interval import (
    FEW_CLUSTERS,
    NO_VARIATION,
    ONE_PERSON,
    check_confidence,
    relative_interval,
    share_interval,
    t_interval,
    warning,
)
from sujuva.tidy import HEADS

PAIRED_DOMAIN = ("region", "informant", "scale", "from_wave", "wave")
"""Columns that tell the changes of the same persons apart."""
_KEYS = {
    **dict.fromkeys(("region", "informant", "scale"), pl.String()),
    **dict.fromkeys(("from_wave", "wave"), pl.Int32()),
}
_RESULT = dict.fromkeys(("estimate", "se", "df", "ci_low", "ci_high"), pl.Float64())
CHANGES = pl.Schema(
    {
        **_KEYS,
        **dict.fromkeys(("n", "clusters"), pl.Int64()),
        **_RESULT,
        **dict.fromkeys(("p", "relative", "relative_low", "relative_high"), pl.Float64()),
        **dict.fromkeys(("sd_before", "sd_after", "sd_difference"), pl.Float64()),
        "note": pl.String(),
    }
)
"""Columns of the changes of the same persons and their types."""
EFFECTS = pl.Schema({**_KEYS, "kind": pl.String(), "n": pl.Int64(), **_RESULT, "note": pl.String()})
"""Columns of the standardised effects and their types."""
OUTCOMES = ("higher", "lower", "same")
"""What can become of a person's score: higher or lower by more than the threshold, or neither."""
TAILS = pl.Schema(
    {
        **_KEYS,
        "outcome": pl.String(),
        **dict.fromkeys(("n", *HEADS), pl.Int64()),
        **_RESULT,
        "note": pl.String(),
    }
)
"""Columns of the shares of persons by outcome and their types."""
_WHOLE = (
    "n", "w", "wd", "wdd", "wy1", "wy1y1", "wy2", "wy2y2", "clusters", "design_clusters",
    "cww", "cwd", "cdd", "cy1y1", "cy1y2", "cy2y2",
)  # fmt: skip
_COUNTED = (
    "distance",
    "n_higher",
    "n_lower",
    "w_higher",
    "w_lower",
    "cw_higher",
    "cw_lower",
    "c_higher",
    "c_lower",
    "c_across",
)


def estimate_changes(paired: pl.DataFrame, **settings: Unpack[Precision]) -> pl.DataFrame:
    """Estimate the mean change of the same persons between two waves, later minus earlier.

    The mean is Σwd / Σw, its error that of a domain mean in the sample of the earlier wave
    (`sujuva.estimation.variance_of_mean`; R's `svymean(~I(y2 - y1), subset(design, !is.na(y2)))`), the interval and
    the p value those of t with clusters minus strata degrees of freedom. `relative` is Σwy2 / Σwy1 − 1, with an
    interval made on the logarithm (delta method; none above `MOST_RELATIVE`); it means something only on a scale with a
    true zero. Standard deviations are those of the same persons, weighted as in `estimate_scores`. `paired` are the
    moments of that name.

    Returns:
        Columns `CHANGES`, sorted by `PAIRED_DOMAIN`, in units of the scale. What cannot be estimated is null, and
        `note` says why; with an estimate it may warn of few clusters.
    """
    confidence, lonely_cluster = precision_of(settings)
    rows = [_change(domain, confidence, lonely_cluster) for domain in domain_rows(paired, PAIRED_DOMAIN, _WHOLE)]
    return pl.DataFrame(rows, schema=CHANGES)


def estimate_effects(changes: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """Standardise changes (`CHANGES`) in every usual way, each under its own name (`sujuva.estimation.effects`).

    Returns:
        Columns `EFFECTS`, in the order of `changes` and then of the kinds; `se` is that of the interval (Becker 1988).
        Changes without an error have no effect.
    """
    check_confidence(confidence)
    made = []
    for row in changes.filter(pl.col("se") > 0).iter_rows(named=True):
        spread = PairedSpread(row["sd_before"], row["sd_after"], row["sd_difference"])
        effective = (spread.difference / row["se"]) ** 2
        for kind, factor in paired_factors(spread, row["n"]).items():
            effect = row["estimate"] * factor
            se, low, high = effect_interval(effect, row["se"] * factor, effective, row["df"], confidence)
            made.append(
                {name: row[name] for name in (*PAIRED_DOMAIN, "n", "df", "note")}
                | {"kind": kind, "estimate": effect, "se": se, "ci_low": low, "ci_high": high}
            )
    return pl.DataFrame(made, schema=EFFECTS)


def estimate_tails(
    paired: pl.DataFrame, differences: pl.DataFrame, thresholds: pl.DataFrame, **settings: Unpack[Precision]
) -> pl.DataFrame:
    """Estimate the shares of persons whose score rose or fell by more than a threshold, and of the others.

    A share is the mean of a 0/1 variable: its error comes from the second moments of the tails, exactly, and its
    interval is that of shares (`sujuva.estimation.share_interval`).

    Args:
        paired: The moments `paired`.
        differences: The moments `differences`.
        thresholds: informant, scale, from_wave, wave, threshold (units of the scale, 0 or more); domains without a
            threshold get no shares.
        settings: See `Precision`.

    Returns:
        Columns `TAILS`, one row an outcome (`OUTCOMES`), sorted by `PAIRED_DOMAIN` and outcome; n counts all pairs,
        heads those with the outcome and other_heads those without, unweighted.
    """
    confidence, lonely_cluster = precision_of(settings)
    keys = [name for name in PAIRED_DOMAIN if name != "region"]
    limit = {tuple(row[:4]): row[4] for row in thresholds.select(*keys, "threshold").iter_rows()}
    tails = {
        tuple(domain[0][name] for name in PAIRED_DOMAIN): domain
        for domain in domain_rows(differences, PAIRED_DOMAIN, _COUNTED, by=["distance"])
    }
    made: list[dict[str, Any]] = []
    for strata in domain_rows(paired, PAIRED_DOMAIN, _WHOLE):
        key = tuple(strata[0][name] for name in PAIRED_DOMAIN)
        threshold = limit.get(key[1:])
        if threshold is not None:
            unit = 10 ** strata[0]["decimals"]
            beyond = [row for row in tails.get(key, []) if row["distance"] > threshold * unit]
            made += _shares(strata, beyond, confidence, lonely_cluster)
    return pl.DataFrame(made, schema=TAILS).sort(*PAIRED_DOMAIN, "outcome")


def _start(strata: list[dict[str, Any]], schema: pl.Schema) -> dict[str, Any]:
    clusters = sum(row["clusters"] for row in strata)
    n = sum(row["n"] for row in strata)
    found: dict[str, Any] = dict.fromkeys(schema) | {name: strata[0][name] for name in PAIRED_DOMAIN}
    found |= {"n": n, "note": ONE_PERSON if n == 1 else FEW_CLUSTERS if clusters <= len(strata) else ""}
    return found | ({"clusters": clusters} if "clusters" in schema else {})


def _change(strata: list[dict[str, Any]], confidence: float, lonely_cluster: LonelyCluster) -> dict[str, Any]:
    found = _start(strata, CHANGES)
    n, unit = found["n"], 10 ** strata[0]["decimals"]
    w, wd, wy1, wy2 = (sum(row[name] for row in strata) for name in ("w", "wd", "wy1", "wy2"))
    found["estimate"] = wd / (w * unit)
    if min(wy1, wy2) > 0:
        found["relative"] = (wy2 - wy1) / wy1
    if n == 1:
        return found
    for name, total, squares in (("before", "wy1", "wy1y1"), ("after", "wy2", "wy2y2"), ("difference", "wd", "wdd")):
        y, yy = (sum(row[one] for row in strata) for one in (total, squares))
        found[f"sd_{name}"] = math.sqrt(n * (w * yy - y * y) / ((n - 1) * w * w)) / unit
    if found["note"]:
        return found
    df = found["clusters"] - len(strata)
    se = math.sqrt(_variance(strata, ("w", "wd", "cww", "cwd", "cdd"), lonely_cluster)) / unit
    if not se:
        return found | {"note": NO_VARIATION}
    low, high = t_interval(found["estimate"], se, df, confidence)
    found |= {"se": se, "df": float(df), "ci_low": low, "ci_high": high}
    found["p"] = 2 * float(stdtr(df, -abs(found["estimate"]) / se))
    if found["relative"] is not None:
        ratio = wy2 / wy1
        # The ratio of two totals over the same persons is a ratio mean, too.
        error = math.sqrt(_variance(strata, ("wy1", "wy2", "cy1y1", "cy1y2", "cy2y2"), lonely_cluster)) / ratio
        found["relative_low"], found["relative_high"] = relative_interval(ratio, error, df, confidence)
    return found | {"note": warning(found["clusters"], df)}


def _variance(strata: list[dict[str, Any]], names: Sequence[str], lonely_cluster: LonelyCluster) -> float:
    moments = [StratumMoments(row["design_clusters"], *(row[name] for name in names)) for row in strata]
    return variance_of_mean(moments, lonely_cluster)


def _shares(
    strata: list[dict[str, Any]], beyond: list[dict[str, Any]], confidence: float, lonely_cluster: LonelyCluster
) -> Iterator[dict[str, Any]]:
    """Yield one row an outcome of one domain."""
    found = _start(strata, TAILS)
    sums = {row["stratum"]: dict.fromkeys(_COUNTED[1:], 0) for row in strata}
    for row in beyond:
        for name in _COUNTED[1:]:
            sums[row["stratum"]][name] += row[name]
    clusters = sum(row["clusters"] for row in strata)
    df = clusters - len(strata)
    heads = {outcome: sum(row[f"n_{outcome}"] for row in sums.values()) for outcome in OUTCOMES[:2]}
    heads |= {"same": found["n"] - sum(heads.values())}
    for outcome in OUTCOMES:
        parts = [_tail(row, sums[row["stratum"]], outcome) for row in strata]
        share = sum(part.wy for part in parts) / sum(part.w for part in parts)
        counted = dict(zip(HEADS, (heads[outcome], found["n"] - heads[outcome]), strict=True))
        made = found | counted | {"outcome": outcome, "estimate": share}
        if not found["note"]:
            se = math.sqrt(variance_of_mean(parts, lonely_cluster))
            interval = share_interval(share, se, df, confidence, n=found["n"])
            made |= {"se": se, "df": float(df), "note": warning(clusters, df) if interval else NO_VARIATION}
            made |= {"ci_low": interval[0], "ci_high": interval[1]} if interval else {}
        yield made


def _tail(row: dict[str, Any], tail: dict[str, int], outcome: str) -> StratumMoments:
    """Return the moments of the 0/1 variable of an outcome in one stratum."""
    plan, w, cww = row["design_clusters"], row["w"], row["cww"]
    if outcome != "same":
        return StratumMoments(plan, w, tail[f"w_{outcome}"], cww, tail[f"cw_{outcome}"], tail[f"c_{outcome}"])
    # Its total in a cluster is T − U − L.
    away = tail["cw_higher"] + tail["cw_lower"]
    both = tail["c_higher"] + tail["c_lower"] + 2 * tail["c_across"]
    return StratumMoments(plan, w, w - tail["w_higher"] - tail["w_lower"], cww, cww - away, cww - 2 * away + both)
