"""What is known of each table of data/moments: its columns and key, how regions' rows combine, whom its counts count.

The families make the tables; whoever writes, reads, shares or combines them asks here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from sujuva.codebooks.indicators import Unit
from sujuva.errors import ContractError, nearest
from sujuva.io import write_table
from sujuva.moments.case_steps import SIDES
from sujuva.moments.casework import CASE_KEYS
from sujuva.moments.coping import COPING
from sujuva.moments.lp import LP_KEYS
from sujuva.moments.municipalities import PERSONS
from sujuva.moments.observations import (
    INITIATIVES,
    INITIATIVES_KEY,
    OBSERVATIONS,
    OBSERVATIONS_KEY,
    PARTICIPATION,
    PARTICIPATION_KEY,
)
from sujuva.moments.partners import PARTNERS
from sujuva.moments.rows import ROWS, ROWS_KEY
from sujuva.moments.rubric import RUBRIC, RUBRIC_KEY
from sujuva.moments.said import PAIRS_OF_CODERS, PAIRS_OF_CODERS_KEY, SAID, SAID_KEY, UNITS, UNITS_KEY
from sujuva.moments.scores import SCORES, SCORES_KEY
from sujuva.tables import schema_of, table_key, types_of
from sujuva.tidy import HEADS

Combined = Literal["network", "regions", "keys", "public"]
"""How the rows of several regions combine.

network: rows by region, and those of the network, which are sums over regions. regions: rows by region alone. keys:
without a region; rows with the same key are added up. public: statistics that anybody can get, which have to be the
same wherever they come from.
"""
STRATUM = "stratum"
ACTORS = ("region", "organisation", "name", "sector", "level")
"""Columns of the table of actors."""
_WIDE = pl.Decimal(38, 0)
_SCALED = ("decimals", "weight_decimals")
_NUMBERS: dict[str, pl.DataType] = {"wave": pl.Int32(), "topics": pl.Int64(), "total": pl.Int64(), "size": pl.Int64()}


@dataclass(frozen=True)
class TableRecord:
    """What is known of a table of moments.

    Attributes:
        name: Its name: that of its file.
        schema: Its columns and their types; whole numbers of 128 bits are decimals of 38 digits in its file.
        key: The columns that tell its rows apart.
        combined: How the rows of several regions combine.
        of: Whom or what a row is about: what must not be few where a row is told.
        counts: The columns that count these, or things of theirs; a small one tells of a few.
        always: Whether every run has it.
        copied: The clean table whose rows it has as they are, of public statistics.
        blank: Counts that may be blank: nobody told them.
    """

    name: str
    schema: pl.Schema
    key: tuple[str, ...]
    combined: Combined
    of: Unit
    counts: tuple[str, ...] = ()
    always: bool = True
    copied: str = ""
    blank: tuple[str, ...] = ()

    @property
    def sums(self) -> tuple[str, ...]:
        """The columns that are added up, where rows combine."""
        if self.combined not in {"network", "keys"}:
            return ()
        return tuple(name for name in self.schema if name not in {*self.key, *_SCALED})

    @property
    def stored(self) -> pl.Schema:
        """The columns and their types in a file of Parquet."""
        return pl.Schema({name: _WIDE if kind == pl.Int128 else kind for name, kind in self.schema.items()})

    def require(self, table: pl.DataFrame) -> None:
        """See that a table has these columns, in these types (as made or as stored), in this order.

        Raises:
            ContractError: It has others; names the first.
        """
        for wanted in (self.schema, self.stored):
            if table.schema == wanted:
                return
        wrong = next(
            (name for name, kind in self.stored.items() if table.schema.get(name) not in (kind, self.schema[name])),
            next((name for name in table.columns if name not in self.schema), "their order"),
        )
        msg = f"The table of moments {self.name} is not as recorded: see '{wrong}'."
        raise ContractError(msg, "Run the stage moments again with the version of Sujuva that reads it.")


def _shape(key: Sequence[str], sums: Sequence[str], **kinds: pl.DataType) -> pl.Schema:
    """Return the columns of counts (Int64) by a key of texts, where `kinds` and the names do not say otherwise."""
    keys: dict[str, pl.DataType] = {name: _NUMBERS.get(name, pl.String()) for name in key}
    return pl.Schema({**keys, **dict.fromkeys(sums, pl.Int64()), **kinds})


def _people() -> list[TableRecord]:
    """Return the records of questionnaires, of respondents and of partners."""
    counts: dict[str, tuple[str, ...]] = {
        "scores": ("n", "n_missing"),
        "pairs": (),  # totals of those whom `scores` counts
        "distributions": ("n",),
        "unit_sizes": ("units",),
        "paired": ("n",),
        "differences": ("n", "n_higher", "n_lower"),
        "attrition": ("n_followed", "n_lost"),
        "items": ("n", "n_missing"),
        "products": ("n",),
    }
    return [
        TableRecord(name, schema, tuple(key), "network", "person", counts[name.removeprefix("partner_")])
        for name, (schema, key) in {**COPING, **PARTNERS}.items()
    ]


def _lp() -> list[TableRecord]:
    """Return the records of LP discussions; topics and discussions are a child's."""
    sums = {
        "lp_children": (*HEADS, "n"),
        "lp_talks": ("talks", "first", "children"),
        "lp_topics": ("n",),
        "lp_transitions": ("n",),
        "lp_changes": ("children", "b", "c", "d", "dd", "bb", "bc", "cc"),
    }
    shapes = {"lp": SCORES} | {name: _shape(LP_KEYS[name], columns) for name, columns in sums.items()}
    counts = sums | {"lp": ("n",), "lp_changes": ("children",)}
    return [TableRecord(name, shapes[name], key, "network", "child", counts[name]) for name, key in LP_KEYS.items()]


