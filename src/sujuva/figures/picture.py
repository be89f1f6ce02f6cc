"""A figure with everything a reader needs of it: title, caption, text alternative and the data behind it."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass, field

import polars as pl
from matplotlib.figure import Figure

from sujuva.figures.theme import style
from sujuva.publish import require_published

_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_REFERENCE = re.compile(r'(\bid="|href="#|url\(#)')
_PATH = re.compile(r'\bd="[^"]*"')
_DECIMALS = re.compile(r"(\.\d{2})\d+")


@dataclass(frozen=True)
class Picture:
    """One figure.

    Attributes:
        key: Name of the file, and prefix of the ids inside the SVG.
        title: What it shows, as a heading.
        caption: What it shows in plain words, and what its marks mean.
        alt: The same for someone who does not see it: what the figure says.
        data: The published rows behind it.
        figure: The drawing.
        language: Language of its texts.
    """

    key: str
    title: str
    caption: str
    alt: str
    data: pl.DataFrame
    figure: Figure = field(repr=False)
    language: str = "fi"

    def __post_init__(self) -> None:
        require_published(self.data, f"figure {self.key}")

    def svg(self) -> str:
        """Return the drawing as SVG that can stand inside a page: own ids, a title and a description."""
        buffer = io.StringIO()
        with style():
            self.figure.savefig(buffer, format="svg", metadata=_METADATA)
        text = buffer.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
        text = _PATH.sub(lambda path: _DECIMALS.sub(r"\1", path.group()), text)  # a hundredth of a point is enough
        text = _REFERENCE.sub(rf"\g<1>{self.key}-", text)
        head, body = text.split(">", 1)
        head = re.sub(r' (width|height)="[^"]*"', "", head)
        about = f"<title>{html.escape(self.title)}</title><desc>{html.escape(self.alt)}</desc>"
        return f'{head} role="img" aria-label="{html.escape(self.alt)}">{about}{body}'

    def svg_file(self) -> str:
        """Return the drawing as a file of its own, with its size in points."""
        width, height = (72 * float(one) for one in self.figure.get_size_inches())
        return '<?xml version="1.0" encoding="utf-8"?>\n' + self.svg().replace(
            "<svg", f'<svg width="{width:g}pt" height="{height:g}pt"', 1
        )

    def png(self, *, dots: int = 150) -> bytes:
        """Return the drawing as PNG with `dots` pixels an inch."""
        buffer = io.BytesIO()
        with style():
            about = {"Software": None, "Description": self.alt}
            self.figure.savefig(buffer, format="png", dpi=dots, metadata=about)
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        """Show the figure in a notebook with its caption; the text alternative is inside the SVG."""
        return f"<figure>{self.svg()}<figcaption>{html.escape(self.caption)}</figcaption></figure>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the same bytes in every run: no address of an object in memory."""
        del include, exclude
        return {"text/html": self._repr_html_(), "text/plain": f"{self.title}. {self.alt}"}
