"""The moments of answers: how many each item has, their sums and squares, and for reliability their products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from sujuva.codebooks import Instrument
from sujuva.errors import ContractError, nearest
from sujuva.moments.gram import sum_products
from sujuva.moments.parts import Family, Part, empty, laid_out, with_network
from sujuva.tables import ASKED, asked_answer, item_asked, never_asked

_DOMAIN = {"instrument": pl.String(), "wave": pl.Int32(), "region": pl.String(), "informant": pl.String()}
_SUMS = ("n", "n_missing", "sum", "sumsq")
ITEMS = pl.Schema({**_DOMAIN, "item": pl.String(), **dict.fromkeys(_SUMS, pl.Int64())})
"""Columns of the moments of items and their types."""
ITEMS_KEY = ("instrument", "wave", "region", "informant", "item")
"""Columns that tell the rows of the moments of items apart."""
PRODUCTS = pl.Schema(
    {
        **_DOMAIN,
        **dict.fromkeys(("scale", "item", "other_item"), pl.String()),
        **dict.fromkeys(("n", "product"), pl.Int64()),
    }
)
"""Columns of the products and their types."""
PRODUCTS_KEY = ("instrument", "wave", "region", "informant", "scale", "item", "other_item")
"""Columns that tell the rows of the products apart."""
ONE = ""
"""Instead of an item: the number 1, so that its product with an item is the item's sum."""
_BY = ("wave", "region", "informant")
_POINTS = "|points"


