"""What several figures say and choose: sentences, orders of scales, and the shape in which rows are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import direction, informant_title, manner, record
from sujuva.figures.layouts import Axis, Panel, Row, Series, key_of, year_series
from sujuva.figures.specification import View, say
from sujuva.published import SHOWN, chosen

INDEX = "parjaavyys_index"
"""The index of coping among the scales."""
HOBBIES = ("single_hobby", "single_wants_hobby")
"""Scales that the figure of hobbies shows."""


PANEL = key_of("scale", "informant")
"""Key of a panel or row of one scale of one informant."""


def level(view: View) -> str:
    """Return the level of confidence in per cent."""
    return view.share(chosen(view.meta, "confidence"))


def threshold(view: View) -> int:
    """Return the size under which groups are not shown."""
    size: int = chosen(view.meta, "privacy", "threshold")
    return size


def hidden(view: View) -> bool:
    """Tell whether a row is hidden."""
    return view.hidden


def several(view: View) -> bool:
    """Tell whether regions are compared."""
    return len(view.places) > 1


HIDDEN_MEANS = say(
    "“{word}”: not shown, to protect privacy (groups under {n}); it does not mean zero.",
    word=say("not shown"),
    n=threshold,
)
HIDDEN_WORD = replace(HIDDEN_MEANS, when=hidden)
HIDDEN_MARK = say(
    "A missing mark: hidden to protect privacy (groups under {n} are not shown).", when=hidden, n=threshold
)
NO_RANKING = say("Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart.")
NO_RANKING_OF_SEVERAL = replace(NO_RANKING, when=several)
EDGES = say(
    "The thin lines at the edges of the first and the last part are their {level} confidence intervals; those of "
    "the parts between stand in the table.",
    level=level,
)
INTERVAL = say(
    "The line through a dot is the {level} confidence interval: how far the number could move by chance alone.",
    level=level,
)
EARLIER = say(
    "Hollow marks are earlier years; their intervals stand in the table.", when=lambda view: len(view.years) > 1
)
NO_EFFECT = say(
    "A difference between years shows what happened, not why: there is no control group, and other families or "
    "partners may have answered or come."
)


def headlined(meta: Mapping[str, Any]) -> list[str]:
    """Return the scales that figures show, in their order: the index first, its parts and the hobbies left out.

    Scales of 0 and 1 about hobbies have a figure of their own; the parts of the index stand in the tables.
    """
    scales = meta["scales"]
    parts = {name.split("@")[0] for some in scales.get(INDEX, {}).get("parts", {}).values() for name in some}
    wanted = [key for key, one in scales.items() if one["headline"] and key not in parts | set(HOBBIES)]
    return sorted(wanted, key=lambda key: (key != INDEX, scales[key]["instrument"], scales[key]["order"]))


def drawn(frame: pl.DataFrame, **roles: str | pl.Expr) -> pl.DataFrame:
    """Return published rows as layouts read them.

    Args:
        frame: Published rows: estimate, ci_low, ci_high, suppressed.
        roles: What tells panels, rows, series and parts apart; `value`, `low`, `high` where they are not the estimate
            and its interval.
    """
    usual = {"value": "estimate", "low": "ci_low", "high": "ci_high"}
    roles = {**usual, **roles}
    return frame.select(
        "suppressed", **{name: pl.col(one) if isinstance(one, str) else one for name, one in roles.items()}
    )


def ends_of_time(data: pl.DataFrame, view: View) -> tuple[dict[str, Any], list[Series]]:
    """Return the first and the latest year as series on one line of a row, and intervals of the latest alone.

    Many regions below each other leave no room for more.
    """
    waves = data["wave"].unique().sort()
    last = pl.col("wave") == waves[-1]
    ends = {name: pl.when(last).then(end) for name, end in (("low", "ci_low"), ("high", "ci_high"))}
    return {"series": year(), **ends}, year_series(list(dict.fromkeys([waves[0], waves[-1]])), view.words)


def year(wave: str = "wave") -> pl.Expr:
    """Return a year as the key of a series."""
    return pl.col(wave).cast(pl.String)


def sizes(frame: pl.DataFrame, view: View, panel: str | pl.Expr, row: str | pl.Expr) -> dict[tuple[str, str], str]:
    """Return n by panel and row as text, of rows that tell it."""
    told = frame.filter(pl.col("suppressed") == SHOWN, pl.col("n").is_not_null())
    keys = told.select(
        *(pl.col(one) if isinstance(one, str) else one for one in (panel, row)), pl.col("n").alias("told")
    )
    return {(one, other): view.size(n) for one, other, n in keys.iter_rows()}


def places(view: View, regions: Sequence[str] | None = None) -> list[Row]:
    """Return regions as rows (those with a number if not given), the network bold among others."""
    keys = view.places if regions is None else regions
    return [Row(one, view.place(one), bold=one == NETWORK and len(keys) > 1) for one in keys]


def scale_panels(
    view: View,
    data: pl.DataFrame,
    about: Callable[[View, pl.DataFrame], str],
    axis: Callable[[View, pl.DataFrame], Axis] | None = None,
) -> list[Panel]:
    """Return a panel for each scale and informant of some rows, with what `about` says of its part under the title."""
    parts = data.partition_by("scale", "informant", maintain_order=True, as_dict=True)
    return [
        Panel(f"{scale}|{informant}", view.scale(str(scale)), about(view, part), axis(view, part) if axis else None)
        for (scale, informant), part in parts.items()
    ]


def scale_about(view: View, part: pl.DataFrame) -> str:
    """Say who answered, which way is better and how far the scale reaches."""
    scale, words = part["scale"][0], view.words
    known = record(view.meta, "scales", scale)
    span = words.span(*known["range"], percent=known["shown"]["percent"])
    whole = view.say("scale {span}", span=span)
    return f"{informant_title(part['informant'][0], words)}\n{direction(view.meta, scale, words)}, {whole}"


def who(view: View, scale: str, informant: str) -> str:
    """Return a scale and who answered."""
    return ", ".join(one for one in (view.scale(scale), informant_title(informant, view.words)) if one)


def number(view: View, row: Mapping[str, Any]) -> str:
    """Write an estimate as its scale or indicator asks."""
    return view.words.value(row["estimate"], manner(view.meta, row))
