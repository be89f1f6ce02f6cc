"""Design-based estimates from moments alone: means, shares, standard deviations, their errors and intervals."""

from sujuva.estimation.design import LonelyCluster, variance_of_mean
from sujuva.estimation.estimates import DOMAIN, ESTIMATES, estimate_scores
from sujuva.estimation.interval import FEW_CLUSTERS, NO_SCORES, NO_VARIATION, ONE_PERSON, share_interval, t_interval

__all__ = [
    "DOMAIN",
    "ESTIMATES",
    "FEW_CLUSTERS",
    "NO_SCORES",
    "NO_VARIATION",
    "ONE_PERSON",
    "LonelyCluster",
    "estimate_scores",
    "share_interval",
    "t_interval",
    "variance_of_mean",
]
