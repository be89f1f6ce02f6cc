"""What of the indicators of integration is published, and what beside the counts decides whether a row is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from sujuva.codebooks.indicators import IndicatorInfo
from sujuva.codebooks.regions import NETWORK
from sujuva.publish.people import N_ONLY, suppressed_of
from sujuva.publish.privacy import Privacy
from sujuva.publish.steps import DONE, HALF
from sujuva.publish.survival import WITHIN
from sujuva.published import SHOWN
from sujuva.tidy import ALL, ALL_YEARS

COMPOSITE = "integration_composite"
GROUPED = ("cases_started", "cases_open", "delay_median", "delay_share")
"""Told by what a case began with and who called, of all years together: further cuts are mostly too thin to show."""
OF_ALL_YEARS = ("handovers", "referrals", "service_overlap", "case_caller", "case_trigger")
"""Told of all years together only: their many categories are too thin by year."""
RUBRIC = "rubric_level"
_LABELS = {"case_trigger": ("category",), "service_overlap": ("scale", "category")}
_PRESENCE = "presence_"


def publishable_integration(tidy: pl.DataFrame, delay_days: Sequence[int]) -> pl.DataFrame:
    """Leave out rows that no page shows and that would only make more cells to protect.

    - Groups (triggers, callers) are told in a few indicators (`GROUPED`) of all years together; feedback by group of
      participants everywhere; partners by sector in the network alone.
    - `OF_ALL_YEARS` are not told by year.
    - Shares within working days are told of the network alone: beside those within calendar days they tell how few
      met between the two.
    - The curve's shares (`delay_km_within`) are told on the days of the promise; other days belong to the curve.

    Args:
        tidy: Tidy rows of integration.
        delay_days: Days of the promise.
    """
    name, group = pl.col("indicator"), pl.col("group")
    everyone = group == ALL
    grouped = name.is_in(GROUPED) & (pl.col("wave") == ALL_YEARS)
    partners = name.str.starts_with("partner_") & (pl.col("region") == NETWORK)
    families = name.str.contains("^(?:case_|cases_|delay_|referrals|service_)")
    days = [str(day) for day in delay_days]
    return tidy.filter(
        pl.when(everyone)
        .then(pl.lit(value=True))
        .when(name.str.starts_with("partner_"))
        .then(partners)
        .when(families)
        .then(grouped)
        .otherwise(pl.lit(value=True)),
        ~name.is_in(OF_ALL_YEARS) | (pl.col("wave") == ALL_YEARS),
        (name != "delay_workday_share") | (pl.col("region") == NETWORK),
        (name != WITHIN) | pl.col("category").is_in(days),
    )


def protected_as(indicators: Mapping[str, IndicatorInfo]) -> dict[str, IndicatorInfo]:
    """Return `indicators` with what stands behind them for disclosure control, whatever they are called for readers.

    - `case_action_done_half` is an index, and tells with the share done how many were done partly.
    - `delay_km_within` is no share of a count: what it tells is looked at by `sujuva.publish.survival`.
    """
    found = dict(indicators)
    for key, one in indicators.items():
        change: dict[str, Any] = {}
        if key == HALF:
            change["kind"] = "share"
        elif key == WITHIN:
            change["kind"] = "days"
        if change:
            found[key] = one.model_copy(update=change)
    return found


def marked_families(
    marked: pl.DataFrame, privacy: Privacy, *, phenomena: Sequence[str], parts: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    """Hide rows that tell what another hidden row must not, and leave out labels that too few families share.

    - Actions done with halves for those done partly go with the share done.
    - A trigger or a service is named only where at least the threshold of families share it somewhere, a phenomenon
      where enough organisations met about it. Their rows were among the counts that were protected.
    - The level of a rubric is told of however few assessors, who say it of their work; how few they are is not.
    - The composite is shown only where each of its parts is.
    - df, families less 1, is not told of families.

    Args:
        marked: Tidy rows of integration with `rule` and `suppressed`.
        privacy: The thresholds.
        phenomena: Those that may be named.
        parts: Dimensions of the composite: indicator, scale, category.
    """
    place = ["region", "wave", "group"]
    name, shown = pl.col("indicator"), pl.col("suppressed") == SHOWN
    done = marked.filter(name == DONE).select(*place, _done="rule")
    rows = marked.join(done, on=place, how="left", maintain_order="left")
    rule = (
        pl.when((name == HALF) & shown)
        .then(pl.col("_done").fill_null("hidden_side"))
        .when((name == RUBRIC) & shown & (pl.col("n") < privacy.threshold))
        .then(pl.lit(N_ONLY))
        .otherwise("rule")
    )
    rows = rows.with_columns(rule=rule).with_columns(suppressed=suppressed_of("rule")).drop("_done")
    rows = _whole_composites(rows, parts)
    families = name.str.starts_with("case_") | name.str.starts_with("delay_")
    rows = rows.with_columns(df=pl.when(~families).then("df"))
    return _without_rare(rows, privacy.threshold).filter(
        ~name.str.starts_with(_PRESENCE) | (pl.col("category") == "") | pl.col("category").is_in(list(phenomena))
    )


def _without_rare(rows: pl.DataFrame, threshold: int) -> pl.DataFrame:
    for indicator, columns in _LABELS.items():
        mine = rows.filter(pl.col("indicator") == indicator)
        many = mine.filter((pl.col("estimate") * pl.col("n")).round() >= threshold)
        known = sorted({label for column in columns for label in many[column].to_list()})
        named = pl.all_horizontal(pl.col(column).is_in(known) for column in columns)
        rows = rows.filter((pl.col("indicator") != indicator) | named)
    return rows


def _whole_composites(rows: pl.DataFrame, parts: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    if rows.filter(pl.col("indicator") == COMPOSITE).is_empty():
        return rows
    at = ["indicator", "scale", "category"]
    wanted = pl.DataFrame(
        [(one["indicator"], one.get("scale") or "", one.get("category") or "") for one in parts],
        schema=dict.fromkeys(at, pl.String),
        orient="row",
    ).unique()
    shown = (
        # A part that is told without its n is told coarsely; the composite is made of the exact one.
        rows.filter(pl.col("suppressed") == SHOWN, pl.col("rule") != N_ONLY, pl.col("group") == ALL)
        .join(wanted, on=at)
        .group_by("region", "wave")
        .agg(_whole=pl.struct(at).n_unique() == wanted.height)
    )
    rows = rows.join(shown, on=["region", "wave"], how="left", maintain_order="left")
    bare = ~pl.col("_whole").fill_null(value=False) & (pl.col("rule") == "") & pl.col("estimate").is_not_null()
    rows = rows.with_columns(
        rule=pl.when(bare & (pl.col("indicator") == COMPOSITE)).then(pl.lit("hidden_side")).otherwise("rule")
    ).drop("_whole")
    return rows.with_columns(suppressed=suppressed_of("rule"))
