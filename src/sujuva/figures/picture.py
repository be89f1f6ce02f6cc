"""A figure with everything a reader needs of it: title, caption, text alternative and the data behind it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl
from matplotlib.figure import Figure

from sujuva.figures.presets import preset_of
from sujuva.figures.printed import Printed
from sujuva.figures.sheet import Sheet
from sujuva.figures.theme import NARROW, WIDE, Paper, style
from sujuva.published import require_published

PART = re.compile(r"-\d+of\d+$")
"""End of the name of a part."""


def named_part(name: str, place: int, count: int) -> str:
    """Return the name of one of so many parts of a figure; its own where there is one."""
    return f"{name}-{place}of{count}" if count > 1 else name


@dataclass(frozen=True)
class Said:
    """Texts of a figure with marks around the numbers that know their cells, for pages (see `figures.bound`)."""

    title: str
    subtitle: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Picture:
    """One figure.

    Attributes:
        key: Name of the file, and prefix of the ids inside the SVG.
        title: What it says, or else what it is of, as a heading.
        caption: What it shows in plain words, and what its marks mean; a line for each thing to know.
        alt: The same for someone who does not see it: what the figure says; at most `MOST_ALT` letters.
        data: The published rows behind it.
        drawing: Draws it on a paper.
        language: Language of its texts.
        place: Region it is about; a file of its own says so in its title.
        source: Whose data it shows; stands at the foot of a file of its own.
        stamp: What stands in the corner wherever the figure is shown: "Synthetic data".
        warning: What its intervals rest on, if that is little; a page of several figures says it once.
        subtitle: What it is of, where the title says what it says.
        divided: Draws it on as many papers as it takes, where a paper has a height.
        part: Which of several parts it is, such as "1/2".
        fingerprint: Of the data, choices and code that it is made of; files tell it.
        said: Its texts for pages, whose numbers know their cells; its own where none do.
    """

    key: str
    title: str
    caption: str
    alt: str
    data: pl.DataFrame
    drawing: Callable[[Paper], Figure] = field(repr=False)
    language: str = "fi"
    place: str = ""
    source: str = ""
    stamp: str = ""
    warning: str = ""
    subtitle: str = ""
    divided: Callable[[Paper], Sequence[Figure]] | None = field(default=None, repr=False)
    part: str = ""
    fingerprint: str = ""
    said: Said = field(default=Said("", "", "", ""), repr=False)

    def __post_init__(self) -> None:
        if not self.said.title:
            object.__setattr__(self, "said", Said(self.title, self.subtitle, self.caption, self.alt))
        require_published(self.data, f"figure {self.key}")

    @cached_property
    def wide(self) -> Sheet:
        """The drawing as wide as the text of a report."""
        return self._on(WIDE)

    @cached_property
    def narrow(self) -> Sheet:
        """The drawing for a telephone; drawn where somebody asks for it."""
        return self._on(NARROW)

    def _on(self, paper: Paper) -> Sheet:
        with style():
            return Sheet(self, self.drawing(paper), paper)

    @property
    def figure(self) -> Figure:
        """The drawing as matplotlib knows it."""
        return self.wide.figure

    @property
    def subject(self) -> str:
        """Return what it is of, for tables of the same rows."""
        return self.subtitle or self.title

    @property
    def headline(self) -> str:
        """Return the title, with the place that it is about where nothing stands below it."""
        return self.title if self.subtitle else self._of_place

    @property
    def beneath(self) -> str:
        """Return what stands below the title: what it is of, and of which place."""
        return self._of_place if self.subtitle else ""

    @property
    def _of_place(self) -> str:
        of_place = f"{self.subject} – {self.place}" if self.place else self.subject
        return f"{of_place} ({self.part})" if self.part else of_place

    def svg(self) -> str:
        """Return the drawing as SVG that can stand inside a page: own ids, a title and a description."""
        return self.wide.svg()

    def svg_file(self, *, alone: bool = True) -> str:
        """Return the drawing as a file of its own, its size in points; it follows a dark page.

        Args:
            alone: With title and source; else as it stands in a page that says them.
        """
        return self.wide.file(alone=alone)

    def narrow_svg_file(self, *, alone: bool = True) -> str:
        """Return the drawing for a telephone as a file of its own, as `svg_file` does.

        Args:
            alone: With title and source; else as it stands in a page that says them.
        """
        return self.narrow.file(alone=alone)

    def png(self, *, dots: int = 150) -> bytes:
        """Return the drawing as PNG with `dots` pixels an inch, with title and source."""
        return self.wide.png(dots=dots)

    def pages(self, preset: str, *, made: str = "") -> list[Printed]:
        """Return the drawing for a paper or a talk: one, or several where a page cannot hold it.

        Args:
            preset: one-column, two-columns or slide.
            made: By which code and rules the numbers were published; files tell it.

        Raises:
            ParameterError: There is no such preset.
        """
        wanted = preset_of(preset)
        empty = Printed(replace(self, part="1/2"), Figure(), wanted.paper, wanted, made)
        paper = replace(wanted.paper, height=empty.room)
        with style():
            drawn = self.divided(paper) if self.divided else [self.drawing(paper)]
        parts = [self] if len(drawn) == 1 else [
            replace(self, key=named_part(self.key, place, len(drawn)), part=f"{place}/{len(drawn)}")
            for place in range(1, len(drawn) + 1)
        ]  # fmt: skip
        return [Printed(part, one, paper, wanted, made) for part, one in zip(parts, drawn, strict=True)]

    def _repr_html_(self) -> str:
        """Show the figure in a notebook with its caption; the text alternative is inside the SVG."""
        said = html.escape("\n".join(one for one in (self.caption, self.warning) if one)).replace("\n", "<br>")
        return f"<figure>{self.svg()}<figcaption>{said}</figcaption></figure>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the same bytes in every run: no address of an object in memory."""
        del include, exclude
        return {"text/html": self._repr_html_(), "text/plain": self.alt}
