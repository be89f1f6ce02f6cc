"""Raw rows counted again, without the readers: by other libraries, or by the bytes themselves."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import struct
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.fuzz.forms import VISIT, Form

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ABOVE = {"qualtrics": 3, "sotkanet": 0}
_CODECS = {"windows-1252": "cp1252", "utf-8": "utf-8-sig"}


def count(form: Form, path: Path) -> int | None:  # noqa: PLR0911  one a format
    """Return the number of data rows, without blank ones at the end; None where it cannot be told independently."""
    try:
        match form.reader:
            case "xlsx":
                return _workbook(path)
            case "sav":
                return _cases(path)
            case "dta":
                return None  # held against its own header by the reader
            case "parquet":
                return _parquet(path)
            case "xes":
                return _events(path)
            case _:
                rows = texts(form, path)
                return None if rows is None else len(rows)
    except (zipfile.BadZipFile, ET.ParseError, OSError, EOFError, LookupError, ValueError, struct.error):
        return None


def texts(form: Form, path: Path) -> list[list[str]] | None:
    """Return the data rows of delimited text as the `csv` module reads them; None where it cannot, or is unsure."""
    whole = with_header(form, path)
    return None if whole is None else whole[1]


def with_header(form: Form, path: Path) -> tuple[list[str], list[list[str]]] | None:
    """Return the names of columns and the data rows of delimited text as the `csv` module reads them."""
    if form.reader not in ("csv", "qualtrics", "redcap", "limesurvey", "sotkanet"):
        return None
    encoding = "iso-8859-1" if form.reader == "sotkanet" else str(form.options.get("encoding", "utf-8"))
    separator = ";" if form.reader == "sotkanet" else str(form.options.get("separator", ","))
    try:
        text = path.read_bytes().decode(_CODECS.get(encoding, encoding))
        if re.search("\r(?!\n)", text) and "\n" in text:  # a line end to some, a letter to others
            return None
        mark = {"tab": "\t"}.get(separator, separator)
        rows = list(csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=mark, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    above = _ABOVE.get(form.reader, 1)
    if form.reader == "qualtrics" and len(rows) > 2:
        ids = [_is_id(one) for one in rows[2]]
        if not all(ids) and "ImportId" in "".join(rows[2]):
            return None  # a damaged row of ids: it is set aside as an answer
        above = 3 if all(ids) else 2
    header, rows = rows[:above], rows[above:]
    while rows and not "".join(rows[-1]).strip():
        rows.pop()
    if form.reader == "redcap":
        if "redcap_repeat_instrument" not in (one.strip() for one in header[0]):
            return None
        at = [one.strip() for one in header[0]].index("redcap_repeat_instrument")
        rows = [row for row in rows if len(row) > at and row[at].strip() == VISIT]
    return header[0] if header else [], rows


def _is_id(text: str) -> bool:
    try:
        return "ImportId" in json.loads(text)
    except (ValueError, TypeError):
        return False


def _workbook(path: Path) -> int | None:
    """Return the last row of the first sheet that has a value, without the header in row 1."""
    with zipfile.ZipFile(path) as archive:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            tree = ET.fromstring(archive.read("xl/sharedStrings.xml"))
            shared = ["".join(text.text or "" for text in one.iter(f"{_MAIN}t")) for one in tree.iter(f"{_MAIN}si")]
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    last = 0
    for row in sheet.iter(f"{_MAIN}row"):
        for cell in row.iter(f"{_MAIN}c"):
            value = cell.findtext(f"{_MAIN}v")
            if value is None:
                continue
            text = shared[int(value)] if cell.get("t") == "s" else value
            if text.strip(" \t\r\n\xa0\u2028\u2029\x85\u3000\x0b\x0c"):
                last = max(last, int("".join(one for one in cell.get("r", "") if one.isdigit()) or 0))
    return last - 1


def _cases(path: Path) -> int | None:
    header = path.read_bytes()[:84]
    number = struct.unpack("<i" if header[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">i", header[80:84])[0]
    return number if number >= 0 else None


def _parquet(path: Path) -> int | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.ParquetFile(path).metadata.num_rows)
    except (pa.ArrowException, OSError, ValueError):
        return None


def _events(path: Path) -> int | None:
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    root = ET.fromstring(content)
    local = {one: one.tag.rpartition("}")[2] for one in root.iter()}
    if local[root] != "log":
        return None
    total = 0
    for child in root:
        if local[child] == "event":
            total += 1
        elif local[child] == "trace":
            total += max(1, sum(local[one] == "event" for one in child))
    return total
