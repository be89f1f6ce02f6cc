"""Runs a variant and judges its end: every raw row in one place, or one clear error that gives nobody away."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import traceback
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.cleaning import RULES, Cleaned, clean_folder, inspect_folder
from sujuva.cleaning.values import CELL_ERRORS
from sujuva.errors import SujuvaError
from sujuva.sources import READERS, RawTable, records, textual
from sujuva.sources.header import collapsed
from tests.cleaning.helpers import write
from tests.fuzz.counting import count, texts
from tests.fuzz.forms import FORMS
from tests.fuzz.grids import CANARY, MISSING, TABLES, Table
from tests.fuzz.variants import Made, Variant, make

_STUDY: dict[str, Any] = {"regions": ["oulu", "tampere"], "waves": [2023, 2024], "timezone": "Europe/Helsinki"}
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
    made = make(variant, raw)
    seen = _Seen()
    # Large files of text are read in another way: half of the variants count as large.
    records.LARGE = 1 if variant.seed % 2 else _LARGE
    faults: list[str] = []
    cleaned: Cleaned | None = None
    error: SujuvaError | None = None
    with _watched(seen):
        try:
            cleaned = clean_folder(raw, max_quarantine=made.max_quarantine, **_STUDY)
            write(cleaned)
        except SujuvaError as caught:
            error = caught
        except BaseException as caught:  # noqa: BLE001  a panic is no Exception
            faults.append(f"no error of the family: {_short(caught)}")
    if error is not None or faults:
        faults += _of_error(error, made, project) if error is not None else []
        left = [name for name in _OUT if (project / "data" / name).exists()]
        faults += [f"something was written: {left}"] if left else []
        end, counted = "error", False
    else:
        assert cleaned is not None
        faults += _of_books(cleaned, variant, made, seen)
        counts, counted = _of_rows(cleaned, variant, made, seen, raw) if variant.kind != "yaml" else ([], False)
        faults += counts
        end = "quarantine" if cleaned.quarantine.height else "clean"
        if variant.kind == "sound" and end != "clean":
            faults.append("a sound delivery is not clean")
    if variant.kind == "sound" and error is not None:
        faults.append("a sound delivery is refused")
    if variant.seed % 4 == 0:
        faults += _of_dry_run(raw, error, made)
    return Outcome(end, tuple(faults), "" if error is None else f"{type(error).__name__}: {error}", counted)


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
        found = inspect_folder(raw, **_STUDY)
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
    written = pl.read_parquet(Path("data") / "quarantine" / "quarantine.parquet")
    if written.height != cleaned.quarantine.height:
        faults.append("the quarantine on disk is another")
    return faults


def _of_rows(cleaned: Cleaned, variant: Variant, made: Made, seen: _Seen, folder: Path) -> tuple[list[str], bool]:
    """Every raw row of the file is in exactly one place, with its own numbers; the reader has read all of them."""
    form, table, raw = FORMS[variant.form], TABLES[variant.table], seen.raws[made.file]
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
    faults += _of_tags(cleaned, table, raw, text, stripped, kept)
    return faults, counted is not None


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


def _of_tags(  # noqa: C901  one rule after another
    cleaned: Cleaned, table: Table, raw: RawTable, text: pl.DataFrame, names: dict[str, str], kept: list[int]
) -> list[str]:
    """The clean rows are those that were not set aside, by their tags; and their numbers are those of the file."""
    clean_name, raw_name = table.tag
    if raw_name not in names:
        return [f"clean without the column {raw_name}"]
    stripped = text.select(pl.col(pl.String).str.strip_chars())
    tags = [_as_seen(one) for one in stripped[names[raw_name]]]
    frame = cleaned.tables[table.target]
    if table.wide:
        frame = frame.unique(["event", "participant"], maintain_order=True)
    found, wanted = frame[clean_name].to_list(), [tags[at] for at in kept]
    if frame.height != len(kept):
        return [f"{len(kept)} rows were not set aside, but {frame.height} are clean"]
    if clean_name == "seconds":
        found, wanted = [_said(one) for one in found], [_length(one, raw.decimals) for one in wanted]
    faults = []
    if Counter(found) != Counter(wanted):
        faults.append("the clean rows are not those that were not set aside")
    if len(set(wanted)) == len(wanted) and None not in wanted:
        rows = dict(zip(found, frame.iter_rows(named=True), strict=True))
        for tag, at in zip(wanted, kept, strict=True):
            for column, source in table.numbers.items():
                value = stripped[names[source]][at]
                declared = raw.declared_missing.get(names[source])
                if declared is not None and declared[at]:
                    value = None
                if tag in rows and not _same(rows[tag][column], value, raw.decimals):
                    faults.append(f"a number of {column} is not that of the file")
    if table.text:
        given = [stripped[names[table.text]][at] for at in kept]
        given = [one for one in given if _as_seen(one) and one not in CELL_ERRORS and not _is_missing(one)]
        if Counter(given) != Counter(cleaned.tables["open_answers"]["text"]):
            faults.append("the open answers are not those of the clean rows")
    return faults


def _as_seen(text: str | None) -> str | None:
    """A name as it looks, which is how names are compared: without the help of the code that is tested."""
    seen = "".join(one for one in text or "" if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFC", " ".join(seen.split())) or None


def _is_missing(text: str) -> bool:
    return text == MISSING or _said(_number(text, ".,")) == float(MISSING)


def _number(text: str | None, decimals: str) -> Decimal | None:
    """Parse a number without the help of the code that is tested."""
    if text is None or not text.isascii() or "_" in text:
        return None
    try:
        found = Decimal(text.replace(",", ".") if "," in decimals else text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _said(number: Any) -> float | None:
    return None if number is None else float(number)


def _length(text: str | None, decimals: str) -> float | None:
    number = _said(_number(text, decimals))
    return number if number is not None and 0 <= number < float("inf") else None


def _same(value: Any, text: str | None, decimals: str) -> bool:
    if value is None:
        return text is None or text in CELL_ERRORS or not text or _is_missing(text)
    return _said(_number(text, decimals)) == float(value)


def quiet() -> str:
    """Return what was written to standard error since the last call: a Rust library that panics writes there."""
    sys.stderr.flush()
    with os.fdopen(os.dup(2), "rb+", closefd=True) as file:
        file.seek(0)
        said = file.read().decode("utf-8", errors="replace")
        file.seek(0)
        file.truncate()
    return said
