"""Codebooks: what is known before any data arrives (instruments, regions, sectors, indicators)."""

from sujuva.codebooks.area_statistics import AreaStatistic, load_area_statistics
from sujuva.codebooks.areas import Area, Areas, load_areas
from sujuva.codebooks.conversions import converted
from sujuva.codebooks.indicators import UNITS_OF_PEOPLE, UNITS_OF_PERSONS, IndicatorInfo, Indicators, load_indicators
from sujuva.codebooks.instruments import Instrument
from sujuva.codebooks.lineage import Lineage, Making, load_lineage
from sujuva.codebooks.loading import headline_scales, load_instruments, of_partners, of_respondents
from sujuva.codebooks.orders import EventOrder, load_orders
from sujuva.codebooks.problems import Problem, codebook_files, find_problems
from sujuva.codebooks.producers import load_producers, producers_called
from sujuva.codebooks.regions import Ended, Region, load_ended, load_regions
from sujuva.codebooks.relations import Relation, load_relations, relation_of
from sujuva.codebooks.scales import Band, Scale
from sujuva.codebooks.sectors import Sector, load_sectors
from sujuva.codebooks.terms import Term, Terms, load_terms
from sujuva.codebooks.text import LANGUAGES, Text

__all__ = [
    "LANGUAGES",
    "UNITS_OF_PEOPLE",
    "UNITS_OF_PERSONS",
    "Area",
    "AreaStatistic",
    "Areas",
    "Band",
    "Ended",
    "EventOrder",
    "IndicatorInfo",
    "Indicators",
    "Instrument",
    "Lineage",
    "Making",
    "Problem",
    "Region",
    "Relation",
    "Scale",
    "Sector",
    "Term",
    "Terms",
    "Text",
    "codebook_files",
    "converted",
    "find_problems",
    "headline_scales",
    "load_area_statistics",
    "load_areas",
    "load_ended",
    "load_indicators",
    "load_instruments",
    "load_lineage",
    "load_orders",
    "load_producers",
    "load_regions",
    "load_relations",
    "load_sectors",
    "load_terms",
    "of_partners",
    "of_respondents",
    "producers_called",
    "relation_of",
]
