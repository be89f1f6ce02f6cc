"""How the answers of an instrument are written in a file: as codes, shifted codes, or words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sujuva.codebooks.coding import Shift, shift_of
from sujuva.codebooks.labels import Labels
from sujuva.intake.columns import EACH, FEW, MISSING_CODES, Facts
from sujuva.intake.guess import GUESS, LIKELY, Guess
from sujuva.intake.words import missing_words, says_missing

_OFTEN = 0.001
"""Share of values from which on a code outside the range is no slip of the pen but a code."""
_LOST = 0.05
"""Share of answers in words that may be unknown where all others are known."""
_OUTSIDE = 0.2
"""Share of values outside the range from which on the columns are said not to be this instrument's."""


@dataclass(frozen=True)
class Coded:
    """How the answers are written.

    Attributes:
        missing: Codes and words that mean no answer.
        item_map: Of an answer in words, its code.
        outside: Values that are neither an answer nor a known code for none.
        seen: Values that are answers.
        spans: The lowest and the highest answer are both seen.
        undecided: The answers are words, and nothing tells their codes.
        shift: The codes are not the codebook's, but lie beside them; `item_map` moves them back.
        sureness: How sure the map is, and why.
    """

    missing: tuple[Guess[str], ...] = ()
    item_map: Mapping[str, str] = field(default_factory=dict)
    outside: int = 0
    seen: int = 0
    spans: bool = False
    undecided: bool = False
    shift: Shift | None = None
    sureness: float = LIKELY
    why: str = "each answer tells its number"


def coded(
    columns: Sequence[Facts], response: tuple[int, int], shift: Shift | None = None, labels: Labels | None = None
) -> Coded | None:
    """Return how the answers of an instrument's columns are written; None where they cannot be its answers.

    Args:
        columns: Those of one range of answers.
        response: That range.
        shift: How the codes of the whole instrument lie in this file.
        labels: What the codebook calls these answers.
    """
    filled = [one for one in columns if one.filled]
    if not filled:
        return Coded()
    said = _said(filled, response, labels) if labels is not None else None
    if said is not None:
        return said
    if all(one.codes for one in filled):
        return _numbers(filled, response, shift)
    if any(one.numeric and not one.codes for one in filled):
        return None
    return _words(filled, response)


def _numbers(columns: Sequence[Facts], response: tuple[int, int], shift: Shift | None) -> Coded | None:
    low, high = response
    counts: Counter[int] = Counter()
    for one in columns:
        counts.update(one.codes)
    inside = {code: count for code, count in counts.items() if low <= code <= high}
    labelled = _labelled(columns)
    total = sum(counts.values())
    if shift is not None and not shift.items:
        return _shifted(shift, counts, labelled, response)
    missing, outside = [], 0
    for code, count in sorted(counts.items()):
        if low <= code <= high:
            continue
        if str(code) in labelled:
            missing.append(Guess(str(code), LIKELY, "its label says that there is no answer"))
        elif str(code) in MISSING_CODES and count >= max(EACH, _OFTEN * total):
            missing.append(Guess(str(code), GUESS, f"outside {low}–{high}, and a usual code for no answer"))
        else:
            outside += count
    declared = sorted(labelled - {guess.value for guess in missing})
    missing += [Guess(code, LIKELY, "its label says so") for code in declared if not _inside(code, response)]
    seen = sum(inside.values())
    alone = shift is not None and set(shift.items) & {one.name for one in columns}  # no map tells these apart
    if outside > _OUTSIDE * (seen + outside) and not alone:
        return None
    return Coded(tuple(missing), {}, outside, seen, {low, high} <= inside.keys())


def shift_in(columns: Mapping[str, Facts], ranges: Mapping[str, tuple[int, int]]) -> Shift | None:
    """Judge the codes of a whole instrument together, as cleaning does, but for codes that may well mean no answer.

    Args:
        columns: Item column to what is known of the raw column.
        ranges: Of each item, the lowest and the highest code.
    """
    labelled = _labelled(columns.values())
    counts = {}
    for item, one in columns.items():
        low, high = ranges[item]
        # Nobody numbers options from 2: above a scale that begins at 1 a usual code for no answer is one.
        near = {str(low - 1), str(high + 1)} if low <= 0 else {str(low - 1)}
        none = labelled | ({*MISSING_CODES} - near)
        counts[item] = {
            code: count for code, count in one.codes.items() if low <= code <= high or str(code) not in none
        }
    shift = shift_of(counts, ranges)
    return shift and shift.named({item: one.name for item, one in columns.items()})


def _labelled(columns: Iterable[Facts]) -> set[str]:
    """Return the codes whose label in the file says that there is no answer."""
    return {code for one in columns for code, label in one.labels.items() if says_missing(label)}


