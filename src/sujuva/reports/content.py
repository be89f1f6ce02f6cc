"""The sections of a report: what stands where, each picture with the data behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Picture, Words, areas, coping, distributions
from sujuva.figures.labels import (
    Meta,
    band_title,
    informant_title,
    level_note,
    scale_title,
)
from sujuva.publish import Published
from sujuva.reports.tables import Table, by_wave, indicator_rows, plain


@dataclass(frozen=True)
class Exhibit:
    """A picture, or only a table, with the tables behind it.

    Attributes:
        picture: The picture, if there is one.
        tables: The numbers behind it; without a picture, what is shown.
        svg: The drawing.
        intro: One plain sentence that stands before: what is seen, and what it means.
    """

    picture: Picture | None
    tables: tuple[Table, ...]
    svg: str = ""
    intro: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        key: Its id on the page.
        title: Its heading.
        lead: What it is about.
        exhibits: What it shows; the page lists a section among its contents only where there is something.
        missing: Plain words on what the data does not have.
        notes: What else a reader must know.
    """

    key: str
    title: str
    lead: str
    exhibits: list[Exhibit] = field(default_factory=list)
    missing: str = ""
    notes: tuple[str, ...] = ()


def shown(picture: Picture, *tables: Table, intro: str = "") -> Exhibit:
    """Return a picture with the tables behind it."""
    return Exhibit(picture, tables, picture.svg(), intro)


def only(table: Table) -> Exhibit:
    """Return a table that stands by itself."""
    return Exhibit(None, (table,))


def lacking(parts: list[str], words: Words, region: str) -> str:
    """Say plainly what the data does not have; nothing where it has all."""
    if not parts:
        return ""
    named = words.listed(parts, words.say("or"))
    if region == NETWORK:
        return words.say("This data has no {parts}.", parts=named)
    return words.say("This data has no {parts} of this region.", parts=named)


