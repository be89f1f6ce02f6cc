"""What is said of measures that are not shared, in the language of `say`; keys of files stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sujuva.codebooks.books import BOOKS
from sujuva.decides import Kind
from sujuva.measures.bundled import BY_HASH
from sujuva.measures.facts import AS_ANSWERED, EVERYBODY, NOT_THERE, REVERSED, THERE, Ground, Path

Say = Callable[..., str]
"""Translates a text and fills in what it names, as `sujuva.figures.Words.say` does."""
_NOUNS = ("instrument", "choice", *(book.noun for book in BOOKS))
"""First names of a key each; any other first name stands alone."""


def english(msgid: str, /, **values: object) -> str:
    """Say a text as it stands in the code: a terminal need not load what pages need."""
    return msgid.format(**values) if values else msgid


def head(kind: Kind, say: Say) -> str:
    """Return what it means that sides differ in what decides a kind of numbers."""
    return {
        "moments": say("Something else is counted: such numbers neither add up nor compare"),
        "scope": say("Of whom and of when: what all have compares"),
        "estimates": say("Estimates are made otherwise: sums add up, and whoever computes for all chooses once"),
        "disclosure": say("Other rules of what may be shown: what is published together has one"),
        "nothing": say("No number hangs on it"),
    }[kind]


def settles(ground: Ground, common: Sequence[str], say: Say) -> str:
    """Return what settles a difference, with what all have of it."""
    if ground == "data" and common:
        return say(
            "What was not collected cannot be written: compare what all have ({common}).", common=", ".join(common)
        )
    return {
        "source": say("The source of the questionnaire settles it, not how many say so."),
        "choice": say("A matter of choice: agree on one."),
        "data": say("What was not collected cannot be written: compare what all have."),
    }[ground]


def overlapping(say: Say) -> str:
    """Return what to do about municipalities of two regions."""
    return say("A matter of choice: leave these municipalities to one of the two regions, in regions.yaml.")


def by_hash(say: Say) -> str:
    """Return what to do about what a bundle tells by its hash alone."""
    return say(
        "A bundle tells parts of codebooks by their SHA-256: put the codebooks of whoever made it in place of the "
        "bundle, and what differs is told."
    )


def plain(value: str, say: Say) -> str:
    """Return a value in words where it is none of a file."""
    ours = {
        NOT_THERE: say("not there"),
        THERE: say("there"),
        AS_ANSWERED: say("as answered"),
        REVERSED: say("reversed"),
        EVERYBODY: say("everybody"),
    }
    return ours.get(value, value)


def named(path: Path, say: Say) -> str:
    """Return the names of a path in a line: nouns in words, keys as they stand in files."""
    return " · ".join(_named(part, say) for part in path)


def split(name: str) -> tuple[str, str]:
    """Return the noun and the key of a first name."""
    nouns = [noun for noun in _NOUNS if name == noun or name.startswith(f"{noun} ")]
    noun = max(nouns, key=len, default=name)
    return noun, name.removeprefix(noun).strip()


def _named(part: str, say: Say) -> str:
    nouns = {
        "instrument": say("instrument"),
        "choice": say("choice"),
        "waves": say("years of measurement"),
        "grouping columns": say("grouping columns"),
        "grouping column": say("grouping column"),
        "regions": say("regions"),
        "municipalities of two regions": say("municipalities of two regions"),
        "municipality that ended": say("municipality that ended"),
        "municipality": say("municipality"),
        "delivery": say("what is delivered"),
        "answers to": say("answers to"),
        "of informant": say("of informant"),
        "table": say("table"),
        "item": say("item"),
        "scale": say("scale"),
        "norm set used": say("norm set used"),
        "norm set": say("norm set"),
        "number of items": say("number of items"),
        "answered by": say("answered by"),
        "is asked of": say("is asked of"),
        "answers": say("lowest and highest answer"),
        "answer": say("answer"),
        "counts": say("how answers count"),
        "column": say("column"),
        "LP discussions": say("Lapset puheeksi discussions"),
        "lexicon": say("lexicon"),
        "order of events": say("order of events"),
        "relation": say("relation between organisations"),
        "sector": say("sector"),
        "structure": say("structure of services"),
        "method": say("method"),
        "dimension of the profile": say("dimension of the profile"),
        "statistic of areas": say("statistic of areas"),
        "break": say("break in a series"),
        "by hash:": say("by hash:"),
    }
    known = [noun for noun in nouns if part == noun or part.startswith(f"{noun} ")]
    noun = max(known, key=len, default="")
    rest = part.removeprefix(noun)
    if f"{noun} " == BY_HASH:
        rest = f" {_named(rest.strip(), say)}"
    return f"{nouns[noun]}{rest}" if noun else part
