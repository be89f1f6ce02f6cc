"""The books of a cleaning: quarantine, ledger, counts of rules, list of sources, counts of items."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl

from sujuva.cleaning.fed import Fed
from sujuva.cleaning.mapping import item_columns
from sujuva.cleaning.people import private_rows
from sujuva.cleaning.pseudonyms import Hasher
from sujuva.cleaning.rules import AS_DESCRIBED, CELLS, RECODES, rule_of
from sujuva.codebooks import Instrument
from sujuva.codebooks.area_statistics import STATISTICS
from sujuva.errors import ContractError
from sujuva.sources import RawTable, Source
from sujuva.tables import (
    PREFIX,
    ItemCounts,
    ItemTitles,
    Ledger,
    Quarantine,
    RuleCounts,
    item_asked,
    never_asked,
    types_of,
)

_WORST = 4  # rules that an error names


@dataclass(frozen=True)
class Touched:
    """What became of the raw rows of one source.

    Attributes:
        source: The source.
        rows: The numbers of its rows, as quarantine tells them.
        masks: Of each rule that touches it, the rows that it concerns.
        aside: The rows that are set aside.
        left_out: What of the file makes no row, and how much of it (`RawTable.left_out`).
    """

    source: Source
    rows: pl.Series
    masks: Mapping[str, pl.Series]
    aside: pl.Series
    left_out: Mapping[str, int]

    @property
    def broken(self) -> dict[str, pl.Series]:
        """The masks of the rules for which rows are set aside."""
        return {rule: mask for rule, mask in self.masks.items() if rule not in RECODES}

    @property
    def wrong(self) -> int:
        """Rows set aside because something is wrong with them, and not because the description says so."""
        return int(self.aside.sum()) - rows_as_described(self.masks)


def rows_as_described(masks: Mapping[str, pl.Series]) -> int:
    """Count the rows that are set aside as the description says, and for no other reason."""
    meant = [mask for rule, mask in masks.items() if rule in AS_DESCRIBED]
    if not meant:
        return 0
    others = [mask for rule, mask in masks.items() if rule not in AS_DESCRIBED | set(RECODES)]
    rows = pl.DataFrame({"meant": reduce(operator.or_, meant)})
    rows = rows.with_columns(other=reduce(operator.or_, others) if others else pl.lit(value=False))
    return int(rows.select((pl.col("meant") & ~pl.col("other")).sum()).item())


def quarantine(one: Touched, raw: pl.DataFrame, mapped: Mapping[str, Sequence[str]], hasher: Hasher) -> pl.DataFrame:
    """Return the raw rows of one source that were set aside (`raw`), with their rules and their content as JSON.

    Keys of persons and families are pseudonyms there, too; `mapped` tells which raw columns feed what.

    Returns:
        A frame of the contract `Quarantine`, ordered by row.
    """
    wanted = types_of(Quarantine)
    if not one.broken:
        return pl.DataFrame(schema=wanted)
    places = one.aside.arg_true()
    names = pl.DataFrame([mask.gather(places).alias(rule) for rule, mask in one.broken.items()])
    told = [pl.when(pl.col(rule)).then(pl.lit(rule)) for rule in sorted(one.broken)]
    text = private_rows(raw, one.source, mapped, hasher)
    rows = {
        "row": one.rows.gather(places),
        "rules": names.select(pl.concat_str(told, separator=";", ignore_nulls=True)).to_series(),
        "raw": text.select(pl.struct(pl.all()).struct.json_encode()).to_series(),
    }
    named = pl.DataFrame(rows).with_columns(source=pl.lit(one.source.name), file=pl.lit(one.source.file))
    return named.select(wanted.names()).cast(wanted)


def ledger(one: Touched, kept: Sequence[tuple[pl.Series, int]]) -> pl.DataFrame:
    """Count the rows of one source: in, clean (counted in the tables themselves) and set aside.

    `kept` has, of each table that holds every clean row of the source, the places of the raw rows it has, and how many
    feeds bring each row there.

    Returns:
        A frame of the contract `Ledger`, one row high.

    Raises:
        ContractError: A raw row is lost or is in two places.
    """
    source, total, aside = one.source, one.rows.len(), int(one.aside.sum())
    clean = {_distinct_rows(places, times) for places, times in kept} or {total - aside}
    if clean != {total - aside}:
        msg = (
            f"Source '{source.name}', file {source.file}: the ledger does not add up: {total} rows in, "
            f"{aside} set aside, and {sorted(clean)} clean."
        )
        raise ContractError(msg, "A reader or rule loses or repeats rows; this is an error in the program.")
    row = (source.name, source.file, ";".join(source.targets), total, total - aside, aside)
    return pl.DataFrame([row], schema=types_of(Ledger), orient="row")


def _distinct_rows(places: pl.Series, times: int) -> int:
    """Return how many rows stand in a table; -1 where one stands there more or less often than it should.

    A row that stands there twice would hide one that is lost.
    """
    ordered = places if times == 1 else places.sort()
    at = ordered.to_numpy()
    first = at[::times]
    alike = len(at) % times == 0 and all(np.array_equal(first, at[turn::times]) for turn in range(1, times))
    return len(first) if alike and bool((first[1:] > first[:-1]).all()) else -1


def origins(
    places: Mapping[str, pl.Series],
    tables: Mapping[str, pl.DataFrame],
    rows: Sequence[pl.Series],
    sources: Sequence[str],
) -> dict[str, pl.DataFrame]:
    """Return of each clean table source and row of each of its rows: what a published number can be traced to.

    Args:
        places: Of each table that is fed, where in the delivery each clean row came from, from 0.
        tables: The clean tables; those that nothing feeds have no places.
        rows: Of each source the numbers of its raw rows, as quarantine tells them.
        sources: Their names, in the same order.

    Returns:
        source (text), row (Int64) by table, in the order of its rows.
    """
    names = pl.Enum(list(dict.fromkeys(sources)))
    owners = [pl.repeat(name, own.len(), dtype=names, eager=True) for name, own in zip(sources, rows, strict=True)]
    none = pl.DataFrame(schema={"source": names, "row": pl.Int64})
    delivery = pl.concat([none, *(pl.DataFrame({"source": owner, "row": own.cast(pl.Int64)})
                                  for owner, own in zip(owners, rows, strict=True))])  # fmt: skip
    found = {name: delivery[places[name]] if name in places else none for name in tables}
    return {name: frame.with_columns(pl.col("source").cast(pl.String)) for name, frame in found.items()}


def check_share(one: Touched, max_quarantine: float) -> None:
    """Stop the run when too large a share of a file is set aside: then the description is wrong, not the rows.

    Raises:
        ContractError: Names the source, the share, and the rules with most rows.
    """
    aside, total = one.wrong, one.rows.len()
    if aside <= max_quarantine * total:
        return
    worst = sorted(one.broken.items(), key=lambda pair: (-int(pair[1].sum()), pair[0]))[:_WORST]
    why = ", ".join(
        f"{rule} ({mask.sum()} rows, the first is row {one.rows[int(mask.arg_max() or 0)]})" for rule, mask in worst
    )
    msg = (
        f"Source '{one.source.name}', file {one.source.file}: {aside} of {total} rows were set aside, which is more "
        f"than max_quarantine = {max_quarantine:g} allows: {why}."
    )
    raise ContractError(msg, "Mend its description in sources.yaml, or raise max_quarantine in params.yaml.")


def rule_counts(one: Touched) -> pl.DataFrame:
    """Count the raw rows of one source that each rule touched, in a frame of the contract `RuleCounts`.

    What of the file makes no raw row is counted as well.
    """
    counts = {name: int(mask.sum()) for name, mask in one.masks.items()}
    counts |= {CELLS: sum(one.left_out.values())} if one.left_out else {}
    rules = [(name, rule_of(name), count) for name, count in counts.items()]
    rows = [(one.source.name, name, rule.kind, rule.reason, count) for name, rule, count in rules]
    return pl.DataFrame(rows, schema=types_of(RuleCounts), orient="row")


@dataclass(frozen=True)
class Forms:
    """The kinds of forms of a table of answers: what feeds deliver.

    Attributes:
        number: Of each row the place of its kind in `items`.
        items: Of each kind the item columns that it delivers.
    """

    number: pl.Series
    items: Sequence[frozenset[str]]


def item_counts(
    tables: Mapping[str, pl.DataFrame],
    persons: Mapping[str, pl.Series],
    instruments: Mapping[str, Instrument],
    forms: Mapping[str, Forms],
) -> pl.DataFrame:
    """Count answers and blanks of every item by wave and region, over all informants and those who were asked it.

    An item that a form does not deliver was not asked on it, nor one that nobody of an informant, wave and region with
    that form answered (see `sujuva.tables.never_asked`).

    `persons` has, of each table of answers, the row of respondents that each row refers to; `forms` its kinds of forms.

    Returns:
        A frame of the contract `ItemCounts`, ordered by its key.
    """
    schema = types_of(ItemCounts)
    parts = [pl.DataFrame(schema=schema)]
    people = tables["respondents"]
    for name, instrument in instruments.items():
        answers = tables.get(PREFIX + name)
        if answers is None or answers.is_empty():
            continue
        # Each person's wave and region as one number: counting numbers takes a tenth of the time of grouping rows.
        cells = people.select("wave", "region").unique().sort("wave", "region").with_row_index("cell")
        cell = people.join(cells, on=["wave", "region"], how="left", maintain_order="left")["cell"]
        form = forms[PREFIX + name]
        kinds = pl.DataFrame(
            {
                "cell": cell.gather(persons[PREFIX + name]),
                "informant": answers["informant"].cast(pl.Categorical(pl.Categories.random())).to_physical(),
                "form": form.number,
            }
        )
        places = kinds.unique().sort(kinds.columns).with_row_index("place")
        mine = kinds.join(places, on=kinds.columns, how="left", maintain_order="left")["place"].to_numpy()
        everybody = np.bincount(mine, minlength=places.height)
        for number, item in enumerate(instrument.item_columns, start=1):
            n, left = everybody, answers[item].is_null()
            some = item_asked(instrument, number)
            if some is not None:
                asked = answers.select(some).to_series()
                n, left = np.bincount(mine[asked.arg_true().to_numpy()], minlength=places.height), left & asked
            blank = np.bincount(mine[left.arg_true().to_numpy()], minlength=places.height)
            delivers = [item in one for one in form.items]
            counted = places.with_columns(
                all=pl.Series(everybody), n=pl.Series(n), n_missing=pl.Series(blank),
                delivered=pl.Series(delivers).gather(places["form"]),
            ).with_columns(never=never_asked(pl.col("n") - pl.col("n_missing"), pl.col("n")))  # fmt: skip
            there = pl.col("delivered") & ~pl.col("never")
            summed = counted.group_by("cell").agg(
                pl.col("n", "n_missing").filter(there).sum(),
                n_not_asked=pl.when("delivered").then(pl.when("never").then("n").otherwise(0)).otherwise("all").sum(),
            )
            told = cells.join(summed, on="cell").filter((pl.col("n") > 0) | (pl.col("n_not_asked") > 0))
            told = told.with_columns(instrument=pl.lit(name), item=pl.lit(number))
            parts.append(told.select(schema.names()).cast(schema))
    return pl.concat(parts).sort("instrument", "wave", "region", "item")


def item_titles(
    source: Source, raw: RawTable, fed: Sequence[Fed], instruments: Mapping[str, Instrument]
) -> pl.DataFrame:
    """Collect what a source calls items and indicators, so that a changed title is seen.

    A column is a title of its own where the file has none and the name reads like a question (it holds a blank). Each
    informant has a form of its own, so the informant stands beside the item where the description names one.

    Returns:
        A frame of the contract `ItemTitles`, ordered by its key.
    """
    names = list(ItemTitles.columns())
    parts = [pl.DataFrame(schema=types_of(ItemTitles))]
    found = []
    for feed in source.feeds:
        informant = feed.columns["informant"].value if feed.table == "answers" else None
        for item, column in item_columns(feed, raw.frame.columns, instruments, source.name).items():
            title = raw.titles.get(column) or (column if " " in column.strip() else "")
            if title.strip():
                name = f"{item} ({informant})" if informant else item
                found.append((feed.target, name, source.name, "", title))
    parts.append(pl.DataFrame(found, schema=names, orient="row") if found else parts[0])
    for one in fed:
        if one.table in STATISTICS:
            period = "month" if "month" in one.frame.columns else "year"
            rows = one.frame.select("indicator", period, "title").drop_nulls().unique()
            parts.append(
                rows.select(
                    table=pl.lit(one.table),
                    id="indicator",
                    source=pl.lit(source.name),
                    period=pl.col(period).cast(pl.String),
                    title="title",
                )
            )
    titles = pl.concat(parts).with_columns(pl.col("title").str.replace_all(r"\s+", " ").str.strip_chars())
    return titles.filter(pl.col("title") != "").unique().sort(names)
