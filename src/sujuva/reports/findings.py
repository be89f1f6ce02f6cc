"""Sentences on how people cope: change of means, differences between groups, the same children."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.figures.catalogue.change import CROSS, SAME, change_rows, gap_rows, spoken
from sujuva.figures.catalogue.coping import mean_rows
from sujuva.figures.labels import clusters_note, manner
from sujuva.figures.specification import Sentence, View, say
from sujuva.published import LEAST, SHOWN, is_clear
from sujuva.reports.cautions import Said, flagged
from sujuva.reports.lacks import means_of
from sujuva.reports.tables import Row

CLEAR, ALONE, CHANCE = "clear", "alone", "chance"
_CHANGED: dict[str | bool | None, Sentence] = {
    True: say(
        "{scale}: {what} went from {first} ({before}) to {last} ({year}), clearly for the better; chance alone hardly "
        "explains it."
    ),
    False: say(
        "{scale}: {what} went from {first} ({before}) to {last} ({year}), clearly for the worse; chance alone hardly "
        "explains it."
    ),
    ALONE: say(
        "{scale}: {what} was {first} in {before} and {last} in {year}; alone this would hardly be chance, but "
        "among so many comparisons it may be."
    ),
    CHANCE: say("{scale}: {what} was {first} in {before} and {last} in {year}; the difference may be due to chance."),
    None: say(
        "{scale}: {what} was {first} in {before} and {last} in {year}; how far chance explains this is not known."
    ),
}
"""What is said of a change by its verdict; of a clear one, by whether it is for the better."""
_FOLLOWED = {
    True: say(
        "In the same children the clearest change from {before} to {year} is for the better: {scale} {difference} "
        "({interval})."
    ),
    False: say(
        "In the same children the clearest change from {before} to {year} is for the worse: {scale} {difference} "
        "({interval})."
    ),
}


def ends(frame: pl.DataFrame) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the first and the last shown row of a series over years; None where nothing is shown."""
    shown = frame.filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null(), pl.col("wave") > 0)
    shown = shown.sort("wave")
    return (shown.row(0, named=True), shown.row(-1, named=True)) if shown.height else None


def coping_series(view: View) -> list[pl.DataFrame]:
    """Return the mean scores of a region, a frame for each scale and informant, in the order of figures."""
    means = mean_rows(replace(view, data=view.table("parjaavyys"))).filter(pl.col("region") == view.region)
    return [part for _, part in means.group_by("scale", "informant", maintain_order=True)]


def doubtful(view: View, part: pl.DataFrame) -> bool:
    """Tell whether flags concern the first or the last year of a series of means, or the way between them."""
    found = ends(part)
    return found is not None and flagged(view, found[1], (found[0]["wave"], found[1]["wave"]))


def verdict(view: View, first: Row, last: Row) -> str | None:
    """Tell whether a mean changed by more than chance, as the figure of changes and its table show it.

    Their interval knows which schools and services answered in both years, and q how many changes were looked at.
    Only where they are not published the years are compared as if they were independent (see `differ`).

    Args:
        view: The page.
        first: A published row of a mean.
        last: The same mean in a later year.

    Returns:
        CLEAR; ALONE where the interval leaves out zero, but q is too large; CHANCE; None where nobody knows.
    """
    mine = view.table("comparisons").filter(
        *(pl.col(name) == last[name] for name in ("scale", "informant", "region", "group", "wave")),
        pl.col("other_wave") == first["wave"], pl.col("comparison") == CROSS, pl.col("category") == "",
        pl.col("suppressed") == SHOWN, pl.col("ci_low").is_not_null(), pl.col("ci_high").is_not_null(),
    )  # fmt: skip
    if mine.is_empty():
        known = differ(first, last)
        return None if known is None else CLEAR if known else CHANCE
    low, high, q = mine.select("ci_low", "ci_high", "q").row(0)
    if low <= 0 <= high:
        return CHANCE
    return CLEAR if q is None or q <= view.meta["coping"]["fdr"] else ALONE


