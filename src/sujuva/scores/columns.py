"""Which column of a table is which item, and the answers in it as whole numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.labels import folded_answer
from sujuva.errors import ContractError, nearest
from sujuva.normal import normal, normal_texts

UNMAPPED = -(2**53)
"""Stands for a number that a map of answers does not know: no range of answers holds it."""
_SHOWN = 8  # row numbers and names in a message
_WHOLE = r"^[+-]?[0-9]{1,18}(?:[.,]0+)?$"


@dataclass(frozen=True)
class ItemColumns:
    """The columns of a table that are items, by number, and who answered, where the names tell it."""

    columns: Mapping[int, str]
    informant: str | None = None


def find_items(columns: Iterable[str], instrument: Instrument, *, informant: str | None = None) -> ItemColumns:
    """Find the items by the codebook's names or aliases, in capitals or not.

    Args:
        columns: Columns of the table.
        instrument: The codebook.
        informant: Who answered; decides where the table has the items of several informants.

    Returns:
        The items that are there, in order.

    Raises:
        ContractError: There is none; two columns are the same item; or the names tell of several informants, or of
            another than `informant`.
    """
    names = list(columns)
    found: dict[int, dict[str | None, list[str]]] = {}
    for number, item in enumerate(instrument.item_columns, start=1):
        wanted: dict[str, str | None] = {item.lower(): None}
        for alias in instrument.aliases.get(number, ()):
            wanted[alias.lower()] = instrument.prefixes.get(alias[:1].lower())
        for name in names:
            called = normal(name).lower()
            if called in wanted:
                found.setdefault(number, {}).setdefault(wanted[called], []).append(name)
    if not found:
        msg = f"No column is named like an item of {instrument.key} ({instrument.item_columns[0]} …)."
        known = [*instrument.item_columns, *(alias for some in instrument.aliases.values() for alias in some)]
        near = [hint for hint in (nearest(name.lower(), known, listed=False) for name in names) if hint]
        raise ContractError(msg, near[0] if near else "Name them so, or tell which columns they are, in order.")
    told = sorted({who for some in found.values() for who in some if who is not None})
    plain = any(None in some for some in found.values())
    who = _who(instrument, told, informant, plain=plain)
    chosen = {number: some.get(who if told else None, []) for number, some in found.items()}
    if told and plain:
        chosen = {number: [*chosen[number], *found[number].get(None, [])] for number in found}
    for number, some in chosen.items():
        if len(some) > 1:
            msg = f"{_listed(some)} are both named like item {number} of {instrument.key}."
            raise ContractError(msg, "Leave one out, or tell which columns are the items, in order.")
    return ItemColumns({number: some[0] for number, some in chosen.items() if some}, who)


def _who(instrument: Instrument, told: Sequence[str], informant: str | None, *, plain: bool) -> str | None:
    if informant is not None and told and informant not in told and not plain:
        msg = f"The columns are named as answers of {' and '.join(told)}, not of {informant}."
        raise ContractError(msg, "Give the informant that they have, or none.")
    if informant is None and len(told) > 1:
        msg = f"There are answers to {instrument.key} of {' and '.join(told)}."
        raise ContractError(msg, "Score one informant at a time: name the informant.")
    return informant or (told[0] if told else None)


def absent_items(instrument: Instrument, there: Collection[int], informants: Collection[str]) -> list[int]:
    """Return the items without a column that some scale for one of the informants (none: anybody) needs."""
    needed: set[int] = set()
    for scale in instrument.scales:
        if not scale.informants or not informants or set(scale.informants) & set(informants):
            needed |= set(scale.items) | ({scale.zero_when.item} if scale.zero_when else set())
    needed |= {condition for item in needed for condition in instrument.conditions_of(item)}
    return sorted(needed - set(there))


def answer_codes(
    column: pl.Series,
    *,
    missing: Collection[str] = (),
    rows: pl.Series | None = None,
    hint: str = "",
    item_map: Mapping[str, str] | None = None,
) -> pl.Series:
    """Return answers as whole numbers (Int64), null where there is none.

    Args:
        column: Whole numbers, floats without a fraction, or text that is such a number; blank text is no answer.
        missing: Words that mean no answer, in small letters.
        rows: Number of each row in its file; default: 1, 2, 3 …
        hint: What to do where an answer is no whole number.
        item_map: Code by answer, where answers are to be recoded. Words are compared as `folded_answer` writes them; a
            number that is not in it becomes `UNMAPPED`, which lies in no range.

    Raises:
        ContractError: Some are no whole numbers; names the column and the rows, never the value.
    """
    if item_map:
        column = _mapped(column, item_map)
    kind = column.dtype
    if kind.is_integer() or kind == pl.Boolean:
        codes = column.cast(pl.Int64, strict=False)
        wrong = column.is_not_null() & codes.is_null()
    elif kind.is_float():
        given = column.fill_nan(None)
        codes = given.cast(pl.Int64, strict=False)
        wrong = given.is_not_null() & (codes.is_null() | (codes.cast(kind) != given)).fill_null(value=True)
    elif kind.is_nested():  # lists and records have no text
        codes, wrong = (
            pl.Series(column.name, [None], dtype=pl.Int64).new_from_index(0, column.len()),
            column.is_not_null(),
        )
    else:
        text = normal_texts(column.cast(pl.String, strict=False))
        given = text.set((text == "") | text.str.to_lowercase().is_in(list(missing)), None)
        fits = given.str.contains(_WHOLE)
        plain = given.str.replace(r"[.,]0+$", "").str.strip_prefix("+")
        codes = plain.set(~fits, None).cast(pl.Int64, strict=False)
        wrong = given.is_not_null() & ~fits.fill_null(value=False)
        if text.null_count() > column.null_count():  # a type that has no text
            wrong = wrong | (column.is_not_null() & text.is_null())
    if wrong.any():
        places = rows.filter(wrong) if rows is not None else wrong.arg_true() + 1
        some = ", ".join(str(place) for place in places.head(_SHOWN)) + (", …" if places.len() > _SHOWN else "")
        count = places.len()
        which = "answers that are no whole numbers" if count > 1 else "answer that is no whole number"
        msg = f"The column '{column.name}' has {count} {which} (data row{'s' if count > 1 else ''} {some})."
        raise ContractError(msg, hint or "Recode the answers to the codes of the codebook first.")
    return codes


def _mapped(column: pl.Series, pairs: Mapping[str, str]) -> pl.Series:
    """Return a column as text, its answers recoded and other numbers made impossible; other words stay."""
    if column.dtype.is_nested():
        return column
    plain = (
        normal_texts(column.cast(pl.String, strict=False)).str.replace(r"^\+?(-?[0-9]+)[.,]0+$", "${1}").alias("text")
    )
    values = plain.unique().drop_nulls().sort().to_list()
    known = {folded_answer(answer): code for answer, code in pairs.items()}
    new = [known.get(folded_answer(one), str(UNMAPPED) if re.fullmatch(_WHOLE, one) else one) for one in values]
    return plain.replace(values, new).alias(column.name)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)
