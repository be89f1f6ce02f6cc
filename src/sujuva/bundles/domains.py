"""Scores by group and stratum: which blocks tell of few persons, by themselves or beside what stands around them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sujuva.bundles.small import Block, Hidden, Thresholds, any_few, blocks_in, few, kinds_of_groups, whole
from sujuva.tidy import ALL

_PLACE = ("wave", "informant", "scale", "stratum")
_SUMS = ("n", "n_missing", "yes", "no")
_LONE_CLUSTER = 2
"""Fewer persons a cluster than this, and one of the clusters surely has one alone."""
_FEW_CLUSTERS = 3
"""So few clusters may be told apart by their sums and squares: then each needs the threshold."""


@dataclass(frozen=True)
class Kind:
    """What clusters are, and whether scales have bands "<scale>.<band>"."""

    bands: bool = True
    clusters: str = "units"


def counted(table: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Add to scores: `binary` (each score is 0 or 1), `yes` and `no` (null where not binary), `band`."""
    rows = whole(table)
    unit = pl.lit(10, pl.Int128).pow(pl.col("decimals"))
    rows = rows.with_columns(unit=unit, band=pl.col("scale").str.contains(".", literal=True) & pl.lit(kind.bands))
    rows = rows.with_columns(binary=((pl.col("yy") == pl.col("y") * pl.col("unit")).all().over("scale")))
    yes = pl.when("binary").then(pl.col("y") // pl.col("unit")).cast(pl.Int64)
    return rows.with_columns(yes=yes).with_columns(no=pl.col("n") - pl.col("yes"))


def rest_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Return who is in no group of a kind: everybody less the groups, by stratum and in the region.

    `rows`: as `counted` makes them. The rest has the sums of `rows` and a group of its kind.
    """
    everybody = rows.filter(pl.col("group") == ALL)
    found = [rows.clear().select(*_PLACE, "group", "binary", *_SUMS)]
    for kind in kinds_of_groups(rows):
        parts = rows.filter(pl.col("group").str.split(":").list.first() == kind)
        known = parts.group_by(_PLACE).agg(pl.col(_SUMS).sum())
        there = everybody.join(parts.select("wave", "informant", "scale").unique(), on=["wave", "informant", "scale"])
        left = there.join(known, on=_PLACE, how="left", suffix="_known")
        less = [pl.col(name) - pl.col(f"{name}_known").fill_null(0) for name in _SUMS]
        found.append(left.with_columns(*less, group=pl.lit(f"{kind}:")).select(found[0].columns))
    return pl.concat(found)


def hide_domains(hidden: Hidden, name: str, table: pl.DataFrame, privacy: Thresholds, kind: Kind) -> None:
    """Find the blocks of a table of scores that must not leave.

    - Persons with a score, or those of no group of a kind, are few; of 0 and 1, so are those on either side.
    - All of a domain have the same score: then everybody's is known. (A band that everybody is in is told, as a share.)
    - A cluster surely has one member, or two or three clusters, whose sums and squares tell them apart, may have few.
    - Of partners, organisations are few, or one dominates.
    - Where everybody's block may not leave, no groups' may; and the bands of a scale go together, as they add up.
    """
    least = privacy.threshold
    rows = counted(table, kind)
    inside = rows.filter(pl.col("n") > 0)
    n, clusters = pl.col("n"), pl.col("clusters")
    sides = pl.col("binary") & any_few(least, pl.col("yes"), n - pl.col("yes"))
    alike = ~pl.col("band") & same(n, pl.col("y"), pl.col("yy"), least)
    if kind.clusters == "children":
        lone = any_few(least, clusters, pl.col("design_clusters") - clusters)
    else:
        lone = (
            lone_cluster(n, clusters, least) | ((clusters <= _FEW_CLUSTERS) & (n < least * clusters)) | _uneven(least)
        )
    reasons = {"small_count": few(n, least), "small_side": sides, "alike": alike, "few_in_cluster": lone}
    if kind.clusters == "organisations":
        reasons |= {"few_organisations": clusters < privacy.organisation_threshold, "dominated": dominated(privacy)}
    hidden.rows(name, inside, reasons)
    left = rest_of(rows)
    of_rest = pl.col("binary") & any_few(least, pl.col("yes"), pl.col("no"))
    hidden.rows(name, left, {"small_rest": few(n, least), "small_rest_side": of_rest})
    below(hidden, name, rows, bands=kind.bands)


def lone_cluster(n: pl.Expr, clusters: pl.Expr, least: int) -> pl.Expr:
    """Tell whether one of some clusters surely has a single member."""
    return n < min(_LONE_CLUSTER, least) * clusters


def same(n: pl.Expr, total: pl.Expr, squares: pl.Expr, least: int) -> pl.Expr:
    """Tell whether all of some numbers are the same, by their sum and the sum of their squares."""
    return (n * squares == total * total) & pl.lit(least > 1)


def _uneven(least: int) -> pl.Expr:
    """Tell whether the smaller of two clusters, which their weights and squares tell apart, may have few persons."""
    w, cww = (pl.col(name).cast(pl.Float64) for name in ("w", "cww"))
    smaller = (w - (2 * cww - w * w).clip(0).sqrt()) / 2
    return (pl.col("clusters") == 2) & (pl.col("n") * smaller / w < least)  # noqa: PLR2004 - a pair


def dominated(privacy: Thresholds) -> pl.Expr:
    """Tell whether one organisation may give too much of a sum: of persons, by the sum of squares.

    The largest of some numbers is at most the root of the sum of their squares, and the n largest together at most the
    root of n times that sum (Hundepool et al. 2012, Statistical Disclosure Control, ch. 4.2, for the rules).
    """
    w, squares = pl.col("w").cast(pl.Float64), pl.col("cww").cast(pl.Float64)
    top = (privacy.dominance_n * squares).sqrt()
    others = w - (2 * squares).sqrt()
    return (100 * top > privacy.dominance_k * w) | (100 * others < privacy.p_percent * squares.sqrt())


def below(hidden: Hidden, name: str, rows: pl.DataFrame, *, bands: bool) -> None:
    """Hide with a block what follows from it: groups below everybody, bands of a scale together and below it."""
    every = blocks_in(name, rows)
    while True:
        known = hidden.of(name)
        more = [one for one in every if one not in known and _follows(one, known, bands=bands)]
        if not more:
            return
        hidden.hide(name, more, "below")


def _follows(block: Block, known: dict[Block, str], *, bands: bool) -> bool:
    wave, scale, informant, group = block
    if group != ALL and (wave, scale, informant, ALL) in known:
        return True
    base, _, band = scale.partition(".")
    if not bands or not band:
        return False
    beside = ((scale_of, group_of) for group_of in {group, ALL} for scale_of in _bands_of(known, base))
    return (wave, base, informant, group) in known or any((wave, one, informant, of) in known for one, of in beside)


def _bands_of(known: dict[Block, str], base: str) -> set[str]:
    return {scale for _, scale, _, _ in known if scale.startswith(f"{base}.")}


def missing_places(rows: pl.DataFrame, least: int) -> set[tuple[int, str]]:
    """Return the waves and informants where few of those who were asked gave no score.

    Who was asked is the same for all scales: one number of missing answers, and those of scores, tell the others.

    `rows`: as `counted` makes them.
    """
    some = few(pl.col("n_missing"), least)
    both = [one.filter(some).select("wave", "informant") for one in (rows, rest_of(rows))]
    return set(pl.concat(both).unique().rows())


def hide_pairs(hidden: Hidden, scores: pl.DataFrame, pairs: pl.DataFrame, least: int) -> None:
    """Find what the totals of the clusters that two domains share tell: of those in them, and of those in the others.

    Weights betray numbers where they are alike: what a total would be of persons of mean weight is held against the
    threshold. A pair of groups hides their kind, a pair of waves the block of the later wave.
    """
    rows = counted(scores, Kind())
    domain = ["stratum", "informant", "scale", "wave", "group"]
    known = rows.select(*domain, "unit", "binary", "n", _w="w", _wy="wy")
    for end in ("", "other_"):
        on = {"wave": f"{end}wave", "group": f"{end}group"}
        named = known.rename({name: f"{end}{name}" for name in ("wave", "group")}) if end else known
        beside = whole(pairs).join(named, on=["stratum", "informant", "scale", *on.values()], how="left")
        beside = beside.with_columns(pl.col("n", "_w", "_wy").fill_null(0), pl.col("unit").fill_null(1))
        w, wy = pl.col(f"{end}w"), pl.col(f"{end}wy")
        parts = [w * pl.col("unit"), (pl.col("_w") - w) * pl.col("unit")]
        yes = [wy, pl.col("_wy") - wy]
        no = [part - some for part, some in zip(parts, yes, strict=True)]
        told = [_few_by_weight(part, least) for part in parts]
        told += [pl.col("binary").fill_null(value=True) & _few_by_weight(part, least) for part in (*yes, *no)]
        flagged = beside.filter(pl.any_horizontal(one.fill_null(value=True) for one in told))
        hidden.hide("scores", _later(flagged), "weights")


def _few_by_weight(part: pl.Expr, least: int) -> pl.Expr:
    """Tell whether a part of a domain's weight (times the unit of its scores) is that of few persons of mean weight."""
    of_few = part * pl.col("n") < least * pl.col("_w") * pl.col("unit")
    return (part != 0) & (of_few | (pl.col("_w") == 0))


def _later(flagged: pl.DataFrame) -> list[Block]:
    group = pl.when(pl.col("group") == ALL).then("other_group").otherwise("group")
    named = flagged.with_columns(
        wave=pl.max_horizontal("wave", "other_wave"),
        group=pl.when(pl.col("other_group") == ALL).then("group").otherwise(group),
    )
    return blocks_in("scores", named)
