"""The door for one finding computed in several ways: what subtracting one way from another may tell, and what not.

Two ways of computing that count nearly the same persons tell, subtracted, of the few in whom they differ: how many were
flagged, and what they said. So

- **no number of persons leaves**, and no standard error or p;
- **no sum of a few.** Persons who are treated alike by all ways are one part. A way is told only if at least the
  threshold of persons differs between it and each told way, at either wave (none is as few as four), and if no linear
  combination of the sums of all told ways leaves a sum over parts of fewer than the threshold. With the ways as rows
  and the parts as columns that is: the rows have no higher rank than without the columns of small parts. Means tell
  less than sums;
- **coarse steps.** Estimates and the ends of intervals (outwards) are told in steps of 1, 2 or 5 × 10^k that are at
  least as wide as what the threshold of persons could move a mean by, whatever they answered: threshold × range / n;
- **a class**: rose, fell, or unclear, by the interval as precisely as publish would tell it;
- what is hidden stays hidden: where the published row is, everything is, and a way that compares with a hidden cell is.

The default is the published row itself. Networks of organisations have the same rule with their own threshold and
pairs in the place of persons; their measures are told as finely as they are published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from sujuva.errors import DisclosureError
from sujuva.publish.comparisons import round_comparisons
from sujuva.publish.organisations import round_network_comparisons
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import in_steps, rounded_count
from sujuva.published import PRIMARY, SECONDARY, SHOWN, step_beside
from sujuva.published.specifications import NUMBERS, TOLD
from sujuva.tidy import COMPARISONS

Way = Literal["rose", "fell", "unclear"]
_FINEST = 9
"""Decimals beyond those of any step."""
WAVE, MEMBERS = "wave", "members"
"""Columns of the parts: the wave, and how many persons (or pairs) are in the part."""


@dataclass(frozen=True)
class Ways:
    """A finding computed in several ways, private.

    Attributes:
        rows: One row a specification, the default first: the columns of `sujuva.tidy.COMPARISONS`, specification
            (0, 1 …), treatment (column of `parts`), small (fewest on any side of a share at either wave; null of a
            mean), shown (whether both sides are published).
        parts: wave, members, and one column a treatment: how its members are counted there, null where they are not.
            One row a part, of those who are counted by any treatment.
        width: Of persons, the width of the range of what is averaged; None of organisations.
    """

    rows: pl.DataFrame
    parts: pl.DataFrame
    width: float | None

    @property
    def threshold_name(self) -> str:
        """Which threshold protects those behind it."""
        return "organisation_threshold" if self.width is None else "threshold"


def tell_specifications(
    ways: Ways, published: Mapping[str, Any], scales: Mapping[str, Any], privacy: Privacy
) -> pl.DataFrame:
    """Tell what may be told of a finding computed in several ways.

    Args:
        ways: The finding in all its ways.
        published: The row of the published table of comparisons that is its default.
        scales: Scales of the metadata of what is published.
        privacy: Thresholds and rounding.

    Returns:
        Columns `sujuva.published.specifications.TOLD`, one row a specification in their order; numbers only where it is
        shown.

    Raises:
        DisclosureError: The first specification is no default, so nothing says how fine its numbers may be.
    """
    rows = ways.rows.sort("specification")
    if rows.is_empty() or rows["specification"].to_list() != list(range(rows.height)):
        msg = "The specifications of a finding are not numbered from 0, the default."
        raise DisclosureError(msg)
    threshold: int = getattr(privacy, ways.threshold_name)
    default = rows.row(0, named=True)
    if published["suppressed"] != SHOWN:
        return _laid_out(rows.with_columns(suppressed=pl.lit(published["suppressed"]), way=pl.lit("")))
    sides = pl.min_horizontal("n", "other_n", "small") >= threshold
    # A mean of persons without an interval is one in which nobody differs: it tells of each of them.
    needed = ("estimate",) if ways.width is None else NUMBERS
    there = pl.all_horizontal(pl.col(needed).is_not_null())
    fit = rows.filter("shown", sides.fill_null(value=False), there)
    admitted = [default["treatment"]]
    for treatment, waves in _treatments(fit):
        if treatment not in admitted and _tells_of_many(ways.parts, [*admitted, treatment], waves, threshold):
            admitted.append(treatment)
    shown = rows["specification"].is_in(fit["specification"].implode()) & rows["treatment"].is_in(admitted)
    seen = rows.with_columns(suppressed=pl.when(shown).then(pl.lit(SHOWN)).otherwise(pl.lit(SECONDARY)))
    seen = seen.with_columns(
        suppressed=pl.when(sides.fill_null(value=False)).then("suppressed").otherwise(pl.lit(PRIMARY))
    )
    own, fine = pl.col("specification") == 0, _as_published(seen, ways, scales, privacy)
    coarse = fine if ways.width is None else _in_coarse_steps(seen, ways.width, privacy)
    told = coarse.with_columns(
        pl.when(own).then(pl.lit(published[name], pl.Float64)).otherwise(name).alias(name) for name in NUMBERS
    )
    told = told.with_columns(suppressed=pl.when(own).then(pl.lit(SHOWN)).otherwise("suppressed"))
    low, high = (pl.when(own).then(name).otherwise(fine[name]) for name in ("ci_low", "ci_high"))
    return _laid_out(told.with_columns(way=_way(low, high)))


def _treatments(fit: pl.DataFrame) -> list[tuple[str, list[int]]]:
    """Return the treatments in the order in which they first come, and the waves that each is told of."""
    waves = fit.group_by("treatment", maintain_order=True).agg(pl.col("wave", "other_wave").unique())
    return [(name, sorted({*later, *earlier})) for name, later, earlier in waves.iter_rows()]


def _tells_of_many(parts: pl.DataFrame, treatments: Sequence[str], waves: Sequence[int], threshold: int) -> bool:
    """Tell whether the last of the treatments may be told beside the others."""
    *others, new = treatments
    for wave in waves:
        here = parts.filter(pl.col(WAVE) == wave)
        apart = [here.filter(pl.col(new).ne_missing(pl.col(other)))[MEMBERS].sum() for other in others]
        together = here.group_by(treatments).agg(pl.col(MEMBERS).sum()).sort(treatments, nulls_last=True)
        small = (together[MEMBERS] < threshold).to_list()
        sums = [
            (together[name] == value).fill_null(value=False).cast(pl.Int8).to_list()
            for name in treatments
            for value in sorted(together[name].drop_nulls().unique())
        ]
        large = [[cell for cell, few in zip(row, small, strict=True) if not few] for row in sums]
        if min(apart) < threshold or _rank(sums) > _rank(large):
            return False
    return True


def _rank(matrix: Sequence[Sequence[int]]) -> int:
    """Return the rank of a small matrix of whole numbers, exactly."""
    rows, rank = [[Fraction(cell) for cell in row] for row in matrix], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((place for place in range(rank, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for place in range(rank + 1, len(rows)):
            times = rows[place][column] / rows[rank][column]
            if times:
                rows[place] = [cell - times * own for cell, own in zip(rows[place], rows[rank], strict=True)]
        rank += 1
    return rank


def _as_published(rows: pl.DataFrame, ways: Ways, scales: Mapping[str, Any], privacy: Privacy) -> pl.DataFrame:
    """Return the rows with their numbers as finely as publish tells those of its own table."""
    of_table = rows.select(*COMPARISONS, "suppressed")
    told = round_network_comparisons(of_table) if ways.width is None else round_comparisons(of_table, scales, privacy)
    return rows.with_columns(told[name] for name in NUMBERS)


def _in_coarse_steps(rows: pl.DataFrame, width: float, privacy: Privacy) -> pl.DataFrame:
    """Return the rows with their numbers in the one step of the finding, ends outwards."""
    fewest = rows.filter(pl.col("suppressed") == SHOWN).select(pl.min_horizontal("n", "other_n").min())
    known = fewest.select(rounded_count(pl.first(), privacy.rounding)).item()
    # Where n is told exactly the steps are as wide: they hide what a few could have answered, not n.
    step = step_beside(known, privacy.threshold * width, max(privacy.rounding, 2), privacy.threshold)
    return rows.with_columns(in_steps(rows, pl.lit(_FINEST), pl.lit(step, pl.Float64)))


def _way(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """Return the class that an interval lies in."""
    found = pl.when(low > 0).then(pl.lit("rose")).when(high < 0).then(pl.lit("fell")).otherwise(pl.lit("unclear"))
    return pl.when(pl.col("suppressed") == SHOWN).then(found).otherwise(pl.lit(""))


def _laid_out(rows: pl.DataFrame) -> pl.DataFrame:
    seen = pl.col("suppressed") == SHOWN
    return rows.with_columns(pl.when(seen).then(name).alias(name) for name in NUMBERS).select(
        pl.col(name).cast(kind) for name, kind in TOLD.items()
    )


__all__ = ["Ways", "tell_specifications"]
