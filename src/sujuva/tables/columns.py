"""What is known of a column beside its type: whose key it is, whether it may name somebody, what exports call it.

It stands as dataframely metadata beside the column, and whoever needs it asks here. A column that can hold text and
does not say what it is stops cleaning: what nobody knows of could be a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import dataframely as dy
import polars as pl

from sujuva.errors import ContractError

Kind = Literal["key", "code", "label", "free", "value"]
KeyOf = Literal["person", "family", "talk", "item"]
_ABOUT = "about"


@dataclass(frozen=True, kw_only=True)
class About:
    """What is known of a column.

    Attributes:
        kind: key: a keyed pseudonym in the clean tables; code: one of the codes of a kind (of `terms.yaml` or of a
            codebook of its own); label: a name or word for something else than a person; free: text in somebody's own
            words, which may name somebody and is never published; value: a number, date or truth value.
        of: Whose key it is (person, family, talk, item), or the kind of its codes.
        codes: Its codes, where the contract knows all of them.
        aliases: What exports call it, in small letters and digits alone, beside the name of the contract.
        group: It may be one of `study.groups`.
        named: It may come from a raw column called "name": it names something else than a person.
        refers: Column of another table that it refers to, as table.column; the parent's other key columns have the
            same names here.
        per: Column within whose values it is always the same.
        made: Cleaning makes it; no source feeds it.
        default: What stands in it where a source does not feed it (over the columns of the table).
        wide: Sources may give one raw column for each item instead of it.
        partial: Only some kinds of rows have it: elsewhere a blank means that there is nothing, not that it is unknown.
    """

    kind: Kind
    of: str = ""
    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    group: bool = False
    named: bool = False
    refers: str = ""
    per: str = ""
    made: bool = False
    default: pl.Expr | None = None
    wide: bool = False
    partial: bool = False

    @property
    def private(self) -> bool:
        """Whether it tells of single persons or families, and never leaves the microdata floor."""
        return self.kind in {"key", "free"}


def key(of: KeyOf, aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column of pseudonyms; `aliases` are parted by blanks, here and below."""
    return _metadata("key", aliases, of=of, **more)


def code(of: str, aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column of codes of a kind."""
    return _metadata("code", aliases, of=of, **more)


def label(aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column that names something else than a person."""
    return _metadata("label", aliases, **more)


def free(aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column of text in somebody's own words."""
    return _metadata("free", aliases, **more)


def value(aliases: str = "", **more: Any) -> dict[str, Any]:
    """Return the metadata of a column of numbers, dates or truth values."""
    return _metadata("value", aliases, **more)


def _metadata(kind: Kind, aliases: str, **more: Any) -> dict[str, Any]:
    return {_ABOUT: About(kind=kind, aliases=tuple(aliases.split()), **more)}


def coded(of: str, codes: Iterable[str], aliases: str = "", *, primary_key: bool = False, **more: Any) -> dy.String:
    """Return a column of codes that are all known; `nullable` and whatever `About` has may be given, too."""
    known, nullable = tuple(codes), more.pop("nullable", False)
    allowed = {"allowed": lambda column: column.is_in(known)}
    metadata = code(of, aliases, codes=known, **more)
    return dy.String(primary_key=primary_key, nullable=nullable, check=allowed, metadata=metadata)


def about(schema: type[dy.Schema], name: str) -> About:
    """Return what is known of a column; a column that cannot hold text is a value unless it says otherwise.

    Raises:
        ContractError: The column can hold text and does not say what it is.
    """
    column = schema.columns()[name]
    found = (column.metadata or {}).get(_ABOUT)
    if found is not None:
        return found  # type: ignore[no-any-return]
    if column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean:
        return About(kind="value")
    msg = f"The contract {schema.__name__} does not say what its column '{name}' holds."
    hint = "Say it beside the column in sujuva.tables: metadata=key(…), code(…), label(…) or free(…)."
    raise ContractError(msg, hint)


def all_about(schema: type[dy.Schema]) -> dict[str, About]:
    """Return what is known of every column of a contract, in its order.

    Raises:
        ContractError: A column can hold text and does not say what it is.
    """
    return {name: about(schema, name) for name in schema.column_names()}


def key_columns(schema: type[dy.Schema]) -> dict[str, str]:
    """Return the columns that hold pseudonyms, and of what kind of key.

    Raises:
        ContractError: A column can hold text and does not say what it is.
    """
    return {name: one.of for name, one in all_about(schema).items() if one.kind == "key"}
