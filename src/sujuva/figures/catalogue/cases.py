"""Figures of how long cases take from their start to their end: by days, within the promise, as a curve, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.casework import Way, way
from sujuva.figures.catalogue import findings, findings_services
from sujuva.figures.catalogue.common import (
    HIDDEN_WORD,
    INTERVAL,
    drawn,
    level,
    places,
    threshold,
    year,
)
from sujuva.figures.catalogue.services import by_region, known, own, told
from sujuva.figures.categories import trigger_title
from sujuva.figures.findings import days_of
from sujuva.figures.labels import Meta, sector_title
from sujuva.figures.language import Words
from sujuva.figures.layouts import Dots, Histogram, Lines, Panel, Row, Series, shares_axis, year_series
from sujuva.figures.layouts.lines import DOTTED, MOST_LINES, region_series
from sujuva.figures.nobody import of_somebody
from sujuva.figures.specification import Spec, View, ranked, say
from sujuva.figures.theme import COLOURS
from sujuva.published import SHOWN, chosen, rows_of

TRIGGER, CALLER = "trigger:", "caller:"
SHARE, MEDIAN, STARTED = "delay_share", "delay_median", "cases_started"


def _way(view: View) -> Way:
    return way(view.meta, view.words)


def _until(view: View) -> str:
    """Return the last day of observation that the study names, or nothing."""
    return str(view.meta["integration"].get("observed_until") or "")


def _facts(view: View, wave: int) -> dict[str, Any]:
    """Return of a year the shares by days, the median and its n; what is hidden is None."""
    rows = view.table("integration").filter(
        pl.col("region") == view.region, pl.col("wave") == wave, pl.col("group") == "all",
        pl.col("indicator").is_in([MEDIAN, SHARE]),
    )  # fmt: skip
    found = {row["category"] or "median": row["estimate"] for row in rows_of(rows)}
    sizes = rows.filter(pl.col("indicator") == MEDIAN)["n"].to_list()
    return {**found, "n": sizes[0] if sizes else None}


def _said(view: View, wave: int) -> str:
    """Write median and shares of a year, a line each."""
    fact, words = _facts(view, wave), view.words
    shares = ", ".join(
        view.say(
            "{share} in {n} days", n=day,
            share=view.say("not shown") if fact.get(str(day)) is None else words.percent(fact[str(day)], 0),
        )
        for day in view.meta["delay_days"]
    )  # fmt: skip
    days = words.number(fact.get("median"), 1)
    if fact["n"] is None:
        median = view.say("median {days} days", days=days)
    else:
        median = view.say("median {days} days (n = {n})", days=days, n=words.number(fact["n"]))
    return median + (f"\n{shares}" if shares else "")


def _delay_rows(view: View) -> pl.DataFrame:
    return view.data.filter(pl.col("region") == view.region, pl.col("wave") > 0).sort("wave", "days")


def _delays(view: View) -> Histogram | None:
    """Return the shares of cases by days: of those who got there, or where their number is hidden, of the bars."""
    data, parts = view.data, []
    for (wave,), part in data.group_by("wave", maintain_order=True):
        # Without n, the bins are the whole only if none of them is hidden.
        whole = None if part["n"].null_count() else part["n"].sum()
        total = _facts(view, int(str(wave)))["n"] or whole
        parts.append(part.with_columns(value=pl.col("n") / total if total else pl.lit(None, pl.Float64)))
    shares = pl.concat(parts) if parts else data
    if not parts or shares["value"].null_count() == shares.height:
        return None
    waves = data["wave"].unique().sort().to_list()
    bins = data.select("days", "days_to").unique().sort("days").rows()
    step = min((after - low for (low, _), (after, _) in pairwise(bins)), default=7)
    frame = shares.select(
        pl.when(pl.col("value").is_null()).then(pl.lit("secondary")).otherwise("suppressed").alias("suppressed"),
        panel=pl.col("wave").cast(pl.String), series=pl.lit(""), value="value", low=pl.col("days").cast(pl.Float64),
        high=pl.col("days_to").fill_null(pl.col("days") + step).cast(pl.Float64),
    )  # fmt: skip
    return Histogram(
        frame,
        [Panel(str(wave), str(wave), _said(view, wave)) for wave in waves],
        [Series("", _way(view).unit)],
        view.words.number,
        guides={str(wave): [_facts(view, wave)["median"]] for wave in waves if _facts(view, wave).get("median")},
        guide=view.say("median"),
        title=_way(view).axis,
        ticks={low + step / 2: f"{low}+" if high is None else f"{low}–{high}" for low, high in bins},
    )


def _promise_rows(view: View) -> pl.DataFrame:
    rows = view.data.filter(pl.col("indicator") == SHARE, pl.col("wave") > 0)
    kept = ranked(rows, category=[str(day) for day in view.meta["delay_days"]], region=view.regions)
    return kept.sort("category", "region", "wave")


def _held(view: View) -> list[str]:
    return [one for one in view.regions if one in set(view.data["region"])]


def _promise(view: View) -> Lines | Dots | None:
    held = _held(view)
    if not view.years or not set(held) - {NETWORK}:  # where every share is hidden there is nothing to draw
        return None
    panels = [Panel(str(day), _way(view).within.format(n=day), axis=shares_axis(view.words, steps=4))
              for day in view.meta["delay_days"]]  # fmt: skip
    if len(held) > MOST_LINES:
        ends = [view.years[0], view.years[-1]]
        frame = drawn(view.data, panel="category", row="region", series=year())
        return Dots(frame, panels, places(view, held), year_series(ends, view.words), shares_axis(view.words, steps=4),
                    dodge=False)  # fmt: skip
    frame = drawn(view.data, panel="category", series="region", x=pl.col("wave").cast(pl.Float64))
    return Lines(
        frame, panels, region_series({one: view.place(one) for one in held}, view.region),
        {one: str(one) for one in view.years}, height=2.2, dodge=0.12,
    )  # fmt: skip


def _promise_alt(view: View) -> str:
    last, day = max(view.years), chosen(view.meta, "delay_days", -1)
    rows = view.shown.filter(pl.col("wave") == last, pl.col("category") == str(int(day)))
    said = "; ".join(f"{view.place(row['region'])} {view.share(row['estimate'])}" for row in rows_of(rows))
    return _way(view).spoken.format(n=view.words.number(day), year=last, shares=said)


def curve_rows(survival: pl.DataFrame, regions: Sequence[str]) -> pl.DataFrame:
    """Return the points of the curves of everyone, with the share that has met by the day (1 − S).

    Args:
        survival: Published survival: region, group, day, survival, ci_low, ci_high, n, suppressed.
        regions: Regions to keep, in their order.

    Returns:
        The same rows with met, met_low, met_high.
    """
    frame = ranked(survival.filter(pl.col("group") == "all"), "day", region=regions)
    return frame.with_columns(met=1 - pl.col("survival"), met_low=1 - pl.col("ci_high"), met_high=1 - pl.col("ci_low"))


def _points(view: View) -> pl.DataFrame:
    return view.data.filter(pl.col("suppressed") == SHOWN, pl.col("met").is_not_null())


def _survival(view: View) -> Lines | None:
    shown = _points(view)
    held = own(view, shown.with_columns(estimate="met"))
    if not held:
        return None
    said, days = _way(view), view.meta["delay_days"]
    values = {(row["region"], row["day"]): row["met"] for row in rows_of(shown)}
    panels = []
    for place in held:
        size = shown.filter(pl.col("region") == place)["n"].max()
        by_day = [view.say("{share} by day {n}", share=view.share(values[place, day]), n=day)
                  for day in days if (place, day) in values]  # fmt: skip
        counted = f" ({view.size(int(str(size)))})" if size is not None else ""
        panels.append(Panel(place, view.place(place) + counted, ", ".join(by_day), shares_axis(view.words, steps=4)))
    last = max(shown["day"].to_list())
    step = next((one for one in (7, 14, 28, 56, 112) if last / one <= 7), 365)  # noqa: PLR2004 - ticks that fit
    looks = [
        Series("curve", said.met, dash=DOTTED, width=0.9),
        Series("span", view.say("{level} interval", level=level(view)), marker=""),
        Series("promise", view.say("days of the promise ({days})", days=view.words.listed([str(day) for day in days])),
               colour=COLOURS[1], marker="", dash=(0, (4, 3))),
    ]  # fmt: skip
    frame = view.data.select(
        "suppressed", panel="region", series=pl.lit("curve"), x=pl.col("day").cast(pl.Float64), value="met",
        low="met_low", high="met_high",
    )  # fmt: skip
    return Lines(
        frame, panels, looks[:1], {day: str(day) for day in range(0, last + 1, step)}, height=2.0,
        legend=looks, guides=days, title=said.axis,
    )  # fmt: skip


def _curves_told(view: View) -> str:
    said = []
    for (place,), mine in _points(view).group_by("region", maintain_order=True):
        wanted = mine.filter(pl.col("day").is_in([*view.meta["delay_days"], mine["day"].max()]))
        shares = [view.say("{share} by day {n}", share=view.share(1 - row["survival"]), n=row["day"])
                  for row in rows_of(wanted)]  # fmt: skip
        said.append(f"{view.place(str(place))}: {', '.join(shares)}")
    return "; ".join(said)


def _wait_rows(view: View) -> pl.DataFrame:
    """Return cases, median and share within the longest promise, by reason and by caller, all years together."""
    longest = str(max(view.meta["delay_days"], default=""))
    frame = view.data.filter(
        pl.col("wave") == 0, pl.col("region").is_in(view.regions),
        pl.col("group").str.starts_with(TRIGGER) | pl.col("group").str.starts_with(CALLER),
        pl.col("indicator").is_in([STARTED, MEDIAN])
        | ((pl.col("indicator") == SHARE) & (pl.col("category") == longest)),
    )  # fmt: skip
    return of_somebody(frame, ["region", "group"]).sort(
        pl.col("region").cast(pl.Enum(list(view.regions))), pl.col("group").str.starts_with(CALLER), "group",
        "indicator",
    )  # fmt: skip


def group_name(meta: Meta, group: str, words: Words) -> str:
    """Return the name of a reason or of a caller's sector."""
    kind, _, value = group.partition(":")
    return trigger_title(value, words) if f"{kind}:" == TRIGGER else sector_title(meta, value, words)


