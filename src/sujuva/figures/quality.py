"""What became of the raw rows: how many of each file were used, how many were set aside, and why."""

from __future__ import annotations

import polars as pl

from sujuva.figures.labels import Meta, rule_title
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.theme import COLOURS, INK, WIDTH, style
from sujuva.publish import SHOWN, require_published


def under(meta: Meta, words: Words) -> str:
    """Return how a small count is shown: "under 5"."""
    return words.say("under {n}", n=meta["privacy"]["threshold"])


def quality(ledger: pl.DataFrame, rules: pl.DataFrame, meta: Meta, words: Words) -> Picture:
    """Draw rows used and set aside by file, and the reasons.

    Args:
        ledger: Published ledger.
        rules: Published counts of rules.
        meta: Metadata of the publication.
        words: The reader's language.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - beside the style that it is drawn in

    require_published(ledger, "data quality")
    reasons = _reasons(require_published(rules, "data quality"), words)
    files = ledger.sort("source")
    height = 0.62 + 0.27 * max(files.height, reasons.height, 1)
    with style():
        figure = Figure(figsize=(WIDTH, height + 0.25))
        left = figure.add_axes((0.12, 0.06, 0.13, 1 - 0.5 / height))
        right = figure.add_axes((0.77, 0.06, 0.16, 1 - 0.5 / height))
        for place, row in enumerate(files.iter_rows(named=True)):
            out = row["rows_quarantined"]
            clean = row["rows_in"] - (out or 0)
            total = max(row["rows_in"], 1)
            left.barh(place, 100 * clean / total, color="#9cc9e3", edgecolor=COLOURS[0], linewidth=0.6, height=0.62)
            left.barh(
                place,
                100 * (out or 0) / total,
                left=100 * clean / total,
                color=COLOURS[1],
                height=0.62,
                hatch="////",
                edgecolor="white",
                linewidth=0,
            )
            aside = words.say(
                "{total} rows, set aside {n}",
                n=_count(out, row["suppressed"], meta, words),
                total=words.number(row["rows_in"]),
            )
            left.annotate(aside, (100, place), (5, 0), textcoords="offset points", va="center", fontsize=8, color=INK)
        for place, row in enumerate(reasons.iter_rows(named=True)):
            right.barh(
                place, row["rows"] or 0, color=COLOURS[1], height=0.62, hatch="////", edgecolor="white", linewidth=0
            )
            label = words.number(row["rows"]) if row["rows"] is not None else under(meta, words)
            right.annotate(
                label, (row["rows"] or 0, place), (4, 0), textcoords="offset points", va="center", fontsize=8, color=INK
            )
        for ax, labels, title in (
            (left, files["source"].to_list(), words.say("Rows of each source")),
            (right, reasons["reason"].to_list(), words.say("Why rows were set aside")),
        ):
            ax.set_yticks(range(len(labels)), labels)
            slots = max(files.height, reasons.height, 1)
            ax.set_ylim(slots - 0.4, -0.6)
            ax.grid(visible=False)
            ax.spines[["left", "bottom"]].set_visible(False)
            ax.set_xticks([])
            ax.set_title(title, loc="left" if ax is left else "center")
    total_in = int(ledger["rows_in"].sum())
    return Picture(
        key="quality",
        title=words.say("What became of the raw data"),
        caption=words.say(
            "Blue: rows that were used. Striped: rows that were set aside because they broke a rule; "
            "none was changed silently or lost."
        ),
        alt=words.say(
            "{n} rows in {files} sources. Most common reasons to set rows aside: {reasons}.",
            n=words.number(total_in),
            files=ledger.height,
            reasons=words.listed(reasons["reason"].head(3).to_list()),
        ),
        data=ledger,
        figure=figure,
        language=words.language,
    )


def _count(rows: int | None, suppressed: str, meta: Meta, words: Words) -> str:
    if rows is not None:
        return words.number(rows)
    return under(meta, words) if suppressed == "primary" else words.say("hidden")


def _reasons(rules: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Add up shown rows by reason, over sources; null where every source is hidden."""
    summed = (
        rules.filter(pl.col("kind") == "quarantine")
        .group_by("rule")
        .agg(pl.col("reason").min(), shown=(pl.col("suppressed") == SHOWN).any(), rows=pl.col("rows").sum())
        .with_columns(rows=pl.when("shown").then("rows"))
        .sort("rows", "rule", descending=[True, False], nulls_last=True)
    )
    titles = [rule_title(rule, reason, words) for rule, reason in summed.select("rule", "reason").iter_rows()]
    return summed.select("rows", reason=pl.Series(titles, dtype=pl.String)).head(10)


__all__ = ["quality", "under"]
