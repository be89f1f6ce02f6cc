"""Reading and writing that keeps the bytes the same and never leaves half a file behind.

Every write goes to a temporary name in the same folder and is renamed when it is whole.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs

from sujuva.errors import ContractError, SujuvaError, lacking

# Fixed, so that the file does not depend on defaults that a release may change.
_PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "row_group_size": 1_000_000}

SIGNIFICANT = 11
"""Digits kept of a computed float: five fewer than it has, so that its last bits are forgotten."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it onto `path` when the block ends well, else remove it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except BaseException as error:
        with suppress(FileNotFoundError, NotADirectoryError):
            temporary.unlink()
        if told := _unwritten(f"{path.name} in {path.parent.name}/", error):
            raise told from error
        raise


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty temporary folder; put it in the place of `folder` when the block ends well, else remove it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for old in folder.parent.glob(f".{folder.name}.*.part"):  # left by a run that was killed
        shutil.rmtree(old, ignore_errors=True)
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    temporary.mkdir()  # open to whom the process opens its files, and nobody else
    try:
        yield temporary
        if folder.exists():
            shutil.rmtree(folder)
        temporary.replace(folder)
    except BaseException as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if told := _unwritten(f"the folder {folder.name}/", error):
            raise told from error
        raise


def _unwritten(what: str, error: BaseException) -> SujuvaError | None:
    """Return the error that tells why something could not be written; None where it is not that."""
    lack = None if isinstance(error, SujuvaError | MemoryError) else lacking(error)
    if lack is None and not isinstance(error, OSError):
        return None
    reason, hint = lack or (str(getattr(error, "strerror", "") or type(error).__name__), "Look at the folder.")
    return SujuvaError(f"Could not write {what}: {reason[0].lower()}{reason[1:]}.", hint)


def write_table(frame: pl.DataFrame, path: Path, *, key: Sequence[str]) -> None:
    """Write `frame` as Parquet, sorted by `key`, with the same bytes for the same rows.

    Args:
        frame: An eager frame of any height; 128-bit integers are stored as decimals, which other readers know.
        path: Where the file goes; its folder is made where needed.
        key: The columns that order the rows. They must tell rows apart, or the order would be left to chance.

    Raises:
        ContractError: A key column is missing, or two rows share a key.
    """
    missing = [name for name in key if name not in frame.columns]
    if missing:
        msg = f"{path.name}: key columns {missing} are not in the table ({frame.columns})."
        raise ContractError(msg)
    ordered = frame.sort(list(key), nulls_last=True)
    # In order, rows with the same key stand one after the other.
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in key)
    if ordered.height > 1 and ordered.select(same.slice(1).any()).item():
        msg = f"{path.name}: the key {list(key)} does not tell all rows apart."
        raise ContractError(msg, "Add the column that does, or aggregate first.")
    wide = [name for name, kind in frame.schema.items() if kind == pl.Int128]
    ordered = ordered.with_columns(pl.col(wide).cast(pl.Decimal(38, 0)))
    with replacing(path) as temporary:
        ordered.write_parquet(temporary, **_PARQUET)


def write_estimates(frame: pl.DataFrame, path: Path, *, key: Sequence[str]) -> None:
    """Write computed numbers as `write_table` does, each float to `SIGNIFICANT` digits.

    Processors differ in their vector kernels, and so does a float that went through them, in its last bits. What is
    written must not hang on these; a value that straddles a rounding edge still would, so kernels are avoided, too.
    Floats that somebody gave (weights, statistics of areas) are nobody's to round: they go through `write_table`.

    Raises:
        ContractError: As `write_table`.
    """
    computed = cs.float()
    forgotten = computed.round_sig_figs(SIGNIFICANT)
    written = (
        pl.when(computed != computed.round())
        .then(forgotten)
        .when(computed != 0)
        .then(computed)  # a whole number is exact, however many digits it has
        .when(computed == 0)
        .then(0.0)  # never −0
    )
    write_table(frame.with_columns(written), path, key=key)


def read_table(path: Path) -> pl.DataFrame:
    """Read a Parquet table written by `write_table`.

    Raises:
        SujuvaError: The file is missing or is no Parquet file.
    """
    if not path.is_file():
        msg = f"The table {path.parent.name}/{path.name} is missing."
        raise SujuvaError(msg, "Run `make repro` (or `dvc repro`) to make it.")
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"The table {path.parent.name}/{path.name} cannot be read as Parquet."
        raise SujuvaError(msg, "Delete its folder and run `make repro` again.") from error


