"""Blocks: the rows of a table that are withheld together, and what they are called in the list of what was withheld.

A block is all rows of one kind of groups at a place (a wave, a scale, an informant). Whoever combines bundles asks
here, too, so that the network has no row of a block that a region withheld.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.errors import ContractError, nearest

BLOCK = ("wave", "scale", "informant", "group")
"""Columns that name a block of a table; 0 or "" where a table knows no such thing."""
BY_WAVE = "wave"
_COPING = ("scale", "informant", "group")
_SCALES = ("scale", "informant")
_WHAT: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("scores", "distributions", "pairs"), _COPING),
    **dict.fromkeys(("unit_sizes", "paired", "differences", "attrition", "products"), _SCALES),
    "items": ("item", "informant"),
    **dict.fromkeys(("partner_scores", "partner_distributions"), _COPING),
    **dict.fromkeys(("partner_unit_sizes", "partner_products"), _SCALES),
    "partner_items": ("item", "informant"),
    **dict.fromkeys(("lp", "feedback", "municipality_scores"), _COPING),
    "lp_children": ("scale",),
    **dict.fromkeys(("lp_talks", "lp_topics", "lp_transitions", "lp_changes"), ()),
    **dict.fromkeys(("durations", "case_tallies"), ("measure", "group")),
    **dict.fromkeys(("service_pairs", "referrals", "handovers", "handover_families", "events"), ()),
    **dict.fromkeys(("municipality_delays", "municipality_persons"), ()),
    "said": ("indicator", "group"),
    **dict.fromkeys(("observations", "initiatives", "participation", "method_reach", "rubric"), ()),
    **dict.fromkeys(("actors", "service_parts", "child_budgets"), ()),
    "attendance": ("phenomenon",),
    "ties": ("relation",),
    **dict.fromkeys(("area", "area_months"), ("indicator",)),
    **dict.fromkeys(("coding_units", "coding_pairs"), ()),
    "rows": ("table",),
    "ledger/items": ("instrument",),
    "ledger/response": ("instrument", "informant"),
    "ledger/flags": ("about", "informant"),
    "ledger/ledger": ("source",),
    "ledger/rules": ("source",),
    **dict.fromkeys(("ledger/sources", "ledger/titles"), ()),
}
"""Of each table the columns that name its blocks beside the wave: the first stands as `scale`."""


def blocks_of(name: str, table: pl.DataFrame, *, other: bool = False) -> pl.DataFrame:
    """Return the block of each row of a table, in the order of the rows: columns `BLOCK`.

    Args:
        name: The table: one of the moments, or "ledger/<name>".
        table: Its rows.
        other: Of `pairs`, the block of the other side.

    Raises:
        ContractError: The table is not known, so nobody said what must not be told of it.
    """
    if name not in _WHAT:
        msg = f"Nobody has said which rows of the table {name} may leave a region."
        raise ContractError(msg, nearest(name, _WHAT))
    wave, group = ("other_wave", "other_group") if other else (BY_WAVE, "group")
    what = _WHAT[name]
    scale = next((one for one in what if one not in ("informant", "group")), None)
    texts = {"scale": scale, "informant": "informant" if "informant" in what else None}
    named = [pl.lit("").alias(to) if of is None else pl.col(of).fill_null("").alias(to) for to, of in texts.items()]
    kind = pl.col(group).str.split(":").list.first() if "group" in what else pl.lit("")
    years = pl.col(wave).cast(pl.Int32).fill_null(0) if wave in table.columns else pl.lit(0, pl.Int32)
    kept = table.with_columns(years.alias("wave"), *named, kind.alias("group"))  # literals alone would make one row
    return kept.select(BLOCK)


def base_of(scale: pl.Expr) -> pl.Expr:
    """Return the scale that a band "<scale>.<band>" is of."""
    return scale.str.split(".").list.first()
