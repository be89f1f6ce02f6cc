"""What readers need to know beside the numbers: titles, ranges, sources, licences, privacy (meta.json)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel

from sujuva.codebooks import (
    LANGUAGES,
    Instrument,
    Text,
    headline_scales,
    load_indicators,
    load_instruments,
    load_lineage,
    load_regions,
    load_relations,
    load_sectors,
    load_terms,
    producers_called,
)
from sujuva.codebooks.background import background_meta
from sujuva.codebooks.facts import FILE, load_facts, told, unknown
from sujuva.codebooks.files import read_yaml
from sujuva.codebooks.lineage import FILE as LINEAGE
from sujuva.codebooks.lineage import untraced
from sujuva.codebooks.offers import offers_meta
from sujuva.codebooks.profile import Dimension, load_profile
from sujuva.codebooks.scales import Scale
from sujuva.errors import CodebookError, ParameterError, nearest
from sujuva.fingerprint import joined, with_bundles
from sujuva.paths import inside
from sujuva.publish.heads import SHARES_BY
from sujuva.publish.privacy import Privacy
from sujuva.scores.index import INDEX, index_scale

_CONDITIONS = "collective_impact"
"""Instrument whose scales are the conditions of common work; a rubric is filled in about the same."""
_OF_BUNDLE = ("region", "round", "back", "waves", "sha256", "signer", "withheld")
_NARROW = 12
"""A scale at most this wide is shown with two decimals, a wider one with one."""


def text(value: Text) -> dict[str, str]:
    """Return the three languages of `value` as a mapping."""
    return {language: value[language] for language in LANGUAGES}


def _told(one: BaseModel, *names: str) -> dict[str, Any]:
    """Return some of what a codebook says of something, texts in all languages."""
    return {name: text(value) if isinstance(value := getattr(one, name), Text) else value for name in names}


def shown_as(low: float, high: float) -> dict[str, Any]:
    """Return how scores between `low` and `high` are written: `decimals`, and whether as per cent.

    One decimal of a scale from 0 to 1 would hide every difference; a score from 0 to 1 reads best as per cent.
    """
    if low == 0 and high == 1:
        return {"decimals": 1, "percent": True}
    width = high - low
    return {"decimals": 3 if width <= 1 else 2 if width <= _NARROW else 1, "percent": False}


def index_meta(
    parts: Mapping[str, Mapping[str, float]], least: int, instruments: dict[str, Instrument]
) -> dict[str, Any]:
    """Return the metadata of the index of coping, by its key: a scale like others, with its declared parts.

    `least`: environments that a person needs for a value.
    """
    found = scale_meta({INDEX: index_scale(parts, instruments)})
    declared = {place: {scale: float(weight) for scale, weight in some.items()} for place, some in parts.items()}
    return {INDEX: found[INDEX] | {"parts": declared, "min_parts": least}}


def grid_of(scale: Scale, instrument: Instrument) -> float:
    """Return what the scores of all who answered every item are whole multiples of."""
    finest = float(1 / 10**scale.decimals)
    if scale.conversion is not None or not (scale.items or scale.parts):
        return finest
    parts = [one for one in instrument.scales if one.key in scale.parts]
    each = min((grid_of(one, instrument) for one in parts), default=1.0)
    among = len(scale.items or scale.parts) if scale.score == "mean" else 1
    return float(max(each * scale.multiply / among, finest))


def scale_meta(instruments: dict[str, Instrument], norms: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return titles, ranges, directions and bands of every scale, keyed by scale."""
    found: dict[str, Any] = {}
    headlines = headline_scales(instruments)
    for instrument in instruments.values():
        chosen = (norms or {}).get(instrument.key) or instrument.norms
        for order, scale in enumerate(instrument.scales):
            found[scale.key] = {
                **_told(scale, "title", "decimals", "higher_is_better", "matters"),
                **_told(instrument, "answered_by", "licence", "citation"),
                "instrument": instrument.key,
                "instrument_title": text(instrument.title),
                "order": order,
                "range": list(scale.range),
                "shown": shown_as(*scale.range),
                "grid": grid_of(scale, instrument),
                "binary": scale.is_share,
                "headline": scale.key in headlines,
                "norms": chosen or "",
                "unverified": scale.unverified or instrument.unverified,
                "bands": [
                    _told(band, "key", "title", "low", "high", "indicator", "unverified")
                    | {"informant": band.informant or ""}
                    for band in scale.bands
                    if band.norms == chosen
                ],
            }
    return found


