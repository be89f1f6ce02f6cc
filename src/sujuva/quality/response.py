"""Who answered: respondents, those who answered, and those who answered again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.quality.find import PERSON, answered_instruments
from sujuva.tables import ResponseCounts, types_of

_SCHEMA = types_of(ResponseCounts)
_PLACE = ["wave", "region"]


def count_response(
    tables: Mapping[str, pl.DataFrame], instruments: Mapping[str, Instrument], waves: Sequence[int]
) -> pl.DataFrame:
    """Count respondents, those who answered, and those who answered again, by instrument, informant, wave and region.

    To have answered is to have given at least one answer; an empty form is none. Not every respondent is asked every
    questionnaire (parents are asked about some ages only), so n_answered / n_respondents is no response rate by
    itself. Those who answered again did so in the same region, so that n_again is a part of both n_answered and
    n_before: who moved is new in one region and gone from the other.

    Args:
        tables: Clean tables: respondents, and `answers_<instrument>` for any instruments.
        instruments: Codebooks by key.
        waves: Waves of the study, in any order; the previous wave is the next smaller of them.

    Returns:
        A frame of the contract `ResponseCounts`, sorted by its key: every informant of an instrument at every wave of
        the study and in every region where somebody has a form, be it empty. Where nobody has one, nobody was asked.
    """
    ordered = sorted(set(waves))
    turns = pl.DataFrame(
        {"wave": ordered, "wave_before": [None, *ordered[:-1]] if ordered else []},
        schema={"wave": pl.Int32, "wave_before": pl.Int32},
    )
    people = tables["respondents"].select(*PERSON, "region").filter(pl.col("wave").is_in(ordered))
    present = people.group_by(_PLACE).agg(n_respondents=pl.len())
    grid = turns.join(people.select("region").unique(), how="cross").join(present, on=_PLACE, how="left")
    parts = [pl.DataFrame(schema=_SCHEMA)]
    for instrument, answers in answered_instruments(tables, instruments):
        given = answers.filter(pl.any_horizontal(pl.col(instrument.item_columns).is_not_null()))
        answered = given.select(*PERSON, "informant").join(people, on=PERSON)
        forms = answers.select(*PERSON, "informant").join(people, on=PERSON).select("informant", *_PLACE).unique()
        parts.append(_counted(answered, forms, grid, turns, instrument.key))
    return pl.concat(parts).sort(ResponseCounts.primary_key())


def _counted(
    answered: pl.DataFrame, forms: pl.DataFrame, grid: pl.DataFrame, turns: pl.DataFrame, instrument: str
) -> pl.DataFrame:
    """Count for one instrument.

    `answered` has one row a person, wave and informant, with the region; `forms` says where there are any.
    """
    by = ["informant", *_PLACE]
    now = answered.group_by(by).agg(n_answered=pl.len())
    before = now.rename({"wave": "wave_before", "n_answered": "n_before"})
    earlier = answered.rename({"wave": "wave_before"})
    stayed = answered.join(turns, on="wave").join(
        earlier, on=["respondent", "informant", "region", "wave_before"], how="semi"
    )
    again = stayed.group_by(by).agg(n_again=pl.len())
    told = (
        forms.join(grid, on=_PLACE)
        .join(now, on=by, how="left")
        .join(again, on=by, how="left")
        .join(before, on=["informant", "region", "wave_before"], how="left")
    )
    first = pl.col("wave_before").is_null()
    return told.select(
        pl.lit(instrument).alias("instrument"),
        *by,
        pl.col("n_respondents", "n_answered").fill_null(0),
        *(pl.when(~first).then(pl.col(name).fill_null(0)).alias(name) for name in ("n_before", "n_again")),
    ).select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())
