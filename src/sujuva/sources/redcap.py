"""Reader of REDCap exports: raw data as CSV, and the data dictionary that says what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from pydantic import Field

from sujuva.errors import SourceError, nearest
from sujuva.sources.header import collapsed, named
from sujuva.sources.raw import RawTable, Reader
from sujuva.sources.records import TextOptions, read_beside

_EVENT, _REPEATS = "redcap_event_name", "redcap_repeat_instrument"
_NEEDED = (
    *("Variable / Field Name", "Form Name", "Field Type", "Field Label", "Choices, Calculations, OR Slider Labels"),
    *("Text Validation Type OR Show Slider Number", "Identifier?"),
)
_YES_NO = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
_COMPLETE = {"0": "Incomplete", "1": "Unverified", "2": "Complete"}
_CHECKED = {"0": "Unchecked", "1": "Checked"}
_LISTS = {"radio", "dropdown"}


class RedcapOptions(TextOptions, frozen=True):
    """Options of the reader `redcap`."""

    dictionary: str | None = Field(None, description="File name of the data dictionary (CSV), beside the data file")
    instrument: str | None = Field(
        None, description="Only rows of this repeating instrument; base: only rows of none. Default: all rows"
    )
    event: str | None = Field(None, description="Only rows of this event. Default: all rows")


@dataclass(frozen=True)
class Dictionary:
    """What a data dictionary says about the columns of the data.

    Attributes:
        titles: Of a column, its question; of a box to tick, question and choice.
        labels: Of a column, the meaning of its codes.
        identifying: Columns that the dictionary says identify a person.
        comma: Whether a field has a decimal comma.
    """

    titles: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    identifying: tuple[str, ...]
    comma: bool


def read_redcap(path: Path, options: RedcapOptions) -> RawTable:
    """Read an export of raw values; every row keeps the number that it has in the file.

    Rows of an instrument or event that is not asked for belong to another source of the same file.

    Raises:
        SourceError: The data or the dictionary cannot be read, or there is no row of the instrument or event.
    """
    found = options.read(path)
    frame = named(found.frame, found.headers[0], path.name)
    numbers = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True)
    for column, wanted in ((_REPEATS, options.instrument), (_EVENT, options.event)):
        if wanted is not None:
            mask = _picked(frame, column, wanted, path.name)
            frame, numbers = frame.filter(mask), numbers.filter(mask)
    if options.dictionary is None:
        return RawTable(frame, rows=numbers)
    told = read_dictionary(path, options.dictionary)
    present = set(frame.columns)
    return RawTable(
        frame,
        decimals=".," if told.comma else ".",
        rows=numbers,
        titles={name: title for name, title in told.titles.items() if name in present},
        labels={name: labels for name, labels in told.labels.items() if name in present},
        identifying=tuple(name for name in told.identifying if name in present),
    )


def _picked(frame: pl.DataFrame, column: str, wanted: str, where: str) -> pl.Series:
    if column not in frame.columns:
        msg = f"{where} has no column '{column}', which tells its rows apart."
        raise SourceError(msg, "Take the options instrument and event out, or export the file again with it.")
    said = frame[column].fill_null("").str.strip_chars()
    mask = said == ("" if wanted == "base" and column == _REPEATS else wanted)
    if not mask.any():
        msg = f"{where} has no row where {column} is '{wanted}'."
        hint = nearest(wanted, said.unique().to_list(), listed=False) or "Is the whole project exported?"
        raise SourceError(msg, hint)
    return mask


def read_dictionary(data: Path, name: str) -> Dictionary:
    """Read the data dictionary beside a data file.

    Raises:
        SourceError: It is not there, or is no data dictionary.
    """
    hint = "Download it in REDCap: Project Setup, Data Dictionary."
    rows = read_beside(data, name, "data dictionary", ",", _NEEDED, hint).rows()
    titles: dict[str, str] = {}
    labels: dict[str, Mapping[str, str]] = {}
    identifying: list[str] = []
    comma = False
    for field, form, kind, label, choices, validation, identifier in rows:
        labels[f"{form}_complete"] = _COMPLETE
        options_of = _choices(choices) if kind in _LISTS | {"checkbox"} else {}
        title = collapsed(label)
        if kind == "checkbox":
            columns = {_box(field, code): text for code, text in options_of.items()}
            titles |= {column: f"{title}: {text}" for column, text in columns.items()}
            labels |= dict.fromkeys(columns, _CHECKED)
        else:
            columns = {field: title}
            titles[field] = title
            if kind in _YES_NO or options_of:
                labels[field] = _YES_NO.get(kind, options_of)
        if identifier.strip().lower() == "y":
            identifying += columns
        comma = comma or ("number" in validation and "comma_decimal" in validation)
    filled = {name: title for name, title in titles.items() if title}
    return Dictionary(filled, labels, tuple(identifying), comma)


def _choices(text: str) -> dict[str, str]:
    """Read `1, one | 2, two`; a label may hold commas."""
    pairs = (part.partition(",") for part in re.split(r"\||\n", text) if part.strip())
    return {code.strip(): collapsed(label) for code, _, label in pairs}


def _box(field: str, code: str) -> str:
    """Name the column of one box to tick as REDCap does: small letters, and no other signs than letters and digits."""
    return f"{field}___{re.sub('[^a-z0-9_]', '_', code.lower())}"


REDCAP = Reader("redcap", RedcapOptions, read_redcap)
