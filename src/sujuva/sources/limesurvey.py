"""Reader of LimeSurvey exports (CSV), with full question texts or codes in the header, and of a survey's structure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from sujuva.sources.header import collapsed, named
from sujuva.sources.raw import RawTable, Reader
from sujuva.sources.records import TextOptions, read_beside

_NEEDED = ("class", "type/scale", "name", "text", "language")
_BOXES = {"M", "P"}  # types of questions with boxes to tick: their answer is Y or blank
_PLAIN = {"M", "P", "K", "Q", "R", ";"}  # types whose subquestions hold numbers, texts or ranks, not answer codes
_YES_NO = {"Y": "Yes", "N": "No"}


class LimesurveyOptions(TextOptions, frozen=True):
    """Options of the reader `limesurvey`."""

    decimal: Literal[".", ","] = "."
    structure: str | None = Field(
        None, description="File name of the survey's structure (tab-separated .txt), beside the data file"
    )
    language: str | None = Field(None, description="Language of the structure's texts; default: its first")


def read_limesurvey(path: Path, options: LimesurveyOptions) -> RawTable:
    """Read an export; names are the texts of the header on one line.

    A column without a name is called `column_7` after its place, and of several with one name the second is called
    `name (2)`. Where the header holds codes, the structure gives the texts.

    Raises:
        SourceError: The data or the structure cannot be read.
    """
    found = options.read(path)
    headers = [collapsed(header) for header in found.headers[0]]
    frame = named(found.frame, headers, path.name, "number")
    titles = {name: name for name in frame.columns}
    labels: dict[str, Mapping[str, str]] = {}
    if options.structure is not None:
        told = read_structure(path, options.structure, options.language)
        for name in frame.columns:
            # Exports write a subquestion as q[SQ001] or q_SQ001, by their settings, or with the texts.
            known = told.get(name) or told.get(name.replace("_", "[", 1) + "]")
            if known is not None:
                titles[name], labels[name] = known
    return RawTable(
        frame, decimals=options.decimal, titles=titles, labels={name: codes for name, codes in labels.items() if codes}
    )


def read_structure(data: Path, name: str, language: str | None) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Read a survey's structure beside a data file.

    Returns:
        Title and labels of a column, by the names that it may have: code or text, of a question or a subquestion.

    Raises:
        SourceError: It is not there, or is no structure.
    """
    hint = "Export it in LimeSurvey: Export, Survey structure, Tab-separated-values format."
    rows = read_beside(data, name, "survey structure", "\t", _NEEDED, hint).rows()
    spoken = [row[4] for row in rows if row[0] == "Q"]
    language = language or (spoken[0] if spoken else "")
    told: dict[str, tuple[str, Mapping[str, str]]] = {}
    for question in _questions([row for row in rows if row[4] == language]):
        told |= question
    return told


def _questions(rows: list[tuple[Any, ...]]) -> list[dict[str, tuple[str, Mapping[str, str]]]]:
    """Gather each question (class Q) with the subquestions (SQ) and answers (A) that follow it."""
    found: list[dict[str, tuple[str, Mapping[str, str]]]] = []
    for at, (kind, scale, code, text, _) in enumerate(rows):
        if kind != "Q":
            continue
        parts = []
        for row in rows[at + 1 :]:
            if row[0] not in {"SQ", "A"}:
                break
            parts.append(row)
        answers = {row[2]: collapsed(row[3]) for row in parts if row[0] == "A"}
        title = collapsed(text)
        if scale == "Y":
            answers = dict(_YES_NO)
        columns: dict[str, tuple[str, Mapping[str, str]]] = {code: (title, {} if scale in _PLAIN else answers)}
        columns[title] = columns[code]
        for _, _, sub, subtext, _ in (row for row in parts if row[0] == "SQ"):
            whole = f"{title} [{collapsed(subtext)}]"
            columns[f"{code}[{sub}]"] = columns[whole] = (
                whole,
                {"Y": "Yes"} if scale in _BOXES else {} if scale in _PLAIN else answers,
            )
        columns.pop("", None)
        found.append(columns)
    return found


LIMESURVEY = Reader("limesurvey", LimesurveyOptions, read_limesurvey)
