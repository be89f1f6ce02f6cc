"""The moments of a run together with those of the bundles that its study has taken in, and what is kept of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.bundles.combine import combine
from sujuva.bundles.contents import LEDGER, WITHHELD_FILE, WITHHELD_KEY, Contents, nothing_withheld
from sujuva.bundles.shelf import Accepted, accepted
from sujuva.bundles.trust import Rules
from sujuva.errors import ContractError
from sujuva.fingerprint import hash_of
from sujuva.io import write_json, write_table

TAKEN_FILE = "taken.json"
"""Which bundles lie in the moments: beside it is what they withheld, and of each its ledger, by region."""


@dataclass(frozen=True)
class Network:
    """A run's own regions and those of bundles, together.

    Attributes:
        moments: Tables of moments of all of them, and of their network.
        taken: The bundles.
        withheld: What they withheld: columns `sujuva.bundles.WITHHELD`.
        shelf: Hash of the folder that they lie in, as `dvc.lock` has it.
    """

    moments: Mapping[str, pl.DataFrame]
    taken: Sequence[Accepted]
    withheld: pl.DataFrame
    shelf: str = ""

    def told(self) -> pl.DataFrame:
        """Return a line a bundle: region, round, waves, hash, signer, and how many places are withheld."""
        columns = {"region": pl.String, "round": pl.Int64, "waves": pl.String, "sha256": pl.String, "signer": pl.String}
        rows = [one.told() for one in self.taken]
        lines = [row | {"waves": " ".join(map(str, row["waves"]))} for row in rows]
        return pl.DataFrame(lines, schema=columns | {"withheld": pl.Int64})


def network_of(own: Mapping[str, pl.DataFrame], shelf: Path, rules: Rules) -> Network:
    """Combine the moments of a run with those of the bundles on a shelf; without any they stay as they are.

    Args:
        own: Tables of moments of the run's own data, its network included; without rows where it has none.
        shelf: The folder of bundles.
        rules: What the study asks of them.

    Raises:
        BundleError: One is not accepted.
        ContractError: They cannot be combined, or there is nothing at all.
    """
    taken = accepted(shelf, rules)
    if not taken and not any(table.height for table in own.values()):
        msg = f"There is nothing to count: sources.yaml names no data with rows, and {shelf.name}/ holds no bundle."
        raise ContractError(msg, "Describe the files of the input folder, or take a bundle in: sujuva bundles add.")
    if not taken:
        return Network(own, (), nothing_withheld())
    together = combine(Contents(own, {}), [one.contents for one in taken])
    return Network(together.moments, taken, together.withheld, hash_of(shelf) or "")


def write_taken(network: Network, folder: Path) -> None:
    """Write what later stages need of the bundles beside their moments; nothing where there is none.

    Args:
        network: The moments.
        folder: Where `TAKEN_FILE`, `WITHHELD_FILE` and a folder a region with the tables of its ledger go.
    """
    if not network.taken:
        return
    write_json({"shelf": network.shelf, "bundles": [one.told() for one in network.taken]}, folder / TAKEN_FILE)
    write_table(network.withheld, folder / WITHHELD_FILE, key=WITHHELD_KEY)
    for one in network.taken:
        for name, contract in LEDGER.items():
            path = folder / one.bundle.manifest.region / f"{name}.parquet"
            write_table(one.contents.ledger[name], path, key=contract.primary_key())


def read_taken(folder: Path) -> dict[str, Any]:
    """Return what `write_taken` left for readers: `shelf`, and `bundles` as `Accepted.told`; without any, empty."""
    path = folder / TAKEN_FILE
    if not path.is_file():
        return {"shelf": "", "bundles": []}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