def _within_shares(view: View) -> pl.DataFrame:
    return view.data.filter(pl.col("indicator") == SHARE)


def _waits(view: View) -> Dots | None:
    shares, rows = _within_shares(view), []
    for start, head in ((TRIGGER, view.say("Why the family came")), (CALLER, view.say("Who called first"))):
        held = shares.filter(pl.col("group").str.starts_with(start))["group"].unique().sort().to_list()
        rows += [Row("", head), *(Row(one, group_name(view.meta, one, view.words)) for one in held)] if held else []
    return by_region(
        view, drawn(shares, panel="region", row="group", series=year()), rows, shares_axis(view.words),
        beside=_medians(view), beside_title=view.say("median"),
    )  # fmt: skip


def _medians(view: View) -> dict[tuple[str, str], str]:
    found = {}
    for row in rows_of(view.data.filter(pl.col("indicator") == MEDIAN)):
        if row["suppressed"] != SHOWN:
            found[row["region"], row["group"]] = view.say("not shown")
        elif row["estimate"] is not None:
            found[row["region"], row["group"]] = view.say("{n} days", n=view.words.number(row["estimate"], 0))
    return found


def _within(view: View) -> str:
    return _way(view).within.format(n=days_of(view))


def _waits_told(view: View) -> str:
    shares = known(_within_shares(view))
    mine = shares.filter(pl.col("region") == own(view, shares)[0])
    return told(view, mine, lambda row: group_name(view.meta, row["group"], view.words))


