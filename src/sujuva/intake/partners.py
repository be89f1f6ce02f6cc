"""What partners say, as `sujuva draft` meets it: their answers, assessments with evidence, who was at events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks import Instrument, of_partners
from sujuva.intake import roles
from sujuva.intake.columns import Facts
from sujuva.intake.feeds import DraftFeed
from sujuva.intake.guess import GUESS, LIKELY, WEAK, Guess
from sujuva.intake.items import Found, find_instruments
from sujuva.tables import LEVELS

_MOST = 0.9


def partners(
    facts: Sequence[Facts], text: pl.DataFrame, file: str, instruments: Mapping[str, Instrument]
) -> DraftFeed | None:
    """Return the feed of a file in which partners speak or are counted, or None."""
    return _ratings(facts, file, instruments) or _rubric(facts, file) or _attendance(facts, text, file)


def _ratings(facts: Sequence[Facts], file: str, instruments: Mapping[str, Instrument]) -> DraftFeed | None:
    """Return the feed of a file with a row a person and a column an item of an instrument that partners answer."""
    # Values alone do not tell such an instrument from one about children: the names must.
    named = [one for one in find_instruments(facts, of_partners(instruments), ()) if one.instrument.sureness >= LIKELY]
    if not named:
        return None
    items = {f"{one.instrument.value}_{n}": name for one in named for n, name in sorted(one.items.items())}
    used = set(items.values())
    respondent = roles.find("respondent", facts, used)
    alone: Guess[Any] = Guess({"row": "true"}, WEAK, "no column tells people apart, so each row is a person")
    columns: dict[str, Guess[Any]] = {}
    columns["respondent"] = alone if respondent is None else roles.mapped("respondent", respondent)
    used |= set() if respondent is None else {respondent.value.name}
    columns["wave"] = roles.wave(facts, file, used)
    columns["region"] = roles.area(facts, used)["region"]
    for name in ("organisation", "sector"):
        found = roles.find(name, facts, used)
        if found is not None and found.sureness >= GUESS:
            columns[name] = roles.mapped(name, found)
            used.add(found.value.name)
    whole = {key: Guess(name, LIKELY) for key, name in items.items()}
    missing = {guess.value: guess for one in named for guess in one.coded.missing}
    sureness = min(one.instrument.sureness for one in named)
    why = "; ".join(f"{one.instrument.value}: {one.instrument.why}" for one in named)
    table = Guess("partner_ratings", min(sureness, LIKELY), why)
    return DraftFeed(table, columns, items=whole, item_map=_map(named), missing=tuple(missing.values()))


def _map(named: Sequence[Found]) -> Guess[dict[str, str]] | None:
    """Return how words become codes, where no two questionnaires of the file contradict each other."""
    pairs = {pair for one in named for pair in one.coded.item_map.items()}
    if not pairs or len(dict(pairs)) < len(pairs):
        return None
    return Guess(dict(sorted(pairs, key=lambda pair: (int(pair[1]), pair[0]))), LIKELY, "each answer tells its number")


def _rubric(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    found: dict[str, Guess[Facts]] = {}
    for name in ("condition", "assessor", "level", "evidence"):
        guess = roles.find(name, facts, [one.value.name for one in found.values()])
        if guess is None or guess.sureness < GUESS:
            return None
        found[name] = guess
    level = found["level"].value
    if not level.numeric or level.share(*LEVELS) < _MOST:
        return None
    used = [guess.value.name for guess in found.values()]
    columns: dict[str, Guess[Any]] = {"region": roles.area(facts, used)["region"]}
    columns["wave"] = roles.wave(facts, file, used)
    columns |= {name: roles.mapped(name, guess) for name, guess in found.items()}
    sureness = min(LIKELY, *(guess.sureness for guess in found.values()))
    note = "evidence is free text that may name persons: cleaning looks for identifiers, and it is never published"
    return DraftFeed(Guess("rubric", sureness, f"it has {', '.join(found)}"), columns, notes=(note,))


def _attendance(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    found: dict[str, Guess[Facts]] = {}
    for name in ("event", "phenomenon", "organisation"):
        guess = roles.find(name, facts, [one.value.name for one in found.values()])
        if guess is None or guess.sureness < GUESS:
            return None
        found[name] = guess
    used = [guess.value.name for guess in found.values()]
    columns: dict[str, Guess[Any]] = {"event": roles.event(found["event"], roles.area(facts, used)["region"], text)}
    columns["wave"] = roles.wave(facts, file, used)
    columns["region"] = roles.area(facts, used)["region"]
    columns |= {name: roles.mapped(name, found[name]) for name in ("organisation", "phenomenon")}
    sureness = min(LIKELY, *(guess.sureness for guess in found.values()))
    return DraftFeed(Guess("attendance", sureness, f"it has {', '.join(found)}"), columns)
