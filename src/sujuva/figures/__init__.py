"""Figures: pure functions from published tables to pictures with titles, captions, text alternatives and data."""

from sujuva.figures.catalogue import FIGURES
from sujuva.figures.export import metrics, network_pictures, write_tables
from sujuva.figures.language import Words, catalogue, voice
from sujuva.figures.picture import Picture
from sujuva.figures.specification import Spec, View, draw, pictures

__all__ = [
    "FIGURES",
    "Picture",
    "Spec",
    "View",
    "Words",
    "catalogue",
    "draw",
    "metrics",
    "network_pictures",
    "pictures",
    "voice",
    "write_tables",
]
