"""Which raw column a column of a contract comes from, and what has to be said about its values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.intake import categories, words
from sujuva.intake.columns import Facts
from sujuva.intake.guess import GUESS, LIKELY, OPEN, SURE, WEAK, Guess
from sujuva.tables import RATING_RANGE

_YEARS = (1900, 2199)
_MOST, _NEARLY = 0.9, 0.95
_TINY = 1e-9
_TERMS = f"(?:{'|'.join(words.TERMS)})"
_TERM = re.compile(rf"(?:{_TERMS}\s*)?(?P<year>(?:19|20)[0-9]{{2}})(?:\s*{_TERMS})?", re.IGNORECASE)
_OF_ANSWERS = {"responseid"}
"""Names of keys that tell answers apart and not people."""
_HALF = 0.5
_MAPPED = {
    "gender": categories.GENDERS,
    "language": categories.LANGUAGES,
    "informant": categories.INFORMANTS,
    "participant_group": categories.GROUPS,
    "condition": categories.CONDITIONS,
    "relation": categories.RELATIONS,
}
_LOOKED_UP = {"region": "region", "municipality": "municipality", "sector": "sector"}
_KEYS = {"respondent": 0.2, "organisation": 0.9, "case": 0.0, "participant": 0.0}
"""Of a key column with a vague name: how many different values it must have at least, as a share of the rows."""
_VAGUE = {"id", "tunnus", "tunniste", "vastaaja", "participant"}
_UNITS = 5
_REPEATED = 0.02
"""The same of a key whose name leaves no doubt: people may have many rows."""


def find(role: str, facts: Iterable[Facts], used: Iterable[str] = ()) -> Guess[Facts] | None:
    """Return the raw column that plays a role; the surest one, and of equals the first in the file.

    Args:
        role: A key of `words.ROLES`.
        facts: The columns of the file.
        used: Columns that play another role already.
    """
    taken = set(used)
    found: list[Guess[Facts]] = []
    for one in facts:
        if one.name in taken or not one.filled:
            continue
        guess = _score(role, one)
        if guess is not None:
            found.append(guess)
    return max(found, key=lambda guess: guess.sureness, default=None)  # max keeps the first of equals


def _score(role: str, one: Facts) -> Guess[Facts] | None:
    fitting = fits(role, one)
    if fitting is None:
        return None
    value, sign = fitting
    known = words.ROLES[role]
    if one.name == role:
        return Guess(one, SURE if value >= _HALF else GUESS, "called so" + (f", {sign}" if sign else ""))
    if one.folded in known:
        # Names such as id, a or from are used for many things: they need values that speak for them.
        vague = len(one.folded) <= 2  # noqa: PLR2004
        sureness = (LIKELY if value >= _MOST else GUESS) if not vague else GUESS
        if role == "respondent" and one.folded in _OF_ANSWERS:
            sureness, sign = GUESS, "it tells answers apart: somebody who answers twice has two"
        return Guess(one, sureness if value >= _HALF else WEAK, sign or "by its name")
    # The words of a title are those of a question: they tell only what its values confirm.
    said = one.all_words if role in _MAPPED else words.as_words(one.name)
    if set(said) & {word for word in known if len(word) > 2}:  # noqa: PLR2004
        return Guess(one, GUESS if value >= _HALF else WEAK, f"by a word of its name{f', {sign}' if sign else ''}")
    if role in _LOOKED_UP and value >= _MOST and not one.numeric and one.distinct > 1:
        return Guess(one, GUESS, sign)
    return None


def fits(role: str, one: Facts) -> tuple[float, str] | None:
    """Return how well the values fit a role (0–1) and the sign in words; None where they cannot be it."""
    if role in _LOOKED_UP:
        share = one.lookups.get(_LOOKED_UP[role], 0.0)
        return (share, f"the codebook has {_percent(share)} of its values{_rest(share)}") if share else None
    if role in _MAPPED:
        return _fits_map(one, _MAPPED[role])
    if role in _KEYS:
        least = _KEYS[role] if one.folded in _VAGUE else min(_KEYS[role], _REPEATED)
        whole = one.filled >= _MOST * one.rows and one.distinct >= max(2, least * one.rows)
        return (1.0, "") if whole and not one.prose and not one.formats else None
    check = _CHECKS.get(role)
    if check is None:
        return None if one.prose and role not in {"name", "title"} else (1.0, "")
    return (1.0, "") if check(one) else None


def _between(low: float, high: float) -> Callable[[Facts], bool]:
    return lambda one: one.numeric and one.share(low, high) >= _NEARLY


_CHECKS: Mapping[str, Callable[[Facts], bool]] = {
    "wave": _between(*_YEARS),
    "year": _between(*_YEARS),
    "unit": lambda one: one.distinct >= _UNITS and not one.prose,
    "stratum": lambda one: one.distinct > 1 and not one.prose,
    "weight": lambda one: one.numeric and one.share(_TINY, math.inf) >= _NEARLY,
    "time": lambda one: bool(one.formats),
    "observed": lambda one: _between(*RATING_RANGE)(one) and bool(one.codes),
    "expected": lambda one: _between(*RATING_RANGE)(one) and bool(one.codes),
    "rating": lambda one: _between(0, RATING_RANGE[1])(one) and bool(one.codes),
    "value": lambda one: one.numeric,
    "absolute": lambda one: one.numeric,
    "age_group": lambda one: bool(one.words) and not one.numeric,
    "item": lambda one: bool(one.words) and not one.numeric,
    "activity": lambda one: not one.numeric and not one.prose,
    "name": lambda one: not one.numeric and not one.formats,
    "evidence": lambda one: not one.numeric and not one.formats,
}


def _categories(one: Facts) -> dict[str, tuple[str, int]]:
    """Return the values of a column of categories with the words for them (labels, or themselves) and their rows."""
    if one.codes:
        pairs = ((str(code), count) for code, count in one.codes.items())
        return {code: (one.labels[code], count) for code, count in pairs if code in one.labels}
    return {word: (word, count) for word, count in one.words.items()}


def _fits_map(one: Facts, known: Mapping[str, list[str]]) -> tuple[float, str] | None:
    rows = {word: count for word, count in _categories(one).values() if word.lower() not in categories.MISSING}
    found = [word for word in rows if categories.key_of(word, known)]
    if not found:
        return None
    share = sum(rows[word] for word in found) / sum(rows.values())
    if share < _HALF:
        return None
    sign = "all" if len(found) == len(rows) else f"{len(found)}"
    return share, f"{sign} of its words are known, in {_percent(share)} of the rows{_rest(share)}"


def mapped(role: str, guess: Guess[Facts], known: Mapping[str, list[str]] | None = None) -> Guess[Any]:
    """Return what the draft says of a contract column: the raw column, and how its values are read.

    Only words of our own lists, codes, and ages are written: never a value that only the file knows.
    """
    one = guess.value
    spec: dict[str, Any] = {"from": one.name}
    if role in _LOOKED_UP:
        spec["lookup"] = _LOOKED_UP[role]
    table = known or _MAPPED.get(role)
    if table is not None:
        found_words = _categories(one)
        pairs = {raw: categories.key_of(word, table) for raw, (word, _) in found_words.items()}
        found = {raw: key for raw, key in pairs.items() if key is not None}
        if any(raw != key for raw, key in found.items()):
            spec["map"] = found
            rows = sum(found_words[raw][1] for raw in found)
            if known is not None and rows < _NEARLY * one.filled:
                spec["else"] = "keep"
    if role == "age_group":
        ages = {word: age for word, age in ((word, _ages(word)) for word in one.words) if age}
        rows = sum(one.words[word] for word in (*ages, *one.missing) if word in one.words)
        if rows >= _NEARLY * one.filled and any(word != age for word, age in ages.items()):
            spec["map"] = ages
    if one.missing:
        spec["missing"] = list(one.missing)
    return Guess(spec if len(spec) > 1 else one.name, guess.sureness, guess.why)


def _ages(word: str) -> str | None:
    match = re.fullmatch(r"([0-9]{1,2})\s*[–-]\s*([0-9]{1,2})\s*(?:v|vuotta|vuotiaat|år|years)?\.?", word.strip())
    return f"{match[1]}-{match[2]}" if match else None


def event(found: Guess[Facts], region: Guess[Any], text: pl.DataFrame) -> Guess[Any]:
    """Return what is said of an event: its column, joined to the region's where events of several share their names."""
    place = str((region.value.get("from") if isinstance(region.value, dict) else region.value) or "")
    name = found.value.name
    if place:
        regions = text.drop_nulls([name, place]).group_by(name).agg(pl.col(place).n_unique())[place]
        # That a few are in several regions may be a slip of the pen.
        if int((regions > 1).sum()) > _HALF * regions.len():
            return Guess({"from": [place, name]}, GUESS, "events of several regions have the same name")
    return mapped("event", found)


