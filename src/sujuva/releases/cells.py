"""The cells that releases are compared by: their families, their keys, and the tables of counts by cell."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

SCORES, PAIRS, ITEMS = "scores", "pairs", "items"
CASES = "case_events"
BUNDLE = "bundle"
"""Family of whatever a region's bundle tells of persons in a year: nobody here knows who they are."""
PERSON_TABLES: Mapping[str, str] = {
    CASES: "case",
    "lp_topics": "child",
    "feedback": "participant",
    "method_reach": "method",
    "observations": "observation",
    "participation": "participant",
    "partner_ratings": "respondent",
    "coded_passages": "interview",
    "open_themes": "respondent",
    "trainings": "participant",
    "respondents": "respondent",
}
"""Clean tables whose rows are taken together by their key: of a family, a child, a participant, a respondent.

An observation is of somebody's life, and nobody knows of whom: it stands for a person of its own.
So does what an area told of a method: whose numbers changed nobody here knows, so they stay once they were released."""
CONTRIBUTION = pl.Schema(
    {
        "family": pl.String(), "scale": pl.String(), "informant": pl.String(), "region": pl.String(),
        "wave": pl.Int32(), "since": pl.Int32(), "person": pl.String(), "value": pl.String(), "score": pl.Float64(),
    }
)  # fmt: skip
"""Columns of every contribution; of scores a column for each grouping column stands beside them."""
CELL = ["family", "scale", "informant", "region", "wave", "since", "group"]
"""Columns that tell cells apart."""
CELL_TYPES = {name: CONTRIBUTION.get(name, pl.String()) for name in CELL}
COUNTS = pl.Schema(
    {"release": pl.Int64(), **CELL_TYPES, "before": pl.Int64(), "joined": pl.Int64(), "left": pl.Int64(),
     "alike": pl.Boolean(), "unknown": pl.Int64()}
)  # fmt: skip
"""Persons of a cell in the release (before), those who joined and left since; whether all who did have one value (of
the joined or of the left); how many of the left are unknown, since nothing of them is kept. One who answered
otherwise has left and joined."""
VALUES = pl.Schema(
    {"release": pl.Int64(), **CELL_TYPES, "score": pl.Float64(), "joined": pl.Int64(), "left": pl.Int64()}
)  # fmt: skip
"""The same of scores by score, of cells where anybody joined or left."""
KEPT_CELLS = pl.Schema({"release": pl.Int64(), **{name: COUNTS[name] for name in CELL}, "level": pl.String()})
"""Cells that a release kept from those before it, by level."""
