"""What readers may see, and its folder: data/published, written by publish and read by figures and reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.errors import SujuvaError
from sujuva.fingerprint import drawing_fingerprint, joined
from sujuva.io import read_table, write_estimates, write_json, write_table
from sujuva.paths import inside
from sujuva.published.contracts import CONTRACTS, KEYS


@dataclass(frozen=True)
class Published:
    """What readers may see.

    Attributes:
        tables: The published tables by name, each with the column `suppressed`.
        meta: Titles, ranges, sources, licences and privacy parameters.
        sums: SHA-256 of the files that tables were read from, by name; none of those that were not read.
    """

    tables: dict[str, pl.DataFrame]
    meta: dict[str, Any]
    sums: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]


@dataclass(frozen=True)
class Decided(Published):
    """The same as `publish` has it, with what stays on this machine: by which rule each row is shown or hidden.

    Attributes:
        rules: Key columns of every row and why it is shown or hidden, by table: the rule; "" none. Private.
    """

    rules: dict[str, pl.DataFrame] = field(default_factory=dict)


def write_rules(decided: Decided, folder: Path) -> None:
    """Write the rule of each row as Parquet into `folder`, which stays on this machine."""
    for name, frame in decided.rules.items():
        write_table(frame, folder / f"{name}.parquet", key=KEYS[name])


def write_published(published: Published, folder: Path) -> None:
    """Write every table as Parquet and the metadata as JSON into `folder`."""
    for name, frame in published.tables.items():
        write_estimates(frame, folder / f"{name}.parquet", key=KEYS[name])
    write_json(published.meta, folder / "meta.json")


def read_published(folder: str | Path = "data/published", *, fdr: float | None = None) -> Published:
    """Read what `publish` wrote.

    Args:
        folder: Where it lies.
        fdr: Expected share of false discoveries among the gaps that are called clear. It is the readers' choice, told
            in `meta` for figures and reports; nothing that is published hangs on it.

    Raises:
        SujuvaError: A table or the metadata is missing.
        DisclosureError: A table does not keep its contract.
    """
    place = inside(folder)
    tables = {name: one.check(read_table(place / f"{name}.parquet"), name) for name, one in CONTRACTS.items()}
    try:
        meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{place.name}/meta.json is missing or is not JSON."
        raise SujuvaError(msg, "Run `make repro` (or `dvc repro publish`) to make it.") from error
    for name in ("region", "sector"):  # JSON is written with sorted keys; readers expect the order of the codebooks
        meta[f"{name}s"] = {key: meta[f"{name}s"][key] for key in meta[f"{name}_order"]}
    meta["fingerprint"] = page_fingerprint(meta)
    if fdr is not None:
        meta["coping"]["fdr"] = fdr
    sums = {name: hashlib.sha256((place / f"{name}.parquet").read_bytes()).hexdigest() for name in tables}
    return Published(tables, meta, sums)


def page_fingerprint(meta: Mapping[str, Any]) -> str:
    """Return the fingerprint of what is made of published tables here: their own, and that of the code that draws.

    Args:
        meta: What stands in `meta.json`.

    Returns:
        Empty where the tables have none, as of releases before there were fingerprints.
    """
    parts = {name: str(meta.get(name, "")) for name in ("data", "choices", "code")}
    return joined(parts["data"], parts["choices"], drawing_fingerprint(parts["code"]))
