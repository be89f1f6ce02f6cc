"""Contracts: what every clean table looks like, as dataframely schemas.

A new table is a new file with its schema, whose text columns all say what they hold (`sujuva.tables.columns`), and a
member of `Tables`.
"""

from sujuva.tables.answers import PREFIX, AnswerKeys, answers_schema, code_type
from sujuva.tables.asked import ASKED, NOBODY, asked_answer, item_asked, never_asked, scale_asked
from sujuva.tables.casework import CaseEvents
from sujuva.tables.collection import (
    BESIDE,
    SCHEMAS,
    Tables,
    about_place,
    bound_to_waves,
    check_tables,
    contract_of,
    empty_table,
    person_key,
    references,
    schema_of,
    table_key,
    types_of,
    wide_columns,
)
from sujuva.tables.columns import About, about, all_about, key_columns
from sujuva.tables.feedback import FEEDBACK_RANGE
from sujuva.tables.lp import LP_ENVIRONMENTS, LpTopics
from sujuva.tables.network import RATING_RANGE
from sujuva.tables.observations import CHANGE_LEVELS, ENDED, INITIATIVE_STATUSES, OBSERVATION_CLASSES, TAKING_PART, WAYS
from sujuva.tables.partners import CONDITIONS, CRITERIA, LEVELS
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
from sujuva.tables.respondents import GROUPS, Respondents
from sujuva.tables.said import NO_THEME

__all__ = [
    "ASKED",
    "BESIDE",
    "CHANGE_LEVELS",
    "CONDITIONS",
    "CRITERIA",
    "ENDED",
    "FEEDBACK_RANGE",
    "GROUPS",
    "INITIATIVE_STATUSES",
    "LEVELS",
    "LP_ENVIRONMENTS",
    "NOBODY",
    "NO_THEME",
    "OBSERVATION_CLASSES",
    "PREFIX",
    "RATING_RANGE",
    "SCHEMAS",
    "TAKING_PART",
    "WAYS",
    "About",
    "AnswerKeys",
    "CaseEvents",
    "FlagCounts",
    "ItemCounts",
    "ItemTitles",
    "Ledger",
    "LpTopics",
    "Quarantine",
    "Respondents",
    "ResponseCounts",
    "RowFlags",
    "RuleCounts",
    "SourceList",
    "Tables",
    "about",
    "about_place",
    "all_about",
    "answers_schema",
    "asked_answer",
    "bound_to_waves",
    "check_tables",
    "code_type",
    "contract_of",
    "empty_table",
    "item_asked",
    "key_columns",
    "never_asked",
    "person_key",
    "references",
    "scale_asked",
    "schema_of",
    "table_key",
    "types_of",
    "wide_columns",
]
