"""Any file of a table, opened without a description of it, and the columns of it that are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from sujuva.errors import ContractError, ParameterError, SourceError, SujuvaError, nearest
from sujuva.intake.emit import plain
from sujuva.intake.sniff import Sniffed, sniff
from sujuva.intake.tools import dictionary_of
from sujuva.intake.words import folded
from sujuva.normal import normal, normal_texts
from sujuva.paths import NOT_THERE, legible, no_file
from sujuva.sources import READERS, Feed, RawTable, Source, read_source, textual

NO_MATRIX = "no"
"""What takes the place of how a table is a sociomatrix where it is none."""
_SAVE = "Save the table as CSV, Excel, SPSS, Stata or Parquet, with the names of the columns in the first row."


def parts_of(path: Path, sheet: str | None = None, *, option: str = "--sheet") -> list[Sniffed]:
    """Return the tables in a file that can be read: sheets of a workbook (the one named by `option`), or the one it is.

    Raises:
        SourceError: The file or the sheet is missing, or nothing in it can be read.
    """
    if (name := legible(path.name)) != path.name:
        msg = f"The name of the file {name} is not UTF-8."
        raise SourceError(msg, "Rename the file.")
    fault = no_file(path)  # a link that somebody names is followed
    if fault not in {"", NOT_THERE}:
        msg = f"{path.name} is {fault}."
        raise SourceError(msg, "Name one file in it." if path.is_dir() else "Name a file.")
    if fault:
        msg = f"There is no file {path.name}."
        beside = [legible(one.name) for one in path.parent.iterdir()] if path.parent.is_dir() else []
        raise SourceError(msg, nearest(path.name, beside) if beside else "")
    try:
        parts = sniff(path)
    except OSError as error:
        msg = f"{path.name} cannot be opened ({error.strerror})."
        raise SourceError(msg, "Check the file's permissions, and that no other program holds it.") from None
    named = [one.sheet for one in parts if one.sheet is not None]
    if sheet is not None and sheet not in named:
        what = f"sheet '{sheet}'" if named else f"sheets, so none is called '{sheet}'"
        msg = f"{path.name} has no {what}."
        raise SourceError(msg, nearest(sheet, named) if named else f"Leave {option} out.")
    meant = [one for one in parts if sheet in (None, one.sheet)]
    readable = [one for one in meant if one.reader.value is not None]
    if not readable:
        msg = f"{path.name} cannot be read: {meant[0].reader.why}."
        raise SourceError(msg, _SAVE)
    return readable


def open_part(path: Path, part: Sniffed, *, dictionary: bool = False, matrix: str | None = None) -> RawTable:
    """Read a table as it was sniffed; columns of one name are numbered.

    Args:
        path: The file.
        part: The table.
        dictionary: Whether a dictionary of REDCap beside the file tells of its codes.
        matrix: How it is a sociomatrix (`sujuva.sources.matrix`), its blank cells kept, or no; default: as sniffed.

    Raises:
        SourceError: It cannot be read.
    """
    if path.is_symlink():  # somebody named it: what lies beside the file itself is its folder
        path = path.resolve()
    reader = str(part.reader.value)
    options = {key: plain(guess) for key, guess in part.options.items()}
    fields = READERS[reader].options.model_fields
    if "repeated" in fields:
        options.setdefault("repeated", "number")
    if matrix == NO_MATRIX:
        options.pop("matrix", None)
    elif matrix is not None:
        options = {key: value for key, value in options.items() if key not in {"header", "columns"}}
        options |= {"matrix": matrix, "blank_cells": "keep"}
    if dictionary and "dictionary" in fields and (beside := dictionary_of(path)) is not None:
        options["dictionary"] = beside.value
    feeds = (Feed(table="area_indicators"),)  # a source feeds something; only its file matters here
    source = Source(name="table", file=path.name, reader=reader, options=options, feeds=feeds)
    try:
        return read_source(path.parent, source)
    except SujuvaError as error:
        message = error.message.removeprefix("Source 'table': ").removeprefix("the file ")
        raise SourceError(message, error.hint if "sources.yaml" not in error.hint else _SAVE) from None


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
    parts = parts_of(path, sheet, option=option)
    left = [one for one in parts if sheet is not None or beside is None or one.sheet != beside]
    if not left:
        msg = f"{path.name} has no sheet but '{beside}', which is another table."
        raise SourceError(msg, "Name another file, or another sheet.")
    if len(left) > 1:
        msg = f"{path.name} has {len(left)} sheets."
        raise SourceError(msg, f"Name one with {option}. {nearest('', [str(one.sheet) for one in parts])}")
    return open_part(path, left[0])


def as_text(raw: RawTable) -> pl.DataFrame:
    """Return the table as text in its normal form (`sujuva.normal`); what is empty or declared missing is null."""
    masks = {name: mask for name, mask in raw.declared_missing.items() if name in raw.frame.columns}
    text = textual(raw.frame)
    text = text.with_columns(pl.when(~mask).then(pl.col(name)).alias(name) for name, mask in masks.items())
    plain = pl.DataFrame([normal_texts(text[name]) for name in text.columns])
    return plain.select(pl.when(pl.col(name) != "").then(pl.col(name)) for name in plain.columns)


def find_columns(
    there: Sequence[str],
    words: Mapping[str, Iterable[str]],
    named: Mapping[str, str] | None = None,
    *,
    of: str,
    fits: Callable[[str, str], bool] = lambda _role, _name: True,
) -> dict[str, str]:
    """Return the column of a file for each role that has one, in the order of the roles.

    Args:
        there: Columns of the file.
        words: What people call the column, by role; the role itself goes first.
        named: Columns that the caller names, by role.
        of: What a row of the file is, such as "tie", for messages.
        fits: Whether a column whose name is right tells a role, as its content says.

    Raises:
        ParameterError: A role or column that is named is not there.
    """
    found = {role: normal(name) for role, name in (named or {}).items()}
    for role, name in found.items():
        if role not in words:
            msg = f"A file of {of}s has no column '{role}'."
            raise ParameterError(msg, nearest(role, words))
        if name not in there:
            msg = f"The file of {of}s has no column '{name}' for the {role}."
            raise ParameterError(msg, nearest(name, there, listed=False))
    for role, known in words.items():
        free = [one for one in there if one not in found.values()]
        fitting = (one for word in (role, *known) for one in free if folded(one) == folded(word) and fits(role, one))
        meant = found.get(role) or next(fitting, None)
        if meant is not None:
            found[role] = meant
    return {role: found[role] for role in words if role in found}


def demand(found: Mapping[str, str], required: Iterable[str], there: Sequence[str], *, of: str) -> None:
    """See that every role without which nothing can be done has a column.

    Raises:
        ContractError: One has none.
    """
    for role in required:
        if role not in found:
            msg = f"No column tells the {role} of {of}."
            raise ContractError(msg, f"{nearest(role, there, listed=False)} Name it with --{role} COLUMN.".strip())
