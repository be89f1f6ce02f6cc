"""What became of regions that a study knows by their bundles alone, since an earlier release.

A bundle holds sums and nobody, so nobody here can count who joined and who left. What can be seen is whether the sums
of a year are the same in both bundles. So a year is the same, or new (the region had nothing of it), or held: whatever
changed in it may have changed for one person, and its numbers stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from sujuva.bundles.archive import Bundle, read_bundle
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import DisclosureError
from sujuva.moments import RECORDS
from sujuva.releases.judge import Verdict
from sujuva.tidy import ALL_YEARS

OF_BUNDLES = pl.Schema({"release": pl.Int64(), "region": pl.String(), "wave": pl.Int32(), "verdict": pl.Int8()})
"""Columns of the verdicts on bundles: by region (and network), and wave; that of all years together is `ALL_YEARS`."""
_WAVES = ("wave", "from_wave", "other_wave")
_NOT_HERE = "Publish on the machine that has data/releases/private, or bring that folder over in a safe way."
_OF_NOBODY = {"organisation", "none"}


def released_bundles(folder: Path, told: Mapping[str, str], what: str) -> dict[str, Bundle]:
    """Read the bundles behind an earlier release, by region.

    Args:
        folder: Where they were kept.
        told: Region → SHA-256, as the register has them.
        what: What the release is called.

    Raises:
        DisclosureError: One is not there, or is another one.
    """
    found = {}
    for region, digest in told.items():
        path = folder / f"{region}.zip"
        bundle = read_bundle(path) if path.is_file() else None
        if bundle is None or bundle.sha256 != digest:
            msg = f"The bundle of {region} behind {what} is not on this machine, or was changed."
            raise DisclosureError(msg, _NOT_HERE)
        found[region] = bundle
    return found


def of_bundles(old: Mapping[str, Bundle], new: Mapping[str, Bundle], release: int) -> pl.DataFrame:
    """Return the verdicts on the bundles behind a release and those of today: columns `OF_BUNDLES`.

    The network has a verdict for each wave in which any of these regions has persons: that of all of them, where they
    agree; else it is held, since what changed or joined in one region would be told by subtraction.
    """
    rows: dict[tuple[str, int], Verdict] = {}
    for region in sorted(old.keys() | new.keys()):
        for wave, verdict in _of_region(old.get(region), new.get(region)).items():
            rows[region, wave] = verdict
    for wave in sorted({wave for _, wave in rows}):
        verdicts = {verdict for (_, one), verdict in rows.items() if one == wave}
        rows[NETWORK, wave] = verdicts.pop() if len(verdicts) == 1 else Verdict.HELD
    told = [(release, region, wave, int(verdict)) for (region, wave), verdict in rows.items()]
    return pl.DataFrame(told, schema=OF_BUNDLES, orient="row")


def _of_region(old: Bundle | None, new: Bundle | None) -> dict[int, Verdict]:
    before, after = (_tables(one) if one else {} for one in (old, new))
    waves = _waves(before.values()) | _waves(after.values()) | {ALL_YEARS}
    if old is None:
        return dict.fromkeys(waves, Verdict.NEW)
    if new is None:
        return dict.fromkeys(waves, Verdict.HELD)
    changed = set() if old.sha256 == new.sha256 else _changed(before, after)
    known = _waves(before.values()) | {ALL_YEARS}
    return {
        wave: Verdict.NEW if wave not in known else Verdict.HELD if wave in changed else Verdict.SAME for wave in waves
    }


def _tables(bundle: Bundle) -> dict[str, pl.DataFrame]:
    """Return the tables that tell of persons, each with the wave that a row is of: the last that it names."""
    found = {}
    for member in bundle.members:
        name = member.partition("/")[2].removesuffix(".parquet")
        record = RECORDS.get(name) if member.startswith("moments/") else None
        if record is None or record.of not in _OF_NOBODY:
            found[member] = _with_wave(bundle.table(member))
    return found


def _with_wave(table: pl.DataFrame) -> pl.DataFrame:
    named = [pl.col(name).cast(pl.Int32) for name in _WAVES if name in table.columns]
    if not named and "date" in table.columns:
        named = [pl.col("date").dt.year()]
    return table.with_columns(pl.max_horizontal(*named, pl.lit(ALL_YEARS, dtype=pl.Int32)).alias("|wave"))


def _waves(tables: Iterable[pl.DataFrame]) -> set[int]:
    return {wave for table in tables for wave in table["|wave"].unique()}


def _changed(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> set[int]:
    """Return the waves of rows that only one of two bundles has; all years together, where there is any."""
    found: set[int] = set()
    for name in before.keys() | after.keys():
        one, other = before.get(name), after.get(name)
        if one is None or other is None or one.schema != other.schema:
            found |= _waves(table for table in (one, other) if table is not None) | {ALL_YEARS}
            continue
        both = pl.concat([one, other])
        alone = both.group_by(both.columns).len().filter(pl.col("len") == 1)
        found |= set(alone["|wave"])
    return found | ({ALL_YEARS} if found else set())
