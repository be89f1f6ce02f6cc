"""What a page of a report takes along: the drawings of its figures and the rows behind them, as files beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sujuva.figures import Picture
from sujuva.reports.content import Exhibit
from sujuva.reports.tables import Table, csv_text

FOLDER = "figures"
"""Folder beside the pages of a region: drawings as pages show them, and the rows behind them under the same name."""
NARROW, TITLED = "narrow", "titled"
"""Folders in it: drawings for narrow windows, and those that travel alone, with their title and source."""


@dataclass(frozen=True)
class Drawing:
    """The files of a picture, as links from the pages of its region.

    Attributes:
        wide: What a page shows.
        narrow: What it shows in a narrow window.
        svg: The drawing with its title and source, to take along.
        png: The same in pixels.
        rows: The published rows behind it.
    """

    wide: str
    narrow: str
    svg: str
    png: str
    rows: str


@dataclass
class Files:
    """The files of a region's pages, by their path beside these pages; what has the same bytes stands once.

    Attributes:
        held: Path → bytes.
    """

    held: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, content: bytes, folder: str = "") -> str:
        """Hold a file and return its link; another of the same name gets a number."""
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
        for number in range(1, len(self.held) + 2):
            path = str(PurePosixPath(FOLDER, folder, f"{stem}{f'-{number}' if number > 1 else ''}{suffix}"))
            if self.held.setdefault(path, content) == content:
                return path
        raise AssertionError(name)  # there are fewer files than numbers

    def rows(self, table: Table) -> str:
        """Hold the rows behind a table as CSV; "" where it has none."""
        return self.add(table.name, table.csv.encode()) if table.csv else ""

    def drawing(self, picture: Picture) -> Drawing:
        """Hold the drawings of a picture."""
        return Drawing(
            wide=self.add(f"{picture.key}.svg", picture.svg_file(alone=False).encode()),
            narrow=self.add(f"{picture.key}.svg", picture.narrow_svg_file(alone=False).encode(), NARROW),
            svg=self.add(f"{picture.key}.svg", picture.svg_file().encode(), TITLED),
            png=self.add(f"{picture.key}.png", picture.png(), TITLED),
            rows=self.add(f"{picture.key}.csv", csv_text(picture.data).encode()),
        )


@dataclass(frozen=True)
class Shown:
    """An exhibit ready to print.

    Attributes:
        exhibit: The exhibit.
        anchor: Its id on the page.
        drawing: Files of its picture, if it has one.
        tables: Its tables with the links to their rows.
    """

    exhibit: Exhibit
    anchor: str
    drawing: Drawing | None
    tables: list[tuple[Table, str]]


def ready(exhibits: list[Exhibit], files: Files) -> list[Shown]:
    """Return the exhibits of a page with the files that they take along."""
    found: list[Shown] = []
    for exhibit in exhibits:
        name = exhibit.picture.key if exhibit.picture else PurePosixPath(exhibit.tables[0].name).stem
        anchors = {one.anchor for one in found}
        anchor = next(
            one for one in (name, *(f"{name}-{number}" for number in range(2, len(exhibits) + 2))) if one not in anchors
        )
        drawing = files.drawing(exhibit.picture) if exhibit.picture else None
        tables = [(table, files.rows(table)) for table in exhibit.tables]
        found.append(Shown(exhibit, anchor, drawing, tables))
    return found
