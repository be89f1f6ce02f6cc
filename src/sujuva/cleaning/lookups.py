"""Lookups: names and codes of areas and sectors, as people write them, to the keys of the codebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sujuva.codebooks import Ended, Region, Sector, load_ended, load_regions, load_sectors
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.normal import normal


@dataclass(frozen=True)
class Lookups:
    """From a name or code, in its normal form and lower case, to a key, one mapping a lookup.

    Attributes:
        tables: municipality (to region), municipality_code (to a code of three digits), region and sector.
    """

    tables: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path, regions: Sequence[str]) -> Lookups:
        """Build the lookups from the codebooks of the project and of the input folder.

        Args:
            folder: The input folder.
            regions: Regions of the study; where several regions hold a municipality, they go first.

        Raises:
            ParameterError: A region of the study is not in the codebook, or two of them hold the same municipality.
            CodebookError: A codebook is not valid.
        """
        known = load_regions(extra=folder)
        for key in regions:
            if key not in known or key == NETWORK:
                msg = f"regions: '{key}' is not in the codebook of regions."
                raise ParameterError(msg, nearest(key, known))
        _apart(known, regions)
        ended = load_ended(folder)
        ordered = [known[key] for key in known if key not in regions] + [known[key] for key in regions]
        return cls(
            {
                "municipality": {name: one.key for one in ordered for name in _municipality_names(one, ended)},
                "municipality_code": {
                    name: code for one in ordered for name, code in _municipality_names(one, ended).items()
                },
                "region": {name: one.key for one in ordered for name in _names(one)},
                "sector": {name: one.key for one in load_sectors(extra=folder).values() for name in _names(one)},
            }
        )


RULE_OF_LOOKUP = {
    "municipality": "unknown_region",
    "municipality_code": "unknown_region",
    "region": "unknown_region",
    "sector": "unknown_sector",
}
"""The rule that a value breaks which a lookup does not find."""


def _municipality_names(region: Region, ended: Mapping[str, Ended]) -> dict[str, str]:
    """Return every way to write the municipalities of a region (074, 74, Halsua, 074 Halsua) with the code.

    Municipalities that ended belong to the region of the one that they went into, under their own codes.
    """
    former = {code: one.name for code, one in ended.items() if one.into in region.municipalities}
    return {
        normal(way).lower(): code
        for code, name in {**former, **region.municipalities}.items()
        for way in (code, str(int(code)) if code.isdigit() else code, name, f"{code} {name}")
    }


def _names(one: Region | Sector) -> list[str]:
    """Return the key, the code, other words for it, and the titles in all languages."""
    titles = (one.title.fi, one.title.sv, one.title.en)
    code = one.code if isinstance(one, Region) else ""
    aliases = one.aliases if isinstance(one, Sector) else ()
    return [normal(word).lower() for word in (*titles, code, one.key, *aliases) if word]


def _apart(known: Mapping[str, Region], regions: Sequence[str]) -> None:
    """Refuse a study in which a municipality would count in two regions."""
    owners: dict[str, str] = {}
    for key in regions:
        for code in known[key].municipalities:
            if owners.setdefault(code, key) != key:
                msg = f"regions: {owners[code]} and {key} both hold the municipality {code}."
                raise ParameterError(msg, "Choose one of them, or take the municipality out of one in regions.yaml.")
