"""What is known of each LP discussion and of each topic at two of them: the rows that the moments of LP add up."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from sujuva.codebooks.lp import COMPONENTS, FOLLOW_UP_DAYS
from sujuva.errors import ParameterError, nearest

ALL = ""
"""The environment that stands for all of them together."""
FIDELITY_UNIT = 10**6
"""Fidelity is a fixed-point number of six decimals."""
CLUSTERS = ("child", "unit")
_RATED = ("strength", "vulnerability", "neither")


def visits(topics: pl.DataFrame, cluster: str, follow_up_days: int = FOLLOW_UP_DAYS) -> pl.DataFrame:
    """Number the discussions about a child, and say which cluster and stratum a row belongs to.

    A discussion takes one or more meetings: a day that comes fewer than `follow_up_days` after the child's day before
    it belongs to the same discussion, whatever region and year it is in.

    Args:
        topics: The clean table `lp_topics`, all of it: a follow-up is one also where the study begins later.
        cluster: child, or unit (a child whose unit is not known stands alone).
        follow_up_days: Smallest distance of a follow-up from the meeting before it, in days; 1 or more.

    Returns:
        `topics` with visit (1: the child's first discussion, 2: the follow-up, …), cluster, stratum (the region).

    Raises:
        ParameterError: There is no such cluster, or `follow_up_days` is not allowed.
    """
    if follow_up_days < 1:
        msg = f"follow_up_days is {follow_up_days}; 1 or more is allowed."
        raise ParameterError(msg)
    if cluster not in CLUSTERS:
        msg = f"cluster is '{cluster}'; child and unit are allowed."
        raise ParameterError(msg, nearest(cluster, CLUSTERS))
    child = pl.format("child {}", "child")
    unit = pl.coalesce(pl.format("unit {}", "unit"), child) if cluster == "unit" else child
    anew = (pl.col("date").diff().dt.total_days() >= follow_up_days).fill_null(value=True)  # the first day has no other
    days = topics.select("child", "date").unique().sort("child", "date")
    numbered = days.with_columns(visit=anew.cum_sum().over("child").cast(pl.Int64))
    rows = topics.join(numbered, on=["child", "date"], how="left", maintain_order="left")
    return rows.with_columns(cluster=unit, stratum=pl.col("region"))


def discussions(topics: pl.DataFrame, environments: Sequence[str], components: Collection[str]) -> pl.DataFrame:
    """Reduce topics, as `visits` returns them, to discussions.

    Returns:
        One row a talk: talk, child, wave, region, stratum, cluster, visit, network_held; vulnerabilities (number,
        null where nothing was discussed) and vulnerabilities.<environment>; done and applicable (components). In the
        order of talks.

    Raises:
        ParameterError: A component is not known.
    """
    for name in components:
        if name not in COMPONENTS:
            msg = f"fidelity: '{name}' is not a component that can be told."
            raise ParameterError(msg, nearest(name, COMPONENTS))
    head = ("child", "wave", "region", "stratum", "cluster", "visit", "form", "follow_up")
    said = ("parents_present", "child_present", "network_needed", "network_held")
    rated = pl.col("rating").is_in(_RATED)
    planned = pl.col("plan") == 1
    assigned = (pl.col("responsible") == 1) & pl.col("due").is_not_null()
    covered = [rated.filter(pl.col("environment") == one).any() for one in ("home", "leisure")]
    middle = rated.filter(pl.col("environment").is_in(["daycare", "school"])).any()
    talks = topics.group_by("talk").agg(
        *(pl.col(name).first() for name in (*head, *said)),
        _vulnerabilities(ALL),
        *(_vulnerabilities(one) for one in environments),
        covered=pl.all_horizontal(*covered, middle),
        strong=(pl.col("rating") == "strength").any(),
        weak=(pl.col("rating") == "vulnerability").any() | rated.all(),
        plans_told=pl.col("plan").is_not_null().any(),
        plans=planned.sum().cast(pl.Int64),
        assigned=(planned & assigned).sum().cast(pl.Int64),
    )
    pairs = [_components()[name] for name in components]
    applicable = [(applies & done.is_not_null()).fill_null(value=False) for applies, done in pairs]
    carried_out = [(one & done.fill_null(value=False)) for one, (_, done) in zip(applicable, pairs, strict=True)]
    return talks.with_columns(
        done=pl.sum_horizontal(pl.lit(0, pl.Int64), *(one.cast(pl.Int64) for one in carried_out)),
        applicable=pl.sum_horizontal(pl.lit(0, pl.Int64), *(one.cast(pl.Int64) for one in applicable)),
    ).sort("talk")


def _vulnerabilities(environment: str) -> pl.Expr:
    here = pl.lit(value=True) if environment == ALL else pl.col("environment") == environment
    discussed = (here & pl.col("rating").is_in(_RATED)).any()
    number = (here & (pl.col("rating") == "vulnerability")).sum().cast(pl.Int64)
    return pl.when(discussed).then(number).alias(named("vulnerabilities", environment))


def named(measure: str, environment: str) -> str:
    """Return the name of a measure in an environment: the measure's own for all together."""
    return f"{measure}.{environment}" if environment else measure


def _components() -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Return of each component where it is applicable, and where it was carried out (null: nobody knows)."""
    always = pl.lit(value=True)
    return {
        "parents_present": (always, pl.col("parents_present") == 1),
        "child_present": (pl.col("form").str.contains("_(child|youth)$"), pl.col("child_present") == 1),
        "environments_covered": (always, pl.col("covered")),
        "strengths_recorded": (always, pl.col("strong")),
        "vulnerabilities_recorded": (always, pl.col("weak")),
        "plan_written": (pl.col("plans_told"), pl.col("plans") > 0),
        "plan_assigned": (pl.col("plans") > 0, pl.col("assigned") == pl.col("plans")),
        "network_called": (pl.col("network_needed") == 1, pl.col("network_held") == 1),
        "follow_up_set": (pl.col("visit") == 1, pl.col("follow_up").is_not_null()),
    }


def compared(topics: pl.DataFrame) -> pl.DataFrame:
    """Put the first discussion and the follow-up of each child side by side, topic by topic.

    Of the meetings of a discussion, the last one that took a topic up counts for that topic. One that stands twice on
    that day (two records, or two informants) is left out: nobody can tell which of the two is meant.

    Returns:
        child, environment, topic, before, after (ratings), and wave, region, stratum, cluster of the later meeting; in
        the order of the first three.
    """
    key = ["child", "environment", "topic"]
    last = topics.filter(pl.col("date") == pl.col("date").max().over(*key, "visit"))
    alone = last.filter(pl.len().over(*key, "visit") == 1)
    first = alone.filter(pl.col("visit") == 1).select(*key, before=pl.col("rating"))
    later = alone.filter(pl.col("visit") == 2)  # noqa: PLR2004
    place = ("wave", "region", "stratum", "cluster")
    return first.join(later.select(*key, *place, after=pl.col("rating")), on=key).sort(key)
