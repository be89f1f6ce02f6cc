"""Survey tools and portals whose delimited text is of their own kind, and the files that describe their data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sujuva.intake.delimited import decoded
from sujuva.intake.guess import GUESS, LIKELY, SURE, Guess
from sujuva.paths import no_file

_SOTKANET = 8
_TAIL = 200  # characters that the number of a box has at most, with what stands before it
_GENDERS = {"yhteensä", "miehet", "naiset", "total", "male", "female", "totalt", "män", "kvinnor"}
DICTIONARY = "Variable / Field Name"
"""How the header of a REDCap dictionary begins."""
DICTIONARY_FORMAT = "REDCap dictionary"
STRUCTURE_FORMAT = "LimeSurvey structure"


@dataclass(frozen=True)
class Tool:
    """A tool whose export a file looks like, and the reader for it."""

    format: str
    reader: str
    sureness: float
    why: str


def tool_of(rows: Sequence[Sequence[str]], separator: str) -> Tool | None:  # noqa: C901, PLR0911  one for each tool
    """Return the tool that wrote a file with these first rows; None for plain delimited text."""
    head = [cell.strip() for cell in rows[0]]
    lower = [cell.lower() for cell in head]
    if len(rows) > 2 and any(cell.startswith('{"ImportId"') for cell in rows[2]):  # noqa: PLR2004  the third row
        return Tool("Qualtrics", "qualtrics", SURE, "its third row holds ImportId")
    if len(rows) > 1 and lower[0] == "v1" and [*rows[1], ""][0].strip().lower() == "responseid":
        return Tool("Qualtrics (legacy)", "qualtrics", LIKELY, "V1, V2 … above ResponseID, as older exports have")
    if head[0] == DICTIONARY:
        return Tool(DICTIONARY_FORMAT, "csv", SURE, "its header is that of a dictionary")
    if lower[:4] == ["id", "related_id", "class", "type/scale"]:
        return Tool(STRUCTURE_FORMAT, "csv", SURE, "its header is that of a survey's structure")
    if {"redcap_event_name", "redcap_repeat_instrument"} & set(lower):
        return Tool("REDCap", "redcap", SURE, "it has columns that only REDCap has")
    if any(re.search(r"___\w+$", cell[-_TAIL:]) for cell in lower) and any(
        cell.endswith("_complete") for cell in lower
    ):
        return Tool("REDCap", "redcap", LIKELY, "checkboxes with ___ and a column _complete")
    if any(cell.endswith("_complete") for cell in lower) and lower[0] in {"record_id", "study_id"}:
        return Tool("REDCap", "redcap", LIKELY, "a record_id and a column _complete")
    if {"response id", "date submitted"} <= set(lower) or {"submitdate", "startlanguage"} <= set(lower):
        return Tool("LimeSurvey", "limesurvey", SURE, "it has the columns that LimeSurvey begins with")
    if len(head) == _SOTKANET and separator == ";" and all(_statistic(row) for row in rows):
        return Tool("Sotkanet", "sotkanet", SURE, "no header, and eight columns as the portal of THL gives them")
    if {"indicator", "region", "year", "gender"} <= set(lower):
        return Tool("Sotkanet (API)", "csv", GUESS, "columns as the interface of Sotkanet names them")
    return None


def _statistic(row: Sequence[str]) -> bool:
    """Tell whether a record reads: title, indicator, area, code, gender, year, value, count."""
    return (
        len(row) == _SOTKANET
        and row[1].strip().isdigit()
        and row[4].strip().lower() in _GENDERS
        and re.fullmatch(r"[12][0-9]{3}", row[5].strip()) is not None
    )


_HALF, _MOST = 0.5, 0.9
_LARGEST = 20_000_000  # bytes; no dictionary has more


def dictionary_of(data: Path) -> Guess[str] | None:
    """Return the name of the dictionary beside a REDCap export that knows most of its columns; None without one."""
    header = [name.split("___")[0].lower() for name in next(_rows(data), [])]
    own = {name for name in header if not name.startswith("redcap_") and not name.endswith("_complete")}
    best: Guess[str] | None = None
    for path in sorted(data.parent.glob("*.csv")):
        rows = _rows(path) if path != data and _small(path) else iter(())
        if next(rows, [])[:1] != [DICTIONARY] or not own:
            continue
        known = {row[0].lower() for row in rows if row}
        share = len(own & known) / len(own)
        if share < _HALF or (best is not None and share <= best.sureness):
            continue
        best = Guess(path.name, share, f"it knows {int(share * 100)} % of the columns")
    if best is None:
        return None
    return Guess(best.value, LIKELY if best.sureness >= _MOST else GUESS, best.why)


def _small(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= _LARGEST


def _rows(path: Path) -> Iterator[list[str]]:
    """Yield the records of a text file; none of what is no file of its folder, or no text."""
    found = None if no_file(path, path.parent) else decoded(path.read_bytes())
    try:
        yield from csv.reader(io.StringIO(found[0].lstrip("\ufeff") if found else "", newline=""))
    except csv.Error:  # no description has so long a value
        return
