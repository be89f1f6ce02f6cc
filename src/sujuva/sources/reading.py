"""The one door through which raw files come in: finds the reader, and turns every failure into one clear error.

To add a reader, write a file beside this one with a model of its options, a function from path and options to a
`RawTable`, and a `Reader(name, options, function)`; then add that to `_ALL`. Values stay as raw as
the file has them (text where it is text): parsing is the work of `sujuva.cleaning`. Row numbers count data rows of
the file from 1, so that a person finds a quarantined row again; a reader with several header rows, or one that
leaves rows out, says so through `RawTable.rows`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from sujuva.codebooks.files import explain
from sujuva.errors import SourceError, nearest
from sujuva.normal import normal
from sujuva.paths import NOT_THERE, legible, no_file
from sujuva.sources.delimited import CSV
from sujuva.sources.header import check_names, find_file
from sujuva.sources.labelled import SPSS, STATA
from sujuva.sources.limesurvey import LIMESURVEY
from sujuva.sources.parquet import PARQUET
from sujuva.sources.pxweb import PXWEB
from sujuva.sources.qualtrics import QUALTRICS
from sujuva.sources.raw import Options, RawTable, Reader
from sujuva.sources.redcap import REDCAP
from sujuva.sources.sotkanet import SOTKANET
from sujuva.sources.spec import Source
from sujuva.sources.workbook import EXCEL
from sujuva.sources.xes import XES

_STDERR = 2


@contextmanager
def without_panics() -> Iterator[None]:
    """Hold back what the process writes to standard error; what is no panic is written at the end."""
    with suppress(OSError, ValueError, AttributeError):  # a notebook or a window without a console may have none
        sys.stderr.flush()
    try:
        whole = os.dup(_STDERR)
    except OSError:  # closed
        yield
        return
    try:
        with tempfile.TemporaryFile() as held:
            os.dup2(held.fileno(), _STDERR)
            try:
                yield
            finally:
                with suppress(OSError, ValueError, AttributeError):
                    sys.stderr.flush()
                os.dup2(whole, _STDERR)
                held.seek(0)
                said = held.read()
                if said and b"panicked at" not in said:
                    os.write(_STDERR, said)
    finally:
        os.close(whole)


_ALL = (CSV, EXCEL, SPSS, STATA, PARQUET, SOTKANET, PXWEB, QUALTRICS, REDCAP, LIMESURVEY, XES)
READERS: dict[str, Reader] = {reader.name: reader for reader in _ALL}
"""Every reader, by the name that `reader:` has in sources.yaml."""


def checked_options(source: Source) -> Options:
    """Return the options of a source's reader.

    Raises:
        SourceError: The reader or an option is unknown, or an option has a wrong value.
    """
    reader = READERS.get(source.reader)
    if reader is None:
        msg = f"sources.yaml: source '{source.name}': unknown reader '{source.reader}'."
        raise SourceError(msg, nearest(source.reader, READERS))
    try:
        return reader.options.model_validate(source.options)
    except ValidationError as error:
        where = f"sources.yaml: source '{source.name}': options"
        message, hint = explain(error, reader.options, where)
        raise SourceError(message, hint or "The readers and their options are listed in docs/readers.md.") from error


def read_source(folder: Path, source: Source) -> RawTable:
    """Read the raw file of a source.

    Returns:
        The raw table, at least one row high. Blank rows at its end are left out: they hold nothing.

    Raises:
        SourceError: The file is missing, leads out of the folder, is a pipe, a device or the like, cannot be read, is
            empty, has no data rows, or asks for more than the limits allow.
    """
    options = checked_options(source)
    try:
        path = find_file(folder, source.file)
        fault = no_file(path or folder / source.file, folder)
        if fault and fault != NOT_THERE:
            msg = f"Source '{source.name}': the file {source.file} is {fault}, and is not opened."
            raise SourceError(msg, "Put the file itself into the folder.")
        if path is None:
            wanted = folder / source.file
            beside = [legible(one.name) for one in wanted.parent.iterdir()] if wanted.parent.is_dir() else []
            msg = f"Source '{source.name}': the file {source.file} is not in {folder.name}/."
            if options.fetched:
                raise SourceError(msg, f"Bring it with `sujuva fetch {source.name}`.")
            raise SourceError(msg, nearest(wanted.name, (name for name in beside if name != "sources.yaml")))
        options.limits.check_file(path)
        if path.stat().st_size == 0:
            msg = f"Source '{source.name}': the file {source.file} is empty."
            raise SourceError(msg, "Copy or export it again.")
        raw = _read(READERS[source.reader], path, options)
    except OSError as error:
        msg = f"Source '{source.name}': the file {source.file} cannot be opened ({error.strerror})."
        raise SourceError(msg, "Check the file's permissions, and that no other program holds it.") from error
    check_names(raw.frame.columns, path.name)
    raw = _tidy(raw, path.name)
    if not raw.frame.height:
        msg = f"Source '{source.name}': the file {source.file} has no data rows."
        raise SourceError(msg, "Export it again, or take the source out of sources.yaml.")
    return raw


def _read(reader: Reader, path: Path, options: Options) -> RawTable:
    try:
        with without_panics():
            return reader.read(path, options)
    except BaseException as error:
        # A library written in Rust that comes upon damaged bytes panics: no Exception, and its text may quote values.
        if type(error).__name__ != "PanicException":
            raise
        msg = f"{path.name} cannot be read with the reader {reader.name}: it is damaged."
        raise SourceError(msg, "Copy or export it again.") from None


def _tidy(raw: RawTable, where: str) -> RawTable:
    """Bring the names of the columns into their normal form and leave out blank rows at the end.

    Raises:
        SourceError: Two names are the same then, so that a description could mean either. Names their places.
    """
    names = [normal(name) or f"column_{place}" for place, name in enumerate(raw.frame.columns, start=1)]
    renamed = dict(zip(raw.frame.columns, names, strict=True))
    if len(set(names)) < len(names):
        first, second = next((names.index(name), at) for at, name in enumerate(names) if name in names[:at])
        msg = f"{where}: the names of columns {first + 1} and {second + 1} look the same."
        raise SourceError(
            msg, "They differ in blanks, unseen characters or how letters are composed alone: rename one in the file."
        )
    frame = raw.frame.rename(renamed)
    last = _last_filled(frame)
    return RawTable(
        frame.head(last),
        raw.decimals,
        {renamed[name]: mask.head(last) for name, mask in raw.declared_missing.items()},
        raw.rows.head(last),
        {renamed[name]: title for name, title in raw.titles.items() if name in renamed},
        {renamed[name]: labels for name, labels in raw.labels.items() if name in renamed},
        tuple(renamed[name] for name in raw.identifying if name in renamed),
        raw.left_out,
        raw.thousands,
    )


def _last_filled(frame: pl.DataFrame) -> int:
    """Return how many rows remain when blank ones at the end are left out; most files end in a row that is filled."""
    if not frame.width:
        return 0
    blank = [
        pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "") if kind == pl.String else pl.col(name).is_null()
        for name, kind in frame.schema.items()
    ]
    end, size = frame.height, 1
    while end:
        start = max(end - size, 0)
        filled = frame.slice(start, end - start).select(~pl.all_horizontal(blank)).to_series().arg_true()
        if filled.len():
            return start + int(filled[-1]) + 1
        end, size = start, size * 8
    return 0
