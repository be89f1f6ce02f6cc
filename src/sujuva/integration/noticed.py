"""What professionals noticed and what became of it: observations, the phenomena they make up, and initiatives.

The cycle is the learning network's (Itla, *Sisältäpäin lähtevä muutos*): observation, analysis, phenomenon, initiative,
and observation again. Every observation is counted, none is a sample of others, so there are no intervals.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.tables import CHANGE_LEVELS
from sujuva.tidy import ALL, ALL_YEARS, KEY, TIDY, tidy

FATES = ("initiative", "phenomenon", "observed")
"""What became of an observation: an initiative; a phenomenon without one; nothing yet."""
OPEN_FOR = ("under_3_months", "under_a_year", "over_a_year")
"""For how long nothing has been started, from the observation to the last day that the table knows of the region."""
NOT_TOLD = "not_told"
"""Level of a change that nobody told."""
_MONTHS_3, _YEAR = 91, 365
_PLACE = ["region", "wave", "group"]
_TOTAL = pl.col("n").sum()


def noticed_indicators(observations: pl.DataFrame, sectors: Collection[str]) -> pl.DataFrame:
    """Count observations, and tell what became of them, how fast, and for how long the others have been open.

    Args:
        observations: The moments `observations`: region, date, observation_class, sector, phenomenon, initiative,
            level, n.
        sectors: Sectors that may notice something, whether or not they did.

    Returns:
        Tidy indicators, sorted by `KEY`; of the year of the observation, and of all years (wave 0); n is observations.

        - `observation_count`: all of them; group all or "observation_class:<class>".
        - `observation_fate`: share by what became of them (category, one of `FATES`; they make up one), groups alike.
        - `observation_days_median`: median of days from observation to initiative, n those with one.
        - `observation_open`: of those without an initiative the share by `OPEN_FOR`, all years alone.
        - `observation_level`: share by the level that a change is asked for at (category; `NOT_TOLD`), all years alone.
        - `observation_month`: how many in each month of a year (category "01" … "12"), 0 where there is none.
        - `observation_phenomenon`: how many of each phenomenon (category) of the place, of all years; group all or
          "sector:<sector>", 0 where a sector made none.
        - `phenomenon_acted`: share of phenomena for which something was started, of all years; n is phenomena, `heads`
          the observations that led to it, `other_heads` those of the other phenomena.
    """
    if observations.is_empty():
        return pl.DataFrame(schema=TIDY)
    # A region's own last day: what another one sends later makes nothing of this one older.
    last = pl.max_horizontal(pl.col("date").max().over("region"), pl.col("initiative").max().over("region"))
    open_days = (last - pl.col("date")).dt.total_days()
    begun = pl.col("initiative").is_not_null()
    days = (pl.col("initiative") - pl.col("date")).dt.total_days()
    known = observations.with_columns(
        wave=pl.col("date").dt.year().cast(pl.Int32),
        # What had been made before answers the observation, but was not started for it.
        days=pl.when(days >= 0).then(days),
        fate=pl.when(begun).then(pl.lit(FATES[0])).when(pl.col("phenomenon").is_not_null()).then(pl.lit(FATES[1]))
        .otherwise(pl.lit(FATES[2])),
        asked_at=pl.col("level").fill_null(NOT_TOLD),
        open_for=pl.when(open_days <= _MONTHS_3).then(pl.lit(OPEN_FOR[0])).when(open_days <= _YEAR)
        .then(pl.lit(OPEN_FOR[1])).otherwise(pl.lit(OPEN_FOR[2])),
    )  # fmt: skip
    each = _everywhere(known)
    grouped = pl.concat(
        [
            each.with_columns(group=pl.lit(ALL)),
            each.with_columns(group=pl.concat_str(pl.lit("observation_class:"), "observation_class")),
        ]
    )
    everyone = grouped.filter(pl.col("group") == ALL)
    of_all_years = everyone.filter(pl.col("wave") == ALL_YEARS)
    counts = grouped.group_by(_PLACE).agg(n=_TOTAL)
    return pl.concat(
        [
            tidy(counts, indicator="observation_count", estimate=pl.col("n")),
            _shares(grouped, "fate", FATES, "observation_fate"),
            _medians(everyone),
            _shares(of_all_years.filter(pl.col("initiative").is_null()), "open_for", OPEN_FOR, "observation_open"),
            _shares(of_all_years, "asked_at", (*CHANGE_LEVELS, NOT_TOLD), "observation_level"),
            _months(everyone.filter(pl.col("wave") != ALL_YEARS)),
            _phenomena(of_all_years, sectors),
            _acted(of_all_years),
        ]
    ).sort(KEY)


def _everywhere(rows: pl.DataFrame) -> pl.DataFrame:
    """Repeat rows for all years together, and for the network of all regions."""
    years = pl.concat([rows, rows.with_columns(wave=pl.lit(ALL_YEARS, pl.Int32))])
    return pl.concat([years, years.with_columns(region=pl.lit(NETWORK))])


def _shares(rows: pl.DataFrame, column: str, parts: tuple[str, ...], indicator: str) -> pl.DataFrame:
    """Return the share of each of `parts`, where none of a part is a share of 0."""
    whole = rows.group_by(_PLACE).agg(n=_TOTAL)
    counted = rows.group_by(*_PLACE, column).agg(heads=_TOTAL)
    every = whole.join(pl.DataFrame({column: list(parts)}, schema={column: pl.String}), how="cross")
    found = every.join(counted, on=[*_PLACE, column], how="left").with_columns(pl.col("heads").fill_null(0))
    return tidy(
        found,
        indicator=indicator,
        category=pl.col(column),
        estimate=pl.col("heads") / pl.col("n"),
        other_heads=pl.col("n") - pl.col("heads"),
    )


def _medians(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the median of days to the initiative; `heads` are at or below it, `other_heads` at or above."""
    each = rows.filter(pl.col("days").is_not_null()).with_columns(pl.col("days").repeat_by("n")).explode("days")
    middle = pl.col("days").median()
    found = each.group_by(_PLACE).agg(
        estimate=middle,
        n=pl.len(),
        heads=(pl.col("days") <= middle).sum(),
        other_heads=(pl.col("days") >= middle).sum(),
    )
    return tidy(found, indicator="observation_days_median")


