"""Norm sets behind bands."""

from __future__ import annotations

from collections.abc import Sequence

from sujuva.figures.labels import Meta
from sujuva.figures.language import Words


def norms_note(scales: Sequence[str], meta: Meta, words: Words) -> str:
    """Name the norm set behind the bands of each instrument; nothing without bands."""
    banded = [meta["scales"][key] for key in scales if meta["scales"][key]["bands"] and meta["scales"][key]["norms"]]
    sets = {words.of(one["instrument_title"]): norms_title(one["norms"], words) for one in banded}
    if not sets:
        return ""
    return words.say(
        "Limits of the bands: {sets}.", sets="; ".join(f"{title}: {norms}" for title, norms in sets.items())
    )


def norms_title(norms: str, words: Words) -> str:
    """Return what a norm set is, with the key by which it is asked for."""
    title = words.title("norms", norms)
    return title if norms == "own" else f"{title} ({norms})"
