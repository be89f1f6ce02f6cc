"""Lookups: names and codes of areas and sectors, as people write them, to the keys of the codebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from sujuva.codebooks import Areas, Ended, Region, Sector, load_areas, load_ended, load_regions, load_sectors
from sujuva.codebooks.areas import WITH_MEMBERS, canonical
from sujuva.codebooks.files import texts
from sujuva.codebooks.offers import METHODS, STRUCTURES, load_methods, load_structures, parts_of, words_for
from sujuva.codebooks.regions import FILES, NETWORK, region_hint
from sujuva.codebooks.sectors import FILE as SECTORS
from sujuva.errors import ParameterError


@dataclass(frozen=True)
class Lookups:
    """From a name or code to a key, one mapping a lookup.

    Attributes:
        tables: municipality (to region), municipality_code (to a code of three digits), region, sector,
            service_part and method; names and codes stand in the form of `sujuva.codebooks.areas.canonical`.
        areas: The areas of Finland.
    """

    tables: Mapping[str, Mapping[str, str]]
    areas: Areas

    @classmethod
    def load(cls, folder: Path, regions: Sequence[str]) -> Lookups:
        """Build the lookups from the codebooks of the project and of the input folder.

        Each knows every area of Finland, the study's regions first: a municipality of none of them is its county's, so
        that it is known what rows speak of that are set aside. A word that two regions of the study share is known to
        neither, and a bare number is a region only where it is the code of one of the study.

        Args:
            folder: The input folder.
            regions: Regions of the study; none: whatever could be one, as a draft needs it.

        Raises:
            ParameterError: A region of the study is not in the codebook, or two of them hold the same municipality.
            CodebookError: A codebook is not valid.
        """
        areas = load_areas(folder)
        return cls(_tables(areas, texts(folder, *FILES, SECTORS, STRUCTURES, METHODS), folder, tuple(regions)), areas)

    def keys(self, lookup: str, text: pl.Series) -> pl.Series:
        """Return the keys that names and codes stand for; null where the lookup does not know one."""
        return self.keys_of(lookup, canonical(text))

    def keys_of(self, lookup: str, words: pl.Series) -> pl.Series:
        """Return the same of names and codes that `canonical` has put into their form."""
        table = self.tables[lookup]
        if words.len() < len(table):  # to hand over tens of thousands of ways takes longer than to look up a few words
            return pl.Series(words.name, [table.get(word) for word in words], dtype=pl.String)
        return words.replace_strict(list(table), list(table.values()), default=None, return_dtype=pl.String)

    def area_codes(self, codes: pl.Series, names: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Return the codes of areas of statistics in one form, and where no classification knows code and name.

        A municipality has three digits, whatever stood there (5, KU005, 5.0); another area the digits of its own level,
        or, where a different area of the same column has the same, the prefix of its level before them: 18 is a county,
        and beside it a hospital district SHP18. What is not known stays as it is.

        Args:
            codes: Codes as text.
            names: The names beside them.

        Returns:
            The codes, and a Boolean series; of the same height and order.
        """
        pairs = pl.DataFrame({"code": codes, "name": names})
        each = pairs.unique().drop_nulls().sort("code", "name")
        found = [self.areas.code_beside(*pair) for pair in each.iter_rows()]
        owners: dict[str, set[str]] = {}
        for one in found:
            if one is not None:
                owners.setdefault(one.code, set()).add(one.key)
        forms = [None if one is None else one.code if len(owners[one.code]) == 1 else one.statistic for one in found]
        told = each.with_columns(
            form=pl.Series(forms, dtype=pl.String), unknown=pl.Series([one is None for one in found])
        )
        whole = pairs.join(told, on=["code", "name"], how="left", maintain_order="left")
        return whole.select(pl.coalesce("form", "code")).to_series(), whole["unknown"].fill_null(value=False)


RULE_OF_LOOKUP = {
    "municipality": "unknown_region",
    "municipality_code": "unknown_region",
    "region": "unknown_region",
    "sector": "unknown_sector",
    "service_part": "not_in_codebook",
    "method": "not_in_codebook",
}
"""The rule that a value breaks which a lookup does not find."""