def profile_of(integration: Mapping[str, Any], delay_days: Sequence[int], input_folder: str | Path) -> list[Dimension]:
    """Return the dimensions of the profile in the order of the parameters: all of the codebook where they name none.

    `integration`: choices of integration: `profile` is a list of keys; `input_folder`: the input folder, whose
    codebook of dimensions takes the place of the project's.

    Raises:
        ParameterError: A dimension is not in the codebook.
    """
    known = load_profile(input_folder, delay_days)
    wanted = [str(one) for one in integration.get("profile") or known]
    for one in [*wanted, *(integration.get("composite") or ())]:
        if one not in known:
            msg = f"The profile of integration has no dimension '{one}'."
            raise ParameterError(msg, nearest(str(one), known))
    return [known[one] for one in wanted]


def integration_meta(
    integration: Mapping[str, Any], delay_days: Sequence[int], input_folder: str | Path
) -> dict[str, Any]:
    """Return what readers are told of the choices of integration.

    `integration`: profile, composite (weights by dimension, or a list of equal ones), curve_days, beside_scale,
    beside_informant, tie_from, confirmation, depth_max, reserved_weekday, one_number, follow_up_days, accept_days,
    observed_until; what is not a part of publication is told as it is; `input_folder`: the input folder.
    """
    chosen = integration.get("composite") or {}
    weights = dict(chosen) if isinstance(chosen, Mapping) else dict.fromkeys(chosen, 1.0)
    taken = {"profile", "composite", "curve_days"}
    return {
        "profile": [
            {**one.model_dump(exclude={"title", "days"}), "title": text(one.title)}
            for one in profile_of(integration, delay_days, input_folder)
        ],
        "composite": {str(key): float(weight) for key, weight in weights.items()},
        "curve_days": sorted({int(day) for day in (*(integration.get("curve_days") or ()), *delay_days)}),
        "beside_days": max((int(day) for day in delay_days), default=None),
        **{key: value for key, value in sorted(integration.items()) if key not in taken},
    }


def facts_meta(input_folder: str | Path, delay_days: Sequence[int]) -> list[dict[str, Any]]:
    """Return the rows of the page of a region, in their order.

    Raises:
        CodebookError: A row names an indicator or a scale that no codebook has.
    """
    rows = load_facts(input_folder, delay_days)
    indicators = load_indicators(input_folder)
    scales = {INDEX, *(scale.key for one in load_instruments(input_folder).values() for scale in one.scales)}
    for message, hint in (fault for one in rows.values() for fault in unknown(one, indicators, scales)):
        msg = f"{FILE}: {message}"
        raise CodebookError(msg, hint)
    return [told(one) for one in rows.values()]


def lineage_meta(input_folder: str | Path) -> list[dict[str, Any]]:
    """Return how the rows of published tables are made: table, rows (patterns), by (a function), and what it reads.

    Raises:
        CodebookError: Of an indicator nothing says how it is made.
    """
    lineage = load_lineage(input_folder)
    for message, hint in untraced(lineage, load_indicators(input_folder)):
        msg = f"{LINEAGE}: {message}"
        raise CodebookError(msg, hint)
    return [
        {"table": one.table, "rows": {name: list(told) for name, told in one.rows.items()}, "by": one.by,
         "from": list(one.source)}
        for one in lineage.published
    ]  # fmt: skip


