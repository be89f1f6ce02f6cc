"""What a page is made of: sections with their exhibits, each a figure of the catalogue with the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import SujuvaError
from sujuva.figures import Picture, Words
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import View, compared, pictures
from sujuva.published import Published
from sujuva.reports.tables import COLUMNS, COMPARED, Table, row_table

MOST_FIGURES = 6
"""Pictures that a page of a topic shows; further ones stand on the page for researchers."""


@dataclass(frozen=True)
class Exhibit:
    """A picture, or only a table, with the tables behind it.

    Attributes:
        picture: The picture, if there is one.
        tables: The numbers behind it; without a picture, what is shown.
        intro: One plain sentence that stands before: what is seen, and what it means.
        folded: What tables for experts are about: they open on demand.
        caution: What weakens it, in a sentence or two that stand beside it.
        rows_at: Place on the same page where the rows behind that stand.
    """

    picture: Picture | None
    tables: tuple[Table, ...]
    intro: str = ""
    folded: str = ""
    caution: str = ""
    rows_at: str = ""


@dataclass(frozen=True)
class Section:
    """What a page, or a part of the researchers' page, shows of one subject.

    Attributes:
        key: Code of the kind `page` in `terms.yaml`, which gives its title and its lead.
        exhibits: What it shows to everybody, at most `MOST_FIGURES` pictures.
        missing: Plain words on what the data does not have.
        first: Sentences that stand before all that is shown.
        notes: What else a reader must know.
        experts: What only researchers read; it stands on their page.
        expert_notes: What they must know besides.
    """

    key: str
    exhibits: list[Exhibit] = field(default_factory=list)
    missing: str = ""
    first: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    experts: list[Exhibit] = field(default_factory=list)
    expert_notes: tuple[str, ...] = ()


def page_of(published: Published, words: Words, region: str) -> View:
    """Return what every section of a page reads: the publication, the reader's language, the regions compared.

    Raises:
        SujuvaError: The publication tells no facts of the first page.
    """
    if "facts" not in published.meta:
        msg = "The publication tells no facts of the first page, so it was made before there was one."
        raise SujuvaError(msg, "Run `make repro` (or `dvc repro publish`) to make it again.")
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
        return [row_table(view, picture.data, spec.columns, caption=picture.subject, name=picture.key, known=known)]

    return [
        shown(one, *(tables or rows)(one), *more, intro="" if number else intro) for number, one in enumerate(drawn)
    ]


def shown(picture: Picture, *tables: Table, intro: str = "") -> Exhibit:
    """Return a picture with the tables behind it."""
    return Exhibit(picture, tables, intro)


def only(*tables: Table, intro: str = "", folded: str = "") -> Exhibit:
    """Return tables that stand by themselves; those for experts are `folded` under that title and open on demand."""
    return Exhibit(None, tables, intro=intro, folded=folded)


def alone(*tables: Table | None) -> list[Exhibit]:
    """Return each table that is there, standing by itself."""
    return [only(one) for one in tables if one is not None]


def lacking(view: View, parts: Sequence[str]) -> str:
    """Say plainly what the data does not have; nothing where it has all."""
    if not parts:
        return ""
    named = view.words.listed(parts, view.say("or"))
    if view.region == NETWORK:
        return view.say("This data has no {parts}.", parts=named)
    return view.say("This data has no {parts} of this region.", parts=named)
