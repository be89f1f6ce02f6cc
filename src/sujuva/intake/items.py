"""Which instruments a file holds, by names, numbers or values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sujuva.codebooks import Instrument
from sujuva.intake.coded import Coded, coded, shift_in
from sujuva.intake.columns import Facts
from sujuva.intake.guess import GUESS, LIKELY, SURE, WEAK, Guess
from sujuva.intake.words import answer_words, folded

_SHARE = 0.6
"""Share of the items that must be there by name before a file is said to hold the instrument."""
_FEW = 0.01
"""Share of values outside the range that is taken for slips."""
_BLOCK = 5
"""Fewest items of an instrument that is recognised by its values alone."""


@dataclass(frozen=True)
class Found:
    """An instrument in a file.

    Attributes:
        instrument: Key of its codebook.
        items: Item number to raw column.
        by_name: The items have the codebook's names, all of them, so the draft need not list them.
        informant: Who answered, where the names tell it.
        coded: How the answers are written.
    """

    instrument: Guess[str]
    items: Mapping[int, str]
    coded: Coded
    by_name: bool = False
    informant: Guess[str] | None = None
    outside: int = field(default=0)


def find_instruments(
    facts: Sequence[Facts], instruments: Mapping[str, Instrument], taken: Iterable[str]
) -> list[Found]:
    """Return the instruments that a file holds, in the order of their first column.

    Returns:
        Each column is an item of one instrument at most; what is surer goes first.
    """
    used = set(taken)
    families = Counter(_stem(one.name) for one in facts)
    candidates = [
        one
        for instrument in instruments.values()
        for one in (
            *_named(facts, instrument, used),
            *_numbered(facts, instrument, used | _others(facts, instrument, instruments), families),
        )
    ]
    named = {name for one in candidates for name in one.items.values()}
    candidates += _blocks(facts, instruments, used | named, families)
    found: list[Found] = []
    # Of two versions of an instrument with the same names, the one whose lowest and highest answer are both seen.
    ranked = sorted(
        candidates,
        key=lambda one: (-one.instrument.sureness, -len(one.items), not one.coded.spans, one.instrument.value),
    )
    for one in ranked:
        if used.isdisjoint(one.items.values()):
            used.update(one.items.values())
            found.append(one)
    place = {one.name: one.place for one in facts}
    return sorted(found, key=lambda one: min(place[name] for name in one.items.values()))


def _stem(name: str) -> str:
    """Return a name with # for its numbers: what the items of one questionnaire have in common."""
    return re.sub(r"[0-9]+", "#", name.lower().strip())


def _others(facts: Sequence[Facts], instrument: Instrument, instruments: Mapping[str, Instrument]) -> set[str]:
    """Return the columns that have the names of another instrument's items: no number makes them this one's."""
    own = {instrument.key, instrument.variant_of}
    names = {name for other in instruments.values() if other.key not in own for name in other.item_columns}
    return {one.name for one in facts if one.name.lower() in names}


def _named(facts: Sequence[Facts], instrument: Instrument, taken: set[str]) -> list[Found]:
    """Find the items by the codebook's names; aliases in the same place belong together (p, t and s of SDQ)."""
    by_name = {one.name.lower(): one for one in facts if one.name not in taken}
    sets = [dict(enumerate(instrument.item_columns, start=1))]
    places = range(max((len(names) for names in instrument.aliases.values()), default=0))
    sets += [{n: names[place] for n, names in instrument.aliases.items() if len(names) > place} for place in places]
    complete = []
    for names in sets:
        there = {number: by_name[name.lower()] for number, name in names.items() if name.lower() in by_name}
        if len(there) >= max(1, instrument.items * _SHARE):
            complete.append((names, there))
    found = []
    for names, there in complete:
        whole = len(there) == instrument.items
        how = "all" if whole else f"{len(there)} of {instrument.items}"
        further = _further(facts, names)
        sureness = (SURE if whole else LIKELY) if not further else LIKELY if further == 1 else GUESS
        on = f", but their numbers go on ({further} more): another version?" if further else ""
        one = _checked(instrument, there, sureness, f"{how} item names{on}")
        if one is not None:
            alone = whole and len(complete) == 1
            who = _informant(names.values(), instrument)
            found.append(Found(one.instrument, one.items, one.coded, alone, who, one.outside))
    return found


