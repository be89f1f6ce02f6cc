"""The yearly trends that are built into the example's statistics of areas, and what they imply.

Registers have a history: their numbers begin before the first wave and come every year, while the statistics of
surveys are there in the years of the survey alone. The two rates of change are those that an evaluation of Lapset
puheeksi published (Niemelä et al. 2019, Front. Psychiatry 10:64: Finland +1.9, Raahe −6.9 per cent a year); levels,
places and years are made up.
"""

from __future__ import annotations

from sujuva.example.design import progress, region_design
from sujuva.example.population import Study

CARE, CHILDREN, COUNTRY = "90004", "90005", "358"
HISTORY = 5
"""Years before the first wave."""
_NATIONAL, _IMPROVING = 1.019, 0.931  # what a year multiplies the share in child protection by
_FEWER = 0.012  # of the first wave's children are gone after each year
_FEWEST = 0.1
_PLACES = 6  # decimals in the truth file


def register_years(study: Study) -> list[int]:
    """Return the years of the registers: every one from before the first wave to the last wave."""
    return list(range(study.waves[0] - HISTORY, study.waves[-1] + 1))


def turning_year(region: str, study: Study) -> int | None:
    """Return the last wave at which a region has not begun to improve; None where it never does."""
    trend = region_design(region).trend
    steps = [progress(trend, turn, len(study.waves)) for turn in range(len(study.waves))]
    return study.waves[steps.count(0.0) - 1] if steps[-1] > 0 else None


def care_factor(region: str, year: int, study: Study) -> float:
    """Return the share in child protection relative to the first wave; "" as the region is the whole country."""
    turn = turning_year(region, study) if region else None
    bend = year if turn is None else min(year, turn)
    return float(_NATIONAL ** (bend - study.waves[0]) * _IMPROVING ** (year - bend))


def children_factor(year: int, study: Study) -> float:
    """Return the number of children relative to the first wave."""
    return max(1 - _FEWER * (year - study.waves[0]), _FEWEST)
