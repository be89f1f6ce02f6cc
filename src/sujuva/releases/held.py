"""What earlier releases ask of a publication: which cells stay hidden, which are known anyway, which rows stay.

`publish` finds what to hide by cells. Of these, a cell that is held may not be found out by subtraction, and the number
of a cell where nothing changed is known to whoever has the earlier release, so that hiding it would protect nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from sujuva.codebooks import Indicators
from sujuva.errors import DisclosureError
from sujuva.published import CONTRACTS, GIVEN_WAY, KEYS, SECONDARY, SHOWN
from sujuva.releases.cells import COUNTS, VALUES
from sujuva.releases.judge import Verdict, judged, ranges_of
from sujuva.releases.register import study_of
from sujuva.releases.rows import of_indicators, verdicts_on
from sujuva.tidy import KEY

Flags = npt.NDArray[np.bool_]
KEPT = "kept"
"""Rule of a row that stays what an earlier release told."""
_SERIES = ["table", "scale", "informant", "wave"]
_SIDES = ["own_cell", "other_cell"]
"""Cells of the persons on the two sides of a ratio; of other rows, the numerator alone."""


class Table(Protocol):
    """What is asked of `sujuva.publish.cells.CountTable`: its frames."""

    @property
    def cells(self) -> pl.DataFrame:
        """One row a cell, with its id."""

    @property
    def rows(self) -> pl.DataFrame:
        """Rows of indicators, with the ids of the cells behind them."""

    @property
    def bins(self) -> pl.DataFrame:
        """The same of bins."""


@dataclass(frozen=True)
class Before:
    """What readers hold of earlier releases, and what became of each cell since.

    Attributes:
        counts: Rows of `COUNTS`.
        values: Rows of `VALUES`.
        kept: Cells that releases kept from those before them: release, `CELL`, level.
        bundles: Verdicts on regions' bundles: `sujuva.releases.bundled.OF_BUNDLES`.
        tables: The published tables of the last release; none: there is no release.
        told: What readers are told of every release: number, date, owner, reason, code, files, seal.
        study: What `study_of` made of their study.
        verdicts: What `judged` returned, once `seen_from` was asked.
        indicators: The records.
    """

    counts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COUNTS))
    values: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VALUES))
    kept: pl.DataFrame = field(default_factory=pl.DataFrame)
    bundles: pl.DataFrame | None = None
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    told: tuple[Mapping[str, Any], ...] = ()
    study: str = ""
    verdicts: pl.DataFrame = field(default_factory=pl.DataFrame)
    indicators: Indicators = field(default_factory=Indicators)

    def __bool__(self) -> bool:
        return bool(self.tables)

    def seen_from(self, meta: Mapping[str, Any], bars: pl.DataFrame, indicators: Indicators, threshold: int) -> Self:
        """Return the same with the verdicts on all cells.

        Args:
            meta: The metadata of the publication: its study, and scales with their bands.
            bars: Distributions, with their bins.
            indicators: The records.
            threshold: That of persons.

        Raises:
            DisclosureError: The releases are of another study.
        """
        if not self:
            return self
        if self.study != study_of(meta):
            msg = "The register of releases is of another study than the one that is published here."
            raise DisclosureError(msg, "Each study has a register of its own: start with an empty one.")
        ranges = ranges_of(meta["scales"], bars)
        verdicts = judged(self.counts, self.values, ranges, self.kept, threshold=threshold, bundles=self.bundles)
        return replace(self, verdicts=verdicts, indicators=indicators)

    def hold(self, table: Table, more: Flags) -> tuple[Flags, Flags]:
        """Return which cells are known anyway, and which stay hidden, by id: no number of today is told of them.

        These are the cells that are held (`sujuva.releases.judge` sees to their sums) and those that the last release
        hid and in which nothing changed, or what they were hidden for would be told after all.

        `more`: cells that are held besides.
        """
        cells = (
            table.cells.select("id").sort("id").join(_marks(table, self), on="id", how="left", maintain_order="left")
        )
        marks = {name: cells[name].fill_null(value=False).to_numpy() for name in ("held", "known", "unseen")}
        return marks["known"], marks["held"] | marks["unseen"] | (more & ~marks["known"])

    def around(self, table: Table, cells: Flags) -> Flags:
        """Return the cells of every place and group of the scales and years that some `cells` tell of."""
        wanted = pl.Series("id", np.flatnonzero(cells), dtype=pl.UInt32)
        rows = _places(table)
        some = rows.filter(pl.col("id").is_in(wanted.implode())).select(_SERIES).unique()
        near = rows.join(some, on=_SERIES, how="semi")["id"].unique()
        found = np.zeros(table.cells.height, dtype=np.bool_)
        found[near.to_numpy()] = True
        return found

    def last(self, name: str) -> pl.DataFrame:
        """Return a table of the last release; empty where it had none, or one of other columns."""
        schema = CONTRACTS[name].schema
        told = self.tables.get(name)
        return pl.DataFrame(schema=schema) if told is None or list(told.columns) != list(schema) else told

    def keep_all(
        self, tables: Mapping[str, pl.DataFrame], decisions: pl.DataFrame
    ) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
        """Return every published table as `keep` does, and the decisions with what was kept under a rule of its own."""
        out, moved = {}, [decisions]
        for name, frame in tables.items():
            out[name], kept = self.keep(name, frame)
            counted = kept.with_columns(table=pl.lit(name), rows=pl.lit(-1, dtype=pl.Int64))
            moved.append(counted.filter("new").select(decisions.columns))
            told = counted.drop_nulls("became").with_columns(
                rule=pl.lit(KEPT), suppressed="became", rows=-pl.col("rows")
            )
            moved.append(told.select(decisions.columns))
        together = pl.concat(moved).group_by("table", "rule", "suppressed").agg(pl.col("rows").sum())
        return out, together.filter(pl.col("rows") > 0).sort("table", "rule", "suppressed")

    def keep(self, name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return a published table in which every row that may not be told anew is the last release's.

        A row that is hidden for the sake of others alone, and was told before, stays what it was, too: hiding it would
        take nothing back. A row of a held cell that the last release did not have is left out, since it would tell that
        somebody joined, were it ever so hidden (a group, a phenomenon); where the release had nothing of its kind at
        all, it is hidden.

        `frame`: the columns of the contract, and `rule` (or `why`), as `publish` has it before it clears hidden rows.

        Returns:
            The table, and which rows were kept: rule and suppressed as they were to be, whether today has them at all
            (new), and suppressed as it became; null: the row was left out.
        """
        contract, key = CONTRACTS[name], KEYS[name]
        told = self.last(name)
        columns = list(contract.schema)
        rule = next(one for one in ("why", "rule") if one in frame.columns)  # `rule` may be one of cleaning
        fresh = frame.with_columns(verdicts_on(name, frame, self.verdicts, self.indicators))
        was = told.with_columns(verdicts_on(name, told, self.verdicts, self.indicators)).rename(
            {one: f"|{one}" for one in columns if one not in key} | {"verdict": "|verdict"}
        )
        both = fresh.with_columns(_new=True).join(
            was.with_columns(_old=True), on=key, how="full", coalesce=True, nulls_equal=True
        )
        new, old = pl.col("_new").fill_null(value=False), pl.col("_old").fill_null(value=False)
        shown = pl.col("|suppressed") == SHOWN
        verdict = pl.coalesce("verdict", "|verdict")
        held = verdict == Verdict.HELD
        same = (verdict == Verdict.SAME) & old
        hidden_before = same & ~shown
        for_others = pl.col(rule).is_in(GIVEN_WAY) & old & shown
        kept = held | hidden_before.fill_null(value=False) | for_others.fill_null(value=False)
        nothing_to_keep = ~old & (pl.col("suppressed") != SHOWN)  # and hidden already
        left_out = held & ~old & pl.col(key[0]).is_in(told[key[0]].unique().implode())
        both = both.filter(new | (old & held)).with_columns(
            _left_out=left_out.fill_null(value=False), _kept=kept & ~nothing_to_keep
        )
        values = [one for one in columns if one not in key]
        empty = {**dict.fromkeys(contract.numbers), "suppressed": SECONDARY}
        chosen = [
            pl.when(pl.col("_kept") & old)
            .then(f"|{one}")
            .when(pl.col("_kept"))
            .then(pl.lit(empty[one], dtype=contract.schema[one]) if one in empty else pl.col(one))
            .when(same & pl.lit(one in contract.numbers) & pl.col(f"|{one}").is_null())
            .then(pl.lit(None, dtype=contract.schema[one]))  # a number that was left out then stays out
            .otherwise(one)
            .alias(one)
            for one in values
        ]
        unmoved = new & (pl.col("suppressed") != SHOWN) & (pl.col("suppressed") == pl.col("|suppressed"))
        moved = both.filter(pl.col("_left_out") | (pl.col("_kept") & ~unmoved.fill_null(value=False))).select(
            pl.col(rule).fill_null("").alias("rule"),
            pl.col("suppressed").fill_null(""),
            new=new,
            became=pl.when(old).then("|suppressed").when(~pl.col("_left_out")).then(pl.lit(SECONDARY)),
        )
        chosen.append(pl.when("_kept").then(pl.lit(KEPT)).otherwise(rule).alias(rule))
        return both.with_columns(chosen).filter(~pl.col("_left_out")).select(frame.columns), moved


