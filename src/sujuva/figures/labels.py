"""What things are called on axes, in legends and in tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from sujuva.codebooks.background import TOTAL
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import CodebookError, nearest
from sujuva.figures.language import NO_BREAK, Words
from sujuva.published import SHOWN, chosen

Meta = dict[str, Any]
_FILES = {"scales": "instruments/", "indicators": "indicators_*.yaml", "sectors": "sectors.yaml"}
"""Codebooks by the part of the metadata that carries them."""
_ROUNDED = 1e-9
_NUMBER_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)")


def record(meta: Meta, part: str, key: str) -> Mapping[str, Any]:
    """Return what a publication knows of a scale, an indicator or a sector: `part` of its metadata.

    Raises:
        CodebookError: It is in no codebook.
    """
    known: Mapping[str, Mapping[str, Any]] = meta[part]
    if key not in known:
        msg = f"The publication has no {part.removesuffix('s')} '{key}'."
        raise CodebookError(msg, f"{nearest(key, known)} Describe it in codebooks/{_FILES[part]} of the input folder.")
    return known[key]


def region_title(meta: Meta, key: str, words: Words) -> str:
    """Return the title of a region; of the network for all regions together; of an area by its code."""
    if key == NETWORK:
        return words.say("Whole network")
    if key in meta["regions"]:
        return words.of(meta["regions"][key]["title"], key)
    known = meta["areas"].get("places", {})
    return words.of(known[key]["title"]) if key in known else str(meta["areas"].get("names", {}).get(key, key))


def statistic_title(meta: Meta, key: str, words: Words) -> str:
    """Return what a public statistic is called: in the reader's language by the catalogue, else by its producer."""
    known = meta["areas"].get("statistics", {})
    return words.of(known[key]["title"]) if key in known else str(meta["areas"].get("titles", {}).get(key, key))


def producer_title(meta: Meta, name: str, words: Words) -> str:
    """Return what a producer of data is called in the reader's language, where that is known."""
    return words.of(meta.get("producers", {}).get(name), name)


def organisation_name(meta: Meta, region: str) -> pl.Expr:
    """Return the names of a region's organisations (column name) as its pages have them: without the region's."""
    return pl.col("name").str.replace(f" ({region_title(meta, region, Words('fi'))})", "", literal=True)


def scale_title(meta: Meta, key: str, words: Words) -> str:
    """Return the title of a scale; of an item of feedback."""
    if key.startswith("feedback."):
        return words.title("feedback", key.removeprefix("feedback."))
    return words.of(record(meta, "scales", key)["title"])


def subject_title(meta: Meta, key: str, words: Words) -> str:
    """Return the title of what stands in the column scale.

    That is a scale, a relation, a sector, a public statistic, a subject of the background, a structure of services, a
    test or a topic; of families' services the word of the
    log, as it is given.
    """
    if key in meta["scales"] or key.startswith("feedback."):
        return scale_title(meta, key, words)
    if key in meta["relations"]:
        return relation_title(key, words, meta)
    if key in meta["areas"]["titles"]:
        return statistic_title(meta, key, words)
    if subject := background_subject(meta, key):
        return words.of(subject["title"])
    if key in (one["key"] for one in meta["offers"]["structures"]):
        return words.of(structure_of(meta, key)["title"])
    kind = next((kind for kind in ("sector", "paired_test", "subject") if words.knows(kind, key)), "service")
    return words.title(kind, key) if key else ""


def background_subject(meta: Meta, key: str) -> Mapping[str, Any] | None:
    """Return a subject of the background; None where the publication has none of that key."""
    return next((subject for subject in meta["background"] if subject["key"] == key), None)


def background_part(meta: Meta, subject: str, part: str, words: Words) -> str:
    """Return the title of a part of a subject of the background; of what all parts make."""
    if part == TOTAL:
        return words.say("altogether")
    parts = {entry["key"]: entry["title"] for entry in (background_subject(meta, subject) or {"parts": ()})["parts"]}
    return words.of(parts[part])


