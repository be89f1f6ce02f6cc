"""The persons on the two sides of a share: how many distinct ones have something in the numerator, and something else.

A share of persons has its numerator here, without weights: 25.2 per cent of twenty may be four of them. A ratio of
other things than persons (topics of discussions, meetings of families) has both sides: few may stand behind many
topics, and one child on either side. So each side is a cell of its own, and where one is small the ratio is not shown.
The sides do not add up to n; yet whoever knows all shares but one knows that one too. So shares that make up one are
held to make up a sum, like other counts, up to a rest that is taken to be known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from sujuva.codebooks import UNITS_OF_PERSONS, IndicatorInfo
from sujuva.errors import DisclosureError
from sujuva.publish.rules import is_one, is_shown
from sujuva.publish.sums import Relation
from sujuva.published import N_ONLY
from sujuva.tables import LP_ENVIRONMENTS
from sujuva.tidy import HEADS

SHARES_BY = "persons"
"""By what shares are guarded: the threshold is of distinct persons on both sides. Readers are told (meta.json)."""
RATIO, OTHER = "ratio", "other"
"""Kinds of cells: persons with something in the numerator of a ratio, and persons with something else."""
PART = "part"
"""What is told of a count of some of n: both sides are cells, as of a share."""
NESTED, KNOWN = "nested", "known"
"""Kinds of cells: persons behind one n who are not behind another inside it; a sum that a reader is taken to know."""
_PLACE = ["table", "scale", "informant", "region", "wave", "group"]
_WHOLE = 1e-9
_AGAIN = "Run the stages before publish again: every share tells how many persons stand on its two sides."


def check_heads(rows: pl.DataFrame) -> None:
    """Refuse shares of people, and counts of what they did, that do not tell how many persons stand behind them.

    `rows`: as in `sujuva.publish.cells.CountTable.rows`, with `kind` and `tells`.

    Raises:
        DisclosureError: One does not, or the two sides of a share of persons do not make up n.
    """
    told = rows.filter(pl.col("estimate").is_not_null(), pl.col("n") > 0)
    share, ratio, count = pl.col("kind") == "share", pl.col("tells") == RATIO, pl.col("tells") == "count"
    needed = {"heads": share | ratio | (count & ~of_persons()), "other_heads": share | ratio}
    bare = told.filter(pl.any_horizontal(pl.col(name).is_null() & needs for name, needs in needed.items()))
    odd = told.filter(share & of_persons() & (pl.sum_horizontal(HEADS) != pl.col("n")))
    for frame, what in ((bare, "without the number of persons behind them"), (odd, "whose persons do not make up n")):
        if frame.height:
            msg = f"There are shares or counts {what}: {', '.join(frame['indicator'].unique().sort().head(5))}."
            raise DisclosureError(msg, _AGAIN)


def of_persons() -> pl.Expr:
    """Tell which rows have an n of persons or families, so that heads are its parts."""
    return pl.col("counts").is_in(UNITS_OF_PERSONS)


def few_heads(threshold: int) -> pl.Expr:
    """Tell which shares of what people did have few persons on a side."""
    few = (pl.col(name).is_between(1, threshold - 1) for name in HEADS)
    return (pl.any_horizontal(few) & ~of_persons()).fill_null(value=False)


def told_without_n(indicators: Mapping[str, IndicatorInfo]) -> pl.Expr:
    """Tell which rows say nothing of their n: ratios of other things whose n is one among others."""
    return is_one([key for key, one in indicators.items() if one.behind.estimate == RATIO and one.behind.within])


def parted(rows: pl.DataFrame) -> pl.DataFrame:
    """Cut categories: `part` is what the row is about a part of ("" for the whole), `what` the rest.

    "home" and "improved:home" are about the part home.
    """
    last = pl.col("category").str.split(":").list.last()
    rows = rows.with_columns(part=pl.when(last.is_in(LP_ENVIRONMENTS)).then(last).otherwise(pl.lit("")))
    return rows.with_columns(what=pl.col("category").str.strip_suffix(pl.col("part")).str.strip_suffix(":"))


def side_relations(rows: pl.DataFrame, cells: pl.DataFrame) -> tuple[pl.DataFrame, list[Relation]]:
    """Return what ties shares that make up one, side by side, and cells of the sums that tie them.

    `rows`: with `own_cell` and `other_cell`; `cells`: cells so far, with ids from 0.
    """
    ratios = _ratios(rows)
    found: list[Relation] = []
    sums: list[int] = []
    values = cells.sort("id")["value"]
    for side in ("own_cell", "other_cell"):
        for (parts,) in _shared_out(ratios.sort(side)).select(side).iter_rows():
            found.append(Relation(cells.height + len(sums), tuple(parts)))
            sums.append(int(values.gather(parts).sum()))
    known = pl.DataFrame({"value": sums}, schema={"value": pl.Int64}).with_row_index("id", offset=cells.height)
    fixed = known.with_columns(
        low=pl.col("value").cast(pl.Float64), high=pl.col("value").cast(pl.Float64), primary=pl.lit(value=False)
    )
    return unseen_cells(fixed, KNOWN, cells), found


def _shared_out(ratios: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of shares that make up one, a row for all of them."""
    together = ratios.group_by([*_PLACE, "indicator", "part"], maintain_order=True).agg(
        "own_cell", "other_cell", "heads", whole=(pl.col("estimate").sum() - 1).abs() < _WHOLE
    )
    return together.filter("whole", pl.col("own_cell").list.len() > 1)