def _casework() -> list[TableRecord]:
    """Return the records of families' ways."""
    sums = {
        "durations": ("n",),
        "case_tallies": ("families",),
        "service_pairs": ("both", "either"),
        "referrals": ("n", "families"),
        "handovers": ("n", "families"),
        "handover_families": SIDES,
        "events": ("cases", "events", "activities", "variants"),
        "municipality_delays": ("met", "families"),
    }
    kinds = {"durations": {"seconds": pl.Float64(), "days": pl.Int32(), "workdays": pl.Int32()}}
    counts = sums | {"events": ("cases",)}
    return [
        TableRecord(
            name,
            _shape(key, sums[name], **kinds.get(name, {})),
            key,
            "regions" if name == "municipality_delays" else "network",
            "family",
            counts[name],
        )
        for name, key in CASE_KEYS.items()
    ]


def _places() -> list[TableRecord]:
    """Return the records of tables that are nobody's sums: of organisations, offers and areas."""

    def clean(name: str, of: Unit, combined: Combined, *counts: str, source: str = "") -> TableRecord:
        contract, copied = schema_of(source or name), (source or name) if combined == "public" else ""
        key = tuple(table_key(source or name))
        blank = tuple(one for one in counts if contract.columns()[one].nullable)
        return TableRecord(name, types_of(contract), key, combined, of, counts, copied=copied, blank=blank)

    organisations = types_of(schema_of("organisations"))
    actors = pl.Schema({name: organisations[name] for name in ACTORS})
    return [
        TableRecord("actors", actors, ("region", "organisation"), "regions", "organisation"),
        clean("ties", "organisation", "regions"),
        clean("attendance", "organisation", "regions"),
        clean("area", "none", "public", source="area_indicators"),
        clean("area_months", "none", "public"),
        clean("service_parts", "none", "regions"),
        clean("method_reach", "person", "regions", "professionals", "families"),
        clean("child_budgets", "none", "regions"),
    ]


def _others() -> list[TableRecord]:
    """Return the records of ratings, of what was noticed and said, of municipalities, and of rows."""
    place = ("region", "municipality")
    return [
        TableRecord("feedback", SCORES, SCORES_KEY, "network", "rating", ("n",)),
        TableRecord("rubric", RUBRIC, RUBRIC_KEY, "regions", "rating", ("n",)),
        TableRecord("observations", OBSERVATIONS, OBSERVATIONS_KEY, "regions", "observation", ("n",)),
        TableRecord("initiatives", INITIATIVES, INITIATIVES_KEY, "regions", "initiative", ("n",)),
        TableRecord("participation", PARTICIPATION, PARTICIPATION_KEY, "regions", "person", ("n",)),
        TableRecord("said", SAID, SAID_KEY, "network", "person", ("heads", "n")),
        TableRecord("coding_units", UNITS, UNITS_KEY, "keys", "none"),
        TableRecord("coding_pairs", PAIRS_OF_CODERS, PAIRS_OF_CODERS_KEY, "keys", "none"),
        TableRecord("municipality_scores", SCORES, SCORES_KEY, "regions", "person", ("n", "n_missing"), always=False),
        TableRecord(
            "municipality_persons",
            _shape(place, PERSONS),
            place,
            "regions",
            "person",
            PERSONS,
            always=False,
        ),
        TableRecord("rows", ROWS, ROWS_KEY, "keys", "person", ("rows", "behind")),
    ]


RECORDS: Mapping[str, TableRecord] = {
    one.name: one for one in (*_people(), *_lp(), *_casework(), *_places(), *_others())
}
"""What is known of each table of data/moments, by its name."""


def record_of(table: str) -> TableRecord:
    """Return the record of a table of moments.

    Raises:
        ContractError: There is no such table.
    """
    if table not in RECORDS:
        msg = f"There is no table of moments '{table}'."
        raise ContractError(msg, nearest(table, RECORDS))
    return RECORDS[table]


def require_recorded(tables: Mapping[str, pl.DataFrame]) -> None:
    """Hold tables of moments against the records.

    Raises:
        ContractError: A table is not recorded, one is missing that every run has, or one is not as recorded.
    """
    for name, table in tables.items():
        record_of(name).require(table)
    for name, record in RECORDS.items():
        if record.always and name not in tables:
            msg = f"The table of moments '{name}' is missing."
            raise ContractError(msg, "Every run makes it, with no rows where nobody gave any.")


def write_moments(tables: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write the tables of moments, each sorted by its key, as `folder`/<name>.parquet.

    Raises:
        ContractError: They are not as recorded, or two rows of a table share a key.
    """
    require_recorded(tables)
    for name, table in tables.items():
        write_table(table, folder / f"{name}.parquet", key=RECORDS[name].key)
