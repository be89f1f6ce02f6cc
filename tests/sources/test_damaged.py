"""Damaged bytes end in one clear error, whatever the reader: no traceback, no crash, no endless loop."""

from __future__ import annotations

import gzip
import random
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pyreadstat
import pytest

from sujuva.errors import SourceError
from sujuva.sources import Options, RawTable, Reader, labelled, trial
from sujuva.sources.limits import Limits
from sujuva.sources.reading import _read
from tests.sources.reading import read

FRAME = pl.DataFrame({"q": [1.0, 2.0, 9.0] * 30, "s": ["abc", "ä", ""] * 30})
LOG = '<log><trace><string key="concept:name" value="1"/><event><string key="a" value="b"/></event></trace></log>'


def _write(path: Path) -> None:
    match path.name.partition(".")[2]:
        case "parquet":
            FRAME.write_parquet(path)
        case "xlsx":
            FRAME.write_excel(path)
        case "dta":
            pyreadstat.write_dta(FRAME, path)
        case "sav" | "zsav":
            pyreadstat.write_sav(FRAME, path, compress=path.suffix == ".zsav")
        case "csv":
            FRAME.write_csv(path, quote_style="always")
        case "xes.gz":
            path.write_bytes(gzip.compress(LOG.encode()))


@pytest.mark.parametrize(
    ("file", "reader", "tries"),
    [
        ("a.parquet", "parquet", 60),
        ("a.xlsx", "xlsx", 60),
        ("a.csv", "csv", 60),
        ("a.xes.gz", "xes", 60),
        ("a.sav", "sav", 4),
        ("a.zsav", "sav", 4),
        ("a.dta", "dta", 4),
    ],
)
def test_damaged_bytes_are_read_or_refused(tmp_path: Path, file: str, reader: str, tries: int) -> None:
    _write(tmp_path / file)
    whole = (tmp_path / file).read_bytes()
    dice = random.Random(1)
    refused = 0
    for _ in range(tries):
        broken = bytearray(whole)
        if dice.random() < 0.5:
            broken = broken[: dice.randrange(1, len(broken))]
        else:
            broken[dice.randrange(len(broken) // 2)] ^= 0xFF
        (tmp_path / file).write_bytes(broken)
        try:
            read(tmp_path, file, reader)
        except SourceError:
            refused += 1
    assert refused


@pytest.mark.parametrize("code", ["import os; os.abort()", "while True: pass"])
def test_a_crash_or_an_endless_loop_of_the_library_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    pyreadstat.write_sav(FRAME, tmp_path / "a.sav")
    monkeypatch.setattr(labelled, "_TRY", code)
    monkeypatch.setattr(trial, "PATIENCE", 0.5)
    with pytest.raises(SourceError, match=r"a.sav cannot be read as an SPSS file: it is damaged"):
        read(tmp_path, "a.sav", "sav")


def test_a_panic_is_one_clear_error_and_an_interrupt_is_not_held_up() -> None:
    panic = type("PanicException", (BaseException,), {})

    def reader(error: BaseException) -> Reader:
        def fail(path: Path, options: Options) -> RawTable:
            raise error

        return Reader("made_up", Options, fail)

    with pytest.raises(SourceError, match=r"a.bin cannot be read with the reader made_up") as caught:
        _read(reader(panic("Secret")), Path("a.bin"), Options())
    assert caught.value.__suppress_context__
    with pytest.raises(KeyboardInterrupt):
        _read(reader(KeyboardInterrupt()), Path("a.bin"), Options())


def test_a_column_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_sav(path: Path, **options: object) -> tuple[pl.DataFrame, SimpleNamespace]:
        columns = options.get("usecols", ["a", "b"])
        if "b" in columns and not options.get("metadataonly"):
            raise OverflowError
        return pl.DataFrame(), SimpleNamespace(column_names=["a", "b"])

    pyreadstat.write_sav(FRAME, tmp_path / "a.sav")
    with pytest.raises(SourceError, match=r"a.sav: the values of the column 'b' cannot be read"):
        labelled.open_file(read_sav, tmp_path / "a.sav", "an SPSS", Limits())
