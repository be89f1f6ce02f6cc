"""Do children and families cope: indicators of scales, from moments alone."""

from sujuva.parjaavyys.distributions import DISTRIBUTIONS_KEY, binned
from sujuva.parjaavyys.indicators import score_indicators

__all__ = ["DISTRIBUTIONS_KEY", "binned", "score_indicators"]
