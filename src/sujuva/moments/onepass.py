"""Everything about one questionnaire from one pass over its rows: items, products and the totals of clusters."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.moments.groups import INDEX, number_groups
from sujuva.moments.items import BATCH, FILLED, Batch, ItemTotals, as_batch, narrowed
from sujuva.moments.products import add_answers, begin_grams, check_scales, joint_items, product_rows
from sujuva.moments.scatter import scatter_adder
from sujuva.moments.scores import CLUSTER, with_network_clusters
from sujuva.moments.study import ALL

_DOMAIN = ("wave", "region", "informant")
_MOST_CLUSTERS = 2_000_000  # combinations of levels; above, the clusters that occur are listed first
_FITS = 2**62
_AHEAD = 2  # lots of answers that may wait to be added
_KNOWN = "|known"
_SUMS = {"n": pl.Int64, "y": pl.Int64, "yy": pl.Int64, "w": pl.Int128, "wy": pl.Int128, "wyy": pl.Int128}
Sums = npt.NDArray[np.int64]


@dataclass(frozen=True)
class QuestionnaireMoments:
    """What one pass over a questionnaire makes.

    Attributes:
        items: As `item_moments` by wave, region and informant.
        products: As `item_products` by wave, region and informant.
        totals: As `cluster_totals` without groups, for `reduce_clusters` and `unit_sizes`.
    """

    items: pl.DataFrame
    products: pl.DataFrame
    totals: pl.DataFrame


def questionnaire_moments(
    persons: pl.LazyFrame,
    items: Sequence[str],
    scales: Mapping[str, Sequence[str]],
    scores: Sequence[str],
    *,
    response: tuple[int, int],
) -> QuestionnaireMoments:
    """Reduce answers and scores to moments in one pass, exactly; the fastest way when rows are many.

    The clusters are numbered once, so that every sum is an addition into an array of 64-bit whole numbers. Before one
    could overflow, the arrays are emptied into 128 bits; rows whose own products do not fit go there at once. Every
    person counts as asked every item (no `asked_if`).

    Args:
        persons: wave, region, stratum, unit, informant (whole numbers or texts, no nulls; whole numbers are faster),
            weight (whole number, see `fixed_weights`), the items and the scores (Int64, null: no score).
        items: Columns of items, all within `response`, null: missing.
        scales: Scale to its items, which are some of `items`.
        scores: Columns of scores.
        response: Lowest and highest answer code.

    Raises:
        ContractError: A column is missing or of a wrong type, or an answer lies outside `response`.
        ParameterError: The response range does not fit one byte.
    """
    responses = dict.fromkeys(items, response)
    check_scales(scales, responses)
    groups = number_groups(narrowed(persons, items), CLUSTER, most=_MOST_CLUSTERS)
    domains = groups.keys.select(_DOMAIN).unique().sort(_DOMAIN)
    domain_of = groups.keys.join(domains.with_row_index(INDEX), on=_DOMAIN, how="left", maintain_order="left")
    place = domain_of[INDEX].cast(pl.Int32).to_numpy()
    grams = begin_grams(domains.height, scales, responses)
    answers = ItemTotals(len(items), domains.height, response, adder=scatter_adder(groups.rows))
    clusters = {name: ClusterSums(groups.keys.height) for name in scores}
    rows: Sums = np.zeros(groups.keys.height, np.int64)
    filled = pl.col(items).fill_null(response[1] + 1).name.suffix(FILLED)
    # All work on columns is part of the query: outside, it would queue behind the reading of the next rows.
    known = [pl.col(name).is_not_null().name.suffix(_KNOWN) for name in scores]
    wanted = groups.frame.select("weight", pl.col(scores).fill_null(0), *known, INDEX, pl.col(items), filled)
    waiting: list[Batch] = []
    pending: deque[Future[None]] = deque()
    # Answers are added up by a thread of its own, in the order in which they come, while the next rows are read.
    with ThreadPoolExecutor(1) as adding:
        for frame in wanted.collect_batches(maintain_order=False, engine="streaming"):
            weight, *columns = frame.get_columns()
            values, has = columns[: len(scores)], columns[len(scores) : 2 * len(scores)]
            found = as_batch(columns[2 * len(scores) :], list(responses.values()))
            index = found.index.astype(np.intp)
            rows += np.bincount(index, minlength=len(rows))
            for name, value, one in zip(scores, values, has, strict=True):
                clusters[name].add(index, weight.to_numpy(), value.to_numpy(), None if one.all() else one.to_numpy())
            waiting.append(Batch(np.take(place, index), found.values, found.missing))
            if sum(len(one.index) for one in waiting) >= BATCH[0]:
                pending.append(adding.submit(add_answers, waiting, grams, answers))
                waiting = []
                if len(pending) > _AHEAD:
                    pending.popleft().result()
        pending.append(adding.submit(add_answers, waiting, grams, answers))
        while pending:
            pending.popleft().result()
    totals = groups.keys.with_columns(
        pl.Series("rows", rows), *(one for name in scores for one in clusters[name].read(name))
    )
    return QuestionnaireMoments(
        joint_items(domains, items, grams, answers),
        product_rows(domains, grams, scales),
        with_network_clusters(totals.filter(pl.col("rows") > 0).with_columns(group=pl.lit(ALL))),
    )


class ClusterSums:
    """For each cluster the sums of one score: n, y, yy, and w, wy, wyy over those who have it."""

    def __init__(self, clusters: int) -> None:
        self.sums: Sums = np.zeros((6, clusters), np.int64)
        self.load = 0  # what no sum can exceed by now
        self.wide: list[pl.DataFrame] = []

    def add(
        self, index: npt.NDArray[np.intp], weight: Sums, score: Sums, known: npt.NDArray[np.bool_] | None = None
    ) -> None:
        """Add persons: their cluster numbers, weights and scores, and who has one (default: all)."""
        if known is not None:
            index, weight, score = index[known], weight[known], score[known]
        if not len(index):
            return
        largest = max(abs(int(score.min())), abs(int(score.max())), 1)
        load = len(index) * int(weight.max()) * largest * largest
        if load >= _FITS:
            self._add_wide(index, weight, score)
            return
        if self.load + load >= _FITS:
            self._empty()
        self.load += load
        self.sums[0] += np.bincount(index, minlength=self.sums.shape[1])
        weighted = weight * score
        values = (score, score * score, weight, weighted, weighted * score)
        for sums, one in zip(self.sums[1:], values, strict=True):
            np.add.at(sums, index, one)

    def read(self, name: str) -> list[pl.Series]:
        """Return the sums as columns "<name>|n", "|y", "|yy", "|w", "|wy" and "|wyy"."""
        self._empty()
        added = pl.concat(self.wide).group_by(INDEX).agg(pl.all().sum()).sort(INDEX)
        return [added[key].cast(kind).alias(f"{name}|{key}") for key, kind in _SUMS.items()]

    def _empty(self) -> None:
        sums = dict(zip(_SUMS, self.sums, strict=True))
        everything = pl.DataFrame({INDEX: np.arange(self.sums.shape[1]), **sums})
        self.wide.append(everything.with_columns(pl.col(list(_SUMS)).cast(pl.Int128)))
        self.sums[:] = 0
        self.load = 0

    def _add_wide(self, index: npt.NDArray[np.intp], weight: Sums, score: Sums) -> None:
        """Add persons whose products need more than 64 bits."""
        w, y = pl.col("w").cast(pl.Int128), pl.col("y").cast(pl.Int128)
        sums = {"n": pl.len().cast(pl.Int128), "y": y.sum(), "yy": (y * y).sum()}
        sums |= {"w": w.sum(), "wy": (w * y).sum(), "wyy": (w * y * y).sum()}
        self.wide.append(pl.DataFrame({INDEX: index, "w": weight, "y": score}).group_by(INDEX).agg(**sums))
