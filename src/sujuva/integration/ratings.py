"""What rated relations have in common: which relations a measure is of, and the rows that its values become."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import polars as pl

from sujuva.codebooks import Relation, relation_of
from sujuva.errors import ContractError, ParameterError
from sujuva.integration.matrices import Matrix, Sociomatrix
from sujuva.integration.measures import FEW_ACTORS, NO_RATINGS, Measure
from sujuva.tidy import TIDY, tidy

ABOVE_RANGE = "ratings_above_range"
"""Note: some ratings are higher than the scale goes, so that nothing on that scale can be said."""
YES_NO = "yes_no_ties"
"""Note: the relation was told with yes and no alone: each yes is a tie, and nothing can be said on a scale."""
ACTORS = pl.Schema(
    {
        "region": pl.String(),
        "wave": pl.Int32(),
        **dict.fromkeys(("relation", "organisation", "measure"), pl.String()),
        "value": pl.Float64(),
        "note": pl.String(),
    }
)
"""Columns of the table of values per organisation and their types; its key is all but value and note."""
Row = tuple[str, str, str, str, int, float | None, int, str]
"""indicator, scale, category, region, wave, estimate, n, note."""
_ROW = ("indicator", "scale", "category", "region", "wave", "estimate", "n", "note")


def of_kind(ties: pl.DataFrame, relations: Mapping[str, Relation], *kinds: str) -> pl.DataFrame:
    """Return the rows of `ties` whose relation is of some kinds; one not in the codebook is a tie."""
    names = [name for name in ties["relation"].unique() if relation_of(name, relations).kind in kinds]
    return ties.filter(pl.col("relation").is_in(names))


def check_depth_max(depth_max: int) -> None:
    """Raise a `ParameterError` for a scale without a step."""
    if depth_max < 1:
        msg = f"depth_max is {depth_max}: the highest rating is at least 1 (on the scale of HSIM it is 4)."
        raise ParameterError(msg)


def check_ends(actors: pl.DataFrame, rows: pl.DataFrame, *columns: str) -> None:
    """Raise a `ContractError`, with their number, for rows that name an organisation which has no row itself."""
    for column in columns:
        keys = rows.select("region", organisation=column)
        strangers = keys.join(actors, on=["region", "organisation"], how="anti").height
        if strangers:
            msg = f"In {strangers} rows, {column} is not in the table of organisations."
            raise ContractError(msg, "Add the organisation, or remove its rows.")


def above(ratings: Matrix, highest: int) -> bool:
    """Whether any rating is higher than the scale goes."""
    return bool(np.any(ratings > highest))


def off_scale(network: Sociomatrix, highest: int, *ratings: Matrix) -> str:
    """Return the note why ratings say nothing on a scale from 0 to `highest`; "" where they do."""
    if network.marked and highest > 1:
        return YES_NO
    return ABOVE_RANGE if any(above(one, highest) for one in ratings) else ""


def mean_of(values: Matrix, *, few: bool = False, note: str = "") -> Measure:
    """Return the mean of the values that are known (not NaN), or None and why there is none.

    That is `few` actors, a `note` why there is no value although ratings are there, or that there are none.
    """
    if few:
        return Measure(None, FEW_ACTORS)
    if note:
        return Measure(None, note)
    known = values[~np.isnan(values)]
    return Measure(float(known.sum() / known.size)) if known.size else Measure(None, NO_RATINGS)


def indicator_frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Return the rows as tidy indicators."""
    schema = {name: TIDY[name] for name in _ROW}
    return tidy(pl.DataFrame(list(rows), schema=schema, orient="row"))


def indicators_of(
    networks: Iterable[Sociomatrix], measures: Callable[[Sociomatrix], Mapping[tuple[str, str], Measure]]
) -> pl.DataFrame:
    """Return tidy indicators: `scale` is the relation, n counts actors; `measures` are by indicator and category."""
    return indicator_frame(
        (indicator, one.relation, category, one.region, one.wave, value, one.size, note)
        for one in networks
        for (indicator, category), (value, note) in measures(one).items()
    )


def actors_of(
    networks: Iterable[Sociomatrix], measures: Callable[[Sociomatrix], Mapping[str, Iterable[Measure]]]
) -> pl.DataFrame:
    """Return the table of actors, columns `ACTORS`; each measure has values of all actors in their order."""
    return actor_frame(
        (one.region, one.wave, one.relation, organisation, measure, value, note)
        for one in networks
        for measure, values in measures(one).items()
        for organisation, (value, note) in zip(one.organisations, values, strict=True)
    )


def actor_frame(rows: Iterable[tuple[str, int, str, str, str, float | None, str]]) -> pl.DataFrame:
    """Return the rows as table of actors, sorted by its key."""
    return pl.DataFrame(list(rows), schema=ACTORS, orient="row").sort(list(ACTORS)[:5])


def stream(seed: int, *key: object) -> np.random.Generator:
    """Return the random numbers of one network: the same whatever other networks there are.

    Raises:
        ParameterError: `seed` is negative.
    """
    if seed < 0:
        msg = f"seed is {seed}: it is a whole number of at least 0."
        raise ParameterError(msg)
    return np.random.default_rng([seed, zlib.crc32("\x1f".join(map(str, key)).encode())])
