"""LP discussions: the numbers of children behind each part of a discussion, and few topics that changed.

Every child is a cluster of its own, so df + 1 (in the network: df + regions) and `clusters` are numbers of children.
Who is in a part of a discussion is in the whole, too: two such numbers tell those who are not, by subtraction.
Shares of transitions are whole numbers of topics over a whole number; McNemar's exact p = 2 Σ C(m, i) / 2^m, i up to
the smaller of those that changed either way, m both, tells the two numbers where they are small.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import polars as pl
from scipy.stats import binom

from sujuva.attack.counts import Counts, learned
from sujuva.attack.finding import Finding, is_learned
from sujuva.attack.shown import FREE, Row, Shown, Span
from sujuva.codebooks import load_indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.published import PRIMARY

MOST_TOPICS = 20
"""More topics than the form has in one environment."""
_WAYS = ("strength_to_vulnerability", "vulnerability_to_strength", "unchanged")
_KEY = ("indicator", "category", "region", "wave")
Place = tuple[str, str, str, int]


@cache
def _sets() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return which children n counts, by indicator, and among which others these are: what records tell every reader.

    Children are named after the first indicator whose n counts them: one that goes with another counts the same, and
    so do two of which each is within the other.
    """
    known = load_indicators().where(topic="lp")
    around = {key: {name for name in one.behind.within if name in known} for key, one in known.items()}
    same = {
        key: {one.behind.goes_with, *(name for name in around[key] if key in around[name])}
        for key, one in known.items()
    }
    sets: dict[str, str] = {}
    for key in known:
        sets[key] = next((sets[other] for other in sets if other in same[key] or key in same[other]), key)
    within: dict[str, tuple[str, ...]] = {}
    for key, name in sets.items():
        outer = (sets[one] for one in known[key].behind.within if one in sets)
        within[name] = tuple(dict.fromkeys((*within.get(name, ()), *(one for one in outer if one != name))))
    return sets, within


def find(shown: Shown) -> Iterator[Finding]:
    """Yield the small numbers of children that the rows of LP discussions tell."""
    numbers, rows, hidden = _numbers(shown)
    yield from _by_subtraction(shown, numbers, rows, hidden)
    yield from _of_topics(shown, numbers)


def _environment(category: str) -> str:
    """Return the environment of a category: "home", or "unchanged:home"; "" is all of them."""
    way, _, rest = category.partition(":")
    return rest if way in _WAYS else category


def _numbers(shown: Shown) -> tuple[dict[Place, Span], dict[Place, Row], dict[Place, list[Row]]]:
    """Return from what to what each number of children can be, one row that tells of it, and all that do not."""
    sets, _ = _sets()
    rows = list(shown.rows("parjaavyys", pl.col("indicator").is_in(list(sets))))
    pairs = list(shown.rows("comparisons", comparison="lp_transition"))
    regions: dict[tuple[str, str, int], set[str]] = {}
    for row in rows:
        if row["region"] != NETWORK:
            at = (sets[row["indicator"]], _environment(row["category"]), row["wave"])
            regions.setdefault(at, set()).add(row["region"])
    found: dict[Place, Span] = {}
    told: dict[Place, Row] = {}
    hidden: dict[Place, list[Row]] = {}
    for row in (*rows, *({**one, "indicator": "lp_transition_share"} for one in pairs)):
        kind, environment = sets[row["indicator"]], _environment(row["category"])
        place = (kind, environment, row["region"], row["wave"])
        if row["n"] is None:
            hidden.setdefault(place, []).append(row)
            continue
        spans = [shown.n_of(row["n"])]
        if row["df"] is not None:
            strata = 1 if row["region"] != NETWORK else len(regions.get((kind, environment, row["wave"]), ()))
            spans.append((round(row["df"]) + strata,) * 2)
        if row.get("clusters") is not None:
            spans.append((row["clusters"],) * 2)
        low, high = max(one[0] for one in spans), min(one[1] for one in spans)
        if low <= high:  # else df counts something else, such as units
            before = found.get(place, (0, FREE))
            found[place] = max(low, before[0]), min(high, before[1])
            told.setdefault(place, row)
    for place, some in hidden.items():
        if place not in found:
            found[place] = 0, FREE
            told[place] = some[0]
    return found, told, hidden


def _guessed(rows: list[Row], threshold: int) -> Span:
    """Return from what to what a hidden number of children is by the marks of all rows that it stands behind.

    A small number is the first reason to hide a row, so one row that is hidden for another's sake, or shown without n,
    tells that it is not small. That it is small a count alone tells: of shares either side may be the small one.
    """
    if any(row["suppressed"] != PRIMARY for row in rows):
        return threshold, FREE
    counts = load_indicators().where(topic="lp", estimate="count")
    return (1, threshold - 1) if any(row["indicator"] in counts for row in rows) else (0, FREE)


