"""Scale scores in whole-number arithmetic: no score depends on how a machine rounds floats."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks import Instrument, Scale
from sujuva.errors import CodebookError
from sujuva.scores.bands import band_columns, band_expressions
from sujuva.tables import ASKED, asked_answer, scale_asked

KEYS = ("respondent", "wave", "informant")
"""Columns that tell the rows of a table of answers apart."""


def score_columns(instrument: Instrument) -> dict[str, int]:
    """Return the scales of `instrument` and the decimals of their fixed-point scores, in codebook order.

    A scale whose table of conversion nobody has put in has no scores and is left out.
    """
    return {scale.key: scale.decimals for scale in instrument.scales if scale.ready}


def score_expressions(instrument: Instrument) -> list[pl.Expr]:
    """Return one expression a scale over the item columns `<key>_1` …: Int64, score × 10^decimals, null if missing.

    Answers are reversed or recoded first; one to an item that was not asked (`asked_if`) is no answer. A scale of items
    needs `min_answered` answers (default: all). Its sum S over a of k items is prorated to S·k / a, its mean is S / a;
    `rounding: half_up` rounds that to a whole number as SDQ does, floor(0.5 + x); then comes `multiply`. What is not
    whole keeps `decimals` decimals, halves upwards. A scale of parts adds up their scores (or takes their mean) and is
    missing if one is; a `conversion` looks the score of its part up. `zero_when` makes a score 0 whatever else was
    answered. Scales for certain informants read the column `informant` and are missing elsewhere.

    Raises:
        CodebookError: Scales are made of each other in a circle.
    """
    made: dict[str, pl.Expr] = {}
    scales = {scale.key: scale for scale in instrument.scales}

    def make(scale: Scale, above: tuple[str, ...]) -> pl.Expr:
        if scale.key in above:
            msg = (
                f"{instrument.key}.yaml: the scale '{scale.key}' is made of itself ({' → '.join((*above, scale.key))})."
            )
            raise CodebookError(msg, "List parts that do not lead back to the scale.")
        if scale.key not in made:
            if scale.items:
                score = _of_items(instrument, scale)
            else:
                parts = [(make(scales[part], (*above, scale.key)), scales[part].decimals) for part in scale.parts]
                score = _of_parts(scale, parts)
            made[scale.key] = _limited(instrument, scale, score)
        return made[scale.key]

    return [make(scale, ()).alias(scale.key) for scale in instrument.scales if scale.ready]


def scored(answers: pl.LazyFrame, instrument: Instrument, *, norms: str | None = None) -> pl.LazyFrame:
    """Score a table of answers.

    Args:
        answers: respondent, wave, informant and the item columns (integers within the response range, null: missing).
        instrument: The codebook.
        norms: Norm set of the bands; default: the codebook's (which may be none).

    Returns:
        One row a row of `answers`, lazily: respondent, wave, informant; one Int64 column a scale (score ×
        10^decimals); one Int64 column "<scale>.<band>" (1 in the band, 0 not, null without a score or where the norm
        set says nothing about the informant). Of a scale that is not for everybody (`asked_if`) also "<scale>|asked":
        1 where enough of its items were asked, else 0.

    Raises:
        CodebookError: The norm set is unknown, or scales are made of each other in a circle.
    """
    bands = band_expressions(instrument, norms)
    scores = score_expressions(instrument)  # refuses scales in a circle, which the next line would follow
    asked = {scale.key: scale_asked(instrument, scale) for scale in instrument.scales if scale.ready}
    told = [one.cast(pl.Int64).alias(key + ASKED) for key, one in asked.items() if one is not None]
    return answers.select(*KEYS, *scores, *told).with_columns(bands)


def scored_columns(instrument: Instrument, norms: str | None = None) -> dict[str, int]:
    """Return the score and band columns that `scored` makes, with their decimals."""
    return score_columns(instrument) | dict.fromkeys(band_columns(instrument, norms), 0)


def _of_items(instrument: Instrument, scale: Scale) -> pl.Expr:
    columns = {number: asked_answer(instrument, number).cast(pl.Int32) for number in scale.items}
    values = [_points(instrument, number, column) for number, column in columns.items()]
    needed = scale.min_answered or len(values)
    half_up = scale.rounding == "half_up"
    step: int = scale.multiply * 10**scale.decimals
    if needed == len(values):  # nothing to prorate
        total = pl.sum_horizontal(values, ignore_nulls=False).cast(pl.Int64)
        answered = pl.lit(len(values), pl.Int64)
        if scale.score == "sum":
            return total * step
        return _divided(total, answered) * step if half_up else _divided(total * step, answered)
    answered = pl.sum_horizontal(column.is_not_null().cast(pl.Int64) for column in columns.values())
    total = pl.sum_horizontal(values).cast(pl.Int64)  # of the answered ones
    counted = total * len(values) if scale.score == "sum" else total
    rounded = _divided(counted, answered) * step if half_up else _divided(counted * step, answered)
    # With too few answers there is no score; with none the division above would be by zero.
    return pl.when(answered >= needed).then(rounded)


def _points(instrument: Instrument, number: int, answer: pl.Expr) -> pl.Expr:
    if instrument.recode:
        points = instrument.points_of(number)
        return answer.replace_strict(points, default=None, return_dtype=pl.Int32)
    return sum(instrument.response_of(number)) - answer if number in instrument.reverse else answer


def _limited(instrument: Instrument, scale: Scale, score: pl.Expr) -> pl.Expr:
    if scale.zero_when is not None:
        nothing = asked_answer(instrument, scale.zero_when.item) == scale.zero_when.answer
        score = pl.when(nothing).then(pl.lit(0, pl.Int64)).otherwise(score)
    return pl.when(pl.col("informant").is_in(scale.informants)).then(score) if scale.informants else score


def _of_parts(scale: Scale, parts: list[tuple[pl.Expr, int]]) -> pl.Expr:
    if isinstance(scale.conversion, dict):
        (part, decimals), *_ = parts
        step = 10**decimals
        values = {raw * step: int(value.scaleb(scale.decimals)) for raw, value in scale.conversion.items()}
        return part.replace_strict(list(values), list(values.values()), default=None, return_dtype=pl.Int64)
    # On the finest of the parts' grids the sum is exact; a null part makes the sum null.
    finest = max(decimals for _, decimals in parts)
    total = sum((part * 10 ** (finest - decimals) for part, decimals in parts), start=pl.lit(0, pl.Int64))
    count = len(parts) if scale.score == "mean" else 1
    return _divided(total * (scale.multiply * 10**scale.decimals), pl.lit(count * 10**finest, pl.Int64))


def _divided(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """Divide whole numbers (denominator > 0, or the result is null) and round halves upwards: floor(x + ½)."""
    return (2 * numerator + denominator) // (2 * denominator)
