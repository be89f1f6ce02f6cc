"""What happens to families on their way: shares and means over families, meetings, actions and referrals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from sujuva.errors import ContractError, nearest
from sujuva.estimation.interval import check_confidence
from sujuva.integration.casework import with_all_years
from sujuva.integration.clusters import NO_UNITS, estimate_tally
from sujuva.integration.delays import quantile
from sujuva.moments import BLAU_UNIT
from sujuva.tidy import KEY, tidy_rows

_BY = ("measure", "category", "region", "wave", "group")


@dataclass(frozen=True)
class CaseMeasure:
    """How a measure of the moments `case_tallies` becomes an indicator.

    Attributes:
        share: The ratio is a share of 0–1; else it is a mean.
        unit: The totals are whole numbers of 1/unit.
        doubled: The sizes are this many times the units, so that halves are whole.
        median: The median over families is an indicator of its own.
    """

    share: bool = True
    unit: int = 1
    doubled: int = 1
    median: bool = False


_SHARES = (
    "reserved_day", "one_stop", "consent", "follow_up", "action_done", "action_unknown", "sectors_3",
    "third_sector", "parent", "child", "ping_pong", "referral_lost", "joint_start", "overlap", "early",
    "caller", "trigger",
)  # fmt: skip
MEASURES: dict[str, CaseMeasure] = {
    **dict.fromkeys(_SHARES, CaseMeasure()),
    "contacts_before": CaseMeasure(share=False, median=True),
    "action_done_half": CaseMeasure(doubled=2),
    "sectors": CaseMeasure(share=False),
    "blau": CaseMeasure(share=False, unit=BLAU_UNIT),
    "referral_chain": CaseMeasure(share=False),
}
"""Measures of the moments `case_tallies`; the indicator of a measure is `case_<measure>`."""


def case_indicators(tallies: pl.DataFrame, *, confidence: float = 0.95) -> pl.DataFrame:
    """Estimate shares and means over the units of families, with families as clusters.

    Args:
        tallies: The moments `case_tallies`: measure, category, region, wave, group, total, size, families (how many
            families have this total and size; size is the units of the family in the denominator). Totals of `blau` are
            whole numbers of 1/`BLAU_UNIT`, those of `action_done_half` are halves, and so are its sizes.
        confidence: Coverage of the intervals.

    Returns:
        Tidy indicators `case_<measure>` and `case_contacts_before_median`, by region, wave (0: all years) and group,
        sorted by `KEY`; n is the number of units: families where each counts once, else meetings, actions, referrals,
        contacts or services. Standard error, interval and note: see `sujuva.integration.clusters.estimate_tally`. df
        (families with a unit, minus 1) stands only where n does not tell it.

    Raises:
        ParameterError: `confidence` is not allowed.
        ContractError: A measure is not known, or a share exceeds its size.
    """
    check_confidence(confidence)
    _check(tallies)
    counted = with_all_years(tallies.select(*_BY, "total", "size", pl.col("families").alias("n")))
    rows: list[dict[str, Any]] = []
    for key, part in counted.sort(*_BY, "total", "size").group_by(_BY, maintain_order=True):
        measure, category, region, wave, group = key
        where = {"category": category, "region": region, "wave": wave, "group": group}
        one = MEASURES[measure]
        counts = part.select("total", "size", "n").rows()
        found = estimate_tally(counts, share=one.share, confidence=confidence, unit=one.unit, doubled=one.doubled)
        rows.append(where | {"indicator": f"case_{measure}", **found.columns()})
        if one.median:
            rows.append(where | {"indicator": f"case_{measure}_median", **_median(part)})
    return tidy_rows(rows).sort(KEY)


def _median(part: pl.DataFrame) -> dict[str, Any]:
    """Return the median over families of their totals; its quantile is that of the delays (type 7)."""
    known = part.filter(pl.col("size") > 0).group_by("total").agg(pl.col("n").sum()).filter(pl.col("n") > 0)
    if not known.height:
        return {"n": 0, "note": NO_UNITS}
    totals, counts = (known.sort("total")[name].to_list() for name in ("total", "n"))
    return {"estimate": float(quantile(totals, counts, Fraction(1, 2))), "n": sum(counts)}


def _check(tallies: pl.DataFrame) -> None:
    for name in tallies["measure"].unique(maintain_order=True):
        if name not in MEASURES:
            msg = f"The moments case_tallies have an unknown measure '{name}'."
            raise ContractError(msg, nearest(name, MEASURES))
    shares = [name for name, one in MEASURES.items() if one.share]
    outside = (pl.col("total") < 0) | (pl.col("size") < 0) | (pl.col("families") < 0)
    above = pl.col("measure").is_in(shares) & (pl.col("total") > pl.col("size"))
    wrong = tallies.filter(outside | above)["measure"].unique().sort()
    if wrong.len():
        msg = f"In the moments case_tallies, totals, sizes or families of {', '.join(wrong)} cannot be."
        raise ContractError(msg, "Totals of a share lie between 0 and the size. Run the stage moments again.")
