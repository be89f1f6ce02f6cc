"""Files that readers took along, read again as rows of published tables: whoever checks what leaves reads them so.

Nothing here is what wrote them: columns are known by their titles, and numbers by the decimal sign of their language.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import fastexcel
import polars as pl

from sujuva.codebooks import LANGUAGES
from sujuva.errors import SujuvaError
from sujuva.figures import Words, voice
from sujuva.figures.labels import Meta
from sujuva.figures.titled import TITLES
from sujuva.io import REMARK
from sujuva.reports.columns import COUNTED, TYPES, YEARS, code_heading, heading

BOM = "\ufeff"
_NUMBER = {sign: re.compile(rf"-?\d+(\{sign}\d+)?") for sign in ".,"}
_SEPARATORS = {";": ",", ",": "."}
"""Signs between cells, and the decimal signs that go with them."""


class UnreadableError(SujuvaError):
    """A file that tells no rows, or not as it should."""

    def __init__(self, code: str) -> None:
        """Say what is wrong by its code of the kind `check` in `terms.yaml`."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Told:
    """What a file tells.

    Attributes:
        title: The first that it says.
        words: The language of its columns.
        rows: Its rows by the columns of published tables.
    """

    title: str
    words: Words
    rows: pl.DataFrame


def is_readable(content: bytes) -> bool:
    """Tell whether CSV is made for readers: before its header it says what it is of."""
    return content.decode(errors="replace").removeprefix(BOM).startswith(REMARK)


def from_csv(content: bytes, meta: Meta) -> Told:
    """Read CSV again.

    Raises:
        UnreadableError: A column or a cell that nobody knows.
        polars.exceptions.PolarsError: It is no CSV.
    """
    text = content.decode().removeprefix(BOM)
    lines = text.splitlines()
    title = lines[0].removeprefix(REMARK)
    header = next((line for line in lines if not line.startswith(REMARK)), "")
    separator = ";" if ";" in header else ","
    cells = pl.read_csv(
        io.StringIO(text), comment_prefix=REMARK, separator=separator, infer_schema=False, has_header=False
    )
    return _told(title, cells.fill_null("").rows(), meta, _SEPARATORS[separator])


def from_workbook(content: bytes, meta: Meta) -> Told:
    """Read a workbook again: what it says stands on its first sheet, its rows on the second and last.

    Raises:
        UnreadableError: A column or a cell that nobody knows, or no such workbook.
    """
    try:
        book = fastexcel.read_excel(content)
        about, rows = (
            book.load_sheet(place, header_row=None, dtypes="string").to_polars().fill_null("") for place in (0, 1)
        )
    except (fastexcel.FastExcelError, ValueError, IndexError) as error:
        raise UnreadableError("not_as_written") from error
    if len(book.sheet_names) != 2 or about.is_empty():  # noqa: PLR2004
        raise UnreadableError("not_as_written")
    return _told(about.item(0, 0), rows.rows(), meta, ".")


def _told(title: str, lines: Sequence[tuple[str, ...]], meta: Meta, decimal: str) -> Told:
    header, *rows = lines
    words = next((one for one in (voice(meta, key) for key in LANGUAGES) if {*header} <= {*_columns(one)}), None)
    if words is None or len({*header}) != len(header):
        raise UnreadableError("unknown_column")
    known = _columns(words)
    columns = {known[name]: [row[place] for row in rows] for place, name in enumerate(header) if known[name]}
    if "suppressed" not in columns:
        raise UnreadableError("hidden_number")
    hidden = [bool(one) for one in columns["suppressed"]]
    read = {
        name: [_reader(name, words, decimal)(*one) for one in zip(cells, hidden, strict=True)]
        for name, cells in columns.items()
    }
    return Told(title, words, pl.DataFrame(read, schema={name: TYPES[name] for name in read}))


def _columns(words: Words) -> dict[str, str]:
    """Return the columns by their headings; "" for those of titles, whose codes stand beside them."""
    titles = {heading(words, name): "" for name in TITLES}
    return titles | {code_heading(words, name): name for name in TYPES}


def _reader(column: str, words: Words, decimal: str) -> Callable[[str, bool], object]:
    """Return what reads the cells of a column; a cell that it cannot read is an error."""
    kind, hides = TYPES[column], words.say("not shown")
    yes_no = {"": None, words.say("yes"): True, words.say("no"): False}

    def number(cell: str, hidden: bool) -> object:
        if cell == "" or (cell == hides and hidden):
            return None
        if column in YEARS and cell == words.say("all years together"):
            return 0
        if not _NUMBER[decimal].fullmatch(cell):
            raise UnreadableError("not_as_written")
        value = float(cell.replace(decimal, "."))
        if column not in COUNTED:
            return value
        if not value.is_integer():
            raise UnreadableError("not_as_written")
        return int(value)

    def truth(cell: str, _: bool) -> object:
        if cell not in yes_no:
            raise UnreadableError("not_as_written")
        return yes_no[cell]

    if kind.is_numeric():
        return number
    return truth if kind == pl.Boolean else lambda cell, _: cell


READERS = {".csv": from_csv, ".xlsx": from_workbook}
"""What reads a file, by its suffix."""
