"""Reader of what the Sotkanet portal of THL exports: no header, semicolons, decimal commas."""

from __future__ import annotations

from pathlib import Path

from sujuva.sources.delimited import DelimitedOptions, read_delimited
from sujuva.sources.raw import Options, RawTable, Reader
from sujuva.sources.text import Encoding

COLUMNS = ("title", "indicator", "area_name", "area", "gender", "year", "value", "absolute")
_GENDERS = {
    "yhteensä": "total",
    "miehet": "male",
    "naiset": "female",
    "total": "total",
    "male": "male",
    "female": "female",
}


class SotkanetOptions(Options, frozen=True):
    """Options of the reader `sotkanet`."""

    encoding: Encoding = "iso-8859-1"


def read_sotkanet(path: Path, options: SotkanetOptions) -> RawTable:
    """Read an export of the portal; its columns are named title, indicator, area_name, area, gender, year and so on.

    Raises:
        SourceError: The file is no such export.
    """
    plain = DelimitedOptions(separator=";", encoding=options.encoding, decimal=",", header=False, columns=COLUMNS)
    return read_delimited(path, plain)


READER = Reader(
    "sotkanet",
    SotkanetOptions,
    read_sotkanet,
    {name: {"from": name, "map": _GENDERS} if name == "gender" else name for name in COLUMNS},
)
