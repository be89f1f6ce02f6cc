"""Tables that turn a raw score into a value, where the codebook may not hold them and the user has them."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from sujuva.codebooks.scales import Scale
from sujuva.errors import CodebookError

FOLDER = "conversions"
_HEAD = ("raw", "value")


def plugged(scale: Scale, scales: Sequence[Scale], where: Sequence[Path]) -> Scale:
    """Return a scale with the table that it names, from the last of the codebook folders that has it.

    Without one the scale stays as it is, and has no scores.

    Raises:
        CodebookError: The table is not right.
    """
    if not isinstance(scale.conversion, str):
        return scale
    paths = [folder / FOLDER / scale.conversion for folder in where]
    path = next((one for one in reversed(paths) if one.is_file()), None)
    return scale if path is None else converted(scale, scales, path)


def converted(scale: Scale, scales: Sequence[Scale], path: Path) -> Scale:
    """Return a scale with the table in `path`; its range becomes that of the table, outwards to whole numbers.

    Raises:
        CodebookError: The table cannot be read, or is not complete, increasing and as fine as the scale.
    """
    table = read_conversion(path)
    raw = next(one for one in scales if one.key == scale.parts[0])
    faults = conversion_faults(table, raw.range, scale.decimals)
    if faults:
        msg = f"{path.name}: {faults[0]}."
        raise CodebookError(msg, f"It needs one row for each raw score from {raw.range[0]} to {raw.range[1]}.")
    ends = math.floor(min(table.values())), math.ceil(max(table.values()))
    return scale.model_copy(update={"conversion": table, "range": ends})


def read_conversion(path: Path) -> dict[int, Decimal]:
    """Read a CSV file with the columns raw and value, a row for each raw score.

    Raises:
        CodebookError: The file is missing or has other columns, or a row is no pair of numbers.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        msg = f"The table of conversion {path.name} cannot be read."
        raise CodebookError(msg, "It is a CSV file in UTF-8 with the columns raw and value.") from None
    head, *rows = [*csv.reader(text.splitlines(), delimiter=";" if ";" in text else ",")] or [[]]
    if tuple(name.strip().lower() for name in head) != _HEAD:
        msg = f"The first line of {path.name} is not 'raw,value'."
        raise CodebookError(msg, "It is a CSV file in UTF-8 with the columns raw and value.")
    table: dict[int, Decimal] = {}
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        try:
            raw, value = int(row[0]), Decimal(row[1].strip().replace(",", "."))
        except (ValueError, IndexError, InvalidOperation):
            value, raw = Decimal("nan"), 0
        if len(row) != len(_HEAD) or not value.is_finite():
            msg = f"{path.name}, line {number}: no whole number and a value."
            raise CodebookError(msg, "Write the raw score, a comma and the value, with a point before decimals.")
        if raw in table:
            msg = f"{path.name}, line {number}: the raw score {raw} is there twice."
            raise CodebookError(msg, "Leave one of them.")
        table[raw] = value
    return table


def conversion_faults(table: Mapping[int, Decimal], raw: tuple[int, int], decimals: int) -> list[str]:
    """Return what is wrong with a table for the raw scores from `raw[0]` to `raw[1]`."""
    found = []
    absent = [score for score in range(raw[0], raw[1] + 1) if score not in table]
    if absent:
        found.append(f"the raw score {absent[0]} has no value ({len(absent)} in all)")
    beyond = [score for score in table if not raw[0] <= score <= raw[1]]
    if beyond:
        found.append(f"the raw score {beyond[0]} lies outside {raw[0]}–{raw[1]}")
    falls = [one for before, one in pairwise(sorted(table)) if table[one] <= table[before]]
    if falls:
        found.append(f"the value of {falls[0]} is not above that of the score before it")
    fine = [score for score, value in table.items() if value != round(value, decimals)]
    if fine:
        found.append(f"the value of {fine[0]} has more than {decimals} decimals")
    return found
