"""Reader of Qualtrics exports: names, question texts and import ids above the data; the legacy kind has no ids."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sujuva.sources.header import collapsed, named
from sujuva.sources.raw import RawTable, Reader
from sujuva.sources.records import TextOptions, first_records, read_records, separator_of
from sujuva.sources.text import utf8_of

# Import ids, and names or titles of legacy exports, of what Qualtrics knows of a person.
_IDENTIFYING = {
    "ipaddress", "recipientlastname", "recipientfirstname", "recipientemail", "externaldatareference",
    "externalreference", "locationlatitude", "locationlongitude", "name", "emailaddress",
}  # fmt: skip
_QUESTION = 2  # records that every export has above its data


class QualtricsOptions(TextOptions, frozen=True):
    """Options of the reader `qualtrics`."""


def read_qualtrics(path: Path, options: QualtricsOptions) -> RawTable:
    """Read an export as CSV or TSV; question texts become titles. Previews and unfinished answers stay rows.

    Raises:
        SourceError: The file is no such export, or a row has too few or too many values.
    """
    separator = separator_of(options.separator, path.name)
    content = utf8_of(path, options.encoding, options.limits)
    top = first_records(content, separator, path.name, _QUESTION + 1, options.limits)
    ids = _import_ids(top[_QUESTION]) if len(top) > _QUESTION else None
    found = read_records(content, separator, path.name, headers=_QUESTION + (ids is not None), limits=options.limits)
    names, texts = found.headers[:2]
    frame = named(found.frame, names, path.name)
    titles, identifying = {}, []
    for place, (name, text) in enumerate(zip(names, texts, strict=False)):
        if name not in frame.columns:
            continue
        if collapsed(text):
            titles[name] = collapsed(text)
        known = (ids[place],) if ids is not None else (name, text)
        if any(one.replace(" ", "").lower() in _IDENTIFYING for one in known):
            identifying.append(name)
    return RawTable(frame, titles=titles, identifying=tuple(identifying))


def _import_ids(record: Sequence[str]) -> list[str] | None:
    """Return the import ids of the third record; None where it is already an answer."""
    found = []
    for value in record:
        try:
            told = json.loads(value) if value.strip() else {"ImportId": ""}
        except (ValueError, RecursionError):
            return None
        if not isinstance(told, dict) or "ImportId" not in told:
            return None
        found.append(str(told["ImportId"]))
    return found if any(found) else None


QUALTRICS = Reader("qualtrics", QualtricsOptions, read_qualtrics)
