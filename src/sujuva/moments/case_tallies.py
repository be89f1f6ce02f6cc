"""Counting families: how many have each pair of whole numbers, by region, year and group."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.case_log import MISSING, Array, Log, Words
from sujuva.moments.study import ALL

TALLIES_KEY = ("measure", "category", "region", "wave", "group", "total", "size")
ACTIVITY_OF_CONTACT = "contact"
_KINDS = (ALL, "trigger", "caller")
_WAVES = 1 << 14  # years have four digits
_DENSE = 2_000_000  # cells of a table of counts that is filled rather than sorted


@dataclass(frozen=True)
class Domains:
    """The domains that families count in: everybody's, that of the trigger and that of the caller.

    Attributes:
        family: Number of the family; each comes up to three times.
        place: Place of the domain in `code`.
        code: Codes of the domains, see `labels`.
    """

    family: Array
    place: Array
    code: Array


def wave_of(time: Array) -> Array:
    """Return the years of local times in microseconds since 1970."""
    return np.asarray(time.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + 1970)


def in_waves(wave: Array, waves: Collection[int] | None) -> Array:
    """Tell which years belong to the study."""
    return np.ones(len(wave), dtype=bool) if waves is None else np.isin(wave, list(waves))


def first_contacts(log: Log) -> Array:
    """Return the row of each family's first contact, or MISSING."""
    return log.first_of(log.where(ACTIVITY_OF_CONTACT))


def domains(log: Log, region: Array, wave: Array, kept: Array) -> Domains:
    """Give each family that is `kept` its domains."""
    who = np.flatnonzero(kept)
    contact = first_contacts(log)[who]
    words = [np.where(contact == MISSING, MISSING, log.codes[name][contact]) for name in ("trigger", "sector")]
    made = number_domains(region[who], wave[who], *words)
    return Domains(who[made.family], made.place, made.code)


def number_domains(region: Array, wave: Array, trigger: Array, caller: Array) -> Domains:
    """Number the domains of families by region, year, and the trigger and the sector of their first contact.

    A family whose first contact has no trigger, or no sector, is in no group of that kind.
    """
    if not len(region):
        none = np.zeros(0, dtype=np.int64)
        return Domains(none, none, none)
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
    head = (cells // groups // years * _WAVES + cells // groups % years + late) * len(_KINDS) + kind
    return Domains(family, place, head << 32 | word)


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
    """Counts of families by measure, category, domain, total and size, added up part by part."""

    def __init__(self) -> None:
        self._measures: dict[str, int] = {}
        self._made: list[tuple[Array, ...]] = []

    def add(self, measure: str, where: Domains, total: Array, size: Array) -> None:
        """Count families by (total, size); those of size 0 are not counted.

        Args:
            measure: Name of the measure.
            where: Domains of the families.
            total: Of each family, in whole units.
            size: Of each family: how many units the total is of.
        """
        self._add(measure, where.place, total[where.family], size[where.family], where.code)

    def add_shares(self, measure: str, where: Domains, family: Array, word: Array, size: Array) -> None:
        """Count families by how many of their units have each word.

        The families that have none of a word are counted for it in `table`, once all words are known.

        Args:
            measure: Name of the measure; its categories are words.
            where: Domains of the families.
            family: Family of each unit.
            word: Code of each unit's word; never MISSING.
            size: Of each family: how many units it has.
        """
        self.add(measure, where, np.zeros(len(size), dtype=np.int64), size)
        for one in np.unique(word).tolist():
            total = np.bincount(family[word == one], minlength=len(size))
            some = total[where.family] > 0
            who = where.family[some]
            self._add(measure, where.place[some], total[who], size[who], where.code, one)

    def _add(self, measure: str, place: Array, total: Array, size: Array, code: Array, category: int = MISSING) -> None:
        some = size > 0
        place, total, size = place[some], total[some], size[some]
        if not len(place):
            return
        deep, wide = int(total.max()) + 1, int(size.max()) + 1
        counted: tuple[Array, ...]
        if len(code) * deep * wide <= _DENSE:
            cells = np.bincount((place * deep + total) * wide + size)
            found = np.flatnonzero(cells)
            counted = found // wide // deep, found // wide % deep, found % wide, cells[found]
        else:
            pairs = pl.DataFrame({"place": place, "total": total, "size": size})
            groups = pairs.group_by(pl.all()).agg(n=pl.len().cast(pl.Int64))
            counted = tuple(column.to_numpy() for column in groups)
        number = self._measures.setdefault(measure, len(self._measures))
        many = len(counted[0])
        self._made.append((np.full(many, number), np.full(many, category), code[counted[0]], *counted[1:]))

    def table(self, words: Words, categories: dict[str, str], known: Collection[str]) -> pl.DataFrame:
        """Return `case_tallies`.

        Args:
            words: Codes of words.
            categories: Column whose words are the categories of a measure, where it has any.
            known: The measures that the log can tell.
        """
        none = np.zeros(0, dtype=np.int64)
        columns = [np.concatenate([none, *parts]) for parts in zip(*self._made, strict=True)] or [none] * len(_COUNTED)
        made = pl.DataFrame(dict(zip(_COUNTED, columns, strict=True)))
        counts = made.group_by(_COUNTED[:-1]).agg(pl.col("families").sum())
        names = list(self._measures)
        shared = [place for place, name in enumerate(names) if name in categories]
        counts = pl.concat(
            [
                counts.filter(~pl.col("measure").is_in(shared)),
                *(_with_none(counts.filter(measure=place)) for place in shared),
            ]
        )
        network = pl.Series("domain", network_codes(counts["domain"].to_numpy(), words), pl.Int64)
        whole = counts.with_columns(network).group_by(_COUNTED[:-1]).agg(pl.col("families").sum())
        counts = pl.concat([counts, whole]).select(_COUNTED)
        words_of = {place: [*words.list(categories[names[place]])] for place in shared}
        labelled = counts.select("measure", "category").unique().rows()
        titles = pl.DataFrame(
            [(one, word, names[one], words_of[one][word] if one in words_of else "") for one, word in labelled],
            schema={
                "number": counts.schema["measure"],
                "word": counts.schema["category"],
                "measure": pl.String,
                "category": pl.String,
            },
            orient="row",
        )
        counts = counts.rename({"measure": "number", "category": "word"}).join(titles, on=["number", "word"])
        table = pl.concat([counts, labels(counts["domain"], words)], how="horizontal")
        # A group of a trigger consists of families with that trigger.
        told = ~((pl.col("measure") == "trigger") & pl.col("group").str.starts_with("trigger:"))
        kept = table.filter(pl.col("measure").is_in(list(known)), told)
        return kept.select(*TALLIES_KEY, "families").sort(TALLIES_KEY)


_COUNTED = ("measure", "category", "domain", "total", "size", "families")


def _with_none(counts: pl.DataFrame) -> pl.DataFrame:
    """Count for each word also the families that have none of it: all of their domain and size but those that have."""
    of_word = counts.filter(pl.col("category") != MISSING)
    everybody = counts.filter(category=MISSING).select("measure", "domain", "size", "families")
    having = of_word.group_by("category", "domain", "size").agg(some=pl.col("families").sum())
    each = everybody.join(of_word.select("category").unique(), how="cross")
    none = each.join(having, on=["category", "domain", "size"], how="left").select(
        "measure",
        "category",
        "domain",
        pl.lit(0, pl.Int64).alias("total"),
        "size",
        families=pl.col("families") - pl.col("some").fill_null(0),
    )
    return pl.concat([of_word, none.filter(pl.col("families") > 0)])
