"""What readers may see: the published tables, how they are read, and the guard before every figure and report.

A low room: figures, reports and notebooks know this one and not the machinery of `sujuva.publish`.
"""

from sujuva.published.cells import Cell, address, cell_of
from sujuva.published.contracts import (
    CONTRACTS,
    FLAG_COLUMNS,
    KEYS,
    PRIMARY,
    SECONDARY,
    SHOWN,
    Contract,
    require_published,
    without_empty,
)
from sujuva.published.diff import Change, TableDiff, compare_published, compare_table, leaves, show_differences
from sujuva.published.folder import Decided, Published, page_fingerprint, read_published, write_published, write_rules
from sujuva.published.marks import (
    ABOVE,
    ADDITIVE,
    BELOW,
    FROM_5,
    GIVEN_WAY,
    HIDDEN_FOR_OTHERS,
    HIDDEN_SIDE,
    LEAST,
    MOMENTS,
    N_ONLY,
    OVER_15,
    UNDER_5,
    UNDER_15,
    rows_base,
)
from sujuva.published.precision import COARSE_MEAN, COARSER, LOWER_BOUND, Q_CLASSES, q_class, step_beside

__all__ = [
    "ABOVE",
    "ADDITIVE",
    "BELOW",
    "COARSER",
    "COARSE_MEAN",
    "CONTRACTS",
    "FLAG_COLUMNS",
    "FROM_5",
    "GIVEN_WAY",
    "HIDDEN_FOR_OTHERS",
    "HIDDEN_SIDE",
    "KEYS",
    "LEAST",
    "LOWER_BOUND",
    "MOMENTS",
    "N_ONLY",
    "OVER_15",
    "PRIMARY",
    "Q_CLASSES",
    "SECONDARY",
    "SHOWN",
    "UNDER_5",
    "UNDER_15",
    "Cell",
    "Change",
    "Contract",
    "Decided",
    "Published",
    "TableDiff",
    "address",
    "cell_of",
    "compare_published",
    "compare_table",
    "leaves",
    "page_fingerprint",
    "q_class",
    "read_published",
    "require_published",
    "rows_base",
    "show_differences",
    "step_beside",
    "without_empty",
    "write_published",
    "write_rules",
]  # fmt: skip
