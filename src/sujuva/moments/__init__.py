"""The one reduction of microdata: counts, sums and squares in whole numbers; everything later reads only these."""

from sujuva.moments.attrition import ATTRITION, attrition_moments
from sujuva.moments.case_durations import DURATIONS_KEY
from sujuva.moments.case_meetings import BLAU_UNIT
from sujuva.moments.case_settings import CaseSettings
from sujuva.moments.case_steps import EVENTS_KEY, HANDOVERS_KEY
from sujuva.moments.casework import CASE_KEYS, casework_moments, durations, event_counts, handovers
from sujuva.moments.distributions import DISTRIBUTIONS, DISTRIBUTIONS_KEY, score_distributions
from sujuva.moments.feedback import feedback_moments
from sujuva.moments.items import ITEMS, ITEMS_KEY, item_moments, item_table
from sujuva.moments.lp import LP_KEYS, lp_moments
from sujuva.moments.municipalities import municipality_persons, municipality_scores
from sujuva.moments.onepass import QuestionnaireMoments, questionnaire_moments
from sujuva.moments.paired import (
    DIFFERENCES,
    DIFFERENCES_KEY,
    PAIRED,
    PAIRED_KEY,
    paired_differences,
    paired_moments,
)
from sujuva.moments.pairs import PAIRS, PAIRS_KEY, reduce_pairs, score_pairs
from sujuva.moments.partners import PARTNERS, partner_answers, partner_moments
from sujuva.moments.products import (
    PRODUCTS,
    PRODUCTS_KEY,
    answer_tables,
    item_products,
    items_and_products,
)
from sujuva.moments.questionnaire import COPING, scored_moments, together
from sujuva.moments.rubric import RUBRIC, RUBRIC_KEY, rubric_moments
from sujuva.moments.scores import SCORES, SCORES_KEY, cluster_totals, reduce_clusters, score_moments
from sujuva.moments.study import check_groups, in_study, with_design, with_municipality_types
from sujuva.moments.unit_sizes import UNIT_SIZES, UNIT_SIZES_KEY, unit_sizes
from sujuva.moments.weights import fixed_weights

__all__ = [
    "ATTRITION",
    "BLAU_UNIT",
    "CASE_KEYS",
    "COPING",
    "DIFFERENCES",
    "DIFFERENCES_KEY",
    "DISTRIBUTIONS",
    "DISTRIBUTIONS_KEY",
    "DURATIONS_KEY",
    "EVENTS_KEY",
    "HANDOVERS_KEY",
    "ITEMS",
    "ITEMS_KEY",
    "LP_KEYS",
    "PAIRED",
    "PAIRED_KEY",
    "PAIRS",
    "PAIRS_KEY",
    "PARTNERS",
    "PRODUCTS",
    "PRODUCTS_KEY",
    "RUBRIC",
    "RUBRIC_KEY",
    "SCORES",
    "SCORES_KEY",
    "UNIT_SIZES",
    "UNIT_SIZES_KEY",
    "CaseSettings",
    "QuestionnaireMoments",
    "answer_tables",
    "attrition_moments",
    "casework_moments",
    "check_groups",
    "cluster_totals",
    "durations",
    "event_counts",
    "feedback_moments",
    "fixed_weights",
    "handovers",
    "in_study",
    "item_moments",
    "item_products",
    "item_table",
    "items_and_products",
    "lp_moments",
    "municipality_persons",
    "municipality_scores",
    "paired_differences",
    "paired_moments",
    "partner_answers",
    "partner_moments",
    "questionnaire_moments",
    "reduce_clusters",
    "reduce_pairs",
    "rubric_moments",
    "score_distributions",
    "score_moments",
    "score_pairs",
    "scored_moments",
    "together",
    "unit_sizes",
    "with_design",
    "with_municipality_types",
]
