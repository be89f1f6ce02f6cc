"""The moments of change in the same persons: those with a score at two waves.

A pair of waves is a domain of the earlier one: region, stratum, unit and weight are those that the person had at the
earlier wave, wherever they answered later. Whoever has a score at both waves is followed; the others are lost
(`sujuva.moments.attrition`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.weights import check_squares

_DOMAIN = ("region", "stratum", "informant", "scale", "from_wave", "wave")
KEYS = {
    **dict.fromkeys(("region", "stratum", "informant", "scale"), pl.String()),
    **dict.fromkeys(("from_wave", "wave", "decimals", "weight_decimals"), pl.Int32()),
}
"""Columns with which every table about two waves begins."""
PAIRED = pl.Schema(
    {
        **KEYS,
        **dict.fromkeys(("n", "d", "dd", "y1", "y1y1", "y2", "y2y2", "y1y2"), pl.Int64()),
        **dict.fromkeys(("w", "wd", "wdd", "wy1", "wy1y1", "wy2", "wy2y2"), pl.Int128()),
        **dict.fromkeys(("clusters", "design_clusters"), pl.Int64()),
        **dict.fromkeys(("cww", "cwd", "cdd", "cy1y1", "cy1y2", "cy2y2"), pl.Int128()),
    }
)
"""Columns of the moments of the followed, and their types."""
PAIRED_KEY = _DOMAIN
"""Columns that tell the rows of the moments of the followed, and of attrition, apart."""
DIFFERENCES = pl.Schema(
    {
        **KEYS,
        "distance": pl.Int64(),
        **dict.fromkeys(("n", "n_higher", "n_lower"), pl.Int64()),
        **dict.fromkeys(("w", "w_higher", "w_lower"), pl.Int128()),
        **dict.fromkeys(("cw_higher", "cw_lower", "c_higher", "c_lower", "c_across"), pl.Int128()),
    }
)
"""Columns of the differences and their types."""
DIFFERENCES_KEY = (*_DOMAIN, "distance")
"""Columns that tell the rows of the differences apart."""
_PLACE = ("region", "stratum", "unit", "weight")
CLUSTER = ("from_wave", "wave", "region", "stratum", "unit", "informant")
"""Columns that tell the clusters of a pair of waves apart."""
LATER = "|later"
"""What stands behind the name of a score at the later wave."""


def paired_moments(
    scored: pl.LazyFrame, design: pl.LazyFrame, columns: Mapping[str, int], *, weight_decimals: int
) -> pl.DataFrame:
    """Reduce everybody who has a score at two waves to moments of the difference, for every pair of waves.

    Clusters and weights are those of the earlier wave: the followed are a domain of its sample. The network's second
    moments come from its own cluster totals. All sums are whole numbers, made in streaming queries.

    Args:
        scored: respondent, wave, informant, and the columns of `columns` (Int64, null: no score).
        design: respondent, wave, region, stratum, unit, weight (whole number) of everybody in the study.
        columns: Score column to the decimals of its fixed-point numbers.
        weight_decimals: Decimals in `weight`, written into the table.

    Returns:
        Columns `PAIRED`, sorted by `PAIRED_KEY`, in fixed-point units: n pairs; y1 and y2 the earlier and the later
        score, d = y2 − y1; sums with a w are weighted. With T_w and T_wd the totals of a cluster: cww = Σ T_w²,
        cwd = Σ T_w·T_wd, cdd = Σ T_wd²; of the totals of wy1 and wy2 come cy1y1, cy1y2 and cy2y2. design_clusters
        counts all clusters of the stratum at the earlier wave. Domains without a pair have no row.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    persons = two_waves(scored, design, columns, how="inner")
    sums = [one for name in columns for one in _paired_sums(name)]
    totals = persons.group_by(CLUSTER).agg(sums).collect(engine="streaming")
    clusters = with_whole(totals)
    made = [_reduced_pairs(clusters, name).with_columns(decimals=pl.lit(columns[name])) for name in columns]
    return finished(made, design, PAIRED, PAIRED_KEY, weight_decimals)


