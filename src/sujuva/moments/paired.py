"""The moments of the same persons at two waves: change of the followed, and who was lost.

A pair of waves is a domain of the earlier one: region, stratum, unit and weight are those that the person had at the
earlier wave, wherever they answered later. Whoever has a score at both waves is followed; lost is whoever has no score
at the later wave, for whatever reason: absent, moved, outside the ages of the instrument.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.moments.parts import Family, Part, check_sums, laid_out, product, with_network
from sujuva.moments.scores import SUMS, design_units, score_sums, stacked, sums_by_scale

_DOMAIN = ("region", "stratum", "informant", "scale", "from_wave", "wave")
_KEYS = {
    **dict.fromkeys(("region", "stratum", "informant", "scale"), pl.String()),
    **dict.fromkeys(("from_wave", "wave", "decimals", "weight_decimals"), pl.Int32()),
}
_ENDS = ("followed", "lost")
PAIRED = pl.Schema(
    {
        **_KEYS,
        **dict.fromkeys(("n", "d"), pl.Int64()),
        "dd": pl.Int128(),
        "y1": pl.Int64(),
        "y1y1": pl.Int128(),
        "y2": pl.Int64(),
        **dict.fromkeys(("y2y2", "y1y2", "w", "wd", "wdd", "wy1", "wy1y1", "wy2", "wy2y2"), pl.Int128()),
        **dict.fromkeys(("clusters", "design_clusters"), pl.Int64()),
        **dict.fromkeys(("cww", "cwd", "cdd", "cy1y1", "cy1y2", "cy2y2"), pl.Int128()),
    }
)
"""Columns of the moments of the followed, and their types."""
PAIRED_KEY = _DOMAIN
"""Columns that tell the rows of the moments of the followed, and of attrition, apart."""
DIFFERENCES = pl.Schema(
    {
        **_KEYS,
        **dict.fromkeys(("distance", "n", "n_higher", "n_lower"), pl.Int64()),
        **dict.fromkeys(("w", "w_higher", "w_lower"), pl.Int128()),
        **dict.fromkeys(("cw_higher", "cw_lower", "c_higher", "c_lower", "c_across"), pl.Int128()),
    }
)
"""Columns of the differences and their types."""
DIFFERENCES_KEY = (*_DOMAIN, "distance")
"""Columns that tell the rows of the differences apart."""
ATTRITION = pl.Schema(
    {
        **_KEYS,
        **{f"{name}_{end}": pl.Int128() if name == "yy" else pl.Int64() for end in _ENDS for name in ("n", "y", "yy")},
        **{f"{name}_{end}": pl.Int128() for end in _ENDS for name in ("w", "wy", "wyy")},
        **dict.fromkeys(("clusters", "clusters_followed", "clusters_lost", "design_clusters"), pl.Int64()),
        **{f"{name}_{end}": pl.Int128() for end in _ENDS for name in ("cww", "cwy", "cyy")},
        **{f"{name}_across": pl.Int128() for name in ("cww", "cwy", "cyw", "cyy")},
    }
)
"""Columns of the moments of attrition and their types."""
_PLACE = ("region", "stratum", "unit", "weight")
_CLUSTER = ("wave", "from_wave", "region", "stratum", "unit", "informant")
_LATER = "|later"
_FOLLOWED = ("n", "d", "dd", "y1", "y1y1", "y2", "y2y2", "y1y2", "w", "wd", "wdd", "wy1", "wy1y1", "wy2", "wy2y2")
_LOST = tuple(f"{name}_{end}" for end in _ENDS for name in SUMS)
_DISTANCES = ("n", "n_higher", "n_lower", "w", "w_higher", "w_lower")
_TABLE = {**_KEYS, "unit": pl.String()}


def panel_part(scored: pl.LazyFrame, design: pl.LazyFrame, columns: Mapping[str, int], *, weight_decimals: int) -> Part:
    """Add up the scores of the same persons by cluster of the earlier wave, in streaming queries.

    Clusters and weights are those of the earlier wave: the followed are a domain of its sample.

    Args:
        scored: respondent, wave, informant, and the columns of `columns` (Int64, null: no score).
        design: respondent, wave, region, stratum, unit, weight (whole number) of everybody in the study.
        columns: Score column to the decimals of its fixed-point numbers.
        weight_decimals: Decimals in `weight`, written into the tables.

    Returns:
        By cluster and scale: paired, the sums n … wy2y2 of `PAIRED`; differences, by distance = |d| in fixed-point
        units, the sums n (all of that distance), n_higher (those with d > 0), n_lower (those with d < 0), and w
        likewise, weighted; present, the sums of those with a score at a wave; followed, of those among them with a
        score at a later one. design: as in `cluster_part`.

    Raises:
        ContractError: Weights times scores are too large for exact sums.
    """
    place = design.select("respondent", "wave", *_PLACE)
    rows = scored.select("respondent", "wave", "informant", *columns).join(place, on=["respondent", "wave"])
    earlier = rows.rename({"wave": "from_wave"})
    later = rows.drop(_PLACE).rename({name: name + _LATER for name in columns})
    pairs = earlier.join(later, on=["respondent", "informant"]).filter(pl.col("from_wave") < pl.col("wave"))
    weight = pl.col("weight")
    paired = {name: _paired_sums(pl.col(name), pl.col(name + _LATER)) for name in columns}
    present = {name: score_sums(pl.col(name), weight) for name in columns}
    followed = {
        name: score_sums(pl.when(pl.col(name + _LATER).is_not_null()).then(pl.col(name)), weight) for name in columns
    }
    distances = (_distances(pairs, name, decimals) for name, decimals in columns.items())
    one_wave = {name: kind for name, kind in _TABLE.items() if name != "wave"}
    tables = {
        "paired": (sums_by_scale(pairs, _CLUSTER, paired, columns), _TABLE, _FOLLOWED),
        "differences": (distances, {**_TABLE, "distance": pl.Int64()}, _DISTANCES),
        "present": (sums_by_scale(earlier, _CLUSTER[1:], present, columns), one_wave, SUMS),
        "followed": (sums_by_scale(pairs, _CLUSTER, followed, columns), _TABLE, SUMS),
    }
    made = {name: stacked(*table, weight_decimals) for name, table in tables.items()}
    return {**made, "design": design_units(design)}


def _distances(pairs: pl.LazyFrame, name: str, decimals: int) -> pl.DataFrame:
    """Count the differences of one scale by cluster and distance from 0."""
    rows = pairs.select(*_CLUSTER, d=pl.col(name + _LATER) - pl.col(name), weight=pl.col("weight").cast(pl.Int128))
    up, down, weight = pl.col("d") > 0, pl.col("d") < 0, pl.col("weight")
    counts = (pl.len(), up.sum(), down.sum(), weight.sum(), weight.filter(up).sum(), weight.filter(down).sum())
    known = rows.filter(pl.col("d").is_not_null()).group_by(*_CLUSTER, distance=pl.col("d").abs())
    found = known.agg(one.cast(pl.Int128).alias(key) for key, one in zip(_DISTANCES, counts, strict=True))
    return found.collect(engine="streaming").with_columns(scale=pl.lit(name), decimals=pl.lit(decimals))


def finish_paired(merged: Part) -> pl.DataFrame:
    """Reduce clusters to the moments of the difference.

    Returns:
        Columns `PAIRED`, sorted by `PAIRED_KEY`, in fixed-point units: n pairs; y1 and y2 the earlier and the later
        score, d = y2 − y1; sums with a w are weighted. With T_w and T_wd the totals of a cluster: cww = Σ T_w²,
        cwd = Σ T_w·T_wd, cdd = Σ T_wd²; of the totals of wy1 and wy2 come cy1y1, cy1y2 and cy2y2. design_clusters
        counts all clusters of the stratum at the earlier wave. Domains without a pair have no row.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    clusters = with_network(merged["paired"]).filter(pl.col("n") > 0)
    of_change = ("w", "w", "cww"), ("w", "wd", "cwd"), ("wd", "wd", "cdd")
    squares = (*of_change, ("wy1", "wy1", "cy1y1"), ("wy1", "wy2", "cy1y2"), ("wy2", "wy2", "cy2y2"))
    check_sums(clusters, (product(one, other) for one, other, _ in squares))
    reduced = clusters.group_by(*_KEYS).agg(
        *(pl.col(key).sum() for key in _FOLLOWED),
        pl.len().alias("clusters"),
        *((pl.col(one) * pl.col(other)).sum().alias(name) for one, other, name in squares),
    )
    return laid_out(_with_design(reduced, merged["design"]), PAIRED, PAIRED_KEY)


