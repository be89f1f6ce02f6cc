"""A table of answers scored as people want to read it: score, band, and why a score is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from sujuva.codebooks import Instrument, Scale
from sujuva.codebooks.coding import may_begin_at_one, shift_of
from sujuva.codebooks.scales import INFORMANTS
from sujuva.errors import ContractError, nearest
from sujuva.normal import normal_texts
from sujuva.scores.bands import band_columns, band_expressions
from sujuva.scores.columns import ItemColumns, absent_items, answer_codes, find_items
from sujuva.scores.reasons import OUTSIDE, reason_expressions
from sujuva.scores.scoring import KEYS, score_expressions

ROW = "row"
BAND, REASON = "_band", "_reason"
"""What is added to the key of a scale for the columns beside its score."""


@dataclass(frozen=True)
class ScoreSheet:
    """Scores of a table, and what a reader must know about them.

    Attributes:
        frame: One row a row of answers: the kept columns; of each scale `<scale>` (Int64, or Float64 with the
            codebook's decimals; null: no score), `<scale>_band` (key of its band; only where the norm set has bands of
            the scale; null: in none) and `<scale>_reason` (why there is no score, or why it rests on fewer items;
            else null).
        instrument: The codebook.
        norms: The norm set of the bands; None: no bands.
        informants: Who answered, as far as it is known.
        scales: The scales that are scored.
        outside: Of a raw column, how many answers lay outside the response range and count as missing.
        resting: Of a scale, how many scores rest on fewer items because answers lay outside the range.
        columns: Item number to raw column.
        notes: What else whoever uses the scores must know about the rows, in sentences.
    """

    frame: pl.DataFrame
    instrument: Instrument
    norms: str | None
    informants: tuple[str, ...]
    scales: tuple[Scale, ...]
    outside: Mapping[str, int] = field(default_factory=dict)
    resting: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def score_frame(
    frame: pl.DataFrame, instrument: Instrument, *, norms: str | None = None, informant: str | None = None
) -> pl.DataFrame:
    """Score a table of answers, with bands and reasons; see `score_sheet` for what else can be chosen and told.

    Args:
        frame: The items by the codebook's names or aliases, and any of respondent, wave, informant and region.
        instrument: The codebook.
        norms: Norm set of the bands; default: the codebook's (which may be none).
        informant: Who answered, where neither a column `informant` nor the names of the items tell it.
    """
    return score_sheet(frame, instrument, norms=norms, informant=informant).frame


def score_sheet(
    frame: pl.DataFrame,
    instrument: Instrument,
    *,
    norms: str | None = None,
    bands: bool = True,
    informant: str | None = None,
    informant_column: str = "informant",
    items: Sequence[str] = (),
    keep: Sequence[str] | None = None,
    partial: bool = False,
    missing: Collection[str] = (),
    rows: pl.Series | None = None,
    hint: str = "",
    item_map: Mapping[str, str] | None = None,
    as_given: bool = False,
) -> ScoreSheet:
    """Score a table of answers.

    Args:
        frame: One row a person (through one informant, at a wave), with the items as whole numbers or text of them.
        instrument: The codebook.
        norms: Norm set of the bands; default: the codebook's (which may be none).
        bands: False: no bands at all.
        informant: Who answered: self, parent or teacher.
        informant_column: Column that tells who answered, where it is there.
        items: The columns of the items in order, where they are not named like the codebook's.
        keep: Columns that stand beside the scores; default: those of `KEYS` and region that are there. None there:
            the number of the row, as `row`.
        partial: Score although columns of items are not there, as if nobody had answered them.
        missing: Words that mean no answer, in small letters.
        rows: Number of each row in its file, for messages; default: 1, 2, 3 …
        hint: What to do where an answer is no whole number.
        item_map: Code of the codebook by answer of the table; a number that is not in it is no answer, and counted as
            outside the range.
        as_given: The codes are right, though they look shifted against the codebook.

    Returns:
        The scores, in the order of the rows.

    Raises:
        ContractError: Items or kept columns are missing, an answer is no whole number, an informant is unknown, or the
            codes look shifted against those of the codebook (`sujuva.codebooks.coding`).
        CodebookError: The norm set is unknown.
    """
    used = norms or instrument.norms if bands else None
    if used is not None:
        band_columns(instrument, used)  # an unknown norm set is said before anything else
    found = _items(frame, instrument, items, informant)
    kept = _kept(frame, keep, found)
    who = _informants(frame, informant_column, found.informant, rows)
    named = set(who.drop_nulls().unique())
    absent = absent_items(instrument, found.columns, named)
    if absent and not partial:
        numbers = ", ".join(str(number) for number in absent)
        msg = f"There is no column for item{'s' if len(absent) > 1 else ''} {numbers} of {instrument.key}."
        one = instrument.item_columns[absent[0] - 1]
        raise ContractError(msg, nearest(one, set(frame.columns) - set(found.columns.values()), listed=False)
                            or "Add them, or allow a partial form: their answers then count as missing.")  # fmt: skip
    coded = {
        number: answer_codes(frame[name], missing=missing, rows=rows, hint=hint, item_map=item_map or {})
        for number, name in found.columns.items()
    }
    notes = () if as_given else _judged(instrument, coded, found.columns, mapped=bool(item_map))
    work, outside = _in_range(instrument, coded, found.columns, who)
    scored = tuple(
        scale for scale in instrument.scales if not (scale.informants and named and not named & set(scale.informants))
    )
    made = _sheet(work, instrument, scored, used, kept)
    fewer = {one.key: (made[one.key].is_not_null() & made[one.key + REASON].is_not_null()).sum() for one in scored}
    return ScoreSheet(
        made,
        instrument,
        used,
        tuple(sorted(named)),
        scored,
        outside,
        {key: int(count) for key, count in fewer.items() if count},
        dict(found.columns),
        notes,
    )


def _judged(
    instrument: Instrument, coded: Mapping[int, pl.Series], columns: Mapping[int, str], *, mapped: bool
) -> tuple[str, ...]:
    """See that the codes of the table are not shifted against those of the codebook; a word where they may be."""
    names = {instrument.item_columns[number - 1]: name for number, name in columns.items()}
    counts = {}
    for name, codes in zip(names, coded.values(), strict=True):
        seen = codes.drop_nulls().alias("code").value_counts(name="count").sort("code")
        counts[name] = dict(seen.iter_rows())
    shift = shift_of(counts, instrument.item_responses)
    if shift is not None:
        msg = f"Of {instrument.key}, {shift.named(names).told}"
        raise ContractError(msg, shift.advice(option=True, mapped=mapped))
    doubt = None if mapped else may_begin_at_one(counts, instrument.item_responses)
    if doubt is None:
        return ()
    return (f"None of {doubt.total} answers is 0. If the file numbers its options from 1, add {doubt.option}.",)


def _items(frame: pl.DataFrame, instrument: Instrument, items: Sequence[str], informant: str | None) -> ItemColumns:
    if informant is not None and informant not in INFORMANTS:
        msg = f"'{informant}' is no informant."
        raise ContractError(msg, f"Known: {', '.join(INFORMANTS)}.")
    if not items:
        return find_items(frame.columns, instrument, informant=informant)
    if len(items) != instrument.items or len(set(items)) < len(items):
        msg = f"{instrument.key} has {instrument.items} items; {len(set(items))} different columns are named."
        raise ContractError(msg, "Name one column an item, in the order of the items.")
    for name in items:
        if name not in frame.columns:
            msg = f"There is no column '{name}'."
            raise ContractError(msg, nearest(name, frame.columns, listed=False))
    return ItemColumns(dict(enumerate(items, start=1)), informant)


def _kept(frame: pl.DataFrame, keep: Sequence[str] | None, found: ItemColumns) -> pl.DataFrame:
    wanted = [name for name in (*KEYS, "region") if name in frame.columns] if keep is None else list(keep)
    for name in wanted:
        if name not in frame.columns:
            msg = f"There is no column '{name}' to keep."
            raise ContractError(msg, nearest(name, frame.columns, listed=False))
    if not wanted:
        return frame.select(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))
    asked = {} if keep is not None else found.columns
    return frame.select(name for name in dict.fromkeys(wanted) if name not in asked.values())


def _informants(frame: pl.DataFrame, column: str, told: str | None, rows: pl.Series | None) -> pl.Series:
    """Return who answered each row (null: not known), and see that it is said in one way only."""
    if column not in frame.columns:
        return pl.Series("informant", [told], dtype=pl.String).new_from_index(0, frame.height)
    said = normal_texts(frame[column].cast(pl.String)).str.to_lowercase().alias("informant")
    said = said.set(said == "", None)
    wrong = said.is_not_null() & ~said.is_in(INFORMANTS)
    other = "is no informant"
    if told is not None and not wrong.any():
        wrong, other = said.is_not_null() & (said != told), f"is not {told}"
    if wrong.any():
        places = rows.filter(wrong) if rows is not None else wrong.arg_true() + 1
        msg = f"In {places.len()} rows the informant in the column '{column}' {other} (first in row {places[0]})."
        raise ContractError(msg, f"Known: {', '.join(INFORMANTS)}. Filter the rows, or recode the column.")
    return said.fill_null(told) if told is not None else said


def _in_range(
    instrument: Instrument, coded: Mapping[int, pl.Series], columns: Mapping[int, str], who: pl.Series
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the answers within their range by item column, where they are not, and how many of each column are not."""
    work, outside = [who], {}
    for number, item in enumerate(instrument.item_columns, start=1):
        codes = coded.get(number, pl.Series([None], dtype=pl.Int64).new_from_index(0, who.len()))
        beyond = ~codes.is_between(*instrument.response_of(number)).fill_null(value=True)
        work += [codes.set(beyond, None).alias(item), beyond.alias(item + OUTSIDE)]
        if beyond.any():
            outside[columns[number]] = int(beyond.sum())
    return pl.DataFrame(work), outside


