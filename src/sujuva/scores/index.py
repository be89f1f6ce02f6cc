"""An index of one's own: several scales on a range from 0 to 100, averaged over environments, in whole numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

import polars as pl

from sujuva.codebooks import Instrument, Scale, Text
from sujuva.codebooks.scales import INFORMANTS
from sujuva.errors import ParameterError, nearest
from sujuva.scores.scoring import KEYS, score_columns

INDEX = "parjaavyys_index"
"""Key of the index, its scale and its instrument."""
COMBINED = "combined"
"""Informant of the index: whoever answered its parts."""
DECIMALS = 2
Parts = Mapping[str, Mapping[str, float]]
"""Environment to its components: a scale key, or "scale@informant", and its weight."""
_THOUSANDTHS = 1000
_LIMIT = 2**126


@dataclass(frozen=True)
class _Component:
    """One scale in one environment."""

    column: str  # where its scores stand once they are side by side
    instrument: str
    scale: Scale
    informant: str | None  # None: the mean over whoever answered
    weight: int  # in thousandths

    @property
    def unit(self) -> int:
        """Fixed-point units from one end of the theoretical range to the other."""
        low, high = self.scale.range
        return (high - low) * int(10**self.scale.decimals)


def index_scores(
    scored: Mapping[str, pl.LazyFrame], instruments: Mapping[str, Instrument], parts: Parts, *, min_parts: int
) -> pl.LazyFrame:
    """Average the scales of several instruments into the index of each person at each wave.

    A component is turned into per cent of its theoretical range, 100·(x − min) / (max − min) (POMP: Cohen, Cohen, Aiken
    & West, 1999, Multivariate Behavioral Research 34, 315–346), or 100 minus that where fewer points are better. An
    environment is the weighted mean of the components that the person has, the index the plain mean of the environments
    that have any, if there are at least `min_parts`. Of a scale that several informants answered, and for which none is
    named, their mean is the component. The index is this project's own; it must be declared wherever it is shown.

    All in whole numbers with one rounding at the end, to two decimals, halves upwards.

    Args:
        scored: Instrument key to what `sujuva.scores.scored` makes: respondent, wave, informant, score columns (Int64).
            Instruments that nobody answered may be missing: their components then count as not answered.
        instruments: Codebooks.
        parts: Environment to its components and their weights (above 0, up to three decimals).
        min_parts: Fewest environments that make an index.

    Returns:
        Lazily: respondent, wave, informant ("combined"), parjaavyys_index (Int64, index × 100; null with too few
        environments). One row a person and wave that answered any component.

    Raises:
        ParameterError: A scale, an informant, a weight or `min_parts` is not allowed.
    """
    components = _components(parts, instruments)
    if not 1 <= min_parts <= len(components):
        msg = f"index_min_parts is {min_parts}; 1 to {len(components)} are allowed, the number of environments."
        raise ParameterError(msg)
    asked: dict[str, list[_Component]] = {}
    for one in (one for environment in components.values() for one in environment):
        asked.setdefault(one.instrument, []).append(one)
    answered = [(scored[key], wanted) for key, wanted in asked.items() if key in scored]
    # One row a person and wave; sums and counts over informants, so that nothing is divided before the end.
    sides = [_side_by_side(frame, wanted) for frame, wanted in answered]
    present = {one.column for _, wanted in answered for one in wanted}
    if not sides:
        return pl.LazyFrame(schema={**dict.fromkeys(KEYS, pl.String), "wave": pl.Int32, INDEX: pl.Int64})
    persons = pl.concat(sides, how="diagonal").group_by("respondent", "wave").agg(pl.all().sum())
    environments = {
        name: kept
        for name, members in components.items()
        if (kept := [one for one in members if one.column in present])
    }
    return persons.select(
        "respondent", "wave", pl.lit(COMBINED).alias("informant"), _index(environments, min_parts).alias(INDEX)
    )


def index_scale(parts: Parts, instruments: Mapping[str, Instrument]) -> Instrument:
    """Return the index as an instrument with one scale, for titles, range and decimals; it has no items to answer.

    Raises:
        ParameterError: A scale, an informant or a weight is not allowed.
    """
    declared = "; ".join(
        f"{name}: " + ", ".join(f"{key} × {weight:g}" for key, weight in sorted(parts[name].items()))
        for name in _components(parts, instruments)
    )
    title = Text(fi="Pärjäävyysindeksi", sv="Index för att klara sig", en="Coping index")
    own = f"The index and its parts are this project's own ({declared})."
    scale = Scale(
        key=INDEX, title=title, items=(1,), range=(0, 100), decimals=DECIMALS, higher_is_better=True, unverified=own
    )
    return Instrument(
        key=INDEX,
        title=title,
        items=1,
        response=(0, 100),
        scales=(scale,),
        licence="This project's own index, free to use.",
        citation="Sujuva, this project's own index.",
        unverified=own,
    )


def _components(parts: Parts, instruments: Mapping[str, Instrument]) -> dict[str, list[_Component]]:
    """Read the declaration of the index, in alphabetical order."""
    if not parts:
        msg = "index_parts names no environment."
        raise ParameterError(msg, "Write, for example, home: {single_home: 1}.")
    known = {
        scale.key: (key, scale)
        for key, one in instruments.items()
        for scale in one.scales
        if scale.key in score_columns(one)
    }
    found: dict[str, list[_Component]] = {}
    for environment in sorted(parts):
        if not parts[environment]:
            msg = f"index_parts: the environment '{environment}' has no scale."
            raise ParameterError(msg, "Name a scale and its weight, or leave the environment out.")
        found[environment] = []
        for name, weight in sorted(parts[environment].items()):
            scale, _, informant = name.partition("@")
            if scale not in known:
                msg = f"index_parts: the environment '{environment}' names '{scale}', which is no scale."
                raise ParameterError(msg, nearest(scale, known))
            if informant and informant not in INFORMANTS:
                msg = f"index_parts: '{name}' names an informant that is not known."
                raise ParameterError(msg, nearest(informant, INFORMANTS))
            column = f"{environment}|{name}"
            found[environment].append(
                _Component(column, *known[scale], informant or None, _in_thousandths(name, weight))
            )
    return found


def _in_thousandths(name: str, weight: float) -> int:
    exact = Decimal(str(weight)) * _THOUSANDTHS
    if not exact.is_finite() or exact <= 0 or exact != int(exact):
        msg = f"index_parts: the weight of '{name}' must be above 0 with at most three decimals."
        raise ParameterError(msg)
    return int(exact)


def _side_by_side(scored: pl.LazyFrame, wanted: list[_Component]) -> pl.LazyFrame:
    """Return, a person and wave, for each component the sum of points above its worst end, and how many gave them."""
    columns = []
    for one in wanted:
        low, high = (end * int(10**one.scale.decimals) for end in one.scale.range)
        score = pl.col(one.scale.key)
        counted = score if one.informant is None else pl.when(pl.col("informant") == one.informant).then(score)
        points = counted - low if one.scale.higher_is_better else high - counted
        columns += [
            points.sum().alias(f"{one.column}|sum"),
            counted.count().cast(pl.Int64).alias(f"{one.column}|count"),
        ]
    return scored.group_by("respondent", "wave").agg(columns)


def _index(environments: Mapping[str, list[_Component]], min_parts: int) -> pl.Expr:
    """Return the index × 10^decimals of a row of sums and counts."""
    members = [one for environment in environments.values() for one in environment]
    # Every component is a whole number of these parts of its range, whether one, two or three persons gave it.
    grid = math.lcm(*(one.unit for one in members)) * math.lcm(*range(1, len(INFORMANTS) + 1))
    weights = {name: sum(one.weight for one in environment) for name, environment in environments.items()}
    if len(environments) * 2 * 100 * 10**DECIMALS * grid * math.prod(weights.values()) >= _LIMIT:
        msg = "index_parts: the scales and weights are too many or too fine for exact whole numbers."
        raise ParameterError(msg, "Use fewer decimals in the weights, or fewer scales.")
    sums, totals = [], []
    for environment in environments.values():
        points, weight = pl.lit(0, pl.Int128), pl.lit(0, pl.Int128)
        for one in environment:
            count = pl.col(f"{one.column}|count").cast(pl.Int128)
            share = pl.col(f"{one.column}|sum").cast(pl.Int128) * (grid // one.unit) // pl.max_horizontal(count, 1)
            points += one.weight * share  # exact: the grid holds every count
            weight += pl.when(count > 0).then(one.weight).otherwise(0)
        sums.append(points)
        totals.append(weight)
    there = pl.sum_horizontal((total > 0).cast(pl.Int128) for total in totals)
    divisors = [pl.max_horizontal(total, 1) for total in totals]  # 1 where nothing is to be divided
    numerator, product = pl.lit(0, pl.Int128), pl.lit(1, pl.Int128)
    for place, points in enumerate(sums):
        others = [divisor for other, divisor in enumerate(divisors) if other != place]
        numerator += reduce(operator.mul, others, points)
        product *= divisors[place]
    denominator = product * there * grid
    numerator *= 100 * 10**DECIMALS
    rounded = (2 * numerator + denominator) // (2 * denominator)
    return pl.when(there >= min_parts).then(rounded).cast(pl.Int64)
