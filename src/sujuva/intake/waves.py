"""Waves that stand in the names of columns (who5_1_2023, T1_sdq_3, gad7_2_loppu), or as rounds without a year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sujuva.codebooks import Instrument
from sujuva.intake import words
from sujuva.intake.columns import Facts
from sujuva.intake.guess import GUESS, LIKELY, OPEN, Guess
from sujuva.intake.items import Found, find_instruments

_ORDER = (
    "alku", "ennen", "pre", "baseline", "början", "före", "start", "loppu", "jälkeen", "post", "slut", "efter",
    "seuranta", "followup", "uppföljning",
)  # fmt: skip
"""Words for rounds, the earlier ones first."""
_ROUND = rf"(?:19|20)[0-9]{{2}}|[tTwW][1-9]|{'|'.join(_ORDER)}"
_MARK = re.compile(rf"(?:^({_ROUND})[ _.-]+(?=\D|\S+[ _.-])(.+)|(.+)[ _.-]+({_ROUND}))$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:mittaus|kierros|aalto|round|wave|mätning|omgång|t|w)?[ .]*([1-9])[ .]*(?:mittaus|kierros)?", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_FEW_YEARS = 8
_OF_YEARS = ("vuosi", "vuonna", "year", "år", "året")
_OF_BIRTH = ("synt", "född", "födelse", "birth")


def marked(name: str) -> tuple[str, str] | None:
    """Return a name without the wave in it, and the wave: who5_1 and 2023 of who5_1_2023; None where it has none."""
    match = _MARK.fullmatch(name.strip())
    if match is None:
        return None
    return (match[2], match[1]) if match[1] else (match[3], match[4])


def find_by_wave(
    facts: Sequence[Facts], instruments: Mapping[str, Instrument], taken: Mapping[str, object]
) -> list[tuple[Found, Guess[Any]]]:
    """Return the instruments of a file with a column for each item and wave, each wave's apart, and the wave.

    Returns:
        In the order of the waves; none where the names of columns do not tell two waves of one instrument.
    """
    by_wave: dict[str, dict[str, Facts]] = {}
    for one in facts:
        parts = marked(one.name)
        if parts is not None and one.name not in taken:
            by_wave.setdefault(parts[1].lower(), {})[parts[0]] = one
    found: list[tuple[Found, Guess[Any]]] = []
    for mark in sorted(by_wave, key=_place):
        bare = [replace(one, name=stem) for stem, one in by_wave[mark].items()]
        for asked in find_instruments(bare, instruments, ()):
            items = {number: by_wave[mark][stem].name for number, stem in asked.items.items()}
            found.append((replace(asked, items=items, by_name=False), _wave(mark)))
    seen = [asked.instrument.value for asked, _ in found]
    return [(asked, wave) for asked, wave in found if seen.count(asked.instrument.value) > 1]


def _place(mark: str) -> tuple[int, str]:
    return (_ORDER.index(mark) if mark in _ORDER else -1, mark)


def _wave(mark: str) -> Guess[Any]:
    if _YEAR.fullmatch(mark):
        return Guess({"value": mark}, LIKELY, "the year in the names of its columns")
    return Guess({"value": ""}, OPEN, f"the year of the round {mark} in the names of its columns")


def years_by_a_word(facts: Sequence[Facts]) -> Guess[Any] | None:
    """Return the one column of a few years that is called a year of something (Keräysvuosi), but of no birth."""
    fitting = [
        one
        for one in facts
        if one.codes
        and one.distinct <= _FEW_YEARS
        and all(_YEAR.fullmatch(str(code)) for code in one.codes)
        and one.folded.endswith(_OF_YEARS)
        and not any(word in one.folded for word in _OF_BIRTH)
    ]
    return Guess(fitting[0].name, GUESS, "its name ends as that of a year") if len(fitting) == 1 else None


def rounds_without_years(one: Facts) -> Guess[Any] | None:
    """Return what is said of a column of rounds that have no year (T1, alku, 2. mittaus), whose years a person knows.

    Numbers alone are rounds where the column is called so.
    """
    counts = {str(code): count for code, count in one.codes.items()} or one.words
    told = [
        word for word in counts if word.lower() in _ORDER or (_NUMBERED.fullmatch(word) and not _YEAR.fullmatch(word))
    ]
    called = one.folded in words.names_of("respondents", "wave")
    bare = all(word.isdigit() for word in told)
    if len(told) < max(2, len(counts)) or (bare and not called):
        return None
    pairs = dict.fromkeys(sorted(told, key=lambda word: _place(word.lower())), "")
    return Guess({"from": one.name, "map": pairs}, OPEN, "the year of each round")
