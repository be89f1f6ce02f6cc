"""What each person, child and family adds to the published cells: rows that two releases are compared by.

Private: the rows are microdata and lie beside the register on the owner's machine alone, never under git or in a push.

A *family* of cells is `scores` (one row a person and scale at a wave: the score), `pairs` (the same person's scores at
two waves, or that one of them is missing), `items` (all answers to the instrument of a scale), or a clean table of
which a person's rows are taken together. Weights and units of the design are left out: who joined, left or answered
otherwise is what a difference of releases would tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import load_instruments, load_regions, of_respondents
from sujuva.moments import in_first_places, in_study, with_initiatives, with_municipality_types
from sujuva.releases.cells import CASES, CONTRIBUTION, ITEMS, PAIRS, PERSON_TABLES, SCORES
from sujuva.scores import index_scale, index_scores, score_columns, scored

_KEYS = ["respondent", "wave", "informant"]
_PART = "\x1f"


def contributions(clean: Path, study: Path, choices: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Return what everybody in the clean tables adds to the published cells.

    Args:
        clean: The folder of clean tables.
        study: The folder of the study's codebooks, as `clean` left them.
        choices: Sections study (regions, waves, groups) and coping (index_parts, index_min_parts) that were taken.

    Returns:
        Columns `CONTRIBUTION` and one a grouping column (null but for scores), one row a person and cell.
    """
    chosen, coping = choices["study"], choices["coping"]
    regions, waves, groups = chosen["regions"], chosen["waves"], chosen["groups"]
    everyone = with_municipality_types(pl.scan_parquet(clean / "respondents.parquet"), load_regions(study))
    within = in_study(everyone, regions=regions, waves=waves).select("respondent", "wave", "region", *groups)
    places = within.collect(engine="streaming")
    instruments = load_instruments(study)
    answers = {
        key: pl.scan_parquet(clean / f"answers_{key}.parquet")
        for key in of_respondents(instruments)
        if (clean / f"answers_{key}.parquet").is_file()
    }
    known = {key: scored(rows, instruments[key]) for key, rows in answers.items()}
    long = [_long(rows, score_columns(instruments[key])) for key, rows in known.items()]
    own: list[pl.DataFrame] = []  # scores that have no items of their own
    if coping["index_parts"]:
        index = index_scores(known, instruments, coping["index_parts"], min_parts=coping["index_min_parts"])
        long.append(_long(index, score_columns(index_scale(coping["index_parts"], instruments))))
        own.append(long[-1])
    scores = pl.concat([*long, _long(pl.LazyFrame(schema=dict.fromkeys(_KEYS, pl.String)), {})])
    scores = scores.join(places, on=["respondent", "wave"])
    parts = [
        scores.with_columns(family=pl.lit(SCORES), since=pl.lit(0)),
        _pairs(scores, waves),
        *(one.join(places, on=_KEYS[:2]).with_columns(family=pl.lit(ITEMS), since=pl.lit(0)) for one in own),
        *(_items(key, rows, list(score_columns(instruments[key])), places) for key, rows in answers.items()),
        *(_table(name, clean / f"{name}.parquet", regions, places) for name in PERSON_TABLES),
    ]
    together = pl.concat([_laid_out(part, groups) for part in parts])
    return together.sort(*CONTRIBUTION.names()[:-1])


def _laid_out(part: pl.DataFrame, groups: Sequence[str]) -> pl.DataFrame:
    names = {"respondent": "person"} if "person" not in part.columns else {}
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in groups if name not in part.columns]
    empty = [pl.lit("").alias(name) for name in ("scale", "informant") if name not in part.columns]
    score = [] if "score" in part.columns else [pl.lit(None, dtype=pl.Float64).alias("score")]
    rows = part.rename(names).with_columns(*missing, *empty, *score).select(*CONTRIBUTION, *groups)
    return rows.cast(pl.Schema({**dict(CONTRIBUTION), **dict.fromkeys(groups, pl.String())}))


def _long(rows: pl.LazyFrame, columns: Mapping[str, int]) -> pl.DataFrame:
    """Return scores one a row: respondent, wave, informant, scale, value (fixed-point, as text) and score."""
    units = {name: 10.0**decimals for name, decimals in columns.items()}
    long = rows.select(*_KEYS, *columns).unpivot(index=_KEYS, variable_name="scale", value_name="points")
    unit = pl.col("scale").replace_strict(units, default=1.0, return_dtype=pl.Float64)
    told = long.with_columns(pl.col("points").cast(pl.Int64), pl.col("wave").cast(pl.Int32)).drop_nulls("points")
    value, score = pl.col("points").cast(pl.String), pl.col("points") / unit
    return told.with_columns(value=value, score=score).drop("points").collect(engine="streaming")


