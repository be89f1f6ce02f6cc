"""Reader of Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import polars as pl

from sujuva.errors import SourceError
from sujuva.sources.limits import POINTER, Limits
from sujuva.sources.raw import Options, RawTable, Reader, plain

_WIDTHS = {"BOOLEAN": 1, "INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "INT96": 8}


class ParquetOptions(Options, frozen=True):
    """The reader `parquet` has no options of its own: the file describes itself."""


def read_parquet(path: Path, options: ParquetOptions) -> RawTable:
    """Read a Parquet file; values keep the types of the file until cleaning reads them, lengths of time are seconds.

    Raises:
        SourceError: The file is no whole Parquet file, asks for more than the limits allow, or a column holds values
            that have no text.
    """
    try:
        check_footer(path, path.name, options.limits)
        # Brackets and stars in a file's name are letters, and folders called year=2024 say nothing.
        frame = pl.read_parquet(path, glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, OSError):
        msg = f"{path.name} cannot be read as Parquet."
        raise SourceError(msg, "Is it whole? Copy or export it again.") from None
    return RawTable(plain(frame, path.name))


def check_footer(file: Path | IO[bytes], where: str, limits: Limits) -> int:
    """See, by the file's footer, that its row groups fit the memory: a value that repeats is packed into nothing.

    Args:
        file: The file.
        where: What it is called.
        limits: How much it may ask for.

    Returns:
        How many rows it says that it has.

    Raises:
        TooLargeError: They do not.
        OSError: The footer cannot be read.
    """
    from pyarrow import ArrowException  # noqa: PLC0415  start-up time
    from pyarrow.parquet import read_metadata  # noqa: PLC0415  start-up time

    try:
        footer = read_metadata(file)
    except ArrowException as error:
        raise OSError from error
    limits.check_columns(footer.num_columns, where)
    needed = 0
    for group in map(footer.row_group, range(footer.num_row_groups)):
        needed += group.total_byte_size
        for chunk in map(group.column, range(group.num_columns)):
            needed += chunk.num_values * _WIDTHS.get(chunk.physical_type, POINTER)
    rows = f"{footer.num_rows:,} rows of {footer.num_columns:,} columns"
    limits.check_memory(needed, where, f"{rows} in {footer.num_row_groups:,} row groups")
    return int(footer.num_rows)


PARQUET = Reader("parquet", ParquetOptions, read_parquet)