def structure_of(meta: Meta, key: str) -> Mapping[str, Any]:
    """Return a structure of services, as the publication has it."""
    return next(one for one in meta["offers"]["structures"] if one["key"] == key)


def method_of(meta: Meta, key: str) -> Mapping[str, Any]:
    """Return a method, as the publication has it."""
    return next(one for one in meta["offers"]["methods"] if one["key"] == key)


def offered_part(meta: Meta, structure: str, part: str, words: Words) -> str:
    """Return the title of a part of a structure of services."""
    return words.of(next(one["title"] for one in structure_of(meta, structure)["parts"] if one["key"] == part))


def background_unit(meta: Meta, subject: str, words: Words) -> str:
    """Return what a subject of the background is counted in."""
    known = background_subject(meta, subject)
    return words.of(known["unit"]) if known else ""


def measure_title(meta: Meta, key: str, words: Words) -> str:
    """Return the title of what stands in the column measure: an indicator, else a measure of its own."""
    return indicator_title(meta, key, words) if key in meta["indicators"] else words.title("measure", key)


def informant_title(informant: str, words: Words) -> str:
    """Return who answered."""
    return words.title("informant", informant) if informant else ""


def band_title(meta: Meta, scale: str, band: str, words: Words) -> str:
    """Return the title of a band of a scale.

    Raises:
        CodebookError: The scale has no such band.
    """
    titles = {one["key"]: one["title"] for one in record(meta, "scales", scale)["bands"]}
    if band not in titles:
        msg = f"The scale '{scale}' has no band '{band}' in its norm set."
        raise CodebookError(msg, nearest(band, titles))
    return words.of(titles[band])


def direction(meta: Meta, scale: str, words: Words) -> str:
    """Say which way is better."""
    better = record(meta, "scales", scale)["higher_is_better"]
    return words.say("higher is better") if better else words.say("lower is better")


def indicator_title(meta: Meta, key: str, words: Words) -> str:
    """Return the title of an indicator."""
    return words.of(record(meta, "indicators", key)["title"])


