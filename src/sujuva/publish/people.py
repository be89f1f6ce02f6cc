"""Suppression and rounding of everything that counts persons, families or organisations by indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.codebooks import UNITS_OF_PEOPLE, UNITS_OF_PERSONS, IndicatorInfo
from sujuva.publish.cells import DOMAIN, CountTable, build_cells, indicator_frame
from sujuva.publish.privacy import Privacy
from sujuva.publish.protect import protect
from sujuva.publish.relations import find_bin_relations, find_relations
from sujuva.published import OF_SCALE, POMP, PRIMARY, SECONDARY, SHOWN

NUMBERS = ["estimate", "se", "df", "ci_low", "ci_high", "n"]
N_ONLY = "additive_n"
"""Rule: the row is shown without its n, which would tell a hidden count by subtraction."""
# A quantile is shown when at least the threshold of persons lies on its narrower side; an extreme never is.
_NARROW_SIDE = {"_median": 0.5, "_q1": 0.25, "_q3": 0.25, "_p90": 0.1, "_min": 0.0, "_max": 0.0}
_QUANTILE = "score_quantile"
"""Indicator of quantiles; its category names which: q10, q25 … in per cent."""
_LABELS = {"group": pl.col("group") != "all", "scale": pl.col("scale").str.starts_with("feedback.")}


@dataclass(frozen=True)
class Suppressed:
    """Tables with the columns `suppressed` and `rule`; numbers are still there, to be cleared at the end."""

    tables: dict[str, pl.DataFrame]


def without_rare_labels(tidy: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Leave out groups that nowhere have as many persons as the threshold: their very name may tell of a person.

    A group's name comes from the data (an age group, an item of feedback). One that fewer than `threshold` persons
    share in the whole network, in every wave, is more likely a slip or a free text than a group.
    """
    rare = [(pl.col("n").max().over(name) < threshold) & is_label for name, is_label in _LABELS.items()]
    return tidy.filter(~pl.any_horizontal(rare).fill_null(value=False))


def suppress_people(
    tidy: dict[str, pl.DataFrame],
    bins: dict[str, pl.DataFrame],
    *,
    indicators: dict[str, IndicatorInfo],
    bands: pl.DataFrame,
    privacy: Privacy,
) -> Suppressed:
    """Decide for every row of indicators and bins whether it may be shown.

    Args:
        tidy: Indicator tables by name (tidy columns).
        bins: Tables of bins by name (scale, informant, region, wave, group, bin_low, bin_high, n).
        indicators: What each indicator counts.
        bands: scale, category, informant, low, high: which scores a band's share is about.
        privacy: The thresholds.

    Returns:
        The same tables, in the same row order, with `suppressed` and `rule`.
    """
    table = build_cells(tidy, bins, indicators, bands, privacy.threshold)
    # First what readers need most, then the bins around it, which may only give way themselves.
    # Rounding does not help here: shares with a decimal and several sums at once tell the exact counts again.
    rows = find_relations(table)
    none = np.zeros(table.cells.height, dtype=np.bool_)
    hidden = protect(table.arrays({"n", "share", "count"}), rows, again=none)
    cells = table.arrays({"bin"})
    every = [*rows, *find_bin_relations(table, bands)]
    hidden = protect(cells, every, start=hidden, again=none)
    # Where all the bins around a small one are hidden and do not suffice, what stands before them gives way after all.
    # Then whatever turns out to have been hidden in vain is shown again.
    hidden = protect(table.arrays({"n", "share", "count", "bin"}), every, start=hidden, again=~none)
    state = pl.DataFrame(
        {
            "id": pl.Series(np.arange(len(hidden)), dtype=pl.UInt32),
            "state": np.where(cells.primary, PRIMARY, np.where(hidden, SECONDARY, SHOWN)),
        }
    )
    info = indicator_frame(indicators)
    done = {name: _mark_rows(name, frame, table, state, info, privacy) for name, frame in tidy.items()}
    done |= {name: _mark_bins(name, frame, table, state) for name, frame in bins.items()}
    return Suppressed(done)


def _mark_rows(
    name: str, frame: pl.DataFrame, table: CountTable, state: pl.DataFrame, info: pl.DataFrame, privacy: Privacy
) -> pl.DataFrame:
    refs = table.rows.filter(pl.col("table") == name).select("row", "n_cell", "own_cell")
    side = pl.lit(None, dtype=pl.Float64)
    for suffix, share in _NARROW_SIDE.items():
        side = pl.when(pl.col("indicator").str.ends_with(suffix)).then(share).otherwise(side)
    quantile = pl.col("indicator") == _QUANTILE
    place = pl.col("category").str.strip_prefix("q").cast(pl.Float64, strict=False).fill_null(0.0) / 100
    side = pl.when(quantile).then(pl.min_horizontal(place, 1 - place)).otherwise(side)
    people = pl.col("counts").is_in(UNITS_OF_PERSONS)
    edge = people & side.is_not_null() & pl.col("n").is_not_null() & ((pl.col("n") * side).floor() < privacy.threshold)
    small_network = (pl.col("counts") == "organisation") & pl.col("n").is_between(1, privacy.organisation_threshold - 1)
    # Where all gave the same answer, the mean tells everybody's.
    alike = people & (
        ((pl.col("kind") == "mean") & (pl.col("se") == 0)) | ((pl.col("kind") == "sd") & (pl.col("estimate") == 0))
    ).fill_null(value=False)
    n_state, own_state = pl.col("n_state").fill_null(SHOWN), pl.col("own_state").fill_null(SHOWN)
    rule = (
        pl.when(n_state == PRIMARY)
        .then(pl.lit("small_count"))
        .when(own_state == PRIMARY)
        .then(pl.when(pl.col("kind") == "count").then(pl.lit("small_count")).otherwise(pl.lit("small_share")))
        .when(alike)
        .then(pl.lit("no_spread"))
        .when(small_network)
        .then(pl.lit("small_network"))
        .when(edge)
        .then(pl.lit("quantile_edge"))
        # The middle of a distribution tells nothing of how many stand behind it: n alone is hidden.
        .when((n_state == SECONDARY) & people & side.is_not_null() & ~quantile & (own_state == SHOWN))
        .then(pl.lit(N_ONLY))
        .when((n_state == SECONDARY) | (own_state == SECONDARY))
        .then(pl.lit("additive"))
        .otherwise(pl.lit(""))
    )
    return (
        frame.with_row_index("row")
        .join(info, on="indicator", how="left", maintain_order="left")
        .join(refs, on="row", how="left", maintain_order="left")
        .join(state.rename({"id": "n_cell", "state": "n_state"}), on="n_cell", how="left", maintain_order="left")
        .join(state.rename({"id": "own_cell", "state": "own_state"}), on="own_cell", how="left", maintain_order="left")
        .with_columns(rule=rule)
        .select(*frame.columns, "rule", suppressed=suppressed_of("rule"))
    )


