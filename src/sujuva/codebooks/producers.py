"""What producers of data are called in the readers' languages: a delivery names them in one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import Field

from sujuva.codebooks.area_statistics import plain_title
from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.terms import Wording
from sujuva.codebooks.text import LANGUAGES, Entry, Text


class Producer(Entry):
    """Who makes data or is responsible for it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Wording


def load_producers(extra: str | Path | None = None) -> dict[str, Producer]:
    """Load `producers.yaml` (see `load_keyed`), keyed by producer key, in file order."""
    return load_keyed(Producer, "producers.yaml", extra)


def producers_called(names: Iterable[str], extra: str | Path | None = None) -> dict[str, Text]:
    """Return producers in the readers' languages, by the name as given, sorted; left out are those nobody translates.

    Args:
        names: Names as a delivery gives them, in whatever of the languages.
        extra: An input folder, whose codebooks may add producers.
    """
    known = {plain_title(one.title[language]): one.title for one in load_producers(extra).values()
             for language in LANGUAGES}  # fmt: skip
    return {name: known[plain_title(name)] for name in sorted(names) if plain_title(name) in known}
