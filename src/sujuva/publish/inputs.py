"""What publish reads: the indicators and the ledger of a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.io import read_table
from sujuva.paths import inside
from sujuva.publish.beside import BESIDE_SCHEMA
from sujuva.publish.organisations import ACTORS_SCHEMA, PRESENCE_SCHEMA
from sujuva.publish.quality import FLAGS_SCHEMA, ITEMS_SCHEMA
from sujuva.publish.response import RESPONSE_SCHEMA
from sujuva.publish.survival import SURVIVAL_SCHEMA
from sujuva.tidy import COMPARISONS, RELIABILITY

BOOKS = {"items": ITEMS_SCHEMA, "response": RESPONSE_SCHEMA, "flags": FLAGS_SCHEMA}
"""Books of the ledger that are optional, and their columns."""
OPTIONAL = {"comparisons": COMPARISONS, "reliability": RELIABILITY}
"""Tables of coping that are optional, and their columns."""
OF_SERVICES: dict[str, Any] = {
    "actors": ACTORS_SCHEMA,
    "presence": PRESENCE_SCHEMA,
    "survival": SURVIVAL_SCHEMA,
    "beside": BESIDE_SCHEMA,
    "network_comparisons": COMPARISONS,
    "partner_reliability": RELIABILITY,
}
"""Tables of integration that are optional, and their columns."""
_FILES = {"network_comparisons": "comparisons", "partner_reliability": "reliability"}


@dataclass(frozen=True)
class Indicators:
    """What publish reads, as made by the stages before it.

    Attributes:
        tables: parjaavyys, comparisons, reliability, distributions, integration, situation, areas (region, area,
            area_name), titles (scale, title), nodes, edges, delays, actors, presence, survival, beside,
            network_comparisons, partner_reliability (those that `OPTIONAL` and `OF_SERVICES` name may be missing),
            ledger, rules, sources, items, response, flags.
    """

    tables: dict[str, pl.DataFrame]

    @classmethod
    def read(
        cls, *, parjaavyys: str | Path, integration: str | Path, situation: str | Path, ledger: str | Path
    ) -> Indicators:
        """Read the tables of a project from the folders of its stages.

        Raises:
            SujuvaError: A table is missing or cannot be read.
        """
        coping, services, kept = inside(parjaavyys), inside(integration), inside(ledger)
        places = {
            "parjaavyys": coping / "parjaavyys.parquet",
            "distributions": coping / "distributions.parquet",
            "integration": services / "integration.parquet",
            "nodes": services / "nodes.parquet",
            "edges": services / "edges.parquet",
            "delays": services / "delays.parquet",
            "situation": inside(situation) / "situation.parquet",
            "areas": inside(situation) / "areas.parquet",
            "titles": inside(situation) / "titles.parquet",
            "ledger": kept / "ledger.parquet",
            "rules": kept / "rules.parquet",
            "sources": kept / "sources.parquet",
        }
        tables = {name: read_table(path) for name, path in places.items()}
        for name, schema in BOOKS.items():  # a ledger of an older run may not have them
            path = kept / f"{name}.parquet"
            tables[name] = read_table(path) if path.is_file() else pl.DataFrame(schema=schema)
        for name, columns in OPTIONAL.items():
            path = coping / f"{name}.parquet"
            tables[name] = read_table(path) if path.is_file() else pl.DataFrame(schema=columns)
        for name, columns in OF_SERVICES.items():
            path = services / f"{_FILES.get(name, name)}.parquet"
            tables[name] = read_table(path) if path.is_file() else pl.DataFrame(schema=columns)
        return cls(tables)
