"""Whether the error of a change is right, whatever part of the schools takes part at both waves.

Each draw takes some schools at one wave and some at the next, in two strata of different level; a school keeps most of
its level from wave to wave. Printed for each overlap: mean squared standard error over the variance of the estimates,
which is 1 where the variance is right, of this project and of one design of both waves (every school of either wave
counted at both, as R's svycontrast has it), and how often the 95 per cent interval holds the change.

    .venv/bin/python -m benchmarks.overlap [--draws 400]
"""

from __future__ import annotations

import argparse
import math
import statistics

import numpy as np
import polars as pl

from sujuva.estimation import Domain, Term, contrast, index_moments
from sujuva.moments import regional_strata, score_moments, score_pairs

CHANGE = 300  # in the units of the scores
UNITS, PUPILS = 6, 4  # schools of a stratum at a wave, and those asked in each
LEVELS = {"town": 0, "country": 800}


def draw(lot: np.random.Generator, overlap: int) -> pl.DataFrame:
    """Draw pupils at two waves; `overlap` of the schools of a stratum are at both."""
    rows = []
    for stratum, level in LEVELS.items():
        lasting = {unit: 500 * lot.standard_normal() for unit in range(2 * UNITS)}
        for wave, first in ((2023, 0), (2024, UNITS - overlap)):
            for unit in range(first, first + UNITS):
                school = level + lasting[unit] + 200 * lot.standard_normal() + CHANGE * (wave == 2024)
                rows += [
                    ("here", stratum, f"{unit}", wave, "self", 1, round(school + 900 * lot.standard_normal()))
                    for _ in range(PUPILS)
                ]
    names = ["region", "stratum", "unit", "wave", "informant", "weight", "y"]
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"wave": pl.Int32})


def pooled_error(pupils: pl.DataFrame) -> float:
    """Return the standard error of the change in one design of both waves."""
    sign = pl.when(pl.col("wave") == 2024).then(1.0).otherwise(-1.0)
    value = sign * (pl.col("y") - pl.col("y").mean().over("wave")) / pl.len().over("wave")
    totals = pupils.with_columns(z=value).group_by("stratum", "unit").agg(pl.col("z").sum())
    return math.sqrt(sum(part.height * part["z"].var() for part in totals.partition_by("stratum")))


def main() -> int:
    """Print a line an overlap."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=400)
    draws = parser.parse_args().draws
    ends = [Term(sign, Domain("self", "y", wave, ("here",))) for sign, wave in ((1, 2024), (-1, 2023))]
    print(f"{draws} draws, {UNITS} schools in each of {len(LEVELS)} strata at each wave")
    for overlap in range(0, UNITS + 1, 2):
        lot = np.random.Generator(np.random.PCG64(overlap))
        made, pooled = [], []
        for _ in range(draws):
            pupils = regional_strata(draw(lot, overlap))
            scores = score_moments(pupils.lazy(), {"y": 0}, design=pupils.lazy())
            made.append(
                contrast(ends, index_moments(scores, score_pairs(pupils.lazy(), {"y": 0}, design=pupils.lazy())))
            )
            pooled.append(pooled_error(pupils))
        spread = statistics.variance(one.estimate for one in made)
        held = statistics.mean(one.ci_low <= CHANGE <= one.ci_high for one in made)
        print(
            f"  {overlap} of {UNITS} schools at both waves: variance over that of the estimates "
            f"{statistics.mean(one.se**2 for one in made) / spread:.2f}, in one design "
            f"{statistics.mean(one**2 for one in pooled) / spread:.2f}; interval holds {held:.1%}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
