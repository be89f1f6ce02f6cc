"""What the parts of an indicator are called: roles of brokers, views on agreement, kinds of links, topics, sectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sujuva.figures.labels import Meta, relation_title, sector_title
from sujuva.figures.language import Words

_KINDS = {"network_brokerage": "broker_role", "agreement_": "view", "presence_": "phenomenon", "scale_": "link"}
"""Beginnings of indicators whose categories are codes of a kind; those of others are relations or sectors."""


def category_title(meta: Meta, row: Mapping[str, Any], words: Words) -> str:
    """Return the name of the category of a row of a network's measures; "" where it is about the whole.

    Args:
        meta: Metadata of the publication.
        row: Published row: indicator, category.
        words: The reader's language.
    """
    category = str(row["category"])
    kind = next((kind for start, kind in _KINDS.items() if str(row["indicator"]).startswith(start)), "")
    if not category or kind:
        return words.title(kind, category) if category else ""
    return (
        relation_title(category, words, meta) if category in meta["relations"] else sector_title(meta, category, words)
    )


def role_title(role: str, words: Words) -> str:
    """Return what a broker stands between (Gould & Fernandez 1989)."""
    return words.title("broker_role", role)


def trigger_title(trigger: str, words: Words) -> str:
    """Return why a family came, as a log tells it; a reason that is not known here stands as the log has it."""
    return words.title("trigger", trigger)
