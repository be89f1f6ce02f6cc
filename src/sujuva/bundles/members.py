"""What stands in a bundle, table by table: an allow-list. What nobody has recorded neither leaves nor comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl
import polars.selectors as cs

from sujuva.bundles.archive import Bundle
from sujuva.bundles.contents import LEDGER, WITHHELD, Contents
from sujuva.bundles.manifest import Withheld
from sujuva.errors import BundleError, SujuvaError
from sujuva.moments.records import RECORDS, record_of
from sujuva.tables import SCHEMAS, all_about, types_of

MOMENTS_FOLDER, LEDGER_FOLDER = "moments", "ledger"
MAY_BE_WITHHELD = ("n_missing",)
"""Counts that may be blank in rows that leave: see `sujuva.bundles.protect`."""
_ASK = "Ask the region to make the bundle anew with the version that is used here."
_PSEUDONYM = r"(?i)[0-9a-f]{16}"  # as displays cut them
_ORDINAL = r"^(?:[a-z][a-z0-9-]*:)?[0-9]{1,6}$"
"""What may stand for a person who is no subject of the data, such as a coder: a number within the region."""
_OF_PERSONS = ("person", "family", "talk")


@dataclass(frozen=True)
class Shape:
    """What a table must be like.

    Attributes:
        stored: Its columns and their types in a file.
        schema: The same as they are computed with.
        key: Columns that tell its rows apart.
        counts: Columns that count, and are never below 0.
        filled: Columns without blanks.
    """

    stored: pl.Schema
    schema: pl.Schema
    key: Sequence[str]
    counts: Sequence[str]
    filled: Sequence[str]


@cache
def shape_of(member: str) -> Shape:
    """Return what the table of a member, such as `moments/scores.parquet`, must be like.

    Raises:
        SujuvaError: Nobody has recorded such a table.
    """
    folder, _, name = member.removesuffix(".parquet").partition("/")
    if folder == MOMENTS_FOLDER:
        record = record_of(name)
        places = [one for one in ("region", "wave") if one in record.schema]
        filled = [
            one for one in (*record.sums, *record.counts, *places) if one not in {*MAY_BE_WITHHELD, *record.blank}
        ]
        shape = Shape(record.stored, record.schema, record.key, record.counts, filled)
    elif folder == LEDGER_FOLDER and name in LEDGER:
        contract = LEDGER[name]
        types = types_of(contract)
        numbers = [one for one, kind in types.items() if kind.is_integer()]
        blank = {one for one, column in contract.columns().items() if column.nullable}
        shape = Shape(
            types, types, contract.primary_key(), numbers, [one for one in contract.columns() if one not in blank]
        )
    else:
        msg = f"No bundle has a table {member}."
        raise BundleError(msg, _ASK)
    return shape


@cache
def keys_of_persons() -> frozenset[str]:
    """Return the columns that, in any clean table, hold the key of a person, family or discussion, or free text."""
    told = (pair for contract in SCHEMAS.values() for pair in all_about(contract).items())
    return frozenset(name for name, one in told if one.kind == "free" or (one.kind == "key" and one.of in _OF_PERSONS))


def members_of(contents: Contents) -> dict[str, tuple[pl.DataFrame, Sequence[str]]]:
    """Return what a bundle holds by the names of its members: rows, and the columns that tell them apart.

    Raises:
        SujuvaError: A table or a column is not recorded, so that nobody knows whether it may leave; or a column holds
            the key of a person or a family.
    """
    named = {f"{MOMENTS_FOLDER}/{name}.parquet": one for name, one in contents.moments.items()}
    named |= {f"{LEDGER_FOLDER}/{name}.parquet": one for name, one in contents.ledger.items()}
    for name, frame in named.items():
        _check_columns(frame, shape_of(name), name)
        _check_persons(frame, name)
    return {name: (frame, shape_of(name).key) for name, frame in named.items()}


def withheld_of(contents: Contents) -> tuple[Withheld, ...]:
    """Return the list of what was withheld, for the manifest."""
    return tuple(Withheld(**row) for row in contents.withheld.sort(WITHHELD.names()).iter_rows(named=True))


def contents_of(bundle: Bundle) -> Contents:
    """Return what a bundle holds, once every table is as recorded.

    Raises:
        BundleError: A table is missing or unknown, or has other columns or types, two rows of one key, blanks or counts
            below 0 where none can be, numbers that are none, or rows of another region.
    """
    where = bundle.path.name
    expected = {f"{MOMENTS_FOLDER}/{name}.parquet" for name, one in RECORDS.items() if one.always}
    expected |= {f"{LEDGER_FOLDER}/{name}.parquet" for name in LEDGER}
    if missing := sorted(expected - set(bundle.members)):
        msg = f"{where} is not whole: {missing[0]} is missing."
        raise BundleError(msg, _ASK)
    tables: dict[str, dict[str, pl.DataFrame]] = {MOMENTS_FOLDER: {}, LEDGER_FOLDER: {}}
    for member in bundle.members:
        folder, _, name = member.removesuffix(".parquet").partition("/")
        try:
            shape = shape_of(member)
        except SujuvaError as error:
            msg = f"{where}: {error.message}"
            raise BundleError(msg, error.hint) from None
        tables[folder][name] = _checked(bundle.table(member), shape, f"{where}, {member}", bundle.manifest.region)
    if not tells_anything(tables[MOMENTS_FOLDER]):
        msg = f"{where} tells nothing of {bundle.manifest.region}: no table of moments has a row of it."
        raise BundleError(msg, "Ask the region whether that is meant; without it the network says that it is missing.")
    rows = [one.model_dump() for one in bundle.manifest.withheld]
    if any(row["region"] != bundle.manifest.region for row in rows):
        place = f"{where}, manifest.json"
        raise _wrong(place, "it withholds rows of another region")
    withheld = pl.DataFrame(rows, schema=WITHHELD, orient="row")
    return Contents(tables[MOMENTS_FOLDER], tables[LEDGER_FOLDER], withheld)


def tells_anything(moments: Mapping[str, pl.DataFrame]) -> bool:
    """Whether any table of moments has a row of a region."""
    return any(one.height for one in moments.values() if "region" in one.columns)


def _checked(frame: pl.DataFrame, shape: Shape, where: str, region: str) -> pl.DataFrame:
    """Return a table with the types that it is computed with, once it is as it must be."""
    _check_columns(frame, shape, where)
    _check_persons(frame, where)
    if frame.select(pl.col(shape.key)).is_duplicated().any():
        raise _wrong(where, "two rows have the same key")
    for name in shape.filled:
        if frame[name].null_count():
            raise _wrong(where, f"the column '{name}' has blanks")
    for name in shape.counts:
        if (frame[name] < 0).any():
            raise _wrong(where, f"the column '{name}' counts below 0")
    if not frame.select(cs.float().is_finite().all()).pipe(_all_true):
        raise _wrong(where, "a number in it is none")
    if "region" in frame.columns and not (frame["region"] == region).all():
        raise _wrong(where, f"it has rows of another region than {region}")
    return frame.cast(shape.schema)


def _check_persons(frame: pl.DataFrame, where: str) -> None:
    """See that no column holds a pseudonym, and that columns named as such hold ordinal numbers of the region alone."""
    for name, column in frame.select(pl.col(pl.String)).to_dict().items():
        unknown = name in keys_of_persons() and not column.str.contains(_ORDINAL).all()
        if unknown or column.str.contains(_PSEUDONYM).any():
            msg = f"{where} holds keys of persons or families, or words of one, in the column '{name}'."
            raise BundleError(msg, "No bundle may: they never leave a region, and none is taken in.")


def _all_true(frame: pl.DataFrame) -> bool:
    return all(value for value in (frame.row(0) if frame.width else ()))


def _check_columns(frame: pl.DataFrame, shape: Shape, where: str) -> None:
    if frame.schema in (shape.stored, shape.schema):
        return
    strange = next((name for name in frame.columns if name not in shape.stored), None)
    if strange is not None:
        raise _wrong(where, f"it has a column that no bundle has (number {frame.columns.index(strange) + 1})")
    missing = next((name for name in shape.stored if name not in frame.columns), None)
    if missing is not None:
        raise _wrong(where, f"the column '{missing}' is missing")
    other = next((name for name, kind in shape.stored.items() if frame.schema[name] != kind), None)
    raise _wrong(where, f"the column '{other}' is of another type" if other else "its columns stand in another order")


def _wrong(where: str, what: str) -> BundleError:
    return BundleError(f"{where} is not as recorded: {what}.", _ASK)


def by_folder(bundle: Bundle) -> Mapping[str, int]:
    """Return how many rows a bundle has, of moments and of the ledger."""
    found = dict.fromkeys((MOMENTS_FOLDER, LEDGER_FOLDER), 0)
    for name, one in bundle.manifest.members.items():
        found[name.partition("/")[0]] += one.rows
    return found
