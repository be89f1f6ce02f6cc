"""Design-based estimates from moments alone: means, shares, differences, quantiles, their errors and intervals.

Whatever reads moments raises a `ContractError` where columns are missing, and a `ParameterError` where a setting
(`Precision`) is not allowed.
"""

from sujuva.estimation.aapc import aapc, annual_ratio
from sujuva.estimation.contrasts import Contrast, Term, contrast, ratio
from sujuva.estimation.design import LonelyCluster, Precision, variance_of_mean
from sujuva.estimation.discovery import with_false_discovery
from sujuva.estimation.domains import Domain, MomentIndex, index_moments
from sujuva.estimation.effects import reliable_change
from sujuva.estimation.estimates import DOMAIN, ESTIMATES, estimate_scores
from sujuva.estimation.icc import intraclass
from sujuva.estimation.interval import share_interval, t_interval
from sujuva.estimation.paired import CHANGES, EFFECTS, TAILS, estimate_changes, estimate_effects, estimate_tails
from sujuva.estimation.quantiles import QUANTILES, estimate_quantiles

__all__ = [
    "CHANGES",
    "DOMAIN",
    "EFFECTS",
    "ESTIMATES",
    "QUANTILES",
    "TAILS",
    "Contrast",
    "Domain",
    "LonelyCluster",
    "MomentIndex",
    "Precision",
    "Term",
    "aapc",
    "annual_ratio",
    "contrast",
    "estimate_changes",
    "estimate_effects",
    "estimate_quantiles",
    "estimate_scores",
    "estimate_tails",
    "index_moments",
    "intraclass",
    "ratio",
    "reliable_change",
    "share_interval",
    "t_interval",
    "variance_of_mean",
    "with_false_discovery",
]
