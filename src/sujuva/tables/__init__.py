"""Contracts: what every clean table looks like, as dataframely schemas.

A new table is a new file with its schema, a member of `Tables` and, if it refers to another table, an entry in
`REFERENCES`.
"""

from sujuva.codebooks.scales import INFORMANTS
from sujuva.tables.answers import PREFIX, AnswerKeys, answers_schema, code_type
from sujuva.tables.areas import AREA_GENDERS, AreaIndicators
from sujuva.tables.asked import ASKED, asked_answer, item_asked, scale_asked
from sujuva.tables.casework import ACTION_OUTCOMES, ACTIVITIES, ROLES, SUPPORTS, CaseEvents
from sujuva.tables.collection import (
    REFERENCES,
    SCHEMAS,
    Tables,
    check_tables,
    empty_table,
    references,
    schema_of,
    table_key,
    types_of,
)
from sujuva.tables.feedback import FEEDBACK_RANGE, PARTICIPANT_GROUPS, Feedback
from sujuva.tables.lp import LP_ENVIRONMENTS, LP_FORMS, LP_OUTCOMES, LP_RATINGS, LP_TALK, LpTopics
from sujuva.tables.network import RATING_RANGE, Attendance, Organisations, Ties
from sujuva.tables.partners import CONDITIONS, LEVELS, PartnerRatings, Rubric
from sujuva.tables.quality import (
    FlagCounts,
    ItemCounts,
    ItemTitles,
    Ledger,
    Quarantine,
    ResponseCounts,
    RowFlags,
    RuleCounts,
    SourceList,
)
from sujuva.tables.respondents import GENDERS, LANGUAGES, OpenAnswers, Respondents

__all__ = [
    "ACTION_OUTCOMES",
    "ACTIVITIES",
    "AREA_GENDERS",
    "ASKED",
    "CONDITIONS",
    "FEEDBACK_RANGE",
    "GENDERS",
    "INFORMANTS",
    "LANGUAGES",
    "LEVELS",
    "LP_ENVIRONMENTS",
    "LP_FORMS",
    "LP_OUTCOMES",
    "LP_RATINGS",
    "LP_TALK",
    "PARTICIPANT_GROUPS",
    "PREFIX",
    "RATING_RANGE",
    "REFERENCES",
    "ROLES",
    "SCHEMAS",
    "SUPPORTS",
    "AnswerKeys",
    "AreaIndicators",
    "Attendance",
    "CaseEvents",
    "Feedback",
    "FlagCounts",
    "ItemCounts",
    "ItemTitles",
    "Ledger",
    "LpTopics",
    "OpenAnswers",
    "Organisations",
    "PartnerRatings",
    "Quarantine",
    "Respondents",
    "ResponseCounts",
    "RowFlags",
    "Rubric",
    "RuleCounts",
    "SourceList",
    "Tables",
    "Ties",
    "answers_schema",
    "asked_answer",
    "check_tables",
    "code_type",
    "empty_table",
    "item_asked",
    "references",
    "scale_asked",
    "schema_of",
    "table_key",
    "types_of",
]
