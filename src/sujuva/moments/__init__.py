"""The one reduction of microdata: counts, sums and squares in whole numbers; everything later reads only these."""

from sujuva.moments.casework import (
    DURATIONS_KEY,
    EVENTS_KEY,
    HANDOVERS_KEY,
    durations,
    event_counts,
    handovers,
)
from sujuva.moments.distributions import DISTRIBUTIONS, DISTRIBUTIONS_KEY, score_distributions
from sujuva.moments.feedback import feedback_moments
from sujuva.moments.items import ITEMS, ITEMS_KEY, item_moments, item_table
from sujuva.moments.scores import SCORES, SCORES_KEY, score_moments
from sujuva.moments.study import check_groups, in_study, with_design
from sujuva.moments.weights import fixed_weights

__all__ = [
    "DISTRIBUTIONS",
    "DISTRIBUTIONS_KEY",
    "DURATIONS_KEY",
    "EVENTS_KEY",
    "HANDOVERS_KEY",
    "ITEMS",
    "ITEMS_KEY",
    "SCORES",
    "SCORES_KEY",
    "check_groups",
    "durations",
    "event_counts",
    "feedback_moments",
    "fixed_weights",
    "handovers",
    "in_study",
    "item_moments",
    "item_table",
    "score_distributions",
    "score_moments",
    "with_design",
]
