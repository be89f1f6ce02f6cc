"""The section on how children and families cope: levels, bands and how scores are spread."""

from __future__ import annotations

import polars as pl

from sujuva.figures import Picture, Words, coping, distributions
from sujuva.figures.bars import bands, norms_note
from sujuva.figures.labels import Meta, band_title, informant_title, scale_title
from sujuva.figures.nobody import of_somebody
from sujuva.published import Published
from sujuva.reports.content import Exhibit, Section, lacking, only, shown
from sujuva.reports.lacks import blank_forms, means_of, no_index
from sujuva.reports.marks import measure
from sujuva.reports.tables import by_wave, indicator_rows, plain


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
    every = means_of(frame, region)
    blank = blank_forms(every, meta, words)
    if means is None or mine.is_empty():
        none = lacking([words.say("answers to questionnaires")], words, region)
        return Section("coping", title, lead, missing=blank or none)
    table = indicator_rows(
        means.data,
        meta,
        words,
        caption=means.title,
        columns=["scale", "informant", "region", "wave", "estimate", "interval", "n"],
        name="coping.csv",
    )
    spread = distributions(published["distributions"], frame, meta, words, region=region)
    exhibits = [
        shown(means, table),
        *_bands(frame, mine, meta, words, regions=regions),
        *_spread(spread, meta, words),
    ]
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
    exhibits.append(
        only(
            by_wave(
                every,
                meta,
                words,
                caption=words.say("Mean scores of all scales by year"),
                first=words.say("Measure"),
                label=lambda row: f"{measure(meta, row['scale'], words)} ({informant_title(row['informant'], words)})",
                name="scales.csv",
                waves=sorted(every["wave"].unique().to_list()),
            )
        )
    )
    missing = " ".join(one for one in (no_index(every, meta, words), blank) if one)
    notes = _band_notes(meta, of_somebody(_shares(mine), ["scale"]), words)
    return Section("coping", title, lead, exhibits, missing=missing, notes=notes)


def _in_order(groups: pl.DataFrame) -> pl.DataFrame:
    """Sort rows as readers expect: everyone first, then groups by name, numbers in names by size."""
    padded = pl.col("group").str.replace_all(r"(\d+)", "000$1").str.replace_all(r"0*(\d{3})", "$1")
    named = pl.col("group") != "all"
    return groups.sort("scale", "informant", named, padded)


def _shares(mine: pl.DataFrame) -> pl.DataFrame:
    return mine.filter(pl.col("indicator") == "band_share", pl.col("group") == "all").sort(
        "scale", "category", "informant", "wave"
    )


def _bands(frame: pl.DataFrame, mine: pl.DataFrame, meta: Meta, words: Words, *, regions: list[str]) -> list[Exhibit]:
    found: list[Exhibit] = []
    columns = ["scale", "informant", "band", "wave", "estimate", "interval", "n"]
    picture = bands(frame, meta, words, regions=regions)
    if picture is not None:
        placed = ["scale", "informant", "region", *columns[2:]]
        table = indicator_rows(
            picture.data, meta, words, caption=picture.title, columns=placed, name="bands_of_regions.csv"
        )
        found.append(shown(picture, table))
    shares = _shares(mine)
    if shares.height:
        caption = words.say("Share of respondents in the bands of each measure")
        found.append(only(indicator_rows(shares, meta, words, caption=caption, columns=columns, name="bands.csv")))
    return found


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
    """Name the norm sets behind the bands, and the bands whose limits nobody here has read in a source."""
    doubtful = [
        f"{scale_title(meta, key, words)}: {band_title(meta, key, band['key'], words)}"
        for key, scale in meta["scales"].items()
        if key in shares["scale"].unique().to_list()
        for band in scale["bands"]
        if band["unverified"]
    ]
    used = shares["scale"].unique(maintain_order=True).to_list()
    notes = [words.say("Bands describe groups. They are nobody's diagnosis."), norms_note(used, meta, words)]
    notes = notes if used else []
    if doubtful:
        notes.append(
            words.say(
                "Not verified: the limits of these bands are this project's own, or their source has not been read: "
                "{bands}.",
                bands="; ".join(dict.fromkeys(doubtful)),
            )
        )
    return tuple(one for one in notes if one)