def _months(rows: pl.DataFrame) -> pl.DataFrame:
    """Return how many observations there are in each month of a year; every month of the year has a row."""
    counted = rows.group_by(*_PLACE, month=pl.col("date").dt.strftime("%m")).agg(n=_TOTAL)
    months = pl.DataFrame({"month": [f"{number:02}" for number in range(1, 13)]})
    every = rows.select(_PLACE).unique().join(months, how="cross")
    found = every.join(counted, on=[*_PLACE, "month"], how="left").with_columns(pl.col("n").fill_null(0))
    return tidy(found, indicator="observation_month", category=pl.col("month"), estimate=pl.col("n"))


def _phenomena(rows: pl.DataFrame, sectors: Collection[str]) -> pl.DataFrame:
    """Return how many observations there are of each phenomenon of a place, of everyone and of each sector."""
    named = rows.filter(pl.col("phenomenon").is_not_null())
    by = named.filter(pl.col("sector").is_not_null()).with_columns(group=pl.format("sector:{}", "sector"))
    counted = pl.concat([named, by]).group_by(*_PLACE, "phenomenon").agg(n=_TOTAL)
    groups = pl.DataFrame({"group": [ALL, *(f"sector:{one}" for one in sectors)]})
    every = named.select("region", "wave", "phenomenon").unique().join(groups, how="cross")
    found = every.join(counted, on=[*_PLACE, "phenomenon"], how="left").with_columns(pl.col("n").fill_null(0))
    return tidy(found, indicator="observation_phenomenon", category=pl.col("phenomenon"), estimate=pl.col("n"))


def _acted(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the share of phenomena for which something was started, and how many observations stand on each side."""
    named = rows.filter(pl.col("phenomenon").is_not_null())
    led = pl.col("n").filter(pl.col("initiative").is_not_null()).sum()
    each = named.group_by(*_PLACE, "phenomenon").agg(led=led, n=_TOTAL)
    acted = pl.col("led") > 0
    found = each.group_by(_PLACE).agg(
        estimate=acted.mean(), n=pl.len(), heads=pl.col("led").sum(), other_heads=pl.col("n").filter(~acted).sum()
    )
    return tidy(found, indicator="phenomenon_acted")
