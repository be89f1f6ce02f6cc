"""Layouts: a handful of ways to draw published rows, each a record of what is drawn that can draw itself."""

from sujuva.figures.layouts.bars import Bars, Part
from sujuva.figures.layouts.dots import Dots, shares_axis, year_series
from sujuva.figures.layouts.flow import Flow
from sujuva.figures.layouts.heat import CROSS, Heat, Level
from sujuva.figures.layouts.histogram import Histogram
from sujuva.figures.layouts.lines import MOST_LINES, Lines, region_series
from sujuva.figures.layouts.maps import Map, squeezed, tiles_of
from sujuva.figures.layouts.network import Network, pairs_of
from sujuva.figures.layouts.panels import Axis, Panel, Row, Series, key_of
from sujuva.figures.layouts.points import Points

__all__ = [
    "CROSS", "MOST_LINES", "Axis", "Bars", "Dots", "Flow", "Heat", "Histogram", "Level", "Lines", "Map", "Network",
    "Panel", "Part", "Points", "Row", "Series", "key_of", "pairs_of", "region_series", "shares_axis", "squeezed",
    "tiles_of", "year_series",
]  # fmt: skip
