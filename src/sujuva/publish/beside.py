"""Coping beside integration by municipality: enough persons and families in each, and no hidden one left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from sujuva.publish.privacy import Privacy
from sujuva.publish.protect import protect
from sujuva.publish.rules import in_steps, is_shown, rounded_count, ruled, steps
from sujuva.publish.sums import Cells, Flags, Numbers, Relation
from sujuva.published import ADDITIVE, CONTRACTS, HIDDEN_SIDE
from sujuva.tidy import ALL, ALL_YEARS, HEADS

BESIDE_SCHEMA = {name: kind for name, kind in CONTRACTS["beside"].schema.items() if name != "suppressed"} | (
    dict.fromkeys(HEADS, pl.Int64())
)
_SHARE_DECIMALS = 3


def suppress_beside(
    beside: pl.DataFrame,
    integration: pl.DataFrame,
    parjaavyys: pl.DataFrame,
    privacy: Privacy,
    *,
    scale: str,
    informant: str,
    binary: Sequence[str] = (),
    days: int | None = None,
) -> pl.DataFrame:
    """Decide for every municipality whether it may be shown.

    A row needs `threshold` persons and families; as many families that met in time and that did not; and of a scale
    of 0 and 1 as many with a 1 and with a 0. A reader is taken to know all these of the whole region, so a hidden
    municipality needs others hidden with it in its region. Where a number of the region itself is hidden, none of its
    municipalities is shown: one municipality may be the whole region.

    `beside`: rows of `BESIDE_SCHEMA`; `integration`: tidy rows of integration with `suppressed`; `parjaavyys`: tidy
    rows of coping with `suppressed`; `scale`: scale of coping; `informant`: its informant; `days`: days within which a
    family should have met; None: not known, so every share of days counts.

    Returns:
        The rows in their order with `rule` and `suppressed`.
    """
    rows = beside.with_columns(pl.col("persons", "families", *HEADS).fill_null(0))
    # Families have no weights.
    met = rows.select((pl.col("integration") * pl.col("families")).round().fill_null(0).cast(pl.Int64)).to_series()
    counts = {"persons": rows["persons"], "families": rows["families"]}
    counts |= {"families_1": met, "families_0": rows["families"] - met}  # those who met, and the others
    if scale in binary:  # those with a 1, and with a 0
        counts |= {"persons_1": rows["heads"], "persons_0": rows["other_heads"]}
    # A 0 tells as much as a 1 of a share; without any person or family there is nothing to tell.
    small = [(one < privacy.threshold) & (rows[name.split("_")[0]] > 0) for name, one in counts.items()]
    few = np.any([one.to_numpy() for one in small], axis=0).astype(np.bool_)
    hidden = few | _beside_hidden(rows["region"], np.stack([one.to_numpy() for one in counts.values()]), few, privacy)
    bare = _bare_regions(integration, parjaavyys, scale, informant, days)
    return ruled(
        rows,
        (pl.col("region").is_in(bare), HIDDEN_SIDE),
        (pl.lit(pl.Series(few)), "small_count"),
        (pl.lit(pl.Series(hidden)), ADDITIVE),
    ).select(*beside.columns, "rule", "suppressed")


def _beside_hidden(regions: pl.Series, counts: Numbers, few: Flags, privacy: Privacy) -> Flags:
    """Hide more municipalities of a region until no small count of one follows from those of the region.

    A municipality is hidden whole: each count of it follows the others. `counts` has a row for each kind of count.
    """
    kinds, height = counts.shape
    cells = Cells.of_counts(counts.ravel().tolist(), threshold=privacy.threshold)
    places = [np.flatnonzero(regions == name) for name in regions.unique(maintain_order=True)]
    sums = [kind * height + some for kind in range(kinds) for some in places]
    whole = [float(cells.values[some].sum()) for some in sums]
    known = np.zeros(len(sums), dtype=np.bool_)
    widened = Cells(
        values=np.concatenate([cells.values, whole]),
        primary=np.concatenate([cells.primary, known]),
        # What is not small may still be hidden for another count, so the rule tells nothing of it.
        low=np.concatenate([np.where(cells.primary, 1.0, 0.0), whole]),
        high=np.concatenate([np.where(cells.primary, privacy.threshold - 1.0, np.inf), whole]),
        eligible=np.concatenate([cells.values > 0, known]),
        secret=np.zeros(counts.size + len(sums), dtype=np.bool_),
        followers={cell: tuple(range(cell % height, counts.size, height)) for cell in range(counts.size)},
    )
    relations = [Relation(counts.size + number, tuple(some.tolist())) for number, some in enumerate(sums)]
    found = protect(widened, relations, start=np.concatenate([np.tile(few, kinds), known]))
    return np.asarray(found[: counts.size].reshape(kinds, height).any(axis=0), dtype=np.bool_)


def _bare_regions(
    integration: pl.DataFrame, parjaavyys: pl.DataFrame, scale: str, informant: str, days: int | None
) -> list[str]:
    hidden = ~is_shown()
    name, in_time = pl.col("indicator"), pl.lit(value=True) if days is None else pl.col("category") == str(days)
    counted = (name == "cases_started") | ((name == "delay_share") & in_time)
    families = integration.filter(counted, hidden, group=ALL, wave=ALL_YEARS)
    persons = parjaavyys.filter(hidden, indicator="score_mean", scale=scale, informant=informant, group=ALL)
    return sorted({*families["region"], *persons["region"]})


def round_beside(frame: pl.DataFrame, privacy: Privacy, scale: Mapping[str, Any]) -> pl.DataFrame:
    """Round means to the decimals of their scale, shares to tenths of a per cent, in steps that fit the rounded n.

    `scale`: the scale of coping in the metadata; empty where there is none.
    """
    shown = scale.get("shown") or {"decimals": 2, "percent": False}
    counts = [rounded_count(pl.col(name), privacy.rounding).alias(name) for name in ("persons", "families")]
    rows, yes, no = frame.with_columns(counts), pl.lit(value=True), pl.lit(value=bool(scale.get("binary")))
    coping = steps(rows, pl.col("persons"), pl.lit(float(scale.get("grid") or 0)), no, privacy)
    integration = steps(rows, pl.col("families"), pl.lit(1.0), yes, privacy)
    rows = rows.with_columns(_coping=coping, _integration=integration)
    decimals = pl.lit(shown["decimals"] + 2 * shown["percent"])
    return rows.with_columns(
        *in_steps(rows, decimals, pl.col("_coping"), "coping"),
        *in_steps(rows, pl.lit(_SHARE_DECIMALS), pl.col("_integration"), "integration"),
    ).select(frame.columns)
