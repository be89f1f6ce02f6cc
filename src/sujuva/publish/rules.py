"""What every table has in common on its way out: rules and their marks, rounding, and which numbers may leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl

from sujuva.codebooks import UNITS_OF_PEOPLE, IndicatorInfo
from sujuva.publish.privacy import Privacy
from sujuva.published import CONTRACTS, PRIMARY, SECONDARY, SHOWN

N_ONLY = "additive_n"
"""Rule: the row is shown without its n, which would tell a hidden count by subtraction."""
EDGE_STEP = 0.05
"""Steps of the ends of an interval of nobody or everybody."""
_FACTS = {
    "kind": pl.String, "counts": pl.String, "decimals": pl.Int64, "percent": pl.Boolean, "decimals_of": pl.String,
    "estimate": pl.String, "clusters": pl.String, "same_units": pl.String, "chain": pl.String, "bins": pl.String,
    "zero_is_small": pl.Boolean, "few": pl.String,
}  # fmt: skip


def facts(indicators: Mapping[str, IndicatorInfo], *names: str) -> pl.DataFrame:
    """Return facts of records, one row an indicator; the fact `estimate` (what the estimate is) is called `tells`."""
    schema = {"indicator": pl.String, **{name: _FACTS[name] for name in names}}
    rows = [(key, *(one.fact(name) for name in names)) for key, one in indicators.items()]
    return pl.DataFrame(rows, schema=schema, orient="row").rename({"estimate": "tells"}, strict=False)


def is_one(names: Collection[str], column: str = "indicator") -> pl.Expr:
    """Tell which rows are of one of the indicators `names`."""
    return pl.col(column).is_in(list(names))


def first_of(*cases: tuple[pl.Expr, Any], otherwise: Any) -> pl.Expr:
    """Return the value of the first case whose condition is true: a constant, or an expression."""
    found = _value(otherwise)
    for condition, value in reversed(cases):
        found = pl.when(condition).then(_value(value)).otherwise(found)
    return found


def _value(value: Any) -> pl.Expr:
    return value if isinstance(value, pl.Expr) else pl.lit(value)


def ruled(frame: pl.DataFrame, *cases: tuple[pl.Expr, str | pl.Expr], otherwise: str | pl.Expr = "") -> pl.DataFrame:
    """Give each row the rule of the first case whose condition is true, and the mark that belongs to it."""
    rows = frame.with_columns(rule=first_of(*cases, otherwise=otherwise))
    return rows.with_columns(suppressed=suppressed_of("rule"))


def further_ruled(frame: pl.DataFrame, *cases: tuple[pl.Expr, str | pl.Expr]) -> pl.DataFrame:
    """The same for rows that have a rule already and keep it where no condition is true."""
    return ruled(frame, *cases, otherwise=pl.col("rule"))


def suppressed_of(rule: str) -> pl.Expr:
    """Return the value of `suppressed` that belongs to the rule in column `rule`."""
    shown, others = pl.col(rule).is_in(["", N_ONLY]), pl.col(rule) == "additive"
    return first_of((shown, SHOWN), (others, SECONDARY), otherwise=PRIMARY)


def is_shown() -> pl.Expr:
    """Tell which rows are not hidden."""
    return pl.col("suppressed") == SHOWN


def rounded_count(count: pl.Expr, base: int) -> pl.Expr:
    """Return `count` rounded half up to a multiple of `base`, and to `base` where it would become 0."""
    near = ((count.cast(pl.Int64) + base // 2) // base) * base
    return pl.when(count > 0).then(pl.max_horizontal(near, base)).otherwise(near)


def rounded(names: Collection[str], digits: pl.Expr, frame: pl.DataFrame) -> list[pl.Expr]:
    """Return the columns `names`, each row rounded to its own number of digits."""
    found = []
    for name in names:
        told = pl.col(name)
        for places in frame.select(digits.unique().sort().drop_nulls()).to_series():
            told = pl.when(digits == places).then(pl.col(name).round(places)).otherwise(told)
        found.append(told.alias(name))
    return found


def round_rows(
    frame: pl.DataFrame,
    indicators: Mapping[str, IndicatorInfo],
    privacy: Privacy,
    places: Mapping[str, int] | None = None,
) -> pl.DataFrame:
    """Round shown estimates to the indicator's decimals and counts of persons and families to the base.

    What is in units of its scale has the decimals of the scale instead, where `places` has it. A rounded count is never
    0, so that a shown group does not look empty. Rounding alone protects nothing: shares with a decimal give exact
    counts back. Where nobody or everybody is counted (se 0), the interval is made of n alone, so its ends are told in
    steps of `EDGE_STEP`, outwards.
    """
    rows = frame.join(
        facts(indicators, "counts", "kind", "decimals", "percent", "decimals_of"), on="indicator", how="left",
        maintain_order="left",
    )  # fmt: skip
    of_scale = pl.col("scale").replace_strict(dict(places or {}), default=None, return_dtype=pl.Int64)
    own = pl.col("decimals") + 2 * pl.col("percent").cast(pl.Int64)
    rows = rows.with_columns(
        _d=pl.when(pl.col("decimals_of") == "scale").then(pl.coalesce(of_scale, own)).otherwise(own)
    )
    digits = pl.col("_d")
    people = pl.col("counts").is_in(UNITS_OF_PEOPLE)
    edge = (pl.col("se") == 0).fill_null(value=False)
    outwards = {"ci_low": (pl.col("ci_low") / EDGE_STEP).floor(), "ci_high": (pl.col("ci_high") / EDGE_STEP).ceil()}
    rows = rows.with_columns(
        pl.when(edge).then((steps * EDGE_STEP).round(2)).otherwise(name).alias(name) for name, steps in outwards.items()
    )
    rows = rows.with_columns(
        *rounded(("estimate", "ci_low", "ci_high"), digits, rows),
        *rounded(("se",), digits + 1, rows),
        pl.col("df").round(1),
        n=pl.when(people).then(rounded_count(pl.col("n"), privacy.rounding)).otherwise("n"),
    )
    base = rounded_count(pl.col("estimate"), privacy.rounding).cast(pl.Float64)
    return rows.with_columns(
        estimate=pl.when(people & (pl.col("kind") == "count")).then(base).otherwise("estimate")
    ).select(frame.columns)


def clear(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Null the numbers, and empty the texts about them, wherever a row of the published `table` is hidden."""
    columns = frame.columns
    numbers = [pl.when(is_shown()).then(name).alias(name) for name in CONTRACTS[table].numbers]
    texts = [
        pl.when(is_shown()).then(name).otherwise(pl.lit("")).alias(name)
        for name in ("note", "bound")
        if name in columns
    ]
    cleared = frame.with_columns(*numbers, *texts)
    if not {"rule", "n"} <= {*columns}:
        return cleared
    # df, and of a share the standard error, would tell n again.
    telling = [name for name in ("n", "se", "df") if name in columns]
    return cleared.with_columns(pl.when(pl.col("rule") != N_ONLY).then(name).alias(name) for name in telling)


def allowed(
    frame: pl.DataFrame, indicators: Mapping[str, IndicatorInfo], table: str, by: str = "indicator"
) -> pl.DataFrame:
    """Null every number that the record of the row's indicator does not let leave.

    `by`: the column that names the indicator.
    """

    def may(name: str) -> pl.Expr:
        return is_one([key for key, one in indicators.items() if name in one.release.columns], by)

    return frame.with_columns(pl.when(may(name)).then(name).alias(name) for name in CONTRACTS[table].numbers)
