"""Where something is, in the reader's language: "Oulussa", "i Uleåborg", "in Oulu".

Finnish names of places take one of two cases, and which one only usage tells (Kokkolassa, but Kangasalla): patterns are
here for endings whose case and stem are always the same. What they cannot know, `regions.yaml` says (`where`); where
that says nothing either, the name stays as it is behind a word that is inflected in its place ("alueella Lumi-Halla").
Every municipality and county of Finland has its case by one of the two.
"""

from __future__ import annotations

import re

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.labels import Meta, region_title
from sujuva.figures.language import Words

_ENDINGS = (
    ("uusimaa", "uudellamaalla"), ("maa", "maalla"), ("niemi", "niemellä"), ("järvi", "järvellä"), ("joki", "joella"),
    ("salmi", "salmella"), ("koski", "koskella"), ("mäki", "mäellä"), ("vesi", "vedellä"), ("lampi", "lammilla"),
    ("ranta", "rannassa"), ("kunta", "kunnassa"), ("linna", "linnassa"), ("pää", "päässä"),
    ("kylä", "kylässä"), ("laakso", "laaksossa"), ("suomi", "suomessa"), ("karjala", "karjalassa"),
    ("savo", "savossa"), ("häme", "hämeessä"), ("salo", "salossa"), ("kaupunki", "kaupungissa"),
    ("helsinki", "helsingissä"), ("oulu", "oulussa"), ("suu", "suussa"), ("lappi", "lapissa"), ("kainuu", "kainuussa"),
    ("piiri", "piirissä"), ("alue", "alueella"), ("pohja", "pohjassa"), ("nummi", "nummella"),
)  # fmt: skip
"""Endings with the case that names of places take: a part of a name alone, or all of it."""
_OTHERWISE = ("kangasala", "iisalmi", "keminmaa", "uusikaupunki")
"""Names that no ending tells right."""
_ISLANDS = (
    "Åland", "Brändö", "Eckerö", "Föglö", "Karlö", "Kimitoön", "Kumlinge", "Kökar", "Sottunga", "Vårdö",
)  # fmt: skip
"""Swedish names of islands, on which one is: a town or a parish is a place one is in."""
_WITH_ARTICLE = re.compile(r"(City|Region) of |.* (area|district|county)$")
"""English names that are common nouns."""


def where(meta: Meta, region: str, words: Words) -> str:
    """Return where a region is, such as "Oulussa" or "koko verkostossa".

    Args:
        meta: Metadata of the publication.
        region: Region, or "network".
        words: The reader's language.
    """
    if region == NETWORK:
        return words.say("in the whole network")
    title = region_title(meta, region, words)
    if words.language == "sv":
        return f"{'på' if title in _ISLANDS else 'i'} {re.sub('^Landskapet ', 'landskapet ', title)}"
    if words.language == "en":
        return f"in the {title}" if _WITH_ARTICLE.match(title) else f"in {title}"
    declared = meta["regions"].get(region, {}).get("where") or ""
    return declared or in_finnish(title) or f"alueella {title}"


def in_finnish(name: str) -> str:
    """Inflect the name of a place by pattern; "" where none fits.

    Names of two places ("Vantaa ja Kerava") are inflected one by one, and need a pattern each; where a common noun
    comes last ("Helsingin ja Uudenmaan sairaanhoitopiiri"), it alone is.
    """
    parts = [_one(part) for part in ([name] if name.rpartition(" ")[2].islower() else name.split(" ja "))]
    return " ja ".join(parts) if all(parts) else ""


def _one(name: str) -> str:
    low = name.casefold()
    if low in _OTHERWISE:
        return ""
    for ending, inflected in _ENDINGS:
        if low.endswith(ending):
            kept = name[: len(name) - len(ending)]
            return kept + (inflected if kept and not kept.endswith("-") else inflected.capitalize())
    return name + {"la": "ssa", "lä": "ssä"}[low[-2:]] if low.endswith(("la", "lä")) else ""
