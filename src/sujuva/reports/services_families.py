"""What happens to families: how long they wait, how their way goes, what is agreed and done, where they are sent on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.figures import Picture, Words, delays, promise
from sujuva.figures.agreed import agreed
from sujuva.figures.beside import beside, coping_axis, met_axis
from sujuva.figures.casework import way
from sujuva.figures.families import at_table, families
from sujuva.figures.framing import table as optional
from sujuva.figures.labels import Meta, indicator_title, region_title
from sujuva.figures.referrals import number_rows, referrals
from sujuva.figures.survival import survival
from sujuva.figures.waits import waits
from sujuva.published import Published
from sujuva.reports.content import Exhibit, only, shown
from sujuva.reports.marks import formula
from sujuva.reports.services_findings import agreed_sentence, survival_sentence, table_sentence
from sujuva.reports.tables import Table, by_wave, indicator_rows, plain

_WAITING = (
    "cases_started", "cases_open", "delay_q1", "delay_median", "delay_km_median", "delay_q3", "delay_p90",
    "delay_mean", "delay_share", "delay_workday_median", "delay_workday_p90", "delay_workday_share",
)  # fmt: skip
_COLUMNS = ["indicator", "of", "region", "wave", "estimate", "interval", "n"]


def waiting_exhibits(published: Published, words: Words, *, region: str, regions: list[str]) -> list[Exhibit]:
    """Return how long cases take: in numbers, over days, within the promise, and as a curve.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta, frame = published.meta, published["integration"]
    waiting = frame.filter(
        pl.col("region") == region, pl.col("group") == "all", pl.col("wave") > 0, pl.col("indicator").is_in(_WAITING)
    )
    if waiting.is_empty():
        return []
    facts = by_wave(
        ordered(waiting, _WAITING),
        meta,
        words,
        caption=way(meta, words).waiting,
        first=words.say("Indicator"),
        label=lambda row: _waiting_label(row, meta, words),
        name="waiting.csv",
        waves=sorted(waiting["wave"].unique().to_list()),
    )
    facts = replace(
        facts,
        note=words.say(
            "The shares are of all. The days are of those who got there; only the estimate of the median is of all, "
            "those who have not got there counted for as long as they are known to have waited."
        ),
    )
    weeks = delays(published["delays"], frame, meta, words, region=region)
    exhibits = [only(facts)] if weeks is None else [shown(weeks, facts, _week_table(weeks, meta, words))]
    kept = promise(frame, meta, words, regions=regions)
    if kept is not None:
        columns = ["days", "region", "wave", "estimate", "n"]
        table = indicator_rows(kept.data, meta, words, caption=kept.title, columns=columns, name="promise.csv")
        exhibits.append(shown(kept, table))
    curve = survival(optional(published, "survival"), meta, words, regions=regions)
    if curve is not None:
        intro = survival_sentence(published, words, region=region)
        exhibits.append(shown(curve, _curve_table(curve, meta, words), intro=intro))
    unequal = waits(frame, meta, words, regions=regions)
    if unequal is not None:
        columns = ["wait", "indicator", "region", "estimate", "interval", "n"]
        table = indicator_rows(unequal.data, meta, words, caption=unequal.title, columns=columns, name="waits.csv")
        exhibits.append(shown(unequal, table))
    return exhibits


