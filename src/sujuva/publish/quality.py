"""Published tables of data quality: blank answers by item and region, and flags (response has its own module)."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.publish.audit import Audit, Goal, Knowledge, total_of
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import suppressed_of
from sujuva.publish.shares import Share, coarse, with_shares
from sujuva.published import ADDITIVE, FLAG_COLUMNS

ALL_ITEMS = 0
"""Item number of all items of an instrument together."""
_NEGATIVE = "negative_item"
_COUNTED = {"title_changed": "titles", "unknown_area": "areas"}
"""Flags that count names and areas, which are nobody: their numbers are told."""
FLAGS_SCHEMA = {
    "flag": pl.String,
    "about": pl.String,
    "part": pl.String,
    "informant": pl.String,
    "wave": pl.Int32,
    "region": pl.String,
    "group": pl.String,
    "n": pl.Int64,
    "looked_at": pl.Int64,
    "value": pl.Float64,
    "reason": pl.String,
}
ITEMS_SCHEMA = {
    "instrument": pl.String,
    "wave": pl.Int32,
    "region": pl.String,
    "item": pl.Int32,
    "n": pl.Int64,
    "n_missing": pl.Int64,
}


def suppress_items(items: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Tell blank answers as coarse shares: of each item in the network, and of all items in each region.

    The share of one item in one region is never told: it nearly always rests on fewer persons than the threshold.
    A row is hidden when the items and the regions of a wave together would narrow down a small count behind them.

    `items`: instrument, wave, region, item, n, n_missing.

    Returns:
        instrument, wave, region, item (0: all), estimate (share 0–1, or null), bound, rule, suppressed.
    """
    items = items.filter(pl.col("region") != NETWORK, pl.col("n") > 0)
    key = ["instrument", "wave", "region", "item"]
    sums = [pl.col("n", "n_missing").sum(), pl.col("n").max().alias("persons")]
    every, network = pl.lit(ALL_ITEMS, dtype=pl.Int32).alias("item"), pl.lit(NETWORK).alias("region")
    by_item = items.group_by("instrument", "wave", "item").agg(sums).with_columns(network, persons="n")
    by_region = items.group_by("instrument", "wave", "region").agg(sums).with_columns(every)
    whole = by_item.group_by("instrument", "wave").agg(pl.col("n", "n_missing").sum(), pl.col("persons").max())
    parts = [by_region, by_item, whole.with_columns(network, every)]
    rows = pl.concat([one.select(*key, "n", "n_missing", "persons") for one in parts]).sort(key)
    rows, shares = with_shares(rows, "n_missing", "n", lambda some, of: coarse(some, of, threshold=privacy.threshold))
    few = (rows["persons"] < privacy.threshold) | rows["estimate"].is_null()
    rules = ["small_count" if one else "" for one in few.to_list()]
    for (instrument, wave), block in items.sort("item", "region").group_by("instrument", "wave", maintain_order=True):
        told = {
            (row["region"], row["item"]): place
            for place, row in enumerate(rows.iter_rows(named=True))
            if (row["instrument"], row["wave"]) == (instrument, wave)
        }
        _hide_block(block, told, rules, shares, privacy.threshold)
    return (
        rows.with_columns(rule=pl.Series(rules, dtype=pl.String))
        .select(*key, "estimate", "bound", "rule", suppressed=suppressed_of("rule"))
        .sort(key)
    )


def _hide_block(
    block: pl.DataFrame, told: dict[tuple[str, int], int], rules: list[str], shares: list[Share], threshold: int
) -> None:
    """Hide rows of one instrument and wave, in `rules`, until no small count of blanks is narrowed down."""
    cells = {(row["region"], row["item"]): row for row in block.iter_rows(named=True)}
    known = Knowledge()
    place = {key: known.unknown(0, row["n"]) for key, row in cells.items()}
    for (region, item), row in told.items():
        mine = [key for key in cells if region in (NETWORK, key[0]) and item in (ALL_ITEMS, key[1])]
        size = sum(cells[key]["n"] for key in mine)
        term = total_of(place[key] for key in mine)
        known.between(term, shares[row].low * size, shares[row].high * size, by=row)
    goals: dict[tuple[str, int], Goal] = {}
    for key, cell in cells.items():
        blank, size = cell["n_missing"], cell["n"]
        if 1 <= blank < threshold:
            goals[key] = Goal(place[key], 1, min(threshold - 1, size))
        elif 1 <= size - blank < threshold:
            goals[key] = Goal(place[key], max(size - threshold + 1, 0), size - 1)
    audit = Audit(known, list(goals.values()))
    while True:
        bad = audit.narrowed([row for row in told.values() if rules[row]])
        exposed = [key for key, one in zip(goals, bad.tolist(), strict=True) if one]
        if not exposed:
            return
        for region, item in exposed:
            steps = [[told[region, ALL_ITEMS]], [told[NETWORK, item]], list(told.values())]
            hide_next(steps, rules)


