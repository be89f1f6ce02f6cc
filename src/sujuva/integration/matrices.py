"""Ratings as sociomatrices: one square matrix a network, in which a report that is missing is no zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.errors import ContractError, ParameterError, nearest
from sujuva.tables.network import RATING_RANGE

Unlisted = Literal["auto", "missing", "none"]
NETWORK_KEY = ("region", "wave", "relation")
"""One network is one relation of one region at one wave."""
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sociomatrix:
    """The ratings of one network; rows rate columns.

    Attributes:
        region: Its region.
        wave: Its wave.
        relation: Its relation.
        organisations: All actors of the region, sorted; those that nobody rates as well.
        sectors: The sector of each.
        levels: The level of services of each, None where not known.
        observed: n×n ratings; NaN where nothing was reported, and on the diagonal. Symmetric when not `directed`.
        expected: The ratings that were hoped for, likewise.
        directed: Whether each end rates for itself.
        marked: Nothing but 1, or 0 and 1, was ever said of the relation in the region (`marked_relations`): yes and no,
            and no ratings on a scale.
    """

    region: str
    wave: int
    relation: str
    organisations: tuple[str, ...]
    sectors: tuple[str, ...]
    levels: tuple[str | None, ...]
    observed: Matrix
    expected: Matrix
    directed: bool
    marked: bool = False

    @property
    def size(self) -> int:
        """Number of actors."""
        return len(self.organisations)


def sociomatrices(actors: pl.DataFrame, ties: pl.DataFrame, *, unlisted: Unlisted = "auto") -> Iterator[Sociomatrix]:
    """Yield the sociomatrix of every region, wave and relation that was asked about, in this order.

    A pair that was rated more than once has the highest of its ratings; in a relation without direction the two
    orders of a pair are one.

    Args:
        actors: region, organisation, sector and, where known, level; one row an actor.
        ties: region, wave, relation, source, target, observed, directed and, where asked, expected.
        unlisted: What a pair without a row means. `none`: an observed rating of 0, as in lists of ties. `missing`: not
            reported. `auto`: missing where the relation has any rating of 0 in that region, in whichever wave (whoever
            lists zeros lists every pair), else none.

    Raises:
        ParameterError: `unlisted` is not allowed.
        ContractError: A tie leads to itself or to an unknown actor, a rating is out of range, or a relation is both
            directed and undirected.
    """
    check_unlisted(unlisted)
    check_ties(ties)
    extra = {name: pl.lit(None, kind) for name, kind in (("level", pl.String), ("expected", pl.Int16))}
    people = _with(actors, "level", extra).select("region", "organisation", "sector", "level")
    regions = {str(region): part for (region,), part in people.sort("organisation").group_by("region")}
    rated = _with(ties, "expected", extra).sort(*NETWORK_KEY, "source", "target")
    zeros = rated.filter(pl.col("observed") == 0).select("region", "relation").unique()
    listing = set(zeros.iter_rows())
    marked = set(marked_relations(rated).iter_rows())
    for (region, wave, relation), part in rated.group_by(NETWORK_KEY, maintain_order=True):
        own = regions.get(str(region), people.clear())
        names = own["organisation"].to_list()
        directed = bool(part["directed"][0])
        absent = unlisted == "missing" or (unlisted == "auto" and (region, relation) in listing)
        cells = _cells(names, part)
        yield Sociomatrix(
            region=str(region),
            wave=int(str(wave)),
            relation=str(relation),
            organisations=tuple(names),
            sectors=tuple(own["sector"]),
            levels=tuple(own["level"]),
            observed=_matrix(len(names), *cells, part["observed"], absent=absent, directed=directed),
            # A list of ties tells what there is, never what is hoped for.
            expected=_matrix(len(names), *cells, part["expected"], absent=True, directed=directed),
            directed=directed,
            marked=(region, relation) in marked,
        )


def marked_relations(ties: pl.DataFrame) -> pl.DataFrame:
    """Return the relations (region, relation) that were told with a mark: 1 for a tie, 0 or nothing for none.

    Of such a relation no rating of a region, in whichever wave, observed or expected, is anything but 0 or 1, and some
    are 1. It is a list of ties, and no reports of which all are weak: a tie needs 1 here, whatever it needs on a scale.
    """
    said = [pl.col(name) for name in ("observed", "expected") if name in ties.columns]
    highest = pl.max_horizontal(one.max() for one in said)
    whole = pl.all_horizontal(((one == 0) | (one == 1)).all() for one in said)
    groups = ties.group_by("region", "relation").agg(marked=whole & (highest == 1))
    return groups.filter("marked").select("region", "relation").sort("region", "relation")


def check_unlisted(unlisted: str) -> None:
    """Raise a `ParameterError` for a word for pairs without a row that is none of auto, missing and none."""
    if unlisted not in get_args(Unlisted):
        msg = f"unlisted is '{unlisted}': a pair without a row is missing, none (no tie), or auto."
        raise ParameterError(msg, nearest(unlisted, get_args(Unlisted)))


def check_ties(ties: pl.DataFrame) -> None:
    """Raise a `ContractError` for ties that no network can be made of.

    That is both directed and undirected rows, a tie of an actor with itself, or a rating out of `RATING_RANGE`.
    """
    mixed = ties.group_by(NETWORK_KEY).agg(kinds=pl.col("directed").n_unique()).filter(pl.col("kinds") > 1)
    if mixed.height:
        region, wave, relation, _ = mixed.sort(NETWORK_KEY).row(0)
        msg = f"The relation '{relation}' of {region} {wave} has both directed and undirected ties."
        raise ContractError(msg, "Feed them as two relations, or mark both sources undirected in sources.yaml.")
    if (ties["source"] == ties["target"]).any():
        msg = "An actor has a tie with itself."
        raise ContractError(msg, "Remove the diagonal of the sociomatrix.")
    low, high = RATING_RANGE
    for name in ("observed", "expected"):
        if name in ties.columns:
            count = int((~ties[name].is_between(low, high)).sum())
            if count:
                msg = f"{count} ratings in {name} are not between {low} and {high}."
                raise ContractError(msg, "Correct the ratings, or declare their code for no answer as missing.")


def _with(frame: pl.DataFrame, name: str, extra: dict[str, pl.Expr]) -> pl.DataFrame:
    return frame if name in frame.columns else frame.with_columns(extra[name].alias(name))


def _cells(names: list[str], part: pl.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return row and column of each rating.

    Raises:
        ContractError: A tie leads to an actor that is not among `names`.
    """
    place = {name: number for number, name in enumerate(names)}
    ends = [[place.get(name, -1) for name in part[end]] for end in ("source", "target")]
    strangers = sum(min(pair) < 0 for pair in zip(*ends, strict=True))
    if strangers:
        msg = f"{strangers} ties lead to an actor that is not in the table of organisations."
        raise ContractError(msg, "Add the organisation, or remove its ties.")
    return np.array(ends[0], np.int64), np.array(ends[1], np.int64)


def _matrix(
    size: int,
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    ratings: pl.Series,
    *,
    absent: bool,
    directed: bool,
) -> Matrix:
    """Put ratings into their cells; a network in which nobody was rated at all stays empty."""
    values = ratings.cast(pl.Float64).to_numpy(writable=True)
    made = np.full((size, size), -np.inf)
    known = ~np.isnan(values)
    listed = np.zeros((size, size), bool)
    listed[rows, columns] = True
    np.maximum.at(made, (rows[known], columns[known]), values[known])
    if not directed:
        made, listed = np.maximum(made, made.T), listed | listed.T
    # Where pairs are left out because there is no tie, a cell without a row says 0, if anyone was asked at all.
    silent = np.nan if absent or not known.any() else 0.0
    made[np.isneginf(made)] = np.nan
    made[~listed] = silent
    np.fill_diagonal(made, np.nan)
    return made
