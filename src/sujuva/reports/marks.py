"""The star in tables: something about this measure or band is not verified, or is this project's own."""

from __future__ import annotations

from collections.abc import Iterable

from sujuva.figures import Words
from sujuva.figures.labels import Meta, band_title, scale_title
from sujuva.figures.language import NO_BREAK, NO_BREAK_HYPHEN

STAR = f"{NO_BREAK}*"


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
    """Say what the star means; nothing where no cell has one."""
    if not any(STAR in cell for row in rows for cell in row):
        return ""
    return words.say("* Not verified or this project's own: what exactly, stands under “Instruments”.")


__all__ = ["STAR", "band", "measure", "star_note"]
