"""What the event log holds, and the steps from sector to sector."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.case_log import Array, Log, Words
from sujuva.moments.case_matching import distinct
from sujuva.moments.case_referrals import REFERRALS_KEY
from sujuva.moments.case_tallies import count_sorted
from sujuva.moments.parts import with_network

EVENTS_KEY = ("region", "wave")
HANDOVERS_KEY = REFERRALS_KEY
EVERY_YEAR = 0
"""The wave that stands for all years together."""
_WAVES = 1 << 14  # years have four digits
_BITS, _LOW = 32, (1 << 32) - 1
_LETTERS = 127  # a way is written in the characters 1 to 127
_RARE = _LETTERS - 1  # activities from this code on are written in more than one


class Steps:
    """Counts of pairs of sectors by region and year, added up part by part."""

    def __init__(self) -> None:
        self._made: list[pl.DataFrame] = []

    def add(self, case: Array, region: Array, wave: Array, source: Array, target: Array) -> None:
        """Count steps; a sector that is missing stays so.

        Args:
            case: Family of each step.
            region: Of each family, as the year `wave`.
            wave: See there.
            source: Sector of each step.
            target: Sector of each step.
        """
        if not len(case):
            return
        deep, late = int(max(source.max(), target.max())) + 2, int(wave.min())
        years = int(wave.max()) - late + 1
        place = (region.astype(np.int64) * years + (wave - late)) * deep * deep
        key = place[case] + ((source + 1) * deep + target + 1)
        found, n = np.unique(key, return_counts=True) if key.max() > len(key) else _counted(key)
        self._made.append(
            pl.DataFrame(
                {
                    "region": found // deep // deep // years,
                    "wave": found // deep // deep % years + late,
                    "source": found // deep % deep - 1,
                    "target": found % deep - 1,
                    "n": n,
                }
            ).cast(pl.Int64)
        )

    def table(self, words: Words) -> pl.DataFrame:
        """Return region (and the network), wave, source, target, n, sorted."""
        none = pl.DataFrame(schema=dict.fromkeys((*REFERRALS_KEY, "n"), pl.Int64))
        counts = pl.concat([none, *self._made]).group_by(REFERRALS_KEY).agg(pl.col("n").sum())
        # A missing sector has code −1: the last place, which is null.
        sectors = pl.Series([*words.list("sector"), None], dtype=pl.String)
        regions = pl.Series(words.list("region"), dtype=pl.String)
        named = counts.select(
            regions[counts["region"].to_numpy()].alias("region"),
            pl.col("wave").cast(pl.Int32),
            sectors[counts["source"].to_numpy() % len(sectors)].alias("source"),
            sectors[counts["target"].to_numpy() % len(sectors)].alias("target"),
            pl.col("n").cast(pl.Int128),
        )
        return with_network(named).with_columns(pl.col("n").cast(pl.Int64)).sort(REFERRALS_KEY, nulls_last=True)


def _counted(key: Array) -> tuple[Array, Array]:
    cells = np.bincount(key)
    found = np.flatnonzero(cells)
    return found, cells[found]


def handed(log: Log, kept: Array) -> Array:
    """Return the rows of families that are `kept` after which the family has another event."""
    same = log.case[1:] == log.case[:-1]
    return np.flatnonzero(same if kept.all() else same & kept[log.case[:-1]])


class Held:
    """What the log holds by region and year: cases, events, activities and ways through, part by part."""

    def __init__(self) -> None:
        self._cases: list[pl.DataFrame] = []
        # Distinct activities and ways of each region and year, as whole numbers.
        self._activities: list[Array] = []
        self._variants: list[Array] = []
        self._ways = pl.Categorical(pl.Categories.random())
        self._held = pl.Series([""]).cast(self._ways)  # keeps the codes of ways the same from part to part

    def add(self, log: Log, region: Array, wave: Array, kept: Array) -> None:
        """Take the families that are `kept`."""
        ways = _way(log).cast(self._ways)
        place = region.astype(np.int64) * _WAVES + wave
        who = np.flatnonzero(kept)
        found, which = np.unique(place[who], return_inverse=True)
        counts = {"place": found, "cases": np.bincount(which), "events": np.bincount(which, log.size[who])}
        self._cases.append(pl.DataFrame(counts).cast(pl.Int64))
        way = ways.to_physical().to_numpy()[who]
        self._variants.append(distinct(place[who] << _BITS | way))
        number = np.full(log.families, len(found))
        number[who] = which
        many = int(log.codes["activity"].max(initial=0)) + 1
        seen = np.bincount((number * many)[log.case] + log.codes["activity"], minlength=len(found) * many)
        cells = np.flatnonzero(seen[: len(found) * many])
        self._activities.append(found[cells // many] << _BITS | cells % many)

    def table(self, words: Words) -> pl.DataFrame:
        """Return region (and the network), wave (0: all years), cases, events, activities, variants, sorted."""
        counts = pl.concat([pl.DataFrame(schema=dict.fromkeys(("place", "cases", "events"), pl.Int64)), *self._cases])
        none = np.zeros(0, dtype=np.int64)
        kinds = {
            "activities": distinct(np.concatenate([none, *self._activities])),
            "variants": distinct(np.concatenate([none, *self._variants])),
        }
        regions = pl.Series([*words.list("region"), NETWORK], dtype=pl.String)
        network = (len(regions) - 1) * _WAVES
        made = []
        for every, everywhere in product((False, True), repeat=2):

            def seen_from(place: Array, every: bool = every, everywhere: bool = everywhere) -> Array:
                place = place // _WAVES * _WAVES if every else place
                return place % _WAVES + network if everywhere else place

            table = counts.with_columns(place=seen_from(counts["place"].to_numpy()))
            table = table.group_by("place").agg(pl.col("cases", "events").sum())
            for name, keys in kinds.items():
                place = distinct(seen_from(keys >> _BITS) << _BITS | keys & _LOW) >> _BITS
                found, n = count_sorted(place)
                table = table.join(pl.DataFrame({"place": found, name: n}), on="place")
            made.append(table)
        whole = pl.concat(made)
        place = whole["place"].to_numpy()
        return whole.select(
            regions[place // _WAVES].alias("region"),
            pl.Series("wave", place % _WAVES).cast(pl.Int32),
            "cases",
            "events",
            "activities",
            "variants",
        ).sort(EVENTS_KEY)


def _way(log: Log) -> pl.Series:
    """Write each family's activities in order as a text: equal only if the activities are.

    Common activities are a character each; the others are four, of which the first tells that.
    """
    import pyarrow as pa  # noqa: PLC0415  start-up time

    activity = log.codes["activity"]
    letters = np.minimum(activity, _RARE).astype(np.uint8) + 1
    bounds = np.append(log.first, log.rows)
    rare = np.flatnonzero(activity >= _RARE)
    if len(rare):
        place = np.append(0, np.cumsum(np.where(activity >= _RARE, 4, 1)))
        text = np.zeros(place[-1], dtype=np.uint8)
        text[place[:-1]] = letters
        for power in range(3):
            text[place[rare] + power + 1] = activity[rare] // _LETTERS**power % _LETTERS + 1
        letters, bounds = text, place[bounds]
    buffers = pa.py_buffer(bounds.astype(np.int64)), pa.py_buffer(letters.tobytes())
    made = pl.from_arrow(pa.LargeStringArray.from_buffers(log.families, *buffers))
    assert isinstance(made, pl.Series)
    return made
