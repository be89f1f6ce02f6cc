"""Services around a family: how early, how many at once for one need, and which have families in common."""

from __future__ import annotations

import numpy as np
import polars as pl

from sujuva.moments.case_log import MISSING, Array, Log, Words
from sujuva.moments.case_matching import answer_day, ranks
from sujuva.moments.case_tallies import Cells, Tallies
from sujuva.moments.parts import summed, with_network
from sujuva.tables.casework import SUPPORTS

SERVICE_PAIRS_KEY = ("region", "wave", "one", "other")
_PAIR = ("region", "one", "other")


def tally_services(log: Log, where: Cells, tallies: Tallies) -> None:
    """Count families by the services that they got.

    - overlap: at least two services for the same need ran at the same time. A period goes from `service_start` to the
      first `service_end` at or after it with the same item (where one of the two has none: of the same service), and
      to the end of observation where there is none; one that ends when another starts is not at the same time. A
      period without service or need overlaps with none. Families with any period; size 1.
    - early: periods of early support; size: periods of early or corrective support.
    """
    rows, ends = log.where("service_start"), log.where("service_end")
    if not len(rows):
        return
    service, support = log.codes["service"], log.codes["support"]
    end = np.minimum(answer_day(log, rows, ends, (service[rows], service[ends])), log.observed[log.case[rows]])
    doubled = np.zeros(log.families, dtype=np.int64)
    doubled[_overlapping(log, rows, end)] = 1
    tallies.add("overlap", where, doubled, (log.per_family(rows) > 0).astype(np.int64))
    early = rows[support[rows] == SUPPORTS.index("early")]
    tallies.add("early", where, log.per_family(early), log.per_family(rows[support[rows] != MISSING]))


def _overlapping(log: Log, rows: Array, end: Array) -> Array:
    """Return the families with two different services for the same need at the same time.

    Periods of each family and need are taken by start (then end). Of the earlier ones it is enough to know the latest
    end, and the latest end among the other services.
    """
    service, need = log.codes["service"][rows], log.codes["need"][rows]
    known = (service != MISSING) & (need != MISSING)
    rows, end, service = rows[known], end[known], service[known]
    group = log.case[rows].astype(np.int64) << 32 | need[known]
    start = log.time[rows]
    order = np.lexsort((end, start, group))
    group, start, end, service = group[order], start[order], end[order], service[order]
    turn = ranks(group)
    number = np.cumsum(turn == 0) - 1
    groups = int(number[-1]) + 1 if len(number) else 0
    never = np.iinfo(np.int64).min
    latest, second = np.full(groups, never), np.full(groups, never)
    whose = np.full(groups, MISSING, dtype=np.int32)
    found = np.zeros(groups, dtype=bool)
    for now in np.split(np.argsort(turn, kind="stable"), np.cumsum(np.bincount(turn))[:-1]) if groups else ():
        place, mine = number[now], service[now]
        same = whose[place] == mine
        found[place] |= np.where(same, second[place], latest[place]) > start[now]
        longer = end[now] > latest[place]
        second[place] = np.where(
            same, second[place], np.where(longer, latest[place], np.maximum(second[place], end[now]))
        )
        whose[place] = np.where(longer, mine, whose[place])
        latest[place] = np.maximum(latest[place], end[now])
    return np.unique(group[turn == 0][found] >> 32)


class ServicePairs:
    """Families by the services that started with them, added up lot by lot."""

    def __init__(self) -> None:
        self._pairs: list[pl.DataFrame] = []

    def add(self, log: Log, region: Array, kept: Array) -> None:
        """Count the families that are `kept` for each two services (and for each service with itself)."""
        rows = log.where("service_start")
        rows = rows[kept[log.case[rows]] & (log.codes["service"][rows] != MISSING)]
        case, service = log.case[rows], log.codes["service"][rows]
        had = pl.DataFrame({"case": case, "region": region[case].astype(np.int32), "one": service}).unique()
        both = had.join(had.select("case", other="one"), on="case").group_by(_PAIR).agg(both=pl.len().cast(pl.Int64))
        self._pairs.append(both)

    def table(self, words: Words) -> pl.DataFrame:
        """Return region, one, other and the sum both: families that got two services, or one with itself."""
        none = pl.DataFrame(schema={**dict.fromkeys(_PAIR, pl.Int32), "both": pl.Int64})
        counts = pl.concat([none, *self._pairs]).with_columns(pl.col("both").cast(pl.Int128))
        return summed(words.named(counts, region="region", one="service", other="service"))


def finish_service_pairs(table: pl.DataFrame) -> pl.DataFrame:
    """Return region, wave (0), one, other, both, either: every two services that families of a region got.

    Each service stands beside itself, too, so that regions' rows make the network's.
    """
    counts = with_network(table).with_columns(pl.col("both").cast(pl.Int64))
    own = counts.filter(pl.col("one") == pl.col("other")).select("region", "one", families="both")
    pairs = own.join(own.rename({"one": "other", "families": "others"}), on="region")
    pairs = pairs.filter(pl.col("one") <= pl.col("other")).join(counts, on=_PAIR, how="left")
    both = pl.col("both").fill_null(0)
    either = pl.col("families") + pl.col("others") - both
    return pairs.select("region", pl.lit(0, pl.Int32).alias("wave"), "one", "other", both=both, either=either).sort(
        SERVICE_PAIRS_KEY
    )
