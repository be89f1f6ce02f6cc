"""Any file of a table, opened as it is, and the columns of it that are meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from sujuva.errors import ContractError, ParameterError, SourceError, SujuvaError, nearest
from sujuva.intake.emit import plain
from sujuva.intake.sniff import Sniffed, sniff
from sujuva.intake.words import folded
from sujuva.sources import READERS, Feed, RawTable, Source, read_source, textual

_SAVE = "Save the table as CSV, Excel, SPSS, Stata or Parquet, with the names of the columns in the first row."


def open_table(path: Path, sheet: str | None = None, *, option: str = "--sheet", beside: str | None = None) -> RawTable:
    """Return the one table in a file of any kind that the readers know.

    Args:
        path: Delimited text, a workbook, Parquet or any other file of the readers.
        sheet: Sheet of a workbook; default: the only one.
        option: The option that names the sheet, for hints.
        beside: Sheet that holds another table: the one that is left is meant.

    Raises:
        SourceError: The file is missing or cannot be read, or has several sheets.
    """
    if not path.is_file():
        msg = f"{path.name} is a folder." if path.is_dir() else f"There is no file {path.name}."
        near = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = "Name one file in it." if path.is_dir() else nearest(path.name, near) if near else ""
        raise SourceError(msg, hint)
    try:
        parts = sniff(path)
    except OSError as error:
        msg = f"{path.name} cannot be opened ({error.strerror})."
        raise SourceError(msg, "Check the file's permissions, and that no other program holds it.") from None
    one = _meant(path, parts, sheet, option, beside)
    reader = str(one.reader.value)
    options = {key: plain(guess) for key, guess in one.options.items()}
    if "repeated" in READERS[reader].options.model_fields:
        options.setdefault("repeated", "number")
    feeds = (Feed(table="area_indicators"),)  # a source feeds something; only its file matters here
    source = Source(name="table", file=path.name, reader=reader, options=options, feeds=feeds)
    try:
        return read_source(path.parent, source)
    except SujuvaError as error:
        message = error.message.removeprefix("Source 'table': ").removeprefix("the file ")
        raise SourceError(message, error.hint if "sources.yaml" not in error.hint else _SAVE) from None


def as_text(raw: RawTable) -> pl.DataFrame:
    """Return the table as text without blanks around it; what is empty or declared missing is null."""
    text = textual(raw.frame)
    for name, mask in raw.declared_missing.items():
        if name in text.columns:
            text = text.with_columns(pl.when(~mask).then(pl.col(name)).alias(name))
    stripped = [pl.col(name).str.strip_chars() for name in text.columns]
    return text.select(pl.when(one != "").then(one) for one in stripped)


def _meant(path: Path, parts: Sequence[Sniffed], sheet: str | None, option: str, beside: str | None) -> Sniffed:
    """Return the one part of a file that can be read and is meant."""
    named = [one.sheet for one in parts if one.sheet is not None]
    if sheet is not None:
        parts = [one for one in parts if one.sheet == sheet]
        if not parts:
            msg = f"{path.name} has no sheet '{sheet}'."
            raise SourceError(msg, nearest(sheet, named) if named else f"Leave {option} out.")
    elif beside is not None:
        parts = [one for one in parts if one.sheet != beside]
        if not parts:
            msg = f"{path.name} has no sheet but '{beside}', which is another table."
            raise SourceError(msg, "Name another file, or another sheet.")
    readable = [one for one in parts if one.reader.value is not None]
    if not readable:
        msg = f"{path.name} cannot be read: {parts[0].reader.why}."
        raise SourceError(msg, _SAVE)
    if len(readable) > 1:
        msg = f"{path.name} has {len(readable)} sheets."
        raise SourceError(msg, f"Name one with {option}. {nearest('', named)}")
    return readable[0]


def kept(
    frame: pl.DataFrame, numbers: pl.Series, rules: Mapping[str, pl.Series]
) -> tuple[pl.DataFrame, dict[str, tuple[int, ...]]]:
    """Return the rows that break no rule, and the numbers of the others by the first rule that each breaks."""
    left_out: dict[str, tuple[int, ...]] = {}
    good = pl.Series([True]).new_from_index(0, frame.height)
    for rule, broken in rules.items():
        rows = numbers.filter(broken & good)
        if rows.len():
            left_out[rule] = tuple(sorted(rows.to_list()))
        good = good & ~broken
    return frame.filter(good), left_out


def parse_pairs(option: str, pairs: Sequence[str], example: str) -> dict[str, list[str]]:
    """Read pairs such as trigger=Syy; what follows the first equals sign may hold anything, a name may come again.

    Args:
        option: Name of the option, for the error.
        pairs: name=word each.
        example: A pair for the hint.

    Raises:
        ParameterError: One is no pair.
    """
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, word = (piece.strip() for piece in pair.partition("="))
        if not (name and equals and word):
            msg = f"{option} is not a pair."
            raise ParameterError(msg, f"Write it like {option} {example}.")
        found.setdefault(name, []).append(word)
    return found


def find_columns(
    there: Sequence[str],
    words: Mapping[str, Iterable[str]],
    named: Mapping[str, str],
    *,
    required: Iterable[str],
    of: str,
) -> dict[str, str]:
    """Return the column of the file for each role that has one.

    Args:
        there: Columns of the file.
        words: What people call the column, by role; the role itself goes first.
        named: Columns that the caller names, by role.
        required: Roles without which nothing can be done.
        of: What a row of the file is, for messages.

    Raises:
        ParameterError: A column that is named is not there.
        ContractError: No column tells a required role.
    """
    for role, name in named.items():
        if name not in there:
            msg = f"The file of {of}s has no column '{name}' for the {role}."
            raise ParameterError(msg, nearest(name, there, listed=False))
    found = dict(named)
    for role, known in words.items():
        free = [one for one in there if one not in found.values()]
        fitting = [one for word in (role, *known) for one in free if folded(one) == folded(word)]
        if role not in found and fitting:
            found[role] = fitting[0]
    for role in required:
        if role not in found:
            msg = f"No column tells the {role} of a {of}."
            raise ContractError(msg, f"{nearest(role, there, listed=False)} Name it with --{role} COLUMN.".strip())
    return {role: found[role] for role in words if role in found}
