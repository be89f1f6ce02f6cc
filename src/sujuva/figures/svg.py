"""A drawing as a page needs it: drawn fast, with ids of its own, and nothing that no reader sees.

The canvas remembers the outlines and sizes of texts from one drawing to the next: the figures of a report share most
of their words, and to lay these out anew was a fifth of what a figure cost.

What goes: comments, ids that nothing refers to, groups that say nothing, blanks between marks, and decimals beyond a
hundredth of a point.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import StringIO
from typing import Any

from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Bbox

BACKEND = "module://sujuva.figures.svg"
_METADATA_LEFT_OUT = {"Date": None, "Creator": None, "Format": None, "Type": None}
_TEXTS = 4096
"""Texts that are remembered."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_BETWEEN = re.compile(r">\s+<")
_NUMBERS = re.compile(r'\b(?:d|x|y|transform)="[^"]*"')
_PLACES = re.compile(r"scale\([^)]*\)|(\.\d{2})\d+")
_STYLE = re.compile(r'style="[^"]*"')
_MOVED = re.compile(r'(<use [^>]*?)transform="translate\((-?[\d.]+) 0\)"')
_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r'(href="#|url\(#)([^")]+)')
_GROUP = re.compile(r"<g(?: [^>]*)?/?>|</g>")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

Outlines = dict[str, tuple[Any, Any]]
"""Vertices and codes of the path of a letter, by its name."""


class _Letters(TextToPath):
    """Matplotlib's own letters, remembered; formulas (mathtext) are not."""

    @lru_cache(_TEXTS)  # noqa: B019  # there is one, for the life of the process
    def _size(self, text: str, properties: FontProperties) -> tuple[float, float, float]:
        width, height, descent = super().get_text_width_height_descent(text, properties, ismath=False)
        return width, height, descent

    @lru_cache(_TEXTS)  # noqa: B019
    def _outlines(self, font: FT2Font, text: str) -> tuple[list[tuple[str, float, float, float]], Outlines]:
        places, outlines, _ = super().get_glyphs_with_font(font, text)
        return places, outlines

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return width, height and descent of a text in points."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        return self._size(s, prop)

    def get_glyphs_with_font(
        self, font: FT2Font, s: str, glyph_map: Any = None, return_new_glyphs_only: bool = False, **asked: Any
    ) -> Any:  # fmt: skip
        """Return where the letters of a text stand, and the outlines of those not yet in `glyph_map`."""
        if glyph_map is None or not return_new_glyphs_only or any(asked.values()):
            return super().get_glyphs_with_font(font, s, glyph_map, return_new_glyphs_only, **asked)
        places, outlines = self._outlines(font, s)
        return places, {name: outline for name, outline in outlines.items() if name not in glyph_map}, []


_LETTERS = _Letters()


class FigureCanvas(FigureCanvasSVG):
    """Matplotlib's SVG canvas, but for letters that are remembered, and without the detour for pixels inside."""

    def print_svg(self, filename: Any, *, metadata: Any = None, **_: Any) -> None:
        """Write the figure to an open text buffer; what else `savefig` says is of parts drawn as pixels."""
        image_dpi, self.figure.dpi = self.figure.dpi, 72
        width, height = 72 * self.figure.get_size_inches()
        renderer: Any = RendererSVG(width, height, filename, image_dpi=image_dpi, metadata=metadata)  # type: ignore[no-untyped-call]
        renderer._text2path = _LETTERS  # noqa: SLF001  # the one hook for other letters
        self.figure.draw(renderer)
        renderer.finalize()


def drawn(figure: Figure, paper: Bbox, key: str) -> str:
    """Return a figure as SVG from `<svg` to `</svg>`.

    Args:
        figure: The drawing.
        paper: What of it is shown, and the margins, in inches.
        key: Prefix of the ids, so that several drawings can share a page.
    """
    buffer = StringIO()
    figure.savefig(buffer, format="svg", backend=BACKEND, metadata=_METADATA_LEFT_OUT, bbox_inches=paper)
    text = buffer.getvalue()
    return slim(text[text.index("<svg") :], key)


def slim(text: str, key: str) -> str:
    """Return a drawing of matplotlib that looks the same in fewer bytes.

    Args:
        text: From `<svg` to `</svg>`, letters drawn as paths (no text between the marks).
        key: Prefix of the ids, so that several drawings can share a page.
    """
    text = _METADATA.sub("", _COMMENT.sub("", text))
    text = _BETWEEN.sub("><", text)
    text = _NUMBERS.sub(_rounded, text)
    text = _STYLE.sub(lambda found: found.group().replace(": ", ":").replace("; ", ";"), text)
    text = _MOVED.sub(r'\1x="\2"', text)
    return _ungrouped(_renamed(text, key))


def _rounded(found: re.Match[str]) -> str:
    """Cut coordinates to a hundredth; factors of scale keep their decimals."""
    return _PLACES.sub(lambda one: one.group() if one[1] is None else one[1], found.group())


def _renamed(text: str, key: str) -> str:
    """Drop ids that nothing refers to and number the others."""
    wanted = {name for _, name in _REFERENCE.findall(text)}
    found = dict.fromkeys(name for name in _ID.findall(text) if name in wanted)
    names = {name: f"{key}-{_short(number)}" for number, name in enumerate(found)}
    text = _ID.sub(lambda one: f' id="{names[one[1]]}"' if one[1] in names else "", text)
    return _REFERENCE.sub(lambda one: one[1] + names.get(one[2], one[2]), text)


def _short(number: int) -> str:
    base = len(_DIGITS)
    return (_short(number // base) if number >= base else "") + _DIGITS[number % base]


def _ungrouped(text: str) -> str:
    """Drop groups without attributes; what they hold stays."""
    kept: list[bool] = []

    def one(found: re.Match[str]) -> str:
        tag = found.group()
        if tag == "</g>":
            return tag if kept.pop() else ""
        if tag.endswith("/>"):
            return tag
        kept.append(tag != "<g>")
        return tag if kept[-1] else ""

    return _GROUP.sub(one, text)
