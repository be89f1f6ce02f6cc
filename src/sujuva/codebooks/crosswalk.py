"""Which municipality of one year is which of another: mergers, one after the other in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sujuva.codebooks.regions import Ended
from sujuva.errors import CodebookError


def successor(code: str, year: int, ended: Mapping[str, Ended]) -> str:
    """Return the municipality that a municipality is, or is a part of, in a year.

    Args:
        code: Its code of three digits.
        year: The year; one before its end leaves it as it is.
        ended: Municipalities that ended, by code.

    Raises:
        CodebookError: Municipalities went into each other in a ring, or one into what had ended before it.
    """
    until = 0
    while code in ended and ended[code].until < year:
        if ended[code].until < until:
            msg = f"municipality_changes.yaml: {code} ended in {ended[code].until}, what went into it in {until}."
            raise CodebookError(msg, "Give each municipality the one that went on after its own last year.")
        until, code, before = ended[code].until, ended[code].into, code
        if code == before:
            msg = f"municipality_changes.yaml: {code} went into itself."
            raise CodebookError(msg, "Name the municipality that went on.")
    return code


def crosswalk(codes: Iterable[str], year: int, ended: Mapping[str, Ended]) -> dict[str, str]:
    """Return the municipality of a year that each of these municipalities is then, by code.

    Several may become one: their counts add up to its count, as no municipality was divided among several in
    `municipality_changes.yaml`; their shares and rates do not.
    """
    return {code: successor(code, year, ended) for code in codes}