def largest_of_small(rows: pl.DataFrame, small: pl.Series) -> tuple[int, ...]:
    """Return of shares that make up one, of which one is small, the cell of the largest, which tells readers least.

    The small one is hidden, and another one with it: better that what stayed the same is not told than what changed.

    `rows`: with `own_cell` and `other_cell`; `small`: cells that are hidden for themselves.
    """
    both = pl.concat_list("own_cell", "other_cell").list.eval(pl.element().is_in(small.implode())).list.any()
    together = _shared_out(_ratios(rows)).filter(both)
    largest = pl.col("own_cell").list.get(pl.col("heads").list.arg_max())
    return tuple(together.select(largest).to_series().to_list())


def beside_small_parts(rows: pl.DataFrame, small: pl.Series) -> tuple[int, ...]:
    """Return where one part alone is small the cell of the smallest other part: whole less others must not be that one.

    How many topics a part has is not told, so no exact sum ties parts to the whole.

    `rows`: with `own_cell` and `other_cell`; `small`: cells that are hidden for themselves.
    """
    bare = pl.any_horizontal(pl.col(name).is_in(small.implode()) for name in ("own_cell", "other_cell"))
    parts = _ratios(rows).filter(pl.col("part") != "").sort("heads", "own_cell").with_columns(bare=bare)
    alone = parts.group_by([*_PLACE, "indicator", "what"], maintain_order=True).agg(
        one=pl.col("bare").sum() == 1, next=pl.col("own_cell").filter(~pl.col("bare") & (pl.col("heads") > 0)).first()
    )
    return tuple(alone.filter("one")["next"].drop_nulls().to_list())


def _ratios(rows: pl.DataFrame) -> pl.DataFrame:
    return parted(rows.filter(pl.col("tells") == RATIO, pl.col("own_cell").is_not_null())).sort("own_cell")


def partner_rules(marked: pl.DataFrame, partners: Collection[str]) -> pl.DataFrame:
    """Return partner, category (the part, or ""), region, wave, and the rule of the worst of its rows there.

    What compares shares is told where all of them are; without its n where one of them is.
    """
    rows = parted(marked.filter(is_one(partners)))
    rule, hidden = pl.col("rule"), ~is_shown()
    return rows.group_by("region", "wave", partner="indicator", category="part").agg(
        partner_rule=pl.coalesce(
            rule.filter(hidden).sort().first(), rule.filter(rule == N_ONLY).first(), pl.lit("").first()
        )
    )


def nested(
    rows: pl.DataFrame, cells: pl.DataFrame, indicators: Mapping[str, IndicatorInfo], threshold: int
) -> tuple[pl.DataFrame, list[Relation]]:
    """Return the persons behind one n who are not behind another inside it, as cells, and what ties them.

    Children with a plan are among those with a vulnerability, and those with one at home among those with any.

    `rows`: with `n_cell`; `cells`: cells so far, with ids from 0.
    """
    pairs = [
        (key, name) for key, one in indicators.items() if one.behind.estimate == RATIO for name in one.behind.within
    ]
    around = pl.DataFrame(pairs, schema={"indicator": pl.String, "outer": pl.String}, orient="row")
    counted = parted(rows.filter(pl.col("n_cell").is_not_null()))
    inner = counted.filter(pl.col("tells") == RATIO).select(*_PLACE, "indicator", "what", "part", "n_cell", "n")
    outer = counted.select(*_PLACE, "part", outer="indicator", total="n_cell", of="n").unique()
    others = inner.join(around, on="indicator").join(outer, on=[*_PLACE, "outer", "part"])
    wholes = inner.filter(pl.col("part") == "").select(*_PLACE, "indicator", "what", total="n_cell", of="n")
    own = inner.filter(pl.col("part") != "").join(wholes, on=[*_PLACE, "indicator", "what"])
    both = pl.concat([one.select("total", "n_cell", rest=pl.col("of") - pl.col("n")) for one in (others, own)])
    made = both.filter(pl.col("rest") >= 0, pl.col("total") != pl.col("n_cell")).unique().sort("total", "n_cell")
    made = made.with_row_index("id", offset=cells.height)
    small = pl.col("rest").is_between(1, threshold - 1)
    ranged = made.with_columns(
        value="rest",
        primary=small,
        low=pl.when(small).then(1.0).otherwise(0.0),
        high=pl.when(small).then(threshold - 1.0).otherwise(float("inf")),
    )
    relations = [
        Relation(total, (n, rest), keep_total=True) for total, n, rest in made[["total", "n_cell", "id"]].rows()
    ]
    return unseen_cells(ranged, NESTED, cells), relations


def unseen_cells(frame: pl.DataFrame, kind: str, cells: pl.DataFrame) -> pl.DataFrame:
    """Give cells that stand in no table the columns of `cells`."""
    unseen = {name: pl.lit(None).cast(cells.schema[name]) for name in ("region", "wave", "group", "owner")}
    named = frame.with_columns(kind=pl.lit(kind), series=pl.lit(kind), eligible=pl.lit(value=False), **unseen)
    return named.select(pl.col(name).cast(kind) for name, kind in cells.schema.items())
