"""Figures: pure functions from published tables to pictures with titles, captions, text alternatives and data."""

from sujuva.figures.areas import areas
from sujuva.figures.bars import bands
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.change import change
from sujuva.figures.coping import coping, headline_means
from sujuva.figures.did import did
from sujuva.figures.distributions import distributions
from sujuva.figures.export import metrics, network_pictures, write_pictures, write_tables
from sujuva.figures.gaps import gaps
from sujuva.figures.hobbies import hobbies
from sujuva.figures.language import Words, catalogue, voice
from sujuva.figures.measures import reliability
from sujuva.figures.movers import movers
from sujuva.figures.picture import Picture
from sujuva.figures.practice import practice
from sujuva.figures.quality import quality
from sujuva.figures.specification import Spec, draw, pictures
from sujuva.figures.talks import strengths, transitions

__all__ = [
    "FIGURES",
    "Picture",
    "Spec",
    "Words",
    "areas",
    "bands",
    "catalogue",
    "change",
    "coping",
    "did",
    "distributions",
    "draw",
    "gaps",
    "headline_means",
    "hobbies",
    "metrics",
    "movers",
    "network_pictures",
    "pictures",
    "practice",
    "quality",
    "reliability",
    "strengths",
    "transitions",
    "voice",
    "write_pictures",
    "write_tables",
]