def _pairs(scores: pl.DataFrame, waves: Sequence[int]) -> pl.DataFrame:
    """Return of each two waves everybody with a score at either, in the region of either."""
    by = ["respondent", "informant", "scale"]
    rows = scores.select(*by, "wave", "region", "value")
    made = [_pairs_of(rows, by, earlier, later) for earlier, later in combinations(sorted(waves), 2)]
    nobody = rows.clear().with_columns(since=pl.lit(0), family=pl.lit(PAIRS))
    return pl.concat([one.select(nobody.columns).cast(nobody.schema) for one in (nobody, *made)])


def _pairs_of(rows: pl.DataFrame, by: list[str], earlier: int, later: int) -> pl.DataFrame:
    one, other = (rows.filter(pl.col("wave") == wave).drop("wave") for wave in (earlier, later))
    both = one.join(other, on=by, how="full", coalesce=True, suffix="|later")
    value = pl.concat_str(pl.col("value", "value|later").fill_null(""), separator=_PART)
    placed = both.select(*by, value=value, region=pl.concat_list("region", "region|later").list.drop_nulls())
    placed = placed.with_columns(pl.col("region").list.unique()).explode("region")
    return placed.with_columns(wave=pl.lit(later), since=pl.lit(earlier), family=pl.lit(PAIRS))


def _items(key: str, answers: pl.LazyFrame, scales: Sequence[str], places: pl.DataFrame) -> pl.DataFrame:
    """Return a digest of all answers to an instrument: for each of its scales, and for its table."""
    rows = answers.collect(engine="streaming").join(places.select("respondent", "wave", "region"), on=_KEYS[:2])
    items = [name for name in rows.columns if name not in {*_KEYS, "region", "seconds"}]
    told = rows.select(*_KEYS, "region", value=_digest(rows, items)).with_columns(since=pl.lit(0))
    table = told.with_columns(family=pl.lit(f"answers_{key}"), scale=pl.lit(""), informant=pl.lit(""))
    of_scales = told.with_columns(family=pl.lit(ITEMS)).join(
        pl.DataFrame({"scale": scales}, schema={"scale": pl.String}), how="cross"
    )
    return pl.concat([table, of_scales.select(table.columns)])


def _table(name: str, path: Path, regions: Sequence[str], places: pl.DataFrame) -> pl.DataFrame:
    """Return a digest of a person's rows in a clean table, by region and year; of a family, in each of its years.

    `places`: region of each respondent and wave, for tables that have none of their own.
    """
    person = PERSON_TABLES[name]
    rows = pl.read_parquet(path)
    if "region" not in rows.columns:
        rows = rows.join(places.select("respondent", "wave", "region"), on=["respondent", "wave"])
    if name == "observations":  # a correction of the initiative is one of what is told of the observation
        rows = with_initiatives(rows, pl.read_parquet(path.with_name("initiatives.parquet")))
        rows = rows.with_columns(wave=pl.col("date").dt.year())
    rows = in_first_places(rows, regions=regions) if name == "participation" else in_study(rows, regions=regions)
    ordered = rows.with_columns(_row=pl.concat_str(_texts(rows), separator=_PART)).sort(person, "_row")
    if name == CASES:
        first = pl.col("region").sort_by("time", "sequence").first().over(person)
        # Whose years are which depends on the choices of a study: a family counts in every year it has an event in.
        ordered = ordered.with_columns(
            region=first, wave=pl.col("time").dt.year(), _row=pl.col("_row").str.join(_PART).over(person)
        )
        kept = ordered.unique([person, "region", "wave"], maintain_order=True)
    else:
        kept = ordered.group_by(person, "region", "wave", maintain_order=True).agg(pl.col("_row").str.join(_PART))
    told = kept.select("region", "wave", person=person, value=_digest(kept, ["_row"]))
    return told.with_columns(family=pl.lit(name), since=pl.lit(0))


def _texts(rows: pl.DataFrame) -> list[pl.Expr]:
    return [pl.col(name).cast(pl.String).fill_null("") for name in sorted(rows.columns)]


def _digest(rows: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Return half a SHA-256 of the texts of each row: the same wherever and by whatever version it is computed."""
    texts = rows.select(pl.concat_str(_texts(rows.select(columns)), separator=_PART)).to_series()
    return pl.Series("value", [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts], dtype=pl.String)
