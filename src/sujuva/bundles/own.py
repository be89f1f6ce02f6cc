"""What a project's own run knows of its region, as the contents of a bundle: exact, before anything is withheld."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sujuva.bundles.contents import LEDGER, Contents
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import BundleError
from sujuva.io import read_table
from sujuva.moments import RECORDS


def own_contents(region: str, *, moments: Path, ledger: Path) -> Contents:
    """Return the moments and the ledger of a run, without the rows of its network.

    Args:
        region: Key of the region, the only one of the run: some tables count rows of files and have no region.
        moments: The folder of its moments.
        ledger: The folder of its ledger.

    Raises:
        BundleError: The run has other regions, too, or nothing of this one.
        SujuvaError: A table is missing.
    """
    tables = {
        name: _own(read_table(moments / f"{name}.parquet")).cast(record.schema)
        for name, record in RECORDS.items()
        if record.always or (moments / f"{name}.parquet").is_file()
    }
    counted = {name: _own(read_table(ledger / f"{name}.parquet")) for name in LEDGER}
    placed = (one for one in (*tables.values(), *counted.values()) if "region" in one.columns)
    found = {place for one in placed for place in one["region"].unique()}
    if others := sorted(found - {region}):
        msg = f"The run here is not of {region} alone, but also of {', '.join(others)}."
        hint = f"A region makes its bundle from a run of its own: study.regions: [{region}] in params.yaml, then run."
        raise BundleError(msg, hint)
    if not found:
        msg = f"The run here has nothing of {region}."
        raise BundleError(msg, "Run the stages up to moments with study.regions and data.input of the region.")
    return Contents(tables, counted)


def _own(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("region") != NETWORK) if "region" in table.columns else table
