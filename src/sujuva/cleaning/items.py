"""Answers to items: whole numbers within the response range pass at once, everything else is looked at closely."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import polars as pl

from sujuva.cleaning import values
from sujuva.cleaning.distinct import encode, stripped
from sujuva.cleaning.rules import Notes
from sujuva.codebooks.coding import Counts
from sujuva.sources import RawTable, textual
from sujuva.tables import code_type

_WIDEST = (-(2**31), 2**31)


def answer_codes(
    raw: RawTable,
    columns: Mapping[str, str],
    *,
    response: tuple[int, int] | Mapping[str, tuple[int, int]] | None,
    missing: Collection[str],
    item_map: Mapping[str, str],
    notes: Notes,
    outside: dict[str, Counts] | None = None,
) -> list[pl.Series]:
    """Read the answers to the items of an instrument, or the ratings of a feedback form.

    Args:
        raw: The raw table.
        columns: Item column to raw column.
        response: Lowest and highest code, of all items or by item column; None: any whole number passes.
        missing: Raw values that mean missing.
        item_map: Raw answer to answer code; an answer that is not there is noted as value_not_in_map.
        notes: Takes what the answers break and how they were recoded.
        outside: Takes, by item column, the codes outside the range and how often each is there.

    Returns:
        One series an item (as small as the range allows; Int64 where there is none), null where there is no usable
        answer.
    """
    if isinstance(response, Mapping):
        alike: dict[tuple[int, int], dict[str, str]] = {}
        for name, raw_name in columns.items():
            alike.setdefault(response[name], {})[name] = raw_name
        parts = [
            one
            for limits, some in alike.items()
            for one in answer_codes(
                raw, some, response=limits, missing=missing, item_map=item_map, notes=notes, outside=outside
            )
        ]
        by_name = {one.name: one for one in parts}
        return [by_name[name] for name in columns]
    kind = code_type(*response) if response else pl.Int64
    for raw_name in dict.fromkeys(columns.values()):
        if raw_name in raw.declared_missing:
            notes.note("declared_missing", raw.declared_missing[raw_name] & raw.frame[raw_name].is_not_null())
    quick = _quick(raw, columns, response or _WIDEST, missing, kind) if not item_map else {}
    close = {
        name: quick[name][1].arg_true() if name in quick else pl.int_range(raw.frame.height, eager=True)
        for name in columns
    }
    looked = _close_look(raw, columns, close, response, missing, item_map, notes, outside)
    found = []
    for name in columns:
        codes = looked[name].cast(kind)
        if name in quick:
            answers = quick[name][0]
            codes = answers.scatter(close[name], codes) if codes.len() else answers
        found.append(codes.alias(name))
    return found


def _quick(
    raw: RawTable,
    columns: Mapping[str, str],
    response: tuple[int, int],
    missing: Collection[str],
    kind: type[pl.DataType],
) -> dict[str, tuple[pl.Series, pl.Series]]:
    """Return for each item its plain answers, and a mask of the values that need a closer look.

    Polars reads a text as a whole number only where `values.integers` does too (tests hold it to that).
    """
    plain = {name: raw_name for name, raw_name in columns.items() if _is_plain(raw.frame.schema[raw_name])}
    codes = {int(one) for one in missing if re.fullmatch(r"[+-]?[0-9]{1,18}", one)}
    clash = [code for code in codes if response[0] <= code <= response[1]]
    exprs = []
    for name, raw_name in plain.items():
        given = pl.col(raw_name)
        number = given.cast(kind, strict=False)
        fits = number.is_between(*response)
        if raw.frame.schema[raw_name].is_float():
            fits &= given == number
        if clash:
            fits &= ~number.is_in(clash)
        declared = raw.declared_missing.get(raw_name)
        odd = given.is_not_null()
        if declared is not None:
            fits, odd = fits & ~pl.lit(declared), odd & ~pl.lit(declared)
        fits = fits.fill_null(value=False)
        exprs += [pl.when(fits).then(number).alias(f"{name} code"), (odd & ~fits).alias(f"{name} odd")]
    made = raw.frame.select(exprs)
    return {name: (made[f"{name} code"], made[f"{name} odd"]) for name in plain}


def _is_plain(kind: pl.DataType) -> bool:
    return kind == pl.String or kind.is_integer() or kind.is_float()


def _close_look(
    raw: RawTable,
    columns: Mapping[str, str],
    rows: Mapping[str, pl.Series],
    response: tuple[int, int] | None,
    missing: Collection[str],
    item_map: Mapping[str, str],
    notes: Notes,
    outside: dict[str, Counts] | None,
) -> dict[str, pl.Series]:
    """Take the values of all items in these rows through every step, each distinct value once.

    The steps are: declared missing, trim, missing code, cell error, map, number, range.
    """
    alike = len({raw.frame.schema[raw_name] for raw_name in columns.values()}) == 1
    parts = []
    for name, raw_name in columns.items():
        value = raw.frame[raw_name].gather(rows[name]).alias("value")
        if not alike:
            value = textual(value.to_frame())["value"].cast(pl.String)
        if raw_name in raw.declared_missing:
            declared = raw.declared_missing[raw_name].gather(rows[name])
            value = value.zip_with(~declared, pl.Series([None], dtype=value.dtype))
        parts.append(value)

    def of_cells(rule: str, mask: pl.Series) -> None:
        """Pass a rule about values on to the rows and columns that they stand in; a row may have several."""
        start = 0
        for name, raw_name in columns.items() if mask.any() else ():
            part = mask.slice(start, rows[name].len()).fill_null(value=False)
            start += rows[name].len()
            notes.note_at(rule, rows[name].filter(part), raw_name)

    answers = stripped(encode(pl.concat(parts)), of_cells)
    note = answers.noting(of_cells)
    text = values.without_errors(values.without(answers.values, missing, note), note)
    text = values.mapped(text, item_map, note, rule="item_map")
    codes = values.integers(text, raw.decimals, note)
    beyond = None
    if response:
        wrong = ~codes.is_between(*response)
        note("item_out_of_range", wrong)
        if outside is not None and wrong.any():
            beyond = answers.spread(codes.zip_with(wrong, pl.Series([None], dtype=codes.dtype)))
        codes = codes.zip_with(~wrong, pl.Series([None], dtype=codes.dtype))
    spread = answers.spread(codes)
    found, start = {}, 0
    for name, part in zip(columns, parts, strict=True):
        found[name] = spread.slice(start, part.len())
        if outside is not None and beyond is not None:
            outside[name] = _tally(beyond.slice(start, part.len()))
        start += part.len()
    return found


def _tally(codes: pl.Series) -> Counts:
    counts = codes.drop_nulls().alias("code").value_counts(name="count")
    return dict(counts.sort("code").iter_rows())
