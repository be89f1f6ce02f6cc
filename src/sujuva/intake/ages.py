"""One-year ages, and the bands that are offered for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from sujuva.codebooks import load_terms

_AGE = re.compile(
    r"(?:(?:ikä|ålder|age)\s*)?([0-9]{1,2})(?:[.,]0+)?[\s-]*"
    r"(?:v|vuotta|vuotias|vuotiaat|vuotiaita|år|årig|åring|åringar|åriga|y|yrs?|years?(?: old)?)?\.?",
    re.IGNORECASE,
)
_BAND = re.compile(r"([0-9]{1,2})[-–]([0-9]{1,2})")
_OLDEST = 25
"""Above this those whom services for young people meet have grown up: such numbers are no ages of children."""
_BANDS = ((0, 2), (3, 6), (7, 9), (10, 12), (13, 15), (16, 18), (19, 22), (23, _OLDEST))
"""Offered where a study names none: before school, the stages of basic education by three years, after it."""


def single_ages(values: Iterable[str]) -> dict[str, int]:
    """Return the age of each value that is one: `7`, `7 v`, `7-vuotias`, `7 år`; up to 25."""
    matches = ((value, _AGE.fullmatch(value.strip())) for value in values)
    return {value: int(match[1]) for value, match in matches if match is not None and int(match[1]) <= _OLDEST}


def bands_of(ages: Sequence[int], folder: Path | None = None) -> dict[int, str]:
    """Return a band for each age: those of the study, and others where an age is in none of them.

    Args:
        ages: Years of age, 0 to 25.
        folder: The input folder, whose codebooks/terms.yaml may name bands (age_group: {7-9: …}).
    """
    named = (_BAND.fullmatch(key) for key in load_terms(folder).kinds.get("age_group", {}))
    own = [(int(match[1]), int(match[2])) for match in named if match is not None]
    spans = (*sorted(own), *_BANDS)
    fitting = {age: next((low, high) for low, high in spans if low <= age <= high) for age in ages}
    return {age: f"{low}-{high}" for age, (low, high) in fitting.items()}
