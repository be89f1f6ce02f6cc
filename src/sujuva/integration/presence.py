"""Who is at which table: organisations by events, and who is missing where a phenomenon is discussed.

A two-mode network of organisations and events (Wasserman & Faust 1994, chapter 8). Its projection ties two
organisations that were at an event together.
"""

from __future__ import annotations

import polars as pl

from sujuva.integration.measures import FEW_ACTORS
from sujuva.integration.ratings import Row, check_ends, indicator_frame

NOT_TOLD = "not_told"
"""Phenomenon of the events for which none was told."""
PRESENCE_KEY = ("region", "wave", "phenomenon", "organisation")
"""Columns that tell the rows of the table of presence apart."""
PRESENCE = pl.Schema(
    {
        "region": pl.String(),
        "wave": pl.Int32(),
        **dict.fromkeys(("phenomenon", "organisation"), pl.String()),
        **dict.fromkeys(("attended", "events"), pl.Int64()),
    }
)
"""Columns of the table of presence and their types."""
_PAIR = 2


def presence(attendance: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Count for every organisation of a region how many events of each phenomenon it attended.

    Args:
        attendance: event, wave, region, organisation, phenomenon; one row an organisation at an event.
        actors: region, organisation, name, sector.

    Returns:
        region, wave, phenomenon, organisation, attended (0: it is missing at that table), events (number of events
        of the phenomenon), for every phenomenon that had an event in the region and wave, sorted.

    Raises:
        ContractError: A row names an organisation that is not among `actors`.
    """
    rows = _checked(attendance, actors)
    tables = ["region", "wave", "phenomenon"]
    events = rows.group_by(tables).agg(events=pl.col("event").n_unique())
    attended = rows.group_by(list(PRESENCE_KEY)).agg(attended=pl.col("event").n_unique())
    return (
        events.join(actors.select("region", "organisation").unique(), on="region")
        .join(attended, on=list(PRESENCE_KEY), how="left")
        .with_columns(pl.col("attended").fill_null(0))
        .select(pl.col(name).cast(kind) for name, kind in PRESENCE.items())
        .sort(PRESENCE_KEY)
    )


def presence_indicators(attendance: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    """Compute who is at the table, by region, wave and phenomenon; arguments and errors are those of `presence`.

    Returns:
        Tidy indicators: presence_share (organisations of the region that were at an event), presence_sectors
        (sectors that were), presence_sectors_missing, presence_events, presence_organisations (mean per event) and
        presence_density (pairs of organisations that were at an event together, of all pairs). `category` is the
        phenomenon, "not_told" where none was told, or "" for all events; n is the number of organisations of the
        region.
    """
    found: list[Row] = []
    rows = _checked(attendance, actors)
    known = actors.select("region", "organisation", "sector").unique()
    both = pl.concat([rows, rows.with_columns(phenomenon=pl.lit(""))]).unique()
    keys = ["region", "wave", "phenomenon"]
    for (region, wave, phenomenon), part in both.sort(*keys, "event", "organisation").group_by(
        keys, maintain_order=True
    ):
        mine = known.filter(region=region)
        there = part["organisation"].unique()
        size, events = mine.height, part["event"].n_unique()
        sectors = mine.filter(pl.col("organisation").is_in(there.implode()))["sector"].n_unique()
        seats = part.select("event", "organisation").unique()
        together = seats.join(seats, on="event").filter(pl.col("organisation") < pl.col("organisation_right"))
        tied = together.select("organisation", "organisation_right").unique().height
        measures: dict[str, tuple[float | None, str]] = {
            "presence_share": (there.len() / size, ""),
            "presence_sectors": (sectors, ""),
            "presence_sectors_missing": (mine["sector"].n_unique() - sectors, ""),
            "presence_events": (events, ""),
            "presence_organisations": (seats.height / events, ""),
            "presence_density": (_PAIR * tied / (size * (size - 1)), "") if size >= _PAIR else (None, FEW_ACTORS),
        }
        where = (str(phenomenon), str(region), int(str(wave)))
        found += [(indicator, "", *where, value, size, note) for indicator, (value, note) in measures.items()]
    return indicator_frame(found)


def _checked(attendance: pl.DataFrame, actors: pl.DataFrame) -> pl.DataFrame:
    check_ends(actors, attendance, "organisation")
    return attendance.select(
        "region", "wave", "event", "organisation", pl.col("phenomenon").fill_null(NOT_TOLD)
    ).unique()
