"""Reader of delimited text: CSV with the encodings and decimal commas of Finnish exports."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from sujuva.errors import SourceError
from sujuva.sources.header import Repeated, named
from sujuva.sources.matrix import MatrixOptions, as_ties
from sujuva.sources.raw import MARKS, RawTable, Reader, Thousands
from sujuva.sources.records import TextOptions, separator_of


class DelimitedOptions(TextOptions, MatrixOptions, frozen=True):
    """Options of the reader `csv`."""

    decimal: Literal[".", ","] = "."
    thousands: Thousands | None = Field(None, description="What stands between thousands; blank: any kind of blank")
    header: bool = Field(True, description="The first row names the columns")
    header_row: int = Field(1, ge=1, description="Line that names the columns, from 1; lines before it are left out")
    columns: tuple[str, ...] = Field((), description="Names of the columns where there is no header")
    repeated: Repeated = Field("error", description="A name that several columns have: error, or number them")

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.thousands == self.decimal:
            msg = f"thousands and decimal are both '{self.decimal}', so 1{self.decimal}234 could be either: change one"
            raise ValueError(msg)
        return self


def read_delimited(path: Path, options: DelimitedOptions) -> RawTable:
    """Read delimited text; every value stays text.

    Raises:
        SourceError: The bytes are no text of this encoding, the rows do not fit the header, a quote is left open, or
            two columns have the same name; or a matrix is none.
    """
    separator = separator_of(options.separator, path.name)
    if options.header == bool(options.columns):
        msg = f"{path.name}: give the option columns exactly when header is false."
        raise SourceError(msg, "Where the first row names the columns, leave both options out.")
    found = options.read(path, skip=options.header_row - 1, headers=int(options.header))
    headers = found.headers[0] if options.header else options.columns
    if found.frame.width != len(headers):
        msg = f"{path.name} has {found.frame.width} columns, but the option columns names {len(headers)}."
        raise SourceError(msg, "Name every column, in order.")
    if options.header and len(headers) == 1:
        mark = next((mark for mark in ",;\t|" if mark != separator and mark in headers[0]), None)
        if mark is not None:
            msg = f"{path.name}: the header is one column, and it holds {mark!r}."
            raise SourceError(msg, f"Set options: {{separator: {mark!r}}} in sources.yaml.")
    frame = named(found.frame, headers, path.name, options.repeated)
    thousands = MARKS[options.thousands] if options.thousands else ""
    return as_ties(RawTable(frame, decimals=options.decimal, thousands=thousands), options, path.name)


CSV = Reader("csv", DelimitedOptions, read_delimited)
