"""What the codes of published tables are called, column by column: in files to take along and in frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from sujuva.figures.labels import (
    Meta,
    background_part,
    group_title,
    indicator_title,
    measure_title,
    method_of,
    note_title,
    offered_part,
    region_title,
    relation_title,
    rule_title,
    scale_title,
    sector_title,
    subject_title,
)
from sujuva.figures.language import Words
from sujuva.figures.profile import dimension_titles
from sujuva.figures.quality_words import about_title, instrument_title, part_title

Row = Mapping[str, Any]
Title = Callable[[Meta, Words, Row], str]
_PARTS = {
    "lp_": ("transition", "environment"),
    "area_": ("sex",),
    "initiative_": ("change_level", "initiative_status"),
    "participation_": ("way_of_taking_part",),
    "quality_": ("quality_criterion",),
    "interview_": ("theme",),
    "open_": ("open_field",),
    "observation_": ("observation_fate", "open_for", "change_level", "phenomenon"),
}
"""Beginnings of indicators whose parts share codes with other kinds, and the kinds that they are of."""
_KINDS = (
    "outcome", "environment", "effect_kind", "sector", "relation", "link", "view", "broker_role", "trigger", "activity",
)  # fmt: skip
"""Kinds that codes of parts of other indicators are looked up in."""


_SCALES = {"interview_": "theme", "open_": "theme", "coding_": "theme", "trained_": "training"}
"""Beginnings of indicators whose scales are codes of a kind that has codes in common with others."""


def _scale(meta: Meta, words: Words, row: Row) -> str:
    kind = next((kind for start, kind in _SCALES.items() if str(row.get("indicator", "")).startswith(start)), "")
    if kind:
        return words.title(kind, row["scale"]) if row["scale"] else ""
    return subject_title(meta, row["scale"], words)


def _of(kind: str, column: str = "") -> Title:
    """Return what gives the titles of a kind of codes, nothing where there is none."""
    name = column or kind
    return lambda _, words, row: words.title(kind, row[name]) if row[name] else ""


def _group(column: str) -> Title:
    return lambda _, words, row: group_title(row[column], words) if row[column] else ""


def _measure(column: str) -> Title:
    return lambda meta, words, row: measure_title(meta, row[column], words)


def _place(column: str) -> Title:
    return lambda meta, words, row: region_title(meta, row[column], words)


def _municipality(meta: Meta, words: Words, row: Row) -> str:
    """Return the name of a municipality, which may be a region of the study itself."""
    code = row["municipality"]
    return region_title(meta, next((key for key, one in meta["regions"].items() if one["code"] == code), code), words)


def _category(meta: Meta, words: Words, row: Row) -> str:
    if row.get("indicator") == "background_number":
        return background_part(meta, row["scale"], row["category"], words)
    if row.get("indicator") in {"method_families", "method_professionals"}:
        return words.of(method_of(meta, row["category"])["title"])
    if row.get("indicator") == "service_part":
        return offered_part(meta, row["scale"], row["category"], words)
    return ", ".join(_one(meta, words, row, code) for code in row["category"].split(":") if code)


def _one(meta: Meta, words: Words, row: Row, code: str) -> str:
    """Return the title of a part of a category; years, days and quantiles stand as they are."""
    bands = {one["key"]: one["title"] for one in meta["scales"].get(row["scale"], {}).get("bands", [])}
    if code in bands:
        return words.of(bands[code])
    if code in meta["scales"]:
        return scale_title(meta, code, words)
    if code in meta["indicators"]:
        return indicator_title(meta, code, words)
    if code.strip("q").isdigit():
        return code
    what = str(row.get("indicator") or row.get("comparison") or "")
    kinds = next((kinds for start, kinds in _PARTS.items() if what.startswith(start)), _KINDS)
    return words.title(next((kind for kind in kinds if words.knows(kind, code)), "service"), code)


TITLES: Mapping[str, Title] = {
    "indicator": _measure("indicator"),
    "comparison": _measure("comparison"),
    "measure": _measure("measure"),
    "scale": _scale,
    "category": _category,
    "informant": _of("informant"),
    "region": _place("region"),
    "municipality": _municipality,
    "group": _group("group"),
    "other_group": _group("other_group"),
    "effect_kind": _of("effect_kind"),
    "bound": _of("bound"),
    "relation": lambda meta, words, row: relation_title(row["relation"], words, meta),
    "sector": lambda meta, words, row: sector_title(meta, row["sector"], words),
    "phenomenon": _of("phenomenon"),
    "instrument": lambda meta, words, row: instrument_title(meta, row["instrument"], words),
    "dimension": lambda meta, words, row: dimension_titles(meta, words)[row["dimension"]],
    "rule": lambda _, words, row: rule_title(row["rule"], words),
    "reason": _of("row_use", "reason"),
    "table": lambda meta, words, row: about_title(meta, row["table"], words),
    "flag": _of("flag"),
    "about": lambda meta, words, row: about_title(meta, row["about"], words),
    "part": lambda meta, words, row: part_title(meta, row["about"], row["part"], words) if row["part"] else "",
    "note": lambda _, words, row: note_title(row["note"], words),
    "suppressed": lambda _, words, row: words.title("suppressed", row["suppressed"]),
}
"""Columns whose codes have titles, and what the code of a row is called."""


def titles_of(meta: Meta, words: Words, frame: pl.DataFrame, column: str) -> list[str | None]:
    """Return what the codes of a column are called, row by row.

    Args:
        meta: Metadata of the publication.
        words: The reader's language.
        frame: Published rows.
        column: One of `TITLES`.
    """
    said = dict.fromkeys((column, "scale", "indicator", "comparison", "about"))
    beside = {name: frame[name].to_list() for name in said if name in frame.columns}
    rows = list(zip(*beside.values(), strict=True))
    told = {
        values: None if values[0] is None else TITLES[column](meta, words, dict(zip(beside, values, strict=True)))
        for values in dict.fromkeys(rows)
    }
    return [told[values] for values in rows]
