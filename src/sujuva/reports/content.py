"""The sections of a report: what stands where, each picture with the data behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Picture, Words, areas
from sujuva.figures.labels import Meta, level_note
from sujuva.published import Published
from sujuva.reports.tables import Table, indicator_rows
from sujuva.reports.trends import trend_table


@dataclass(frozen=True)
class Exhibit:
    """A picture, or only a table, with the tables behind it.

    Attributes:
        picture: The picture, if there is one.
        tables: The numbers behind it; without a picture, what is shown.
        svg: The drawing.
        intro: One plain sentence that stands before: what is seen, and what it means.
        caption: What stands under the picture on this page, where it is not the picture's own caption.
        folded: What tables for experts are about: they open on demand.
    """

    picture: Picture | None
    tables: tuple[Table, ...]
    svg: str = ""
    intro: str = ""
    caption: str = ""
    folded: str = ""


@dataclass(frozen=True)
class Part:
    """A part of a section, under a heading of its own.

    Attributes:
        title: Its heading; "" where its exhibits stand right under the heading of the section.
        lead: What it is about.
        exhibits: What it shows.
    """

    title: str
    lead: str
    exhibits: list[Exhibit]


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        key: Its id on the page.
        title: Its heading.
        lead: What it is about.
        exhibits: What it shows; without any the page does not list the section among its contents (but see `listed`).
        missing: Plain words on what the data does not have.
        listed: Whether it stands among the contents even where it only says what is missing.
        notes: What else a reader must know.
        parts: The same exhibits under headings, where there are enough of them to need any.
        guide: What holds for several of its pictures, said once.
    """

    key: str
    title: str
    lead: str
    exhibits: list[Exhibit] = field(default_factory=list)
    missing: str = ""
    notes: tuple[str, ...] = ()
    listed: bool = False
    parts: tuple[Part, ...] = ()
    guide: tuple[str, ...] = ()


def shown(picture: Picture, *tables: Table, intro: str = "") -> Exhibit:
    """Return a picture with the tables behind it."""
    return Exhibit(picture, tables, picture.svg(), intro)


def only(table: Table, *, intro: str = "") -> Exhibit:
    """Return a table that stands by itself."""
    return Exhibit(None, (table,), intro=intro)


def folded(title: str, *tables: Table, intro: str = "") -> Exhibit:
    """Return tables for experts, which open on demand."""
    return Exhibit(None, tables, intro=intro, folded=title)


def said_once(exhibits: Sequence[Exhibit], sentences: Sequence[str]) -> tuple[list[Exhibit], tuple[str, ...]]:
    """Take sentences that stand under several pictures out of their captions.

    Args:
        exhibits: Pictures and tables in their order.
        sentences: What may stand under several pictures, in the order in which it should be said.

    Returns:
        The exhibits, and the sentences that were taken out, to be said once for all of them.
    """
    captions = [one.picture.caption for one in exhibits if one.picture]
    shared = tuple(one for one in sentences if sum(one in text for text in captions) > 1)

    def own(one: Exhibit) -> Exhibit:
        if one.picture is None:
            return one
        text = one.caption or one.picture.caption
        for sentence in shared:
            text = text.replace(sentence, "")
        return replace(one, caption="\n".join(line.strip() for line in text.splitlines() if line.strip()))

    return [own(one) for one in exhibits], shared


def lacking(parts: list[str], words: Words, region: str) -> str:
    """Say plainly what the data does not have; nothing where it has all."""
    if not parts:
        return ""
    named = words.listed(parts, words.say("or"))
    if region == NETWORK:
        return words.say("This data has no {parts}.", parts=named)
    return words.say("This data has no {parts} of this region.", parts=named)


def areas_section(published: Published, words: Words, *, region: str) -> Section | None:
    """Return the section of public statistics; None where there are none.

    Args:
        published: What publish let out.
        words: The reader's language.
        region: Region of the page, or "network".
    """
    picture = areas(published["situation"], published.meta, words, region=region)
    trends = trend_table(published["situation"], published.meta, words, region=region)
    exhibits = []
    if picture is not None:
        table = indicator_rows(
            picture.data,
            published.meta,
            words,
            caption=picture.title,
            columns=["statistic", "region", "wave", "estimate"],
            name="areas.csv",
        )
        exhibits.append(shown(picture, table))
    if trends is not None:
        exhibits.append(only(trends))
    if not exhibits:
        return None
    return Section(
        "areas",
        words.say("What is the situation in the area?"),
        words.say("Official statistics around the work: background, not its result."),
        exhibits,
    )


def comparison(meta: Meta, region: str) -> list[str]:
    """Return the regions that a page compares: the region beside the network, or every region.

    Where the study has one region, the network would repeat it number by number, so it is left out.
    """
    if len(meta["regions"]) == 1:
        return list(meta["regions"])
    return [*meta["regions"], NETWORK] if region == NETWORK else [region, NETWORK]


def levels(meta: Meta, words: Words, region: str) -> str:
    """Say what kind of region the page is about."""
    if region == NETWORK:
        return level_note(meta, words)
    return words.title("area_level", meta["regions"][region]["level"])