def band_frame(scales: dict[str, Any], delay_days: Sequence[int]) -> pl.DataFrame:
    """Return which scores each band's share is about, and which days a share of delays is about.

    The mean of a scale of 0 and 1 is a share too: of those with a 1, category "".
    """
    bands = [
        (key, band["key"], band["informant"], float(band["low"]), float(band["high"]))
        for key, scale in scales.items()
        for band in scale["bands"]
    ]
    means = [(key, "", "", 1.0, 1.0) for key, scale in scales.items() if scale["binary"]]
    days = [("", str(day), "", 0.0, float(day)) for day in delay_days]
    names = dict.fromkeys(("scale", "category", "informant"), pl.String)
    schema = {**names, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame([*bands, *means, *days], schema=schema, orient="row")


def build_meta(
    *,
    input_folder: str | Path,
    sources: pl.DataFrame,
    privacy: Privacy,
    regions: Sequence[str],
    waves: Sequence[int],
    delay_days: Sequence[int],
    areas: Mapping[str, Any],
    confidence: float,
    case_start: str,
    case_end: str,
    coping: Mapping[str, Any] | None = None,
    integration: Mapping[str, Any] | None = None,
    code: str = "",
    chosen: str = "",
    bundles: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Collect the metadata of a publication.

    `input_folder`: the input folder: its `sources.yaml` has the title, its `codebooks` may add to the project's;
    `sources`: data/ledger/sources.parquet; `areas`: see `areas_meta`; `case_start`: activity a case starts with, or
    "*first"; `case_end`: activity a case ends with, or "*last"; `coping`: choices of the indicators of coping: norms,
    index_parts, index_min_parts, started, linked_units, reliable_confidence; `integration`: choices of integration: see
    `integration_meta`; `code`, `chosen`: of code and choices; `bundles`: `sujuva.bundles.network.read_taken`.
    """
    coping, taken, about = coping or {}, bundles or {}, _about(input_folder, sources)
    bundled = [{name: one[name] for name in _OF_BUNDLE} for one in taken.get("bundles", ())]
    about["data"] = with_bundles(about["data"], taken.get("shelf", ""))
    return {
        **about,
        "producers": _producers(input_folder, about),
        **codebook_meta(input_folder, regions, coping),
        "areas": areas,
        "facts": facts_meta(input_folder, delay_days),
        "background": background_meta(input_folder),
        "lineage": lineage_meta(input_folder),
        "offers": offers_meta(input_folder, regions),
        "coping": {
            "started": {key: int(wave) for key, wave in sorted((coping.get("started") or {}).items())},
            "linked_units": bool(coping.get("linked_units", True)),
            "reliable_confidence": float(coping.get("reliable_confidence", 0.95)),
        },
        "integration": integration_meta(integration or {}, delay_days, input_folder),
        "waves": [int(wave) for wave in waves],
        "delay_days": [int(day) for day in delay_days],
        "confidence": confidence,
        "case_start": case_start,
        "case_end": case_end,
        "privacy": privacy.model_dump() | {"shares_by": SHARES_BY},
        "code": code,
        "choices": chosen,
        **({"bundles": bundled} if bundled else {}),
        "fingerprint": joined(about["data"], chosen, code),
    }


def _about(input_folder: str | Path, sources: pl.DataFrame) -> dict[str, Any]:
    described = inside(input_folder) / "sources.yaml"
    about = read_yaml(described) if described.is_file() else {}
    title = about.get("title") or ""
    columns = ("source", "file", "licence", "responsible", "citation")
    return {
        "title": text(Text.model_validate(title if isinstance(title, dict) else {"fi": title})),
        "responsible": str(about.get("responsible") or ""),
        "date": str(about.get("date") or ""),
        "data": str(about.get("fingerprint") or ""),
        "synthetic": bool(sources["synthetic"].any()) if sources.height else bool(about.get("synthetic", False)),
        "sources": sources.sort("source").select(columns).fill_null("").to_dicts(),
    }


def _producers(input_folder: str | Path, about: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return who is responsible for the data and for each of its sources in all languages, by the name as given."""
    names = {about["responsible"], *(one["responsible"] for one in about["sources"])}
    return {name: text(title) for name, title in producers_called(names, input_folder).items()}


def codebook_meta(input_folder: str | Path, regions: Sequence[str], coping: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the codebooks say of scales, indicators, relations, regions, sectors and codes."""
    known, sectors = load_regions(input_folder), load_sectors(input_folder)
    instruments = load_instruments(input_folder)
    scales = scale_meta(instruments, coping.get("norms"))
    if coping.get("index_parts"):
        scales |= index_meta(coping["index_parts"], int(coping.get("index_min_parts", 1)), instruments)
    conditions = [scale for one in instruments.values() if one.key == _CONDITIONS for scale in one.scales]
    texts = ("title", "unit", "description")
    return {
        "scales": scales,
        "relations": {
            key: _told(one, "title", "kind") | {"range": list(one.range) if one.range else None}
            for key, one in load_relations(input_folder).items()
        },
        "conditions": {scale.key: text(scale.title) for scale in conditions},
        "indicators": {
            key: one.model_dump(mode="json", exclude={"key", *texts, "release", "behind"}) | _told(one, *texts)
            for key, one in load_indicators(input_folder).items()
        },
        "regions": {
            key: _told(known[key], "title", "level", "code", "municipalities", "where")
            for key in regions
            if key in known
        },
        "terms": load_terms(input_folder).model_dump(mode="json", exclude_none=True),
        "sectors": {key: text(one.title) for key, one in sectors.items()},
        "region_order": [key for key in regions if key in known],
        "sector_order": list(sectors),
    }
