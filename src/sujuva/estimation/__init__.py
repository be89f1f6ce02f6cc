"""Design-based estimates from moments alone: means, shares, differences, quantiles, their errors and intervals."""

from sujuva.estimation.aapc import Aapc, aapc, annual_ratio
from sujuva.estimation.alpha import (
    FEW_ANSWERS,
    ITEM_WITHOUT_VARIANCE,
    NEGATIVE_ALPHA,
    ItemProducts,
    alpha_without,
    average_correlation,
    correlations,
    cronbach,
    feldt_interval,
    item_rest,
)
from sujuva.estimation.contrasts import Contrast, Term, contrast, ratio
from sujuva.estimation.design import LonelyCluster, Precision, variance_of_mean
from sujuva.estimation.discovery import benjamini_hochberg, with_false_discovery
from sujuva.estimation.domains import Domain, MomentIndex, index_moments
from sujuva.estimation.effects import PairedSpread, effect_interval, hedges, paired_factors
from sujuva.estimation.estimates import DOMAIN, ESTIMATES, estimate_scores
from sujuva.estimation.icc import Intraclass, UnitsOfSize, intraclass
from sujuva.estimation.interval import (
    ENOUGH_CLUSTERS,
    FEW_CLUSTERS,
    FEW_DEGREES,
    NO_SCORES,
    NO_VARIATION,
    ONE_PERSON,
    UNDER_30_CLUSTERS,
    share_interval,
    t_interval,
)
from sujuva.estimation.omega import (
    FEW_ITEMS,
    HEYWOOD,
    NO_CONVERGENCE,
    OneFactor,
    omega_error,
    omega_interval,
    omega_total,
    one_factor,
)
from sujuva.estimation.paired import CHANGES, EFFECTS, TAILS, estimate_changes, estimate_effects, estimate_tails
from sujuva.estimation.quantiles import QUANTILES, estimate_quantiles, weighted_quantile
from sujuva.estimation.reliable_change import ReliableChange, reliable_change

__all__ = [
    "CHANGES",
    "DOMAIN",
    "EFFECTS",
    "ENOUGH_CLUSTERS",
    "ESTIMATES",
    "FEW_ANSWERS",
    "FEW_CLUSTERS",
    "FEW_DEGREES",
    "FEW_ITEMS",
    "HEYWOOD",
    "ITEM_WITHOUT_VARIANCE",
    "NEGATIVE_ALPHA",
    "NO_CONVERGENCE",
    "NO_SCORES",
    "NO_VARIATION",
    "ONE_PERSON",
    "QUANTILES",
    "TAILS",
    "UNDER_30_CLUSTERS",
    "Aapc",
    "Contrast",
    "Domain",
    "Intraclass",
    "ItemProducts",
    "LonelyCluster",
    "MomentIndex",
    "OneFactor",
    "PairedSpread",
    "Precision",
    "ReliableChange",
    "Term",
    "UnitsOfSize",
    "aapc",
    "alpha_without",
    "annual_ratio",
    "average_correlation",
    "benjamini_hochberg",
    "contrast",
    "correlations",
    "cronbach",
    "effect_interval",
    "estimate_changes",
    "estimate_effects",
    "estimate_quantiles",
    "estimate_scores",
    "estimate_tails",
    "feldt_interval",
    "hedges",
    "index_moments",
    "intraclass",
    "item_rest",
    "omega_error",
    "omega_interval",
    "omega_total",
    "one_factor",
    "paired_factors",
    "ratio",
    "reliable_change",
    "share_interval",
    "t_interval",
    "variance_of_mean",
    "weighted_quantile",
    "with_false_discovery",
]
