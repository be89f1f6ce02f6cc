"""Counting families: how many have each pair of whole numbers, by region, year and group."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.errors import ContractError
from sujuva.moments.case_log import DAY, MISSING, Array, Log, Words
from sujuva.moments.parts import summed, with_network
from sujuva.moments.study import by_group

TALLIES_KEY = ("measure", "category", "region", "wave", "group", "total", "size")
ACTIVITYOF_CONTACT = "contact"
_WAVES = 1 << 14  # years have four digits
OF_CONTACT = {"trigger": "trigger", "caller": "sector"}
"""Groups that the first contact makes, and the column of each."""
_MOST = 2**16 - 2  # words of a column that one number of 16 bits tells apart
_COUNTED = ("category", "cell", "total", "size")


def wave_of(time: Array) -> Array:
    """Return the years of local times in microseconds since 1970."""
    return np.asarray((time // DAY).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970)


def in_waves(wave: Array, waves: Collection[int] | None) -> Array:
    """Tell which years belong to the study."""
    return np.ones(len(wave), dtype=bool) if waves is None else np.isin(wave, list(waves))


def first_contacts(log: Log) -> Array:
    """Return the row of each family's first contact, or MISSING."""
    return log.first_of(log.where(ACTIVITYOF_CONTACT))


@dataclass(frozen=True)
class Cells:
    """Of each family of a lot its place among `names`, MISSING where it does not count.

    A name is a region, a year, a trigger and a caller in one number.
    """

    place: Array
    names: Array


def cells(log: Log, region: Array, wave: Array, kept: Array) -> Cells:
    """Give each family that is `kept` its cell."""
    contact = first_contacts(log)
    cell = region.astype(np.int64) * _WAVES + wave
    for column in OF_CONTACT.values():
        code = np.where(contact == MISSING, MISSING, log.codes[column][contact])
        if code.max(initial=0) >= _MOST:
            msg = f"The event log has more than {_MOST:,} different words in the column '{column}'."
            raise ContractError(msg, "Recode them to fewer kinds in sources.yaml.")
        cell = cell << 16 | code + 1  # 0: there is none
    names, place = np.unique(cell, return_inverse=True)
    return Cells(np.where(kept, place, MISSING), names)


