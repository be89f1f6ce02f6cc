"""Which counts of families, referrals and actions add up to which, beyond regions, years and groups."""

from __future__ import annotations

import polars as pl

from sujuva.publish.sums import Relation
from sujuva.tidy import ALL

_PLACE = ["region", "wave", "group"]
_UNKNOWN = "case_action_unknown"
_PREFIXES = ("case_", "cases_", "delay_")


def flow_relations(rows: pl.DataFrame, cells: pl.DataFrame) -> list[Relation]:
    """Return the relations between counts of one region, wave and group that a reader can use.

    - Handovers by sector make up the handovers between sectors, which the share of handovers counts again; referrals
      by sector are a part of all referrals.
    - Actions with a known outcome, and those without, make up all actions.
    - The share of a trigger counts the same families as the group of that trigger.
    - Rows of families with the same n at the same place are taken to count the same families: none may tell the n of
      another (where it is only chance, a little more is hidden than need be).

    Args:
        rows: Tidy rows with n_cell and own_cell.
        cells: The cells, with id and value.
    """
    values = cells.select(cell="id", value="value")
    counted = rows.with_columns(cell=pl.coalesce("own_cell", "n_cell")).filter(pl.col("cell").is_not_null())
    counted = counted.join(values, on="cell")
    relations: list[Relation] = []
    for total, part in (("handovers_between", "handovers"), ("referrals_all", "referrals")):
        relations += _sums(_of(counted, total), _of(counted, part))
    relations += _same(_of(counted, "handovers_between"), _of(counted, "handover_share"))
    relations += _actions(rows, values)
    triggers = _of(counted, "case_trigger").filter(pl.col("group") == ALL)
    grouped = rows.filter(pl.col("indicator") == "cases_started", pl.col("group").str.starts_with("trigger:"))
    grouped = grouped.select("region", "wave", category=pl.col("group").str.strip_prefix("trigger:"), cell="n_cell")
    pairs = triggers.join(grouped.join(values, on="cell"), on=["region", "wave", "category"], suffix="_group")
    pairs = pairs.filter(pl.col("value") == pl.col("value_group"))
    relations += [Relation(one, (other,)) for one, other in pairs.select("cell", "cell_group").sort("cell").iter_rows()]
    return relations + _same_families(rows, values)


def _of(counted: pl.DataFrame, indicator: str) -> pl.DataFrame:
    return counted.filter(pl.col("indicator") == indicator).select(*_PLACE, "category", "cell", "value")


def _sums(totals: pl.DataFrame, parts: pl.DataFrame) -> list[Relation]:
    # What is left (a sector is not known) is taken to be known.
    found = (
        parts.sort("cell")
        .group_by(_PLACE, maintain_order=True)
        .agg(parts="cell", sum=pl.col("value").sum())
        .join(totals, on=_PLACE, maintain_order="left")
        .filter(pl.col("value") >= pl.col("sum"))
    )
    return [Relation(total, tuple(some), keep_total=True) for total, some in found.select("cell", "parts").iter_rows()]


def _same(ones: pl.DataFrame, others: pl.DataFrame) -> list[Relation]:
    found = ones.join(others, on=_PLACE, suffix="_other").filter(pl.col("value") == pl.col("value_other"))
    found = found.filter(pl.col("cell") != pl.col("cell_other")).select("cell", "cell_other").unique().sort("cell")
    return [Relation(one, (other,)) for one, other in found.iter_rows()]


def _actions(rows: pl.DataFrame, values: pl.DataFrame) -> list[Relation]:
    known = rows.filter(pl.col("indicator") == "case_action_done", pl.col("n_cell").is_not_null())
    unknown = rows.filter(pl.col("indicator") == _UNKNOWN, pl.col("own_cell").is_not_null())
    whole = unknown.select(*_PLACE, "n_cell", "own_cell", "n").join(
        known.select(*_PLACE, known="n_cell", known_n="n"), on=_PLACE
    )
    whole = whole.join(values.rename({"cell": "own_cell"}), on="own_cell").sort("n_cell")
    whole = whole.filter(pl.col("n") == pl.col("known_n") + pl.col("value"), pl.col("known") != pl.col("n_cell"))
    return [
        Relation(total, (some, rest), keep_total=True)
        for total, some, rest in whole.select("n_cell", "known", "own_cell").iter_rows()
    ]


def _same_families(rows: pl.DataFrame, values: pl.DataFrame) -> list[Relation]:
    mine = pl.any_horizontal(pl.col("indicator").str.starts_with(one) for one in _PREFIXES)
    sized = rows.filter(mine, pl.col("n_cell").is_not_null(), pl.col("n") > 0).select(*_PLACE, "n", cell="n_cell")
    opened = rows.filter(pl.col("indicator") == "cases_started", pl.col("own_cell").is_not_null())
    opened = opened.join(values.rename({"cell": "own_cell"}), on="own_cell").select(*_PLACE, n="value", cell="own_cell")
    several = (
        pl.concat([sized, opened])
        .unique()
        .sort(*_PLACE, "n", "cell")
        .group_by(*_PLACE, "n", maintain_order=True)
        .agg("cell")
        .filter(pl.col("cell").list.len() > 1)
    )
    return [Relation(one, (other,)) for one, *others in several["cell"].to_list() for other in others]
