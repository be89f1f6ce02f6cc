"""Steps in the life of an event, as the lifecycle extension of event logs (IEEE 1849) tells them: which of them count.

An event that was scheduled, started or withdrawn has not taken place: only its completion counts, unless the source
says otherwise. A row that tells no transition is an event as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

TRANSITIONS = (
    "schedule", "assign", "reassign", "start", "suspend", "resume", "complete", "withdraw", "autoskip", "manualskip",
    "ate_abort", "pi_abort", "unknown",
)  # fmt: skip
"""Transitions of the standard's transactional model."""
COMPLETE = ("complete",)
"""Those that count where nothing else is said."""
EVERY = "*"
"""Stands for all of them."""
OTHERS = "other words"
"""Stands for transitions that the standard does not know: what only a file knows is not shown."""
_STANDARD = "lifecycletransition"
_NAMES = (_STANDARD, "lifecycle", "transition", "eventlifecycletransition", "lifecycletransitions")
_STATES = ("tila", "tapahtumantila", "toimenpiteentila", "tilanne", "status", "läge", "state")
"""What case systems call the same, and as often the state of a whole case: words of planned events tell which."""
_WORDS = {
    "complete": "completed done held valmis toteutunut toteutui pidetty suoritettu tehty genomförd slutförd klar",
    "schedule": "scheduled planned booked suunniteltu suunnitteilla varattu ajanvaraus planerad bokad",
    "start": "started inprogress aloitettu kesken käynnissä påbörjad pågår pågående",
    "withdraw": "withdrawn cancelled canceled peruttu peruutettu peruuntunut eitoteutunut inställd avbokad",
    "suspend": "suspended keskeytetty avbruten",
}
_SPELLED = {word: code for code, words in _WORDS.items() for word in words.split()}
_NOT_OF_CASES = {"schedule", "withdraw"}
_HALF = 0.5


@dataclass(frozen=True)
class Judged:
    """The rows of a log by their transition.

    Attributes:
        other: Rows whose transition does not count.
        counts: Their number by transition of the standard, in its order; words that it does not know are `OTHERS`.
        blank: Rows that tell none, and count.
    """

    other: pl.Series
    counts: dict[str, int]
    blank: int

    @property
    def told(self) -> str:
        """The transitions that do not count, in words: schedule 2, withdraw 1."""
        return ", ".join(f"{name} {count}" for name, count in self.counts.items())


def transition_column(frame: pl.DataFrame) -> str | None:
    """Return the column of a log that tells transitions: by the standard's name, or a like name and known words.

    Under the names that case systems have for it, some events must be complete, and some planned or cancelled: a case
    can be open or closed, and all of its events have taken place.
    """
    for wanted in (*_NAMES, *_STATES):
        for name in frame.columns:
            if _folded(name) != wanted:
                continue
            told = wanted == _STANDARD or _known(frame[name]) >= _HALF
            if told and (wanted not in _STATES or _of_events(frame[name])):
                return name
    return None


def _of_events(column: pl.Series) -> bool:
    codes = set(_coded(column.drop_nulls().unique()))
    return not codes.isdisjoint(COMPLETE) and not codes.isdisjoint(_NOT_OF_CASES)


def is_standard(name: str) -> bool:
    """Tell whether a column has the standard's own name for transitions."""
    return _folded(name) == _STANDARD


def judge(text: pl.Series, keep: Sequence[str] = COMPLETE) -> Judged:
    """Tell which rows have a transition that does not count.

    Args:
        text: The transition of each row; case and signs between words do not matter.
        keep: Those that count, in the file's own words or the standard's; `EVERY`: all.
    """
    words = text.cast(pl.String).str.strip_chars()
    words = words.zip_with((words != "").fill_null(value=True), pl.Series([None], dtype=pl.String))
    codes = _coded(words)
    wanted = {_code(one) for one in keep}
    every = EVERY in keep
    other = (codes.is_not_null() & ~codes.is_in(list(wanted))).fill_null(value=False) & (not every)
    left = codes.filter(other)
    standard = {_folded(one): one for one in TRANSITIONS}
    counts = {name: int((left == code).sum()) for code, name in standard.items()}
    counts[OTHERS] = int((~left.is_in(list(standard))).sum())
    return Judged(other, {name: count for name, count in counts.items() if count}, words.null_count())


def _coded(words: pl.Series) -> pl.Series:
    plain = words.str.to_lowercase().str.replace_all(r"[\W_]+", "")
    return plain.replace(list(_SPELLED), list(_SPELLED.values()))


def _code(word: str) -> str:
    plain = _folded(word)
    return _SPELLED.get(plain, plain)


def _known(column: pl.Series) -> float:
    if column.dtype != pl.String:
        return 0.0
    codes = _coded(column).drop_nulls()
    codes = codes.filter(codes != "")
    return float(codes.is_in([_folded(one) for one in TRANSITIONS]).mean() or 0) if codes.len() else 0.0  # type: ignore[arg-type]


def _folded(word: str) -> str:
    return re.sub(r"[\W_]+", "", word.lower())
