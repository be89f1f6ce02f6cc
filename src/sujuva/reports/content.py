"""What a page is made of: sections with their exhibits, each a figure of the catalogue with the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Picture, Words
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import View, compared, pictures
from sujuva.published import Published
from sujuva.reports.tables import COLUMNS, COMPARED, Table, row_table


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


def page_of(published: Published, words: Words, region: str) -> View:
    """Return what every section of a page reads: the publication, the reader's language, the regions compared."""
    return View(published, words, region, tuple(compared(published.meta, region)))


def figures(
    view: View, key: str, *more: Table, intro: str = "", tables: Callable[[Picture], Sequence[Table]] | None = None
) -> list[Exhibit]:
    """Draw a figure of the catalogue, with the table of its rows behind each of its pictures; none without rows.

    Args:
        view: The page.
        key: Key of the figure.
        more: Further tables behind it.
        intro: A plain sentence before the first picture.
        tables: Makes the tables, where they are not lines of the figure's own rows.
    """
    spec = FIGURES[key]
    drawn = pictures(spec, view.published, view.words, region=view.region, regions=view.regions)
    known = COMPARED if spec.rows_are == "comparisons" else COLUMNS

    def rows(picture: Picture) -> Sequence[Table]:
        return [row_table(view, picture.data, spec.columns, caption=picture.title, name=picture.key, known=known)]

    return [
        shown(one, *(tables or rows)(one), *more, intro="" if number else intro) for number, one in enumerate(drawn)
    ]


def shown(picture: Picture, *tables: Table, intro: str = "") -> Exhibit:
    """Return a picture with the tables behind it."""
    return Exhibit(picture, tables, picture.svg(), intro)


def only(*tables: Table, intro: str = "", folded: str = "") -> Exhibit:
    """Return tables that stand by themselves; those for experts are `folded` under that title and open on demand."""
    return Exhibit(None, tables, intro=intro, folded=folded)


def alone(*tables: Table | None) -> list[Exhibit]:
    """Return each table that is there, standing by itself."""
    return [only(one) for one in tables if one is not None]


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


def lacking(view: View, parts: Sequence[str]) -> str:
    """Say plainly what the data does not have; nothing where it has all."""
    if not parts:
        return ""
    named = view.words.listed(parts, view.say("or"))
    if view.region == NETWORK:
        return view.say("This data has no {parts}.", parts=named)
    return view.say("This data has no {parts} of this region.", parts=named)
