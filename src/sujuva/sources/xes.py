"""Reader of event logs in XES, the XML of process mining (IEEE 1849), plain or packed with gzip."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast
from xml.etree.ElementTree import Element, ParseError

import polars as pl

from sujuva.errors import SourceError
from sujuva.sources.limits import POINTER
from sujuva.sources.package import Counted
from sujuva.sources.raw import Options, RawTable, Reader

_GZIP = b"\x1f\x8b"
_EXTENSION = re.compile(r"/(concept|lifecycle|org|time|semantic|identity|cost)\.xesext$")
_WEIGHT = 8  # bytes of memory for each byte of a log, while its events are gathered
_DEEPEST = 50
_VALUES = {"string", "date", "int", "float", "boolean", "id", "list", "container"}


class XesOptions(Options, frozen=True):
    """The reader `xes` has no options: the file describes itself."""


def read_xes(path: Path, options: XesOptions) -> RawTable:
    """Read an event log: one row an event, in the order of the file; every value stays text.

    Attributes of a trace are called `case:<key>`, those of an event by their key, attributes of an attribute
    `<key>/<key>`; a key that comes again `<key> (2)`. Keys of the standard's extensions have the standard's prefix,
    whatever the file calls it. A trace without events is a row with the attributes of the case
    alone, so that no case is lost. Attributes of the whole log and defaults (`global`) are no data of an event.

    Raises:
        SourceError: The file is no whole XES file, declares entities or a document type, or asks for more than the
            limits allow, packed or not.
    """
    from defusedxml import DefusedXmlException  # noqa: PLC0415  start-up time

    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            opened = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if packed else file
            rows = list(_events(cast("IO[bytes]", Counted(opened, options.limits, path.name, _WEIGHT))))
    except DefusedXmlException:
        msg = f"{path.name} declares entities or a document type, which no event log needs."
        raise SourceError(msg, "It may do harm: ask where it comes from, and export it again.") from None
    except (ParseError, EOFError, zlib.error, gzip.BadGzipFile, LookupError, ValueError):
        msg = f"{path.name} cannot be read as an XES event log."
        raise SourceError(msg, "Is it whole? Copy or export it again.") from None
    names = list(dict.fromkeys(name for row in rows for name in row))
    options.limits.check_columns(len(names), path.name)
    shape = f"{len(rows):,} events with {len(names):,} attributes"
    options.limits.check_memory(len(rows) * len(names) * POINTER, path.name, shape)
    return RawTable(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)))


def _events(file: IO[bytes]) -> Iterator[dict[str, str | None]]:
    """Yield the events of a log; what has been read is forgotten, so that a long log fits the memory."""
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415  start-up time

    open_: list[Element] = []
    prefixes: dict[str, str] = {}
    for moment, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if moment == "start":
            if not open_ and _tag(element) != "log":
                raise ValueError
            open_.append(element)
            continue
        open_.pop()
        inside = _tag(open_[-1]) if open_ else ""
        if inside == "log":
            if _tag(element) == "trace":
                yield from _rows(element, prefixes)
            elif _tag(element) == "event":
                yield _attributes(element, prefixes)
            elif _tag(element) == "extension" and (known := _EXTENSION.search(element.get("uri") or "")):
                prefixes[element.get("prefix") or ""] = known[1]
            open_[-1].clear()


def _rows(trace: Element, prefixes: Mapping[str, str]) -> Iterator[dict[str, str | None]]:
    case = {f"case:{key}": value for key, value in _attributes(trace, prefixes).items()}
    events = [child for child in trace if _tag(child) == "event"]
    for event in events:
        yield case | _attributes(event, prefixes)
    if not events:
        yield case


def _attributes(element: Element, prefixes: Mapping[str, str]) -> dict[str, str | None]:
    """Return the attributes of a trace or an event, nested ones too, in the order of the file."""
    found: dict[str, str | None] = {}
    times: dict[str, int] = {}
    waiting: list[tuple[str, Any, int]] = [("", child, 0) for child in reversed(element)]
    while waiting:
        above, child, depth = waiting.pop()
        if depth > _DEEPEST:  # the names of attributes of attributes grow with each step
            raise ValueError
        if _tag(child) == "values":  # of a list: its members belong to the list
            waiting += [(above, one, depth + 1) for one in reversed(child)]
            continue
        if _tag(child) not in _VALUES:
            continue
        prefix, colon, rest = (child.get("key") or "").rpartition(":")
        key = above + (prefixes.get(prefix, prefix) + colon + rest if colon else rest)
        value = child.get("value")
        if value is not None:
            name = key
            while name in found:
                times[key] = times.get(key, 1) + 1
                name = f"{key} ({times[key]})"
            found[name] = value
        waiting += [(f"{key}/", one, depth + 1) for one in reversed(child)]
    return found


def _tag(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


XES = Reader("xes", XesOptions, read_xes)
