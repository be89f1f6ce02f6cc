"""From answers to scale scores: exact, by the rules of the codebooks."""

from sujuva.scores.bands import band_columns, band_expressions, norm_sets
from sujuva.scores.columns import find_items
from sujuva.scores.index import COMBINED, INDEX, index_scale, index_scores
from sujuva.scores.scoring import KEYS, score_columns, score_expressions, scored, scored_columns
from sujuva.scores.sheet import ScoreSheet, score_frame, score_sheet

__all__ = [
    "COMBINED",
    "INDEX",
    "KEYS",
    "ScoreSheet",
    "band_columns",
    "band_expressions",
    "find_items",
    "index_scale",
    "index_scores",
    "norm_sets",
    "score_columns",
    "score_expressions",
    "score_frame",
    "score_sheet",
    "scored",
    "scored_columns",
]
