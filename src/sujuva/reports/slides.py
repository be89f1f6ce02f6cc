"""The page for a wide screen: findings and the figures of the topics, one at a time; it draws nothing of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sujuva.figures.labels import stamp
from sujuva.figures.specification import View
from sujuva.reports.files import Shown
from sujuva.reports.first import brief

_START = "start"


@dataclass(frozen=True)
class Slide:
    """A slide with a figure.

    Attributes:
        id: Its anchor: the key of its topic where it is the first one of it.
        topic: Key of its topic.
        shown: The figure, with the files that the page of the topic shows too.
    """

    id: str
    topic: str
    shown: Shown


def slides_of(topics: Mapping[str, Sequence[Shown]]) -> list[Slide]:
    """Return a slide for each picture of the topics, in their order.

    Args:
        topics: Key of a topic → what its page shows.
    """
    drawn = {key: [one for one in shown if one.drawing] for key, shown in topics.items()}
    return [
        Slide(f"{key}-{one.anchor}" if number else key, key, one)
        for key, shown in drawn.items()
        for number, one in enumerate(shown)
    ]


def slides_page(view: View, topics: Mapping[str, Sequence[Shown]]) -> dict[str, Any]:
    """Return what the template needs: findings, slides, and the anchors of all slides in their order."""
    slides, said = slides_of(topics), brief(view)
    findings = [f"finding-{number}" for number, _ in enumerate(said["findings"], start=1)]
    return {
        **said,
        "slides": slides,
        "topics": list(dict.fromkeys(one.topic for one in slides)),
        "ids": [_START, *findings, *(one.id for one in slides)],
        "warnings": sorted({one.shown.exhibit.picture.warning for one in slides if one.shown.exhibit.picture} - {""}),
        "stamp": stamp(view.meta, view.words),
    }
