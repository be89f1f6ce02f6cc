"""Drawing fast: outlines and sizes of texts are remembered from one figure to the next.

The figures of a report share most of their words, and to lay these out anew was a fifth of what a figure cost as SVG,
and two fifths as PNG. In both letters are outlines, so both look the same.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
from functools import cached_property, lru_cache
from io import BytesIO, StringIO
from pathlib import Path as File
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D, Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sujuva.figures.svg import slim
from sujuva.io import write_with
from sujuva.paths import RUN

_BACKEND = f"module://{__name__}"
_NOTHING = {"Date": None, "Creator": None, "Format": None, "Type": None}
_POINTS = 72
"""Points of an inch."""
_TEXTS = 4096
"""Texts that are remembered."""


class _Letters(TextToPath):
    """Matplotlib's own letters, remembered; formulas (mathtext) are not.

    What one kernel of a run has laid out, those that start later find in the private folder of the run: to set a
    text is the same work in each, and gives the same.
    """

    @cached_property
    def _known(self) -> tuple[dict[Any, Any], dict[Any, Any], dict[str, Any]]:
        """Sizes by text and font, places of letters by file of the font and text, outlines by names of letters."""
        if RUN not in os.environ:
            return {}, {}, {}
        file = File(os.environ[RUN], "letters")
        known: tuple[dict[Any, Any], dict[Any, Any], dict[str, Any]] = ({}, {}, {})
        with contextlib.suppress(OSError):
            known = pickle.loads(file.read_bytes())  # noqa: S301  # nobody else can write there
        atexit.register(self._keep, file, sum(len(part) for part in known))
        return known

    def _keep(self, file: File, before: int) -> None:
        if sum(len(part) for part in self._known) > before:
            with contextlib.suppress(OSError):  # the run has ended, and its folder with it
                write_with(file, lambda path: path.write_bytes(pickle.dumps(self._known)))

    @lru_cache(_TEXTS)  # noqa: B019  # there is one, for the life of the process
    def _size(self, text: str, properties: FontProperties) -> tuple[float, float, float]:
        font, scale = properties.copy(), properties.get_size_in_points() / self.FONT_SCALE
        font.set_size(self.FONT_SCALE)
        sizes = self._known[0]
        if (text, font) not in sizes:
            sizes[text, font] = super().get_text_width_height_descent(text, font, ismath=False)
        width, height, descent = sizes[text, font]
        return width * scale, height * scale, descent * scale

    @lru_cache(_TEXTS)  # noqa: B019
    def _outlines(self, font: FT2Font, text: str) -> tuple[Any, dict[str, Any]]:
        _, places, outlines = self._known
        if (font.fname, text) not in places:
            places[font.fname, text], _, _ = super().get_glyphs_with_font(font, text, outlines)
        return places[font.fname, text], {name: outlines[name] for name, *_ in places[font.fname, text]}

    @lru_cache(_TEXTS)  # noqa: B019
    def heights(self, properties: FontProperties) -> tuple[float, float, float]:
        """Return ascent, descent and gap of lines in points, as matplotlib reads them from the font for each text."""
        font = self._get_font(properties)  # type: ignore[attr-defined]
        table = font.get_sfnt_table("OS/2")
        # As matplotlib, which multiplies and divides by the points of an inch: the last digits are its own.
        scale = 1 / font.get_sfnt_table("head")["unitsPerEm"] * properties.get_size_in_points() * _POINTS / _POINTS
        return table["sTypoAscender"] * scale, -table["sTypoDescender"] * scale, table["sTypoLineGap"] * scale

    @lru_cache(_TEXTS)  # noqa: B019
    def path(self, text: str, properties: FontProperties) -> Path:
        """Return the outline of a text, set in `FONT_SCALE` points."""
        vertices, codes = self.get_text_path(properties, text)
        return Path(vertices, codes)

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return width, height and descent of a text in points."""
        return super().get_text_width_height_descent(s, prop, ismath) if ismath else self._size(s, prop)

    def get_glyphs_with_font(
        self, font: FT2Font, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False, **asked: Any
    ) -> Any:  # fmt: skip
        """Return where the letters of a text stand, and the outlines of those not yet in `glyph_map`."""
        if glyph_map is None or not return_new_glyphs_only or any(asked.values()):
            return super().get_glyphs_with_font(font, s, glyph_map, return_new_glyphs_only, **asked)
        places, outlines = self._outlines(font, s)
        return places, {name: outline for name, outline in outlines.items() if name not in glyph_map}, []


