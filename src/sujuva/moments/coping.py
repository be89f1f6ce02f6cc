"""Everything that later stages read about the answers to questionnaires: nine tables, one part, one finish."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from sujuva.moments.answers import ITEMS, ITEMS_KEY, PRODUCTS, PRODUCTS_KEY, finish_items, finish_products
from sujuva.moments.paired import (
    ATTRITION,
    DIFFERENCES,
    DIFFERENCES_KEY,
    PAIRED,
    PAIRED_KEY,
    finish_attrition,
    finish_differences,
    finish_paired,
    panel_part,
)
from sujuva.moments.pairs import PAIRS, PAIRS_KEY, finish_pairs
from sujuva.moments.parts import Family, Part
from sujuva.moments.scores import (
    DISTRIBUTIONS,
    DISTRIBUTIONS_KEY,
    SCORES,
    SCORES_KEY,
    UNIT_SIZES,
    UNIT_SIZES_KEY,
    cluster_part,
    distribution_part,
    finish_distributions,
    finish_scores,
    finish_unit_sizes,
)
from sujuva.moments.study import with_design
from sujuva.tables import ASKED

_TABLES: dict[str, tuple[pl.Schema, Sequence[str], str, Callable[[Part], pl.DataFrame]]] = {
    "scores": (SCORES, SCORES_KEY, "clusters", finish_scores),
    "pairs": (PAIRS, PAIRS_KEY, "clusters", finish_pairs),
    "distributions": (DISTRIBUTIONS, DISTRIBUTIONS_KEY, "distributions", finish_distributions),
    "unit_sizes": (UNIT_SIZES, UNIT_SIZES_KEY, "clusters", finish_unit_sizes),
    "paired": (PAIRED, PAIRED_KEY, "paired", finish_paired),
    "differences": (DIFFERENCES, DIFFERENCES_KEY, "differences", finish_differences),
    "attrition": (ATTRITION, PAIRED_KEY, "present", finish_attrition),
    "items": (ITEMS, ITEMS_KEY, "items", finish_items),
    "products": (PRODUCTS, PRODUCTS_KEY, "products", finish_products),
}
"""Each table: columns with types, its key, the table of parts that it is made of, and how."""
COPING = {name: (schema, key) for name, (schema, key, *_) in _TABLES.items()}
"""The moments of questionnaires by table: columns with types, and the columns that tell rows apart."""


def coping_part(
    scored: pl.LazyFrame,
    columns: Mapping[str, int],
    *,
    design: pl.LazyFrame,
    groups: Sequence[str],
    weight_decimals: int,
    linked_units: bool,
) -> Part:
    """Reduce scores to the parts of every table of moments that needs no single items.

    Distributions, unit sizes and what concerns the same persons at two waves are about scales, not about bands; the
    latter also not about scales that are not for everybody: who is asked changes from wave to wave, and whoever is not
    asked again is not lost.

    Args:
        scored: What `sujuva.scores.scored` makes: respondent, wave, informant, the columns of `columns` (Int64, null:
            no score), and "<scale>|asked" of scales that are not for everybody.
        columns: Score column to the decimals of its fixed-point numbers; bands are columns "<scale>.<band>".
        design: respondent, wave, region, stratum, unit, weight (whole number), `groups` of everybody in the study.
        groups: Columns whose values make groups.
        weight_decimals: Decimals in `weight`.
        linked_units: The same unit of a stratum at two waves is one cluster.

    Returns:
        What `cluster_part`, `distribution_part` and `panel_part` return.
    """
    scales = {name: decimals for name, decimals in columns.items() if "." not in name}
    persons = with_design(scored, design, groups=groups)
    there = scored.collect_schema().names()
    lasting = {name: decimals for name, decimals in scales.items() if name + ASKED not in there}
    panel = scored.select("respondent", "wave", "informant", *lasting)
    clusters = cluster_part(
        persons, columns, design=design, groups=groups, weight_decimals=weight_decimals, linked_units=linked_units
    )
    distributions = distribution_part(persons, scales, groups=groups)
    return {**panel_part(panel, design, lasting, weight_decimals=weight_decimals), **distributions, **clusters}


def finish_coping(merged: Part) -> dict[str, pl.DataFrame]:
    """Make the tables of `COPING` of the merged parts of all questionnaires; a table of which nothing came is empty."""
    return {
        name: finish(merged) if source in merged else pl.DataFrame(schema=schema)
        for name, (schema, _, source, finish) in _TABLES.items()
    }


coping_moments = Family(coping_part, finish_coping)
