"""What only some events of a log have: the item they belong to, why a family came, who was there, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sujuva.intake import categories, roles, words
from sujuva.intake.columns import Facts
from sujuva.intake.guess import GUESS, LIKELY, SURE, Guess

_OWN = ("trigger", "service", "need")
"""Columns whose words a region may choose itself: others are kept as they are."""
_LOOKED_UP = {"municipality": ("municipality_code", "municipality"), "target": ("sector", "sector")}
"""The lookup, and the role whose values it knows."""
_HALF = 0.5


def details(facts: Sequence[Facts], used: Iterable[str]) -> dict[str, Guess[Any]]:
    """Return what is said of the columns that only some events have, as far as a file has them.

    A column counts by its name, and where its words are of a list, by them, too.

    Args:
        facts: The columns of the file.
        used: Columns that feed something else already.
    """
    taken, found = set(used), {}
    for name, known in words.CASE_COLUMNS.items():
        one = next((one for one in facts if one.folded in known and one.name not in taken and _fits(name, one)), None)
        if one is not None:
            found[name] = _said(name, one)
            taken.add(one.name)
    return found


def _fits(name: str, one: Facts) -> bool:
    if not one.filled or one.prose or one.formats:
        return False
    if name in _LOOKED_UP:
        return one.lookups.get(_LOOKED_UP[name][1], 0.0) >= _HALF
    if name in categories.OF_CASES and name not in _OWN:
        return _known(name, one) >= _HALF
    return True


def _known(name: str, one: Facts) -> float:
    """Return the share of filled rows whose word is known."""
    rows = sum(count for word, count in one.words.items() if categories.key_of(word, categories.OF_CASES[name]))
    return rows / one.filled


def _said(name: str, one: Facts) -> Guess[Any]:
    sureness = SURE if one.name == name else LIKELY
    if name in _LOOKED_UP:
        why = "the codebook has its values" if one.lookups[_LOOKED_UP[name][1]] == 1 else "the codebook has most values"
        return Guess({"from": one.name, "lookup": _LOOKED_UP[name][0]}, sureness, why)
    if name == "item":
        return Guess(
            one.name, min(sureness, LIKELY), "by its name: does it tie an event to the meeting or action it is of?"
        )
    known = categories.OF_CASES[name]
    if name in _OWN and not _known(name, one):
        return Guess(one.name, GUESS, "by its name; its words are kept as they are")
    guess = roles.mapped(name, Guess(one, sureness, "its words are known"), known)
    if name == "outcome" and isinstance(guess.value, dict):
        # That nothing is known of an outcome is an outcome of its own, and no blank.
        spec = {key: value for key, value in guess.value.items() if key != "missing"}
        return Guess(spec if len(spec) > 1 else one.name, guess.sureness, guess.why)
    return guess
