"""What things are called on axes, in legends and in tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.language import DASH, Words
from sujuva.published import OF_SCALE, POMP, SHOWN

Meta = dict[str, Any]
_ROUNDED = 1e-9
_NUMBER_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")


def region_title(meta: Meta, key: str, words: Words) -> str:
    """Return the title of a region; of the network for all regions together; of an area by its code."""
    if key == NETWORK:
        return words.say("Whole network")
    if key in meta["regions"]:
        return words.of(meta["regions"][key]["title"], key)
    return str(meta["areas"].get("names", {}).get(key, key))


def scale_title(meta: Meta, key: str, words: Words) -> str:
    """Return the title of a scale; of an item of feedback; the key where nothing is known."""
    if key.startswith("feedback."):
        return feedback_title(key.removeprefix("feedback."), words)
    return words.of(meta["scales"].get(key, {}).get("title"), key)


def informant_title(informant: str, words: Words) -> str:
    """Return who answered."""
    known = {
        "self": words.say("child's own answer"),
        "parent": words.say("parent's answer"),
        "teacher": words.say("teacher's answer"),
        "combined": words.say("put together from answers"),
    }
    return known.get(informant, informant)


def band_title(meta: Meta, scale: str, band: str, words: Words) -> str:
    """Return the title of a band of a scale."""
    bands = meta["scales"].get(scale, {}).get("bands", [])
    return next((words.of(one["title"], band) for one in bands if one["key"] == band), band)


def direction(meta: Meta, scale: str, words: Words) -> str:
    """Say which way is better."""
    better = meta["scales"].get(scale, {}).get("higher_is_better", True)
    return words.say("higher is better") if better else words.say("lower is better")


def indicator_title(meta: Meta, key: str, words: Words) -> str:
    """Return the title of an indicator."""
    return words.of(meta["indicators"].get(key, {}).get("title"), key)


def manner(meta: Meta, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how the estimate of `row` is written (decimals, percent): as its scale asks, else as its indicator.

    A share that is told in whole per cents, without n, has no decimals.
    """
    info: Mapping[str, Any] = meta["indicators"].get(row["indicator"], {})
    scale = meta["scales"].get(row["scale"])
    own = info.get("kind") in ("mean", "sd") and row["indicator"] != POMP
    if info.get("percent") and _is_coarse(row):
        return {**info, "decimals": 0}
    return {**info, **scale["shown"]} if scale and (own or row["indicator"] in OF_SCALE) else info


def _is_coarse(row: Mapping[str, Any]) -> bool:
    """Tell whether a share was told so that nobody is counted: no n, no standard error, whole per cents."""
    if any(row.get(name, "") is not None for name in ("n", "se")):
        return False
    told = [row.get(name) for name in ("estimate", "ci_low", "ci_high")]
    return all(one is None or abs(100 * one - round(100 * one)) < _ROUNDED for one in told)


def clusters_note(rows: pl.DataFrame, words: Words) -> str:
    """Say that intervals rest on few clusters, where the notes of some shown rows do."""
    few = rows.filter(pl.col("note").str.contains("under_30_clusters|few_degrees"))
    if few.is_empty():
        return ""
    return words.say(
        "Some intervals rest on answers from fewer than 30 schools or services: they may be too narrow, so read them "
        "with caution."
    )


def source_line(meta: Meta, words: Words) -> str:
    """Return whose data a figure shows, for when it travels alone."""
    about = [words.of(meta["title"]), meta["responsible"]]
    return words.say("Data: {source}", source=", ".join(one for one in about if one)) if any(about) else ""


def stamp(meta: Meta, words: Words) -> str:
    """Return what every figure of synthetic data says in its corner; nothing where the data is real."""
    return words.say("Synthetic data") if meta["synthetic"] else ""


def group_title(group: str, words: Words) -> str:
    """Return the name of a group such as `gender:girl`."""
    known = {
        "all": words.say("Everyone"),
        "gender:girl": words.say("Girls"),
        "gender:boy": words.say("Boys"),
        "gender:other": words.say("Another gender"),
        "language:fi": words.say("Finnish speakers"),
        "language:sv": words.say("Swedish speakers"),
        "language:other": words.say("Speakers of other languages"),
        "municipality_type:urban": words.say("Urban municipalities"),
        "municipality_type:semi_urban": words.say("Semi-urban municipalities"),
        "municipality_type:rural": words.say("Rural municipalities"),
        "started": words.say("Regions that had started"),
        "not_started": words.say("Regions that had not started"),
        "participant_group:children": words.say("Children"),
        "participant_group:young_people": words.say("Young people"),
        "participant_group:parents": words.say("Parents"),
        "participant_group:professionals": words.say("Professionals"),
    }
    if group in known:
        return known[group]
    column, _, value = group.partition(":")
    ages = _NUMBER_RANGE.fullmatch(value)
    if column == "age_group" and ages:
        return words.say("{ages} years", ages="–".join(ages.groups()))
    return words.say("Other") if value == "other" else value or group


