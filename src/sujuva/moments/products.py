"""The moments behind reliability: sums of products of the answers to every two items of a scale, in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ContractError, nearest
from sujuva.moments.gram import ListwiseGrams
from sujuva.moments.groups import Groups, number_groups
from sujuva.moments.items import Batch, ItemTotals, batches_of, item_rows, item_table, narrowed, with_network_items
from sujuva.moments.packing import best_layout
from sujuva.moments.scatter import scatter_adder
from sujuva.tables import asked_answer

PRODUCTS = pl.Schema(
    {
        "instrument": pl.String(),
        "wave": pl.Int32(),
        "region": pl.String(),
        "informant": pl.String(),
        "scale": pl.String(),
        "item": pl.String(),
        "other_item": pl.String(),
        "n": pl.Int64(),
        "product": pl.Int64(),
    }
)
"""Columns of the products and their types."""
PRODUCTS_KEY = ("instrument", "wave", "region", "informant", "scale", "item", "other_item")
"""Columns that tell the rows of the products apart."""
ONE = ""
"""Instead of an item: the number 1, so that its product with an item is the item's sum."""
_BY = ("wave", "region", "informant")


def item_products(
    answers: pl.LazyFrame,
    scales: Mapping[str, Sequence[str]],
    *,
    by: Sequence[str],
    responses: Mapping[str, tuple[int, int]],
) -> pl.DataFrame:
    """Add up the products of the answers to every two items of a scale within each group, exactly.

    Only persons who answered all items of the scale count (listwise). The rows stream through once, in any order;
    memory grows with the number of groups (every combination of the levels of `by`) times the square of the number of
    items, not with rows. See `sujuva.moments.gram` for why the sums are exact.

    Args:
        answers: The columns `by` and the items: whole numbers within their response range, null: missing.
        scales: Scale to its items.
        by: Columns that make the groups: whole numbers or texts, no nulls.
        responses: Lowest and highest answer code of each item, within −128 … 126.

    Returns:
        The columns `by`, scale, item, other_item, n (persons who answered all items), product (Int64): Σ x·y of the
        codes as given for every two items in the order of the scale, an item with itself included, and Σ x where
        other_item is "". A group with rows but without such persons has zeros. The sums of groups may be added.

    Raises:
        ContractError: No items; a column is missing or of a wrong type; or an answer lies outside its range.
        ParameterError: A response range does not fit one byte.
    """
    groups, grams = _begin(answers, scales, by=by, responses=responses)
    for batches in batches_of(groups, responses):
        grams.add(batches)
    return product_rows(groups.keys, grams, scales)


