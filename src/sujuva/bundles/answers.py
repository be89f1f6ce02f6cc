"""Sums over answers and scores: which of them tell how many persons gave which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from sujuva.bundles.blocks import blocks_of
from sujuva.bundles.same_scores import Grid, pins_few
from sujuva.bundles.small import Hidden, any_few, blocks_in, few, whole
from sujuva.codebooks import Instrument
from sujuva.tidy import ALL

_PLACE = ["wave", "informant", "scale"]


def hide_bins(hidden: Hidden, name: str, table: pl.DataFrame, least: int) -> None:
    """Find distributions with a score that few persons have, or few of those who are in no group of a kind."""
    kind = pl.col("group").str.split(":").list.first()
    hidden.rows(name, table, {"small_bin": few(pl.col("n"), least)})
    groups = table.filter(pl.col("group") != ALL).group_by(*_PLACE, "score", group=kind).agg(_known=pl.col("n").sum())
    there = groups.select(*_PLACE, "group").unique()
    everybody = table.filter(pl.col("group") == ALL).select(*_PLACE, "score", "n").join(there, on=_PLACE)
    beside = everybody.join(groups, on=[*_PLACE, "score", "group"], how="left")
    hidden.rows(name, beside, {"small_rest": few(pl.col("n") - pl.col("_known").fill_null(0), least)})
    lost = [(wave, scale, informant) for wave, scale, informant, group in hidden.of(name) if group == ALL]
    every = blocks_in(name, table)
    hidden.hide(name, [one for one in every if one[:3] in set(lost)], "below")


def hide_unit_sizes(hidden: Hidden, name: str, table: pl.DataFrame, least: int) -> None:
    """Find scales of which some unit has few scored members: its row has the sum of their scores."""
    hidden.rows(name, table, {"few_in_cluster": few(pl.col("size"), least)})


def hide_pinned(hidden: Hidden, name: str, table: pl.DataFrame, grids: Mapping[str, Grid], least: int) -> None:
    """Find domains whose number, sum and squares of whole scores leave few ways to be made of single scores.

    `grids`: the scores that one person can have, of scales whose scores are whole; others leave room between them.
    """
    known = hidden.of(name)
    rows = whole(table).filter(pl.col("n") > 0, pl.col("scale").is_in(list(grids)))
    region = rows.group_by(*_PLACE, "group").agg(pl.col("n", "y", "yy").sum())
    for part in (rows, region):
        blocks = blocks_of(name, part).rows()
        for block, (scale, n, y, yy) in zip(blocks, part.select("scale", "n", "y", "yy").iter_rows(), strict=True):
            if block not in known and pins_few(grids[scale].sums(n, y, yy), least):
                hidden.hide(name, [block], "pinned")


def hide_items(
    hidden: Hidden, prefix: str, tables: Mapping[str, pl.DataFrame], instruments: Mapping[str, Instrument], least: int
) -> None:
    """Find items, and scales by their items, whose answers the sums tell.

    Of three possible answers the sums tell the number of each. Of more, sums near an end do. Two items with few answers
    apart from an end in both tell of few.

    Args:
        hidden: What is found is added here.
        prefix: "" or "partner_".
        tables: With `items` and `products` of that prefix.
        instruments: The codebooks: what an answer to each item can be.
        least: The threshold.

    Raises:
        KeyError: An item is in no codebook, so what its answers can be is not known.
    """
    items, products = f"{prefix}items", f"{prefix}products"
    grids, points = grids_of_items(instruments), grids_of_items(instruments, points=True)
    for row in tables[items].iter_rows(named=True):
        if _tells(row["n"], row["sum"], row["sumsq"], grids[row["item"]], least):
            hidden.hide(items, [(row["wave"], row["item"], row["informant"], "")], "small_side")
    for keys, block in whole(tables[products]).group_by("wave", "scale", "informant", maintain_order=True):
        if any(_products_tell(block, points, least)):
            wave, scale, informant = keys
            hidden.hide(products, [(wave, scale, informant, "")], "small_side")


def _tells(n: int, total: int, squares: int, grid: Grid, least: int) -> bool:
    if n == 0:
        return False
    if n < least or (n * squares == total**2 and least > 1):
        return True
    return pins_few(grid.sums(n, total, squares), least)


def _products_tell(block: pl.DataFrame, grids: Mapping[str, Grid], least: int) -> Iterator[bool]:
    known = {
        (item, other): (n, value) for item, other, n, value in block[["item", "other_item", "n", "product"]].rows()
    }
    sums = {item: value for (item, other), (_, value) in known.items() if not other}
    for (item, other), (n, value) in known.items():
        if other == item:
            yield _tells(n, sums[item], value, grids[item], least)
        elif other:
            first, second = grids[item], grids[other]
            for a, sign in ((first.low, 1), (first.high, -1)):
                for b, turn in ((second.low, 1), (second.high, -1)):
                    apart = sign * turn * (value - a * sums[other] - b * sums[item] + n * a * b)
                    yield 0 < apart < least


def grids_of_items(instruments: Mapping[str, Instrument], *, points: bool = False) -> dict[str, Grid]:
    """Return what an answer to each item column can be: its code, or with `points` what a codebook recodes it to."""
    found = {}
    for one in instruments.values():
        for name, (low, high) in one.item_responses.items():
            told = [one.recode[code] for code in range(low, high + 1)] if points and one.recode else [low, high]
            found[name] = Grid(min(told), max(told))
    return found


def grids_of_scales(instruments: Mapping[str, Instrument]) -> dict[str, Grid]:
    """Return what a score can be, of each scale whose scores are whole numbers."""
    scales = [scale for one in instruments.values() for scale in one.scales if scale.decimals == 0]
    return {one.key: Grid(*one.range, one.multiply) for one in scales}


def hide_small(hidden: Hidden, name: str, table: pl.DataFrame, least: int, *counts: str | pl.Expr) -> None:
    """Find blocks with a small count; `counts`: columns, or expressions of them."""
    told = [pl.col(one) if isinstance(one, str) else one for one in counts]
    hidden.rows(name, table, {"small_count": any_few(least, *told)})