def paired_differences(
    scored: pl.LazyFrame, design: pl.LazyFrame, columns: Mapping[str, int], *, weight_decimals: int
) -> pl.DataFrame:
    """Count the differences between two waves by their distance from 0, with what the variance of their tails needs.

    For a threshold t let U be the weight of a cluster's persons with d > t, L that of those with d < −t, T that of
    all. The last columns are increments over the distance, so that their sums over distance > t are exact second
    moments: Σ T·U (cw_higher), Σ T·L (cw_lower), Σ U² (c_higher), Σ L² (c_lower) and Σ U·L (c_across). So the share
    of persons beyond any threshold has its design-based standard error, although the threshold is known only later.

    Args:
        scored: As in `paired_moments`.
        design: As in `paired_moments`.
        columns: As in `paired_moments`.
        weight_decimals: Decimals in `weight`, written into the table.

    Returns:
        Columns `DIFFERENCES`, sorted by `DIFFERENCES_KEY`; distance = |d| in fixed-point units; n counts all of that
        distance, n_higher those with d > 0, n_lower those with d < 0 (w likewise, weighted).

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    persons = two_waves(scored, design, columns, how="inner")
    made = [_reduced_differences(persons, name).with_columns(decimals=pl.lit(columns[name])) for name in columns]
    return finished(made, None, DIFFERENCES, DIFFERENCES_KEY, weight_decimals)


def two_waves(scored: pl.LazyFrame, design: pl.LazyFrame, columns: Mapping[str, int], *, how: str) -> pl.LazyFrame:
    """Put each person's scores at two waves side by side: a row a person, informant and pair of waves.

    Later scores have "|later" behind their names; with `how` left they may all be null.
    """
    place = design.select("respondent", "wave", *_PLACE)
    rows = scored.select("respondent", "wave", "informant", *columns).join(place, on=["respondent", "wave"])
    waves = sorted(design.select(pl.col("wave").unique()).collect(engine="streaming")["wave"])
    pairs = [(one, other) for one in waves for other in waves if one < other]
    types = design.collect_schema()
    wave = pl.LazyFrame(pairs, schema={"from_wave": types["wave"], "wave": types["wave"]}, orient="row")
    later = rows.drop(_PLACE).rename({name: name + LATER for name in columns})
    earlier = rows.rename({"wave": "from_wave"}).join(wave, on="from_wave")
    keys = ["respondent", "informant", "wave"]
    return earlier.join(later, on=keys, how="inner" if how == "inner" else "left").drop("respondent")


def with_whole(totals: pl.DataFrame) -> pl.DataFrame:
    """Append the network's own cluster totals to those of the regions."""
    keys = [name for name in CLUSTER if name != "region"]
    whole = totals.drop("region").group_by(keys).agg(pl.all().sum()).with_columns(region=pl.lit(NETWORK))
    return pl.concat([totals, whole.select(totals.columns)])


def _paired_sums(name: str) -> list[pl.Expr]:
    """Return the sums over the persons of a cluster who have both scores."""
    earlier, later = pl.col(name), pl.col(name + LATER)
    both = earlier.is_not_null() & later.is_not_null()
    y1, y2, d = pl.when(both).then(earlier), pl.when(both).then(later), later - earlier
    w = pl.when(both).then(pl.col("weight")).cast(pl.Int128)  # a weight times a squared score may leave 64 bits
    wide = {key: one.cast(pl.Int128) for key, one in (("d", d), ("y1", y1), ("y2", y2))}
    made = {
        "n": d.count().cast(pl.Int64),
        "d": d.sum(),
        "dd": (d * d).sum(),
        "y1": y1.sum(),
        "y1y1": (y1 * y1).sum(),
        "y2": y2.sum(),
        "y2y2": (y2 * y2).sum(),
        "y1y2": (y1 * y2).sum(),
        "w": w.sum(),
        **{f"w{key}": (w * one).sum() for key, one in wide.items()},
        **{f"w{key}{key}": (w * one * one).sum() for key, one in wide.items()},
    }
    return [expression.alias(f"{name}|{key}") for key, expression in made.items()]


def _reduced_pairs(clusters: pl.DataFrame, name: str) -> pl.DataFrame:
    """Reduce the cluster totals of one score to one row a stratum."""
    one = totals_of(clusters, name).filter(pl.col("n") > 0)
    check_totals(one, ["w", "wd", "wy1", "wy2"])
    sums = [key for key in PAIRED if key in one.columns and key not in CLUSTER]
    w, wd, wy1, wy2 = (pl.col(key) for key in ("w", "wd", "wy1", "wy2"))
    return (
        one.group_by(strata_of(one))
        .agg(
            *(pl.col(key).sum() for key in sums),
            pl.len().alias("clusters"),
            (w * w).sum().alias("cww"),
            (w * wd).sum().alias("cwd"),
            (wd * wd).sum().alias("cdd"),
            (wy1 * wy1).sum().alias("cy1y1"),
            (wy1 * wy2).sum().alias("cy1y2"),
            (wy2 * wy2).sum().alias("cy2y2"),
        )
        .with_columns(scale=pl.lit(name))
    )


