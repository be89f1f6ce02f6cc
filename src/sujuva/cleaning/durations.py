"""How long answering took, in seconds."""

from __future__ import annotations

import polars as pl

from sujuva.cleaning import values
from sujuva.cleaning.distinct import Noting, encode, stripped
from sujuva.sources import Duration, RawTable

_SECONDS = {"seconds": 1.0, "minutes": 60.0}


def seconds(raw: RawTable, duration: Duration, timezone: str | None, notes: Noting) -> pl.Series:
    """Return the seconds that each row took (Float64), between local times as the clock ran.

    What is no length of time (a word, a negative number, an end before its start) becomes null, noted as
    duration_unusable: it says nothing about the answers themselves, so it sets no row aside.
    """
    silent = _Silent()
    if duration.from_ is not None:
        column = stripped(encode(raw.frame[duration.from_], raw.declared_missing.get(duration.from_)), silent)
        found = values.numbers(column.values, raw.decimals, silent) * _SECONDS[duration.unit]
        given, length = column.spread(column.values.is_not_null()), column.spread(found)
    else:
        ends = [
            (column, values.times(column.values, duration.format, timezone, silent))
            for column in (
                stripped(encode(raw.frame[name], raw.declared_missing.get(name)), silent)
                for name in duration.raw_columns
            )
        ]
        start, end = (column.spread(times) for column, times in ends)
        given = ends[0][0].spread(ends[0][0].values.is_not_null()) & ends[1][0].spread(ends[1][0].values.is_not_null())
        length = (end - start).dt.total_milliseconds() / 1000
    usable = ((length >= 0) & length.is_finite()).fill_null(value=False)
    notes.note("duration_unusable", given & ~usable)
    return length.zip_with(usable, pl.Series([None], dtype=pl.Float64)).cast(pl.Float64)


class _Silent:
    def note(self, rule: str, mask: pl.Series) -> None:
        """Take no notice: duration_unusable says it all."""
