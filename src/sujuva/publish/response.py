"""Who answered, as coarse shares: of the respondents, and of those who had answered the wave before.

A reader is taken to know exactly how many were asked, and how many have a score (shares with a decimal tell that).
The number who answered must then stay open enough that those without a score cannot be counted, nor those who did not
answer, nor those who came or went between two waves. So no number of persons is told here, shares only in steps of
`STEP` per cent, and a share is hidden where the shares together would still narrow down a small count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.publish.audit import Audit, Goal, Knowledge, Term, total_of
from sujuva.publish.privacy import Privacy
from sujuva.publish.quality import hide_next
from sujuva.publish.rules import suppressed_of
from sujuva.publish.shares import Share, coarse, with_shares

STEP = 5
"""Per cent. In steps of one, almost every share of a region of some hundreds would have to be hidden."""
ANSWERED, AGAIN = "answered", "again"
"""Values of `measure`: of the respondents; of those who had answered at the wave before."""
RESPONSE_SCHEMA = {
    "instrument": pl.String,
    "informant": pl.String,
    "wave": pl.Int32,
    "region": pl.String,
    "n_respondents": pl.Int64,
    "n_answered": pl.Int64,
    "n_before": pl.Int64,
    "n_again": pl.Int64,
}
_SERIES = ["instrument", "informant", "wave"]
_CELL = [*_SERIES, "region"]
Cell = tuple[Any, ...]
"""instrument, informant, wave, region."""
Row = tuple[Any, ...]
"""A row of the table: its measure and its cell."""


def suppress_response(
    response: pl.DataFrame, scored: pl.DataFrame, sums: dict[str, int], privacy: Privacy
) -> pl.DataFrame:
    """Tell shares of those who answered, and hide what would narrow down a small count of persons.

    `scored`: instrument, informant, wave, region, n: how many have a score, of every scale; `sums`: rows of all
    answers by instrument, and of all respondents under "": what the ledger tells.

    Returns:
        measure, instrument, informant, wave, region, estimate (share 0–1, or null), bound, rule, suppressed.
    """
    response = response.filter(pl.col("region") != NETWORK, pl.col("n_respondents") > 0).sort(_CELL)
    rows = _rows(response)
    rows, shares = with_shares(
        rows, "part", "whole", lambda some, of: coarse(some, of, threshold=privacy.threshold, step=STEP)
    )
    rules = ["" if one is not None else "small_count" for one in rows["estimate"].to_list()]
    base = _Base(response, scored, sums, privacy.threshold)
    places: dict[Row, int] = {row: place for place, row in enumerate(rows.select("measure", *_CELL).iter_rows())}
    for row, place in places.items():
        if not rules[place]:
            base.tell(row, shares[place], by=place)
    # What follows without this table need not stay open.
    least, most = Audit(base.known, base.goals).ranges(places.values())
    goals = [
        Goal(goal.term, max(low, goal.low), min(high, goal.high))
        for goal, low, high in zip(base.goals, least.tolist(), most.tolist(), strict=True)
    ]
    audit = Audit(base.known, goals)
    while (bad := audit.narrowed([place for place, rule in enumerate(rules) if rule])).any():
        for owner, one in zip(base.owners, bad.tolist(), strict=True):
            if one:
                hide_next(_steps(owner, places), rules)
    return (
        rows.with_columns(rule=pl.Series(rules, dtype=pl.String))
        .select("measure", *_CELL, "estimate", "bound", "rule", suppressed=suppressed_of("rule"))
        .sort("measure", *_CELL)
    )


def known_sums(ledger: pl.DataFrame) -> dict[str, int]:
    """Return what the ledger tells exactly: clean rows of answers by instrument, and of respondents under "".

    `ledger`: tables, rows_clean.
    """
    found: dict[str, int] = {}
    for tables, rows in ledger.select("tables", "rows_clean").iter_rows():
        for table in str(tables).split(";"):
            if table == "respondents" or table.startswith("answers_"):
                name = table.removeprefix("answers_") if table != "respondents" else ""
                found[name] = found.get(name, 0) + rows
    return found


def scored_counts(tidy: pl.DataFrame, scales: Mapping[str, Any]) -> pl.DataFrame:
    """Return how many have a score of each scale: a reader is taken to know these numbers exactly."""
    instrument = pl.col("scale").replace_strict(
        {key: str(one["instrument"]) for key, one in scales.items()}, default=None, return_dtype=pl.String
    )
    return (
        tidy.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all", pl.col("n").is_not_null())
        .select(*_SERIES[1:], "region", "n", instrument=instrument)
        .drop_nulls()
    )


def _rows(response: pl.DataFrame) -> pl.DataFrame:
    """Return part and whole of every share, of the regions and of the network."""
    both = [
        response.select(*_CELL, measure=pl.lit(name), part=part, whole=whole).filter(
            pl.col("whole") > 0, pl.col("part").is_not_null()
        )
        for name, part, whole in (
            (ANSWERED, pl.col("n_answered"), pl.col("n_respondents")),
            (AGAIN, pl.col("n_again"), pl.col("n_before")),
        )
    ]
    regions = pl.concat(both)
    network = regions.group_by("measure", *_SERIES).agg(pl.col("part").sum(), pl.col("whole").sum())
    network = network.with_columns(region=pl.lit(NETWORK)).select(regions.columns)
    return pl.concat([regions, network]).sort("measure", *_CELL)


class _Base:
    """The unknown counts, what is known of them without this table, and the small ones among them with their owners."""

    def __init__(self, response: pl.DataFrame, scored: pl.DataFrame, sums: dict[str, int], threshold: int) -> None:
        self.known, self.threshold = Knowledge(), threshold
        self.terms: dict[tuple[str, Cell], Term] = {}
        self.goals: list[Goal] = []
        self.owners: list[Row] = []
        self.cells: dict[Cell, dict[str, Any]] = {
            tuple(row[name] for name in _CELL): row for row in response.iter_rows(named=True)
        }
        score: dict[Cell, list[int]] = {}
        for *key, n in scored.select(*_CELL, "n").unique().iter_rows():
            score.setdefault(tuple(key), []).append(n)
        asked: dict[tuple[int, str, int], Term] = {}
        for cell, row in self.cells.items():
            place = (row["wave"], row["region"], row["n_respondents"])
            if place not in asked:
                asked[place] = self.known.unknown(row["n_respondents"], row["n_respondents"])
            fewest = max((n for n in score.get(cell, []) if n <= row["n_answered"]), default=0)
            answered = self.known.unknown(low=fewest)
            self.known.between(answered - asked[place], high=0.0)
            self.terms |= {("respondents", cell): asked[place], ("n_answered", cell): answered}
        self._again()
        for instrument, total in sums.items():
            cells = [cell for cell in self.cells if cell[0] == instrument]
            mine = [self.terms["n_answered", cell] for cell in cells] if instrument else list(asked.values())
            counts = [self.cells[cell]["n_answered"] for cell in cells] if instrument else [one[2] for one in asked]
            if mine and sum(counts) <= total:  # rows that are no answer (empty forms) are in the total too
                self.known.between(total_of(mine), total if sum(counts) == total else -np.inf, total)
        networks: dict[Cell, list[Cell]] = {}
        for cell in self.cells:
            networks.setdefault((*cell[:3], NETWORK), []).append(cell)
            self._aims(cell, [cell], score)
        for whole, some in networks.items():
            self._aims(whole, some, score)

    def _again(self) -> None:
        """Add those who answered again; who had answered before are those of the previous wave, where they are."""
        waves = sorted({cell[2] for cell in self.cells})
        previous = dict(zip(waves[1:], waves[:-1], strict=True))
        for cell, row in self.cells.items():
            if row["n_before"] is not None and row["n_again"] is not None:
                then = (*cell[:2], previous.get(cell[2], 0), cell[3])
                same = then in self.cells and self.cells[then]["n_answered"] == row["n_before"]
                before = self.terms["n_answered", then] if same else self.known.unknown()
                again = self.known.unknown()
                self.known.between(again - before, high=0.0)
                self.known.between(again - self.terms["n_answered", cell], high=0.0)
                self.terms |= {("before", cell): before, ("again", cell): again}

    def _aims(self, cell: Cell, parts: list[Cell], score: dict[Cell, list[int]]) -> None:
        """Collect the small counts of `cell`, which `parts` add up to."""

        def count(name: str, cells: list[Cell]) -> int:
            return sum(self.cells[one][name] or 0 for one in cells)

        went = [part for part in parts if ("again", part) in self.terms]
        here, asked = self.summed("n_answered", parts), self.summed("respondents", parts)
        came, then = self.summed("again", went), self.summed("before", went)
        n_asked, n_here = count("n_respondents", parts), count("n_answered", parts)
        n_came, n_then = count("n_again", parts), count("n_before", parts)
        aims = [
            (ANSWERED, here, n_here, 0),
            (ANSWERED, asked, n_asked, 0),
            (ANSWERED, asked - here, n_asked - n_here, 0),
        ]
        aims += [(ANSWERED, here, n_here - n, n) for n in sorted(set(score.get(cell, [])))]
        aims += [(AGAIN, came, n_came, 0), (AGAIN, then - came, n_then - n_came, 0)]
        aims += [(AGAIN, self.summed("n_answered", went) - came, count("n_answered", went) - n_came, 0)]
        for measure, term, value, shift in aims:
            if 1 <= value < self.threshold:
                self.goals.append(Goal(term, shift + 1, shift + self.threshold - 1))
                self.owners.append((measure, *cell))

    def summed(self, name: str, cells: list[Cell]) -> Term:
        """Return the sum over `cells` of a count."""
        return total_of([self.terms[name, cell] for cell in cells])

    def tell(self, row: Row, share: Share, *, by: int) -> None:
        """Add what one shown share tells."""
        names = ("n_answered", "respondents") if row[0] == ANSWERED else ("again", "before")
        cells = [
            cell
            for name, cell in self.terms
            if name == names[0] and cell[:3] == row[1:4] and row[4] in (NETWORK, cell[3])
        ]
        part, whole = (self.summed(name, cells) for name in names)
        self.known.share(part, whole, share.low, share.high, by=by)
        self.known.between(whole, share.least, share.most, by=by)
        if not share.bound:
            self.known.between(part, low=float(self.threshold), by=by)
            self.known.between(whole - part, low=float(self.threshold), by=by)


def _steps(owner: Row, places: dict[Row, int]) -> list[list[int]]:
    """Return which rows to hide for a small count, what costs readers least first."""
    measure, instrument, informant, wave, region = owner
    here = [place for key, place in places.items() if key == owner]
    other = [place for key, place in places.items() if key[1:] == owner[1:]]
    whole = [places[key] for key in ((measure, instrument, informant, wave, NETWORK),) if key in places]
    around = [place for key, place in places.items() if key[3:] == (wave, region)]
    series = [place for key, place in places.items() if key[1:3] == (instrument, informant)]
    return [here, other, whole, around, series, list(places.values())]