def hide_next(steps: list[list[int]], rules: list[str]) -> None:
    """Hide the rows of the first of `steps` that has shown ones.

    `steps`: rows to hide together, what costs readers least first; `rules`: the rule of each row, "" where it is
    shown; changed in place.
    """
    for step in steps:
        shown = [row for row in step if not rules[row]]
        if shown:
            for row in shown:
                rules[row] = ADDITIVE
            return


def suppress_flags(flags: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Tell flags in a way that counts nobody: rows of answers as coarse shares of the network, findings by value.

    Shares of flagged rows are not told by region: most would rest on a few. A finding about a group that hardly more
    persons share than the threshold is left out altogether: the very name of the group may tell of a person.

    Returns:
        `FLAG_COLUMNS`, kind (share, value, titles or areas), estimate, bound, reason, rule, suppressed.
    """
    whole = flags.filter((pl.col("group") == "") | (pl.col("looked_at") >= 2 * privacy.threshold))
    found, counted = pl.col("value").is_not_null(), pl.col("flag").is_in(list(_COUNTED))
    told = pl.concat(
        [
            _row_flags(whole.filter(~found, ~counted), privacy),
            _findings(whole.filter(found, ~counted), privacy),
            *(
                _marked(whole.filter(pl.col("flag") == flag), kind, pl.col("n").cast(pl.Float64), pl.lit(""))
                for flag, kind in _COUNTED.items()
            ),
        ],
        how="diagonal",
    )
    columns = [*FLAG_COLUMNS, "kind", "estimate", "bound", "reason", "rule"]
    return told.select(*columns, suppressed=suppressed_of("rule")).sort(FLAG_COLUMNS)


def _marked(flags: pl.DataFrame, kind: str, estimate: pl.Expr, rule: pl.Expr) -> pl.DataFrame:
    bound = pl.lit("") if "bound" not in flags.columns else pl.col("bound")
    return flags.select(*FLAG_COLUMNS, "reason", kind=pl.lit(kind), estimate=estimate, bound=bound, rule=rule)


def _row_flags(flags: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Add up regions to the network (all waves together only where single waves are not told) and take shares."""
    flags = flags.filter(pl.col("group") == "")
    parts = flags.filter(pl.col("region") != NETWORK)
    key = [name for name in FLAG_COLUMNS if name not in ("region", "group")]
    summed = parts.group_by(key).agg(pl.col("n", "looked_at").sum(), pl.col("reason").min())
    wholes = flags.filter(pl.col("region") == NETWORK).join(summed, on=key, how="anti")
    summed = pl.concat([one.select(*key, "n", "looked_at", "reason") for one in (summed, wholes)])
    by_year = summed.filter(pl.col("wave") > 0)
    rest = [name for name in key if name != "wave"]
    rows = pl.concat([by_year, summed.filter(pl.col("wave") == 0).join(by_year, on=rest, how="anti")]).sort(key)
    rows, _ = with_shares(rows, "n", "looked_at", lambda some, of: coarse(some, of, threshold=privacy.threshold))
    small = pl.when(pl.col("estimate").is_null()).then(pl.lit("small_count")).otherwise(pl.lit(""))
    rows = rows.with_columns(region=pl.lit(NETWORK), group=pl.lit(""))
    return _marked(rows, "share", pl.col("estimate"), small)


def _findings(flags: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Round the number behind each finding; hide it where hardly more than the threshold of rows stand behind it."""
    places = pl.when(pl.col("flag") == _NEGATIVE).then(pl.col("value").round(2)).otherwise(pl.col("value").round(1))
    thin = pl.col("looked_at") < 2 * privacy.threshold
    return _marked(flags, "value", places, pl.when(thin).then(pl.lit("small_count")).otherwise(pl.lit("")))
