"""The words that exports name categories with, in Finnish, Swedish and English: the codebook `export_words.yaml`.

What a draft writes out of a file's values comes from it, or is a code: a word that only the file knows may be a
person's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import RootModel

from sujuva.codebooks.files import FOLDER, parse, read_yaml
from sujuva.paths import inside

FILE = "export_words.yaml"
Words = Mapping[str, Sequence[str]]
"""The words of each code of a kind, the code itself first; all in small letters."""
_MISSING = "missing"
_ENTRIES = RootModel[dict[str, dict[str, tuple[str, ...]] | tuple[str, ...]]]


@lru_cache(maxsize=8)
def _entries(path: Path) -> dict[str, Any]:
    return parse(_ENTRIES, read_yaml(path), where=path.name).root


def words_of(kind: str) -> Words:
    """Return the words of a kind of codes, such as gender; none for a kind that exports have no common words for.

    Raises:
        CodebookError: The codebook is missing or not valid.
    """
    known = _entries(inside(FOLDER) / FILE).get(kind, {})
    return {code: (code, *words) for code, words in known.items()}


def missing_words() -> Sequence[str]:
    """Return the words that mean that there is no answer, in small letters.

    Raises:
        CodebookError: The codebook is missing or not valid.
    """
    return tuple(_entries(inside(FOLDER) / FILE)[_MISSING])


def key_of(word: str, known: Words) -> str | None:
    """Return the code whose words hold `word`, whatever its case."""
    lower = word.strip().lower()
    return next((code for code, words in known.items() if lower in words), None)
