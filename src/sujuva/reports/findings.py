"""Sentences on how people cope: change of means, differences between groups, the same children."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.figures.catalogue.change import SAME, change_rows, gap_rows, spoken
from sujuva.figures.catalogue.coping import mean_rows
from sujuva.figures.judged import judged
from sujuva.figures.labels import clusters_note, manner
from sujuva.figures.specification import View, say
from sujuva.figures.verdicts import compared
from sujuva.published import LEAST, SHOWN
from sujuva.reports.cautions import Said, flagged
from sujuva.reports.lacks import means_of

_FOLLOWED = {
    "better": say(
        "In the same children most has changed for the better in {scale} ({difference} from {before} to {year})."
    ),
    "worse": say(
        "In the same children most has changed for the worse in {scale} ({difference} from {before} to {year})."
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


def coping_sentence(view: View, part: pl.DataFrame) -> tuple[str, bool]:
    """Say how a mean was in the first and the last year with the verdict on it; and whether there is a difference.

    Args:
        view: The page.
        part: One of `coping_series`; nothing is said of a single year.
    """
    found = ends(part)
    if found is None or found[0]["wave"] == found[1]["wave"]:
        return "", False
    first, last = found
    shown, verdict = manner(view.meta, last), judged(view, first, last)
    text = view.say(
        "{scale}: {first} in {before}, {last} in {year} – {verdict}.",
        scale=view.scale(last["scale"]), first=view.words.value(first["estimate"], shown), before=first["wave"],
        last=view.words.value(last["estimate"], shown), year=last["wave"], verdict=verdict.title(view.words),
    )  # fmt: skip
    return text, verdict.sure


def gap_sentence(view: View) -> str:
    """Say how many differences between groups there are among those looked at, and which is the largest of them."""
    rows = gap_rows(view.table("comparisons"), view.meta, region=view.region)
    rows = rows.filter(pl.col("suppressed") == SHOWN, pl.col("ci_low").is_not_null())
    if rows.is_empty():
        return ""
    sure = rows.filter("sure")
    values = {"n": view.words.number(rows.height), "year": rows["wave"][0]}
    if sure.is_empty():
        return view.say(
            "We compared groups in {n} ways in {year}; no difference is so large that it could not be chance.", **values
        )
    values |= {"sure": view.words.number(sure.height), "least": LEAST}
    # A group of a few persons may differ most of all, and should not be what is remembered.
    large = sure.filter(pl.min_horizontal("n", "other_n") >= LEAST)
    if large.is_empty():
        return view.say(
            "We compared groups in {n} ways in {year}; in {sure} of them there is a difference, but each time one "
            "group has fewer than {least} persons.",
            **values,
        )
    return view.say(
        "We compared groups in {n} ways in {year}; in {sure} of them there is a difference. The largest between groups "
        "of at least {least} persons – {gap}.",
        gap=spoken(large.row(0, named=True), view.meta, view.words), **values,
    )  # fmt: skip


def same_sentence(view: View) -> Said:
    """Say which headline measure changed most, against what matters, in the same children; nothing where none did."""
    rows = change_rows(view.table("comparisons"), view.meta, regions=[view.region]).filter(
        pl.col("comparison") == SAME, pl.col("suppressed") == SHOWN
    )
    found = [(compared(row, view.meta), row) for row in rows.iter_rows(named=True)]
    found = [(verdict, row) for verdict, row in found if verdict.sure and verdict.way in _FOLLOWED]
    if not found:
        return Said("")
    verdict, row = min(found, key=lambda one: (-(one[0].times or 0.0), one[1]["scale"], one[1]["informant"]))
    shown = manner(view.meta, {"indicator": "score_mean", "scale": row["scale"]})
    text = view.say(
        _FOLLOWED[str(verdict.way)].msgid,
        scale=view.scale(row["scale"]), difference=view.words.signed(row["estimate"], shown),
        before=row["other_wave"], year=row["wave"],
    )  # fmt: skip
    return Said(text, flagged(view, row, (row["other_wave"], row["wave"])))


def clusters_sentence(view: View) -> str:
    """Warn that intervals of a region rest on few schools and services; nothing where they do not."""
    return clusters_note(means_of(view).filter(pl.col("suppressed") == SHOWN), view.words)
