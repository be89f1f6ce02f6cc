"""Sentences on differences between groups and on the same children, from what the tests call clear."""

from __future__ import annotations

from typing import Any

import polars as pl

from sujuva.figures import Words
from sujuva.figures.change import SAME, change_rows
from sujuva.figures.gaps import gap_rows, spoken
from sujuva.figures.labels import Meta, clusters_note, manner, scale_title
from sujuva.published import LEAST, SHOWN, Published
from sujuva.reports.cautions import Said, flagged


def gap_sentence(published: Published, words: Words, *, region: str) -> str:
    """Say how many differences between groups are clear, and which is the largest of them; nothing without any.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    meta = published.meta
    rows = gap_rows(published["comparisons"], meta, region=region)
    rows = rows.filter(pl.col("suppressed") == SHOWN, pl.col("q").is_not_null())
    if rows.is_empty():
        return ""
    clear = rows.filter("clear")
    values = {"n": words.number(rows.height), "year": rows["wave"][0]}
    if clear.is_empty():
        return words.say(
            "Of {n} differences between groups in {year}, none is larger than chance could make it.", **values
        )
    values["clear"] = words.number(clear.height)
    # A group of a few persons may differ most of all, and should not be what is remembered.
    large = clear.filter(pl.min_horizontal("n", "other_n") >= LEAST)
    if large.is_empty():
        return words.say(
            "Differences between groups looked at in {year}: {n}; clear ones: {clear}. In each of these one group has "
            "fewer than {least} persons.",
            least=LEAST,
            **values,
        )
    return words.say(
        "Differences between groups looked at in {year}: {n}; clear ones: {clear}. The largest between groups of at "
        "least {least} persons – {gap}.",
        gap=spoken(large.row(0, named=True), meta, words),
        least=LEAST,
        **values,
    )


def same_sentence(published: Published, words: Words, *, region: str) -> Said:
    """Say which headline measure changed most clearly in the same children; nothing where none did.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    meta = published.meta
    rows = change_rows(published["comparisons"], meta, regions=[region]).filter(
        pl.col("comparison") == SAME, pl.col("suppressed") == SHOWN, pl.col("q") < meta["coping"]["fdr"]
    )
    if rows.is_empty():
        return Said("")
    row = rows.sort("q", "scale", "informant").row(0, named=True)
    values: dict[str, Any] = {
        "scale": scale_title(meta, row["scale"], words),
        "difference": words.signed(row["estimate"], _shown(row, meta)),
        "interval": words.between(row["ci_low"], row["ci_high"], _shown(row, meta)),
        "before": row["other_wave"],
        "year": row["wave"],
    }
    waves = (row["other_wave"], row["wave"])
    remarked = flagged(published, scale=row["scale"], informant=row["informant"], region=region, waves=waves)
    better = (row["estimate"] > 0) == meta["scales"][row["scale"]]["higher_is_better"]
    if better:
        text = words.say(
            "In the same children the clearest change from {before} to {year} is for the better: {scale} {difference} "
            "({interval}).",
            **values,
        )
    else:
        text = words.say(
            "In the same children the clearest change from {before} to {year} is for the worse: {scale} {difference} "
            "({interval}).",
            **values,
        )
    return Said(text, remarked)


def clusters_sentence(published: Published, words: Words, *, region: str) -> str:
    """Warn that intervals of a region rest on few schools and services; nothing where they do not.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region, or "network".
    """
    rows = published["parjaavyys"].filter(
        pl.col("region") == region, pl.col("group") == "all", pl.col("indicator") == "score_mean",
        pl.col("suppressed") == SHOWN,
    )  # fmt: skip
    return clusters_note(rows, words)


def _shown(row: dict[str, Any], meta: Meta) -> Any:
    return manner(meta, {"indicator": "score_mean", "scale": row["scale"]})
