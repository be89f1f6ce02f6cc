"""Counting families: how many have each pair of whole numbers, by region, year and group."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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


def cells(log: Log, region: Array, wave: Array, kept: Array) -> Array:
    """Return of each family its region, year, trigger and caller in one number; MISSING where it is not `kept`."""
    contact = first_contacts(log)
    cell = region.astype(np.int64) * _WAVES + wave
    for column in OF_CONTACT.values():
        code = np.where(contact == MISSING, MISSING, log.codes[column][contact])
        if code.max(initial=0) >= _MOST:
            msg = f"The event log has more than {_MOST:,} different words in the column '{column}'."
            raise ContractError(msg, "Recode them to fewer kinds in sources.yaml.")
        cell = cell << 16 | code + 1  # 0: there is none
    return np.where(kept, cell, MISSING)


class Tallies:
    """Counts of families by measure, category, domain, total and size, added up lot by lot."""

    def __init__(self) -> None:
        self._made: list[tuple[str, pl.DataFrame]] = []

    def add(self, measure: str, where: Array, total: Array, size: Array) -> None:
        """Count families by (total, size); those of size 0 are not counted.

        Args:
            measure: Name of the measure.
            where: Cells of the families.
            total: Of each family, in whole units.
            size: Of each family: how many units the total is of.
        """
        family = np.flatnonzero((size > 0) & (where != MISSING))
        self._add(measure, np.full(len(family), MISSING), where[family], total[family], size[family])

    def add_shares(self, measure: str, where: Array, family: Array, word: Array, size: Array) -> None:
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
        counts = where[family] != MISSING
        units, total = np.unique(family[counts].astype(np.int64) << 32 | word[counts], return_counts=True)
        who = units >> 32
        self._add(measure, units & 0xFFFF_FFFF, where[who], total, size[who])

    def _add(self, measure: str, *columns: Array) -> None:
        if len(columns[0]):
            frame = pl.DataFrame(dict(zip(_COUNTED, columns, strict=True))).cast(pl.Int64)
            self._made.append((measure, frame.group_by(_COUNTED).agg(families=pl.len().cast(pl.Int128))))

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
        placed = pl.concat(made).with_columns(region=place // _WAVES, wave=(place % _WAVES).cast(pl.Int32), **codes)
        named = words.named(placed.drop("cell"), region="region", **OF_CONTACT)
        return by_group(named, list(OF_CONTACT)).select(*TALLIES_KEY, "families").sort(TALLIES_KEY)


def finish_tallies(table: pl.DataFrame, known: Collection[str]) -> pl.DataFrame:
    """Return `case_tallies` of the measures that the log can tell (`known`), sorted.

    Of a measure with categories, the families that have none of a word are counted for it: all of their domain and size
    but those that have.
    """
    domain = ["measure", "region", "wave", "group", "size"]
    table = with_network(table)
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
    kept = whole.filter(pl.col("measure").is_in(list(known)), apart)
    return kept.with_columns(pl.col("families").cast(pl.Int64)).sort(TALLIES_KEY)
