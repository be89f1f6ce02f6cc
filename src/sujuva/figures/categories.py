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
        return _view(category, words)
    if indicator.startswith("scale_"):
        return _links(category, words)
    if category in meta.get("relations", {}):
        return relation_title(category, words, meta)
    return sector_title(meta, category, words)


def role_title(role: str, words: Words) -> str:
    """Return what a broker stands between (Gould & Fernandez 1989)."""
    known = {
        "coordinator": words.say("between organisations of its own sector"),
        "itinerant": words.say("between two of one other sector"),
        "gatekeeper": words.say("from another sector into its own"),
        "representative": words.say("from its own sector to another"),
        "liaison": words.say("between two different sectors, itself of a third"),
    }
    return known.get(role, role)


def trigger_title(trigger: str, words: Words) -> str:
    """Return why a family came, as a log tells it; a reason that is not known here stands as the log has it."""
    known = {
        "divorce": words.say("Divorce"),
        "parent_illness": words.say("A parent's illness"),
        "school_problems": words.say("Difficulties at school"),
        "unemployment": words.say("Unemployment"),
        "not_told": words.say("not told"),
        "other": words.say("Other"),
    }
    return known.get(trigger, trigger.replace("_", " "))


def _view(key: str, words: Words) -> str:
    known = {
        "others_others": words.say("others' view of its part, and others' expectation"),
        "self_others": words.say("its own view of its part, and others' expectation"),
        "others_self": words.say("others' view of its part, and its own expectation"),
        "self_self": words.say("its own view of its part, and its own expectation"),
    }
    return known.get(key, key)


def _links(key: str, words: Words) -> str:
    known = {
        "vertical": words.say("between levels of services"),
        "horizontal": words.say("within a level of services"),
        "vertical_horizontal": words.say("between and within levels together"),
        "intra": words.say("within a sector"),
        "inter": words.say("between sectors"),
    }
    return known.get(key, key)
