"""Runs a variant and judges its end: every raw row in one place, or one clear error that gives nobody away."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.cleaning import RULES, Cleaned, clean_folder, inspect_folder
from sujuva.errors import SujuvaError
from sujuva.sources import READERS, RawTable, records, textual
from sujuva.sources.header import collapsed
from tests.cleaning.helpers import write
from tests.fuzz.cells import of_cells
from tests.fuzz.counting import count, texts, with_header
from tests.fuzz.forms import FORMS, Form, said
from tests.fuzz.grids import CANARY, TABLES
from tests.fuzz.looking import look
from tests.fuzz.tags import of_tags
from tests.fuzz.telling import STUDY, of_told, of_told_error
from tests.fuzz.variants import LOOKS, Made, Variant, make

_LARGE = records.LARGE
_OUT = ("clean", "quarantine", "ledger")
_BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0"


@dataclass(frozen=True)
class Outcome:
    """How a variant ended.

    Attributes:
        end: clean, quarantine or error; crash and hang come from the pool.
        faults: What is wrong with that end; empty: nothing.
        error: The error's own words.
        counted: Whether the raw rows were counted a second time, without the readers.
    """

    end: str
    faults: tuple[str, ...] = ()
    error: str = ""
    counted: bool = False


@dataclass
class _Seen:
    """What readers handed on, as it was handed on."""

    raws: dict[str, RawTable] = field(default_factory=dict)


def run(variant: Variant, project: Path) -> Outcome:
    """Make a variant in the project's folder `raw`, clean it, write what is clean, and judge the end.

    Args:
        variant: What to make.
        project: The working folder: a project with codebooks.
    """
    raw = project / "raw"
    for folder in (raw, *(project / "data" / name for name in _OUT)):
        shutil.rmtree(folder, ignore_errors=True)
    raw.mkdir()
    if variant.kind in LOOKS:
        return _looked(variant, project)
    made = make(variant, raw)
    seen = _Seen()
    # Large files of text are read in another way: half of the variants count as large.
    records.LARGE = 1 if variant.seed % 2 else _LARGE
    faults: list[str] = []
    cleaned: Cleaned | None = None
    error: SujuvaError | None = None
    with _watched(seen):
        try:
            cleaned = clean_folder(raw, max_quarantine=made.max_quarantine, **STUDY)
            if made.told is None:
                write(cleaned)
        except SujuvaError as caught:
            error = caught
        except BaseException as caught:  # noqa: BLE001  a panic is no Exception
            faults.append(f"no error of the family: {_short(caught)}")
    counted = False
    if error is not None or faults:
        faults += _of_refusal(error, variant, made, project)
        end = "error"
    else:
        assert cleaned is not None
        found, counted = _of_clean(cleaned, variant, made, seen, project)
        faults += found
        end = "quarantine" if cleaned.quarantine.height else "clean"
        if variant.kind == "sound" and end != "clean":
            faults.append("a sound delivery is not clean")
    if variant.seed % 4 == 0:
        faults += _of_dry_run(raw, error, made)
    return Outcome(end, tuple(faults), "" if error is None else f"{type(error).__name__}: {error}", counted)


def _looked(variant: Variant, project: Path) -> Outcome:
    """Judge a quick command."""
    try:
        end, faults, said = look(variant, project)
    except BaseException as caught:  # noqa: BLE001  a panic is no Exception
        return Outcome("error", (f"no error of the family: {_short(caught)}",))
    return Outcome(end, tuple(faults), said, counted=end == "clean")


def _of_refusal(error: SujuvaError | None, variant: Variant, made: Made, project: Path) -> list[str]:
    """Nothing was written; the error is a good one, and the one that is due; what is sound is not refused."""
    left = [name for name in _OUT if (project / "data" / name).exists()]
    faults = [f"something was written: {left}"] if left else []
    if error is None:
        return faults
    faults += _of_error(error, made, project)
    faults += of_told_error(made.told, error) if made.told is not None else []
    return [*faults, "a sound delivery is refused"] if variant.kind == "sound" else faults


def _of_clean(cleaned: Cleaned, variant: Variant, made: Made, seen: _Seen, project: Path) -> tuple[list[str], bool]:
    """The books add up, and every row is in its place; told with it: whether the rows were counted a second time."""
    faults = _of_books(cleaned, variant, made, seen)
    if made.told is not None:
        return [*faults, *of_told(cleaned, made.told, project)], True
    if variant.kind == "yaml":
        return faults, False
    found, counted = _of_rows(cleaned, variant, made, seen, project / "raw")
    return faults + found, counted


@contextlib.contextmanager
def _watched(seen: _Seen) -> Iterator[None]:
    """Keep what each reader hands on."""
    whole = dict(READERS)

    def watched(name: str) -> Any:
        def read(path: Path, options: Any) -> RawTable:
            found = whole[name].read(path, options)
            seen.raws[path.name] = found
            return found

        return replace(whole[name], read=read)

    READERS.update({name: watched(name) for name in whole})
    try:
        yield
    finally:
        READERS.update(whole)


def _short(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {str(error)[:300]}"


def _of_error(error: SujuvaError, made: Made, project: Path) -> list[str]:
    """An error names its place, says what to do, and quotes nothing, nor do the errors that are shown behind it."""
    faults = []
    if not error.message or not error.hint:
        faults.append(f"an error without message or hint: {error}")
    if not any(one in error.message for one in (made.file, "sources.yaml", "ource '", ".csv", ".txt")):
        faults.append(f"an error that names no place: {error}")
    if CANARY in "".join(traceback.format_exception(error)) + error.message + error.hint:
        faults.append(f"an error that quotes a value: {error}")
    if str(project) in str(error):
        faults.append(f"an error that shows a path of the machine: {error}")
    if len(str(error)) > 900:
        faults.append(f"an error of {len(str(error))} characters: {error}")
    return faults


def _of_dry_run(raw: Path, error: SujuvaError | None, made: Made) -> list[str]:
    """A dry run ends as the cleaning does."""
    try:
        found = inspect_folder(raw, **STUDY)
    except SujuvaError as caught:
        return [] if error is not None and str(caught) == str(error) else [f"the dry run differs: {caught} / {error}"]
    except BaseException as caught:  # noqa: BLE001  a panic is no Exception
        return [f"the dry run: no error of the family: {_short(caught)}"]
    wrong = [str(one.error) for one in found.sources if one.error is not None]
    if error is None:
        return [f"only the dry run finds: {wrong[0]}"] if wrong else []
    if made.max_quarantine < 1 and not wrong:  # it knows no largest share
        return []
    return [] if str(error) in wrong else [f"the dry run does not find: {error}"]


def _of_books(cleaned: Cleaned, variant: Variant, made: Made, seen: _Seen) -> list[str]:
    """Every source adds up, and every row that was set aside says where it stands and why."""
    faults = []
    for row in cleaned.ledger.to_dicts():
        aside = cleaned.quarantine.filter(source=row["source"])
        if row["rows_in"] != row["rows_clean"] + row["rows_quarantined"] or aside.height != row["rows_quarantined"]:
            faults.append(f"the ledger does not add up: {row['source']}")
        raw = seen.raws.get(row["file"])
        numbers = set(raw.rows.to_list()) if raw is not None else set()
        if aside["row"].n_unique() != aside.height or not set(aside["row"]) <= numbers:
            faults.append("a row set aside has no number of its own")
        if not (aside["file"] == row["file"]).all():
            faults.append("a row set aside names another file")
        for rules, text in zip(aside["rules"], aside["raw"], strict=True):
            known = [one for one in rules.split(";") if one in RULES or one.startswith("contract_")]
            if not known or known != rules.split(";"):
                faults.append(f"a row set aside has no known rule: {rules}")
            json.loads(text)
    if made.told is not None:
        return faults
    written = pl.read_parquet(Path("data") / "quarantine" / "quarantine.parquet")
    if written.height != cleaned.quarantine.height:
        faults.append("the quarantine on disk is another")
    return faults


def _of_rows(cleaned: Cleaned, variant: Variant, made: Made, seen: _Seen, folder: Path) -> tuple[list[str], bool]:
    """Every raw row of the file is in exactly one place, with its own numbers; the reader has read all of them."""
    form, table, raw = FORMS[variant.form], TABLES[variant.table], seen.raws[made.file]
    if table.is_matrix:
        return _of_matrix(cleaned, form, made, raw, folder / made.file)
    (entry,) = cleaned.ledger.filter(source="target").to_dicts()
    text = textual(raw.frame)
    faults = []
    blank = [all(one is None or not one.strip(_BLANKS) for one in row) for row in text.rows()]
    last = max((at + 1 for at, one in enumerate(blank) if not one), default=0)
    rare = any("\u2000" <= letter <= "\u3000" for row in text.rows() for one in row if one for letter in one)
    if entry["rows_in"] != last and not rare:  # rare blanks are blanks to some
        faults.append(f"{last} raw rows, and {entry['rows_in']} in the ledger")
    counted = count(form, folder / made.file)
    if counted is not None and counted not in (raw.frame.height, last):
        faults.append(f"{counted} raw rows counted otherwise, and {raw.frame.height} read ({last} not blank)")
    cells = texts(form, folder / made.file)
    if cells is not None and counted in (raw.frame.height, last):
        faults += _same_texts(cells[: entry["rows_in"]], text, form.reader)
    stripped = {_key(name): name for name in raw.frame.columns}
    aside = set(cleaned.quarantine.filter(source="target")["row"])
    kept = [at for at in range(entry["rows_in"]) if raw.rows[at] not in aside]
    faults += of_tags(cleaned, table, raw, text, stripped, kept)
    return faults, counted is not None


def _of_matrix(cleaned: Cleaned, form: Form, made: Made, raw: RawTable, path: Path) -> tuple[list[str], bool]:
    """Every cell of a matrix is in one place."""
    whole = with_header(form, path)
    if whole is not None:
        return of_cells(cleaned, raw, *whole, as_text=True), True
    if made.grid is None:
        return [], False
    rows = [[said(one) for one in row] for row in made.grid.rows]
    return of_cells(cleaned, raw, made.grid.header, rows, as_text=False), True


def _key(name: str) -> str:
    return collapsed(name.replace("\xa0", " ").strip(" \t\r\n\ufeff"))


def _same_texts(cells: list[list[str]], text: pl.DataFrame, reader: str) -> list[str]:
    """Hold what was read against what the `csv` module reads."""
    rows = [[one or "" for one in row] for row in text.rows()]
    for mine, theirs in zip(cells, rows, strict=False):
        left = [one for one in theirs if one]
        if [one for one in mine if one] != left:
            return ["a cell was read as another text"]
    return []


def quiet() -> str:
    """Return what was written to standard error since the last call: a Rust library that panics writes there."""
    sys.stderr.flush()
    with os.fdopen(os.dup(2), "rb+", closefd=True) as file:
        file.seek(0)
        said = file.read().decode("utf-8", errors="replace")
        file.seek(0)
        file.truncate()
    return said