def differ(first: Row, last: Row) -> bool | None:
    """Tell whether two estimates differ by more than chance; None where one has no interval.

    |a − b| > √(h_a² + h_b²), h half the width of an interval: t · √(se_a² + se_b²), each with its own t. The years are
    taken as independent; people who answered in both make the true error of the difference smaller, so the test errs
    on the side of caution.

    Args:
        first: A published row: estimate, ci_low, ci_high.
        last: Another.
    """
    ends = [(row["ci_low"], row["ci_high"]) for row in (first, last)]
    if any(None in pair for pair in ends):
        return None
    return bool(abs(last["estimate"] - first["estimate"]) > math.hypot(*((high - low) / 2 for low, high in ends)))


def coping_sentence(view: View, part: pl.DataFrame) -> tuple[str, bool]:
    """Say how a mean was in the first and the last year, and what chance has to do with it; and whether that is clear.

    Args:
        view: The page.
        part: One of `coping_series`; nothing is said of a single year.
    """
    found = ends(part)
    if found is None or found[0]["wave"] == found[1]["wave"]:
        return "", False
    first, last = found
    shown = manner(view.meta, last)
    values = {
        "scale": view.scale(last["scale"]),
        "what": view.say("the share") if shown.get("percent") else view.say("the mean"),
        "first": view.words.value(first["estimate"], shown),
        "last": view.words.value(last["estimate"], shown),
        "before": first["wave"],
        "year": last["wave"],
    }
    so = verdict(view, first, last)
    up = last["estimate"] > first["estimate"]
    better = up == view.meta["scales"][last["scale"]]["higher_is_better"]
    said = _CHANGED[better if so == CLEAR else so]
    return view.say(said.msgid, **values), so == CLEAR


def gap_sentence(view: View) -> str:
    """Say how many differences between groups are clear, and which is the largest of them; nothing without any."""
    rows = gap_rows(view.table("comparisons"), view.meta, region=view.region)
    rows = rows.filter(pl.col("suppressed") == SHOWN, pl.col("q").is_not_null())
    if rows.is_empty():
        return ""
    clear = rows.filter("clear")
    values = {"n": view.words.number(rows.height), "year": rows["wave"][0]}
    if clear.is_empty():
        return view.say(
            "Of {n} differences between groups in {year}, none is larger than chance could make it.", **values
        )
    values |= {"clear": view.words.number(clear.height), "least": LEAST}
    # A group of a few persons may differ most of all, and should not be what is remembered.
    large = clear.filter(pl.min_horizontal("n", "other_n") >= LEAST)
    if large.is_empty():
        return view.say(
            "Differences between groups looked at in {year}: {n}; clear ones: {clear}. In each of these one group has "
            "fewer than {least} persons.",
            **values,
        )
    return view.say(
        "Differences between groups looked at in {year}: {n}; clear ones: {clear}. The largest between groups of at "
        "least {least} persons – {gap}.",
        gap=spoken(large.row(0, named=True), view.meta, view.words), **values,
    )  # fmt: skip


def same_sentence(view: View) -> Said:
    """Say which headline measure changed most clearly in the same children; nothing where none did."""
    rows = change_rows(view.table("comparisons"), view.meta, regions=[view.region]).filter(
        pl.col("comparison") == SAME, pl.col("suppressed") == SHOWN, is_clear(view.meta["coping"]["fdr"])
    )
    if rows.is_empty():
        return Said("")
    row = rows.sort("q", -pl.col("effect").abs(), "scale", "informant").row(0, named=True)
    shown = manner(view.meta, {"indicator": "score_mean", "scale": row["scale"]})
    values = {
        "scale": view.scale(row["scale"]),
        "difference": view.words.signed(row["estimate"], shown),
        "interval": view.words.between(row["ci_low"], row["ci_high"], shown),
        "before": row["other_wave"],
        "year": row["wave"],
    }
    better = (row["estimate"] > 0) == view.meta["scales"][row["scale"]]["higher_is_better"]
    text = view.say(_FOLLOWED[better].msgid, **values)
    return Said(text, flagged(view, row, (row["other_wave"], row["wave"])))


def clusters_sentence(view: View) -> str:
    """Warn that intervals of a region rest on few schools and services; nothing where they do not."""
    return clusters_note(means_of(view).filter(pl.col("suppressed") == SHOWN), view.words)
