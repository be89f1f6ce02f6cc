"""What became of the raw rows: how many of each file were used, how many were set aside, and why."""

from __future__ import annotations

from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sujuva.figures.labels import Meta, rule_title, source_line, stamp
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import COLOURS, INK, WIDTH, style
from sujuva.publish import Privacy
from sujuva.published import PRIMARY, SHOWN, require_published

_LEFT, _BARS = 2.8, 2.85
_HEAD, _ROW, _GAP = 0.38, 0.25, 0.12
"""Inches: where bars begin, how wide they are; a heading, a row, what stands between two blocks."""
_LETTERS = 40
"""Letters of a name that fit before the bars."""


def under(meta: Meta, words: Words) -> str:
    """Return how a small count is shown: "under 5"."""
    return words.say("under {n}", n=meta["privacy"]["threshold"])


def file_titles(ledger: pl.DataFrame) -> dict[str, str]:
    """Return what to call each source: its file; file and source where one file feeds several."""
    often = ledger.group_by("file").len().filter(pl.col("len") > 1)["file"].to_list()
    return {
        source: f"{file} ({source})" if file in often else file
        for source, file in ledger.select("source", "file").iter_rows()
    }


def quality(ledger: pl.DataFrame, rules: pl.DataFrame, meta: Meta, words: Words) -> Picture | None:
    """Draw rows used and set aside by file, and the reasons; None where there are no files.

    Args:
        ledger: Published ledger.
        rules: Published counts of rules.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    require_published(ledger, "data quality")
    reasons = _reasons(require_published(rules, "data quality"), words)
    files = ledger.sort("file", "source")
    if files.is_empty():
        return None
    titles = file_titles(files)
    blocks = [files.height, *([reasons.height] if reasons.height else [])]
    height = sum(_HEAD + _ROW * rows for rows in blocks) + _GAP * (len(blocks) - 1)
    with style():
        figure = Figure(figsize=(WIDTH, height))
        axes, top = [], height
        for rows in blocks:
            low = top - _HEAD - _ROW * rows
            axes.append(figure.add_axes((_LEFT / WIDTH, low / height, _BARS / WIDTH, _ROW * rows / height)))
            top = low - _GAP
        for place, row in enumerate(files.iter_rows(named=True)):
            _file_bar(axes[0], place, row, meta, words)
        _rows_of(axes[0], list(titles.values()), words.say("Rows of each file"))
        for place, row in enumerate(reasons.iter_rows(named=True)):
            _reason_bar(axes[1], place, row, meta, words)
        if reasons.height:
            _rows_of(axes[1], reasons["reason"].to_list(), words.say("Why rows were set aside"))
    total_in = int(ledger["rows_in"].sum())
    return Picture(
        key="quality",
        title=words.say("What became of the raw data"),
        caption=words.say(
            "Blue: rows that were used. Striped: rows that were set aside because they broke a rule; "
            "none was changed silently or lost."
        )
        + " "
        + words.say("Rows about persons are rounded to the nearest {base}.", base=_base(meta)),
        alt=words.say(
            "{n} rows in {files} sources. Most common reasons to set rows aside: {reasons}.",
            n=words.number(total_in),
            files=ledger.height,
            reasons=words.listed(reasons["reason"].head(3).to_list()),
        )
        if reasons.height
        else words.say(
            "{n} rows in {files} sources. No row was set aside.", n=words.number(total_in), files=ledger.height
        ),
        data=ledger,
        figure=figure,
        language=words.language,
        source=source_line(meta, words),
        stamp=stamp(meta, words),
    )


def _file_bar(ax: Axes, place: int, row: dict[str, Any], meta: Meta, words: Words) -> None:
    out = row["rows_quarantined"] or 0
    total = max(row["rows_in"], 1)
    clean = 100 * (row["rows_in"] - out) / total
    ax.barh(place, clean, color="#9cc9e3", edgecolor=COLOURS[0], linewidth=0.6, height=0.62)
    _striped(ax, place, 100 * out / total, left=clean)
    if row["rows_quarantined"] is not None:
        said = words.say("{total} rows, set aside {n}", n=words.number(out), total=words.number(row["rows_in"]))
    elif row["suppressed"] == PRIMARY:
        said = words.say("{total} rows, set aside {n}", n=under(meta, words), total=words.number(row["rows_in"]))
    else:
        said = words.say("{total} rows, set aside: not shown (privacy)", total=words.number(row["rows_in"]))
    ax.annotate(said, (100, place), (5, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK)


def _base(meta: Meta) -> int:
    return Privacy.model_validate(meta["privacy"]).rows_rounding


def _reason_bar(ax: Axes, place: int, row: dict[str, Any], meta: Meta, words: Words) -> None:
    rows = row["rows"]
    _striped(ax, place, rows or 0)
    if rows is not None:
        label = words.number(rows)
        label = words.say("{n} and some not shown", n=label) if row["hidden"] else label
    else:
        # Of several hidden counts the sum may be large, and so may one that is hidden for the sake of others.
        label = under(meta, words) if row["hidden"] == row["small"] == 1 else words.say("not shown (privacy)")
    ax.annotate(label, (rows or 0, place), (4, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK)


def _striped(ax: Axes, place: int, width: float, *, left: float = 0.0) -> None:
    ax.barh(place, width, left=left, color=COLOURS[1], height=0.62, hatch="////", edgecolor="white", linewidth=0)


def _rows_of(ax: Axes, labels: list[str], title: str) -> None:
    short = [one if len(one) <= _LETTERS else one[: _LETTERS - 1] + "…" for one in labels]
    ax.set_yticks(range(len(labels)), short)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_xticks([])
    ax.set_title(title, x=(0.015 * WIDTH - _LEFT) / _BARS)


def _reasons(rules: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Add up shown rows by reason, over sources; null where every source is hidden.

    Returns:
        rows, reason, hidden (sources whose rows are not in the sum) and small (those of them with a small count).
    """
    shown = pl.col("suppressed") == SHOWN
    summed = (
        rules.filter(pl.col("kind") == "quarantine")
        .group_by("rule")
        .agg(
            pl.col("reason").min(),
            pl.col("rows").sum(),
            shown=shown.any(),
            hidden=(~shown).sum(),
            small=(pl.col("suppressed") == PRIMARY).sum(),
        )
        .with_columns(rows=pl.when("shown").then("rows"))
        .sort("rows", "rule", descending=[True, False], nulls_last=True)
    )
    titles = [rule_title(rule, words) for rule in summed["rule"]]
    return summed.select("rows", "hidden", "small", reason=pl.Series(titles, dtype=pl.String)).head(10)
