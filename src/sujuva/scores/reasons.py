"""Why a person has no score on a scale, or one that rests on fewer items than it might, in words."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.codebooks import Instrument, Scale
from sujuva.tables import asked_answer, scale_asked

OUTSIDE = "|outside"
NO_ANSWERS = "no answers"
NO_TABLE = "no conversion table"
NOT_ASKED = "not for this informant"
OUTSIDE_CONDITION = "not asked"
ANSWERED_ANYWAY = "answered though not asked"
NO_INFORMANT = "informant not known"
IMPOSSIBLE = "outside the range, so the score rests on the others"


def reason_expressions(instrument: Instrument) -> list[pl.Expr]:
    """Return one expression a scale, `<scale>_reason`: why its score is null or rests on fewer items; else null.

    A score rests on fewer items where answers outside the range count as missing and the others are enough. Where they
    were left blank, the codebook's missing rule is all there is to say.

    They read the item columns (null: no answer), `<item>|outside` (true: there was an answer outside the range), the
    score columns of every scale and `informant`.
    """
    scales = {scale.key: scale for scale in instrument.scales}

    def why(scale: Scale) -> pl.Expr:
        parts = [(part, why(scales[part])) for part in scale.parts]
        missing = _of_items(instrument, scale) if scale.items else _of_parts(parts)
        if not scale.ready:
            missing = pl.when(pl.col(scale.parts[0]).is_null()).then(missing).otherwise(pl.lit(NO_TABLE))
        if scale.informants:
            who = pl.col("informant")
            other = pl.when(who.is_null()).then(pl.lit(NO_INFORMANT)).when(~who.is_in(scale.informants))
            missing = other.then(pl.lit(NOT_ASKED)).otherwise(missing)
        return pl.when(pl.col(scale.key).is_null()).then(missing).otherwise(_resting(instrument, scale))

    return [why(scale).alias(f"{scale.key}_reason") for scale in instrument.scales]


def _resting(instrument: Instrument, scale: Scale) -> pl.Expr:
    """Tell that a score does without answers that cannot be; null where there are none."""
    numbers = instrument.numbers_of(scale)
    beyond = _beyond(instrument, numbers)
    many = pl.format(f"{{}} of {len(numbers)} answers {IMPOSSIBLE}", beyond)
    told = pl.when(beyond > 0).then(many)
    if scale.zero_when is None:
        return told
    zero = asked_answer(instrument, scale.zero_when.item) == scale.zero_when.answer
    return pl.when(~zero.fill_null(value=False)).then(told)


def _beyond(instrument: Instrument, numbers: Sequence[int]) -> pl.Expr:
    return pl.sum_horizontal(pl.col(f"{instrument.key}_{number}{OUTSIDE}").cast(pl.Int64) for number in numbers)


def _of_items(instrument: Instrument, scale: Scale) -> pl.Expr:
    names = [f"{instrument.key}_{number}" for number in scale.items]
    answers = [asked_answer(instrument, number) for number in scale.items]
    answered = pl.sum_horizontal(answer.is_not_null().cast(pl.Int64) for answer in answers)
    beyond = _beyond(instrument, scale.items)
    few = pl.format(f"too few answers ({{}} of {len(names)}, needs {scale.min_answered or len(names)})", answered)
    plain = pl.when((answered == 0) & (beyond == 0)).then(pl.lit(NO_ANSWERS)).otherwise(few)
    one = pl.when(beyond == 1).then(pl.lit("an answer outside the range; "))
    several = one.when(beyond > 1).then(pl.format("{} answers outside the range; ", beyond))
    why = several.otherwise(pl.lit("")) + plain
    asked = scale_asked(instrument, scale)
    if asked is None:
        return why
    anyway = pl.any_horizontal(
        pl.col(name).is_not_null() & answer.is_null() for name, answer in zip(names, answers, strict=True)
    )
    not_asked = pl.when(anyway).then(pl.lit(ANSWERED_ANYWAY)).otherwise(pl.lit(OUTSIDE_CONDITION))
    return pl.when(asked).then(why).otherwise(not_asked)


def _of_parts(parts: list[tuple[str, pl.Expr]]) -> pl.Expr:
    """Name each part that is missing, with its reason."""
    told = [pl.when(pl.col(key).is_null()).then(pl.lit(f"{key}: ") + reason) for key, reason in parts]
    return pl.concat_str(told, separator="; ", ignore_nulls=True)
