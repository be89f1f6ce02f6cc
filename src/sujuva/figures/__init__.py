"""Figures: pure functions from published tables to pictures with titles, captions, text alternatives and data."""

from sujuva.figures.areas import areas
from sujuva.figures.bars import bands
from sujuva.figures.change import change
from sujuva.figures.coping import coping, headline_means
from sujuva.figures.delays import delays, promise
from sujuva.figures.did import did
from sujuva.figures.distributions import distributions
from sujuva.figures.export import metrics, network_pictures, write_pictures, write_tables
from sujuva.figures.gaps import gaps
from sujuva.figures.hobbies import hobbies
from sujuva.figures.language import Words, catalogue
from sujuva.figures.measures import reliability
from sujuva.figures.movers import movers
from sujuva.figures.network import actor_list, networks
from sujuva.figures.picture import Picture
from sujuva.figures.practice import practice
from sujuva.figures.quality import quality
from sujuva.figures.talks import strengths, transitions

__all__ = [
    "Picture",
    "Words",
    "actor_list",
    "areas",
    "bands",
    "catalogue",
    "change",
    "coping",
    "delays",
    "did",
    "distributions",
    "gaps",
    "headline_means",
    "hobbies",
    "metrics",
    "movers",
    "network_pictures",
    "networks",
    "practice",
    "promise",
    "quality",
    "reliability",
    "strengths",
    "transitions",
    "write_pictures",
    "write_tables",
]
