"""Sentences of figures and pages held against their translations: a missing one would be read in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_python
from jinja2.ext import babel_extract

from sujuva.codebooks import LANGUAGES
from sujuva.codebooks.problems import Problem
from sujuva.figures import catalogue

_SOURCE = Path(str(files("sujuva")))
_GAP = re.compile(r"\{(\w+)\}")


_SPEAKING = ("figures", "measures", "multiverse", "reports", "review")
"""Packages that speak to readers."""


def used_messages() -> set[str]:
    """Return every msgid in the code of what speaks to readers, and in the templates of pages."""
    found: list[Any] = []  # texts, and tuples of a text and its plural
    for path in (path for room in _SPEAKING for path in (_SOURCE / room).rglob("*.py")):
        with path.open("rb") as code:
            found += [message for _, _, message, _ in extract_python(code, {"say": None}, [], {})]
    for path in _SOURCE.glob("reports/templates/*.html"):
        with path.open("rb") as page:
            found += [message for _, _, message, _ in babel_extract(page, ["say"], [], {})]
    first = [one[0] if isinstance(one, tuple) else one for one in found]
    return {one for one in first if one is not None}  # None: of what is said later, elsewhere


def untranslated() -> Iterator[Problem]:
    """Yield what is missing, left over or filled in differently in each catalogue of translations."""
    used = used_messages()
    for language in LANGUAGES:
        known, file = catalogue(language), f"{language}.po"
        if language == "en":  # the msgids themselves
            continue
        for message in sorted(used - set(known)):
            yield Problem(
                file, 0, f"“{message}” has no translation.", f"Write it into src/sujuva/figures/locale/{file}."
            )
        for message in sorted(set(known) - used):
            yield Problem(file, 0, f"“{message}” is translated, but nothing says it.", "Take it away.")
        for message, text in known.items():
            if set(_GAP.findall(message)) != set(_GAP.findall(text)):
                yield Problem(file, 0, f"“{message}” and its translation have different gaps to fill in.")
