"""What people said, from moments: counts of persons by theme, and how far coders of interviews agree.

Krippendorff's α (nominal; Krippendorff 2011) by the library krippendorff, Cohen's κ (Cohen 1960) by statsmodels.
"""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

import numpy as np
import polars as pl

from sujuva.moments.said import EVERYBODY, OF, WITH
from sujuva.tidy import KEY, TIDY, tidy, tidy_rows

FEWEST_UNITS = 10
"""Units that two coders must have coded both before their agreement is told (a rule of thumb of our own)."""
FEW_UNITS, ONE_VALUE = "few_units", "one_value"
"""Notes: too few units for α or κ; all values are the same, so that chance and agreement cannot be told apart."""
_OF_NETWORK = {"region": "network"}


def said_indicators(said: pl.DataFrame) -> pl.DataFrame:
    """Return the counts of persons as tidy rows.

    Args:
        said: The moments `SAID`; rows of everybody are of no theme.

    Returns:
        interview_theme (scale: theme), interview_together (scale and category: two themes of one interview), open_theme
        (scale: theme, category: field): the estimate counts persons, n are all who were interviewed or answered;
        trained_people (scale: training): n is the estimate. Groups are sectors; sorted by `KEY`.
    """
    heads = pl.col("heads")
    part = pl.col("indicator") != "trained_people"
    return tidy(
        said.filter(pl.col("scale") != EVERYBODY).with_columns(
            estimate=heads.cast(pl.Float64),
            n=pl.when(part).then("n").otherwise(heads),
            other_heads=pl.when(part).then(pl.col("n") - heads),
        )
    ).sort(KEY)


def coding_indicators(units: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Compute α over the units of several coders, and κ of each two coders.

    Args:
        units: The moments `UNITS`.
        pairs: The moments `PAIRS_OF_CODERS`.

    Returns:
        Tidy rows of the network: coding_alpha (scale "": of the whole codes; else of one theme, said or not) and
        coding_kappa (category "A:B": two coders, letters by how many units they coded with others); n counts units. The
        estimate is null, with a note, for fewer than `FEWEST_UNITS` units or where all values are the same.
    """
    rows = [
        {"indicator": "coding_alpha", "scale": scale, "wave": wave, **_OF_NETWORK, **_alpha(part)}
        for (wave, scale), part in units.sort("wave", "scale", "pattern").group_by("wave", "scale", maintain_order=True)
    ]
    rows += [{"indicator": "coding_kappa", **_OF_NETWORK, **one} for one in _kappas(pairs)]
    return tidy_rows(rows).sort(KEY) if rows else pl.DataFrame(schema=TIDY)


def _alpha(part: pl.DataFrame) -> dict[str, Any]:
    """Return α of patterns of values; each counts as many units as have it."""
    import krippendorff  # noqa: PLC0415 - only here

    patterns = [dict(one.rsplit(WITH, 1) for one in pattern.split(OF)) for pattern in part["pattern"]]
    values = sorted({value for one in patterns for value, coders in one.items() if int(coders)})
    counts = np.array([[int(one.get(value, 0)) for value in values] for one in patterns], dtype=np.int64)
    n = int(part["units"].sum())
    if reason := _untold(n, len(values)):
        return {"n": n, "note": reason}
    counts = np.repeat(counts, part["units"].to_numpy(), axis=0)
    return {"n": n, "estimate": float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))}


def _kappas(pairs: pl.DataFrame) -> Iterator[dict[str, Any]]:
    from statsmodels.stats.inter_rater import cohens_kappa  # noqa: PLC0415 - only here

    for (wave,), year in pairs.sort("wave").group_by("wave", maintain_order=True):
        letters = _letters(year)
        named = year.with_columns(pl.col("coder", "other").replace_strict(letters))
        swapped = named.select(
            coder="other", other="coder", value="other_value", other_value="value", units="units"
        ).filter(pl.col("coder") < pl.col("other"))
        both = pl.concat([named.filter(pl.col("coder") < pl.col("other")).select(swapped.columns), swapped])
        for (one, other), part in both.sort(pl.all()).group_by("coder", "other", maintain_order=True):
            values = sorted({*part["value"], *part["other_value"]})
            table = np.zeros((len(values), len(values)), dtype=np.int64)
            for value, other_value, units in part.select("value", "other_value", "units").iter_rows():
                table[values.index(value), values.index(other_value)] += units
            n = int(table.sum())
            told: dict[str, Any] = {"wave": wave, "category": f"{one}:{other}", "n": n}
            reason = _untold(n, len(values))
            yield told | (
                {"note": reason} if reason else {"estimate": float(cohens_kappa(table, return_results=False))}
            )


def _letters(pairs: pl.DataFrame) -> dict[str, str]:
    """Return a letter for each coder, by how many units others coded, too: no pseudonym goes on from here."""
    sides = pl.concat([pairs.select("units", coder=name) for name in ("coder", "other")])
    order = sides.group_by("coder").agg(pl.col("units").sum()).sort("units", "coder", descending=[True, False])
    names = [ascii_uppercase[at % 26] + str(at // 26 or "") for at in range(order.height)]
    return dict(zip(order["coder"], names, strict=True))


def _untold(units: int, values: int) -> str:
    return FEW_UNITS if units < FEWEST_UNITS else ONE_VALUE if values < 2 else ""  # noqa: PLR2004 - one value
