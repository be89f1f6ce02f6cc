"""The one door out: from data/indicators and data/ledger to what readers may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import Indicators as Records
from sujuva.codebooks import load_indicators, load_relations
from sujuva.errors import DisclosureError
from sujuva.publish import comparisons as differences
from sujuva.publish import reliability as measures
from sujuva.publish import services
from sujuva.publish.coping import lost_rows, marked_further, newcomer_rows, paired_rows, talk_rows, with_counts
from sujuva.publish.inputs import Indicators
from sujuva.publish.meta import band_frame, build_meta
from sujuva.publish.organisations import only_ties
from sujuva.publish.people import suppress_people, told_on, told_rows, without_rare_labels
from sujuva.publish.pinned import told_alike, without_pinned
from sujuva.publish.places import areas_meta
from sujuva.publish.privacy import Privacy
from sujuva.publish.quality import suppress_flags, suppress_items
from sujuva.publish.relations import LOST, NEWCOMERS, OF_TALKS, PAIRED
from sujuva.publish.response import known_sums, scored_counts, suppress_response
from sujuva.publish.rows import round_table_rows, suppress_rows
from sujuva.publish.rules import allowed, clear, is_one, round_rows, rounded_count
from sujuva.publish.since import signals_since
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
from sujuva.published import CONTRACTS, KEYS, SHOWN, Decided
from sujuva.releases import Before
from sujuva.tidy import ALL

_BINS = pl.Schema({"bin_low": pl.Float64, "bin_high": pl.Float64, "n": pl.Int64})


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
    code: str = "",
    chosen: str = "",
    before: Before | None = None,
    insiders: Collection[str] = (),
    bundles: Mapping[str, Any] | None = None,
) -> Decided:
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
        code: Fingerprint of the code that made the tables; readers are told.
        chosen: Fingerprint of the choices that they hang on; readers are told.
        before: Earlier releases (`sujuva.releases.read_before`); what too few joined or left since stays what it was.
        insiders: Regions that sent bundles: each knows its own exact numbers, and no small count of another one may
            be what is left of the network's.
        bundles: What `sujuva.bundles.network.read_taken` returned; readers are told.

    Returns:
        The tables of `KEYS` and the metadata; and the rule of each row, which stays on this machine.

    Raises:
        DisclosureError: An indicator is not described in the codebooks, so its threshold is unknown; the threshold is
            too low for data about persons; or a small count cannot be protected.
    """
    known, relations = load_indicators(input_folder), load_relations(input_folder)
    # Equal counts are told apart by their order, so the order must not depend on who wrote the tables.
    tables = {name: frame.sort(KEYS[name]) if name in KEYS else frame for name, frame in made.complete().tables.items()}
    privacy.require_for(synthetic=tables["sources"].height > 0 and tables["sources"]["synthetic"].all())
    for name in ("parjaavyys", "integration", "situation"):
        unknown = sorted(set(tables[name]["indicator"].unique()) - set(known))
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
        areas=areas_meta(tables["areas"], tables["titles"], regions, input_folder),
        integration=integration,
        code=code,
        chosen=chosen,
        bundles=bundles,
    )
    before = (before or Before()).seen_from(meta, tables["distributions"], with_counts(known), privacy.threshold)
    binary = [key for key, one in meta["scales"].items() if one["binary"]]
    tidy = {}
    for name in ("parjaavyys", "integration"):
        rows = told_rows(without_rare_labels(tables[name], known, privacy.threshold), known)
        tidy[name] = told_on(rows, known, delay_days, meta["scales"])
    days = services.common_days(tidy["integration"], tables, meta["integration"]["curve_days"], privacy)
    groups = tidy["parjaavyys"]["group"].unique().implode()
    # A group that is too rare to be named is not named here either.
    named = (pl.col("comparison") != "gap") | (pl.col("group").is_in(groups) & pl.col("other_group").is_in(groups))
    between = tables["comparisons"].filter(named)
    # Distributions of groups are too thin to show: every bin of every group would need protection.
    bins = {
        "distributions": tables["distributions"].filter(pl.col("group") == ALL),
        "delays": safe_bins(bin_delays(tables["delays"], delay_days), privacy.threshold),
    }
    paired = paired_rows(between, tidy["parjaavyys"].columns)
    marked = suppress_people(
        {
            **tidy,
            PAIRED: paired,
            LOST: lost_rows(tidy["parjaavyys"], paired),
            NEWCOMERS: newcomer_rows(tidy["parjaavyys"], paired),
            OF_TALKS: talk_rows(tidy["parjaavyys"], known),
            services.CURVES: curve_rows(tidy["integration"], tables["delays"], days),
        },
        {
            name: frame.select("scale", "informant", "region", "wave", "group", *_BINS).cast(_BINS)
            for name, frame in bins.items()
        },
        indicators=with_counts(known),
        bands=band_frame(meta["scales"], [*delay_days, *(day for day in days if day not in delay_days)]),
        privacy=privacy,
        before=before,
        insiders=insiders,
    )
    marked["parjaavyys"] = marked_further(
        marked["parjaavyys"],
        marked.pop(LOST),
        marked.pop(OF_TALKS),
        tables["distributions"],
        indicators=known,
        threshold=privacy.threshold,
    )
    marked["parjaavyys"] = without_pinned(
        marked["parjaavyys"],
        tables["parjaavyys"].filter(is_one(known.where(topic="score", estimate="numerator"))),
        tables["distributions"],
        marked["distributions"],
        scales=meta["scales"],
        privacy=privacy,
        confidence=confidence,
    )
    marked.pop(NEWCOMERS)
    marked["comparisons"] = differences.suppress_comparisons(
        between, marked["parjaavyys"], marked.pop(PAIRED), indicators=known, privacy=privacy, binary=binary
    )
    marked["reliability"] = measures.suppress_reliability(
        tables["reliability"], marked["distributions"], known, privacy
    )
    found = services.suppress_services(marked, tables, known, relations, days=days, meta=meta, privacy=privacy)
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
    scored = scored_counts(tables["parjaavyys"], meta["scales"])
    marked["quality_items"] = suppress_items(tables["items"], privacy)
    marked["quality_response"] = suppress_response(tables["response"], scored, known_sums(tables["ledger"]), privacy)
    marked["quality_rows"] = suppress_rows(tables["rows"], privacy)
    marked["quality_flags"] = suppress_flags(tables["flags"], privacy)
    # Some indicators are there for the sake of others: no number of them may leave.
    untold = [key for key, one in known.items() if not one.release.columns]
    marked |= {name: marked[name].filter(~is_one(untold)) for name in ("parjaavyys", "integration")}
    decisions = _decisions(
        {
            **marked,
            "comparisons": pl.concat([marked["comparisons"], between_networks]),
            "quality_ledger": ledger.rename({"why": "rule"}),
            "quality_rules": rules.drop("rule").rename({"why": "rule"}),
        }
    )
    out = _rounded(marked, between_networks, known, meta, privacy)
    out["quality_ledger"], out["quality_rules"] = round_books(ledger, rules, privacy)
    if before:
        out, decisions = _beside_last(out, decisions, before)
        meta["releases"] = [dict(one) for one in before.told]
    for table, by in (("comparisons", "comparison"), ("reliability", "measure")):
        out[table] = allowed(out[table], known, table, by)
    for table in ("parjaavyys", "integration", "situation"):
        out[table] = allowed(out[table], known, table)
    checked = {
        name: CONTRACTS[name].check(clear(frame, name).select(list(CONTRACTS[name].schema)).sort(KEYS[name]), name)
        for name, frame in out.items()
    }
    return Decided(
        {**checked, "decisions": decisions}, meta, rules={name: _why(one, name) for name, one in out.items()}
    )