def _further(facts: Sequence[Facts], names: Mapping[int, str]) -> int:
    """Return how many columns go on where the numbered names of an instrument's items end."""
    last = names[max(names)]
    match = re.fullmatch(r"(.*?)([0-9]+)", last.lower())
    if match is None:
        return 0
    numbered = (re.fullmatch(re.escape(match[1]) + "([0-9]{1,3})", one.name.lower()) for one in facts)
    numbers = {int(one[1]) for one in numbered if one}
    further = 0
    while int(match[2]) + further + 1 in numbers:
        further += 1
    return further


def _informant(names: Iterable[str], instrument: Instrument) -> Guess[str] | None:
    """Tell who answered by the first letter of official names; the codebook's own (sdq_1) begin with its key."""
    letters = {name[0].lower() for name in names}
    if len(letters) == 1 and letters <= instrument.prefixes.keys() and not set(names) & set(instrument.item_columns):
        letter = letters.pop()
        return Guess(instrument.prefixes[letter], LIKELY, f"the item names begin with {letter}")
    return None


def _acronyms(instrument: Instrument) -> set[str]:
    """Return the short names of an instrument, folded: of its key, and those in its titles."""
    found = {folded(instrument.key), folded(instrument.key.split("_")[0])}
    for title in (instrument.title.fi, instrument.title.sv, instrument.title.en):
        found |= {
            folded(one) for one in re.findall(r"\(([A-Z][\w-]+)\)|\b([A-Z]{2,}[\w-]*)", title or "") for one in one
        }
    return {one for one in found if len(one) > 2}  # noqa: PLR2004  two letters are in many words


def _numbered(
    facts: Sequence[Facts], instrument: Instrument, taken: set[str], families: Mapping[str, int]
) -> list[Found]:
    """Find items whose name or title has the instrument's short name and a number: `5. WHO-5: väittämä 5`.

    A longer family of columns is another questionnaire's, whose first items these are not.
    """
    last: dict[int, list[Facts]] = {}
    known = {name.lower() for name in instrument.item_columns}
    shorts = [
        re.compile(rf"(?<![a-zåäö]){'[ ]?'.join(map(re.escape, short))}")
        for short in sorted(_acronyms(instrument), key=lambda one: (-len(one), one))
    ]
    for one in facts:
        if one.name in taken or one.name.lower() in known:
            continue
        for text in (one.name, one.title):
            number = _number(text, shorts)
            if number is not None and not (text == one.name and families[_stem(text)] > instrument.items):
                last.setdefault(number, []).append(one)
                break
    if instrument.items + 1 in last and instrument.items + 2 in last:
        return []
    there = {number: columns[0] for number, columns in sorted(last.items()) if len(columns) == 1}
    there = {number: one for number, one in there.items() if 1 <= number <= instrument.items}
    if len(there) < max(2, instrument.items * _SHARE):
        return []
    how = "all items" if len(there) == instrument.items else f"{len(there)} of {instrument.items} items"
    found = _checked(instrument, there, LIKELY, f"{how} by name and number")
    return [found] if found is not None else []


def _number(text: str, shorts: Sequence[re.Pattern[str]]) -> int | None:
    """Return the last number of a text that has one of an instrument's short names, that name left out."""
    plain = re.sub(r"[\W_]+", " ", text.lower()).strip()
    for short in shorts:
        rest, times = short.subn(" ", plain, count=1)
        if times:
            numbers = re.findall(r"[0-9]+", rest)
            return int(numbers[-1]) if numbers else None
    return None


