"""Files that are not about respondents: events, discussions, ties, organisations, feedback, statistics of areas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.intake import categories, roles, words
from sujuva.intake.columns import Facts
from sujuva.intake.events import details
from sujuva.intake.feeds import DraftFeed, slug
from sujuva.intake.guess import GUESS, LIKELY, OPEN, Guess
from sujuva.intake.talks import discussions

_SHARED = 0.3
"""Share of the actors at one end of the ties that must be at the other, too."""


def things(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    """Return the feed of a file that is not about respondents, or None."""
    return (
        _areas(facts)
        or discussions(facts, text)
        or _events(facts)
        or _feedback(facts, text, file)
        or _wide_feedback(facts, text, file)
        or _ties(facts, text, file)
        or _organisations(facts, file)
    )


def _several(names: Sequence[str], facts: Sequence[Facts], least: float = GUESS) -> dict[str, Guess[Facts]] | None:
    """Return a column for each role, none of them twice; None where one is missing."""
    found: dict[str, Guess[Facts]] = {}
    for name in names:
        guess = roles.find(name, facts, [one.value.name for one in found.values()])
        if guess is None or guess.sureness < least:
            return None
        found[name] = guess
    return found


def _table(name: str, found: Mapping[str, Guess[Facts]]) -> Guess[str]:
    sureness = min(guess.sureness for guess in found.values())
    return Guess(name, min(sureness, LIKELY), f"it has {', '.join(found)}")


def _areas(facts: Sequence[Facts]) -> DraftFeed | None:
    found = _several(["indicator", "title", "area", "area_name", "year", "value"], facts)
    if found is None:
        return None
    columns: dict[str, Guess[Any]] = {name: roles.mapped(name, guess) for name, guess in found.items()}
    absolute = roles.find("absolute", facts, [guess.value.name for guess in found.values()])
    if absolute is not None:
        columns["absolute"] = roles.mapped("absolute", absolute)
    gender = next((one for one in facts if one.folded in words.ROLES["gender"]), None)
    if gender is not None:
        columns["gender"] = roles.mapped("gender", Guess(gender, LIKELY, "by its name"), categories.AREA_GENDERS)
    else:
        columns["gender"] = Guess({"value": "total"}, GUESS, "no column tells the gender")
    return DraftFeed(_table("area_indicators", found), columns)


def _events(facts: Sequence[Facts]) -> DraftFeed | None:
    found = _several(["case", "activity", "time"], facts)
    if found is None:
        return None
    columns = {"case": roles.mapped("case", found["case"])}
    columns["activity"] = roles.mapped("activity", found["activity"], categories.ACTIVITIES)
    time = found["time"]
    columns["time"] = Guess(roles.dates(time.value), time.sureness, "dates in these formats")
    # Who is referred to is a sector, too, but not the one that acts.
    sector = roles.find("sector", facts, [one.name for one in facts if one.folded in words.CASE_COLUMNS["target"]])
    if sector is not None:
        columns["sector"] = roles.mapped("sector", sector)
    used = {found[name].value.name for name in found} | ({sector.value.name} if sector is not None else set())
    columns["region"] = roles.area(facts, used)["region"]
    if isinstance(columns["region"].value, dict) and columns["region"].value.get("lookup") == "region":
        used.add(columns["region"].value["from"])
    return DraftFeed(_table("case_events", found), columns | details(facts, used))


def _feedback(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    found = _several(["event", "item", "rating", "participant"], facts)
    if found is None:
        return None
    columns = _occasion(found, facts, text, file)
    columns["item"] = roles.mapped("item", found["item"], categories.FEEDBACK_ITEMS)
    columns["rating"] = roles.mapped("rating", found["rating"])
    return DraftFeed(_table("feedback", found), columns)


def _wide_feedback(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    """Return the feed of a file with a row a participant and a column a statement, if two of those are known."""
    found = _several(["event", "participant"], facts)
    stated = {key: one for one in facts if (key := categories.key_of(one.name, categories.FEEDBACK_ITEMS))}
    items = {key: one for key, one in stated.items() if one.numeric and one.codes}
    if found is None or len(items) < 2:  # noqa: PLR2004
        return None
    table = Guess("feedback", LIKELY, f"{len(items)} of its columns are known statements")
    names = {key: Guess(one.name, LIKELY, "a known statement") for key, one in items.items()}
    return DraftFeed(table, _occasion(found, facts, text, file), items=names)


def _occasion(
    found: Mapping[str, Guess[Facts]], facts: Sequence[Facts], text: pl.DataFrame, file: str
) -> dict[str, Guess[Any]]:
    """Return what is said of the event of a feedback, and of who gave it."""
    used = [guess.value.name for guess in found.values()]
    region = roles.area(facts, used)["region"]
    columns: dict[str, Guess[Any]] = {"event": roles.event(found["event"], region, text)}
    columns["wave"] = roles.wave(facts, file, used)
    columns["region"] = region
    columns["participant"] = roles.mapped("participant", found["participant"])
    group = roles.find("participant_group", facts, used)
    gap: Guess[Any] = Guess({"value": ""}, OPEN, "children, young_people, parents or professionals")
    columns["participant_group"] = roles.mapped("participant_group", group) if group is not None else gap
    return columns


def _ties(facts: Sequence[Facts], text: pl.DataFrame, file: str) -> DraftFeed | None:
    found = _several(["source", "target"], facts)
    if found is None:
        return None
    ends = [found[name].value.name for name in ("source", "target")]
    first, second = (set(text[name].drop_nulls()) for name in ends)
    if len(first & second) < _SHARED * min(len(first), len(second)):
        return None
    observed = roles.find("observed", facts, ends)
    if observed is None:
        ratings = [one for one in facts if one.name not in ends and roles.fits("observed", one)]
        if len(ratings) != 1:
            return None
        observed = Guess(ratings[0], GUESS, "the only column of ratings")
    columns: dict[str, Guess[Any]] = dict(roles.area(facts, ends).items())
    columns.pop("municipality", None)
    columns["wave"] = roles.wave(facts, file, [*ends, observed.value.name])
    told = roles.find("relation", facts, [*ends, observed.value.name])
    relation = "collaboration" if observed.value.folded in words.ROLES["observed"] else slug(observed.value.name)
    guessed: Guess[Any] = Guess({"value": relation}, GUESS, "no column names the relation")
    columns["relation"] = guessed if told is None or told.sureness < GUESS else roles.mapped("relation", told)
    columns |= {name: roles.mapped(name, guess) for name, guess in found.items()}
    columns["observed"] = roles.mapped("observed", observed)
    expected = roles.find("expected", facts, [*ends, observed.value.name])
    if expected is not None:
        columns["expected"] = roles.mapped("expected", expected)
    pairs = text.select(a=ends[0], b=ends[1]).unique()
    both = pairs.join(pairs.rename({"a": "b", "b": "a"}), on=["a", "b"]).height
    notes = () if both else ("no pair comes in both directions: undirected: true if one row speaks for both ends",)
    return DraftFeed(_table("ties", found), columns, notes=notes)


def _organisations(facts: Sequence[Facts], file: str) -> DraftFeed | None:
    found = _several(["organisation"], facts)
    if found is None or roles.find("wave", facts) is not None:
        return None
    key = found["organisation"]
    name = roles.find("name", facts, [key.value.name])
    sector = roles.find("sector", facts, [key.value.name])
    told = re.search(r"organis|organiz|toimija|node|actor|aktör", file.lower()) is not None
    if not told and (name is None or sector is None or sector.sureness < GUESS):
        return None
    columns: dict[str, Guess[Any]] = {"region": roles.area(facts, [key.value.name])["region"]}
    columns["organisation"] = roles.mapped("organisation", key)
    columns["name"] = roles.mapped("name", name) if name else Guess(key.value.name, GUESS, "no column has a name")
    gap: Guess[Any] = Guess({"value": ""}, OPEN, "the sector's key in the codebook, or a column with lookup: sector")
    columns["sector"] = roles.mapped("sector", sector) if sector else gap
    level = roles.find("level", facts, [guess.value.name for guess in (key, name, sector) if guess])
    if level is not None and level.sureness >= GUESS and not level.value.numeric:
        columns["level"] = roles.mapped("level", level, categories.SERVICE_LEVELS)
    why = "the file's name says so" if told else "it has a name and a sector for each row"
    return DraftFeed(Guess("organisations", LIKELY if told and sector else GUESS, why), columns)
