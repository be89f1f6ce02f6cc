"""Persons and families who withdrew: rows with their key are left out of a delivery as if they had never been in it.

`withdrawn.txt` lies in the input folder, beside the raw exports and like them out of git, and holds a line for each:
the kind of key and its keyed pseudonym, which tells nobody who it is without the study's key. `sujuva forget` writes
it, and it must stay: the next export may bring the person again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from sujuva.cleaning.pseudonyms import Hasher, raw_keys
from sujuva.errors import SourceError
from sujuva.io import write_text
from sujuva.normal import normal_texts
from sujuva.sources import RawTable, Source, textual
from sujuva.tables import contract_of, key_columns

FILE = "withdrawn.txt"
_LINE = re.compile(r"(person|family) ([0-9a-f]{32})")
Withdrawn = Mapping[str, frozenset[str]]
"""Pseudonyms by kind of key."""


def read_withdrawn(folder: Path) -> Withdrawn:
    """Return the pseudonyms of those who withdrew, by kind of key; none where the folder has no such file.

    Raises:
        SourceError: A line is no kind and pseudonym.
    """
    found: dict[str, set[str]] = defaultdict(set)
    path = folder / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            msg = f"{folder.name}/{FILE}, line {number}: this is no kind of key and pseudonym."
            raise SourceError(msg, "Let `sujuva forget` write the file.")
        found[match[1]].add(match[2])
    return {kind: frozenset(some) for kind, some in found.items()}


def add_withdrawn(folder: Path, kind: str, pseudonyms: frozenset[str]) -> bool:
    """Add pseudonyms to the file of those who withdrew; return whether any is new."""
    known = read_withdrawn(folder)
    together = {**known, kind: known.get(kind, frozenset()) | pseudonyms}
    if together == known:
        return False
    lines = sorted(f"{one} {text}" for one, some in together.items() for text in some)
    write_text("\n".join(lines) + "\n", folder / FILE)
    (folder / FILE).chmod(0o600)
    return True


def rows_of(raw: RawTable, source: Source, withdrawn: Withdrawn, hasher: Hasher) -> pl.Series:
    """Tell which rows of a raw table have a key of somebody who withdrew (Boolean).

    Raises:
        SourceError: A key is made of several columns, so that rows cannot be told by it.
    """
    found = pl.repeat(value=False, n=raw.frame.height, dtype=pl.Boolean, eager=True)
    if not withdrawn:
        return found
    single = raw_keys(source)
    for feed in source.feeds:
        for name, kind in key_columns(contract_of(feed.target)).items():
            spec = feed.columns.get(name)
            if spec is not None and len(spec.from_) > 1 and kind in withdrawn:
                msg = (
                    f"Source '{source.name}': {name} is made of several columns, so that who withdrew cannot be found."
                )
                raise SourceError(msg, "Take the rows out of the export by hand, or give the key a column of its own.")
    keys = {column: kind for column, kind in single.items() if kind in withdrawn and column in raw.frame.columns}
    texts = textual(raw.frame.select(keys.keys()))
    for column, kind in keys.items():
        digits = hasher.series(kind, normal_texts(texts[column]))
        found |= digits.is_in(list(withdrawn[kind])).fill_null(value=False)
    return found


def without_withdrawn(raw: RawTable, source: Source, withdrawn: Withdrawn, hasher: Hasher) -> RawTable:
    """Return a raw table without the rows of those who withdrew; the others keep their numbers.

    Raises:
        SourceError: See `rows_of`.
    """
    gone = rows_of(raw, source, withdrawn, hasher)
    if not gone.any():
        return raw
    declared = {name: mask.filter(~gone) for name, mask in raw.declared_missing.items()}
    return replace(raw, frame=raw.frame.filter(~gone), rows=raw.rows.filter(~gone), declared_missing=declared)