def manner(meta: Meta, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how the estimate of `row` is written (decimals, percent): as its scale asks, else as its indicator.

    A share that is told in whole per cents, without n, has no decimals.
    """
    info = record(meta, "indicators", row["indicator"])
    scale = meta["scales"].get(row["scale"])
    if info["percent"] and _is_coarse(row):
        return {**info, "decimals": 0}
    return {**info, **scale["shown"]} if scale and info["decimals_of"] == "scale" else info


def manner_of_difference(meta: Meta, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how the difference of a comparison is written: as its scale asks; of shares and bands in per cent.

    A comparison of networks, whose scale is a relation, is written as its own record or its measure's asks.
    """
    if row["scale"] in meta["relations"]:
        return record(
            meta, "indicators", row["category"] if row["category"] in meta["indicators"] else row["comparison"]
        )
    if row["category"] or row["scale"] not in meta["scales"]:
        return {"decimals": 1, "percent": True}
    return manner(meta, {"indicator": "score_mean", "scale": row["scale"]})


def _is_coarse(row: Mapping[str, Any]) -> bool:
    """Tell whether a share was told so that nobody is counted: no n, whole per cents."""
    if row.get("n", "") is not None:
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


def of_others(meta: Meta, data: pl.DataFrame) -> list[str]:
    """Return the sources of numbers of others: rows that nothing of the study is needed for. Empty for other rows."""
    if not {"indicator", "scale"} <= set(data.columns) or data.is_empty():
        return []
    if any(meta["indicators"][key]["needs"] for key in data["indicator"].unique()):
        return []
    subjects = set(data["scale"])
    return list(dict.fromkeys(one["source"] for one in meta["background"] if one["key"] in subjects))


def source_line(meta: Meta, words: Words, data: pl.DataFrame | None = None) -> str:
    """Return whose data a figure shows, for when it travels alone: the study's, or theirs where `data` is of others."""
    others = [] if data is None else of_others(meta, data)
    if others:
        return words.say("Data: {source}", source="; ".join(others))
    about = [words.of(meta["title"]), producer_title(meta, meta["responsible"], words)]
    return words.say("Data: {source}", source=", ".join(one for one in about if one)) if any(about) else ""


def stamp(meta: Meta, words: Words, data: pl.DataFrame | None = None) -> str:
    """Return what every figure of synthetic data says in its corner; nothing where the data is real, or of others."""
    made_up = meta["synthetic"] and not (data is not None and of_others(meta, data))
    return words.say("Synthetic data") if made_up else ""


def group_title(group: str, words: Words) -> str:
    """Return the name of a group such as `gender:girl`."""
    kind, _, value = group.partition(":")
    if not value:
        return words.title("group", group)
    if ages := ages_of(group):
        return words.say("{ages} years", ages=ages)
    return words.title("sector" if kind == "caller" else kind, value)


def ages_of(group: str) -> str:
    """Return the ages of a group such as `age_group:7-9` as "7–9"; "" of other groups."""
    kind, _, value = group.partition(":")
    ages = _NUMBER_RANGE.fullmatch(value) if kind == "age_group" else None
    return "–".join(ages.groups()) if ages else ""


def environment_title(environment: str, words: Words) -> str:
    """Return the name of an environment of a child's everyday life; of all of them where it is ""."""
    return words.title("environment", environment)


def transition_title(key: str, words: Words) -> str:
    """Return the name of a change of a topic."""
    return words.title("transition", key)


def outcome_title(outcome: str, words: Words) -> str:
    """Return what became of those followed from one wave to another; nothing for a year alone."""
    return "" if not outcome or outcome.isdigit() else words.title("outcome", outcome)


def relation_title(relation: str, words: Words, meta: Meta) -> str:
    """Return the name of a relation between organisations: the codebook's, else as the ties call it."""
    told = meta["relations"].get(relation)
    return words.of(told["title"], relation) if told else words.title("relation", relation)


def sector_title(meta: Meta, sector: str, words: Words) -> str:
    """Return the title of a sector."""
    return words.of(record(meta, "sectors", sector))


def rule_title(rule: str, words: Words) -> str:
    """Return why rows were set aside, or what was changed in them; rules of contracts have one title."""
    return words.title("rule", "contract" if rule.startswith("contract_") else rule)


def note_title(note: str, words: Words) -> str:
    """Return why an estimate or an interval is missing; several notes stand in one, divided by "; "."""
    return "; ".join(words.title("note", one) for one in note.split("; ")) if note else ""


def level_note(meta: Meta, words: Words) -> str:
    """Say that regions stand on different levels, where they do."""
    levels = sorted({one["level"] for one in meta["regions"].values()})
    if levels == ["city", "county"]:
        return words.say(
            "The regions differ in level (wellbeing services counties and cities), so compare them with care."
        )
    kinds = ", ".join(words.title("area_level", one) for one in levels)
    return (
        words.say("The regions are areas of different kinds ({kinds}), so compare them with care.", kinds=kinds)
        if len(levels) > 1
        else ""
    )


def range_of(meta: Meta, part: str, key: str) -> tuple[float, float]:
    """Return the ends of the range of a scale or a relation (`part`), which know where they are declared."""
    low, high = (chosen(meta, part, key, "range", place) for place in (0, 1))
    return low, high


def absent(row: Mapping[str, Any] | None, words: Words) -> str:
    """Return what stands in place of a mark: "hidden", or that there is no number."""
    return words.say("not shown") if row is not None and row["suppressed"] != SHOWN else words.say("no data")


def in_words(row: Mapping[str, Any], meta: Meta, words: Words) -> str:
    """Write an estimate with its interval and n; in place of one that is hidden or missing, a word."""
    if row["suppressed"] != SHOWN or row["estimate"] is None:
        return absent(row, words)
    shown = manner(meta, row)
    around = [words.interval(row["ci_low"], row["ci_high"], shown)] if row["ci_low"] is not None else []
    if row["n"] is not None:
        around.append(f"n{NO_BREAK}={NO_BREAK}{words.number(row['n'])}")
    return words.value(row["estimate"], shown) + (f" ({', '.join(around)})" if around else "")
