"""Who speaks of one theme and not of another: what counts of two themes, and of both together, tell by subtraction."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import IndicatorInfo
from sujuva.publish.heads import NESTED, PART, unseen_cells
from sujuva.publish.sums import Relation

_PLACE = ["table", "informant", "region", "wave", "group"]


def without_other(
    rows: pl.DataFrame, cells: pl.DataFrame, indicators: Mapping[str, IndicatorInfo], threshold: int
) -> tuple[pl.DataFrame, list[Relation]]:
    """Return the persons with one of two themes, with the other alone and with neither, as cells, and what ties them.

    Of n persons, those with both themes, one alone, the other alone and neither make up a table of four cells. What is
    published are n, the two themes and both; whoever subtracts has the others. They are never published, and where one
    is small what tells it gives way.

    Args:
        rows: With `n_cell` and `own_cell`; of counts of two themes, `scale` and `category` are these.
        cells: Cells so far, with ids from 0.
        indicators: The records.
        threshold: That of persons.
    """
    pairs = [
        (key, outer) for key, one in indicators.items() if one.behind.estimate == PART for outer in one.behind.within
    ]
    around = pl.DataFrame(pairs, schema={"indicator": pl.String, "outer": pl.String}, orient="row")
    counted = rows.filter(pl.col("tells") == PART).drop_nulls("own_cell")
    both = counted.select(*_PLACE, "indicator", "scale", "category", both="own_cell", many="heads")
    themes = counted.select(*_PLACE, "n", "n_cell", outer="indicator", theme="scale", cell="own_cell", heads="heads")
    found = both.join(around, on="indicator")
    for side, column in (("one", "scale"), ("two", "category")):
        own = themes.rename({"theme": column, "cell": side, "heads": f"{side}_heads"})
        found = found.join(own if side == "one" else own.drop("n", "n_cell"), on=[*_PLACE, "outer", column])
    one, two, many = pl.col("one_heads"), pl.col("two_heads"), pl.col("many")
    found = found.sort("both").select(
        "n_cell",
        "one",
        "two",
        "both",
        one_alone=one - many,
        two_alone=two - many,
        neither=pl.col("n") - one - two + many,
    )
    names = ["one_alone", "two_alone", "neither"]
    made = (
        found.with_row_index("pair")
        .unpivot(names, index="pair", variable_name="which", value_name="value")
        .sort("pair", pl.col("which").replace_strict(dict(zip(names, range(3), strict=True)), return_dtype=pl.Int64))
        .with_row_index("id", offset=cells.height)
    )
    small = pl.col("value").is_between(1, threshold - 1)
    made = made.with_columns(
        primary=small,
        low=pl.when(small).then(1.0).otherwise(0.0),
        high=pl.when(small).then(threshold - 1.0).otherwise(float("inf")),
    )
    relations = []
    for pair, (n, first, second, together) in enumerate(found.select("n_cell", "one", "two", "both").iter_rows()):
        one_alone, two_alone, neither = (cells.height + 3 * pair + place for place in range(3))
        relations += [
            Relation(first, (together, one_alone), keep_total=True),
            Relation(second, (together, two_alone), keep_total=True),
            Relation(n, (first, two_alone, neither), keep_total=True),
        ]
    return unseen_cells(made, NESTED, cells), relations