def family_exhibits(published: Published, words: Words, *, region: str, regions: list[str]) -> list[Exhibit]:
    """Return how the way of families goes: shares, who is at the table, what is done, referrals.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta, frame = published.meta, published["integration"]
    said = [
        (families(frame, meta, words, regions=regions), ""),
        (at_table(frame, meta, words, regions=regions), table_sentence(published, words, region=region)),
        (agreed(frame, meta, words, regions=regions), agreed_sentence(published, words, region=region)),
    ]
    exhibits = [
        shown(
            one,
            indicator_rows(one.data, meta, words, caption=one.title, columns=_COLUMNS, name=f"{one.key}.csv"),
            intro=intro,
        )
        for one, intro in said
        if one is not None
    ]
    flow = referrals(frame, meta, words, region=region)
    if flow is not None:
        counts = flow.data.filter(pl.col("indicator") == "referrals")
        columns = ["source", "target", "wave", "estimate"]
        tables = [indicator_rows(counts, meta, words, caption=flow.title, columns=columns, name="referrals.csv")]
        numbers = number_rows(frame, region=region)
        if numbers.height:
            caption = words.say("Referrals in numbers")
            tables.append(
                indicator_rows(
                    numbers, meta, words, caption=caption,
                    columns=["indicator", "of", "wave", "estimate", "interval", "n"], name="referral_numbers.csv",
                )
            )  # fmt: skip
        exhibits.append(shown(flow, *tables))
    return exhibits


def beside_exhibits(published: Published, words: Words, *, region: str) -> list[Exhibit]:
    """Return integration beside coping by municipality, where enough municipalities can be shown.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
    """
    meta = published.meta
    picture = beside(optional(published, "beside"), meta, words, region=region)
    if picture is None:
        return []
    spans = [
        (
            region_title(meta, row["region"], words),
            words.percent(row["integration"], 0),
            words.span(row["integration_low"], row["integration_high"], percent=True),
            words.number(row["coping"], 2),
            words.span(row["coping_low"], row["coping_high"], 2),
        )
        if row["suppressed"] == ""
        else (region_title(meta, row["region"], words), *[words.say("hidden")] * 4)
        for row in picture.data.iter_rows(named=True)
    ]
    names = ["region_title", "met", "met_interval", "mean", "mean_interval"]
    written = pl.DataFrame(spans, schema=dict.fromkeys(names, pl.String), orient="row")
    interval = words.say("{level} interval", level=words.percent(meta["confidence"], 0))
    table = plain(
        pl.concat([picture.data, written], how="horizontal"),
        words,
        caption=picture.title,
        headers={
            "name": words.say("Municipality"),
            "region_title": words.say("Region"),
            "met": met_axis(meta, words),
            "met_interval": interval,
            "families": words.say("Families"),
            "mean": coping_axis(meta, words),
            "mean_interval": interval,
            "persons": words.say("Persons"),
        },
        name="beside.csv",
    )
    few = words.say(
        "Where a municipality has answers from few schools or services, the interval of its mean is wide or missing."
    )
    return [shown(picture, replace(table, note=" ".join(one for one in (table.note, few) if one)))]


def _curve_table(curve: Picture, meta: Meta, words: Words) -> Table:
    rows = curve.data.with_columns(
        place=pl.Series([region_title(meta, one, words) for one in curve.data["region"]], dtype=pl.String),
        met=100 * pl.col("met"), met_low=100 * pl.col("met_low"), met_high=100 * pl.col("met_high"),
    )  # fmt: skip
    return plain(
        rows,
        words,
        caption=curve.title,
        headers={
            "place": words.say("Region"),
            "day": words.say("Day"),
            "met": words.say("Share, %"),
            "met_low": words.say("Interval from, %"),
            "met_high": words.say("to, %"),
            "n": f"n ({way(meta, words).unit})",
        },
        name="survival.csv",
        decimals=0,
    )


def _week_table(weeks: Picture, meta: Meta, words: Words) -> Table:
    days = [
        words.span(low, high) if high is not None else f"{low}+"
        for low, high in weeks.data.select("days", "days_to").iter_rows()
    ]
    counted = way(meta, words).unit
    return plain(
        weeks.data.with_columns(span=pl.Series(days, dtype=pl.String)),
        words,
        caption=weeks.title,
        headers={"wave": words.say("Year"), "span": words.say("Days"), "n": f"n ({counted})"},
        name="delays.csv",
    )


def ordered(frame: pl.DataFrame, keys: Iterable[str]) -> pl.DataFrame:
    """Return indicators in the order of `keys`, shares of days by their days."""
    place = {key: number for number, key in enumerate(keys)}
    return (
        frame.with_columns(place=pl.col("indicator").replace_strict(place, return_dtype=pl.Int32))
        .sort("place", pl.col("category").cast(pl.Int32, strict=False), "category", "wave")
        .drop("place")
    )


def with_unit(row: dict[str, Any], meta: Meta, words: Words) -> str:
    """Return the title of an indicator with its unit."""
    info = meta["indicators"].get(row["indicator"], {})
    unit = "%" if info.get("percent") else words.of(info.get("unit"))
    title = ", ".join(one for one in (indicator_title(meta, row["indicator"], words), unit) if one)
    return title + formula(row["indicator"])


def _waiting_label(row: dict[str, Any], meta: Meta, words: Words) -> str:
    if row["indicator"] == "delay_share":
        return way(meta, words).within.format(n=row["category"])
    if row["indicator"] == "delay_workday_share":
        return words.say("{what} (working days)", what=way(meta, words).within.format(n=row["category"]))
    facts = way(meta, words).facts
    if row["indicator"] in facts:
        unit = words.of(meta["indicators"].get(row["indicator"], {}).get("unit"))
        return ", ".join(one for one in (facts[row["indicator"]], unit) if one)
    if row["indicator"] == "cases_open":
        return f"{way(meta, words).open}, {way(meta, words).unit}"
    if row["indicator"].startswith("cases_"):
        return f"{indicator_title(meta, row['indicator'], words)}, {way(meta, words).unit}"
    return with_unit(row, meta, words)
