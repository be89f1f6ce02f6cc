"""Figures of the catalogue drawn from single published tables, so that a test can change one."""

from __future__ import annotations

from sujuva.figures import FIGURES, draw
from sujuva.published import Published


def of(key, *tables):
    """A function from the named tables, the metadata and the words to a picture."""

    def drawn(*given, **options):
        *frames, meta, words = given
        return draw(FIGURES[key], Published(dict(zip(tables, frames, strict=True)), meta), words, **options)

    return drawn


bands, coping, hobbies, movers, practice, strengths, transitions = (
    of(key, "parjaavyys") for key in ("bands", "coping", "hobbies", "movers", "practice", "strengths", "transitions")
)
change, did, gaps = (of(key, "comparisons") for key in ("change", "did", "gaps"))
areas = of("areas", "situation")
blanks, blanks_by_region = (of(key, "quality_items") for key in ("blanks", "blanks-by-region"))
distributions = of("distributions", "distributions", "parjaavyys")
quality = of("quality", "quality_ledger", "quality_rules")
reliability = of("reliability", "reliability")
response, response_again = (of(key, "quality_response") for key in ("response", "response-again"))
