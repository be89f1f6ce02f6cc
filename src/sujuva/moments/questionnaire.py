"""Everything that later stages read about the scores of one questionnaire: one call, nine tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sujuva.moments.attrition import ATTRITION, attrition_moments
from sujuva.moments.distributions import DISTRIBUTIONS, DISTRIBUTIONS_KEY, score_distributions
from sujuva.moments.items import ITEMS, ITEMS_KEY
from sujuva.moments.paired import (
    DIFFERENCES,
    DIFFERENCES_KEY,
    PAIRED,
    PAIRED_KEY,
    paired_differences,
    paired_moments,
)
from sujuva.moments.pairs import PAIRS, PAIRS_KEY, reduce_pairs
from sujuva.moments.products import PRODUCTS, PRODUCTS_KEY
from sujuva.moments.scores import SCORES, SCORES_KEY, cluster_totals, reduce_clusters
from sujuva.moments.study import with_design
from sujuva.moments.unit_sizes import UNIT_SIZES, UNIT_SIZES_KEY, unit_sizes
from sujuva.tables import ASKED

COPING: dict[str, tuple[pl.Schema, Sequence[str]]] = {
    "scores": (SCORES, SCORES_KEY),
    "pairs": (PAIRS, PAIRS_KEY),
    "distributions": (DISTRIBUTIONS, DISTRIBUTIONS_KEY),
    "unit_sizes": (UNIT_SIZES, UNIT_SIZES_KEY),
    "paired": (PAIRED, PAIRED_KEY),
    "differences": (DIFFERENCES, DIFFERENCES_KEY),
    "attrition": (ATTRITION, PAIRED_KEY),
    "items": (ITEMS, ITEMS_KEY),
    "products": (PRODUCTS, PRODUCTS_KEY),
}
"""The moments of questionnaires by table: columns with types, and the columns that tell rows apart."""


def scored_moments(
    scored: pl.LazyFrame,
    columns: Mapping[str, int],
    *,
    design: pl.LazyFrame,
    groups: Sequence[str],
    weight_decimals: int,
    linked_units: bool,
) -> dict[str, pl.DataFrame]:
    """Reduce scores to every table of moments that needs no single items.

    Args:
        scored: What `sujuva.scores.scored` makes: respondent, wave, informant, the columns of `columns` (Int64, null:
            no score), and "<scale>|asked" of scales that are not for everybody.
        columns: Score column to the decimals of its fixed-point numbers; bands are columns "<scale>.<band>".
        design: respondent, wave, region, stratum, unit, weight (whole number), `groups` of everybody in the study.
        groups: Columns whose values make groups.
        weight_decimals: Decimals in `weight`.
        linked_units: The same unit of a stratum at two waves is one cluster.

    Returns:
        The tables of `COPING` but `items` and `products`. Distributions, unit sizes and what concerns the same persons
        at two waves are about scales, not about bands; the latter also not about scales that are not for everybody:
        who is asked changes from wave to wave, and whoever is not asked again is not lost.
    """
    scales = {name: decimals for name, decimals in columns.items() if "." not in name}
    persons = with_design(scored, design, groups=groups)
    totals = cluster_totals(persons, columns, groups=groups)
    there = scored.collect_schema().names()
    lasting = {name: decimals for name, decimals in scales.items() if name + ASKED not in there}
    panel = scored.select("respondent", "wave", "informant", *lasting)
    return {
        "scores": reduce_clusters(totals, columns, design=design, weight_decimals=weight_decimals),
        "pairs": reduce_pairs(totals, columns, design=design, linked_units=linked_units),
        "distributions": score_distributions(persons, scales, groups=groups),
        "unit_sizes": unit_sizes(totals, scales),
        "paired": paired_moments(panel, design, lasting, weight_decimals=weight_decimals),
        "differences": paired_differences(panel, design, lasting, weight_decimals=weight_decimals),
        "attrition": attrition_moments(panel, design, lasting, weight_decimals=weight_decimals),
    }


def together(parts: Sequence[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Put the tables of several questionnaires under each other; a table that none has is empty."""
    return {
        name: pl.concat([pl.DataFrame(schema=schema), *(part[name] for part in parts if name in part)])
        for name, (schema, _) in COPING.items()
    }
