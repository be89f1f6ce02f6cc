"""What is unusual among public statistics, in words: where, what, how sure, since when, and what is new."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue.municipalities import members
from sujuva.figures.catalogue.signals import funnel_areas, signals_of
from sujuva.figures.labels import note_title, region_title, statistic_title
from sujuva.figures.language import DASH
from sujuva.figures.specification import View, say
from sujuva.published import SHOWN, rows_of
from sujuva.reports.tables import Row, Table

_SAID = {
    ("level", True): say("compared with the whole country {share} more"),
    ("level", False): say("compared with the whole country {share} less"),
    ("change", True): say(
        "compared with its own earlier years {share} more, the whole country's development allowed for"
    ),
    ("change", False): say(
        "compared with its own earlier years {share} less, the whole country's development allowed for"
    ),
}
_ENDED = {
    ("level", True): say("compared with the whole country no longer unusually high"),
    ("level", False): say("compared with the whole country no longer unusually low"),
    ("change", True): say("compared with its own earlier years no longer unusually high"),
    ("change", False): say("compared with its own earlier years no longer unusually low"),
}
_SURE = ("clear_signal", "likely_signal")
_SINCE_YEAR = ("new_signal", "still_signal", "ended_signal", "other_limits")
_SINCE_RELEASE = ("new_since_release", "still_since_release", "gone_since_release")
_MOST = 8
"""Sentences that stand on the page; the table has all."""


def signals_said(view: View) -> tuple[str, ...]:
    """Say the signals of the page's places, the largest first: what, where, how sure, since when, and what is new.

    What there is to say of one statistic of a place is one sentence, of which each part says what it compares.
    """
    table = signals_table(view)
    if table is None or table.data is None:
        return ()
    if table.data.is_empty():
        return (view.say("Nothing is unusual."),)
    said: dict[tuple[str, str], list[str]] = {}
    for row in rows_of(table.data):
        _, seen, _, sure, since, news = _cells(view, row)
        more = [news] if row["estimate"] is None else [sure, view.say("since {year}", year=since), news]
        told = ", ".join(one for one in more if one != DASH)
        said.setdefault((row["region"], row["scale"]), []).append(f"{seen} ({told})" if told else seen)
    return tuple(
        f"{region_title(view.meta, region, view.words)}, {statistic_title(view.meta, scale, view.words)}: "
        + "; ".join(parts)
        for (region, scale), parts in list(said.items())[:_MOST]
    )


def signals_table(view: View) -> Table | None:
    """Make a table with a row a signal of the region and its municipalities; the network's has the regions.

    None where no statistic is judged. Where there is no signal, it says so. What is new is told since the last release,
    or, where there has been none, since the year before.
    """
    regions = list(view.meta["regions"]) if view.region == NETWORK else [view.region, *members(view)]
    judged = view.table("situation").filter(
        pl.col("indicator") == "area_funnel", pl.col("suppressed") == SHOWN, pl.col("ci_low").is_not_null()
    )
    if judged.filter(pl.col("region").is_in(regions)).is_empty():
        return None
    rows = signals_of(view, list(dict.fromkeys(regions)))
    last = _last_release(view)
    rows = rows.filter(pl.col("estimate").is_not_null() | _noted(_SINCE_RELEASE if last else _SINCE_YEAR))
    cells = [_cells(view, row) for row in rows_of(rows)]
    since = view.say("Since the year before")
    note = view.say(
        "Of what is called unusual at most one in twenty is expected to be a false alarm. Small places and small "
        "changes are not found: what is not here may still have changed. A signal does not say why."
    )
    if last:
        since = view.say("Since release {number} ({date})", number=last["number"], date=view.words.day(last["date"]))
        note += " " + view.say(
            "Where the last release did not judge a statistic in the same way, nothing is said of it."
        )
    return Table(
        caption=view.say("What is unusual"),
        headers=[
            view.say("Area"), view.say("What is seen"), view.say("Statistic"), view.say("How sure"), view.say("Since"),
            since,
        ],
        rows=cells or [[DASH, view.say("Nothing is unusual."), *[DASH] * 4]],
        numeric=[False, False, False, False, True, False],
        data=rows,
        name="signals.csv",
        note=note,
    )  # fmt: skip


def _last_release(view: View) -> Row | None:
    releases: list[Row] = view.meta.get("releases", [])
    return releases[-1] if releases else None


def _noted(notes: tuple[str, ...]) -> pl.Expr:
    return pl.col("note").str.split("; ").list.set_intersection(list(notes)).list.len() > 0


def _cells(view: View, row: Row) -> list[str]:
    _, aspect, since = row["category"].split(":")
    notes = row["note"].split("; ")
    above = "above_expected" in notes
    news = _SINCE_RELEASE if _last_release(view) else _SINCE_YEAR
    sure, new = ("; ".join(note_title(one, view.words) for one in notes if one in some) for some in (_SURE, news))
    if row["estimate"] is None:
        seen = view.say(_ENDED[aspect, above].msgid)
    else:
        share = view.words.percent(abs(row["estimate"]) / 100, 0)
        seen = view.say(_SAID[aspect, above].msgid, share=share)
        low, high = sorted(abs(row[name]) / 100 for name in ("ci_low", "ci_high"))
        same = row["ci_low"] * row["ci_high"] > 0
        sure += f" {view.words.span(low, high, percent=True)}" if same else ""
    place = region_title(view.meta, row["region"], view.words)
    return [place, seen, statistic_title(view.meta, row["scale"], view.words), sure or DASH, since, new or DASH]


def funnel_table(view: View) -> Table:
    """Make a table of the first funnel: each area's value beside its limits, or that there is no data."""
    rows = funnel_areas(view)
    every = view.table("situation").filter(pl.col("indicator") == "area_value", pl.col("category") == "total")
    values = every.join(rows, on=["scale", "region", "wave"], how="semi")
    numbers = {row["region"]: row for row in rows_of(values)}
    cells = []
    for row in rows_of(rows):
        number = numbers.get(row["region"])
        hidden = row["suppressed"] != SHOWN or (number is not None and number["suppressed"] != SHOWN)
        bare = view.say("not shown") if hidden else view.say("no data")
        value = None if number is None else number["estimate"]
        ends = view.words.span(row["ci_low"], row["ci_high"], 1)
        told = [bare, bare, bare] if hidden or value is None else [
            view.words.number(value, 1), ends if row["ci_low"] is not None else note_title(row["note"], view.words),
            view.words.number(row["n"]),
        ]  # fmt: skip
        cells.append([region_title(view.meta, row["region"], view.words), *told])
    title = statistic_title(view.meta, rows["scale"][0], view.words) if rows.height else ""
    return Table(
        caption=f"{title} ({rows['wave'][0]})" if rows.height else title,
        headers=[view.say("Area"), view.say("Value"), view.say("Limits"), view.say("People behind the statistic")],
        rows=cells,
        numeric=[False, True, True, True],
        data=pl.concat([values, rows]),
        name="funnel.csv",
        note=" ".join(
            [
                view.say("No data: the producer has published no number, which is not zero."),
                *([_chance_only(view)] if (rows["note"] == "chance_only").any() else []),
                *_unjudged(view),
            ]
        ),
    )


def _chance_only(view: View) -> str:
    return view.say("Too few areas have data to tell how much areas differ: the limits are those of chance alone.")


def _unjudged(view: View) -> list[str]:
    """Say which statistics cannot be judged, and which areas have no data in them."""
    rows = view.table("situation").filter(
        pl.col("indicator") == "area_funnel", pl.col("category").str.starts_with("total:")
    )
    bare = rows.filter(pl.col("ci_low").is_null().all().over("scale"), pl.col("suppressed") == SHOWN)
    blank = bare.filter(pl.col("note") == "blank")["region"].unique().sort().to_list()
    if bare.is_empty():
        return []
    titles = [statistic_title(view.meta, one, view.words) for one in bare["scale"].unique().sort()]
    said = [
        view.say(
            "Cannot be judged, since the producer tells no numbers of people: {statistics}.",
            statistics="; ".join(titles),
        )
    ]
    places = ", ".join(sorted(region_title(view.meta, one, view.words) for one in blank))
    return [*said, *([view.say("No data in some of these: {areas}.", areas=places)] if blank else [])]