def finish_differences(merged: Part) -> pl.DataFrame:
    """Count the differences by distance, with what the variance of their tails needs.

    For a threshold t let U be the weight of a cluster's persons with d > t, L that of those with d < −t, T that of
    all. The last columns are increments over the distance, so that their sums over distance > t are exact second
    moments: Σ T·U (cw_higher), Σ T·L (cw_lower), Σ U² (c_higher), Σ L² (c_lower) and Σ U·L (c_across). So the share
    of persons beyond any threshold has its design-based standard error, although the threshold is known only later.

    Returns:
        Columns `DIFFERENCES`, sorted by `DIFFERENCES_KEY`.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    table = with_network(merged["differences"])
    number = table.select(*_TABLE).unique().with_row_index("cluster")  # windows over texts take long
    cells = table.join(number, on=list(_TABLE)).sort("cluster", "distance", descending=True)
    up, down, every = pl.col("w_higher"), pl.col("w_lower"), pl.col("w").sum().over("cluster")
    # Of the distances beyond this one, in the same cluster: rows come from the largest distance downwards.
    above = (up.cum_sum() - up).over("cluster")
    below = (down.cum_sum() - down).over("cluster")
    steps = cells.with_columns(
        every=every,
        cw_higher=every * up,
        cw_lower=every * down,
        c_higher=up * (2 * above + up),
        c_lower=down * (2 * below + down),
        c_across=above * down + up * below + up * down,
    )
    check_sums(steps, [product("every", "every")])
    increments = [name for name in DIFFERENCES if name.startswith("c")]
    reduced = steps.group_by(*_KEYS, "distance").agg(pl.col([*_DISTANCES, *increments]).sum())
    return laid_out(reduced, DIFFERENCES, DIFFERENCES_KEY)


def finish_attrition(merged: Part) -> pl.DataFrame:
    """Reduce clusters to the moments of the earlier score, followed and lost apart.

    Returns:
        Columns `ATTRITION`, sorted by `PAIRED_KEY`; y is the score at the earlier wave. Columns with `_followed` and
        `_lost` are those of the moments of scores for each; with `_across` the second moments of their cluster totals
        with each other, the followed first (cwy_across = Σ T_w,followed · T_wy,lost). Pairs of waves at which the
        region has nobody with the scale at the later wave are left out, of the network, too: it was not asked there.

    Raises:
        ContractError: Totals are too large for exact sums of squares.
    """
    present, asked = merged["present"].filter(pl.col("n") > 0), ["region", "informant", "scale"]
    later = present.select(*asked, wave="from_wave").unique()
    single = (
        present.join(later, on=asked)
        .filter(pl.col("from_wave") < pl.col("wave"))
        .join(merged["followed"], on=list(_TABLE), how="left", suffix="_followed")
        .with_columns(pl.col(f"{name}_followed").fill_null(0) for name in SUMS)
    )
    clusters = with_network(single).with_columns(
        (pl.col(name) - pl.col(f"{name}_followed")).alias(f"{name}_lost") for name in SUMS
    )
    check_sums(clusters, (product(f"{name}_{end}", f"{name}_{end}") for end in _ENDS for name in ("w", "wy")))
    totals = {f"{key}_{end}": pl.col(f"w{'' if key == 'w' else 'y'}_{end}") for key in "wy" for end in _ENDS}
    products = {
        f"c{a}{b}_{end}": totals[f"{a}_{end}"] * totals[f"{b}_{end}"] for end in _ENDS for a, b in ("ww", "wy", "yy")
    } | {f"c{a}{b}_across": totals[f"{a}_followed"] * totals[f"{b}_lost"] for a, b in ("ww", "wy", "yw", "yy")}
    reduced = clusters.group_by(*_KEYS).agg(
        *(pl.col(key).sum() for key in _LOST),
        pl.len().alias("clusters"),
        *((pl.col(f"n_{end}") > 0).sum().alias(f"clusters_{end}") for end in _ENDS),
        *(one.sum().alias(key) for key, one in products.items()),
    )
    return laid_out(_with_design(reduced, merged["design"]), ATTRITION, PAIRED_KEY)


def _paired_sums(earlier: pl.Expr, later: pl.Expr) -> dict[str, pl.Expr]:
    """Return the sums over those of a cluster who have both scores."""
    both = earlier.is_not_null() & later.is_not_null()
    y1, y2 = (pl.when(both).then(one.cast(pl.Int128)) for one in (earlier, later))
    w, d = pl.when(both).then(pl.col("weight").cast(pl.Int128)), y2 - y1
    size = pl.col("weight").cast(pl.Float64) * (earlier.cast(pl.Float64).abs() + later.cast(pl.Float64).abs()) ** 2
    return {
        "n": both.sum(),
        "d": d.sum(),
        "dd": (d * d).sum(),
        "y1": y1.sum(),
        "y1y1": (y1 * y1).sum(),
        "y2": y2.sum(),
        "y2y2": (y2 * y2).sum(),
        "y1y2": (y1 * y2).sum(),
        "w": w.sum(),
        **{f"w{key}": (w * one).sum() for key, one in (("d", d), ("y1", y1), ("y2", y2))},
        **{f"w{key}{key}": (w * one * one).sum() for key, one in (("d", d), ("y1", y1), ("y2", y2))},
        "size": size.sum(),
    }


def _with_design(reduced: pl.DataFrame, design: pl.DataFrame) -> pl.DataFrame:
    """Add the clusters of the stratum at the earlier wave."""
    units = pl.col("unit").n_unique().alias("design_clusters")
    planned = design.group_by(pl.col("wave").alias("from_wave"), "stratum").agg(units)
    return reduced.join(planned, on=["from_wave", "stratum"], how="left")


paired_moments = Family(panel_part, finish_paired, schema=PAIRED, key=PAIRED_KEY, source="paired")
paired_differences = Family(
    panel_part, finish_differences, schema=DIFFERENCES, key=DIFFERENCES_KEY, source="differences"
)
attrition_moments = Family(panel_part, finish_attrition, schema=ATTRITION, key=PAIRED_KEY, source="present")