def _reduced_differences(persons: pl.LazyFrame, name: str) -> pl.DataFrame:
    """Reduce one score to its differences by distance, with the increments of the tails' second moments."""
    d = pl.col(name + LATER) - pl.col(name)
    weight = pl.col("weight").cast(pl.Int128)
    found = (
        persons.select(*CLUSTER, d=d, weight=weight)
        .filter(pl.col("d").is_not_null())
        .group_by(*CLUSTER, distance=pl.col("d").abs())
        .agg(
            n=pl.len().cast(pl.Int64),
            n_higher=(pl.col("d") > 0).sum().cast(pl.Int64),
            n_lower=(pl.col("d") < 0).sum().cast(pl.Int64),
            w=pl.col("weight").sum(),
            w_higher=pl.col("weight").filter(pl.col("d") > 0).sum(),
            w_lower=pl.col("weight").filter(pl.col("d") < 0).sum(),
        )
        .collect(engine="streaming")
    )
    keys = [key for key in CLUSTER if key != "region"]
    sums = [key for key in found.columns if key not in {*CLUSTER, "distance"}]
    whole = found.group_by(*keys, "distance").agg(pl.col(sums).sum()).with_columns(region=pl.lit(NETWORK))
    together = pl.concat([found, whole.select(found.columns)])
    number = together.select(CLUSTER).unique().with_row_index("cluster")  # windows over texts take long
    cells = together.join(number, on=CLUSTER).sort("cluster", "distance", descending=True)
    up, down, every = pl.col("w_higher"), pl.col("w_lower"), pl.col("w").sum().over("cluster")
    # Of the distances beyond this one, in the same cluster: rows come from the largest distance downwards.
    above = (up.cum_sum() - up).over("cluster")
    below = (down.cum_sum() - down).over("cluster")
    steps = cells.with_columns(
        cw_higher=every * up,
        cw_lower=every * down,
        c_higher=up * (2 * above + up),
        c_lower=down * (2 * below + down),
        c_across=above * down + up * below + up * down,
    )
    largest = steps.select(every.max()).item() if steps.height else 0
    check_squares(int(largest or 0), steps.height)
    increments = ["cw_higher", "cw_lower", "c_higher", "c_lower", "c_across"]
    return (
        steps.group_by(*strata_of(steps), "distance")
        .agg(pl.col([*sums, *increments]).sum())
        .with_columns(scale=pl.lit(name))
    )


def totals_of(clusters: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the totals of one score without its name before theirs."""
    mine = [column for column in clusters.columns if column.startswith(f"{name}|")]
    return clusters.select(*CLUSTER, *(pl.col(column).alias(column[len(name) + 1 :]) for column in mine))


def strata_of(clusters: pl.DataFrame) -> list[str]:
    """Return the columns that tell the strata of a table of cluster totals apart."""
    return [name for name in CLUSTER if name != "unit" and name in clusters.columns]


def check_totals(clusters: pl.DataFrame, totals: Sequence[str]) -> None:
    """Refuse totals whose squares do not fit."""
    largest = clusters.select(pl.max_horizontal(*(pl.col(name).abs().max() for name in totals))).item()
    check_squares(int(largest or 0), clusters.height)


def finished(
    parts: Sequence[pl.DataFrame],
    design: pl.LazyFrame | None,
    schema: pl.Schema,
    key: Sequence[str],
    weight_decimals: int,
) -> pl.DataFrame:
    """Put the scales together, add the clusters of the design at the earlier wave, and sort."""
    if not parts:
        return pl.DataFrame(schema=schema)
    whole = pl.concat(parts).with_columns(weight_decimals=pl.lit(weight_decimals))
    if design is not None:
        units = pl.col("unit").n_unique().cast(pl.Int64).alias("design_clusters")
        planned = design.group_by(pl.col("wave").alias("from_wave"), "stratum").agg(units).collect(engine="streaming")
        whole = whole.join(planned, on=["from_wave", "stratum"], how="left")
    return whole.select(pl.col(name).cast(kind) for name, kind in schema.items()).sort(key)
