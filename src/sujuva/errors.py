"""One family of errors: each is a sentence for the person at the keyboard.

A message says what was found and where, what is allowed, and (as the hint) what to do. It never quotes a
value that could belong to a person: files, columns, row numbers and rule names are enough to find it.
"""

from __future__ import annotations

import difflib
import errno
import re
from collections.abc import Iterable, Iterator


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


class BundleError(SujuvaError):
    """A bundle of a region cannot be made, or is not accepted."""


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


_PERMISSION = ("There is no permission to read or write it", "Fix the permissions of the file or its folder.")
_OPEN_FILES = ("Too many files are open", "Allow more (ulimit -n), or use fewer workers (run.workers in params.yaml).")
MEMORY = "Use fewer workers (run.workers in params.yaml), close other programs, or take a larger machine."
"""What to do where memory runs out."""
_SPACE = "Free some space, then run again: nothing half-written is left."
_LACKING = {
    "ENOSPC": ("The disk is full", _SPACE),
    "EDQUOT": ("The quota of the disk is used up", _SPACE),
    "EFBIG": ("A file may not grow that large here", "Raise the limit (ulimit -f), or use another file system."),
    "EROFS": ("The folder can only be read", "Use a folder that can be written, or mount it so."),
    "EACCES": _PERMISSION,
    "EPERM": _PERMISSION,
    "ENOMEM": ("Memory ran out", MEMORY),
    "EMFILE": _OPEN_FILES,
    "ENFILE": _OPEN_FILES,
}
_NUMBERS = {number: told for name, told in _LACKING.items() if (number := getattr(errno, name, None)) is not None}
_SAID = re.compile(r"os error (\d+)|Errno (\d+)")  # Rust and Python, where a library tells in its own words


def lacking(error: BaseException) -> tuple[str, str] | None:
    """Return what the machine lacks behind an error, and what to do about it; None where it is something else.

    Libraries hide it in errors of their own: Polars says that a table is "out of specification" when the disk is full.
    """
    for one in causes(error):
        if isinstance(one, MemoryError):
            return _LACKING["ENOMEM"]
        said = _SAID.search(str(one))
        number = getattr(one, "errno", None) or (said and int(said[1] or said[2]))
        if number in _NUMBERS:
            return _NUMBERS[number]
    return None


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those behind it, the last one first."""
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        seen.append(one)
        yield one
        one = one.__cause__ or one.__context__
