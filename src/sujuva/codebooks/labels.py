"""What questionnaires call their answers, and the codes that these have in the codebooks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sujuva.codebooks.text import Language
from sujuva.normal import normal

_NUMBERED = re.compile(r"^[(]?[0-9]{1,2}[)]?\s*[=.:)-]?\s+|\s*[(][0-9]{1,2}[)]$")


def folded_answer(word: str) -> str:
    """Return an answer in words as it is compared: in its normal form and small letters, with plain dashes.

    A full stop at its end is left out; a number stays as it is.
    """
    plain = re.sub("[\u2012-\u2015\u2212]", "-", normal(word).lower())
    return plain.rstrip(".,;:! ")


def label_of(word: str) -> str:
    """Return the words of an answer, folded, without the number that a form puts before or behind them: `3 = often`."""
    return folded_answer(_NUMBERED.sub("", normal(word)))


@dataclass(frozen=True)
class Labels:
    """The words for the answers to an instrument, folded, with their codes.

    Attributes:
        codes: Code by word.
        doubtful: Words that have not been held against the questionnaire in their language.
        steps: Number of answers, where the words are those of any scale of agreement: then two words for one step do
            not stand in one questionnaire, which has more steps.
    """

    codes: Mapping[str, int] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    steps: int = 0

    def read(self, words: Iterable[str]) -> dict[str, int] | None:
        """Return the code of each answer; None where a word is not known, or the words do not go together."""
        found = {word: self.codes.get(label_of(word)) for word in words}
        known = {word: code for word, code in found.items() if code is not None}
        if not known or len(known) < len(found):
            return None
        wordings = Counter(code for code, _ in {(code, label_of(word)) for word, code in known.items()})
        return None if self.steps and max(wordings.values()) > 1 else known

    def sure(self, read: Mapping[str, int]) -> bool:
        """Tell whether the codes of these answers are beyond doubt: checked words, or all steps of a scale."""
        plain = not any(label_of(word) in self.doubtful for word in read)
        return plain and (not self.steps or len({*read.values()}) == self.steps)


def labels_of(
    response: tuple[int, int],
    labels: Mapping[Language, Sequence[Sequence[str]]],
    unverified: Iterable[Language] = (),
    agreement: Mapping[str, Sequence[str]] | None = None,
) -> Labels:
    """Return the words for answers between two codes.

    Args:
        response: Lowest and highest code.
        labels: Of each language, the words of each answer, lowest code first.
        unverified: Languages whose words have not been held against the questionnaire.
        agreement: Words of each step from 1, of a scale of agreement with as many steps; for instruments that have no
            words of their own.
    """
    low, high = response
    pairs: list[tuple[str, int, str]] = [
        (folded_answer(word), low + at, language)
        for language, steps in labels.items()
        for at, words in enumerate(steps)
        for word in words
    ]
    steps = 0
    if agreement and not pairs:
        steps = high - low + 1
        pairs = [(folded_answer(word), low + int(step) - 1, "") for step, some in agreement.items() for word in some]
    codes: dict[str, set[int]] = {}
    for word, code, _ in pairs:
        codes.setdefault(word, set()).add(code)
    # What two languages use for different answers tells nothing.
    plain = {word: next(iter(some)) for word, some in codes.items() if len(some) == 1 and not word.isdigit()}
    checked = {word for word, _, language in pairs if language not in set(unverified)}
    return Labels(plain, frozenset(plain) - checked, steps)


def relabelled(
    labels: Mapping[str, Mapping[str, str]], columns: Iterable[str], known: Labels, missing: Collection[str] = ()
) -> dict[str, str]:
    """Return the codebook's code for each code of a file, where the file's labels say that they are others.

    Args:
        labels: Of each raw column, what the file calls its codes.
        columns: The raw columns of the items.
        known: What the codebook calls its answers.
        missing: Words that mean no answer, in small letters.

    Returns:
        Empty where the labels are those of the same codes, or are not known.
    """
    called: dict[str, str] = {}
    for name in columns:
        for code, label in labels.get(name, {}).items():
            plain = re.sub(r"[.,]0+$", "", code)
            if label_of(label) in missing or label.strip().lower() in missing:
                continue
            if called.setdefault(plain, label) != label and known.codes.get(label_of(label)) != known.codes.get(
                label_of(called[plain])
            ):
                return {}  # items whose answers are called otherwise
    read = known.read(called.values()) if called else None
    if read is None:
        return {}
    moved = {code: str(read[label]) for code, label in called.items()}
    return (
        {} if all(code == new for code, new in moved.items()) else dict(sorted(moved.items(), key=lambda one: one[1]))
    )