def _shifted(
    shift: Shift, counts: Mapping[int, int], labelled: Collection[str], response: tuple[int, int]
) -> Coded | None:
    """Return how answers are written whose codes lie beside the codebook's."""
    low, high = response[0] + shift.by, response[1] + shift.by
    others = {code: count for code, count in counts.items() if not low <= code <= high}
    missing = [
        Guess(str(code), LIKELY, "its label says that there is no answer") for code in others if str(code) in labelled
    ]
    missing += [
        Guess(str(code), GUESS, f"outside {low}–{high}, and a usual code for no answer")
        for code, count in others.items()
        if str(code) in {*MISSING_CODES} - {*labelled} and count >= max(EACH, _OFTEN * sum(counts.values()))
    ]
    known = {guess.value for guess in missing}
    outside = sum(count for code, count in others.items() if str(code) not in known)
    seen = sum(counts.values()) - sum(others.values())
    if outside > _OUTSIDE * (seen + outside):
        return None
    sureness = LIKELY if shift.sure else GUESS
    why = f"{shift.coded}; check it against the questionnaire"
    return Coded(tuple(missing), shift.item_map, outside, seen, shift.spans, shift=shift, sureness=sureness, why=why)


def _said(columns: Sequence[Facts], response: tuple[int, int], labels: Labels) -> Coded | None:
    """Read answers by what the codebook calls them, in the file's cells or in its labels; None where it cannot."""
    counts: Counter[str] = Counter()
    called: dict[str, str] = {}
    for one in columns:
        if one.codes and one.labels:
            counts.update({str(code): count for code, count in one.codes.items()})
            called |= {str(code): label for code, label in one.labels.items()}
        else:
            counts.update(one.answers)
            called |= {word: word for word in one.answers}
    words = {word: called.get(word, word) for word in counts}
    missing = sorted(word for word, label in words.items() if says_missing(label))
    read = labels.read(label for word, label in words.items() if word not in missing)
    total = sum(one.filled for one in columns)
    outside = total - sum(counts.values())
    if read is None or outside > _LOST * total:
        return None
    codes = {word: read[label] for word, label in sorted(words.items()) if word not in missing}
    if all(word == str(code) for word, code in codes.items()):  # the file's labels are the codebook's
        return None
    sure = labels.sure(read)
    why = "the codebook's words for the answers" if sure else "known words for the answers; check them, and their order"
    none = tuple(Guess(word, LIKELY, "it says so") for word in missing)
    pairs = sorted(codes.items(), key=lambda pair: (pair[1], pair[0]))
    return Coded(
        none,
        {word: str(code) for word, code in pairs},
        outside,
        sum(counts[word] for word in codes),
        set(response) <= {*codes.values()},
        sureness=LIKELY if sure else GUESS,
        why=why,
    )


def _inside(code: str, response: tuple[int, int]) -> bool:
    return re.fullmatch(r"-?[0-9]+", code) is not None and response[0] <= int(code) <= response[1]


def _words(columns: Sequence[Facts], response: tuple[int, int]) -> Coded | None:
    """Read answers in words: those with a number say their code, and so does a file's own dictionary."""
    low, high = response
    span = high - low + 1
    # A word that one column alone has may be somebody's own: those of a scale come again in its other columns.
    counts: Counter[str] = Counter()
    owners: Counter[str] = Counter()
    for one in columns:
        words = (one.words if one.strict else {}) or {str(code): count for code, count in one.codes.items()}
        counts.update(words)
        owners.update(words.keys())
    if not counts or len(counts) > FEW:
        return None
    shared = [word for word in sorted(counts) if owners[word] > 1 or len(columns) == 1]
    missing = [Guess(word, LIKELY, "it says so") for word in shared if word.lower() in missing_words()]
    answers = [word for word in shared if word.lower() not in missing_words()]
    if not answers or len(answers) > span + 1:
        return None
    found = {word: code for word, code in ((word, _code(word)) for word in answers) if code is not None}
    if len(found) == len(answers) and all(low <= code <= high for code in found.values()):
        mapped = {
            word: str(code) for word, code in sorted(found.items(), key=lambda pair: pair[1]) if word != str(code)
        }
        seen = sum(counts[word] for word in found)
        return Coded(tuple(missing), mapped, 0, seen, {low, high} <= set(found.values()))
    if len(found) == len(answers):  # numbered from 1 where the codebook begins at 0, or the other way
        seen_codes: Counter[int] = Counter()
        for word, code in found.items():
            seen_codes[code] += counts[word]
        shift = shift_of({"all": seen_codes}, {"all": response})
        if shift is not None and not shift.neither and not shift.lost:
            moved = {word: str(code - shift.by) for word, code in sorted(found.items(), key=lambda pair: pair[1])}
            why = f"the answers tell numbers that lie beside the codebook's: {shift.coded}"
            total = seen_codes.total()
            return Coded(tuple(missing), moved, 0, total, shift.spans, shift=shift, sureness=GUESS, why=why)
    return Coded(tuple(missing), undecided=True) if len(answers) <= span else None


def _code(word: str) -> int | None:
    """Return the number that an answer begins or ends with, the only one in it: `3 = usein`, `vaihtoehto 3`."""
    numbers = re.findall(r"(?<!\S)-?[0-9]+|[0-9]+", word)
    if len(numbers) != 1 or not re.search(rf"^{re.escape(numbers[0])}\b|\b{re.escape(numbers[0])}$", word.strip()):
        return None
    return int(numbers[0])