def coping_section(published: Published, words: Words, *, region: str, regions: list[str]) -> Section:
    """Return the section on how children and families cope.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta, frame = published.meta, published["parjaavyys"]
    title = words.say("Do children and families cope better?")
    lead = words.say("What children, young people and parents say about everyday life, wellbeing and difficulties.")
    mine = frame.filter(pl.col("region") == region)
    means = coping(frame, meta, words, regions=regions)
    if means is None or mine.is_empty():
        return Section("coping", title, lead, missing=lacking([words.say("answers to questionnaires")], words, region))
    table = indicator_rows(
        means.data,
        meta,
        words,
        caption=means.title,
        columns=["scale", "informant", "region", "wave", "estimate", "interval", "n"],
        name="coping.csv",
    )
    spread = distributions(published["distributions"], frame, meta, words, region=region)
    exhibits = [shown(means, table), *_bands(mine, meta, words), *_spread(spread, meta, words)]
    last = mine["wave"].max()
    groups = mine.filter(
        pl.col("indicator") == "score_mean",
        pl.col("wave") == last,
        pl.col("scale").is_in(means.data["scale"].unique().to_list()),
    )
    if groups.height:
        groups = _in_order(groups)
        caption = words.say("Mean scores by group in {year}", year=last)
        columns = ["scale", "informant", "group", "estimate", "interval", "n"]
        exhibits.append(only(indicator_rows(groups, meta, words, caption=caption, columns=columns, name="groups.csv")))
    every = mine.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all").sort(
        "scale", "informant", "wave"
    )
    exhibits.append(
        only(
            by_wave(
                every,
                meta,
                words,
                caption=words.say("Mean scores of all scales by year"),
                first=words.say("Measure"),
                label=lambda row: (
                    f"{scale_title(meta, row['scale'], words)} ({informant_title(row['informant'], words)})"
                ),
                name="scales.csv",
                waves=sorted(every["wave"].unique().to_list()),
            )
        )
    )
    return Section("coping", title, lead, exhibits, notes=_band_notes(meta, _shares(mine), words))


def _in_order(groups: pl.DataFrame) -> pl.DataFrame:
    """Sort rows as readers expect: everyone first, then groups by name, numbers in names by size."""
    padded = pl.col("group").str.replace_all(r"(\d+)", "000$1").str.replace_all(r"0*(\d{3})", "$1")
    named = pl.col("group") != "all"
    return groups.sort("scale", "informant", named, padded)


def _shares(mine: pl.DataFrame) -> pl.DataFrame:
    return mine.filter(pl.col("indicator") == "band_share", pl.col("group") == "all").sort(
        "scale", "category", "informant", "wave"
    )


def _bands(mine: pl.DataFrame, meta: Meta, words: Words) -> list[Exhibit]:
    shares = _shares(mine)
    if shares.is_empty():
        return []
    caption = words.say("Share of respondents in the bands of each measure")
    columns = ["scale", "informant", "band", "wave", "estimate", "interval", "n"]
    return [only(indicator_rows(shares, meta, words, caption=caption, columns=columns, name="bands.csv"))]


def _spread(spread: Picture | None, meta: Meta, words: Words) -> list[Exhibit]:
    if spread is None:
        return []
    titles = [scale_title(meta, one, words) for one in spread.data["scale"]]
    scores = [
        words.span(low, high) if low != high else words.number(low)
        for low, high in spread.data.select("bin_low", "bin_high").iter_rows()
    ]
    bins = spread.data.with_columns(title=pl.Series(titles, dtype=pl.String), score=pl.Series(scores, dtype=pl.String))
    headers = {"title": words.say("Measure"), "wave": words.say("Year"), "score": words.say("Score"), "n": "n"}
    return [shown(spread, plain(bins, words, caption=spread.title, headers=headers, name="distributions.csv"))]


def _band_notes(meta: Meta, shares: pl.DataFrame, words: Words) -> tuple[str, ...]:
    """Name the bands whose limits nobody here has read in a source."""
    doubtful = [
        f"{scale_title(meta, key, words)}: {band_title(meta, key, band['key'], words)}"
        for key, scale in meta["scales"].items()
        if key in shares["scale"].unique().to_list()
        for band in scale["bands"]
        if band["indicator"] and band["unverified"]
    ]
    notes = [words.say("Bands describe groups. They are nobody's diagnosis.")] if shares.height else []
    if doubtful:
        notes.append(
            words.say(
                "Not verified: the limits of these bands are in general use, but their source has not "
                "been read: {bands}.",
                bands="; ".join(dict.fromkeys(doubtful)),
            )
        )
    return tuple(notes)


def areas_section(published: Published, words: Words, *, region: str) -> Section | None:
    """Return the section of public statistics; None where there are none.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
    """
    picture = areas(published["situation"], published.meta, words, region=region)
    if picture is None:
        return None
    table = indicator_rows(
        picture.data,
        published.meta,
        words,
        caption=picture.title,
        columns=["statistic", "region", "wave", "estimate"],
        name="areas.csv",
    )
    return Section(
        "areas",
        words.say("What is the situation in the area?"),
        words.say("Official statistics around the work: background, not its result."),
        [shown(picture, table)],
    )


def comparison(meta: Meta, region: str) -> list[str]:
    """Return the regions that a page compares: the region beside the network, or every region."""
    return [*meta["regions"], NETWORK] if region == NETWORK else [region, NETWORK]


def levels(meta: Meta, words: Words, region: str) -> str:
    """Say what kind of region the page is about."""
    if region == NETWORK:
        return level_note(meta, words)
    names = {"county": words.say("wellbeing services county"), "city": words.say("city"), "other": words.say("area")}
    return names.get(meta["regions"][region]["level"], "")


__all__ = [
    "Exhibit",
    "Section",
    "areas_section",
    "comparison",
    "coping_section",
    "lacking",
    "levels",
    "only",
    "shown",
]
