"""Do children and families cope: indicators of scales, from moments alone."""

from sujuva.parjaavyys.cautions import FEW_REGIONS, PARALLEL_TRENDS, REGRESSION_TO_THE_MEAN
from sujuva.parjaavyys.did import differences_in_differences
from sujuva.parjaavyys.distributions import DISTRIBUTIONS_KEY, binned
from sujuva.parjaavyys.followed import attrition_indicators, change_effects, paired_changes, reliable_changes
from sujuva.parjaavyys.gaps import REFERENCES, gaps, score_changes
from sujuva.parjaavyys.level import quantile_indicators, score_estimates, score_indicators
from sujuva.parjaavyys.lp import LP_TRANSITION, eligible_children, lp_comparisons, lp_indicators
from sujuva.parjaavyys.reliability import reliability

__all__ = [
    "DISTRIBUTIONS_KEY",
    "FEW_REGIONS",
    "LP_TRANSITION",
    "PARALLEL_TRENDS",
    "REFERENCES",
    "REGRESSION_TO_THE_MEAN",
    "attrition_indicators",
    "binned",
    "change_effects",
    "differences_in_differences",
    "eligible_children",
    "gaps",
    "lp_comparisons",
    "lp_indicators",
    "paired_changes",
    "quantile_indicators",
    "reliability",
    "reliable_changes",
    "score_changes",
    "score_estimates",
    "score_indicators",
]