class Tallies:
    """Counts of families by measure, category, domain, total and size, added up lot by lot."""

    def __init__(self) -> None:
        self._made: list[tuple[str, pl.DataFrame]] = []

    def add(self, measure: str, where: Cells, total: Array, size: Array) -> None:
        """Count families by (total, size); those of size 0 are not counted.

        Args:
            measure: Name of the measure.
            where: Cells of the families.
            total: Of each family, in whole units.
            size: Of each family: how many units the total is of.
        """
        family = np.flatnonzero((size > 0) & (where.place != MISSING))
        self._add(measure, where, family, np.full(len(family), MISSING), total[family], size[family])

    def add_shares(self, measure: str, where: Cells, family: Array, word: Array, size: Array) -> None:
        """Count families by how many of their units have each word.

        The families that have none of a word are counted for it in `finish_tallies`, once all words are known.

        Args:
            measure: Name of the measure; its categories are words.
            where: Cells of the families.
            family: Family of each unit.
            word: Code of each unit's word; never MISSING.
            size: Of each family: how many units it has.
        """
        self.add(measure, where, np.zeros(len(size), dtype=np.int64), size)
        counts = where.place[family] != MISSING
        units, total = np.unique(family[counts].astype(np.int64) << 32 | word[counts], return_counts=True)
        who = units >> 32
        self._add(measure, where, who, units & 0xFFFF_FFFF, total, size[who])

    def _add(self, measure: str, where: Cells, family: Array, word: Array, total: Array, size: Array) -> None:
        """Count families by a word (the code of the category), total and size."""
        if len(family):
            (word, place, total, size), n = count_rows([word, where.place[family], total, size])
            counts = dict(zip(_COUNTED, (word, where.names[place], total, size), strict=True)) | {"families": n}
            self._made.append(
                (measure, pl.DataFrame(counts).cast({**dict.fromkeys(_COUNTED, pl.Int64), "families": pl.Int128}))
            )

    def table(self, words: Words, categories: Mapping[str, str]) -> pl.DataFrame:
        """Return measure, category (null: everybody of a measure that has categories), region, …, and the sum families.

        Args:
            words: Codes of words.
            categories: Column whose words are the categories of a measure, where it has any.
        """
        none = pl.DataFrame(schema=dict.fromkeys(_COUNTED, pl.Int64) | {"families": pl.Int128, "measure": pl.String})
        made = [none.with_columns(pl.col("category").cast(pl.String))]
        for measure in sorted({name for name, _ in self._made}):
            counts = summed(pl.concat(frame for name, frame in self._made if name == measure))
            if measure in categories:
                counts = words.named(counts, category=categories[measure])
            else:
                counts = counts.with_columns(category=pl.lit("", pl.String))
            made.append(counts.with_columns(measure=pl.lit(measure)))
        cell, groups = pl.col("cell"), len(OF_CONTACT)
        place = cell // (1 << 16 * groups)
        codes = {name: cell // (1 << 16 * (groups - 1 - at)) % (1 << 16) - 1 for at, name in enumerate(OF_CONTACT)}
        known = {name: pl.when(code != MISSING).then(code) for name, code in codes.items()}
        placed = pl.concat(made).with_columns(region=place // _WAVES, wave=(place % _WAVES).cast(pl.Int32), **known)
        counts = words.named(by_group(placed.drop("cell"), list(OF_CONTACT)), region="region")
        # Groups are named last, when they are few.
        named = {
            f"{name}:{code}": f"{name}:{word}"
            for name, column in OF_CONTACT.items()
            for code, word in enumerate(words.list(column))
        }
        counts = counts.with_columns(pl.col("group").replace(named))
        return counts.select(*TALLIES_KEY, "families").sort(TALLIES_KEY)


def finish_tallies(table: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return `case_tallies` of the measures that the logs of regions can tell (`known`: region, measure), sorted.

    Of a measure with categories, the families that have none of a word are counted for it: all of their domain and size
    but those that have. Words are those of any region.
    """
    domain = ["measure", "region", "wave", "group", "size"]
    table = with_network(table.join(known, on=["region", "measure"], how="semi"))
    everybody = table.filter(pl.col("category").is_null()).drop("category", "total")
    told = table.filter(pl.col("category").is_not_null())
    having = told.group_by(*domain, "category").agg(some=pl.col("families").sum())
    each = everybody.join(told.select("measure", "category").unique(), on="measure")
    rest = pl.col("families") - pl.col("some").fill_null(0)
    none = each.join(having, on=[*domain, "category"], how="left").with_columns(
        families=rest, total=pl.lit(0, pl.Int64)
    )
    whole = pl.concat([told, none.filter(pl.col("families") > 0).select(told.columns)])
    # A group of a trigger consists of families with that trigger.
    apart = ~((pl.col("measure") == "trigger") & pl.col("group").str.starts_with("trigger:"))
    kept = whole.filter(apart)
    return kept.with_columns(pl.col("families").cast(pl.Int64)).sort(TALLIES_KEY)


def count_rows(columns: Sequence[Array]) -> tuple[list[Array], Array]:
    """Return the distinct rows of whole numbers in ascending order, column by column, and how often each occurs."""
    lows = [int(values.min(initial=0)) for values in columns]
    spans = [int(values.max(initial=0)) - low + 1 for values, low in zip(columns, lows, strict=True)]
    if math.prod(spans) >= np.iinfo(np.int64).max:
        names = [str(number) for number in range(len(columns))]
        frame = pl.DataFrame(dict(zip(names, columns, strict=True)))
        counted = frame.group_by(names).agg(n=pl.len()).sort(names)
        return [counted[name].to_numpy() for name in names], counted["n"].to_numpy().astype(np.int64)
    packed = np.zeros(len(columns[0]), dtype=np.int64)
    for values, low, span in zip(columns, lows, spans, strict=True):
        packed *= span
        packed += values
        packed -= low
    packed.sort()
    packed, n = _count_sorted(packed)
    rows = []
    for low, span in zip(reversed(lows), reversed(spans), strict=True):
        rest = packed // span
        rows.append(packed - rest * span + low)
        packed = rest
    return rows[::-1], n


def _count_sorted(values: Array) -> tuple[Array, Array]:
    """Return the different values of an ascending array, and how often each occurs."""
    first = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
    return values[first], np.diff(np.append(first, len(values)))