def _by_subtraction(
    shown: Shown, numbers: dict[Place, Span], rows: dict[Place, Row], hidden: dict[Place, list[Row]]
) -> Iterator[Finding]:
    known = Counts()
    for place, span in numbers.items():
        known.count(place, *span)
        if rows[place]["n"] is None:
            known.guess(place, *_guessed(hidden[place], shown.threshold))
        parts = [(*place[:2], region, place[3]) for region in shown.regions]
        if place[2] == NETWORK and all(part in numbers for part in parts):
            for part in parts:
                known.count(part, *numbers[part])
            known.adds_up(place, parts)
    rests = [(place, whole) for place in numbers for whole in _wholes(place) if whole in numbers]
    for place, whole in rests:
        known.count((place, whole), 0, FREE)
        known.adds_up(whole, [place, (place, whole)])
    told: dict[Any, str] = {(place, whole): f"{_name(whole)}, and not {_name(place)}" for place, whole in rests}
    told |= {place: _name(place) for place, row in rows.items() if row["n"] is None}
    for key, span in learned(known, list(told), shown.threshold).items():
        row = rows[key] if key in rows else rows[key[0]]
        yield Finding(
            "children", "parjaavyys", {name: row[name] for name in _KEY}, f"children {told[key]}", *span,
            "degrees of freedom, clusters and n of nested rows",
        )  # fmt: skip


def _name(place: Place) -> str:
    return " ".join(place[:2]).strip()


def _wholes(place: Place) -> list[Place]:
    """Return the numbers of children among whom those of a place are."""
    kind, environment, region, wave = place
    _, within = _sets()
    top, seen = kind, set[str]()
    while within[top] and top not in seen:
        seen.add(top)
        top = within[top][0]
    others = dict.fromkeys(((top, ""), *((one, environment) for one in within[kind]), (kind, "")))
    return [(*other, region, wave) for other in others if other != (kind, environment)]


def _of_topics(shown: Shown, numbers: dict[Place, Span]) -> Iterator[Finding]:
    followed = _sets()[0]["lp_transition_share"]
    shares: dict[Place, dict[str, Row]] = {}
    for row in shown.rows("parjaavyys", indicator="lp_transition_share"):
        way = row["category"].partition(":")[0]
        place = (followed, _environment(row["category"]), row["region"], row["wave"])
        if row["estimate"] is not None:
            shares.setdefault(place, {})[way] = row
    exact = {
        (followed, row["category"], row["region"], row["wave"]): row["estimate"]
        for row in shown.rows("parjaavyys", indicator="lp_mcnemar", scale="exact")
        if row["estimate"] is not None
    }
    for place, ways in shares.items():
        if place not in numbers:
            continue
        children = numbers[place]
        most = children[1] * MOST_TOPICS * (1 if place[1] else 4)
        if most > FREE:
            continue
        spans = {way: shown.told(row) for way, row in ways.items()}
        told = _few(ways, spans, most, shown.threshold) if place not in exact else ways
        if not set(told) & set(_WAYS[:2]):
            continue
        p = shown.span(exact[place], shown.places("lp_mcnemar")) if place in exact else (0.0, 1.1)
        possible = list(_changes(spans, max(children[0], 1), most, p, shown.threshold))
        for at, way in enumerate(_WAYS[:2]):
            if way in told and possible:
                low, high = min(one[at] for one in possible), max(one[at] for one in possible)
                # So many topics are of one child or more, and of no more children than topics.
                if low >= 1 and is_learned(1, high, shown.threshold):
                    row = ways[way]
                    yield Finding(
                        "children", "parjaavyys", {name: row[name] for name in _KEY},
                        f"children whose topics changed ({low} to {high} topics)", 1, high,
                        "shares of topics and McNemar's exact p" if place in exact else "shares of topics",
                    )  # fmt: skip


def _few(ways: dict[str, Row], spans: dict[str, tuple[float, float]], most: int, threshold: int) -> dict[str, Row]:
    """Return the ways of which only few topics can be: without p, whatever can be many is many."""
    return {way: row for way, row in ways.items() if math.floor(spans[way][1] * most) < threshold - 1}


def _changes(
    spans: dict[str, tuple[float, float]], least: int, most: int, p: tuple[float, float], threshold: int
) -> Iterator[tuple[int, int]]:
    """Yield how many topics can have changed either way, of any number from `least` to `most`."""
    for topics in range(least, most + 1):
        ways = [_whole(spans.get(way, (0.0, 1.0)), topics) for way in _WAYS]
        if any(len(one) == 0 for one in ways):
            continue
        if min(ways[0]) >= threshold and min(ways[1]) >= threshold:
            yield min(ways[0]), min(ways[1])  # neither is small: which of them it is does not matter
            continue
        for one, other in product(ways[0], ways[1]):
            if topics - one - other in ways[2] and p[0] <= _mcnemar(one, other) <= p[1]:
                yield one, other


def _whole(share: tuple[float, float], size: int) -> range:
    return range(max(math.ceil(share[0] * size), 0), min(math.floor(share[1] * size), size) + 1)


def _mcnemar(one: int, other: int) -> float:
    return min(1.0, 2 * float(binom.cdf(min(one, other), one + other, 0.5))) if one + other else 1.0
