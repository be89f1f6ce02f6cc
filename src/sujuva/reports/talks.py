"""The section on Lapset puheeksi discussions and hobbies."""

from __future__ import annotations

import polars as pl

from sujuva.figures import Words
from sujuva.figures.hobbies import hobbies
from sujuva.figures.practice import practice
from sujuva.figures.talks import in_order, strengths, talks, transitions
from sujuva.published import Published
from sujuva.reports.comparisons import comparison_rows
from sujuva.reports.content import Exhibit, Section, only, shown
from sujuva.reports.tables import indicator_rows


def talks_section(published: Published, words: Words, *, region: str, regions: list[str]) -> Section | None:
    """Return the section on LP discussions and hobbies; None where the data has neither.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta, frame = published.meta, published["parjaavyys"]
    exhibits: list[Exhibit] = []
    for picture, columns in (
        (strengths(frame, meta, words, region=region), ["environment", "wave", "estimate", "interval", "n"]),
        (
            transitions(frame, meta, words, region=region),
            ["transition", "environment", "wave", "estimate", "interval", "n"],
        ),
        (
            practice(frame, meta, words, regions=regions),
            ["indicator", "region", "wave", "estimate", "interval", "n"],
        ),
        (
            hobbies(frame, meta, words, regions=regions),
            ["scale", "region", "wave", "estimate", "interval", "n"],
        ),
    ):
        if picture is not None:
            name = f"{picture.key}.csv"
            table = indicator_rows(picture.data, meta, words, caption=picture.title, columns=columns, name=name)
            exhibits.append(shown(picture, table))
    exhibits += _tests(published, words, region)
    counts = talks(frame, regions=regions).filter(pl.col("indicator").is_in(["lp_talks", "lp_vulnerabilities"]))
    counts = counts.filter(pl.col("category") == "")
    if counts.height:
        caption = words.say("Number of LP discussions, and vulnerabilities in a discussion")
        columns = ["indicator", "region", "wave", "estimate", "interval", "n"]
        counts = counts.sort("indicator", pl.col("region").cast(pl.Enum(regions)))
        exhibits.append(only(indicator_rows(counts, meta, words, caption=caption, columns=columns, name="talks.csv")))
    if not exhibits:
        return None
    return Section(
        "talks",
        words.say("Lapset puheeksi discussions and hobbies"),
        words.say("What families and professionals found together, what was done about it, and who has a hobby."),
        exhibits,
    )


def _tests(published: Published, words: Words, region: str) -> list[Exhibit]:
    rows = published["comparisons"].filter(pl.col("comparison") == "lp_transition", pl.col("region") == region)
    if rows.is_empty():
        return []
    rows = in_order(rows.filter(pl.col("wave") == pl.col("wave").max()))
    caption = words.say("Change of the share of vulnerabilities from the first discussion to the follow-up")
    columns = ["environment", "difference", "interval", "p", "q", "n"]
    table = comparison_rows(rows, published.meta, words, caption=caption, columns=columns, name="lp_transition.csv")
    intro = words.say(
        "Children with a follow-up only, the same at both times. Less vulnerability is to be expected even without "
        "help, because discussions begin when things are hard (regression to the mean); p and q tell only whether "
        "chance explains the change."
    )
    return [Exhibit(None, (table,), intro=intro)]
