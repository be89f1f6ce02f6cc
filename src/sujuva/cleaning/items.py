"""Answers to items: whole numbers within the response range pass at once, everything else is looked at closely."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from sujuva.cleaning import values
from sujuva.cleaning.distinct import Noting, encode, stripped
from sujuva.sources import RawTable


def answer_codes(
    raw: RawTable,
    columns: Mapping[str, str],
    *,
    response: tuple[int, int] | None,
    missing: Collection[str],
    item_map: Mapping[str, str],
    notes: Noting,
) -> list[pl.Series]:
    """Read the answers to the items of an instrument, or the ratings of a feedback form.

    Args:
        raw: The raw table.
        columns: Item column to raw column.
        response: Lowest and highest code; None: any whole number passes.
        missing: Raw values that mean missing.
        item_map: Raw answer to answer code; an answer that is not there is noted as value_not_in_map.
        notes: Takes what the answers break and how they were recoded.

    Returns:
        One series an item (Int16; Int64 where there is no range), null where there is no usable answer.
    """
    kind: pl.DataType = pl.Int16() if response else pl.Int64()
    quick = _quick(raw, columns, response or (-(2**31), 2**31), missing, kind) if not item_map else {}
    found = []
    for name, raw_name in columns.items():
        if name in quick:
            answers, odd = quick[name]
            if odd.any():
                rows = odd.arg_true()
                some = _Rows(rows, odd.len(), notes)
                slow = _slow(raw, raw_name, rows, response, missing, item_map, some)
                answers = answers.scatter(rows, slow.cast(kind))
        else:
            answers = _slow(raw, raw_name, None, response, missing, item_map, notes).cast(kind)
        found.append(answers.alias(name))
    return found


def _quick(
    raw: RawTable, columns: Mapping[str, str], response: tuple[int, int], missing: Collection[str], kind: pl.DataType
) -> dict[str, tuple[pl.Series, pl.Series]]:
    """Return for each item its plain answers, and a mask of the values that need a closer look.

    Polars reads a text as a whole number only where `values.integers` does too (tests hold it to that).
    """
    plain = {name: raw_name for name, raw_name in columns.items() if _is_plain(raw.frame.schema[raw_name])}
    codes = {int(one) for one in missing if one.lstrip("-").isdigit()}
    exprs = []
    for name, raw_name in plain.items():
        given = pl.col(raw_name)
        number = given.cast(kind, strict=False)
        fits = number.is_between(*response)
        if raw.frame.schema[raw_name].is_float():
            fits &= given == number
        clash = [code for code in codes if response[0] <= code <= response[1]]
        if clash:
            fits &= ~number.is_in(clash)
        if raw_name in raw.declared_missing:
            fits &= ~pl.lit(raw.declared_missing[raw_name])
        fits = fits.fill_null(value=False)
        exprs += [
            pl.when(fits).then(number).alias(f"{name} code"),
            (given.is_not_null() & ~fits).alias(f"{name} odd"),
        ]
    made = raw.frame.select(exprs)
    return {name: (made[f"{name} code"], made[f"{name} odd"]) for name in plain}


def _is_plain(kind: pl.DataType) -> bool:
    return kind == pl.String or kind.is_integer() or kind.is_float()


def _slow(
    raw: RawTable,
    raw_name: str,
    rows: pl.Series | None,
    response: tuple[int, int] | None,
    missing: Collection[str],
    item_map: Mapping[str, str],
    notes: Noting,
) -> pl.Series:
    """Take each distinct value through every step: trim, missing, map, number, range."""
    column, declared = raw.frame[raw_name], raw.declared_missing.get(raw_name)
    if rows is not None:
        column = column.gather(rows)
        declared = None if declared is None else declared.gather(rows)
    if declared is not None:
        notes.note("declared_missing", declared & column.is_not_null())
    answers = stripped(encode(column, declared), notes)
    note = answers.noting(notes)
    text = values.without_errors(values.without(answers.values, missing, note), note)
    text = values.mapped(text, item_map, note, rule="item_map")
    codes = values.integers(text, raw.decimals, note)
    if response:
        outside = ~codes.is_between(*response)
        note.note("item_out_of_range", outside)
        codes = codes.zip_with(~outside, pl.Series([None], dtype=codes.dtype))
    return answers.spread(codes)


class _Rows:
    """Passes rules about some rows on as rules about all."""

    def __init__(self, rows: pl.Series, height: int, notes: Noting) -> None:
        self.rows, self.height, self.notes = rows, height, notes

    def note(self, rule: str, mask: pl.Series) -> None:
        if mask.any():
            nothing = pl.repeat(value=False, n=self.height, dtype=pl.Boolean, eager=True)
            self.notes.note(rule, nothing.scatter(self.rows.filter(mask.fill_null(value=False)), values=True))
