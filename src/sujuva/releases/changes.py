"""The stage `changes`, which counts who joined and left each cell since each release."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.bundles.archive import read_bundle
from sujuva.bundles.shelf import shelved
from sujuva.errors import DisclosureError
from sujuva.io import read_table, write_json, write_table
from sujuva.releases.bundled import OF_BUNDLES, of_bundles, released_bundles
from sujuva.releases.cells import CELL, CONTRIBUTION, COUNTS, KEPT_CELLS, VALUES
from sujuva.releases.compare import compare
from sujuva.releases.contributions import contributions
from sujuva.releases.register import Earlier, Release

_NOT_HERE = (
    "It is on the machine of whoever added the release: publish there, or bring its folder private over in a safe way."
)


def write_changes(
    earlier: Earlier, out: Path, *, clean: Path, study: Path, choices: Mapping[str, Mapping[str, Any]], bundles: Path
) -> None:
    """Count who joined and left each cell since each release.

    Args:
        earlier: The register.
        out: The folder to write into.
        clean: The folder of clean tables.
        study: The folder of the study's codebooks.
        choices: Those that `contributions` needs.
        bundles: The folder of the bundles that are taken in today.

    Raises:
        DisclosureError: It is not known on this machine who was in a release.
    """
    counts, values, kept = (
        [pl.DataFrame(schema=COUNTS)],
        [pl.DataFrame(schema=VALUES)],
        [pl.DataFrame(schema=KEPT_CELLS)],
    )
    persons = {release.number: _persons(earlier, release) for release in earlier.releases}
    new = contributions(clean, study, choices) if persons else pl.DataFrame()
    today = {one.manifest.region: one for one in map(read_bundle, shelved(bundles))} if earlier.releases else {}
    of_regions = [pl.DataFrame(schema=OF_BUNDLES)]
    for release in earlier.releases:
        then = released_bundles(earlier.bundles(release), release.bundles, f"release {release.number}")
        of_regions.append(of_bundles(then, today, release.number))
        some, by_score = compare(
            persons[release.number], new, release=release.number, forgotten=_forgotten(earlier, release)
        )
        counts.append(some)
        values.append(by_score)
        kept.append(_kept(earlier, release))
    write_table(pl.concat(counts), out / "counts.parquet", key=["release", *CELL])
    write_table(pl.concat(values), out / "values.parquet", key=["release", *CELL, "score"])
    write_table(pl.concat(kept), out / "kept.parquet", key=["release", *CELL, "level"])
    write_table(pl.concat(of_regions), out / "bundles.parquet", key=["release", "region", "wave"])
    numbers = {str(one.number): one.seal for one in earlier.releases}
    write_json(numbers, out / "releases.json")


def _persons(earlier: Earlier, release: Release) -> pl.DataFrame:
    path = earlier.private(release)
    if not path.is_file():
        msg = f"Who was in release {release.number} is not known on this machine ({path.parent.name}/{path.name})."
        raise DisclosureError(msg, _NOT_HERE)
    frame = read_table(path)
    if not set(CONTRIBUTION) <= set(frame.columns):
        msg = f"{path.parent.name}/{path.name} does not hold who was in release {release.number}."
        raise DisclosureError(msg, _NOT_HERE)
    return frame


def _forgotten(earlier: Earlier, release: Release) -> pl.DataFrame | None:
    path = earlier.beside(release, "forgotten")
    return read_table(path) if path.is_file() else None


def _kept(earlier: Earlier, release: Release) -> pl.DataFrame:
    path = earlier.beside(release, "kept")
    return read_table(path) if path.is_file() else pl.DataFrame(schema=KEPT_CELLS)
