"""Attrition beside what it weakens: how many of an earlier wave answered again, and whether those who left differed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from sujuva.figures.bound import plain
from sujuva.figures.catalogue.change import SAME, change_rows
from sujuva.figures.findings import sure_word
from sujuva.figures.specification import View, ranked, say
from sujuva.figures.verdicts import (
    OF_SD,
    SURE,
    TOLD,
    Difference,
    Row,
    Verdict,
    better_of,
    judge,
    matters_of,
    q_together,
)
from sujuva.published import SHOWN, ends_of, rows_of
from sujuva.reports.content import Exhibit, only
from sujuva.reports.tables import row_table

LOST, APART = "attrition_share", "attrition_difference"
NAME = "answered_again"
"""Name of the rows, and of their place on the page."""
_LEFT = {
    "better": say("Those who did not were {sure}worse off to begin with: {scales}."),
    "worse": say("Those who did not were {sure}better off to begin with: {scales}."),
    "same": say("Those who did not were alike to begin with."),
    "unknown": say("Whether those who did not were different to begin with cannot be told."),
}


def attrition_rows(view: View) -> pl.DataFrame:
    """Return the shares lost and the differences at the start behind the changes of the same persons of a page.

    Args:
        view: The page.

    Returns:
        Published rows of `attrition_share` and `attrition_difference` of the page's region, of the measures and the
        years whose change of the same persons the page shows; those of one measure beside each other.
    """
    pairs = change_rows(view.table("comparisons"), view.meta, regions=[view.region]).filter(
        pl.col("comparison") == SAME, pl.col("suppressed") == SHOWN
    )
    keys = ["scale", "informant", "region", "wave", "category"]
    pairs = pairs.with_columns(category=pl.col("other_wave").cast(pl.String)).select(keys)
    rows = view.table("parjaavyys").filter(pl.col("indicator").is_in([LOST, APART]), pl.col("group") == "all")
    kept = rows.join(pairs, on=keys, how="semi")
    return ranked(
        kept, scale=pairs["scale"].unique(maintain_order=True).to_list(),
        informant=pairs["informant"].unique().sort().to_list(), indicator=[LOST, APART],
    )  # fmt: skip


def attrition_sentence(view: View, rows: pl.DataFrame) -> str:
    """Say how many answered again and whether those who left differed at the start; "" where nobody was followed.

    Args:
        view: The page.
        rows: What `attrition_rows` gives.
    """
    if rows.is_empty():
        return ""
    values = {"before": rows["category"].cast(pl.Int32).min(), "year": rows["wave"].max()}
    lost = rows.filter(pl.col("indicator") == LOST, pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    if lost.is_empty():
        return view.say(
            "How many of those of {before} answered again in {year} is not shown, to protect privacy.", **values
        )
    most, least = ends_of(rows_of(lost))
    again = (100 * (1 - least), 100 * (1 - most))
    if plain(view.words.number(again[0])) == plain(view.words.number(again[1])):
        n = view.words.number(again[0])
        said = view.say("Of a hundred who answered in {before}, {n} answered again in {year}.", n=n, **values)
    else:
        said = view.say(
            "Of a hundred who answered in {before}, {n} answered again in {year}, depending on the measure.",
            n=view.words.span(*again), **values,
        )  # fmt: skip
    return f"{said} {_left(view, rows)}".strip()


def _left(view: View, rows: pl.DataFrame) -> str:
    """Say whether those who left differed: for sure, in no way that matters, or that it cannot be told."""
    apart = rows.filter(pl.col("indicator") == APART, pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())
    judged = _judged(view, apart.to_dicts())
    for words in (SURE, TOLD):  # what is sure first, else what is perhaps so
        differing = [(row, verdict) for row, verdict in judged if verdict.word in words and verdict.way in _LEFT]
        for way in ("better", "worse"):
            some = [(row, verdict) for row, verdict in differing if verdict.way == way]
            if some:
                scales = dict.fromkeys(view.words.inside(view.scale(row["scale"])) for row, _ in some)
                return view.say(
                    _LEFT[way].msgid, scales=view.words.listed(list(scales)), sure=sure_word(view, some[0][1])
                )
    alike = bool(judged) and all(verdict.word == "same" for _, verdict in judged)
    return _LEFT["same" if alike else "unknown"](view)


def _judged(view: View, apart: Sequence[Row]) -> list[tuple[Row, Verdict]]:
    """Judge each difference between who stayed and who left, all of them together."""
    differences = [Difference(row["estimate"], row["ci_low"], row["ci_high"]) for row in apart]
    qs = q_together(differences, float(view.meta["confidence"]))
    return [
        (row, judge(
            difference, matters=_matters(view, row), better=better_of(view.meta, scale=row["scale"]), q=q,
            fdr=float(view.meta["coping"]["fdr"]),
        ))
        for row, difference, q in zip(apart, differences, qs, strict=True)
    ]  # fmt: skip


def _matters(view: View, row: Row) -> float | None:
    """Return the smallest difference that matters: declared, else a part of the deviation at the earlier wave."""
    declared = matters_of(view.meta, scale=row["scale"])
    if declared is not None:
        return declared
    spread = view.table("parjaavyys").filter(
        *(pl.col(name) == row[name] for name in ("scale", "informant", "region", "group")),
        pl.col("indicator") == "score_sd", pl.col("wave") == int(row["category"]), pl.col("suppressed") == SHOWN,
    )  # fmt: skip
    return next((OF_SD * one for one in spread["estimate"] if one is not None), None)


def with_attrition(view: View, exhibits: list[Exhibit]) -> list[Exhibit]:
    """Put the sentence beside the first figure that follows the same persons, and its rows behind the figures.

    Args:
        view: The page.
        exhibits: What the page shows of change.
    """
    rows = attrition_rows(view)
    said = attrition_sentence(view, rows)
    follows = [one for one in exhibits if one.picture is not None and one.picture.key in ("change", "movers")]
    if not said or not follows:
        return exhibits
    table = row_table(
        view, rows, ["scale", "informant", "indicator", "years", "estimate", "interval", "n"],
        caption=view.say("Who answered again, and how those who did not differed from the start"), name=NAME,
    )  # fmt: skip
    beside = [replace(one, caution=said, rows_at=NAME) if one is follows[0] else one for one in exhibits]
    return [*beside, only(table)]
