"""The moments of Lapset puheeksi (LP) discussions: whole numbers by region and year, and never a topic by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from sujuva.codebooks.lp import COMPONENTS, FOLLOW_UP_DAYS
from sujuva.codebooks.regions import NETWORK
from sujuva.moments.feedback import finish_ratings
from sujuva.moments.parts import Family, Part, merge, summed, sums_of, with_network
from sujuva.moments.scores import SCORES_KEY, cluster_part
from sujuva.moments.study import in_study
from sujuva.moments.talks import ALL, FIDELITY_UNIT, compared, discussions, named, visits
from sujuva.tables import LP_ENVIRONMENTS, schema_of, types_of
from sujuva.tidy import HEADS

LP_KEYS: Mapping[str, tuple[str, ...]] = {
    "lp": SCORES_KEY,
    "lp_children": ("region", "wave", "scale"),
    "lp_talks": ("region", "wave"),
    "lp_topics": ("region", "wave", "environment", "rating", "plan", "outcome"),
    "lp_transitions": ("region", "wave", "environment", "before", "after"),
    "lp_changes": ("region", "wave", "environment", "topics"),
}
"""Columns that tell the rows of each table of moments of LP discussions apart."""
_PLACE = ("wave", "region", "stratum", "cluster", "child")
_TRANSITIONS = {
    "vulnerability_to_strength": ("vulnerability", "strength"),
    "strength_to_vulnerability": ("strength", "vulnerability"),
}
_EXTREMES = ("strength", "vulnerability")
_FIDELITY = "lp_fidelity"
_TRUE_TO_MODEL = 80  # per cent of the applicable components; this project's own limit


def lp_part(
    topics: pl.DataFrame,
    *,
    regions: Collection[str],
    waves: Collection[int] | None = None,
    components: Collection[str] = COMPONENTS,
    cluster: str = "child",
    follow_up_days: int = FOLLOW_UP_DAYS,
) -> Part:
    """Reduce LP discussions to parts: of the topics of whole children.

    The wave of a discussion is its own; a change from the first discussion to the follow-up belongs to the wave and the
    region of the follow-up, so that the years before it do not change any more. Which discussion is the first is told
    from all of the table: the follow-up of one before the study, or outside its regions, stays a follow-up.

    Args:
        topics: The clean table `lp_topics`.
        regions: Regions of the study.
        waves: Years of the study; None: all years.
        components: Components of fidelity that count, see `sujuva.codebooks.lp`.
        cluster: What rows are alike in: the child, or the unit where it is known.
        follow_up_days: A meeting fewer days than this after the one before it continues that discussion, see
            `sujuva.moments.talks.visits`.

    Returns:
        clusters, design: as `cluster_part` (region = stratum, weight 1), with the scales of the table lp. The other
        tables of `LP_KEYS`; those that count children have the network already.

    Raises:
        ParameterError: A component or the cluster is not known, or `follow_up_days` is not allowed.
    """
    topics = topics.select(pl.col(name).cast(kind) for name, kind in types_of(schema_of("lp_topics")).items())
    ever = visits(topics, cluster, follow_up_days)
    rows = in_study(ever, regions=regions, waves=waves)
    talks = discussions(rows, LP_ENVIRONMENTS, components)
    pairs = in_study(compared(ever), regions=regions, waves=waves)
    scored = [
        (frame.with_columns(scores.values()), list(scores))
        for frame, scores in (
            (rows, _topic_scores()),
            (talks, _talk_scores()),
            (pairs, _transition_scores()),
        )
    ]
    parts = [_clusters(frame, names, rows) for frame, names in scored]
    counts = {
        "lp_children": pl.concat([_children(frame, names) for frame, names in scored]),
        "lp_talks": _talks(talks),
        "lp_topics": _counted(_plans(rows), LP_KEYS["lp_topics"]),
        "lp_transitions": _counted(pairs, LP_KEYS["lp_transitions"]),
        "lp_changes": _changes(pairs),
    }
    return {**merge(parts), **{name: summed(table) for name, table in counts.items()}}


def finish_lp(merged: Part) -> dict[str, pl.DataFrame]:
    """Make the moments of LP discussions.

    Returns:
        Tables by name, with the keys of `LP_KEYS`; every number is whole, and those of regions add up to the network's
        except distinct children:
        - lp: as `finish_ratings`; scale is a measure, or measure.part: lp_strength_share,
          lp_vulnerabilities, lp_plan_share, lp_done_share (of all environments, or .<environment>),
          lp_transition_share.<transition> (or .<transition>:<environment>), lp_fidelity, lp_fidelity_80, lp_need_share.
        - lp_children: n, distinct children behind each of these; heads, those with a topic (or a discussion) that the
          measure counts, and other_heads, those with one that it does not: a child may be among both.
        - lp_talks: talks (each meeting that has a record of its own), first (of a child's first discussion), children.
        - lp_topics: n topics; plan is yes, no or "", outcome "" where there is none.
        - lp_transitions: n topics by rating in the first discussion and in the follow-up.
        - lp_changes: of children with `topics` topics that are strengths or vulnerabilities in both: children, b
          (topics from strength to vulnerability), c (the other way), d = Σ(b − c), dd = Σ(b − c)², bb, bc, cc.
    """
    counts = {name: merged[name] for name in LP_KEYS if name in merged}
    counts |= {name: with_network(counts[name]) for name in ("lp_topics", "lp_transitions")}
    return {
        "lp": finish_ratings(merged),
        **{
            name: table.with_columns(pl.col(sums_of(table)).cast(pl.Int64)).sort(LP_KEYS[name])
            for name, table in counts.items()
        },
    }


def _here(environment: str) -> pl.Expr:
    return pl.lit(value=True) if environment == ALL else pl.col("environment") == environment


def _topic_scores() -> dict[str, pl.Expr]:
    """Return the zeros and ones of topics by measure; null where the measure does not ask about a topic."""
    rating, outcome = pl.col("rating"), pl.col("outcome")
    known = (pl.col("plan") == 1) & outcome.is_in(["done", "partly", "not_done"])
    made = {
        "lp_strength_share": pl.when(rating.is_in(_EXTREMES)).then(rating == "strength"),
        "lp_plan_share": pl.when(rating == "vulnerability").then(pl.col("plan") == 1),
        "lp_done_share": pl.when(known).then(outcome != "not_done"),
    }
    return {
        named(measure, one): pl.when(_here(one)).then(score).cast(pl.Int64).alias(named(measure, one))
        for measure, score in made.items()
        for one in (ALL, *LP_ENVIRONMENTS)
    }


def _talk_scores() -> dict[str, pl.Expr]:
    done, applicable = pl.col("done"), pl.col("applicable")
    some = applicable > 0
    # Half up, in whole numbers.
    part = (2 * FIDELITY_UNIT * done + applicable) // pl.max_horizontal(2 * applicable, pl.lit(1, pl.Int64))
    made = {named("lp_vulnerabilities", one): pl.col(named("vulnerabilities", one)) for one in (ALL, *LP_ENVIRONMENTS)}
    made |= {
        _FIDELITY: pl.when(some).then(part),
        "lp_fidelity_80": pl.when(some).then(100 * done >= _TRUE_TO_MODEL * applicable),
        "lp_need_share": pl.col("network_held"),
    }
    return {name: score.cast(pl.Int64).alias(name) for name, score in made.items()}


def _transition_scores() -> dict[str, pl.Expr]:
    """Return the zeros and ones of topics that are strengths or vulnerabilities in both discussions."""
    before, after = pl.col("before"), pl.col("after")
    moved = {name: (before == one) & (after == other) for name, (one, other) in _TRANSITIONS.items()}
    moved["unchanged"] = before == after
    both = before.is_in(_EXTREMES) & after.is_in(_EXTREMES)
    scores = {}
    for name, is_so in moved.items():
        for one in (ALL, *LP_ENVIRONMENTS):
            scale = f"lp_transition_share.{name}" + (f":{one}" if one else "")
            scores[scale] = pl.when(both & _here(one)).then(is_so).cast(pl.Int64).alias(scale)
    return scores


def _clusters(frame: pl.DataFrame, names: list[str], everything: pl.DataFrame) -> Part:
    """Add up some rows by cluster; those of the design are all that have a discussion in the wave."""
    common = {"informant": pl.lit(""), "weight": pl.lit(1, pl.Int64)}
    persons = frame.select(*_PLACE[:3], *names, unit=pl.col("cluster"), **common)
    design = everything.select("wave", "stratum", unit=pl.col("cluster"))
    decimals = {name: 6 if name == _FIDELITY else 0 for name in names}
    return cluster_part(persons.lazy(), decimals, design=design.lazy())


def _everywhere(rows: pl.DataFrame) -> pl.DataFrame:
    """Put the rows of the network under those of the regions: a child in two regions is one child there."""
    return pl.concat([rows, rows.with_columns(region=pl.lit(NETWORK))])


def _children(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Count distinct children, and of them those with some of what a measure counts, and those with something else."""
    long = frame.select("region", "wave", "child", *names).unpivot(
        names, index=["region", "wave", "child"], variable_name="scale", value_name="score"
    )
    known = _everywhere(long.drop_nulls("score"))
    score, most = pl.col("score"), pl.when(pl.col("scale") == _FIDELITY).then(FIDELITY_UNIT).otherwise(1)
    sides = {name: side.any().cast(pl.Int128) for name, side in zip(HEADS, (score > 0, score < most), strict=True)}
    children = known.group_by("region", "wave", "child", "scale").agg(**sides)
    return children.select(*LP_KEYS["lp_children"], *HEADS, n=pl.lit(1, pl.Int128))


def _talks(talks: pl.DataFrame) -> pl.DataFrame:
    return (
        _everywhere(talks)
        .group_by(LP_KEYS["lp_talks"])
        .agg(
            talks=pl.len().cast(pl.Int128),
            first=(pl.col("visit") == 1).sum().cast(pl.Int128),
            children=pl.col("child").n_unique().cast(pl.Int128),
        )
    )


def _plans(rows: pl.DataFrame) -> pl.DataFrame:
    plan = pl.when(pl.col("plan") == 1).then(pl.lit("yes")).when(pl.col("plan") == 0).then(pl.lit("no"))
    return rows.with_columns(plan=plan.otherwise(pl.lit("")), outcome=pl.col("outcome").fill_null(""))


def _counted(rows: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """Count topics by environment, and in all of them together."""
    both = pl.concat([rows, rows.with_columns(environment=pl.lit(ALL))])
    return both.select(key).with_columns(n=pl.lit(1, pl.Int128))


def _changes(pairs: pl.DataFrame) -> pl.DataFrame:
    """Count for each child the topics that moved either way; children with as many topics are then added up."""
    rows = pairs.filter(pl.col("before").is_in(_EXTREMES), pl.col("after").is_in(_EXTREMES))
    rows = _everywhere(pl.concat([rows, rows.with_columns(environment=pl.lit(ALL))]))
    worse = (pl.col("before") == "strength") & (pl.col("after") == "vulnerability")
    better = (pl.col("before") == "vulnerability") & (pl.col("after") == "strength")
    children = rows.group_by("region", "wave", "environment", "child").agg(
        topics=pl.len().cast(pl.Int64), b=worse.sum().cast(pl.Int64), c=better.sum().cast(pl.Int64)
    )
    b, c = pl.col("b"), pl.col("c")
    sums = {
        "children": pl.lit(1),
        "b": b,
        "c": c,
        "d": b - c,
        "dd": (b - c) ** 2,
        "bb": b * b,
        "bc": b * c,
        "cc": c * c,
    }
    named = {name: one.cast(pl.Int128) for name, one in sums.items()}
    return children.select(*LP_KEYS["lp_changes"], **named)


lp_moments = Family(lp_part, finish_lp)
