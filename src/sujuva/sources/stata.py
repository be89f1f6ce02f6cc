"""Reader of Stata files (.dta)."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field

from sujuva.errors import SourceError
from sujuva.sources.labelled import open_file, titles, value_labels, with_labels
from sujuva.sources.raw import Options, RawTable, Reader

_BEGIN, _END = b"<stata_dta>", b"</stata_dta>"  # since Stata 13; older files have no mark at their end


class StataOptions(Options, frozen=True):
    """Options of the reader `dta`."""

    labels: bool = Field(False, description="Value labels instead of codes; a code without a label stays a code")
    encoding: str | None = Field(None, description="Only for files of Stata 13 and before, such as windows-1252")


def read_stata(path: Path, options: StataOptions) -> RawTable:
    """Read a Stata file; labelled values come as codes or as labels, missing values (. and .a to .z) are null.

    Raises:
        SourceError: The file is no whole Stata file, or holds dates that cannot be.
    """
    import pyreadstat  # noqa: PLC0415  start-up time

    frame, meta = open_file(pyreadstat.read_dta, path, "a Stata", encoding=options.encoding)
    if not _whole(path) or (meta.number_rows is not None and meta.number_rows != frame.height):
        msg = f"{path.name} is not whole."
        raise SourceError(msg, "The file may have been cut off; copy or export it again.")
    labels = value_labels(meta)
    if options.labels:
        frame = with_labels(frame, labels)
    return RawTable(frame, titles=titles(meta), labels=labels)


def _whole(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(len(_BEGIN)) != _BEGIN:
            return True
        file.seek(-min(path.stat().st_size, 64), os.SEEK_END)
        return file.read().rstrip().endswith(_END)


READER = Reader("dta", StataOptions, read_stata)
