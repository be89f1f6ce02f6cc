"""What happens to families in numbers: how long they wait, referrals, and integration beside coping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from sujuva.figures import Picture
from sujuva.figures.casework import way
from sujuva.figures.catalogue.common import level
from sujuva.figures.catalogue.families import number_rows
from sujuva.figures.catalogue.places import coping_axis, met_axis
from sujuva.figures.labels import indicator_title
from sujuva.figures.specification import View
from sujuva.published import SHOWN
from sujuva.reports.content import Exhibit, figures, only
from sujuva.reports.services_findings import agreed_sentence, survival_sentence, table_sentence
from sujuva.reports.tables import Row, Table, by_wave, plain, row_table, with_unit

_WAITING = (
    "cases_started", "cases_open", "delay_q1", "delay_median", "delay_km_median", "delay_q3", "delay_p90",
    "delay_mean", "delay_share", "delay_workday_median", "delay_workday_p90", "delay_workday_share",
)  # fmt: skip


def further_exhibits(view: View) -> list[Exhibit]:
    """Return what researchers read besides: all numbers of the wait, how it spreads over days, the curve, the way."""
    waiting = view.table("integration").filter(
        pl.col("region") == view.region, pl.col("group") == "all", pl.col("wave") > 0,
        pl.col("indicator").is_in(_WAITING),
    )  # fmt: skip
    if waiting.is_empty():
        return []
    facts = by_wave(
        view, ordered(waiting, _WAITING), lambda row: _waiting_label(view, row),
        caption=way(view.meta, view.words).waiting, heads=[view.say("Indicator")], name="waiting",
    )  # fmt: skip
    note = view.say(
        "The shares are of all. The days are of those who got there; only the estimate of the median is of all, "
        "those who have not got there counted for as long as they are known to have waited."
    )
    facts = replace(facts, note=note)
    curve = figures(
        view, "survival", intro=survival_sentence(view), tables=lambda picture: [_curve_table(view, picture)]
    )
    return [
        *(figures(view, "delays", tables=lambda picture: [facts, _day_table(view, picture)]) or [only(facts)]),
        *curve,
        *figures(view, "families"),
    ]


def family_exhibits(view: View) -> list[Exhibit]:
    """Return how the way of families goes: in time or not, who waits, who is at the table, what is done, referrals."""
    numbers = number_rows(view.table("integration"), region=view.region)
    columns = ["indicator", "of", "wave", "estimate", "interval", "n"]
    caption = view.say("Referrals in numbers")
    more = [row_table(view, numbers, columns, caption=caption, name="referral_numbers")] if numbers.height else []
    return [
        *figures(view, "promise"),
        *figures(view, "waits"),
        *figures(view, "at-table", intro=table_sentence(view)),
        *figures(view, "agreed", intro=agreed_sentence(view)),
        *figures(view, "referrals", tables=lambda picture: [_referral_table(view, picture), *more]),
    ]


def _referral_table(view: View, picture: Picture) -> Table:
    counts = picture.data.filter(pl.col("indicator") == "referrals")
    columns = ["source", "target", "wave", "estimate"]
    return row_table(view, counts, columns, caption=picture.title, name=picture.key)


def beside_table(view: View, picture: Picture) -> Table:
    """Return integration beside coping by municipality."""
    words = view.words

    def spans(row: Row) -> list[str]:
        if row["suppressed"] != SHOWN:
            return [words.say("not shown")] * 4
        return [
            view.share(row["integration"]),
            words.span(row["integration_low"], row["integration_high"], percent=True),
            words.number(row["coping"], 2),
            words.span(row["coping_low"], row["coping_high"], 2),
        ]

    written = [[view.place(row["region"]), *spans(row)] for row in picture.data.iter_rows(named=True)]
    names = ["region_title", "met", "met_interval", "mean", "mean_interval"]
    frame = pl.DataFrame(written, schema=dict.fromkeys(names, pl.String), orient="row")
    interval = view.say("{level} interval", level=level(view))
    headers = {
        "name": view.say("Municipality"), "region_title": view.say("Region"), "met": met_axis(view.meta, words),
        "met_interval": interval, "families": view.say("Families"), "mean": coping_axis(view.meta, words),
        "mean_interval": interval, "persons": view.say("Persons"),
    }  # fmt: skip
    frame = pl.concat([picture.data, frame], how="horizontal")
    few = view.say(
        "Where a municipality has answers from few schools or services, the interval of its mean is wide or missing."
    )
    table = plain(view, frame, headers, caption=picture.title, name=picture.key, behind=picture.data)
    return replace(table, note=few)


def _curve_table(view: View, picture: Picture) -> Table:
    shares = [pl.col(name) * 100 for name in ("met", "met_low", "met_high")]
    places = pl.Series([view.place(one) for one in picture.data["region"]], dtype=pl.String)
    headers = {
        "place": view.say("Region"), "day": view.say("Day"), "met": view.say("Share, %"),
        "met_low": view.say("Interval from, %"), "met_high": view.say("to, %"), "n": _counted(view),
    }  # fmt: skip
    rows = picture.data.with_columns(*shares, place=places)
    return plain(view, rows, headers, caption=picture.title, name=picture.key, decimals=0, behind=picture.data)


def _day_table(view: View, picture: Picture) -> Table:
    ends = picture.data.select("days", "days_to").iter_rows()
    days = [view.words.span(low, high) if high is not None else f"{low}+" for low, high in ends]
    rows = picture.data.with_columns(span=pl.Series(days, dtype=pl.String))
    headers = {"wave": view.say("Year"), "span": view.say("Days"), "n": _counted(view)}
    return plain(view, rows, headers, caption=picture.title, name=picture.key, behind=picture.data)


def _counted(view: View) -> str:
    return f"n ({way(view.meta, view.words).unit})"


def ordered(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return indicators in the order of `keys`, shares of days by their days."""
    days = pl.col("category").cast(pl.Int32, strict=False)
    return frame.sort(pl.col("indicator").cast(pl.Enum(keys)), days, "category", "wave")


def _waiting_label(view: View, row: Row) -> str:
    said, indicator = way(view.meta, view.words), row["indicator"]
    if indicator == "delay_share":
        return said.within.format(n=row["category"])
    if indicator == "delay_workday_share":
        return view.say("{what} (working days)", what=said.within.format(n=row["category"]))
    if indicator in said.facts:
        unit = view.words.of(view.meta["indicators"][indicator]["unit"])
        return ", ".join(one for one in (said.facts[indicator], unit) if one)
    if indicator == "cases_open":
        return f"{said.open}, {said.unit}"
    if indicator == "cases_started":
        return f"{indicator_title(view.meta, indicator, view.words)}, {said.unit}"
    return with_unit(row, view)
