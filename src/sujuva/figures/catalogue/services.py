"""What the figures of services share: regions with numbers of their own, dots by region, sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import absent, in_words
from sujuva.figures.layouts import Axis, Dots, Panel, Row, year_series
from sujuva.figures.layouts.lines import MOST_LINES
from sujuva.figures.nobody import somebody
from sujuva.figures.specification import View, ranked
from sujuva.published import SHOWN, rows_of


def everyone(view: View, *indicators: str, **orders: Sequence[str]) -> pl.DataFrame:
    """Return the rows of everyone by year of which somebody is told, in the order of indicators, `orders`, regions.

    Args:
        view: What is drawn.
        indicators: Indicators to keep.
        orders: Wanted keys of other columns, in their order.
    """
    rows = view.data.filter(pl.col("group") == "all", pl.col("wave") > 0)
    return ranked(rows.filter(somebody()), "wave", indicator=indicators, **orders, region=view.regions)


def own(view: View, frame: pl.DataFrame | None = None) -> list[str]:
    """Return the regions with a number to draw; none where only the network beside them has any.

    Args:
        view: What is drawn.
        frame: The rows that are drawn, where they are not all that was chosen.
    """
    rows = view.shown if frame is None else known(frame)
    held = [one for one in view.regions if one in set(rows["region"])]
    return [] if held == [NETWORK] and list(view.regions) != [NETWORK] else held


def known(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that have a number and may be shown."""
    return frame.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())


def narrow(view: View) -> bool:
    """Tell whether so few regions are compared that each has a panel, with numbers beside it."""
    return len(view.places) <= MOST_LINES


def by_region(
    view: View, frame: pl.DataFrame, rows: Sequence[Row], axis: Axis, *,
    beside: Mapping[tuple[str, str], str] | None = None, beside_title: str = "",
) -> Dots | None:  # fmt: skip
    """Return a panel of dots for each region, the years as marks; with many regions, a panel for each row.

    Args:
        view: What is drawn; its chosen rows tell which years there are.
        frame: panel (the region), row, series (the year), value, low, high, suppressed.
        rows: Rows of each panel.
        axis: The axis.
        beside: Short texts to the right of a row, by (region, row); left out with many regions.
        beside_title: What these are.
    """
    held = own(view, frame.rename({"panel": "region", "value": "estimate"}))
    if not held:
        return None
    waves = view.data["wave"].unique().to_list()
    panels, series = [Panel(one, view.place(one)) for one in held], year_series(waves, view.words)
    if len(held) > MOST_LINES:
        return Dots(frame, panels, rows, series, axis, dodge=False).turned()
    beside = {key: text for key, text in (beside or {}).items() if text}
    return Dots(
        frame, panels, rows, series, axis, beside=beside, beside_title=beside_title if beside else "", dodge=False,
        across=min(2, len(held)) if beside else None,
    )  # fmt: skip


def latest_shown(view: View) -> pl.DataFrame:
    """Return the shown rows of the latest year of which any is shown."""
    return view.shown.filter(pl.col("wave") == pl.col("wave").max())


def last_year(view: View) -> int:
    """Return the latest year of which any row is shown."""
    return max(view.years)


def told(view: View, frame: pl.DataFrame, name: Callable[[dict[str, Any]], str], *, region: bool = True) -> str:
    """Tell rows as "Oulu, name value (interval, n)", joined by semicolons.

    Args:
        view: What is drawn.
        frame: Published rows.
        name: Names a row.
        region: Whether the region is told.
    """
    return "; ".join(
        (f"{view.place(row['region'])}, " if region else "") + f"{name(row)} {in_words(row, view.meta, view.words)}"
        for row in rows_of(frame)
    )


def value_or_word(view: View, row: Mapping[str, Any] | None, decimals: int) -> str:
    """Write an estimate; in place of one that is hidden or missing, a word."""
    if row is None or row["suppressed"] != SHOWN or row["estimate"] is None:
        return absent(row, view.words)
    return view.words.number(row["estimate"], decimals)