FIGURES = (
    Spec(
        key="delays",
        finding=findings_services.of_delays,
        table="delays",
        topic="services",
        about="region",
        rows_are="others",
        rows=_delay_rows,
        layout=_delays,
        title=lambda view: _way(view).title,
        caption=(
            lambda view: _way(view).bars,
            say(
                "“{word}”: the share is hidden to protect privacy (fewer than {n} persons, or one of the cells that "
                "protect them).",
                when=lambda view: view.hidden, word=say("not shown"), n=threshold,
            ),
        ),
        alt=lambda view: view.say("Bar charts of waiting times in {region}.", region=view.place()) + " " + "; ".join(
            f"{wave}: {_said(view, wave).replace(chr(10), ', ')}" for wave in view.data["wave"].unique().sort()
        ) + ".",
    ),
    Spec(
        key="promise",
        finding=findings.of_waits,
        table="integration",
        topic="services",
        rows=_promise_rows,
        layout=_promise,
        title=lambda view: _way(view).promise,
        caption=(
            lambda view: _way(view).shares,
            say(
                "An unusually slow or fast year is often followed by a more ordinary one, whatever was done "
                "(regression to the mean). Regions are not ranked: their cases differ."
            ),
            lambda view: _way(view).hidden.format(
                word=view.say("not shown"), n=view.words.number(threshold(view))
            ) if view.hidden else "",
        ),
        alt=_promise_alt,
        columns=("days", "region", "wave", "estimate", "n"),
    ),
    Spec(
        key="survival",
        finding=findings_services.of_survival,
        table="survival",
        topic="services",
        rows_are="others",
        rows=lambda view: curve_rows(view.data, view.regions),
        layout=_survival,
        title=lambda view: _way(view).curve,
        caption=(
            lambda view: _way(view).curved,
            say(
                "Cases still open at the end of the log, or closed before, count for as long as they are known to have "
                "waited (censored; Kaplan–Meier). They are neither left out nor counted as never."
            ),
            say(
                "The log ends on {day}.", when=lambda view: bool(_until(view)),
                day=lambda view: view.words.day(_until(view)),
            ),
            say("Each region's log ends with its own last event.", when=lambda view: not _until(view)),
            say(
                "Only the days with a dot are known; the dotted line between them leads the eye. All years together. A "
                "late day rests on few cases, and where there is no dot, too few to show."
            ),
            say("A faster region need not be a better one: cases differ, and the curve says nothing of the help."),
            say(
                "Regions stand in the order of the study. Where intervals overlap, regions cannot be told apart.",
                when=lambda view: _points(view)["region"].n_unique() > 1,
            ),
            HIDDEN_WORD,
        ),
        alt=say("Dots with intervals by day. {values}.", values=_curves_told),
    ),
    Spec(
        key="waits",
        finding=findings_services.of_waits,
        table="integration",
        topic="services",
        rows=_wait_rows,
        layout=_waits,
        title=say("Who waits how long: by reason and by caller"),
        caption=(
            lambda view: _within(view) + view.say(
                ": the share by why the family came and by the sector of whoever called first. All years together."
            ),
            say("To the right: the median in days, of those who got there.",
                when=lambda view: len(view.places) <= MOST_LINES),
            INTERVAL,
            say(
                "Few families stand behind a row, and reasons differ in how urgent they are: the rows are no ranking "
                "of sectors."
            ),
            HIDDEN_WORD,
        ),
        alt=say(
            "Dots with intervals: {what}, by reason and by caller. {values}.",
            what=lambda view: view.words.inside(_within(view)), values=_waits_told,
        ),
        columns=("wait", "indicator", "region", "estimate", "interval", "n"),
    ),
)  # fmt: skip
