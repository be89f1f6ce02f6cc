"""The one door out: from data/indicators and data/ledger to what readers may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import load_indicators, load_relations
from sujuva.errors import DisclosureError
from sujuva.publish import comparisons as differences
from sujuva.publish import reliability as measures
from sujuva.publish import services
from sujuva.publish.cells import TALKS
from sujuva.publish.coping import lost_rows, marked_further, paired_rows, publishable, talk_rows, with_counts
from sujuva.publish.inputs import BOOKS, Indicators
from sujuva.publish.integration import protected_as, publishable_integration
from sujuva.publish.meta import band_frame, build_meta
from sujuva.publish.organisations import only_ties
from sujuva.publish.people import NUMBERS, clear, round_rows, rounded_count, suppress_people, without_rare_labels
from sujuva.publish.privacy import Privacy
from sujuva.publish.quality import suppress_flags, suppress_items
from sujuva.publish.relations import LOST, PAIRED
from sujuva.publish.response import known_sums, scored_counts, suppress_response
from sujuva.publish.survival import curve_rows
from sujuva.publish.tables import (
    OPEN_END,
    bin_delays,
    round_books,
    safe_bins,
    suppress_networks,
    suppress_quality,
    suppress_situation,
)
from sujuva.published import KEYS, SHOWN, Published, require_published
from sujuva.tidy import COMPARISONS, RELIABILITY


def publish(
    made: Indicators,
    *,
    input_folder: str | Path,
    privacy: Privacy,
    regions: Sequence[str],
    waves: Sequence[int],
    delay_days: Sequence[int] = (7, 14),
    confidence: float = 0.95,
    case_start: str = "contact",
    case_end: str = "meeting",
    coping: Mapping[str, Any] | None = None,
    integration: Mapping[str, Any] | None = None,
) -> Published:
    """Apply disclosure control to everything that readers will see.

    Args:
        made: The indicators and the ledger.
        input_folder: The input folder, for titles and its own codebooks.
        privacy: Thresholds and rounding.
        regions: Keys of the study's regions.
        waves: Years of the study.
        delay_days: Days of the promise from contact to meeting.
        confidence: Level of the intervals.
        case_start: Activity a case starts with, or "*first"; readers are told.
        case_end: Activity a case ends with, or "*last".
        coping: The section `coping` of the parameters: norms, index_parts, index_min_parts, started, linked_units,
            reliable_confidence. Readers are told of them.
        integration: Choices of integration: profile, composite, curve_days, beside_scale, beside_informant, and
            whatever else readers are told of (see `sujuva.publish.meta.integration_meta`).

    Returns:
        The tables of `KEYS` and the metadata.

    Raises:
        DisclosureError: An indicator is not described in the codebooks, so its threshold is unknown; or a small
            count cannot be protected.
    """
    indicators, relations = load_indicators(input_folder), load_relations(input_folder)
    # Equal counts are told apart by their order, so the order must not depend on who wrote the tables.
    tables = {name: frame.sort(KEYS[name]) if name in KEYS else frame for name, frame in made.tables.items()}
    tidy = {name: without_rare_labels(tables[name], privacy.threshold) for name in ("parjaavyys", "integration")}
    for name in (*tidy, "situation"):
        unknown = sorted(set(tables[name]["indicator"].unique()) - set(indicators))
        if unknown:
            msg = f"The table {name} has indicators that no codebook describes: {', '.join(unknown[:5])}."
            raise DisclosureError(
                msg, "Describe them in data/codebooks/indicators_*.yaml: what they count decides the threshold."
            )
    meta = build_meta(
        input_folder=input_folder,
        sources=tables["sources"],
        privacy=privacy,
        regions=regions,
        waves=waves,
        delay_days=delay_days,
        confidence=confidence,
        case_start=case_start,
        case_end=case_end,
        coping=coping,
        areas={
            "titles": dict(tables["titles"].select("scale", "title").iter_rows()),
            "names": dict(tables["areas"].select("region", "area_name").drop_nulls().iter_rows()),
        },
        integration=integration,
    )
    tidy["parjaavyys"] = publishable(tidy["parjaavyys"], meta["scales"])
    tidy["integration"] = publishable_integration(tidy["integration"], delay_days)
    of_services = services.further(tables)
    days = services.common_days(tidy["integration"], tables | of_services, meta["integration"]["curve_days"], privacy)
    groups = tidy["parjaavyys"]["group"].unique().implode()
    between = tables.get("comparisons", pl.DataFrame(schema=COMPARISONS))
    # A group that is too rare to be named is not named here either.
    named = (pl.col("comparison") != "gap") | (pl.col("group").is_in(groups) & pl.col("other_group").is_in(groups))
    between = between.filter(named)
    # Distributions of groups are too thin to show: every bin of every group would need protection.
    bins = {
        "distributions": tables["distributions"].filter(pl.col("group") == "all"),
        "delays": safe_bins(bin_delays(tables["delays"], delay_days), privacy.threshold),
    }
    columns = ["scale", "informant", "region", "wave", "group", "bin_low", "bin_high", "n"]
    paired = paired_rows(between, tidy["parjaavyys"].columns)
    marked = suppress_people(
        {
            **tidy,
            PAIRED: paired,
            LOST: lost_rows(tidy["parjaavyys"], paired),
            TALKS: talk_rows(tidy["parjaavyys"]),
            services.CURVES: curve_rows(tidy["integration"], tables["delays"], days),
        },
        {
            name: frame.select(pl.col(columns)).cast({"bin_low": pl.Float64, "bin_high": pl.Float64, "n": pl.Int64})
            for name, frame in bins.items()
        },
        indicators=protected_as(with_counts(indicators)),
        bands=band_frame(meta["scales"], [*delay_days, *(day for day in days if day not in delay_days)]),
        privacy=privacy,
    ).tables
    marked["parjaavyys"] = marked_further(
        marked["parjaavyys"], marked.pop(LOST), marked.pop(TALKS), tables["distributions"], privacy.threshold
    )
    marked["comparisons"] = differences.suppress_comparisons(
        between,
        marked["parjaavyys"],
        marked.pop(PAIRED),
        privacy,
        binary=[key for key, one in meta["scales"].items() if one["binary"]],
    )
    marked["reliability"] = measures.suppress_reliability(
        tables.get("reliability", pl.DataFrame(schema=RELIABILITY)), marked["distributions"], privacy
    )
    found = services.suppress_services(marked, of_services, days=days, meta=meta, privacy=privacy)
    between_networks, of_partners = found.pop("comparisons"), found.pop("reliability")
    marked.pop(services.CURVES)
    # Of single years: no page shows all years together, which were protected as what their shares tell.
    marked |= {**found, "delays": marked["delays"].filter(pl.col("wave") > 0)}
    marked["reliability"] = pl.concat([marked["reliability"], of_partners])
    marked["situation"] = suppress_situation(tables["situation"], privacy)
    marked["nodes"], marked["edges"] = suppress_networks(
        tables["nodes"], only_ties(tables["edges"], relations), privacy
    )
    ledger, rules = suppress_quality(tables["ledger"], tables["rules"], privacy)
    books = {name: tables.get(name, pl.DataFrame(schema=schema)) for name, schema in BOOKS.items()}
    scored = scored_counts(tables["parjaavyys"], meta["scales"])
    marked["quality_items"] = suppress_items(books["items"], privacy)
    marked["quality_response"] = suppress_response(books["response"], scored, known_sums(tables["ledger"]), privacy)
    marked["quality_flags"] = suppress_flags(books["flags"], privacy)
    decisions = _decisions(
        {
            **marked,
            "comparisons": pl.concat([marked["comparisons"], between_networks]),
            "quality_ledger": ledger.rename({"why": "rule"}),
            "quality_rules": rules.drop("rule").rename({"why": "rule"}),
        }
    )

    out = _rounded(marked, between_networks, indicators, meta, privacy)
    ledger, rules = round_books(ledger, rules, privacy)
    out["quality_ledger"] = clear(ledger, ["rows_clean", "rows_quarantined"]).drop("why")
    out["quality_rules"] = clear(rules, ["rows"]).drop("why")
    out = {
        name: frame.drop("rule") if name != "quality_rules" and "rule" in frame.columns else frame
        for name, frame in out.items()
    }
    checked = {name: require_published(frame.sort(KEYS[name]), name) for name, frame in out.items()}
    return Published({**checked, "decisions": decisions}, meta)


def _rounded(
    marked: Mapping[str, pl.DataFrame],
    between_networks: pl.DataFrame,
    indicators: dict[str, Any],
    meta: Mapping[str, Any],
    privacy: Privacy,
) -> dict[str, pl.DataFrame]:
    """Round and clear every table but the books of rows."""
    places = {key: one["shown"]["decimals"] + 2 * one["shown"]["percent"] for key, one in meta["scales"].items()}
    out = {
        name: clear(round_rows(marked[name], indicators, privacy, places), NUMBERS)
        for name in ("parjaavyys", "integration")
    }
    out |= services.round_services({**marked, "comparisons": between_networks}, meta, places, privacy)
    compared = clear(differences.round_comparisons(marked["comparisons"], places, privacy), differences.NUMBERS)
    out["comparisons"] = pl.concat([compared, out["comparisons"].select(compared.columns)])
    out["reliability"] = clear(measures.round_reliability(marked["reliability"], privacy), measures.NUMBERS)
    out["situation"] = clear(_round_areas(marked["situation"], indicators), NUMBERS)
    count = rounded_count(pl.col("n"), privacy.rounding).alias("n")
    out["distributions"] = clear(marked["distributions"].with_columns(count), ["n"])
    weeks = (
        marked["delays"]
        .with_columns(count, days="bin_low", days_to="bin_high")
        .cast({"days": pl.Int32, "days_to": pl.Int32})
    )
    weeks = weeks.with_columns(days_to=pl.when(pl.col("days_to") < OPEN_END).then("days_to"))
    out["delays"] = clear(weeks.select("region", "wave", "days", "days_to", "n", "suppressed"), ["n"])
    out["nodes"] = clear(marked["nodes"], ["x", "y"])
    out["edges"] = clear(marked["edges"], ["observed"])
    for name in ("quality_items", "quality_response", "quality_flags"):
        shown = pl.col("suppressed") == SHOWN
        out[name] = clear(marked[name], ["estimate"]).with_columns(
            bound=pl.when(shown).then("bound").otherwise(pl.lit(""))
        )
    return out


def _round_areas(frame: pl.DataFrame, indicators: dict[str, Any]) -> pl.DataFrame:
    """Statistics of areas are rounded to their decimals; their absolute numbers are official and stay as they are."""
    return round_rows(frame, indicators, Privacy(rounding=1))


def _decisions(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Count what was shown and hidden, and by which rule, without naming any row."""
    counted = [
        frame.group_by("rule", "suppressed").agg(rows=pl.len().cast(pl.Int64)).with_columns(table=pl.lit(name))
        for name, frame in tables.items()
    ]
    return pl.concat([one.select("table", "rule", "suppressed", "rows") for one in counted]).sort(
        "table", "rule", "suppressed"
    )
