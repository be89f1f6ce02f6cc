"""The section on the quality of the data: what came in, who answered, what was left blank, what to check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words, quality
from sujuva.figures.blanks import blanks_by_item, blanks_by_region
from sujuva.figures.heat import long
from sujuva.figures.labels import Meta, group_title, informant_title, region_title
from sujuva.figures.language import DASH
from sujuva.figures.quality_words import (
    about_title,
    flag_advice,
    flag_amount,
    flag_meaning,
    flag_title,
    form_title,
    instrument_title,
    item_title,
    part_title,
)
from sujuva.figures.response import AGAIN, ANSWERED, response
from sujuva.published import Published, require_published
from sujuva.reports.content import Exhibit, Section, shown
from sujuva.reports.tables import Table, csv_text, quality_tables

Row = Mapping[str, Any]


def quality_section(published: Published, words: Words, *, region: str, regions: list[str]) -> Section:
    """Return the section on the quality of the data.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network": only that page shows every question and every flag of all regions.
        regions: Regions in the comparison, the page's own first.
    """
    exhibits = [
        _rows(published, words),
        *_response(published, words, regions=regions),
        *_blanks(published, words, region=region, regions=regions),
        *_flags(published, words, region=region),
    ]
    return Section(
        "quality",
        words.say("How good is the data?"),
        words.say(
            "How far the numbers above can be trusted: every raw row is counted, and what is missing or odd is told."
        ),
        exhibits,
        notes=_notes(published, words),
    )


def _rows(published: Published, words: Words) -> Exhibit:
    meta = published.meta
    ledger, rules = published["quality_ledger"], published["quality_rules"]
    picture = quality(ledger, rules, meta, words)
    tables = quality_tables(ledger, rules, meta, words)
    intro = words.say(
        "Every raw row is counted: it was used, or set aside for a stated reason. The fewer rows are set aside, the "
        "better the results speak for everyone in the files."
    )
    return shown(picture, *tables, intro=intro) if picture else Exhibit(None, tables)


def _response(published: Published, words: Words, *, regions: list[str]) -> list[Exhibit]:
    meta = published.meta
    intros = {
        ANSWERED: words.say(
            "The smaller the share that answers, the less the results tell of those who did not; a sudden change from "
            "one year to the next can look like a change in wellbeing."
        ),
        AGAIN: words.say(
            "The fewer answer again, the more a change between years may come from other people answering."
        ),
    }
    found = []
    for measure, intro in intros.items():
        picture = response(published["quality_response"], meta, words, regions=regions, measure=measure)
        if picture is None:
            continue
        table = _by_wave(
            picture.data,
            words,
            caption=picture.title,
            heads=[words.say("Form"), words.say("Region")],
            label=lambda row: (
                form_title(meta, row["instrument"], row["informant"], words),
                region_title(meta, row["region"], words),
            ),
            name=f"{picture.key}.csv",
        )
        found.append(shown(picture, table, intro=intro))
    return found


def _blanks(published: Published, words: Words, *, region: str, regions: list[str]) -> list[Exhibit]:
    meta, frame = published.meta, published["quality_items"]
    pictures = [
        (
            blanks_by_region(frame, meta, words, regions=regions),
            words.say("Share of answers left blank, of all questions asked"),
            [words.say("Form"), words.say("Region")],
            lambda row: (instrument_title(meta, row["instrument"], words), region_title(meta, row["region"], words)),
            words.say(
                "Blank answers weaken results most where they gather in one region or one year: then those who "
                "answered may differ from those who did not."
            ),
        ),
        (
            blanks_by_item(frame, meta, words) if region == NETWORK else None,
            words.say("Share that left the question blank, of those asked it; whole network"),
            [words.say("Form"), words.say("Question")],
            lambda row: (instrument_title(meta, row["instrument"], words), item_title(row["item"], words)),
            words.say(
                "A question that many leave blank may be hard, sensitive or missing from some forms; scores that rest "
                "on it are less certain. Pale cells are no cause for concern."
            ),
        ),
    ]
    return [
        shown(
            picture,
            _by_wave(picture.data, words, caption=caption, heads=heads, label=label, name=f"{picture.key}.csv"),
            intro=intro,
        )
        for picture, caption, heads, label, intro in pictures
        if picture is not None
    ]


def _by_wave(
    frame: pl.DataFrame,
    words: Words,
    *,
    caption: str,
    heads: list[str],
    label: Callable[[Row], tuple[str, str]],
    name: str,
) -> Table:
    """Make a table with two columns of names and a column for each wave."""
    waves = frame["wave"].unique().sort().to_list()
    series: dict[tuple[str, str], dict[int, str]] = {}
    for row in frame.iter_rows(named=True):
        series.setdefault(label(row), {})[row["wave"]] = long(row, words)
    return Table(
        caption=caption,
        headers=[*heads, *(str(wave) for wave in waves)],
        rows=[[*names, *(values.get(wave, DASH) for wave in waves)] for names, values in series.items()],
        numeric=[False, False, *(True for _ in waves)],
        csv=csv_text(frame),
        name=name,
    )


def _flags(published: Published, words: Words, *, region: str) -> list[Exhibit]:
    """List what was noticed; on the page of a region, what is about it or about the whole network."""
    meta = published.meta
    frame = require_published(published["quality_flags"], "flags")
    if region != NETWORK:
        frame = frame.filter(pl.col("region").is_in([region, NETWORK]))
    if frame.is_empty():
        return []
    lines: dict[tuple[str, str], dict[str, list[str]]] = {}
    meanings: dict[str, list[str]] = {}
    for row in frame.iter_rows(named=True):
        title = flag_title(row["flag"], words)
        meanings[title] = [flag_meaning(row["flag"], words), flag_advice(row["flag"], words)]
        years = lines.setdefault((title, _where(row, meta, words)), {}).setdefault(flag_amount(row, words), [])
        years += [str(row["wave"])] if row["wave"] else []
    noticed = words.say("What was noticed")
    findings = Table(
        caption=words.say("What was noticed in answers that broke no rule"),
        headers=[noticed, words.say("Where"), words.say("How much")],
        rows=[
            [title, where, "; ".join(_of_years(amount, years) for amount, years in said.items())]
            for (title, where), said in lines.items()
        ],
        numeric=[False] * 3,
        csv=csv_text(frame.drop("reason")),
        name="flags.csv",
    )
    advice = Table(
        caption=words.say("What it may mean, and what to do"),
        headers=[noticed, words.say("What it may mean"), words.say("What to do")],
        rows=[[title, *texts] for title, texts in meanings.items()],
        numeric=[False] * 3,
    )
    intro = words.say(
        "Nothing here was removed. These are signs that something may be wrong; look into them before you trust a "
        "result that rests on them."
    )
    return [Exhibit(None, (findings, advice), intro=intro)]


def _of_years(amount: str, years: list[str]) -> str:
    return f"{', '.join(years)}: {amount}" if years else amount


def _where(row: Row, meta: Meta, words: Words) -> str:
    parts = [
        about_title(meta, row["about"], words),
        part_title(meta, row["about"], row["part"], words) if row["part"] else "",
        informant_title(row["informant"], words) if row["informant"] else "",
        region_title(meta, row["region"], words) if row["region"] != NETWORK else "",
        group_title(row["group"], words) if row["group"] else "",
    ]
    where = ", ".join(dict.fromkeys(one for one in parts if one))
    return where[:1].upper() + where[1:]


def _notes(published: Published, words: Words) -> tuple[str, ...]:
    """Say which counts are hidden, and why."""
    if all(published[name].is_empty() for name in ("quality_items", "quality_response", "quality_flags")):
        return ()
    return (
        words.say(
            "To protect privacy these shares are told in classes, not as numbers of persons: “under 1 %” covers "
            "everything from nobody to a few. Blank answers to a single question and flags on single forms are told "
            "of the whole network only, since in a region they would be a few persons. Counts from 1 to {most} are "
            "never shown, and a cross marks a share that was hidden because together with others it would have told "
            "such a count.",
            most=published.meta["privacy"]["threshold"] - 1,
        ),
    )
