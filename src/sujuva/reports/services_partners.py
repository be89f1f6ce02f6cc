"""What partners and participants say: means by instrument with the assessed level, feedback by group."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.figures import Words
from sujuva.figures.feedback import feedback, feedback_rows
from sujuva.figures.labels import note_title
from sujuva.figures.language import DASH
from sujuva.figures.partners import partners
from sujuva.published import SHOWN, Published, require_published
from sujuva.reports.content import Exhibit, only, shown
from sujuva.reports.marks import measure, star_note
from sujuva.reports.services_findings import feedback_sentence, partners_sentence
from sujuva.reports.tables import Table, csv_text, indicator_rows


def partner_exhibits(published: Published, words: Words, *, region: str, regions: list[str]) -> list[Exhibit]:
    """Return what people in partner organisations say, a picture an instrument.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta = published.meta
    exhibits: list[Exhibit] = []
    columns = ["indicator", "condition", "region", "wave", "estimate", "interval", "n"]
    intro = partners_sentence(published, words, region=region)
    for picture in partners(published["integration"], meta, words, regions=regions):
        name = f"{picture.key}.csv"
        table = indicator_rows(picture.data, meta, words, caption=picture.title, columns=columns, name=name)
        sure = reliability_table(published, words, region=region, scales=picture.data["scale"].unique().to_list())
        tables = (table,) if sure is None else (table, sure)
        said = [] if exhibits else [intro]
        said.append("" if sure is None else _reliability(published, words, region, picture.data["scale"].to_list()))
        exhibits.append(shown(picture, *tables, intro=" ".join(one for one in said if one)))
    return exhibits


def reliability_table(published: Published, words: Words, *, region: str, scales: Sequence[str]) -> Table | None:
    """Return how reliable each scale was in its latest year (Cronbach's alpha); None where nothing is published.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        scales: The scales.
    """
    rows = _alphas(published, region, scales)
    if rows.is_empty():
        return None
    cells = []
    for row in rows.iter_rows(named=True):
        number = words.say("hidden") if row["suppressed"] != SHOWN else words.number(row["estimate"], 2)
        if row["estimate"] is None and row["note"] and row["suppressed"] == SHOWN:
            number = f"{DASH} ({note_title(row['note'], words)})"
        span = DASH if row["ci_low"] is None else words.span(row["ci_low"], row["ci_high"], 2)
        title = measure(published.meta, row["scale"], words)
        cells.append([title, str(row["wave"]), number, span, words.number(row["n"])])
    level = words.percent(published.meta["confidence"], 0)
    return Table(
        caption=words.say("How reliable the answers are: Cronbach's α"),
        headers=[words.say("Measure"), words.say("Year"), "α", words.say("{level} interval", level=level), "n"],
        rows=cells,
        numeric=[False, True, True, True, True],
        csv=csv_text(rows.drop("note", strict=False)),
        name="partner_reliability.csv",
        note=star_note(cells, words),
    )


def _alphas(published: Published, region: str, scales: Sequence[str]) -> pl.DataFrame:
    order = {key: one.get("order", 0) for key, one in published.meta["scales"].items()}
    rows = require_published(published["reliability"], "reliability").filter(
        pl.col("measure") == "alpha", pl.col("item") == "", pl.col("region") == region, pl.col("scale").is_in(scales)
    )
    rows = rows.filter(pl.col("wave") == pl.col("wave").max().over("scale"))
    return rows.sort(pl.col("scale").replace_strict(order, default=0, return_dtype=pl.Int64), "scale")


def _reliability(published: Published, words: Words, region: str, scales: Sequence[str]) -> str:
    """Say between what the alphas lie; nothing where none is shown."""
    values = _alphas(published, region, scales).filter(pl.col("suppressed") == SHOWN)["estimate"].drop_nulls()
    if values.is_empty():
        return ""
    return words.say(
        "Reliability of these measures (Cronbach's α): {span}; at least {least} is often asked for.",
        least=words.number(0.7, 1),
        span=words.span(min(values.to_list()), max(values.to_list()), 2),
    )


def feedback_exhibits(published: Published, words: Words, *, region: str) -> list[Exhibit]:
    """Return the feedback of participants: a picture where some of it is shown, else the table that says it is hidden.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
    """
    meta = published.meta
    rows = feedback_rows(published["integration"], region=region)
    if rows.is_empty():
        return []
    caption = words.say("Feedback of participants, mean of ratings 1–5")
    columns = ["scale", "group", "wave", "estimate", "interval", "n"]
    table = indicator_rows(rows, meta, words, caption=caption, columns=columns, name="feedback.csv")
    picture = feedback(published["integration"], meta, words, region=region)
    if picture is None:
        return [only(table)]
    return [shown(picture, table, intro=feedback_sentence(published, words, region=region))]
