"""Layouts: a handful of ways to draw published rows, each a record of what is drawn that can draw itself."""

from sujuva.figures.layouts.bars import Bars, Part
from sujuva.figures.layouts.dots import Dots, shares_axis, year_series
from sujuva.figures.layouts.lines import Lines
from sujuva.figures.layouts.panels import Axis, Panel, Row, Series, key_of

__all__ = ["Axis", "Bars", "Dots", "Lines", "Panel", "Part", "Row", "Series", "key_of", "shares_axis", "year_series"]
