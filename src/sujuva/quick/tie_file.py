"""A file of ties, and one of the actors between them, opened as they are and put into the shape of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import polars as pl

from sujuva.errors import ContractError, ParameterError, SourceError, nearest
from sujuva.intake.emit import plain
from sujuva.intake.opened import NO_MATRIX, as_text, demand, find_columns, open_part, open_table, parts_of
from sujuva.intake.words import names_of, words_of
from sujuva.normal import differing_in_case
from sujuva.quick.columns import kept
from sujuva.sources import RawTable
from sujuva.sources.matrix import RATING, SOURCE, TARGET, Reported
from sujuva.sources.raw import ungrouped
from sujuva.tables.network import RATING_RANGE

REGION, RELATION, WAVE = "all", "ties", 0
"""Region, relation and wave of ties that tell none."""
NO_SECTOR = ""
RULES = {
    "missing_end": "the source or the target is empty",
    "self_tie": "an actor is tied to itself",
    "unknown_actor": "the source or the target is not in the file of actors",
    "wrong_wave": "the wave is no whole number",
    "no_number": "the rating is no number",
    "out_of_range": f"the rating is not between {RATING_RANGE[0]} and {RATING_RANGE[1]}",
}
"""Why a row is left out."""
_COLUMNS = "Name the columns with --source, --target and --value, and the actors with --nodes."
_HINTS = {
    "": _COLUMNS,
    "missing_end": "Name the columns with --source and --target.",
    "self_tie": "A tie is between two actors: if the other one stands in another column, name it with --target COLUMN.",
    "unknown_actor": "Name the column of the actors with --node, as it is written in the ties, or leave --nodes out.",
    "wrong_wave": "Name the column of the year with --wave.",
    "no_number": "Name the column of the ratings with --value.",
    "out_of_range": "Name the column of the ratings with --value.",
}
"""What to do where no row is left, by the one rule that all of them break."""
ACTOR_RULES = {"missing_actor": "no actor is named", "repeated_actor": "the actor has a row already"}
"""Why a row of the file of actors is left out."""
_RATINGS = ("weight", "arvio", "arvosana", "betyg", "paino", "vikt", "arvo", "värde", "varde")
_TIES = {
    "source": names_of("ties", "source"),
    "target": names_of("ties", "target"),
    "value": (*names_of("ties", "observed"), *_RATINGS),
    **{name: names_of("ties", name) for name in ("expected", "relation", "wave", "region")},
}
_ACTORS = ("label", "node", "actor", "vertex")
_NODES = {
    "node": (*names_of("organisations", "organisation"), *names_of("organisations", "name"), *_ACTORS),
    "sector": names_of("organisations", "sector"),
    "level": names_of("organisations", "level"),
    "region": names_of("ties", "region"),
}


@dataclass(frozen=True)
class TieFile:
    """The networks of a file, and what became of its rows."""

    actors: pl.DataFrame  # region, organisation, name, sector ("" where not known), level
    ties: pl.DataFrame  # region, wave, relation, source, target, observed, expected, directed
    rows: int
    columns: Mapping[str, str]  # of the file of ties, by what they tell
    node_columns: Mapping[str, str]  # of the file of actors; empty without one
    left_out: Mapping[str, tuple[int, ...]]  # numbers of the rows of ties, by the first of `RULES` that they break
    actors_left_out: Mapping[str, tuple[int, ...]]  # of actors, by `ACTOR_RULES`
    repeated: int  # rows that rate a pair again; the highest of its ratings counts
    rated: bool  # else each row is a tie
    filled: int  # blanks of a column in which nothing but a mark stands: they say that there is no tie
    alike: tuple[tuple[str, ...], ...]  # actors, sectors, relations, regions that differ in capitals alone
    matrix: str  # how the file is a sociomatrix (rows, columns, symmetric); empty: it has a row a tie
    cells: Mapping[str, int]  # cells of the matrix that make no row
    sectors: bool  # whether any actor has one
    unused: tuple[str, ...]


def read_ties(
    path: Path,
    nodes: Path | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    node_columns: Mapping[str, str] | None = None,
    directed: bool = True,
    sheet: str | None = None,
    node_sheet: str | None = None,
    matrix: str | None = None,
) -> TieFile:
    """Read ties, and the actors between them, from files of any kind that the readers know.

    Columns are found by the words that people use for them; `columns` and `node_columns` name others. Without a
    column of ratings each row is a tie, rated 1. Without a file of actors they are those of the ties, all without a
    sector, and nobody knows of actors without ties.

    Args:
        path: Ties: source, target and where there are any value, expected, relation, wave, region.
        nodes: Actors: the actor (by default the first column when none is called so) and sector, level, region.
        columns: Column of the file of ties by what it tells.
        node_columns: Column of the file of actors by node, sector, level, region.
        directed: Whether ties go from source to target only.
        sheet: Of ties; default: the only one, or the one that is not of actors.
        node_sheet: Of actors; default: the only one, or the one not of ties. Without `nodes` in the file of ties.
        matrix: How the file is a sociomatrix: `sujuva.sources.matrix`, or no; default: rows where it looks like one.
            Of a workbook with a matrix on each sheet, each sheet is a region.

    Raises:
        SourceError: A file is missing or cannot be read, or has several sheets.
        ContractError: No column tells source or target, or no row can be used.
        ParameterError: A column that is named is not there, or there is no such kind of matrix.
    """
    if matrix is not None and matrix not in (*get_args(Reported), NO_MATRIX):
        msg = f"--matrix: '{matrix}' is no way to read a matrix."
        raise ParameterError(msg, nearest(matrix, (*get_args(Reported), NO_MATRIX)))
    nodes = path if nodes is None and node_sheet is not None else nodes
    one_book = nodes is not None and nodes.resolve() == path.resolve()
    raw, matrix = _sheet_of_ties(path, sheet, node_sheet if one_book else None, one_book=one_book, matrix=matrix)
    directed = directed and matrix != "symmetric"
    everyone = as_text(raw)  # of a matrix: whoever has no tie has a row and a column of it all the same
    if matrix:
        raw = _filled(raw, everyone[RATING].is_not_null())
    text = as_text(raw)
    found = find_columns(text.columns, _TIES, columns, of="tie")
    demand(found, ("source", "target"), text.columns, of="a tie")
    taken = text.select(pl.col(name).alias(role) for role, name in found.items())
    numbers = [name for name in ("value", "expected") if name in found]
    taken = taken.with_columns(ungrouped(taken[name], raw).alias(name) for name in numbers)
    rated = "value" in found
    values = _ratings(taken["value"], raw.decimals) if rated else pl.repeat(1.0, taken.height, eager=True)
    blank = taken["value"].is_null() if rated else pl.repeat(value=False, n=taken.height, eager=True)
    marks = rated and blank.any() and values.drop_nulls().unique().to_list() == [1.0]
    shaped = taken.select(
        region=_or(taken, "region", REGION),
        wave=pl.col("wave").cast(pl.Float64, strict=False) if "wave" in found else pl.lit(float(WAVE)),
        relation=_or(taken, "relation", RELATION),
        source="source",
        target="target",
        observed=(values.set(blank, 0.0) if marks else values).alias("observed"),
        expected=_number("expected", raw.decimals) if "expected" in found else pl.lit(None, pl.Float64),
        directed=pl.lit(directed),
    )
    if nodes is None:
        told = everyone.select(SOURCE, TARGET, region=_or(everyone, "region", REGION)) if matrix else shaped
        actors, named, actors_out = _ends(told)
    else:
        opened = open_table(nodes, node_sheet, option="--node-sheet", beside=sheet if one_book else None)
        actors, named, actors_out = _actors(nodes, opened, node_columns or {}, shaped)
    known = shaped.select("region", "source", "target").with_row_index()
    there = actors.select("region", "organisation")
    actors_at = [there.rename({"organisation": end}) for end in ("source", "target")]
    strangers = pl.concat([known.join(at, on=at.columns, how="anti") for at in actors_at])
    outside = ~pl.col("observed", "expected").is_between(*RATING_RANGE)
    broken = {
        "missing_end": shaped["source"].is_null() | shaped["target"].is_null(),
        "self_tie": (shaped["source"] == shaped["target"]).fill_null(value=False),
        "unknown_actor": known["index"].is_in(strangers["index"].implode()),
        "wrong_wave": ~((shaped["wave"] % 1) == 0).fill_null(value=False),
        "no_number": _unread(taken, shaped, {"value": "observed", "expected": "expected"}),
        "out_of_range": shaped.select(pl.any_horizontal(outside.fill_null(value=False))).to_series(),
    }
    used, left_out = kept(shaped, raw.rows, broken)
    if not used.height:
        why = "; ".join(f"{len(rows)}: {RULES[rule]}" for rule, rows in left_out.items())
        msg = f"No row of {path.name} can be used{f' ({why})' if why else ''}."
        raise ContractError(msg, _HINTS[next(iter(left_out)) if len(left_out) == 1 else ""])
    ties = used.with_columns(pl.col("wave").cast(pl.Int32))
    if nodes is None and not matrix:
        used = pl.concat([ties.select("region", organisation=end) for end in ("source", "target")]).unique()
        actors = actors.join(used, on=["region", "organisation"], how="semi")
    named_by = (actors["organisation"], actors["sector"], ties["relation"], ties["region"])
    ends = [pl.min_horizontal("source", "target"), pl.max_horizontal("source", "target")]
    pair = ["source", "target"] if directed else [ends[0].alias("source"), ends[1].alias("target")]
    again = ties.height - ties.select("region", "wave", "relation", *pair).unique().height
    return TieFile(
        actors=actors,
        ties=ties,
        rows=text.height,
        columns=found,
        node_columns=named,
        left_out=left_out,
        actors_left_out=actors_out,
        repeated=again,
        rated=rated,
        matrix=matrix,
        cells=dict(raw.left_out),
        filled=int(blank.sum()) if marks else 0,
        alike=tuple(names for one in named_by for names in differing_in_case(one.unique())),
        sectors=bool((actors["sector"] != NO_SECTOR).any()),
        unused=tuple(name for name in text.columns if name not in found.values()),
    )


def _sheet_of_ties(
    path: Path, sheet: str | None, of_nodes: str | None, *, one_book: bool, matrix: str | None
) -> tuple[RawTable, str]:
    """Return the table of ties, and how it is a sociomatrix ("": it is none)."""
    parts = [one for one in parts_of(path, sheet) if sheet is not None or of_nodes is None or one.sheet != of_nodes]
    kinds = [matrix or (plain(one.options["matrix"]) if "matrix" in one.options else NO_MATRIX) for one in parts]
    if len(parts) == 1:
        return open_part(path, parts[0], matrix=kinds[0]), "" if kinds[0] == NO_MATRIX else str(kinds[0])
    matrices = [one for one in parts if "matrix" in one.options]
    if matrices and matrix != NO_MATRIX and (one_book or len(matrices) == len(parts)):
        kind = matrix or "rows"
        return _by_region([(str(one.sheet), open_part(path, one, matrix=kind)) for one in matrices]), kind
    try:
        return open_table(path, sheet, beside=of_nodes), ""
    except SourceError as error:
        if "--sheet" not in error.hint or sheet is not None:
            raise
        more = " Name that of the actors with --node-sheet." if not one_book or of_nodes is None else ""
        raise SourceError(error.message, error.hint + more) from None


def _filled(raw: RawTable, filled: pl.Series) -> RawTable:
    """Leave out the blank cells of a matrix, counted."""
    blank = {"blank cells": int((~filled).sum())} if not filled.all() else {}
    rows, frame = raw.rows.filter(filled), raw.frame.filter(filled)
    return replace(raw, frame=frame, rows=rows, left_out={**raw.left_out, **blank})


def _by_region(sheets: Sequence[tuple[str, RawTable]]) -> RawTable:
    """Return the matrices of a workbook as one table, each sheet a region."""
    left: Counter[str] = Counter()
    for _, raw in sheets:
        left.update(raw.left_out)
    frames = [raw.frame.with_columns(region=pl.lit(name)) for name, raw in sheets]
    return RawTable(
        pl.concat(frames), sheets[0][1].decimals, rows=pl.concat([raw.rows for _, raw in sheets]), left_out=left
    )


def _or(frame: pl.DataFrame, name: str, otherwise: str) -> pl.Expr:
    return pl.col(name).fill_null(otherwise) if name in frame.columns else pl.lit(otherwise)


def _number(name: str, decimals: str) -> pl.Expr:
    text = pl.col(name).str.replace(",", ".", literal=True) if "," in decimals else pl.col(name)
    return text.cast(pl.Float64, strict=False)


def _ratings(column: pl.Series, decimals: str) -> pl.Series:
    """Return ratings as numbers; yes and no, and a mark such as x, are 1 and 0; null where it is none of these."""
    said = {word: float(code) for code, words in words_of("yes_no").items() for word in words}
    words = column.str.to_lowercase().replace_strict(said, default=None, return_dtype=pl.Float64)
    numbers = column.to_frame("value").select(_number("value", decimals)).to_series()
    return numbers.zip_with(numbers.is_not_null(), words)


def _unread(taken: pl.DataFrame, shaped: pl.DataFrame, columns: Mapping[str, str]) -> pl.Series:
    """Tell where something stands that is no number; an empty cell is a report that is missing."""
    wrong = pl.Series([False]).new_from_index(0, shaped.height)
    for name, made in columns.items():
        if name in taken.columns:
            wrong = wrong | (taken[name].is_not_null() & ~shaped[made].is_finite().fill_null(value=False))
    return wrong


def _ends(ties: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, str], dict[str, tuple[int, ...]]]:
    """Return, as `_actors` does, those between whom the ties are, of whom nothing more is known."""
    ends = [ties.select("region", organisation=end).drop_nulls() for end in ("source", "target")]
    blank = {"sector": pl.lit(NO_SECTOR), "level": pl.lit(None, pl.String)}
    every = pl.concat(ends).unique().sort("region", "organisation")
    return every.with_columns(name="organisation", **blank), {}, {}


def _actors(
    nodes: Path, raw: RawTable, columns: Mapping[str, str], ties: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, str], dict[str, tuple[int, ...]]]:
    """Return the actors of every region, the columns that tell of them, and the rows left out."""
    regions = ties.select("region").unique().sort("region")
    text = as_text(raw)
    found = find_columns(text.columns, _NODES, columns, of="actor")
    if "node" not in found:
        free = [name for name in text.columns if name not in found.values()]
        if not free:
            msg = f"No column of {nodes.name} tells the actor."
            raise ContractError(msg, "Name it with --node COLUMN.")
        found = {"node": free[0], **found}
    taken = text.select(pl.col(name).alias(role) for role, name in found.items()).rename({"node": "organisation"})
    key = ["region", "organisation"] if "region" in found else ["organisation"]
    repeated = ~taken.select(pl.struct(key).is_first_distinct()).to_series()
    rules = {"missing_actor": taken["organisation"].is_null(), "repeated_actor": repeated}
    named, left_out = kept(taken, raw.rows, rules)
    named = named if "region" in found else regions.join(named, how="cross")
    made = named.select(
        pl.col("region").fill_null(REGION),
        "organisation",
        name="organisation",
        sector=_or(named, "sector", NO_SECTOR),
        level=pl.col("level") if "level" in found else pl.lit(None, pl.String),
    )
    return made.sort("region", "organisation"), found, left_out
