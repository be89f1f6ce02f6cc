"""Made-up pairs of releases: the same persons but for a few who left or joined, published twice."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from sujuva.publish import Indicators, Privacy, publish
from sujuva.published import Published
from sujuva.releases import Before
from sujuva.releases.cells import CONTRIBUTION, KEPT_CELLS, SCORES
from sujuva.releases.compare import compare
from sujuva.releases.register import study_of
from tests.publish import made_up

WAVE, SCALE, INFORMANT, BAND = 2024, "who5", "self", (0, 49)
REGIONS = made_up.REGIONS
_BLANK = {"score": pl.Float64, "gender": pl.String}
_EDGES = np.arange(0, 101, 10)


@dataclass(frozen=True)
class Pair:
    """Two states of one study.

    Attributes:
        old: Persons of the first: person, region, gender (null: unknown), score.
        new: Persons of the second.
        left: Those of the first who are not in the second.
    """

    old: pl.DataFrame
    new: pl.DataFrame

    @property
    def left(self) -> pl.DataFrame:
        return self.old.join(self.new, on="person", how="anti", maintain_order="left")


def persons(rng: np.random.Generator, sizes: list[int], *, first: int = 0) -> pl.DataFrame:
    """Draw persons, so many a region."""
    regions = [region for region, size in zip(REGIONS, sizes, strict=True) for _ in range(size)]
    # The WHO-5 is four times a sum of whole answers.
    scores = np.clip(4 * np.round(rng.normal(56.0, 19.0, len(regions)) / 4), 0, 100)
    genders = rng.choice(["girl", "boy", "other", ""], len(regions), p=[0.49, 0.44, 0.05, 0.02])
    names = [hashlib.sha256(f"{first + number}".encode()).hexdigest()[:32] for number in range(len(regions))]
    frame = pl.DataFrame({"person": names, "region": regions, "gender": genders.tolist(), "score": scores})
    return frame.with_columns(pl.col("gender").replace("", None))


def pair(seed: int) -> Pair:
    """Make a pair: one to four persons of one region leave (or join).

    In every other pair many join elsewhere, and in every fourth many leave there and about as many others join.
    """
    rng = np.random.default_rng(seed)
    old = persons(rng, [int(size) for size in rng.integers(60, 140, len(REGIONS))])
    few = int(rng.integers(1, 5))
    gone = rng.choice(old.filter(region="oulu")["person"].to_list(), few, replace=False).tolist()
    new = old.filter(~pl.col("person").is_in(gone))
    if seed % 2:
        more = persons(rng, [0, int(rng.integers(80, 120)), 0, 0], first=10_000)
        new = pl.concat([new, more])
    if seed % 4 == 2:
        others = rng.choice(new.filter(region="pohjois-karjala")["person"].to_list(), 30, replace=False).tolist()
        more = persons(rng, [0, int(rng.integers(28, 33)), 0, 0], first=10_000)
        new = pl.concat([new.filter(~pl.col("person").is_in(others)), more])
    return Pair(new, old) if seed % 4 == 3 else Pair(old, new)


def contributions_of(world: pl.DataFrame) -> pl.DataFrame:
    """Return what `sujuva.releases.contributions` would of the scores of these persons."""
    rows = world.with_columns(
        family=pl.lit(SCORES), scale=pl.lit(SCALE), informant=pl.lit(INFORMANT), wave=pl.lit(WAVE), since=pl.lit(0),
        value=pl.col("score").cast(pl.Int64).cast(pl.String),
    )  # fmt: skip
    told = rows.select(*CONTRIBUTION, "gender").cast(pl.Schema({**dict(CONTRIBUTION), "gender": pl.String()}))
    table = told.with_columns(
        pl.lit(None, dtype=pl.Float64).alias("score"), pl.lit(None, dtype=pl.String).alias("gender")
    )
    same = {"family": pl.lit("respondents"), "scale": pl.lit(""), "informant": pl.lit("")}
    return pl.concat([told, table.with_columns(**same)])


@cache
def _folder() -> Path:
    return made_up.input_folder(Path(tempfile.mkdtemp(prefix="sujuva-worlds-")), REGIONS)


@cache
def _nothing() -> Indicators:
    made = made_up.indicators()
    return Indicators({name: frame.clear() for name, frame in made.complete().tables.items()})


def indicators_of(world: pl.DataFrame) -> Indicators:
    """Return what publish reads of these persons: their scores, and nothing else."""
    rows: list[tuple[object, ...]] = []
    bars: list[tuple[object, ...]] = []
    for region in (*REGIONS, "network"):
        here = world if region == "network" else world.filter(region=region)
        for group in (None, "girl", "boy", "other"):
            some = here if group is None else here.filter(gender=group)
            place = (SCALE, INFORMANT, region, WAVE, "all" if group is None else f"gender:{group}")
            made_up._score_rows(rows, bars, some["score"].to_numpy(), place, _EDGES, ("low", *BAND))
    nothing = _nothing().tables
    drawn = pl.DataFrame(bars, schema=nothing["distributions"].schema, orient="row")
    return Indicators({**nothing, "parjaavyys": made_up._tidy(rows), "distributions": drawn})


def published(world: pl.DataFrame, before: Before | None = None) -> Published:
    """Publish these persons."""
    return publish(
        indicators_of(world), input_folder=_folder(), privacy=Privacy(), regions=REGIONS, waves=[WAVE], before=before
    )


def before_of(first: Published, old: pl.DataFrame, new: pl.DataFrame) -> Before:
    """Return what publish is told of a first release when the second is published."""
    return before_of_contributions(first, contributions_of(old), contributions_of(new))


def before_of_contributions(first: Published, old: pl.DataFrame, new: pl.DataFrame) -> Before:
    """Return the same of contributions: those of the first release, and those of the second."""
    counts, values = compare(old, new, release=1)
    return Before(
        counts=counts, values=values, kept=pl.DataFrame(schema=KEPT_CELLS), tables=first.tables,
        told=({"number": 1, "date": "2026-01-31"},), study=study_of(first.meta),
    )  # fmt: skip


def cell(world: pl.DataFrame, region: str, group: str) -> pl.DataFrame:
    """Return the persons of a region (or the network) and group ("all" or "gender:…")."""
    here = world if region == "network" else world.filter(region=region)
    return here if group == "all" else here.filter(gender=group.removeprefix("gender:"))


def in_band() -> pl.Expr:
    """Tell who is in the band."""
    return pl.col("score").is_between(*BAND)


def moved(worlds: Pair, region: str, group: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return who joined and who left a cell."""
    old, new = (cell(world, region, group) for world in (worlds.old, worlds.new))
    return new.join(old, on="person", how="anti"), old.join(new, on="person", how="anti")


