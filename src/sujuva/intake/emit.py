"""A small writer of YAML: what a draft says, with a comment at the end of each line that is a guess.

PyYAML reads comments away, so it cannot write them. What is written here is checked by reading it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sujuva.intake.guess import Guess

_PLAIN = re.compile(r"[^\W\d_](?:[\w /()+.%äöåÄÖÅ–-]*[\w)%])?|-?[0-9]+(?:\.[0-9]+)?|[0-9]{1,2}-[0-9]{1,2}|;?")
_WORDS = {"", "true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", "nan", "inf"}
_BARE = {"true", "false"}
_WIDTH = 110
_COMMENT = 120


@dataclass(frozen=True, eq=False)  # two of the same text are two lines
class Remark:
    """A line of comment among the entries of a mapping or a list; `verbatim`: a line of YAML made by `emit`."""

    text: str
    verbatim: bool = False

    @property
    def line(self) -> str:
        """The line as it is written."""
        return f"# {self.text}".rstrip() if self.verbatim else remark(self.text)


def scalar(value: str) -> str:
    """Return a word as YAML reads it back: plain where nothing in it means something else, else in double quotes."""
    if value in _BARE or (_PLAIN.fullmatch(value) and value.lower() not in _WORDS):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(one if one.isprintable() else _escape(one) for one in quoted)


def _escape(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) < 0x10000 else f"\\U{ord(one):08x}"  # noqa: PLR2004  the basic plane


def remark(text: str) -> str:
    """Return a text as a comment: one line of printable characters, not too long."""
    line = re.sub(r"\s+", " ", "".join(one if one.isprintable() else " " for one in text)).strip()
    return "# " + (line if len(line) <= _COMMENT else line[: _COMMENT - 1] + "…")


def emit(value: Mapping[str, Any]) -> str:
    """Return a mapping as YAML text.

    Args:
        value: Text, lists and mappings, nested; a `Guess` around a value puts its sureness at the end of the line.
            Keys that are `Remark` make a line of comment, whatever their value is.
    """
    return "\n".join(_block(value, 0)) + "\n"


def _block(value: Mapping[Any, Any], depth: int) -> Iterator[str]:
    space = "  " * depth
    for key, inner in value.items():
        if isinstance(key, Remark):
            yield space + key.line
            continue
        yield from _entry(f"{space}{scalar(str(key))}:", inner, depth)


def _entry(head: str, inner: Any, depth: int) -> Iterator[str]:
    plain = inner.value if isinstance(inner, Guess) else inner
    comment = f"  {remark(inner.comment)}" if isinstance(inner, Guess) else ""
    flow = None if _holds_guesses(plain) else _flow(plain)
    if flow is not None and (not isinstance(plain, (Mapping, list, tuple)) or len(head) + len(flow) < _WIDTH):
        yield f"{head} {flow}{comment}"
        return
    yield head + comment
    if isinstance(plain, Mapping):
        yield from _block(plain, depth + 1)
    else:
        yield from _listed(plain, depth + 1)


def _listed(values: Sequence[Any], depth: int) -> Iterator[str]:
    space = "  " * depth
    for one in values:
        plain = one.value if isinstance(one, Guess) else one
        if isinstance(plain, Remark):
            yield space + plain.line
        elif isinstance(plain, Mapping):
            lines = list(_block(plain, depth + 1))
            yield f"{space}- {lines[0].lstrip()}"
            yield from lines[1:]
        else:
            yield f"{space}- {scalar(str(plain))}" + (f"  {remark(one.comment)}" if isinstance(one, Guess) else "")


def _holds_guesses(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(
            isinstance(key, Remark) or isinstance(one, Guess) or _holds_guesses(one) for key, one in value.items()
        )
    if isinstance(value, (list, tuple)):
        return any(isinstance(one, (Guess, Remark, Mapping)) for one in value)
    return False


def _flow(value: Any) -> str:
    """Return a value on one line, as `{from: Kunta, lookup: municipality}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inner(str(key))}: {_flowed(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flowed(one) for one in value) + "]"
    return scalar(str(value))


def _flowed(value: Any) -> str:
    return _flow(value) if isinstance(value, (Mapping, list, tuple)) else _inner(str(value))


def _inner(word: str) -> str:
    return scalar(word)


def plain(value: Any) -> Any:
    """Return what the text that `emit` makes must read back as: the values alone, every scalar as text."""
    if isinstance(value, Guess):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items() if not isinstance(key, Remark)}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value if not isinstance(one, Remark)]
    return str(value)
