"""The star in tables: something about this measure or band is not verified, or is this project's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sujuva.figures import Words
from sujuva.figures.labels import Meta, band_title, scale_title
from sujuva.figures.language import NO_BREAK, NO_BREAK_HYPHEN

STAR = f"{NO_BREAK}*"
DAGGER = f"{NO_BREAK}†"
_OWN = re.compile(r"partner_(value|trust)_percent.*|(agreement|scale)_.*|hsim_(congruence|reciprocity).*")
"""Indicators whose formula is this project's own, or whose source's formula nobody here has read."""


def formula(indicator: str) -> str:
    """Return the sign of an indicator whose formula is not verified or this project's own; "" for the others."""
    return DAGGER if _OWN.fullmatch(indicator) else ""


def measure(meta: Meta, scale: str, words: Words) -> str:
    """Return the title of a scale for a cell, starred where its codebook says that something is not verified."""
    title = scale_title(meta, scale, words).replace("-", NO_BREAK_HYPHEN)
    return title + (STAR if meta["scales"].get(scale, {}).get("unverified") else "")


def band(meta: Meta, scale: str, key: str, words: Words) -> str:
    """Return the title of a band for a cell, starred where nobody here has read the source of its limits."""
    bands = meta["scales"].get(scale, {}).get("bands", [])
    doubtful = any(one["key"] == key and one["unverified"] for one in bands)
    return band_title(meta, scale, key, words) + (STAR if doubtful else "")


def star_note(rows: Iterable[Iterable[str]], words: Words) -> str:
    """Say what the star and the dagger mean; nothing where no cell has one."""
    cells = [cell for row in rows for cell in row]
    said = {
        STAR: words.say("* Not verified or this project's own: what exactly, stands under “Instruments”."),
        DAGGER: words.say("† The formula, or part of it, is this project's own or not verified."),
    }
    return " ".join(text for sign, text in said.items() if any(sign in cell for cell in cells))
