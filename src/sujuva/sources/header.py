"""Names of raw columns: what a file's header gives, made whole and unambiguous."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import polars as pl

from sujuva.errors import SourceError
from sujuva.normal import normal

_LONGEST = 10_000
Repeated = Literal["error", "number"]
"""What happens to a name that several columns have: an error, or the second becomes `name (2)`."""


def collapsed(text: str) -> str:
    """Return a text on one line: blanks, line breaks and hard spaces between words become one blank."""
    return " ".join(text.split())


def unique_names(headers: Sequence[str], where: str, repeated: Repeated = "error") -> list[str]:
    """Return a name for every column, each once.

    A column without a name is called `column_7` after its place, counted from 1.

    Raises:
        SourceError: Two columns have the same name, and `repeated` is error.
    """
    given = {_bare(name) for name in headers}
    names: list[str] = []
    taken: set[str] = set()
    for place, header in enumerate(headers, start=1):
        name = header
        if not _bare(header):
            name = f"column_{place}"
            while name in given | taken:
                name += "_"
        elif _bare(header) in taken:
            if repeated == "error":
                # Not quoted: where a file has no header, its first row is a person's.
                first = [_bare(one) for one in headers].index(_bare(header)) + 1
                msg = f"{where}: columns {first} and {place} have the same name in the header."
                hint = "Set options: {repeated: number} in sources.yaml: the second is then called '<name> (2)'."
                raise SourceError(msg, hint)
            number = 2
            while f"{_bare(header)} ({number})" in given | taken:
                number += 1
            name = f"{_bare(header)} ({number})"
        taken.add(_bare(name))
        names.append(name)
    return names


def check_names(names: Sequence[str], where: str) -> None:
    """See that no name is a pattern to Polars, which would then take several columns for the one.

    Raises:
        SourceError: A column is called `*`, or begins with ^ and ends with $, or its name is endless. Names its place.
    """
    for place, name in enumerate(names, start=1):
        if len(name) > _LONGEST:
            msg = f"{where}: the name of column {place} has {len(name):,} characters, and {_LONGEST:,} are allowed."
            raise SourceError(msg, "Is the row with the names of the columns the right one?")
        if _bare(name) == "*" or (_bare(name).startswith("^") and _bare(name).endswith("$")):
            msg = f"{where}: the name of column {place} is a pattern (* or ^…$), which no column may be called."
            raise SourceError(msg, "Give the column another name in the file.")


def _bare(name: str) -> str:
    """Return a name as `read_source` hands it on."""
    return normal(name)


def named(frame: pl.DataFrame, headers: Sequence[str], where: str, repeated: Repeated = "error") -> pl.DataFrame:
    """Give a frame its names, and leave out columns that have neither a name nor anything in them.

    Raises:
        SourceError: Two columns have the same name, and `repeated` is error.
    """
    names = unique_names(headers, where, repeated)
    kept = [place for place, header in enumerate(headers) if _bare(header) or _filled(frame.to_series(place))]
    return pl.DataFrame([frame.to_series(place).alias(names[place]) for place in kept])


def _filled(column: pl.Series) -> bool:
    return bool((column.fill_null("") != "").any())


def find_file(folder: Path, name: str) -> Path | None:
    """Find a file by its path from a folder, whichever way its letters are composed.

    A Mac writes ä in a file name as a and two dots (Unicode NFD), others as one letter (NFC): a name that looks the
    same is the same.

    Returns:
        The path as the disk has it, or None.
    """
    path = folder / name
    if path.is_file():
        return path
    found = [folder]
    for part in Path(name).parts:
        wanted = unicodedata.normalize("NFC", part)
        found = [
            one
            for parent in found
            if parent.is_dir()
            for one in sorted(parent.iterdir())
            if unicodedata.normalize("NFC", one.name) == wanted
        ]
    return next((one for one in found if one.is_file()), None)
