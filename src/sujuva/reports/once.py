"""What reports find out once in a process, whatever they tell: forked kernels inherit it (`pipeline.preload`)."""

from __future__ import annotations

from sujuva.reports.rendering import environment


def prepare() -> None:
    """Compile the templates of pages."""
    templates = environment()
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)
