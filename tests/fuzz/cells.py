"""Judges a sociomatrix: each of its cells is a tie, set aside, or in the count of what makes no row."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

import polars as pl

from sujuva.cleaning import Cleaned
from sujuva.sources import RawTable, textual


def as_seen(text: str | None) -> str | None:
    """Return a name as it looks, which is how names are compared: without the help of the code that is tested."""
    seen = "".join(one for one in text or "" if one.isspace() or unicodedata.category(one) not in {"Cf", "Cc"})
    return unicodedata.normalize("NFC", " ".join(seen.split())) or None


def of_cells(
    cleaned: Cleaned, raw: RawTable, header: Sequence[str], rows: Sequence[Sequence[str]], *, as_text: bool
) -> list[str]:
    """Hold what was read of a matrix, and what became of it, against its cells.

    Args:
        cleaned: The cleaned delivery; the source is called target.
        raw: What the reader handed on.
        header: Names of the columns, as another library reads them.
        rows: The cells below.
        as_text: Cells are texts, which the reader must hand on as they are.
    """
    named = [at for at, name in enumerate(header) if at and (as_seen(name) or any(as_seen(row[at]) for row in rows))]
    filled = [number for number, row in enumerate(rows, start=1) if any(as_seen(row[at]) for at in (0, *named))]
    every = {
        (number - 1) * len(named) + place: (as_seen(rows[number - 1][0]), as_seen(header[at]), rows[number - 1][at])
        for number in filled
        for place, at in enumerate(named, start=1)
    }
    faults = []
    handed = textual(raw.frame).rows()
    if len(handed) + sum(raw.left_out.values()) != len(every):
        faults.append(f"{len(every)} cells, and {len(handed)} rows and {dict(raw.left_out)}")
    for number, (source, target, said) in zip(raw.rows.to_list(), handed, strict=True):
        whose = every.get(number)
        if whose is None or (source, target) != whose[:2] or (as_text and as_seen(said) != as_seen(whose[2])):
            faults.append("a row is not that of its cell")
            break
    read = set(raw.rows.to_list())
    lost = [number for number, one in every.items() if number not in read and one[0] != one[1] and as_seen(one[2])]
    faults += [f"{len(lost)} cells with something in them make no row"] if lost else []
    aside = set(cleaned.quarantine.filter(source="target")["row"])
    kept = [one[:2] for number, one in zip(raw.rows.to_list(), handed, strict=True) if number not in aside]
    clean = cleaned.tables["ties"].select("source", "target").rows()
    faults += [] if Counter(clean) == Counter(kept) else ["the clean ties are not the cells that were not set aside"]
    told = cleaned.rules.filter(pl.col("rule") == "cells_left_out", pl.col("source") == "target")["rows"].sum()
    faults += [] if told == sum(raw.left_out.values()) else ["the ledger counts other cells left out"]
    return faults
