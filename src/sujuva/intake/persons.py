"""Files about persons: their background, and their answers to each instrument."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sujuva.codebooks import Instrument
from sujuva.intake import words
from sujuva.intake.columns import Facts
from sujuva.intake.guess import GUESS, LIKELY, OPEN, DraftFeed, Guess, origin_of, slug
from sujuva.intake.items import Found
from sujuva.intake.roles import Drafting
from sujuva.tables import Respondents, all_about

_HINTS = (
    ("parent", r"vanhem|parent|huoltaj|vårdnad"),
    ("teacher", r"opettaj|teacher|lärare"),
    ("self", r"nuor|lapsi|lapset|oppila|pupil|youth|child|elev"),
)
_BODY = {"height", "bmi", "pituus", "längd", "painoindeksi"}
_MOST = 0.9


def persons(
    facts: Sequence[Facts],
    found: Sequence[Found],
    file: str,
    instruments: Mapping[str, Instrument],
    identifying: Mapping[str, Guess[str]],
    waves: Sequence[Guess[Any]] = (),
) -> list[DraftFeed]:
    """Return the feeds of a file about persons: their background, and their answers to each instrument.

    `waves`: of each instrument in `found` the wave, where the names of its columns tell it; the background then holds
    for each of them.
    """
    items = {name for one in found for name in one.items.values()}
    rest = [one for one in facts if one.name not in items]
    plain = [one for one in rest if one.name not in identifying]
    keyed = Drafting("respondents", rest)
    keyed.respondent()
    draft = Drafting("respondents", plain, keyed.used)
    if waves:
        draft.columns["wave"] = waves[0]
    else:
        draft.wave(file)
    keys = keyed.columns | draft.columns
    draft.used |= {name for guess in draft.columns.values() for name in origin_of(guess)}
    _background(draft)
    background = {name: guess for name, guess in draft.columns.items() if name not in keys}
    draft.columns |= keys
    texts = _texts(
        [one for one in rest if one.name not in {name for guess in keys.values() for name in origin_of(guess)}]
    )
    duration = _duration(plain)
    feeds = []
    known = [name for name, guess in background.items() if guess.sureness >= GUESS]
    telling = set(known) - {"municipality", "weight"}  # each alone may stand in any table
    if len(telling) > (0 if keyed.raw and not found else 1):
        why = f"it has {', '.join(sorted(known))}"
        sureness = LIKELY if keyed.raw and len(known) > 2 else GUESS  # noqa: PLR2004
        missing = _missing(facts, texts)
        for wave in _each(waves) or [keys["wave"]]:
            draft.columns["wave"] = wave
            feeds.append(draft.feed(Guess("respondents", sureness, why), texts=texts, missing=missing))
            texts = {}
    for one, wave in zip(found, waves or itertools.repeat(keys["wave"]), strict=False):
        keyed_by = {**keys, "wave": wave}
        feeds.append(_answers(one, keyed_by, file, instruments[one.instrument.value], rest, texts, duration, facts))
        texts, duration = {}, None
    return feeds


def _each(waves: Sequence[Guess[Any]]) -> list[Guess[Any]]:
    """Return the waves, each once, in order; those whose year is open differ by the round that they ask for."""
    return list({(str(one.value), one.why): one for one in waves}.values())


def _background(draft: Drafting) -> None:
    draft.place(municipality=True)
    draft.want("unit", "stratum")
    weight = draft.find("weight")
    designed = draft.raw.keys() & {"unit", "stratum"}
    if weight is not None and (designed or not _measured(draft.facts, weight)):
        doubt = Guess(weight.value, min(weight.sureness, GUESS), f"{weight.why}; a survey weight, not a body's?")
        draft.take("weight", weight if designed else doubt)
    draft.want(*(name for name, one in all_about(Respondents).items() if one.group))


def _measured(facts: Sequence[Facts], weight: Guess[Facts]) -> bool:
    """Tell whether a weight is that of a body: a height or a body mass stands beside it, or its title says so."""
    said = {word for one in facts for word in one.all_words}
    units = {"kg", "kilograms", "kilo", "kiloa", "pounds", "dry"}
    return bool(said & _BODY) or bool(units & set(weight.value.all_words))


def _answers(
    one: Found,
    keys: Mapping[str, Guess[Any]],
    file: str,
    instrument: Instrument,
    rest: Sequence[Facts],
    texts: Mapping[str, Guess[str]],
    duration: Guess[dict[str, Any]] | None,
    facts: Sequence[Facts],
) -> DraftFeed:
    said = one.instrument
    items = {} if one.by_name else {str(n): Guess(name, said.sureness) for n, name in sorted(one.items.items())}
    how = one.coded
    item_map = Guess(dict(how.item_map), how.sureness, how.why) if how.item_map else None
    if one.coded.undecided:
        item_map = Guess({}, OPEN, "the answers are words, and nothing tells their codes")
    missing = {guess.value: guess for guess in (*one.coded.missing, *_missing(facts, texts))}
    return DraftFeed(
        Guess("answers", said.sureness, ""),
        {**keys, "informant": _informant(one, instrument, rest, file)},
        said,
        items,
        item_map,
        tuple(missing.values()),
        texts,
        duration,
        tuple(one.items.values()),
    )


def _informant(one: Found, instrument: Instrument, rest: Sequence[Facts], file: str) -> Guess[Any]:
    if one.informant is not None:
        return Guess({"value": one.informant.value}, one.informant.sureness, one.informant.why)
    draft = Drafting("answers", rest)
    if draft.need("informant", least=0.0):
        return draft.columns["informant"]
    hint = next((who for who, pattern in _HINTS if re.search(pattern, file.lower())), None)
    if hint is not None:
        return Guess({"value": hint}, GUESS, "a word of the file's name")
    several = any(band.informant is not None for scale in instrument.scales for band in scale.bands)
    if several or one.instrument.sureness < GUESS:
        return Guess({"value": ""}, OPEN, "who answered: self, parent or teacher")
    return Guess({"value": "self"}, GUESS, "nothing says otherwise")


def _texts(facts: Sequence[Facts]) -> dict[str, Guess[str]]:
    found: dict[str, Guess[str]] = {}
    for one in facts:
        told = any(word.startswith(tuple(words.TEXTS)) for word in one.all_words)
        if not (one.prose or (told and one.filled and not one.numeric and not one.formats and not one.words)):
            continue
        key = slug(one.name).lstrip("0123456789_") or slug(one.name)
        while key in found:
            key += "_"
        found[key] = Guess(one.name, LIKELY if told else GUESS, "texts of several words")
    return found


def _missing(facts: Sequence[Facts], texts: Mapping[str, Guess[str]]) -> tuple[Guess[str], ...]:
    names = {guess.value for guess in texts.values()}
    seen = sorted({word for one in facts if one.name in names for word in one.missing})
    return tuple(Guess(word, LIKELY, "it says so") for word in seen)


def _duration(facts: Sequence[Facts]) -> Guess[dict[str, Any]] | None:
    for one in facts:
        if one.numeric and one.folded in words.DURATIONS and one.share(0, math.inf) > _MOST:
            minutes = any(word in {"min", "minutes", "minuuttia", "minuter", "minuutit"} for word in one.all_words)
            told = minutes or any(word.startswith(("sek", "sec")) or word == "s" for word in one.all_words)
            unit = "minutes" if minutes else "seconds"
            why = "its name tells the unit" if told else "its name; nothing tells the unit"
            return Guess({"from": one.name, "unit": unit}, LIKELY if told else GUESS, why)
    dated = [one for one in facts if one.formats]
    start = next((one for one in dated if one.folded in words.STARTS), None)
    end = next((one for one in dated if one.folded in words.ENDS), None)
    if start is None or end is None:
        return None
    formats = list(dict.fromkeys((*start.formats, *end.formats)))
    return Guess({"start": start.name, "end": end.name, "format": formats}, LIKELY, "a start and an end")
