"""What the event log holds, and the steps from sector to sector."""

from __future__ import annotations

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.case_log import Array, Log, Words
from sujuva.moments.case_referrals import REFERRALS_KEY
from sujuva.moments.study import with_network

EVENTS_KEY = ("region", "wave")
HANDOVERS_KEY = REFERRALS_KEY
EVERY_YEAR = 0
"""The wave that stands for all years together."""
_PLACE = ("region", "wave")
_LETTERS = 127  # a way is written in the characters 1 to 127, three for each activity


class Steps:
    """Counts of pairs of sectors by region and year, added up part by part."""

    def __init__(self) -> None:
        self._made: list[pl.DataFrame] = []

    def add(self, region: Array, wave: Array, source: Array, target: Array) -> None:
        """Count steps; a sector that is missing stays so."""
        if not len(region):
            return
        deep, late = int(max(source.max(), target.max())) + 2, int(wave.min())
        years = int(wave.max()) - late + 1
        key = ((region.astype(np.int64) * years + (wave - late)) * deep + source + 1) * deep + target + 1
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
            "n",
        )
        return with_network(named).sort(REFERRALS_KEY, nulls_last=True)


def _counted(key: Array) -> tuple[Array, Array]:
    cells = np.bincount(key)
    found = np.flatnonzero(cells)
    return found, cells[found]


def within(log: Log, kept: Array) -> Array:
    """Return the rows of families that are `kept` after which the family has another event."""
    rows = np.flatnonzero(log.case[1:] == log.case[:-1]) if log.rows else np.zeros(0, dtype=np.int64)
    return rows if kept.all() else rows[kept[log.case[rows]]]


class Held:
    """What the log holds by region and year: cases, events, activities and ways through, part by part."""

    def __init__(self) -> None:
        self._cases: list[pl.DataFrame] = []
        self._activities: list[pl.DataFrame] = []
        self._ways = pl.Categories.random()

    def add(self, log: Log, region: Array, wave: Array, kept: Array) -> None:
        """Take the families that are `kept`."""
        activity = log.codes["activity"]
        way = self._way(log).cast(pl.Categorical(self._ways))
        cases = pl.DataFrame({"region": region, "wave": wave, "events": log.last - log.first + 1, "way": way})
        cases = cases.filter(pl.Series(kept))
        self._cases.append(
            cases.group_by(*_PLACE, "way").agg(cases=pl.len().cast(pl.Int64), events=pl.col("events").sum())
        )
        rows = np.flatnonzero(kept[log.case])
        case = log.case[rows]
        many = int(activity.max(initial=0)) + 1
        years = int(wave.max(initial=0)) + 1
        key = (region[case].astype(np.int64) * years + wave[case]) * many + activity[rows]
        found = _counted(key)[0] if len(key) else key
        self._activities.append(
            pl.DataFrame({"region": found // many // years, "wave": found // many % years, "activity": found % many})
        )

    @staticmethod
    def _way(log: Log) -> pl.Series:
        """Write each family's activities in order as a text: equal only if the activities are."""
        import pyarrow as pa  # noqa: PLC0415  start-up time

        activity = log.codes["activity"]
        digits = [activity // _LETTERS**power % _LETTERS + 1 for power in (2, 1, 0)]
        text = np.stack(digits, axis=1).astype(np.uint8).tobytes()
        bounds = np.append(log.first, log.rows) * len(digits)
        array = pa.LargeStringArray.from_buffers(
            log.families, pa.py_buffer(bounds.astype(np.int64)), pa.py_buffer(text)
        )
        made = pl.from_arrow(array)
        assert isinstance(made, pl.Series)
        return made

    def table(self, words: Words) -> pl.DataFrame:
        """Return region (and the network), wave (0: all years), cases, events, activities, variants, sorted."""
        regions = pl.Series([*words.list("region"), NETWORK], dtype=pl.String)
        if not self._cases:
            whole = dict.fromkeys(("cases", "events", "activities", "variants"), pl.Int64)
            return pl.DataFrame(schema={"region": pl.String, "wave": pl.Int32, **whole})
        cases = pl.concat(self._cases).with_columns(way=pl.col("way").to_physical())
        cases = cases.group_by(*_PLACE, "way").agg(pl.col("cases", "events").sum())
        cases = cases.with_columns(pl.col(_PLACE).cast(pl.Int64))
        activities = pl.concat(self._activities).cast(pl.Int64).unique()
        network, every = pl.lit(len(regions) - 1, pl.Int64), pl.lit(EVERY_YEAR, pl.Int64)
        made = []
        for place in ({}, {"region": network}, {"wave": every}, {"region": network, "wave": every}):
            counted = (
                cases.with_columns(**place)
                .group_by(_PLACE)
                .agg(pl.col("cases", "events").sum(), variants=pl.col("way").n_unique().cast(pl.Int64))
            )
            kinds = (
                activities.with_columns(**place)
                .group_by(_PLACE)
                .agg(activities=pl.col("activity").n_unique().cast(pl.Int64))
            )
            made.append(counted.join(kinds, on=_PLACE))
        table = pl.concat(made)
        return table.select(
            regions[table["region"].to_numpy()].alias("region"),
            pl.col("wave").cast(pl.Int32),
            "cases",
            "events",
            "activities",
            "variants",
        ).sort(EVENTS_KEY)