def _blocks(
    facts: Sequence[Facts], instruments: Mapping[str, Instrument], taken: set[str], families: Mapping[str, int]
) -> list[Found]:
    """Find runs of neighbours whose names differ in a number alone, as long as an instrument, with values that fit."""
    found = []
    for run in _runs([one for one in facts if one.name not in taken]):
        fitting = []
        if families[_stem(run[0].name)] > len(run):  # a part of a longer family
            continue
        for instrument in instruments.values():
            if instrument.items != len(run) or instrument.items < _BLOCK:
                continue
            one = _checked(instrument, dict(enumerate(run, start=1)), GUESS, "")
            if one is not None and one.outside == 0 and one.coded.spans and one.coded.shift is None:
                fitting.append((instrument, one))
        for instrument, one in fitting:
            low, high = instrument.response
            others = [other.key for other, _ in fitting if other.key != instrument.key]
            why = f"{len(run)} columns with values {low}–{high} fit {instrument.key}"
            why += f", but also {', '.join(others)}" if others else "; is it?"
            guess = Guess(instrument.key, WEAK if others else GUESS * 0.8, why)
            found.append(Found(guess, one.items, one.coded, outside=one.outside))
    return found


def _runs(facts: Sequence[Facts]) -> list[list[Facts]]:
    """Group neighbouring columns by their name without its last number."""
    runs: list[list[Facts]] = []
    before = ""
    for one in facts:
        match = re.fullmatch(r"(.*?)[0-9]+\W*", one.name, flags=re.DOTALL)
        stem = f"{match[1]}#" if match else ""
        if stem and stem == before and one.place == runs[-1][-1].place + 1:
            runs[-1].append(one)
        elif stem:
            runs.append([one])
        before = stem
    return runs


def _coded(instrument: Instrument, there: Mapping[int, Facts]) -> Coded | None:
    """Return how the answers are written; items of one range are looked at together, and then all are one feed."""
    alike: dict[tuple[int, int], list[Facts]] = {}
    for number, one in there.items():
        alike.setdefault(instrument.response_of(number), []).append(one)
    names = {instrument.item_columns[number - 1]: one for number, one in there.items() if one.codes}
    shift = shift_in(names, instrument.item_responses)
    labels = answer_words(instrument)
    parts = [
        coded(columns, response, shift, labels if response == instrument.response else None)
        for response, columns in alike.items()
    ]
    known = [one for one in parts if one is not None]
    if len(known) < len(parts):
        return None
    if len(known) == 1:
        return known[0]
    # What means no answer in one item may be an answer in another, and a word may have two codes.
    answers = {str(code) for low, high in alike for code in range(low, high + 1)}
    words = {(word, code) for one in known for word, code in one.item_map.items()}
    missing = {guess.value: guess for one in known for guess in one.missing if guess.value not in answers}
    return Coded(
        tuple(missing.values()),
        dict(sorted(words, key=lambda pair: (int(pair[1]), pair[0]))) if len(dict(words)) == len(words) else {},
        sum(one.outside for one in known),
        sum(one.seen for one in known),
        all(one.spans for one in known),
        any(one.undecided for one in known) or len(dict(words)) < len(words),
        next((one.shift for one in known if one.shift), None),
        min(one.sureness for one in known),
        "; ".join(dict.fromkeys(one.why for one in known if one.item_map)),
    )


def _checked(instrument: Instrument, there: Mapping[int, Facts], sureness: float, why: str) -> Found | None:
    """Hold the values against the codebook's range; None where most of them do not fit."""
    answers = _coded(instrument, there)
    if answers is None:
        return None
    span = " or ".join(f"{low}–{high}" for low, high in dict.fromkeys(instrument.item_responses.values()))
    if answers.shift is not None:
        sureness = min(sureness, answers.sureness)
        why = f"{why}; {answers.shift.coded}"
    if answers.outside:
        sureness = min(sureness, LIKELY if answers.outside < _FEW * answers.seen else GUESS)
        why = f"{why}, but {answers.outside} values lie outside {span}"
    elif answers.undecided:
        sureness = min(sureness, GUESS)
        why = f"{why}; the answers are words"
    else:
        why = f"{why}, values {span}" if answers.seen and answers.shift is None else why
    items = {number: one.name for number, one in there.items()}
    return Found(Guess(instrument.key, sureness, why), items, answers, outside=answers.outside)
