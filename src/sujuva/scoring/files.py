"""Any file of answers, opened as it is and scored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.errors import ContractError, SourceError
from sujuva.intake.opened import find_columns, open_part, parts_of
from sujuva.intake.people import identifying
from sujuva.intake.words import missing_words, names_of, words_of
from sujuva.normal import normal, normal_texts
from sujuva.scores import ScoreSheet, find_items, score_sheet
from sujuva.scores.sheet import ROW
from sujuva.scoring.worded import read_words, see_labels
from sujuva.sources import RawTable, textual

_KEPT = ("respondent", "wave", "informant", "region")
_DIGITS = "phone"  # numbers of participants look like it


def score_file(
    path: Path,
    instrument: Instrument,
    *,
    norms: str | None = None,
    bands: bool = True,
    informant: str | None = None,
    items: Sequence[str] = (),
    keep: Sequence[str] = (),
    sheet: str | None = None,
    partial: bool = False,
    item_map: Mapping[str, str] | None = None,
    as_given: bool = False,
) -> ScoreSheet:
    """Score the answers in a file of any kind that the readers know.

    Beside the scores stand the columns that tell respondent, wave, informant and region, as far as the file has them;
    where none does, the number of the row. Columns that tell who somebody is stay out, and so does everything else.

    Args:
        path: Delimited text with any separator and encoding, a workbook, or a file of SPSS, Stata, R's or Parquet.
        instrument: The codebook.
        norms: Norm set of the bands; default: the codebook's.
        bands: False: no bands at all.
        informant: Who answered, where the file does not tell it.
        items: The columns of the items in order, where they are not named like the codebook's.
        keep: Further columns to keep.
        sheet: Sheet of a workbook; default: the only one with the items.
        partial: Score although columns of items are not there.
        item_map: Code of the codebook by answer of the file.
        as_given: The codes are right, though they look shifted against the codebook.

    Returns:
        The scores, a row for each data row of the file.

    Raises:
        SourceError: The file is missing or cannot be read, or several sheets hold the items.
        ContractError: Items are missing, hold what is no whole number, or are numbered otherwise than in the codebook;
            names columns and rows, never a value.
        CodebookError: The norm set is unknown.
    """
    items, keep = [normal(name) for name in items], [normal(name) for name in keep]
    tables = [(one.sheet or "", open_part(path, one, dictionary=True)) for one in parts_of(path, sheet)]
    raw = _with_items(tables, instrument, items, path)
    people = {name for name, guess in identifying(raw, phones=False).items() if guess.value != _DIGITS}
    roles = _roles([name for name in raw.frame.columns if name not in people])
    _alike(raw.frame, {*items, *(name for name in raw.frame.columns if _is_item(name, instrument)), *roles.values()})
    frame = raw.frame.with_columns(
        raw.frame[name].set(mask, None) for name, mask in raw.declared_missing.items() if name in raw.frame.columns
    )
    who = roles.get("informant")
    if who is not None:
        known = {word: key for key, words in words_of("informant").items() for word in words}
        said = normal_texts(frame[who].cast(pl.String))
        frame = frame.with_columns(said.str.to_lowercase().replace(known).alias(who))
    kept = list(dict.fromkeys([*(roles[role] for role in _KEPT if role in roles), *keep]))
    if not kept:
        frame, kept = frame.with_columns(raw.rows.alias(ROW)), [ROW]
    told = ""
    columns = _item_columns(raw, instrument, items, informant)
    if not item_map:
        item_map, told = read_words(frame, instrument, columns)
        if not as_given:
            see_labels(raw, instrument, columns)
    made = score_sheet(
        frame,
        instrument,
        norms=norms,
        bands=bands,
        informant=informant,
        informant_column=who or "informant",
        items=items,
        keep=kept,
        partial=partial,
        missing=[word.lower() for word in missing_words()],
        rows=raw.rows,
        hint=_labels(raw, columns),
        item_map=item_map,
        as_given=as_given,
    )
    hidden = [name for name in _roles(raw.frame.columns).values() if name in people and name not in kept]
    return replace(made, notes=(*made.notes, *([told] if told else ()), *_hidden(hidden), *_twice(frame, roles)))


def _alike(frame: pl.DataFrame, wanted: Collection[str]) -> None:
    """See that of two columns with one name, which the reader has numbered, either will do.

    Raises:
        ContractError: They hold different things, and nothing tells which is meant.
    """
    for name in sorted(wanted):
        other = f"{name} (2)"
        if {name, other} <= set(frame.columns) and not frame[name].equals(frame[other], null_equal=True):
            msg = f"Two columns are called '{name}', and they differ."
            raise ContractError(msg, "Leave out of the file the one that is not meant.")


def _hidden(names: Sequence[str]) -> Iterator[str]:
    if names:
        listed = ", ".join(f"'{name}'" for name in names)
        yield f"Left out, as it seems to tell who people are: {listed}. --keep keeps it."


def _twice(frame: pl.DataFrame, roles: Mapping[str, str]) -> Iterator[str]:
    """Tell how many rows are of somebody who has another row of the same wave and informant."""
    if "respondent" not in roles:
        return
    keys = [roles[role] for role in ("respondent", "wave", "informant") if role in roles]
    texts = [normal_texts(textual(frame.select(name))[name].cast(pl.String)) for name in keys]
    named = pl.DataFrame(texts).filter(pl.col(roles["respondent"]) != "")
    count = int(named.is_duplicated().sum())
    if count:
        listed = ", ".join(f"'{name}'" for name in keys)
        yield f"{count} rows share {listed} with another row: each is scored as it stands."


def _with_items(
    tables: Sequence[tuple[str, RawTable]], instrument: Instrument, items: Sequence[str], path: Path
) -> RawTable:
    """Return the one table that holds items of the instrument."""
    if len(tables) == 1:
        return tables[0][1]

    def holds(raw: RawTable) -> bool:
        there = raw.frame.columns
        return set(items) <= {*there} if items else any(_is_item(name, instrument) for name in there)

    holding = [(name, raw) for name, raw in tables if holds(raw)]
    if len(holding) == 1:
        return holding[0][1]
    several = " and ".join(f"'{name}'" for name, _ in holding)
    msg = f"In {path.name}, {f'the sheets {several} hold' if holding else 'no sheet holds'} items of {instrument.key}."
    raise SourceError(msg, "Name the sheet." if holding else f"Name columns like {instrument.item_columns[0]}.")


def _is_item(name: str, instrument: Instrument) -> bool:
    known = {*instrument.item_columns, *(one.lower() for some in instrument.aliases.values() for one in some)}
    return name.lower() in known


def _roles(columns: Sequence[str]) -> dict[str, str]:
    """Return the first column that tells each of what is kept, by the names that people give them."""
    tables = {role: "answers" if role == "informant" else "respondents" for role in _KEPT}
    return find_columns(columns, {role: names_of(table, role) for role, table in tables.items()}, of="answer")


def _item_columns(raw: RawTable, instrument: Instrument, items: Sequence[str], informant: str | None) -> list[str]:
    """Return the columns of the items; none where they cannot be told apart, which scoring says in its own words."""
    there = raw.frame.columns
    try:
        return [name for name in items if name in there] or [
            *find_items(there, instrument, informant=informant).columns.values()
        ]
    except ContractError:
        return []


def _labels(raw: RawTable, columns: Sequence[str]) -> str:
    """Say what the file itself calls its codes: labels are the questionnaire's words, and nobody's own."""
    labelled = next((raw.labels[name] for name in columns if raw.labels.get(name)), None)
    if labelled is None:
        return ""
    told = ", ".join(f"{code} = {label}" for code, label in list(labelled.items())[:12])
    return f"Recode the answers to the codes of the codebook first; the file calls its codes: {told}."