def told(release: Published, region: str, group: str, indicator: str = "band_share") -> float | None:
    """Return what a release tells of a cell; None where it is hidden."""
    found = release["parjaavyys"].filter(indicator=indicator, region=region, group=group, suppressed="")
    return found["estimate"].item() if found.height else None


def guessed(worlds: Pair, one: Published, two: Published, *, threshold: int = 5) -> tuple[int, int]:
    """Guess of everybody who moved with few others whether they are in the band; return guesses, and right ones.

    The intruder knows who moved, and of each cell exactly how many are in it in both releases: no release tells as
    much. Guesses rest on the share and on the mean of a cell, and on those of the network less the other regions,
    wherever that cell, or the network, came out otherwise than before.
    """
    guesses = right = 0
    for region in REGIONS:
        for group in ("all", "gender:girl", "gender:boy", "gender:other"):
            joined, left = moved(worlds, region, group)
            some = joined if joined.height else left
            if (joined.height and left.height) or not 0 < some.height < threshold:
                continue
            for indicator in ("band_share", "score_mean"):
                for change in _changes(worlds, one, two, region, group, indicator):
                    each = (change if joined.height else -change) / some.height
                    guess = each > 0.5 if indicator == "band_share" else each < BAND[1] + 0.5
                    guesses += some.height
                    right += some.filter(in_band() == guess).height
    return guesses, right


def _changes(worlds: Pair, one: Published, two: Published, region: str, group: str, indicator: str) -> list[float]:
    """Return by how much n times the number of a cell grew: in the cell, and in the network less the other regions."""
    found = []
    for places in ([region], ["network", *(other for other in REGIONS if other != region)]):
        numbers = [[told(release, place, group, indicator) for place in places] for release in (one, two)]
        if None in numbers[0] + numbers[1] or numbers[0][0] == numbers[1][0]:
            continue  # what did not change is the older number: nothing can be subtracted from it
        sums = [
            sum(
                (1 if place == places[0] else -1) * (number or 0.0) * cell(world, place, group).height
                for place, number in zip(places, some, strict=True)
            )
            for world, some in zip((worlds.old, worlds.new), numbers, strict=True)
        ]
        found.append(sums[1] - sums[0])
    return found
