"""Sources: what `sources.yaml` says about the raw files of a delivery, and the readers that open them."""

from sujuva.sources.gaps import Gap
from sujuva.sources.load import load_open, load_sources
from sujuva.sources.raw import Options, RawTable, Reader, textual
from sujuva.sources.reading import READERS, read_source
from sujuva.sources.spec import Column, Duration, Feed, People, Source, Sources

__all__ = [
    "READERS",
    "Column",
    "Duration",
    "Feed",
    "Gap",
    "Options",
    "People",
    "RawTable",
    "Reader",
    "Source",
    "Sources",
    "load_open",
    "load_sources",
    "read_source",
    "textual",
]
