"""What reports find out once in a process, whatever they tell: forked kernels inherit it (`pipeline.preload`)."""

from __future__ import annotations

from collections.abc import Sequence

from sujuva.reports.explained import GLOSSARY, forms
from sujuva.reports.rendering import environment


def prepare(languages: Sequence[str]) -> None:
    """Compile the templates of pages, and open the dictionaries that find the words of the glossary.

    Args:
        languages: Languages of the site.
    """
    templates = environment()
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
    for language in languages:
        forms(GLOSSARY, language)