@lru_cache(maxsize=8)
def _tables(
    areas: Areas,
    said: tuple[str | None, ...],  # noqa: ARG001
    folder: Path,
    regions: tuple[str, ...],
) -> dict[str, dict[str, str]]:
    """Make the tables of `Lookups`; they are remembered by what the codebooks have said."""
    known, ended = load_regions(extra=folder), load_ended(folder)
    for key in regions:
        if key not in known or key == NETWORK:
            msg = f"regions: '{key}' is not in the codebook of regions."
            raise ParameterError(msg, region_hint(key, known, folder))
    _apart(known, regions)
    study = [known[key] for key in regions]
    towns = _towns(areas, ended, known.values())
    owners = _owners(areas, ended, known, study)
    others = (one for one in known.values() if one.key not in areas.by_key)
    return {
        "municipality": {way: owners[code] for way, code in towns.items() if code in owners},
        "municipality_code": towns,
        "region": _named(areas, regions) | _regions(others) | _regions(study),
        "sector": _known((way, one.key) for one in load_sectors(folder).values() for way in _names(one)),
        "method": _known((way, key) for key, one in load_methods(folder).items() for way in words_for(key, one)),
        "service_part": _known(
            (way, key) for key, part in parts_of(load_structures(folder)).items() for way in words_for(key, part)
        ),
    }


def _towns(areas: Areas, ended: Mapping[str, Ended], study: Iterable[Region]) -> dict[str, str]:
    """Return the code of a municipality by every way to write it; what the study's own codebooks say goes first."""
    known = {one.code: one.title.fi for one in areas.of("municipality")}
    found = {way: one.code for way, some in areas.by_way.items() for one in some if one.level == "municipality"}
    own = {code: one.name for code, one in ended.items()}
    own |= {code: name for one in study for code, name in one.municipalities.items()}
    return found | _known(
        (way, code) for code, name in own.items() if known.get(code) != name for way in (code, name, f"{code} {name}")
    )


def _owners(
    areas: Areas, ended: Mapping[str, Ended], known: Mapping[str, Region], study: Sequence[Region]
) -> dict[str, str]:
    """Return the region that holds each municipality, the study's first; one that ended is in that which it went to."""
    own = [one for one in known.values() if one.key not in areas.by_key]
    counties = [one for one in areas.of("county", "county_like") if one.key not in {region.key for region in study}]
    found: dict[str, str] = {}
    for some in (study, own, counties):
        held = {code: one.key for one in some for code in one.municipalities}
        held |= {code: held[one.into] for code, one in ended.items() if code not in held and one.into in held}
        found = held | found
    return found


def _regions(some: Iterable[Region]) -> dict[str, str]:
    """Return regions by every way to write them, but for those that two of them share."""
    return _known((way, one.key) for one in some for way in one.area.ways())


def _named(areas: Areas, regions: Sequence[str]) -> dict[str, str]:
    """Return the areas outside the study by their names, and by codes that tell their level."""
    named = {way: some[0] for way, some in areas.by_way.items() if not way.isdigit()}
    return {way: one.key for way, one in named.items() if one.level in WITH_MEMBERS and one.key not in regions}


def _known(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what each word stands for, in the form in which they are compared; one that means two is left out."""
    listed = list(pairs)
    words = canonical(pl.Series([way for way, _ in listed], dtype=pl.String))
    found: dict[str, set[str]] = {}
    for word, (_, key) in zip(words, listed, strict=True):
        found.setdefault(word, set()).add(key)
    return {word: keys.pop() for word, keys in found.items() if word and len(keys) == 1}


def _names(one: Sector) -> list[str]:
    """Return the key, other words for it, and the titles in all languages."""
    return [word for word in (one.title.fi, one.title.sv, one.title.en, one.key, *one.aliases) if word]


def _apart(known: Mapping[str, Region], regions: Sequence[str]) -> None:
    """Refuse a study in which a municipality would count in two regions."""
    owners: dict[str, str] = {}
    for key in regions:
        for code in known[key].municipalities:
            if owners.setdefault(code, key) != key:
                msg = f"regions: {owners[code]} and {key} both hold the municipality {code}."
                raise ParameterError(msg, "Choose one of them, or take the municipality out of one in regions.yaml.")
