"""Figures: pure functions from published tables to pictures with titles, captions, text alternatives and data."""

from sujuva.figures.agreed import agreed
from sujuva.figures.areas import areas
from sujuva.figures.bars import bands
from sujuva.figures.beside import beside
from sujuva.figures.change import change
from sujuva.figures.coping import coping, headline_means
from sujuva.figures.delays import delays, promise
from sujuva.figures.depth import depth
from sujuva.figures.did import did
from sujuva.figures.distributions import distributions
from sujuva.figures.export import metrics, network_pictures, write_pictures, write_tables
from sujuva.figures.families import at_table, families
from sujuva.figures.feedback import feedback
from sujuva.figures.gaps import gaps
from sujuva.figures.hobbies import hobbies
from sujuva.figures.language import Words, catalogue, voice
from sujuva.figures.measures import reliability
from sujuva.figures.movers import movers
from sujuva.figures.network import actor_list, networks
from sujuva.figures.partners import partners
from sujuva.figures.picture import Picture
from sujuva.figures.practice import practice
from sujuva.figures.presence import presence
from sujuva.figures.profile import profile
from sujuva.figures.quality import quality
from sujuva.figures.referrals import referrals
from sujuva.figures.survival import survival
from sujuva.figures.talks import strengths, transitions

__all__ = [
    "Picture",
    "Words",
    "actor_list",
    "agreed",
    "areas",
    "at_table",
    "bands",
    "beside",
    "catalogue",
    "change",
    "coping",
    "delays",
    "depth",
    "did",
    "distributions",
    "families",
    "feedback",
    "gaps",
    "headline_means",
    "hobbies",
    "metrics",
    "movers",
    "network_pictures",
    "networks",
    "partners",
    "practice",
    "presence",
    "profile",
    "promise",
    "quality",
    "referrals",
    "reliability",
    "strengths",
    "survival",
    "transitions",
    "voice",
    "write_pictures",
    "write_tables",
]