_LETTERS = _Letters()


class _Pixels(RendererAgg):
    """Matplotlib's renderer of pixels, but for letters, which are outlines as in SVG."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Any:
        """Return width, height and descent of a text in pixels."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-untyped-call]
        return tuple(one * self.dpi / _POINTS for one in _LETTERS.get_text_width_height_descent(s, prop, ismath))

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:  # fmt: skip
        """Draw a text as the outline of its letters."""
        if ismath:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[no-untyped-call]
            return
        size = prop.get_size_in_points() * self.dpi / _POINTS / _LETTERS.FONT_SCALE
        gc.set_linewidth(0)
        place = Affine2D().scale(size).rotate_deg(angle).translate(x, self.height - y)
        self.draw_path(gc, _LETTERS.path(s, prop.copy()), place, rgbFace=gc.get_rgb())  # type: ignore[no-untyped-call]


class _Lines(RendererSVG):
    """Matplotlib's renderer of SVG with our letters."""

    _text2path: Any

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)  # type: ignore[no-untyped-call]
        self._text2path = _LETTERS  # the one hook for other letters

    def _get_font_height_metrics(self, properties: FontProperties) -> tuple[float, float, float]:
        return _LETTERS.heights(properties)


class FigureCanvas(FigureCanvasAgg):
    """Matplotlib's canvases, but for letters that are remembered, and without what no figure of ours needs."""

    def get_renderer(self) -> _Pixels:
        """Return the renderer of pixels."""
        width, height = self.get_width_height(physical=True)
        return _Pixels(width, height, self.figure.dpi)  # type: ignore[no-untyped-call]

    def print_png(self, filename_or_obj: Any, *, metadata: Any = None, pil_kwargs: Any = None, **_: Any) -> None:
        """Write the figure to an open buffer; its ground is white, so nothing shines through."""
        renderer = self.get_renderer()
        self.figure.draw(renderer)
        width, height = int(renderer.width), int(renderer.height)
        del pil_kwargs
        about = PngInfo()
        for name, text in (metadata or {}).items():
            about.add_itxt(name, text)
        image = Image.frombuffer("RGBA", (width, height), renderer.buffer_rgba(), "raw", "RGBA", 0, 1)  # type: ignore[no-untyped-call]
        image.convert("RGB").save(filename_or_obj, "png", pnginfo=about, dpi=(self.figure.dpi, self.figure.dpi))

    def print_svg(self, filename: Any, *, metadata: Any = None, **_: Any) -> None:
        """Write the figure to an open text buffer; what else `savefig` says is of parts drawn as pixels."""
        width, height = _POINTS * self.figure.get_size_inches()
        renderer: Any = _Lines(width, height, filename, metadata=metadata)
        self.figure.draw(renderer)
        renderer.finalize()


def as_svg(figure: Figure, paper: Bbox, key: str) -> str:
    """Return a drawing as SVG from `<svg` to `</svg>`.

    Args:
        figure: The drawing.
        paper: What of it is shown, with its margins, in inches.
        key: Prefix of the ids, so that several drawings can share a page.
    """
    buffer = StringIO()
    figure.savefig(buffer, format="svg", backend=_BACKEND, dpi=_POINTS, metadata=_NOTHING, bbox_inches=paper)
    text = buffer.getvalue()
    return slim(text[text.index("<svg") :].rstrip(), key)


def as_png(figure: Figure, paper: Bbox, *, dots: int, about: str) -> bytes:
    """Return a drawing as PNG.

    Args:
        figure: The drawing.
        paper: What of it is shown, with its margins, in inches.
        dots: Pixels an inch.
        about: The text alternative.
    """
    buffer = BytesIO()
    figure.savefig(buffer, format="png", backend=_BACKEND, dpi=dots, metadata={"Description": about}, bbox_inches=paper)
    return buffer.getvalue()