def items_and_products(
    answers: pl.LazyFrame,
    items: Sequence[str],
    scales: Mapping[str, Sequence[str]],
    *,
    by: Sequence[str],
    response: tuple[int, int],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what `item_moments` and what `item_products` do, from one pass over the rows.

    Args:
        answers: The columns `by` and `items`.
        items: Columns of items.
        scales: Scale to its items, which are some of `items`.
        by: Columns that make the groups.
        response: Lowest and highest answer code of all items.

    Raises:
        ContractError: As in `item_products`.
        ParameterError: As in `item_products`.
    """
    responses = dict.fromkeys(items, response)
    groups, grams = _begin(answers, scales, by=by, responses=responses)
    totals = ItemTotals(len(items), groups.keys.height, response, adder=scatter_adder(groups.rows))
    for batches in batches_of(groups, responses):
        add_answers(batches, grams, totals)
    return joint_items(groups.keys, items, grams, totals), product_rows(groups.keys, grams, scales)


def add_answers(batches: Sequence[Batch], grams: ListwiseGrams, totals: ItemTotals) -> None:
    """Add answers to the products, and to the moments of items where the products do not tell those, too."""
    grams.add(batches)
    totals.add([batch for batch in batches if batch.missing])


def joint_items(keys: pl.DataFrame, items: Sequence[str], grams: ListwiseGrams, totals: ItemTotals) -> pl.DataFrame:
    """Return the moments of items of what `add_answers` added up."""
    persons, sums, products = grams.whole.codes()
    n, missing, total, squares = totals.read()
    n += persons
    total += sums.T
    squares += np.einsum("gii->ig", products)
    return item_rows(keys, items, n, missing, total, squares)


def answer_tables(answers: pl.LazyFrame, instrument: Instrument) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the moments `items` and `products` of an instrument by wave, region and informant, with the network.

    The products are those of every scale with two or more items; a scale of scales has all items of its parts. They
    are sums over answer codes as given, reverse items not turned; an instrument whose codebook recodes answers has the
    points of that in `products` instead. An answer to an item that was not asked (`asked_if`) is none.

    Args:
        answers: wave, region, informant and the item columns of `instrument`.
        instrument: The codebook.

    Returns:
        Columns `ITEMS`, as in `item_table`, and columns `PRODUCTS`, sorted by `PRODUCTS_KEY`.

    Raises:
        ContractError: An answer lies outside its response range.
    """
    scales = instrument.scale_items
    if not scales:
        return item_table(answers, instrument), pl.DataFrame(schema=PRODUCTS)
    if instrument.recode or instrument.responses or instrument.asked_if:
        used = list(dict.fromkeys(name for names in scales.values() for name in names))
        products = item_products(
            _in_points(answers, instrument, used), scales, by=_BY, responses=point_ranges(instrument, used)
        )
        return item_table(answers, instrument), _product_table(products, instrument)
    items, products = items_and_products(answers, instrument.item_columns, scales, by=_BY, response=instrument.response)
    return with_network_items(items, instrument), _product_table(products, instrument)


def point_ranges(instrument: Instrument, items: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the least and the most that an item is worth in `products`: its answer codes, or what they recode to."""
    numbers = {name: number for number, name in enumerate(instrument.item_columns, start=1)}
    if not instrument.recode:
        return {name: instrument.response_of(numbers[name]) for name in items}
    points = {name: instrument.points_of(numbers[name]).values() for name in items}
    return {name: (min(those), max(those)) for name, those in points.items()}


def _in_points(answers: pl.LazyFrame, instrument: Instrument, items: Sequence[str]) -> pl.LazyFrame:
    some = [number for number in instrument.asked_if if instrument.item_columns[number - 1] in items]
    answers = answers.with_columns(asked_answer(instrument, number) for number in some)
    if not instrument.recode:
        return answers
    numbers = {name: number for number, name in enumerate(instrument.item_columns, start=1)}
    # A code without points is one outside the response range: the check of the items' own moments tells.
    return answers.with_columns(
        pl.col(name).replace_strict(instrument.points_of(numbers[name]), default=None, return_dtype=pl.Int8)
        for name in items
    )


def _begin(
    answers: pl.LazyFrame,
    scales: Mapping[str, Sequence[str]],
    *,
    by: Sequence[str],
    responses: Mapping[str, tuple[int, int]],
) -> tuple[Groups, ListwiseGrams]:
    """Check the arguments, number the groups and make room for the sums."""
    check_scales(scales, responses)
    groups = number_groups(narrowed(answers, list(responses)), by)
    return groups, begin_grams(groups.keys.height, scales, responses)


def check_scales(scales: Mapping[str, Sequence[str]], responses: Mapping[str, tuple[int, int]]) -> None:
    """Refuse items without a response range, and ranges that do not fit one byte.

    Raises:
        ContractError: An item has no range.
        ParameterError: A range is too wide.
    """
    for scale, names in scales.items():
        for name in names:
            if name not in responses:
                msg = f"The scale '{scale}' has an item '{name}' without a response range."
                raise ContractError(msg, nearest(name, responses))
    for low, high in responses.values():
        best_layout(low, high, missing=True, persons=0)


def begin_grams(
    groups: int, scales: Mapping[str, Sequence[str]], responses: Mapping[str, tuple[int, int]]
) -> ListwiseGrams:
    """Make room for the products of the items of `responses` in so many groups."""
    places = {name: place for place, name in enumerate(responses)}
    return ListwiseGrams(groups, list(responses.values()), [[places[name] for name in one] for one in scales.values()])


def product_rows(keys: pl.DataFrame, grams: ListwiseGrams, scales: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Turn sums into rows; groups that nobody is in are dropped."""
    used = np.flatnonzero(grams.persons)
    keys = keys[used]
    parts = []
    for number, (scale, names) in enumerate(scales.items()):
        rows, sums, products = (one[used] for one in grams.of_scale(number))
        first, second = np.triu_indices(len(names))
        pairs = pl.DataFrame(
            {
                "item": [names[int(place)] for place in first] + list(names),
                "other_item": [names[int(place)] for place in second] + [ONE] * len(names),
            },
            schema={"item": pl.String, "other_item": pl.String},
        )
        values = np.concatenate([products[:, first, second], sums], axis=1)
        columns = keys.with_columns(scale=pl.lit(scale), n=pl.Series(rows, dtype=pl.Int64))
        parts.append(
            columns.join(pairs, how="cross", maintain_order="left_right").with_columns(
                product=pl.Series(values.reshape(-1), dtype=pl.Int64)
            )
        )
    order = [*keys.columns, "scale", "item", "other_item", "n", "product"]
    return pl.concat(parts).select(order)


def _product_table(products: pl.DataFrame, instrument: Instrument) -> pl.DataFrame:
    """Add the network, drop scales that are not for the informant, and name the instrument."""
    for scale in instrument.scales:
        if scale.informants:
            others = ~pl.col("informant").cast(pl.String).is_in(scale.informants)
            products = products.filter(~((pl.col("scale") == scale.key) & others))
    keys = ["wave", "informant", "scale", "item", "other_item"]
    network = products.group_by(keys).agg(pl.col("n", "product").sum()).with_columns(region=pl.lit(NETWORK))
    together = pl.concat([products, network.select(products.columns)]).with_columns(instrument=pl.lit(instrument.key))
    return together.select(pl.col(name).cast(kind) for name, kind in PRODUCTS.items()).sort(PRODUCTS_KEY)
