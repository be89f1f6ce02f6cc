"""Lapset puheeksi (LP) discussions: strengths, vulnerabilities, plans, change and fidelity, from moments alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Unpack

import polars as pl
from scipy.special import stdtr

from sujuva.codebooks import Region
from sujuva.codebooks.regions import NETWORK
from sujuva.errors import ParameterError, nearest
from sujuva.estimation import Precision, estimate_scores, t_interval
from sujuva.estimation.design import StratumMoments, variance_of_mean
from sujuva.estimation.discovery import with_false_discovery
from sujuva.estimation.interval import NO_VARIATION, ONE_PERSON, check_confidence, warning
from sujuva.estimation.mcnemar import DURKALSKI, EXACT, OBUCHOWSKI, durkalski, exact_mcnemar, obuchowski
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY, HEADS, KEY, NO_COMPARISON, TIDY, tidy, tidy_rows

LP_TRANSITION = "lp_transition"
"""The comparison of the follow-up with the first discussion."""
LP_SCALE = "lp_vulnerability_share"
"""The scale of that comparison: the share of topics that are a vulnerability, of those that are one or a strength."""
NO_ELIGIBLE = "no_eligible"
"""Note: how many children the work is meant for is not known for the whole of the area."""
MORE_THAN_ELIGIBLE = "more_than_eligible"
"""Note: more children have had a discussion than the work is meant for; children of other areas, or other ages?"""
MATCHED_ODDS = "matched_odds_ratio"
_MEANS = ("lp_vulnerabilities",)
_PLACE = ("region", "wave")


def lp_indicators(
    tables: Mapping[str, pl.DataFrame],
    *,
    eligible: pl.DataFrame | None = None,
    **settings: Unpack[Precision],
) -> pl.DataFrame:
    """Estimate the indicators of LP discussions.

    Means and shares are ratios of sums over topics or discussions: what is alike within a child (or a unit, see
    `sujuva.moments.lp_moments`) makes their errors by Taylor linearisation, with regions as strata. Shares have their
    interval on the logit scale; where all topics are alike it is one of children (see `estimate_scores`).

    Args:
        tables: Moments by name: lp, lp_children, lp_talks, lp_changes.
        eligible: region, wave, eligible: children that the work is meant for, see `eligible_children`; None: no
            coverage.
        settings: See `sujuva.estimation.Precision`; the strata are regions.

    Returns:
        Columns `TIDY`, sorted by `KEY`; n is the number of children, heads and other_heads those with something that a
        share counts, and with something that it does not. category is an environment, or "" for all; of
        lp_transition_share a transition, or <transition>:<environment>.
        - lp_strength_share V/(V + H) and lp_balance (V − H)/(V + H), of topics that are a strength (V) or a
          vulnerability (H); lp_vulnerabilities: how many in a discussion;
        - lp_plan_share: vulnerabilities about which something is planned; lp_done_share: plans that were done, at
          least in part, of those whose outcome is known;
        - lp_transition_share: of topics that were a strength or a vulnerability both on the child's first day and on
          the second; lp_mcnemar: p-values of that change, scale is the test (exact, durkalski, obuchowski);
        - lp_fidelity: mean of components carried out / applicable; lp_fidelity_80: discussions with the limit or more;
        - lp_need_share: discussions with a network meeting; lp_talks: their number;
        - lp_coverage: children with a discussion / eligible children. In a wave with discussions anywhere, a region
          with eligible children and no discussion has 0 (n is 0): it is a part of the network's denominator.
        Empty where nobody has a discussion.
    """
    scores = tables["lp"]
    measures = scores["scale"].str.split(".").list.first()
    shares = frozenset(scores["scale"].filter(~measures.is_in(_MEANS)))
    counts = frozenset(scores["scale"].filter(measures.is_in(_MEANS)))
    estimates = estimate_scores(scores, shares=shares, counts=counts, nested=True, **settings)
    children = tables["lp_children"].rename({"n": "children"})
    parts = pl.col("scale").str.splitn(".", 2)
    means = tidy(
        estimates.drop(HEADS).join(children, on=["region", "wave", "scale"], how="left", maintain_order="left"),
        indicator=parts.struct.field("field_0"),
        category=parts.struct.field("field_1").fill_null(""),
        scale="",
        estimate=pl.col("mean"),
        n=pl.col("children"),
    )
    counted = {"n": pl.col("children"), "heads": pl.col("children")}
    talks = tidy(tables["lp_talks"], indicator="lp_talks", estimate=pl.col("talks"), **counted)
    found = [means, _balance(means), talks, _tests(tables["lp_changes"])]
    if eligible is not None:
        found.append(_coverage(tables["lp_talks"], eligible))
    return pl.concat(found).sort(KEY)


def _balance(means: pl.DataFrame) -> pl.DataFrame:
    """Return (V − H)/(V + H) = 2·V/(V + H) − 1 with the same turn of its interval."""
    turned = {name: 2 * pl.col(name) - 1 for name in ("estimate", "ci_low", "ci_high")}
    shares = means.filter(indicator="lp_strength_share")
    return shares.with_columns(indicator=pl.lit("lp_balance"), se=2 * pl.col("se"), **turned).select(TIDY.names())


def eligible_children(area: pl.DataFrame, regions: Mapping[str, Region], indicator: str) -> pl.DataFrame:
    """Add up how many children the work is meant for over the municipalities of each region.

    Args:
        area: The table of area statistics: indicator, area, gender, year, absolute.
        regions: The study's regions by key.
        indicator: Id of the statistic whose absolute number is the children's.

    Returns:
        region (and the network), wave (the year), eligible (Int64; null where a municipality of the region, or for
        the network a region, is not known), sorted.

    Raises:
        ParameterError: There is no such statistic.
    """
    rows = area.filter(pl.col("indicator") == indicator, pl.col("gender") == "total")
    if rows.is_empty():
        msg = f"coping.eligible: no statistic of the areas has the id '{indicator}'."
        near = nearest(indicator, area["indicator"].unique().sort().to_list()) if area.height else "There are none."
        raise ParameterError(msg, f"{near} Without such a statistic, write coping.eligible: null in params.yaml.")
    years = rows.select(pl.col("year").cast(pl.Int32).alias("wave")).unique().sort("wave")["wave"].to_list()
    every = pl.DataFrame(
        [
            (key, code, wave)
            for key, region in sorted(regions.items())
            for wave in years
            for code in sorted(region.members_in(wave))
        ],
        schema={"region": pl.String, "area": pl.String, "wave": pl.Int32},
        orient="row",
    )
    year, number = pl.col("year").cast(pl.Int32).alias("wave"), pl.col("absolute").round().cast(pl.Int64)
    numbers = rows.select("area", year, number)
    every = every.join(numbers, on=["area", "wave"], how="left")
    whole = pl.when(pl.col("absolute").is_not_null().all()).then(pl.col("absolute").sum()).alias("eligible")
    by_region = every.group_by(_PLACE).agg(whole)
    all_known = pl.col("eligible").is_not_null().all() & (pl.len() == len(regions))
    network = by_region.group_by("wave").agg(pl.when(all_known).then(pl.col("eligible").sum()))
    network = network.with_columns(region=pl.lit(NETWORK)).select(by_region.columns)
    return pl.concat([by_region, network]).sort(_PLACE)


def _coverage(talks: pl.DataFrame, eligible: pl.DataFrame) -> pl.DataFrame:
    """Divide children with a discussion by those it is meant for: a complete count, so there is no interval."""
    without = eligible.filter(pl.col("eligible") > 0, pl.col("wave").is_in(talks["wave"].unique().to_list()))
    without = without.join(talks, on=_PLACE, how="anti").select(*_PLACE, children=pl.lit(0, pl.Int64))
    with_talks = talks.select(*_PLACE, "children")
    known = pl.concat([with_talks, without.cast(with_talks.schema)]).join(
        eligible, on=_PLACE, how="left", maintain_order="left"
    )
    note = (
        pl.when(pl.col("eligible").is_null() | (pl.col("eligible") == 0))
        .then(pl.lit(NO_ELIGIBLE))
        .when(pl.col("children") > pl.col("eligible"))
        .then(pl.lit(MORE_THAN_ELIGIBLE))
        .otherwise(pl.lit(""))
    )
    share = pl.when(pl.col("eligible") > 0).then(pl.col("children") / pl.col("eligible"))
    sides = {"heads": pl.col("children"), "other_heads": (pl.col("eligible") - pl.col("children")).clip(0)}
    return tidy(known, indicator="lp_coverage", estimate=share, n=pl.col("children"), note=note, **sides)


def _domains(changes: pl.DataFrame) -> list[dict[str, Any]]:
    """Add the changes up by region, wave and environment: whole numbers, in order."""
    topics, children, d = pl.col("topics"), pl.col("children"), pl.col("d")
    return (
        changes.sort(*_PLACE, "environment", "topics")
        .group_by(*_PLACE, category="environment", maintain_order=True)
        .agg(
            pl.col("children", "b", "c", "d", "dd", "bb", "bc", "cc").sum(),
            pairs=(topics * children).sum(),
            squares=(topics * topics * children).sum(),
            cross=(topics * d).sum(),
            sizes=pl.struct("topics", "d", "dd"),
        )
        .to_dicts()
    )


def _tests(changes: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for one in _domains(changes):
        several = one["children"] > 1
        sizes = {size["topics"]: (size["d"], size["dd"]) for size in one["sizes"]}
        where = {name: one[name] for name in ("region", "wave", "category")}
        for test, p in (
            (EXACT, exact_mcnemar(one["b"], one["c"])),
            (DURKALSKI, durkalski(sizes) if several else None),
            (OBUCHOWSKI, obuchowski(one["children"], one["d"], one["dd"]) if several else None),
        ):
            note = "" if p is not None else NO_VARIATION if several else ONE_PERSON
            rows.append(where | {"scale": test, "estimate": p, "n": one["children"], "note": note})
    return tidy_rows(row | {"indicator": "lp_mcnemar"} for row in rows)


def lp_comparisons(changes: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """Compare the second day with the first: the share of vulnerabilities among topics that are one or a strength.

    Args:
        changes: The moments `lp_changes`.
        confidence: Coverage of the intervals.

    Returns:
        Columns `COMPARISONS`, comparison "lp_transition", sorted by `COMPARISONS_KEY`; group is follow_up, other_group
        first, both in the wave of the follow-up; category is an environment, or "" for all. n and clusters are
        children.
        - estimate: the difference of the two shares (b − c)/N, b topics from strength to vulnerability, c the other
          way, of N compared; its error by Taylor linearisation with the child as cluster, its interval with t;
        - effect: the matched odds ratio b/c, with an interval on the log scale, linearised in the same way;
        - p: of the t test that belongs to the interval (`lp_mcnemar` has three of McNemar); q: Benjamini &
          Hochberg over the environments of a region and wave, all together (category "") being a family of its own.
    """
    check_confidence(confidence)
    rows = [_comparison(one, confidence) for one in _domains(changes)]
    frame = pl.DataFrame(rows, schema=COMPARISONS).with_columns(_whole=pl.col("category") == "")
    adjusted = with_false_discovery(frame.drop("q"), ["region", "wave", "_whole"])
    return adjusted.select(COMPARISONS.names()).sort(COMPARISONS_KEY)


def _comparison(one: Mapping[str, Any], confidence: float) -> dict[str, Any]:
    children = one["children"]
    difference = one["d"] / one["pairs"]
    row = NO_COMPARISON | {key: one[key] for key in ("region", "wave", "category")}
    row |= {"comparison": LP_TRANSITION, "scale": LP_SCALE, "estimate": difference}
    row |= {"group": "follow_up", "other_wave": one["wave"], "other_group": "first"}
    row |= dict.fromkeys(("clusters", "n", "other_n"), children)
    if children == 1:
        return row | {"note": ONE_PERSON}
    df = children - 1
    row["df"] = float(df)
    se = _error(children, one["pairs"], one["d"], one["squares"], one["cross"], one["dd"])
    if not se:
        return row | {"se": se, "note": NO_VARIATION}
    low, high = t_interval(difference, se, df, confidence)
    # The interval is that of t, but no difference of two shares leaves −1 to 1.
    p = 2 * float(stdtr(df, -abs(difference / se)))
    row |= {"se": se, "ci_low": max(low, -1.0), "ci_high": min(high, 1.0), "p": p}
    if one["b"] and one["c"]:
        odds = one["b"] / one["c"]
        spread = _error(children, one["c"], one["b"], one["cc"], one["bc"], one["bb"]) / odds
        ends = t_interval(math.log(odds), spread, df, confidence)
        row |= {"effect": odds, "effect_low": math.exp(ends[0]), "effect_high": math.exp(ends[1])}
        row["effect_kind"] = MATCHED_ODDS
    return row | {"note": warning(children, df)}


def _error(children: int, w: int, wy: int, cww: int, cwy: int, cyy: int) -> float:
    """Return the standard error of Σy/Σw with children as clusters, from their totals and second moments."""
    return math.sqrt(variance_of_mean([StratumMoments(children, w, wy, cww, cwy, cyy)], "adjust"))
