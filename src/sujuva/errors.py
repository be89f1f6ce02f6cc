"""One family of errors: each is a sentence for the person at the keyboard.

A message says what was found and where, what is allowed, and (as the hint) what to do. It never quotes a
value that could belong to a person: files, columns, row numbers and rule names are enough to find it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SujuvaError(Exception):
    """Base of every error that Sujuva raises on purpose.

    Attributes:
        message: What was found, where, and what is allowed.
        hint: What to do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ParameterError(SujuvaError):
    """A parameter is unknown, missing or of the wrong type or range."""


class SourceError(SujuvaError):
    """A raw file or its description in `sources.yaml` cannot be used."""


class FetchError(SujuvaError):
    """A service of public statistics does not answer as it should, or says something else than it did."""


class CodebookError(SujuvaError):
    """A codebook (instrument, region, sector, indicator) is missing or wrong."""


class ContractError(SujuvaError):
    """A table breaks its contract, or the ledger does not add up."""


class DisclosureError(SujuvaError):
    """Something that has not passed `publish` was about to leave the house."""


class SignatureError(SujuvaError):
    """A file is not as somebody trusted signed it, or a key or a signature cannot be used."""


class PipelineError(SujuvaError):
    """A stage or notebook failed."""


_LISTED = 12  # more names than this do not help a reader


def nearest(wrong: str, known: Iterable[str], *, listed: bool = True) -> str:
    """Return a hint that names the known word most like `wrong`, or lists what is known.

    Args:
        wrong: The word that was not recognised.
        known: The words that are allowed.
        listed: Whether they may be listed. Words that come from raw data may not: where a file has no header, its
            first row is a person's.
    """
    words = sorted({str(word) for word in known})
    match = difflib.get_close_matches(wrong, words, n=1, cutoff=0.6)
    if match:
        return f"Did you mean '{match[0]}'?"
    if not listed:
        return ""
    if not words:
        return "Nothing is defined there yet."
    some = ", ".join(words[:_LISTED]) + (", …" if len(words) > _LISTED else "")
    return f"Known: {some}."
