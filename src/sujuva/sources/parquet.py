"""Reader of Parquet files."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sujuva.errors import SourceError
from sujuva.sources.raw import Options, RawTable, Reader


class ParquetOptions(Options, frozen=True):
    """The reader `parquet` has no options: the file describes itself."""


def read_parquet(path: Path, options: ParquetOptions) -> RawTable:  # noqa: ARG001  every reader has the same shape
    """Read a Parquet file; values keep the types of the file until cleaning reads them.

    Raises:
        SourceError: The file is no whole Parquet file.
    """
    try:
        return RawTable(pl.read_parquet(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{path.name} cannot be read as Parquet."
        raise SourceError(msg, "Is it whole? Copy or export it again.") from error


READER = Reader("parquet", ParquetOptions, read_parquet)
