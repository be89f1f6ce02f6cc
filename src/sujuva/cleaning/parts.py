"""Cleaning as a map over files: what the file of one source brings, made by any process of an engine.

`part_of` reads a file, converts its rows and holds them against their contracts, knowing nothing of other files. In
another process it leaves the rows in a folder (`sujuva.engines.shared`), a file a table, and hands back what does not
grow with them. Keys of persons and families are numbered for each file by itself: `renumbered` brings them together.
Who compares reads the columns for that (`brought`), and later each table whole (`table`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import polars as pl

from sujuva.cleaning.books import item_titles
from sujuva.cleaning.compare import compared
from sujuva.cleaning.contracts import contracts
from sujuva.cleaning.fed import AT, Brought, Fed
from sujuva.cleaning.pseudonyms import Register
from sujuva.cleaning.rules import Notes
from sujuva.cleaning.taking import Setting, take
from sujuva.codebooks import Instrument
from sujuva.io import replacing
from sujuva.sources import Source
from sujuva.tables import contract_of, key_columns
from sujuva.tables.columns import KeyOf

_ROW = "|row"
Numbers = Mapping[str, pl.Series]
"""Of each kind of keys: the number in the delivery of each number of one file."""


@dataclass(frozen=True)
class Piece:
    """A file to be taken in.

    Attributes:
        input: The input folder.
        source: What sources.yaml says about the file.
        out: The folder for the rows that it brings, which is there; None: they are handed on in memory.
    """

    input: Path
    source: Source
    out: Path | None


@dataclass(frozen=True)
class Part:
    """What a file brings.

    Attributes:
        source: What sources.yaml says about it.
        held: Its rows by name, or the folder with files of these names: raw (its raw rows), notes (their numbers, and
            a mask a rule), the tables that it brings (0, 1 …), and the keys of each kind.
        height: Number of its raw rows.
        fed: What it brings to each table, without the rows.
        kinds: The kinds of keys that it has.
        mapped: Raw column to the clean columns it feeds.
        left_out: What of the file makes no row, and how much of it.
        titles: What it calls items and indicators (contract `ItemTitles`).
    """

    source: Source
    held: Path | Mapping[str, pl.DataFrame]
    height: int
    fed: tuple[Fed, ...]
    kinds: Collection[str]
    mapped: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, int]
    titles: pl.DataFrame

    def rows(self) -> pl.Series:
        """Return the numbers of the raw rows, as quarantine tells them."""
        return self._read("notes", [_ROW])[_ROW]

    def raw(self, aside: pl.Series) -> pl.DataFrame:
        """Return the raw rows where a mask is true."""
        if isinstance(self.held, Path):
            return pl.scan_ipc(self.held / "raw").filter(aside).collect(engine="streaming")
        return self.held["raw"][aside.arg_true()]

    def table(self, number: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return what the file brings to a table, the number-th of `fed`: these columns and `AT`, or all."""
        return self._read(str(number), None if columns is None else [AT, *columns])

    def renumbered(self, register: Register) -> Numbers:
        """Return the number that each key of the file has in a register of all files; new keys are entered."""
        nothing = pl.Series(dtype=pl.String)
        texts = {kind: self._read(kind)["text"] if kind in self.kinds else nothing for kind in get_args(KeyOf)}
        return {kind: register.numbers(kind, own) for kind, own in texts.items()}

    def brought(self, numbers: Numbers, sources: Sequence[Source], instruments: Mapping[str, Instrument]) -> Brought:
        """Return the notes of all rows, and of each table the columns by which rows of all sources are compared."""
        masks = self._read("notes").drop(_ROW)
        fed = [
            replace(one, frame=with_keys(self.table(at, compared(one.table, sources, instruments)), one.table, numbers))
            for at, one in enumerate(self.fed)
        ]
        return Brought(self.source, Notes(self.height, {rule: masks[rule] for rule in masks.columns}), fed)

    def _read(self, name: str, columns: list[str] | None = None) -> pl.DataFrame:
        if isinstance(self.held, Path):
            return pl.read_ipc(self.held / name, columns=columns)
        return self.held[name] if columns is None else self.held[name].select(columns)


def part_of(piece: Piece, *, setting: Setting) -> Part:
    """Take in one file.

    Raises:
        SourceError: As in `sujuva.cleaning.taking.take`.
        SujuvaError: Its rows cannot be written.
    """
    instruments = setting.books.instruments
    setting = setting.with_hasher(setting.books.register.hasher)  # with an empty register
    register = setting.books.register
    one = take(piece.input, piece.source, setting)
    contracts(one, instruments)
    frames = {"raw": one.raw.frame, "notes": pl.DataFrame({_ROW: one.raw.rows, **one.notes.masks})}
    frames |= {str(number): fed.frame for number, fed in enumerate(one.fed)}
    keys = {kind: texts.to_frame() for kind in get_args(KeyOf) if len(texts := register.texts(kind))}
    frames |= keys
    if piece.out is not None:
        for name, frame in frames.items():
            _write(frame, piece.out / name)
    return Part(
        source=one.source,
        held=piece.out or frames,
        height=one.raw.frame.height,
        fed=tuple(replace(fed, frame=fed.frame.clear()) for fed in one.fed),
        kinds=tuple(keys),
        mapped=one.mapped,
        left_out=dict(one.raw.left_out),
        titles=item_titles(one.source, one.raw, one.fed, instruments),
    )


def with_keys(frame: pl.DataFrame, table: str, values: Mapping[str, pl.Series]) -> pl.DataFrame:
    """Put in the place of each number of a key, where the frame has such columns, its value of its kind."""
    keys = {name: kind for name, kind in key_columns(contract_of(table)).items() if name in frame.columns}
    return frame.with_columns(values[kind].gather(frame[name]).alias(name) for name, kind in keys.items())


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.stat()  # where a worker does not see the folder, or it is gone, none is made
    with replacing(path) as temporary:
        frame.write_ipc(temporary)
