"""Flags on answers: everything that is looked for, in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from sujuva.codebooks import Areas, Instrument, load_areas
from sujuva.codebooks.area_statistics import STATISTICS
from sujuva.codebooks.regions import NETWORK
from sujuva.quality.flags import Flagging, Flags, flag_counts, row_flags
from sujuva.quality.jumps import mean_jumps
from sujuva.quality.negative import negative_items
from sujuva.quality.rows import flag_rows
from sujuva.quality.sums import cell_sums
from sujuva.tables import PREFIX


def changed_titles(titles: pl.DataFrame) -> pl.DataFrame:
    """Find the ids with more than one title over sources and periods.

    Titles that differ in blanks, in upper and lower case or in how letters are encoded (Unicode NFKC) are the same. A
    translation is another title: whether it asks the same is for a reader to say.

    Returns:
        `FlagCounts` without reason: about is the instrument (or the table, where it holds no answers), part the id,
        n its different titles, looked_at the sources and periods that give it one. The titles themselves stay in
        `titles`.
    """
    said = pl.col("title").str.normalize("NFKC").str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase()
    counted = titles.group_by("table", "id").agg(
        n=said.n_unique().cast(pl.Int64), looked_at=pl.struct("source", "period").n_unique().cast(pl.Int64)
    )
    return counted.filter(pl.col("n") > 1).select(
        pl.lit("title_changed").alias("flag"),
        pl.col("table").str.strip_prefix(PREFIX).alias("about"),
        pl.col("id").alias("part"),
        pl.lit("").alias("informant"),
        pl.lit(0, pl.Int32).alias("wave"),
        pl.lit(NETWORK).alias("region"),
        pl.lit("").alias("group"),
        "n",
        "looked_at",
        pl.lit(None, pl.Float64).alias("value"),
    )


def unknown_areas(statistics: pl.DataFrame, areas: Areas, *, about: str = STATISTICS[0]) -> pl.DataFrame:
    """Count the areas of statistics that no classification knows, or whose name is that of another code's area.

    Args:
        statistics: The clean table of area statistics: area, area_name.
        areas: The areas of Finland; without any nothing is judged.
        about: Name of the table.

    Returns:
        `FlagCounts` without reason, at most one row: n the areas that are not known, looked_at all of them.
    """
    seen = statistics.select("area", "area_name").unique().sort("area", "area_name")
    unknown = sum(areas.code_beside(*pair) is None for pair in seen.iter_rows()) if areas.by_key else 0
    return pl.DataFrame(
        {
            "flag": ["unknown_area"],
            "about": [about],
            "part": [""],
            "informant": [""],
            "group": [""],
            "wave": [0],
            "region": [NETWORK],
            "n": [unknown],
            "looked_at": [seen.height],
            "value": [None],
        }
    ).filter(pl.col("n") > 0)


def not_asked(items: pl.DataFrame) -> pl.DataFrame:
    """Find the items that some forms of a wave and region did not have (`ItemCounts`, `n_not_asked`).

    Returns:
        `FlagCounts` without reason: about is the instrument, part the item, n the forms without it, looked_at those and
        the forms on which it was asked; nothing of an item that all forms have.
    """
    without, having = pl.col("n_not_asked").cast(pl.Int64), pl.col("n").cast(pl.Int64)
    somewhere = (pl.col("n_not_asked").sum() > 0).over("instrument", "item", "wave")
    return items.filter(somewhere).select(
        pl.lit("not_asked").alias("flag"),
        pl.col("instrument").alias("about"),
        pl.format("{}_{}", "instrument", "item").alias("part"),
        pl.lit("").alias("informant"),
        "wave",
        "region",
        pl.lit("").alias("group"),
        without.alias("n"),
        (without + having).alias("looked_at"),
        pl.lit(None, pl.Float64).alias("value"),
    )


PERSON = ("respondent", "wave")
"""Columns that tell persons at a wave apart."""


def answered_instruments(
    tables: Mapping[str, pl.DataFrame], instruments: Mapping[str, Instrument]
) -> Iterator[tuple[Instrument, pl.DataFrame]]:
    """Give each instrument that has a table of answers, in the order of keys, and that table."""
    for key in sorted(instruments):
        answers = tables.get(PREFIX + key)
        if answers is not None:
            yield instruments[key], answers


def place(
    answers: pl.DataFrame, respondents: pl.DataFrame, groups: Sequence[str] = ()
) -> tuple[pl.DataFrame, list[str]]:
    """Put each person's region and groups beside the answers.

    Args:
        answers: A clean table of answers.
        respondents: The clean table of respondents; every person of `answers` is there.
        groups: Columns of `respondents` or else of `answers`; those in neither are left out.

    Returns:
        The answers in their order with region and the groups (text, null: in no group), and the groups that are there.
    """
    of_persons = [name for name in groups if name in respondents.columns]
    own = [name for name in groups if name in answers.columns and name not in of_persons]
    places = respondents.select(*PERSON, "region", pl.col(of_persons).cast(pl.String))
    # Joined to the keys alone and set beside the answers: the wide table is not copied.
    beside = answers.select(PERSON).join(places, on=PERSON, how="left", maintain_order="left").drop(PERSON)
    placed = answers.drop(of_persons, "region", strict=False).with_columns(pl.col(own).cast(pl.String))
    return placed.hstack(beside).filter(pl.col("region").is_not_null()), [*of_persons, *own]


def find_flags(
    tables: Mapping[str, pl.DataFrame],
    instruments: Mapping[str, Instrument],
    titles: pl.DataFrame,
    *,
    flagging: Flagging,
    items: pl.DataFrame | None = None,
) -> Flags:
    """Look for signs that something is wrong with answers that broke no rule; no row is removed.

    Flags on rows (`straight_lining`, `all_missing`, `too_fast`) are counted by instrument, informant, wave and region,
    also where the count is 0; those that compare groups (`negative_item`, `mean_jump`), `title_changed` and
    `unknown_area` have a row for each finding only. The same rows in any order, on any number of threads, give the
    same frames.

    Args:
        tables: Clean tables: respondents, and `answers_<instrument>` for any instruments.
        instruments: Codebooks by key.
        titles: What sources call items and indicators (contract `ItemTitles`).
        flagging: The limits.
        items: Answers and blanks of every item (contract `ItemCounts`); None: nothing is told of items not asked.

    Returns:
        Flagged rows and counts, each sorted by the key of its contract.
    """
    rows: list[pl.DataFrame] = []
    counts = [changed_titles(titles)]
    known = load_areas()
    counts += [unknown_areas(tables[name], known, about=name) for name in STATISTICS if name in tables]
    if items is not None:
        counts.append(not_asked(items))
    cells: dict[str, pl.DataFrame] = {}
    for instrument, answers in answered_instruments(tables, instruments):
        placed, groups = place(answers, tables["respondents"], flagging.groups)
        flagged, counted = flag_rows(placed, instrument, flagging)
        rows.append(flagged)
        counts.append(counted)
        cells[instrument.key] = cell_sums(placed, instrument, groups)
    counts += [negative_items(cells, instruments, flagging), mean_jumps(cells, instruments, flagging)]
    return Flags(row_flags(*rows), flag_counts(*counts))