def _why(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return key and rule of each row: of counts of rules of cleaning, the column `rule` is another thing."""
    column = "why" if "why" in frame.columns else "rule"
    return frame.select(*KEYS[name], pl.col(column).alias("why"))


def _beside_last(
    tables: Mapping[str, pl.DataFrame], decisions: pl.DataFrame, before: Before
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Hold every table against the last release: rows that must not change, and signals that are new or gone."""
    out, decisions = before.keep_all(tables, decisions)
    told = signals_since(out["situation"], before.last("situation"))
    gone = told.height - out["situation"].height
    shown = (pl.col("table") == "situation") & (pl.col("rule") == "") & (pl.col("suppressed") == SHOWN)
    rows = pl.when(shown).then(pl.col("rows") + gone).otherwise("rows")
    return out | {"situation": told}, decisions.with_columns(rows=rows)


def _rounded(
    marked: Mapping[str, pl.DataFrame],
    between_networks: pl.DataFrame,
    known: Records,
    meta: Mapping[str, Any],
    privacy: Privacy,
) -> dict[str, pl.DataFrame]:
    """Round every table but the books of rows."""
    out = {**marked, **services.round_services({**marked, "comparisons": between_networks}, meta, privacy)}
    for name in ("parjaavyys", "integration"):
        out[name] = round_rows(marked[name], known, privacy, meta["scales"], confidence=float(meta["confidence"]))
    out["parjaavyys"] = told_alike(out["parjaavyys"], meta["scales"])
    compared = differences.round_comparisons(marked["comparisons"], meta["scales"], privacy)
    out["comparisons"] = pl.concat([compared, out["comparisons"].select(compared.columns)])
    out["reliability"] = measures.round_reliability(marked["reliability"], known, privacy)
    # Absolute numbers of areas are official and stay as they are.
    out["situation"] = round_rows(marked["situation"], known, Privacy(rounding=1))
    out["quality_rows"] = round_table_rows(marked["quality_rows"], privacy)
    count = rounded_count(pl.col("n"), privacy.rounding).alias("n")
    out["distributions"] = marked["distributions"].with_columns(count)
    weeks = marked["delays"].with_columns(count, days="bin_low", days_to="bin_high")
    weeks = weeks.cast({"days": pl.Int32, "days_to": pl.Int32})
    out["delays"] = weeks.with_columns(days_to=pl.when(pl.col("days_to") < OPEN_END).then("days_to"))
    return out


def _decisions(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Count what was shown and hidden, and by which rule, without naming any row."""
    counted = [
        frame.group_by("rule", "suppressed").agg(rows=pl.len().cast(pl.Int64)).with_columns(table=pl.lit(name))
        for name, frame in tables.items()
    ]
    return pl.concat([one.select("table", "rule", "suppressed", "rows") for one in counted]).sort(
        "table", "rule", "suppressed"
    )
