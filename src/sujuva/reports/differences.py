"""The sections on differences between groups and on change between years."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words
from sujuva.figures.change import SAME, change
from sujuva.figures.did import did
from sujuva.figures.gaps import gaps
from sujuva.figures.movers import movers
from sujuva.figures.nobody import somebody
from sujuva.published import Published
from sujuva.reports.comparisons import comparison_rows
from sujuva.reports.content import Exhibit, Section, only, shown
from sujuva.reports.lacks import means_of, one_year
from sujuva.reports.tables import indicator_rows


def gaps_section(published: Published, words: Words, *, region: str) -> Section | None:
    """Return the section on differences between groups; None where there are none.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
    """
    meta = published.meta
    picture = gaps(published["comparisons"], meta, words, region=region)
    if picture is None:
        return None
    table = comparison_rows(
        picture.data,
        meta,
        words,
        caption=picture.title,
        columns=["scale", "informant", "groups", "difference", "interval", "effect", "q", "n"],
        name="gaps.csv",
    )
    notes = (
        words.say(
            "q is the expected share of false alarms if this difference and all clearer ones of the same region and "
            "year are called clear (Benjamini & Hochberg 1995)."
        ),
    )
    return Section(
        "differences",
        words.say("Whose everyday life differs?"),
        words.say("Gaps between girls and boys, ages, languages and kinds of municipalities."),
        [shown(picture, table)],
        notes=notes,
    )


def change_section(published: Published, words: Words, *, region: str, regions: list[str]) -> Section | None:
    """Return the section on change: of everyone, of the same children, and beside regions that had not started.

    Where nothing was measured twice, the section says so; None where there are no answers at all.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
        regions: Regions in the comparison, the page's own first.
    """
    meta, compared, frame = published.meta, published["comparisons"], published["parjaavyys"]
    exhibits: list[Exhibit] = []
    columns = ["scale", "informant", "region", "kind", "years", "difference", "interval", "effect", "q", "n"]
    picture = change(compared, meta, words, regions=regions)
    if picture is not None:
        caption = picture.title
        table = comparison_rows(picture.data, meta, words, caption=caption, columns=columns, name="change.csv")
        exhibits.append(shown(picture, table))
    moved = movers(frame, meta, words, regions=regions)
    if moved is not None:
        named = ["scale", "informant", "region", "indicator", "outcome", "estimate", "interval", "n"]
        table = indicator_rows(moved.data, meta, words, caption=moved.title, columns=named, name="movers.csv")
        exhibits.append(shown(moved, table))
    beside = did(compared, meta, words) if region == NETWORK else None
    if beside is not None:
        named = [one for one in columns if one not in ("region", "effect", "q")]
        named.insert(-1, "p")
        table = comparison_rows(beside.data, meta, words, caption=beside.title, columns=named, name="did.csv")
        exhibits.append(shown(beside, table))
    steps = compared.filter(
        pl.col("comparison") == "change", pl.col("region") == region, pl.col("group") == "all", pl.col("category") != ""
    )
    if steps.height:
        caption = words.say("Change of shares in bands")
        steps = steps.sort("scale", "category", "informant", "other_wave", "wave")
        named = ["scale", "band", "informant", "years", "difference", "interval", "q", "n"]
        exhibits.append(only(comparison_rows(steps, meta, words, caption=caption, columns=named, name="shares.csv")))
    same = compared.filter(pl.col("comparison") == SAME, pl.col("region").is_in(regions), somebody())
    missing = one_year(means_of(frame, region), words, region=region)
    if not exhibits and not missing:
        return None
    return Section(
        "change",
        words.say("What has changed?"),
        words.say("Between years, in the same children, and beside regions that had not started yet.")
        if same.height or moved is not None
        else words.say("Between years, and beside regions that had not started yet."),
        exhibits,
        missing=missing,
        listed=True,
    )
