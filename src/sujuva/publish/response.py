"""Who answered, as coarse shares: of the respondents, and of those who had answered the wave before.

A reader is taken to know exactly how many were asked, and how many have a score (shares with a decimal tell that).
The number who answered must then stay open enough that those without a score cannot be counted, nor those who did not
answer, nor those who came or went between two waves. So no number of persons is told here, shares only in steps of
`STEP` per cent, and a share is hidden where the shares together would still narrow down a small count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.publish.audit import Audit, Goal, Knowledge, Term
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
Cell = tuple[str, str, int, str]


def suppress_response(
    response: pl.DataFrame, scored: pl.DataFrame, sums: dict[str, int], privacy: Privacy
) -> pl.DataFrame:
    """Tell shares of those who answered, and hide what would narrow down a small count of persons.

    `scored`: instrument, informant, wave, region, n: how many have a score, of every scale; `sums`: rows of all
    answers by instrument, and of all respondents under "": what the ledger tells.

    Returns:
        measure, instrument, informant, wave, region, estimate (share 0–1, or null), bound, rule, suppressed.
    """
    response = response.filter(pl.col("region") != NETWORK, pl.col("n_respondents") > 0).sort(*_SERIES, "region")
    rows = _rows(response)
    rows, shares = with_shares(
        rows, "part", "whole", lambda some, of: coarse(some, of, threshold=privacy.threshold, step=STEP)
    )
    rules = ["" if one is not None else "small_count" for one in rows["estimate"].to_list()]
    base = _Base.of(response, scored, sums, privacy.threshold)
    places = {
        (row["measure"], row["instrument"], row["informant"], row["wave"], row["region"]): place
        for place, row in enumerate(rows.iter_rows(named=True))
    }
    for key, place in places.items():
        if not rules[place]:
            _tell(base, key, shares[place], privacy.threshold, by=place)
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
        .select("measure", *_SERIES, "region", "estimate", "bound", "rule", suppressed=suppressed_of("rule"))
        .sort("measure", *_SERIES, "region")
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
        response.select(*_SERIES, "region", measure=pl.lit(name), part=part, whole=whole).filter(
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
    return pl.concat([regions, network]).sort("measure", *_SERIES, "region")


@dataclass
class _Base:
    """The unknown counts, what is known of them without this table, and the small ones among them."""

    known: Knowledge = field(default_factory=Knowledge)
    terms: dict[tuple[str, str, str, int, str], Term] = field(default_factory=dict)
    goals: list[Goal] = field(default_factory=list)
    owners: list[tuple[str, str, str, int, str]] = field(default_factory=list)
    threshold: int = 5

    @classmethod
    def of(cls, response: pl.DataFrame, scored: pl.DataFrame, sums: dict[str, int], threshold: int) -> _Base:
        base = cls(threshold=threshold)
        cells = {(r["instrument"], r["informant"], r["wave"], r["region"]): r for r in response.iter_rows(named=True)}
        score: dict[Cell, list[int]] = {}
        for *key, n in scored.select("instrument", "informant", "wave", "region", "n").unique().iter_rows():
            score.setdefault((key[0], key[1], key[2], key[3]), []).append(n)
        asked: dict[tuple[int, str, int], int] = {}
        answered: dict[Cell, int] = {}
        for cell, row in cells.items():
            place = (row["wave"], row["region"], row["n_respondents"])
            if place not in asked:
                asked[place] = base.known.unknown(row["n_respondents"], row["n_respondents"])
            fewest = max((n for n in score.get(cell, []) if n <= row["n_answered"]), default=0)
            answered[cell] = base.known.unknown(low=fewest)
            base.known.between({answered[cell]: 1.0, asked[place]: -1.0}, high=0.0)
            base.terms["respondents", *cell] = {asked[place]: 1.0}
            base.terms["n_answered", *cell] = {answered[cell]: 1.0}
        base._again(cells, answered)
        for instrument, total in sums.items():
            mine = [answered[cell] for cell in cells if cell[0] == instrument] if instrument else list(asked.values())
            counts = (
                [row["n_answered"] for cell, row in cells.items() if cell[0] == instrument]
                if instrument
                else [place[2] for place in asked]
            )
            if mine and sum(counts) <= total:  # rows that are no answer (empty forms) are in the total too
                low = total if sum(counts) == total else -np.inf
                base.known.between(dict.fromkeys(mine, 1.0), low, total)
        base._aims(cells, score)
        return base

    def _again(self, cells: dict[Cell, dict[str, Any]], answered: dict[Cell, int]) -> None:
        """Add those who answered again; who had answered before are those of the previous wave, where they are."""
        waves = sorted({cell[2] for cell in cells})
        previous = dict(zip(waves[1:], waves[:-1], strict=True))
        for cell, row in cells.items():
            if row["n_before"] is None or row["n_again"] is None:
                continue
            then = (*cell[:2], previous.get(cell[2], 0), cell[3])
            same = then in cells and cells[then]["n_answered"] == row["n_before"]
            before = answered[then] if same else self.known.unknown()
            again = self.known.unknown()
            self.known.between({again: 1.0, before: -1.0}, high=0.0)
            self.known.between({again: 1.0, answered[cell]: -1.0}, high=0.0)
            self.terms["before", *cell] = {before: 1.0}
            self.terms["again", *cell] = {again: 1.0}

    def _aims(self, cells: dict[Cell, dict[str, Any]], score: dict[Cell, list[int]]) -> None:
        """Collect the small counts: in each region, and summed over regions."""
        networks: dict[tuple[str, str, int], list[Cell]] = {}
        for cell, row in cells.items():
            networks.setdefault(cell[:3], []).append(cell)
            self._aims_of(cell, [cell], [row], score.get(cell, []))
        for series, some in networks.items():
            whole = (*series, NETWORK)
            self._aims_of(whole, some, [cells[cell] for cell in some], score.get(whole, []))

    def _aims_of(self, cell: Cell, parts: list[Cell], rows: list[dict[str, Any]], scored: list[int]) -> None:
        def count(name: str) -> int:
            return sum(row[name] for row in rows if row[name] is not None)

        asked, answered, before, again = (
            count(name) for name in ("n_respondents", "n_answered", "n_before", "n_again")
        )
        went = [part for part in parts if ("again", *part) in self.terms]
        kept = sum(row["n_answered"] for part, row in zip(parts, rows, strict=True) if part in went)
        here, silent = self.summed("n_answered", parts), self.summed("respondents", parts)
        came, then = self.summed("again", went), self.summed("before", went)
        stayed = self.summed("n_answered", went)
        owner, later = (ANSWERED, *cell), (AGAIN, *cell)
        self._aim(owner, here, answered)
        self._aim(owner, silent, asked)
        self._aim(owner, _minus(silent, here), asked - answered)
        for n in sorted(set(scored)):
            self._aim(owner, here, answered - n, shift=n)
        self._aim(later, came, again)
        self._aim(later, _minus(then, came), before - again)
        self._aim(later, _minus(stayed, came), kept - again)

    def summed(self, name: str, cells: list[Cell]) -> Term:
        """Return the sum over `cells` of a count."""
        term: Term = {}
        for cell in cells:
            for key, weight in self.terms[name, *cell].items():
                term[key] = term.get(key, 0.0) + weight
        return term

    def _aim(self, owner: tuple[str, str, str, int, str], term: Term, value: int, shift: int = 0) -> None:
        if 1 <= value < self.threshold:
            self.goals.append(Goal(term, shift + 1, shift + self.threshold - 1))
            self.owners.append(owner)


def _minus(one: Term, other: Term) -> Term:
    return {key: one.get(key, 0.0) - other.get(key, 0.0) for key in {**one, **other}}


def _tell(base: _Base, key: tuple[str, str, str, int, str], share: Share, threshold: int, *, by: int) -> None:
    """Add what one shown share tells."""
    measure, *series, region = key
    names = ("n_answered", "respondents") if measure == ANSWERED else ("again", "before")
    cells: list[Cell] = [
        (one[1], one[2], one[3], one[4])
        for one in base.terms
        if one[0] == names[0] and list(one[1:4]) == series and region in (NETWORK, one[4])
    ]
    part, whole = base.summed(names[0], cells), base.summed(names[1], cells)
    base.known.share(part, whole, share.low, share.high, by=by)
    base.known.between(whole, share.least, share.most, by=by)
    if not share.bound:
        base.known.between(part, low=float(threshold), by=by)
        base.known.between(_minus(whole, part), low=float(threshold), by=by)


def _steps(owner: tuple[str, str, str, int, str], places: dict[tuple[str, str, str, int, str], int]) -> list[list[int]]:
    """Return which rows to hide for a small count, what costs readers least first."""
    measure, instrument, informant, wave, region = owner
    here = [place for key, place in places.items() if key == owner]
    other = [place for key, place in places.items() if key[1:] == owner[1:]]
    whole = [places[key] for key in ((measure, instrument, informant, wave, NETWORK),) if key in places]
    around = [place for key, place in places.items() if key[3:] == (wave, region)]
    series = [place for key, place in places.items() if key[1:3] == (instrument, informant)]
    return [here, other, whole, around, series, list(places.values())]
