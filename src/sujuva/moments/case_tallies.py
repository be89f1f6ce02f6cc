"""Counting families: how many have each pair of whole numbers, by region, year and group."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.case_log import DAY, MISSING, Array, Log, Words
from sujuva.moments.parts import summed
from sujuva.moments.study import ALL

TALLIES_KEY = ("measure", "category", "region", "wave", "group", "total", "size")
ACTIVITY_OF_CONTACT = "contact"
_KINDS = (ALL, "trigger", "caller")
_WAVES = 1 << 14  # years have four digits
_OF_CONTACT = ("trigger", "sector")
_DENSE = 1_000_000  # cells of a table of counts that is filled rather than sorted


@dataclass(frozen=True)
class Domains:
    """The domains that families count in: everybody's, that of the trigger and that of the caller.

    Attributes:
        cell: Of each family its cell in a table of regions, years, triggers and callers (each of the last two from 1,
            0 where there is none), MISSING where the family does not count.
        shape: How many regions, years, triggers and callers the table has.
        late: The first year.
    """

    cell: Array
    shape: tuple[int, int, int, int]
    late: int

    def codes(self, place: Array, kind: int, word: Array) -> Array:
        """Return the codes of domains, see `labels`, by their place among regions and years."""
        return _code(place // self.shape[1], place % self.shape[1] + self.late, kind, word)


def wave_of(time: Array) -> Array:
    """Return the years of local times in microseconds since 1970."""
    return np.asarray((time // DAY).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970)


def in_waves(wave: Array, waves: Collection[int] | None) -> Array:
    """Tell which years belong to the study."""
    return np.ones(len(wave), dtype=bool) if waves is None else np.isin(wave, list(waves))


def first_contacts(log: Log) -> Array:
    """Return the row of each family's first contact, or MISSING."""
    return log.first_of(log.where(ACTIVITY_OF_CONTACT))


def domains(log: Log, region: Array, wave: Array, kept: Array) -> Domains:
    """Give each family that is `kept` its domains."""
    cell = np.full(log.families, MISSING, dtype=np.int64)
    who = np.flatnonzero(kept)
    if not len(who):
        return Domains(cell, (0, 0, 0, 0), 0)
    contact = first_contacts(log)[who]
    trigger, caller = (np.where(contact == MISSING, MISSING, log.codes[name][contact]) for name in _OF_CONTACT)
    late = int(wave[who].min())
    parts = (region[who], wave[who] - late, trigger + 1, caller + 1)
    regions, years, triggers, callers = (int(part.max()) + 1 for part in parts)
    shape = (regions, years, triggers, callers)
    cell[who] = np.ravel_multi_index(parts, shape)
    return Domains(cell, shape, late)


