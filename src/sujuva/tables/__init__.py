"""Contracts: what every clean table looks like, as dataframely schemas.

A new table is a new file with its schema, whose text columns all say what they hold (`sujuva.tables.columns`), and a
member of `Tables`.
"""

from sujuva.codebooks.scales import INFORMANTS
from sujuva.tables.answers import PREFIX, AnswerKeys, answers_schema, code_type
from sujuva.tables.areas import AREA_GENDERS, AreaIndicators
from sujuva.tables.asked import ASKED, asked_answer, item_asked, scale_asked
from sujuva.tables.casework import ACTION_OUTCOMES, ACTIVITIES, ROLES, SUPPORTS, CaseEvents
from sujuva.tables.collection import (
    SCHEMAS,
    Reference,
    Tables,
    about_place,
    check_tables,
    contract_of,
    empty_table,
    references,
    schema_of,
    table_key,
    types_of,
    wide_columns,
)
from sujuva.tables.columns import About, about, all_about, key_columns
from sujuva.tables.feedback import FEEDBACK_RANGE, PARTICIPANT_GROUPS, Feedback
from sujuva.tables.lp import LP_ENVIRONMENTS, LP_FORMS, LP_OUTCOMES, LP_RATINGS, LpTopics
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
from sujuva.tables.respondents import GENDERS, GROUPS, LANGUAGES, OpenAnswers, PlacedRespondents, Respondents

__all__ = [
    "ACTION_OUTCOMES",
    "ACTIVITIES",
    "AREA_GENDERS",
    "ASKED",
    "CONDITIONS",
    "FEEDBACK_RANGE",
    "GENDERS",
    "GROUPS",
    "INFORMANTS",
    "LANGUAGES",
    "LEVELS",
    "LP_ENVIRONMENTS",
    "LP_FORMS",
    "LP_OUTCOMES",
    "LP_RATINGS",
    "PARTICIPANT_GROUPS",
    "PREFIX",
    "RATING_RANGE",
    "ROLES",
    "SCHEMAS",
    "SUPPORTS",
    "About",
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
    "PlacedRespondents",
    "Quarantine",
    "Reference",
    "Respondents",
    "ResponseCounts",
    "RowFlags",
    "Rubric",
    "RuleCounts",
    "SourceList",
    "Tables",
    "Ties",
    "about",
    "about_place",
    "all_about",
    "answers_schema",
    "asked_answer",
    "check_tables",
    "code_type",
    "contract_of",
    "empty_table",
    "item_asked",
    "key_columns",
    "references",
    "scale_asked",
    "schema_of",
    "table_key",
    "types_of",
    "wide_columns",
]
