"""The section on how children and families cope: levels, bands and how scores are spread."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.figures import Picture
from sujuva.figures.labels import band_title, informant_title, scale_title
from sujuva.figures.nobody import of_somebody
from sujuva.figures.norms import norms_note
from sujuva.figures.specification import View
from sujuva.reports.content import Section, alone, figures, lacking
from sujuva.reports.lacks import blank_forms, means_of, no_index
from sujuva.reports.signs import measure
from sujuva.reports.tables import Row, Table, by_wave, plain, row_table


def coping_section(view: View) -> Section:
    """Return the section on how children and families cope; what it says is missing where there are no answers."""
    mine = view.table("parjaavyys").filter(pl.col("region") == view.region)
    means, every = figures(view, "coping"), means_of(view)
    blank = blank_forms(view, every)
    if not means or mine.is_empty():
        missing = blank or lacking(view, [view.say("answers to questionnaires")])
        return Section("coping", missing=missing)
    shares = mine.filter(pl.col("indicator") == "band_share", pl.col("group") == "all")
    drawn = means[0].picture.data["scale"].unique().to_list() if means[0].picture else []
    shares = shares.sort("scale", "category", "informant", "wave")
    columns = ["scale", "informant", "band", "wave", "estimate", "interval", "n"]
    caption = view.say("Share of respondents in the bands of each measure")
    bands = row_table(view, shares, columns, caption=caption, name="shares_of_bands") if shares.height else None
    experts = [
        *alone(bands), *figures(view, "distributions", tables=lambda picture: [_spread(view, picture)]),
        *alone(_groups(view, mine, drawn), _scales(view, every)),
    ]  # fmt: skip
    return Section(
        "coping",
        [*means, *figures(view, "bands")],
        missing=" ".join(one for one in (no_index(view, every), blank) if one),
        notes=(view.say("Bands describe groups. They are nobody's diagnosis."),) if shares.height else (),
        experts=experts,
        expert_notes=_notes(view, of_somebody(shares, ["scale"])),
    )


def _spread(view: View, picture: Picture) -> Table:
    span, number = view.words.span, view.words.number
    bins = picture.data.select("bin_low", "bin_high").iter_rows()
    frame = picture.data.with_columns(
        title=pl.Series([view.scale(one) for one in picture.data["scale"]], dtype=pl.String),
        score=pl.Series([span(low, high) if low != high else number(low) for low, high in bins], dtype=pl.String),
    )
    headers = {"title": view.say("Measure"), "wave": view.say("Year"), "score": view.say("Score"), "n": "n"}
    return plain(view, frame, headers, caption=picture.subject, name=picture.key, behind=picture.data)


def _groups(view: View, mine: pl.DataFrame, scales: Sequence[str]) -> Table | None:
    """Return the means of groups in the latest year: everyone first, then groups by name, numbers in names by size."""
    last = mine["wave"].max()
    means = mine.filter(pl.col("indicator") == "score_mean", pl.col("wave") == last, pl.col("scale").is_in(scales))
    if means.is_empty():
        return None
    padded = pl.col("group").str.replace_all(r"(\d+)", "000$1").str.replace_all(r"0*(\d{3})", "$1")
    columns = ["scale", "informant", "group", "estimate", "interval", "n"]
    return row_table(
        view, means.sort("scale", "informant", pl.col("group") != "all", padded), columns,
        caption=view.say("Mean scores by group in {year}", year=last), name="groups",
    )  # fmt: skip


def _scales(view: View, every: pl.DataFrame) -> Table:
    def label(row: Row) -> str:
        return f"{measure(view, row['scale'])} ({informant_title(row['informant'], view.words)})"

    caption = view.say("Mean scores of all scales by year")
    return by_wave(view, every, label, caption=caption, heads=[view.say("Measure")], name="scales")


def _notes(view: View, shares: pl.DataFrame) -> tuple[str, ...]:
    """Name the norm sets behind the bands, and the bands whose limits nobody here has read in a source."""
    used = shares["scale"].unique(maintain_order=True).to_list()
    if not used:
        return ()
    doubtful = [
        f"{scale_title(view.meta, key, view.words)}: {band_title(view.meta, key, band['key'], view.words)}"
        for key, scale in view.meta["scales"].items()
        for band in scale["bands"]
        if band["unverified"] and key in used
    ]
    notes = [norms_note(used, view.meta, view.words)]
    if doubtful:
        notes.append(
            view.say(
                "Not verified: the limits of these bands are this project's own, or their source has not been read: "
                "{bands}.",
                bands="; ".join(dict.fromkeys(doubtful)),
            )
        )
    return tuple(one for one in notes if one)
