"""What every table has in common on its way out: rules and their marks, rounding, and which numbers may leave."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import polars as pl

from sujuva.codebooks import UNITS_OF_PEOPLE, IndicatorInfo
from sujuva.publish.ends import times_of_ends
from sujuva.publish.privacy import Privacy
from sujuva.published import (
    CONTRACTS,
    HIDDEN_FOR_OTHERS,
    LOWER_BOUND,
    N_ONLY,
    PRIMARY,
    SECONDARY,
    SHOWN,
    q_class,
    step_beside,
)

EDGE_STEP = 0.05
"""Steps of the ends of an interval of nobody or everybody."""
_STEPPED = ("share", "mean", "index")
"""Kinds of indicators that are told in steps which fit the rounded n."""
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
    """Return the value of `suppressed` that belongs to the rule in column `rule`.

    What would tell a small count beside it (`HIDDEN_FOR_OTHERS`) need not be small itself and must not be taken for it.
    """
    shown, others = pl.col(rule).is_in(["", N_ONLY]), pl.col(rule).is_in(HIDDEN_FOR_OTHERS)
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
    scales: Mapping[str, Any] | None = None,
    *,
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Round shown estimates to the indicator's decimals and counts of persons and families to the base.

    What is in units of its scale has the decimals of the scale instead, where `scales` (of the metadata) has it. A
    rounded count is never 0, so that a shown group does not look empty. Of persons and families, shares, means and
    indices are told in steps that fit the rounded n (`sujuva.published.precision`), and the ends of their intervals in
    the same steps, outwards, or in wider ones (`sujuva.publish.ends`; `confidence` is their level). Where nobody or
    everybody is counted (se 0), the interval is made of n alone: its ends are told in steps of `EDGE_STEP`, outwards.
    """
    scales = scales or {}
    rows = frame.join(
        facts(indicators, "counts", "kind", "decimals", "percent", "decimals_of"), on="indicator", how="left",
        maintain_order="left",
    )  # fmt: skip

    def of_scale(told: Callable[[Any], float]) -> pl.Expr:
        known = {key: told(one) for key, one in scales.items()}
        return pl.col("scale").replace_strict(known, default=None, return_dtype=pl.Float64)

    own = pl.col("decimals") + 2 * pl.col("percent").cast(pl.Int64)
    digits = of_scale(lambda one: one["shown"]["decimals"] + 2 * one["shown"]["percent"]).cast(pl.Int64)
    people = pl.col("counts").is_in(UNITS_OF_PEOPLE)
    grid = first_of(
        (~people | ~pl.col("kind").is_in(_STEPPED), None),
        (pl.col("decimals_of") == "scale", of_scale(lambda one: one["grid"])),
        (is_one(["score_pomp"]), of_scale(lambda one: 100 * one["grid"] / (one["range"][1] - one["range"][0]))),
        otherwise=1.0,
    )
    rows = rows.with_columns(
        _d=pl.when(pl.col("decimals_of") == "scale").then(pl.coalesce(digits, own)).otherwise(own),
        seen=pl.when(people).then(rounded_count(pl.col("n"), privacy.rounding)).otherwise("n"),
        share=people & (pl.col("kind") == "share"),
    )
    rows = rows.with_columns(step=steps(rows, pl.col("seen"), grid.cast(pl.Float64), pl.col("share"), privacy))
    edge = (pl.col("se") == 0).fill_null(value=False) & pl.col("share")
    times = times_of_ends(rows, privacy, confidence)
    rows = rows.with_columns(
        _ends=pl.when(edge).then(pl.max_horizontal("step", pl.lit(EDGE_STEP))).otherwise(pl.col("step") * times),
        **{name: pl.when(pl.lit(times).is_not_null()).then(name) for name in ("ci_low", "ci_high")},
        note=pl.when(people).then(warned_by_n(pl.col("df") + 1, pl.col("n"), pl.col("seen"))).otherwise("note"),
    )
    near = rounded_count(pl.col("estimate"), privacy.rounding).cast(pl.Float64)
    below = (pl.col("estimate") // privacy.rounding) * privacy.rounding  # a lower bound stays one
    base = pl.when(pl.col("note") == LOWER_BOUND).then(below).otherwise(near)
    rows = rows.with_columns(
        *in_steps(rows, pl.col("_d"), pl.col("step"), ends=pl.col("_ends")), pl.col("df").round(1), n="seen"
    )
    rows = rows.with_columns(estimate=pl.when(people & (pl.col("kind") == "count")).then(base).otherwise("estimate"))
    return rows.select(frame.columns)


def warned_by_n(clusters: pl.Expr, n: pl.Expr, seen: pl.Expr) -> pl.Expr:
    """Return `note`, whose warnings of few clusters are by the rounded n where clusters are persons.

    They begin at fixed numbers of clusters. Where those are persons themselves, or nearly, a warning beside a rounded n
    would tell on which side of that number the n lies.

    `clusters`: how many there are, or degrees of freedom + 1; `n`: persons; `seen`: n rounded.
    """
    from sujuva.estimation import interval  # noqa: PLC0415 - scipy is only needed here

    told = first_of(
        (seen <= interval.ENOUGH_DEGREES, interval.FEW_DEGREES),
        (seen < interval.ENOUGH_CLUSTERS, interval.UNDER_30_CLUSTERS),
        otherwise="",
    )
    persons = (2 * clusters > n).fill_null(value=False) & pl.col("note").is_in(list(interval.NOT_MISSING))
    return pl.when(persons).then(told).otherwise("note").alias("note")


def steps(rows: pl.DataFrame, n: pl.Expr, unit: pl.Expr, share: pl.Expr, privacy: Privacy) -> pl.Series:
    """Return the steps that fit the rounded `n` of each row, see `sujuva.published.step_beside`.

    `unit`: what the scores are multiples of; `share`: whether the row is a share, of which no side is small where it is
    shown.
    """
    asked = rows.select(n=n, unit=unit, share=share)
    known = {
        one: step_beside(one[0], one[1] or 0.0, privacy.rounding, privacy.threshold * (2 if one[2] else 1))
        for one in asked.unique().iter_rows()
    }
    return pl.Series([known[one] for one in asked.iter_rows()], dtype=pl.Float64)


def in_steps(
    frame: pl.DataFrame, digits: pl.Expr, step: pl.Expr, prefix: str = "", *, ends: pl.Expr | None = None
) -> list[pl.Expr]:
    """Return estimate, ci_low and ci_high to their decimals, or in steps where those are coarser: ends outwards.

    `prefix`: the columns are `prefix`, `prefix`_low and `prefix`_high instead; `ends`: wider steps of both ends.
    """
    mid, low, high = (prefix, f"{prefix}_low", f"{prefix}_high") if prefix else ("estimate", "ci_low", "ci_high")
    wide = step if ends is None else ends

    def times(name: str, width: pl.Expr) -> pl.Expr:  # not even the last digit stands between an end and its step
        return (pl.col(name) / width).round(9)

    told = {
        mid: (step, times(mid, step).round()),
        low: (wide, times(low, wide).floor()),
        high: (wide, times(high, wide).ceil()),
    }
    return [
        pl.when((width > 10.0 ** -digits.cast(pl.Float64)).fill_null(value=False))
        .then((count * width).round(6))
        .otherwise(near)
        .alias(name)
        for (name, (width, count)), near in zip(told.items(), rounded(told, digits, frame), strict=True)
    ]


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
    telling = [name for name in ("n", "other_n", "se", "df", "clusters") if name in columns]
    return cleared.with_columns(pl.when(pl.col("rule") != N_ONLY).then(name).alias(name) for name in telling)


def allowed(
    frame: pl.DataFrame, indicators: Mapping[str, IndicatorInfo], table: str, by: str = "indicator"
) -> pl.DataFrame:
    """Null every number that the record of the row's indicator does not let leave; q of persons is told in classes.

    `by`: the column that names the indicator.
    """

    def may(name: str) -> pl.Expr:
        return is_one([key for key, one in indicators.items() if name in one.release.columns], by)

    told = frame.with_columns(pl.when(may(name)).then(name).alias(name) for name in CONTRACTS[table].numbers)
    if "q" not in frame.columns:
        return told
    classed = is_one([key for key, one in indicators.items() if one.release.coarsened.get("q") == "class"], by)
    return told.with_columns(q=pl.when(classed).then(q_class(pl.col("q"))).otherwise("q"))
