"""Who waits how long: met within the promise by why the family came and by who called first, all years together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.casework import way
from sujuva.figures.categories import trigger_title
from sujuva.figures.dots import Axis, Line, by_region, rows_of
from sujuva.figures.framing import framed, in_words, interval_note
from sujuva.figures.labels import Meta, region_title, sector_title
from sujuva.figures.language import Words
from sujuva.figures.nobody import of_somebody
from sujuva.figures.picture import Picture
from sujuva.figures.rows import MOST_LINES
from sujuva.figures.theme import style
from sujuva.published import SHOWN, require_published

TRIGGER, CALLER = "trigger:", "caller:"
SHARE, MEDIAN, STARTED = "delay_share", "delay_median", "cases_started"


def wait_rows(integration: pl.DataFrame, meta: Meta, *, regions: Sequence[str]) -> pl.DataFrame:
    """Return cases, median and share within the longest promise, by reason and by caller, all years together.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        regions: Regions to keep, in their order.
    """
    longest = str(max(meta["delay_days"], default=""))
    frame = require_published(integration, "waits").filter(
        pl.col("wave") == 0, pl.col("region").is_in(list(regions)),
        pl.col("group").str.starts_with(TRIGGER) | pl.col("group").str.starts_with(CALLER),
        pl.col("indicator").is_in([STARTED, MEDIAN])
        | ((pl.col("indicator") == SHARE) & (pl.col("category") == longest)),
    )  # fmt: skip
    return of_somebody(frame, ["region", "group"]).sort(
        pl.col("region").cast(pl.Enum(list(regions))), pl.col("group").str.starts_with(CALLER), "group", "indicator"
    )


def group_name(meta: Meta, group: str, words: Words) -> str:
    """Return the name of a reason or of a caller's sector."""
    kind, _, value = group.partition(":")
    return trigger_title(value, words) if f"{kind}:" == TRIGGER else sector_title(meta, value, words)


def waits(integration: pl.DataFrame, meta: Meta, words: Words, *, regions: Sequence[str]) -> Picture | None:
    """Draw the share within the longest promise by reason and by caller, the median beside; None without any.

    Args:
        integration: Published indicators of integration.
        meta: Metadata of the publication.
        words: The reader's language.
        regions: Regions to show; "network" stands for all together.
    """
    data = wait_rows(integration, meta, regions=regions)
    shares = data.filter(pl.col("indicator") == SHARE)
    shown = shares.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    places = [one for one in regions if one in shown["region"].unique().to_list()]
    if not places or (places == [NETWORK] and list(regions) != [NETWORK]):
        return None
    said_of, day = way(meta, words), max(meta["delay_days"])
    lines: list[Line] = []
    for start, head in ((TRIGGER, words.say("Why the family came")), (CALLER, words.say("Who called first"))):
        held = shares.filter(pl.col("group").str.starts_with(start))["group"].unique().sort().to_list()
        if held:
            lines += [Line("", head), *(Line(one, group_name(meta, one, words)) for one in held)]
    narrow = len(places) <= MOST_LINES
    with style():
        figure = by_region(
            rows_of(shares, panel="region", row="group"), meta, words, regions=places, rows=lines,
            axis=Axis(0, 1, (0, 0.5, 1), lambda one: words.percent(one, 0) if one == 1 else words.number(100 * one)),
            beside=_medians(data, words) if narrow else None,
            beside_title=words.say("median") if narrow else "",
        )  # fmt: skip
    said = [
        f"{region_title(meta, row['region'], words)}, {group_name(meta, row['group'], words)} "
        f"{in_words(row, meta, words)}"
        for row in shown.filter(pl.col("region") == places[0]).iter_rows(named=True)
    ]
    return framed(
        figure, data, meta, words,
        key="waits",
        title=words.say("Who waits how long: by reason and by caller"),
        caption=[
            said_of.within.format(n=day)
            + words.say(": the share by why the family came and by the sector of whoever called first. All years "
                        "together."),
            words.say("To the right: the median in days, of those who got there.") if narrow else "",
            interval_note(meta, words),
            words.say("Few families stand behind a row, and reasons differ in how urgent they are: the rows are no "
                      "ranking of sectors."),
        ],
        alt=words.say("Dots with intervals: {what}, by reason and by caller. {values}.",
                      what=said_of.within.format(n=day).lower(), values="; ".join(said)),
    )  # fmt: skip


def _medians(data: pl.DataFrame, words: Words) -> Mapping[tuple[str, str], str]:
    found = {}
    for row in data.filter(pl.col("indicator") == MEDIAN).iter_rows(named=True):
        if row["suppressed"] != SHOWN:
            found[row["region"], row["group"]] = words.say("hidden")
        elif row["estimate"] is not None:
            found[row["region"], row["group"]] = words.say("{n} days", n=words.number(row["estimate"], 0))
    return found