def _sheet(
    work: pl.DataFrame, instrument: Instrument, scales: Sequence[Scale], norms: str | None, kept: pl.DataFrame
) -> pl.DataFrame:
    named = band_columns(instrument, norms) if norms is not None else []
    made = work.with_columns(score_expressions(instrument))
    # A scale whose table is not there has a column of nulls, so that its reason can be told.
    blank = [pl.lit(None, pl.Int64).alias(scale.key) for scale in instrument.scales if not scale.ready]
    made = made.with_columns(blank)
    if norms is not None:
        made = made.with_columns(band_expressions(instrument, norms))
    made = made.with_columns(reason_expressions(instrument))
    columns = []
    for scale in scales:
        score = pl.col(scale.key)
        # Polars divides by a constant by multiplying with its reciprocal, which is not exact: 1633 / 100 is 16.33 only
        # where 100 is a column, too.
        step = score * 0 + 10**scale.decimals
        columns.append((score / step).alias(scale.key) if scale.decimals else score)
        inside = [name for name in named if name.partition(".")[0] == scale.key]
        if inside:
            keys = [pl.when(pl.col(name) == 1).then(pl.lit(name.partition(".")[2])) for name in inside]
            columns.append(pl.coalesce(*keys, pl.lit(None, pl.String)).alias(scale.key + BAND))
        columns.append(pl.col(scale.key + REASON))
    result = made.select(columns)
    clash = next((name for name in kept.columns if name in result.columns), None)
    if clash is not None:
        msg = f"The kept column '{clash}' has the name of a score."
        raise ContractError(msg, "Rename it, or do not keep it.")
    return kept.hstack(result.get_columns())