def items_and_products(
    answers: pl.LazyFrame,
    responses: Mapping[str, tuple[int, int]],
    scales: Mapping[str, Sequence[str]],
    *,
    by: Sequence[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add up the answers to each item, and the products of those to every two items of a scale, within each group.

    Products are of persons who answered all items of the scale (listwise). See `sujuva.moments.gram`.

    Args:
        answers: The columns `by` and the items: whole numbers within their response range, null: missing.
        responses: Items, and the lowest and highest answer code of each, within −128 … 126.
        scales: Scale to its items.
        by: Columns that make the groups: whole numbers or texts, no nulls.

    Returns:
        The columns `by`, item, and the sums n (answers), n_missing, sum, sumsq. The columns `by`, scale, item,
        other_item, and the sums n (persons who answered all items) and product: Σ x·y of the codes as given for every
        two items in the order of the scale, an item with itself included, and Σ x where other_item is "". A group with
        rows but without such persons has zeros. Both sorted by their keys.

    Raises:
        ContractError: No items; a column is missing or of a wrong type; or an answer lies outside its range.
        ParameterError: A response range does not fit one byte.
    """
    for scale, names in scales.items():
        for name in names:
            if name not in responses:
                msg = f"The scale '{scale}' has an item '{name}' without a response range."
                raise ContractError(msg, nearest(name, responses))
    grams = sum_products(answers, responses, scales.values(), by=by)
    n_missing = grams.rows[:, None] - grams.n
    items = _rows(grams.keys, {"item": list(responses)}, (grams.n, n_missing, grams.total, grams.squares), _SUMS)
    labels = dict.fromkeys(("scale", "item", "other_item"), pl.String()) | dict.fromkeys(("n", "product"), pl.Int128())
    products = [pl.DataFrame(schema={**grams.keys.schema, **labels})]
    for (scale, names), (persons, sums, squares) in zip(scales.items(), grams.scales, strict=True):
        first, second = np.triu_indices(len(names))
        cells = {
            "scale": [scale] * (len(first) + len(names)),
            "item": [*(names[place] for place in first.tolist()), *names],
            "other_item": [*(names[place] for place in second.tolist()), *[ONE] * len(names)],
        }
        values = np.concatenate([squares[:, first, second], sums], axis=1)
        everybody = np.broadcast_to(persons[:, None], values.shape)
        products.append(_rows(grams.keys, cells, (everybody, values), ("n", "product")))
    return items.sort(*by, "item"), pl.concat(products).sort(*by, "scale", "item", "other_item")


def _rows(
    keys: pl.DataFrame, cells: Mapping[str, Sequence[str]], sums: Sequence[np.ndarray], names: Sequence[str]
) -> pl.DataFrame:
    """Turn arrays, groups × cells, into rows."""
    labels = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))
    long = keys.join(labels, how="cross", maintain_order="left_right")
    return long.with_columns(
        pl.Series(name, values.reshape(-1)).cast(pl.Int128) for name, values in zip(names, sums, strict=True)
    )


def answer_part(answers: pl.LazyFrame, instrument: Instrument) -> Part:
    """Add up the answers to an instrument by wave, region and informant, in one pass over the rows.

    The products are those of every scale with two or more items; a scale of scales has all items of its parts. They
    are sums over answer codes as given, reverse items not turned; an instrument whose codebook recodes answers has the
    points of that in `products` instead. An answer to an item that was not asked (`asked_if`) is none.

    Args:
        answers: wave, region, informant and the item columns of `instrument`.
        instrument: The codebook.

    Returns:
        items: instrument, wave, region, informant, item, and the sums n, n_missing, sum, sumsq of the answer codes as
        given; of an item with `asked_if`, both n and n_missing count those who were asked it; where nobody was, it has
        no row. products: the keys of `PRODUCTS`, n and product, of the scales that are for the informant.

    Raises:
        ContractError: An answer lies outside its response range.
    """
    items = {name: number for number, name in enumerate(instrument.item_columns, start=1)}
    responses = dict(instrument.item_responses)
    columns = [asked_answer(instrument, number) for number in instrument.asked_if]
    for name in [name for name, number in items.items() if number in instrument.asked_if]:
        asked = item_asked(instrument, items[name])
        assert asked is not None
        columns.append(asked.cast(pl.Int8).alias(name + ASKED))
        responses[name + ASKED] = 0, 1
    scales = instrument.scale_items
    if instrument.recode:
        used = dict.fromkeys(name for names in scales.values() for name in names)
        for name in used:
            points = instrument.points_of(items[name])
            given = asked_answer(instrument, items[name])
            # A code without points is one outside the response range: the check of the item itself tells.
            points_given = given.replace_strict(points, default=None, return_dtype=pl.Int8)
            columns.append(points_given.alias(name + _POINTS))
            responses[name + _POINTS] = min(points.values()), max(points.values())
        scales = {scale: [name + _POINTS for name in names] for scale, names in scales.items()}
    found, products = items_and_products(answers.with_columns(columns), responses, scales, by=_BY)
    helper = pl.col("item").str.contains("|", literal=True)
    asked_of = found.filter(pl.col("item").str.ends_with(ASKED)).select(
        *_BY, pl.col("item").str.strip_suffix(ASKED), asked="sum"
    )
    told = found.filter(~helper).join(asked_of, on=[*_BY, "item"], how="left")
    told = told.filter(pl.col("asked").ne_missing(0)).with_columns(
        n_missing=pl.coalesce(pl.col("asked") - pl.col("n"), "n_missing")
    )
    for scale in instrument.scales:
        if scale.informants:
            others = ~pl.col("informant").cast(pl.String).is_in(scale.informants)
            products = products.filter(~((pl.col("scale") == scale.key) & others))
    products = products.with_columns(pl.col("item", "other_item").str.strip_suffix(_POINTS))
    tables = {"items": (told, empty(ITEMS, _SUMS)), "products": (products, empty(PRODUCTS, ("n", "product")))}
    return {
        name: table.with_columns(instrument=pl.lit(instrument.key)).select(
            pl.col(column).cast(kind) for column, kind in wanted.schema.items()
        )
        for name, (table, wanted) in tables.items()
    }


def finish_items(merged: Part) -> pl.DataFrame:
    """Return columns `ITEMS`, the network included, sorted by `ITEMS_KEY`.

    Where an item was never asked (`sujuva.tables.never_asked`) it has no row, and the network is that of the others.
    """
    never = never_asked(pl.col("n"), pl.col("n") + pl.col("n_missing"))
    return laid_out(with_network(merged["items"].filter(~never)), ITEMS, ITEMS_KEY)


def finish_products(merged: Part) -> pl.DataFrame:
    """Return columns `PRODUCTS`, the network included, sorted by `PRODUCTS_KEY`."""
    return laid_out(with_network(merged["products"]), PRODUCTS, PRODUCTS_KEY)


def finish_answers(merged: Part) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the moments of items and their products."""
    return finish_items(merged), finish_products(merged)


item_moments = Family(answer_part, finish_items, schema=ITEMS, key=ITEMS_KEY, source="items")
item_products = Family(answer_part, finish_products, schema=PRODUCTS, key=PRODUCTS_KEY, source="products")
answer_tables = Family(answer_part, finish_answers)