def feedback_title(item: str, words: Words) -> str:
    """Return the statement that participants rated."""
    known = {
        "heard": words.say("I was heard"),
        "useful": words.say("The meeting was useful"),
        "clear_actions": words.say("We agreed on clear actions"),
        "together": words.say("Services work together"),
    }
    return known.get(item, item)


def environment_title(environment: str, words: Words) -> str:
    """Return the name of an environment of a child's everyday life."""
    known = {
        "": words.say("All environments"),
        "home": words.say("Home"),
        "daycare": words.say("Daycare"),
        "school": words.say("School"),
        "leisure": words.say("Leisure"),
    }
    return known.get(environment, environment)


def transition_title(key: str, words: Words) -> str:
    """Return the name of a change of a topic."""
    known = {
        "vulnerability_to_strength": words.say("from vulnerability to strength"),
        "strength_to_vulnerability": words.say("from strength to vulnerability"),
        "unchanged": words.say("as before"),
    }
    return known.get(key, key)


def outcome_title(outcome: str, words: Words) -> str:
    """Return what became of those followed from one wave to another; nothing for a year alone."""
    known = {
        "improved": words.say("improved"),
        "unchanged": words.say("no reliable change"),
        "worse": words.say("got worse"),
    }
    return known.get(outcome, "")


def relation_title(relation: str, words: Words, meta: Meta | None = None) -> str:
    """Return the name of a relation between organisations: the codebook's where `meta` has it."""
    told = (meta or {}).get("relations", {}).get(relation)
    if told:
        return words.of(told.get("title", told), relation)
    known = {
        "collaboration": words.say("Collaboration"),
        "contact": words.say("Contact"),
        "information": words.say("Exchange of information"),
        "referral": words.say("Referrals"),
    }
    return known.get(relation, relation)


def sector_title(meta: Meta, sector: str, words: Words) -> str:
    """Return the title of a sector."""
    return words.of(meta["sectors"].get(sector), sector)


def rule_title(rule: str, reason: str, words: Words) -> str:
    """Return why rows were set aside; the English reason of the ledger where the rule has no title."""
    known = {
        "missing_key": words.say("An identifier is missing"),
        "missing_value": words.say("A necessary value is missing"),
        "bad_number": words.say("A value is not a number"),
        "wrong_date": words.say("A date cannot be read"),
        "nonexistent_local_time": words.say("A time that did not exist"),
        "value_not_in_map": words.say("A value has no described meaning"),
        "item_out_of_range": words.say("An answer outside the scale"),
        "rating_out_of_range": words.say("A rating outside the scale"),
        "weight_not_positive": words.say("A weight is not positive"),
        "unknown_region": words.say("Region is not in the study"),
        "unknown_sector": words.say("Sector is not known"),
        "unknown_wave": words.say("Year is not in the study"),
        "self_tie": words.say("An organisation rates itself"),
        "duplicate": words.say("The same row twice"),
        "unknown_respondent": words.say("Respondent is not known"),
        "unknown_organisation": words.say("Organisation is not known"),
        "impossible_order": words.say("An event comes before one that must come first"),
        "area_not_in_year": words.say("The municipality did not exist in that year"),
        "nothing_given": words.say("The row has no rating at all"),
        "cell_error": words.say("The cell of the spreadsheet holds an error"),
        "identifier_replaced": words.say("Personal data became codes"),
        "pseudonym": words.say("Keys of persons and families became codes"),
        "duration_unusable": words.say("A response time that cannot be used became empty"),
        "trimmed": words.say("Blanks around values were removed"),
        "declared_missing": words.say("A value declared missing became empty"),
        "missing_code": words.say("A code for a missing answer became empty"),
        "blank_filled": words.say("An empty value got its agreed meaning"),
        "value_map": words.say("Values were renamed as described"),
        "item_map": words.say("Answers were recoded as described"),
        "lookup": words.say("Names were replaced by codes"),
        "local_time": words.say("Times became local time"),
    }
    if rule.startswith("contract_"):
        return words.say("A value breaks the contract of its table")
    return known.get(rule, reason or rule)


def level_note(meta: Meta, words: Words) -> str:
    """Say that regions stand on different levels, where they do."""
    levels = {one["level"] for one in meta["regions"].values()}
    return (
        words.say("The regions differ in level (wellbeing services counties and cities), so compare them with care.")
        if len(levels) > 1
        else ""
    )


def missing_word(row: Mapping[str, Any] | None, words: Words) -> str:
    """Return what stands in place of a mark: "hidden", or a dash where there is nothing."""
    return words.say("hidden") if row is not None and row["suppressed"] != SHOWN else DASH


def hidden_word_note(meta: Meta, words: Words) -> str:
    """Say what the word in place of a mark means."""
    return words.say(
        "“{word}”: not shown, to protect privacy (groups under {n}); it does not mean zero.",
        word=words.say("hidden"),
        n=meta["privacy"]["threshold"],
    )


def hidden_note(meta: Meta, words: Words) -> str:
    """Say what a missing mark means."""
    return words.say(
        "A missing mark: hidden to protect privacy (groups under {n} are not shown).", n=meta["privacy"]["threshold"]
    )
