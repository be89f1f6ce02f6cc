"""Whether the claims of a project are said where its file of claims says so, word by word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sujuva.codebooks import LANGUAGES
from sujuva.reports.claims import Claim, Claims
from sujuva.review.markdown import texts_of


def unsaid(claims: Claims, root: Path) -> list[str]:
    """Return what is wrong with where claims are said, a line each: nowhere, or in other words than the claim has.

    Args:
        claims: The claims.
        root: The project, whose files (Markdown or notebooks) they name.

    Raises:
        SujuvaError: A file cannot be read.
    """
    return [line for one in claims.claims for line in _unsaid(one, root)]


def _unsaid(claim: Claim, root: Path) -> Iterator[str]:
    if not claim.said:
        yield f"The claim '{claim.key}' names no file in which it is said (said: [README.md])."
    sentences = [_plain(text) for language in LANGUAGES if (text := getattr(claim.says, language))]
    for name in claim.said:
        if not (root / name).is_file():
            yield f"The claim '{claim.key}' is to be said in {name}, and there is no such file."
        elif not any(sentence in _plain(text) for _, text in texts_of(root / name) for sentence in sentences):
            yield f"The claim '{claim.key}' is not said in {name}, in none of its languages word by word."


def _plain(text: str) -> str:
    return " ".join(text.split())
