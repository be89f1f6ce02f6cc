"""Of whom an item is asked: not to have been asked is not to have left blank.

What no feed of a form delivers was not asked either, and what `NOBODY` people in one place all left blank is taken not
to have been on their form.
"""

from __future__ import annotations

import polars as pl

from sujuva.codebooks import Instrument, Scale

NOBODY = 10
"""An item that none of so many answered, on forms of one kind, was not asked there (a rule of thumb of our own)."""
ASKED = "|asked"
"""Stands behind the name of a scale: the column that tells who was asked its items, where not everybody was."""


def never_asked(answered: pl.Expr, forms: pl.Expr) -> pl.Expr:
    """Tell of counts of answers and of forms (of one informant, wave and region) whether nobody was asked at all."""
    return (answered == 0) & (forms >= NOBODY)


def item_asked(instrument: Instrument, number: int) -> pl.Expr | None:
    """Return who was asked an item, over the item columns: never null. None: everybody was.

    Whoever left the deciding question blank did not give the answer by which the item is asked.
    """
    conditions = instrument.conditions_of(number)
    if not conditions:
        return None
    return pl.all_horizontal(
        pl.col(f"{instrument.key}_{item}").eq_missing(pl.lit(answer)) for item, answer in conditions.items()
    )


def asked_answer(instrument: Instrument, number: int) -> pl.Expr:
    """Return the answers to an item of those who were asked it; null where it was answered though not asked."""
    answer = pl.col(f"{instrument.key}_{number}")
    asked = item_asked(instrument, number)
    return answer if asked is None else pl.when(asked).then(answer).alias(f"{instrument.key}_{number}")


def scale_asked(instrument: Instrument, scale: Scale) -> pl.Expr | None:
    """Return who was asked enough items for a score on a scale: never null. None: everybody was.

    Enough are `min_answered` (default: all); of a scale of scales, enough for every part. Whose score `zero_when`
    makes 0 needs no items.
    """
    if scale.parts:
        parts = {one.key: one for one in instrument.scales}
        known = [one for one in (scale_asked(instrument, parts[part]) for part in scale.parts) if one is not None]
        return pl.all_horizontal(known) if known else None
    asked = [one for one in (item_asked(instrument, number) for number in scale.items) if one is not None]
    always = len(scale.items) - len(asked)
    needed = scale.min_answered or len(scale.items)
    if always >= needed:
        return None
    enough = pl.sum_horizontal(one.cast(pl.Int64) for one in asked) >= needed - always
    if scale.zero_when is not None:
        zero = asked_answer(instrument, scale.zero_when.item).eq_missing(pl.lit(scale.zero_when.answer))
        return zero | enough
    return enough
