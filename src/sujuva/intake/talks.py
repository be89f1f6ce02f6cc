"""Files of Lapset puheeksi (LP) discussions: one row a topic, with what was found and agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.intake import categories, roles, words
from sujuva.intake.columns import Facts
from sujuva.intake.feeds import DraftFeed
from sujuva.intake.guess import GUESS, LIKELY, SURE, Guess
from sujuva.tables.lp import TOPIC

_KEYS = ("talk", "child", "topic")
_DATES = ("date", "due", "follow_up")
_MAPPED: Mapping[str, Mapping[str, list[str]]] = {
    "environment": categories.LP_ENVIRONMENTS,
    "rating": categories.LP_RATINGS,
    "outcome": categories.LP_OUTCOMES,
    "form": categories.LP_FORMS,
    **dict.fromkeys(
        (
            "plan",
            "responsible",
            "parents_present",
            "child_present",
            "network_needed",
            "network_held",
        ),
        categories.YES_NO,
    ),
}
_NEEDED = ("talk", "child", "date", "environment", "topic", "rating")
_MOST = 0.9


def discussions(facts: Sequence[Facts], text: pl.DataFrame) -> DraftFeed | None:
    """Return the feed of a file of discussions, where all that a topic needs is there by names and known words."""
    found: dict[str, Guess[Any]] = {}
    used: list[str] = []
    for name, known in words.LP_COLUMNS.items():
        one = next((one for one in facts if one.folded in known and one.name not in used and _fits(name, one)), None)
        if one is not None:
            found[name] = _said(name, one)
            used.append(one.name)
    if not set(_NEEDED) <= found.keys():
        return None
    wave = roles.find("wave", facts, used)
    date = found["date"].value
    found["wave"] = roles.mapped("wave", wave) if wave else Guess(date, GUESS, "the year of the discussion")
    found |= roles.area(facts, used)
    for name in ("unit", "age_group"):
        guess = roles.find(name, facts, used)
        if guess is not None:
            found[name] = roles.mapped(name, guess)
    table = Guess("lp_topics", LIKELY, "it has discussions, environments, topics and ratings")
    topics = text[str(found["topic"].value)].drop_nulls()
    coded = int(topics.str.contains(TOPIC).sum()) >= _MOST * topics.len()
    notes = () if coded else ("FILL IN topic: {from, map}: a topic is a code such as K1, and here they are words",)
    return DraftFeed(table, found, notes=notes)


def _fits(name: str, one: Facts) -> bool:
    if name in _DATES:
        return bool(one.formats)
    if name in _KEYS:
        return one.filled >= _MOST * one.rows and not one.prose and not one.formats
    return one.filled > 0 and _share(one, _MAPPED[name]) >= _MOST


def _share(one: Facts, known: Mapping[str, list[str]]) -> float:
    """Return the share of filled rows whose word is known."""
    counts = {str(code): count for code, count in one.codes.items()} or one.words
    return sum(count for word, count in counts.items() if categories.key_of(word, known)) / one.filled


def _said(name: str, one: Facts) -> Guess[Any]:
    sureness = SURE if one.name == name else LIKELY
    if name in _DATES:
        return Guess(roles.dates(one), sureness, "dates in these formats")
    if name in _KEYS:
        return Guess(one.name, sureness, "by its name")
    known = _MAPPED[name]
    guess = roles.mapped(name, Guess(one, sureness, "its words are known"), known)
    if isinstance(guess.value, dict) and "missing" in guess.value:
        # That nothing is known of an outcome is an outcome of its own, and no blank.
        left = [word for word in guess.value["missing"] if not categories.key_of(word, known)]
        spec = {key: value for key, value in guess.value.items() if key != "missing"} | (
            {"missing": left} if left else {}
        )
        return Guess(spec, guess.sureness, guess.why)
    return guess
