"""Do children and families cope: indicators of scales, from moments alone."""

from sujuva.parjaavyys.distributions import DISTRIBUTIONS_KEY, binned
from sujuva.parjaavyys.indicators import KEY, TIDY, score_indicators

__all__ = ["DISTRIBUTIONS_KEY", "KEY", "TIDY", "binned", "score_indicators"]