def _mark_bins(name: str, frame: pl.DataFrame, table: CountTable, state: pl.DataFrame) -> pl.DataFrame:
    refs = table.bins.filter(pl.col("table") == name).select("row", "own_cell")
    domain = ["scale", "informant", *DOMAIN]
    alike = (pl.col("n").max().over(domain) == pl.col("n").sum().over(domain)) & (pl.col("n").sum().over(domain) > 0)
    rule = (
        pl.when(alike)
        .then(pl.lit("no_spread"))
        .when(pl.col("state") == PRIMARY)
        .then(pl.lit("small_count"))
        .when(pl.col("state") == SECONDARY)
        .then(pl.lit("additive"))
        .otherwise(pl.lit(""))
    )
    return (
        frame.with_row_index("row")
        .join(refs, on="row", how="left", maintain_order="left")
        .join(state, left_on="own_cell", right_on="id", how="left", maintain_order="left")
        .with_columns(rule=rule)
        .select(*frame.columns, "rule", suppressed=suppressed_of("rule"))
    )


def suppressed_of(rule: str) -> pl.Expr:
    """Return the value of `suppressed` that belongs to the rule in column `rule`."""
    return (
        pl.when(pl.col(rule).is_in(["", N_ONLY]))
        .then(pl.lit(SHOWN))
        .when(pl.col(rule) == "additive")
        .then(pl.lit(SECONDARY))
        .otherwise(pl.lit(PRIMARY))
    )


def round_rows(
    frame: pl.DataFrame,
    indicators: dict[str, IndicatorInfo],
    privacy: Privacy,
    places: Mapping[str, int] | None = None,
) -> pl.DataFrame:
    """Round shown estimates to the indicator's decimals and counts of persons and families to the base.

    Means and standard deviations of scores have the decimals of their scale instead, where `places` has it.

    A rounded count is never 0, so that a shown group does not look empty. Rounding alone protects nothing:
    shares with a decimal give exact counts back.
    """
    info = indicator_frame(indicators)
    people = pl.col("counts").is_in(UNITS_OF_PEOPLE)
    decimals = pl.col("decimals") + 2 * pl.col("percent").cast(pl.Int64)
    of_scale = pl.col("scale").replace_strict(dict(places or {}), default=None, return_dtype=pl.Int64)
    own = pl.col("indicator").is_in(OF_SCALE) | (pl.col("kind").is_in(["mean", "sd"]) & (pl.col("indicator") != POMP))
    decimals = pl.when(own).then(pl.coalesce(of_scale, decimals)).otherwise(decimals)
    joined = frame.join(info, on="indicator", how="left", maintain_order="left").with_columns(decimals=decimals)
    parts = []
    for (digits_of,), part in joined.group_by("decimals", maintain_order=True):
        digits = int(str(digits_of)) if digits_of is not None else 4
        columns = [pl.col(name).round(digits) for name in ("estimate", "ci_low", "ci_high")]
        parts.append(part.with_columns(*columns, pl.col("se").round(digits + 1), pl.col("df").round(1)))
    rounded = pl.concat(parts) if parts else joined
    is_count = people & (pl.col("kind") == "count")
    base = rounded_count(pl.col("estimate"), privacy.rounding).cast(pl.Float64)
    return rounded.with_columns(
        n=pl.when(people).then(rounded_count(pl.col("n"), privacy.rounding)).otherwise("n"),
        estimate=pl.when(is_count).then(base).otherwise("estimate"),
    ).select(frame.columns)


def rounded_count(count: pl.Expr, base: int) -> pl.Expr:
    """Return `count` rounded half up to a multiple of `base`, and to `base` where it would become 0."""
    near = ((count.cast(pl.Int64) + base // 2) // base) * base
    return pl.when(count > 0).then(pl.max_horizontal(near, base)).otherwise(near)


def clear(frame: pl.DataFrame, numbers: list[str]) -> pl.DataFrame:
    """Null `numbers` together, and empty the note, wherever a row is hidden."""
    shown = pl.col("suppressed") == SHOWN
    cleared = frame.with_columns(pl.when(shown).then(pl.col(name)).alias(name) for name in numbers)
    if "rule" in frame.columns and "n" in numbers:
        # df, and of a share the standard error, would tell n again.
        telling = [name for name in ("n", "se", "df") if name in cleared.columns]
        cleared = cleared.with_columns(pl.when(pl.col("rule") != N_ONLY).then(pl.col(name)) for name in telling)
    return (
        cleared.with_columns(note=pl.when(shown).then("note").otherwise(pl.lit("")))
        if "note" in frame.columns
        else cleared
    )
