"""The tables of integration on their way out: indicators, curves, organisations, presence, municipalities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks import Indicators, Relation
from sujuva.publish import beside, organisations, survival
from sujuva.publish import reliability as measures
from sujuva.publish.integration import marked_families, suppress_partners
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import is_one, rounded_count
from sujuva.publish.within import without_small_steps
from sujuva.tidy import ALL, ALL_YEARS

CURVES = "curves"
"""Name of the rows of `sujuva.publish.survival.curve_rows` among the tables that are protected."""


def common_days(
    tidy: pl.DataFrame, tables: Mapping[str, pl.DataFrame], curve_days: Sequence[int], privacy: Privacy
) -> list[int]:
    """Return the days of the published curves."""
    begun = tidy.filter(indicator="cases_started", wave=ALL_YEARS, group=ALL)
    started = {region: round(count) for region, count in begun.select("region", "estimate").drop_nulls().iter_rows()}
    drawn = {*tables["survival"]["day"]} & {*curve_days}
    return survival.curve_days(tables["delays"], started, sorted(drawn), privacy.threshold)


def suppress_services(
    marked: Mapping[str, pl.DataFrame],
    tables: Mapping[str, pl.DataFrame],
    indicators: Indicators,
    relations: Mapping[str, Relation],
    *,
    days: Sequence[int],
    meta: Mapping[str, Any],
    privacy: Privacy,
) -> dict[str, pl.DataFrame]:
    """Decide for the indicators and the further tables of integration what may be shown.

    Returns:
        integration, survival, actors, presence, beside, comparisons and reliability (of networks and partners), each
        with `rule` and `suppressed`.
    """
    chosen, confidence = meta["integration"], float(meta["confidence"])
    parts = [one for one in chosen["profile"] if one["key"] in chosen["composite"]]
    tidy = without_small_steps(marked["integration"], indicators, threshold=privacy.threshold, confidence=confidence)
    tidy = organisations.suppress_values(tidy, indicators, relations)
    tidy = marked_families(
        suppress_partners(tidy, indicators, privacy),
        indicators,
        privacy,
        phenomena=organisations.named_phenomena(tables["presence"], privacy),
        parts=parts,
    )
    whole = pl.concat([tidy.select(marked[CURVES].columns), marked[CURVES]])
    promised = meta["delay_days"]
    states = survival.point_states(
        tables["survival"],
        whole,
        sorted({*days, *promised}),
        threshold=privacy.threshold,
        confidence=confidence,
        keep=promised,
    )
    reliability = tables["partner_reliability"].filter(~is_one(measures.ENDS, "measure"))
    return {
        "integration": survival.marked_within(tidy, states),
        "survival": survival.published_curves(tables["survival"], tidy, states),
        "actors": organisations.suppress_actors(tables["actors"], privacy),
        "presence": organisations.suppress_presence(tables["presence"], privacy),
        "beside": beside.suppress_beside(
            tables["beside"],
            tidy,
            marked["parjaavyys"],
            privacy,
            scale=str(chosen.get("beside_scale") or ""),
            informant=str(chosen.get("beside_informant") or ""),
            binary=[key for key, one in meta["scales"].items() if one["binary"]],
            days=chosen["beside_days"],
        ),
        "comparisons": organisations.suppress_network_comparisons(tables["network_comparisons"], indicators, privacy),
        "reliability": measures.suppress_reliability(reliability, marked["distributions"], indicators, privacy),
    }


def round_services(
    marked: Mapping[str, pl.DataFrame], meta: Mapping[str, Any], privacy: Privacy
) -> dict[str, pl.DataFrame]:
    """Round the further tables: survival, actors, beside, comparisons."""
    count = rounded_count(pl.col("n"), privacy.rounding).alias("n")
    scale = meta["scales"].get(str(meta["integration"].get("beside_scale") or ""), {})
    return {
        "survival": marked["survival"].with_columns(count),
        "actors": organisations.round_actors(marked["actors"]),
        "beside": beside.round_beside(marked["beside"], privacy, scale),
        "comparisons": organisations.round_network_comparisons(marked["comparisons"]),
    }