def _marks(table: Table, before: Before) -> pl.DataFrame:
    """Return id, held and known of the cells that rows and bins rest on."""
    last = {name: pl.DataFrame(schema=one.schema) for name, one in CONTRACTS.items()} | dict(before.tables)
    tidy = [last[name].select(*KEY, "n", "suppressed") for name in ("parjaavyys", "integration")]
    was = pl.concat(tidy).select(*KEY, _was="suppressed", _n=pl.col("n").is_not_null())
    rows = table.rows.select("n_cell", *_SIDES, *KEY, "n")
    of_n, own = of_indicators(rows, before.verdicts, before.indicators)
    rows = rows.with_columns(of_n=of_n, own=own).join(was, on=list(KEY), how="left", maintain_order="left")
    shown, hidden = pl.col("_was") == SHOWN, pl.col("_was") != SHOWN
    untold = hidden | (~pl.col("_n") & (pl.col("n") > 0))
    n = rows.select(id="n_cell", verdict="of_n", shown=shown & pl.col("_n"), hidden=untold)
    sides = [rows.select(id=side, verdict="own", shown=shown, hidden=hidden) for side in _SIDES]
    cells = [n, *sides]
    for name, key in (("distributions", "bin_low"), ("delays", "days")):
        told = last[name]
        at = [one for one in KEYS[name] if one != key]
        bins = table.bins.filter(pl.col("table") == name).with_columns(days=pl.col("bin_low").cast(pl.Int32))
        bins = bins.with_columns(verdict=verdicts_on(name, bins, before.verdicts, before.indicators))
        marks = bins.join(told.select(*at, key, _was="suppressed"), on=[*at, key], how="left")
        cells.append(marks.select(id="own_cell", verdict="verdict", shown=shown, hidden=hidden))
    every = pl.concat([one.cast({"id": pl.UInt32, "verdict": pl.Int8}) for one in cells]).drop_nulls("id")
    same, seen = pl.col("verdict") == Verdict.SAME, pl.col("shown").fill_null(value=False)
    known = (same & seen).any()
    unseen = (same & pl.col("hidden").fill_null(value=False)).any() & ~seen.any()
    held = (pl.col("verdict") == Verdict.HELD).any()
    return every.group_by("id").agg(held=held, known=known & ~held, unseen=unseen & ~held)


def _places(table: Table) -> pl.DataFrame:
    of_rows = ["n_cell", *_SIDES]
    rows = table.rows.select(*_SERIES, *of_rows).unpivot(of_rows, index=_SERIES, value_name="id")
    bins = table.bins.select(*_SERIES, id="own_cell")
    return pl.concat([rows.select(*_SERIES, "id"), bins.select(*_SERIES, "id").cast({"id": pl.UInt32})]).drop_nulls(
        "id"
    )
