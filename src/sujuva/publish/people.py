"""Suppression of everything that counts persons, families or organisations by indicator."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks import UNITS_OF_PERSONS, Indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.publish.cells import DOMAIN, SERIES, CountTable, build_cells
from sujuva.publish.heads import OTHER, RATIO, told_without_n
from sujuva.publish.insiders import beside_insiders
from sujuva.publish.privacy import Privacy
from sujuva.publish.protect import protect
from sujuva.publish.relations import find_bin_relations, find_relations
from sujuva.publish.rules import facts, further_ruled, is_one, is_shown, ruled
from sujuva.publish.sums import Flags
from sujuva.published import ADDITIVE, HIDDEN_SIDE, N_ONLY, PRIMARY, SECONDARY, SHOWN
from sujuva.releases import Before
from sujuva.tidy import ALL, ALL_YEARS, HEADS


def told_rows(tidy: pl.DataFrame, indicators: Indicators) -> pl.DataFrame:
    """Leave out rows that no record lets leave: they would only make more cells to protect."""
    cuts = {
        (key, by): cut
        for key, one in indicators.items()
        for cut, groups in ((one.release.everyone, [ALL]), (one.release.groups, getattr(one.release.groups, "by", [])))
        for by in groups
    }
    known = pl.DataFrame(
        [(key, by, cut.years, cut.places) for (key, by), cut in cuts.items() if cut is not None],
        schema=dict.fromkeys(("indicator", "_by", "_years", "_places"), pl.String),
        orient="row",
    )
    dimension = pl.col("group").str.split(":").list.first()
    by_any = is_one([key for key, by in cuts if by == "any"]) & (pl.col("group") != ALL)
    rows = tidy.with_columns(_by=pl.when(by_any).then(pl.lit("any")).otherwise(dimension))
    rows = rows.join(known, on=["indicator", "_by"], how="left", maintain_order="left")
    every = pl.col("wave") == ALL_YEARS
    years = {"each_year": ~every, "all_years": every, "both": pl.lit(value=True)}
    in_years = pl.any_horizontal((pl.col("_years") == name) & some for name, some in years.items())
    in_place = (pl.col("_places") == "everywhere") | (pl.col("region") == NETWORK)
    return rows.filter(in_years, in_place).select(tidy.columns)


def told_on(
    tidy: pl.DataFrame, indicators: Indicators, delay_days: Sequence[int], scales: Mapping[str, Any]
) -> pl.DataFrame:
    """Leave out rows that the choices of the study leave out.

    - Shares by a number of days are told on the days of the promise; other days belong to the curve.
    - Bands that the codebook does not call indicators are told of everyone and not of groups.
    - Of a scale of 0 and 1 some indicators say nothing more than its mean, or too much.
    """
    days = is_one(indicators.where(topic="delay")) & (pl.col("category") != "")
    named = [f"{key}|{band['key']}" for key, one in scales.items() for band in one["bands"] if band["indicator"]]
    bands = is_one(indicators.where(topic="score", estimate="numerator")) & (pl.col("group") != ALL)
    untold = is_one(indicators.where(binary="untold"))
    return tidy.filter(
        ~days | pl.col("category").is_in([str(day) for day in delay_days]),
        ~bands | pl.concat_str("scale", "category", separator="|").is_in(named),
        ~untold | ~pl.col("scale").is_in([key for key, one in scales.items() if one["binary"]]),
    )


def without_rare_labels(tidy: pl.DataFrame, indicators: Indicators, threshold: int) -> pl.DataFrame:
    """Leave out groups that nowhere have as many persons as the threshold: their very name may tell of a person.

    A group's name comes from the data (an age group, an item of feedback). One that fewer than `threshold` persons
    share in the whole network, in every wave, is more likely a slip or a free text than a group.
    """
    labels = {"group": pl.col("group") != ALL, "scale": is_one(indicators.where(names="scale", estimate="level"))}
    rare = [(pl.col("n").max().over(name) < threshold) & is_label for name, is_label in labels.items()]
    return tidy.filter(~pl.any_horizontal(rare).fill_null(value=False))


def suppress_people(
    tidy: dict[str, pl.DataFrame],
    bins: dict[str, pl.DataFrame],
    *,
    indicators: Indicators,
    bands: pl.DataFrame,
    privacy: Privacy,
    before: Before | None = None,
    insiders: Collection[str] = (),
) -> dict[str, pl.DataFrame]:
    """Decide for every row of indicators and bins whether it may be shown.

    `tidy`: indicator tables by name (tidy columns); `bins`: tables of bins by name (scale, informant, region, wave,
    group, bin_low, bin_high, n); `bands`: scale, category, informant, low, high: which scores a band's share is about;
    `before`: earlier releases, seen from here; `insiders`: regions that know their own exact numbers.

    Returns:
        The same tables, in the same row order, with `suppressed` and `rule`; numbers are still there.
    """
    table = build_cells(tidy, bins, indicators, bands, privacy.threshold)
    small = table.arrays(()).primary
    hidden = _protected_beside(before, table, indicators, bands) if before else _protected(table, indicators, bands)
    sums = [*find_relations(table, indicators), *find_bin_relations(table, bands)] if insiders else []
    hidden = beside_insiders(table, sums, hidden, insiders)
    state = pl.DataFrame(
        {
            "id": pl.Series(np.arange(len(hidden)), dtype=pl.UInt32),
            "state": np.where(small, PRIMARY, np.where(hidden, SECONDARY, SHOWN)),
        }
    )
    done = {name: _mark_rows(name, frame, table, state, indicators, privacy) for name, frame in tidy.items()}
    return done | {name: _mark_bins(name, frame, table, state) for name, frame in bins.items()}


def _protected(table: CountTable, indicators: Indicators, bands: pl.DataFrame, stay: Flags | None = None) -> Flags:
    """Return which cells must be hidden; those of `stay` are hidden anyway."""
    # First what readers need most, then the bins around it, which may only give way themselves.
    # Rounding does not help here: shares with a decimal and several sums at once tell the exact counts again.
    rows = find_relations(table, indicators)
    none = np.zeros(table.cells.height, dtype=np.bool_)
    pinned = np.isin(np.arange(len(none)), table.pinned)
    stay = pinned if stay is None else stay | pinned
    counts = {"n", "share", "count", RATIO, OTHER}
    hidden = protect(table.arrays(counts), rows, start=stay, again=none)
    every = [*rows, *find_bin_relations(table, bands)]
    hidden = protect(table.arrays({"bin"}), every, start=hidden, again=none)
    # Where all the bins around a small one are hidden and do not suffice, what stands before them gives way after all.
    # Then whatever turns out to have been hidden in vain is shown again.
    return protect(table.arrays({*counts, "bin"}), every, start=hidden, again=~stay)


def _protected_beside(before: Before, table: CountTable, indicators: Indicators, bands: pl.DataFrame) -> Flags:
    """The same beside earlier releases.

    Where a number would have to be hidden that they tell, all else that changed around it stays what it was instead.
    """
    more = np.zeros(table.cells.height, dtype=np.bool_)
    while True:
        known, stay = before.hold(table, more)
        hidden = _protected(table, indicators, bands, stay)
        wider = more | before.around(table, hidden & known & ~table.arrays(()).primary)
        if (wider == more).all():
            return hidden
        more = wider


def _mark_rows(
    name: str, frame: pl.DataFrame, table: CountTable, state: pl.DataFrame, indicators: Indicators, privacy: Privacy
) -> pl.DataFrame:
    refs = table.rows.filter(pl.col("table") == name).select("row", "n_cell", "own_cell", "other_cell")
    # A quantile is shown when at least the threshold of persons lies on its narrower side; an extreme never is.
    quantiles = {key: one.behind.quantile for key, one in indicators.items() if isinstance(one.behind.quantile, float)}
    by_category = is_one(indicators.where(quantile="category"))
    place = pl.col("category").str.strip_prefix("q").cast(pl.Float64, strict=False).fill_null(0.0) / 100
    own = pl.col("indicator").replace_strict(quantiles, default=None, return_dtype=pl.Float64)
    side = pl.when(by_category).then(pl.min_horizontal(place, 1 - place)).otherwise(own)
    people = pl.col("counts").is_in(UNITS_OF_PERSONS)
    # Weights may put fewer persons there; how many really lie at or beyond a score is told with it.
    heads = pl.when(by_category).then(pl.min_horizontal(HEADS).fill_null(0))
    beyond = pl.min_horizontal((pl.col("n") * side).round(9).floor(), heads)  # 1 − 0.9 is a little less than a tenth
    edge = people & side.is_not_null() & pl.col("n").is_not_null() & (beyond < privacy.threshold)
    few = pl.col("n").is_between(1, privacy.organisation_threshold - 1)
    # Where all gave the same answer, the mean tells everybody's.
    alike = ((pl.col("kind") == "mean") & (pl.col("se") == 0)) | ((pl.col("kind") == "sd") & (pl.col("estimate") == 0))
    n_state, own_state, other_state = (pl.col(f"{which}_state").fill_null(SHOWN) for which in ("n", "own", "other"))
    alone = told_without_n(indicators) & (own_state == SHOWN) & (other_state == SHOWN)
    rows = (
        frame.with_row_index("row")
        .join(facts(indicators, "kind", "counts"), on="indicator", how="left", maintain_order="left")
        .join(refs, on="row", how="left", maintain_order="left")
        .join(state.rename({"id": "n_cell", "state": "n_state"}), on="n_cell", how="left", maintain_order="left")
        .join(state.rename({"id": "own_cell", "state": "own_state"}), on="own_cell", how="left", maintain_order="left")
        .join(
            state.rename({"id": "other_cell", "state": "other_state"}),
            on="other_cell",
            how="left",
            maintain_order="left",
        )
    )
    return ruled(
        rows,
        (n_state == PRIMARY, "small_count"),
        ((own_state == PRIMARY) & (pl.col("kind") == "count"), "small_count"),
        ((own_state == PRIMARY) | (other_state == PRIMARY), "small_share"),
        (people & alike, "no_spread"),
        ((pl.col("counts") == "organisation") & few, "small_network"),
        (edge, "quantile_edge"),
        # The middle of a distribution tells nothing of how many stand behind it: n alone is hidden.
        ((n_state == SECONDARY) & people & side.is_not_null() & ~by_category & (own_state == SHOWN), N_ONLY),
        # Nor does a ratio of other things.
        ((n_state == SECONDARY) & alone, N_ONLY),
        ((n_state == SECONDARY) | (own_state == SECONDARY) | (other_state == SECONDARY), ADDITIVE),
    ).select(*frame.columns, "rule", "suppressed")


def _mark_bins(name: str, frame: pl.DataFrame, table: CountTable, state: pl.DataFrame) -> pl.DataFrame:
    refs = table.bins.filter(pl.col("table") == name).select("row", "own_cell")
    domain = ["scale", "informant", *DOMAIN]
    most, whole = pl.col("n").max().over(domain), pl.col("n").sum().over(domain)
    rows = (
        frame.with_row_index("row")
        .join(refs, on="row", how="left", maintain_order="left")
        .join(state, left_on="own_cell", right_on="id", how="left", maintain_order="left")
    )
    return ruled(
        rows,
        ((most == whole) & (whole > 0), "no_spread"),
        (pl.col("state") == PRIMARY, "small_count"),
        (pl.col("state") == SECONDARY, ADDITIVE),
    ).select(*frame.columns, "rule", "suppressed")


def with_companions(marked: pl.DataFrame, indicators: Indicators) -> pl.DataFrame:
    """Hide what goes with another indicator where that one is hidden, or is not there."""
    at = [*SERIES, *DOMAIN]
    pairs = {key: one.behind.goes_with for key, one in indicators.where(compares=None).items()}
    pairs = {key: other for key, other in pairs.items() if other is not None}
    other = pl.col("indicator").replace_strict(pairs, default=None, return_dtype=pl.String)
    companions = marked.select(*at, _rule="rule").rename({"indicator": "_other"})
    rows = marked.with_columns(_other=other).join(companions, on=["_other", *at[1:]], how="left", maintain_order="left")
    found = pl.col("_rule").fill_null(HIDDEN_SIDE)
    hidden = pl.col("_other").is_not_null() & is_shown() & (found != "")
    return further_ruled(rows, (hidden, found)).select(marked.columns)
