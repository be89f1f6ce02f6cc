"""How pages look and what makes them easier to use: files of the folder of a language, which all its pages share."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from sujuva.io import write_text

STYLE, SCRIPT, SEARCHING = "style.css", "page.js", "search.js"
SHARED = (STYLE, SCRIPT, SEARCHING, "slides.css", "slides.js")
"""Files beside the folders of regions."""


@lru_cache
def own_text(name: str) -> str:
    """Return a style sheet or a script of the templates."""
    return files("sujuva.reports").joinpath("templates", name).read_text(encoding="utf-8")


def is_own(name: str, content: bytes) -> bool:
    """Tell whether a file is one of the shared ones, to the byte."""
    return name in SHARED and own_text(name).encode() == content


def write_shared(folder: Path) -> None:
    """Write the shared files into the folder of a language; several reports may do so at once."""
    for name in SHARED:
        write_text(own_text(name), folder / name)
