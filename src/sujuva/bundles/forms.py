"""The ledger on its way out: rows set aside, forms and flags that tell of few."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.bundles.small import Hidden, any_few, few

Tables = Mapping[str, pl.DataFrame]


def hide_books(hidden: Hidden, ledger: Tables, missing: set[tuple[int, str]], least: int) -> None:
    """Find what of the ledger tells of few rows of a file, forms, or answers that are missing.

    Forms less scores are missing answers, so where the number of these stays, that of the forms does.

    `missing`: waves and informants whose numbers of missing answers do not leave.
    """
    hidden.rows("ledger/ledger", ledger["ledger"], {"small_count": few(pl.col("rows_quarantined"), least)})
    hidden.rows("ledger/rules", ledger["rules"], {"small_count": few(pl.col("rows"), least)})
    n, blank, unasked = pl.col("n"), pl.col("n_missing"), pl.col("n_not_asked").fill_null(0)
    few_of_item = any_few(least, n, blank, n - blank, unasked)
    waves = sorted({wave for wave, _ in missing})
    reasons = {"few_missing": pl.col("wave").is_in(waves), "small_count": few_of_item}
    hidden.rows("ledger/items", ledger["items"], reasons)
    asked, answered = pl.col("n_respondents"), pl.col("n_answered")
    before, again = pl.col("n_before").fill_null(0), pl.col("n_again").fill_null(0)
    few_forms = any_few(least, asked, answered, asked - answered, before, again, before - again, answered - again)
    places = [f"{wave} {informant}" for wave, informant in sorted(missing)]
    known = pl.format("{} {}", "wave", "informant").is_in(places)
    hidden.rows("ledger/response", ledger["response"], {"few_missing": known, "small_count": few_forms})
    flagged, of = pl.col("n"), pl.col("looked_at").fill_null(0)
    hidden.rows("ledger/flags", ledger["flags"], {"small_count": any_few(least, flagged, of, of - flagged)})
