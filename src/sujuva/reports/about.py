"""The pages that hold for all regions: methods, instruments, privacy, sources, words, and how figures were made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures import Words
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import View
from sujuva.published import Published
from sujuva.reports.content import page_of
from sujuva.reports.rendering import render
from sujuva.reports.sitemap import ABOUT, OF_ALL, Place

_KEY = re.compile(r"\b[a-z][a-z0-9]*_[a-z0-9_]*[a-z0-9]\b")
"""What looks like the key of a scale."""


def about_pages(published: Published, words: Words, *, languages: Sequence[str]) -> dict[Place, str]:
    """Return the pages that hold for all regions, by their place.

    Args:
        published: What publish let out.
        words: The reader's language.
        languages: Languages of the site.
    """
    view = page_of(published, words, NETWORK)
    found = {}
    for key in OF_ALL:
        place = Place(words.language, ABOUT, key)
        found[place] = render(
            f"{key}.html", place, view.meta, words, languages=languages, title=words.title("page", key),
            **_VALUES.get(key, _nothing)(view),
        )  # fmt: skip
    return found


def _nothing(_: View) -> dict[str, Any]:
    return {}


def _methods(view: View) -> dict[str, Any]:
    return {"regions": ", ".join(view.place(one) for one in view.meta["regions"])}


def _instruments(view: View) -> dict[str, Any]:
    """Describe the instruments that the data has answers to."""
    used = set(view.table("parjaavyys")["scale"]) | set(view.table("integration")["scale"])
    grouped: dict[str, dict[str, dict[str, Any]]] = {}
    for key, scale in view.meta["scales"].items():
        if key in used:
            grouped.setdefault(scale["instrument"], {})[key] = scale
    found = []
    for scales in grouped.values():
        first = next(iter(scales.values()))
        doubts = dict.fromkeys(one["unverified"] for one in scales.values() if one["unverified"])
        found.append({
            "title": view.words.of(first["instrument_title"]), "citation": first["citation"],
            "licence": first["licence"], "scales": ", ".join(view.scale(key) for key in scales),
            "unverified": _with_titles(view, " ".join(doubts)),
        })  # fmt: skip
    return {"instruments": found}


def _with_titles(view: View, text: str) -> str:
    """Put titles in place of the keys of scales, English ones as the text is: codebooks are read by people here."""
    scales, english = view.meta["scales"], replace(view.words, language="en")
    return _KEY.sub(lambda found: english.of(scales[found[0]]["title"]) if found[0] in scales else found[0], text)


def _privacy(view: View) -> dict[str, Any]:
    kinds = view.published["decisions"].group_by("suppressed").agg(pl.col("rows").sum()).sort("suppressed")
    decisions = {kind or "shown": int(rows) for kind, rows in kinds.iter_rows()}
    return {"shown": decisions.pop("shown", 0), "hidden": sum(decisions.values())}


def _glossary(view: View) -> dict[str, Any]:
    terms = view.meta["terms"]["kinds"]["glossary"]
    found = [(view.words.title("glossary", key), view.words.sentence_of("glossary", key), key) for key in terms]
    return {"terms": sorted(found, key=lambda one: one[0].casefold())}


def _made(view: View) -> dict[str, Any]:
    """Tell of each figure which published table it is drawn from, and by what that table is known."""
    figures = [(key, f"{one.table}.parquet", view.published.sums.get(one.table, "")) for key, one in FIGURES.items()]
    return {"figures": figures}


_VALUES: dict[str, Callable[[View], dict[str, Any]]] = {
    "methods": _methods, "instruments": _instruments, "privacy": _privacy, "glossary": _glossary, "made": _made,
}  # fmt: skip
