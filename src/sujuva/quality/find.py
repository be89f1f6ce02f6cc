"""All flags of a clean delivery in one go."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import Instrument
from sujuva.quality.flags import Flagging, Flags, flag_counts, row_flags
from sujuva.quality.jumps import mean_jumps
from sujuva.quality.negative import negative_items
from sujuva.quality.placing import answered_instruments, place
from sujuva.quality.rows import flag_rows
from sujuva.quality.sums import cell_sums
from sujuva.quality.titles import changed_titles


def find_flags(
    tables: Mapping[str, pl.DataFrame],
    instruments: Mapping[str, Instrument],
    titles: pl.DataFrame,
    *,
    flagging: Flagging,
) -> Flags:
    """Look for signs that something is wrong with answers that broke no rule; no row is removed.

    Flags on rows (`straight_lining`, `all_missing`, `too_fast`) are counted by instrument, informant, wave and region,
    also where the count is 0; those that compare groups (`negative_item`, `mean_jump`) and `title_changed` have a row
    for each finding only. The same rows in any order, on any number of threads, give the same frames.

    Args:
        tables: Clean tables: respondents, and `answers_<instrument>` for any instruments.
        instruments: Codebooks by key.
        titles: What sources call items and indicators (contract `ItemTitles`).
        flagging: The limits.

    Returns:
        Flagged rows and counts, each sorted by the key of its contract.
    """
    rows: list[pl.DataFrame] = []
    counts = [changed_titles(titles)]
    cells: dict[str, pl.DataFrame] = {}
    for instrument, answers in answered_instruments(tables, instruments):
        placed, groups = place(answers, tables["respondents"], flagging.groups)
        flagged, counted = flag_rows(placed, instrument, flagging)
        rows.append(flagged)
        counts.append(counted)
        cells[instrument.key] = cell_sums(placed, instrument, groups)
    counts += [negative_items(cells, instruments, flagging), mean_jumps(cells, instruments, flagging)]
    return Flags(row_flags(*rows), flag_counts(*counts))
