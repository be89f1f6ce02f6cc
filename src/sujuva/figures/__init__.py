"""Figures: pure functions from published tables to pictures with titles, captions, text alternatives and data."""

from sujuva.figures.areas import areas
from sujuva.figures.coping import coping, headline_means
from sujuva.figures.delays import delays, promise
from sujuva.figures.distributions import distributions
from sujuva.figures.export import metrics, network_pictures, write_pictures, write_tables
from sujuva.figures.language import Words, catalogue
from sujuva.figures.network import actor_list, networks
from sujuva.figures.picture import Picture
from sujuva.figures.quality import quality

__all__ = [
    "Picture",
    "Words",
    "actor_list",
    "areas",
    "catalogue",
    "coping",
    "delays",
    "distributions",
    "headline_means",
    "metrics",
    "network_pictures",
    "networks",
    "promise",
    "quality",
    "write_pictures",
    "write_tables",
]
