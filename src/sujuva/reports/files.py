"""What a page of a report takes along: the drawings of its figures and the rows behind them, as files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

import polars as pl

from sujuva.figures import Picture
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.labels import producer_title, stamp
from sujuva.figures.sheet import DRAWING
from sujuva.figures.specification import View
from sujuva.reports.content import Exhibit
from sujuva.reports.downloads import WRITERS, sheet
from sujuva.reports.given import given_names, marked_drawing
from sujuva.reports.tables import Table

FOLDER = "figures"
"""Folder beside the pages of a region: drawings as pages show them, and the rows behind them under the same name."""
NARROW = "narrow"
"""Folder in it: drawings for narrow windows."""
_DOTS = 96
"""Pixels an inch of a drawing to take along: those of a screen. For paper there are SVG, and `reports/figures`."""


@dataclass(frozen=True)
class Drawing:
    """The files of a picture, as links from the pages of its region.

    Attributes:
        svg: The drawing with its title and source, to take along.
        png: The same in pixels.
        narrow: What a page shows in a narrow window.
        width: Of the drawing alone, which a page shows else, in points.
        height: The same.
    """

    svg: str
    png: str
    narrow: str
    width: str
    height: str

    @property
    def wide(self) -> str:
        """Return the link to the drawing alone, a part of the file that holds its title, too."""
        return f"{self.svg}#{DRAWING}"


@dataclass(frozen=True)
class Rows:
    """Files of published rows in the reader's words, as links from the pages of their region."""

    csv: str
    workbook: str


@dataclass
class Files:
    """The files of a region's pages, by their path beside these pages; what has the same bytes stands once.

    Attributes:
        view: The page: whose data, of which region, in which language.
        held: Path → bytes.
    """

    view: View
    held: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names that stand as the data gives them, in its language."""
        return given_names(self.view)

    def add(self, name: str, content: bytes, folder: str = "") -> str:
        """Hold a file and return its link; another of the same name gets a number."""
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
        for number in range(1, len(self.held) + 2):
            path = str(PurePosixPath(FOLDER, folder, f"{stem}{f'-{number}' if number > 1 else ''}{suffix}"))
            if self.held.setdefault(path, content) == content:
                return path
        raise AssertionError(name)  # there are fewer files than numbers

    def rows(self, data: pl.DataFrame, name: str, title: str) -> Rows:
        """Hold published rows as CSV and as a workbook."""
        view, stem = self.view, PurePosixPath(name).stem
        one = sheet(data, f"{title} – {view.place()}", view.meta, view.words)
        csv, workbook = (self.add(f"{stem}{end}", write(one, view.words, view.meta)) for end, write in WRITERS.items())
        return Rows(csv, workbook)

    def drawing(self, picture: Picture) -> Drawing:
        """Hold the drawings of a picture."""
        width, height = picture.wide.size
        wide, narrow = (
            marked_drawing(one, self.names) for one in (picture.svg_file(), picture.narrow_svg_file(alone=False))
        )
        return Drawing(
            svg=self.add(f"{picture.key}.svg", wide.encode()),
            png=self.add(f"{picture.key}.png", picture.png(dots=_DOTS)),
            narrow=self.add(f"{picture.key}.svg", narrow.encode(), NARROW),
            width=width,
            height=height,
        )


@dataclass(frozen=True)
class Shown:
    """An exhibit ready to print.

    Attributes:
        exhibit: The exhibit.
        anchor: Its id on the page.
        recipe: Key of its figure, under which the page of how figures are made tells of it.
        citation: How to cite it.
        drawing: Files of its picture, if it has one.
        rows: Those of the rows behind it.
        tables: Its tables with the files of their rows, where they are not those of the picture.
    """

    exhibit: Exhibit
    anchor: str
    recipe: str
    citation: str
    drawing: Drawing | None
    rows: Rows | None
    tables: list[tuple[Table, Rows | None]]


def anchors(exhibits: Sequence[Exhibit]) -> list[str]:
    """Return the ids of exhibits on a page: the name of the picture or table; a second one of a name has a number."""
    found: list[str] = []
    for exhibit in exhibits:
        name = exhibit.picture.key if exhibit.picture else PurePosixPath(exhibit.tables[0].name).stem
        numbered = (name, *(f"{name}-{number}" for number in range(2, len(exhibits) + 2)))
        found.append(next(one for one in numbered if one not in found))
    return found


def ready(exhibits: list[Exhibit], files: Files) -> list[Shown]:
    """Return the exhibits of a page with the files that they take along."""
    found: list[Shown] = []
    for anchor, exhibit in zip(anchors(exhibits), exhibits, strict=True):
        picture = exhibit.picture
        drawing = files.drawing(picture) if picture else None
        rows = files.rows(picture.data, picture.key, picture.subject) if picture else None
        tables = [(table, _own_rows(table, picture, files)) for table in exhibit.tables]
        cited = citation(files.view, picture.subject, picture.data) if picture else ""
        found.append(Shown(exhibit, anchor, recipe_of(picture), cited, drawing, rows, tables))
    return found


def recipe_of(picture: Picture | None) -> str:
    """Return the key of the figure that a picture is one of; "" without a picture."""
    fitting = [key for key in FIGURES if picture and f"{picture.key}-".startswith(f"{key}-")]
    return max(fitting, key=len, default="")


def citation(view: View, title: str, data: pl.DataFrame) -> str:
    """Return how to cite a figure: whose, of when, of what, what it shows, whether made up, and by which code."""
    meta, words = view.meta, view.words
    study = words.of(meta["title"]) or "Sujuva"
    told = [
        words.say(
            "{author} ({year}). {study}: {figure}, {place}.",
            author=producer_title(meta, meta["responsible"], words) or study,
            year=meta["date"][:4] or words.say("no year"), study=study, figure=title.rstrip("."), place=view.place(),
        ),
        f"{made_up}." if (made_up := stamp(meta, words, data)) else "",
        words.say("Fingerprint {fingerprint}.", fingerprint=meta["fingerprint"] or words.say("not told")),
    ]  # fmt: skip
    return " ".join(one for one in told if one)


def _own_rows(table: Table, picture: Picture | None, files: Files) -> Rows | None:
    """Return the files of a table's rows; none where it has none, or those of its picture."""
    if table.data is None or (picture is not None and table.data.equals(picture.data)):
        return None
    return files.rows(table.data, table.name, table.caption)
