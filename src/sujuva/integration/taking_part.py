"""What was started for phenomena, and who of families took part in the work: initiatives and participation."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.integration.noticed import NOT_TOLD
from sujuva.tables import CHANGE_LEVELS, INITIATIVE_STATUSES, WAYS
from sujuva.tidy import ALL, ALL_YEARS, KEY, TIDY, tidy

_PLACE = ["region", "wave", "group"]
_TOTAL = pl.col("n").sum()


def initiative_indicators(initiatives: pl.DataFrame) -> pl.DataFrame:
    """Count initiatives, and tell at which level they work and what became of them.

    An initiative is made by organisations and tells of no person. One may answer several observations, and one that was
    made nowhere near an observation counts, too.

    Args:
        initiatives: The moments `initiatives`: region, wave (the year), sector, level, status, n.

    Returns:
        Tidy indicators, sorted by `KEY`; by year and of all years (wave 0); n is initiatives.

        - `initiative_count`: all of them; group all or "sector:<sector>" of who made them.
        - `initiative_level`: share by the level that they work at (category; `NOT_TOLD`).
        - `initiative_status`: share by what became of them (category; `NOT_TOLD`).
    """
    if initiatives.is_empty():
        return pl.DataFrame(schema=TIDY)
    everyone = _everywhere(initiatives).with_columns(group=pl.lit(ALL))
    made_by = everyone.filter(pl.col("sector").is_not_null()).with_columns(group=pl.format("sector:{}", "sector"))
    counts = pl.concat([everyone, made_by]).group_by(_PLACE).agg(n=_TOTAL)
    return pl.concat(
        [
            tidy(counts, indicator="initiative_count", estimate=pl.col("n")),
            _shares(everyone, "level", (*CHANGE_LEVELS, NOT_TOLD), "initiative_level"),
            _shares(everyone, "status", (*INITIATIVE_STATUSES, NOT_TOLD), "initiative_status"),
        ]
    ).sort(KEY)


def participation_indicators(participation: pl.DataFrame) -> pl.DataFrame:
    """Count the children, young people and parents who took part, and tell how they did.

    Args:
        participation: The moments `participation`: region, wave (the year), participant_group, way, n.

    Returns:
        Tidy indicators, sorted by `KEY`, by year; group all or "participant_group:<group>"; n is persons.

        - `participation_count`: everybody who took part in any way.
        - `participation_way`: share of them who took part in a way (category). One may take part in several, so shares
          do not make up one.
    """
    if participation.is_empty():
        return pl.DataFrame(schema=TIDY)
    network = pl.concat([participation, participation.with_columns(region=pl.lit(NETWORK))])
    groups = network.with_columns(group=pl.format("participant_group:{}", "participant_group"))
    each = pl.concat([network.with_columns(group=pl.lit(ALL)), groups])
    counts = each.filter(pl.col("way") == "").group_by(_PLACE).agg(n=_TOTAL)
    took = each.filter(pl.col("way") != "").group_by(*_PLACE, "way").agg(heads=_TOTAL)
    every = counts.join(pl.DataFrame({"way": list(WAYS)}), how="cross")
    ways = every.join(took, on=[*_PLACE, "way"], how="left").with_columns(pl.col("heads").fill_null(0))
    return pl.concat(
        [
            tidy(counts, indicator="participation_count", estimate=pl.col("n")),
            tidy(
                ways,
                indicator="participation_way",
                category=pl.col("way"),
                estimate=pl.col("heads") / pl.col("n"),
                other_heads=pl.col("n") - pl.col("heads"),
            ),
        ]
    ).sort(KEY)


def _everywhere(rows: pl.DataFrame) -> pl.DataFrame:
    """Repeat rows for all years together, and for the network of all regions."""
    years = pl.concat([rows, rows.with_columns(wave=pl.lit(ALL_YEARS, pl.Int32))])
    return pl.concat([years, years.with_columns(region=pl.lit(NETWORK))])


def _shares(rows: pl.DataFrame, column: str, parts: tuple[str, ...], indicator: str) -> pl.DataFrame:
    """Return the share of each of `parts`; what is null in `column` was not told."""
    whole = rows.group_by(_PLACE).agg(n=_TOTAL)
    counted = rows.group_by(*_PLACE, pl.col(column).fill_null(NOT_TOLD)).agg(some=_TOTAL)
    every = whole.join(pl.DataFrame({column: list(parts)}), how="cross")
    found = every.join(counted, on=[*_PLACE, column], how="left")
    return tidy(found, indicator=indicator, category=pl.col(column), estimate=pl.col("some").fill_null(0) / pl.col("n"))
