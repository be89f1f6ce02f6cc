"""What the event log holds, and the steps from sector to sector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.moments.case_log import Array, Log, Words
from sujuva.moments.case_referrals import REFERRALS_KEY
from sujuva.moments.parts import Part, summed, sums_of, with_network
from sujuva.tables.casework import ACTIVITIES

EVENTS_KEY = ("region", "wave")
HANDOVERS_KEY = REFERRALS_KEY
SIDES = ("families", "between", "within")
"""Families with a step between known sectors; with one from a sector to another; with one within a sector."""
EVERY_YEAR = 0
"""The wave that stands for all years together."""
_LETTERS = 127  # a way is written in the characters 1 to 127
_RARE = _LETTERS - 1  # activities from this code on are written in more than one


class Steps:
    """Counts of pairs of sectors by region and year, and of the families behind them, added up lot by lot."""

    def __init__(self) -> None:
        self._made: list[pl.DataFrame] = []
        self._sides: list[pl.DataFrame] = []

    def add(self, case: Array, region: Array, wave: Array, source: Array, target: Array) -> None:
        """Count steps by the family of each, the region and year of each family, and the sectors at both ends."""
        if not len(case):
            return
        deep, late = int(max(source.max(), target.max())) + 2, int(wave.min())
        years = int(wave.max()) - late + 1
        place = (region.astype(np.int64) * years + (wave - late)) * deep * deep
        pair = (source.astype(np.int64) + 1) * deep + target + 1
        # A family counts once for each pair, however often it went that way.
        ways = pl.Series(case.astype(np.int64) * (deep * deep) + pair).unique().to_numpy()
        who, once = ways // (deep * deep), ways % (deep * deep)
        for name, key in (("n", place[case] + pair), ("families", place[who] + once)):
            found, count = np.unique(key, return_counts=True) if key.max() > len(key) else _counted(key)
            codes = {
                "region": found // deep // deep // years,
                "wave": found // deep // deep % years + late,
                "source": found // deep % deep - 1,
                "target": found % deep - 1,
            }
            sums = {"n": np.zeros_like(count), "families": np.zeros_like(count)} | {name: count}
            self._made.append(pl.DataFrame(codes | sums).cast(pl.Int64))
        self._add_sides(who, once // deep, once % deep, region, wave)

    def _add_sides(self, who: Array, source: Array, target: Array, region: Array, wave: Array) -> None:
        """Count the families with steps between known sectors (codes above 0): any, from one to another, within one."""
        known, across = (source > 0) & (target > 0), source != target
        sides = {
            name: np.bincount(who[those], minlength=len(region)) > 0
            for name, those in (("families", known), ("between", known & across), ("within", known & ~across))
        }
        place = {"region": region.astype(np.int64), "wave": wave.astype(np.int64)}
        table = pl.DataFrame(place | sides).filter("families")
        self._sides.append(table.group_by("region", "wave").agg(pl.col(list(sides)).sum().cast(pl.Int64)))

    def table(self, words: Words) -> pl.DataFrame:
        """Return region, wave, source, target and the sums n and families; a sector that is missing is null."""
        counts = _whole(REFERRALS_KEY, ("n", "families"), self._made)
        return summed(words.named(counts, region="region", source="sector", target="sector"))

    def sides(self, words: Words) -> pl.DataFrame:
        """Return region, wave and the sums of `SIDES`."""
        return summed(words.named(_whole(EVENTS_KEY, SIDES, self._sides), region="region"))


def _whole(keys: Sequence[str], sums: Sequence[str], made: Sequence[pl.DataFrame]) -> pl.DataFrame:
    table = pl.concat([pl.DataFrame(schema=dict.fromkeys((*keys, *sums), pl.Int64)), *made])
    return table.with_columns(pl.col("wave").cast(pl.Int32), pl.col(sums).cast(pl.Int128))


def _counted(key: Array) -> tuple[Array, Array]:
    cells = np.bincount(key)
    found = np.flatnonzero(cells)
    return found, cells[found]


def handed(log: Log, kept: Array) -> Array:
    """Return the rows of families that are `kept` after which the family has another event."""
    same = log.case[1:] == log.case[:-1]
    return np.flatnonzero(same if kept.all() else same & kept[log.case[:-1]])


def finish_steps(table: pl.DataFrame) -> pl.DataFrame:
    """Return region (and the network), wave, source, target, n steps and the families behind them, sorted."""
    return _finished(table, REFERRALS_KEY)


def finish_sides(table: pl.DataFrame) -> pl.DataFrame:
    """Return region (and the network), wave and `SIDES`: families by the steps that they made, sorted."""
    return _finished(table, EVENTS_KEY)


def _finished(table: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    made = with_network(table)
    return made.with_columns(pl.col(sums_of(made)).cast(pl.Int64)).sort(key, nulls_last=True)


class Held:
    """What the log holds by region and year: cases, events, activities and ways through, lot by lot."""

    def __init__(self) -> None:
        self._cases: list[pl.DataFrame] = []
        self._activities: list[pl.DataFrame] = []
        self._variants: list[pl.DataFrame] = []

    def add(self, log: Log, region: Array, wave: Array, kept: Array) -> None:
        """Take the families that are `kept`."""
        place = {name: pl.Series(values, dtype=pl.Int32) for name, values in (("region", region), ("wave", wave))}
        families = pl.DataFrame({**place, "cases": 1, "events": log.size, "way": _way(log)}).filter(pl.Series(kept))
        sums = pl.col("cases", "events").cast(pl.Int128).sum()
        self._cases.append(families.group_by(EVENTS_KEY).agg(sums))
        self._variants.append(families.select(*EVENTS_KEY, "way").unique())
        rows = np.flatnonzero(kept[log.case])
        activity = pl.Series("activity", log.codes["activity"][rows])
        seen = {name: one.gather(log.case[rows]) for name, one in place.items()}
        self._activities.append(pl.DataFrame({**seen, "activity": activity}).unique())

    def tables(self, words: Words) -> Part:
        """Return events (region, wave, and the sums cases and events), and the activities and ways there."""
        none = pl.DataFrame(schema=dict.fromkeys(EVENTS_KEY, pl.Int32))
        counts = pl.concat([none.with_columns(cases=pl.lit(0, pl.Int128), events=pl.lit(0, pl.Int128)), *self._cases])
        kinds = [
            pl.concat([none.with_columns(pl.lit(None, kind).alias(name)), *made]).unique()
            for name, kind, made in (("activity", pl.Int32, self._activities), ("way", pl.String, self._variants))
        ]
        ways = words.named(kinds[1].with_columns(_in_words(kinds[1]["way"], words)), region="region")
        return {
            "events": summed(words.named(counts, region="region")),
            "activities": summed(words.named(kinds[0], region="region", activity="activity")),
            "variants": ways,
        }


def finish_events(merged: Part) -> pl.DataFrame:
    """Return region (and the network), wave (0: all years), cases, events, activities, variants, sorted."""
    seen = _everywhere(merged["events"]).group_by(EVENTS_KEY).agg(pl.col("cases", "events").sum().cast(pl.Int64))
    for name, column in (("activities", "activity"), ("variants", "way")):
        # Whole numbers are told apart much faster than texts.
        kinds = merged[name].with_columns(pl.col(column).cast(pl.Categorical(pl.Categories.random())).to_physical())
        told = _everywhere(kinds).group_by(EVENTS_KEY).agg(pl.col(column).n_unique().cast(pl.Int64).alias(name))
        seen = seen.join(told, on=EVENTS_KEY)
    return seen.sort(EVENTS_KEY)


def _everywhere(table: pl.DataFrame) -> pl.DataFrame:
    """Put the rows of all years, and those of the network, under the others."""
    both = pl.concat([table, table.with_columns(wave=pl.lit(EVERY_YEAR, pl.Int32))])
    return pl.concat([both, both.with_columns(region=pl.lit(NETWORK))])


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


def _in_words(ways: pl.Series, words: Words) -> pl.Series:
    """Write out the activities of ways whose codes other processes do not share: those that are no record's."""
    own = words.list("activity")[len(ACTIVITIES) :]
    if not own:
        return ways.alias("way")
    written = []
    for code in range(len(ACTIVITIES), len(ACTIVITIES) + len(own)):
        rest = [code // _LETTERS**power % _LETTERS + 1 for power in range(3)] if code >= _RARE else []
        written.append("".join(map(chr, [min(code, _RARE) + 1, *rest])))
    return ways.str.replace_many(written, [f"\0{name}\0" for name in own], leftmost=True).alias("way")
