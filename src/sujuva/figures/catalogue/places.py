"""Figures of who is at which table, and of municipalities."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.casework import way
from sujuva.figures.catalogue import findings_services
from sujuva.figures.catalogue.common import HIDDEN_WORD, level
from sujuva.figures.catalogue.networks import actors_of
from sujuva.figures.labels import (
    Meta,
    range_of,
    region_title,
    scale_title,
)
from sujuva.figures.language import Words
from sujuva.figures.layouts import Heat, Level, Panel, Points, Row
from sujuva.figures.specification import Spec, View, latest, say
from sujuva.published import SHOWN, chosen, rows_of

AWAY, NOT_TOLD = "✕", "not_told"
_FEWEST = 2
"""Municipalities that compare anything."""


# Who is at which table.


def topic_title(topic: str, words: Words) -> str:
    """Return what meetings were about."""
    return words.say("topic not told") if topic == NOT_TOLD else topic.replace("_", " ")


def _presence_rows(view: View) -> pl.DataFrame:
    """Return who attended what in the latest year, sorted by sector and name."""
    mine = latest(view.data.filter(pl.col("region") == view.region))
    actors = actors_of(view).select("organisation", "number", "name", "sector", "sector_title")
    joined = mine.join(actors, on="organisation", how="left", maintain_order="left").with_columns(
        pl.col("name").fill_null(pl.col("organisation")), pl.col("sector", "sector_title").fill_null("")
    )
    return joined.sort("number", "name", "phenomenon", nulls_last=True).select(
        "wave", "phenomenon", "organisation", "name", "sector", "sector_title", "attended", "events", "suppressed"
    )


def _attended(view: View) -> pl.DataFrame:
    return view.data.filter(pl.col("suppressed") == SHOWN, pl.col("events") > 0)


def _topics(view: View) -> list[str]:
    return view.data["phenomenon"].unique().sort().to_list()


def _presence(view: View) -> Heat | None:
    shown = _attended(view)
    if shown.is_empty():
        return None
    events = dict(shown.group_by("phenomenon").agg(pl.col("events").max()).iter_rows())
    columns = {one: f"{topic_title(one, view.words)} ({view.words.number(events.get(one))})" for one in _topics(view)}
    rows, last = [], ""
    held = view.data.select("organisation", "name", "sector_title").unique(maintain_order=True)
    for organisation, name, sector in held.iter_rows():
        rows += [Row("", sector)] if sector != last else []
        rows.append(Row(organisation, name))
        last = sector
    share = pl.when(pl.col("events") > 0).then(pl.col("attended") / pl.col("events"))
    texts = [
        view.say("not shown") if row["suppressed"] != SHOWN
        else view.say("{sign} missing", sign=AWAY) if row["attended"] == 0
        else f"{view.words.number(row['attended'])}/{view.words.number(row['events'])}"
        for row in rows_of(view.data)
    ]  # fmt: skip
    frame = view.data.select(
        "suppressed",
        panel=pl.lit(""),
        row="organisation",
        column="phenomenon",
        text=pl.Series(texts, dtype=pl.String),
        level=pl.when(pl.col("suppressed") == SHOWN).then((share > 0).cast(pl.Int64) + (share >= 0.5).cast(pl.Int64)),  # noqa: PLR2004
    )
    levels = [
        Level(view.say("{sign} missing", sign=AWAY), "#ffffff"),
        Level(view.say("at fewer than half"), "#b9d5e9"),
        Level(view.say("at half or more"), "#2f74ab"),
    ]
    return Heat(frame, [Panel("")], rows, columns, levels)


def _away(view: View) -> str:
    nobody, shown = view.say("nobody"), _attended(view)
    said = []
    for topic in _topics(view):
        away = shown.filter(pl.col("phenomenon") == topic, pl.col("attended") == 0)["name"].to_list()
        said.append(f"{topic_title(topic, view.words)}: {view.words.listed(away) or nobody}")
    return "; ".join(said)


# Integration beside coping.


def _municipality(meta: Meta, region: str, code: str, words: Words) -> str:
    """Return the name of a municipality of a region; the code where nobody knows it."""
    known = meta["regions"].get(region, {}).get("municipalities", {})
    title = region_title(meta, code, words)
    return str(known.get(code, code)) if title == code else title


def _beside_rows(view: View) -> pl.DataFrame:
    """Return the municipalities of a region (of every region for the network), with their names."""
    mine = view.data.filter((pl.col("region") == view.region) | pl.lit(view.region == NETWORK))
    mine = mine.filter(pl.col("region").is_in(list(view.meta["regions"])))
    towns = mine.select("region", "municipality").iter_rows()
    names = [_municipality(view.meta, region, town, view.words) for region, town in towns]
    order = pl.col("region").cast(pl.Enum(list(view.meta["regions"])))
    return mine.with_columns(name=pl.Series(names, dtype=pl.String)).sort(order, "name")


def _both(view: View) -> pl.DataFrame:
    return view.data.filter(pl.col("suppressed") == SHOWN).drop_nulls(["coping", "integration"])


def met_axis(meta: Meta, words: Words) -> str:
    """Return what the number of integration is: the share within so many days."""
    own = meta.get("integration", {}).get("beside_days")
    days = chosen(meta, "integration", "beside_days") if own else chosen(meta, "delay_days", -1)
    return way(meta, words).within.format(n=words.number(days))


def coping_axis(meta: Meta, words: Words) -> str:
    """Return what the number of coping is: the mean of a scale, between its ends."""
    scale = str(meta.get("integration", {}).get("beside_scale") or "")
    if not scale:
        return words.say("Coping")
    if not meta["scales"].get(scale, {}).get("range"):
        return words.say("{scale} (mean)", scale=scale_title(meta, scale, words))
    span = words.span(*range_of(meta, "scales", scale))
    return words.say("{scale} (mean, {span})", scale=scale_title(meta, scale, words), span=span)


def _axes(view: View) -> tuple[str, str]:
    return met_axis(view.meta, view.words), coping_axis(view.meta, view.words)


def _beside(view: View) -> Points | None:
    shown = _both(view)
    if shown.height < _FEWEST:
        return None
    held = set(shown["region"])
    scale = str(view.meta.get("integration", {}).get("beside_scale", ""))
    ends = {
        f"{axis}{end}": f"{number}{end}"
        for axis, number in (("x", "integration"), ("y", "coping"))
        for end in ("", "_low", "_high")
    }
    return Points(
        shown.select("name", series="region", **ends),
        {one: view.place(one) for one in view.meta["regions"] if one in held},
        _axes(view),
        view.meta["scales"].get(scale, {}).get("shown", {}),
    )


def _beside_told(view: View) -> str:
    return "; ".join(
        f"{row['name']} {view.share(row['integration'])}, {view.words.number(row['coping'], 2)}"
        for row in rows_of(_both(view).head(12))
    )


FIGURES: Sequence[Spec] = (
    Spec(
        key="presence",
        finding=findings_services.of_presence,
        table="presence",
        topic="services",
        about="region",
        rows_are="others",
        rows=_presence_rows,
        layout=_presence,
        title=say("Who was at which table in {year}", year=lambda view: view.data["wave"][0]),
        caption=(
            say(
                "At how many of the meetings about each topic an organisation was (meetings in brackets). "
                "Darker: at more of them. {sign}: at none.",
                sign=AWAY,
            ),
            say(
                "Missing is not neglect: not every organisation is needed at every table. The picture asks whether "
                "somebody is missing who should be there."
            ),
            say("Only meetings with a list of those present are here."),
            HIDDEN_WORD,
        ),
        alt=say(
            "Organisations by topic of meetings in {region} in {year}. Missing – {values}.",
            region=View.place, year=lambda view: view.data["wave"][0], values=_away,
        ),
    ),
    Spec(
        key="beside",
        table="beside",
        topic="services",
        about="region",
        rows_are="others",
        rows=_beside_rows,
        layout=_beside,
        title=say("Integration beside coping, by municipality"),
        caption=(
            say(
                "Each mark is a municipality; the thin lines are the {level} confidence intervals of both numbers.",
                level=level,
            ),
            say(
                "This picture cannot show that one thing leads to the other. What holds between municipalities need "
                "not hold for any family in them (ecological fallacy); municipalities differ in much else, such as "
                "size, income and distances (confounding); they are few, so a pattern may be chance; and those who "
                "answered are mostly not the families who met services."
            ),
            say("No line is drawn through the marks, on purpose."),
            say(
                "Where a municipality has answers from few schools or services, the interval of its mean is wide or "
                "missing."
            ),
            say(
                "Municipalities are left out where too few families or persons stand behind a number.",
                when=lambda view: view.data.height > _both(view).height,
            ),
            HIDDEN_WORD,
        ),
        alt=say(
            "Scatter of municipalities in {region}. Across: {met}. Up: {coping}. {values}.", region=View.place,
            met=lambda view: _axes(view)[0], coping=lambda view: _axes(view)[1], values=_beside_told,
        ),
    ),
)  # fmt: skip
