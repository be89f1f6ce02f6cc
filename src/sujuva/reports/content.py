"""The sections of a report: what stands where, each picture with the data behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Picture, Words, areas
from sujuva.figures.labels import Meta, level_note
from sujuva.publish import Published
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
    """

    picture: Picture | None
    tables: tuple[Table, ...]
    svg: str = ""
    intro: str = ""


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
    """

    key: str
    title: str
    lead: str
    exhibits: list[Exhibit] = field(default_factory=list)
    missing: str = ""
    notes: tuple[str, ...] = ()
    listed: bool = False
    parts: tuple[Part, ...] = ()


def shown(picture: Picture, *tables: Table, intro: str = "") -> Exhibit:
    """Return a picture with the tables behind it."""
    return Exhibit(picture, tables, picture.svg(), intro)


def only(table: Table) -> Exhibit:
    """Return a table that stands by itself."""
    return Exhibit(None, (table,))


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
    """Return the regions that a page compares: the region beside the network, or every region."""
    return [*meta["regions"], NETWORK] if region == NETWORK else [region, NETWORK]


def levels(meta: Meta, words: Words, region: str) -> str:
    """Say what kind of region the page is about."""
    if region == NETWORK:
        return level_note(meta, words)
    names = {"county": words.say("wellbeing services county"), "city": words.say("city"), "other": words.say("area")}
    return names.get(meta["regions"][region]["level"], "")


__all__ = [
    "Exhibit",
    "Part",
    "Section",
    "areas_section",
    "comparison",
    "lacking",
    "levels",
    "only",
    "shown",
]
