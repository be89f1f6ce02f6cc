"""The guard at the door of cleaning: no column that tells who somebody is goes on without a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

import polars as pl

from sujuva.cleaning.distinct import Columns
from sujuva.cleaning.identifiers import GUESSED, KINDS, find_identifiers, identifiers_in
from sujuva.cleaning.pseudonyms import Hasher, pseudonymised
from sujuva.errors import SourceError, nearest
from sujuva.normal import normal_texts
from sujuva.sources import RawTable, Source, textual
from sujuva.tables import about_place
from sujuva.tables.columns import KeyOf


def without_dropped(raw: RawTable, source: Source) -> RawTable:
    """Take out the columns that sources.yaml drops: nothing of them goes on, not even to the quarantine.

    Raises:
        SourceError: A column to drop is not in the file.
    """
    drop = set(source.people.drop)
    for name in source.people.drop:
        if name not in raw.frame.columns:
            msg = f"Source '{source.name}', file {source.file}: people.drop: there is no column '{name}'."
            hint = nearest(name, raw.frame.columns, listed=False) or "Take it out of people.drop if the file has none."
            raise SourceError(msg, hint)
    if not drop:
        return raw
    return replace(
        raw,
        frame=raw.frame.drop(drop),
        declared_missing={name: mask for name, mask in raw.declared_missing.items() if name not in drop},
        identifying=tuple(name for name in raw.identifying if name not in drop),
    )


def refuse_identifiers(columns: Columns, source: Source, mapped: Mapping[str, Sequence[str]]) -> None:
    """Stop at a column that tells who somebody is and about which sources.yaml has not decided.

    Raises:
        SourceError: Names the file, the column and the kind, never a value.
    """
    people = source.people
    for number, name in enumerate(columns.raw.frame.columns, start=1):
        if any(kind not in GUESSED for kind, _, _ in identifiers_in(name)):
            msg = f"Source '{source.name}', file {source.file}: the name of column {number} tells who somebody is."
            raise SourceError(msg, "Is the first row a person's? See the reader's options; else rename the column.")
    things = [name for name, places in mapped.items() if any(about_place(place).named for place in places)]
    found = [
        one
        for one in find_identifiers(columns, names_allowed=things, without=people.pseudonymise)
        if not (one.column in people.keep and one.kind in GUESSED)
    ]
    identifying = [
        name for name in columns.raw.identifying if name not in people.pseudonymise and name not in people.keep
    ]
    if not found and not identifying:
        return
    name = found[0].column if found else identifying[0]
    what = KINDS[found[0].kind] if found else "what the export itself marks as identifying"
    rows = f" in {found[0].rows} rows" if found and found[0].rows else ""
    others = len({one.column for one in found} | set(identifying)) - 1
    more = f" {others} more columns like it." if others else ""
    hint = f"Under the source write people: {{drop: ['{name}']}} or people: {{pseudonymise: ['{name}']}}."
    if found and found[0].kind in GUESSED:
        hint += f" If it is nothing of the kind: people: {{keep: {{'{name}': why}}}}."
    msg = f"Source '{source.name}', file {source.file}: the column '{name}' seems to hold {what}{rows}.{more}"
    raise SourceError(msg, hint)


def private_rows(
    rows: pl.DataFrame, source: Source, mapped: Mapping[str, Sequence[str]], hasher: Hasher
) -> pl.DataFrame:
    """Return raw rows as text for the quarantine: keys of persons and families are pseudonyms there, too."""
    text = textual(rows)
    changed = []
    for name in text.columns:
        fed = [about_place(place) for place in mapped.get(name, ())]
        kinds = {one.of for one in fed if one.kind == "key"}
        if kinds:
            raw = normal_texts(text[name])
            blank = pl.Series([None], dtype=pl.String)
            kind = next(one for one in get_args(KeyOf) if one in kinds)
            changed.append(hasher.series(kind, blank.zip_with((raw == "").fill_null(value=True), raw).alias(name)))
        elif name in source.people.pseudonymise:
            changed.append(pseudonymised(text[name], hasher, within=any(one.kind == "free" for one in fed)))
    return text.with_columns(changed)
