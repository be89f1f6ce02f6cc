"""The one reduction of microdata: counts, sums and squares in whole numbers; everything later reads only these.

Every family of moments is made in three steps, see `sujuva.moments.parts`: `part` reduces the rows that one process
holds, `merge` adds up parts, `finish` makes the tables. Calling a family does all three.
"""

from sujuva.moments.answers import (
    ITEMS,
    PRODUCTS,
    PRODUCTS_KEY,
    answer_tables,
    items_and_products,
)
from sujuva.moments.case_meetings import BLAU_UNIT
from sujuva.moments.case_settings import CaseSettings
from sujuva.moments.casework import CASE_KEYS, casework_moments, durations, event_counts, handovers
from sujuva.moments.coping import COPING, coping_moments
from sujuva.moments.feedback import feedback_moments
from sujuva.moments.lp import LP_KEYS, lp_moments
from sujuva.moments.municipalities import municipality_persons, municipality_scores
from sujuva.moments.observations import (
    INITIATIVES,
    OBSERVATIONS,
    PARTICIPATION,
    in_first_places,
    initiative_moments,
    observation_moments,
    participation_moments,
    with_initiatives,
)
from sujuva.moments.paired import (
    ATTRITION,
    DIFFERENCES,
    DIFFERENCES_KEY,
    PAIRED,
    PAIRED_KEY,
    attrition_moments,
    paired_differences,
    paired_moments,
)
from sujuva.moments.pairs import PAIRS, PAIRS_KEY, score_pairs
from sujuva.moments.partners import PARTNERS, partner_answers, partner_moments
from sujuva.moments.parts import Family, Part, merge
from sujuva.moments.records import ACTORS, RECORDS, TableRecord, record_of, require_recorded, write_moments
from sujuva.moments.rows import ROWS, USED, check_rows, row_moments
from sujuva.moments.rubric import RUBRIC, rubric_moments
from sujuva.moments.said import (
    SAID,
    coding_moments,
    said_moments,
)
from sujuva.moments.scores import (
    DISTRIBUTIONS,
    SCORES,
    SCORES_KEY,
    UNIT_SIZES_KEY,
    score_distributions,
    score_moments,
    unit_sizes,
)
from sujuva.moments.study import fixed_weights, in_study, regional_strata, with_design, with_municipality_types

__all__ = [
    "ACTORS",
    "ATTRITION",
    "BLAU_UNIT",
    "CASE_KEYS",
    "COPING",
    "DIFFERENCES",
    "DIFFERENCES_KEY",
    "DISTRIBUTIONS",
    "INITIATIVES",
    "ITEMS",
    "LP_KEYS",
    "OBSERVATIONS",
    "PAIRED",
    "PAIRED_KEY",
    "PAIRS",
    "PAIRS_KEY",
    "PARTICIPATION",
    "PARTNERS",
    "PRODUCTS",
    "PRODUCTS_KEY",
    "RECORDS",
    "ROWS",
    "RUBRIC",
    "SAID",
    "SCORES",
    "SCORES_KEY",
    "UNIT_SIZES_KEY",
    "USED",
    "CaseSettings",
    "Family",
    "Part",
    "TableRecord",
    "answer_tables",
    "attrition_moments",
    "casework_moments",
    "check_rows",
    "coding_moments",
    "coping_moments",
    "durations",
    "event_counts",
    "feedback_moments",
    "fixed_weights",
    "handovers",
    "in_first_places",
    "in_study",
    "initiative_moments",
    "items_and_products",
    "lp_moments",
    "merge",
    "municipality_persons",
    "municipality_scores",
    "observation_moments",
    "paired_differences",
    "paired_moments",
    "participation_moments",
    "partner_answers",
    "partner_moments",
    "record_of",
    "regional_strata",
    "require_recorded",
    "row_moments",
    "rubric_moments",
    "said_moments",
    "score_distributions",
    "score_moments",
    "score_pairs",
    "unit_sizes",
    "with_design",
    "with_initiatives",
    "with_municipality_types",
    "write_moments",
]