def write_text(text: str, path: Path) -> None:
    """Write `text` as UTF-8 with Unix line ends, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


def write_json(value: Any, path: Path) -> None:
    """Write `value` as indented JSON with sorted keys and a final newline."""
    write_text(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n", path)


def write_with(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make the file under a temporary name, then rename it to `path`."""
    with replacing(path) as temporary:
        write(temporary)


_BEFORE = r"[\p{C}\s\"\p{Pi}\p{Pf}]*"  # blanks, unseen signs and quotation marks, which spreadsheets may drop
_LEADS = "=+@＝＋－＠﹦﹢﹣﹫-"
_FORMULA = rf"^({_BEFORE}[\t\r\n{_LEADS}])"
_LATER = rf"([;\t\r\n]{_BEFORE})([{_LEADS}])"
_INSIDE = frozenset(";\t\r\n")
_NUMBER = r"^[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?$"


def harmless(text: Any) -> Any:
    """Return texts that no spreadsheet takes for formulas: an apostrophe goes before what could begin one.

    That is a text that begins with `=`, `+`, `-`, `@`, their full-width forms, a tab or a line end, also behind blanks
    and quotation marks; and one that would begin so after a semicolon, a tab or a line end inside of it, where a
    spreadsheet of another country divides the line (OWASP, "CSV Injection"). A text that is a number, such as -1.5, is
    left: it is read as that number.

    Args:
        text: A column of text, a series or an expression; null stays null.
    """
    tamed = text.str.replace_all(_LATER, "${1}'${2}").str.replace(_FORMULA, "'${1}")
    whole = text.str.contains(_NUMBER)
    if isinstance(text, pl.Series):
        return tamed.zip_with(~whole.fill_null(value=False), text)
    return pl.when(whole).then(text).otherwise(tamed)


def harmless_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame whose columns of text, and their names, are `harmless`; numbers and times are as they were."""
    written = frame.with_columns(
        harmless(pl.col(name).cast(pl.String))
        for name, kind in frame.schema.items()
        if isinstance(kind, (pl.String, pl.Categorical, pl.Enum))
    )
    return written.rename(dict(zip(frame.columns, harmless(pl.Series(frame.columns, dtype=pl.String)), strict=True)))


def csv_text(frame: pl.DataFrame, *, said: Sequence[str] = (), **form: Any) -> str:
    """Return a frame as CSV, every text `harmless`; the one way in which this project writes CSV.

    Args:
        frame: What is written.
        said: Lines before the header, each after `REMARK`.
        form: Options of `polars.DataFrame.write_csv`, such as the separator.
    """
    lines = harmless(pl.Series([" ".join(one.split()) for one in said], dtype=pl.String))
    end = form.get("line_terminator", "\n")
    return "".join(f"{REMARK}{one}{end}" for one in lines) + str(harmless_frame(frame).write_csv(**form))


REMARK = "# "
"""What a line of CSV begins with that tells of the rows and is none."""


@contextmanager
def new_workbook(
    path: Path | BytesIO, *, created: datetime, title: str = "", author: str = "", dates: str = ""
) -> Iterator[Any]:
    """Yield an Excel workbook whose texts are `harmless` text, never formulas or links; it gets its name when whole.

    The one way in which this project writes workbooks.

    Args:
        path: Where it goes: a file, or bytes in memory.
        created: When it says that it was made; part of its bytes.
        title: Title in its properties.
        author: Author in its properties.
        dates: Form in which dates are shown; default: the library's.
    """
    import xlsxwriter  # noqa: PLC0415  start-up time

    def tame(sheet: Any, row: int, column: int, text: str, *more: Any) -> Any:
        if text[:1].isalnum() and not _INSIDE.intersection(text):
            return None  # as nearly all are: the library goes on
        tamed = harmless(pl.Series([text], dtype=pl.String))[0]
        return None if tamed == text else sheet.write_string(row, column, tamed, *more)

    class Workbook(xlsxwriter.Workbook):  # type: ignore[misc]
        def add_worksheet(self, *named: Any, **also: Any) -> Any:
            sheet = super().add_worksheet(*named, **also)
            sheet.add_write_handler(str, tame)
            return sheet

    options: dict[str, Any] = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    options |= {"default_date_format": dates} if dates else {}
    options |= {"in_memory": isinstance(path, BytesIO)}
    place = nullcontext(path) if isinstance(path, BytesIO) else replacing(path)
    with place as target, Workbook(target if isinstance(target, BytesIO) else str(target), options) as book:
        book.set_properties({"title": title, "author": author, "created": created})
        yield book