def number_domains(region: Array, wave: Array, trigger: Array, caller: Array) -> tuple[Array, Array, Array]:
    """Number the domains of families by region, year, and the trigger and the sector of their first contact.

    A family whose first contact has no trigger, or no sector, is in no group of that kind.

    Returns:
        Places of the families, each up to three times; for each the place of its domain in the third; codes of the
        domains, see `labels`.
    """
    if not len(region):
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    late, triggers, callers = int(wave.min()), int(trigger.max()) + 1, int(caller.max()) + 1
    years, groups = int(wave.max()) - late + 1, 1 + triggers + callers
    whole = (region.astype(np.int64) * years + (wave - late)) * groups
    called, about = np.flatnonzero(caller != MISSING), np.flatnonzero(trigger != MISSING)
    cell = np.concatenate([whole, whole[about] + 1 + trigger[about], whole[called] + 1 + triggers + caller[called]])
    family = np.concatenate([np.arange(len(region)), about, called])
    used = np.zeros(int(cell.max()) + 1, dtype=bool)
    used[cell] = True
    cells = np.flatnonzero(used)
    place = (np.cumsum(used, dtype=np.int32) - 1)[cell]
    group = cells % groups
    kind = (group > 0).astype(np.int64) + (group > triggers)
    word = np.where(kind == 0, 0, group - np.where(kind == 1, 1, 1 + triggers))
    return family, place, _code(cells // groups // years, cells // groups % years + late, kind, word)


def _code(region: Array, wave: Array, kind: Array | int, word: Array | int) -> Array:
    return np.asarray(((region.astype(np.int64) * _WAVES + wave) * len(_KINDS) + kind) << 32 | word)


def labels(code: pl.Series, words: Words) -> pl.DataFrame:
    """Return region, wave and group of domains by their numbers; a region of no code is the network."""
    distinct = code.unique().sort()
    numbers = distinct.to_numpy()
    head, word = numbers >> 32, numbers & 0xFFFF_FFFF
    kind, head = head % len(_KINDS), head // len(_KINDS)
    named = {1: words.list("trigger"), 2: words.list("sector")}
    groups = [
        ALL if one == 0 else f"{_KINDS[one]}:{named[one][place]}"
        for one, place in zip(kind.tolist(), word.tolist(), strict=True)
    ]
    regions = [*words.list("region"), NETWORK]
    made = pl.DataFrame(
        {
            "domain": distinct,
            "region": [regions[place] for place in (head // _WAVES).tolist()],
            "wave": pl.Series(head % _WAVES).cast(pl.Int32),
            "group": groups,
        },
        schema_overrides={"region": pl.String, "group": pl.String},
    )
    return pl.DataFrame({"domain": code}).join(made, on="domain", how="left", maintain_order="left").drop("domain")


def network_codes(code: Array, words: Words) -> Array:
    """Return the domains of the network that belong to domains of regions."""
    step = len(_KINDS) * _WAVES << 32
    return np.asarray(code % step + len(words.list("region")) * step)


class Tallies:
    """Counts of families by measure, category, domain, total and size, added up lot by lot."""

    def __init__(self) -> None:
        self._made: list[tuple[str, tuple[Array, ...]]] = []

    def add(self, measure: str, where: Domains, total: Array, size: Array) -> None:
        """Count families by (total, size); those of size 0 are not counted.

        Args:
            measure: Name of the measure.
            where: Domains of the families.
            total: Of each family, in whole units.
            size: Of each family: how many units the total is of.
        """
        family = np.flatnonzero((size > 0) & (where.cell != MISSING))
        self._add(measure, where, family, np.zeros(1, dtype=np.int64), total[family], size[family])

    def add_shares(self, measure: str, where: Domains, family: Array, word: Array, size: Array) -> None:
        """Count families by how many of their units have each word.

        The families that have none of a word are counted for it in `finish_tallies`, once all words are known.

        Args:
            measure: Name of the measure; its categories are words.
            where: Domains of the families.
            family: Family of each unit.
            word: Code of each unit's word; never MISSING.
            size: Of each family: how many units it has.
        """
        self.add(measure, where, np.zeros(len(size), dtype=np.int64), size)
        counts = where.cell[family] != MISSING
        units, total = count_sorted(np.sort(family[counts].astype(np.int64) << 32 | word[counts]))
        who = units >> 32
        self._add(measure, where, who, (units & 0xFFFF_FFFF) + 1, total, size[who])

    def _add(self, measure: str, where: Domains, family: Array, label: Array, total: Array, size: Array) -> None:
        """Count families by a label (the category's code + 1), total and size."""
        if not len(family):
            return
        regions, years, *groups = where.shape
        labels, deep, wide = (int(values.max()) + 1 for values in (label, total, size))
        what, cell = (label * deep + total) * wide + size, where.cell[family]
        kinds, cells = labels * deep * wide, math.prod(where.shape)
        names: Array | None = None
        if cells * kinds > _DENSE:
            names, what = np.unique(what, return_inverse=True)
            kinds = len(names)
        found: list[tuple[Array, Array, Array]] = []  # code of the domain, what, families
        if cells * kinds <= _DENSE:
            table = np.bincount(cell * kinds + what, minlength=cells * kinds)
            table = table.reshape(regions * years, *groups, kinds)
            margins = (table.sum(axis=(1, 2))[:, None], table[:, 1:].sum(axis=2), table[:, :, 1:].sum(axis=1))
            for kind, margin in enumerate(margins):
                place, word, thing = np.nonzero(margin)
                found.append((where.codes(place, kind, word), thing, margin[place, word, thing]))
        else:
            both, n = count_sorted(np.sort(cell * kinds + what))
            place, *words = np.unravel_index(both // kinds, (regions * years, *groups))
            for kind, word in enumerate([np.zeros_like(place), *words]):
                some = np.flatnonzero(word) if kind else np.arange(len(both))
                found.append((where.codes(place[some], kind, word[some] - (kind > 0)), both[some] % kinds, n[some]))
        domain, what, n = (np.concatenate(columns) for columns in zip(*found, strict=True))
        what = what if names is None else names[what]
        self._made.append((measure, (what // wide // deep - 1, domain, what // wide % deep, what % wide, n)))

    def table(self, words: Words, categories: Mapping[str, str]) -> pl.DataFrame:
        """Return measure, category (null: everybody of a measure that has categories), region, …, and the sum families.

        Args:
            words: Codes of words.
            categories: Column whose words are the categories of a measure, where it has any.
        """
        parts = [summed(pl.DataFrame(schema=_COUNTED))]
        for measure in sorted({name for name, _ in self._made}):
            made = [dict(zip(_COUNTED, counts, strict=True)) for name, counts in self._made if name == measure]
            counts = summed(pl.concat(pl.DataFrame(one).cast(_COUNTED) for one in made))
            if measure in categories:
                counts = words.named(counts, category=categories[measure])
            else:
                counts = counts.with_columns(category=pl.lit(""))
            parts.append(counts.with_columns(measure=pl.lit(measure)))
        counts = pl.concat(parts[1:]) if parts[1:] else parts[0].with_columns(category=pl.lit(""), measure=pl.lit(""))
        network = pl.Series("domain", network_codes(counts["domain"].to_numpy(), words), pl.Int64)
        counts = pl.concat([counts, summed(counts.with_columns(network)).select(counts.columns)])
        placed = pl.concat([counts, labels(counts["domain"], words)], how="horizontal")
        return placed.select(*TALLIES_KEY, "families").sort(TALLIES_KEY)


def finish_tallies(table: pl.DataFrame, known: Collection[str]) -> pl.DataFrame:
    """Return `case_tallies` of the measures that the log can tell (`known`), sorted.

    Of a measure with categories, the families that have none of a word are counted for it: all of their domain and size
    but those that have.
    """
    domain = ["measure", "region", "wave", "group", "size"]
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


def count_sorted(values: Array) -> tuple[Array, Array]:
    """Return the different values of an ascending array, and how often each occurs."""
    first = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
    return values[first], np.diff(np.append(first, len(values)))


_COUNTED = pl.Schema({**dict.fromkeys(("category", "domain", "total", "size"), pl.Int64()), "families": pl.Int128()})
