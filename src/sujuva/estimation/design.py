"""The variance of a weighted mean under strata and clusters, in exact whole numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict, get_args

from sujuva.errors import ParameterError, nearest
from sujuva.estimation.interval import check_confidence

LonelyCluster = Literal["adjust", "certainty"]
"""What a stratum with one cluster adds: its squared deviation from the overall mean, or nothing."""


class Precision(TypedDict, total=False):
    """How errors and intervals are made: the settings that everything estimated from a design has.

    Attributes:
        confidence: Coverage of the intervals, strictly between 0 and 1; 0.95 where it is not given.
        lonely_cluster: Rule for strata with one cluster; `adjust` where it is not given.
    """

    confidence: float
    lonely_cluster: LonelyCluster


def precision_of(settings: Precision) -> tuple[float, LonelyCluster]:
    """Return the confidence and the rule for strata with one cluster.

    Raises:
        ParameterError: One of them is not allowed.
    """
    confidence, lonely_cluster = settings.get("confidence", 0.95), settings.get("lonely_cluster", "adjust")
    check_confidence(confidence)
    if lonely_cluster not in get_args(LonelyCluster):
        msg = f"lonely_cluster is '{lonely_cluster}'; adjust and certainty are allowed."
        raise ParameterError(msg, nearest(str(lonely_cluster), get_args(LonelyCluster)))
    return confidence, lonely_cluster


@dataclass(frozen=True)
class StratumMoments:
    """What a domain looks like in one stratum; every number is whole (weights and scores are fixed-point).

    `design_clusters` are all clusters of the stratum, also those without a member of the domain. With T_w and T_wy the
    totals of w and w·y over the members in a cluster: w is Σ T_w, wy Σ T_wy, cww Σ T_w², cwy Σ T_w·T_wy, cyy Σ T_wy².
    """

    design_clusters: int
    w: int
    wy: int
    cww: int
    cwy: int
    cyy: int


def variance_of_mean(strata: Iterable[StratumMoments], lonely_cluster: LonelyCluster) -> float:
    """Return the variance of the ratio mean m = Σwy / Σw by Taylor linearisation, in squared units of y.

    The linearised value of a cluster is z = (T_wy − m·T_w) / Σw, zero for clusters without a member of the domain.
    A stratum with H > 1 clusters adds H / (H − 1) · Σ (z − z̄)²: first stage with replacement, ultimate clusters
    (Wolter, 2007, Introduction to Variance Estimation, ch. 6; Lumley, 2010, Complex Surveys, ch. 2), the estimator of
    `svymean` on `svydesign(ids, strata, weights, nest = TRUE)` in R's survey. A stratum with one cluster adds z²
    (`adjust`: the deviation from the overall mean, which is 0) or nothing (`certainty`), as
    `options(survey.lonely.psu)` of that package.

    Nothing cancels: (Σw)²·z is a whole number, so every stratum's share is a ratio of whole numbers that is rounded
    once, and `fsum` adds without rounding on the way, whatever the order of the strata.
    """
    strata = list(strata)
    w, wy = sum(one.w for one in strata), sum(one.wy for one in strata)
    shares = []
    for one in strata:
        total = one.wy * w - wy * one.w  # w²·Σz
        squares = one.cyy * w * w - 2 * one.cwy * w * wy + one.cww * wy * wy  # w⁴·Σz²
        clusters = one.design_clusters
        if clusters > 1:
            shares.append((clusters * squares - total * total) / ((clusters - 1) * w**4))
        elif lonely_cluster == "adjust":
            shares.append(squares / w**4)
    return math.fsum(shares)
