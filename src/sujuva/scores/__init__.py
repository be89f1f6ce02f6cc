"""From answers to scale scores: exact, by the rules of the codebooks."""

from sujuva.scores.bands import band_columns, band_expressions, norm_sets
from sujuva.scores.scoring import KEYS, score_columns, score_expressions, scored, scored_columns

__all__ = [
    "KEYS",
    "band_columns",
    "band_expressions",
    "norm_sets",
    "score_columns",
    "score_expressions",
    "scored",
    "scored_columns",
]
