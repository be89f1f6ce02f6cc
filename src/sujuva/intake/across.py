"""What the files of a delivery tell of each other: the key of its persons, and the regions that are its study's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sujuva.codebooks import Region
from sujuva.intake.guess import LIKELY, DraftFeed, Guess
from sujuva.intake.layout import DraftSource
from sujuva.intake.words import folded

_LONGEST = 4
"""Words of the longest name of a region that a file's name is searched for."""


def keyed_alike(sources: Sequence[DraftSource]) -> list[DraftSource]:
    """Return the sources with answers keyed by the column that is the register's key, where a file has it, too.

    Survey tools number answers (Vastaajan ID) beside the key by which the register knows who answered.
    """
    registers = [one for one in sources if any(feed.table.value == "respondents" for feed in one.feeds)]
    keys = {
        folded(name): one.file
        for one in registers
        for feed in one.feeds
        if feed.table.value == "respondents"
        for name in feed.origin("respondent")
        if name in one.columns
    }
    return [one if one in registers else _keyed(one, keys) for one in sources]


def _keyed(one: DraftSource, keys: Mapping[str, str]) -> DraftSource:
    asked = [feed for feed in one.feeds if feed.table.value == "answers"]
    before = {name for feed in asked for name in feed.origin("respondent")}
    same = [name for name in one.ignore if folded(name) in keys]
    if not asked or len(same) != 1 or any(folded(name) in keys for name in before):
        return one
    key = Guess[Any](same[0], LIKELY, f"the key of {keys[folded(same[0])]} has this name")

    def again(feed: DraftFeed) -> DraftFeed:
        return replace(feed, columns={**feed.columns, "respondent": key}) if feed in asked else feed

    feeds = tuple(again(feed) for feed in one.feeds)
    used = {name for feed in feeds for name in feed.used}
    numbers = {name: "tells answers apart" for name in one.columns if name in before - used}
    left = {name: why for name, why in one.ignore.items() if name != same[0]} | numbers
    return replace(one, feeds=feeds, ignore={name: left[name] for name in one.columns if name in left})


def of_study(keys: Iterable[str], regions: Mapping[str, Region], chosen: Collection[str] = ()) -> list[str]:
    """Return those of some regions that can be regions of one study, in their order: no municipality is in two.

    A county is known by any of its municipalities; where one of those is a region itself (Turku, and not
    Varsinais-Suomi), the wider one is left out, but for what is chosen.
    """
    found = list(keys)
    held = {key: set(regions[key].municipalities) for key in found if key in regions}
    narrow = sorted(held, key=lambda key: (key not in chosen, len(held[key]), key))
    taken: set[str] = set()
    wide: set[str] = set()
    for key in narrow:
        if held[key] & taken:
            wide.add(key)
        else:
            taken |= held[key]
    return [key for key in found if key not in wide]


def named_in(parts: Sequence[str], known: Mapping[str, str]) -> set[str]:
    """Return the regions in the words of a name, the longest names first: Keski-Pohjanmaa is not Pohjanmaa.

    Args:
        parts: The words, in small letters.
        known: Region by each way to write it.
    """
    found: set[str] = set()
    at = 0
    while at < len(parts):
        ends = range(min(len(parts), at + _LONGEST), at, -1)
        ways = ((mark.join(parts[at:end]), end) for end in ends for mark in ("-", " "))
        way, end = next(((way, end) for way, end in ways if way in known and not way.isdigit()), ("", at + 1))
        if way:
            found.add(known[way])
        at = end
    return found
