"""Clean tables as files, and their division into pieces in which each person's, child's or family's rows are together.

A table is a file of `data/clean`, or a folder there with parts of it (`case_events/*.parquet`). Which rows belong
together is what `sujuva.tables` knows of keys. To divide a table, each part of it is read once, and its rows go to
files by a hash of the key; a piece is the files of one hash. Only names of files travel between processes for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from sujuva.engines import Engine
from sujuva.engines.shared import shared_folder
from sujuva.errors import ContractError, SujuvaError
from sujuva.io import replacing
from sujuva.moments.travel import add_packed, packed, unpacked
from sujuva.tables import person_key
from sujuva.tables.collection import references

Files = tuple[Path, ...]
WHOLE = ""
"""The key of tables that stay in one piece: they do not grow with the population."""
_LARGE = ("respondents", "lp_topics", "case_events")  # what refers to them goes with them
ROWS = 2_000_000
"""About how many rows of its largest table a piece has at most: so many that a process can hold them."""
_SMEAR = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: spreads what is alike (Knuth, TAOCP 3, 6.4)
_WORD = 8  # bytes


def key_of(table: str) -> str:
    """Return the column by which the rows of a clean table are divided, or `WHOLE`.

    Raises:
        ContractError: There is no such table.
    """
    large = table in _LARGE or any(one.parent in _LARGE for one in references(table))
    return (person_key(table) if large else None) or WHOLE


def clean_files(folder: Path) -> dict[str, Files]:
    """Return the files of every clean table: one, or the parts in the folder of its name.

    Raises:
        SujuvaError: There are none, or a table is there as a file and as a folder.
    """
    files: dict[str, Files] = {path.stem: (path,) for path in sorted(folder.glob("*.parquet")) if path.is_file()}
    for place in sorted(one for one in folder.glob("*") if one.is_dir()):
        if parts := tuple(sorted(place.glob("*.parquet"))):
            if place.name in files:
                msg = f"The clean table {place.name} is there twice: as a file and as a folder of parts."
                raise SujuvaError(msg, "Remove the one that is out of date.")
            files[place.name] = parts
    if "respondents" not in files:
        msg = f"There are no clean tables in {folder.name}/."
        raise SujuvaError(msg, "Run `make repro` (or `dvc repro`) to make them.")
    return files


@dataclass(frozen=True)
class Piece:
    """Tables, or some of their rows, that one call reduces.

    Attributes:
        key: The column whose rows are together, or `WHOLE`.
        files: Of each table its files; where none has rows of this piece, the one with its columns, to read none of.
        empty: The tables of which it has no rows.
    """

    key: str
    files: Mapping[str, Files]
    empty: frozenset[str] = frozenset()

    def tables(self) -> dict[str, pl.LazyFrame]:
        """Return the tables, lazily."""
        return {
            name: pl.scan_parquet(list(files)) if name not in self.empty else pl.scan_parquet(files[0]).clear()
            for name, files in self.files.items()
        }


@dataclass(frozen=True)
class _Slice:
    """Some rows of a file of a table, to be divided."""

    table: str
    key: str
    file: Path
    start: int
    rows: int
    number: int


@contextmanager
def divided(files: Mapping[str, Files], engine: Engine, *, rows: int = ROWS) -> Iterator[list[Piece]]:
    """Yield the pieces of all tables, made on an engine; what is written for them goes when the block ends.

    Args:
        files: What `clean_files` returned.
        engine: Where tables are divided, and how many pieces it wants at least.
        rows: About how many rows of its largest table a piece should have at most.

    Raises:
        ContractError: Rows were lost on the way.
        SujuvaError: As in `Engine.reduce`.
    """
    heights = {name: [_height(file) for file in own] for name, own in files.items()}
    groups: dict[str, dict[str, Files]] = {}
    for name, own in files.items():
        groups.setdefault(key_of(name), {})[name] = own
    with shared_folder() as folder:
        pieces = []
        for key, group in groups.items():
            largest = max(sum(heights[name]) for name in group)
            count = max(engine.least if largest else 1, -(-largest // rows))
            if key == WHOLE or count == 1:
                pieces.append(Piece(key, group))
                continue
            _divide(group, heights, key, count, folder / key, engine)
            pieces += [_piece(group, key, folder / key / str(number)) for number in range(count)]
        yield pieces


def _height(file: Path) -> int:
    try:
        return int(pl.scan_parquet(file).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"The table {file.parent.name}/{file.name} cannot be read as Parquet."
        raise SujuvaError(msg, "Delete its folder and run `make repro` again.") from error


def _divide(
    files: Mapping[str, Files],
    heights: Mapping[str, Sequence[int]],
    key: str,
    count: int,
    folder: Path,
    engine: Engine,
) -> None:
    slices = [
        _Slice(name, key, file, start, min(ROWS, height - start), number)
        for name, own in files.items()
        for number, (file, height) in enumerate(zip(own, heights[name], strict=True))
        for start in range(0, height, ROWS)
    ]
    written = unpacked(engine.reduce(partial(_cut, count=count, folder=folder), slices, add_packed))["rows"]
    told = dict(written.select("table", "rows").iter_rows())
    for name in files:
        if told.get(name, 0) != sum(heights[name]):
            msg = f"Of {sum(heights[name])} rows of {name}, {told.get(name, 0)} were divided."
            raise ContractError(msg, "See that nothing else writes data/clean meanwhile, and run again.")


def _cut(one: _Slice, *, count: int, folder: Path) -> bytes:
    """Write some rows of a table to the files of their pieces; return how many there were."""
    rows = pl.scan_parquet(one.file).slice(one.start, one.rows).collect(engine="streaming")
    parted = rows.with_columns(bucket(one.key, count).alias(_BUCKET)).partition_by(_BUCKET, as_dict=True)
    for (number,), own in parted.items():
        path = folder / str(number) / one.table / f"{one.number}-{one.start}.parquet"
        with replacing(path) as temporary:
            own.drop(_BUCKET).write_parquet(temporary, compression="lz4")
    return packed({"rows": pl.DataFrame({"table": [one.table], "rows": pl.Series([rows.height], dtype=pl.Int128)})})


_BUCKET = "|piece"


def bucket(key: str, count: int) -> pl.Expr:
    """Return the piece of each row, from 0: a hash of the last 16 bytes of its key.

    Polars' own hash is none of these: other builds of it may hash otherwise, and then a person would be in two pieces.
    """
    text = pl.col(key).cast(pl.String).fill_null("").str.pad_start(2 * _WORD, "0").cast(pl.Binary).bin.tail(2 * _WORD)
    words = [
        part.bin.reinterpret(dtype=pl.UInt64, endianness="little")
        for part in (text.bin.head(_WORD), text.bin.tail(_WORD))
    ]
    smear = pl.lit(_SMEAR, dtype=pl.UInt64)
    mixed = (words[0] * smear).xor(words[1]) * smear  # wraps around
    return (mixed // 2**32 % count).cast(pl.UInt32)


def _piece(files: Mapping[str, Files], key: str, folder: Path) -> Piece:
    own = {name: tuple(sorted((folder / name).glob("*.parquet"))) for name in files}
    empty = frozenset(name for name, there in own.items() if not there)
    return Piece(key, {name: own[name] or files[name][:1] for name in files}, empty)
