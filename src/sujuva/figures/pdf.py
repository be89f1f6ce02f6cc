"""Drawings as PDF: letters as letters of an embedded font, made larger or smaller as a whole, the same bytes each time.

Matplotlib writes numbers with ten decimals, whose last ones hang on the processor; here they have three.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import Op, PdfFile, RendererPdf, Verbatim
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.transforms import Bbox

from sujuva.figures.letters import LETTERS, POINTS, font_of

_BACKEND = f"module://{__name__}"
_DECIMALS = 3
_LONG = re.compile(rb"(\.\d{%d})\d+" % _DECIMALS)


class _File(PdfFile):
    """Matplotlib's file, with numbers as exact as anybody can see."""

    def output(self, *data: Any) -> None:
        """Write operators and their numbers."""
        super().output(*(_rounded(one) for one in data))  # type: ignore[no-untyped-call]

    def beginStream(self, id: Any, len: Any, extra: Any = None, png: Any = None) -> None:  # noqa: A002, N802
        """Begin a stream; of marks that are used many times this tells the box."""
        exact = {name: _rounded(one) for name, one in (extra or {}).items()}
        super().beginStream(id, len, exact, png)  # type: ignore[no-untyped-call]

    def begin(self, width: float, height: float, scale: float) -> None:
        """Begin the page: so many inches are laid out, and drawn `scale` times as large."""
        self.newPage(width * scale, height * scale)  # type: ignore[no-untyped-call]
        self.width, self.height = width, height  # within which marks are drawn
        super().output(scale, 0, 0, scale, 0, 0, Op.concat_matrix)  # type: ignore[no-untyped-call]


def _rounded(one: Any) -> Any:
    if isinstance(one, float):
        return round(float(one), _DECIMALS)
    if isinstance(one, list):
        return [_rounded(part) for part in one]
    if isinstance(one, Verbatim):
        written: Any = one
        return Verbatim(_LONG.sub(rb"\1", written.pdfRepr()))  # type: ignore[no-untyped-call]
    return one


class _Ink(RendererPdf):
    """Matplotlib's renderer, with sizes of texts that are remembered: the same as in SVG and PNG."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return width, height and descent of a text in points."""
        return LETTERS.get_text_width_height_descent(s, prop, ismath)

    def _get_font_ttf(self, prop: FontProperties) -> FT2Font:
        font = font_of(prop)
        font.clear()
        font.set_size(prop.get_size_in_points(), POINTS)
        return font


class FigureCanvas(FigureCanvasAgg):
    """Matplotlib's canvas for PDF, for one page of any scale."""

    def print_pdf(self, filename: Any, *, metadata: Any = None, scale: float = 1.0, **_: Any) -> None:
        """Write the figure to an open buffer."""
        width, height = (float(one) for one in self.figure.get_size_inches())
        file: Any = _File(filename, metadata=metadata)  # type: ignore[no-untyped-call]
        file.begin(width, height, scale)
        renderer: Any = _Ink(file, POINTS, height, width)  # type: ignore[no-untyped-call]
        self.figure.draw(renderer)
        renderer.finalize()
        file.finalize()
        file.close()


def as_pdf(figure: Figure, paper: Bbox, *, scale: float, about: Mapping[str, str]) -> bytes:
    """Return a drawing as PDF of one page, without date, its font embedded.

    Args:
        figure: The drawing.
        paper: What of it is shown, with its margins, in inches.
        scale: How much larger it is drawn.
        about: What the file tells of itself: Title, Author, Subject, Keywords.
    """
    buffer = BytesIO()
    told = {**{name: text for name, text in about.items() if text}, "CreationDate": None}
    figure.savefig(
        buffer, format="pdf", backend=_BACKEND, dpi=POINTS, bbox_inches=paper, scale=scale, metadata=told
    )  # fmt: skip
    return buffer.getvalue()
