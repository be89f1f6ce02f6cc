"""The same persons at two waves: which blocks of `paired`, `attrition` and `differences` tell of few."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.bundles.domains import lone_cluster, same
from sujuva.bundles.small import Hidden, any_few, few, whole
from sujuva.tidy import ALL

TOGETHER = ("paired", "attrition", "differences")
_PLACE = ["informant", "scale"]


def hide_followed(hidden: Hidden, tables: Mapping[str, pl.DataFrame], scores: pl.DataFrame, least: int) -> None:
    """Find the blocks of those who were followed, lost, or new at the later wave, that tell of few.

    Of 0 and 1 the sums make a table of four numbers, each of which counts. Whoever is followed and whoever was lost add
    up to those of the earlier wave, so the three tables go together; differences also by themselves, where few persons
    changed by some distance.

    `scores`: as they will leave, so that a difference to a number that stays here is none.
    """
    both = whole(tables["paired"])
    unit = pl.lit(10, pl.Int128).pow(pl.col("decimals"))
    n, y1, y2 = pl.col("n"), pl.col("y1") // unit, pl.col("y2") // unit
    two = pl.col("y1y2") // (unit * unit)
    binary = ((pl.col("y1y1") == pl.col("y1") * unit) & (pl.col("y2y2") == pl.col("y2") * unit)).all().over("scale")
    four = any_few(least, two, y1 - two, y2 - two, n - y1 - y2 + two, y1, y2, n - y1, n - y2)
    some = pl.col("n") > 0
    ends = (("y1", "y1y1"), ("y2", "y2y2"), ("d", "dd"))
    alike = [same(n, pl.col(name), pl.col(squares), least) for name, squares in ends]
    hidden.rows(
        "paired",
        both.with_columns(_binary=binary).filter(some),
        {
            "small_count": few(n, least),
            "small_side": pl.col("_binary") & four,
            "alike": pl.any_horizontal(alike),
            "few_in_cluster": lone_cluster(n, pl.col("clusters"), least),
        },
    )
    _hide_lost(hidden, whole(tables["attrition"]), least)
    _hide_joined(hidden, both, scores, least)
    changed = any_few(least, pl.col("n"), pl.col("n_higher"), pl.col("n_lower"))
    hidden.rows("differences", tables["differences"], {"small_bin": changed})
    for table in ("paired", "attrition"):
        for other in TOGETHER:
            hidden.hide(other, [*hidden.of(table)], "below")


def _hide_lost(hidden: Hidden, rows: pl.DataFrame, least: int) -> None:
    unit = pl.lit(10, pl.Int128).pow(pl.col("decimals"))
    ends = ("followed", "lost")
    binary = pl.all_horizontal((pl.col(f"yy_{end}") == pl.col(f"y_{end}") * unit).all().over("scale") for end in ends)
    rows = rows.with_columns(_binary=binary)
    for end in ends:
        n, y = pl.col(f"n_{end}"), pl.col(f"y_{end}") // unit
        hidden.rows(
            "attrition",
            rows.filter(n > 0),
            {
                "small_count": few(n, least),
                "small_side": pl.col("_binary") & any_few(least, y, n - y),
                "alike": same(n, pl.col(f"y_{end}"), pl.col(f"yy_{end}"), least),
                "few_in_cluster": lone_cluster(n, pl.col(f"clusters_{end}"), least),
            },
        )


def _hide_joined(hidden: Hidden, paired: pl.DataFrame, scores: pl.DataFrame, least: int) -> None:
    """Those of the later wave who were not there at the earlier one, and of the earlier who were lost."""
    there = scores.filter(pl.col("group") == ALL)
    for place in (_PLACE, [*_PLACE, "stratum"]):
        everybody = there.group_by(*place, "wave").agg(_all=pl.col("n").sum())
        followed = paired.group_by(*place, "from_wave", "wave").agg(pl.col("n").sum())
        for wave in ("wave", "from_wave"):
            beside = followed.join(everybody.rename({"wave": wave}), on=[*place, wave])
            hidden.rows("paired", beside, {"small_rest": few(pl.col("_all") - pl.col("n"), least)})
