"""Sizes and outlines of texts, remembered: the figures of a report share most of their words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib import get_data_path
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.textpath import TextToPath

FAMILY = "DejaVu Sans"
POINTS = 72
"""Points of an inch."""
_TEXTS = 8192
"""Texts that are remembered."""
_VOWELS = "aeiouyäöåAEIOUYÄÖÅ"
_LEAST = 3
"""Letters of a word that stand at least on either side of a hyphen of ours."""


def font_of(properties: FontProperties) -> FT2Font:
    """Return the font of a text: the one that matplotlib brings along.

    Matplotlib may also choose a system's font of the same name, whose tables are others: so are then the bytes of PDFs.
    """
    name = "DejaVuSans-Bold" if properties.get_weight() == "bold" else "DejaVuSans"
    return get_font([f"{get_data_path()}/fonts/ttf/{name}.ttf"])


class _Letters(TextToPath):
    """Matplotlib's own letters, remembered."""

    def _get_font(self, prop: FontProperties) -> FT2Font:
        font = font_of(prop)
        font.set_size(self.FONT_SCALE, self.DPI)
        return font

    @lru_cache(_TEXTS)  # noqa: B019  # there is one, for the life of the process
    def _size(self, text: str, properties: FontProperties) -> tuple[float, float, float]:
        font, scale = properties.copy(), properties.get_size_in_points() / self.FONT_SCALE
        font.set_size(self.FONT_SCALE)
        width, height, descent = super().get_text_width_height_descent(text, font, ismath=False)
        return width * scale, height * scale, descent * scale

    @lru_cache(_TEXTS)  # noqa: B019
    def heights(self, properties: FontProperties) -> tuple[float, float, float]:
        """Return ascent, descent and gap of lines in points, as matplotlib reads them from the font for each text."""
        font: Any = self._get_font(properties)
        table = font.get_sfnt_table("OS/2")
        # As matplotlib, which multiplies and divides by the points of an inch: the last digits are its own.
        scale = 1 / font.get_sfnt_table("head")["unitsPerEm"] * properties.get_size_in_points() * POINTS / POINTS
        return table["sTypoAscender"] * scale, -table["sTypoDescender"] * scale, table["sTypoLineGap"] * scale

    @lru_cache(_TEXTS)  # noqa: B019
    def path(self, text: str, properties: FontProperties) -> Path:
        """Return the outline of a text, set in `FONT_SCALE` points."""
        font = self._get_font(properties)
        vertices, codes = [np.empty((0, 2))], [np.empty(0, dtype=Path.code_type)]
        for item in font._layout(text, LoadFlags.NO_HINTING):  # noqa: SLF001
            outline, steps = self._glyph(item.ft_object, item.glyph_index)
            vertices.append(outline + np.array([item.x, item.y]))
            codes.append(steps)
        return Path(np.concatenate(vertices), np.concatenate(codes))

    @lru_cache(_TEXTS)  # noqa: B019
    def _glyph(self, font: Any, number: int) -> tuple[Any, Any]:
        """Return the outline of a letter: loaded once, while matplotlib loads it for each text that it stands in."""
        font.load_glyph(number, flags=LoadFlags.NO_HINTING)
        return font.get_path()  # type: ignore[no-any-return]

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return width, height and descent of a text in points."""
        del ismath  # the house style has no formulas
        return self._size(s, prop)


LETTERS = _Letters()


@lru_cache(16)
def _font(points: float, bold: bool) -> FontProperties:
    return FontProperties(family=[FAMILY], size=points, weight="bold" if bold else "normal")


def breadth(text: str, points: float = 9, *, bold: bool = False) -> float:
    """Return how wide a text is in inches: its longest line."""
    font = _font(points, bold)
    return max((LETTERS._size(one, font)[0] for one in text.split("\n") if one), default=0.0) / POINTS  # noqa: SLF001


def widest(texts: Iterable[str], points: float = 9, *, bold: bool = False) -> float:
    """Return how wide the widest of some texts is in inches."""
    return max((breadth(one, points, bold=bold) for one in texts), default=0.0)


def wrapped(text: str, inches: float, points: float = 9, *, bold: bool = False) -> str:
    """Break a text into lines of so many inches; lines of its own stay, and no word is cut without a hyphen."""
    lines: list[str] = []
    for one in text.split("\n"):
        if one and one[0] != " " and breadth(one, points, bold=bold) <= inches:
            lines.append(one)
            continue
        line = ""
        for word in (part for whole in one.split(" ") for part in _fitted(whole, inches, points, bold=bold)):
            longer = f"{line} {word}" if line else word
            if line and breadth(longer, points, bold=bold) > inches:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return "\n".join(one for one in lines if one)


def _fitted(word: str, inches: float, points: float, *, bold: bool) -> list[str]:
    """Return a word in parts that fit on a line, divided before a consonant that a vowel follows, as syllables are."""
    if breadth(word, points, bold=bold) <= inches:
        return [word]
    places = [
        place
        for place in range(_LEAST, len(word) - _LEAST + 1)
        if word[place - 1] == "-"
        or (word[place].isalpha() and word[place] not in _VOWELS and word[place + 1 : place + 2] in _VOWELS)
    ]
    heads = [(word[:place] + ("" if word[place - 1] == "-" else "-"), place) for place in places]
    fitting = [(head, place) for head, place in heads if breadth(head, points, bold=bold) <= inches]
    if not fitting:
        return [word]
    head, place = fitting[-1]
    return [head, *_fitted(word[place:], inches, points, bold=bold)]


def lines_of(texts: Iterable[str]) -> int:
    """Return how many lines the longest of `texts` has."""
    return max((one.count("\n") + 1 for one in texts if one), default=0)
