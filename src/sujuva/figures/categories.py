"""What the parts of an indicator are called: roles of brokers, views on agreement, kinds of links, topics, sectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sujuva.figures.labels import Meta, relation_title, sector_title
from sujuva.figures.language import Words


def category_title(meta: Meta, row: Mapping[str, Any], words: Words) -> str:
    """Return the name of the category of a row of a network's measures; "" where it is about the whole.

    Args:
        meta: Metadata of the publication.
        row: Published row: indicator, category.
        words: The reader's language.
    """
    category, indicator = str(row["category"]), str(row["indicator"])
    if not category:
        return ""
    if indicator == "network_brokerage":
        return role_title(category, words)
    if indicator.startswith("agreement_"):
        return words.title("view", category)
    if indicator.startswith("scale_"):
        return words.title("link", category)
    if category in meta.get("relations", {}):
        return relation_title(category, words, meta)
    return sector_title(meta, category, words)


def role_title(role: str, words: Words) -> str:
    """Return what a broker stands between (Gould & Fernandez 1989)."""
    return words.title("broker_role", role)


def trigger_title(trigger: str, words: Words) -> str:
    """Return why a family came, as a log tells it; a reason that is not known here stands as the log has it."""
    return words.title("trigger", trigger)
