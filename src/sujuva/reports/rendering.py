"""Pages from templates: what every page has around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from sujuva.figures import Words
from sujuva.figures.labels import Meta, producer_title
from sujuva.reports.bound import bind
from sujuva.reports.checks import made
from sujuva.reports.explained import GLOSSARY, explained
from sujuva.reports.given import given_in, marked
from sujuva.reports.sitemap import SEARCH, SLIDES, Place, contents


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates of pages."""
    return Environment(
        loader=PackageLoader("sujuva.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def filled(template: str, **values: Any) -> str:
    """Return a template with its values, without blank lines and blanks at the ends of lines."""
    text = environment().get_template(template).render(**values)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def render(
    template: str,
    place: Place,
    meta: Meta,
    words: Words,
    *,
    languages: Sequence[str],
    title: str,
    names: Sequence[str] = (),
    **values: Any,
) -> str:
    """Return a page.

    Args:
        template: Its template.
        place: Where it stands.
        meta: Metadata of the publication.
        words: The reader's language.
        languages: Languages of the site.
        title: Its heading, and first in the title of its window.
        names: Names on it that stand as the data gives them, besides those of statistics and producers.
        values: What the template needs besides.
    """
    page = filled(
        template,
        meta=meta,
        named=lambda name: producer_title(meta, name, words),
        say=words.say,
        words=words,
        language=words.language,
        place=place,
        contents=contents(place, meta, words, languages),
        version=version("sujuva"),
        made=made(meta),
        study=words.of(meta["title"]),
        title=title,
        **values,
    )
    page = marked(page, (*given_in(meta, words), *names))
    page = page if place.page in (GLOSSARY, SEARCH, SLIDES) else explained(page, place, meta, words)
    return bind(page, meta, words.language)
