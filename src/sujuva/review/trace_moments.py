"""The rows of moments that a published cell is made of, as `lineage.yaml` says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import (
    Instrument,
    Making,
    load_indicators,
    load_instruments,
    load_lineage,
    load_regions,
    of_partners,
)
from sujuva.codebooks.area_statistics import load_counted
from sujuva.codebooks.instruments import INDEX
from sujuva.codebooks.lineage import TOPIC
from sujuva.codebooks.regions import NETWORK
from sujuva.handed import read_choices
from sujuva.io import read_table
from sujuva.published import Cell
from sujuva.tidy import ALL_YEARS

_GAP = re.compile(r"\{(\w+)\}")
_ANY = "*"
CHOICES = (
    "data/ledger/choices.json",
    "data/moments/choices.json",
    "data/indicators/parjaavyys/choices.json",
    "data/indicators/integration/choices.json",
    "data/indicators/situation/choices.json",
)
"""Choices that the stages up to the door took, beside what they made."""
Known = Mapping[str, Sequence[str]]
"""What the gaps of `lineage.yaml` stand for, of one cell: one text, or several of which each will do."""


@dataclass(frozen=True)
class Origin:
    """How a cell is made, and of what.

    Attributes:
        making: The entry of `lineage.yaml`.
        known: What its gaps stand for.
        tables: The rows that the cell is made of, by table, such as moments/scores. Private.
    """

    making: Making
    known: Known
    tables: Mapping[str, pl.DataFrame]


def origin_of(cell: Cell, data: Path) -> Origin:
    """Return how a cell is made and the rows that it is made of.

    Args:
        cell: The published row.
        data: The folder data/ of the project.

    Raises:
        CodebookError: Nothing says how the row is made.
        SujuvaError: A table or the choices of a stage are missing: only who has the data can trace so far.
    """
    known = known_of(cell, data)
    said = {name: values[0] if values else "" for name, values in known.items()}
    making = load_lineage(data / "study").making(cell.table, said)
    tables = {
        name: rows_of(read_table(data / f"{name}.parquet"), other, known, cell.key)
        for name, other in making.source.items()
    }
    return Origin(making, known, tables)


def known_of(cell: Cell, data: Path) -> Known:
    """Return what the gaps of `lineage.yaml` stand for: columns of the cell, what follows from them, choices."""
    row = {name: ["" if value is None else str(value)] for name, value in cell.row.items()}
    scale, category = (str(cell.row.get(name) or "") for name in ("scale", "category"))
    choices = {
        name: [str(value)]
        for section in read_choices(*(str(data.parent / one) for one in CHOICES)).values()
        for name, value in section.items()
        if isinstance(value, str | int | float)
    }
    instruments, record = load_instruments(data / "study"), load_indicators(data / "study").get(cell.record)
    counted = load_counted(data / "study").get(scale)
    areas = read_table(data / "indicators/situation/areas.parquet")
    region, wave = str(cell.row.get("region") or ""), int(cell.row.get("wave") or 0)
    regions = load_regions(data / "study")
    study = read_choices(str(data / "moments/choices.json"))["study"]["regions"]
    within = [regions[one] for one in (study if region == NETWORK else [region]) if one in regions]
    return {
        **choices,
        "instrument": instruments_of(scale, instruments, data) or row.get("instrument", []),
        "answered_by": ["partners" if _of_partners(scale, instruments) else "respondents"],
        "earlier": [category.rpartition(":")[2]],
        "year": [str(cell.row.get("wave") or "")],
        "gender": [category.partition(":")[0]],
        "month": [category.partition(":")[2].partition(":")[0]],
        "tally": [str(cell.row.get("indicator") or "").partition("_")[2]],
        "denominator": [counted.denominator or ""] if counted else [],
        TOPIC: [record.topic] if record else [],
        "area": areas.filter(pl.col("region") == region)["area"].unique().sort().to_list(),
        "municipalities": [code for one in within for code in one.members_in(wave)],
        **row,
    }


def instruments_of(scale: str, instruments: Mapping[str, Instrument], data: Path) -> list[str]:
    """Return the instruments of a scale: its own, or those that the index is made of."""
    scales = {scale}
    if scale == INDEX:
        parts = read_choices(str(data / "moments/choices.json"))["coping"]["index_parts"]
        scales = {name for weights in parts.values() for name in weights}
    return [key for key, one in instruments.items() if any(own.key in scales for own in one.scales)]


def _of_partners(scale: str, instruments: Mapping[str, Instrument]) -> bool:
    return any(own.key == scale for one in of_partners(instruments).values() for own in one.scales)


def rows_of(
    frame: pl.DataFrame, other: Mapping[str, Sequence[str]], known: Known, key: Mapping[str, Any]
) -> pl.DataFrame:
    """Return the rows of a table that belong to a cell.

    Args:
        frame: A table of moments, of the ledger or of indicators.
        other: Columns that hold something else than the cell's column of that name; patterns with gaps.
        known: What the gaps stand for.
        key: The key columns of the cell.
    """
    wanted: dict[str, Sequence[str]] = {name: ["" if value is None else str(value)] for name, value in key.items()}
    column, colon, value = str(key.get("group") or "").partition(":")
    wanted |= {column: [value]} if colon and "group" not in frame.columns else {}
    wanted |= {name: [text for one in some for text in filled(one, known)] for name, some in other.items()}
    wholes = {"region": NETWORK, "wave": str(ALL_YEARS)}
    for name, patterns in wanted.items():
        if name not in frame.columns or _ANY in patterns:
            continue
        texts = pl.col(name).cast(pl.String).fill_null("")
        whole = wholes.get(name)
        if whole in patterns and not frame.select((texts == whole).any()).item():
            continue  # the whole is all of its parts
        exact = texts.is_in([one for one in patterns if _ANY not in one])
        fitting = [texts.str.contains(f"^{translate(one)[:-2]}$") for one in patterns if _ANY in one]
        frame = frame.filter(pl.any_horizontal(exact, *fitting))
    return frame


def filled(pattern: str, known: Known) -> list[str]:
    """Return the texts that a pattern becomes; dots around what is empty go.

    Raises:
        KeyError: The pattern has a gap that nothing is known of: a fault of `lineage.yaml`.
    """
    names = list(dict.fromkeys(_GAP.findall(pattern)))
    texts = []
    for values in product(*(known[name] for name in names)):
        told = dict(zip(names, values, strict=True))
        texts.append(_GAP.sub(lambda gap, told=told: told[gap[1]], pattern).strip("."))  # type: ignore[misc]
    return texts
