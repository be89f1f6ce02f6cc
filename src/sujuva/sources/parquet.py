"""Reader of Parquet files."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sujuva.errors import SourceError
from sujuva.sources.raw import Options, RawTable, Reader, plain


class ParquetOptions(Options, frozen=True):
    """The reader `parquet` has no options: the file describes itself."""


def read_parquet(path: Path, options: ParquetOptions) -> RawTable:  # noqa: ARG001  every reader has the same shape
    """Read a Parquet file; values keep the types of the file until cleaning reads them, lengths of time are seconds.

    Raises:
        SourceError: The file is no whole Parquet file, or a column holds values that have no text.
    """
    try:
        # Brackets and stars in a file's name are letters, and folders called year=2024 say nothing.
        frame = pl.read_parquet(path, glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, OSError):
        msg = f"{path.name} cannot be read as Parquet."
        raise SourceError(msg, "Is it whole? Copy or export it again.") from None
    return RawTable(plain(frame, path.name))


PARQUET = Reader("parquet", ParquetOptions, read_parquet)
