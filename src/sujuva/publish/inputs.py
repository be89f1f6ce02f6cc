"""What publish reads: the indicators and the ledger of a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.bundles.ledger import read_ledgers, with_ledgers
from sujuva.io import read_table
from sujuva.paths import inside
from sujuva.publish.beside import BESIDE_SCHEMA
from sujuva.publish.organisations import ACTORS_SCHEMA, PRESENCE_SCHEMA
from sujuva.publish.quality import FLAGS_SCHEMA, ITEMS_SCHEMA
from sujuva.publish.response import RESPONSE_SCHEMA
from sujuva.publish.rows import ROWS_SCHEMA
from sujuva.publish.survival import SURVIVAL_SCHEMA
from sujuva.tidy import COMPARISONS, RELIABILITY

_MADE = {
    "parjaavyys": ("parjaavyys", "distributions"),
    "integration": ("integration", "nodes", "edges", "delays"),
    "situation": ("situation", "areas", "titles"),
    "ledger": ("ledger", "rules", "sources"),
}
_OPTIONAL: dict[str, tuple[str, Any]] = {
    "items": ("ledger/items", ITEMS_SCHEMA),
    "response": ("ledger/response", RESPONSE_SCHEMA),
    "flags": ("ledger/flags", FLAGS_SCHEMA),
    "comparisons": ("parjaavyys/comparisons", COMPARISONS),
    "reliability": ("parjaavyys/reliability", RELIABILITY),
    "actors": ("integration/actors", ACTORS_SCHEMA),
    "presence": ("integration/presence", PRESENCE_SCHEMA),
    "survival": ("integration/survival", SURVIVAL_SCHEMA),
    "beside": ("integration/beside", BESIDE_SCHEMA),
    "network_comparisons": ("integration/comparisons", COMPARISONS),
    "partner_reliability": ("integration/reliability", RELIABILITY),
}
"""Tables that an older run may lack: where they lie, and their columns."""
_OF_LEDGER = (*_MADE["ledger"], *(name for name, (place, _) in _OPTIONAL.items() if place.startswith("ledger/")))


@dataclass(frozen=True)
class Indicators:
    """What publish reads, as made by the stages before it.

    Attributes:
        tables: parjaavyys, comparisons, reliability, distributions, integration, situation, areas (region, area,
            area_name), titles (scale, title), nodes, edges, delays, actors, presence, survival, beside,
            network_comparisons, partner_reliability, rows (those of `_OPTIONAL` may be missing),
            ledger, rules, sources, items, response, flags.
    """

    tables: dict[str, pl.DataFrame]

    @classmethod
    def read(
        cls,
        *,
        parjaavyys: str | Path,
        integration: str | Path,
        situation: str | Path,
        ledger: str | Path,
        rows: str | Path,
        bundles: str | Path,
    ) -> Indicators:
        """Read the tables of a project from the folders of its stages, and `rows`: what became of clean rows.

        The ledger is that of the run together with those of the bundles of other regions, where `bundles`, a folder
        beside the moments, has any.

        Raises:
            SujuvaError: A table is missing or cannot be read.
            ContractError: Two ledgers tell of the same region.
        """
        folders = {"parjaavyys": parjaavyys, "integration": integration, "situation": situation, "ledger": ledger}
        places = {name: inside(folders[stage]) for stage, names in _MADE.items() for name in names}
        tables = {name: read_table(folder / f"{name}.parquet") for name, folder in places.items()}
        for name, (place, _) in _OPTIONAL.items():
            stage, _, file = place.partition("/")
            path = inside(folders[stage]) / f"{file}.parquet"
            if path.is_file():
                tables[name] = read_table(path)
        tables["rows"] = read_table(inside(rows))
        own = {name: tables[name] for name in _OF_LEDGER if name in tables}
        return cls(tables | with_ledgers(own, *read_ledgers(inside(bundles)), names=_OF_LEDGER)).complete()

    def complete(self) -> Indicators:
        """Return the same with every optional table, empty where it was missing."""
        return Indicators(
            {
                "rows": pl.DataFrame(schema=ROWS_SCHEMA),
                **{name: pl.DataFrame(schema=columns) for name, (_, columns) in _OPTIONAL.items()},
                **self.tables,
            }
        )