def area(facts: Sequence[Facts], used: Iterable[str] = ()) -> dict[str, Guess[Any]]:
    """Return what is said of region, and of municipality where the file has it."""
    region, town = find("region", facts, used), find("municipality", facts, used)
    found: dict[str, Guess[Any]] = {}
    if town is not None and (region is None or region.value.name != town.value.name or "kunta" in region.value.folded):
        name = town.value.name
        found["municipality"] = Guess({"from": name, "lookup": "municipality_code"}, town.sureness, town.why)
        if region is None or region.value.name == name or region.sureness < town.sureness:
            found["region"] = Guess({"from": name, "lookup": "municipality"}, town.sureness, town.why)
    if region is not None and "region" not in found:
        found["region"] = mapped("region", region)
    if "region" not in found:
        found["region"] = Guess(
            {"value": ""}, OPEN, "the region's key in the codebook, or a column with lookup: region"
        )
    return found


def wave(facts: Sequence[Facts], file: str, used: Iterable[str] = ()) -> Guess[Any]:
    """Return what is said of the wave: a column of years or rounds, the year of a date, or that of the file's name."""
    found = find("wave", facts, used)
    if found is not None:
        return mapped("wave", found)
    rounds = next((guess for one in facts if one.name not in set(used) and (guess := _rounds(one))), None)
    if rounds is not None:
        return rounds
    dated = [one for one in facts if one.formats and one.folded in words.ANSWERED]
    if dated:
        best = min(dated, key=lambda one: (words.ANSWERED.index(one.folded), one.place))
        return Guess(dates(best), GUESS, "the year of the date of the answer")
    years = re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", file)
    if len(set(years)) == 1:
        return Guess({"value": years[0]}, GUESS, "the year in the file's name")
    return Guess({"value": ""}, OPEN, "the year of the wave, or a column with it")


def _rounds(one: Facts) -> Guess[Any] | None:
    """Return what is said of a column of rounds such as `kevät 2024`, whose words are all ours; else None."""
    matches = {word: _TERM.fullmatch(word) for word in one.words}
    years = {word: match["year"] for word, match in matches.items() if match}
    if not years or one.numeric or len(years) < len(matches):
        return None
    if len(set(years.values())) < len(years):
        why = "a year of it has two rounds, and a wave is a year: keep one of them, or describe them as two studies"
        return Guess({"from": one.name, "map": years}, WEAK, why)
    return Guess({"from": one.name, "map": years}, LIKELY, "rounds that each have a year")


def dates(one: Facts) -> dict[str, Any]:
    """Return what is said of a column of dates."""
    return {"from": one.name, "format": list(one.formats)}


def _rest(share: float) -> str:
    return "; rows with others are set aside" if share < 1 else ""


def _percent(share: float) -> str:
    """Return a share in whole per cent, rounded down: 100 % means all."""
    return f"{math.floor(share * 100)} %"
