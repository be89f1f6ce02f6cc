"""What files of statistics programs have in common: labels of variables and of values, and how they go wrong."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.errors import SourceError
from sujuva.sources.header import collapsed
from sujuva.sources.plain import plain
from sujuva.sources.raw import textual

_LAST_YEAR = 9999
_TRY = """
import sys, pyreadstat
path, reader, encoding, missing = sys.argv[1:]
options = {"user_missing": True} if missing else {}
try:
    getattr(pyreadstat, reader)(path, output_format="polars", encoding=encoding or None, **options)
except Exception:
    pass
"""
_PATIENCE = 20.0  # seconds for a file of any size, and below for each million bytes more


def open_file(read: Callable[..., Any], path: Path, kind: str, **options: Any) -> tuple[pl.DataFrame, Any]:
    """Read a file with pyreadstat.

    Args:
        read: `pyreadstat.read_sav` or another of its readers.
        path: The file.
        kind: What the file should be, for the message.
        **options: Of pyreadstat.

    Returns:
        The values and what the file says about them.

    Raises:
        SourceError: The file is no such file, is not whole, has two columns of one name, or holds dates that cannot
            be.
    """
    import pyreadstat  # noqa: PLC0415  start-up time

    if not _survives(read, path, options):
        msg = f"{path.name} cannot be read as {kind} file: it is damaged."
        raise SourceError(msg, "Copy or export it again.")
    # Their messages may quote values: neither text nor chain goes on.
    faults: tuple[type[Exception], ...] = (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        ValueError,
        OverflowError,
        LookupError,
        TypeError,
        MemoryError,
    )
    try:
        with warnings.catch_warnings(record=True) as said:  # it warns of a column that it gives another name
            warnings.simplefilter("always")
            frame, meta = read(path, output_format="polars", **options)
    except faults:
        column = _culprit(read, path, faults, options)
        if column is not None:
            msg = f"{path.name}: the values of the column '{column}' cannot be read."
            raise SourceError(msg, "Dates beyond the year 9999 do this: mend the column and save again.") from None
        msg = f"{path.name} cannot be read as {kind} file."
        hint = "Is it whole and not protected? Save it again, or set options: {encoding: …}."
        raise SourceError(msg, hint) from None
    if any("duplicated" in str(one.message) for one in said):
        msg = f"{path.name}: two columns have the same name."
        raise SourceError(msg, "The file may be damaged; give each column a name of its own and save again.")
    for name, dtype in frame.schema.items():
        if isinstance(dtype, (pl.Date, pl.Datetime)) and not frame[name].dt.year().is_between(1, _LAST_YEAR).all():
            msg = f"{path.name}: the column '{name}' holds dates beyond the year {_LAST_YEAR}."
            raise SourceError(msg, "It was written with a wrong date format: mend the column and save again.")
    return plain(frame, path.name), meta


def _survives(read: Callable[..., Any], path: Path, options: Mapping[str, Any]) -> bool:
    """Tell whether the library comes through the file, in a process of its own.

    It is written in C, and there are damaged bytes that make it read outside its memory or never end.
    """
    arguments = (str(path), read.__name__, options.get("encoding") or "", "1" if options.get("user_missing") else "")
    patience = _PATIENCE + path.stat().st_size / 1e6
    try:
        child = subprocess.run(  # noqa: S603  this Python, and no shell
            [sys.executable, "-c", _TRY, *arguments], capture_output=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return child.returncode == 0


def _culprit(read: Callable[..., Any], path: Path, faults: tuple[type[Exception], ...], options: Any) -> str | None:
    """Find the column that cannot be read, where the file itself can."""
    wrong = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _, meta = read(path, metadataonly=True, **options)
        except faults:
            return None
        for name in meta.column_names:
            try:
                read(path, usecols=[name], output_format="polars", **options)
            except faults:
                wrong.append(name)
    # Where no column can be read, the file is at fault and not its values.
    return wrong[0] if wrong and len(wrong) < len(meta.column_names) else None


def titles(meta: Any) -> dict[str, str]:
    """Return the labels of the variables that have one."""
    return {name: collapsed(title) for name, title in meta.column_names_to_labels.items() if title and title.strip()}


def value_labels(meta: Any) -> dict[str, dict[str, str]]:
    """Return the labels of the values: of a column, code as text to label."""
    return {
        name: dict(zip(_codes(labels), labels.values(), strict=True))
        for name, labels in meta.variable_value_labels.items()
    }


def _codes(labels: Mapping[Any, str]) -> list[str]:
    """Return codes as `textual` writes them; Stata's extended missing values are letters among numbers."""
    return [textual(pl.DataFrame({"code": [code]}, strict=False))["code"][0] for code in labels]


def with_labels(frame: pl.DataFrame, labels: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Put labels in the place of codes; a code without a label stays a code."""
    text = textual(frame.select(name for name in labels if name in frame.columns))
    return frame.with_columns(
        text[name].replace(list(labels[name]), list(labels[name].values())) for name in text.columns
    )
