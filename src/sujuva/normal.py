"""One normal form of names and codes: what looks the same on a screen is the same, whoever typed it.

A name is compared, grouped and made a pseudonym in Unicode's composed form (NFC: ö is one letter, not o and two dots),
without characters that nobody sees (soft hyphens, characters of no width, marks of direction, byte order marks, control
characters), with plain hyphens for those that hold words together, one plain blank for every run of blanks (no-break
and thin ones, tabs and line breaks), and none around it. Capitals are kept: two names that differ in them alone are
told apart, and `differing_in_case` finds them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

# Written out, not as \s or a category: Python and Polars must read them alike.
_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # but for those that are blanks
_UNSEEN = f"[{_CONTROLS}\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
_HYPHENS = "[\u2010\u2011]"
_BLANKS = "[\t-\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
_ODD_ASCII = "[\x00-\x1f\x7f]|  |^ | $"  # what an ASCII text may have that its normal form has not
_PATTERNS = tuple((re.compile(pattern), put) for pattern, put in ((_UNSEEN, ""), (_HYPHENS, "-"), (_BLANKS, " ")))


def normal(text: str) -> str:
    """Return a name or code in its normal form; what is blank becomes empty."""
    if text.isascii() and text.isalnum():
        return text
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    return unicodedata.normalize("NFC", text.strip(" "))


def normal_texts(texts: pl.Series) -> pl.Series:
    """Return a column of names or codes (String) in their normal form; null stays null."""
    given = texts.len() - texts.null_count()
    if not given:
        return texts
    if texts.str.len_bytes().sum() == texts.str.len_chars().sum():  # ASCII, as most codes are
        if not texts.str.contains(_ODD_ASCII).any():
            return texts
        return texts.str.replace_all(_UNSEEN, "").str.replace_all(_BLANKS, " ").str.strip_chars(" ")
    found = seen_only(texts).str.replace_all(_HYPHENS, "-").str.replace_all(_BLANKS, " ")
    return found.str.strip_chars(" ").str.normalize("NFC")


def seen_only(texts: pl.Series) -> pl.Series:
    """Return a column of text without the characters that nobody sees."""
    if texts.str.len_bytes().sum() == texts.str.len_chars().sum() and not texts.str.contains(f"[{_CONTROLS}]").any():
        return texts
    return texts.str.replace_all(_UNSEEN, "")


def normal_keys(pairs: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return a mapping with its keys in their normal form.

    Raises:
        ValueError: Two keys are the same name with different values.
    """
    found: dict[Any, Any] = {}
    for key, value in pairs.items():
        plain = normal(key) if isinstance(key, str) else key
        if found.setdefault(plain, value) != value:
            msg = f"'{plain}' stands there twice, in letters or blanks that only look the same, with different values"
            raise ValueError(msg)
    return found


def count_in_case(texts: pl.Series) -> int:
    """Count the different names of a column (String) that differ from another in capitals alone."""
    names = normal_texts(texts.drop_nulls()).unique().rename("name").to_frame()
    groups = names.group_by(pl.col("name").str.to_lowercase()).len("times")
    return int(groups.filter(pl.col("times") > 1)["times"].sum())


def differing_in_case(texts: Iterable[str | None]) -> list[tuple[str, ...]]:
    """Return the names that differ from another in capitals alone: groups of two and more, sorted."""
    alike: dict[str, set[str]] = {}
    for text in {normal(text) for text in texts if text}:
        alike.setdefault(text.lower(), set()).add(text)
    return sorted(tuple(sorted(group)) for group in alike.values() if len(group) > 1)
