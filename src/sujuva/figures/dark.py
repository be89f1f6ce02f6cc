"""Drawings on a dark page: each colour gets lighter or darker so that every contrast stays what it is on white.

The contrast of two colours is (L₁ + 0.05) / (L₂ + 0.05) of their luminances (WCAG 2.2). A colour with contrast c to
white becomes the colour of the same hue with contrast c to the dark paper: then any two colours have to each other the
contrast that they have on white, letters on a bar as well as a line on its paper.
"""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache

import numpy as np
from seaborn.utils import relative_luminance

from sujuva.figures.theme import DARK_PAPER

_COLOUR = re.compile(r'\b(fill|stroke)="(#[0-9a-f]{6})"')
_BITS = 255
_STEPS = 512


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1–21 (WCAG 2.2)."""
    low, high = sorted(float(relative_luminance(colour)) + 0.05 for colour in (one, other))
    return high / low


@lru_cache(256)
def darkened(colour: str) -> str:
    """Return what a colour is on a dark page."""
    goal = contrast(colour, "#ffffff") * (float(relative_luminance(DARK_PAPER)) + 0.05) - 0.05
    red, green, blue = (int(colour[place : place + 2], 16) / _BITS for place in (1, 3, 5))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    if colour == "#ffffff":
        return DARK_PAPER
    tried = [_hex(colorsys.hls_to_rgb(hue, step / _STEPS, saturation)) for step in range(_STEPS + 1)]
    return tried[int(np.abs(relative_luminance(tried) - goal).argmin())]


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(_BITS * one):02x}" for one in parts)


def dark_rules(drawings: str) -> str:
    """Return the rules of CSS that put drawings on a dark page; the page says when they hold.

    They name no ancestor: a mark that is used in many places stands below none.

    Args:
        drawings: SVG of one drawing or of many, whose colours are attributes.
    """
    found = sorted(set(_COLOUR.findall(drawings)))
    return "".join(f'[{name}="{colour}"]{{{name}:{darkened(colour)}}}' for name, colour in found)
