"""The table of how the statistics of an area move: by how many per cent a year, beside the whole country."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.codebooks.regions import COUNTRY, NETWORK
from sujuva.figures import Words
from sujuva.figures.labels import Meta, note_title, region_title
from sujuva.figures.language import DASH, NO_BREAK
from sujuva.published import SHOWN, require_published
from sujuva.reports.tables import Table, csv_text

_SHORT = "short_series"
_DAGGER = f"{NO_BREAK}†"
_MANNER = {"decimals": 1}

_Row = dict[str, Any]


def trend_table(situation: pl.DataFrame, meta: Meta, words: Words, *, region: str) -> Table | None:
    """Make a table with a row a statistic and span of years of a region; None where there is no yearly change.

    The whole series of a region stands first, then the years before and after its start where it has such rows. The
    country stands beside it in the same years, and only in those.

    Args:
        situation: Published statistics of areas, with rows of `area_aapc` of both genders together.
        meta: Metadata of the publication.
        words: The reader's language.
        region: Region; "network" for every region of the study.
    """
    rows = require_published(situation, "yearly change").filter(
        pl.col("indicator") == "area_aapc", pl.col("category").str.starts_with("total:")
    )
    rows = rows.with_columns(first=pl.col("category").str.split(":").list.last().cast(pl.Int32))
    regions = list(meta["regions"]) if region == NETWORK else [region]
    mine = rows.filter(pl.col("region").is_in(regions)).sort(
        "scale", pl.col("region").cast(pl.Enum(regions)), pl.col("first") - pl.col("wave"), "first"
    )
    if mine.is_empty():
        return None
    window = ["scale", "first", "wave"]
    country = rows.filter(pl.col("region") == COUNTRY).join(mine, on=window, how="semi", maintain_order="left")
    beside = {tuple(row[name] for name in window): row for row in country.iter_rows(named=True)}
    cells = [
        [
            str(meta["areas"].get("titles", {}).get(row["scale"], row["scale"])),
            *([region_title(meta, row["region"], words)] if region == NETWORK else []),
            f"{row['first']}{DASH}{row['wave']}",
            _change(row, words),
            _change(beside.get(tuple(row[name] for name in window)), words),
        ]
        for row in mine.iter_rows(named=True)
    ]
    level = words.percent(meta["confidence"], 0)
    headers = [
        words.say("Statistic"),
        *([words.say("Region")] if region == NETWORK else []),
        words.say("Years"),
        words.say("Change, % a year ({level} interval)", level=level),
        words.say("Whole country, % a year ({level} interval)", level=level),
    ]
    return Table(
        caption=words.say("Average annual percent change"),
        headers=headers,
        rows=cells,
        numeric=[*(False for _ in headers[:-2]), True, True],
        csv=csv_text(pl.concat([mine, country]).drop("first", "note", strict=False)),
        name="trends.csv",
        note=_note(cells, windows=mine.n_unique(["scale", "region"]) < mine.height, words=words),
    )


def _change(row: _Row | None, words: Words) -> str:
    """Write a change with its interval; in place of one that is hidden or does not exist, why."""
    if row is None:
        return DASH
    if row["suppressed"] != SHOWN:
        return words.say("hidden")
    if row["estimate"] is None:
        return f"{DASH} ({note_title(row['note'], words)})" if row["note"] else DASH
    short = _DAGGER if _SHORT in row["note"].split("; ") else ""
    return (
        f"{words.signed(row['estimate'], _MANNER, brief=True)} ({words.span(row['ci_low'], row['ci_high'], 1)}){short}"
    )


def _note(cells: list[list[str]], *, windows: bool, words: Words) -> str:
    parts = [
        words.say(
            "By how many per cent the value of the statistic grew or fell a year, on average from the first year to "
            "the last. It describes and does not explain: whatever else changed in those years, such as laws, records "
            "or borders, is in it too."
        ),
        words.say(
            "First the whole series; below it, where a region has started, the years up to the last one before its "
            "start, and those from then on."
        )
        if windows
        else "",
        words.say("† A short series, ten years at most: one unusual year may make the change.")
        if any(_DAGGER in cell for row in cells for cell in row)
        else "",
    ]
    return " ".join(part for part in parts if part)
